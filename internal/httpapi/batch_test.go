package httpapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"orderly/internal/catalog"
)

func TestOrderBatch(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Refuse, "A", 3)
		row := func(id string, quantity int) string {
			text, _ := json.Marshal(smallest(id, "MUG", quantity))
			return string(text)
		}
		rows := []string{row("1", 2), `{"channel":"web","oops":1}`, row("2", 2), row("1", 2), row("1", 1), row("3", 1), `7`}
		a := s.post("/v1/orders/batch", `{"orders":[`+strings.Join(rows, ",")+`]}`).want(200)
		a.is("succeeded", 3, "refused", 4, "data/0/status", 201, "data/0/result/number", 1001, "data/0/result/fulfillments/0/location_code", "A",
			"data/1/status", 422, "data/1/problem/errors/0/pointer", "/oops", "data/2/status", 409, "data/2/problem/code", "out_of_stock",
			"data/3/status", 200, "data/3/result/id", a.text("data/0/result/id"), "data/4/problem/code", "external_id_taken", "data/5/status", 201, "data/6/status", 422)
		lines := s.post("/v1/orders/batch", strings.Join(rows[3:], "\r\n")+"\n{\"cut", "Content-Type", "application/x-ndjson").want(200)
		list := strings.Split(strings.TrimSpace(string(lines.body)), "\n")
		var got []string
		for i, text := range list {
			var one struct{ Index, Status int }
			if err := json.Unmarshal([]byte(text), &one); err != nil || one.Index != i {
				t.Errorf("line %d: %v: %s", i, err, text)
			}
			got = append(got, fmt.Sprint(one.Status))
		}
		if s := strings.Join(got, " "); s != "200 409 200 422 400" {
			t.Errorf("lines are answered %s", s)
		}
		s.post("/v1/orders/batch", `{"orders":[]}`).problem(422, "empty")
		s.post("/v1/orders/batch", "", "Content-Type", "application/x-ndjson").problem(422, "empty")
		s.post("/v1/orders/batch", `{"orders":{}}`).problem(422, "invalid", "/orders wrong_type")
		s.post("/v1/orders/batch", `{}`).problem(422, "invalid", "/orders missing")
		s.post("/v1/orders/batch", strings.Repeat("{}\n", 501), "Content-Type", "application/x-ndjson").problem(413, "too_many")
	})
}

func TestFullBatch(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 700)
		var rows []any
		for i := range 500 {
			rows = append(rows, smallest(fmt.Sprint(i), "MUG", 1))
		}
		s.post("/v1/orders/batch?dry_run=true", map[string]any{"orders": rows}).want(200).is("succeeded", 500, "dry_run", true, "data/499/status", 200)
		first := s.post("/v1/orders/batch", map[string]any{"orders": rows}, "Idempotency-Key", "k").want(200).is("succeeded", 500, "data/499/status", 201, "data/499/result/number", 1500)
		second := s.post("/v1/orders/batch", map[string]any{"orders": rows}, "Idempotency-Key", "k").want(200)
		if string(first.body) != string(second.body) {
			t.Error("the replay differs")
		}
		s.get("/v1/stock/levels?sku=MUG").want(200).is("data/0/reserved", 500)
	})
}
