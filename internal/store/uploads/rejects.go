package uploads

import (
	"database/sql"
	"errors"

	"orderly/internal/store"
)

// MaxRejects is how many lines of a file are kept to be mended; more are only
// counted: with so many, it is the file or its mapping that wants mending.
const MaxRejects = 10_000

// Reject is a line that could not be taken.
type Reject struct {
	Line    int64
	Ref     string // what it belongs to and is taken with, such as an order
	Code    string
	Reason  string
	Text    string // as it stands in the file, or as it was mended
	Clipped bool   // Text is only its beginning
	FixedAt int64
}

const rejectColumns = "line, ref, code, reason, text, clipped, fixed_at"

func rejects(r *store.Reader, text string, args ...any) ([]Reject, error) {
	var out []Reject
	err := r.Each(text, args, func(scan func(...any) error) error {
		var x Reject
		var clipped int64
		err := scan(&x.Line, &x.Ref, &x.Code, &x.Reason, &x.Text, &clipped, &x.FixedAt)
		x.Clipped = clipped != 0
		out = append(out, x)
		return err
	})
	return out, err
}

// Rejects lists lines of a file that wait to be mended, after a line.
func Rejects(r *store.Reader, f ID, after int64, limit int) ([]Reject, error) {
	return rejects(r, "SELECT "+rejectColumns+" FROM import_reject WHERE m = $1 AND file = $2 AND line > $3 AND fixed_at = 0 ORDER BY line LIMIT $4", r.M, f, after, int64(limit))
}

// RejectsOf lists those of one reference, such as an order.
func RejectsOf(r *store.Reader, f ID, ref string, limit int) ([]Reject, error) {
	return rejects(r, "SELECT "+rejectColumns+" FROM import_reject WHERE m = $1 AND file = $2 AND ref = $3 AND fixed_at = 0 ORDER BY line LIMIT $4", r.M, f, ref, int64(limit))
}

// RejectAt reads one; ok is false when there is none.
func RejectAt(r *store.Reader, f ID, line int64) (x Reject, ok bool, err error) {
	list, err := rejects(r, "SELECT "+rejectColumns+" FROM import_reject WHERE m = $1 AND file = $2 AND line = $3", r.M, f, line)
	if err != nil || len(list) == 0 {
		return x, false, err
	}
	return list[0], true, nil
}

var (
	insertReject = store.NewInsert("import_reject", " ON CONFLICT (m, file, line) DO NOTHING", "m", "file", "line", "ref", "code", "reason", "text", "clipped", "fixed_at")
	saveReject   = store.Upsert("import_reject", 3, "m", "file", "line", "ref", "code", "reason", "text", "clipped", "fixed_at")
)

// AddRejects keeps lines; one that is there stays as it is, since a run that
// goes on tells again what it told before.
func AddRejects(tx *store.Tx, f ID, list []Reject) error {
	return insertReject.Run(tx, len(list), fillReject(tx, f, list))
}

// SaveRejects keeps lines as they are now.
func SaveRejects(tx *store.Tx, f ID, list []Reject) error {
	return saveReject.Run(tx, len(list), fillReject(tx, f, list))
}

func fillReject(tx *store.Tx, f ID, list []Reject) func([]any, int) []any {
	return func(a []any, n int) []any {
		x := &list[n]
		return append(a, tx.M, f, x.Line, x.Ref, x.Code, x.Reason, x.Text, store.Bool(x.Clipped), x.FixedAt)
	}
}

// Mapping is how files of one source are read.
type Mapping struct {
	What, Name, Text string
	At               int64
}

// Mappings lists those of a kind by name; there are at most MaxMappings.
func Mappings(r *store.Reader, what string) ([]Mapping, error) {
	var out []Mapping
	err := r.Each("SELECT what, name, mapping, at FROM import_mapping WHERE m = $1 AND what = $2 ORDER BY name LIMIT $3", []any{r.M, what, int64(MaxMappings)}, func(scan func(...any) error) error {
		var x Mapping
		err := scan(&x.What, &x.Name, &x.Text, &x.At)
		out = append(out, x)
		return err
	})
	return out, err
}

// MaxMappings is how many mappings are kept of a kind.
const MaxMappings = 100

// MappingOf reads one; ok is false when there is none.
func MappingOf(r *store.Reader, what, name string) (x Mapping, ok bool, err error) {
	err = r.Row("SELECT what, name, mapping, at FROM import_mapping WHERE m = $1 AND what = $2 AND name = $3", r.M, what, name).Scan(&x.What, &x.Name, &x.Text, &x.At)
	if errors.Is(err, sql.ErrNoRows) {
		return x, false, nil
	}
	return x, err == nil, err
}

var saveMapping = store.Upsert("import_mapping", 3, "m", "what", "name", "mapping", "at")

// SaveMapping keeps a mapping under its name.
func SaveMapping(tx *store.Tx, x Mapping) error {
	return saveMapping.Run(tx, 1, func(a []any, _ int) []any { return append(a, tx.M, x.What, x.Name, x.Text, tx.At) })
}
