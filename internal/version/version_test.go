package version_test

import (
	"context"
	"regexp"
	"runtime"
	"testing"

	"orderly/internal/store"
	"orderly/internal/version"
)

func TestBuild(t *testing.T) {
	b, err := version.Of(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if b.Version == "" || b.Version != version.String() {
		t.Errorf("the version is %q, String says %q", b.Version, version.String())
	}
	if b.Go != runtime.Version() || b.Schema != store.Version() {
		t.Errorf("the build is %+v", b)
	}
	if !regexp.MustCompile(`^3\.\d+\.\d+$`).MatchString(b.SQLite) {
		t.Errorf("SQLite's version is %q", b.SQLite)
	}
}
