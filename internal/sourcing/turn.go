package sourcing

import (
	"cmp"
	"slices"

	"orderly/internal/stock"
)

type locationID = stock.LocationID

// choice is one way to send an order, as far as the stock is concerned.
type choice struct {
	single int32 // the candidate that sends all, or -1
	told   *Solution
	uses   []use
	cols   []int32
	points int64
	units  int64
	full   bool
}

// turn is a batch as far as it is decided.
type turn struct {
	*book
	left    []int64
	room    []int64
	held    []choice
	holders map[int32][]int32 // orders that took from a cell, or below zero, room of a column; some have left it
	seen    map[int32]bool    // what the chain has tried to free
	moving  map[int]bool      // orders that are in the chain
	work    int               // looks that are left to chains
	solves  int               // searches that are left to chains
}

func (b *book) begin() *turn {
	t := &turn{book: b, left: slices.Clone(b.stock.units), room: slices.Clone(b.room), held: make([]choice, len(b.ps)),
		holders: map[int32][]int32{}, seen: map[int32]bool{}, moving: map[int]bool{}, work: chainWork + 50*len(b.ps), solves: chainSolves}
	for o := range t.held {
		t.held[o] = t.nothing(o)
	}
	return t
}

func (b *book) nothing(o int) choice {
	return choice{single: -1, points: b.empty[o], full: b.units[o] == 0}
}

// byOne is the choice of one candidate for all.
func (t *turn) byOne(o int, option int) choice {
	i := t.single[o][option]
	col := t.cols[o][i]
	c := choice{single: i, cols: []int32{col}, points: t.price[o][option], units: t.units[o], full: true, uses: make([]use, len(t.needs[o]))}
	for k, n := range t.needs[o] {
		c.uses[k] = use{n.cell*int32(len(t.room)) + col, n.units}
	}
	return c
}

// told is the choice that a solution makes.
func (t *turn) told(o int, s *Solution) choice {
	c := choice{single: -1, told: s, points: s.Points, full: len(s.Short) == 0}
	for _, at := range s.Places {
		c.cols = append(c.cols, int32(t.stock.cols[at]))
	}
	for _, x := range s.Takes {
		c.units += x.Quantity
		cell := int32(t.stock.cell(x.Item, x.Place))
		if i := slices.IndexFunc(c.uses, func(u use) bool { return u.cell == cell }); i >= 0 {
			c.uses[i].units += x.Quantity
			continue
		}
		c.uses = append(c.uses, use{cell, x.Quantity})
	}
	return c
}

// fits tells whether there is stock and room for a choice.
func (t *turn) fits(c *choice) bool {
	for _, u := range c.uses {
		if t.left[u.cell] < u.units {
			return false
		}
	}
	for _, col := range c.cols {
		if t.room[col] == 0 {
			return false
		}
	}
	return true
}

// take carries a choice out; the order holds nothing before.
func (t *turn) take(o int, c choice) {
	for _, u := range c.uses {
		t.left[u.cell] -= u.units
		t.holders[u.cell] = append(t.holders[u.cell], int32(o))
	}
	for _, col := range c.cols {
		if t.room[col] > 0 {
			t.room[col]--
			t.holders[-1-col] = append(t.holders[-1-col], int32(o))
		}
	}
	t.held[o] = c
}

// drop gives back what an order holds, and tells it.
func (t *turn) drop(o int) choice {
	c := t.held[o]
	for _, u := range c.uses {
		t.left[u.cell] += u.units
		t.leave(u.cell, o)
	}
	for _, col := range c.cols {
		if t.book.room[col] >= 0 {
			t.room[col]++
			t.leave(-1-col, o)
		}
	}
	t.held[o] = t.nothing(o)
	return c
}

func (t *turn) leave(key int32, o int) {
	list := t.holders[key]
	if i := slices.Index(list, int32(o)); i >= 0 {
		list[i] = list[len(list)-1]
		t.holders[key] = list[:len(list)-1]
	}
}

// search solves an order on what is left, units first.
func (t *turn) search(o int) choice {
	s := solve(&t.ps[o], t.sellable(t.left, t.room), true, brisk)
	return t.told(o, &s)
}

// sequence solves the orders one by one.
func (b *book) sequence() *turn {
	t := b.begin()
	for _, o := range b.given() {
		s := solve(&b.ps[o], b.sellable(t.left, t.room), false, b.ps[o].effort())
		t.take(o, t.told(o, &s))
	}
	return t
}

// arrange decides the orders, priority by priority.
func (b *book) arrange(order []int) *turn {
	t := b.begin()
	for len(order) > 0 {
		n := 1
		for n < len(order) && b.ps[order[n]].Priority == b.ps[order[0]].Priority {
			n++
		}
		t.class(order[:n])
		order = order[n:]
	}
	return t
}

// class decides orders of one priority.
func (t *turn) class(orders []int) {
	var without []int
	for _, o := range orders {
		if t.units[o] > 0 && !t.direct(o) {
			without = append(without, o)
		}
	}
	for rounds := 0; rounds < 3 && len(without) > 0; rounds++ {
		before := len(without)
		without = slices.DeleteFunc(without, t.chain)
		if len(without) == before {
			break
		}
	}
	for _, o := range without {
		t.take(o, t.search(o))
	}
	t.cheapen(orders)
}

// direct sends an order in full from what is left, if it can.
func (t *turn) direct(o int) bool {
	if ideal := &t.ideals[o]; len(ideal.Short) == 0 {
		if c := t.told(o, ideal); t.fits(&c) {
			t.take(o, c)
			return true
		}
	}
	for i, candidate := range t.single[o] {
		if t.has(o, int(candidate), t.left, t.room) {
			t.take(o, t.byOne(o, i))
			return true
		}
	}
	if !t.enough(o) {
		return false
	}
	if c := t.search(o); c.full {
		t.take(o, c)
		return true
	}
	return false
}

// enough tells whether several places together still have what an order asks.
func (t *turn) enough(o int) bool {
	return t.ps[o].MaxPlaces != 1 && t.supply(o, t.left, t.room) == t.units[o]
}

// cheapen moves orders to choices of fewer points that have become free.
func (t *turn) cheapen(orders []int) {
	for range 2 {
		moved := false
		for _, o := range orders {
			if !t.held[o].full || t.held[o].points <= t.ideals[o].Points {
				continue
			}
			old := t.drop(o)
			best := old
			if ideal := t.told(o, &t.ideals[o]); ideal.full && ideal.points < best.points && t.fits(&ideal) {
				best = ideal
			}
			for i, candidate := range t.single[o] {
				if t.price[o][i] >= best.points {
					break
				}
				if t.has(o, int(candidate), t.left, t.room) {
					best = t.byOne(o, i)
					break
				}
			}
			moved = moved || best.points < old.points
			t.take(o, best)
		}
		if !moved {
			return
		}
	}
}

// score is how good a turn is; less is better: orders in full and units of each
// priority, the higher first, then the points in the same way.
func (t *turn) score() []int64 {
	var reached, points []int64
	order := t.given()
	for i, o := range order {
		if i == 0 || t.ps[o].Priority != t.ps[order[i-1]].Priority {
			reached, points = append(reached, 0, 0), append(points, 0)
		}
		n := len(reached)
		if t.held[o].full {
			reached[n-2]--
		}
		reached[n-1] -= t.held[o].units
		points[len(points)-1] += t.held[o].points
	}
	return append(reached, points...)
}

// solutions tells the turn.
func (t *turn) solutions() []Solution {
	out := make([]Solution, len(t.ps))
	for o := range out {
		out[o] = t.solution(o)
		out[o].Bound = min(t.ideals[o].Bound, out[o].Points)
		out[o].Exact = out[o].Bound == out[o].Points
	}
	return out
}

func (t *turn) solution(o int) Solution {
	c, p := &t.held[o], &t.ps[o]
	switch {
	case c.told != nil:
		s := *c.told
		s.Points = c.points
		return s
	case c.single < 0:
		s := Solution{Points: c.points}
		for _, d := range p.Demands {
			if d.Quantity > 0 {
				s.Short = append(s.Short, d)
			}
		}
		return s
	}
	at := p.Candidates[c.single].Place
	s := Solution{Points: c.points, Places: []stock.LocationID{at}}
	for _, d := range p.Demands {
		if d.Quantity > 0 {
			s.Takes = append(s.Takes, Take{Line: d.Line, Item: d.Item, Place: at, Quantity: d.Quantity})
		}
	}
	slices.SortStableFunc(s.Takes, func(a, b Take) int { return cmp.Compare(int64(a.Line), int64(b.Line)) })
	return s
}
