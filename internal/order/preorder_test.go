package order_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"orderly/internal/order"
)

// fresh is an order of lines with so many units, none of which has a place.
func fresh(units ...int64) *order.Order {
	o := &order.Order{Mode: order.Live}
	for i, n := range units {
		q := order.Buckets{order.Ordered: n, order.Unsourced: n}
		o.Lines = append(o.Lines, order.Line{N: i + 1, Item: int64(i + 1), Quantity: n, Stocked: true, Q: q})
		o.Sums.Add(q)
	}
	return o
}

// Whatever happens to a line's units, as many are pre-ordered as were taken by
// the offer, less those that were canceled while they waited; never more wait
// than are pre-ordered, and the journal's form tells the same.
//
// Kills: a served unit that is given back; a waiting one that is not; a line of
// two offers; an entry that forgets which offer; a fold that differs.
func TestPreorderedUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 12).Draw(t, "units")
		short := rapid.Int64Range(1, n).Draw(t, "short")
		o, folded := fresh(n), fresh(n)
		do := func(d order.Delta) {
			pieces, err := d.Encode()
			if err != nil || len(pieces) != 1 {
				t.Fatalf("%d pieces, %v", len(pieces), err)
			}
			back, err := order.DecodeDelta(pieces[0])
			if err != nil || cmp.Diff(d.Preorder, back.Preorder) != "" {
				t.Fatalf("%v: %+v", err, back.Preorder)
			}
			if err := o.Apply(&d, 1, 1); err != nil {
				t.Fatal(err)
			}
			if err := folded.Apply(&back, 1, 1); err != nil {
				t.Fatal(err)
			}
		}
		do(order.Delta{Moves: []order.Move{{Line: 1, From: order.Unsourced, To: order.Backordered, Quantity: short}}, Preorder: []order.Preordered{{Line: 1, Offer: 7, Quantity: short}}})
		want := short
		for range rapid.IntRange(0, 8).Draw(t, "acts") {
			l := &o.Lines[0]
			pair := rapid.SampledFrom([][2]order.Bucket{
				{order.Backordered, order.Allocated}, {order.Backordered, order.Canceled}, {order.Unsourced, order.Allocated}, {order.Allocated, order.Canceled}, {order.Allocated, order.Backordered},
			}).Draw(t, "move")
			if l.Q[pair[0]] == 0 {
				continue
			}
			m := order.Move{Line: 1, From: pair[0], To: pair[1], Quantity: rapid.Int64Range(1, l.Q[pair[0]]).Draw(t, "quantity")}
			if pair[0] == order.Allocated || pair[1] == order.Allocated {
				m.Fulfillment = 3
			}
			if pair[0] == order.Backordered && pair[1] == order.Canceled {
				want -= min(m.Quantity, want)
			}
			do(order.Delta{Moves: []order.Move{m}})
			if l.Preordered != want || l.Awaited() != min(want, l.Q[order.Backordered]) || l.Preordered > n {
				t.Fatalf("%d pre-ordered, %d of them wait, want %d: %v", l.Preordered, l.Awaited(), want, l.Q)
			}
		}
		if d := cmp.Diff(o.Lines, folded.Lines); d != "" {
			t.Fatal(d)
		}
		if want > 0 {
			if err := o.Clone().Apply(&order.Delta{Preorder: []order.Preordered{{Line: 1, Offer: 8, Quantity: 1}}}, 1, 1); err == nil {
				t.Fatal("a line of two offers")
			}
		}
	})
}

// Kills: a long change that forgets pre-ordered units between its pieces.
func TestPreorderInPieces(t *testing.T) {
	var d order.Delta
	for n := 1; n <= 400; n++ {
		d.Preorder = append(d.Preorder, order.Preordered{Line: n, Offer: 1<<62 + int64(n), Quantity: 1_000_000_000})
	}
	pieces, err := d.Encode()
	if err != nil || len(pieces) < 2 {
		t.Fatalf("%d pieces, %v", len(pieces), err)
	}
	var whole order.Delta
	for _, p := range pieces {
		if len(p) > order.MaxDeltaBytes {
			t.Errorf("a piece of %d bytes", len(p))
		}
		next, err := order.DecodeDelta(p)
		if err != nil {
			t.Fatal(err)
		}
		whole.Join(&next)
	}
	if diff := cmp.Diff(d.Preorder, whole.Preorder); diff != "" {
		t.Error(diff)
	}
}

// What another order takes over is what this one gave back, found by its items.
//
// Kills: more than the other line has; a line that is named by its position.
func TestCarried(t *testing.T) {
	was, other := fresh(5, 4), fresh(2, 3)
	was.Lines[0].Preorder, was.Lines[0].Preordered = 7, 5
	was.Lines[1].Preorder, was.Lines[1].Preordered = 8, 4
	left := was.Clone()
	left.Lines[0].Preordered, left.Lines[1].Preordered = 3, 0
	other.Lines[0].Item, other.Lines[1].Item = 2, 1
	got := was.Carried(left, other, []int{1, 2}, []int{2, 1})
	if d := cmp.Diff([]order.Preordered{{Line: 2, Offer: 7, Quantity: 2}, {Line: 1, Offer: 8, Quantity: 2}}, got); d != "" {
		t.Error(d)
	}
}
