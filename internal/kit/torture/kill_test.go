package torture_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"orderly/internal/kit/torture"
	"orderly/internal/pgtest"
	"orderly/internal/store"
)

// The test binary is also the process that is killed.
const (
	roleEnv  = "ORDERLY_TORTURE_ROLE"
	dirEnv   = "ORDERLY_TORTURE_DIR"
	urlEnv   = "ORDERLY_TORTURE_URL"
	seedEnv  = "ORDERLY_TORTURE_SEED"
	breakEnv = "ORDERLY_TORTURE_BREAK"
)

func TestMain(m *testing.M) {
	role := os.Getenv(roleEnv)
	if role == "" {
		os.Exit(pgtest.Main(m))
	}
	var acks io.Writer = os.Stdout
	if role == "liar" {
		acks = liar{}
	}
	seed, _ := strconv.ParseUint(os.Getenv(seedEnv), 10, 64)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	l := torture.Load{
		DB: store.Options{Dir: os.Getenv(dirEnv), URL: os.Getenv(urlEnv), Unsafe: role == "unsafe"}, Seed: seed, Acks: acks, Exit: os.Exit, Careless: role == "careless",
	}
	if text := os.Getenv(breakEnv); text != "" {
		if _, err := fmt.Sscan(text, &l.Break.Call, &l.Break.Nth, &l.Break.Lasting); err != nil {
			panic(err)
		}
	}
	if role == "deaf" {
		l.Exit = func(int) {}
	}
	if err := l.Run(ctx); err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
}

// liar acknowledges, with every order, one that was never placed.
type liar struct{}

func (liar) Write(line []byte) (int, error) {
	var extra []byte
	if bytes.HasPrefix(line, []byte("ack ")) {
		extra = []byte("ack 4611686018427387904 1\n")
	}
	_, err := os.Stdout.Write(append(line, extra...))
	return len(line), err
}

// starter runs loads in this test binary.
func starter(t *testing.T, role string) torture.Starter {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return func(l torture.Load) *exec.Cmd {
		cmd, role := exec.Command(exe), role
		if l.DB.Unsafe {
			role = "unsafe"
		}
		if l.Careless {
			role = "careless"
		}
		cmd.Env = append(os.Environ(), roleEnv+"="+role, dirEnv+"="+l.DB.Dir, urlEnv+"="+l.DB.URL, seedEnv+"="+strconv.FormatUint(l.Seed, 10))
		if l.Break.Call != "" {
			cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%s %d %t", breakEnv, l.Break.Call, l.Break.Nth, l.Break.Lasting))
		}
		return cmd
	}
}

func loop(t *testing.T, role string, kills int, o store.Options) (*torture.KillReport, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	defer cancel()
	return torture.Kill(ctx, torture.KillOptions{
		Kills: kills, Seed: 1, DB: o, Every: 40, Most: 100 * time.Millisecond, Log: t.Output(), Start: starter(t, role),
	})
}

// kills is how often the loop kills; ORDERLY_KILLS asks for more.
func kills(t *testing.T, usual int) int {
	text := os.Getenv("ORDERLY_KILLS")
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("ORDERLY_KILLS=%q is not a number of kills", text)
	}
	return n
}

// Killed at random moments under mixed load, nothing that was acknowledged is
// lost and every law holds.
func TestKillLoopSQLite(t *testing.T) {
	r, err := loop(t, "worker", kills(t, 100), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kills, %d acts acknowledged, %d orders, %.0f s", r.Kills, r.Acknowledged, r.Orders, r.Seconds)
	if r.Acknowledged < int64(r.Kills) {
		t.Errorf("only %d acts were acknowledged: the load was too thin to show anything", r.Acknowledged)
	}
}

func TestKillLoopPostgres(t *testing.T) {
	r, err := loop(t, "worker", kills(t, 20), store.Options{URL: pgtest.ForTest(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kills, %d acts acknowledged, %d orders, %.0f s", r.Kills, r.Acknowledged, r.Orders, r.Seconds)
}

// The loop must notice when something acknowledged is not there.
func TestKillLoopCatchesALoss(t *testing.T) {
	if _, err := loop(t, "liar", 6, store.Options{Dir: t.TempDir()}); !errors.Is(err, torture.ErrLost) {
		t.Fatalf("a lost order went unnoticed: %v", err)
	}
}
