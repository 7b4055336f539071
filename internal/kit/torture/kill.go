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
	"sync"
	"time"

	"orderly/internal/kit/verify"
	"orderly/internal/store"
)

// KillOptions say how a kill loop runs. The zero value of a field means its
// default where one is named.
type KillOptions struct {
	Kills    int
	Seed     uint64
	DB       store.Options // on SQLite its directory gets one below it for each database
	Start    Starter
	Most     time.Duration // 200ms; the longest time under load before a kill
	Every    int           // 20; everything is looked at after so many kills
	Parallel int           // 1; loops at the same time, each on databases of its own; SQLite only
	Orders   int           // 20,000; a database with so many is checked deeply and given up for a new one; SQLite only
	Log      io.Writer
}

// startKills says how many of the processes are killed while they start: one
// in so many, and the first ones of each database.
const (
	startKills = 8
	firstKills = 2
)

// KillReport is what a kill loop found.
type KillReport struct {
	Seed         uint64  `json:"seed"`
	Kills        int     `json:"kills"`
	InStart      int     `json:"kills_in_start"`
	Acknowledged int64   `json:"acknowledged"`
	Orders       int     `json:"orders"`
	Databases    int     `json:"databases"`
	Checks       int     `json:"checks"`
	StartMillis  float64 `json:"start_ms"` // of a process, on average
	Seconds      float64 `json:"seconds"`
}

// Kill starts a loaded process, kills it with SIGKILL, and starts the next on
// the same database, again and again. It keeps its own log of what was
// acknowledged. It fails when anything of that is not there afterwards, or
// when verify finds a violation.
func Kill(ctx context.Context, o KillOptions) (*KillReport, error) {
	o.Most, o.Every, o.Parallel, o.Orders = cmp.Or(o.Most, 200*time.Millisecond), cmp.Or(o.Every, 20), cmp.Or(o.Parallel, 1), cmp.Or(o.Orders, 20_000)
	if o.DB.URL != "" && o.Parallel > 1 {
		return &KillReport{Seed: o.Seed}, errors.New("several loops need a database each: leave parallel away")
	}
	began := time.Now()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	total := &KillReport{Seed: o.Seed}
	loops := make([]*killLoop, o.Parallel)
	errs := make([]error, o.Parallel)
	var wg sync.WaitGroup
	for i := range loops {
		loops[i] = &killLoop{KillOptions: o, n: i, rng: rand.New(rand.NewPCG(o.Seed, uint64(i))), total: total}
		wg.Go(func() {
			if errs[i] = loops[i].run(ctx); errs[i] != nil {
				cancel() // one failure is enough to stop and look
			}
		})
	}
	wg.Wait()
	for _, l := range loops {
		total.Orders += l.orders + len(l.acked)
	}
	total.Seconds = time.Since(began).Seconds()
	if started := total.Kills - total.InStart; started > 0 {
		total.StartMillis /= float64(started)
	}
	return total, firstCause(errs)
}

// firstCause prefers what went wrong to what was stopped because of it.
func firstCause(errs []error) error {
	var canceled error
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
		canceled = cmp.Or(canceled, err)
	}
	return canceled
}

// telling guards the report that loops share.
var telling sync.Mutex

// killLoop kills processes on one database at a time.
type killLoop struct {
	KillOptions
	n      int
	rng    *rand.Rand
	total  *KillReport
	db     store.Options
	acked  acknowledged
	kills  int // on this database
	orders int // of the databases before this one
	starts time.Duration
}

func (l *killLoop) run(ctx context.Context) error {
	share := l.Kills / l.Parallel
	if l.n < l.Kills%l.Parallel {
		share++
	}
	for done := 1; done <= share; done++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if l.acked == nil {
			l.fresh()
		}
		if err := l.once(ctx); err != nil {
			return fmt.Errorf("kill %d of loop %d (seed %d, %s): %w", done, l.n, l.Seed, l.db.Dir, err)
		}
		last, full := done == share, l.DB.URL == "" && len(l.acked) >= l.Orders
		if !last && !full && done%l.Every != 0 {
			continue
		}
		level := verify.Quick
		if last || full {
			level = verify.Deep
		}
		if err := l.acked.check(ctx, l.db, level); err != nil {
			return fmt.Errorf("after kill %d of loop %d (seed %d, %s): %w", done, l.n, l.Seed, l.db.Dir, err)
		}
		l.tell()
		if full {
			l.orders, l.acked = l.orders+len(l.acked), nil
			if err := os.RemoveAll(l.db.Dir); err != nil {
				return err
			}
		}
	}
	return nil
}

// fresh goes on with a new database.
func (l *killLoop) fresh() {
	telling.Lock()
	defer telling.Unlock()
	l.db, l.acked, l.kills = l.DB, acknowledged{}, 0
	if l.DB.URL == "" {
		l.db.Dir = filepath.Join(l.DB.Dir, fmt.Sprintf("database-%d", l.total.Databases))
	}
	l.total.Databases++
}

func (l *killLoop) tell() {
	telling.Lock()
	defer telling.Unlock()
	l.total.Checks++
	fmt.Fprintf(l.Log, "%d kills, %d of them in the start; %d acts acknowledged: all there, verify clean\n", l.total.Kills, l.total.InStart, l.total.Acknowledged)
}

// once runs one process to its death and adds what it acknowledged.
func (l *killLoop) once(ctx context.Context) error {
	inStart := l.kills < firstKills || l.rng.IntN(startKills) == 0
	after := 1 + l.rng.Int64N(int64(l.Most))
	if inStart { // a little longer than a start takes, so that its end is met as well
		after = 1 + l.rng.Int64N(max(int64(l.starts+l.starts/4), int64(40*time.Millisecond)))
	}
	began := time.Now()
	p, err := begin(ctx, l.Start(Load{DB: l.db, Seed: l.rng.Uint64()}))
	if err != nil {
		return err
	}
	if inStart {
		time.AfterFunc(time.Duration(after), p.kill)
	}
	n, ready := int64(0), false
	state := p.hear(func(line string) {
		if line == "ready" {
			ready, l.starts = true, time.Since(began)
			if !inStart {
				time.AfterFunc(time.Duration(after), p.kill)
			}
		} else if l.acked.hear(line) {
			n++
		}
	})
	if state.Exited() || !ready && !inStart && ctx.Err() == nil {
		return cmp.Or(ctx.Err(), p.ended())
	}
	l.kills++
	telling.Lock()
	defer telling.Unlock()
	l.total.Kills++
	l.total.Acknowledged += n
	if inStart {
		l.total.InStart++
	} else {
		l.total.StartMillis += float64(l.starts.Microseconds()) / 1000
	}
	return ctx.Err()
}
