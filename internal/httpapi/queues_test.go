package httpapi_test

import (
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
)

func TestQueues(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		if s.get("/v1/queues").want(200).text("next") != "" {
			t.Error("an empty shop is told what to do")
		}
		s.Goods("MUG", catalog.Backorder, "A", 5)
		r := s.Request("MUG", 1)
		r.Payments = []order.Payment{{Amount: 1295, Reference: "P"}}
		paid := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		unpaid := s.Place("MUG", 1)
		q := s.get("/v1/queues").want(200).is("next/queue", "to_release", "next/why", "fix", "next/location_code", "A", "next/count", 2)
		if !strings.Contains(string(q.body), `"queue":"on_hold","group":"orders","kind":"ord","fix":"lift","count":0`) {
			t.Errorf("%s", q.body)
		}
		rows := s.get("/v1/queues/to_release").want(200)
		rows.is("data/0/order", paid.Order.ID.String(), "data/0/status", "pending", "data/0/name", "Ada Byron", "data/1/units", 1)
		first := s.get("/v1/queues/to_release?limit=1").want(200)
		s.get("/v1/queues/to_release?limit=1&cursor="+first.text("next_cursor")).want(200).is("data/0/order", unpaid.Order.ID.String(), "next_cursor", "")
		s.get("/v1/queues/nonsense").problem(404, "no_such_queue")
		s.get("/v1/queues/to_release?location=Z").problem(422, "invalid_parameter", "location unknown_location")
		s.get("/v1/queues/to_release?cursor=!").problem(422, "invalid_parameter", "cursor invalid_cursor")

		would := s.post("/v1/queues/to_release/fix?dry_run=true", "{}").want(200)
		would.is("dry_run", true, "fix", "release", "data/0/result/id", paid.Fulfillments[0].ID.String(), "succeeded", 1, "left_out/0/why", "unpaid", "left_out/0/count", 1)
		s.post("/v1/queues/to_release/fix", "{}").problem(422, "invalid", "/ids missing")
		s.post("/v1/queues/to_release/fix", `{"ids":["x"]}`).problem(422, "invalid", "/ids/0 invalid_id")
		s.post("/v1/queues/to_pick/fix?dry_run=true", "{}").problem(409, "no_fix")
		ids := map[string]any{"ids": []any{paid.Fulfillments[0].ID.String(), fulfillment.ID(7).String()}}
		did := s.post("/v1/queues/to_release/fix", ids, "Idempotency-Key", "k1").want(200)
		did.is("data/0/result/did", "done", "data/1/status", 404, "succeeded", 1, "refused", 1)
		again := s.post("/v1/queues/to_release/fix", ids, "Idempotency-Key", "k1").want(200)
		if again.header.Get("Idempotent-Replayed") != "true" {
			t.Error("the second fix was not told from the receipt")
		}
		s.get("/v1/queues/to_pick").want(200).is("data/0/order", paid.Order.ID.String(), "data/0/status", "released")
		s.key = s.newKey([]access.Permission{access.OrdersRead})
		s.get("/v1/queues/to_pick").problem(403, "missing_scope")
		s.post("/v1/queues/backordered/fix?dry_run=true", "{}").problem(403, "missing_scope")
	})
}

func TestAssignments(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 5)
		p := s.Place("MUG", 1)
		order, work := "/v1/orders/"+p.Order.ID.String(), "/v1/fulfillments/"+p.Fulfillments[0].ID.String()
		mine := s.post(order+"/claim", "{}").want(200)
		if !strings.HasPrefix(mine.text("user"), "key:key_") {
			t.Errorf("%s", mine.body)
		}
		s.post(work+"/assign", `{"user":"user:usr_ana","note":"before noon"}`).want(200).is("user", "user:usr_ana", "note", "before noon", "version", 1)
		s.post(work+"/assign", `{"user":"nobody"}`).problem(422, "invalid", "/to missing")
		s.post(work+"/claim", "{}").problem(409, "taken")
		s.post(work+"/give-back", `{"version":1}`).want(200).is("user", "")
		s.post(order+"/hand-over", `{"user":"user:usr_ben"}`).want(200).is("user", "user:usr_ben", "by", mine.text("user"))
		s.post("/v1/orders/ord_0pmnqh2000400/claim", "{}").problem(404, "nothing_waits")
		s.post("/v1/orders/x/claim", "{}").problem(404, "nothing_waits")
		desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: p.Fulfillments[0].ID})
		s.post(work+"/claim", "{}").want(200)
		s.get("/v1/queues/to_pick").want(200).is("data/0/assignment/user", mine.text("user"))
	})
}

func TestTrackingLinkAndTroubles(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 1)
		p := s.Place("MUG", 1)
		at := "/v1/orders/" + p.Order.ID.String()
		link := s.post(at+"/tracking-link", "{}", "Idempotency-Key", "k").want(200)
		if m, token := care.ParseLink(strings.TrimPrefix(link.text("path"), "/t/")); m != admin.Main || token == "" {
			t.Errorf("%s", link.body)
		}
		s.post(at+"/tracking-link", "{}", "Idempotency-Key", "k").want(200).is("path", link.text("path"))
		s.post("/v1/orders/ord_0pmnqh2000400/tracking-link", "{}").problem(404, "no_such_order")
		if s.post(at+"/tracking-link", `{"renew":true}`).want(200).text("path") == link.text("path") {
			t.Error("renewed, the link is the same")
		}
		by := access.Link(admin.Main, int64(p.Order.ID), "test")
		r, err := desk.One(background(), s.Desk, care.Report, by, care.ReportCommand{Order: p.Order.ID, Reason: "damaged", Text: "It leaks."}, desk.Options{})
		if err != nil {
			t.Fatal(err)
		}
		row := s.get("/v1/queues/reports").want(200).is("data/0/text", "It leaks.", "data/0/reasons/0", "damaged")
		id := "/v1/troubles/" + row.text("data/0/id")
		s.get(id).want(200).is("kind", "report", "text", "It leaks.", "actor", "customer:link", "order", p.Order.ID.String())
		s.post(id+"/claim", "{}").want(200)
		s.post(id+"/settle", nil).want(200)
		if s.get("/v1/queues/reports").want(200).len("data") != 0 || s.get(id).text("settled_by") == "" {
			t.Error("settled, it still waits")
		}
		s.post(id+"/reopen", nil).want(200).is("settled_at", "")
		s.get("/v1/troubles/x").problem(404, "no_such_trouble")
		if text := string(s.get("/v1/entries?limit=250").want(200).body); strings.Contains(text, "leaks") || !strings.Contains(text, `"trouble.reported"`) {
			t.Errorf("the journal: %s", text)
		}
		if r.ID == 0 {
			t.Error("the report has no id")
		}
		s.post(at+"/source", nil).problem(409, "nothing_to_source")
		waits := s.Place("MUG", 2)
		at = "/v1/orders/" + waits.Order.ID.String()
		s.post(at+"/source?dry_run=true", nil).want(200).is("dry_run", true, "allocated", 0)
		s.post(at+"/source", nil).want(200).is("allocated", 0, "backordered", 0)
	})
}
