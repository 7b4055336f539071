package httpapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"orderly/internal/catalog"
)

// with is the smallest order with fields replaced; nil takes a field away.
func with(fields map[string]any) string {
	in := smallest("", "MUG", 1)
	delete(in, "external_id")
	maps.Copy(in, fields)
	maps.DeleteFunc(in, func(_ string, v any) bool { return v == nil })
	text, err := json.Marshal(in)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// lines is the smallest order with other lines, as JSON text.
func lines(text string) string {
	return strings.Replace(with(map[string]any{"lines": "HERE"}), `"HERE"`, text, 1)
}

func TestBadOrders(t *testing.T) {
	list := func(n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(`{"sku":"MUG","quantity":1},`, n), ",") + "]"
	}
	cases := []struct {
		name, body string
		status     int
		code       string
		faults     []string
	}{
		{"unknown SKU", lines(`[{"sku":"MUG","quantity":1},{"sku":"NONE","quantity":1}]`), 422, "invalid", []string{"/lines/1/sku unknown_sku"}},
		{"archived item", lines(`[{"sku":"OLD","quantity":1}]`), 422, "invalid", []string{"/lines/0/sku archived_item"}},
		{"negative quantity", lines(`[{"sku":"MUG","quantity":-2}]`), 422, "invalid", []string{"/lines/0/quantity not_positive"}},
		{"quantity zero", lines(`[{"sku":"MUG","quantity":0}]`), 422, "invalid", []string{"/lines/0/quantity not_positive"}},
		{"quantity with a point", lines(`[{"sku":"MUG","quantity":1.5}]`), 422, "invalid", []string{"/lines/0/quantity not_whole"}},
		{"quantity with an exponent", lines(`[{"sku":"MUG","quantity":1e3}]`), 422, "invalid", []string{"/lines/0/quantity not_whole"}},
		{"quantity as text", lines(`[{"sku":"MUG","quantity":"2"}]`), 422, "invalid", []string{"/lines/0/quantity wrong_type"}},
		{"huge quantity", lines(`[{"sku":"MUG","quantity":1000000001}]`), 422, "invalid", []string{"/lines/0/quantity too_large"}},
		{"quantity beyond 64 bits", lines(`[{"sku":"MUG","quantity":99999999999999999999}]`), 422, "invalid", []string{"/lines/0/quantity out_of_range"}},
		{"huge number", lines(`[{"sku":"MUG","quantity":1e999999}]`), 422, "invalid", []string{"/lines/0/quantity not_whole"}},
		{"price as a number", lines(`[{"sku":"MUG","quantity":1,"unit_price":12.95}]`), 422, "invalid", []string{"/lines/0/unit_price wrong_type"}},
		{"price with seven decimals", lines(`[{"sku":"MUG","quantity":1,"unit_price":"0.1234567"}]`), 422, "invalid", []string{"/lines/0/unit_price invalid_price"}},
		{"price in words", lines(`[{"sku":"MUG","quantity":1,"unit_price":"free"}]`), 422, "invalid", []string{"/lines/0/unit_price invalid_price"}},
		{"negative price", lines(`[{"sku":"MUG","quantity":1,"unit_price":"-1"}]`), 422, "invalid", []string{"/lines/0/unit_price negative"}},
		{"a total beyond all bounds", lines(`[{"sku":"MUG","quantity":1000000000,"unit_price":"1000000000"}]`), 422, "invalid", []string{"/lines/0 total_too_large"}},
		{"discount above the line", lines(`[{"sku":"MUG","quantity":1,"unit_price":"1","discount":"2"}]`), 422, "invalid", []string{"/lines/0/discount too_large"}},
		{"no lines", lines(`[]`), 422, "invalid", []string{"/lines missing"}},
		{"lines missing", with(map[string]any{"lines": nil}), 422, "invalid", []string{"/lines missing"}},
		{"2,001 lines", lines(list(2001)), 422, "invalid", []string{"/lines too_many"}},
		{"a line that is null", lines(`[null]`), 422, "invalid", []string{"/lines/0 wrong_type"}},
		{"a line without its fields", lines(`[{}]`), 422, "invalid", []string{"/lines/0/sku missing", "/lines/0/quantity missing"}},
		{"unknown currency", with(map[string]any{"currency": "XXX"}), 422, "invalid", []string{"/currency unknown_currency"}},
		{"currency in lower case", with(map[string]any{"currency": "gbp"}), 422, "invalid", []string{"/currency unknown_currency"}},
		{"no channel", with(map[string]any{"channel": nil}), 422, "invalid", []string{"/channel missing"}},
		{"empty channel", with(map[string]any{"channel": ""}), 422, "invalid", []string{"/channel missing"}},
		{"wrong type of an object", with(map[string]any{"customer": "Ada"}), 422, "invalid", []string{"/customer wrong_type"}},
		{"wrong type of a list", with(map[string]any{"tags": "vip"}), 422, "invalid", []string{"/tags wrong_type"}},
		{"unknown field", with(map[string]any{"chanel": "web"}), 422, "invalid", []string{"/chanel unknown_field"}},
		{"unknown field of a line", lines(`[{"sku":"MUG","quantity":1,"qty":1}]`), 422, "invalid", []string{"/lines/0/qty unknown_field"}},
		{"a field twice", `{"channel":"web","channel":"shop","currency":"GBP","lines":[{"sku":"MUG","quantity":1}]}`, 422, "invalid", []string{"/channel repeated"}},
		{"unknown country", with(map[string]any{"ship_to": map[string]any{"country": "XX"}}), 422, "invalid", []string{"/ship_to/country unknown_country"}},
		{"no e-mail address", with(map[string]any{"customer": map[string]any{"email": "ada"}}), 422, "invalid", []string{"/customer/email invalid_email"}},
		{"unknown customer", with(map[string]any{"customer": map[string]any{"id": "cus_0pmnqh2000400"}}), 422, "unknown_customer", nil},
		{"a customer's id of another kind", with(map[string]any{"customer": map[string]any{"id": "ord_0pmnqh2000400"}}), 422, "invalid", []string{"/customer/id invalid_id"}},
		{"a control character", with(map[string]any{"channel": "we\x01b"}), 422, "invalid", []string{"/channel invalid_text"}},
		{"a NUL", with(map[string]any{"note": "a\x00b"}), 422, "invalid", []string{"/note invalid_text"}},
		{"a note beyond bounds", with(map[string]any{"note": strings.Repeat("x", 10_001)}), 422, "invalid", []string{"/note too_long"}},
		{"a tag with a space", with(map[string]any{"tags": []any{" vip"}}), 422, "invalid", []string{"/tags/0 invalid_text"}},
		{"priority beyond bounds", with(map[string]any{"priority": 1001}), 422, "invalid", []string{"/priority out_of_range"}},
		{"an unknown fee", with(map[string]any{"fees": []any{map[string]any{"kind": "tip", "amount": "1"}}}), 422, "invalid", []string{"/fees/0/kind unknown_kind"}},
		{"a payment of nothing", with(map[string]any{"payments": []any{map[string]any{"amount": "0"}}}), 422, "invalid", []string{"/payments/0/amount out_of_range"}},
		{"an unknown tender", with(map[string]any{"payments": []any{map[string]any{"amount": "1", "tender": "gold"}}}), 422, "invalid", []string{"/payments/0/tender unknown_tender"}},
		{"a hold that blocks nothing known", with(map[string]any{"holds": []any{map[string]any{"reason": "x", "blocks": []any{"breathe"}}}}), 422, "invalid", []string{"/holds/0/blocks unknown_act"}},
		{"not an instant", with(map[string]any{"placed_at": "yesterday"}), 422, "invalid", []string{"/placed_at invalid_instant"}},
		{"an instant of the year 9999", with(map[string]any{"due_at": "9999-12-31T23:59:59Z"}), 422, "invalid", []string{"/due_at invalid_instant"}},
		{"custom fields that nest", with(map[string]any{"custom": map[string]any{"a": map[string]any{}}}), 422, "invalid", []string{"/custom invalid_value"}},
		{"custom fields that are a list", with(map[string]any{"custom": []any{}}), 422, "invalid", []string{"/custom invalid_custom"}},
		{"custom fields twice", strings.Replace(with(map[string]any{"custom": "HERE"}), `"HERE"`, `{"a":1,"a":2}`, 1), 422, "invalid", []string{"/custom/a repeated"}},
		{"not in degrees", with(map[string]any{"ship_to": map[string]any{"latitude": "north"}}), 422, "invalid", []string{"/ship_to/latitude invalid_position"}},
		{"beyond the pole", with(map[string]any{"ship_to": map[string]any{"latitude": "91"}}), 422, "invalid", []string{"/ship_to invalid_position"}},
		{"not enough in stock", lines(`[{"sku":"MUG","quantity":1},{"sku":"RARE","quantity":3}]`), 409, "out_of_stock", []string{"/lines/1 out_of_stock"}},
		{"not enough behind a bundle", lines(`[{"sku":"SET","quantity":1},{"sku":"RARE","quantity":3}]`), 409, "out_of_stock", []string{"/lines/1 out_of_stock"}},
		{"cut off", `{"channel":"web","lines":[{"sku":"MU`, 400, "invalid_json", []string{"/lines/0/sku invalid_json"}},
		{"empty", "", 400, "invalid_json", nil},
		{"no JSON", "channel=web", 400, "invalid_json", nil},
		{"two values", with(nil) + with(nil), 400, "invalid_json", nil},
		{"a list", "[]", 422, "invalid", []string{" wrong_type"}},
		{"null", "null", 422, "invalid", []string{" wrong_type"}},
		{"no UTF-8", "{\"channel\":\"w\xffb\"}", 400, "invalid_json", []string{"/channel invalid_json"}},
		{"half a surrogate pair", `{"channel":"\ud83d"}`, 400, "invalid_json", []string{"/channel invalid_json"}},
		{"deep", `{"custom":` + strings.Repeat(`{"a":`, 10_000), 400, "too_deep", nil},
		{"2 MiB", `{"note":"` + strings.Repeat("x", 2<<20) + `"}`, 413, "body_too_large", nil},
		{"several at once", `{"channel":"","currency":"GBP","custmer":{},"customer":{"email":"x"},"lines":[{"sku":"","quantity":"1","unit_price":"?"}]}`, 422, "invalid",
			[]string{"/channel missing", "/custmer unknown_field", "/customer/email invalid_email", "/lines/0/sku missing", "/lines/0/quantity wrong_type", "/lines/0/unit_price invalid_price"}},
	}
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 5)
		s.Goods("RARE", catalog.Refuse, "A", 2)
		s.post("/v1/items", map[string]any{"sku": "OLD", "name": "Old", "archived": true}).want(201)
		s.post("/v1/items", map[string]any{"sku": "SET", "name": "Set", "kind": "bundle", "components": []any{map[string]any{"sku": "MUG", "quantity": 1}}}).want(201)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				s := *s
				s.t = t
				a := s.post("/v1/orders", []byte(c.body)).problem(c.status, c.code, c.faults...)
				if c.faults != nil && a.len("errors") != len(c.faults) {
					t.Errorf("more is told than %q: %s", c.faults, a.body)
				}
			})
		}
		s.get("/v1/orders").want(200).is("data", "[]")
		s.get("/v1/stock/levels?sku=MUG").want(200).is("data/0/reserved", 0)
	})
}

// What is wrong in many places is told as 100 places, and how many more.
func TestFaultsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		a := s.post("/v1/orders", lines("["+strings.TrimSuffix(strings.Repeat(`{"sku":1,"quantity":1},`, 500), ",")+"]")).problem(422, "invalid")
		if n := a.len("errors"); n != 100 {
			t.Errorf("%d faults are listed", n)
		}
		if text := a.text("detail"); !strings.Contains(text, "400 more") {
			t.Errorf("detail: %s", text)
		}
	})
}

func TestBadStockActs(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 5)
		s.post("/v1/items", map[string]any{"sku": "GIFT", "name": "Gift card", "kind": "service"}).want(201)
		line := func(text string) string { return fmt.Sprintf(`{"lines":[%s]}`, text) }
		for _, c := range []struct {
			path, body string
			status     int
			code       string
			faults     []string
		}{
			{"receive", line(`{"sku":"NONE","location":"A","quantity":1}`), 422, "invalid", []string{"/lines/0/sku unknown_sku"}},
			{"receive", line(`{"sku":"GIFT","location":"A","quantity":1}`), 422, "invalid", []string{"/lines/0/sku not_stocked"}},
			{"receive", line(`{"sku":"MUG","location":"Z","quantity":0}`), 422, "invalid", []string{"/lines/0/location unknown_location", "/lines/0/quantity zero"}},
			{"receive", line(`{"sku":"MUG","location":"loc_0pmnqh2000400","quantity":1}`), 422, "invalid", []string{"/lines/0/location unknown_location"}},
			{"receive", line(`{"sku":"MUG","quantity":-1}`), 422, "invalid", []string{"/lines/0/location missing", "/lines/0/quantity negative"}},
			{"receive", line(`{"sku":"MUG","location":"A","quantity":1,"state":"lost"}`), 422, "invalid", []string{"/lines/0/state unknown_state"}},
			{"receive", `{"lines":[]}`, 422, "invalid", []string{"/lines missing"}},
			{"receive", `{}`, 422, "invalid", []string{"/lines missing"}},
			{"adjust", line(`{"sku":"MUG","location":"A","quantity":-1}`), 422, "invalid", []string{"/lines/0/reason missing_reason"}},
			{"adjust", line(`{"sku":"MUG","location":"A","quantity":-6,"reason":"stolen"}`), 409, "not_enough", []string{"/lines not_enough"}},
			{"count", line(`{"sku":"MUG","location":"A","quantity":1},{"sku":"MUG","location":"A","quantity":2}`), 422, "invalid", []string{"/lines repeated"}},
			{"transfer", `{"to":"A","lines":[{"sku":"MUG","location":"A","quantity":1}]}`, 409, "not_enough", []string{"/lines/0/location same_location"}},
			{"transfer", `{"to":"Z","lines":[{"sku":"MUG","location":"A","quantity":1}]}`, 422, "invalid", []string{"/to unknown_location"}},
			{"transfer", `{"to":"B","lines":[{"sku":"MUG","location":"A","quantity":6}]}`, 409, "not_enough", []string{"/lines/0/quantity not_enough"}},
			{"safety", `{"sku":"MUG","location":"Z","quantity":-1}`, 422, "invalid", []string{"/location unknown_location", "/quantity negative"}},
			{"safety", `{"sku":"NONE","location":"A","quantity":1}`, 422, "invalid", []string{"/sku unknown_sku"}},
			{"receipts/stk_0pmnqh2000400/reverse", ``, 404, "no_such_receipt", nil},
			{"receipts/none/reverse", ``, 404, "no_such_receipt", nil},
		} {
			s.post("/v1/stock/"+c.path, []byte(c.body)).problem(c.status, c.code, c.faults...)
		}
		s.get("/v1/stock/levels?sku=NONE").problem(422, "invalid_parameter", "sku unknown_sku")
		s.get("/v1/stock/levels?location=Z").problem(422, "invalid_parameter", "location unknown_location")
		s.get("/v1/stock/movements").problem(422, "invalid_parameter", "sku missing")
	})
}
