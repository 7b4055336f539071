package order

import (
	"fmt"
	"math/bits"

	"orderly/internal/fault"
	"orderly/internal/money"
)

// changing is a change while it is decided: after is the order with its terms,
// lines and fees as they will be, and its units where they are.
type changing struct {
	Setting
	o, after *Order
	moves    []Move
	terms    []Terms
	fee      []ChangedFee
	edited   []string
	faults   fault.List
}

func (x *changing) line(at string, c *LineChange) {
	l := x.o.Line(c.Line)
	switch {
	case l == nil:
		x.faults.Add(at, "no_such_line", "order %d has no line %d", x.o.Number, c.Line)
		return
	case l.Parent != 0:
		x.faults.Add(at, "component", "line %d is part of the bundle in line %d; change that one", c.Line, l.Parent)
		return
	}
	if c.Substitute != nil {
		x.substitute(at, l, c.Substitute)
		return
	}
	t := l.terms()
	if c.Quantity != nil {
		t.Quantity += x.quantity(at+"/quantity", l, *c.Quantity)
	}
	if c.Price != nil {
		t.Price = *c.Price
	}
	x.price(at, l, &t, c)
}

// quantity cancels units of a line, or gives by how many units it grows.
func (x *changing) quantity(at string, l *Line, want int64) (grows int64) {
	q := x.o.Quantities(l)
	live := q.Live()
	switch {
	case want < live:
		x.cancel(at, l, want)
	case want > live:
		if want-live > MaxQuantity-l.Quantity {
			x.faults.Add(at, "too_large", "line %d would have been ordered %d times in all, those canceled included; at most %d", l.N, l.Quantity+want-live, MaxQuantity)
			return 0
		}
		return want - live
	}
	return 0
}

// cancel cancels units of a line so that some are left, or of a bundle's
// components so that so many sets are.
func (x *changing) cancel(at string, l *Line, left int64) {
	parts, per := []*Line{l}, int64(1)
	if !l.Leaf() {
		parts = x.o.Components(l.N)
	}
	for _, p := range parts {
		if !l.Leaf() {
			per = p.PerParent
		}
		held := firm(p.N, x.Claims)
		want, free := max(0, p.Q.Live()-left*per), p.Q.Cancelable()-held
		if want > free {
			x.faults.Add(at, "not_cancelable", "%s", p.whyNot(want, free, held))
			continue
		}
		x.moves = append(x.moves, p.cancelMoves(want, x.Claims)...)
	}
}

// substitute cancels what can be of a line and lets another item stand in.
func (x *changing) substitute(at string, l *Line, n *NewLine) {
	item := x.Items.BySKU(n.SKU)
	if item != nil && int64(item.ID) == l.Item {
		x.faults.Add(at+"/substitute/sku", "same_item", "line %d is of %s already", l.N, l.SKU)
		return
	}
	units := l.Q.Cancelable() - firm(l.N, x.Claims)
	left := l.Q.Live() - units
	if !l.Leaf() { // a bundle goes as a whole or not at all
		q := x.o.Quantities(l)
		units, left = q.Live(), 0
	}
	if units == 0 {
		x.faults.Add(at+"/substitute", "not_cancelable", "line %d has no units left that could be substituted; put picked goods back first, return what was sent", l.N)
		return
	}
	x.cancel(at+"/substitute", l, left)
	in := *n
	if in.Quantity == 0 {
		if in.Quantity = units; item != nil && item.Scale != l.Scale {
			x.faults.Add(at+"/substitute/quantity", "missing", "%s is counted in other steps than %s: say how many", n.SKU, l.SKU)
			return
		}
	}
	x.add(at+"/substitute", &in, l.N, &l.Price)
}

// price finds what a line costs under its new terms.
func (x *changing) price(at string, l *Line, t *Terms, c *LineChange) {
	total, moved, err := money.LineTotal(t.Quantity, l.Scale, t.Price, x.o.Currency, x.Rounding)
	if err != nil {
		x.faults.AddError(at, err)
		return
	}
	t.Total, t.Moved = total, moved
	if c.Discount != nil {
		t.Discount = *c.Discount
	}
	if t.Discount > t.Total {
		x.faults.Add(at+"/discount", "too_large", "the discount of line %d would be %s, more than the line costs, %s", l.N, x.o.Currency.FormatAmount(t.Discount), x.o.Currency.FormatAmount(t.Total))
		return
	}
	if c.Tax != nil {
		t.Tax = *c.Tax
	} else if was, is := l.Total-l.Discount, t.Total-t.Discount; l.taxedByRate(x.Rounding) {
		t.Tax = l.Taxed.Of(is, x.Rounding)
	} else if was != is && was > 0 {
		var ok bool
		if t.Tax, ok = proportion(l.Tax, is, was); !ok {
			x.faults.Add(at+"/tax", "out_of_range", "the tax of line %d grows beyond what amounts can hold; give it", l.N)
			return
		}
	}
	if *t == l.terms() {
		return
	}
	if x.o.gaveBack(l) {
		x.faults.Add(at, "refunded", "of line %d units were returned and refunded at what they cost: its terms stand; cancel units, or add a line", l.N)
		return
	}
	x.setTerms(*t)
	if t.Quantity == l.Quantity {
		return
	}
	for _, p := range x.o.Components(l.N) {
		own := p.terms()
		if own.Quantity = t.Quantity * p.PerParent; own.Quantity > MaxQuantity {
			x.faults.Add(at+"/quantity", "too_large", "%d bundles need %d of %q; at most %d", t.Quantity, own.Quantity, p.SKU, MaxQuantity)
			return
		}
		x.setTerms(own)
	}
}

func (x *changing) setTerms(t Terms) {
	x.terms = append(x.terms, t)
	x.after.Line(t.Line).setTerms(t)
}

// add lets a line join, with the components of a bundle. price is what it
// costs when nothing is said.
func (x *changing) add(at string, n *NewLine, stands int, price *money.Price) {
	if len(x.after.Lines) >= MaxLines {
		x.faults.Add(at, "too_many_lines", "an order has at most %d lines", MaxLines)
		return
	}
	item := x.Items.BySKU(n.SKU)
	var r RequestLine
	switch {
	case n.Price != nil || item == nil: // what is unknown is told by addLine
		r = n.request(0)
	case price != nil:
		r = n.request(*price)
	case item.Price > 0 && x.Currency == x.o.Currency.Code():
		r = n.request(item.Price)
	default:
		x.faults.Add(at+"/unit_price", "missing", "%s has no price in %s; give one", n.SKU, x.o.Currency.Code())
		return
	}
	first := len(x.after.Lines)
	x.after.addLine(at, &r, &x.Setting, &x.faults)
	if first < len(x.after.Lines) {
		x.after.Lines[first].Substitutes = stands
	}
}

func (x *changing) fees(list []FeeChange) {
	for i, c := range list {
		at := fmt.Sprintf("/fees/%d", i)
		f := c.fee()
		switch {
		case c.N == 0 && len(x.after.Fees) >= MaxFees:
			x.faults.Add(at, "too_many", "at most %d fees an order", MaxFees)
			continue
		case c.N == 0:
			f.N = len(x.after.Fees) + 1
			if c.Tax == nil {
				f.tax(&x.Setting, x.after.Lines)
			}
			x.after.Fees = append(x.after.Fees, f)
		case c.N < 0 || c.N > len(x.o.Fees):
			x.faults.Add(at, "no_such_fee", "order %d has no fee %d", x.o.Number, c.N)
			continue
		default:
			old := x.o.Fees[c.N-1]
			f.N, f.Kind, f.Code, f.Label, f.Taxed, f.Refunded = old.N, old.Kind, old.Code, old.Label, old.Taxed, old.Refunded
			if c.Amount == nil {
				f.Amount = old.Amount
			}
			if c.Tax == nil {
				f.Tax = old.taxOf(f.Amount, x.Rounding)
			}
			if f.Amount < 0 && f.Kind != "adjustment" {
				x.faults.Add(at+"/amount", "negative", "only a fee of kind adjustment may be negative")
			}
			if f == old {
				continue
			}
			if old.Refunded != 0 {
				x.faults.Add(at, "refunded", "fee %d was given back: its amount stands", old.N)
				continue
			}
			x.after.Fees[c.N-1] = f
		}
		x.fee = append(x.fee, ChangedFee{N: f.N, Kind: f.Kind, Amount: f.Amount, Tax: f.Tax, Code: f.Code, Label: f.Label, Taxed: f.Taxed})
	}
}

// parties names what changes of the people. A parcel that is packed has its
// label already.
func (x *changing) parties(c *Change) {
	if c.Customer != nil && *c.Customer != x.o.Party.Customer {
		x.edited = append(x.edited, "customer")
	}
	if c.ShipTo != nil && *c.ShipTo != x.o.Party.ShipTo {
		x.edited = append(x.edited, "ship_to")
		switch {
		case x.o.Sums.Open() == 0:
			x.faults.Add("/ship_to", "already_sent", "order %d has left: its address can no longer be changed; ask the carrier to redirect the parcel", x.o.Number)
		case x.o.Sums[Packed] > 0:
			x.faults.Add("/ship_to", "already_packed", "%d units are packed for the address that is; unpack their parcels first", x.o.Sums[Packed])
		}
	}
	if c.BillTo != nil && *c.BillTo != x.o.Party.BillTo {
		x.edited = append(x.edited, "bill_to")
	}
}

func (x *changing) delta() (Delta, error) {
	if len(x.after.Lines) > MaxLines {
		x.faults.Add("/add", "too_many_lines", "%d lines with the components of bundles; an order has at most %d", len(x.after.Lines), MaxLines)
	}
	if err := x.faults.As(fault.Conflict, "not_changeable", "the order cannot be changed like this"); err != nil {
		return Delta{}, err
	}
	after, err := sumTotals(x.after.Lines, x.after.Fees)
	if err != nil {
		return Delta{}, err
	}
	d := Delta{Terms: x.terms, Fees: x.fee, Moves: x.moves}
	for i := len(x.o.Lines); i < len(x.after.Lines); i++ {
		d.Added = append(d.Added, Added{x.after.Lines[i]})
	}
	if len(d.Terms)+len(d.Added)+len(d.Moves) > 0 {
		d.Edited = append(d.Edited, "lines")
	}
	if len(d.Fees) > 0 {
		d.Edited = append(d.Edited, "fees")
	}
	d.Edited = append(d.Edited, x.edited...)
	if len(d.Terms)+len(d.Added)+len(d.Fees) > 0 {
		d.Grown = x.grown(after)
	}
	return d, nil
}

// grown is by how much the order's figures differ afterwards.
func (x *changing) grown(after Totals) *Grown {
	was := x.o.Totals
	g := Grown{Subtotal: after.Subtotal - was.Subtotal, Discount: after.Discount - was.Discount, Tax: after.Tax - was.Tax, Fees: after.Fees - was.Fees}
	for i := range x.after.Lines {
		l := &x.after.Lines[i]
		switch {
		case i >= len(x.o.Lines):
			g.Units += l.Q[Ordered]
		case l.Leaf():
			g.Units += l.Quantity - x.o.Lines[i].Quantity
		}
	}
	return &g
}

// proportion is amount × part / whole, rounded half away from zero; false when
// that is more than amounts can hold.
func proportion(amount, part, whole int64) (int64, bool) {
	if amount < 0 || part < 0 || whole <= 0 {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(amount), uint64(part))
	lo, carry := bits.Add64(lo, uint64(whole)/2, 0)
	if hi+carry >= uint64(whole) {
		return 0, false
	}
	q, _ := bits.Div64(hi+carry, lo, uint64(whole))
	return int64(min(q, money.MaxTotal+1)), q <= money.MaxTotal
}
