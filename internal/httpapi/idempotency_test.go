package httpapi_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"orderly/internal/catalog"
)

// again makes a request twice with one Idempotency-Key, with other acts in
// between, and fails unless both answers are equal byte by byte.
func (s *shop) again(path string, body any, between func()) *answered {
	s.t.Helper()
	key := fmt.Sprintf("%s-%d", strings.ReplaceAll(path, "/", "-"), s.Desk.DB.Now())
	first := s.post(path, body, "Idempotency-Key", key)
	if first.status >= 300 {
		s.t.Fatalf("%s answered %d: %s", path, first.status, first.body)
	}
	if between != nil {
		between()
	}
	second := s.post(path, body, "Idempotency-Key", key)
	if second.status != first.status || string(second.body) != string(first.body) {
		s.t.Errorf("%s is answered %d\n%s\nand then %d\n%s", path, first.status, first.body, second.status, second.body)
	}
	if first.header.Get("Idempotent-Replayed") != "" || second.header.Get("Idempotent-Replayed") != "true" {
		s.t.Errorf("%s: replayed %q, %q", path, first.header.Get("Idempotent-Replayed"), second.header.Get("Idempotent-Replayed"))
	}
	return first
}

// Every act on an order and its work is answered a second time as it was the
// first time, whatever happened meanwhile, and happens once.
func TestReplays(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 6)
		s.Goods("CUP", catalog.Backorder, "B", 9)
		in := smallest("A-1", "MUG", 4)
		in["lines"] = append(in["lines"].([]any), map[string]any{"sku": "CUP", "quantity": 3, "unit_price": "5"})
		in["payments"] = []any{map[string]any{"amount": "66.80"}}
		in["holds"] = []any{map[string]any{"reason": "review", "note": "look"}}
		var at, a, b string
		placed := s.again("/v1/orders", in, func() {
			o := s.get("/v1/orders").want(200)
			at = "/v1/orders/" + o.text("data/0/id")
			s.post(at+"/lift", nil).want(200)
			s.post(at+"/cancel", `{"lines":[{"line":2,"quantity":1}]}`).want(200)
		})
		a, b = placed.text("fulfillments/0/id"), placed.text("fulfillments/1/id")
		if placed.text("fulfillments/0/location_code") != "A" {
			a, b = b, a
		}
		s.again(at+"/hold", `{"reason":"address","note":"flat?"}`, func() { s.post(at+"/lift", nil).want(200) })
		s.post(at+"/hold", `{"reason":"address"}`).want(200)
		s.again(at+"/lift", nil, func() { s.post(at+"/note", `{"text":"x"}`).want(201) })
		s.again(at+"/cancel", `{"lines":[{"line":2}],"remaining":true}`, func() { s.post(at+"/refunds", `{"amount":"10"}`).want(201) })
		s.again(at+"/refunds", `{"amount":"1"}`, func() { s.post(at+"/payments", `{"amount":"2"}`).want(201) })
		s.again(at+"/payments", `{"amount":"3"}`, nil)
		s.again(at+"/note", `{"text":"y"}`, func() { s.post(at+"/payments", `{"amount":"2"}`).want(201) })

		f := "/v1/fulfillments/" + a
		s.again(f+"/release", nil, func() { s.post(f+"/pick", `{"lines":[{"line":1,"quantity":1}]}`).want(200) })
		s.again(f+"/pick", `{"lines":[{"line":1,"quantity":2}]}`, func() { s.post(f+"/unpick", `{"lines":[{"line":1,"quantity":1}]}`).want(200) })
		s.again(f+"/short-pick", `{"lines":[{"line":1,"quantity":1}]}`, func() { s.post(f+"/pick", nil).want(200) })
		packed := s.again(f+"/pack", `{"lines":[{"line":1,"quantity":1}],"carrier":"dhl","tracking":"T1"}`, func() { s.post(f+"/pack", nil).want(201) })
		s.again(f+"/ship", nil, func() { s.post(f+"/deliver", nil).want(200) })
		s.again(f+"/undeliver", nil, func() { s.post(f+"/deliver", nil).want(200) })
		p := "/v1/parcels/" + packed.text("parcel")
		s.post(p+"/scans", `{"scans":[{"at":"2026-11-23T08:00:00Z","code":"in_transit"}]}`).want(200)
		s.again(p+"/undeliver", nil, func() { s.post(p+"/lose", nil).want(200) })
		s.again(p+"/find", nil, func() { s.post(p+"/deliver", nil).want(200) })
		s.again(p+"/scans", `{"scans":[{"at":"2026-11-24T08:00:00Z","code":"returned"}]}`, nil)
		s.again(at+"/return", `{"location":"B","lines":[{"line":1,"quantity":1}],"restock":true}`, func() {
			s.post(at+"/return", `{"location":"B","lines":[{"line":1,"quantity":1}]}`).want(201)
		})
		s.again("/v1/fulfillments/batch", map[string]any{"act": "deliver", "fulfillments": []any{a, b, "x"}}, nil)
		s.get(at).want(200).is("lines/0/quantities/returned", 2, "totals/refunded", 1100, "totals/paid", 7380)
	})
}

func TestReplaysElsewhere(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.again("/v1/items", `{"sku":"MUG","name":"Mug"}`, nil)
		s.again("/v1/items/batch", `{"items":[{"sku":"CUP","name":"Cup"},{"sku":""},{"sku":"MUG","name":"Mug"}]}`, nil)
		s.again("/v1/locations", `{"code":"YORK","name":"York"}`, nil)
		s.again("/v1/customers", `{"name":"Ada"}`, nil)
		in := s.again("/v1/stock/receive", `{"lines":[{"sku":"MUG","location":"A","quantity":5}]}`, nil)
		s.post("/v1/orders", smallest("A-1", "MUG", 4)).want(201)
		s.again("/v1/stock/count", `{"lines":[{"sku":"MUG","location":"A","quantity":5}]}`, nil)
		s.again("/v1/stock/safety", `{"sku":"MUG","location":"A","quantity":1}`, nil)
		s.again("/v1/stock/receipts/"+in.text("id")+"/reverse", nil, nil)
		s.get("/v1/stock/levels?sku=MUG&location=A").want(200).is("data/0/on_hand", 0)

		first := s.post("/v1/keys", `{"name":"x","scopes":["read"]}`, "Idempotency-Key", "k").want(201)
		second := s.post("/v1/keys", `{"name":"x","scopes":["read"]}`, "Idempotency-Key", "k").want(201).is("id", first.text("id"), "key", "")
		if second.header.Get("Idempotent-Replayed") != "true" {
			t.Error("not told as a replay")
		}
	})
}

func TestReplayedRefusal(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Refuse, "A", 1)
		first := s.post("/v1/orders", smallest("A-1", "MUG", 2), "Idempotency-Key", "k", "X-Request-Id", "r").problem(409, "out_of_stock", "/lines/0 out_of_stock")
		s.Receive("MUG", "A", 5)
		second := s.post("/v1/orders", smallest("A-1", "MUG", 2), "Idempotency-Key", "k", "X-Request-Id", "r").problem(409, "out_of_stock", "/lines/0 out_of_stock")
		if string(first.body) != string(second.body) {
			t.Errorf("%s\nand then\n%s", first.body, second.body)
		}
		s.post("/v1/orders", smallest("A-2", "MUG", 2), "Idempotency-Key", "k").problem(422, "key_reused")
		s.post("/v1/orders", smallest("A-1", "MUG", 2), "Idempotency-Key", "other").want(201)
		s.key = s.newKey(nil)
		s.post("/v1/orders", smallest("A-1", "MUG", 2), "Idempotency-Key", "k").problem(403, "missing_scope")
	})
}

// One key used for the same act on two orders does not answer for the wrong one.
func TestKeyOfAnotherThing(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 9)
		one := s.post("/v1/orders", smallest("A-1", "MUG", 1)).want(201).text("id")
		two := s.post("/v1/orders", smallest("A-2", "MUG", 1)).want(201).text("id")
		s.post("/v1/orders/"+one+"/cancel", nil, "Idempotency-Key", "k").want(200)
		s.post("/v1/orders/"+two+"/cancel", nil, "Idempotency-Key", "k").problem(422, "key_reused")
		s.get("/v1/orders/"+two).want(200).is("status", "open")
	})
}

func TestConcurrentReplays(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 100)
		in := smallest("", "MUG", 1)
		delete(in, "external_id")
		answers := make([]*answered, 20)
		var callers sync.WaitGroup
		for i := range answers {
			callers.Go(func() { answers[i] = s.post("/v1/orders", in, "Idempotency-Key", "same") })
		}
		callers.Wait()
		for _, a := range answers {
			if a.want(201); string(a.body) != string(answers[0].body) {
				t.Errorf("answered with\n%s\nand\n%s", answers[0].body, a.body)
			}
		}
		if n := s.get("/v1/orders").want(200).len("data"); n != 1 {
			t.Errorf("%d orders were placed", n)
		}
	})
}
