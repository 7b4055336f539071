package sourcing

import (
	"cmp"
	"slices"
)

// Spread calls f for each of 0 to n-1, in any order and side by side if it
// likes: this package starts nothing of its own. It returns when all are done.
type Spread func(n int, f func(int))

// maxSequence is up to how many orders a batch is also solved one by one.
const maxSequence = 500

// SolveAll sources many orders from one stock. Room is of the place: the least
// that any candidate tells holds for all orders together.
//
// Higher priorities are served first and lose nothing to lower ones. Within
// one priority most orders are sourced in full, then most units are sent; among
// what serves all priorities equally well the points are fewest, as far as the
// search finds: orders are decided by how few places could send all of them;
// one that finds nothing left looks for a chain (chain.go); what cannot be
// sent in full gets what is left; then orders move to cheaper places that have
// become free. The same is done with those first that take least of what is
// scarce, and the better is the answer. Up to maxSequence orders it is done in
// the order given, too, and one by one with Solve, so that a batch is never
// worse than its orders in sequence.
//
// Bound and Exact speak of each order alone, as if it had all the stock. The
// answer does not depend on spread; without one all is done in turn.
func SolveAll(ps []Problem, stocked *Stocked, spread Spread) []Solution {
	if spread == nil {
		spread = inTurn
	}
	b := newBook(ps, stocked, spread)
	ways := []func() *turn{
		func() *turn { return b.arrange(b.fewest()) },
		func() *turn { return b.arrange(b.light()) },
		func() *turn { return b.arrange(b.given()) },
		b.sequence,
	}
	if len(ps) > maxSequence {
		ways = ways[:2]
	}
	turns := make([]*turn, len(ways))
	spread(len(ways), func(i int) { turns[i] = ways[i]() })
	first := turns[0]
	for _, t := range turns[1:] {
		if slices.Compare(t.score(), first.score()) < 0 {
			first = t
		}
	}
	return first.solutions()
}

// book is a batch in numbers. It is not changed once it is made.
type book struct {
	ps     []Problem
	stock  *Stocked
	room   []int64   // by column
	needs  [][]use   // by order and item; cell is the row
	cols   [][]int32 // by order and candidate; -1: a place without stock
	units  []int64   // asked, by order
	grams  []int64
	ideals []Solution // of each order alone
	single [][]int32  // candidates that could send all, fewest points first
	price  [][]int64  // of these
	empty  []int64    // points of sending nothing
}

// use is units of a cell of the stock.
type use struct {
	cell  int32
	units int64
}

func newBook(ps []Problem, stocked *Stocked, spread Spread) *book {
	n := len(ps)
	b := &book{ps: ps, stock: stocked, room: make([]int64, len(stocked.cols)), needs: make([][]use, n), cols: make([][]int32, n),
		units: make([]int64, n), grams: make([]int64, n), ideals: make([]Solution, n), single: make([][]int32, n), price: make([][]int64, n), empty: make([]int64, n)}
	for i := range b.room {
		b.room[i] = -1
	}
	for o := range ps {
		for _, c := range ps[o].Candidates {
			col, known := stocked.cols[c.Place]
			if known && c.Room >= 0 && (b.room[col] < 0 || c.Room < b.room[col]) {
				b.room[col] = c.Room
			}
		}
	}
	spread(n, b.lay)
	return b
}

// inTurn is one after the other.
func inTurn(n int, f func(int)) {
	for i := range n {
		f(i)
	}
}

// lay fills in one order.
func (b *book) lay(o int) {
	p := &b.ps[o]
	limit := p.unitLimit()
	for _, d := range p.Demands {
		if d.Quantity <= 0 {
			continue
		}
		b.units[o] += d.Quantity
		b.grams[o] += d.Quantity * clamp(d.Grams, limit)
		row, known := b.stock.rows[d.Item]
		if !known {
			row = -1
		}
		i := slices.IndexFunc(b.needs[o], func(u use) bool { return u.cell == int32(row) })
		if i < 0 {
			i = len(b.needs[o])
			b.needs[o] = append(b.needs[o], use{cell: int32(row)})
		}
		b.needs[o][i].units += d.Quantity
	}
	b.cols[o] = make([]int32, len(p.Candidates))
	for i, c := range p.Candidates {
		col, known := b.stock.cols[c.Place]
		if b.cols[o][i] = int32(col); !known {
			b.cols[o][i] = -1
		}
	}
	b.empty[o], _ = p.Cost(nil)
	b.ideals[o] = solve(p, b.sellable(b.stock.units, b.room), false, brisk)
	b.alone(o)
}

// sellable asks what is left of the stock at places that have room.
func (b *book) sellable(left, room []int64) Sellable {
	return func(item int64, at locationID) int64 {
		i := b.stock.cell(item, at)
		if i < 0 || room[i%len(room)] == 0 {
			return 0
		}
		return left[i]
	}
}

// alone finds the candidates that could send all of an order.
func (b *book) alone(o int) {
	if b.units[o] == 0 {
		return
	}
	p := &b.ps[o]
	limit := p.unitLimit()
	type option struct {
		candidate int32
		points    int64
	}
	var found []option
	for i := range p.Candidates {
		c := &p.Candidates[i]
		if c.Room == 0 || !b.has(o, i, b.stock.units, b.room) {
			continue
		}
		if shipping, ok := c.shipping(b.grams[o]); ok {
			points := clamp(c.Fixed, MaxPoints) + shipping
			for _, d := range p.Demands {
				points += max(0, d.Quantity) * c.each(d.Item, limit)
			}
			found = append(found, option{int32(i), points})
		}
	}
	slices.SortStableFunc(found, func(x, y option) int { return cmp.Compare(x.points, y.points) })
	for _, f := range found {
		b.single[o], b.price[o] = append(b.single[o], f.candidate), append(b.price[o], f.points)
	}
}

// has tells whether a candidate has all that an order asks, and room for it.
func (b *book) has(o, candidate int, left, room []int64) bool {
	col := b.cols[o][candidate]
	if col < 0 || room[col] == 0 {
		return false
	}
	for _, n := range b.needs[o] {
		if n.cell < 0 || left[int(n.cell)*len(room)+int(col)] < n.units {
			return false
		}
	}
	return true
}

// given are the orders by priority, then as they were given.
func (b *book) given() []int {
	out := make([]int, len(b.ps))
	for o := range out {
		out[o] = o
	}
	slices.SortStableFunc(out, func(x, y int) int { return cmp.Compare(b.ps[y].Priority, b.ps[x].Priority) })
	return out
}

// fewest are the orders by priority, then those with the fewest places that
// could send all, then those for which the second choice is much dearer.
func (b *book) fewest() []int {
	out := b.given()
	slices.SortStableFunc(out, func(x, y int) int {
		if c := cmp.Compare(b.ps[y].Priority, b.ps[x].Priority); c != 0 {
			return c
		}
		if c := cmp.Compare(b.choices(x), b.choices(y)); c != 0 {
			return c
		}
		return cmp.Compare(b.regret(y), b.regret(x))
	})
	return out
}

// choices is how many places could send all; an order that needs several comes
// after those that need one.
func (b *book) choices(o int) int64 {
	if n := len(b.single[o]); n > 0 {
		return int64(n)
	}
	return int64(len(b.room)) + 1
}

// light are the orders by priority, then those that take least of what is
// scarce: units by how often more is asked of an item than there is.
func (b *book) light() []int {
	asked, there := make([]int64, len(b.stock.rows)+1), make([]int64, len(b.stock.rows)+1)
	for o := range b.ps {
		for _, n := range b.needs[o] {
			asked[n.cell+1] += n.units
		}
	}
	for i, units := range b.stock.units {
		there[i/len(b.room)+1] += max(0, units)
	}
	weight := make([]float64, len(b.ps))
	for o := range b.ps {
		for _, n := range b.needs[o] {
			weight[o] += float64(n.units) * float64(asked[n.cell+1]) / float64(there[n.cell+1]+1)
		}
	}
	out := b.given()
	slices.SortStableFunc(out, func(x, y int) int {
		if c := cmp.Compare(b.ps[y].Priority, b.ps[x].Priority); c != 0 {
			return c
		}
		switch {
		case weight[x] < weight[y]:
			return -1
		case weight[x] > weight[y]:
			return 1
		}
		return 0
	})
	return out
}

func (b *book) regret(o int) int64 {
	if len(b.price[o]) < 2 {
		return 0
	}
	return b.price[o][1] - b.price[o][0]
}

// supply is how many units of what an order asks its places have together.
func (b *book) supply(o int, left, room []int64) (units int64) {
	for _, n := range b.needs[o] {
		sum := int64(0)
		for _, col := range b.cols[o] {
			if n.cell >= 0 && col >= 0 && room[col] != 0 {
				sum += max(0, left[int(n.cell)*len(room)+int(col)])
			}
		}
		units += min(sum, n.units)
	}
	return units
}
