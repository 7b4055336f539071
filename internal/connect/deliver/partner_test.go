package deliver_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/partner"
	"orderly/internal/desk/talks"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/money"
	terms "orderly/internal/partner"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/supplier"
	"orderly/internal/talk"
)

// Kills: a partner that is told of another's requests, of the shop's own work, of
// quantities or people, or of words and notes of ours; one that is not told that it
// was asked, by way of trial too, or asked to stop, or written to, or to take goods
// back; an endpoint of a partner that wants more.
func TestPartnerIsToldOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		for _, code := range []string{"P", "Q"} {
			r := desktest.Must(s.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: code, Name: code, Kind: "supplier", Active: true}})
			s.Locations[code] = stock.LocationID(r.ID)
			s.Goods("OF-"+code, catalog.Backorder)
			desktest.Must(s.Shop, floor.Report, floor.ReportCommand{Location: s.Locations[code], Lines: []stock.Line{{SKU: "OF-" + code, Quantity: 9}}})
		}
		hook := func(at string, types ...string) error {
			_, err := desktest.Try(s.Shop, admin.MakeWebhook, admin.WebhookCommand{Name: at, Address: s.address, Types: types, Secret: admin.NewWebhookSecret(), Location: s.Locations[at]})
			return err
		}
		if err := hook("P", "order.placed"); fault.CodeOf(err) == "" {
			t.Error("a partner is told of orders")
		}
		if err := hook("A", "*"); fault.CodeOf(err) != "no_such_partner" {
			t.Errorf("a place of our own: %v", err)
		}
		if err := hook("P", "*"); err != nil {
			t.Fatal(err)
		}
		asked := map[string]fulfillment.ID{}
		for _, code := range []string{"P", "Q"} {
			f := s.Place("OF-"+code, 2).Fulfillments[0]
			s.Work(f.ID, "release")
			asked[code] = f.ID
			desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: f.ID})
			desktest.Must(s.Shop, partner.Stop, partner.StopCommand{Fulfillment: f.ID, Then: "cancel"})
		}
		s.Ship(s.Place("MUG", 1))
		trials := map[string]string{}
		for _, code := range []string{"P", "Q"} {
			r := desktest.Must(s.Shop, partner.StartTrial, partner.TrialCommand{Location: s.Locations[code], Lines: []terms.TrialLine{{SKU: "MUG", Quantity: 1}}})
			id := terms.TrialID(r.ID)
			desktest.Must(s.Shop, partner.AnswerTrial, partner.TrialAnswerCommand{Trial: id, TrialAnswer: terms.TrialAnswer{Act: "withdraw"}})
			trials[code] = id.String()
			by := desktest.Must(s.Shop, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: code, Name: code, Currency: "GBP", Location: int64(s.Locations[code]), Active: true}}).ID
			cost := money.Price(1_000_000)
			po := desktest.Must(s.Shop, buy.CreatePurchase, buy.DraftCommand{Supplier: supplier.ID(by), Location: s.Locations["A"], Lines: []buy.DraftLine{{SKU: "MUG", Quantity: 1, Cost: &cost}}}).ID
			desktest.Must(s.Shop, buy.SendPurchase, buy.SendCommand{Purchase: purchase.ID(po)})
			for _, way := range []string{talk.Note, talk.In, talk.Out} {
				desktest.Must(s.Shop, talks.Say, talks.SayCommand{About: talk.Purchase, Subject: po, Way: way, Text: "secret"})
				desktest.Must(s.Shop, talks.Say, talks.SayCommand{About: talk.Request, Subject: int64(asked[code]), Way: way, Text: "secret"})
			}
			trials[code+" bought"] = purchase.ID(po).String()
			desktest.Must(s.Shop, buy.ReceivePurchase, buy.ReceiveCommand{Purchase: purchase.ID(po), Lines: []buy.ComeLine{{N: 1, Good: 1}}})
			prt := desktest.Must(s.Shop, buy.CreateReturn, buy.NewReturnCommand{Purchase: purchase.ID(po), Note: "secret", Lines: []purchase.ReturnLine{{Line: 1, Quantity: 1, Reason: "over"}}}).ID
			desktest.Must(s.Shop, buy.ActOnReturn, buy.ReturnActCommand{Return: purchase.ReturnID(prt), ReturnAct: purchase.ReturnAct{Act: "ask"}})
		}
		s.work()
		var steps []string
		for _, m := range s.taken() {
			var e struct {
				Type string
				Data map[string]any
			}
			if err := json.Unmarshal(m.Body, &e); err != nil {
				t.Fatal(err)
			}
			what := e.Data["request"]
			if e.Data["purchase_order"] != nil {
				what = e.Data["purchase_order"]
			}
			of := slices.Index([]any{asked["P"].String(), trials["P"], trials["P bought"]}, what)
			if of < 0 || (e.Data["trial"] == true) != (of == 1) || e.Data["location"] != s.Locations["P"].String() || len(e.Data) > 5 || strings.Contains(string(m.Body), "secret") {
				t.Errorf("told %s", m.Body)
			}
			steps = append(steps, e.Type)
		}
		slices.Sort(steps) // deliveries of several subjects come in any order
		if got := strings.Join(steps, " "); got != "conversation.written conversation.written fulfillment.cancellation_requested fulfillment.submitted fulfillment.submitted fulfillment.withdrawn supplier_return.asked" {
			t.Errorf("told of %s", got)
		}
	})
}
