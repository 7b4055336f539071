package httpapi_test

import (
	"testing"
	"time"

	"orderly/internal/catalog"
)

// Kills: a schedule that is kept when it was only tried; a cursor that shows an
// order twice; a loss that is told without the loser; a flow that loses how
// late it is.
func TestSchedule(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 1)
		in := func(days int) string {
			return time.UnixMicro(s.DB.Now()).AddDate(0, 0, days).UTC().Format(time.RFC3339)
		}
		s.post("/v1/flows", `{"template":"just_in_time","name":"Late","channels":["late"]}`).want(201).is("source", "due", "reserve_days", 7, "timing", "late", "slack_minutes", 240, "takes", true)
		s.post("/v1/flows", `{"name":"X","timing":"never","reserve_days":400,"slack_minutes":-1}`).problem(422, "invalid")

		first := smallest("J-1", "MUG", 1)
		first["not_before"] = in(4)
		past := smallest("J-0", "MUG", 1)
		past["not_before"] = in(-1)
		s.post("/v1/orders", past).problem(422, "invalid", "/not_before past")
		past["not_before"] = in(400)
		s.post("/v1/orders", past).problem(422, "invalid", "/not_before too_far")
		past["not_before"] = in(4)
		past["location"] = "A"
		s.post("/v1/orders/counter", past).problem(422, "invalid", "/not_before not_here")
		low := s.post("/v1/orders", first).want(201).is("holds/0/reason", "scheduled").text("id")
		s.post("/v1/orders/"+low+"/schedule?dry_run=true", map[string]any{"not_before": in(9)}).want(200).is("late", false, "dry_run", true)
		s.get("/v1/schedule").want(200).is("data/0/order", low, "data/0/why", "held", "data/0/held", true, "next_cursor", "")
		s.post("/v1/orders/"+low+"/schedule", map[string]any{"not_before": in(6)}).want(200)
		s.get("/v1/schedule?until="+in(5)).want(200).is("data", "[]")
		s.post("/v1/orders/"+low+"/schedule", map[string]any{"not_before": in(-1)}).problem(422, "invalid", "/not_before past")
		s.post("/v1/orders/"+low+"/schedule", nil).want(200).is("not_before", "")
		s.post("/v1/orders/"+low+"/schedule", nil).problem(409, "not_scheduled")

		second := smallest("J-2", "MUG", 1)
		second["priority"] = 3
		high := s.post("/v1/orders", second).want(201).text("id")
		s.post("/v1/orders/"+high+"/rebalance?dry_run=true", nil).want(200).is("units", 1, "lost/0/from", low, "lost/0/quantity", 1, "lost/0/sku", "MUG")
		s.get("/v1/yields").want(200).is("data", "[]")
		s.post("/v1/orders/"+high+"/rebalance", nil).want(200).is("units", 1, "lost/0/from", low, "lost/0/to", high)
		s.post("/v1/orders/"+high+"/rebalance", nil).problem(409, "nothing_waits")
		s.post("/v1/orders/"+low+"/rebalance", nil).problem(409, "nobody_yields")
		for _, at := range []string{"/v1/yields", "/v1/orders/" + low + "/yields", "/v1/orders/" + high + "/yields"} {
			s.get(at).want(200).is("data/0/from", low, "data/0/to", high, "data/0/from_priority", 0, "data/0/to_priority", 3)
		}
		s.get("/v1/orders/"+low+"/entries").want(200).is("data/5/type", "order.displaced", "data/5/data/yielded", high)

		late := smallest("J-3", "MUG", 2)
		late["channel"], late["due_at"] = "late", in(30)
		id := s.post("/v1/orders", late).want(201).text("id")
		if a := s.get("/v1/orders/" + id + "/flow").want(200); a.text("source_at") == "" {
			t.Errorf("it does not say when its units get their place: %s", a.body)
		}
		s.get("/v1/schedule").want(200).is("data/0/order", id, "data/0/why", "source", "data/0/short", 2)
		s.get("/v1/schedule/outlook").want(200).is("uncovered/0/order", id, "at_risk", "[]", "yielded", 1, "yielded_promised", 0, "spared_unit_days", "0.0")
	})
}
