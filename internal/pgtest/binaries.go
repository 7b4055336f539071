package pgtest

import (
	"cmp"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// debianBinaries is where Debian and its kin put each version's server
// binaries. They are not on PATH there, and what is on PATH may be a wrapper,
// so this place goes first.
const debianBinaries = "/usr/lib/postgresql/*/bin"

type binaries struct{ initdb, postgres string }

// findBinaries takes the newest version below pattern, then PATH.
func findBinaries(pattern string) (binaries, error) {
	dirs, err := filepath.Glob(pattern)
	if err != nil {
		return binaries{}, err
	}
	slices.SortFunc(dirs, func(a, b string) int { return compareVersions(version(b), version(a)) })
	for _, dir := range dirs {
		if b, ok := lookUp(dir + string(filepath.Separator)); ok {
			return b, nil
		}
	}
	if b, ok := lookUp(""); ok {
		return b, nil
	}
	return binaries{}, ErrNotInstalled
}

func lookUp(prefix string) (b binaries, ok bool) {
	var err error
	if b.initdb, err = exec.LookPath(prefix + "initdb"); err != nil {
		return b, false
	}
	b.postgres, err = exec.LookPath(prefix + "postgres")
	return b, err == nil
}

func version(dir string) string { return filepath.Base(filepath.Dir(dir)) }

// compareVersions orders 9.6 before 15; what is no number counts as 0.
func compareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		x, _ := strconv.Atoi(as[i])
		y, _ := strconv.Atoi(bs[i])
		if d := cmp.Compare(x, y); d != 0 {
			return d
		}
	}
	return cmp.Compare(len(as), len(bs))
}
