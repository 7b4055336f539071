package httpapi_test

import (
	"context"
	"log/slog"
	"testing"

	"orderly/internal/automating"
	"orderly/internal/catalog"
)

// Kills: a condition whose fault has no place; an edit that overwrites another;
// a state that is not kept; a log that says nothing of what was done.
func TestRules(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 99)
		s.post("/v1/orders", smallest("R-0", "MUG", 3)).want(201)
		s.get("/v1/rule-fields").want(200).is("data/0/name", "total", "data/0/type", "number", "data/0/example", "total > 500")
		s.post("/v1/rules", `{"name":"","on":["order.nosuch"],"if":"totl > 1","do":[{"kind":"hold","reason":"Big One"}]}`).
			problem(422, "invalid", "/name invalid_text", "/on/0 unknown_type", "/if invalid_condition", "/do/0/reason invalid_word")
		body := `{"name":"Large","on":["order.placed"],"if":"units >= 3","do":[{"kind":"hold","reason":"review"},{"kind":"tag","tag":"large"}]}`
		made := s.post("/v1/rules", body).want(201).is("state", "off", "version", 1, "edit_version", 1, "do/0/reason", "review", "actions", "[shadow on]")
		at := "/v1/rules/" + made.text("id")
		s.post("/v1/rules", body).problem(409, "name_taken", "/name name_taken")
		s.post("/v1/rules/dry-run", `{"rule":"`+made.text("id")+`"}`).want(200).is("matched", 1, "orders", 1, "judged", 1, "runs/0/outcome", "done", "runs/0/did/1/tag", "large")
		s.post("/v1/rules/dry-run", `{"on":["order.placed"],"if":"units > 99"}`).want(200).is("matched", 0, "judged", 1, "runs", "[]")
		s.post("/v1/rules/dry-run", `{"on":["order.placed"],"if":"units >"}`).problem(422, "invalid", "/if invalid_condition")
		s.post(at+"/on", ``).want(200).is("state", "on", "edit_version", 2, "actions", "[off shadow]")
		s.do("PATCH", at, `{"if":"units >= 4"}`).problem(428, "missing_if_match")
		s.do("PATCH", at, `{"if":"units >= 4"}`, "If-Match", `"1"`).problem(412, "edited_meanwhile")
		s.do("PATCH", at, `{"if":"units >= 4"}`, "If-Match", `"2"`).want(200).is("if", "units >= 4", "version", 2, "state", "on", "name", "Large")
		id := s.post("/v1/orders", smallest("R-1", "MUG", 4)).want(201).text("id")
		if err := (&automating.Follower{Desk: s.Desk, Log: slog.New(slog.DiscardHandler)}).CatchUp(context.Background()); err != nil {
			t.Fatal(err)
		}
		s.get("/v1/orders/"+id).want(200).is("hold_status", "held", "tags", "[large]")
		s.get("/v1/orders/"+id+"/rule-runs").want(200).is("data/0/outcome", "done", "data/0/version", 2, "data/0/did/0/kind", "hold", "data/0/rule", made.text("id"))
		s.get(at+"/runs?limit=1").want(200).is("data/0/order", id, "data/0/type", "order.placed")
		s.get(at+"/versions").want(200).is("data/0/if", "units >= 4", "data/1/if", "units >= 3", "data/1/version", 1)
		s.get("/v1/rules").want(200).is("data/0/lately/done", 1)
		s.get("/v1/orders/"+id+"/entries").want(200).is("data/1/type", "order.held", "data/1/actor", "rule:"+made.text("id"))
		s.get("/v1/entries?after=0&limit=250").want(200)
		s.post(at+"/off", ``, "If-Match", `"1"`).problem(412, "edited_meanwhile")
		s.post(at+"/off", ``).want(200).is("state", "off")
		s.get("/v1/rules/rul_0").problem(404, "no_such_rule")
	})
}
