//go:build linux

package pgtest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"orderly/internal/pgtest"
)

func TestKillAndRestart(t *testing.T) {
	c := start(t, pgtest.Options{TCP: true})
	before := c.URL("postgres")
	db := open(t, before)
	exec(t, db, "CREATE TABLE kept (n bigint)")
	exec(t, db, "INSERT INTO kept VALUES (42)")
	exec(t, db, "CHECKPOINT")
	postmaster, backend := c.PID(), spin(t, db)
	if err := c.Kill(); err != nil {
		t.Fatal(err)
	}
	for name, pid := range map[string]int{"postmaster": postmaster, "busy backend": backend} {
		// What Kill waits for comes a moment before the process itself is gone.
		if !within(t, time.Second, func() bool { return !alive(pid) }) {
			t.Errorf("the %s (process %d) survived Kill", name, pid)
		}
	}
	if err := open(t, before).PingContext(t.Context()); err == nil {
		t.Error("a killed server answers")
	}
	if err := c.Kill(); err != nil {
		t.Errorf("a second Kill: %v", err)
	}

	for _, how := range []string{"after a crash", "of a running server"} {
		if err := c.Restart(t.Context()); err != nil {
			t.Fatalf("restart %s: %v", how, err)
		}
		if got := c.URL("postgres"); got != before {
			t.Errorf("restart %s changed the URL from %s to %s", how, before, got)
		}
		if got := value(t, open(t, before), "SELECT n FROM kept"); got != "42" {
			t.Errorf("restart %s: the row is %q, want 42", how, got)
		}
	}
}

// spin sets a backend to a loop in which it would not notice that the
// postmaster is gone, and returns its process id once it is there.
func spin(t *testing.T, db *sql.DB) int {
	t.Helper()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if err := conn.QueryRowContext(t.Context(), "SELECT pg_backend_pid()").Scan(&pid); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := conn.ExecContext(context.Background(), "DO 'BEGIN LOOP END LOOP; END'")
		ended <- err
	}()
	t.Cleanup(func() {
		if alive(pid) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		if err := <-ended; err == nil {
			t.Error("an endless loop came to an end")
		}
		_ = conn.Close()
	})
	query := fmt.Sprintf("SELECT count(*) FROM pg_stat_activity WHERE pid = %d AND state = 'active' AND query LIKE 'DO %%'", pid)
	if !within(t, 30*time.Second, func() bool { return value(t, db, query) == "1" }) {
		t.Fatal("the backend does not get busy")
	}
	return pid
}

func TestStopAfterKillLeavesNothing(t *testing.T) {
	c := start(t, pgtest.Options{})
	segment := sharedSegment(t, c)
	if !listed(t, segment) {
		t.Fatalf("the running server's shared memory segment %s is not listed: this test would see nothing", segment)
	}
	if err := c.Kill(); err != nil {
		t.Fatal(err)
	}
	if !listed(t, segment) {
		t.Fatalf("segment %s went with Kill: this test would see nothing", segment)
	}
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.HomeDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Stop left %s: %v", c.HomeDir(), err)
	}
	if listed(t, segment) {
		t.Errorf("Stop left the shared memory segment %s", segment)
	}
}

// sharedSegment is the id of a running server's System V shared memory.
func sharedSegment(t *testing.T, c *pgtest.Cluster) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.HomeDir(), "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) < 7 || len(strings.Fields(lines[6])) != 2 {
		t.Fatalf("postmaster.pid names no segment:\n%s", text)
	}
	return strings.Fields(lines[6])[1]
}

// listed tells whether the kernel knows a shared memory segment.
func listed(t *testing.T, id string) bool {
	t.Helper()
	text, err := os.ReadFile("/proc/sysvipc/shm")
	if err != nil {
		t.Skipf("SKIP: no list of shared memory segments: %v", err)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[1] == id {
			return true
		}
	}
	return false
}
