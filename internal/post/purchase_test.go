package post_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/partner"
	"orderly/internal/desk/talks"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/money"
	terms "orderly/internal/partner"
	"orderly/internal/party"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/storetest"
	storetalks "orderly/internal/store/talks"
	"orderly/internal/supplier"
	"orderly/internal/talk"
)

// A purchase order that is sent by mail leaves once, with its lines and its
// paper; one that no mail server takes is told of.
//
// Kills: a draft that is mailed; a mail sent again by a job that ran before; a
// failure that nobody is told of.
func TestPurchase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.enable()
		s.Goods("POT", catalog.Backorder)
		by := supplier.ID(desktest.Must(s.Shop, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: "ACME", Name: "Acme", Email: "orders@acme.example", Currency: "GBP", LeadDays: 4, Active: true}}).ID)
		desktest.Must(s.Shop, buy.SetOffers, buy.OffersCommand{Supplier: by, SKUs: []string{"POT"}, Offers: []supplier.Offer{{SupplierSKU: "A-7", Cost: 4_100_000, Minimum: 1, Pack: 1, Active: true}}})
		draft := func() purchase.ID {
			return purchase.ID(desktest.Must(s.Shop, buy.CreatePurchase, buy.DraftCommand{Supplier: by, Location: s.Locations["A"], Note: "Gently.", Lines: []buy.DraftLine{{SKU: "POT", Quantity: 5}}}).ID)
		}
		id := draft()
		s.settle()
		desktest.Must(s.Shop, buy.SendPurchase, buy.SendCommand{Purchase: id, Mail: true})
		s.settle()
		s.settle()
		list := s.box.Mail()
		if len(list) != 1 || list[0].To != "orders@acme.example" || !strings.Contains(list[0].Text, "5 × A-7 (our POT)") || !strings.Contains(list[0].Text, "Gently.") || !slices.Equal(list[0].Files, []string{"purchase-order-1.pdf"}) {
			t.Fatalf("%d letters: %+v", len(list), list)
		}
		if got := s.last(int64(id)); got != journal.PurchaseMailed {
			t.Errorf("told last: %s", got)
		}
		storetest.Exec(t, db, "UPDATE mail_sender SET host = '' WHERE m = 1")
		other := draft()
		desktest.Must(s.Shop, buy.SendPurchase, buy.SendCommand{Purchase: other, Mail: true})
		s.settle()
		if got := s.last(int64(other)); got != journal.PurchaseUnmailed || len(s.box.Mail()) != 1 {
			t.Errorf("told last: %s", got)
		}
	})
}

// last is the type of the newest entry of a subject.
func (s *shop) last(subject int64) (typ string) {
	s.T.Helper()
	err := s.DB.Read(s.T.Context(), s.Scope, func(r *store.Reader) error {
		list, err := entries.OfSubject(r, subject, 0, 0, 100)
		if len(list) > 0 {
			typ = list[len(list)-1].Type
		}
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return typ
}

// Kills: a partner that is not told, told twice of one event, or told of what it
// has answered; a message of ours that does not leave, or has no way back; a mail
// that failed and of which nobody knows.
func TestPartnerIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.enable()
		at := stock.LocationID(desktest.Must(s.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "S", Name: "Acme", Kind: "3pl", Active: true, Address: party.Address{Country: "GB"}}}).ID)
		s.Goods("POT", catalog.Backorder)
		desktest.Must(s.Shop, floor.Report, floor.ReportCommand{Location: at, Lines: []stock.Line{{SKU: "POT", Quantity: 50}}})
		terms := terms.Usual(at)
		terms.Email = "not an address"
		if _, err := desktest.Try(s.Shop, partner.SetTerms, partner.TermsCommand{Terms: terms}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("no address: %v", err)
		}
		terms.Email = "work@acme.example"
		desktest.Must(s.Shop, partner.SetTerms, partner.TermsCommand{Terms: terms})
		ask := func() fulfillment.ID {
			r := s.Request("POT", 2)
			r.Parties.Customer.Email = ""
			f := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Fulfillments[0].ID
			desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: f})
			return f
		}
		first := ask()
		s.settle()
		s.settle()
		list := s.box.Mail()
		if len(list) != 1 || list[0].To != "work@acme.example" || !strings.Contains(list[0].Text, "2 × POT") || !strings.Contains(list[0].Text, "https://orders.shop.test/requests/"+first.String()) || strings.Contains(list[0].Text, "High Street") {
			t.Fatalf("%d letters: %+v", len(list), list)
		}
		storetest.Exec(t, db, "UPDATE request SET next_at = 1 WHERE m = 1")
		desktest.Must(s.Shop, partner.Tick, partner.Act{Fulfillment: first})
		desktest.Must(s.Shop, partner.Tick, partner.Act{Fulfillment: first}) // not due again
		s.settle()
		if list = s.box.Mail(); len(list) != 2 || !strings.Contains(list[1].Text, "reminds you") {
			t.Fatalf("reminded by %d letters", len(list))
		}
		second := ask()
		desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: second})
		s.settle()
		if list = s.box.Mail(); len(list) != 2 {
			t.Errorf("it is told of what it has answered: %+v", list[2:])
		}
		desktest.Must(s.Shop, talks.Say, talks.SayCommand{About: talk.Request, Subject: int64(second), Text: "Gently, please."})
		s.settle()
		list = s.box.Mail()
		if len(list) != 3 || list[2].Text != "Gently, please.\n" && !strings.Contains(list[2].Text, "Gently, please.") || !strings.Contains(list[2].Header.Get("Subject"), "[T-") {
			t.Fatalf("our message: %+v", list)
		}
		storetest.Exec(t, db, "UPDATE mail_sender SET port = 1 WHERE m = 1")
		r := desktest.Must(s.Shop, talks.Say, talks.SayCommand{About: talk.Request, Subject: int64(second), Text: "And soon."})
		for range 100 {
			s.hurry()
			s.settle()
		}
		if got := s.last(r.ID); got != journal.TalkUnsent {
			t.Errorf("told last: %s", got)
		}
	})
}

// Kills: a return that is asked for by mail of which the supplier never hears, hears
// twice, or hears after it was withdrawn; a mail without its note, or that no answer
// comes back from; one that fails and that nobody of us sees; one without an address.
func TestReturnIsAskedFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.enable()
		s.Goods("POT", catalog.Backorder)
		acme := supplier.Supplier{Code: "ACME", Name: "Acme", Currency: "GBP", LeadDays: 4, Active: true}
		acme.ID = supplier.ID(desktest.Must(s.Shop, buy.SaveSupplier, buy.SupplierCommand{Supplier: acme}).ID)
		cost := money.Price(4_000_000)
		of := purchase.ID(desktest.Must(s.Shop, buy.CreatePurchase, buy.DraftCommand{Supplier: acme.ID, Location: s.Locations["A"], Lines: []buy.DraftLine{{SKU: "POT", Quantity: 9, Cost: &cost, SupplierSKU: new("A-7")}}}).ID)
		desktest.Must(s.Shop, buy.SendPurchase, buy.SendCommand{Purchase: of})
		desktest.Must(s.Shop, buy.ReceivePurchase, buy.ReceiveCommand{Purchase: of, Lines: []buy.ComeLine{{N: 1, Good: 5, Damaged: 4}}})
		begin := func() purchase.ReturnID {
			return purchase.ReturnID(desktest.Must(s.Shop, buy.CreateReturn, buy.NewReturnCommand{Purchase: of, Note: "The glaze is cracked.", Lines: []purchase.ReturnLine{{Line: 1, Quantity: 1, Reason: "damaged"}}}).ID)
		}
		act := func(id purchase.ReturnID, act string) error {
			_, err := desktest.Try(s.Shop, buy.ActOnReturn, buy.ReturnActCommand{Return: id, ReturnAct: purchase.ReturnAct{Act: act, Mail: true}})
			return err
		}
		first := begin()
		if err := act(first, "ask"); fault.CodeOf(err) != "no_address" {
			t.Errorf("by mail to nobody: %v", err)
		}
		storetest.Exec(t, db, "UPDATE supplier SET email = 'orders@acme.example' WHERE m = 1")
		if err := act(first, "ask"); err != nil {
			t.Fatal(err)
		}
		s.settle()
		s.settle()
		list := s.box.Mail()
		if len(list) != 1 || list[0].To != "orders@acme.example" || !strings.Contains(list[0].Text, "1 × A-7 (our POT), Item POT: damaged") || !strings.Contains(list[0].Text, "The glaze is cracked.") || !slices.Equal(list[0].Files, []string{"return-1.pdf"}) || !strings.Contains(list[0].Header.Get("Subject"), "[T-") {
			t.Fatalf("%d letters: %+v", len(list), list)
		}
		gone := begin()
		if err := act(gone, "ask"); err != nil {
			t.Fatal(err)
		}
		if err := act(gone, "cancel"); err != nil {
			t.Fatal(err)
		}
		s.settle()
		if list = s.box.Mail(); len(list) != 1 {
			t.Errorf("it is asked for what we do not send: %+v", list[1:])
		}
		storetest.Exec(t, db, "UPDATE mail_sender SET port = 1 WHERE m = 1")
		if err := act(begin(), "ask"); err != nil {
			t.Fatal(err)
		}
		for range 100 {
			s.hurry()
			s.settle()
		}
		err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			x, err := storetalks.About(r, talk.Purchase, int64(of))
			if err == nil && x.Awaits != talk.Us {
				t.Errorf("a return that was never asked for awaits %q", x.Awaits)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
