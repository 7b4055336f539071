package order_test

import (
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/order"
)

func TestReturnValue(t *testing.T) {
	tests := []struct {
		name               string
		net                int64
		ordered, canceled  int64
		returned, quantity int64
		want               int64
	}{
		{"all", 1000, 3, 0, 0, 3, 1000},
		{"one of three", 1000, 3, 0, 0, 1, 333},
		{"the second of three", 1000, 3, 0, 1, 1, 334},
		{"the last of three", 1000, 3, 0, 2, 1, 333},
		{"what a cancellation left", 1000, 3, 1, 0, 2, 667},
		{"more than there is", 1000, 3, 0, 2, 5, 333},
		{"all canceled", 1000, 3, 3, 0, 1, 0},
		{"nothing", 1000, 3, 0, 1, 0, 0},
		{"a component", 0, 6, 0, 0, 2, 0},
	}
	for _, tt := range tests {
		l := order.Line{Total: tt.net, Q: order.Buckets{order.Ordered: tt.ordered, order.Canceled: tt.canceled, order.Returned: tt.returned}}
		if got := l.ReturnValue(tt.quantity); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

// In whatever parts a line comes back, its value ends at what was not canceled.
func TestReturnValueEndsAtTheLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := order.Line{Total: rapid.Int64Range(0, 1_000_000_000_000).Draw(t, "total")}
		l.Discount = rapid.Int64Range(0, l.Total).Draw(t, "discount")
		l.Q[order.Ordered] = rapid.Int64Range(1, order.MaxQuantity).Draw(t, "ordered")
		l.Q[order.Canceled] = rapid.Int64Range(0, l.Q[order.Ordered]-1).Draw(t, "canceled")
		sum := int64(0)
		for left := l.Q[order.Ordered] - l.Q[order.Canceled]; left > 0; {
			n := rapid.Int64Range(1, left).Draw(t, "part")
			if rapid.Bool().Draw(t, "rest") {
				n = left
			}
			v := l.ReturnValue(n)
			if v < 0 {
				t.Fatalf("%d units are worth %d", n, v)
			}
			sum += v
			l.Q[order.Returned] += n
			left -= n
		}
		o := l // as canceled alone tells it
		o.Q[order.Returned] = 0
		if all := o.ReturnValue(o.Q[order.Ordered] - o.Q[order.Canceled]); sum != all {
			t.Fatalf("in parts %d, at once %d", sum, all)
		}
		if o.Q[order.Canceled] == 0 && sum != o.Net() {
			t.Fatalf("%d of a line of %d", sum, o.Net())
		}
	})
}
