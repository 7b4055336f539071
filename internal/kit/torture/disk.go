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
	"sync"
	"time"

	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/kit/verify"
	"orderly/internal/store"
)

// ErrNotRefused says that a full disk was not told as one, or not over when
// there was room again.
var ErrNotRefused = errors.New("a full disk was not answered as one")

// DiskOptions say how disks are filled. The zero value of a field means its
// default where one is named.
type DiskOptions struct {
	Fillings int
	Seed     uint64
	Dir      string
	Most     int   // 32; the most room that is left, in steps of 64 KiB
	Size     int64 // 64 MiB; each is given up for a new one after a few fillings
	Plant    bool  // answer a full disk with a fault of another code, to show that this is noticed
	Log      io.Writer
}

// DiskReport is what full disks found.
type DiskReport struct {
	Seed         uint64  `json:"seed"`
	Fillings     int     `json:"fillings"`
	Refused      int     `json:"refused_disk_full"`
	Restarts     int     `json:"starts_on_a_full_disk"`
	Refusing     int     `json:"starts_refused"`
	Acknowledged int64   `json:"acknowledged"`
	Orders       int     `json:"orders"`
	Disks        int     `json:"disks"`
	Seconds      float64 `json:"seconds"`
}

const (
	roomStep  = 64 << 10
	perDisk   = 5                // fillings
	enough    = 2 * clients      // refusals for one filling
	fillLimit = 20 * time.Second // for the load to fill what room is left
	softLimit = 3 * time.Second  // then the database is opened anew, which gives up a long log
)

// Disk fills the disk below a loaded database again and again, with other room
// left each time. Writes have to be refused as disk_full, reads have to go on,
// nothing that was acknowledged may be missing, and when there is room again
// the database has to go on by itself.
func Disk(ctx context.Context, o DiskOptions) (*DiskReport, error) {
	r := &DiskReport{Seed: o.Seed}
	if err := CanCutPower(); err != nil {
		return r, err
	}
	o.Most, o.Size = cmp.Or(o.Most, 32), cmp.Or(o.Size, 64<<20)
	rng, began := rand.New(rand.NewPCG(o.Seed, 0)), time.Now()
	for r.Fillings < o.Fillings {
		f := &filling{DiskOptions: o, rng: rng, report: r, acked: acknowledged{}}
		err := f.onDisk(ctx, r.Disks%2 == 0)
		r.Orders += len(f.acked)
		r.Seconds = time.Since(began).Seconds()
		if err != nil {
			return r, fmt.Errorf("filling %d (seed %d): %w", r.Fillings, o.Seed, err)
		}
		fmt.Fprintf(o.Log, "%d fillings, %d refusals, %d acts acknowledged: all there, verify clean\n", r.Fillings, r.Refused, r.Acknowledged)
	}
	return r, nil
}

// filling is a campaign on one disk. Its workers run in this process.
type filling struct {
	DiskOptions
	rng    *rand.Rand
	report *DiskReport
	disk   *image

	mu     sync.Mutex
	acked  acknowledged
	full   int   // refusals as disk_full in this filling
	wrong  error // anything else that no full disk explains
	worker *Worker
	db     *store.DB
}

// onDisk fills one disk, in memory or an ext4 image, a few times.
func (f *filling) onDisk(ctx context.Context, memory bool) (err error) {
	f.report.Disks++
	if f.disk, err = newDisk(f.Dir, f.Size, memory); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.disk.unmount()) }()
	if err := f.open(ctx); err != nil {
		return err
	}
	defer func() { f.close() }()
	for n := 1; f.report.Fillings < f.Fillings && n <= perDisk && f.disk.used() < 0.5; n++ {
		if err := f.fill(ctx); err != nil {
			return err
		}
		f.report.Fillings++
		level := verify.Quick
		if f.report.Fillings == f.Fillings || n == perDisk || f.disk.used() >= 0.5 {
			level = verify.Deep
		}
		if err := f.acked.checkOpen(ctx, f.db, level); err != nil {
			return err
		}
	}
	return nil
}

func (f *filling) open(ctx context.Context) (err error) {
	if f.db, err = store.Open(ctx, store.Options{Dir: filepath.Join(f.disk.point, "data")}); err != nil {
		return err
	}
	f.worker, err = Load{Acks: f}.worker(ctx, f.db)
	if err != nil {
		return errors.Join(err, f.db.Close())
	}
	f.worker.hear, f.worker.note = f.hear, strings.Repeat("takes room ", 700)
	f.worker.desk.Fatal = func(err error) { f.hear(errors.Join(desk.ErrFatal, err)) }
	return nil
}

func (f *filling) close() {
	if f.worker != nil {
		f.worker.desk.Close()
		_ = f.db.Close() // on a full disk the lease cannot be given back
		f.worker = nil
	}
}

// Write hears what the worker acknowledges.
func (f *filling) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.acked.hear(string(line)) {
		f.report.Acknowledged++
	}
	return len(line), nil
}

func (f *filling) hear(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Plant && fault.CodeOf(err) == "disk_full" {
		err = fault.Wrap(err, fault.Unavailable, "busy", "the database is busy")
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded): // the load is being stopped
	case fault.CodeOf(err) == "disk_full" && fault.KindOf(err) == fault.Unavailable:
		f.full++
	case fault.KindOf(err) == fault.Unavailable || fault.KindOf(err) == fault.Internal:
		f.wrong = cmp.Or(f.wrong, fmt.Errorf("%w: %w", ErrNotRefused, err))
	}
}

// fill takes the room away, loads until writes are refused, looks, and gives
// the room back.
func (f *filling) fill(ctx context.Context) error {
	room := int64(f.rng.IntN(f.Most+1)) * roomStep
	ballast := filepath.Join(f.disk.point, "ballast")
	if err := occupy(ballast, f.disk.room()-room); err != nil {
		return err
	}
	f.full, f.wrong = 0, nil
	err := f.loadUntilFull(ctx, softLimit)
	if errors.Is(err, errRoomLeft) {
		if err = f.reopen(ctx); err == nil && f.worker != nil {
			err = f.loadUntilFull(ctx, fillLimit)
		}
	}
	if err == nil && f.worker != nil {
		err = f.acked.held(ctx, f.db) // reads go on
	}
	if err == nil && f.worker != nil && f.rng.IntN(4) == 0 {
		err = f.reopen(ctx)
	}
	if err := errors.Join(err, os.Remove(ballast)); err != nil {
		return fmt.Errorf("with %d KiB of room: %w", room>>10, err)
	}
	if f.worker == nil {
		if err := f.open(ctx); err != nil {
			return fmt.Errorf("open with room again: %w", err)
		}
	}
	if err := f.resume(ctx); err != nil {
		return fmt.Errorf("with room again, after %d KiB: %w", room>>10, err)
	}
	return nil
}

// loadUntilFull works until enough writes were refused.
func (f *filling) loadUntilFull(ctx context.Context, limit time.Duration) error {
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	ended := make(chan error, 1)
	go func() { ended <- f.worker.load(ctx, f.rng.Uint64()) }()
	for {
		select {
		case err := <-ended:
			f.report.Refused += f.full
			if err = cmp.Or(f.wrong, err); err == nil && f.full < enough {
				err = fmt.Errorf("%w: %w: %d writes were refused as disk_full in %s", ErrNotRefused, errRoomLeft, f.full, limit)
			}
			return err
		case <-tick.C:
			f.mu.Lock()
			if f.full >= enough || f.wrong != nil {
				stop()
			}
			f.mu.Unlock()
		}
	}
}

// errRoomLeft says that the load did not fill the disk. Its log may have room
// in itself: SQLite writes it anew from the front after a checkpoint.
var errRoomLeft = errors.New("the disk did not fill up")

// reopen starts on the full disk. It may start or be refused for want of room;
// nothing else.
func (f *filling) reopen(ctx context.Context) error {
	f.close()
	f.report.Restarts++
	err := f.open(ctx)
	if code := fault.CodeOf(err); code == "disk_full" || code == "unwritable" {
		f.report.Refusing++
		return nil
	}
	return err
}

// resume shows that the first writes with room again are carried out.
func (f *filling) resume(ctx context.Context) error {
	f.full, f.wrong = 0, nil
	before := f.report.Acknowledged
	rng := rand.New(rand.NewPCG(f.rng.Uint64(), 0))
	for n := 0; n < 100 && f.report.Acknowledged == before; n++ { // some are refused for want of stock
		if err := f.worker.place(ctx, rng, fmt.Sprintf("again-%d-%d", f.report.Fillings, n)); err != nil && fault.KindOf(err) != fault.Conflict {
			return fmt.Errorf("%w: %w", ErrNotRefused, err)
		}
	}
	if f.report.Acknowledged == before {
		return fmt.Errorf("%w: no order was taken", ErrNotRefused)
	}
	return f.wrong
}
