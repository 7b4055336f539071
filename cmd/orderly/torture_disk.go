package main

import (
	"context"
	"fmt"

	"orderly/internal/kit/torture"
)

type tortureDiskCommand struct {
	tortureFlags
	Fillings int   `default:"100" placeholder:"N" help:"How often to fill the disk. Default: ${default}."`
	Most     int   `default:"32" placeholder:"N" help:"The most room that is left to the database, in steps of 64 KiB. Default: ${default}."`
	Size     int64 `default:"64" placeholder:"MIB" help:"Size of the disk. Default: ${default}."`
}

func (tortureDiskCommand) Help() string {
	return `The database is on a small disk, in memory and on ext4 by turns, that is filled while orders are taken and worked on. Writes have to be refused as disk_full (HTTP 507) and reads have to go on; when there is room again the next write has to be carried out. What was acknowledged has to be there, and every law that verify knows has to hold.

It needs Linux and root.

Example:

	orderly torture disk --fillings 500 --seed 7`
}

func (c *tortureDiskCommand) Run(ctx context.Context, con *console) (failed error) {
	if c.Fillings < 1 || c.Most < 0 || c.Size < 32 || c.Size > 65536 || int64(c.Most) > c.Size*4 {
		return usagef("--fillings is above zero, --size 32 to 65536, and --most leaves no more than a quarter of it")
	}
	if err := torture.CanCutPower(); err != nil {
		return err
	}
	if c.Dir == "" {
		c.Dir = torture.InMemory()
	}
	dir, end, err := c.scratch(con)
	if err != nil {
		return err
	}
	defer func() { end(failed) }()
	r, err := torture.Disk(ctx, torture.DiskOptions{
		Fillings: c.Fillings, Seed: c.Seed, Dir: dir, Most: c.Most, Size: c.Size << 20, Log: c.progress(con),
	})
	return c.report(con, r, fmt.Sprintf("%d fillings of %d disks in %.0f s: %d writes were refused as disk_full, %d of %d starts on a full disk were refused; %d acts on %d orders were acknowledged, none is lost, and the books are right.",
		r.Fillings, r.Disks, r.Seconds, r.Refused, r.Refusing, r.Restarts, r.Acknowledged, r.Orders), err)
}
