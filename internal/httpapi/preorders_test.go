package httpapi_test

import (
	"net/url"
	"testing"
	"time"

	"orderly/internal/catalog"
)

// What may be ordered before it is there is offered, told to channels and in
// promises, taken up to its cap, changed after a look and ended; lists go by the
// day that is promised.
//
// Kills: an offer that availability or promises do not know; a dry run that
// changes; a version that nobody compares; a list that skips or repeats an
// offer, or keeps what is over; a key that may only read.
func TestPreorders(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("NEW", catalog.Refuse, "A", 1)
		s.Goods("SOON", catalog.Refuse)
		zone, _ := time.LoadLocation("Europe/London")
		day := func(n int) string { return time.UnixMicro(s.DB.Now()).In(zone).AddDate(0, 0, n).Format(time.DateOnly) }
		s.post("/v1/preorders", `{"sku":"NO","cap":5,"available_on":"`+day(20)+`"}`).problem(422, "invalid", "/sku unknown_sku")
		s.post("/v1/preorders", `{"sku":"NEW","cap":5,"available_on":"`+day(-20)+`"}`).problem(422, "invalid", "/available_on past")
		made := s.post("/v1/preorders", `{"sku":"NEW","cap":5,"available_on":"`+day(20)+`","until_stock":true}`).want(201).is("state", "open", "left", 5, "available_on", day(20), "late", false)
		id := made.text("id")
		s.post("/v1/preorders", `{"sku":"NEW","cap":5,"available_on":"`+day(20)+`"}`).problem(409, "already_offered")
		s.get("/v1/availability?channel=web&sku=NEW").want(200).is("data/0/available", 1, "data/0/preorder/id", id, "data/0/preorder/left", 5, "data/0/preorder/available_on", day(20), "data/0/preorder/until_stock", true)
		cart := func(n string) string {
			return `{"channel":"web","lines":[{"sku":"NEW","quantity":` + n + `}],"ship_to":{"country":"GB","postal_code":"LS1 1AA"}}`
		}
		s.post("/v1/promise", cart("3")).want(200).is("short/0/quantity", 2, "short/0/refused", false, "short/0/preorder/left", 5, "options/0/preorder", true, "options/0/complete", true)
		if until := s.post("/v1/promise", cart("3")).want(200).text("options/0/expires_at"); until == "" || until[:10] > day(1) {
			t.Errorf("an offer of a day far ahead holds until %s", until)
		}
		s.post("/v1/promise", cart("7")).want(200).is("short/0/refused", true, "options/0/complete", false)

		in := smallest("P-1", "NEW", 4)
		s.post("/v1/orders?dry_run=true", in).want(200).is("lines/0/preordered", 3)
		got := s.post("/v1/orders", in).want(201).is("lines/0/preorder", id, "lines/0/preordered", 3, "lines/0/quantities/backordered", 3)
		s.get("/v1/orders/"+got.text("id")+"/promises").want(200).is("data/0/cause", "placement")
		s.get("/v1/entries?limit=100").want(200)
		s.post("/v1/orders", smallest("P-2", "NEW", 3)).problem(409, "preorder_full", "/lines/0 preorder_full")
		s.get("/v1/preorders/"+id).want(200).is("taken", 3, "waiting", 3, "left", 2)

		at := "/v1/preorders/" + id + "/change"
		s.post(at, `{"cap":2}`).problem(409, "not_changeable", "/cap below_taken")
		s.post(at, `{"available_on":"`+day(30)+`"}`).problem(422, "invalid", "/reason missing")
		s.post(at+"?dry_run=true", `{"available_on":"`+day(30)+`","reason":"supplier"}`).want(200).
			is("dry_run", true, "available_on", day(30), "change/orders", 1, "change/units", 3, "change/promises/0/order", got.text("id"), "change/promises/0/changes", true)
		s.get("/v1/preorders/"+id).want(200).is("available_on", day(20), "moves", 0)
		s.post(at, `{"available_on":"`+day(30)+`","reason":"supplier","cap":9}`).want(200).is("available_on", day(30), "moves", 1, "reason", "supplier", "left", 6)
		s.post("/v1/preorders/pre_0pmnqh2000400/change", `{"cap":9}`).problem(404, "no_such_preorder")

		soon := s.post("/v1/preorders", `{"sku":"SOON","channel":"market","cap":1,"available_on":"`+day(10)+`","ends_at":"2099-01-01T00:00:00Z"}`).want(201).text("id")
		s.get("/v1/preorders").want(200).is("data/0/id", soon, "data/1/id", id, "next_cursor", "")
		next := s.get("/v1/preorders?limit=1").want(200).text("next_cursor")
		s.get("/v1/preorders?limit=1&cursor="+url.QueryEscape(next)).want(200).is("data/0/id", id, "next_cursor", "")
		s.post("/v1/preorders/"+soon+"/end?dry_run=true", nil).want(200).is("state", "ended", "dry_run", true)
		s.get("/v1/preorders/"+soon).want(200).is("state", "open")
		s.post("/v1/preorders/"+soon+"/end", nil).want(200).is("state", "ended", "ended", "hand", "left", 0)
		s.post("/v1/preorders/"+soon+"/change", `{"cap":2}`).problem(409, "not_changeable")
		s.get("/v1/preorders?state=done").want(200).is("data/0/id", soon, "next_cursor", "")
		s.get("/v1/availability?channel=market&sku=SOON").want(200).is("data/0/preorder", "")
	})
}
