package order

import (
	"fmt"

	"orderly/internal/money"
)

// addedWidth and termsWidth are how many numbers tell of a line that joined,
// and of new terms.
const (
	addedWidth = 14
	termsWidth = 7
)

// numbers are the line as the journal has it.
func (a *Added) numbers() []int64 {
	l := &a.Line
	return []int64{int64(l.N), l.Item, l.Q[Ordered], asNumber(l.Stocked), int64(l.Scale), int64(l.Parent), l.PerParent, int64(l.Substitutes),
		l.Quantity, int64(l.Price), l.Total, l.Moved, l.Discount, l.Tax}
}

func (t *Terms) numbers() []int64 {
	return []int64{int64(t.Line), t.Quantity, int64(t.Price), t.Total, t.Moved, t.Discount, t.Tax}
}

func asNumber(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func addedOf(v []int64) (Added, error) {
	if len(v) != addedWidth {
		return Added{}, fmt.Errorf("decode delta: a line of %d numbers", len(v))
	}
	return Added{Line{
		N: int(v[0]), Item: v[1], Q: Buckets{Ordered: v[2], Unsourced: v[2]}, Stocked: v[3] != 0, Scale: int(v[4]), Parent: int(v[5]), PerParent: v[6],
		Substitutes: int(v[7]), Quantity: v[8], Price: money.Price(v[9]), Total: v[10], Moved: v[11], Discount: v[12], Tax: v[13],
	}}, nil
}

func termsOf(v []int64) (Terms, error) {
	if len(v) != termsWidth {
		return Terms{}, fmt.Errorf("decode delta: terms of %d numbers", len(v))
	}
	return Terms{int(v[0]), v[1], money.Price(v[2]), v[3], v[4], v[5], v[6]}, nil
}

// weight is how much of an entry's room the delta takes, in moves.
func (d *Delta) weight() int {
	return len(d.Opened) + len(d.Moves) + len(d.Released) + len(d.Recalled) + len(d.Asked) + len(d.Returned) + len(d.Refunds) + len(d.Parcels) + len(d.Shelf) + len(d.Requests) +
		addedWeight*len(d.Added) + termsWeight*len(d.Terms) + len(d.Fees) + len(d.Preorder)
}

// A line that joined takes at most 190 bytes, new terms 120.
const (
	addedWeight = 3
	termsWeight = 2
)
