package pgtest_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly/internal/pgtest"
)

// install makes an installation that has the named programs.
func install(t *testing.T, dir string, programs ...string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, p := range programs {
		if err := os.WriteFile(filepath.Join(dir, p), []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFindBinaries(t *testing.T) {
	root, onPath := t.TempDir(), t.TempDir()
	t.Setenv("PATH", onPath)
	pattern := filepath.Join(root, "*", "bin")
	find := func(want string) {
		t.Helper()
		initdb, postgres, err := pgtest.FindBinaries(pattern)
		if err != nil || filepath.Dir(initdb) != want || filepath.Dir(postgres) != want {
			t.Errorf("found %q and %q (%v), want both in %s", initdb, postgres, err, want)
		}
	}

	_, _, err := pgtest.FindBinaries(pattern)
	if !errors.Is(err, pgtest.ErrNotInstalled) || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("nothing is installed: %v", err)
	}
	install(t, onPath, "initdb", "postgres")
	find(onPath)
	for _, version := range []string{"9.6", "9.10", "15", "9.2"} {
		install(t, filepath.Join(root, version, "bin"), "initdb", "postgres")
	}
	install(t, filepath.Join(root, "16", "bin"), "psql") // the client alone
	find(filepath.Join(root, "15", "bin"))
}
