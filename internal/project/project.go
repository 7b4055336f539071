// Package project follows the journal and keeps what is made from it: the
// words by which orders are found, and the sums behind the overview.
//
// What belongs here: how far a projection has come, in which steps it goes,
// and what wakes it. What does not: what an order's words are (search), what is
// counted of it (figures), and where either is kept (store/tokens,
// store/figures). Nothing here is read by an act.
//
// A step is one short transaction that writes words, or sums, together with its
// cursor, so a crash at any point neither loses nor doubles any. Any number of
// processes may project at once: the cursor's row lets one at a time. It never
// takes a merchant's lock; on SQLite, which has one writer, it waits its turn.
package project

import (
	"context"
	"log/slog"
	"time"

	"orderly/internal/access"
	"orderly/internal/follow"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	"orderly/internal/store/tokens"
)

// Consumer is the name of the search projection's cursor.
const Consumer = "search"

const (
	pageEntries = 4000                   // of the journal in one step
	pageOrders  = 1024                   // whose words are written in one transaction
	pollEvery   = 300 * time.Millisecond // for commits of other processes
	gather      = 200 * time.Millisecond // after a commit, so that one step serves many: they share pages and a commit
)

// Search keeps the words by which orders are found. Run belongs to one
// goroutine; Step and CatchUp may be called by others meanwhile.
type Search struct {
	DB  *store.DB
	Log *slog.Logger

	// Wake tells of commits of this process; nil to poll alone.
	Wake <-chan struct{}

	// Fatal is called when the disk failed under the database. It must not
	// return. Without it the failure is logged and tried again.
	Fatal func(error)
}

// Run projects until the context ends.
func (p *Search) Run(ctx context.Context) {
	loop(p.Log, p.Wake, p.Fatal, "search is not kept up; trying again").Run(ctx, func(ctx context.Context) (bool, error) { return round(ctx, p.DB, Consumer, p.Step) })
}

// loop is how projections follow: closer than others do, since people see them.
func loop(log *slog.Logger, wake <-chan struct{}, fatal func(error), failed string) *follow.Loop {
	return &follow.Loop{Log: log, Wake: wake, Fatal: fatal, Failed: failed, Poll: pollEvery, Gather: gather}
}

// CatchUp projects until nothing is left to do for any merchant.
func (p *Search) CatchUp(ctx context.Context) error { return catchUp(ctx, p.DB, Consumer, p.Step) }

func catchUp(ctx context.Context, db *store.DB, consumer string, step func(context.Context, int64) (int64, error)) error {
	for {
		list, err := cursors.Behind(ctx, db, consumer)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, lag := range list {
			if _, err := step(ctx, lag.Merchant); err != nil {
				return err
			}
		}
	}
}

// round makes one step for every merchant whose projection is behind. There is
// more to do when a step did not come as far as the journal was.
func round(ctx context.Context, db *store.DB, consumer string, step func(context.Context, int64) (int64, error)) (more bool, err error) {
	list, err := cursors.Behind(ctx, db, consumer)
	if err != nil {
		return false, err
	}
	for _, lag := range list {
		advanced, err := step(ctx, lag.Merchant)
		if err != nil {
			return false, err
		}
		more = more || advanced < lag.Entries
	}
	return more, nil
}

// Behind is how many journal entries of all merchants wait for the projection.
func (p *Search) Behind(ctx context.Context) (int64, error) { return behind(ctx, p.DB, Consumer) }

func behind(ctx context.Context, db *store.DB, consumer string) (n int64, err error) {
	list, err := cursors.Behind(ctx, db, consumer)
	for _, lag := range list {
		n += lag.Entries
	}
	return n, err
}

// Step projects the next stretch of one merchant's journal and tells how many
// entries it has come forward; 0 when there are none, or when another process
// was faster.
func (p *Search) Step(ctx context.Context, m int64) (advanced int64, err error) {
	s := stretch{fresh: tokens.FreshOf(p.DB)}
	scope := access.System(m, "job", "search")
	if err := p.DB.Read(ctx, scope, s.read); err != nil || s.to == s.from {
		return 0, err
	}
	advanced, err = p.write(ctx, m, &s, tokens.Reindex)
	if store.Duplicate(err) { // words of an order that has no list: verify would tell
		advanced, err = p.write(ctx, m, &s, tokens.Repair)
	}
	return advanced, err
}

// write keeps a stretch's words, unless another process was faster.
func (p *Search) write(ctx context.Context, m int64, s *stretch, reindex func(*store.Tx, []order.ID, tokens.Words) (int, error)) (advanced int64, err error) {
	err = p.DB.Transact(ctx, func(tx *store.Tx) error {
		advanced = 0
		tx.Beside(m)
		at, err := cursors.Lock(tx, Consumer)
		if err != nil || at != s.from {
			return err
		}
		if _, err := reindex(tx, s.orders, s.words); err != nil {
			return err
		}
		advanced = s.to - s.from
		return cursors.Move(tx, Consumer, s.to)
	})
	return advanced, err
}
