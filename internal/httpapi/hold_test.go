package httpapi_test

import (
	"slices"
	"testing"

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
