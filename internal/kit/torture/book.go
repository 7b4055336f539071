package torture

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"orderly/internal/journal"
	"orderly/internal/kit/verify"
	"orderly/internal/store"
	"orderly/internal/store/entries"
)

// ErrUntrue says that what clients were told is not what happened.
var ErrUntrue = errors.New("clients were not told the truth")

// Verdict is what a client was told of one act.
type Verdict string

const (
	Done    Verdict = "done"    // acknowledged
	Absent  Verdict = "absent"  // refused, or "nothing was changed: try again"
	Unknown Verdict = "unknown" // "repeat the request to learn the outcome"
	Broken  Verdict = "broken"  // anything else: no client should see such an answer
)

// Book is kept outside of the database: what clients were told of which act. It
// is held against the journal, in which each act's name is its cause. It is safe
// for concurrent use.
type Book struct {
	mu      sync.Mutex
	told    map[string]Verdict
	counts  map[Verdict]int64
	last    map[string]time.Time // the last acknowledged act, by node
	broken  []string
	seq     int64            // how far the journal was read
	effects map[string]int64 // act → how often it was done
	orders  map[int64]string // order → the act that placed it
}

func newBook() *Book {
	return &Book{
		told: map[string]Verdict{}, counts: map[Verdict]int64{}, last: map[string]time.Time{},
		effects: map[string]int64{}, orders: map[int64]string{},
	}
}

// Tell writes down what a node told of an act.
func (b *Book) Tell(node, act string, v Verdict, why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counts[v]++
	switch v {
	case Broken:
		b.broken = append(b.broken, act+": "+why)
		return
	case Done:
		b.last[node] = time.Now()
	}
	b.told[act] = v
}

// acts is how many acts were told of with a verdict.
func (b *Book) acts(v Verdict) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.counts[v]
}

// doneSince reports whether a node has acknowledged anything since an instant.
func (b *Book) doneSince(node string, at time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last[node].After(at)
}

// Check reads the journal on and holds it against what was told. Acts under way
// may or may not be there; those told of before must be as they were told, and
// none may be there twice.
func (b *Book) Check(ctx context.Context, db *store.DB) error {
	b.mu.Lock()
	told := make(map[string]Verdict, len(b.told))
	for act, v := range b.told {
		told[act] = v
	}
	wrong := append([]string(nil), b.broken...)
	b.mu.Unlock()
	more, err := b.read(ctx, db)
	if err != nil {
		return err
	}
	wrong = append(wrong, more...)
	for act, n := range b.effects {
		if n > 1 {
			wrong = append(wrong, fmt.Sprintf("%s was done %d times", act, n))
		}
	}
	for act, v := range told {
		switch n := b.effects[act]; {
		case v == Done && n == 0:
			wrong = append(wrong, act+" was acknowledged and is not there")
		case v == Absent && n > 0:
			wrong = append(wrong, act+" was told to have changed nothing and is there")
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %d times: %s", ErrUntrue, len(wrong), strings.Join(wrong[:min(len(wrong), 5)], "; "))
}

// read counts the effects in the journal from where it was left. It follows it
// as every reader of the feed does: by the merchant's gapless sequence.
func (b *Book) read(ctx context.Context, db *store.DB) (wrong []string, err error) {
	for {
		var list []journal.Entry
		err := db.Read(ctx, scope, func(r *store.Reader) (err error) {
			list, err = entries.After(r, b.seq, 500)
			return err
		})
		if err != nil {
			return wrong, fmt.Errorf("read the journal: %w", err)
		}
		for _, e := range list {
			if e.Seq != b.seq+1 {
				wrong = append(wrong, fmt.Sprintf("the journal goes from %d to %d", b.seq, e.Seq))
			}
			b.seq = e.Seq
			if e.Type == journal.OrderPlaced {
				if other := b.orders[e.Subject]; other != "" {
					wrong = append(wrong, fmt.Sprintf("%s and %s placed one order", other, e.Cause))
				}
				b.orders[e.Subject] = e.Cause
			}
			if e.Cause != "" && e.Type == effectOf(e.Cause) {
				b.effects[e.Cause]++
			}
		}
		if len(list) < 500 {
			return wrong, nil
		}
	}
}

// close checks everything a last time, deeply, when no client is at work.
func (b *Book) close(ctx context.Context, o store.Options) error {
	db, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := b.Check(ctx, db); err != nil {
		return err
	}
	r, err := verify.Run(ctx, db, verify.Options{Level: verify.Deep})
	if err != nil {
		return err
	}
	if !r.Clean() {
		return fmt.Errorf("%w: verify: %d violations, the first: %+v", ErrUntrue, r.Total, r.Violations[0])
	}
	return nil
}
