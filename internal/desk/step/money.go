package step

import (
	"orderly/internal/access"
	"orderly/internal/order"
	"orderly/internal/payment"
)

// AddMoney adds bookings.
func (b *Batch) AddMoney(list []payment.Entry) { b.money = append(b.money, list...) }

// Refund gives the customer an amount back, in minor units, more than zero, out
// of what the order was paid by, in the usual order of tenders (GiveBack). No
// act gives money back in another way, so that none gives more than is left of
// what was paid. It is the last that an act decides; what it adds to the delta
// counts when that is applied, and with an empty one TellPayments is called.
func (b *Batch) Refund(by access.Scope, o *order.Order, d *order.Delta, amount int64, ref string) error {
	_, err := b.GiveBack(by, o, d, amount, ref, nil)
	return err
}
