package main

import (
	"sort"
	"strconv"
	"strings"

	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/entries"
)

var entryColumns = strings.Fields(`seq at kind subject subject_seq type v actor cause data`)

// exportEntries gives the journal in its order. Where the time given begins is
// found by halving: entries rise with time.
func exportEntries(x *export) source {
	after := int64(-1)
	return source{columns: entryColumns, page: func(r *store.Reader) ([]record, bool, error) {
		if after < 0 {
			var err error
			if after, err = lastBefore(r, x.since); err != nil {
				return nil, false, err
			}
		}
		list, err := entries.After(r, after, exportPage)
		if err != nil || len(list) == 0 {
			return nil, false, err
		}
		after = list[len(list)-1].Seq
		out, err := x.entries(r, list)
		return out, len(list) == exportPage, err
	}}
}

func (x *export) entries(r *store.Reader, list []journal.Entry) ([]record, error) {
	out := make([]record, len(list))
	if x.csv {
		for i := range list {
			out[i].rows = [][]string{entryCells(&list[i])}
		}
		return out, nil
	}
	shown, err := x.shape.Entries(r, list)
	for i := range shown {
		out[i].object = func() any { return &shown[i] }
	}
	return out, err
}

// maxEntries bounds the search; a merchant has fewer entries than this.
const maxEntries = 1 << 40

// lastBefore is the sequence of the last entry that is older than since.
func lastBefore(r *store.Reader, since int64) (int64, error) {
	if since == 0 {
		return 0, nil
	}
	var failed error
	n := sort.Search(maxEntries, func(seq int) bool {
		next, err := entries.After(r, int64(seq), 1)
		if err != nil {
			failed = err
		}
		return len(next) == 0 || next[0].At >= since
	})
	return int64(n), failed
}

func entryCells(e *journal.Entry) []string {
	return []string{
		strconv.FormatInt(e.Seq, 10), timestamp(e.At), e.Kind, ident.Text(e.Kind, e.Subject), strconv.FormatInt(e.SubjectSeq, 10), e.Type,
		strconv.Itoa(e.V), e.Actor.String(), text(e.Cause), text(string(e.Data)),
	}
}
