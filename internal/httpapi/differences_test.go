package httpapi_test

import (
	"fmt"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
)

// Kills: a list that does not know a place by its code; a preview that books; a part
// that is booked as the whole; what was counted meanwhile, proposed or booked again; a key that books and may only read.
func TestStockDifferences(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		id := s.post("/v1/locations", `{"code":"3PL","name":"Partner","kind":"3pl","address":{"country":"GB"}}`).want(201).text("id")
		s.Goods("MUG", catalog.Backorder)
		report := "/v1/locations/code:3PL/stock-report"
		s.post(report, `{"lines":[{"sku":"MUG","quantity":40}]}`).want(200).is("lines", 1)
		s.do("PATCH", "/v1/locations/code:3PL/partner", `{"stock_word":"compare"}`, "If-Match", `"0"`).want(200).is("stock_word", "compare")
		s.post(report, `{"reference":"week 48","lines":[{"sku":"MUG","quantity":33}]}`).want(200).is("lines", 0, "differ", 1)
		list := "/v1/stock-differences?location=3PL"
		found := s.get(list).want(200).is("data/0/sku", "MUG", "data/0/off", -7, "data/0/proposed", -7, "data/0/reference", "week 48", "data/0/location", id).text("data/0/id")
		s.get("/v1/queues/stock_differences").want(200).is("data/0/kind", "dif", "data/0/id", found, "data/0/units", -7, "data/0/sku", "MUG", "data/0/location_code", "3PL")
		s.get("/v1/queues/stock_differences?location=A").want(200).is("data", "[]")
		if body := string(s.get("/v1/queues").want(200).body); !strings.Contains(body, `"queue":"stock_differences"`) {
			t.Errorf("no queue tells of it: %s", body)
		}
		s.get("/v1/stock-differences?location=NONE").problem(422, "invalid_parameter")
		one := fmt.Sprintf(`{"lines":[{"id":%q,"quantity":-5}],"note":"counted"}`, found)
		s.as(s.newKey([]access.Permission{access.StockRead})).post("/v1/stock-differences/apply", one).problem(403, "missing_scope")
		s.as(s.newKey([]access.Permission{access.StockRead}, s.Locations["A"])).get(list).problem(422, "invalid_parameter")
		s.post("/v1/stock-differences/apply?dry_run=true", one).want(200).is("dry_run", true)
		s.get(list).want(200).is("data/0/state", "open")
		s.post("/v1/stock-differences/apply", one).want(200).is("lines/0/state", "applied", "lines/0/taken", -5, "lines/0/note", "counted")
		s.post("/v1/stock-differences/dismiss", fmt.Sprintf(`{"ids":[%q]}`, found)).problem(409, "not_open", "/lines/0 not_open")
		s.get(list).want(200).is("data", "[]")

		// Somebody counts what the partner has said, or comes half the way.
		s.post(report, `{"lines":[{"sku":"MUG","quantity":30}]}`).want(200).is("differ", 1)
		second := s.get(list).want(200).is("data/0/proposed", -5).text("data/0/id")
		s.post("/v1/stock/count", `{"lines":[{"sku":"MUG","location":"3PL","quantity":32}]}`).want(200)
		s.get(list).want(200).is("data/0/off", -5, "data/0/corrected", -3, "data/0/proposed", -2)
		s.post("/v1/stock/count", `{"lines":[{"sku":"MUG","location":"3PL","quantity":30}]}`).want(200)
		s.get(list).want(200).is("data/0/corrected", -5, "data/0/proposed", 0)
		s.post("/v1/stock-differences/apply", fmt.Sprintf(`{"lines":[{"id":%q}]}`, second)).problem(409, "not_possible", "/lines/0 corrected")
	})
}
