package walk

import (
	"strconv"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/fault"
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

// SupplierReturn fills the note of goods that go back to a supplier.
func SupplierReturn(r *store.Reader, id purchase.ReturnID, now int64) (*papers.SendBack, error) {
	x, err := purchases.Return(r, id)
	if err == nil && (x == nil || !r.Scope.Sees(x.Location)) {
		err = fault.New(fault.NotFound, "no_such_return", "there is no return %s to a supplier", id)
	}
	if err != nil {
		return nil, err
	}
	p, err := purchases.Get(r, x.Purchase)
	if err != nil {
		return nil, err
	}
	by, err := suppliers.Get(r, supplier.ID(x.Supplier))
	if err != nil {
		return nil, err
	}
	head, place, zone, err := paper(r, stock.LocationID(x.Location), now)
	if err != nil {
		return nil, err
	}
	on := now
	for _, at := range []int64{x.ShippedAt, x.ApprovedAt, x.AskedAt} {
		if at != 0 {
			on = at
			break
		}
	}
	out := &papers.SendBack{
		Paper: head, Number: strconv.FormatInt(x.Number, 10), Purchase: strconv.FormatInt(p.Number, 10), On: time.UnixMicro(on).In(zone).Format(time.DateOnly), RMA: x.RMA, Note: x.Note,
		To: append([]string{by.Name}, addressLines(party.Contact{}, by.Address)...), From: append([]string{place.Name}, addressLines(party.Contact{}, place.Address)...),
	}
	return out, fillSendBack(r, out, x, p)
}

func fillSendBack(r *store.Reader, out *papers.SendBack, x *purchase.Return, p *purchase.Purchase) error {
	ids := make([]catalog.ID, len(x.Lines))
	for i, l := range x.Lines {
		ids[i] = catalog.ID(l.Item)
	}
	known, err := items.ByID(r, ids)
	units := map[int64]string{}
	for _, item := range known {
		units[int64(item.ID)] = item.Unit
	}
	for _, l := range x.Lines {
		of := p.Line(l.Line)
		out.Lines = append(out.Lines, papers.SendBackLine{SKU: of.SKU, SupplierSKU: of.SupplierSKU, Title: of.Title, Quantity: Quantity(l.Quantity, of.Scale, units[l.Item]), Why: out.Words.ReturnReason(l.Reason)})
	}
	return err
}
