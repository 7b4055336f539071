package demo

import (
	"context"
	"fmt"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/partner"
	"orderly/internal/figures"
	"orderly/internal/fulfillment"
	"orderly/internal/kit/demo/world"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/supplier"
	"orderly/internal/tariff"
)

// Who acts for others.
const partners = "demo.partner"

const (
	rejectOdds = 40 // in a thousand requests

	// Of so many items one lies at the 3PL, and one is the drop-shipper's.
	everyClyde, everyPotbank = 4, 9
	clydePacks, potbankPacks = 60, 200
)

// allies makes the places of others, who is bought from, and what all that costs.
func (m *Demo) allies(ctx context.Context) error {
	var cmds []admin.LocationCommand
	for _, x := range m.world.Partners() {
		a := address(&x.Address)
		a.Phone, a.Latitude, a.Longitude = x.Phone, x.Latitude, x.Longitude
		cmds = append(cmds, admin.LocationCommand{Location: stock.Location{Code: x.Code, Name: x.Name, Kind: x.Kind, Priority: 1, Address: a, Zone: m.world.Merchant.Zone, Active: true}})
	}
	got, err := must(ctx, m, admin.SaveLocation, cmds)
	if err != nil {
		return err
	}
	m.theirs = map[stock.LocationID]bool{}
	for i := range got {
		at := stock.LocationID(got[i].ID)
		m.locations[cmds[i].Location.Code], m.theirs[at] = at, true
	}
	for _, part := range []func(context.Context) error{m.sellers, m.theirStock, m.card} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// sellers are the suppliers, with an offer for each item that they have.
func (m *Demo) sellers(ctx context.Context) error {
	for _, x := range m.world.Suppliers() {
		at := m.locations[x.Location]
		r, err := must(ctx, m, buy.SaveSupplier, []buy.SupplierCommand{{Supplier: supplier.Supplier{
			Code: x.Code, Name: x.Name, Email: x.Email, Currency: m.world.Merchant.Currency, LeadDays: x.LeadDays, Over: 10, Price: 1, Location: int64(at), DropShips: at != 0, Active: true,
		}}})
		if err != nil {
			return err
		}
		id := r[0].Value.(*supplier.Supplier).ID
		c := buy.OffersCommand{Supplier: id}
		for i, item := range m.itemIDs {
			if at != 0 && i%everyPotbank != 0 {
				continue
			}
			w := m.goods[catalog.ID(item)]
			of, err := costs(w)
			if err != nil {
				return err
			}
			c.SKUs = append(c.SKUs, w.SKU)
			c.Offers = append(c.Offers, supplier.Offer{SupplierSKU: fmt.Sprintf("%.2s-%04d", x.Code, i+1), Cost: of, Minimum: 1, Pack: 1, DropShip: at != 0, Active: true})
		}
		for first := 0; first < len(c.SKUs); first += supplier.MaxOffers {
			end := min(first+supplier.MaxOffers, len(c.SKUs))
			if _, err := must(ctx, m, buy.SetOffers, []buy.OffersCommand{{Supplier: id, SKUs: c.SKUs[first:end], Offers: c.Offers[first:end]}}); err != nil {
				return err
			}
		}
		if at == 0 {
			m.seller = id
		}
	}
	return nil
}

// theirStock is what the partners say that they have.
func (m *Demo) theirStock(ctx context.Context) error {
	for _, x := range []struct {
		code         string
		every, packs int64
	}{{world.Clyde, everyClyde, clydePacks}, {world.Potbank, everyPotbank, potbankPacks}} {
		var lines []stock.Line
		for i, item := range m.itemIDs {
			if int64(i)%x.every == 0 {
				lines = append(lines, stock.Line{SKU: m.sku(item), Quantity: x.packs * m.step(item)})
			}
		}
		for first := 0; first < len(lines); first += receiptLines {
			some := lines[first:min(first+receiptLines, len(lines))]
			if _, err := must(ctx, m, floor.Report, []floor.ReportCommand{{Location: m.place(x.code), Lines: some, Reference: "Opening stock"}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// card is what the 3PL takes.
func (m *Demo) card(ctx context.Context) error {
	today := figures.Days(time.UTC)(m.db.Now())
	_, err := must(ctx, m, partner.AddCard, []partner.CardCommand{{Card: tariff.Card{
		Location: int64(m.place(world.Clyde)), From: figures.After(today, -30), Currency: m.world.Merchant.Currency, Note: "As agreed for the year",
		Rates: []tariff.Rate{
			{Kind: tariff.PerOrder, Label: "Order", Price: 1_850_000}, {Kind: tariff.PerUnit, Label: "Each unit after the first", Price: 250_000, Included: 1},
			{Kind: tariff.PerMonth, Label: "Account", Price: 45_000_000},
		},
	}}})
	return err
}

// theirWork is what comes next for work at a partner's.
func theirWork(f *fulfillment.Fulfillment) (act, string, bool) {
	switch f.RequestStatus {
	case fulfillment.Unsubmitted:
		return actRelease, "release", f.WorkStatus == fulfillment.Pending
	case fulfillment.Submitted:
		return actAnswer, "", true
	case fulfillment.Accepted:
		return actDispatch, "", true
	case fulfillment.CancellationRequested:
		return actStop, "", true
	}
	return 0, "", false
}

// theirTime draws how long a partner takes.
func (m *Demo) theirTime(k act, o *order.Order) time.Duration {
	switch k {
	case actRelease:
		return m.between(5*time.Minute, 30*time.Minute)
	case actDispatch:
		if o.Priority > 0 {
			return m.between(time.Hour, 3*time.Hour)
		}
		return m.between(2*time.Hour, 9*time.Hour)
	}
	return m.between(10*time.Minute, 90*time.Minute)
}

// answer has partners say yes, and now and then no.
func (m *Demo) answer(ctx context.Context, due []task) error {
	var yes []partner.AcceptCommand
	var no []partner.RejectCommand
	for _, t := range due {
		delete(m.busy, t.ful)
		if m.chance(rejectOdds) {
			no = append(no, partner.RejectCommand{Fulfillment: t.ful, Reason: "out_of_stock"})
			continue
		}
		m.parcel++
		yes = append(yes, partner.AcceptCommand{Fulfillment: t.ful, Reference: fmt.Sprintf("J%06d", m.parcel)})
	}
	if _, err := do(ctx, m, partner.Accept, partners, yes); err != nil {
		return err
	}
	_, err := do(ctx, m, partner.Reject, partners, no)
	return err
}

// dispatch has partners send all that they were asked for.
func (m *Demo) dispatch(ctx context.Context, due []task) error {
	found, err := m.fulfillments(ctx, due)
	if err != nil {
		return err
	}
	var cmds []partner.SendCommand
	for _, t := range due {
		delete(m.busy, t.ful)
		f := found[t.ful]
		if f == nil {
			continue
		}
		grams := int64(boxGrams)
		for i := range f.Lines {
			grams += m.weight(f.Lines[i].Item, f.Lines[i].Open)
		}
		x := partner.Sent{WeightGrams: grams}
		x.Carrier, x.Tracking = m.world.Tracking(m.parcel)
		m.parcel++
		cmds = append(cmds, partner.SendCommand{Fulfillment: t.ful, Parcels: []partner.Sent{x}})
	}
	_, err = do(ctx, m, partner.Send, partners, cmds)
	return err
}

// stop has partners agree to what they are asked to stop.
func (m *Demo) stop(ctx context.Context, due []task) error {
	var cmds []partner.AnswerCommand
	for _, t := range due {
		delete(m.busy, t.ful)
		cmds = append(cmds, partner.AnswerCommand{Fulfillment: t.ful, Stops: true})
	}
	_, err := do(ctx, m, partner.Answer, partners, cmds)
	return err
}
