package step

import (
	"orderly/internal/access"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store/payments"
)

// LoadTerms reads the terms of customers, and what they owe on them.
func (b *Batch) LoadTerms(customers []int64) (err error) {
	if len(customers) == 0 {
		return nil
	}
	if b.pay.agreed, err = payments.TermsOf(b.R, customers); err != nil {
		return err
	}
	b.pay.owing = map[owner]int64{}
	read := map[string]bool{}
	for _, a := range b.pay.agreed {
		if read[a.Currency] {
			continue
		}
		read[a.Currency] = true
		open, err := payments.Open(b.R, a.Currency, customers)
		if err != nil {
			return err
		}
		for who, sum := range open {
			b.pay.owing[owner{who, a.Currency}] = sum
		}
	}
	return nil
}

// TermsOf are a loaded customer's terms in a currency, nil without any, and
// what is open on them, earlier commands of the batch included.
func (b *Batch) TermsOf(customer int64, currency string) (*payment.Agreed, int64) {
	for i := range b.pay.agreed {
		if a := &b.pay.agreed[i]; a.Customer == customer && a.Currency == currency {
			return a, b.pay.owing[owner{customer, currency}]
		}
	}
	return nil, 0
}

// Owe counts what a customer has promised to pay.
func (b *Batch) Owe(customer int64, currency string, amount int64) {
	b.pay.owing[owner{customer, currency}] += amount
}

// RemittanceNamed finds a carrier's list by its number, one of an earlier
// command too; zero when it is new.
func (b *Batch) RemittanceNamed(carrier, reference string) (payment.RemittanceID, error) {
	for _, x := range b.pay.remits {
		if x.Carrier == carrier && x.Reference == reference {
			return x.ID, nil
		}
	}
	return payments.RemittanceNamed(b.R, carrier, reference)
}

// AddRemittance keeps a carrier's list, and tells of it.
func (b *Batch) AddRemittance(by access.Scope, x *payment.Remittance, data []byte) {
	b.pay.remits = append(b.pay.remits, x)
	b.tell(journal.Remittance, int64(x.ID), 1, journal.RemittanceBooked, by, data)
}

// SayChannel keeps by which means the channel was paid, where it said so.
func (b *Batch) SayChannel(order int64, x payment.Channeled) {
	b.pay.channel = append(b.pay.channel, payments.ChanneledRow{Order: order, Channeled: x})
}

// LoadChanneled reads what the channel said of how orders were paid.
func (b *Batch) LoadChanneled(ids []order.ID) error {
	of := make([]int64, len(ids))
	for i, id := range ids {
		of[i] = int64(id)
	}
	known, err := payments.Channeled(b.R, of)
	for _, id := range of {
		for _, x := range known[id] {
			b.pay.said = append(b.pay.said, payments.ChanneledRow{Order: id, Channeled: x})
		}
	}
	return err
}

// ChanneledOf is what was said of a loaded order, by earlier commands of the
// batch too.
func (b *Batch) ChanneledOf(id order.ID) (out []payment.Channeled) {
	for _, list := range [...][]payments.ChanneledRow{b.pay.said, b.pay.channel} {
		for _, x := range list {
			if x.Order == int64(id) {
				out = append(out, x.Channeled)
			}
		}
	}
	return out
}
