package run

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

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
}

// openRejects chooses the file and refuses one that is not this run's.
func (x *importer) openRejects() (*rejects, error) {
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
	base := "import"
	if x.o.Path != "-" {
		base = strings.TrimSuffix(x.o.Path, ".gz")
	}
	base, err := filepath.Abs(base)
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

func (r *rejects) add(line int, err error, raw string) error {
	return r.out.AddError(line, err, raw)
}

func (r *rejects) close() error {
	if r == nil {
		return nil
	}
	return r.out.Close()
}
