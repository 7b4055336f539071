package httpapi_test

import (
	"testing"

	"orderly/internal/catalog"
)

// An order is split and merged again through the API: a preview changes
// nothing, a repeated key splits once.
func TestSplitAndMerge(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 30)
		p := s.Place("MUG", 3)
		at := "/v1/orders/" + p.Order.ID.String()
		s.post(at+"/split", `{"lines":[]}`).problem(422, "invalid", "/lines missing")
		s.post(at+"/split", `{"lines":[{"line":1}]}`).problem(409, "nothing_left")
		s.post(at+"/split?dry_run=true", `{"lines":[{"line":1,"quantity":2}]}`).want(200).is("dry_run", true).is("order/totals/payable", 1295).is("made/totals/payable", 2590)
		s.get(at).want(200).is("totals/payable", 3885)
		first := s.do("POST", at+"/split", []byte(`{"lines":[{"line":1,"quantity":2}],"ship_to":{"line1":"2 Low Street","city":"York","country":"GB"}}`), "Idempotency-Key", "k1").want(200).
			is("order/totals/payable", 1295).is("made/totals/payable", 2590).is("made/ship_to/city", "York")
		again := s.do("POST", at+"/split", []byte(`{"lines":[{"line":1,"quantity":2}],"ship_to":{"line1":"2 Low Street","city":"York","country":"GB"}}`), "Idempotency-Key", "k1").want(200)
		made := first.text("made/id")
		if again.text("made/id") != made || s.get("/v1/orders").want(200).len("data") != 2 {
			t.Errorf("the same key split again")
		}
		s.post(at+"/merge", `{"from":"`+made+`"}`).problem(409, "not_mergeable", "/from another_address")
		s.post(at+"/merge", `{"from":"ord_1"}`).problem(404, "no_such_order")
		s.post(at+"/merge?dry_run=true", `{"from":"`+made+`","other_address":true}`).want(200).is("order/totals/payable", 3885)
		s.get("/v1/orders/"+made).want(200).is("status", "open")
		s.post(at+"/merge", `{"from":"`+made+`","other_address":true}`).want(200).is("order/totals/payable", 3885).is("from/status", "canceled")
	})
}
