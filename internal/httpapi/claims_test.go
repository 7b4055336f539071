package httpapi_test

import (
	"testing"

	"orderly/internal/catalog"
)

// A claim is made, read, extended, used by an order and released through the
// API; what it holds is out of stock for others.
//
// Kills: a claim that two orders may use; a time beyond the limit that is cut
// in silence.
func TestClaims(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Refuse, "A", 3)
		cart := `"channel":"web","lines":[{"sku":"MUG","quantity":2}],"ship_to":{"country":"GB"}`
		s.post("/v1/claims", `{`+cart+`,"expires_in":3601}`).problem(422, "invalid", "/expires_in out_of_range")
		s.post("/v1/claims", `{"channel":"web","lines":[{"sku":"NONE","quantity":2}]}`).problem(422, "invalid", "/lines/0/sku unknown_sku")
		id := s.post("/v1/claims", `{`+cart+`,"expires_in":600}`).want(201).is("state", "open", "lines/0/held", 2).text("id")
		s.post("/v1/claims", `{`+cart+`}`).problem(409, "out_of_stock", "/lines/0 out_of_stock")
		s.post("/v1/claims/"+id+"/extend", `{}`).want(200).is("state", "open")
		order := `{"currency":"GBP","claim":"` + id + `",` + cart + `}`
		placed := s.post("/v1/orders", order).want(201).is("quantities/allocated", 2).text("id")
		s.get("/v1/claims/"+id).want(200).is("state", "used", "order", placed, "lines/0/held", 0)
		s.post("/v1/orders", order).problem(409, "claim_used")
		s.post("/v1/orders", `{"currency":"GBP","claim":"clm_0pmnqh2000400",`+cart+`}`).problem(422, "invalid", "/claim no_such_claim")
		s.post("/v1/claims/"+id+"/extend", `{}`).problem(409, "claim_over")
		s.post("/v1/claims/"+id+"/release", nil).want(200).is("state", "used")
		s.get("/v1/claims/ord_1").problem(404, "no_such_claim")
	})
}
