package verify

import (
	"slices"

	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/payment"
)

// totals: header figures are the sums of lines and fees, and what is canceled
// takes its part with it.
func (s *subject) totals() {
	var sum order.Totals
	for i := range s.o.Lines {
		l := &s.o.Lines[i]
		sum.Subtotal += l.Total
		sum.Discount += l.Discount
		sum.Tax += l.Tax
		sum.Moved += l.Moved
	}
	for _, f := range s.o.Fees {
		sum.Fees += f.Amount
		sum.Tax += f.Tax
	}
	t := s.o.Totals
	for _, x := range [...]struct {
		what       string
		is, should int64
	}{
		{"subtotal", t.Subtotal, sum.Subtotal}, {"discount", t.Discount, sum.Discount}, {"tax", t.Tax, sum.Tax}, {"fees", t.Fees, sum.Fees},
		{"what rounding moved", t.Moved, sum.Moved}, {"total", t.Total, t.Subtotal - t.Discount + t.Tax + t.Fees},
	} {
		if x.is != x.should {
			s.tell("its header says %d for %s, lines and fees make %d", x.is, x.what, x.should)
		}
	}
	fresh := *s.o
	fresh.Paid, fresh.Refunded = 0, 0 // so that only the totals count
	fresh.Lines, fresh.Holds = slices.Clone(s.o.Lines), slices.Clone(s.o.Holds)
	if err := fresh.Apply(&order.Delta{}, s.o.UpdatedAt, 0); err != nil {
		s.tell("%v", err)
	} else if fresh.Totals.Canceled != t.Canceled {
		s.tell("its canceled units take %d with them and should take %d", t.Canceled, fresh.Totals.Canceled)
	}
}

// lineTotals: each line is quantity by price, rounded once by the merchant's
// rule, and what rounding moved is kept.
func (s *subject) lineTotals() {
	for i := range s.o.Lines {
		l := &s.o.Lines[i]
		total, moved, err := money.LineTotal(l.Quantity, l.Scale, l.Price, s.o.Currency, s.rounding)
		switch {
		case err != nil:
			s.tell("line %d cannot be priced: %v", l.N, err)
		case total != l.Total || moved != l.Moved:
			s.tell("line %d costs %d (rounding moved %d) and should cost %d (%d)", l.N, l.Total, l.Moved, total, moved)
		}
		if l.Discount < 0 || l.Discount > l.Total {
			s.tell("line %d costs %d and has a discount of %d", l.N, l.Total, l.Discount)
		}
	}
}

// bounds: no more is given back than was paid, by the order or by one payment.
func (s *subject) bounds() {
	if s.o.Refunded < 0 || s.o.Refunded > s.o.Paid {
		s.tell("%d was refunded of %d paid", s.o.Refunded, s.o.Paid)
	}
	for _, p := range s.Payments {
		if !p.Sound() {
			s.tell("payment %s has %d refunded and %d disputed of %d captured of %d authorized, which cannot be", p.ID, p.Refunded, p.Disputed, p.Captured, p.Authorized)
		}
	}
}

// ledger: the bookings balance, say what the header says, and each tender holds
// what its payments do.
func (s *subject) ledger() {
	var took, gave int64
	holds := map[string]int64{}
	for _, e := range s.Money {
		switch {
		case !payment.Known(e.Account):
			s.tell("booking %d is on the account %q, which there is not", e.ID, e.Account)
		case e.Currency != s.o.Currency.Code():
			s.tell("booking %d is in %s, the order is in %s", e.ID, e.Currency, s.o.Currency)
		case e.Account == payment.Receivable:
			took -= min(e.Amount, 0)
			gave += max(e.Amount, 0)
		}
		holds[e.Account] += e.Amount
	}
	if err := payment.Balanced(s.Money); err != nil {
		s.tell("%v", err)
	}
	if took != s.o.Paid || gave != s.o.Refunded {
		s.tell("%d was paid and %d refunded, the ledger has %d and %d", s.o.Paid, s.o.Refunded, took, gave)
	}
	s.tenders(holds)
}

// tenders: what each account holds is what its payments say; what none of them
// has is the channel's.
func (s *subject) tenders(holds map[string]int64) {
	paid, refunded := s.o.Paid, s.o.Refunded
	should := map[string]int64{}
	for _, p := range s.Payments {
		paid, refunded = paid-p.Captured, refunded-p.Refunded-p.Credited
		should[p.Tender.Account()] += p.Net()
		should[payment.Disputes] += p.Taken()
		if p.Currency != s.o.Currency.Code() {
			s.tell("payment %s is in %s, the order is in %s", p.ID, p.Currency, s.o.Currency)
		}
	}
	if paid < 0 || refunded < 0 || refunded > paid {
		s.tell("its payments leave %d paid and %d refunded to the channel, which cannot be", paid, refunded)
	}
	should[payment.ChannelTender.Account()] += paid - refunded
	accounts := []string{payment.Disputes}
	for _, k := range payment.Tenders {
		accounts = append(accounts, k.Account)
	}
	for _, a := range accounts {
		if holds[a] != should[a] {
			s.tell("the account %s holds %d, the order and its payments make %d", a, holds[a], should[a])
		}
	}
}

// hash: an order that a channel named can be told from another of that name.
func (s *subject) hash() {
	if s.o.ExternalID != "" && len(s.o.RequestHash) != 32 {
		s.tell("it has the external_id %q and a request hash of %d bytes instead of 32", s.o.ExternalID, len(s.o.RequestHash))
	}
}
