package stock

import (
	"cmp"
	"slices"
)

// Yield chooses which claims give up units to an order of a higher priority, at
// most need together: the lowest priority first, among equals where the order
// can be sent from best, then what was promised nothing or for the latest, then
// the newest. Claims of an equal or higher priority stand, and so do units that
// are picked. near is the rank of a location for whoever wants the units; below
// zero it cannot send there.
func Yield(need, priority int64, claims []Claim, near func(LocationID) int) []Displaced {
	var may []Claim
	for _, c := range claims {
		if c.Priority < priority && c.Allocated > 0 && near(c.Location) >= 0 {
			may = append(may, c)
		}
	}
	slices.SortStableFunc(may, func(a, b Claim) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(near(a.Location), near(b.Location)), cmp.Compare(promised(b.DueAt), promised(a.DueAt)),
			cmp.Compare(b.CreatedAt, a.CreatedAt), cmp.Compare(b.Fulfillment, a.Fulfillment), cmp.Compare(b.Line, a.Line))
	})
	var out []Displaced
	for _, c := range may {
		if n := min(need, c.Allocated); n > 0 {
			out = append(out, Displaced{Claim: c, Quantity: n})
			need -= n
		}
	}
	return out
}

// promised is a day to compare by: nothing promised is the latest of all.
func promised(due int64) int64 {
	if due == 0 {
		return 1<<63 - 1
	}
	return due
}
