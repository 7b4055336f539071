package replay

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
)

// trial is a replay on its way. It belongs to one goroutine.
type trial struct {
	b       *books
	o       *Options
	free    map[stock.Cell]int64
	placed  map[order.ID]*placed
	waiting map[int64][]*waits // by item, first come first
	work    map[stock.LocationID]int64
	day     map[stock.LocationID]int64 // on which work was begun to be counted
	dice    *rand.Rand
	report  Report
	done    map[stock.LocationID]*Load
	would   map[stock.LocationID]*Load
}

// placed is an order that goes through the profile.
type placed struct {
	actual outcome
	claims []claim
	lines  map[int]bool // that came with the placement
	moves  []order.Move
}

type claim struct {
	line int
	cell stock.Cell
	n    int64
}

type waits struct {
	of   *placed
	id   order.ID
	line int
	n    int64
}

func newTrial(b *books, o *Options) *trial {
	return &trial{
		b: b, o: o, free: b.free, placed: map[order.ID]*placed{}, waiting: map[int64][]*waits{}, work: map[stock.LocationID]int64{}, day: map[stock.LocationID]int64{},
		done: map[stock.LocationID]*Load{}, would: map[stock.LocationID]*Load{},
		dice:   rand.New(rand.NewPCG(o.Seed, 0)), //nolint:gosec // a sample, not a secret
		report: Report{Profile: o.Profile, From: o.From, To: o.To, Seed: o.Seed},
	}
}

func (t *trial) run() *Report {
	for i := range t.b.events {
		e := &t.b.events[i]
		if e.at >= t.o.To {
			break
		}
		t.goods(e)
		if o := t.b.orders[e.order]; o != nil {
			t.step(e, o)
		}
	}
	slices.SortFunc(t.report.Moves, func(a, b Moved) int { return cmp.Compare(a.Number, b.Number) })
	t.report.Done.Load, t.report.Would.Load = loads(t.done), loads(t.would)
	return &t.report
}

// goods has what came or went change the stock, and serves who waits for it.
func (t *trial) goods(e *event) {
	for _, m := range e.moved {
		t.free[m.Cell] += m.Quantity
	}
	for _, m := range e.moved {
		t.serve(m.Cell.Item)
	}
}

func (t *trial) serve(item int64) {
	left := t.waiting[item][:0]
	for _, w := range t.waiting[item] {
		for _, l := range t.b.catalog.Locations { // by priority
			cell := stock.Cell{Item: item, Location: l.ID}
			if n := min(w.n, max(0, t.free[cell])); n > 0 && l.Active {
				t.free[cell] -= n
				w.n -= n
				w.of.claims = append(w.of.claims, claim{w.line, cell, n})
			}
		}
		if w.n > 0 {
			left = append(left, w)
		}
	}
	t.waiting[item] = left
}

// step goes over one entry of an order.
func (t *trial) step(e *event, o *order.Order) {
	if e.delta.Placed != nil && o.Mode == order.Live {
		t.report.Orders++
		t.placed[o.ID] = &placed{lines: map[int]bool{}}
	}
	p := t.placed[o.ID]
	switch {
	case p == nil:
		t.asDone(o, e.delta.Moves, nil)
	case e.typ == journal.OrderPlaced:
		p.moves = append(p.moves, e.delta.Moves...)
		if !e.delta.More {
			t.place(e, o, p)
		}
	default:
		t.asDone(o, e.delta.Moves, p.lines)
		t.cancel(e.delta.Moves, p)
	}
}

// asDone claims and frees what was claimed and freed, but for lines that went
// through the profile.
func (t *trial) asDone(o *order.Order, moves []order.Move, but map[int]bool) {
	for _, m := range moves {
		if but[m.Line] || m.HandChange() != 0 {
			continue // what is shipped leaves shelf and claim together
		}
		cell, n := t.b.claim(o, m)
		t.free[cell] -= n
		if n < 0 {
			t.serve(cell.Item)
		}
	}
}

// place has the profile find places for an order.
func (t *trial) place(e *event, o *order.Order, p *placed) {
	demands := t.demands(o, p)
	if len(demands) == 0 {
		return
	}
	t.newDay(e.at)
	ask := t.b.catalog.Known(e.at, t.work, t.b.costs).AskOf(o, demands, nil)
	c := t.o.Profile.Choose(ask, func(item int64, at stock.LocationID) int64 { return t.free[stock.Cell{Item: item, Location: at}] })
	grams := map[int64]int64{}
	for _, d := range ask.Demands {
		grams[d.Item] = d.Grams
		c.Reason.Parted = c.Reason.Parted || o.Line(d.Line).Scale > 0
	}
	var would outcome
	for _, x := range c.Takes {
		cell := stock.Cell{Item: x.Item, Location: x.Place}
		t.free[cell] -= x.Quantity
		p.claims = append(p.claims, claim{x.Line, cell, x.Quantity})
		would.add(x.Place, x.Quantity, x.Quantity*grams[x.Item])
	}
	for at := range would.units {
		t.work[at]++
	}
	for _, s := range c.Short {
		if c.After == sourcing.Canceled {
			would.cancel += s.Quantity
			continue
		}
		would.short += s.Quantity
		t.waiting[s.Item] = append(t.waiting[s.Item], &waits{p, o.ID, s.Line, s.Quantity})
	}
	for _, m := range p.moves {
		if cell, n := t.b.claim(o, m); n > 0 {
			p.actual.add(cell.Location, n, n*grams[cell.Item])
		}
	}
	t.report.Done.count(&p.actual, ask.Places, t.done)
	t.report.Would.count(&would, ask.Places, t.would)
	t.compare(o, &p.actual, &would, ask.Places, &c.Reason)
}

func (t *trial) compare(o *order.Order, done, would *outcome, places []sourcing.Facts, why *sourcing.Reason) {
	a, b := done.parts(), would.parts()
	if slices.Equal(a, b) {
		return
	}
	t.report.Moved++
	m := Moved{Order: o.ID, Number: o.Number, Done: a, Would: b, Cost: would.cost(places) - done.cost(places), Reason: *why}
	if len(t.report.Moves) < MaxMoved {
		t.report.Moves = append(t.report.Moves, m)
	} else if i := t.dice.IntN(t.report.Moved); i < MaxMoved { // each that moved is as likely to be listed
		t.report.Moves[i] = m
	}
}

// demands are the units that were asked for at placement, by line.
func (t *trial) demands(o *order.Order, p *placed) []sourcing.Demand {
	var out []sourcing.Demand
	at := map[int]int{}
	for _, m := range p.moves {
		l := o.Line(m.Line)
		if l == nil || !l.Stocked || m.From != order.Unsourced {
			continue
		}
		i, known := at[m.Line]
		if !known {
			i = len(out)
			at[m.Line] = i
			out = append(out, sourcing.Demand{Line: m.Line, Item: l.Item})
			p.lines[m.Line] = true
		}
		out[i].Quantity += m.Quantity
		if m.To == order.Backordered {
			p.actual.short += m.Quantity
		}
		if m.To == order.Canceled {
			p.actual.cancel += m.Quantity
		}
	}
	return out
}

// newDay begins to count the work of places whose day has begun.
func (t *trial) newDay(now int64) {
	for _, l := range t.b.catalog.Locations {
		y, m, d := time.UnixMicro(now).In(t.b.catalog.ZoneOf(l.ID)).Date()
		if today := int64(y*10000 + int(m)*100 + d); t.day[l.ID] != today {
			t.day[l.ID], t.work[l.ID] = today, 0
		}
	}
}

// cancel frees what the profile gave to units that were canceled: those that
// wait first, then the newest claims.
func (t *trial) cancel(moves []order.Move, p *placed) {
	for _, m := range moves {
		if m.To != order.Canceled || !p.lines[m.Line] {
			continue
		}
		left := m.Quantity
		for _, list := range t.waiting {
			for _, w := range list {
				if w.of == p && w.line == m.Line {
					n := min(left, w.n)
					w.n, left = w.n-n, left-n
				}
			}
		}
		for i := len(p.claims) - 1; i >= 0 && left > 0; i-- {
			if c := &p.claims[i]; c.line == m.Line && c.n > 0 {
				n := min(left, c.n)
				c.n, left = c.n-n, left-n
				t.free[c.cell] += n
				t.serve(c.cell.Item)
			}
		}
	}
}
