package verify

import (
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// credits: balances are the sums of their movements and never were below
// nothing, every movement tells where it comes from, and payments by stored
// value moved what they say.
func (x *run) credits() error {
	err := x.walk(audit.CreditPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.CreditFiles(r, in)
		if err != nil {
			return err
		}
		x.count(int64(len(list)), "M5")
		x.progress(int64(len(list)), 0)
		for _, f := range list {
			x.balance(f)
		}
		sold, err := audit.OversoldIn(r, in)
		for _, s := range sold {
			x.tell("M5", order.ID(s.Order).String(), "line %d of order %s has %d gift cards, more than it has units", s.Line, order.ID(s.Order), s.Cards)
		}
		return err
	})
	if err != nil {
		return err
	}
	return x.walk(audit.StoredPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.StoredIn(r, in)
		for _, p := range list {
			if p.Moved != p.Should || p.Others > 0 {
				x.tell("M5", payment.ID(p.Payment).String(), "payment %s should have moved %s by %d, %d movements of others and a sum of %d name it", payment.ID(p.Payment), p.Reference, p.Should, p.Others, p.Moved)
			}
		}
		return err
	})
}

func (x *run) balance(f *audit.CreditFile) {
	switch {
	case f.Balance != f.Sum || f.Balance != f.Last:
		x.tell("M5", f.ID.String(), "%s has a balance of %d, its movements make %d and end with %d", f.ID, f.Balance, f.Sum, f.Last)
	case f.Balance < 0 || f.Least < 0:
		x.tell("M5", f.ID.String(), "%s has a balance of %d and once had %d", f.ID, f.Balance, f.Least)
	}
	for _, b := range f.Broken {
		x.tell("M5", f.ID.String(), "movement %d of %s, a %s of %d that leaves %d, is not explained by a payment, a sale, a reason or the movements before it", b.ID, f.ID, b.Kind, b.Amount, b.Balance)
	}
}
