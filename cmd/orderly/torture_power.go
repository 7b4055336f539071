package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orderly/internal/kit/torture"
)

type torturePowerCommand struct {
	tortureFlags
	Cuts   int           `default:"200" placeholder:"N" help:"How often to cut the power. Default: ${default}."`
	Most   time.Duration `default:"300ms" help:"The longest that a process is under load before a cut."`
	Deep   int           `default:"100" placeholder:"N" help:"Check deeply after so many cuts, quickly after all others. Default: ${default}."`
	Size   int64         `default:"128" placeholder:"MIB" help:"Size of the file system; a half full one is given up for a new one. Default: ${default}."`
	Unsafe bool          `help:"Control: lower durability. The campaign must find that acknowledged acts are lost, and fails."`
}

func (torturePowerCommand) Help() string {
	return `The database is on an ext4 file system in an image, mounted through a loop device. Under load the process is frozen and the image copied: what had not been synced is not in the copy, as after a power cut. The copy is mounted and opened: what was acknowledged has to be there, and every law that verify knows has to hold. Then the campaign goes on with the copy.

It needs Linux and root. Images are in memory (/dev/shm) unless --dir names another place.

Example:

	orderly torture power --cuts 2000 --seed 7`
}

func (c *torturePowerCommand) Run(ctx context.Context, con *console) (failed error) {
	if c.Cuts < 1 || c.Deep < 1 || c.Most <= 0 || c.Size < 32 || c.Size > 65536 {
		return usagef("--cuts, --deep and --most are above zero, and --size is 32 to 65536")
	}
	if err := torture.CanCutPower(); err != nil {
		return err
	}
	if c.Dir == "" {
		c.Dir = torture.InMemory()
	}
	start, err := thisBinary()
	if err != nil {
		return err
	}
	dir, end, err := c.scratch(con)
	if err != nil {
		return err
	}
	defer func() {
		if c.Unsafe {
			end(nil) // what was found was meant to be
			return
		}
		end(failed)
	}()
	r, err := torture.Power(ctx, torture.PowerOptions{
		Cuts: c.Cuts, Seed: c.Seed, Dir: dir, Start: start, Most: c.Most, Deep: c.Deep, Size: c.Size << 20, Unsafe: c.Unsafe, Log: c.progress(con),
	})
	if err == nil && c.Unsafe {
		err = errors.New("durability was lowered and no loss was found: the campaign shows nothing on this machine")
	}
	return c.report(con, r, fmt.Sprintf("%d power cuts (%d in the start) in %.0f s, %.2f s each: %d acts on %d orders were acknowledged, none is lost, and the books are right.",
		r.Cuts, r.InStart, r.Seconds, r.Seconds/float64(max(1, r.Cuts)), r.Acknowledged, r.Orders), err)
}
