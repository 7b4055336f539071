package webtest

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// ReportEnv names the variable with the file that gets one line for each
// package whose browser tests really ran, so that a skipped run cannot pass
// for a green one.
const ReportEnv = "ORDERLY_TEST_REPORT"

var report reporter

// reporter writes its line once, however many browsers a package starts.
type reporter struct{ once sync.Once }

func (r *reporter) write(t testing.TB, file string) {
	t.Helper()
	if file == "" {
		return
	}
	r.once.Do(func() {
		if err := appendLine(file, "chromium "+testedPackage()); err != nil {
			t.Errorf("write the test report: %v", err)
		}
	})
}

// appendLine adds a line in one write, because packages are tested at once and
// share the file.
func appendLine(file, line string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(line + "\n")
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// testedPackage is the folder of the package under test relative to the
// module, with slashes. The go tool runs every test in its package's folder.
func testedPackage() string {
	folder, err := os.Getwd()
	if err != nil {
		return fmt.Sprintf("unknown (%v)", err)
	}
	for root := folder; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			if rel, err := filepath.Rel(root, folder); err == nil {
				return filepath.ToSlash(rel)
			}
		}
		if root == filepath.Dir(root) {
			return filepath.ToSlash(folder)
		}
	}
}
