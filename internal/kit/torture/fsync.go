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
	"strings"
	"time"

	"orderly/internal/kit/verify"
	"orderly/internal/store"
)

// ErrWentOn says that a process went on although its disk had failed.
var ErrWentOn = errors.New("the process went on after the disk had failed")

// FsyncOptions say how a failing disk runs. The zero value of a field means
// its default where one is named.
type FsyncOptions struct {
	Failures int
	Seed     uint64
	Dir      string
	Start    Starter
	Most     int  // 80; the highest number of the sync that fails; of writes ten times that
	Every    int  // 10; everything is looked at after so many failures
	Orders   int  // 20,000; a database with so many is given up for a new one
	Careless bool // the process ignores that its disk failed: the campaign has to notice
	Log      io.Writer
}

// FsyncReport is what failing disks found.
type FsyncReport struct {
	Seed         uint64  `json:"seed"`
	Failures     int     `json:"failures"`
	Syncs        int     `json:"failed_syncs"`
	Writes       int     `json:"failed_writes"`
	InStart      int     `json:"failures_in_start"`
	Checkpoints  int     `json:"failures_outside_of_commits"` // after which the process may go on
	Stopped      int     `json:"stopped_with_status_70"`
	Acknowledged int64   `json:"acknowledged"`
	Orders       int     `json:"orders"`
	Seconds      float64 `json:"seconds"`
}

// wentOn is how long a process may live on after a failure that it must stop at.
const wentOn = 3 * time.Second

// Fsync starts a loaded process of which one sync or write fails with EIO, or
// all from one on, again and again on the same database. A process whose
// commit failed has to stop with status 70 and must not acknowledge anything
// more; the next one finds all that was acknowledged.
func Fsync(ctx context.Context, o FsyncOptions) (*FsyncReport, error) {
	r := &FsyncReport{Seed: o.Seed}
	if err := CanBreak(); err != nil {
		return r, err
	}
	o.Most, o.Every, o.Orders = cmp.Or(o.Most, 80), cmp.Or(o.Every, 10), cmp.Or(o.Orders, 20_000)
	f := &failing{FsyncOptions: o, rng: rand.New(rand.NewPCG(o.Seed, 0)), report: r, acked: acknowledged{}}
	began, before := time.Now(), 0
	db := store.Options{Dir: filepath.Join(o.Dir, "database")}
	for r.Failures < o.Failures {
		err := ctx.Err()
		if err == nil {
			err = f.once(ctx, db)
		}
		last, full := r.Failures == o.Failures, len(f.acked) >= o.Orders
		if err == nil && (last || full || r.Failures%o.Every == 0) {
			level := verify.Quick
			if last || full {
				level = verify.Deep
			}
			if err = f.acked.check(ctx, db, level); err == nil {
				fmt.Fprintf(o.Log, "%d failures, %d stops, %d acts acknowledged: all there, verify clean\n", r.Failures, r.Stopped, r.Acknowledged)
			}
		}
		r.Orders, r.Seconds = before+len(f.acked), time.Since(began).Seconds()
		if err != nil {
			return r, fmt.Errorf("failure %d (seed %d): %w", r.Failures, o.Seed, err)
		}
		if full {
			before, f.acked, f.lives = before+len(f.acked), acknowledged{}, 0
			if err := os.RemoveAll(db.Dir); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

// failing is a campaign of failures on one database at a time.
type failing struct {
	FsyncOptions
	rng    *rand.Rand
	report *FsyncReport
	acked  acknowledged
	lives  int // on this database
}

// life is what was heard of one process.
type life struct {
	ready bool
	must  bool // a commit failed: it must stop
	acks  int  // after that
	broke string
}

func (f *failing) next() Break {
	b := Break{Call: "sync", Nth: 1 + f.rng.IntN(f.Most), Lasting: f.rng.IntN(2) == 0 && !f.Careless} // a careless process acknowledges more only on a disk that works again
	if f.rng.IntN(3) == 0 {
		b.Call, b.Nth = "write", 1+f.rng.IntN(10*f.Most)
	}
	if f.lives < firstKills || f.rng.IntN(startKills) == 0 { // in the start
		b.Nth = 1 + f.rng.IntN(4)
	}
	return b
}

// once runs one process until its disk fails, and a little further.
func (f *failing) once(ctx context.Context, db store.Options) error {
	b := f.next()
	f.lives++
	p, err := begin(ctx, f.Start(Load{DB: db, Seed: f.rng.Uint64(), Break: b, Careless: f.Careless}))
	if err != nil {
		return err
	}
	idle := time.AfterFunc(time.Minute, p.kill)
	defer idle.Stop()
	var l life
	state := p.hear(func(line string) {
		switch {
		case line == "ready":
			l.ready = true
		case strings.HasPrefix(line, broken):
			if l.broke == "" {
				l.broke = line
				idle.Reset(wentOn)
			}
			if !strings.HasPrefix(line, broken+"checkpoint") {
				l.must = true
			} else if !l.must {
				idle.Reset(200 * time.Millisecond) // it may go on; that was long enough
			}
		case f.acked.hear(line):
			f.report.Acknowledged++
			if l.must {
				l.acks++
			}
			if l.acks > clients {
				p.kill() // enough was seen
			}
		}
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	return f.judge(b, l, state.ExitCode(), p)
}

// judge holds what a process did against what it had to do. Each of its
// clients may still tell of one act that was committed before the failure.
func (f *failing) judge(b Break, l life, status int, p *process) error {
	r := f.report
	r.Failures++
	switch {
	case l.broke == "":
		return fmt.Errorf("nothing failed at %s %d: %w", b.Call, b.Nth, p.ended())
	case l.acks > clients:
		return fmt.Errorf("%w: %d acts were acknowledged after %q (%s %d)", ErrWentOn, l.acks, l.broke, b.Call, b.Nth)
	case l.must && l.ready && status != ExitUnsafe:
		return fmt.Errorf("%w: after %q (%s %d) it ended with %w", ErrWentOn, l.broke, b.Call, b.Nth, p.ended())
	case !l.ready && status == 0:
		return fmt.Errorf("%w: a start in which the disk failed ended with status 0", ErrWentOn)
	}
	if b.Call == "sync" {
		r.Syncs++
	} else {
		r.Writes++
	}
	if !l.ready {
		r.InStart++
	}
	if !l.must {
		r.Checkpoints++
	}
	if status == ExitUnsafe {
		r.Stopped++
	}
	return nil
}
