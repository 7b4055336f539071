package httpapi_test

import (
	"slices"
	"testing"
	"time"

	"orderly/internal/catalog"
)

// What may be done next is what would succeed: a held order's fulfillment does
// not offer the acts that the hold stops, wherever it is shown.
func TestHoldTakesActionsAway(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 5)
		placed := s.post("/v1/orders", smallest("H-1", "MUG", 1)).want(201)
		at, ful := "/v1/orders/"+placed.text("id"), "/v1/fulfillments/"+placed.text("fulfillments/0/id")
		offered := func(a *answered, place string) []any { list, _ := a.at(place).([]any); return list }
		if !slices.Contains(offered(s.get(ful).want(200), "actions"), any("release")) {
			t.Fatal("release is not offered before the hold")
		}
		s.post(at+"/hold", `{"reason":"address"}`).want(200)
		for name, list := range map[string][]any{
			"the fulfillment": offered(s.get(ful).want(200), "actions"),
			"the order":       offered(s.get(at).want(200), "fulfillments/0/actions"),
			"the list":        offered(s.get("/v1/fulfillments").want(200), "data/0/actions"),
		} {
			if slices.Contains(list, any("release")) {
				t.Errorf("%s offers release while the order is on hold: %v", name, list)
			}
		}
		s.post(ful+"/release", `{}`).problem(409, "order_on_hold")
		s.post(at+"/lift", `{}`).want(200)
		s.post(ful+"/release", `{}`).want(200)
	})
}

// Kills: an end of a hold that is taken and not kept, told or put in the journal.
func TestHoldTellsItsEnd(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 5)
		end := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Second).Format("2006-01-02T15:04:05.000000Z")
		at := "/v1/orders/" + s.post("/v1/orders", smallest("H-2", "MUG", 1)).want(201).text("id")
		if got := s.post(at+"/hold", `{"reason":"address","until":"`+end+`"}`).want(200).text("holds/0/until"); got != end {
			t.Errorf("the order says %q, want %q", got, end)
		}
		if got := s.get(at + "/entries").want(200).text("data/1/data/held/until"); got != end {
			t.Errorf("the entry says %q, want %q", got, end)
		}
		s.post(at+"/hold", `{"reason":"address","until":"2020-01-01T00:00:00Z"}`).problem(422, "invalid")
		s.post(at+"/hold", `{"reason":"address","until":"soon"}`).problem(422, "invalid")
	})
}
