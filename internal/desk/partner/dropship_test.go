package partner_test

import (
	"context"
	"fmt"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/supplier"
)

// buys makes the partner at S a supplier that drop-ships mugs at 5.25.
func (s *shop) buys() supplier.ID {
	s.T.Helper()
	r := desktest.Must(s.Shop, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: "SUP", Name: "Supplier", Currency: "EUR", LeadDays: 3, Location: int64(s.Locations["S"]), DropShips: true, Active: true}})
	id := supplier.ID(r.ID)
	desktest.Must(s.Shop, buy.SetOffers, buy.OffersCommand{Supplier: id, SKUs: []string{"MUG"}, Offers: []supplier.Offer{{SupplierSKU: "M-1", Cost: 5_250_000, Minimum: 1, Pack: 1, Active: true, DropShip: true}}})
	return id
}

func (s *shop) purchase(of order.ID, f fulfillment.ID) (p *purchase.Purchase) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		list, err := purchases.ForFulfillment(r, of, int64(f))
		if len(list) > 0 {
			p = list[len(list)-1]
		}
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return p
}

// Kills: goods that a supplier is asked for and nobody ordered; a purchase order
// that says another number than leaves; one for goods that nobody sends.
func TestChainedPurchases(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Receive("MUG", "A", 9)
		s.buys()
		p, id := s.ask(4)
		got := s.purchase(p.Order.ID, id)
		if got == nil || got.Status() != purchase.Sent || got.Purpose != purchase.DropShip || got.Currency != "EUR" || len(got.Lines) != 1 {
			t.Fatalf("%+v", got)
		}
		if l := got.Lines[0]; l.Quantity != 4 || l.Cost != 5_250_000 || l.SupplierSKU != "M-1" || l.Fulfillment != int64(id) || l.Order != int64(p.Order.ID) || l.ExpectedAt == 0 {
			t.Errorf("%+v", l)
		}
		desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: id, Parts: []fulfillment.Part{{Line: 1, Quantity: 3}}, Reason: "out_of_stock"})
		if got = s.purchase(p.Order.ID, id); got.Status() != purchase.Acknowledged || got.Lines[0].Open() != 3 || got.Lines[0].Confirmed != 3 {
			t.Errorf("%s %+v", got.Status(), got.Lines)
		}
		none := []purchase.Cut(nil)
		for name, err := range map[string]error{
			"cancel":      second(desktest.Try(s.Shop, buy.CancelPurchase, buy.CutCommand{Purchase: got.ID, Cuts: none})),
			"close":       second(desktest.Try(s.Shop, buy.ClosePurchase, buy.PurchaseCommand{Purchase: got.ID})),
			"acknowledge": second(desktest.Try(s.Shop, buy.AcknowledgePurchase, buy.AckCommand{Purchase: got.ID, All: true})),
			"change":      second(desktest.Try(s.Shop, buy.ChangePurchase, buy.EditCommand{Purchase: got.ID, Lines: []buy.LineChange{{Added: buy.DraftLine{SKU: "MUG", Quantity: 1}}}})),
		} {
			if fault.CodeOf(err) != "follows_request" {
				t.Errorf("%s by hand: %v", name, err)
			}
		}
		if _, err := desktest.Try(s.Shop, buy.CreatePurchase, buy.DraftCommand{Supplier: supplier.ID(got.Supplier), Location: s.Locations["S"], Purpose: purchase.DropShip, Lines: []buy.DraftLine{{SKU: "MUG", Quantity: 1}}}); fault.CodeOf(err) != "invalid" {
			t.Errorf("one that nobody was asked for: %v", err)
		}
		send := partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{Parts: []fulfillment.Part{{Line: 1, Quantity: 1}}, Carrier: "dpd", Tracking: "D1"}}}
		desktest.Must(s.Shop, partner.Send, send)
		desktest.Must(s.Shop, partner.Send, send)
		if got = s.purchase(p.Order.ID, id); got.Status() != purchase.PartlyReceived || got.Lines[0].Received != 1 {
			t.Errorf("%s %+v", got.Status(), got.Lines)
		}
		bill := buy.InvoiceCommand{Purchase: got.ID, Invoice: purchase.Invoice{Number: "R-1", Lines: []purchase.InvoiceLine{{Line: 1, Quantity: 3, Cost: 5_250_000}}, Total: 1575}}
		early, err := desk.Preview(context.Background(), s.Desk, buy.TakeInvoice, s.Scope, []buy.InvoiceCommand{bill})
		if err != nil || early[0].Value.(*buy.Asked).Invoice.State != purchase.Differs {
			t.Errorf("an invoice for what has not left: %+v, %v", early, err)
		}
		desktest.Must(s.Shop, partner.Send, partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{Carrier: "dpd", Tracking: "D2"}}})
		if got = s.purchase(p.Order.ID, id); got.Status() != purchase.Received || got.Lines[0].LateDays >= 0 {
			t.Errorf("%s %+v", got.Status(), got.Lines)
		}
		if r := desktest.Must(s.Shop, buy.TakeInvoice, bill); r.Value.(*buy.Asked).Invoice.State != purchase.Matched {
			t.Errorf("the invoice: %+v", r.Value)
		}

		p, id = s.ask(2) // rejected: nothing is bought
		desktest.Must(s.Shop, partner.Reject, partner.RejectCommand{Fulfillment: id, Reason: "price"})
		if got = s.purchase(p.Order.ID, id); got.Status() != purchase.Canceled {
			t.Errorf("%s", got.Status())
		}
		p, id = s.ask(1) // withdrawn, and asked for again
		first := s.purchase(p.Order.ID, id).ID
		desktest.Must(s.Shop, floor.Recall, floor.WorkCommand{Fulfillment: id})
		if got = s.purchase(p.Order.ID, id); got.Status() != purchase.Canceled {
			t.Errorf("withdrawn: %s", got.Status())
		}
		desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: id})
		if got = s.purchase(p.Order.ID, id); got.Status() != purchase.Sent || got.ID == first {
			t.Errorf("asked again: %s", got.Status())
		}
	})
}

// A supplier is asked for more lines than one purchase order may have.
//
// Kills: lines that nobody buys; lines that are bought twice; an answer, a rejection or
// goods that reach one of the purchase orders alone; one of before that comes to life.
func TestChainedInParts(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.buys()
		const n = purchase.MaxLines + 1
		var of []any
		have := floor.ReportCommand{Location: s.Locations["S"]}
		for i := range n {
			sku := fmt.Sprintf("PART-%d", i)
			s.Goods(sku, catalog.Backorder)
			of = append(of, sku, 1)
			have.Lines = append(have.Lines, stock.Line{SKU: sku, Quantity: 2})
		}
		desktest.Must(s.Shop, floor.Report, have)
		p := s.Place(of...)
		id := p.Fulfillments[0].ID
		both := func(state purchase.Status, sent int64) (ids []purchase.ID) {
			t.Helper()
			var live, left int64
			err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
				list, err := purchases.ForFulfillment(r, p.Order.ID, int64(id))
				for _, x := range list {
					if x.Status() != state {
						t.Errorf("purchase order %d is %s, not %s", x.Number, x.Status(), state)
					}
					ids = append(ids, x.ID)
					for i := range x.Lines {
						live, left = live+x.Lines[i].Quantity, left+x.Lines[i].Received
					}
				}
				return err
			})
			if err != nil || len(ids) != 2 || live != n || left != sent {
				t.Fatalf("%d purchase orders of %d units, %d have left: %v", len(ids), live, left, err)
			}
			return ids
		}
		desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: id})
		first := both(purchase.Sent, 0)
		desktest.Must(s.Shop, floor.Recall, floor.WorkCommand{Fulfillment: id})
		both(purchase.Canceled, 0)
		desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: id})
		if again := both(purchase.Sent, 0); again[0] == first[0] || again[1] == first[1] {
			t.Error("what was canceled is sent again")
		}
		desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: id})
		both(purchase.Acknowledged, 0)
		desktest.Must(s.Shop, partner.Send, partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{Carrier: "dpd", Tracking: "D1"}}})
		both(purchase.Received, n)
	})
}
