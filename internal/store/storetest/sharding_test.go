package storetest_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/pgtest"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/storetest"
)

// double is the part of Citus that the store speaks to, as far as its words
// go: it notes what it was asked to do and distributes nothing. What a real
// cluster plans, refuses or moves, no test here can tell.
const double = `
SET allow_system_table_mods = on;
INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion) VALUES (99999, 'citus', 10, 11, false, '13.0-1');
CREATE SCHEMA IF NOT EXISTS double;
CREATE TABLE double.pg_dist_node (nodename text, isactive boolean, shouldhaveshards boolean, noderole text);
INSERT INTO double.pg_dist_node VALUES ('coordinator', true, false, 'primary'), ('one', true, true, 'primary'), ('two', true, true, 'primary'), ('three', true, true, 'secondary');
CREATE TABLE double.pg_dist_partition (logicalrelid regclass, partmethod "char", partkey text, colocationid int);
CREATE TABLE double.asked (n bigserial, what text);
CREATE FUNCTION double.column_to_column_name(regclass, text) RETURNS text LANGUAGE sql STRICT AS 'SELECT $2';
CREATE FUNCTION double.citus_relation_size(regclass) RETURNS bigint LANGUAGE sql AS 'SELECT pg_relation_size($1)';
CREATE FUNCTION double.create_distributed_table(t regclass, c text, distribution_type text DEFAULT 'hash', colocate_with text DEFAULT 'default') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF current_setting('citus.multi_shard_modify_mode') <> 'sequential' OR current_setting('citus.shard_replication_factor') <> '1' OR current_setting('statement_timeout') <> '0' THEN
		RAISE EXCEPTION 'not shaping';
	END IF;
	IF EXISTS (SELECT 1 FROM pg_index AS i WHERE i.indrelid = t AND i.indisunique AND NOT EXISTS (
		SELECT 1 FROM pg_attribute AS a WHERE a.attrelid = t AND a.attname = c AND a.attnum = ANY (i.indkey::int2[]))) THEN
		RAISE EXCEPTION 'cannot create constraint on "%"', t USING ERRCODE = '0A000', HINT = 'Unique keys need the distribution column.';
	END IF;
	INSERT INTO double.asked (what) VALUES (t || ' ' || colocate_with);
	INSERT INTO double.pg_dist_partition VALUES (t, 'h', c, 7);
END $$;
CREATE FUNCTION double.truncate_local_data_after_distributing_table(t regclass) RETURNS void LANGUAGE sql AS $$
	INSERT INTO double.asked (what) VALUES ('empty ' || t) $$;
`

// clustered is a PostgreSQL database with the double of Citus in it.
func clustered(t *testing.T) (string, *sql.DB) {
	t.Helper()
	url := pgtest.ForTest(t)
	plain, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { plain.Close() })
	run(t, plain, double)
	var name string
	if err := plain.QueryRowContext(t.Context(), "SELECT current_database()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	run(t, plain, `ALTER DATABASE "`+name+`" SET search_path = public, double`)
	return url, plain
}

func run(t *testing.T, db *sql.DB, text string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), text); err != nil {
		t.Fatalf("%.80s: %v", text, err)
	}
}

func asked(t *testing.T, db *sql.DB) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "WITH gone AS (DELETE FROM double.asked RETURNING n, what) SELECT what FROM gone ORDER BY n")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var what string
		if err := rows.Scan(&what); err != nil {
			t.Fatal(err)
		}
		out = append(out, what)
	}
	return out
}

func openAt(t *testing.T, url string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// Citus plans most statements only with their values: a session that is made to
// plan without them is told "could not create distributed plan".
func TestPlansWithValuesOnCitus(t *testing.T) {
	with, _ := clustered(t)
	for url, want := range map[string]string{with: "auto", pgtest.ForTest(t): "force_generic_plan"} {
		var mode string
		db := openAt(t, url)
		t.Cleanup(func() { db.Close() })
		read(t, db, func(r *store.Reader) error {
			return r.Row("SELECT setting FROM pg_settings WHERE name = 'plan_cache_mode'").Scan(&mode)
		})
		if mode != want {
			t.Errorf("plans are made by %q, want %q", mode, want)
		}
	}
}

// Every table with a merchant is distributed beside the lock's, and no other;
// a second run finds them so, and a table that is added later follows by itself.
func TestDistribute(t *testing.T) {
	url, plain := clustered(t)
	db := openAt(t, url)
	write(t, db, func(*store.Tx) error { return nil }) // the merchant's rows are there already
	placed, err := db.Distribute(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	did := asked(t, plain)
	if len(did) < 28 || did[0] != "merchant_seq none" {
		t.Fatalf("distributed %q", did)
	}
	for _, each := range did[1:] {
		if !strings.HasSuffix(each, " merchant_seq") && !strings.HasPrefix(each, "empty ") {
			t.Errorf("asked for %q", each)
		}
	}
	if !slices.Contains(did, "empty merchant") || slices.Contains(did, "empty parcel") {
		t.Errorf("of the tables with rows and without, these were emptied at the coordinator: %q", did)
	}
	for _, name := range []string{"orders", "merchant", "entry"} {
		if !slices.Contains(placed, store.Placed{Table: name}) {
			t.Errorf("%s is not told to be distributed: %v", name, placed)
		}
	}
	var left string // a new table has a merchant in its key, or a reason in store/sharding.go
	if err := plain.QueryRowContext(t.Context(), `SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
		AND oid NOT IN (SELECT logicalrelid FROM double.pg_dist_partition)`).Scan(&left); err != nil || left != "node_slot schema_version" {
		t.Errorf("these stay at the coordinator: %q, %v", left, err)
	}
	run(t, plain, "CREATE TABLE public.told (m BIGINT, PRIMARY KEY (m)); TRUNCATE orders, merchant, merchant_seq, entry")
	if placed, err = db.Distribute(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, p := range placed {
		if p.Already != (p.Table != "told") {
			t.Errorf("a second run: %+v", p)
		}
	}
	asked(t, plain)
	run(t, plain, "CREATE TABLE public.later (m BIGINT, n BIGINT, PRIMARY KEY (m, n)); CREATE TABLE public.aside (n BIGINT PRIMARY KEY)")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := openAt(t, url).Close(); err != nil {
		t.Fatal(err)
	}
	if did := asked(t, plain); len(did) != 1 || did[0] != "later merchant_seq" {
		t.Errorf("opening a distributed database asked for %q", did)
	}
}

// A database with the extension that nobody distributed stays as it is.
func TestOpeningDistributesNothing(t *testing.T) {
	url, plain := clustered(t)
	if err := openAt(t, url).Close(); err != nil {
		t.Fatal(err)
	}
	if did := asked(t, plain); len(did) > 0 {
		t.Errorf("opening asked for %q", did)
	}
}

// A refusal is one sentence and leaves everything as it was.
func TestDistributeRefuses(t *testing.T) {
	url, plain := clustered(t)
	db := openAt(t, url)
	defer db.Close()
	for name, c := range map[string]struct{ plant, undo, code string }{
		"old": {
			"SET allow_system_table_mods = on; UPDATE pg_extension SET extversion = '11.1-1' WHERE extname = 'citus'",
			"SET allow_system_table_mods = on; UPDATE pg_extension SET extversion = '13.0-1' WHERE extname = 'citus'", "old_citus",
		},
		"no worker":  {"UPDATE double.pg_dist_node SET isactive = false", "UPDATE double.pg_dist_node SET isactive = true", "no_workers"},
		"in use":     {"INSERT INTO node_slot VALUES (99, 'another', 9000000000000000)", "DELETE FROM node_slot WHERE slot = 99", "in_use"},
		"by another": {"INSERT INTO double.pg_dist_partition VALUES ('orders', 'h', 'id', 7)", "DELETE FROM double.pg_dist_partition", "distributed_otherwise"},
		"apart": {
			"INSERT INTO double.pg_dist_partition VALUES ('merchant_seq', 'h', 'm', 7), ('orders', 'h', 'm', 8)",
			"DELETE FROM double.pg_dist_partition", "distributed_otherwise",
		},
		"as copies":  {"INSERT INTO double.pg_dist_partition VALUES ('node_slot', 'n', NULL, 3)", "DELETE FROM double.pg_dist_partition", "distributed_otherwise"},
		"unique key": {"CREATE UNIQUE INDEX bad ON customer (email)", "DROP INDEX bad", "citus_refused"},
	} {
		run(t, plain, c.plant)
		_, err := db.Distribute(t.Context())
		if err == nil || fault.CodeOf(err) != c.code || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
		if did := asked(t, plain); len(did) > 0 {
			t.Errorf("%s: the refusal left %q", name, did)
		}
		run(t, plain, c.undo)
	}
	run(t, plain, "INSERT INTO node_slot VALUES (98, 'crashed long ago', 1)")
	if _, err := db.Distribute(t.Context()); err != nil {
		t.Error(err)
	}
}

// The coordinator tells a worker's lost COMMIT as an error of its own, which
// says nothing of whether the worker has committed: the journal is asked.
func TestCommitErrorOfCitusIsDoubt(t *testing.T) {
	url, plain := clustered(t)
	db := openAt(t, url)
	write(t, db, func(*store.Tx) error { return nil })
	_, err := db.Distribute(t.Context())
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	run(t, plain, `CREATE FUNCTION double.lose() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN RAISE EXCEPTION 'could not commit transaction for shard 7 on at least one active node' USING ERRCODE = 'XX000'; END $$;
		CREATE CONSTRAINT TRIGGER lose AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION double.lose()`)
	db = openAt(t, url)
	defer db.Close()
	add := func() error {
		return db.Transact(t.Context(), func(tx *store.Tx) error {
			if err := tx.For(admin.Main); err != nil {
				return err
			}
			return entries.Append(tx, []journal.Entry{entries.New(tx, journal.Key, tx.IDs().Next(), 1, journal.KeyMade, scope, []byte("{}"))})
		})
	}
	if err := add(); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a COMMIT that a worker lost: %v", err)
	}
	run(t, plain, "DROP TRIGGER lose ON entry")
	if err := add(); err != nil {
		t.Error(err)
	}
}

// Where there is no Citus there is a sentence, on either engine.
func TestDistributeNeedsCitus(t *testing.T) {
	want := map[store.Engine]string{store.SQLite: "not_postgres", store.Postgres: "no_citus"}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		_, err := db.Distribute(t.Context())
		if got := fault.CodeOf(err); got != want[db.Engine()] || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: code %q, want %q", err, got, want[db.Engine()])
		}
	})
}
