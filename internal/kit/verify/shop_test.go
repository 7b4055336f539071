package verify_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/approval"
	"orderly/internal/automating"
	"orderly/internal/catalog"
	"orderly/internal/checkout"
	"orderly/internal/delivery"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/bill"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/care"
	"orderly/internal/desk/collect"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/exchange"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/forget"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/partner"
	"orderly/internal/difference"
	"orderly/internal/edi"
	"orderly/internal/edi/wire"
	"orderly/internal/figures"
	"orderly/internal/flow"
	"orderly/internal/fulfillment"
	"orderly/internal/invoice"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	terms "orderly/internal/partner"
	"orderly/internal/party"
	"orderly/internal/pickup"
	"orderly/internal/preorder"
	"orderly/internal/privacy"
	"orderly/internal/project"
	"orderly/internal/purchase"
	"orderly/internal/putaway"
	"orderly/internal/returns"
	"orderly/internal/rule"
	"orderly/internal/seal"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/differences"
	"orderly/internal/store/invoices"
	"orderly/internal/store/merchants"
	"orderly/internal/store/putaways"
	"orderly/internal/store/storetest"
	"orderly/internal/store/users"
	"orderly/internal/supplier"
	"orderly/internal/tariff"
	"orderly/internal/trading"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// second is the other merchant of every test database.
const second = 2

// history makes two merchants with a life in which every act and every
// reverse has happened.
func history(t testing.TB, db *store.DB) *desktest.Shop {
	t.Helper()
	s := desktest.Open(t, db)
	s.Goods("MUG", catalog.Backorder, "A", 40, "B", 30, "C", 5)
	s.Goods("TEA", catalog.Backorder, "A", 20, "B", 60)
	s.Goods("POT", catalog.Refuse, "A", 15, "C", 25)
	desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "COFFEE", Name: "Coffee", Unit: "kg", Scale: 3, Barcodes: []catalog.Barcode{{Code: "5012345678900", Quantity: 500}}}})
	s.Receive("5012345678900", "B", 40)
	desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "ENGRAVE", Name: "Engraving", Kind: catalog.Service}})
	desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "SET", Name: "Tea set", Kind: catalog.Bundle,
		Components: []catalog.Component{{SKU: "POT", Quantity: 1}, {SKU: "MUG", Quantity: 2}}}})
	selling(s)
	floorWork(s)
	stockActs(s)
	past(s)
	long(s)
	changing(s)
	keyed(s)
	billed(s)
	tenders(s)
	erased(s)
	stored(s)
	cared(s)
	flowing(s)
	promised(s)
	checkedOut(s)
	collected(s)
	asked(s)
	compared(s)
	charged(s)
	ruled(s)
	yielding(s)
	preordered(s)
	putAway(s)
	traded(s)
	agreed(s)
	purchased(s)
	neighbor(s)
	if err := (&project.Search{DB: db}).CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := (&project.Figures{DB: db}).CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// checkedOut keeps stock back for checkouts: one goes on, one is released, one
// becomes an order.
func checkedOut(s *desktest.Shop) {
	c := intake.ClaimCommand{Cart: intake.Cart{Channel: "web", Lines: []order.RequestLine{{SKU: "TEA", Quantity: 2}}, ShipTo: party.Address{Country: "GB"}}, Seconds: 3600}
	desktest.Must(s, intake.MakeClaim, c)
	gone := desktest.Must(s, intake.MakeClaim, c)
	desktest.Must(s, intake.ReleaseClaim, intake.ClaimAct{Claim: checkout.ID(gone.ID)})
	r := s.Request("TEA", 2)
	r.Claim = desktest.Must(s, intake.MakeClaim, c).ID
	place(s, r)
}

// collected has goods collected at B: one pickup waits, one was handed over in
// part and one taken back.
func collected(s *desktest.Shop) {
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		s.T.Fatal(err)
	}
	admin.UseSeal(s.Desk, ring)
	desktest.Must(s, admin.SaveMethod, admin.MethodCommand{Method: delivery.Method{
		Code: "collect-b", Name: "Collect at B", Kind: delivery.Collect, Active: true, From: []stock.LocationID{s.Locations["B"]}, ShelfDays: 5,
	}})
	s.Receive("TEA", "B", 20)
	shelved := func() fulfillment.ID {
		r := s.Request("TEA", 2)
		r.Method = "collect-b"
		f := place(s, r).Fulfillments[0].ID
		s.Work(f, "release", "pick", "pack")
		desktest.Must(s, collect.Shelve, collect.ShelveCommand{Fulfillment: f, Shelf: "S1"})
		return f
	}
	shelved()
	desktest.Must(s, collect.HandOver, collect.HandOverCommand{Fulfillment: shelved(), Proof: pickup.Proof{Name: "Ada", Document: "passport", Reason: "no_code"}, Refused: []fulfillment.Part{{Line: 1, Quantity: 1}}})
	desktest.Must(s, collect.TakeBack, collect.Act{Fulfillment: shelved()})
}

// asked has a supplier asked for goods: one request waits, one was accepted, one
// accepted and sent in part while the rest failed, one rejected, one withdrawn.
func asked(s *desktest.Shop) {
	r := desktest.Must(s, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "SUP", Name: "Supplier", Kind: "supplier", Priority: 9, Active: true}})
	s.Locations["SUP"] = stock.LocationID(r.ID)
	s.Goods("DROP", catalog.Backorder)
	by := desktest.Must(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: "SUP", Name: "Supplier", Currency: "GBP", Location: r.ID, DropShips: true, Active: true}})
	desktest.Must(s, buy.SetOffers, buy.OffersCommand{Supplier: supplier.ID(by.ID), SKUs: []string{"DROP"}, Offers: []supplier.Offer{{Cost: 5_000_000, Minimum: 1, Pack: 1, Active: true, DropShip: true}}})
	desktest.Must(s, floor.Report, floor.ReportCommand{Location: s.Locations["SUP"], Lines: []stock.Line{{SKU: "DROP", Quantity: 50}}})
	ask := func() fulfillment.ID {
		f := place(s, s.Request("DROP", 3)).Fulfillments[0].ID
		s.Work(f, "release")
		return f
	}
	ask()
	desktest.Must(s, partner.Accept, partner.AcceptCommand{Fulfillment: ask(), Reference: "S-1"})
	f := ask()
	desktest.Must(s, partner.Accept, partner.AcceptCommand{Fulfillment: f})
	desktest.Must(s, partner.Send, partner.SendCommand{Fulfillment: f, Parcels: []partner.Sent{{Parts: []fulfillment.Part{{Line: 1, Quantity: 2}}, Carrier: "dpd", Tracking: "SUP-1"}}})
	desktest.Must(s, partner.Fail, partner.FailCommand{Fulfillment: f, Reason: "out_of_stock"})
	desktest.Must(s, partner.Reject, partner.RejectCommand{Fulfillment: ask(), Reason: "price"})
	s.Work(ask(), "recall")
}

// compared has a 3PL whose word differs from the books: one difference was booked,
// one dismissed, one is open and one only under way.
func compared(s *desktest.Shop) {
	r := desktest.Must(s, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "3PL", Name: "Third party", Kind: "3pl", Priority: 99, Active: true}})
	at := stock.LocationID(r.ID)
	s.Locations["3PL"] = at
	for _, sku := range []string{"FAR-1", "FAR-2", "FAR-3", "FAR-4"} {
		s.Goods(sku, catalog.Backorder)
		desktest.Must(s, floor.Report, floor.ReportCommand{Location: at, Lines: []stock.Line{{SKU: sku, Quantity: 20}}})
	}
	f := place(s, s.Request("FAR-4", 3)).Fulfillments[0].ID
	s.Work(f, "release")
	desktest.Must(s, partner.Accept, partner.AcceptCommand{Fulfillment: f})
	t := terms.Usual(at)
	t.StockWord = terms.Comparing
	desktest.Must(s, partner.SetTerms, partner.TermsCommand{Terms: t})
	desktest.Must(s, floor.Report, floor.ReportCommand{Location: at, Reference: "week 1", Lines: []stock.Line{{SKU: "FAR-1", Quantity: 14}, {SKU: "FAR-2", Quantity: 22}, {SKU: "FAR-3", Quantity: 19}, {SKU: "FAR-4", Quantity: 17}}})
	open := map[int64]difference.ID{}
	if err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		list, err := differences.Page(r, at, difference.Open, 0, 10)
		for _, d := range list {
			open[d.Said] = d.ID
		}
		return err
	}); err != nil {
		s.T.Fatal(err)
	}
	desktest.Must(s, floor.ApplyDifferences, floor.DifferencesCommand{Lines: []difference.Decision{{ID: open[14]}}})
	desktest.Must(s, floor.DismissDifferences, floor.DifferencesCommand{Lines: []difference.Decision{{ID: open[22]}}})
}

// charged has the 3PL ask for what it sent: a line is disputed, asked for again and
// accepted, another is open.
func charged(s *desktest.Shop) {
	at := int64(s.Locations["3PL"])
	today := figures.Days(time.UTC)(s.DB.Now())
	desktest.Must(s, partner.AddCard, partner.CardCommand{Card: tariff.Card{Location: at, From: figures.After(today, -30), Currency: "EUR", Rates: []tariff.Rate{{Kind: tariff.PerOrder, Price: 2_500_000}, {Kind: tariff.PerUnit, Price: 250_000}}}})
	f := place(s, s.Request("FAR-3", 2)).Fulfillments[0].ID
	s.Work(f, "release")
	desktest.Must(s, partner.Send, partner.SendCommand{Fulfillment: f, Parcels: []partner.Sent{{Carrier: "dpd", Tracking: "FAR-T1"}}})
	ask := func(number string) tariff.InvoiceID {
		r := desktest.Must(s, partner.TakeInvoice, partner.InvoiceCommand{Invoice: tariff.Invoice{Location: at, Number: number, From: figures.After(today, -1), To: figures.After(today, 1), Currency: "EUR", Lines: []tariff.InvoiceLine{
			{Kind: tariff.PerOrder, Reference: f.String(), Quantity: 1, Amount: 250}, {Kind: tariff.PerUnit, Reference: "FAR-T1", Quantity: 2, Amount: 50},
		}}})
		return tariff.InvoiceID(r.ID)
	}
	desktest.Must(s, partner.DecideInvoice, partner.DecideInvoiceCommand{Invoice: ask("P-1"), Note: "asked for without a word"})
	desktest.Must(s, partner.DecideInvoice, partner.DecideInvoiceCommand{Invoice: ask("P-2"), Lines: []int{1}, Accept: true})
}

// traded has a trading partner whose files came in, one of them broken, were
// answered, worked and sent.
func traded(s *desktest.Shop) {
	s.T.Helper()
	p := trading.Partner{Code: "CORNER", Name: "Corner", Kind: trading.Customer, Standard: edi.X12, Release: "004010", Ours: edi.Address{Qualifier: "ZZ", ID: "ORDERLY"}, Theirs: edi.Address{Qualifier: "12", ID: "5550001"}, Channel: "web", Ask: true, Active: true}
	made := desktest.Must(s, exchange.SavePartner, exchange.PartnerCommand{Partner: p}).Value.(*trading.Partner)
	for n := int64(1); n <= 3; n++ {
		e := made.Envelope(n, "20260301", "1200")
		e.Sender, e.Receiver = made.Theirs, made.Ours
		text, err := wire.Write(edi.X12, e, &edi.Order{Number: fmt.Sprintf("PO-%d", n), Date: "20260301", Lines: []edi.Line{{Number: "1", Seller: "MUG", Quantity: edi.Whole(1), Unit: "EA", Price: edi.Whole(5)}}})
		if err != nil {
			s.T.Fatal(err)
		}
		if n == 3 {
			text = strings.Replace(text, "*PO-3*", "**", 1)
		}
		took := desktest.Must(s, exchange.Receive, exchange.ReceiveCommand{Name: "850.edi", Text: text}).Value.([]exchange.Taken)[0]
		switch n {
		case 1:
			desktest.Must(s, exchange.Done, exchange.DoneCommand{File: took.File.ID, N: 1})
			desktest.Must(s, exchange.MarkSent, exchange.FileCommand{File: took.Answer.ID})
		case 2:
			desktest.Must(s, exchange.Done, exchange.DoneCommand{File: took.File.ID, N: 1, Code: "unknown_item", Error: "no such item"})
		}
	}
}

// preordered has an item ordered before it is there: it is taken, canceled in
// part, split, and some of it comes; another offer has ended, and one is open of
// which nothing is taken.
// putAway has a place keep bins: of what came to it one part is put away, one is
// not, one waits, and one came by mistake.
func putAway(s *desktest.Shop) {
	r := desktest.Must(s, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "BINS", Name: "Bins", Kind: "warehouse", Priority: 98, Active: true, PutAway: true}})
	at := stock.LocationID(r.ID)
	s.Locations["BINS"] = at
	for _, sku := range []string{"BIN-1", "BIN-2", "BIN-3"} {
		s.Goods(sku, catalog.Backorder)
		s.Receive(sku, "BINS", 20)
	}
	var list []putaways.Waiting
	if err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		list, err = putaways.Page(r, at, 0, 0, 10)
		return err
	}); err != nil || len(list) != 3 {
		s.T.Fatalf("%d wait: %v", len(list), err)
	}
	desktest.Must(s, floor.PutAway, floor.PutAwayCommand{Lines: []putaway.Line{{ID: list[0].ID, Bin: "A-1", Quantity: 5}, {ID: list[0].ID, Bin: "A-2", Quantity: 6}, {ID: list[1].ID, Bin: "A-3"}}})
	desktest.Must(s, floor.NotPutAway, floor.NotPutAwayCommand{IDs: []putaway.ID{list[2].ID}})
}

func preordered(s *desktest.Shop) {
	s.Goods("NEW", catalog.Refuse)
	s.Goods("SOON", catalog.Refuse)
	s.Goods("LATER", catalog.Refuse)
	day := time.UnixMicro(s.DB.Now()).AddDate(0, 0, 20).Format("2006-01-02")
	offer := desktest.Must(s, admin.OfferPreorder, admin.OfferCommand{SKU: "NEW", Cap: 20, Day: day})
	first := place(s, s.Request("NEW", 5))
	desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: first.Order.ID, Parts: []order.Part{{Line: 1, Quantity: 2}}})
	second := place(s, s.Request("NEW", 6, "TEA", 1))
	desktest.Must(s, intake.SplitOrder, intake.SplitCommand{Order: second.Order.ID, Parts: []order.Part{{Line: 1, Quantity: 2}}})
	s.Receive("NEW", "A", 4)
	desktest.Must(s, admin.ChangePreorder, admin.ChangeOfferCommand{Offer: preorder.ID(offer.ID), Cap: ptr(int64(30)), Day: ptr(time.UnixMicro(s.DB.Now()).AddDate(0, 0, 30).Format("2006-01-02")), Reason: "supplier"})
	over := desktest.Must(s, admin.OfferPreorder, admin.OfferCommand{SKU: "SOON", Channel: "web", Cap: 3, Day: day})
	place(s, s.Request("SOON", 3))
	desktest.Must(s, admin.EndPreorder, admin.EndOfferCommand{Offer: preorder.ID(over.ID)})
	desktest.Must(s, admin.OfferPreorder, admin.OfferCommand{SKU: "LATER", Cap: 9, Day: day, UntilStock: true, EndsAt: s.DB.Now() + 10*24*time.Hour.Microseconds()})
}

// purchased buys mugs and plates: one order is under way and came in part, one
// was taken back, one is for who waits, one is invoiced and closed, one is history.
func purchased(s *desktest.Shop) {
	s.Goods("PLATE", catalog.Backorder)
	by := supplier.ID(desktest.Must(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: "ACME", Name: "Acme", Currency: "GBP", LeadDays: 9, Over: 10, Active: true}}).ID)
	desktest.Must(s, buy.SetOffers, buy.OffersCommand{Supplier: by, SKUs: []string{"PLATE", "TEA"}, Offers: []supplier.Offer{{Cost: 3_000_000, Minimum: 1, Pack: 4, Active: true}, {Cost: 2_500_000, Minimum: 1, Pack: 1, Active: true}}})
	place(s, s.Request("PLATE", 3))
	sent := func(lines ...buy.DraftLine) purchase.ID {
		id := purchase.ID(desktest.Must(s, buy.CreatePurchase, buy.DraftCommand{Supplier: by, Location: s.Locations["A"], Lines: lines}).ID)
		desktest.Must(s, buy.SendPurchase, buy.SendCommand{Purchase: id})
		return id
	}
	waits := purchase.ID(desktest.Must(s, buy.BuyBackorders, buy.BackordersCommand{Supplier: by, Location: s.Locations["A"], SKUs: []string{"PLATE"}}).ID)
	desktest.Must(s, buy.SendPurchase, buy.SendCommand{Purchase: waits})
	part := sent(buy.DraftLine{SKU: "PLATE", Quantity: 8}, buy.DraftLine{SKU: "TEA", Quantity: 5})
	desktest.Must(s, buy.ReceivePurchase, buy.ReceiveCommand{Purchase: part, Lines: []buy.ComeLine{{N: 1, Good: 2, Damaged: 1, Inspect: 1}, {N: 2, Good: 2}}})
	desktest.Must(s, buy.InspectPurchase, buy.InspectCommand{Purchase: part, Lines: []purchase.Checked{{N: 1, Passed: 1}}})
	back := desktest.Must(s, buy.ReceivePurchase, buy.ReceiveCommand{Purchase: part, Lines: []buy.ComeLine{{N: 1, Good: 1}}}).Value.(*buy.Arrived)
	desktest.Must(s, buy.ReversePurchaseReceipt, buy.UnreceiveCommand{Receipt: back.Receipt.ID})
	sendBack(s, part, "damaged", 1, purchase.ReturnAct{Act: "credit", CreditNote: "CN-1", Credit: 300})
	sendBack(s, part, "over", 1, purchase.ReturnAct{Act: "replace"})
	sendBack(s, part, "unsold", 1, purchase.ReturnAct{})
	desktest.Must(s, buy.ChargePurchase, buy.ChargeCommand{Purchase: part, Charge: purchase.Charge{Kind: "freight", Spread: "value", Amount: 500}})
	done := sent(buy.DraftLine{SKU: "TEA", Quantity: 4})
	desktest.Must(s, buy.ReceivePurchase, buy.ReceiveCommand{Purchase: done, Rest: true})
	desktest.Must(s, buy.TakeInvoice, buy.InvoiceCommand{Purchase: done, Invoice: purchase.Invoice{Number: "R-1", Total: 1000, Lines: []purchase.InvoiceLine{{Line: 1, Quantity: 4, Cost: 2_500_000}}}})
	desktest.Must(s, buy.ClosePurchase, buy.PurchaseCommand{Purchase: done})
	desktest.Must(s, buy.CancelPurchase, buy.CutCommand{Purchase: sent(buy.DraftLine{SKU: "TEA", Quantity: 1})})
	desktest.Must(s, buy.RecordPurchase, buy.PastCommand{Supplier: by, Location: s.Locations["A"], External: "OLD", Sent: "2020-01-01", Lines: []buy.PastLine{{DraftLine: buy.DraftLine{SKU: "TEA", Quantity: 4}, Received: 4, Promised: "2020-01-09", Came: "2020-01-10"}}})
}

// sendBack sends units of a line back to their supplier, and ends that.
func sendBack(s *desktest.Shop, of purchase.ID, why string, q int64, then purchase.ReturnAct) {
	n := 2 // tea that is on hand, and free
	if why == "damaged" {
		n = 1
	}
	id := purchase.ReturnID(desktest.Must(s, buy.CreateReturn, buy.NewReturnCommand{Purchase: of, Lines: []purchase.ReturnLine{{Line: n, Quantity: q, Reason: why}}}).ID)
	desktest.Must(s, buy.ActOnReturn, buy.ReturnActCommand{Return: id, ReturnAct: purchase.ReturnAct{Act: "approve", RMA: "RMA-1"}})
	desktest.Must(s, buy.ShipReturn, buy.ReturnActCommand{Return: id})
	if then.Act != "" {
		desktest.Must(s, buy.ActOnReturn, buy.ReturnActCommand{Return: id, ReturnAct: then})
	}
}

func ptr[T any](x T) *T { return &x }

// promised promises days by a method, and one of them again.
func promised(s *desktest.Shop) {
	desktest.Must(s, admin.SaveMethod, admin.MethodCommand{Method: delivery.Method{
		Code: "standard", Name: "Standard", Kind: delivery.Parcel, Active: true, Zones: []delivery.Zone{{MinDays: 1, MaxDays: 2}},
	}})
	r := s.Request("TEA", 1)
	r.Method = "standard"
	first := place(s, r)
	desktest.Must(s, intake.PromiseAgain, intake.PromiseCommand{Order: first.Order.ID, DeliverBy: first.Order.DueAt + 24*time.Hour.Microseconds(), Cause: delivery.Delay})
}

// selling places orders of every kind and changes them.
func selling(s *desktest.Shop) {
	who := desktest.Must(s, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{ExternalID: "C-1", Contact: party.Contact{Name: "Grace", Email: "grace@example.com"}}})
	r := s.Request("MUG", 3, "ENGRAVE", 3, "COFFEE", 1250)
	r.CustomerID, r.Priority, r.Note, r.Tags = party.ID(who.ID), 5, "call first", []string{"vip", "gift"}
	r.Lines[0].Discount, r.Lines[0].Tax, r.Lines[2].Price = 150, 77, money.Price(19_995_555)
	r.Fees = []order.Fee{{Kind: "shipping", Code: "std", Amount: 495, Tax: 99}, {Kind: "adjustment", Code: "voucher", Amount: -200}}
	r.Payments = []order.Payment{{Amount: 5000, Reference: "P-1"}, {Amount: 1000, Reference: "P-2"}}
	r.Holds = []order.Hold{{Reason: "payment_review", Note: "large", Blocks: []string{"ship"}}}
	first := place(s, r)
	desktest.Must(s, intake.Hold, intake.HoldCommand{Order: first.Order.ID, Hold: order.Hold{Reason: "address", Blocks: []string{"release"}}})
	desktest.Must(s, intake.Pay, intake.PayCommand{Order: first.Order.ID, Amount: 4000, Reference: "P-3"})
	desktest.Must(s, intake.Pay, intake.PayCommand{Order: first.Order.ID, Amount: 700, Reference: "R-1", Refund: true})
	urgent := int64(9)
	desktest.Must(s, intake.Edit, intake.EditCommand{Order: first.Order.ID, Note: "hurry", AddTags: []string{"late"}, DropTags: []string{"gift"}, Priority: &urgent})

	lifted := s.Place("TEA", 2)
	desktest.Must(s, intake.Hold, intake.HoldCommand{Order: lifted.Order.ID, Hold: order.Hold{Reason: "customer_request"}})
	desktest.Must(s, intake.Lift, intake.LiftCommand{Order: lifted.Order.ID})

	timed := s.Place("TEA", 1)
	soon := s.DB.Now() + 24*time.Hour.Microseconds()
	desktest.Must(s, intake.Hold, intake.HoldCommand{Order: timed.Order.ID, Hold: order.Hold{Reason: "customer_request", Blocks: []string{"ship"}, Until: soon}})

	held := s.Place("POT", 1)
	desktest.Must(s, intake.Hold, intake.HoldCommand{Order: held.Order.ID, Hold: order.Hold{Reason: "fraud"}})

	whole := s.Place("MUG", 2, "POT", 1)
	desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: whole.Order.ID})
	part := s.Place("MUG", 4, "TEA", 3)
	desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: part.Order.ID, Parts: []order.Part{{Line: 1, Quantity: 3}}})
	bundle := s.Place("SET", 3, "TEA", 1)
	desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: bundle.Order.ID, Parts: []order.Part{{Line: 1, Quantity: 1}}})
	s.Place("SET", 2)
	wide := s.Place("MUG", 65) // over every location, and some of it waits
	desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: wide.Order.ID, Parts: []order.Part{{Line: 1, Quantity: 20}}})
	s.Place("MUG", 6)
	s.Receive("MUG", "C", 30)
	s.Place("MUG", 100)
}

func place(s *desktest.Shop, r order.Request) *intake.Placed {
	s.T.Helper()
	return desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
}

// floorWork takes orders through the house, and back.
func floorWork(s *desktest.Shop) {
	f := s.Place("TEA", 6, "POT", 2).Fulfillments[0].ID
	s.Work(f, "release", "recall", "release", "pick", "unpick", "pick", "pack", "unpack", "pack", "ship", "unship", "ship", "deliver", "undeliver", "deliver")

	lost := s.Place("TEA", 2)
	s.Ship(lost)
	s.Work(lost.Fulfillments[0].ID, "lose", "find", "lose")

	parts := s.Place("TEA", 9).Fulfillments[0].ID
	s.Work(parts, "release")
	desktest.Must(s, floor.Pick, floor.WorkCommand{Fulfillment: parts, Parts: []fulfillment.Part{{Line: 1, Quantity: 7}}})
	box := desktest.Must(s, floor.Pack, floor.PackCommand{Fulfillment: parts, Parts: []fulfillment.Part{{Line: 1, Quantity: 2}}, Carrier: "dhl", Tracking: "JD1", WeightGrams: 900})
	desktest.Must(s, floor.Parcel, floor.ParcelCommand{Parcel: fulfillment.ParcelID(box.ID), Act: "ship"})
	desktest.Must(s, floor.Pack, floor.PackCommand{Fulfillment: parts, Parts: []fulfillment.Part{{Line: 1, Quantity: 3}}, Carrier: "dhl", Tracking: "JD2"})
	desktest.Must(s, floor.Scan, floor.ScanCommand{Parcel: fulfillment.ParcelID(box.ID), Scans: []fulfillment.Scan{{At: 1, Code: "in_transit"}, {At: 2, Code: "delivered"}}})

	short := s.Place("POT", 3).Fulfillments[0].ID
	s.Work(short, "release")
	desktest.Must(s, floor.ShortPick, floor.WorkCommand{Fulfillment: short, Parts: []fulfillment.Part{{Line: 1, Quantity: 2}}})

	back := s.Place("TEA", 5, "COFFEE", 250)
	s.Ship(back)
	desktest.Must(s, intake.Pay, intake.PayCommand{Order: back.Order.ID, Amount: 20_000, Reference: "P"})
	desktest.Must(s, care.ReceiveReturn, care.ReturnCommand{Order: back.Order.ID, Location: s.Locations["C"], Parts: []order.Part{{Line: 1, Quantity: 2}}, Restock: true, Refund: 2590, Reason: "size"})
	desktest.Must(s, care.ReceiveReturn, care.ReturnCommand{Order: back.Order.ID, Location: s.Locations["A"], Parts: []order.Part{{Line: 1, Quantity: 1}, {Line: 2, Quantity: 50}}, Reason: "broken"})
	sentBack(s)
	for range 6 {
		s.Ship(s.Place("TEA", 1))
	}
	p := s.Place("TEA", 1)
	s.Work(p.Fulfillments[0].ID, "release", "pick")
	for range 25 { // so that the sample of a full run has one to fold
		s.Place("ENGRAVE", 1)
	}
}

// sentBack has returns in every state, and each of their acts and reverses.
func sentBack(s *desktest.Shop) {
	r := s.Request("TEA", 10)
	r.Lines[0].Discount = 100
	r.Fees, r.Payments = []order.Fee{{Kind: "shipping", Amount: 400, Tax: 80}}, []order.Payment{{Amount: 13_330, Reference: "P"}}
	p := place(s, r)
	s.Ship(p)
	asked := func(q int64) returns.ID {
		c := care.AskCommand{Order: p.Order.ID, Comment: "too big", Lines: []care.AskLine{{Line: 1, Quantity: q, Reason: "unwanted"}}}
		return returns.ID(desktest.Must(s, care.RequestReturn, c).ID)
	}
	arrive := func(id returns.ID, lines ...care.ArriveLine) {
		desktest.Must(s, care.ReceiveRequested, care.ArriveCommand{Return: id, Location: s.Locations["B"], Lines: lines})
	}
	whole := asked(4)
	desktest.Must(s, care.ApproveReturn, care.AgreeCommand{Return: whole})
	desktest.Must(s, care.SendReturn, care.AgreeCommand{Return: whole, Carrier: "dhl", Tracking: "JD3"})
	arrive(whole, care.ArriveLine{N: 1, Quantity: 4}, care.ArriveLine{SKU: "ENGRAVE", Quantity: 1}, care.ArriveLine{SKU: "MUG", Quantity: 2})
	desktest.Must(s, care.UnreceiveReturn, care.ArriveCommand{Return: whole, Lines: []care.ArriveLine{{N: 1, Quantity: 1}}})
	desktest.Must(s, care.InspectReturn, care.InspectCommand{Return: whole, Lines: []returns.Move{{N: 1, Quantity: 1, To: returns.Scrap}, {N: 1, Quantity: 1, To: returns.Damaged}, {N: 3, Quantity: 1, To: returns.Supplier}}})
	desktest.Must(s, care.InspectReturn, care.InspectCommand{Return: whole, Lines: []returns.Move{{N: 1, From: returns.Damaged, To: returns.Quarantine}}})
	desktest.Must(s, care.RepayReturn, care.RepayCommand{Return: whole, Lines: []care.RepayLine{{N: 1, Quantity: 2}}, Fees: []int{1}, Deduct: 50, Reason: "worn"})
	swap := asked(1)
	desktest.Must(s, intake.Exchange, intake.ExchangeCommand{Return: swap, Advance: true, Lines: []intake.ExchangeLine{{SKU: "TEA", Quantity: 1}}})
	arrive(swap, care.ArriveLine{N: 1, Quantity: 1})
	desktest.Must(s, care.RepayReturn, care.RepayCommand{Return: swap})
	over := asked(1)
	arrive(over, care.ArriveLine{N: 1, Quantity: 1})
	desktest.Must(s, care.InspectReturn, care.InspectCommand{Return: over, Lines: []returns.Move{{N: 1, To: returns.Restock}}})
	desktest.Must(s, care.CloseReturn, care.AgreeCommand{Return: over})
	desktest.Must(s, care.ReopenReturn, care.AgreeCommand{Return: over})
	desktest.Must(s, care.RepayReturn, care.RepayCommand{Return: over})
	desktest.Must(s, care.RefuseReturn, care.AgreeCommand{Return: asked(1), Note: "too late"})
	desktest.Must(s, care.CancelReturn, care.AgreeCommand{Return: asked(1)})
	asked(1)
}

// stockActs books every act of the stock ledger.
func stockActs(s *desktest.Shop) {
	a, b, c := s.Locations["A"], s.Locations["B"], s.Locations["C"]
	receipt := s.Receive("TEA", "C", 30)
	desktest.Must(s, floor.ReverseReceipt, floor.ReverseCommand{Receipt: receipt.ID})
	s.Receive("TEA", "C", 12)
	desktest.Must(s, floor.Receive, floor.ReceiveCommand{Lines: []stock.Line{{SKU: "MUG", Location: b, Quantity: 4, State: stock.QualityControl, Lot: "L1"}, {SKU: "POT", Location: b, Quantity: 9, Bin: "R1"}}})
	desktest.Must(s, floor.Adjust, floor.AdjustCommand{Lines: []stock.Line{{SKU: "TEA", Location: c, Quantity: -2, Reason: "damaged"}, {SKU: "TEA", Location: c, Quantity: 2, State: stock.Damaged, Reason: "damaged"}}})
	desktest.Must(s, floor.Adjust, floor.AdjustCommand{Opening: true, Lines: []stock.Line{{SKU: "COFFEE", Location: a, Quantity: -400, Reason: "opening"}}})
	desktest.Must(s, floor.Transfer, floor.TransferCommand{To: a, Lines: []stock.Line{{SKU: "TEA", Location: c, Quantity: 4}, {SKU: "POT", Location: b, Quantity: 5}}})
	desktest.Must(s, floor.Transfer, floor.TransferCommand{To: c, Lines: []stock.Line{{SKU: "MUG", Location: b, Quantity: 1, State: stock.QualityControl}}})
	desktest.Must(s, floor.Safety, floor.SafetyCommand{SKU: "POT", Location: a, Quantity: 2})
	desktest.Must(s, floor.Safety, floor.SafetyCommand{SKU: "COFFEE", Location: c, Quantity: 100}) // a level of nothing
	claimed := s.Place("POT", 20)
	desktest.Must(s, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "POT", Location: s.Locations[codeOf(s, claimed)], Quantity: 1}}})
}

// codeOf is where the first fulfillment of an order is.
func codeOf(s *desktest.Shop, p *intake.Placed) string {
	for code, id := range s.Locations {
		if id == p.Fulfillments[0].Location {
			return code
		}
	}
	return ""
}

// past records orders from before these books.
func past(s *desktest.Shop) {
	const day = 1_600_000_000_000_000
	r := s.Request("MUG", 4, "TEA", 2)
	r.PlacedAt, r.Payments = day, []order.Payment{{Amount: 7000, Reference: "old"}}
	desktest.Must(s, intake.Record, intake.RecordCommand{Request: r, Canceled: []order.Part{{Line: 2, Quantity: 1}},
		Returned: []intake.RecordedReturn{{At: day + 1, Reason: "late", Parts: []order.Part{{Line: 1, Quantity: 3}}}, {At: day + 2, Parts: []order.Part{{Line: 1, Quantity: 1}}}}, Refunded: 2500})
	fees := s.Request()
	fees.PlacedAt, fees.Fees = day, []order.Fee{{Kind: "adjustment", Code: "bad debt", Amount: -1100}}
	desktest.Must(s, intake.Record, intake.RecordCommand{Request: fees})
	odd := s.Request("ENGRAVE", 1)
	odd.PlacedAt = day
	desktest.Must(s, intake.Record, intake.RecordCommand{Request: odd})
}

// changing changes an order after it was placed.
func changing(s *desktest.Shop) {
	p := s.Place("ENGRAVE", 2, "MUG", 1, "ENGRAVE", 1)
	four, less, shipping := int64(4), money.Price(4_500_000), int64(395)
	desktest.Must(s, intake.Change, intake.ChangeCommand{Order: p.Order.ID, Change: order.Change{
		Lines:  []order.LineChange{{Line: 1, Quantity: &four}, {Line: 2, Substitute: &order.NewLine{SKU: "ENGRAVE", Price: &less}}, {Line: 3, Quantity: &four, Price: &less}},
		Add:    []order.NewLine{{SKU: "COFFEE", Quantity: 250, Price: &less}},
		Fees:   []order.FeeChange{{Kind: "shipping", Code: "express", Amount: &shipping}},
		ShipTo: &party.Address{Line1: "2 New Road", City: "York"},
	}})
	many := make([]order.NewLine, 200) // told in several entries
	for i := range many {
		many[i] = order.NewLine{SKU: fmt.Sprintf("L%03d", i%170), Quantity: 1, Price: &less}
	}
	desktest.Must(s, intake.Change, intake.ChangeCommand{Order: p.Order.ID, Change: order.Change{Add: many}})
	one := int64(1)
	desktest.Must(s, intake.Change, intake.ChangeCommand{Order: p.Order.ID, Change: order.Change{Lines: []order.LineChange{{Line: 1, Quantity: &one}}}})
}

// long makes an order whose acts are told in several entries, and a transfer
// of which no single entry balances.
func long(s *desktest.Shop) {
	const n = 170
	var of []any
	var in, out []stock.Line
	for i := range n {
		sku := fmt.Sprintf("L%03d", i)
		s.Goods(sku, catalog.Backorder)
		of = append(of, sku, 2)
		in = append(in, stock.Line{SKU: sku, Location: s.Locations["B"], Quantity: 3})
		out = append(out, stock.Line{SKU: sku, Location: s.Locations["B"], Quantity: 1})
	}
	desktest.Must(s, floor.Receive, floor.ReceiveCommand{Lines: in})
	p := s.Place(of...)
	desktest.Must(s, floor.Transfer, floor.TransferCommand{To: s.Locations["C"], Lines: out})
	s.Ship(p)
	var parts []order.Part
	for i := range n {
		parts = append(parts, order.Part{Line: i + 1, Quantity: 1})
	}
	desktest.Must(s, care.ReceiveReturn, care.ReturnCommand{Order: p.Order.ID, Location: s.Locations["A"], Parts: parts, Restock: true})
}

// keyed does acts under idempotency keys, of which receipts are kept.
func keyed(s *desktest.Shop) {
	s.T.Helper()
	for i := range 4 {
		hash := sha256.Sum256([]byte{byte(i)})
		o := desk.Options{Key: fmt.Sprintf("key-%d", i), Route: "POST /v1/orders", Hash: hash[:]}
		if _, err := desk.One(context.Background(), s.Desk, intake.Place, s.Scope, intake.PlaceCommand{Request: s.Request("TEA", 1)}, o); err != nil {
			s.T.Fatal(err)
		}
	}
	hash := sha256.Sum256([]byte("count"))
	count := floor.CountCommand{Lines: []stock.Line{{SKU: "L001", Location: s.Locations["B"], Quantity: 0}}}
	if _, err := desk.One(context.Background(), s.Desk, floor.Count, s.Scope, count, desk.Options{Key: "same", Route: "POST /v1/counts", Hash: hash[:]}); err != nil {
		s.T.Fatal(err)
	}
	desktest.Must(s, admin.MakeKey, admin.KeyCommand{Name: "robot", Hash: admin.Hash("x"), Hint: "x", Scopes: []access.Permission{access.OrdersRead}})
}

// billed issues documents: for all of an order and for what was shipped, and
// credit notes for what was canceled, came back, and was a kindness.
func billed(s *desktest.Shop) {
	s.T.Helper()
	desktest.Must(s, bill.SaveSettings, bill.SettingsCommand{Settings: invoices.Settings{LegalName: "Test Shop Ltd", Address: "1 High Street", Series: "INV-", CreditSeries: "CN-", Pattern: invoice.DefaultPattern}})
	issue := func(id order.ID, basis invoice.Basis) {
		s.T.Helper()
		desktest.Must(s, bill.Issue, bill.IssueCommand{Order: id, Basis: basis})
	}
	for range 3 {
		part := s.Place("ENGRAVE", 4)
		issue(part.Order.ID, invoice.All)
		desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: part.Order.ID, Parts: []order.Part{{Line: 1, Quantity: 1}}})
		issue(part.Order.ID, invoice.All)
	}
	back := s.Place("ENGRAVE", 2)
	s.Ship(back)
	issue(back.Order.ID, invoice.Shipped)
	desktest.Must(s, intake.Pay, intake.PayCommand{Order: back.Order.ID, Amount: back.Order.Totals.Total, Reference: "P"})
	desktest.Must(s, care.ReceiveReturn, care.ReturnCommand{Order: back.Order.ID, Location: s.Locations["A"], Parts: []order.Part{{Line: 1, Quantity: 1}}, Refund: back.Order.Totals.Total / 2})
	issue(back.Order.ID, invoice.Shipped)
	desktest.Must(s, intake.Pay, intake.PayCommand{Order: back.Order.ID, Amount: 100, Reference: "R", Refund: true})
	desktest.Must(s, bill.Issue, bill.IssueCommand{Order: back.Order.ID, Credit: 100, Reason: "late"})
}

// erased takes a customer out of the books whose order is over.
func erased(s *desktest.Shop) {
	s.T.Helper()
	who := desktest.Must(s, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{ExternalID: "C-9", Contact: party.Contact{Name: "Grace Hopper", Email: "hopper@example.com"}}})
	r := s.Request("TEA", 1)
	r.CustomerID, r.Note = party.ID(who.ID), "Grace called"
	p := place(s, r)
	desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: p.Order.ID})
	b := desktest.Must(s, forget.Begin, forget.BeginCommand{Customer: party.ID(who.ID)})
	desktest.Must(s, forget.Orders, forget.OrderCommand{Order: p.Order.ID, Erasure: privacy.ID(b.ID)})
	desktest.Must(s, forget.End, forget.EndCommand{Erasure: privacy.ID(b.ID)})
}

// flowing places orders that go on by themselves, one of them later.
func flowing(s *desktest.Shop) {
	f := *flow.Template("automated")
	f.Name, f.Money = "Marketplace", flow.NoMoney
	desktest.Must(s, admin.SaveFlow, admin.FlowCommand{Flow: f, Channels: []string{"market"}})
	f.Name, f.Window = "Kiosk", 0
	desktest.Must(s, admin.SaveFlow, admin.FlowCommand{Flow: f, Channels: []string{"kiosk"}})
	for _, channel := range []string{"market", "kiosk"} {
		r := s.Request("TEA", 1)
		r.Channel = channel
		desktest.Must(s, floor.Proceed, floor.ProceedCommand{Order: place(s, r).Order.ID})
	}
}

// yielding has an order give up what another of a higher priority lacks.
func yielding(s *desktest.Shop) {
	s.Goods("RARE", catalog.Backorder, "A", 1)
	place(s, s.Request("RARE", 1))
	r := s.Request("RARE", 1)
	r.Priority = 4
	desktest.Must(s, intake.Rebalance, intake.RebalanceCommand{Order: place(s, r).Order.ID})
}

// neighbor is the second merchant: a few rows that belong to nobody else.
func neighbor(s *desktest.Shop) {
	s.T.Helper()
	err := s.DB.Transact(context.Background(), func(tx *store.Tx) error {
		return merchants.Insert(tx, merchants.Merchant{ID: second, Name: "Neighbor", Zone: "Asia/Tokyo", Currency: "JPY", CreatedAt: tx.At})
	})
	if err != nil {
		s.T.Fatal(err)
	}
	n := &desktest.Shop{T: s.T, DB: s.DB, Desk: s.Desk, Scope: access.System(second, "command", "test"), Locations: map[string]stock.LocationID{}}
	r := desktest.Must(n, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "A", Name: "Tokyo", Kind: "store", Active: true, Address: party.Address{Country: "JP"}}})
	n.Locations["A"] = stock.LocationID(r.ID)
	n.Goods("MUG", catalog.Backorder, "A", 10)
	req := n.Request("MUG", 3)
	req.Currency = "JPY"
	req.Lines[0].Price = money.Price(1234_567_000)
	n.Ship(place(n, req))
	req = n.Request("MUG", 9)
	req.Currency = "KWD"
	place(n, req)
	joined(s, n.Scope)
}

// joined has somebody of the first merchant join the second, where they work now,
// and somebody make a login by the second one's invitation; one of them is out again.
func joined(s *desktest.Shop, there access.Scope) {
	ctx := context.Background()
	invite := func(by access.Scope, email string) (string, users.User) {
		token, u, err := admin.Invite(ctx, s.Desk, by, admin.InviteCommand{Email: email, Roles: []access.Role{access.Warehouse}})
		if err != nil {
			s.T.Fatal(err)
		}
		return token, u
	}
	accept := func(token string) admin.Signed {
		_, signed, err := admin.AcceptLink(ctx, s.Desk, token, admin.Acceptance{Name: "Somebody", Password: "correct horse battery staple", Attempt: admin.Attempt{Address: "127.0.0.1"}})
		if err != nil {
			s.T.Fatal(err)
		}
		return signed
	}
	token, _ := invite(s.Scope, "ada@shop.example")
	ada := accept(token)
	token, _ = invite(there, "ada@shop.example")
	if err := admin.Join(ctx, s.Desk, ada, token); err != nil {
		s.T.Fatal(err)
	}
	token, _ = invite(there, "bo@neighbor.example")
	accept(token)
	token, out := invite(there, "cy@neighbor.example")
	accept(token)
	if _, err := desk.One(ctx, s.Desk, admin.DisableUser, there, admin.SwitchCommand{ID: out.ID}, desk.Options{}); err != nil {
		s.T.Fatal(err)
	}
	token, old := invite(s.Scope, "old@shop.example")
	accept(token)
	desktest.Must(s, admin.DisableUser, admin.SwitchCommand{ID: old.ID})
}

// agreed has orders approved, by one and by two people, one of them a deputy;
// one is refused, one waits, and one changes after it was approved.
func agreed(s *desktest.Shop) {
	people := map[string]access.Scope{}
	for name, role := range map[string]access.Role{"finn": access.Finance, "olga": access.Operations, "alma": access.Admin} {
		_, u, err := admin.Invite(context.Background(), s.Desk, s.Scope, admin.InviteCommand{Email: name + "@shop.example", Name: name, Roles: []access.Role{role}})
		if err != nil {
			s.T.Fatal(err)
		}
		storetest.Exec(s.T, s.DB, "UPDATE users SET status = 'active' WHERE m = 1 AND id = $1", int64(u.ID))
		people[name] = access.Scope{Merchant: s.Scope.Merchant, Actor: access.Actor{Kind: access.User, ID: u.ID.String()}, Permissions: role.Permissions()}
	}
	now := s.DB.Now()
	desktest.Must(s, admin.SaveApprovals, admin.ApprovalCommand{Policy: approval.Policy{
		Terms:    []approval.Terms{{Currency: "GBP", One: 5_000_00, Two: 9_000_00, Limits: []approval.Limit{{Role: access.Finance, Amount: 50_000_00}}}},
		Deputies: []approval.Deputy{{For: people["finn"].Actor.ID, By: people["olga"].Actor.ID, From: now - 1_000_000, Until: now + 3_600_000_000}},
	}})
	dear := func(units int) *intake.Placed {
		r := s.Request("MUG", units)
		r.Lines[0].Price = money.Price(1000_000_000)
		return place(s, r)
	}
	by := func(name string, c intake.ApproveCommand) {
		if _, err := desk.One(context.Background(), s.Desk, intake.Approve, people[name], c, desk.Options{}); err != nil {
			s.T.Fatal(name, err)
		}
	}
	by("finn", intake.ApproveCommand{Order: dear(6).Order.ID})
	two := dear(10).Order.ID
	by("olga", intake.ApproveCommand{Order: two})
	by("alma", intake.ApproveCommand{Order: two})
	more := int64(11)
	desktest.Must(s, intake.Change, intake.ChangeCommand{Order: two, Change: order.Change{Lines: []order.LineChange{{Line: 1, Quantity: &more}}}})
	no := dear(7).Order.ID
	if _, err := desk.One(context.Background(), s.Desk, intake.Refuse, people["finn"], intake.RefuseCommand{Order: no, Why: "too dear", Cancel: true}, desk.Options{}); err != nil {
		s.T.Fatal(err)
	}
	dear(8)
}

// ruled has rules act on orders, one of them in a chain, and one refused.
func ruled(s *desktest.Shop) {
	for name, b := range map[string]rule.Body{
		"large":  {On: []string{journal.OrderPlaced}, If: `channel == "ruled" && units > 4`, Do: []rule.Action{{Kind: rule.Hold, Reason: "review"}, {Kind: rule.Tag, Tag: "large"}, {Kind: rule.Task, Text: "look at it"}}},
		"other":  {On: []string{journal.OrderPlaced}, If: `channel == "ruled" && units == 2`, Do: []rule.Action{{Kind: rule.Flow, Flow: "Kiosk"}}},
		"larger": {On: []string{journal.OrderHeld}, If: `"review" in holds`, Do: []rule.Action{{Kind: rule.Priority, Priority: 8}, {Kind: rule.Message, Message: "placed"}}},
	} {
		b.Name = name
		id := rule.ID(desktest.Must(s, admin.SaveRule, admin.RuleCommand{Body: b}).ID)
		desktest.Must(s, admin.MoveRule, admin.RuleStateCommand{ID: id, State: rule.On})
	}
	for _, n := range []int{2, 5, 6} {
		r := s.Request("MUG", n)
		r.Channel = "ruled"
		place(s, r)
	}
	if err := (&automating.Follower{Desk: s.Desk, Log: slog.New(slog.DiscardHandler)}).CatchUp(context.Background()); err != nil {
		s.T.Fatal(err)
	}
}
