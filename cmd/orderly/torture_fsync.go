package main

import (
	"context"
	"fmt"

	"orderly/internal/kit/torture"
)

type tortureFsyncCommand struct {
	tortureFlags
	Failures int  `default:"200" placeholder:"N" help:"How often the disk fails. Default: ${default}."`
	Most     int  `default:"80" placeholder:"N" help:"The highest number of the sync that fails, counted from the start of a process; of writes ten times that. Default: ${default}."`
	Every    int  `default:"10" placeholder:"N" help:"Look at everything after so many failures. Default: ${default}."`
	Careless bool `help:"Control: the process ignores that its disk failed. The campaign must notice, and fails."`
}

func (tortureFsyncCommand) Help() string {
	return `One fsync or one write of a loaded process fails with EIO, or all of them from one on. What the kernel still holds may then never reach the disk, so a process whose commit failed has to stop with status 70 and must not acknowledge anything more. The next one has to find all that was acknowledged, and every law that verify knows has to hold.

The calls fail inside the process (seccomp user notification), so that it needs Linux 5.7 and neither root nor strace. A failed checkpoint may be gone on after: what it was to copy is still in the log.

Example:

	orderly torture fsync --failures 1000 --seed 7`
}

func (c *tortureFsyncCommand) Run(ctx context.Context, con *console) (failed error) {
	if c.Failures < 1 || c.Most < 1 || c.Every < 1 {
		return usagef("--failures, --most and --every are above zero")
	}
	if err := torture.CanBreak(); err != nil {
		return err
	}
	start, err := thisBinary()
	if err != nil {
		return err
	}
	dir, end, err := c.scratch(con)
	if err != nil {
		return err
	}
	defer func() { end(failed) }()
	r, err := torture.Fsync(ctx, torture.FsyncOptions{
		Failures: c.Failures, Seed: c.Seed, Dir: dir, Start: start, Most: c.Most, Every: c.Every, Careless: c.Careless, Log: c.progress(con),
	})
	return c.report(con, r, fmt.Sprintf("%d failures (%d syncs, %d writes; %d in the start, %d outside of commits) in %.0f s: %d processes stopped with status %d; %d acts on %d orders were acknowledged, none is lost, and the books are right.",
		r.Failures, r.Syncs, r.Writes, r.InStart, r.Checkpoints, r.Seconds, r.Stopped, exitUnsafe, r.Acknowledged, r.Orders), err)
}
