package imports

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"

	"orderly/internal/fault"
	"orderly/internal/formula"
)

// MaxRejects is how many rejects are written out; more are only counted.
const MaxRejects = 1_000_000

// Rejects writes the lines that could not be imported to a CSV file, each with
// a reason, so that they can be mended and sent again. The file appears with
// the first reject, is readable by its owner alone (it may hold names and
// addresses), and never replaces another file. No cell of it is taken for a
// formula by a spreadsheet.
type Rejects struct {
	path  string
	file  *os.File
	out   *csv.Writer
	count int
}

// NewRejects refuses a path where something is already.
func NewRejects(path string) (*Rejects, error) {
	_, err := os.Lstat(path)
	switch {
	case err == nil:
		return nil, fault.New(fault.Conflict, "rejects_exist",
			"%q exists; move it away or name another file for rejected lines", path)
	case !errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("look for the file of rejected lines: %w", err)
	}
	return &Rejects{path: path}, nil
}

// Add writes one reject: where it stands, a stable code, a sentence, the text.
func (r *Rejects) Add(line int, code, reason, raw string) error {
	r.count++
	if r.count > MaxRejects {
		return nil
	}
	if r.file == nil {
		if err := r.create(); err != nil {
			return err
		}
	}
	row := []string{strconv.Itoa(line), formula.Harmless(code), formula.Harmless(reason), formula.Harmless(clip(raw, MaxRawBytes))}
	if err := r.out.Write(row); err != nil {
		return fmt.Errorf("write rejected lines to %s: %w", r.path, err)
	}
	return nil
}

// AddError is Add with the code and the whole reason of an error.
func (r *Rejects) AddError(line int, err error, raw string) error {
	return r.Add(line, fault.CodeOf(err), Reason(err), raw)
}

func (r *Rejects) create() error {
	file, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("create the file of rejected lines: %w", err)
	}
	r.file, r.out = file, csv.NewWriter(file)
	return r.out.Write([]string{"line", "code", "reason", "text"})
}

// Count is how many rejects there were, those beyond MaxRejects included.
func (r *Rejects) Count() int { return r.count }

// Path is where the file is or would be.
func (r *Rejects) Path() string { return r.path }

// Close finishes the file. Without a reject there is none and nothing to do.
func (r *Rejects) Close() error {
	if r.file == nil {
		return nil
	}
	r.out.Flush()
	return errors.Join(r.out.Error(), r.file.Close())
}
