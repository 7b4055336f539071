//go:build linux

package pgtest_test

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly/internal/pgtest"
)

// start starts a cluster for one test, which is skipped (or fails, see
// ForTest) on a machine without PostgreSQL.
func start(t *testing.T, opts pgtest.Options) *pgtest.Cluster {
	t.Helper()
	c, err := pgtest.Start(t.Context(), opts)
	if err != nil {
		pgtest.Refuse(t, err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// roomFor is a directory that the server's account can enter, which above
// t.TempDir it can not where the tests run as root.
func roomFor(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func exec(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func value(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	var v string
	if err := db.QueryRowContext(t.Context(), query).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

func setting(t *testing.T, db *sql.DB, name, want string) {
	t.Helper()
	if got := value(t, db, "SHOW "+name); got != want {
		t.Errorf("%s is %q, want %q", name, got, want)
	}
}

func TestClusterForTests(t *testing.T) {
	var log syncBuffer
	c := start(t, pgtest.Options{Log: &log})
	db := open(t, c.URL("postgres"))
	for name, want := range map[string]string{
		"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
		"max_connections": "100", "server_encoding": "UTF8", "listen_addresses": "", "timezone": "UTC",
	} {
		setting(t, db, name, want)
	}
	if !strings.Contains(log.String(), "ready to accept connections") {
		t.Errorf("the log has no ready line:\n%s", log.String())
	}
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.HomeDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Stop left %s: %v", c.HomeDir(), err)
	}
	if err := c.Stop(); err != nil {
		t.Errorf("a second Stop: %v", err)
	}
	if err := c.Restart(t.Context()); !errors.Is(err, pgtest.ErrStopped) {
		t.Errorf("Restart after Stop: %v, want ErrStopped", err)
	}
	if err := c.Kill(); !errors.Is(err, pgtest.ErrStopped) {
		t.Errorf("Kill after Stop: %v, want ErrStopped", err)
	}
}

func TestDurableClusterOverTCP(t *testing.T) {
	c := start(t, pgtest.Options{Durable: true, TCP: true, MaxConnections: 33, Dir: roomFor(t)})
	u, err := url.Parse(c.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	if u.Hostname() != "127.0.0.1" {
		t.Errorf("the URL's host is %q, want 127.0.0.1", u.Hostname())
	}
	db := open(t, u.String())
	for name, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
		"max_connections": "33", "listen_addresses": "127.0.0.1", "port": u.Port(),
	} {
		setting(t, db, name, want)
	}
	u.User = url.UserPassword("postgres", "wrong")
	if err := open(t, u.String()).PingContext(t.Context()); err == nil {
		t.Error("a wrong password is let in over TCP")
	}
}

func TestDatabasesAreApart(t *testing.T) {
	c := start(t, pgtest.Options{})
	ctx := t.Context()
	for _, name := range []string{"one", `two "quoted" & odd/name`} {
		if err := c.CreateDatabase(ctx, name, ""); err != nil {
			t.Fatal(err)
		}
	}
	one, two := open(t, c.URL("one")), open(t, c.URL(`two "quoted" & odd/name`))
	exec(t, one, "CREATE TABLE thing (n bigint)")
	exec(t, one, "INSERT INTO thing VALUES (7)")
	const known = "SELECT count(*) FROM pg_tables WHERE tablename = 'thing'"
	if got := value(t, two, known); got != "0" {
		t.Error("a table made in one database is seen in the other")
	}
	if got := value(t, two, "SELECT datcollate FROM pg_database WHERE datname = current_database()"); got != "C" {
		t.Errorf("the collation is %q, want C", got)
	}
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.CreateDatabase(ctx, "copy", "one"); err != nil {
		t.Fatal(err)
	}
	if got := value(t, open(t, c.URL("copy")), "SELECT n FROM thing"); got != "7" {
		t.Errorf("the copy of a template holds %q, want 7", got)
	}
	if err := c.CreateDatabase(ctx, "copy", ""); err == nil {
		t.Error("a second database of the same name is made")
	}
	for range 2 { // connected the first time, missing the second
		if err := c.DropDatabase(ctx, "copy"); err != nil {
			t.Error(err)
		}
	}
	if got := value(t, two, "SELECT count(*) FROM pg_database WHERE datname = 'copy'"); got != "0" {
		t.Error("a dropped database is still there")
	}
}

func TestLongDirectory(t *testing.T) {
	dir := filepath.Join(roomFor(t), strings.Repeat("long", 25))
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	c := start(t, pgtest.Options{Dir: dir})
	exec(t, open(t, c.URL("postgres")), "SELECT 1")
	if !strings.HasPrefix(c.HomeDir(), dir) {
		t.Errorf("the cluster is in %s, want below %s", c.HomeDir(), dir)
	}
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{c.HomeDir(), c.SocketDir()} {
		if _, err := os.Stat(gone); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("Stop left %s: %v", gone, err)
		}
	}
}

func TestTakenPortIsNamed(t *testing.T) {
	c := start(t, pgtest.Options{TCP: true})
	if err := c.Kill(); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if err := c.RunOnPort(t, l.Addr().(*net.TCPAddr).Port); !errors.Is(err, pgtest.ErrPortTaken) {
		t.Errorf("a start on a taken port: %v, want ErrPortTaken", err)
	}
}

func TestStartFailsWithItsReason(t *testing.T) {
	if _, err := pgtest.Start(t.Context(), pgtest.Options{Dir: filepath.Join(roomFor(t), "missing")}); err == nil || errors.Is(err, pgtest.ErrNotInstalled) {
		t.Errorf("a missing directory: %v", err)
	}
	dir := roomFor(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pgtest.Start(ctx, pgtest.Options{Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Errorf("a canceled start: %v, want context.Canceled", err)
	}
	if _, err := pgtest.Start(t.Context(), pgtest.Options{Dir: dir, MaxConnections: -1}); err == nil || !strings.Contains(err.Error(), "max_connections") {
		t.Errorf("a setting that the server refuses: %v, want its own words", err)
	}
	if os.Geteuid() == 0 {
		closed := filepath.Join(roomFor(t), "closed")
		if err := os.Mkdir(closed, 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := pgtest.Start(t.Context(), pgtest.Options{Dir: closed}); err == nil || !strings.Contains(err.Error(), "must be able to enter") {
			t.Errorf("a directory that the server cannot enter: %v", err)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("failed starts left %v", left)
	}
}

// syncBuffer can be read while the server writes.
type syncBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// within polls until ok, for what another process does on its own.
func within(t *testing.T, limit time.Duration, ok func() bool) bool {
	t.Helper()
	deadline := time.Now().Add(limit)
	for !ok() {
		if time.Now().After(deadline) {
			return false
		}
		<-time.After(5 * time.Millisecond)
	}
	return true
}
