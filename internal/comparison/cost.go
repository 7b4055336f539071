package comparison

import (
	"slices"

	"orderly/internal/money"
	"orderly/internal/tariff"
)

// Cost is what the work of a side comes to by the cards that held, or by one.
type Cost struct {
	Priced   bool // a card was named, or the place has any
	Currency string
	Total    int64        // minor units; of charges in more than one currency there is none
	Totals   []tariff.Sum // by currency
	Kinds    []Kind
	Unrated  []tariff.Fact // no card held on their day, or no weight of it fits
	Orders   int64         // of which the first parcel left
	Parcels  int64
	Units    int64 // that left
	Moved    int64 // that left, were taken in or came back
}

// Kind is what was done that a card may charge for by one kind of rate.
type Kind struct {
	Kind     string
	Done     int64 // units of the quantity
	Free     int64 // of those, that no rate prices
	Charged  int64
	Amount   int64
	Each     Value // what one came to: nothing of it where none has a rate
	Currency string
}

// CostOf is what facts and charges of some days come to. A book without a card
// prices nothing.
func CostOf(b tariff.Book, facts []tariff.Fact, costs *tariff.Costs) Cost {
	c := Cost{Priced: len(b) > 0, Totals: costs.Totals(), Unrated: costs.Unrated}
	done, free := tariff.Quantities(facts), tariff.Quantities(b.Unpriced(facts))
	sums := costs.Sums()
	for _, kind := range tariff.Kinds {
		k := Kind{Kind: kind, Done: done[kind], Free: free[kind]}
		for _, s := range sums {
			if s.Kind == kind {
				k.Charged, k.Amount, k.Currency = k.Charged+s.Quantity, k.Amount+s.Amount, s.Currency
			}
		}
		if k.Done != 0 || k.Charged != 0 {
			c.Kinds = append(c.Kinds, k)
		}
	}
	c.Orders, c.Parcels, c.Units = done[tariff.PerOrder], done[tariff.PerParcel], done[tariff.PerUnit]
	c.Moved = max(0, c.Units) + max(0, done[tariff.PerReceived]) + max(0, done[tariff.PerReturned])
	if len(c.Totals) > 1 {
		for i := range c.Kinds {
			c.Kinds[i].Amount, c.Kinds[i].Currency = 0, ""
		}
		return c
	}
	for _, s := range c.Totals {
		c.Currency, c.Total = s.Currency, s.Amount
	}
	if c.Currency == "" && c.Priced {
		c.Currency = b.Last().Currency
	}
	for i := range c.Kinds {
		if k := &c.Kinds[i]; k.Done > k.Free {
			k.Each = c.each(k.Amount, k.Done-k.Free)
		}
	}
	return c
}

// each is an amount by one of so many, in millionths of the major unit.
func (c *Cost) each(amount, of int64) Value {
	currency, err := money.ParseCurrency(c.Currency)
	if err != nil || of <= 0 || !c.Priced {
		return Value{}
	}
	minor := int64(1_000_000) // that a minor unit has
	for range currency.Exponent() {
		minor /= 10
	}
	return Value{Known: true, At: money.Ratio(amount, minor, of, money.HalfAwayFromZero), N: of}
}

// Costs are the figures of what work comes to, in the order of Values. Each is a
// sum of charges, divided: nothing of it is a sample.
var Costs = []Figure{
	{"cost_per_order", Money, Down, "All charges of the days, storage and what is taken by the month too, divided by the fulfillments of which the first parcel left."},
	{"cost_per_parcel", Money, Down, "The same, divided by the parcels that left."},
	{"cost_per_unit", Money, Down, "The same, divided by the units that left."},
}

// Values are those of Costs.
func (c *Cost) Values() []Value {
	return []Value{c.each(c.Total, c.Orders), c.each(c.Total, c.Parcels), c.each(c.Total, c.Units)}
}

// Each is the figure of what one of a kind comes to.
func Each(kind string) Figure {
	return Figure{ID: "each_" + kind, Unit: Money, Good: Down, Definition: "Charges of the kind, divided by what of it was done and has a rate."}
}

// handling are kinds that each may pay for sending: a card has some of them.
var handling = []string{tariff.PerOrder, tariff.PerLine, tariff.PerUnit, tariff.PerParcel}

// work are the groups of kinds that a card charges for, or leaves to be paid
// otherwise.
var work = [][]string{handling, {tariff.PerMaterial}, {tariff.PerFreight}, {tariff.PerStored}, {tariff.PerReceived}, {tariff.PerReturned}}

// Left is the work that was done and that no rate prices, by kind. Of sending one
// rate is enough.
func (c *Cost) Left() (out []string) {
	for _, group := range work {
		if done, priced := c.covers(group); done && !priced {
			out = append(out, group[0])
		}
	}
	return out
}

// covers reports whether work of a group was done, and any of it has a rate.
func (c *Cost) covers(group []string) (done, priced bool) {
	for i := range c.Kinds {
		if k := &c.Kinds[i]; slices.Contains(group, k.Kind) && k.Done > 0 {
			done, priced = true, priced || k.Done > k.Free
		}
	}
	return done, priced
}

// Alike reports whether two costs are of the same: in one currency, for the same
// work, and without work that a rate is missing of.
func (c *Cost) Alike(x *Cost) bool {
	if c.Currency != x.Currency || len(c.Totals) > 1 || len(x.Totals) > 1 || len(c.Unrated)+len(x.Unrated) > 0 {
		return false
	}
	for _, group := range work {
		done, priced := c.covers(group)
		done2, priced2 := x.covers(group)
		if done && done2 && priced != priced2 {
			return false
		}
	}
	return true
}

// Account is what a side comes to.
type Account struct {
	Side
	Cost    Cost
	Service []Value // in the order of Service
}

// Row is a figure of both sides.
type Row struct {
	Figure
	First, Second Value
	Difference
}

// Compare holds the second side against the first, service and costs.
func Compare(first, second *Account) (service, costs []Row) {
	row := func(f Figure, a, b Value) Row { return Row{f, a, b, f.Compare(&a, &b)} }
	for i, f := range Service {
		service = append(service, row(f, first.Service[i], second.Service[i]))
	}
	a, b := &first.Cost, &second.Cost
	x, y := a.Values(), b.Values()
	for i, f := range Costs {
		r := row(f, x[i], y[i])
		if r.Known && !a.Alike(b) {
			r.Difference = Difference{Known: a.Currency == b.Currency, By: r.By, Verdict: Unlike}
		}
		costs = append(costs, r)
	}
	for _, kind := range tariff.Kinds {
		k, l := a.kind(kind), b.kind(kind)
		if !k.Each.Known && !l.Each.Known {
			continue
		}
		r := row(Each(kind), k.Each, l.Each)
		if r.Known && a.Currency != b.Currency {
			r.Difference = Difference{Verdict: Unlike}
		}
		costs = append(costs, r)
	}
	return service, costs
}

func (c *Cost) kind(name string) Kind {
	for _, k := range c.Kinds {
		if k.Kind == name {
			return k
		}
	}
	return Kind{}
}
