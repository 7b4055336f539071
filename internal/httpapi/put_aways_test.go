package httpapi_test

import (
	"fmt"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
)

// Kills: a list of another place; a preview that moves; a key that may only read
// and puts away; an answer said twice that moves twice, or says nothing.
func TestPutAways(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder)
		s.post("/v1/stock/receive", `{"lines":[{"sku":"MUG","location":"A","quantity":2,"bin":"A-07"}]}`).want(200)
		v := s.get("/v1/locations/code:A").want(200).text("edit_version")
		s.do("PATCH", "/v1/locations/code:A", `{"put_away":true}`, "If-Match", `"`+v+`"`).want(200).is("put_away", true)
		s.post("/v1/stock/receive", `{"lines":[{"sku":"MUG","location":"A","quantity":10,"lot":"L1"},{"sku":"MUG","location":"B","quantity":3}]}`).want(200)
		const list = "/v1/put-aways?location=A"
		id := s.get(list).want(200).is("data/0/sku", "MUG", "data/0/waiting", 10, "data/0/bin", "A-07", "data/0/lot", "L1").text("data/0/id")
		if n := s.get("/v1/put-aways?location=B").want(200).len("data"); n != 0 {
			t.Errorf("%d wait at a place without bins", n)
		}
		s.get(list+"&sku=NONE").want(200).is("data", "[]")
		s.get("/v1/put-aways?location=NONE").problem(422, "invalid_parameter")
		s.post("/v1/put-aways", fmt.Sprintf(`{"lines":[{"id":%q,"bin":""},{"id":"x","bin":"B"}]}`, id)).problem(422, "invalid", "/lines/0/bin missing", "/lines/1/id invalid_id")
		some := fmt.Sprintf(`{"lines":[{"id":%q,"bin":"A-01","quantity":4},{"id":%q,"bin":"A-02","quantity":1}]}`, id, id)
		s.as(s.newKey([]access.Permission{access.StockRead})).post("/v1/put-aways", some).problem(403, "missing_scope")
		s.post("/v1/put-aways?dry_run=true", some).want(200).is("dry_run", true, "put_aways/0/waiting", 5)
		s.get(list).want(200).is("data/0/waiting", 10)
		for range 2 {
			s.post("/v1/put-aways", some, "Idempotency-Key", "once").want(200).is("put_aways/0/waiting", 5, "put_aways/0/stowed", 5, "put_aways/0/sku", "MUG")
		}
		s.get(list).want(200).is("data/0/waiting", 5, "data/0/bin", "A-02")
		s.post("/v1/put-aways/leave", fmt.Sprintf(`{"ids":[%q],"note":"sold at the door"}`, id)).want(200).is("put_aways/0/left", 5, "put_aways/0/waiting", 0)
		s.get(list).want(200).is("data", "[]")
		s.post("/v1/put-aways/leave", fmt.Sprintf(`{"ids":[%q]}`, id)).problem(409, "not_possible", "/ids/0 nothing_waits")
	})
}
