package webtest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReportNamesThePackageOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report")
	if err := os.WriteFile(file, []byte("sqlite internal/store\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var r reporter
	r.write(t, "")
	r.write(t, file)
	r.write(t, file)
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := "sqlite internal/store\nchromium internal/webtest\n"; string(got) != want {
		t.Errorf("the report is %q, want %q", got, want)
	}
}
