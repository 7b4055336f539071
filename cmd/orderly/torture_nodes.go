package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"

	"orderly/internal/kit/torture"
	"orderly/internal/store"
)

type tortureNodesCommand struct {
	tortureFlags
	Kills int `default:"100" placeholder:"N" help:"How often a node is killed or frozen. Default: ${default}."`
	Nodes int `default:"3" placeholder:"N" help:"Nodes on the one database. Default: ${default}."`
}

func (tortureNodesCommand) Help() string {
	return `Three processes of this program share a throw-away PostgreSQL. One after the other is killed with SIGKILL, or frozen with SIGSTOP for longer than the server lets a transaction idle, or than its lease of ids lasts, and woken again. The others have to go on meanwhile, what the woken one still wanted to write must not count, and nothing may be lost or there twice.

Example:

	orderly torture nodes --kills 200 --seed 7`
}

func (c *tortureNodesCommand) Run(ctx context.Context, con *console) error {
	if c.Kills < 1 || c.Nodes < 2 {
		return usagef("--kills is above zero and --nodes above one")
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	r, err := torture.Nodes(ctx, torture.NodesOptions{
		Kills: c.Kills, Seed: c.Seed, Nodes: c.Nodes, Dir: c.Dir, Log: c.progress(con),
		Command: func(url, name string, seed uint64) *exec.Cmd {
			cmd := exec.Command(exe, "torture", "node", "--name", name, "--seed", strconv.FormatUint(seed, 10))
			cmd.Env = append(os.Environ(), "ORDERLY_TORTURE_URL="+url)
			return cmd
		},
	})
	return c.report(con, r, fmt.Sprintf("%d times a node was taken away (%d killed, %d frozen, %d of them beyond their lease) in %.0f s: %d acts were acknowledged, %d refused, %d told as unknown. The others went on after %.0f ms at most. All is as it was told, nothing is there twice, and the books are right.",
		r.Kills, r.Killed, r.Frozen, r.BeyondLease, r.Seconds, r.Acknowledged, r.Refused, r.Unknown, r.SlowestMS), err)
}

type tortureNodeCommand struct {
	URL  string `name:"url" required:"" env:"ORDERLY_TORTURE_URL" help:"PostgreSQL of the campaign."`
	Name string `required:"" help:"Leads the names of its acts."`
	Seed uint64 `help:"The same seed makes the same choices."`
}

func (tortureNodeCommand) Help() string {
	return `The campaign on nodes starts this process, freezes and kills it. It makes a shop unless there is one, fills it with made-up orders until it is ended, and writes a line for every act that was answered.

Example:

	ORDERLY_TORTURE_URL=postgres://postgres@/scratch?host=/tmp/cluster orderly torture node --name n1`
}

func (c *tortureNodeCommand) Run(ctx context.Context, con *console) error {
	return torture.Node(ctx, torture.NodeOptions{DB: store.Options{URL: c.URL, Limits: torture.Short}, Name: c.Name, Seed: c.Seed}, con.Out)
}
