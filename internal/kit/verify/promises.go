package verify

import (
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// promises: what carriers paid out is what their lists say, payment by payment,
// and who promised to pay later is known, and by when.
func (x *run) promises() error {
	err := x.walk(audit.PromisePages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.PromisesIn(r, in)
		x.count(int64(len(list)), "M6")
		x.progress(int64(len(list)), 0)
		for _, p := range list {
			x.promise(p)
		}
		return err
	})
	if err != nil {
		return err
	}
	return x.walk(audit.RemittancePages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.RemittancesIn(r, in)
		for _, f := range list {
			if f.Collected != f.Parts || f.Fee < 0 || f.Fee > f.Collected {
				x.tell("M6", payment.RemittanceID(f.ID).String(), "remittance %s says %d with a fee of %d, its parts make %d", payment.RemittanceID(f.ID), f.Collected, f.Fee, f.Parts)
			}
		}
		return err
	})
}

func (x *run) promise(p audit.Promise) {
	id := payment.ID(p.Payment)
	switch {
	case p.Remitted != p.Parts:
		x.tell("M6", id.String(), "payment %s has %d remitted, the lists that name it make %d", id, p.Remitted, p.Parts)
	case p.Remitted < 0 || p.Remitted > p.Captured:
		x.tell("M6", id.String(), "payment %s has %d remitted of %d collected", id, p.Remitted, p.Captured)
	case p.Tender == payment.Terms && (p.Payer != p.Customer || p.Payer == 0 || p.DueAt == 0 || p.Captured != 0):
		x.tell("M6", id.String(), "payment %s is on terms and does not say who of its order pays by when, or took money itself", id)
	case p.Tender != payment.Terms && (p.Payer != 0 || p.DueAt != 0):
		x.tell("M6", id.String(), "payment %s is by %s and has terms", id, p.Tender)
	case p.Authorized < p.Captured+p.Voided:
		x.tell("M6", id.String(), "payment %s promised %d and took and released %d", id, p.Authorized, p.Captured+p.Voided)
	}
}
