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

// bounds: no more is given back than was paid.
func (s *subject) bounds() {
	if s.o.Refunded < 0 || s.o.Refunded > s.o.Paid {
		s.tell("%d was refunded of %d paid", s.o.Refunded, s.o.Paid)
	}
}

// ledger: the bookings balance and say what the header says.
func (s *subject) ledger() {
	var took, gave int64
	for _, e := range s.Money {
		switch {
		case e.Account != payment.ChannelClearing && e.Account != payment.Receivable:
			s.tell("booking %d is on the account %q, which there is not", e.ID, e.Account)
		case e.Currency != s.o.Currency.Code():
			s.tell("booking %d is in %s, the order is in %s", e.ID, e.Currency, s.o.Currency)
		case e.Account == payment.ChannelClearing && e.Amount > 0:
			took += e.Amount
		case e.Account == payment.ChannelClearing:
			gave -= e.Amount
		}
	}
	if err := payment.Balanced(s.Money); err != nil {
		s.tell("%v", err)
	}
	if took != s.o.Paid || gave != s.o.Refunded {
		s.tell("%d was paid and %d refunded, the ledger has %d and %d", s.o.Paid, s.o.Refunded, took, gave)
	}
}

// hash: an order that a channel named can be told from another of that name.
func (s *subject) hash() {
	if s.o.ExternalID != "" && len(s.o.RequestHash) != 32 {
		s.tell("it has the external_id %q and a request hash of %d bytes instead of 32", s.o.ExternalID, len(s.o.RequestHash))
	}
}
