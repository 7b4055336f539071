package httpapi_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/catalog"
)

// made are the parts of an answer that differ between a plan and what is done:
// ids, times and the order's number.
var made = regexp.MustCompile(`"(id|order|fulfillment)":"[a-z]{3}_[0-9a-z]{13}"|"(created|updated|placed)_at":"[^"]*"|"(number|version)":\d+,?|"dry_run":true,?|"backordered_at":"[^"]*"`)

func plan(a *answered) string { return made.ReplaceAllString(string(a.body), "") }

func TestDryRunIsWhatWillBe(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 3, "B", 4)
		s.Goods("RARE", catalog.Refuse, "C", 1)
		in := smallest("A-1", "MUG", 9)
		in["lines"] = append(in["lines"].([]any), map[string]any{"sku": "RARE", "quantity": 1})
		would := s.post("/v1/orders?dry_run=true", in).want(200).is("dry_run", true, "number", "", "fulfillment_status", "partially_backordered")
		s.get("/v1/orders").want(200).is("data", "[]")
		s.get("/v1/stock/levels?sku=MUG").want(200).is("data/0/reserved", 0)
		did := s.post("/v1/orders", in).want(201)
		if d := cmp.Diff(plan(would), plan(did)); d != "" {
			t.Error(d)
		}
		s.post("/v1/orders?dry_run=true", in).want(200).is("id", did.text("id"), "dry_run", true, "number", 1001)
		in["external_id"] = "A-2"
		s.post("/v1/orders?dry_run=true", in).problem(409, "out_of_stock", "/lines/1 out_of_stock")

		at := "/v1/orders/" + did.text("id") + "/cancel"
		for _, part := range []string{`{"lines":[{"line":1,"quantity":7}]}`, `{"remaining":true}`} {
			would := s.post(at+"?dry_run=true", part).want(200).is("dry_run", true)
			did := s.post(at, part).want(200)
			if d := cmp.Diff(plan(would), plan(did)); d != "" {
				t.Errorf("%s: %s", part, d)
			}
		}
		s.post(at+"?dry_run=true", nil).problem(409, "nothing_to_cancel")
		s.post("/v1/orders/ord_0pmnqh2000400/cancel?dry_run=true", nil).problem(404, "no_such_order")
		s.post("/v1/orders?dry_run=perhaps", in).problem(422, "invalid_parameter", "dry_run invalid_parameter")
	})
}
