// Package entries keeps the journal: append, page by sequence, and the
// history of one subject.
package entries

import (
	"database/sql"
	"errors"
	"strings"

	"orderly/internal/access"
	"orderly/internal/journal"
	"orderly/internal/store"
)

var insert = store.NewInsert("entry", "", "m", "seq", "kind", "subject", "subject_seq", "type", "v", "at", "actor", "cause", "data")

// Append keeps entries. The first proves its transaction: another one that got
// its number instead would tell another act, or tell it at another instant or of
// another request.
func Append(tx *store.Tx, list []journal.Entry) error {
	if len(list) > 0 {
		e := &list[0]
		tx.Prove("SELECT 1 FROM entry WHERE m = $1 AND seq = $2 AND subject = $3 AND subject_seq = $4 AND type = $5 AND at = $6 AND actor = $7 AND cause = $8 AND data = $9",
			tx.M, e.Seq, e.Subject, e.SubjectSeq, e.Type, e.At, e.Actor.String(), e.Cause, string(e.Data))
	}
	return insert.Run(tx, len(list), func(a []any, n int) []any {
		e := &list[n]
		return append(a, tx.M, e.Seq, e.Kind, e.Subject, e.SubjectSeq, e.Type, int64(e.V), e.At, e.Actor.String(), e.Cause, string(e.Data))
	})
}

const columns = "seq, kind, subject, subject_seq, type, v, at, actor, cause, data"

func collect(out *[]journal.Entry) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var e journal.Entry
		var actor string
		err := scan(&e.Seq, &e.Kind, &e.Subject, &e.SubjectSeq, &e.Type, &e.V, &e.At, &actor, &e.Cause, &e.Data)
		e.Actor.Kind, e.Actor.ID, _ = strings.Cut(actor, ":")
		*out = append(*out, e)
		return err
	}
}

// After reads the feed: entries with a higher sequence than after, in order.
// Because sequences are given under the merchant's lock, an entry that is seen
// has no unseen one before it.
func After(r *store.Reader, after int64, limit int) ([]journal.Entry, error) {
	var out []journal.Entry
	err := r.Each("SELECT "+columns+" FROM entry WHERE m = $1 AND seq > $2 ORDER BY seq LIMIT $3", []any{r.M, after, int64(limit)}, collect(&out))
	return out, err
}

// Some reads entries by their sequences, in no order.
func Some(r *store.Reader, seqs []int64) ([]journal.Entry, error) {
	var out []journal.Entry
	err := store.In(r, "SELECT "+columns+" FROM entry WHERE m = $1 AND seq IN ($IN)", []any{r.M}, seqs, collect(&out))
	return out, err
}

// Since is the sequence of the last entry before a time: what follows it
// happened at that time or later, as far as the nodes' clocks agree.
func Since(r *store.Reader, at int64) (int64, error) {
	last, err := r.EntrySeq()
	first := int64(1)
	for err == nil && first <= last { // by halves: entries have no index by time
		middle := first + (last-first)/2
		var when int64
		err = r.Row("SELECT at FROM entry WHERE m = $1 AND seq = $2", r.M, middle).Scan(&when)
		if when < at {
			first = middle + 1
		} else {
			last = middle - 1
		}
	}
	return first - 1, err
}

// OfSubject reads the history of one thing, oldest first, up to a sequence
// number of its own (0: all), after another.
func OfSubject(r *store.Reader, subject, after, upTo int64, limit int) ([]journal.Entry, error) {
	var out []journal.Entry
	text, args := "SELECT "+columns+" FROM entry WHERE m = $1 AND subject = $2 AND subject_seq > $3 ORDER BY subject_seq LIMIT $4", []any{r.M, subject, after, int64(limit)}
	if upTo > 0 {
		text = "SELECT " + columns + " FROM entry WHERE m = $1 AND subject = $2 AND subject_seq > $3 AND subject_seq <= $5 ORDER BY subject_seq LIMIT $4"
		args = append(args, upTo)
	}
	err := r.Each(text, args, collect(&out))
	return out, err
}

// OfSubjects reads the whole histories of few things, each oldest first.
func OfSubjects(r *store.Reader, subjects []int64) ([]journal.Entry, error) {
	var out []journal.Entry
	err := store.In(r, "SELECT "+columns+" FROM entry WHERE m = $1 AND subject IN ($IN) ORDER BY subject, subject_seq", []any{r.M}, subjects, collect(&out))
	return out, err
}

// LastOf is the last sequence number of a subject's own history, 0 when it has none.
func LastOf(r *store.Reader, subject int64) (int64, error) {
	var n int64
	err := r.Row("SELECT subject_seq FROM entry WHERE m = $1 AND subject = $2 ORDER BY subject_seq DESC LIMIT 1", r.M, subject).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return n, err
}

// LastUpTo is the last sequence number of a subject's own history that was told
// up to a sequence number of the merchant's; 0 when it had none.
func LastUpTo(r *store.Reader, subject, seq int64) (int64, error) {
	var n int64
	err := r.Row("SELECT subject_seq FROM entry WHERE m = $1 AND subject = $2 AND seq <= $3 ORDER BY subject_seq DESC LIMIT 1", r.M, subject, seq).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return n, err
}

// New makes an entry with the next sequence number of the merchant.
func New(tx *store.Tx, kind string, subject, subjectSeq int64, typ string, by access.Scope, data []byte) journal.Entry {
	return journal.Entry{
		Seq: tx.NextEntry(), Kind: kind, Subject: subject, SubjectSeq: subjectSeq, Type: typ, V: 1,
		At: tx.At, Actor: by.Actor, Cause: by.Cause, Data: data,
	}
}
