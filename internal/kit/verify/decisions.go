package verify

import (
	"slices"

	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// decisions: whatever holds stock for an order was decided, and the decision
// names the place that holds it. A quick run looks whether there is one.
func (x *run) decisions() error {
	if x.opts.Level < Full {
		return x.walk(audit.DecisionPages, func(r *store.Reader, in audit.Range) error {
			list, all, err := audit.UndecidedIn(r, in)
			x.count(all, "D2")
			for i := range list {
				x.decided(&list[i])
			}
			return err
		})
	}
	return x.walk(audit.DecisionPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.DecidedIn(r, in)
		x.count(int64(len(list)), "D2")
		for i := range list {
			x.decided(&list[i])
		}
		return err
	})
}

func (x *run) decided(d *audit.Decided) {
	at, of := fulfillment.ID(d.ID).String(), order.ID(d.Order)
	r, ok := sourcing.DecodeReason(d.Text)
	if !ok || r.Rule == "" {
		x.tell("D2", at, "fulfillment %s of order %s is at %s without a decision", at, of, stock.LocationID(d.Location))
		return
	}
	if len(r.Candidates) == 0 || !d.Stocked {
		return // decided before candidates were kept, or it goes along with what was
	}
	takes := int64(0)
	chosen := false
	for _, c := range r.Candidates {
		takes += c.Takes
		chosen = chosen || int64(c.Place) == d.Location && c.Takes > 0
	}
	switch {
	case takes+r.Short > r.Units:
		x.tell("D2", at, "fulfillment %s of order %s was decided for %d units, of which %d are sent and %d are short", at, of, r.Units, takes, r.Short)
	case !chosen && !slices.ContainsFunc(r.Candidates, func(c sourcing.Considered) bool { return len(r.Candidates) == sourcing.MaxCandidates && c.Takes > 0 }):
		x.tell("D2", at, "fulfillment %s of order %s is at %s, which its decision did not choose", at, of, stock.LocationID(d.Location))
	}
}
