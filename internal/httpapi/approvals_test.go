package httpapi_test

import (
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
)

// Kills: a policy that another edit overwrites; an approval by the key that
// placed the order, above its limit, or of another amount than was seen; a dry
// run that approves; a reason in the journal.
func TestApprovals(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		as := func(key, method, path, body string) *answered {
			t.Helper()
			was := s.key
			defer func() { s.key = was }()
			s.key = key
			if body == "" {
				return s.do(method, path, nil)
			}
			return s.do(method, path, body)
		}
		s.Goods("MUG", catalog.Backorder, "A", 500)
		s.do("PATCH", "/v1/approval-policy", `{"terms":[{"currency":"GBP","one":10000,"two":60000,"limits":[{"role":"program","amount":50000}]}],"discount":30}`, "If-Match", `"0"`).
			want(200).is("version", 1, "terms/0/one", 10000, "terms/0/limits/0/role", "program", "discount", 30, "by_hand", false)
		s.do("PATCH", "/v1/approval-policy", `{"discount":5}`, "If-Match", `"0"`).problem(412, "edited_meanwhile")
		s.do("PATCH", "/v1/approval-policy", `{"terms":[{"currency":"XXY","two":5,"limits":[{"role":"buyer","amount":1}]}],"deputies":[{"for":"usr_0","by":"usr_0","from":"2026-01-02T00:00:00Z","until":"2026-01-01T00:00:00Z"}]}`, "If-Match", `"1"`).want(422)

		s.post("/v1/orders?dry_run=true", smallest("A-0", "MUG", 20)).want(200).is("holds/0/reason", "approval")
		id := s.post("/v1/orders", smallest("A-1", "MUG", 20)).want(201).is("hold_status", "held").text("id")
		at := "/v1/orders/" + id
		s.get(at+"/approvals").want(200).is("data/0/state", "asked", "data/0/people", 1, "data/0/reasons", "[value]")
		s.post(at+"/approve", `{}`).problem(403, "own_order")
		other := s.newKey([]access.Permission{access.OrdersRead, access.OrdersWrite, access.OrdersApprove, access.EntriesRead})
		as(other, "POST", at+"/approve", `{"amount":1}`).problem(409, "changed_meanwhile")
		as(other, "POST", at+"/approve?dry_run=true", `{}`).want(200).is("dry_run", true, "held", false, "approval/state", "approved")
		s.get(at).want(200).is("hold_status", "held")
		as(other, "GET", "/v1/queues/approvals", "").want(200).is("data/0/id", id)
		s.get("/v1/queues/approvals").want(200).is("data", "[]")
		as(other, "POST", at+"/approve", `{}`).want(200).is("held", false, "approval/state", "approved", "approval/given/0/role", "program", "status", "open")
		s.get(at).want(200).is("hold_status", "none")
		s.get(at+"/entries").want(200).is("data/2/type", "order.approved", "data/2/data/approval/step", 1, "data/2/data/approval/of", 1)

		large := "/v1/orders/" + s.post("/v1/orders", smallest("A-2", "MUG", 50)).want(201).text("id")
		as(other, "POST", large+"/approve", `{}`).problem(403, "above_limit")
		no := s.post("/v1/orders", smallest("A-3", "MUG", 15)).want(201).text("id")
		as(other, "POST", "/v1/orders/"+no+"/refuse", `{"reason":""}`).problem(422, "invalid")
		as(other, "POST", "/v1/orders/"+no+"/refuse", `{"reason":"too dear","cancel":true}`).want(200).is("status", "canceled", "approval/state", "refused", "approval/reason", "too dear")
		s.post(large+"/lift", `{}`).problem(409, "needs_approval")
		s.post(large+"/hold", `{"reason":"approval"}`).problem(422, "invalid", "/reason reserved")
		weak := s.newKey([]access.Permission{access.OrdersRead, access.OrdersWrite})
		as(weak, "POST", large+"/approve", `{}`).problem(403, "missing_scope")
		one := s.post("/v1/orders", smallest("A-4", "MUG", 15)).want(201).text("id")
		seen := as(other, "POST", "/v1/queues/approvals/fix?dry_run=true", `{"ids":["`+one+`"]}`).want(200).is("data/0/result/amount", 15*1295).text("data/0/result/amount")
		as(other, "POST", "/v1/queues/approvals/fix", `{"ids":["`+one+`"],"amounts":[1,2]}`).problem(422, "invalid", "/amounts count")
		as(other, "POST", "/v1/queues/approvals/fix", `{"ids":["`+one+`"],"amounts":[1]}`).want(200).is("data/0/status", 409)
		as(other, "POST", "/v1/queues/approvals/fix", `{"ids":["`+one+`"],"amounts":[`+seen+`]}`).want(200).is("data/0/status", 200)
		s.get("/v1/orders/"+one).want(200).is("hold_status", "none")
	})
}
