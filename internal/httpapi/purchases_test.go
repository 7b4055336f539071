package httpapi_test

import (
	"bytes"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
)

// A purchase order goes from the draft to closed over the API: previewed, sent,
// acknowledged, received in part and over, charged, taken back and printed.
//
// Kills: a dry run that changes; a repeat that receives twice; a version that
// nobody compares; costs shown to who may only see stock; charges that do not
// add up; a list that skips or repeats.
func TestPurchaseOrders(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder)
		s.Goods("POT", catalog.Backorder)
		s.post("/v1/suppliers", `{"code":"ACME","name":"Acme","currency":"GBP","lead_days":5,"over_percent":10}`).want(201)
		s.do("PUT", "/v1/suppliers/code:ACME/offers", `{"offers":[{"sku":"MUG","cost":"4.10","supplier_sku":"A-1"},{"sku":"POT","cost":"10"}]}`).want(200)
		const at = "/v1/purchase-orders"
		s.post(at, `{"supplier":"code:NO","location":"Z","lines":[{"sku":"NO","quantity":1}]}`).problem(422, "invalid", "/supplier no_such_supplier", "/location unknown_location")
		in := `{"supplier":"code:ACME","location":"A","external_id":"X-1","lines":[{"sku":"MUG","quantity":10},{"sku":"POT","quantity":4,"cost":"9.50","expected_on":"2027-01-15"}]}`
		s.post(at+"?dry_run=true", in).want(200).is("dry_run", true, "status", "draft", "total", "79.00")
		s.get(at).want(200).is("data", "[]")
		made := s.post(at, in, "Idempotency-Key", "d1").want(201).is("number", 1, "status", "draft", "lines/0/cost", "4.10", "lines/0/supplier_sku", "A-1", "lines/1/expected_on", "2027-01-15", "supplier_code", "ACME")
		id := made.text("id")
		s.post(at, in, "Idempotency-Key", "d1").want(201).is("id", id, "number", 1)
		s.post(at, in).problem(409, "external_id_taken")
		s.post(at+"/"+id+"/change", `{"lines":[{"line":1,"quantity":12},{"line":9,"quantity":1}]}`).problem(422, "invalid", "/lines/1/line no_such_line")
		s.post(at+"/"+id+"/change", `{"note":"gently","lines":[{"line":1,"quantity":12}]}`).want(200).is("lines/0/quantity", 12, "note", "gently")
		s.post(at+"/"+id+"/send", `{}`, "If-Match", `"1"`).problem(412, "edited_meanwhile")
		s.post(at+"/"+id+"/send?dry_run=true", `{}`).want(200).is("status", "sent", "dry_run", true)
		s.post(at+"/"+id+"/send", `{"mail":true}`).problem(409, "no_address")
		s.post(at+"/"+id+"/send", `{}`).want(200).is("status", "sent", "open", 16)
		s.get("/v1/stock/levels?sku=MUG").want(200).is("data/0/incoming", 12)
		s.post(at+"/"+id+"/acknowledge", `{"reference":"SO-1","all":true,"lines":[{"line":1,"quantity":11,"cost":"4.20","cancel_rest":true,"expected_on":"2027-01-10"}]}`).want(200).
			is("status", "acknowledged", "reference", "SO-1", "lines/0/canceled", 1, "lines/0/cost", "4.20", "lines/0/asked_cost", "4.10", "lines/0/promised_on", "2027-01-10", "expected_on", "2027-01-10")

		first := s.post(at+"/"+id+"/receive", `{"reference":"DN-1","lines":[{"sku":"MUG","good":5,"damaged":1}]}`, "Idempotency-Key", "r1").want(201).
			is("purchase/status", "partly_received", "purchase/lines/0/received", 6, "receipt/lines/0/quantity", 5)
		s.post(at+"/"+id+"/receive", `{"reference":"DN-1","lines":[{"sku":"MUG","good":5,"damaged":1}]}`, "Idempotency-Key", "r1").want(201).is("receipt/id", first.text("receipt/id"), "purchase/lines/0/received", 6)
		s.post(at+"/"+id+"/receive?dry_run=true", `{"rest":true}`).want(200).is("dry_run", true, "purchase/status", "received")
		s.post(at+"/"+id+"/receive", `{"lines":[{"line":1,"good":9}]}`).problem(409, "over_tolerance", "/lines/0/quantity over_tolerance")
		s.post(at+"/"+id+"/receive", `{"lines":[{"line":1,"good":9}],"over":true}`).want(201).is("purchase/lines/0/received", 15)
		list := s.get(at+"/"+id+"/receipts").want(200).is("data/0/reference", "DN-1", "data/1/lines/0/quantity", 9)
		s.post("/v1/purchase-receipts/"+list.text("data/1/id")+"/reverse?dry_run=true", nil).want(200).is("dry_run", true)
		s.post("/v1/purchase-receipts/"+list.text("data/1/id")+"/reverse", nil).want(200).is("purchase/lines/0/received", 6, "receipt/lines/0/quantity", -9)
		s.post("/v1/purchase-receipts/"+list.text("data/1/id")+"/reverse", nil).problem(409, "already_reversed")
		s.post(at+"/"+id+"/receive", `{"rest":true}`).want(201).is("purchase/status", "received")
		s.post(at+"/"+id+"/inspect", `{"lines":[{"line":1,"passed":1}]}`).problem(409, "not_possible")
		s.post(at+"/"+id+"/charge", `{"kind":"freight","amount":"10.00"}`).want(200).is("total", "94.20", "lines/0/landed", "51.69", "lines/1/landed", "42.51")
		s.post(at+"/"+id+"/close", nil).want(200).is("status", "closed", "actions/0", "charge")
		if pdf := s.get(at + "/" + id + "/order.pdf").want(200); !bytes.HasPrefix(pdf.body, []byte("%PDF")) {
			t.Error("the paper is no PDF")
		}
		s.get("/v1/entries?limit=200").want(200)

		other := s.post(at, `{"supplier":"code:ACME","location":"A","lines":[{"sku":"POT","quantity":1}]}`).want(201).text("id")
		s.post(at+"/"+other+"/cancel", nil).want(200).is("status", "canceled", "actions", "[]")
		s.get(at+"/number:2").want(200).is("id", other)
		s.get(at+"?limit=1").want(200).is("data/0/id", other)
		s.get(at+"?status=closed&supplier=code:ACME").want(200).is("data/0/id", id, "next_cursor", "")
		s.post(at+"/backorders", `{"supplier":"code:ACME","location":"A","skus":["POT"]}`).problem(409, "nobody_waits")
		s.post(at+"/record", `{"supplier":"code:ACME","location":"A","external_id":"OLD","sent_on":"2020-01-01","lines":[{"sku":"POT","quantity":2,"received":2,"promised_on":"2020-01-05","came_on":"2020-01-04"}]}`).want(201).
			is("history", true, "status", "closed", "lines/0/late_days", -1)
		s.post(at+"/record", `{"supplier":"code:ACME","location":"A","external_id":"OLD","sent_on":"2020-01-01","lines":[{"sku":"POT","quantity":2,"received":2,"promised_on":"2020-01-05","came_on":"2020-01-04"}]}`).want(200).
			is("external_id", "OLD") // there already
		s.post(at+"/record", `{"supplier":"code:ACME","location":"A","external_id":"OLD","sent_on":"2020-01-01","lines":[{"sku":"POT","quantity":3,"received":2,"promised_on":"2020-01-05","came_on":"2020-01-04"}]}`).problem(409, "external_id_taken")

		s.key = s.newKey([]access.Permission{access.StockRead, access.StockWrite})
		seen := s.get(at+"/"+id).want(200).is("lines/0/quantity", 12, "lines/0/cost", "")
		if strings.Contains(string(seen.body), "4.20") || strings.Contains(string(seen.body), "landed") {
			t.Errorf("who may see stock alone sees costs: %s", seen.body)
		}
		s.post(at, in).problem(403, "missing_scope")
		s.get(at+"/"+id+"/order.pdf").problem(403, "missing_scope")
	})
}

// An invoice is matched, its differences named, and decided; a score card tells
// how the supplier delivered; what is short is told when it comes.
//
// Kills: a number taken twice; a difference approved without a word; a card of
// another period; a cart that is told no day although one is known, or a day of
// goods that came.
func TestInvoicesScorecardsAndDays(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder)
		s.post("/v1/suppliers", `{"code":"ACME","name":"Acme","currency":"GBP","price_percent":2}`).want(201)
		const at = "/v1/purchase-orders"
		id := s.post(at, `{"supplier":"code:ACME","location":"A","lines":[{"sku":"MUG","quantity":10,"cost":"4.00","expected_on":"2027-01-15"}]}`).want(201).text("id")
		cart := `{"channel":"web","lines":[{"sku":"MUG","quantity":2}],"ship_to":{"country":"GB","postal_code":"LS1 1AA"}}`
		s.post("/v1/promise", cart).want(200).is("short/0/quantity", 2, "short/0/expected_on", "", "short/0/ship_by", "")
		s.post(at+"/"+id+"/send", `{}`).want(200)
		s.post("/v1/promise", cart).want(200).is("short/0/incoming", 10, "short/0/expected_on", "2027-01-15")
		if by := s.post("/v1/promise", cart).want(200).text("short/0/ship_by"); by < "2027-01-15" || by > "2027-01-20" {
			t.Errorf("what comes on the 15th leaves by %s", by)
		}
		s.get("/v1/availability?channel=web&sku=MUG").want(200).is("data/0/incoming", 10, "data/0/incoming_on", "2027-01-15")
		s.post(at+"/"+id+"/receive", `{"lines":[{"line":1,"good":10}]}`).want(201)
		s.get("/v1/availability?channel=web&sku=MUG").want(200).is("data/0/incoming", 0, "data/0/incoming_on", "", "data/0/available", 10)

		of := at + "/" + id + "/invoices"
		s.post(of, `{"number":"R-1","total":"x","lines":[]}`).problem(422, "invalid", "/total invalid_amount", "/lines missing")
		s.post(of+"?dry_run=true", `{"number":"R-1","total":"16.00","lines":[{"line":1,"quantity":4,"cost":"4.00"}]}`).want(200).is("state", "matched", "dry_run", true)
		s.post(of, `{"number":"R-1","total":"16.00","lines":[{"line":1,"quantity":4,"cost":"4.00"}]}`, "Idempotency-Key", "i1").want(201).is("state", "matched", "actions/0", "approve")
		s.post(of, `{"number":"R-1","total":"16.00","lines":[{"line":1,"quantity":4,"cost":"4.00"}]}`, "Idempotency-Key", "i1").want(201).is("state", "matched")
		s.post(of, `{"number":"R-1","total":"16.00","lines":[{"line":1,"quantity":4,"cost":"4.00"}]}`).problem(409, "number_taken")
		bad := s.post(of, `{"number":"R-2","total":"40.00","lines":[{"line":1,"quantity":8,"cost":"5.00"}]}`).want(201).is("state", "differs", "differences/0/kind", "price", "differences/1/kind", "quantity", "differences/1/agreed", "6").text("id")
		s.get("/v1/supplier-invoices").want(200).is("data/0/id", bad, "next_cursor", "")
		s.post("/v1/supplier-invoices/"+bad+"/approve", `{}`).problem(422, "invalid", "/note missing")
		s.post("/v1/supplier-invoices/"+bad+"/dispute?dry_run=true", `{"note":"too dear"}`).want(200).is("state", "disputed", "dry_run", true)
		s.post("/v1/supplier-invoices/"+bad+"/dispute", `{"note":"too dear"}`).want(200).is("state", "disputed")
		s.get(of).want(200).is("data/0/number", "R-1", "data/1/state", "disputed")
		s.get(at+"/"+id).want(200).is("lines/0/invoiced", 4)

		s.post(at+"/record", `{"supplier":"code:ACME","location":"A","external_id":"OLD","transport":"Air","sent_on":"2020-01-01","lines":[{"sku":"MUG","quantity":5,"cost":"3.00","received":4,"damaged":1,"promised_on":"2020-01-05","came_on":"2020-01-08"}]}`).want(201)
		card := "/v1/suppliers/code:ACME/scorecard"
		s.get(card).want(200).is("lines", 2, "late_lines", 1, "most_late_days", 3, "damaged_units", 1, "in_full_per_mille", 500)
		s.get(card+"?to=2020-12-31").want(200).is("lines", 1, "on_time_per_mille", 0, "lead_days", "7.0", "spent", "12.00")
		s.get(card+"?transport=Truck").want(200).is("lines", 0, "on_time_per_mille", "")
		s.get(card+"/lines?limit=1&to=2020-12-31").want(200).is("data/0/sku", "MUG", "data/0/late_days", 3, "data/0/lead_days", 7, "data/0/received", 4, "data/0/damaged", 1, "data/0/cost", "3.00", "next_cursor", "")
		first := s.get(card + "/lines?limit=1").want(200)
		s.get(card+"/lines?limit=1&cursor="+first.text("next_cursor")).want(200).is("data/0/late_days", 3, "next_cursor", "")
		s.get(card+"/lines?cursor=x").problem(422, "invalid_parameter", "cursor invalid_cursor")
		s.get(card+"?from=never").problem(422, "invalid_parameter")
	})
}
