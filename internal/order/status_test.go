package order_test

import (
	"slices"
	"testing"

	"orderly/internal/order"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What each state is called, by where four mugs are, what was paid of the
// 51.80 that they cost, and whether a hold is open.
//
// Kills, each by one row at least: every case of every derivation, and their
// order among themselves.
func TestStatuses(t *testing.T) {
	type q = order.Buckets
	const (
		canceled, unsourced, backordered, allocated, picked = order.Canceled, order.Unsourced, order.Backordered, order.Allocated, order.Picked
		packed, shipped, delivered, lost, returned          = order.Packed, order.Shipped, order.Delivered, order.Lost, order.Returned
	)
	for _, tc := range []struct {
		name           string
		q              q
		paid, refunded int64
		held           bool
		want           order.Statuses
	}{
		{"new", q{unsourced: 4}, 0, 0, false, order.Statuses{"open", "unpaid", "unfulfilled", "none", "none", "unsourced"}},
		{"new and held", q{unsourced: 4}, 0, 0, true, order.Statuses{"open", "unpaid", "unfulfilled", "none", "held", "on_hold"}},
		{"waiting", q{backordered: 4}, 5180, 0, false, order.Statuses{"open", "paid", "backordered", "none", "none", "backordered"}},
		{"waiting in part", q{backordered: 1, allocated: 3}, 5179, 0, false, order.Statuses{"open", "partially_paid", "partially_backordered", "none", "none", "backordered"}},
		{"between two sourcings", q{unsourced: 1, backordered: 3}, 5181, 0, false, order.Statuses{"open", "overpaid", "partially_backordered", "none", "none", "unsourced"}},
		{"claimed", q{allocated: 4}, 0, 0, false, order.Statuses{"open", "unpaid", "unfulfilled", "none", "none", "in_work"}},
		{"picked in part", q{allocated: 3, picked: 1}, 0, 0, false, order.Statuses{"open", "unpaid", "in_progress", "none", "none", "in_work"}},
		{"packed", q{packed: 4}, 0, 0, true, order.Statuses{"open", "unpaid", "in_progress", "none", "held", "on_hold"}},
		{"picked, the rest waits", q{picked: 1, backordered: 3}, 0, 0, false, order.Statuses{"open", "unpaid", "in_progress", "none", "none", "backordered"}},
		{"sent in part", q{packed: 3, shipped: 1}, 0, 0, false, order.Statuses{"open", "unpaid", "partially_shipped", "none", "none", "in_work"}},
		{"lost in part, nothing else sent", q{allocated: 3, lost: 1}, 0, 0, false, order.Statuses{"open", "unpaid", "partially_shipped", "none", "none", "in_work"}},
		{"sent", q{shipped: 4}, 5180, 0, false, order.Statuses{"open", "paid", "shipped", "none", "none", "shipped"}},
		{"sent, a hold cannot stop it", q{shipped: 4}, 5180, 0, true, order.Statuses{"open", "paid", "shipped", "none", "held", "shipped"}},
		{"sent, some lost", q{shipped: 3, lost: 1}, 5180, 0, false, order.Statuses{"open", "paid", "shipped", "none", "none", "shipped"}},
		{"sent, the rest canceled", q{shipped: 3, canceled: 1}, 3885, 0, false, order.Statuses{"open", "paid", "shipped", "none", "none", "shipped"}},
		{"arrived in part", q{shipped: 3, delivered: 1}, 5180, 0, false, order.Statuses{"open", "paid", "partially_delivered", "none", "none", "shipped"}},
		{"arrived", q{delivered: 4}, 5180, 0, false, order.Statuses{"completed", "paid", "delivered", "none", "none", "delivered"}},
		{"arrived or lost", q{delivered: 3, lost: 1}, 5180, 0, false, order.Statuses{"completed", "paid", "delivered", "none", "none", "delivered"}},
		{"arrived or canceled", q{delivered: 3, canceled: 1}, 5180, 0, false, order.Statuses{"completed", "overpaid", "delivered", "none", "none", "delivered"}},
		{"canceled", q{canceled: 4}, 0, 0, false, order.Statuses{"canceled", "none", "none", "none", "none", "canceled"}},
		{"canceled, paid", q{canceled: 4}, 5180, 0, false, order.Statuses{"canceled", "overpaid", "none", "none", "none", "canceled"}},
		{"canceled, given back", q{canceled: 4}, 5180, 5180, false, order.Statuses{"canceled", "refunded", "none", "none", "none", "canceled"}},
		{"came back in part", q{delivered: 4, returned: 1}, 5180, 1295, false, order.Statuses{"completed", "partially_refunded", "delivered", "partially_returned", "none", "delivered"}},
		{"came back", q{delivered: 4, returned: 4}, 5180, 5180, false, order.Statuses{"completed", "refunded", "delivered", "returned", "none", "delivered"}},
		{"overpaid and given back", q{delivered: 4}, 6000, 820, false, order.Statuses{"completed", "partially_refunded", "delivered", "none", "none", "delivered"}},
		{"still overpaid", q{delivered: 4}, 6000, 1, false, order.Statuses{"completed", "overpaid", "delivered", "none", "none", "delivered"}},
	} {
		o := stand(t, tc.q)
		if tc.held {
			o.Holds = []order.Hold{{ID: 1, Reason: "late"}}
		}
		if err := o.Apply(&order.Delta{Paid: tc.paid, Refunded: tc.refunded}, now, 1); err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		if diff := cmp.Diff(tc.want, o.Statuses); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.name, diff)
		}
		if !slices.Contains(order.Stages, o.Statuses.Stage) {
			t.Errorf("%s: the stage %q is not in the list of stages", tc.name, o.Statuses.Stage)
		}
		if s := o.Statuses; !slices.Contains(order.StagesFor(s.Status, s.Fulfillment, nil), s.Stage) {
			t.Errorf("%s: a list by %s and %s would leave out the stage %s", tc.name, s.Status, s.Fulfillment, s.Stage)
		}
	}
}

// Kills: a stage left out of a status, wherever units stand.
func TestStagesForStatuses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := order.Buckets{}
		for _, p := range order.Places {
			q[p] = max(0, rapid.Int64Range(-2, 2).Draw(t, p.String()))
			q[order.Ordered] += q[p]
		}
		s := order.StatusesOf(q, rapid.Bool().Draw(t, "held"))
		if !slices.Contains(order.StagesFor(s.Status, s.Fulfillment, nil), s.Stage) {
			t.Fatalf("%v is %s and %s at the stage %s, among which a list would not look", q, s.Status, s.Fulfillment, s.Stage)
		}
	})
	if got := order.StagesFor("open", "shipped", []string{"shipped", "lost"}); !slices.Equal(got, []string{"shipped"}) {
		t.Error(got)
	}
	if got := order.StagesFor("", "", nil); !slices.Equal(got, order.Stages) {
		t.Error(got)
	}
}

// stand makes an order of mugs whose units stand as told.
func stand(t *testing.T, q order.Buckets) *order.Order {
	t.Helper()
	sum := int64(0)
	for _, p := range order.Places {
		sum += q[p]
	}
	o := place(t, "MUG", int(sum))
	next := map[order.Bucket]order.Bucket{order.Lost: order.Shipped, order.Delivered: order.Shipped, order.Shipped: order.Packed,
		order.Packed: order.Picked, order.Picked: order.Allocated, order.Allocated: order.Unsourced,
		order.Backordered: order.Unsourced, order.Canceled: order.Unsourced}
	for _, p := range order.Places {
		var way []order.Bucket
		for b := p; b != order.Unsourced; b = next[b] {
			way = append(way, b)
		}
		for _, to := range slices.Backward(way) {
			if q[p] == 0 {
				break
			}
			if err := move(o, order.Move{Line: 1, From: next[to], To: to, Quantity: q[p], Fulfillment: 5}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := q[order.Returned]; n > 0 {
		if err := o.Apply(&order.Delta{Returned: []order.Return{{Line: 1, Quantity: n}}}, now, 1); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// An order without lines has nothing to send: a record of fees or a credit.
func TestAnOrderOfFeesAlone(t *testing.T) {
	r := &order.Request{Channel: "web", Currency: "GBP", Fees: []order.Fee{{Kind: "fee", Amount: 100}}}
	o, err := order.New(header(), r, items)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(order.Statuses{"completed", "unpaid", "none", "none", "none", "delivered"}, o.Statuses); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Kills: a queue that keeps orders whose work is done, and one that forgets.
func TestQueues(t *testing.T) {
	for _, tc := range []struct {
		q    order.Buckets
		held bool
		want []string
	}{
		{order.Buckets{order.Unsourced: 1}, false, []string{"orders/unsourced"}},
		{order.Buckets{order.Unsourced: 1, order.Backordered: 1}, true, []string{"orders/on_hold", "orders/backordered", "orders/unsourced"}},
		{order.Buckets{order.Allocated: 1}, false, nil},
		{order.Buckets{order.Allocated: 1}, true, []string{"orders/on_hold"}},
		{order.Buckets{order.Shipped: 1}, true, nil},
		{order.Buckets{order.Canceled: 1}, true, nil},
	} {
		o := stand(t, tc.q)
		if tc.held {
			o.Holds = []order.Hold{{ID: 1, Reason: "late"}}
		}
		if diff := cmp.Diff(tc.want, o.Queues()); diff != "" {
			t.Errorf("%v, held %t (-want +got)\n%s", tc.q, tc.held, diff)
		}
	}
}
