package audit

import (
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/entries"
	"orderly/internal/support"
)

// CasePages walk cases with their threads.
var CasePages = []Walk{{"support_case", "id", "id", 1}, {"case_message", "case_id", "case_id, id", 10}}

// CaseFile is a case with what its entries and its thread tell.
type CaseFile struct {
	*support.Case
	Entries []journal.Entry
	Answers int // messages that went out
}

// CasesIn reads a page of them.
func CasesIn(r *store.Reader, in Range) ([]*CaseFile, error) {
	list, err := cases.Range(r, in.After, in.UpTo)
	if err != nil {
		return nil, err
	}
	out, at, ids := make([]*CaseFile, len(list)), map[int64]*CaseFile{}, make([]int64, len(list))
	for i, c := range list {
		out[i], ids[i] = &CaseFile{Case: c}, int64(c.ID)
		at[ids[i]] = out[i]
	}
	told, err := entries.OfSubjects(r, ids)
	if err != nil {
		return nil, err
	}
	for _, e := range told {
		f := at[e.Subject]
		f.Entries = append(f.Entries, e)
	}
	return out, r.Each("SELECT case_id, count(*) FROM case_message WHERE m = $1 AND case_id > $2 AND case_id <= $3 AND way = 'out' GROUP BY case_id", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var id int64
		var n int
		err := scan(&id, &n)
		if f := at[id]; f != nil {
			f.Answers = n
		}
		return err
	})
}
