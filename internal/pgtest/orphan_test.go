//go:build linux

package pgtest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"orderly/internal/pgtest"
)

const (
	envOrphan   = "ORDERLY_PGTEST_ORPHAN" // the directory in which the helper process starts a cluster
	orphanLimit = 30 * time.Second
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(envOrphan); dir != "" {
		abandon(dir)
	}
	os.Exit(pgtest.Main(m))
}

// abandon starts a cluster, says where, and waits to be killed.
func abandon(dir string) {
	c, err := pgtest.Start(context.Background(), pgtest.Options{Dir: dir})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(c.PID(), c.HomeDir(), c.URL("postgres"))
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func TestServerEndsWithItsParent(t *testing.T) {
	pgtest.ForTest(t) // skips where there is no PostgreSQL
	dir := roomFor(t)
	child := osexec.Command(os.Args[0])
	child.Env = append(os.Environ(), envOrphan+"="+dir)
	child.Stderr = os.Stderr
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stdin.Close() }()
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the helper process started no cluster: %v", err)
	}
	var pid int
	var home, url string
	if _, err := fmt.Sscan(line, &pid, &home, &url); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	exec(t, open(t, url), "SELECT 1")
	living := start(t, pgtest.Options{Dir: dir}) // sweeps while the other is in use
	if !alive(pid) {
		t.Fatal("the helper's server is gone before its parent")
	}
	if _, err := os.Stat(home); err != nil {
		t.Fatalf("a cluster in use was swept away: %v", err)
	}

	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // says "killed"
	if !within(t, orphanLimit, func() bool { return !alive(pid) }) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
		t.Fatalf("the server (process %d) outlived its parent by %v", pid, orphanLimit)
	}
	gone := within(t, orphanLimit, func() bool {
		start(t, pgtest.Options{Dir: dir})
		_, err := os.Stat(home)
		return errors.Is(err, os.ErrNotExist)
	})
	if !gone {
		t.Errorf("nobody removed %s", home)
	}
	exec(t, open(t, living.URL("postgres")), "SELECT 1")
}

func TestServerHoldsItsDirectory(t *testing.T) {
	dir := roomFor(t)
	c := start(t, pgtest.Options{Dir: dir})
	if err := c.ReleaseLock(); err != nil { // as a death of this process would
		t.Fatal(err)
	}
	start(t, pgtest.Options{Dir: dir})
	if _, err := os.Stat(c.HomeDir()); err != nil {
		t.Errorf("a directory was removed below a living server: %v", err)
	}
}

// alive tells whether a process runs. One that has ended and that nobody has
// reaped yet still takes signals, so its state decides.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z") && !strings.HasPrefix(state, "X")
}
