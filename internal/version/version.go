// Package version says which build this is: the program's own version, the
// toolchain, the engine inside and the schema that it writes.
//
// What belongs here: facts of the build. What does not: the version of a
// database that is open, which the store knows.
package version

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"runtime/debug"

	_ "modernc.org/sqlite" // the engine that is asked for its version

	"orderly/internal/store"
)

// number is set by the linker: -ldflags "-X orderly/internal/version.number=1.2.3".
var number string

// unknown is the number of a build that was given none.
const unknown = "dev"

// String is the program's version, with the commit where the build knows it.
func String() string {
	if number != "" {
		return number
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return unknown
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, changed := "", false
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value
		case "vcs.modified":
			changed = s.Value == "true"
		}
	}
	switch {
	case revision == "":
		return unknown
	case changed:
		return fmt.Sprintf("%s-%.12s-changed", unknown, revision)
	}
	return fmt.Sprintf("%s-%.12s", unknown, revision)
}

// Build is everything that tells one build from another.
type Build struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	SQLite   string `json:"sqlite"`
	Schema   int64  `json:"schema_version"`
}

// Of describes this build. It asks the engine inside for its version.
func Of(ctx context.Context) (Build, error) {
	b := Build{Version: String(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Schema: store.Version()}
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return b, err
	}
	defer db.Close()
	err = db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&b.SQLite)
	return b, err
}
