package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/floor"
	"orderly/internal/kit/demo/world"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/stock"
)

// Furnish gives the merchant its locations, ways of delivery, catalog, customers
// and opening stock, and plans the first acts. It is called once, before Step.
func (m *Demo) Furnish(ctx context.Context) error {
	for _, part := range []func(context.Context) error{m.places, m.methods, m.rules, m.catalog, m.allies, m.people, m.shelves, m.db.Analyze} {
		if err := part(ctx); err != nil {
			return fmt.Errorf("furnish: %w", err)
		}
	}
	m.agenda.plan(actArrive, task{at: m.between(0, pastGap)})
	m.agenda.plan(actReceive, task{at: firstBuying})
	m.agenda.plan(actCount, task{at: countEvery})
	m.agenda.plan(actDamage, task{at: damageEvery})
	m.agenda.plan(actTransfer, task{at: transferEvery})
	_, err := m.follow(ctx)
	m.tally = Tally{}
	return err
}

// must has the desk carry out commands none of which may be refused.
func must[C any](ctx context.Context, m *Demo, op *desk.Operation[C], cmds []C) ([]desk.Result, error) {
	var out []desk.Result
	for some := range slices.Chunk(cmds, desk.MaxBatch) {
		got, err := desk.Do(ctx, m.desk, op, m.as(owner), some, desk.Options{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", op.Name, err)
		}
		for i := range got {
			if got[i].Err != nil {
				return nil, fmt.Errorf("%s: %w", op.Name, got[i].Err)
			}
		}
		out = append(out, got...)
	}
	return out, nil
}

// pickups is when carriers come, everywhere alike: by day to the hour, and one
// late in the evening, for who looks then.
var pickups = []stock.Pickup{
	{Carrier: world.CarrierPost, LeavesAt: 16 * 60, Days: 0b0011111},
	{Carrier: world.CarrierSwift, LeavesAt: 18*60 + 30, Days: 0b0111111},
	{Carrier: world.CarrierNorth, LeavesAt: 22 * 60, Days: stock.EveryDay},
}

// places makes the locations. All have one priority, so that the nearest sends:
// the shop what is collected there, and where nobody is nearer the first.
func (m *Demo) places(ctx context.Context) error {
	var cmds []admin.LocationCommand
	for i := range m.world.Locations {
		x := &m.world.Locations[i]
		kind := "warehouse"
		if x.Kind == world.KindShop {
			kind = "store"
		}
		a := address(&x.Address)
		a.Phone, a.Latitude, a.Longitude = x.Phone, x.Latitude, x.Longitude
		cmds = append(cmds, admin.LocationCommand{Pickups: &pickups, Location: stock.Location{
			Code: x.Code, Name: x.Name, Kind: kind, Priority: 1, Address: a, Zone: m.world.Merchant.Zone, Active: true,
		}})
	}
	got, err := must(ctx, m, admin.SaveLocation, cmds)
	for i := range got {
		m.locations[m.world.Locations[i].Code] = stock.LocationID(got[i].ID)
	}
	return err
}

var kinds = map[string]catalog.Kind{world.KindStocked: catalog.Goods, world.KindBundle: catalog.Bundle, world.KindDigital: catalog.Digital}

// catalog makes the items; bundles after what they are made of.
func (m *Demo) catalog(ctx context.Context) error {
	var single, bundles []admin.ItemCommand
	var of []*world.Item
	for i := range m.world.Items {
		x := &m.world.Items[i]
		c, err := item(x)
		if err != nil {
			return fmt.Errorf("item %s: %w", x.SKU, err)
		}
		if x.Kind == world.KindBundle {
			bundles = append(bundles, admin.ItemCommand{Item: c})
			continue
		}
		single, of = append(single, admin.ItemCommand{Item: c}), append(of, x)
	}
	got, err := must(ctx, m, admin.SaveItem, single)
	if err != nil {
		return err
	}
	for i := range got {
		if of[i].Kind == world.KindStocked {
			m.goods[catalog.ID(got[i].ID)] = of[i]
			m.itemIDs = append(m.itemIDs, got[i].ID)
		}
	}
	_, err = must(ctx, m, admin.SaveItem, bundles)
	return err
}

func item(x *world.Item) (catalog.Item, error) {
	i := catalog.Item{
		SKU: x.SKU, Name: x.Name, Kind: kinds[x.Kind], Unit: x.Unit, Scale: x.Scale, WhenShort: catalog.WhenShort(x.WhenShort),
		Picture: x.Picture, WeightGrams: x.WeightGrams,
	}
	var err error
	if i.Price, err = money.ParsePrice(x.Price); err != nil {
		return i, err
	}
	if x.Cost != "" {
		if i.Cost, err = money.ParsePrice(x.Cost); err != nil {
			return i, err
		}
	}
	fields := map[string]string{"family": x.Family}
	for _, f := range x.Fields {
		fields[f.Key] = f.Value
	}
	if x.Model != "" {
		fields["model"] = x.Model
	}
	if i.Custom, err = json.Marshal(fields); err != nil {
		return i, err
	}
	for _, b := range x.Barcodes {
		i.Barcodes = append(i.Barcodes, catalog.Barcode{Code: b.Code, Quantity: b.Quantity})
	}
	for _, c := range x.Components {
		i.Components = append(i.Components, catalog.Component{SKU: c.SKU, Quantity: c.Quantity})
	}
	return i, nil
}

// people makes the customers.
func (m *Demo) people(ctx context.Context) error {
	cmds := make([]admin.CustomerCommand, len(m.world.Customers))
	for i := range cmds {
		c := &m.world.Customers[i]
		cmds[i].Customer = party.Customer{ExternalID: c.Code, Contact: contact(c), Address: address(&c.Address)}
	}
	got, err := must(ctx, m, admin.SaveCustomer, cmds)
	for i := range got {
		m.customers = append(m.customers, party.ID(got[i].ID))
	}
	return err
}

func contact(c *world.Customer) party.Contact {
	return party.Contact{Name: c.Name, Email: c.Email, Phone: c.Phone, Company: c.Company}
}

func address(a *world.Address) party.Address {
	return party.Address{
		Name: a.Name, Company: a.Company, Line1: a.Line1, Line2: a.Line2, City: a.City, Region: a.Region, PostalCode: a.Postcode, Country: a.Country,
	}
}

// receiptLines is how many lines the opening receipts have at most.
const receiptLines = 500

// shelves receives the opening stock, bin by bin and lot by lot.
func (m *Demo) shelves(ctx context.Context) error {
	id := map[string]int64{}
	for k, x := range m.goods {
		id[x.SKU] = int64(k)
	}
	var lines []stock.Line
	for _, s := range m.world.OpeningStock(time.UnixMicro(m.db.Now()).UTC()) {
		l := stock.Line{SKU: s.SKU, Location: m.locations[s.Location], Quantity: s.Quantity, Bin: s.Bin, Lot: s.Lot}
		if s.Expiry != "" {
			l.Note = "best before " + s.Expiry
		}
		lines = append(lines, l)
		m.par[id[s.SKU]] += s.Quantity
	}
	var cmds []floor.ReceiveCommand
	for some := range slices.Chunk(lines, receiptLines) {
		cmds = append(cmds, floor.ReceiveCommand{Lines: some, Reference: "Opening stock"})
	}
	_, err := must(ctx, m, floor.Receive, cmds)
	return err
}
