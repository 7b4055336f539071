//go:build linux

package pgtest_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/pgtest"
)

func TestForTest(t *testing.T) {
	reportPath := filepath.Join(t.TempDir(), "report")
	t.Setenv("ORDERLY_TEST_REPORT", reportPath)
	var urls []string
	for i := range 3 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			url := pgtest.ForTest(t)
			urls = append(urls, url)
			db := open(t, url)
			if got := value(t, db, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"); got != "0" {
				t.Errorf("a fresh database has %s tables", got)
			}
			exec(t, db, "CREATE TABLE left_behind (n bigint)")
		})
	}
	for _, url := range urls {
		if err := open(t, url).PingContext(t.Context()); err == nil {
			t.Errorf("%s is there after its test", url)
		}
	}
	got, err := os.ReadFile(reportPath)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("postgres orderly/internal/pgtest\n", string(got)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestForTestOnNamedServer(t *testing.T) {
	c := start(t, pgtest.Options{TCP: true})
	run := func() ([]byte, error) {
		cmd := osexec.Command(os.Args[0], "-test.run=^TestForTest$")
		cmd.Env = append(os.Environ(), "ORDERLY_TEST_POSTGRES="+c.URL("postgres"))
		return cmd.CombinedOutput()
	}
	if out, err := run(); err != nil {
		t.Errorf("on a server that runs: %v\n%s", err, out)
	}
	if err := c.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := run(); err == nil {
		t.Error("the named server is down and the test passes: it ran elsewhere")
	}
}

// Kills: a copy of which a test changes what another gets.
func TestModel(t *testing.T) {
	t.Setenv("ORDERLY_TEST_POSTGRES_MODEL", "") // of all packages, which is another
	prepared := 0
	model := pgtest.NewModel(func(url string) error {
		prepared++
		db, err := sql.Open("pgx", url)
		if err != nil {
			return err
		}
		_, err = db.Exec("CREATE TABLE laid (n bigint)")
		return errors.Join(err, db.Close())
	})
	for i := range 3 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			db := open(t, model.ForTest(t))
			exec(t, db, "INSERT INTO laid VALUES (1)")
			if got := value(t, db, "SELECT count(*) FROM laid"); got != "1" {
				t.Errorf("a copy holds %s rows", got)
			}
		})
	}
	if prepared != 1 {
		t.Errorf("prepared %d times", prepared)
	}
}

func TestForTestInParallel(t *testing.T) {
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			exec(t, open(t, pgtest.ForTest(t)), "CREATE TABLE mine (n bigint)")
		})
	}
}

// BenchmarkDatabase is what a test pays for its own database.
func BenchmarkDatabase(b *testing.B) {
	c, err := pgtest.Start(b.Context(), pgtest.Options{})
	if err != nil {
		pgtest.Refuse(b, err)
	}
	defer func() { _ = c.Stop() }()
	for b.Loop() {
		if err := c.CreateDatabase(b.Context(), "one", ""); err != nil {
			b.Fatal(err)
		}
		if err := c.DropDatabase(b.Context(), "one"); err != nil {
			b.Fatal(err)
		}
	}
}

func TestURLsOf(t *testing.T) {
	for base, want := range map[string]string{
		"postgres://u:p@h:5433/postgres?sslmode=disable": "postgres://u:p@h:5433/x%20y?sslmode=disable",
		"postgresql:///a?host=/run/postgresql":           "postgresql:///x%20y?host=/run/postgresql",
		"postgres://h":                                   "postgres://h/x%20y",
	} {
		of, err := pgtest.URLsOf(base)
		if err != nil {
			t.Errorf("%s: %v", base, err)
			continue
		}
		if got := of("x y"); got != want {
			t.Errorf("%s: got %s, want %s", base, got, want)
		}
	}
	for _, base := range []string{"host=/tmp user=secret", "http://secret@h/", "postgres://u:secret@h:port/"} {
		if _, err := pgtest.URLsOf(base); err == nil {
			t.Errorf("%s is taken for a URL of PostgreSQL", base)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
}

// verdict notes how a test would have ended.
type verdict struct {
	testing.TB
	how string
}

func (v *verdict) Fatalf(string, ...any) { v.how = "fail" }

func (v *verdict) Skipf(format string, args ...any) { v.how = fmt.Sprintf(format, args...) }

func TestRefuse(t *testing.T) {
	missing := fmt.Errorf("start: %w", pgtest.ErrNotInstalled)
	for _, c := range []struct {
		name, required string
		err            error
		want, report   string
	}{
		{"missing", "", missing, "SKIP: ", "skip postgres orderly/internal/pgtest\n"},
		{"missing and required", "1", missing, "fail", ""},
		{"unsupported", "", errors.ErrUnsupported, "SKIP: ", "skip postgres orderly/internal/pgtest\n"},
		{"broken", "", errors.New("the server ended"), "fail", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			reportPath := filepath.Join(t.TempDir(), "report")
			t.Setenv("ORDERLY_TEST_REPORT", reportPath)
			t.Setenv("ORDERLY_REQUIRE_POSTGRES", c.required)
			v := &verdict{TB: t}
			pgtest.Refuse(v, c.err)
			if !strings.HasPrefix(v.how, c.want) {
				t.Errorf("the test ends with %q, want %q", v.how, c.want)
			}
			got, err := os.ReadFile(reportPath)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.report, string(got)); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

// Kills: rows of one test that another sees; a schema that one test changed and
// another gets; a database that somebody still works on.
func TestModelAgain(t *testing.T) {
	t.Setenv("ORDERLY_TEST_POSTGRES_MODEL", "")
	model := pgtest.NewModel(func(url string) error {
		db, err := sql.Open("pgx", url)
		if err != nil {
			return err
		}
		_, err = db.Exec("CREATE TABLE shelf (n bigint CHECK (n > 0)); CREATE TABLE known (n bigint); INSERT INTO known VALUES (7)")
		return errors.Join(err, db.Close())
	})
	last := ""
	for _, x := range []struct {
		name, statement string
		again           bool // it gets what the one before had
	}{
		{"first", "INSERT INTO shelf SELECT generate_series(1, 5)", false},
		{"after some rows", "INSERT INTO shelf SELECT generate_series(1, 200000)", true},
		{"after many rows", "ALTER TABLE shelf DROP CONSTRAINT shelf_n_check", true},
		{"after another schema", "SELECT 1", false},
	} {
		t.Run(x.name, func(t *testing.T) {
			url := model.ForTest(t)
			if x.again != (url == last) {
				t.Errorf("it got %s after %s", url, last)
			}
			last = url
			db := open(t, url)
			if got := value(t, db, "SELECT (SELECT count(*) FROM shelf) * 10 + (SELECT sum(n) FROM known)"); got != "7" {
				t.Errorf("it holds %s", got)
			}
			exec(t, db, x.statement)
		})
	}
	var still *sql.DB
	t.Run("still used", func(t *testing.T) {
		var err error
		if still, err = sql.Open("pgx", model.ForTest(t)); err != nil {
			t.Fatal(err)
		}
		last = value(t, still, "SELECT current_database()")
	})
	defer still.Close()
	t.Run("after one that is still used", func(t *testing.T) {
		if got := value(t, open(t, model.ForTest(t)), "SELECT current_database()"); got == last {
			t.Error("two work on one database")
		}
	})
}
