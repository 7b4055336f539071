package exchanging_test

import (
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/exchange"
	"orderly/internal/desk/floor"
	"orderly/internal/edi"
	"orderly/internal/exchanging"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/store/storetest"
	"orderly/internal/supplier"
	"orderly/internal/trading"
)

// partnered is a shop with stock at a partner's location and the partner behind
// it, reached by EDI.
func partnered(t *testing.T, db *store.DB, kind string, standard edi.Standard) *dock {
	t.Helper()
	s := desktest.Open(t, db)
	at := desktest.Must(s, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "P", Name: "Partner", Kind: kind, Active: true, Address: party.Address{Country: "GB"}}}).ID
	s.Locations["P"] = stock.LocationID(at)
	p := trading.Partner{Code: "OTHER", Name: "Other Side", Kind: kind, Standard: standard, Ours: edi.Address{Qualifier: "14", ID: "4098765000002"}, Theirs: edi.Address{Qualifier: "14", ID: "4012345000009"}, Active: true}
	if kind == trading.Supplier {
		p.Supplier = desktest.Must(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: "ACME", Name: "Acme", Currency: "GBP", LeadDays: 7, Location: at, DropShips: true, Active: true}}).ID
	} else {
		p.Location = at
	}
	made := desktest.Must(s, exchange.SavePartner, exchange.PartnerCommand{Partner: p}).Value.(*trading.Partner)
	s.Goods("X", catalog.WhenShort("backorder"))
	s.Goods("Y", catalog.WhenShort("backorder"))
	for _, sku := range []string{"X", "Y"} {
		desktest.Must(s, floor.Report, floor.ReportCommand{Location: s.Locations["P"], Lines: []stock.Line{{SKU: sku, Quantity: 10}}})
	}
	return &dock{Shop: s, partner: made, work: &exchanging.Follower{Desk: s.Desk}}
}

// ask places an order that the partner is asked for, and gives the fulfillment.
func (d *dock) ask() (id int64, f *fulfillment.Fulfillment) {
	d.T.Helper()
	p := d.Place("X", 2, "Y", 3)
	if len(p.Fulfillments) != 1 || p.Fulfillments[0].Location != d.Locations["P"] {
		d.T.Fatalf("%d fulfillments", len(p.Fulfillments))
	}
	desktest.Must(d.Shop, floor.Release, floor.WorkCommand{Fulfillment: p.Fulfillments[0].ID})
	d.follow()
	return int64(p.Order.ID), d.fulfillments(int64(p.Order.ID))[0]
}

// Kills: a 3PL that is not asked, or twice; a shipment of it that is not noted,
// or of a fulfillment that is another's.
func TestThirdParty(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := partnered(t, db, trading.Provider, edi.X12)
		id, f := d.ask()
		asked := d.went(edi.TypeShippingOrder)
		if len(asked) != 1 {
			t.Fatalf("%d shipping orders", len(asked))
		}
		a := asked[0].(*edi.ShippingOrder)
		to, _ := edi.PartyOf(a.Parties, edi.ShipTo)
		if a.Number != f.ID.String() || len(a.Lines) != 2 || a.Lines[1].Seller != "Y" || a.Lines[1].Quantity != edi.Whole(3) || a.Quantity != edi.Whole(5) || to.City != "Leeds" {
			t.Errorf("%+v", a)
		}
		advice := &edi.ShippingAdvice{Number: a.Number, Shipment: "S-1", Date: "20260302", SCAC: "UPSN", Tracking: []string{"1Z999"}}
		for i := range a.Lines {
			advice.Lines = append(advice.Lines, edi.AdvisedLine{Line: a.Lines[i], Shipped: a.Lines[i].Quantity})
		}
		strange := *advice
		strange.Number = "ful_0000000000000"
		if x := d.document(d.comes(&strange).File.ID, 1); x.Code != "no_such_request" {
			t.Errorf("%+v", x)
		}
		if x := d.document(d.comes(advice).File.ID, 1); x.Status != trading.Processed || x.Subject != id {
			t.Fatalf("%+v", x)
		}
		if o := d.order(id); o.Sums[order.Shipped] != 5 {
			t.Errorf("%+v", o.Sums)
		}
		if x := d.document(d.comes(advice).File.ID, 1); x.Status != trading.Processed {
			t.Errorf("told again: %+v", x)
		}
		if len(d.went(edi.TypeShippingOrder)) != 1 {
			t.Error("asked again")
		}
	})
}

// Kills: a supplier that is not asked to send to the customer, or whose yes, no
// and shipment are not those of the request.
func TestDropShipping(t *testing.T) {
	for _, standard := range []edi.Standard{edi.X12, edi.Edifact} {
		t.Run(string(standard), func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				d := partnered(t, db, trading.Supplier, standard)
				id, f := d.ask()
				asked := d.went(edi.TypeOrder)
				if len(asked) != 1 {
					t.Fatalf("%d orders", len(asked))
				}
				a := asked[0].(*edi.Order)
				if a.Number != f.ID.String() || !a.DropShip || len(a.Lines) != 2 || a.Lines[0].Buyer != "X" {
					t.Errorf("%+v", a)
				}
				yes := &edi.OrderResponse{Order: a.Number, Reference: "S-77", Date: "20260301", Answer: edi.AnswerAccepted}
				for i := range a.Lines {
					yes.Lines = append(yes.Lines, edi.AnsweredLine{Line: a.Lines[i], Answer: edi.AnswerAccepted, Confirmed: a.Lines[i].Quantity})
				}
				if x := d.document(d.comes(yes).File.ID, 1); x.Status != trading.Processed {
					t.Fatalf("%+v", x)
				}
				if f := d.fulfillments(id)[0]; f.RequestStatus != fulfillment.Accepted {
					t.Errorf("%+v", f)
				}
				left := &edi.ShipNotice{Number: "D-1", Date: "20260302", Time: "1000", SCAC: "DHL", Orders: []edi.ShippedOrder{{Number: a.Number, Packages: []edi.Package{{Tracking: "T1", SSCC: "340123456789012345", Lines: a.Lines[:1]}, {Tracking: "T2", SSCC: "340123456789012352", Lines: a.Lines[1:]}}}}}
				if x := d.document(d.comes(left).File.ID, 1); x.Status != trading.Processed || x.Subject != id {
					t.Fatalf("%+v", x)
				}
				if o := d.order(id); o.Sums[order.Shipped] != 5 {
					t.Errorf("%+v", o.Sums)
				}
				bill := &edi.Invoice{Number: "R-1", Date: "20260303", Order: a.Number, Currency: "GBP", Total: edi.Whole(8), Lines: []edi.Line{a.Lines[0]}}
				bill.Lines[0].Price = edi.Whole(4)
				if x := d.document(d.comes(bill).File.ID, 1); x.Status != trading.Processed || x.Kind != "pur" {
					t.Errorf("%+v", x)
				}
			})
		})
	}
}

// Kills: a purchase order that its supplier does not get, or gets twice; an
// answer or an invoice that is booked to another line or not at all.
func TestPurchase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := partnered(t, db, trading.Supplier, edi.Edifact)
		desktest.Must(d.Shop, buy.SetOffers, buy.OffersCommand{Supplier: supplier.ID(d.partner.Supplier), SKUs: []string{"X", "Y"}, Offers: []supplier.Offer{{SupplierSKU: "A-1", Cost: 4_000_000, Minimum: 1, Pack: 1, Active: true}, {SupplierSKU: "A-2", Cost: 5_000_000, Minimum: 1, Pack: 1, Active: true}}})
		pid := purchase.ID(desktest.Must(d.Shop, buy.CreatePurchase, buy.DraftCommand{Supplier: supplier.ID(d.partner.Supplier), Location: d.Locations["A"], Lines: []buy.DraftLine{{SKU: "X", Quantity: 6}, {SKU: "Y", Quantity: 4}}}).ID)
		d.follow()
		if n := len(d.went(edi.TypeOrder)); n != 0 {
			t.Fatalf("a draft was sent: %d", n)
		}
		desktest.Must(d.Shop, buy.SendPurchase, buy.SendCommand{Purchase: pid})
		d.follow()
		sent := d.went(edi.TypeOrder)
		if len(sent) != 1 {
			t.Fatalf("%d orders", len(sent))
		}
		a := sent[0].(*edi.Order)
		if len(a.Lines) != 2 || a.Lines[1].Seller != "A-2" || a.Lines[1].Price != edi.Whole(5) || a.Lines[1].Quantity != edi.Whole(4) || a.DropShip {
			t.Errorf("%+v", a)
		}
		answer := &edi.OrderResponse{Order: a.Number, Reference: "S-9", Date: "20260302", Answer: edi.AnswerChanged, Lines: []edi.AnsweredLine{
			{Line: a.Lines[0], Answer: edi.AnswerAccepted, Confirmed: edi.Whole(6), Expected: "20270101"},
			{Line: a.Lines[1], Answer: edi.AnswerChanged, Confirmed: edi.Whole(3)},
		}}
		if x := d.document(d.comes(answer).File.ID, 1); x.Status != trading.Processed || x.Kind != "pur" {
			t.Fatalf("%+v", x)
		}
		look := func() (p *purchase.Purchase) {
			d.read(func(r *store.Reader) (err error) {
				p, err = purchases.Get(r, pid)
				return err
			})
			return p
		}
		if p := look(); p.Reference != "S-9" || p.Lines[0].Confirmed != 6 || p.Lines[1].Confirmed != 3 || p.AckAt == 0 {
			t.Errorf("%+v", p)
		}
		bill := &edi.Invoice{Number: "R-1", Date: "20260303", Order: a.Number, Currency: "GBP", Total: edi.Whole(24), Lines: []edi.Line{a.Lines[0]}}
		if x := d.document(d.comes(bill).File.ID, 1); x.Status != trading.Processed {
			t.Fatalf("%+v", x)
		}
		if p := look(); p.Lines[0].Invoiced != 6 || p.Lines[1].Invoiced != 0 {
			t.Errorf("%+v", p.Lines)
		}
		if x := d.document(d.comes(&edi.Invoice{Number: "R-2", Date: "20260303", Order: "99999", Lines: []edi.Line{a.Lines[0]}}).File.ID, 1); x.Code != "no_such_purchase" {
			t.Errorf("%+v", x)
		}
	})
}

// Kills: a 3PL that is not told what comes to it, a receipt of it that is not
// booked, or twice, and a report of stock that changes nothing.
func TestStockOfAThirdParty(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := partnered(t, db, trading.Provider, edi.X12)
		by := supplier.ID(desktest.Must(d.Shop, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: "ACME", Name: "Acme", Currency: "GBP", LeadDays: 7, Active: true}}).ID)
		desktest.Must(d.Shop, buy.SetOffers, buy.OffersCommand{Supplier: by, SKUs: []string{"X"}, Offers: []supplier.Offer{{SupplierSKU: "A-1", Cost: 4_000_000, Minimum: 1, Pack: 1, Active: true}}})
		pid := purchase.ID(desktest.Must(d.Shop, buy.CreatePurchase, buy.DraftCommand{Supplier: by, Location: d.Locations["P"], Lines: []buy.DraftLine{{SKU: "X", Quantity: 6}}}).ID)
		desktest.Must(d.Shop, buy.SendPurchase, buy.SendCommand{Purchase: pid})
		d.follow()
		told := d.went(edi.TypeTransferNotice)
		if len(told) != 1 {
			t.Fatalf("%d notices", len(told))
		}
		a := told[0].(*edi.TransferNotice)
		if len(a.Lines) != 1 || a.Lines[0].Seller != "X" || a.Lines[0].Quantity != edi.Whole(6) {
			t.Errorf("%+v", a)
		}
		receipt := &edi.TransferReceipt{Number: "R-1", Order: a.Number, Date: "20260304", Lines: []edi.ReceivedLine{{Line: edi.Line{Number: "1", Seller: "X", Quantity: edi.Whole(5), Unit: "EA"}, Damaged: edi.Whole(1)}}}
		for range 2 {
			if x := d.document(d.comes(receipt).File.ID, 1); x.Status != trading.Processed || x.Subject != int64(pid) {
				t.Fatalf("%+v", x)
			}
		}
		var p *purchase.Purchase
		d.read(func(r *store.Reader) (err error) {
			p, err = purchases.Get(r, pid)
			return err
		})
		if p.Lines[0].Received != 6 || p.Lines[0].Damaged != 1 {
			t.Errorf("%+v", p.Lines[0])
		}
		report := &edi.StockReport{Number: "S-1", Date: "20260305", Lines: []edi.StockLine{{Line: edi.Line{Number: "1", Seller: "X", Quantity: edi.Whole(4), Unit: "EA"}, Available: edi.Whole(4)}}}
		if x := d.document(d.comes(report).File.ID, 1); x.Status != trading.Processed {
			t.Fatalf("%+v", x)
		}
		if p := d.Place("X", 5); p.Order.Sums[order.Backordered] != 1 {
			t.Errorf("%+v", p.Order.Sums)
		}
		report.Lines[0].Seller = "NOTHING"
		if x := d.document(d.comes(report).File.ID, 1); x.Status != trading.Failed {
			t.Errorf("%+v", x)
		}
	})
}
