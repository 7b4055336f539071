package httpapi_test

import (
	"testing"

	"orderly/internal/catalog"
)

// Methods and calendars are made, edited by version and read back as they were
// written; what is wrong is told all at once.
//
// Kills: an edit over somebody else's; a zone that loses its places; a cut-off
// that is read as a number of hours.
func TestDeliveryMethods(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 30)
		at := s.get("/v1/locations/code:A").want(200).text("id")
		s.post("/v1/delivery-methods", `{"code":"a b","name":"","kind":"van","zones":[{"countries":["XX"],"min_days":3,"max_days":2,"bands":[{"up_to_grams":10,"cost":1},{"up_to_grams":10,"cost":1}]}]}`).
			problem(422, "invalid", "/code invalid_code", "/name invalid_name", "/zones/0/bands/1/up_to_grams not_ascending", "/zones/0/countries/0 unknown_country", "/zones/0/max_days out_of_range")
		s.post("/v1/delivery-methods", `{"code":"standard","name":"Standard","from":["loc_0000000000001"],"zones":[{"min_days":1,"max_days":2}]}`).problem(422, "invalid", "/from no_such_location")
		made := `{"code":"standard","name":"Standard","zones":[{"countries":["gb"],"postcodes":["ls 1"],"from":["` + at + `"],"min_days":1,"max_days":2,"bands":[{"up_to_grams":5000,"cost":595}]}]}`
		s.post("/v1/delivery-methods", made).want(201).is("code", "standard").is("zones/0/postcodes/0", "LS1").is("zones/0/from/0", at).is("days/4", "friday").is("edit_version", 1)
		s.post("/v1/delivery-methods", made).problem(409, "code_taken")
		s.do("PATCH", "/v1/delivery-methods/code:standard", []byte(`{"name":"Usual"}`), "If-Match", `"1"`).want(200).is("name", "Usual").is("zones/0/bands/0/cost", 595).is("edit_version", 2)
		s.do("PATCH", "/v1/delivery-methods/code:standard", []byte(`{"name":"Mine"}`), "If-Match", `"1"`).problem(412, "edited_meanwhile")
		s.get("/v1/delivery-methods?limit=1").want(200).is("data/0/name", "Usual")
		s.get("/v1/delivery-methods/code:pigeon").problem(404, "no_such_method")

		cart := `{"channel":"web","lines":[{"sku":"MUG","quantity":2}],"ship_to":{"country":"GB","postal_code":"LS1 1AA"}}`
		offer := s.post("/v1/promise", cart).want(200).is("options/0/method", "standard").is("options/0/cost", 595).is("options/0/complete", true)
		id := s.post("/v1/orders", `{"channel":"web","currency":"GBP","method":"standard","lines":[{"sku":"MUG","quantity":2}],"ship_to":{"country":"GB","postal_code":"LS1 1AA"}}`).want(201).is("method", "standard").is("due_at", offer.text("options/0/deliver_by")).text("id")
		s.get("/v1/orders/"+id+"/promises").want(200).is("data/0/outcome", "open").is("data/0/cause", "placement").is("data/0/deliver_by", offer.text("options/0/deliver_by"))
		s.post("/v1/orders/"+id+"/promise", `{"deliver_by":"2020-01-01T00:00:00Z","ship_by":"2020-01-02T00:00:00Z","cause":"delay"}`).problem(422, "invalid", "/ship_by out_of_range")
		s.post("/v1/orders/"+id+"/promise", `{"deliver_by":"2020-01-01T00:00:00Z","cause":"choice"}`).want(200).is("due_at", "2020-01-01T00:00:00.000000Z")
		s.get("/v1/orders/"+id+"/promises").want(200).is("data/1/outcome", "overdue").is("data/1/cause", "choice")
		day := offer.text("options/0/deliver_by")[:10]
		s.get("/v1/promises?from="+day+"&to="+day).want(200).is("due", 1).is("open", 1)

		calendar := "/v1/locations/" + at + "/calendar"
		s.get(calendar).want(200).is("edit_version", 0).is("days/4", "friday").is("capacity", 0)
		s.do("PATCH", calendar, []byte(`{"days":[],"cut_off":"25:00","closed":["2026-02-30"],"handling_days":3}`), "If-Match", `"0"`).problem(422, "invalid", "/closed invalid_date", "/cut_off invalid_time", "/days no_day")
		s.do("PATCH", calendar, []byte(`{"days":["saturday"],"cut_off":"14:30","closed":["2026-12-26"],"handling_days":3,"capacity":40,"unit_cost":12}`), "If-Match", `"0"`).
			want(200).is("days/0", "saturday").is("cut_off", "14:30").is("closed/0", "2026-12-26").is("handling_days", 3).is("capacity", 40).is("unit_cost", 12).is("edit_version", 1)
		s.do("PATCH", calendar, []byte(`{"capacity":1}`), "If-Match", `"0"`).problem(412, "edited_meanwhile")
	})
}
