package step

import (
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/payment"
)

// AddMoney adds bookings.
func (b *Batch) AddMoney(list []payment.Entry) { b.money = append(b.money, list...) }

// Refund books that the customer gets an amount back, in minor units, more
// than zero, and adds it to the delta that will tell of it; nothing of it
// counts before that delta is applied. No act gives money back in another way,
// so that none gives more than is left of what was paid.
func (b *Batch) Refund(o *order.Order, d *order.Delta, amount int64, ref string) error {
	if kept := o.Paid + d.Paid - o.Refunded - d.Refunded; amount > kept {
		return fault.New(fault.Conflict, "more_than_paid", "order %d: %s can be given back, not %s", o.Number,
			o.Currency.FormatAmount(kept), o.Currency.FormatAmount(amount))
	}
	d.Refunded += amount
	b.AddMoney(payment.PaidAtChannel([2]int64{b.NewID(), b.NewID()}, int64(o.ID), o.Currency.Code(), -amount, ref, b.At))
	return nil
}
