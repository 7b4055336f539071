package verify

import (
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/tariff"
)

// partnerInvoices: nothing that a partner did is accepted twice, and its invoices
// are as their lines are.
func (x *run) partnerInvoices() error {
	return x.walk(audit.PartnerInvoicePages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.PartnerInvoicesIn(r, in)
		x.count(int64(len(list)), "Q3")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.askedFor(&list[i])
		}
		return err
	})
}

func (x *run) askedFor(v *audit.AskedFor) {
	tell := func(format string, args ...any) { x.tell("Q3", v.ID.String(), format, args...) }
	is := tariff.Accepted
	switch {
	case v.Open > 0:
		is = tariff.Open
	case v.Accepted > 0 && v.Disputed > 0:
		is = tariff.Mixed
	case v.Disputed > 0:
		is = tariff.Disputed
	}
	if v.State != is {
		tell("invoice %s is %s: %d lines are open, %d accepted, %d disputed", v.ID, v.State, v.Open, v.Accepted, v.Disputed)
	}
	if v.Undecided > 0 {
		tell("%d lines of invoice %s were decided on by nobody, too early, or while they are open", v.Undecided, v.ID)
	}
	if v.Twice > 0 {
		tell("invoice %s was accepted for %d things for which another line was accepted too", v.ID, v.Twice)
	}
	if v.Otherwise+v.Loose > 0 {
		tell("%d things that invoice %s asks for are in another state than their line, or of none", v.Otherwise+v.Loose, v.ID)
	}
	if v.Bare > 0 {
		tell("%d lines of invoice %s were found by the card, and say not for what", v.Bare, v.ID)
	}
}
