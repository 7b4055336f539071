package order_test

import (
	"testing"

	"orderly/internal/order"

	"github.com/google/go-cmp/cmp"
)

// How far the sets of a bundle are: two tea sets of two mugs and 250 g each.
//
// Kills: a set that is as far as its fastest component; half a set shown whole.
func TestQuantitiesOfBundles(t *testing.T) {
	type q = order.Buckets
	for _, tc := range []struct {
		name      string
		mugs, tea q
		want      q
	}{
		{"nothing yet", q{order.Unsourced: 4}, q{order.Unsourced: 500}, q{order.Unsourced: 2}},
		{"claimed", q{order.Allocated: 4}, q{order.Allocated: 500}, q{order.Allocated: 2}},
		{"one component waits", q{order.Allocated: 4}, q{order.Allocated: 250, order.Backordered: 250}, q{order.Allocated: 1, order.Backordered: 1}},
		{"half a set sent", q{order.Shipped: 1, order.Packed: 3}, q{order.Shipped: 500}, q{order.Packed: 2}},
		{"one set sent, one packed", q{order.Shipped: 3, order.Packed: 1}, q{order.Shipped: 250, order.Picked: 250}, q{order.Shipped: 1, order.Picked: 1}},
		{"one arrived, one on the way", q{order.Delivered: 2, order.Shipped: 2}, q{order.Delivered: 500}, q{order.Delivered: 1, order.Shipped: 1}},
		{"one canceled, one arrived", q{order.Canceled: 2, order.Delivered: 2}, q{order.Canceled: 250, order.Delivered: 250}, q{order.Canceled: 1, order.Delivered: 1}},
		{"lost whole", q{order.Lost: 4}, q{order.Lost: 500}, q{order.Lost: 2}},
	} {
		o := place(t, "TEASET", 2)
		for i, want := range []q{tc.mugs, tc.tea} {
			line := &o.Lines[i+1]
			want[order.Ordered] = line.Quantity
			if line.Q = want; line.Q.Check() != nil {
				t.Fatalf("%s: %v", tc.name, line.Q.Check())
			}
		}
		tc.want[order.Ordered] = 2
		if diff := cmp.Diff(tc.want, o.Quantities(&o.Lines[0])); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.name, diff)
		}
	}
}

func TestLineByPosition(t *testing.T) {
	o := place(t, "MUG", 1, "TEASET", 1)
	for n, sku := range map[int]string{1: "MUG", 2: "TEASET", 3: "MUG", 4: "TEA"} {
		if l := o.Line(n); l == nil || l.SKU != sku || l.N != n {
			t.Errorf("line %d is %+v", n, l)
		}
	}
	for _, n := range []int{-1, 0, 5} {
		if l := o.Line(n); l != nil {
			t.Errorf("there is a line %d: %+v", n, l)
		}
	}
	if got := len(o.Components(2)); got != 2 {
		t.Errorf("the tea set owns %d lines", got)
	}
}

func TestIDs(t *testing.T) {
	id := order.ID(123456789)
	back, err := order.ParseID(id.String())
	if err != nil || back != id {
		t.Errorf("%s was read as %d, %v", id, back, err)
	}
	if _, err := order.ParseID("itm_" + id.String()[4:]); err == nil {
		t.Error("an item's id was read as an order's")
	}
}
