package torture

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"orderly/internal/kit/verify"
	"orderly/internal/store"
)

// ErrCannot says that a campaign cannot run on this machine, and why.
var ErrCannot = errors.New("this cannot be done here")

// InMemory is a directory whose files are in memory, "" when there is none.
// What is tortured there spares the disk, which others may need.
func InMemory() string {
	const dir = "/dev/shm"
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return dir
	}
	return ""
}

// PowerOptions say how power cuts run. The zero value of a field means its
// default where one is named.
type PowerOptions struct {
	Cuts   int
	Seed   uint64
	Dir    string // for the image, its copy and where they are mounted
	Start  Starter
	Most   time.Duration // 300ms; the longest time under load before a cut
	Deep   int           // 100; a deep verify after so many cuts, a quick one after all others
	Size   int64         // 128 MiB; a file system that is half full is given up for a new one
	Unsafe bool          // lower durability: the campaign has to find the loss
	Log    io.Writer
}

// PowerReport is what the cuts found.
type PowerReport struct {
	Seed         uint64  `json:"seed"`
	Cuts         int     `json:"cuts"`
	InStart      int     `json:"cuts_in_start"`
	Acknowledged int64   `json:"acknowledged"`
	Orders       int     `json:"orders"`
	Images       int     `json:"file_systems"`
	Deep         int     `json:"deep_checks"`
	Unsafe       bool    `json:"unsafe"`
	Seconds      float64 `json:"seconds"`
}

// Power puts a database on a file system in an image, loads it, freezes the
// process, and copies the image: the copy holds what had reached the device,
// as after a power cut. The campaign goes on with the copy: it is mounted,
// opened, held against the log of what was acknowledged, and loaded again.
func Power(ctx context.Context, o PowerOptions) (r *PowerReport, err error) {
	if err := CanCutPower(); err != nil {
		return &PowerReport{Seed: o.Seed}, err
	}
	o.Most, o.Deep, o.Size = cmp.Or(o.Most, 300*time.Millisecond), cmp.Or(o.Deep, 100), cmp.Or(o.Size, 128<<20)
	began := time.Now()
	c := &cuts{PowerOptions: o, rng: rand.New(rand.NewPCG(o.Seed, 0)), report: &PowerReport{Seed: o.Seed, Unsafe: o.Unsafe}}
	defer func() { err = errors.Join(err, c.release()) }()
	for c.report.Cuts < o.Cuts {
		if err := ctx.Err(); err != nil {
			return c.report, err
		}
		if err := c.cycle(ctx); err != nil {
			return c.report, fmt.Errorf("cut %d (seed %d): %w", c.report.Cuts, o.Seed, err)
		}
		c.report.Orders = c.before + len(c.acked)
		c.report.Seconds = time.Since(began).Seconds()
		if n := c.report.Cuts; n%50 == 0 || n == o.Cuts {
			fmt.Fprintf(o.Log, "%d cuts, %d of them in the start; %d acts acknowledged: all there, verify clean\n", n, c.report.InStart, c.report.Acknowledged)
		}
	}
	return c.report, nil
}

// cuts is a power campaign on one file system at a time.
type cuts struct {
	PowerOptions
	rng    *rand.Rand
	report *PowerReport
	at     *image // mounted, nil before the first and after each full one
	acked  acknowledged
	onThis int // cuts on this file system
	before int // orders on those before it
	starts time.Duration
}

// release unmounts whatever is mounted.
func (c *cuts) release() error {
	if c.at == nil {
		return nil
	}
	at := c.at
	c.at = nil
	return at.unmount()
}

func (c *cuts) db() store.Options {
	return store.Options{Dir: filepath.Join(c.at.point, "data"), Unsafe: c.Unsafe}
}

// cycle is one cut and the look at what it left.
func (c *cuts) cycle(ctx context.Context) error {
	if c.at == nil {
		if err := c.fresh(); err != nil {
			return err
		}
	}
	if err := c.cut(ctx); err != nil {
		return err
	}
	level, full := verify.Quick, c.at.used() > 0.5
	c.report.Cuts++
	if c.report.Cuts%c.Deep == 0 || c.report.Cuts == c.Cuts || full {
		level = verify.Deep
		c.report.Deep++
	}
	if err := c.acked.check(ctx, c.db(), level); err != nil {
		return err
	}
	if full {
		return c.release()
	}
	return nil
}

func (c *cuts) fresh() (err error) {
	c.report.Images++
	c.before += len(c.acked)
	c.acked, c.onThis = acknowledged{}, 0
	if c.at, err = newImage(c.Dir, c.Size); err != nil {
		return fmt.Errorf("make a file system: %w", err)
	}
	return nil
}

// cut loads the database, takes the copy, and puts it in the image's place.
func (c *cuts) cut(ctx context.Context) error {
	copied, point := filepath.Join(c.Dir, "copy"), c.at.point
	if err := c.loadUntilCut(ctx, copied); err != nil {
		return err
	}
	if err := c.release(); err != nil {
		return err
	}
	after := &image{file: filepath.Join(c.Dir, "image")}
	if err := os.Rename(copied, after.file); err != nil {
		return err
	}
	if err := after.mount(point); err != nil {
		return fmt.Errorf("mount what the cut left: %w", err)
	}
	c.at = after
	c.onThis++
	return nil
}

// loadUntilCut runs a process until the image is copied below it.
func (c *cuts) loadUntilCut(ctx context.Context, copied string) error {
	inStart := c.onThis < firstKills || c.rng.IntN(startKills) == 0
	after := time.Duration(1 + c.rng.Int64N(int64(c.Most)))
	if inStart {
		after = time.Duration(1 + c.rng.Int64N(max(int64(c.starts+c.starts/4), int64(40*time.Millisecond))))
	}
	began := time.Now()
	p, err := begin(ctx, c.Start(Load{DB: c.db(), Seed: c.rng.Uint64()}))
	if err != nil {
		return err
	}
	cut, ready := make(chan error, 1), false
	cutNow := func() {
		err := freeze(ctx, p.cmd.Process)
		if err == nil {
			err = copyAsIs(c.at.file, copied)
		}
		p.kill()
		cut <- err
	}
	if inStart {
		time.AfterFunc(after, cutNow)
	}
	state := p.hear(func(line string) {
		if line == "ready" {
			ready, c.starts = true, time.Since(began)
			if !inStart {
				time.AfterFunc(after, cutNow)
			}
		} else if c.acked.hear(line) {
			c.report.Acknowledged++
		}
	})
	if state.Exited() || !ready && !inStart {
		return cmp.Or(ctx.Err(), p.ended())
	}
	if inStart {
		c.report.InStart++
	}
	if err := <-cut; err != nil {
		return cmp.Or(ctx.Err(), err) // it was killed under us when the campaign ends
	}
	return nil
}
