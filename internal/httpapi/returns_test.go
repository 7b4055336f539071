package httpapi_test

import (
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// A return by the API: asked, received, inspected and refunded, each foreseen
// by dry_run, and refused with what to do instead.
func TestReturns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := openShop(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 9)
		p := s.Place("MUG", 2)
		s.Ship(p)
		desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: p.Order.ID, Amount: 2590})
		of := "/v1/orders/" + p.Order.ID.String()
		if got := s.get(of + "/returnable").want(200).text("lines/0/most"); got != "2" {
			t.Errorf("%s may come back", got)
		}
		const ask = `{"lines":[{"line":1,"quantity":2,"reason":"unwanted"}],"comment":"too blue"}`
		if got := s.post(of+"/returns?dry_run=true", ask).want(201).text("dry_run"); got != "true" {
			t.Error("a dry run does not say so")
		}
		s.post(of+"/returns", `{"lines":[{"line":1,"reason":"nonsense"}]}`).want(409)
		path := "/v1/returns/" + s.post(of+"/returns", ask).want(201).text("id")
		s.post(path+"/approve", `{"location":"A"}`).want(200)
		s.post(path+"/receive", `{"location":"A","lines":[{"n":1,"line":1,"quantity":1}]}`).want(422)
		s.post(path+"/receive", `{"location":"A","lines":[{"sku":"MUG","quantity":2}]}`).want(200)
		s.post(path+"/close", "").want(409)
		foreseen := s.post(path+"/refund?dry_run=true", `{"deduct":"0.95","reason":"worn"}`).want(200).text("refund/given")
		if got := s.get(path).want(200).text("refund/given"); got != "0" || foreseen != "2495" {
			t.Errorf("foreseen %s, a dry run gave %s", foreseen, got)
		}
		s.post(path+"/inspect", `{"lines":[{"n":1,"quantity":1,"to":"restock"},{"n":1,"quantity":1,"to":"scrap"}]}`).want(200)
		if got := s.post(path+"/refund", `{"deduct":"0.95","reason":"worn"}`).want(200).text("state"); got != "closed" {
			t.Errorf("it is %s", got)
		}
		told := string(s.get("/v1/entries?limit=250").want(200).body)
		if !strings.Contains(told, `"return.refunded"`) || strings.Contains(told, "too blue") || strings.Contains(told, "worn") {
			t.Error("the journal does not tell it, or tells people's words")
		}
		s.get("/v1/returns/ret_nonsense").want(404)
	})
}
