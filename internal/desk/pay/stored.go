package pay

import (
	"orderly/internal/credit"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/payment"
)

// loadStored reads the gift cards and store credit that payments are to be by.
func loadStored(b *step.Batch, asked []desk.Asked[AddCommand]) error {
	var hashes []string
	var customers []int64
	for i := range asked {
		switch c := &asked[i].Command; c.Tender {
		case payment.GiftCard:
			hashes = append(hashes, c.Card)
		case payment.StoreCredit:
			if o := b.Order(c.Order); o != nil {
				customers = append(customers, o.Customer)
			}
		}
	}
	if err := b.LoadCodes(hashes); err != nil {
		return err
	}
	return b.LoadStoreCredit(customers)
}

// storedFor is the gift card or store credit that a payment is to be by; nil
// when it is by another tender.
func storedFor(b *step.Batch, o *order.Order, c *AddCommand) (*credit.Account, error) {
	switch c.Tender {
	case payment.GiftCard:
		if a := b.Card(c.Card); a != nil {
			return a, nil
		}
		return nil, fault.New(fault.NotFound, "no_such_card", "there is no gift card of this code; look at it again")
	case payment.StoreCredit:
		if a := b.StoreCredit(o.Customer, o.Currency.Code()); o.Customer != 0 && a != nil {
			return a, nil
		}
		return nil, fault.New(fault.Conflict, "no_credit", "the customer of order %d has no store credit in %s", o.Number, o.Currency)
	}
	return nil, nil
}
