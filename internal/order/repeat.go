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

// Repeat makes a request like an old order, at the items' prices of now, which
// are in currency; an order in another keeps its own. What was canceled is left
// out unless all of it was, and so is, and is told, what is not for sale any
// more. Discounts, fees, payments, notes and holds were of that order and are
// not repeated.
func Repeat(o *Order, items Find, currency string) (Request, []Gone) {
	r := Request{Channel: o.Channel, Currency: o.Currency.Code(), CustomerID: party.ID(o.Customer), Parties: o.Party, Tags: slices.Clone(o.Tags)}
	var gone []Gone
	for i := range o.Lines {
		l := &o.Lines[i]
		q := o.Quantities(l)
		want := q.Live()
		if o.Sums.Live() == 0 {
			want = l.Quantity
		}
		if l.Parent != 0 || want == 0 {
			continue
		}
		item := items.BySKU(l.SKU)
		if item == nil || item.Archived {
			gone = append(gone, Gone{l.SKU, l.Title, item != nil})
			continue
		}
		price := item.Price
		if price == 0 || currency != o.Currency.Code() { // the catalog knows none
			price = l.Price
		}
		r.Lines = append(r.Lines, RequestLine{SKU: l.SKU, Quantity: want, Price: price})
	}
	return r, gone
}
