package entries

import (
	"orderly/internal/journal"
	"orderly/internal/store"
)

// Change is an entry without what it says: which thing, and how far its own
// history is.
type Change struct {
	Seq        int64
	Kind       string
	Subject    int64
	SubjectSeq int64
	Type       string
}

// Changes is After for who needs no more than the changes.
func Changes(r *store.Reader, after int64, limit int) ([]Change, error) {
	var out []Change
	err := r.Each("SELECT seq, kind, subject, subject_seq, type FROM entry WHERE m = $1 AND seq > $2 ORDER BY seq LIMIT $3", []any{r.M, after, int64(limit)},
		func(scan func(...any) error) error {
			var c Change
			err := scan(&c.Seq, &c.Kind, &c.Subject, &c.SubjectSeq, &c.Type)
			out = append(out, c)
			return err
		})
	return out, err
}

// Heads is After without what entries say.
func Heads(r *store.Reader, after int64, limit int) ([]journal.Entry, error) {
	var out []journal.Entry
	err := r.Each("SELECT seq, kind, subject, subject_seq, type, v, at, actor, cause, '' FROM entry WHERE m = $1 AND seq > $2 ORDER BY seq LIMIT $3", []any{r.M, after, int64(limit)}, collect(&out))
	return out, err
}
