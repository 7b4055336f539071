package httpapi_test

import (
	"strings"
	"testing"
	"time"

	"orderly/internal/catalog"
)

// Kills: a profile that can be kept and not used; a decision that cannot be
// read, or whose sentence does not say who sends; work that stays where it
// cannot be done.
func TestSourcingProfiles(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 5, "B", 5)
		made := s.post("/v1/sourcing-profiles", `{"name":"First","strategies":[{"name":"Cheapest","weights":{"priority":5,"split":100},"after":"backorder"}]}`).want(201).is("state", "draft").is("version", 1)
		at := "/v1/sourcing-profiles/" + made.text("id")
		s.get(at).want(200).is("strategies/0/weights/priority", 5)
		s.post(at+"/activate", nil).want(200).is("state", "active")
		s.post(at+"/activate", nil).problem(409, "already")
		s.post(at+"/retire", nil, "If-Match", `"1"`).problem(412, "edited_meanwhile")
		s.get("/v1/sourcing-profiles").want(200).is("data/0/state", "active")
		s.get(at+"/shadow").want(200).is("decisions", 0)
		s.post("/v1/sourcing-profiles", `{"name":"Second","strategies":[{"name":"s","weights":{"distance":-1},"after":"next"}]}`).problem(422, "invalid", "/strategies/0/after no_next", "/strategies/0/weights/distance out_of_range")
		s.get("/v1/sourcing-profiles/srp_nothing").problem(404, "no_such_profile")

		o := s.post("/v1/orders", `{"channel":"web","currency":"GBP","lines":[{"sku":"MUG","quantity":2,"unit_price":"12.00"}]}`).want(201)
		told := s.get("/v1/orders/"+o.text("id")+"/decisions").want(200).is("data/0/kind", "place").is("data/0/decision/strategy", "Cheapest").is("data/0/decision/candidates/0/takes", 2).is("data/0/decision/candidates/1/parts/0/name", "priority")
		if got := told.text("data/0/decision/sentence"); !strings.HasPrefix(got, "A sends all 2 units. That costs 0 points (nothing counts against it), the fewest of 2 places under “Cheapest”; the next best, B, would cost 5 (priority 5).") {
			t.Errorf("it says %q", got)
		}
		ful := "/v1/fulfillments/" + told.text("data/0/fulfillment")
		s.post(ful+"/reroute", `{"reason":"mood"}`).problem(422, "invalid", "/reason unknown_reason")
		s.post(ful+"/reroute", `{"reason":"capacity","note":"two are ill"}`).want(200).is("work_status", "canceled")
		s.get("/v1/orders/"+o.text("id")+"/decisions").want(200).is("data/1/decision/candidates/0/location_code", "B").is("data/1/decision/candidates/1/excluded", "not_again")
		s.post("/v1/sourcing-profiles", `{"name":"Batches","batch_minutes":5,"strategies":[{"name":"s","batch":true,"after":"backorder"}]}`).want(201)
		s.post("/v1/sourcing-profiles/"+s.get("/v1/sourcing-profiles").text("data/0/id")+"/activate", nil).want(200).is("batch_minutes", 5)
		s.post("/v1/orders", `{"channel":"web","currency":"GBP","lines":[{"sku":"MUG","quantity":2,"unit_price":"12.00"}]}`).want(201).is("lines/0/quantities/unsourced", 2)
		s.post("/v1/sourcing/batch?dry_run=true", nil).want(200).is("full", 1).is("allocated", 0)
		s.post("/v1/sourcing/batch", nil).want(200).is("allocated", 2)
		s.post(at+"/replay", `{"from":"2020-01-01T00:00:00Z"}`).problem(422, "invalid", "/from too_long")
		s.post(at+"/replay", `{"from":"`+time.UnixMicro(s.DB.Now()-1e10).UTC().Format(time.RFC3339)+`"}`).want(200).is("orders", 2).is("done/units", 2)
	})
}
