package httpapi_test

import (
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/collect"
	"orderly/internal/fulfillment"
	"orderly/internal/pickup"
	"orderly/internal/seal"
	"orderly/internal/store"
	"orderly/internal/store/pickups"
)

// Click and collect through the API: a method with shelves, an order placed
// with it, made ready, found by its code, kept for longer, and handed over.
//
// Kills: an answer that tells the code; a key replayed that hands over twice; a
// wrong code that answers 200; a code that opens at another place.
func TestPickups(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		ring, err := seal.Parse(seal.NewKey())
		if err != nil {
			t.Fatal(err)
		}
		admin.UseSeal(s.Desk, ring)
		s.Goods("MUG", catalog.Refuse, "A", 9)
		at := s.Locations["A"].String()
		s.post("/v1/delivery-methods", `{"code":"parcel-x","name":"X","zones":[{"min_days":1,"max_days":2}],"shelves":["P1"]}`).problem(422, "invalid", "/shelves not_collected")
		s.post("/v1/delivery-methods", `{"code":"collect","name":"Collect at A","kind":"collect","from":["`+at+`"],"shelf_days":5,"shelves":["P1","P1"]}`).problem(422, "invalid", "/shelves/1 invalid_shelf")
		s.post("/v1/delivery-methods", `{"code":"collect","name":"Collect at A","kind":"collect","from":["`+at+`"],"shelf_days":5,"shelves":["P1","P2"]}`).want(201).is("shelves/1", "P2")
		offer := s.post("/v1/promise", `{"channel":"web","lines":[{"sku":"MUG","quantity":1}],"ship_to":{"country":"GB"}}`).want(200).is("options/0/method", "collect")
		if offer.text("options/0/ship_by") == "" {
			t.Error("no day is promised of what is collected")
		}
		o := s.post("/v1/orders", `{"channel":"web","currency":"GBP","method":"collect","customer":{"name":"Ada Byron"},"lines":[{"sku":"MUG","quantity":3,"unit_price":"10"}],"ship_to":{"country":"GB"}}`).want(201)
		id := s.get("/v1/fulfillments?location=A").text("data/0/id")
		f, err := fulfillment.ParseID(id)
		if err != nil {
			t.Fatal(err)
		}
		of := "/v1/fulfillments/" + id
		s.get(of+"/pickup").problem(404, "no_such_pickup")
		s.post(of+"/shelve", `{"shelf":"P1"}`).problem(409, "wrong_state")
		s.Work(f, "release", "pick", "pack")
		s.post(of+"/shelve", `{"shelf":"Z"}`).problem(422, "invalid", "/shelf unknown_shelf")
		s.post(of+"/shelve?dry_run=true", `{"shelf":"P1"}`).want(200).is("dry_run", true, "shelf", "P1", "state", "ready")
		s.get(of+"/pickup").problem(404, "no_such_pickup")
		s.post(of+"/shelve", `{"shelf":"P1"}`, "Idempotency-Key", "k").want(200).is("number", 1001, "name", "Ada Byron", "location_code", "A", "actions/0", "collect", "tries_left", 5)
		s.post(of+"/shelve", `{"shelf":"P1"}`, "Idempotency-Key", "k").want(200).is("state", "ready")
		s.get(of).want(200).is("work_status", "ready", "actions/0", "collect")
		s.get("/v1/fulfillments?work_status=ready").want(200).is("data/0/id", id)
		s.get("/v1/pickups").problem(422, "invalid_parameter", "location missing")
		s.get("/v1/pickups?location=A&limit=1").want(200).is("data/0/fulfillment", id, "next_cursor", "")
		if other := s.get("/v1/pickups?location=B").want(200); !strings.Contains(string(other.body), `"data":[]`) {
			t.Errorf("at another place lies %s", other.body)
		}
		code := ""
		err = s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
			list, err := pickups.Load(r, []fulfillment.ID{f})
			if err == nil {
				code, err = collect.CodeOf(s.Desk, list[0])
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.post("/v1/pickups/find", `{"location":"A","code":"`+pickup.Grouped(code)+`"}`).want(200).is("data/0/fulfillment", id)
		if other := s.post("/v1/pickups/find", `{"location":"B","code":"`+code+`"}`).want(200); !strings.Contains(string(other.body), `"data":[]`) {
			t.Errorf("the code opens at another place: %s", other.body)
		}
		s.post("/v1/pickups/find", `{"location":"A","code":"short"}`).problem(422, "no_code")
		s.post(of+"/extend", `{"days":0}`).problem(422, "invalid", "/days out_of_range")
		s.post(of+"/extend", `{"days":1}`).problem(409, "not_longer")
		s.post(of+"/extend", `{"days":30}`).want(200).is("state", "ready")
		wrong := "00000Z"
		if code == wrong {
			wrong = "00000Y"
		}
		s.post(of+"/collect", `{"code":"`+wrong+`"}`, "Idempotency-Key", "w").problem(409, "wrong_code")
		s.post(of+"/collect", `{"code":"`+wrong+`"}`, "Idempotency-Key", "w").problem(409, "wrong_code")
		s.get(of+"/pickup").want(200).is("tries_left", 4)
		s.post(of+"/collect", `{"received_by":"Ada"}`).problem(422, "invalid", "/document unknown_document", "/reason unknown_reason")
		give := `{"code":"` + code + `","received_by":"Ada","refused":[{"line":1,"quantity":1}]}`
		s.post(of+"/collect?dry_run=true", give).want(200).is("dry_run", true, "freed", 1000)
		s.post(of+"/collect", give, "Idempotency-Key", "h").want(200).is("state", "collected", "how", "code", "freed", 1000)
		s.post(of+"/collect", give, "Idempotency-Key", "h").want(200).is("state", "collected")
		s.post(of+"/collect", give).problem(409, "collected")
		s.get("/v1/orders/"+o.text("id")).want(200).is("quantities/delivered", 2, "quantities/canceled", 1)
		s.get("/v1/parcels/"+s.get(of).text("parcels/1/id")+"/proof").want(200).is("received_by", "Ada", "place", "Location A")

		for range 10 {
			s.post("/v1/pickups/find", `{"location":"A","code":"`+wrong+`"}`)
		}
		s.post("/v1/pickups/find", `{"location":"A","code":"`+wrong+`"}`).problem(429, "too_many_requests")
	})
}
