package run

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/imports"
)

// maxNames is how many names are tried for a file of rejects.
const maxNames = 1000

// rejects is the file of lines that could not be taken. A stopped run's file
// is written anew by the run that goes on, with all that is in it and more.
type rejects struct {
	path string
	out  *imports.Rejects
	keep func(Reject) error // in place of a file
}

// openRejects chooses the file and refuses one that is not this run's.
func (x *importer) openRejects() (*rejects, error) {
	if x.o.Keep != nil {
		return &rejects{keep: x.o.Keep}, nil
	}
	path, err := x.rejectsPath()
	if err != nil {
		return nil, err
	}
	if x.header.Status == running && path == x.header.Rejects && !x.o.DryRun {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("write the rejected lines anew: %w", err)
		}
	}
	out, err := imports.NewRejects(path)
	return &rejects{path: path, out: out}, err
}

func (x *importer) rejectsPath() (string, error) {
	if x.o.Rejects != "" {
		return filepath.Abs(x.o.Rejects)
	}
	if x.header.Status == running && x.header.Rejects != "" && !x.o.DryRun {
		return x.header.Rejects, nil
	}
	base, err := x.beside()
	if err != nil {
		return "", err
	}
	for n := 1; n < maxNames; n++ {
		path := base + ".rejects.csv"
		if n > 1 {
			path = fmt.Sprintf("%s.rejects-%d.csv", base, n)
		}
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			return path, nil
		}
	}
	return "", fault.New(fault.Conflict, "rejects_exist", "there are %d files of rejected lines beside %s; move some away or name one with --rejects", maxNames, base)
}

// beside is where the file lies, or the working directory where nothing can be
// written beside it.
func (x *importer) beside() (string, error) {
	name := "import"
	if x.o.Path != "-" {
		name = strings.TrimSuffix(x.o.Path, ".gz")
		if path, err := filepath.Abs(name); err == nil && writable(filepath.Dir(path)) {
			return path, nil
		}
	}
	return filepath.Abs(filepath.Base(name))
}

func writable(dir string) bool {
	f, err := os.CreateTemp(dir, ".orderly-import-*")
	if err != nil {
		return false
	}
	f.Close()
	return os.Remove(f.Name()) == nil
}

func (r *rejects) add(line int, ref string, err error, raw string) error {
	return r.tell(Reject{Line: line, Ref: ref, Code: codeOf(err), Reason: imports.Reason(err), Text: raw})
}

func (r *rejects) tell(x Reject) error {
	if r.keep == nil {
		return r.out.Add(x.Line, x.Code, x.Reason, x.Text)
	}
	x.Clipped = len(x.Text) >= imports.MaxRawBytes-utf8.UTFMax
	return r.keep(x)
}

// count is how many were written to a file.
func (r *rejects) count() int {
	if r.out == nil {
		return 0
	}
	return r.out.Count()
}

// codeOf is the code of a single fault, or the common one of several, so that
// rejects can be counted by it.
func codeOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && len(f.Fields) == 1 {
		return f.Fields[0].Code
	}
	return fault.CodeOf(err)
}

func (r *rejects) close() error {
	if r == nil || r.out == nil {
		return nil
	}
	return r.out.Close()
}
