package order_test

import (
	"strings"
	"testing"

	"orderly/internal/order"

	"github.com/google/go-cmp/cmp"
)

// Every step that a person does with goods can be taken back by a step of its
// own. Canceling and recording are final.
//
// Kills: a reverse that is missing from the table.
func TestPhysicalMovesHaveReverses(t *testing.T) {
	for _, m := range order.Moves() {
		physical := m.From >= order.Allocated && m.To >= order.Allocated
		if _, ok := order.Legal(m.To, m.From); physical && !ok {
			t.Errorf("%s from %s to %s has no reverse", m.Name, m.From, m.To)
		}
		if m.From == order.Canceled || m.From == order.Ordered || m.To == order.Ordered {
			t.Errorf("%s from %s to %s: nothing comes back from canceled, and ordered is no place", m.Name, m.From, m.To)
		}
	}
}

// at puts the two mugs of an order into a bucket, on the books of fulfillment 5.
func at(t *testing.T, b order.Bucket) *order.Order {
	t.Helper()
	paths := map[order.Bucket][]order.Bucket{
		order.Canceled: {order.Canceled}, order.Backordered: {order.Backordered}, order.Allocated: {order.Allocated},
		order.Picked: {order.Allocated, order.Picked}, order.Packed: {order.Allocated, order.Picked, order.Packed},
		order.Shipped:   {order.Allocated, order.Picked, order.Packed, order.Shipped},
		order.Delivered: {order.Allocated, order.Picked, order.Packed, order.Shipped, order.Delivered},
		order.Lost:      {order.Allocated, order.Picked, order.Packed, order.Shipped, order.Lost},
	}
	o := place(t, "MUG", 2)
	from := order.Unsourced
	for _, to := range paths[b] {
		if err := move(o, order.Move{Line: 1, From: from, To: to, Quantity: 2, Fulfillment: 5}); err != nil {
			t.Fatal(err)
		}
		from = to
	}
	return o
}

func move(o *order.Order, m ...order.Move) error {
	return o.Apply(&order.Delta{Moves: m}, now, 1)
}

// A pair that the table does not have is refused, whatever stands where.
//
// Kills: Apply without the look into the table.
func TestUndeclaredMovesAreRefused(t *testing.T) {
	all := []order.Bucket{order.Ordered, order.ReturnRequested, order.Returned, order.Restocked, order.Bucket(13), order.Bucket(255)}
	all = append(all, order.Places[:]...)
	for _, from := range order.Places {
		for _, to := range all {
			err := move(at(t, from), order.Move{Line: 1, From: from, To: to, Quantity: 1, Fulfillment: 5})
			if _, legal := order.Legal(from, to); legal != (err == nil) {
				t.Errorf("from %s to %s: in the table is %t, the move gave %v", from, to, legal, err)
			}
		}
	}
	for _, from := range all {
		if _, legal := order.Legal(from, order.Canceled); from >= order.ReturnRequested && legal {
			t.Errorf("%s is no place, yet units can be moved from it", from)
		}
	}
}

// Kills, one case each: the checks of quantity, stand, fulfillment, line, leaf.
func TestWrongMovesAreRefused(t *testing.T) {
	for _, tc := range []struct {
		name string
		of   []any
		m    order.Move
		says string
	}{
		{"none", []any{"MUG", 2}, order.Move{Line: 1, From: order.Unsourced, To: order.Canceled}, "cancel 0 units"},
		{"negative", []any{"MUG", 2}, order.Move{Line: 1, From: order.Unsourced, To: order.Canceled, Quantity: -1}, "cancel -1 units"},
		{"more than there is", []any{"MUG", 2}, order.Move{Line: 1, From: order.Unsourced, To: order.Canceled, Quantity: 3}, "3 units of 2"},
		{"a claim of nobody", []any{"MUG", 2}, order.Move{Line: 1, From: order.Unsourced, To: order.Allocated, Quantity: 1}, "without a fulfillment"},
		{"no such line", []any{"MUG", 2}, order.Move{Line: 2, From: order.Unsourced, To: order.Canceled, Quantity: 1}, "no leaf line 2"},
		{"line zero", []any{"MUG", 2}, order.Move{Line: 0, From: order.Unsourced, To: order.Canceled, Quantity: 1}, "no leaf line 0"},
		{"a bundle's own line", []any{"TEASET", 2}, order.Move{Line: 1, From: order.Unsourced, To: order.Canceled, Quantity: 1}, "no leaf line 1"},
	} {
		err := move(place(t, tc.of...), tc.m)
		if err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v; want a word of %q", tc.name, err, tc.says)
		}
	}
}

// Goods that came back must have left: they cannot then be un-sent or lost.
//
// Kills: the bucket law without its second sentence.
func TestWhatCameBackStaysSent(t *testing.T) {
	for _, to := range []order.Bucket{order.Packed, order.Lost} {
		o := at(t, order.Shipped)
		if err := o.Apply(&order.Delta{Returned: []order.Return{{Line: 1, Quantity: 1}}}, now, 1); err != nil {
			t.Fatal(err)
		}
		if err := move(o, order.Move{Line: 1, From: order.Shipped, To: to, Quantity: 2, Fulfillment: 5}); err == nil {
			t.Errorf("two units went from shipped to %s, of which one had come back", to)
		}
	}
}

func TestBucketCheck(t *testing.T) {
	for _, tc := range []struct {
		name string
		q    order.Buckets
		says string // "" when the law holds
	}{
		{"nothing", order.Buckets{}, ""},
		{"whole", order.Buckets{order.Ordered: 3, order.Unsourced: 1, order.Delivered: 2, order.Returned: 2, order.Restocked: 1}, ""},
		{"a unit too many", order.Buckets{order.Ordered: 3, order.Unsourced: 1, order.Delivered: 3}, "3 ordered but 4 in places"},
		{"a unit nowhere", order.Buckets{order.Ordered: 3, order.Unsourced: 2}, "3 ordered but 2 in places"},
		{"below zero", order.Buckets{order.Ordered: 1, order.Unsourced: 2, order.Lost: -1}, "lost is -1"},
		{"back without leaving", order.Buckets{order.Ordered: 1, order.Packed: 1, order.Returned: 1}, "1 coming or come back of 0"},
		{"asked back twice", order.Buckets{order.Ordered: 1, order.Shipped: 1, order.Returned: 1, order.ReturnRequested: 1}, "2 coming or come back of 1"},
		{"lost and back", order.Buckets{order.Ordered: 1, order.Lost: 1, order.Returned: 1}, "1 coming or come back of 0"},
		{"restocked from nowhere", order.Buckets{order.Ordered: 1, order.Shipped: 1, order.Restocked: 1}, "1 restocked of 0"},
	} {
		err := tc.q.Check()
		if (tc.says == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v; want %q", tc.name, err, tc.says)
		}
	}
}

// What a move does to claim and shelf, for every move there is.
//
// Kills: unship that does not bring the claim back; a delivery that frees one.
func TestMovesChangeClaimAndShelf(t *testing.T) {
	type change struct{ Claim, Hand int64 }
	want := map[string]change{ // moves that are not named change neither
		"source": {7, 0}, "serve": {7, 0}, "give up the claim": {-7, 0}, "displace": {-7, 0},
		"allocated cancel": {-7, 0}, "ship": {-7, -7}, "unship": {7, 7},
	}
	for _, r := range order.Moves() {
		m := order.Move{Line: 1, From: r.From, To: r.To, Quantity: 7, Fulfillment: 5}
		name := r.Name
		if r.From == order.Allocated && r.To == order.Canceled {
			name = "allocated cancel"
		}
		if diff := cmp.Diff(want[name], change{m.ClaimChange(), m.HandChange()}); diff != "" {
			t.Errorf("%s from %s to %s (-want +got)\n%s", r.Name, r.From, r.To, diff)
		}
	}
}

func TestBackorderedSince(t *testing.T) {
	o := place(t, "MUG", 5)
	step := func(at int64, from, to order.Bucket, q, want int64) {
		t.Helper()
		err := o.Apply(&order.Delta{Moves: []order.Move{{Line: 1, From: from, To: to, Quantity: q, Fulfillment: 5}}}, at, 1)
		if err != nil || o.Lines[0].BackorderedAt != want {
			t.Fatalf("waits since %d, %v; want %d", o.Lines[0].BackorderedAt, err, want)
		}
	}
	step(10, order.Unsourced, order.Backordered, 2, 10)
	step(20, order.Unsourced, order.Backordered, 2, 10) // keeps its place in the line
	step(30, order.Backordered, order.Allocated, 3, 10)
	step(40, order.Backordered, order.Allocated, 1, 0)
	step(50, order.Allocated, order.Backordered, 1, 50) // displaced: waits anew
}
