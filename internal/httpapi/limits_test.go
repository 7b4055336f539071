package httpapi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/catalog"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/store/storetest"
)

// Every limit that the document states is held: a body that is right but for
// one value beyond one limit is refused, and the fault points there.
func TestDocumentedLimitsHold(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 50)
		s.Goods("SET", catalog.Backorder, "A", 50)
		customer := s.post("/v1/customers", `{"name":"Ada"}`).want(201).text("id")
		o := s.post("/v1/orders", smallest("A-1", "MUG", 2)).want(201)
		placed, ful := o.text("id"), o.text("fulfillments/0/id")
		address := map[string]any{"name": "x", "company": "x", "line1": "x", "line2": "x", "city": "x", "region": "x", "postal_code": "x", "country": "GB", "phone": "x"}
		in := rich(customer)
		in["ship_to"], in["bill_to"], in["external_id"] = address, address, "L"
		line := map[string]any{"sku": "MUG", "location": "A", "quantity": 1, "state": "on_hand", "bin": "1", "lot": "1", "reason": "x", "note": "x"}
		stockLines := map[string]any{"reference": "x", "lines": []any{line}}
		item := map[string]any{"sku": "NEW", "name": "x", "kind": "goods", "unit": "pcs", "scale": 0, "when_short": "refuse", "picture": "x", "weight_grams": 1,
			"barcodes": []any{map[string]any{"code": "1", "quantity": 1}}, "components": []any{}}
		n := 0
		for path, base := range map[string]map[string]any{
			"/v1/orders":                              in,
			"/v1/orders/" + placed + "/cancel":        {"lines": []any{map[string]any{"line": 1, "quantity": 1}}},
			"/v1/orders/" + placed + "/hold":          {"reason": "x", "blocks": []any{"ship"}},
			"/v1/orders/" + placed + "/tag":           {"add": []any{"x"}},
			"/v1/orders/" + placed + "/priority":      {"priority": 1},
			"/v1/orders/" + placed + "/payments":      {"amount": "1", "reference": "x", "tender": "paid_at_channel", "provider": "x", "begin": "link", "source": "x"},
			"/v1/orders/" + placed + "/refunds":       {"amount": "1", "reference": "x", "tenders": []any{"card"}},
			"/v1/providers":                           {"code": "x", "kind": "x"},
			"/v1/orders/" + placed + "/return":        {"location": "A", "reason": "x", "lines": []any{map[string]any{"line": 1, "quantity": 1}}},
			"/v1/fulfillments/" + ful + "/pack":       {"carrier": "x", "tracking": "x", "weight_grams": 1, "lines": []any{map[string]any{"line": 1}}},
			"/v1/parcels/par_0pmnqh2000400/scans":     {"scans": []any{map[string]any{"at": "2026-11-23T00:00:00Z", "code": "exception", "text": "x", "place": "x"}}},
			"/v1/stock/receive":                       stockLines,
			"/v1/stock/transfer":                      {"to": "B", "reference": "x", "lines": []any{line}},
			"/v1/stock/safety":                        {"sku": "MUG", "location": "A", "quantity": 1},
			"/v1/items":                               item,
			"/v1/locations":                           {"code": "NEW", "name": "x", "kind": "store", "priority": 1, "address": address},
			"/v1/customers":                           {"external_id": "x", "name": "x", "email": "x@example.com", "phone": "x", "company": "x", "address": address},
			"/v1/keys":                                {"name": "x", "scopes": []any{"read"}, "locations": []any{}},
			"/v1/orders/batch":                        {"orders": []any{}},
			"/v1/fulfillments/" + ful + "/short-pick": {"lines": []any{map[string]any{"line": 1, "quantity": 1}}},
		} {
			d := documented(t, s.handler)
			body := d.operation("POST", path)["requestBody"].(map[string]any)["content"].(map[string]any)["application/json"].(map[string]any)
			for _, v := range d.violations("", body["schema"].(map[string]any), base) {
				n++
				a := s.post(path, v.body)
				if a.status != 422 && !(a.status == 413 && v.limit == "maxItems") {
					t.Errorf("%s: %s at %s: answered %d %.300s", path, v.limit, v.at, a.status, a.body)
				} else if a.status == 422 && !pointsAt(a, v.at) {
					t.Errorf("%s: %s at %s: no fault points there: %.500s", path, v.limit, v.at, a.body)
				}
			}
		}
		if n < 100 {
			t.Errorf("only %d limits were tried", n)
		}
	})
}

// pointsAt reports whether a fault is at the place, beneath it, or at the
// list or object that holds it.
func pointsAt(a *answered, at string) bool {
	for i := range a.len("errors") {
		p := a.text(fmt.Sprintf("errors/%d/pointer", i))
		if strings.HasPrefix(p, at) || p != "" && strings.HasPrefix(at, p) || at[:strings.LastIndexByte(at, '/')] == p[:strings.LastIndexByte(p+"/", '/')] {
			return true
		}
	}
	return false
}

// violation is a body with one value beyond one limit.
type violation struct {
	at, limit string
	body      any
}

// violations gives, for every limit in the schema on a value that base has,
// base with that value beyond it.
func (d *openAPI) violations(at string, schema map[string]any, base any) []violation {
	if ref, ok := schema["$ref"].(string); ok {
		return d.violations(at, d.schemas[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any), base)
	}
	var out []violation
	beyond := func(limit string, v any) { out = append(out, violation{at, limit, v}) }
	if n, ok := schema["maxLength"].(float64); ok {
		beyond("maxLength", strings.Repeat("x", int(n)+1))
	}
	if n, ok := schema["minLength"].(float64); ok && n > 0 {
		beyond("minLength", "")
	}
	if n, ok := schema["maximum"].(float64); ok {
		beyond("maximum", int64(n)+1)
	}
	if n, ok := schema["minimum"].(float64); ok && n != 1 || schema["minimum"] == 1.0 && strings.HasSuffix(at, "quantity") {
		beyond("minimum", int64(n)-1)
	}
	if schema["enum"] != nil {
		beyond("enum", "nonsense")
	}
	properties, _ := schema["properties"].(map[string]any)
	switch x := base.(type) {
	case []any:
		if n, ok := schema["maxItems"].(float64); ok {
			beyond("maxItems", slices.Repeat(append(x, 1)[:1], int(n)+1))
		}
		if n, ok := schema["minItems"].(float64); ok && n > 0 {
			beyond("minItems", []any{})
		}
		if len(x) > 0 {
			for _, v := range d.violations(at+"/0", schema["items"].(map[string]any), x[0]) {
				out = append(out, violation{v.at, v.limit, append([]any{v.body}, x[1:]...)})
			}
		}
	case map[string]any:
		for name, p := range properties {
			value, ok := x[name]
			if !ok {
				continue
			}
			for _, v := range d.violations(at+"/"+name, p.(map[string]any), value) {
				other := map[string]any{}
				for k, each := range x {
					other[k] = each
				}
				other[name] = v.body
				out = append(out, violation{v.at, v.limit, other})
			}
		}
	}
	return out
}

// The words that the document lists are the nouns' own.
func TestDocumentedWords(t *testing.T) {
	d := documented(t, openShop(t, storetest.SQLite(t)).handler)
	for place, want := range map[string][]string{
		"OrderHead/stage": order.Stages, "Fulfillment/work_status": fulfillment.WorkStatuses, "Scan/code": fulfillment.ScanCodes, "NewHold/blocks": order.HoldBlocks,
	} {
		schema, field, _ := strings.Cut(place, "/")
		if d.schemas[schema] == nil {
			schema = "Order"
		}
		p := d.schemas[schema].(map[string]any)["properties"].(map[string]any)[field].(map[string]any)
		if items, ok := p["items"].(map[string]any); ok {
			p = items
		}
		var got []string
		for _, each := range p["enum"].([]any) {
			got = append(got, each.(string))
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", place, d)
		}
	}
}

// The document is whole: every reference leads somewhere, every operation says
// what it is and which scope it needs, and nothing of the library is left.
func TestDocument(t *testing.T) {
	alone(t, func(t *testing.T, s *shop) {
		a := s.get("/openapi.json").want(200).is("openapi", "3.1.0", "info/version", "test")
		text := string(a.body)
		for _, bad := range []string{"$schema", "ErrorModel", "ErrorDetail", "octet-stream", "unpkg"} {
			if strings.Contains(text, bad) {
				t.Errorf("the document speaks of %s", bad)
			}
		}
		d := documented(t, s.handler)
		for _, part := range strings.Split(text, `"$ref":"#/components/schemas/`)[1:] {
			if name, _, _ := strings.Cut(part, `"`); d.schemas[name] == nil {
				t.Errorf("no schema %s", name)
			}
		}
		ids := map[string]bool{}
		for path, methods := range d.paths {
			for method, op := range methods {
				op := op.(map[string]any)
				id, _ := op["operationId"].(string)
				open := strings.Contains(fmt.Sprint(op["description"]), "Needs no key")
				if id == "" || ids[id] || op["summary"] == "" || !open && (op["security"] == nil || !strings.Contains(fmt.Sprint(op["description"]), "Needs the scope")) {
					t.Errorf("%s %s is told too little: %v", method, path, op["operationId"])
				}
				ids[id] = true
				responses := op["responses"].(map[string]any)
				if responses["default"] == nil || len(responses) < 2 {
					t.Errorf("%s: responses %v", id, responses)
				}
			}
		}
		var indented map[string]any
		if err := json.Unmarshal(a.body, &indented); err != nil {
			t.Fatal(err)
		}
	})
}
