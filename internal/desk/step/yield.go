package step

import (
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/delivery"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/yields"
	"orderly/internal/trouble"
)

// MaxYielders is how many orders are looked at, for each place and item, that
// may give up units: those of the lowest priority.
const MaxYielders = 200

// Given is what an order shall get of others: where it goes, and who gives it.
type Given struct {
	Plan  Plan
	Lost  []stock.Displaced // in the order in which they are asked
	Taken []sourcing.Take   // of the plan, what the lost units are for
}

// LoadYielders reads the orders whose work has not begun and that hold units of
// items with a lower priority than one.
func (b *Batch) LoadYielders(items []int64, below int64) error {
	var of []order.ID
	for _, l := range b.Catalog.Locations {
		if !l.Active {
			continue
		}
		for _, item := range items {
			if b.Level(stock.Cell{Item: item, Location: l.ID}).Reserved == 0 {
				continue
			}
			list, err := fulfillments.Yielding(b.R, l.ID, item, below, MaxYielders)
			if err != nil {
				return err
			}
			of = append(of, list...)
		}
	}
	slices.Sort(of)
	return b.LoadOrders(slices.Compact(of))
}

// Yields decides what an order gets of others for the units that it waits for;
// nothing is changed. What others wait for who come before it is left to them,
// and its channel's terms hold as they do for what is free.
func (b *Batch) Yields(o *order.Order) Given {
	near := b.nearness(o)
	var g Given
	var wanted []sourcing.Demand
	var takes []sourcing.Take
	given := map[[2]int64]int64{} // by fulfillment and line
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Q[order.Backordered] == 0 || !l.Stocked {
			continue
		}
		ahead := b.waitAhead(l.Item, o.ID, l.N)
		lost := after(stock.Yield(l.Q[order.Backordered]+ahead, o.Priority, b.yielders(o, l.Item, given), near), ahead)
		sum := int64(0)
		for _, d := range lost {
			given[[2]int64{d.Fulfillment, int64(d.Line)}] += d.Quantity
			takes = append(takes, sourcing.Take{Line: l.N, Item: l.Item, Place: d.Location, Quantity: d.Quantity})
			sum += d.Quantity
		}
		if sum > 0 {
			wanted = append(wanted, sourcing.Demand{Line: l.N, Item: l.Item, Quantity: sum})
			g.Lost = append(g.Lost, lost...)
		}
	}
	if len(wanted) == 0 {
		return g
	}
	b.without(takes, func() { g.Plan = b.PlanTaken(o, wanted, joined(takes)) })
	g.trim(b, o.Channel)
	return g
}

// without runs decide as if reserved units had been given up.
func (b *Batch) without(takes []sourcing.Take, decide func()) {
	for _, t := range takes {
		b.Level(stock.Cell{Item: t.Item, Location: t.Place}).Reserved -= t.Quantity
	}
	decide()
	for _, t := range takes {
		b.Level(stock.Cell{Item: t.Item, Location: t.Place}).Reserved += t.Quantity
	}
}

// after leaves out the first units: they are others'.
func after(list []stock.Displaced, ahead int64) (out []stock.Displaced) {
	for _, d := range list {
		n := min(ahead, d.Quantity)
		ahead -= n
		if d.Quantity -= n; d.Quantity > 0 {
			out = append(out, d)
		}
	}
	return out
}

// joined are takes with those of one line at one place together.
func joined(list []sourcing.Take) (out []sourcing.Take) {
	for _, t := range list {
		i := slices.IndexFunc(out, func(x sourcing.Take) bool { return x.Line == t.Line && x.Place == t.Place })
		if i < 0 {
			out = append(out, t)
		} else {
			out[i].Quantity += t.Quantity
		}
	}
	return out
}

// trim has nobody give up more than the plan takes where they hold it and the
// channel may not sell it free.
func (g *Given) trim(b *Batch, channel string) {
	left := map[stock.Cell]int64{}
	for _, t := range g.Plan.Takes {
		left[stock.Cell{Item: t.Item, Location: t.Place}] += t.Quantity
	}
	b.terms = b.Catalog.Terms(channel)
	for cell := range left { // what is free needs nobody to give it up
		left[cell] -= b.sellable(cell.Item, cell.Location)
	}
	b.terms = nil
	lost := g.Lost[:0]
	for _, d := range g.Lost {
		cell := stock.Cell{Item: b.Order(order.ID(d.Order)).Line(d.Line).Item, Location: d.Location}
		if d.Quantity = min(d.Quantity, left[cell]); d.Quantity > 0 {
			left[cell] -= d.Quantity
			lost = append(lost, d)
		}
	}
	g.Lost, g.Taken = lost, slices.Clone(g.Plan.Takes)
}

// nearness ranks places for an order: where work on it has not begun yet, then
// as sourcing would; below zero where it is not sent from, or its channel does
// not sell from.
func (b *Batch) nearness(o *order.Order) func(stock.LocationID) int {
	places := b.places(o, nil)
	slices.SortFunc(places, sourcing.Nearer)
	rank := map[stock.LocationID]int{}
	terms := b.Catalog.Terms(o.Channel)
	for i, p := range places {
		if terms.From(p.ID) {
			rank[p.ID] = i + 1
		}
	}
	for _, x := range b.ofOrder[o.ID] {
		if x.f.WorkStatus == fulfillment.Pending && rank[x.f.Location] > 0 {
			rank[x.f.Location] = 0
			break
		}
	}
	return func(at stock.LocationID) int {
		if n, ok := rank[at]; ok {
			return n
		}
		return -1
	}
}

// yielders are the claims on an item of orders whose work has not begun, less
// what they give up already.
func (b *Batch) yielders(o *order.Order, item int64, given map[[2]int64]int64) []stock.Claim {
	var out []stock.Claim
	for _, x := range b.fuls {
		if x.f.WorkStatus != fulfillment.Pending || x.f.Purpose != "order" || order.ID(x.f.Source) == o.ID {
			continue
		}
		for i := range x.f.Lines {
			l := &x.f.Lines[i]
			if l.Item == item && l.Stocked && l.Open > 0 {
				out = append(out, stock.Claim{
					Fulfillment: int64(x.f.ID), Order: x.f.Source, Line: l.Order, Allocated: l.Allocated() - given[[2]int64{int64(x.f.ID), int64(l.Order)}],
					Priority: x.f.Priority, CreatedAt: x.f.CreatedAt, DueAt: x.f.DueAt, Location: x.f.Location,
				})
			}
		}
	}
	slices.SortFunc(out, func(x, y stock.Claim) int { return int(x.Fulfillment - y.Fulfillment) })
	return out
}

// Give carries out what was decided: the losers wait again, the order has what
// they held, and who lost what to whom is kept.
func (b *Batch) Give(by access.Scope, o *order.Order, g Given) error {
	told, err := b.giveTo(by, o, g.Lost)
	if err != nil {
		return err
	}
	d := b.Claim(o, g.Plan, order.Backordered)
	if err := b.Apply(by, journal.OrderServed, o.ID, &d); err != nil {
		return err
	}
	entry := b.entries[len(b.entries)-1].Seq
	taken := slices.Clone(g.Taken)
	for _, x := range g.Lost {
		loser := b.Order(order.ID(x.Order))
		item := loser.Line(x.Line).Item
		for i := range taken {
			t := &taken[i]
			n := min(x.Quantity, t.Quantity)
			if t.Item != item || t.Place != x.Location || n == 0 {
				continue
			}
			t.Quantity -= n
			x.Quantity -= n
			b.yields = append(b.yields, yields.Yield{
				ID: b.NewID(), At: b.At, Cell: stock.Cell{Item: item, Location: x.Location}, Quantity: n,
				From: loser.ID, FromLine: x.Line, FromPriority: x.Priority, FromEntry: told[loser.ID],
				To: o.ID, ToLine: t.Line, ToPriority: o.Priority, ToEntry: entry, Promised: x.DueAt,
			})
		}
	}
	return b.PromiseLate(by, o, &g.Plan, delivery.Served)
}

// giveTo takes the units of claims back to waiting, for one order, and tells by
// which entry each loser did.
func (b *Batch) giveTo(by access.Scope, winner *order.Order, lost []stock.Displaced) (map[order.ID]int64, error) {
	deltas := map[order.ID]*order.Delta{}
	var ids []order.ID
	for _, x := range lost {
		id := order.ID(x.Order)
		if deltas[id] == nil {
			deltas[id] = &order.Delta{Yielded: int64(winner.ID)}
			ids = append(ids, id)
		}
		deltas[id].Moves = append(deltas[id].Moves, order.Move{Line: x.Line, From: order.Allocated, To: order.Backordered, Quantity: x.Quantity, Fulfillment: x.Fulfillment})
	}
	told := map[order.ID]int64{}
	for _, id := range ids {
		if err := b.Apply(by, journal.OrderDisplaced, id, deltas[id]); err != nil {
			return nil, fmt.Errorf("yield: %w", err)
		}
		told[id] = b.entries[len(b.entries)-1].Seq
	}
	for _, x := range lost {
		if x.DueAt != 0 { // somebody was told a day: a person is to look
			b.AddTrouble(by, trouble.Trouble{Kind: trouble.Displaced, Order: x.Order, Location: int64(x.Location), Subject: x.Fulfillment,
				Item: b.Order(order.ID(x.Order)).Line(x.Line).Item, Quantity: x.Quantity})
		}
	}
	return told, nil
}
