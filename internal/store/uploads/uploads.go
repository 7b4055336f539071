// Package uploads keeps files on their way into the books: their text in
// parts, how far their import is, the lines that could not be taken, and which
// column of a source's files is which of ours.
//
// What a file means and what becomes of it is decided above. Files and what
// was rejected of them hold personal data; they expire.
package uploads

import (
	"database/sql"
	"errors"

	"orderly/internal/ident"
	"orderly/internal/store"
)

// ID names an uploaded file.
type ID int64

func (id ID) String() string { return ident.Text("imp", int64(id)) }

// ParseID reads the text form, "imp_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("imp", s)
	return ID(id), err
}

// Status says how far a file is.
type Status string

const (
	Uploading Status = "uploading"
	Uploaded  Status = "uploaded" // its columns can be mapped
	Queued    Status = "queued"
	Running   Status = "running"
	Done      Status = "done"
	Failed    Status = "failed"
)

// File is an uploaded file.
type File struct {
	ID          ID
	Name        string
	What        string // items, stock, customers, orders, payments, purchases
	Way         string // how rows are taken, "" for what has one way only
	Channel     string // of orders that name none
	Status      Status
	Size        int64
	Parts       int64
	Hash        string // of the text
	Mapping     string // JSON of which column is which
	Done, Total int64  // bytes
	Lines       int64
	Rejected    int64
	Fixed       int64 // of the rejected, those that were mended
	Summary     string
	Fault       string // why it failed
	RunsAs      string // JSON of whose scope the run has
	CreatedAt   int64
	CreatedBy   string
	StartedAt   int64
	FinishedAt  int64
	ExpiresAt   int64
	EditVersion int64
}

// Open is how many lines wait to be mended.
func (f *File) Open() int64 { return f.Rejected - f.Fixed }

// Busy reports whether the file is under way.
func (f *File) Busy() bool { return f.Status == Queued || f.Status == Running }

const columns = "id, name, what, way, channel, status, size, parts, hash, mapping, done, total, lines, rejected, fixed, summary, fault, runs_as, " +
	"created_at, created_by, started_at, finished_at, expires_at, edit_version"

func scanFile(scan func(...any) error) (*File, error) {
	f := &File{}
	return f, scan(&f.ID, &f.Name, &f.What, &f.Way, &f.Channel, &f.Status, &f.Size, &f.Parts, &f.Hash, &f.Mapping, &f.Done, &f.Total, &f.Lines, &f.Rejected,
		&f.Fixed, &f.Summary, &f.Fault, &f.RunsAs, &f.CreatedAt, &f.CreatedBy, &f.StartedAt, &f.FinishedAt, &f.ExpiresAt, &f.EditVersion)
}

// Get reads a file; nil when there is none.
func Get(r *store.Reader, id ID) (*File, error) {
	list, err := files(r, "SELECT "+columns+" FROM import_file WHERE m = $1 AND id = $2", r.M, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// Before lists files newest first, below an id; 0 begins at the newest.
func Before(r *store.Reader, before ID, limit int) ([]*File, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return files(r, "SELECT "+columns+" FROM import_file WHERE m = $1 AND id < $2 ORDER BY id DESC LIMIT $3", r.M, before, int64(limit))
}

// Same lists files with the same text, newest first.
func Same(r *store.Reader, hash string, limit int) ([]*File, error) {
	return files(r, "SELECT "+columns+" FROM import_file WHERE m = $1 AND hash = $2 ORDER BY id DESC LIMIT $3", r.M, hash, int64(limit))
}

// Expired lists files that are past their time.
func Expired(r *store.Reader, now int64, limit int) ([]*File, error) {
	return files(r, "SELECT "+columns+" FROM import_file WHERE m = $1 AND expires_at <= $2 ORDER BY expires_at, id LIMIT $3", r.M, now, int64(limit))
}

func files(r *store.Reader, text string, args ...any) ([]*File, error) {
	var out []*File
	err := r.Each(text, args, func(scan func(...any) error) error {
		f, err := scanFile(scan)
		out = append(out, f)
		return err
	})
	return out, err
}

var saveFile = store.Upsert("import_file", 2, "m", "id", "name", "what", "way", "channel", "status", "size", "parts", "hash", "mapping", "done", "total", "lines",
	"rejected", "fixed", "summary", "fault", "runs_as", "created_at", "created_by", "started_at", "finished_at", "expires_at", "edit_version")

// Save keeps a file as it is now.
func Save(tx *store.Tx, f *File) error {
	return saveFile.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, f.ID, f.Name, f.What, f.Way, f.Channel, f.Status, f.Size, f.Parts, f.Hash, f.Mapping, f.Done, f.Total, f.Lines,
			f.Rejected, f.Fixed, f.Summary, f.Fault, f.RunsAs, f.CreatedAt, f.CreatedBy, f.StartedAt, f.FinishedAt, f.ExpiresAt, f.EditVersion)
	})
}

var insertPart = store.NewInsert("import_part", "", "m", "file", "n", "data")

// AddPart keeps the next part of a file's text.
func AddPart(tx *store.Tx, f ID, n int64, data []byte) error {
	return insertPart.Run(tx, 1, func(a []any, _ int) []any { return append(a, tx.M, f, n, data) })
}

// Part reads a part; ok is false when there is none.
func Part(r *store.Reader, f ID, n int64) (data []byte, ok bool, err error) {
	err = r.Row("SELECT data FROM import_part WHERE m = $1 AND file = $2 AND n = $3", r.M, f, n).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// DropParts forgets up to so many parts of a file, the last ones, and tells
// how many are left.
func DropParts(tx *store.Tx, f ID, parts, most int64) (left int64, err error) {
	left = max(0, parts-most)
	_, err = tx.Exec("DELETE FROM import_part WHERE m = $1 AND file = $2 AND n >= $3", tx.M, f, left)
	return left, err
}

// Drop forgets a file whose parts are gone, with its rejects.
func Drop(tx *store.Tx, f ID) error {
	if _, err := tx.Exec("DELETE FROM import_reject WHERE m = $1 AND file = $2", tx.M, f); err != nil {
		return err
	}
	_, err := tx.Exec("DELETE FROM import_file WHERE m = $1 AND id = $2", tx.M, f)
	return err
}
