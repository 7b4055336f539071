package httpapi_test

import (
	"bytes"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/party"
	"orderly/internal/stock"
)

// Kills: a supplier's key that reads notes, another's order, or who of us wrote; a
// message that a repeat writes twice; a file that is shown; a list without it.
func TestConversations(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder)
		at := stock.LocationID(desktest.Must(s.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "S", Name: "Acme", Kind: "supplier", Active: true, Address: party.Address{Country: "GB"}}}).ID)
		s.post("/v1/suppliers", `{"code":"ACME","name":"Acme","currency":"GBP","location":"S"}`).want(201)
		s.post("/v1/suppliers", `{"code":"BOLT","name":"Bolt","currency":"GBP"}`).want(201)
		bought := func(code string) string {
			id := s.post("/v1/purchase-orders", `{"supplier":"code:`+code+`","location":"A","lines":[{"sku":"MUG","quantity":5,"cost":"4"}]}`).want(201).text("id")
			s.post("/v1/purchase-orders/"+id+"/send", `{}`).want(200)
			return "/v1/purchase-orders/" + id + "/conversation"
		}
		mine, other := bought("ACME"), bought("BOLT")
		s.get(mine).want(200).is("id", "", "version", 0)
		s.post(mine, `{"text":"secret","way":"note","files":[{"name":"n.txt","data":"eA=="}]}`).want(200)
		s.post(mine, `{"text":"When?","version":0}`).problem(412, "edited_meanwhile")
		s.post(mine, `{}`).problem(422, "invalid", "/text missing")
		s.post(mine, `{"text":"x","files":[{"name":"a","data":"?"}]}`).problem(422, "invalid", "/files/0/data invalid_base64")
		for range 2 {
			s.post(mine, `{"text":"When?"}`, "Idempotency-Key", "w1").want(200).is("awaits", "them", "messages/1/text", "When?")
		}
		note := s.get(mine).want(200).text("messages/0/files/0/id")
		if got := s.get(mine + "/files/" + note).want(200); string(got.body) != "x" {
			t.Errorf("the file is %q", got.body)
		}
		ours := s.key
		s.key = s.newKey([]access.Permission{access.RequestsWork}, at)
		theirs := s.key
		s.key = ours
		s.post(mine, `{"text":"They said on the phone: soon.","way":"in"}`).want(200).is("messages/2/source", "staff")
		s.key = theirs
		got := s.get(mine).want(200).is("messages/0/text", "When?", "messages/0/actor", "", "messages/1/source", "staff", "messages/1/actor", "")
		if strings.Contains(string(got.body), "secret") {
			t.Error("they read a note")
		}
		s.get(mine+"/files/"+note).problem(404, "no_such_file")
		s.get(other).problem(404, "no_such_purchase")
		s.post(other, `{"text":"hello"}`).problem(404, "no_such_purchase")
		s.post(mine, `{"text":"On Monday.","way":"out"}`).want(200).is("awaits", "us", "messages/2/way", "in")
		s.get("/v1/conversations").problem(403, "missing_scope")
		s.key = ours
		s.get("/v1/conversations").want(200).is("data/0/awaits", "us", "next_cursor", "")
		s.get("/v1/queues/conversations").want(200)
		s.post(mine+"/settle", nil).want(200).is("awaits", "")
		s.get("/v1/conversations").want(200).is("data", "[]")
	})
}

// Goods that came damaged go back over the API: asked for, approved by the supplier's
// own key, shipped and credited.
//
// Kills: a list that shows who works elsewhere, or forgets who is to act; a draft
// that was canceled and that the supplier hears of; a repeat that ships twice; a supplier that answers another's return, or
// what it was not asked; a preview that moves; costs for who may see stock alone.
func TestSupplierReturns(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder)
		place := func(code string) stock.LocationID {
			return stock.LocationID(desktest.Must(s.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: code, Name: code, Kind: "supplier", Active: true, Address: party.Address{Country: "GB"}}}).ID)
		}
		at, other := place("S"), place("T")
		s.post("/v1/suppliers", `{"code":"ACME","name":"Acme","currency":"GBP","location":"S"}`).want(201)
		id := s.post("/v1/purchase-orders", `{"supplier":"code:ACME","location":"A","lines":[{"sku":"MUG","quantity":10,"cost":"4"}]}`).want(201).text("id")
		s.post("/v1/purchase-orders/"+id+"/send", `{}`).want(200)
		s.post("/v1/purchase-orders/"+id+"/receive", `{"lines":[{"line":1,"good":7,"damaged":3}]}`).want(201)
		s.post("/v1/purchase-orders/"+id+"/charge", `{"kind":"freight","amount":"5.00"}`).want(200)
		of := "/v1/purchase-orders/" + id + "/returns"
		s.post(of, `{"lines":[{"line":1,"quantity":11,"reason":"damaged"}]}`).problem(422, "invalid", "/lines/0/quantity out_of_range")
		s.post(of+"?dry_run=true", `{"lines":[{"line":1,"quantity":3,"reason":"damaged"}]}`).want(200).is("dry_run", true, "step", "draft")
		s.get(of).want(200).is("data", "[]")
		back := "/v1/supplier-returns/" + s.post(of, `{"note":"cracked","lines":[{"line":1,"quantity":3,"reason":"damaged"}]}`, "Idempotency-Key", "b1").want(201).
			is("number", 1, "expected", "12.00", "charges", "1.50", "lines/0/state", "damaged").text("id")
		ours := s.key
		s.key = s.newKey([]access.Permission{access.RequestsWork}, at)
		s.post(back+"/answer-approve", `{"rma":"R-1"}`).problem(404, "no_such_return")
		s.key = ours
		s.post(back+"/ask", `{}`).want(200).is("step", "asked")
		s.key = s.newKey([]access.Permission{access.RequestsWork}, other)
		s.post(back+"/answer-approve", `{"rma":"R-1"}`).problem(404, "no_such_return")
		s.key = s.newKey([]access.Permission{access.RequestsWork}, at)
		s.post(back+"/answer-approve?dry_run=true", `{}`).want(200).is("dry_run", true, "lines/0/sku", "MUG", "expected", "")
		s.post(back+"/answer-approve", `{"rma":"R-1"}`).want(200).is("step", "approved", "rma", "R-1", "expected", "")
		s.post(back+"/answer-refuse", `{"why":"no"}`).problem(409, "not_possible")
		s.post(back+"/ship", `{}`).problem(403, "missing_scope")
		s.key = ours
		s.post(back+"/ship?dry_run=true", `{}`).want(200).is("step", "shipped", "dry_run", true)
		s.get("/v1/stock/levels?sku=MUG").want(200).is("data/0/damaged", 3)
		s.post(back+"/ship", `{}`, "If-Match", `"1"`).problem(412, "edited_meanwhile")
		for range 2 {
			s.post(back+"/ship", `{"carrier":"dpd","tracking":"B-1"}`, "Idempotency-Key", "s1").want(200).is("step", "shipped", "actions/0", "credit")
		}
		s.get("/v1/stock/levels?sku=MUG").want(200).is("data/0/damaged", 0, "data/0/on_hand", 7)
		s.post(back+"/credit", `{"credit_note":"CN-1","amount":"9.00"}`).problem(422, "invalid", "/why differs")
		s.post(back+"/credit", `{"credit_note":"CN-1","amount":"9.00","why":"agreed on the phone"}`).want(200).is("step", "credited", "credited", "9.00", "actions", "[]")
		s.get("/v1/purchase-orders/"+id).want(200).is("lines/0/went_back", 3, "lines/0/credited", 3)
		s.get("/v1/suppliers/code:ACME/scorecard").want(200).is("returned_units", 3, "returned_per_mille", 300)
		s.get("/v1/supplier-returns?step=credited").want(200).is("data/0/number", 1, "data/0/awaits", "", "next_cursor", "")
		second := s.post(of, `{"lines":[{"line":1,"quantity":1,"reason":"over"}]}`).want(201).is("awaits", "us").text("id")
		s.post("/v1/supplier-returns/"+second+"/ask", `{"mail":true}`).problem(409, "no_address")
		s.get("/v1/supplier-returns?awaits=us&supplier=code:ACME").want(200).is("data/0/number", 2, "data/0/step", "draft")
		s.get("/v1/supplier-returns?awaits=supplier").want(200).is("data", "[]")
		s.get("/v1/supplier-returns?supplier=code:NO").problem(422, "invalid_parameter")
		if pdf := s.get("/v1/supplier-returns/" + second + "/note.pdf").want(200); !bytes.HasPrefix(pdf.body, []byte("%PDF")) {
			t.Error("the note is no PDF")
		}
		s.key = s.newKey([]access.Permission{access.StockRead}, s.Locations["B"])
		s.get("/v1/supplier-returns").want(200).is("data", "[]")
		s.get("/v1/supplier-returns/"+second+"/note.pdf").problem(404, "no_such_return")
		s.key = ours
		s.post("/v1/supplier-returns/"+second+"/cancel", `{}`).want(200).is("awaits", "")
		s.key = s.newKey([]access.Permission{access.RequestsWork}, at)
		s.post("/v1/supplier-returns/"+second+"/answer-refuse", `{"why":"no"}`).problem(404, "no_such_return")
		s.key = s.newKey([]access.Permission{access.StockRead})
		if got := s.get(back).want(200); strings.Contains(string(got.body), "9.00") || strings.Contains(string(got.body), "12.00") {
			t.Errorf("who may see stock alone sees costs: %s", got.body)
		}
	})
}

// A partner is made ready: what is missing is told, a trial order goes through by
// the partner's own key at the addresses of any request, and then it is ready.
//
// Kills: a list that says done of what is not, or never does; a trial that is no
// request for the partner's program; a trial that is answered by us and passes.
func TestOnboarding(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder)
		at := stock.LocationID(desktest.Must(s.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "S", Name: "Acme", Kind: "supplier", Active: true, Address: party.Address{Country: "GB"}}}).ID)
		s.post("/v1/suppliers", `{"code":"ACME","name":"Acme","currency":"GBP","location":"S"}`).want(201)
		const list = "/v1/locations/code:S/onboarding"
		missing := func(want string) {
			t.Helper()
			got := s.get(list).want(200)
			var out []string
			for _, key := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"} {
				if got.text("checks/"+key+"/key") != "" && got.text("checks/"+key+"/done") != "true" {
					out = append(out, got.text("checks/"+key+"/key"))
				}
			}
			if strings.Join(out, " ") != want {
				t.Errorf("missing: %s, want %s", strings.Join(out, " "), want)
			}
		}
		missing("address contact lead_time terms offers agreed way stock trial")
		s.get("/v1/locations/code:A/onboarding").problem(404, "no_such_partner")
		s.do("PUT", "/v1/suppliers/code:ACME/offers", `{"offers":[{"sku":"MUG","cost":"4.10"}]}`).want(200)
		version := s.get("/v1/suppliers/code:ACME").want(200).header.Get("ETag")
		s.do("PATCH", "/v1/suppliers/code:ACME", `{"email":"a@acme.example","phone":"+44 20 1","lead_days":5,"terms_days":30}`, "If-Match", version).want(200)
		s.do("PATCH", "/v1/locations/code:S/partner", `{"trial_first":true}`, "If-Match", `"0"`).want(200).is("trial_first", true)
		missing("way stock trial")
		s.post("/v1/locations/code:S/stock-report", `{"lines":[{"sku":"MUG","quantity":9}]}`).want(200)
		s.post("/v1/locations/code:A/trials", `{"lines":[{"sku":"MUG","quantity":1}]}`).problem(404, "no_such_partner")
		id := s.post("/v1/locations/code:S/trials", `{"lines":[{"sku":"MUG","quantity":2}]}`).want(201).is("trial", true, "status", "submitted").text("id")
		ours := s.key
		s.key = s.newKey([]access.Permission{access.RequestsWork}, at)
		s.get("/v1/requests?location=S&status=submitted").want(200).is("data/0/id", id, "data/0/trial", true, "data/0/lines/0/quantity", 2)
		s.post("/v1/requests/"+id+"/accept?dry_run=true", `{}`).want(200).is("status", "accepted", "dry_run", true)
		s.post("/v1/requests/"+id+"/accept", `{"reference":"SO-1"}`).want(200).is("status", "accepted", "reference", "SO-1")
		s.post("/v1/requests/"+id+"/withdraw", nil).problem(403, "missing_scope")
		s.post("/v1/requests/"+id+"/send", `{"parcels":[{"carrier":"dpd","tracking":"T-1"}]}`).want(200).is("status", "closed", "lines/0/sent", 2)
		s.get("/v1/requests/"+id).want(200).is("trial", true)
		s.post("/v1/requests/"+id+"/reject", `{"reason":"other"}`).problem(409, "not_possible")
		s.key = ours
		s.get(list).want(200).is("ready", true, "checks/8/key", "way", "checks/8/how", "api")
		s.get("/v1/orders").want(200).is("data", "[]")
		s.get("/v1/purchase-orders").want(200).is("data", "[]")
	})
}
