package walk

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly/internal/fault"
	"orderly/internal/invoice"
	"orderly/internal/listing"
	"orderly/internal/papers"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/invoices"
	"orderly/internal/store/merchants"
)

// Invoice fills an invoice or a credit note with what was issued; of today
// there is nothing on it but logo and color.
func Invoice(r *store.Reader, id invoice.ID) (*papers.Invoice, error) {
	kept, err := invoices.Get(r, id)
	if err == invoices.ErrUnknown {
		err = fault.New(fault.NotFound, "no_such_invoice", "there is no invoice %s", id)
	}
	if err != nil {
		return nil, err
	}
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return nil, err
	}
	brand, err := brandOf(r, &m, &stock.Location{})
	if err != nil {
		return nil, err
	}
	d := kept.Document
	brand.Name, brand.Address = d.Seller.Name, d.Seller.Address
	show := d.Currency.FormatAmount
	out := &papers.Invoice{
		Paper: papers.Paper{At: time.UnixMicro(d.IssuedAt).In(m.Location()), Brand: brand}, Credit: d.Kind == invoice.Credit, Number: d.Code, On: listing.DayText(d.IssuedOn),
		Order: strconv.FormatInt(d.OrderNumber, 10), Ordered: listing.DayText(d.OrderedOn), Reference: d.Reference, TaxID: d.Seller.TaxID, To: d.Buyer.Address, Currency: d.Currency.Code(),
		Net: show(d.Totals.Net), Tax: show(d.Totals.Tax), Total: show(d.Totals.Gross), Terms: strings.Split(d.Seller.Terms, "\n"), Footer: strings.Split(d.Seller.Footer, "\n"),
	}
	if len(out.To) == 0 {
		out.To = []string{d.Buyer.Email}
	}
	for _, of := range d.Of {
		out.Of = append(out.Of, of.Code)
	}
	sum := int64(0)
	for i := range d.Lines {
		sum += d.Lines[i].Gross
		out.Lines = append(out.Lines, invoiceLine(&d.Lines[i], show, sum))
	}
	for _, t := range invoice.Rates(d.Lines) {
		out.Rates = append(out.Rates, papers.TaxRate{Rate: t.Text(), Net: show(t.Net), Tax: show(t.Tax)})
	}
	return out, nil
}

func invoiceLine(l *invoice.Line, show func(int64) string, sum int64) papers.InvoiceLine {
	out := papers.InvoiceLine{SKU: l.SKU, Title: l.Text, Tax: show(l.Tax), Amount: show(l.Gross), Carried: show(sum)}
	if slices.Contains([]string{invoice.Goods, invoice.Return}, l.Kind) {
		out.Quantity, out.Price = Quantity(l.Quantity, l.Scale, l.Unit), strings.TrimSpace(l.Price.String())
	}
	if l.Discount != 0 {
		out.Discount = show(-l.Discount)
	}
	return out
}
