package httpapi_test

import (
	"strings"
	"testing"

	"orderly/internal/catalog"
)

// What is found holds the order in the act that places it, a dry run tells it,
// and what is settled is lifted when somebody looks again.
//
// Kills: a rule that is off and holds; two orders of one batch that are not
// compared; a finding in the journal.
func TestOrderChecks(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 50)
		body := func(ext, street string) string {
			return `{"channel":"web","external_id":"` + ext + `","currency":"GBP","customer":{"name":"Ada","email":"ada@example.com"},"ship_to":{"line1":"` + street + `","city":"Leeds","postal_code":"LS1 1AA","country":"DE"},"lines":[{"sku":"MUG","quantity":1,"unit_price":"12.95"}]}`
		}
		s.post("/v1/orders", body("C-0", "High Street")).want(201).is("holds", "[]")
		s.do("PATCH", "/v1/order-checks", `{"address":true,"duplicate_hours":24,"blocked":true}`, "If-Match", `"0"`).want(200).is("version", 1, "address", true, "po_box", false)
		s.do("PATCH", "/v1/order-checks", `{"value":5}`, "If-Match", `"0"`).problem(412, "edited_meanwhile")
		s.do("PATCH", "/v1/order-checks", `{"missing":["name"]}`, "If-Match", `"1"`).problem(422, "invalid", "/missing/0 unknown_field")

		s.post("/v1/orders?dry_run=true", body("C-1", "High Street")).want(200).is("holds/0/reason", "check_address")
		held := s.post("/v1/orders", body("C-1", "High Street")).want(201).is("holds/0/reason", "check_address", "holds/0/note", "The address has no house number.", "hold_status", "held")
		s.post("/v1/orders/batch", `{"orders":[`+body("C-2", "1 High Street")+`,`+body("C-3", "2 Low Street")+`]}`).want(200)
		for _, ext := range []string{"C-2", "C-3"} { // C-1 was the first that is remembered
			s.get("/v1/orders?external_id="+ext+"&channel=web").want(200).is("data/0/hold_status", "held")
		}
		at := "/v1/orders/" + held.text("id")
		if told := string(s.get(at + "/entries").want(200).body); strings.Contains(told, "house number") {
			t.Error("the journal tells what was found")
		}

		who := s.post("/v1/customers", `{"name":"Bo","email":"bo@example.com"}`).want(201).text("id")
		s.post("/v1/customers/"+who+"/block", `{"reason":"nice"}`).problem(422, "invalid", "/reason unknown_reason")
		s.post("/v1/customers/"+who+"/block", `{"reason":"fraud"}`).want(200).is("reason", "fraud")
		s.post("/v1/customers/"+who+"/block", `{"reason":"fraud"}`).problem(409, "nothing_to_do")
		bo := strings.ReplaceAll(strings.ReplaceAll(body("C-4", "7 Side Street"), "ada@example.com", "bo@example.com"), `"quantity":1`, `"quantity":2`)
		s.post("/v1/orders", bo).want(201).is("holds/0/reason", "check_blocked")
		s.post("/v1/customers/"+who+"/unblock", `{}`).want(200).is("reason", "")
		s.post("/v1/orders", strings.ReplaceAll(strings.ReplaceAll(bo, "C-4", "C-5"), `"quantity":2`, `"quantity":3`)).want(201).is("holds", "[]")
	})
}
