package walk

import (
	"strconv"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/papers"
	"orderly/internal/party"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// Purchase fills an order placed with a supplier.
func Purchase(r *store.Reader, id purchase.ID, now int64) (*papers.Purchase, error) {
	p, err := purchases.Get(r, id)
	if err == nil && (p == nil || !r.Scope.Sees(p.Location)) {
		err = fault.New(fault.NotFound, "no_such_purchase", "there is no purchase order %s", id)
	}
	if err != nil {
		return nil, err
	}
	head, place, zone, err := paper(r, stock.LocationID(p.Location), now)
	if err != nil {
		return nil, err
	}
	by, err := suppliers.Get(r, supplier.ID(p.Supplier))
	if err == nil && by == nil {
		err = fault.New(fault.NotFound, "no_such_supplier", "there is no supplier %s", supplier.ID(p.Supplier))
	}
	if err != nil {
		return nil, err
	}
	c, err := money.ParseCurrency(p.Currency)
	if err != nil {
		return nil, err
	}
	day := func(at int64) string {
		if at == 0 {
			return ""
		}
		return time.UnixMicro(at).In(zone).Format(time.DateOnly)
	}
	placed := p.SentAt
	if placed == 0 {
		placed = now
	}
	out := &papers.Purchase{
		Paper: head, Number: strconv.FormatInt(p.Number, 10), Reference: p.Reference, Placed: day(placed), Currency: p.Currency, Note: p.Note,
		To: append([]string{by.Name}, addressLines(party.Contact{}, by.Address)...), Deliver: append([]string{place.Name}, addressLines(party.Contact{}, place.Address)...),
	}
	return out, fillPurchase(r, out, p, c, day)
}

func fillPurchase(r *store.Reader, out *papers.Purchase, p *purchase.Purchase, c money.Currency, day func(int64) string) error {
	ids := make([]catalog.ID, len(p.Lines))
	for i := range p.Lines {
		ids[i] = catalog.ID(p.Lines[i].Item)
	}
	known, err := items.ByID(r, ids)
	if err != nil {
		return err
	}
	units := map[int64]string{}
	for _, item := range known {
		units[int64(item.ID)] = item.Unit
	}
	sum := int64(0)
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.Quantity == l.Canceled {
			continue
		}
		value, err := p.Value(l)
		if err != nil {
			return err
		}
		sum += value
		out.Lines = append(out.Lines, papers.PurchaseLine{
			SKU: l.SKU, SupplierSKU: l.SupplierSKU, Title: l.Title, Quantity: Quantity(l.Quantity-l.Canceled, l.Scale, units[l.Item]), Cost: l.Cost.String(), Total: c.FormatAmount(value), On: day(l.ExpectedAt),
		})
	}
	out.Total = c.FormatAmount(sum)
	return nil
}
