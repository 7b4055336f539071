package verify

import (
	"bytes"
	"fmt"
	"maps"

	"orderly/internal/figures"
	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/store/cursors"
	kept "orderly/internal/store/figures"
	"orderly/internal/store/merchants"
)

// recounting is the figures made anew while the books are read, as far as the
// projection had come when it began (seq).
type recounting struct {
	seq   int64
	have  *audit.FiguresKept
	day   func(int64) int64
	tally *figures.Tally

	placed map[figures.Cell]*figures.Sums // a quick run has these alone
	events map[audit.EventCount]int64
	late   map[figures.Cell]bool // an order of it was canceled or changed since
	behind bool
}

// figures: the sums behind the overview are what the journal tells. A quick run
// adds up the orders' rows, which is all that counts on the day of placing;
// longer ones fold every order from its entries.
func (x *run) figures() error {
	c := recounting{placed: map[figures.Cell]*figures.Sums{}, events: map[audit.EventCount]int64{}, late: map[figures.Cell]bool{}}
	begun, err := x.beginFigures(&c)
	if err != nil || !begun {
		return err
	}
	err = x.walk(audit.FigurePages, func(r *store.Reader, in audit.Range) error {
		if x.opts.Level >= Full {
			return x.foldPage(r, in, &c)
		}
		without, err := audit.PlacedAfter(r, c.seq, mostBehind+1)
		if err != nil || len(without) > mostBehind {
			c.behind = true
			return err
		}
		changed, err := audit.ChangedAfter(r, c.seq, mostBehind+1)
		if err != nil || len(changed) > mostBehind {
			c.behind = true
			return err
		}
		page, late := map[figures.Cell]*figures.Sums{}, map[figures.Cell]bool{}
		n, err := audit.PlacedSums(r, in, without, changed, page, late)
		x.later(func() {
			for cell, s := range page {
				addTo(c.placed, cell, s)
			}
			maps.Copy(c.late, late)
		})
		x.count(n, "R2")
		return err
	})
	if err != nil {
		return err
	}
	if c.behind {
		x.skip("R2", "merchant %d: more than %d entries were written while figures were added up", x.scope.Merchant, mostBehind)
		return nil
	}
	if x.opts.Level < Full {
		x.comparePlaced(&c)
		return nil
	}
	x.compareSums(&c)
	return x.compareEvents(&c)
}

func addTo(by map[figures.Cell]*figures.Sums, c figures.Cell, s *figures.Sums) {
	if by[c] == nil {
		by[c] = &figures.Sums{}
	}
	by[c].Add(s, 1)
}

// beginFigures reads what is kept and how far it had come; false when there is
// nothing to compare yet.
func (x *run) beginFigures(c *recounting) (begun bool, err error) {
	err = x.read(func(r *store.Reader) error {
		begun = false
		book, err := kept.BookOf(r)
		if err != nil || book.Zone == "" {
			return err
		}
		if c.seq, err = cursors.Of(r, kept.Consumer); err != nil {
			return err
		}
		who, err := merchants.Get(r, r.M)
		if err != nil {
			return err
		}
		if book.Clearing || book.Version != figures.Version || book.Zone != who.Zone {
			return nil // they are made anew
		}
		c.day = figures.Days(who.Location())
		c.tally = figures.NewTally(c.day)
		begun = true
		c.have, err = audit.KeptFigures(r)
		return err
	})
	return begun, err
}

// foldPage folds the orders of a page and counts what they add.
func (x *run) foldPage(r *store.Reader, in audit.Range, c *recounting) error {
	told, err := kept.HistoriesBetween(r, in.After, in.UpTo)
	if err != nil {
		return err
	}
	ids := make([]int64, 0, len(told))
	for id := range told {
		ids = append(ids, id)
	}
	facts, err := kept.FactsOf(r, ids, c.day)
	if err != nil {
		return err
	}
	remembered, err := kept.RememberedOf(r, ids)
	if err != nil {
		return err
	}
	var page []*figures.Order
	var late []figures.Cell
	for _, id := range ids {
		upTo := told[id]
		for len(upTo) > 0 && upTo[len(upTo)-1].Seq > c.seq {
			upTo = upTo[:len(upTo)-1]
		}
		if len(upTo) == 0 || facts[id] == nil {
			continue
		}
		o, err := kept.Folded(*facts[id], upTo, c.day)
		if err != nil {
			x.tell("R2", ident.Text("ord", id), "its journal cannot be folded for figures: %v", err)
			continue
		}
		page = append(page, o)
		if len(upTo) < len(told[id]) {
			late = append(late, figures.Cell{Day: c.day(o.PlacedAt), Channel: o.Channel, Location: o.Location, Currency: o.Currency})
		} else if m, listed := remembered[id]; listed && (m == nil || m.N == o.N && !bytes.Equal(m.Pack(), o.Pack())) {
			x.tell("R2", ident.Text("ord", id), "what figures remember of the order is not what its journal tells; repair with --repair figures")
		}
	}
	x.later(func() {
		for _, o := range page {
			c.tally.Add(o, 1)
		}
		for e, n := range c.tally.Events { // one by one they would be too many
			if n > 0 {
				c.events[audit.EventCount{Event: e.Event, Day: e.Day}]++
			}
		}
		clear(c.tally.Events)
		for _, cell := range late {
			c.late[cell] = true
		}
	})
	x.count(int64(len(page)), "R2")
	return nil
}

// comparePlaced holds what the rows say against what is kept, over all
// locations: an order's row does not know where it was first worked.
func (x *run) comparePlaced(c *recounting) {
	have := map[figures.Cell]*figures.Sums{}
	for cell, s := range c.have.Sums {
		cell.Location = 0
		addTo(have, cell, &s)
	}
	for cell := range c.placed {
		addTo(have, cell, &figures.Sums{})
	}
	for cell, s := range have {
		if c.late[cell] {
			continue
		}
		want := c.placed[cell]
		if want == nil {
			want = &figures.Sums{}
		}
		for _, m := range [...]figures.Measure{figures.Orders, figures.Units, figures.Gross, figures.Discount, figures.Tax, figures.Fees, figures.Total} {
			x.differs(cell, m.String(), s[m], want[m])
		}
	}
}

// compareSums holds what was folded against what is kept.
func (x *run) compareSums(c *recounting) {
	for cell := range c.have.Sums {
		addTo(c.tally.Sums, cell, &figures.Sums{})
	}
	for cell, want := range c.tally.Sums {
		have := c.have.Sums[cell]
		for m := range have {
			if figures.Measure(m) != figures.CanceledValue || !c.late[cell] {
				x.differs(cell, figures.Measure(m).String(), have[m], want[m])
			}
		}
	}
	for p := range c.have.Times {
		if c.tally.Times[p] == nil {
			c.tally.Times[p] = &figures.Times{}
		}
	}
	for p, want := range c.tally.Times {
		var have figures.Times
		if b, there := c.have.Times[p]; there {
			if err := have.MergePacked(b); err != nil {
				x.wrongFigure(figures.Cell{Day: p.Day, Channel: p.Channel, Location: p.Location}, "the times of its stages cannot be read")
				continue
			}
		}
		for i := range have {
			if a, b := &have[i], &want[i]; !a.Same(b) {
				x.wrongFigure(figures.Cell{Day: p.Day, Channel: p.Channel, Location: p.Location},
					fmt.Sprintf("%s is kept as %d that took %d s, the journal tells of %d that took %d s", figures.StageNames[i], a.N, a.Sum, b.N, b.Sum))
			}
		}
	}
	for s := range c.have.Backlog {
		c.tally.Backlog[s] += 0
	}
	for s, want := range c.tally.Backlog {
		if have := c.have.Backlog[s]; have != want {
			x.wrongFigure(figures.Cell{Channel: s.Channel, Location: s.Location}, fmt.Sprintf("%d orders are counted as %s of hour %d, the journal tells of %d", have, s.Stage, s.Hour, want))
		}
	}
}

// compareEvents counts the orders that are listed behind figures. Each event is
// counted in a snapshot of its own, as long as nothing was added meanwhile.
func (x *run) compareEvents(c *recounting) error {
	have := map[audit.EventCount]int64{}
	for event := figures.EventReleased; event <= figures.EventRefunded; event++ {
		moved := false
		err := x.read(func(r *store.Reader) error {
			seq, err := cursors.Of(r, kept.Consumer)
			if moved = seq != c.seq; moved || err != nil {
				return err
			}
			return audit.CountEvents(r, event, have)
		})
		if err != nil {
			return err
		}
		if moved {
			x.skip("R2", "merchant %d: the orders behind figures, which changed while they were counted", x.scope.Merchant)
			return nil
		}
	}
	for e := range c.events {
		have[e] += 0
	}
	for e, n := range have {
		if n != c.events[e] {
			x.wrongFigure(figures.Cell{Day: e.Day}, fmt.Sprintf("%d orders are listed under event %d, the journal tells of %d", n, e.Event, c.events[e]))
		}
	}
	return nil
}

func (x *run) differs(c figures.Cell, what string, have, want int64) {
	if have != want {
		x.wrongFigure(c, fmt.Sprintf("%s is %d, the books say %d", what, have, want))
	}
}

func (x *run) wrongFigure(c figures.Cell, message string) {
	subject := fmt.Sprintf("figures of day %d", c.Day)
	if c.Channel != "" {
		subject += ", channel " + c.Channel
	}
	if c.Location != 0 {
		subject += ", " + ident.Text("loc", c.Location)
	}
	x.noteNow(Violation{ID: "R2", Merchant: x.scope.Merchant, Subject: subject, Message: message + "; repair with --repair figures"})
}
