package project

import (
	"context"
	"log/slog"
	"maps"

	"orderly/internal/access"
	"orderly/internal/figures"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	kept "orderly/internal/store/figures"
	"orderly/internal/store/merchants"
)

const (
	countEntries = 2000 // of the journal in one step
	clearRows    = 4000 // that are taken away in one transaction
)

// Figures keeps the sums behind the overview. Run belongs to one goroutine;
// Step and CatchUp may be called by others meanwhile.
//
// A step reads the next stretch of the journal on a snapshot and works out what
// each order in it adds now less what it added before; one short transaction
// writes the differences with the cursor. Of an order that was only placed the
// entry says it all; of others what is remembered is folded on.
type Figures struct {
	DB    *store.DB
	Log   *slog.Logger
	Wake  <-chan struct{}
	Fatal func(error)

	// Flush writes what was counted beside the journal; nil when there is none.
	Flush func(context.Context) error
}

// Run projects until the context ends.
func (p *Figures) Run(ctx context.Context) {
	loop(p.Log, p.Wake, p.Fatal, "figures are not kept up; trying again").Run(ctx, func(ctx context.Context) (bool, error) {
		if p.Flush != nil {
			if err := p.Flush(ctx); err != nil {
				return false, err
			}
		}
		return round(ctx, p.DB, kept.Consumer, p.Step)
	})
}

// CatchUp projects until nothing is left to do for any merchant.
func (p *Figures) CatchUp(ctx context.Context) error {
	return catchUp(ctx, p.DB, kept.Consumer, p.Step)
}

// Behind is how many journal entries of all merchants wait to be counted.
func (p *Figures) Behind(ctx context.Context) (int64, error) { return behind(ctx, p.DB, kept.Consumer) }

// Step counts the next stretch of one merchant's journal and tells how many
// entries it has come forward; 0 when there are none, or when another process
// was faster.
func (p *Figures) Step(ctx context.Context, m int64) (advanced int64, err error) {
	var c count
	scope := access.System(m, "job", "figures")
	if err := p.DB.Read(ctx, scope, c.read); err != nil || c.to == c.from && !c.anew && !c.book.Clearing {
		return 0, err
	}
	err = p.DB.Transact(ctx, func(tx *store.Tx) error {
		advanced = 0
		tx.Beside(m)
		at, err := cursors.Lock(tx, kept.Consumer)
		if err != nil || at != c.from {
			return err
		}
		if c.anew {
			return kept.Reset(tx, c.zone)
		}
		if done, err := kept.Clear(tx, clearRows); err != nil || !done || c.book.Clearing {
			return err
		}
		if err := kept.Add(tx, c.tally); err != nil {
			return err
		}
		if err := kept.Remember(tx, c.remember); err != nil {
			return err
		}
		advanced = c.to - c.from
		return cursors.Move(tx, kept.Consumer, c.to)
	})
	return advanced, err
}

// count is a stretch of the journal and what it adds.
type count struct {
	from, to int64
	zone     string
	book     kept.Book
	anew     bool // the sums were made under another zone or other definitions

	told     []kept.Told
	day      func(int64) int64
	tally    *figures.Tally
	remember []*figures.Order
}

func (c *count) read(r *store.Reader) error {
	*c = count{}
	var err error
	if c.from, err = cursors.Of(r, kept.Consumer); err != nil {
		return err
	}
	c.to = c.from
	if c.book, err = kept.BookOf(r); err != nil {
		return err
	}
	who, err := merchants.Get(r, r.M)
	if err != nil {
		return err
	}
	c.zone = who.Zone
	if c.anew = c.book.Zone != c.zone || c.book.Version != figures.Version; c.anew || c.book.Clearing {
		return nil
	}
	c.day = figures.Days(who.Location())
	if c.told, err = kept.Journal(r, c.from, countEntries); err != nil || len(c.told) == 0 {
		return err
	}
	c.tally = figures.NewTally(c.day)
	return c.count(r)
}

// count works out what the stretch adds.
func (c *count) count(r *store.Reader) error {
	acts, ids, err := c.acts()
	if err != nil {
		return err
	}
	facts, err := c.facts(r, acts, ids)
	if err != nil {
		return err
	}
	before, err := c.before(r, acts, facts)
	if err != nil {
		return err
	}
	for _, id := range ids {
		f, known := facts[id]
		if !known {
			continue // an entry of no order: verify tells of it
		}
		o := before[id]
		if o == nil {
			o = figures.Begin(*f)
		} else {
			c.tally.Add(o, -1)
			o.Refresh(f)
		}
		o.Fold(acts[id].entries, c.day)
		c.tally.Add(o, 1)
		if acts[id].more || o.Flags()&(figures.FlagWaited|figures.FlagNotFirst) != 0 {
			c.remember = append(c.remember, o)
		}
	}
	return nil
}

// facts reads the columns of the stretch's orders, as few as will do.
func (c *count) facts(r *store.Reader, by map[int64]*acts, ids []int64) (map[int64]*figures.Facts, error) {
	placed := make(map[int64]*figures.Facts, len(ids))
	var only, known []int64
	for _, id := range ids {
		f, ok := by[id].placed()
		if !ok {
			known = append(known, id)
			continue
		}
		only = append(only, id)
		placed[id] = f
	}
	if err := kept.PlacedOf(r, only, placed); err != nil {
		return nil, err
	}
	for _, id := range only { // an entry of no order: verify tells of it
		if placed[id].ID == 0 {
			delete(placed, id)
		}
	}
	rest, err := kept.FactsOf(r, known, c.day)
	maps.Copy(placed, rest)
	return placed, err
}

// placed is what the entries tell of an order that has only been placed; false
// of any other.
func (x *acts) placed() (*figures.Facts, bool) {
	d := x.entries[0].Delta
	if x.more || x.first != 1 || len(x.entries) > 1 || d.Placed == nil || d.Placed.Mode == order.History {
		return nil, false
	}
	f := &figures.Facts{Channel: d.Placed.Channel, Currency: d.Placed.Currency, Total: d.Placed.Total}
	for _, m := range d.Moves {
		if m.From == order.Unsourced {
			f.Units += m.Quantity
		}
	}
	return f, true
}

// acts are an order's entries of the stretch.
type acts struct {
	entries []figures.Entry
	first   int64 // of its own sequence
	more    bool  // not only its placing
}

// acts groups the stretch by order. An act that is told in several entries is
// left for the next stretch when this one does not hold its end.
func (c *count) acts() (map[int64]*acts, []int64, error) {
	out := make(map[int64]*acts, len(c.told))
	ids := make([]int64, 0, len(c.told))
	entries := make([]figures.Entry, len(c.told))
	for i := range c.told {
		if c.told[i].Order == 0 {
			continue
		}
		var err error
		if entries[i], err = c.told[i].Entry(); err != nil {
			return nil, nil, err
		}
	}
	end := len(c.told)
	for end > 0 && entries[end-1].Delta != nil && entries[end-1].Delta.More {
		end--
	}
	if end == 0 {
		end = len(c.told) // no act has so many pieces
	}
	for i := range c.told[:end] {
		t := &c.told[i]
		c.to = t.Seq
		if t.Order == 0 {
			continue
		}
		x := out[t.Order]
		if x == nil {
			x = &acts{first: t.SubjectSeq}
			out[t.Order] = x
			ids = append(ids, t.Order)
		}
		x.entries = append(x.entries, entries[i])
		x.more = x.more || !entries[i].Placing()
	}
	return out, ids, nil
}

// before gives the orders of which entries were counted already, as they were
// then: as remembered, or else folded from those entries.
func (c *count) before(r *store.Reader, by map[int64]*acts, facts map[int64]*figures.Facts) (map[int64]*figures.Order, error) {
	var ids []int64
	for id, x := range by {
		if x.first > 1 {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	out, err := kept.RememberedOf(r, ids)
	if err != nil {
		return nil, err
	}
	var fold []int64
	for _, id := range ids {
		if o := out[id]; o == nil || o.N != by[id].first-1 {
			delete(out, id)
			fold = append(fold, id)
		}
	}
	told, err := kept.Histories(r, fold, c.from)
	if err != nil {
		return nil, err
	}
	for _, id := range fold {
		if facts[id] == nil {
			continue
		}
		if out[id], err = kept.Folded(*facts[id], told[id], c.day); err != nil {
			return nil, err
		}
	}
	return out, nil
}
