package torture_test

import (
	"context"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"orderly/internal/kit/torture"
	"orderly/internal/pgtest"
	"orderly/internal/store"
)

const nodeEnv = "ORDERLY_TORTURE_NODE"

// The test binary is also each of the nodes.
func init() {
	name := os.Getenv(nodeEnv)
	if name == "" {
		return
	}
	seed, _ := strconv.ParseUint(os.Getenv(seedEnv), 10, 64)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := torture.Node(ctx, torture.NodeOptions{DB: store.Options{URL: os.Getenv(urlEnv), Limits: torture.Short}, Name: name, Seed: seed}, os.Stdout)
	if err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
	os.Exit(0)
}

// Three processes on one database: whichever is killed, or frozen beyond the
// limits of waiting and woken again, the others go on and nothing is done twice.
func TestNodes(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := torture.Nodes(ctx, torture.NodesOptions{
		Kills: 6, Seed: 5, Server: pgtest.ForTest(t), Log: t.Output(),
		Command: func(url, name string, seed uint64) *exec.Cmd {
			cmd := exec.Command(exe)
			cmd.Env = append(os.Environ(), nodeEnv+"="+name, urlEnv+"="+url, seedEnv+"="+strconv.FormatUint(seed, 10))
			return cmd
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", *r)
	if r.Killed == 0 || r.BeyondLease == 0 {
		t.Errorf("this seed does not kill and freeze: %+v", *r)
	}
}
