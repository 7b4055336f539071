package step

import (
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// chain has the purchase orders of a drop-shipped fulfillment follow it. Asking the
// supplier writes and sends one, or as many as its lines need, at the costs of its
// offers; whatever happens to the units from then on happens to their lines. A 3PL, and a location that is no
// supplier's, have none.
func (b *Batch) chain(by access.Scope, o *order.Order, f *fulfillment.Fulfillment) error {
	l := b.Catalog.Location(f.Location)
	if l == nil || l.Kind != "supplier" {
		return nil
	}
	bought, err := purchases.ForFulfillment(b.R, o.ID, int64(f.ID))
	if err != nil {
		return err
	}
	live := slices.ContainsFunc(bought, func(p *purchase.Purchase) bool { return p.CanceledAt == 0 })
	if f.RequestStatus == fulfillment.Submitted && !live {
		return b.buyFor(by, o, f)
	}
	lines, behind := map[*purchase.Purchase][]purchase.Asked{}, map[int]*purchase.Purchase{}
	for _, p := range bought { // each line follows the latest that it was bought by
		for i := range p.Lines {
			if p.Lines[i].Fulfillment == int64(f.ID) {
				behind[p.Lines[i].OrderLine] = p
			}
		}
	}
	for i := range f.Lines {
		l := &f.Lines[i]
		a := purchase.Asked{OrderLine: l.Order, Live: l.Open + l.Shipped, Sent: l.Shipped}
		if !f.Firm() && f.RequestStatus != fulfillment.Closed {
			a.Live = l.Shipped // withdrawn, or rejected: nobody sends what is still claimed here
		}
		lines[behind[l.Order]] = append(lines[behind[l.Order]], a)
	}
	accepted := f.RequestStatus == fulfillment.Accepted || f.RequestStatus == fulfillment.CancellationRequested
	for _, p := range bought {
		x, changed := p.Follow(lines[p], accepted, b.At, b.Zone())
		if !changed {
			continue
		}
		if err := b.SavePurchase(by, &x, p, followed(p, &x), map[string]any{"fulfillment": f.ID.String()}); err != nil {
			return err
		}
	}
	return nil
}

// followed names what happened to a purchase order.
func followed(was, is *purchase.Purchase) string {
	_, before, _ := was.Units()
	_, after, _ := is.Units()
	switch {
	case before != after:
		return journal.PurchaseShipped
	case was.AckAt == 0 && is.AckAt != 0:
		return journal.PurchaseAcknowledged
	}
	return journal.PurchaseCanceled
}

// buyFor writes and sends the purchase orders of a fulfillment that a supplier is
// asked for, where it drop-ships: one, unless it has more lines than one may have.
func (b *Batch) buyFor(by access.Scope, o *order.Order, f *fulfillment.Fulfillment) error {
	known, err := suppliers.AtLocations(b.R, []stock.LocationID{f.Location})
	s := known[f.Location]
	if err != nil || s == nil || !s.DropShips {
		return err
	}
	var items []int64
	for i := range f.Lines {
		if f.Lines[i].Open > 0 {
			items = append(items, f.Lines[i].Item)
		}
	}
	offers, err := suppliers.OffersOf(b.R, s.ID, items)
	if err != nil {
		return err
	}
	var lines []purchase.Line
	for i := range f.Lines {
		x := &f.Lines[i]
		if x.Open == 0 {
			continue
		}
		l := o.Line(x.Order)
		line := purchase.Line{Item: x.Item, SKU: l.SKU, Title: l.Title, Scale: l.Scale, Quantity: x.Open, Order: int64(o.ID), OrderLine: x.Order, Fulfillment: int64(f.ID)}
		lead := s.LeadDays
		if offer, is := offers[x.Item]; is {
			line.Cost, line.SupplierSKU, lead = offer.Cost, offer.SupplierSKU, offer.Lead(s)
		}
		if lead > 0 {
			line.ExpectedAt = b.DayAfter(lead)
		}
		lines = append(lines, line)
	}
	for some := range slices.Chunk(lines, purchase.MaxLines) {
		p := purchase.Purchase{Supplier: int64(s.ID), Location: int64(f.Location), Purpose: purchase.DropShip, Currency: s.Currency, Lines: some}
		if err := b.sendFor(by, f, p, items); err != nil {
			return err
		}
	}
	return nil
}

func (b *Batch) sendFor(by access.Scope, f *fulfillment.Fulfillment, p purchase.Purchase, items []int64) (err error) {
	if p, err = purchase.New(p, b.At); err != nil { // the order is asked for already: a refusal would leave half of it
		return fmt.Errorf("buy what %s was asked for: %v", f.ID, err)
	}
	if err := b.MakePurchase(by, &p, journal.PurchaseCreated, map[string]any{"fulfillment": f.ID.String()}); err != nil {
		return err
	}
	paid, err := purchases.LastCosts(b.R, supplier.ID(p.Supplier), items, b.At, p.ID)
	if err != nil {
		return err
	}
	sent, err := p.Send(b.At, func(item int64) money.Price { return paid[item] })
	if err != nil {
		return err
	}
	return b.SavePurchase(by, &sent, &p, journal.PurchaseSent, map[string]any{"fulfillment": f.ID.String()})
}

// chained are the fulfillments of an order that a partner was asked for and of which
// a change moves units to or from the claim, or tells a step: what is picked and
// packed at a partner's is nothing to a purchase order.
func (b *Batch) chained(o *order.Order, d *order.Delta) (out []*fulfillment.Fulfillment) {
	for _, x := range b.ofOrder[o.ID] {
		about := slices.ContainsFunc(d.Moves, func(m order.Move) bool { return m.Fulfillment == int64(x.f.ID) && m.ClaimChange() != 0 }) ||
			slices.ContainsFunc(d.Requests, func(s order.RequestStep) bool { return s.ID == int64(x.f.ID) })
		if about && b.requests.all[x.f.ID] != nil {
			out = append(out, x.f)
		}
	}
	return out
}
