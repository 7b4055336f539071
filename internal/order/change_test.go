package order_test

import (
	"testing"

	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func setting(l *life) order.Setting {
	return order.Setting{Items: items, Currency: "GBP", Rounding: money.HalfAwayFromZero, Claims: l.claims()}
}

// drawChange is any change, one that is refused included.
func drawChange(t *rapid.T, o *order.Order) order.Change {
	var c order.Change
	maybe := func(name string, most int64) *int64 {
		if rapid.IntRange(0, 2).Draw(t, name+"?") > 0 {
			return nil
		}
		v := rapid.Int64Range(0, most).Draw(t, name)
		return &v
	}
	line := func() order.NewLine {
		n := order.NewLine{SKU: rapid.SampledFrom([]string{"MUG", "PEN", "GIFT"}).Draw(t, "sku"), Quantity: rapid.Int64Range(1, 5).Draw(t, "quantity"), Tax: rapid.Int64Range(0, 300).Draw(t, "tax")}
		p := money.Price(rapid.Int64Range(0, 20_000_000).Draw(t, "price"))
		n.Price = &p
		return n
	}
	for n := range o.Lines {
		if rapid.IntRange(0, 2).Draw(t, "named") > 0 {
			continue
		}
		x := order.LineChange{Line: n + 1, Quantity: maybe("new quantity", 9), Discount: maybe("discount", 400), Tax: maybe("new tax", 400)}
		if p := maybe("new price", 30_000_000); p != nil {
			price := money.Price(*p)
			x.Price = &price
		}
		if rapid.IntRange(0, 5).Draw(t, "substituted") == 0 {
			s := line()
			x = order.LineChange{Line: n + 1, Substitute: &s}
		}
		if x != (order.LineChange{Line: n + 1}) {
			c.Lines = append(c.Lines, x)
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "joining") {
		c.Add = append(c.Add, line())
	}
	if a := maybe("fee", 900); a != nil {
		f := order.FeeChange{N: rapid.IntRange(0, len(o.Fees)).Draw(t, "which fee"), Amount: a}
		if f.N == 0 {
			f.Kind = "shipping"
		}
		c.Fees = append(c.Fees, f)
	}
	if rapid.IntRange(0, 4).Draw(t, "moved house") == 0 {
		c.ShipTo = &party.Address{City: rapid.SampledFrom([]string{"Leeds", "York"}).Draw(t, "city")}
	}
	return c
}

// change changes the order, and claims what has joined with the third
// fulfillment, like an act does in one delta.
func (l *life) change() {
	c := drawChange(l.t, l.o)
	if c.Check() != nil {
		return
	}
	kept := l.o.Clone()
	d, err := l.o.Change(&c, setting(l))
	if diff := cmp.Diff(kept, l.o); diff != "" {
		l.t.Fatalf("deciding has changed the order (-before +after)\n%s", diff)
	}
	if err != nil || d.Empty() {
		return
	}
	after := l.o.Clone()
	if err := after.Apply(&d, l.at, 1); err != nil {
		l.t.Fatal(err)
	}
	for i := range after.Lines {
		x := &after.Lines[i]
		more := x.Q[order.Ordered]
		if i < len(l.o.Lines) {
			more -= l.o.Lines[i].Q[order.Ordered]
		}
		if more > 0 && rapid.Bool().Draw(l.t, "claimed") {
			d.Moves = append(d.Moves, order.Move{Line: x.N, From: order.Unsourced, To: order.Allocated, Quantity: more, Fulfillment: 3})
		}
	}
	before := l.o.Totals
	l.apply(d)
	checkMoney(l.t, l.o)
	if g := d.Grown; g != nil && before.Total+g.Total() != l.o.Totals.Total {
		l.t.Fatalf("the total went from %d to %d, the delta tells %+v", before.Total, l.o.Totals.Total, g)
	}
	if c.ShipTo != nil {
		l.o.Party = c.Parties(l.o.Party)
		l.born.Party = l.o.Party // is not told, and not folded
	}
}

// checkMoney holds an order to M1: each line is quantity by price, rounded
// once, and the totals are the sums.
func checkMoney(t *rapid.T, o *order.Order) {
	t.Helper()
	var sub, disc, tax, fees, moved int64
	for i := range o.Lines {
		l := &o.Lines[i]
		total, off, err := money.LineTotal(l.Quantity, l.Scale, l.Price, o.Currency, money.HalfAwayFromZero)
		if err != nil || total != l.Total || off != l.Moved || l.Discount < 0 || l.Discount > l.Total || l.Tax < 0 {
			t.Fatalf("line %d: %+v should cost %d (%v)", l.N, l, total, err)
		}
		if l.Leaf() && l.Q[order.Ordered] != l.Quantity {
			t.Fatalf("line %d asks for %d and has %d in its places", l.N, l.Quantity, l.Q[order.Ordered])
		}
		if p := o.Line(l.Parent); p != nil && l.Quantity != p.Quantity*l.PerParent {
			t.Fatalf("line %d: %d units for %d bundles of %d", l.N, l.Quantity, p.Quantity, l.PerParent)
		}
		sub, disc, tax, moved = sub+l.Total, disc+l.Discount, tax+l.Tax, moved+l.Moved
	}
	for _, f := range o.Fees {
		fees, tax = fees+f.Amount, tax+f.Tax
	}
	s := o.Totals
	if s.Subtotal != sub || s.Discount != disc || s.Tax != tax || s.Fees != fees || s.Moved != moved || s.Total != sub-disc+tax+fees {
		t.Fatalf("totals are %+v, the parts make %d - %d + %d + %d", s, sub, disc, tax, fees)
	}
	if s.Total >= 0 && (s.Canceled < 0 || s.Canceled > s.Total) {
		t.Fatalf("canceled units take %d of %d", s.Canceled, s.Total)
	}
}

func ptr[T any](v T) *T { return &v }

// A line's quantity is what shall not be canceled: fewer cancels the least
// costly units first, more joins without a place; none removes it.
//
// Kills: raising from what was ordered instead of what is left; canceling in
// another order than Cancel; charging canceled units.
func TestChangeQuantity(t *testing.T) {
	o := place(t, "MUG", 5, "PEN", 2)
	apply := func(d order.Delta) {
		t.Helper()
		if err := o.Apply(&d, now, 1); err != nil {
			t.Fatal(err)
		}
	}
	apply(order.Delta{Moves: []order.Move{{Line: 1, From: order.Unsourced, To: order.Allocated, Quantity: 3, Fulfillment: 1}, {Line: 1, From: order.Unsourced, To: order.Backordered, Quantity: 2}}})
	price := o.Lines[0].Total / 5
	rest := o.Totals.Total - o.Lines[0].Total
	s := order.Setting{Items: items, Currency: "GBP", Claims: []order.Claim{{Fulfillment: 1, Line: 1, Allocated: 3}}}
	set := func(n int64) {
		t.Helper()
		d, err := o.Change(&order.Change{Lines: []order.LineChange{{Line: 1, Quantity: &n}}}, s)
		if err != nil {
			t.Fatal(err)
		}
		apply(d)
		if owed := o.Totals.Payable(); owed != n*price+rest {
			t.Errorf("%d of them cost %d, not %d", n, owed, n*price+rest)
		}
	}
	set(2)
	if q := o.Lines[0].Q; q[order.Backordered] != 0 || q[order.Allocated] != 2 || q[order.Canceled] != 3 {
		t.Errorf("2 are left of %v", q)
	}
	set(4)
	if q := o.Lines[0].Q; q[order.Ordered] != 7 || q[order.Unsourced] != 2 || q.Live() != 4 {
		t.Errorf("4 are left of %v", q)
	}
	s.Claims[0].Allocated = 2
	set(0)
	if q := o.Lines[0].Q; q.Live() != 0 {
		t.Errorf("none is left of %v", q)
	}
	apply(order.Delta{Moves: []order.Move{{Line: 2, From: order.Unsourced, To: order.Allocated, Quantity: 2, Fulfillment: 2}, {Line: 2, From: order.Allocated, To: order.Picked, Quantity: 1, Fulfillment: 2}}})
	s.Claims = []order.Claim{{Fulfillment: 2, Line: 2, Allocated: 1}}
	_, err := o.Change(&order.Change{Lines: []order.LineChange{{Line: 2, Quantity: ptr(int64(0))}, {Line: 7, Quantity: ptr(int64(1))}},
		Add: []order.NewLine{{SKU: "NONE", Quantity: 1}}}, s)
	if got := faultsOf(err); got != "conflict not_changeable: /add/0/sku=unknown_sku /lines/0/quantity=not_cancelable /lines/1=no_such_line" {
		t.Error(got)
	}
}

// A bundle's quantity is that of its sets, be it that a component lost units by
// itself; it is substituted as a whole, and its components are not changed alone.
//
// Kills: canceling a component's units twice; a component that keeps more than
// its sets need; a bundle of which a part is picked and that goes all the same.
func TestChangeBundle(t *testing.T) {
	o := place(t, "GIFT", 4, "PEN", 1)
	apply := func(d order.Delta) {
		t.Helper()
		if err := o.Apply(&d, now, 1); err != nil {
			t.Fatal(err)
		}
	}
	apply(order.Delta{Moves: []order.Move{{Line: 4, From: order.Unsourced, To: order.Canceled, Quantity: 5}}}) // of 12 pens
	s := order.Setting{Items: items, Currency: "GBP"}
	d, err := o.Change(&order.Change{Lines: []order.LineChange{{Line: 1, Quantity: ptr(int64(2))}}}, s)
	if err != nil {
		t.Fatal(err)
	}
	apply(d)
	if a, b, c := o.Lines[1].Q.Live(), o.Lines[2].Q.Live(), o.Lines[3].Q.Live(); a != 2 || b != 2 || c != 6 {
		t.Errorf("two gifts are %d mugs, %d engravings and %d pens", a, b, c)
	}
	if d, err = o.Change(&order.Change{Lines: []order.LineChange{{Line: 1, Quantity: ptr(int64(3))}}}, s); err != nil {
		t.Fatal(err)
	}
	apply(d)
	if q := o.Lines[3].Q; o.Lines[0].Quantity != 5 || q[order.Ordered] != 15 || q.Live() != 9 {
		t.Errorf("three gifts of %d need %v pens", o.Lines[0].Quantity, q)
	}
	_, err = o.Change(&order.Change{Lines: []order.LineChange{{Line: 2, Quantity: ptr(int64(1))}, {Line: 1, Substitute: &order.NewLine{SKU: "GIFT"}}}}, s)
	if got := faultsOf(err); got != "conflict not_changeable: /lines/0=component /lines/1/substitute/sku=same_item" {
		t.Error(got)
	}
	apply(order.Delta{Moves: []order.Move{{Line: 2, From: order.Unsourced, To: order.Allocated, Quantity: 1, Fulfillment: 1}, {Line: 2, From: order.Allocated, To: order.Picked, Quantity: 1, Fulfillment: 1}}})
	_, err = o.Change(&order.Change{Lines: []order.LineChange{{Line: 1, Substitute: &order.NewLine{SKU: "PEN"}}}}, s)
	if got := faultsOf(err); got != "conflict not_changeable: /lines/0/substitute=not_cancelable" {
		t.Error(got)
	}
}
