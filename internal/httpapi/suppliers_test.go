package httpapi_test

import (
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
)

// Suppliers are made, edited under their version, and left; what they offer of
// an item is set by SKU and stands side by side. Who may not see purchases sees
// no cost.
//
// Kills: an edit without If-Match; a dry run that changes; a key that may only
// read stock and learns what a supplier charges; a list that keeps who left.
func TestSuppliersAndOffers(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 1)
		s.post("/v1/suppliers", `{"code":"ACME","name":"","currency":"xyz","lead_days":5}`).problem(422, "invalid", "/name invalid_name", "/currency unknown_currency")
		acme := s.post("/v1/suppliers", `{"code":"ACME","name":"Acme","currency":"EUR","lead_days":5,"minimum_order":"250.00","email":"orders@acme.example"}`).want(201).
			is("minimum_order", "250.00", "active", true, "version", 1)
		id := acme.text("id")
		s.post("/v1/suppliers", `{"code":"ACME","name":"Acme","currency":"EUR"}`).problem(409, "code_taken")
		s.do("PATCH", "/v1/suppliers/"+id, `{"name":"Acme Ltd"}`).problem(428, "missing_if_match")
		s.do("PATCH", "/v1/suppliers/"+id, `{"name":"Acme Ltd"}`, "If-Match", `"1"`).want(200).is("name", "Acme Ltd", "lead_days", 5, "version", 2)
		s.do("PATCH", "/v1/suppliers/code:ACME", `{"location":"A"}`, "If-Match", `"2"`).problem(422, "invalid", "/location not_a_supplier")
		s.get("/v1/suppliers/code:ACME").want(200).is("id", id)
		s.get("/v1/suppliers/code:NO").problem(404, "no_such_supplier")

		at := "/v1/suppliers/" + id + "/offers"
		s.do("PUT", at, `{"offers":[{"sku":"NO","cost":"1"},{"sku":"MUG","cost":"x"}]}`).problem(422, "invalid", "/offers/1/cost invalid_price")
		s.do("PUT", at+"?dry_run=true", `{"offers":[{"sku":"MUG","cost":"4.10","minimum":10,"pack":4}]}`).want(200).is("made", 1, "dry_run", true)
		s.get(at).want(200).is("data", "[]")
		s.do("PUT", at, `{"offers":[{"sku":"MUG","cost":"4.10","minimum":10,"pack":4,"supplier_sku":"A-77"}]}`).want(200).is("made", 1)
		s.get(at).want(200).is("data/0/sku", "MUG", "data/0/cost", "4.10", "data/0/supplier_sku", "A-77", "data/0/currency", "EUR")
		s.get("/v1/items/sku:MUG/offers?quantity=11").want(200).is("data/0/quantity", 12, "data/0/total", "49.20", "data/0/days", 5, "data/0/on_time_lines", 0)

		s.post("/v1/suppliers/"+id+"/deactivate?dry_run=true", nil).want(200).is("active", false, "dry_run", true)
		s.post("/v1/suppliers/"+id+"/deactivate", nil).want(200).is("active", false, "actions/2", "activate")
		s.get("/v1/suppliers").want(200).is("data", "[]")
		s.get("/v1/suppliers?all=true").want(200).is("data/0/id", id)
		s.post("/v1/suppliers/"+id+"/activate", nil).want(200).is("active", true)

		s.get("/v1/entries?limit=100").want(200)
		key := s.newKey([]access.Permission{access.PurchasesRead})
		s.do("PATCH", "/v1/items/sku:MUG", `{"cost":"4.10"}`, "If-Match", `"0"`).want(200).is("cost", "4.10")
		s.key = s.newKey([]access.Permission{access.StockRead, access.CatalogRead})
		s.get("/v1/items/sku:MUG").want(200).is("sku", "MUG", "cost", "")
		s.get("/v1/items/sku:MUG/offers").problem(403, "missing_scope")
		s.get("/v1/suppliers").problem(403, "missing_scope")
		s.key = key
		s.post("/v1/suppliers/"+id+"/deactivate", nil).problem(403, "missing_scope")
	})
}
