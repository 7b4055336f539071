package verify

import (
	"slices"

	"orderly/internal/delivery"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// promised: each promise has the act that made it, none is missing before it,
// and the last is what the order is due by.
func (x *run) promised() error {
	return x.walk(audit.MadePages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.MadeIn(r, in)
		x.count(int64(len(list)), "L1")
		x.progress(int64(len(list)), 0)
		want := int64(0)
		for i := range list {
			if i == 0 || list[i-1].Order != list[i].Order {
				want = 0
			}
			want++
			x.made(&list[i], want)
		}
		return err
	})
}

func (x *run) made(p *audit.Made, want int64) {
	of := order.ID(p.Order)
	tell := func(format string, args ...any) { x.tell("L1", of.String(), format, args...) }
	switch {
	case p.N != want:
		tell("promise %d of the order follows %d: one between is missing", p.N, want-1)
	case p.Subject != p.Order:
		tell("promise %d has no source: no entry of the order tells of it", p.N)
	case p.At != p.MadeAt:
		tell("promise %d was made at %d, its entry is of %d", p.N, p.MadeAt, p.At)
	case !slices.Contains(delivery.Causes, p.Cause):
		tell("promise %d was made for %q", p.N, p.Cause)
	case p.ShipBy > p.DeliverBy && p.DeliverBy > 0:
		tell("promise %d leaves at %d, after it arrives at %d", p.N, p.ShipBy, p.DeliverBy)
	case p.N == p.Of && p.DeliverBy != p.Due:
		tell("the last promise is for %d, the order is due at %d", p.DeliverBy, p.Due)
	}
}
