package httpapi_test

import (
	"testing"

	"orderly/internal/catalog"
)

// Kills: a step that is left out and not as the template has it; a channel with
// two flows; an edit that overwrites another; an order that does not say what
// it waits for.
func TestFlows(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 9)
		s.get("/v1/flow-templates").want(200).is("data/1/template", "automated", "data/1/edit_window_minutes", 30)
		before := s.post("/v1/orders", smallest("F-0", "MUG", 1)).want(201).text("id")
		s.get("/v1/orders/"+before+"/flow").want(200).is("waits", "[person]")
		made := s.post("/v1/flows", `{"template":"automated","name":"Web","channels":["web",""],"edit_window_minutes":60}`).want(201).
			is("release/3", "warehouse", "money", "secured", "whole", true, "version", 1, "channels", "[ web]")
		at := "/v1/flows/" + made.text("id")
		s.post("/v1/flows", `{"name":"Web"}`).problem(409, "name_taken", "/name name_taken")
		s.post("/v1/flows", `{"name":"","money":"gold","release":["moon"]}`).problem(422, "invalid")
		s.do("PATCH", at, `{"money":"paid"}`).problem(428, "missing_if_match")
		s.do("PATCH", at, `{"money":"paid"}`, "If-Match", `"1"`).want(200).is("money", "paid", "edit_window_minutes", 60, "version", 2, "channels", "[ web]")
		s.do("PATCH", at, `{"money":"none"}`, "If-Match", `"1"`).problem(412, "edited_meanwhile")
		id := s.post("/v1/orders", smallest("F-1", "MUG", 1)).want(201).text("id")
		s.get("/v1/orders/"+id+"/flow").want(200).is("name", "Web", "version", 2, "waits", "[window money]")
		s.get("/v1/orders/"+id+"/entries").want(200).is("data/0/data/placed/flow", made.text("id"), "data/0/data/placed/flow_version", 2)
		s.post("/v1/flows", `{"template":"manual","name":"Hand","channels":["web"]}`).want(201).is("release", "[]", "channels", "[web]")
		s.get(at).want(200).is("channels", "[]")
		s.get("/v1/flows/flw_0").problem(404, "no_such_flow")
	})
}
