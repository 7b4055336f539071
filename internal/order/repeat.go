package order

import (
	"slices"

	"orderly/internal/party"
)

// Gone is a line of an old order that cannot be ordered again.
type Gone struct {
	SKU, Title string
	Archived   bool // it is there, but not for sale; else nobody knows it any more
}

// Repeat makes a request like an old order, at the items' prices of now. What
// is not for sale any more is left out and told. Discounts, fees, payments,
// notes and holds were of that order and are not repeated.
func Repeat(o *Order, items Find) (Request, []Gone) {
	r := Request{Channel: o.Channel, Currency: o.Currency.Code(), CustomerID: party.ID(o.Customer), Parties: o.Party, Tags: slices.Clone(o.Tags)}
	var gone []Gone
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Parent != 0 {
			continue
		}
		item := items.BySKU(l.SKU)
		if item == nil || item.Archived {
			gone = append(gone, Gone{l.SKU, l.Title, item != nil})
			continue
		}
		price := item.Price
		if price == 0 { // the catalog knows none
			price = l.Price
		}
		r.Lines = append(r.Lines, RequestLine{SKU: l.SKU, Quantity: l.Quantity, Price: price})
	}
	return r, gone
}
