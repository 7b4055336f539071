package verify_test

import (
	"context"
	"database/sql"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/kit/verify"
	"orderly/internal/pgtest"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// least is how many breaches of each law are planted.
const least = 3

// TestMutations plants each breach into a database that is right and looks
// whether verify finds it under its law, at every level that should. That each
// level contains the one before is shown on SQLite alone, which is faster.
func TestMutations(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		db := openStore(t, store.Options{Dir: dir})
		plantAll(t, db, openRaw(t, "sqlite", "file:"+db.Path()+"?_pragma=ignore_check_constraints(1)&_pragma=busy_timeout(10000)&_pragma=synchronous(0)"))
	})
	t.Run("postgres", func(t *testing.T) {
		url := pgtest.ForTest(t)
		plantAll(t, openStore(t, store.Options{URL: url}), openRaw(t, "pgx", url))
	})
}

func openStore(t *testing.T, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func openRaw(t *testing.T, driver, dsn string) *sql.DB {
	t.Helper()
	raw, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	raw.SetMaxOpenConns(1)
	t.Cleanup(func() { raw.Close() })
	return raw
}

func plantAll(t *testing.T, db *store.DB, raw *sql.DB) {
	history(t, db).Desk.Close()
	unguard(t, db, raw)
	keep(t, raw)
	silent(t, db, "before")
	found := map[string]int{}
	for _, p := range mutations {
		if db.Engine() == store.Postgres && found[p.law] >= least { // its statements are those of SQLite, which sees all
			continue
		}
		t.Run(p.law+"/"+strings.ReplaceAll(p.name, " ", "_"), func(t *testing.T) {
			defer restore(t, raw, p.sql)
			for _, text := range p.sql {
				exec(t, raw, text)
			}
			ok := true
			for _, level := range levels {
				if level == p.found || db.Engine() == store.SQLite {
					ok = hunted(t, db, p, level) && ok
				}
			}
			if ok {
				found[p.law]++
			}
		})
	}
	silent(t, db, "after")
	for _, law := range run(t, db, verify.Options{}).Checks {
		if law.ID != "D1" && found[law.ID] < least {
			t.Errorf("%s: %d planted breaches were found, at least %d should be", law.ID, found[law.ID], least)
		}
	}
}

// hunted runs verify at one level and reports whether it found the breach, or
// was not bound to.
func hunted(t *testing.T, db *store.DB, p planted, level verify.Level) bool {
	t.Helper()
	r := run(t, db, verify.Options{Level: level, Laws: []string{p.law}})
	for _, v := range r.Violations {
		if v.ID == p.law {
			if level == p.found {
				t.Logf("%s: %s: %s", v.ID, v.Subject, v.Message)
			}
			return true
		}
	}
	if level < p.found {
		return true
	}
	t.Errorf("%s did not find it; it found %d other violations", level, r.Total)
	for _, v := range r.Violations[:min(3, len(r.Violations))] {
		t.Logf("%+v", v)
	}
	return false
}

func silent(t *testing.T, db *store.DB, when string) {
	t.Helper()
	for _, level := range levels {
		for _, v := range run(t, db, verify.Options{Level: level}).Violations {
			t.Errorf("%s, %s the mutations: %+v", level, when, v)
		}
	}
}

// unguard takes away what keeps a database from being wrong: CHECKs and the
// uniqueness of indexes. The indexes stay, so that plans do.
func unguard(t *testing.T, db *store.DB, raw *sql.DB) {
	t.Helper()
	list := "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE%'"
	if db.Engine() == store.Postgres {
		for _, drop := range rows(t, raw, "SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || conname, '' FROM pg_constraint WHERE contype = 'c' AND conrelid > 0 AND connamespace = 'public'::regnamespace") {
			exec(t, raw, drop[0])
		}
		list = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE 'CREATE UNIQUE%' AND indexname NOT LIKE '%_pkey'"
	}
	for _, index := range rows(t, raw, list) {
		exec(t, raw, "DROP INDEX "+index[0])
		exec(t, raw, strings.Replace(index[1], "UNIQUE ", "", 1))
	}
}

// keep copies every table, so that restore can undo a mutation.
func keep(t *testing.T, raw *sql.DB) {
	t.Helper()
	for _, table := range append([]string{"merchant"}, audit.Tables...) {
		exec(t, raw, "CREATE TABLE kept_"+table+" AS SELECT * FROM "+table)
	}
}

var target = regexp.MustCompile(`^(?:UPDATE|DELETE FROM|INSERT INTO) ([a-z_]+)`)

func restore(t *testing.T, raw *sql.DB, texts []string) {
	t.Helper()
	for _, text := range texts {
		table := target.FindStringSubmatch(text)[1]
		for _, text := range []string{"DELETE FROM " + table, "INSERT INTO " + table + " SELECT * FROM kept_" + table} {
			if _, err := raw.Exec(text); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// exec runs a statement that must touch something.
func exec(t *testing.T, raw *sql.DB, text string) {
	t.Helper()
	res, err := raw.Exec(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if n, err := res.RowsAffected(); err == nil && n == 0 && target.MatchString(text) {
		t.Fatalf("%s: touched no row", text)
	}
}

func rows(t *testing.T, raw *sql.DB, text string) [][2]string {
	t.Helper()
	list, err := raw.Query(text)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	var out [][2]string
	for list.Next() {
		var row [2]string
		if err := list.Scan(&row[0], &row[1]); err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	return out
}
