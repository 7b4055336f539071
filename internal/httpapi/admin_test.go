package httpapi_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestItems(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		a := s.post("/v1/items", `{"sku":"MUG","name":"Mug","price":"12.95","cost":"4","weight_grams":350,"when_short":"refuse","barcodes":[{"code":"400"}],"custom":{"color":"blue"}}`).want(201)
		a.is("kind", "goods", "unit", "pcs", "price", "12.95", "cost", "4.00", "barcodes/0/quantity", 1, "custom/color", "blue", "edit_version", 0)
		if a.header.Get("ETag") != `"0"` || a.header.Get("Location") != "/v1/items/"+a.text("id") {
			t.Errorf("headers %v", a.header)
		}
		s.post("/v1/items", `{"sku":"MUG","name":"Other"}`).problem(409, "sku_taken")
		s.post("/v1/items", `{"sku":" X","name":"","kind":"thing","scale":7,"price":"x","barcodes":[{"code":"1","quantity":-1}],"components":[{"sku":"MUG","quantity":1}]}`).
			problem(422, "invalid", "/sku invalid_text", "/name missing", "/kind unknown_kind", "/scale out_of_range", "/price invalid_price", "/barcodes out_of_range", "/components not_a_bundle")
		s.post("/v1/items", `{"sku":"SET","name":"Set","kind":"bundle","components":[{"sku":"NONE","quantity":1}]}`).problem(422, "invalid", "/components/0/sku unknown_sku")
		s.post("/v1/items", `{"sku":"CUP","name":"Cup","barcodes":[{"code":"400"}]}`).problem(422, "invalid", "/barcodes/0 barcode_taken")

		at := "/v1/items/" + a.text("id")
		s.do("PATCH", at, `{"name":"Blue mug"}`).problem(428, "missing_if_match")
		s.do("PATCH", at, `{"name":"Blue mug"}`, "If-Match", "x").problem(400, "invalid_header")
		s.do("PATCH", at, `{"sku":"OTHER"}`, "If-Match", `"0"`).problem(422, "invalid", "/sku unknown_field")
		e := s.do("PATCH", at, `{"name":"Blue mug","barcodes":[],"archived":true}`, "If-Match", `"0"`).want(200).is("name", "Blue mug", "price", "12.95", "barcodes", "[]", "edit_version", 1)
		if e.header.Get("ETag") != `"1"` {
			t.Errorf("ETag %s", e.header.Get("ETag"))
		}
		s.do("PATCH", at, `{"name":"Green mug"}`, "If-Match", `"0"`).problem(412, "edited_meanwhile")
		s.do("PATCH", at, `{"name":"Blue mug"}`, "If-Match", `"1"`).want(200).is("edit_version", 1)
		s.get("/v1/items/sku:MUG").want(200).is("id", a.text("id"))
		s.get("/v1/items/sku:NONE").problem(404, "no_such_item")
		s.get("/v1/items/itm_0pmnqh2000400").problem(404, "no_such_item")
	})
}

func TestItemBatch(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.post("/v1/items", `{"sku":"B","name":"Old B"}`).want(201)
		a := s.post("/v1/items/batch", `{"items":[{"sku":"A","name":"A"},{"sku":"B","name":"New B"},{"sku":"","name":"C"},{"name":"D"},{"sku":"E","name":"E","kind":"bundle","components":[{"sku":"A","quantity":2}]}]}`).want(200)
		a.is("succeeded", 3, "refused", 2, "data/0/status", 201, "data/1/status", 200, "data/1/result/name", "New B", "data/2/problem/errors/0/pointer", "/sku",
			"data/3/problem/errors/0/code", "missing", "data/4/result/components/0/sku", "A", "data/4/index", 4)
		l := s.post("/v1/items/batch", "{\"sku\":\"F\",\"name\":\"F\"}\n\nnonsense\n{\"sku\":\"G\",\"name\":\"G\"}", "Content-Type", "application/x-ndjson").want(200)
		rows := strings.Split(strings.TrimSpace(string(l.body)), "\n")
		if len(rows) != 3 || !strings.Contains(rows[1], `"status":400`) || !strings.Contains(rows[2], `"status":201`) || l.header.Get("Content-Type") != "application/x-ndjson" {
			t.Errorf("%q is answered with %s", l.header.Get("Content-Type"), l.body)
		}
		var seen []string
		for cursor := ""; ; {
			p := s.get("/v1/items?limit=2&cursor=" + cursor).want(200)
			for i := range p.len("data") {
				seen = append(seen, p.text(fmt.Sprintf("data/%d/sku", i)))
			}
			if cursor = p.text("next_cursor"); cursor == "" {
				break
			}
		}
		if got := strings.Join(seen, ""); got != "ABEFG" {
			t.Errorf("items %s", got)
		}
		s.get("/v1/items?q=F").want(200).is("data/0/sku", "F", "next_cursor", "")
	})
}

func TestLocations(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		a := s.post("/v1/locations", `{"code":"YORK","name":"York","kind":"store","priority":2,"zone":"Europe/London","address":{"city":"York","country":"GB"}}`).want(201)
		a.is("active", true, "address/city", "York")
		s.post("/v1/locations", `{"code":"YORK","name":"York"}`).problem(409, "code_taken")
		s.do("PATCH", "/v1/locations/code:C", `{"pickups":[{"carrier":"Post","leaves_at":"16:00","days":["monday","friday"]}]}`, "If-Match", `"0"`).want(200).
			is("pickups/0/leaves_at", "16:00", "pickups/0/days/1", "friday")
		s.do("PATCH", "/v1/locations/code:C", `{"name":"Sea"}`, "If-Match", `"1"`).want(200).is("pickups/0/carrier", "Post", "name", "Sea")
		s.post("/v1/locations", `{"code":"","name":"","kind":"ship","zone":"Mars","address":{"country":"XX"}}`).
			problem(422, "invalid", "/code invalid_code", "/name invalid_name", "/kind unknown_kind", "/zone unknown_zone", "/address/country unknown_country")
		at := "/v1/locations/" + a.text("id")
		s.do("PATCH", at, `{}`).problem(428, "missing_if_match")
		s.do("PATCH", "/v1/locations/code:YORK", `{"active":false,"priority":0}`, "If-Match", `"0"`).want(200).is("active", false, "name", "York", "priority", 0)
		s.do("PATCH", at, `{"name":"X"}`, "If-Match", `"0"`).problem(412, "edited_meanwhile")
		s.get(at).want(200).is("code", "YORK", "edit_version", 1)
		first := s.get("/v1/locations?limit=3").want(200).is("data/0/code", "YORK", "data/1/code", "A", "data/2/code", "B")
		s.get("/v1/locations?limit=3&cursor="+first.text("next_cursor")).want(200).is("data/0/code", "C", "next_cursor", "")
		s.get("/v1/locations/loc_0pmnqh2000400").problem(404, "no_such_location")
	})
}

func TestCustomers(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		a := s.post("/v1/customers", `{"external_id":"C-1","name":"Ada","email":"ada@example.com","address":{"city":"Leeds"},"custom":{"tier":2}}`).want(201)
		s.post("/v1/customers", `{"external_id":"C-1","name":"Bob"}`).problem(409, "external_id_taken")
		s.post("/v1/customers", `{"email":"x","address":{"country":"XX"},"custom":{"A":1}}`).problem(422, "invalid", "/email invalid_email", "/address/country unknown_country", "/custom invalid_key")
		s.post("/v1/customers", `{}`).problem(422, "invalid", " empty_customer")
		at := "/v1/customers/" + a.text("id")
		s.do("PATCH", at, `{"phone":"1"}`).problem(428, "missing_if_match")
		s.do("PATCH", at, `{"phone":"1","custom":{}}`, "If-Match", `"0"`).want(200).is("phone", "1", "email", "ada@example.com", "address/city", "Leeds", "custom/tier", "", "edit_version", 1)
		s.do("PATCH", at, `{"phone":"2"}`, "If-Match", `"0"`).problem(412, "edited_meanwhile")
		other := s.post("/v1/customers", `{"external_id":"C-2","name":"Bob","email":"bob@example.com"}`).want(201)
		s.do("PATCH", at, `{"external_id":"C-2"}`, "If-Match", `"1"`).problem(409, "external_id_taken")
		s.get("/v1/customers?email=ada@example.com").want(200).is("data/0/id", a.text("id"), "next_cursor", "")
		page := s.get("/v1/customers?limit=1").want(200).is("data/0/id", other.text("id"))
		s.get("/v1/customers?limit=1&cursor="+page.text("next_cursor")).want(200).is("data/0/id", a.text("id"))
		s.get("/v1/customers/cus_0pmnqh2000400").problem(404, "no_such_customer")
		s.get("/v1/customers/cus_0pmnqh2000400/orders").problem(404, "no_such_customer")
	})
}
