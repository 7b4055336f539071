package httpapi_test

import (
	"fmt"
	"testing"

	"orderly/internal/catalog"
)

// Taxes are set, asked and applied through the API, and orders that say theirs
// keep them.
//
// Kills: an edit over somebody else's; a rate that is read as a fraction; tax
// within prices that is added to the total.
func TestTaxes(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 30)
		s.get("/v1/taxes").want(200).is("version", 0)
		s.do("PATCH", "/v1/taxes", []byte(`{"rates":[{"rate":"200.1"},{"country":"Germany","rate":"1"}]}`), "If-Match", `"0"`).problem(422, "invalid", "/rates/0/rate invalid_rate", "/rates/1/country invalid_country")
		s.do("PATCH", "/v1/taxes", []byte(`{"rates":[{"country":"D1","rate":"1"}],"channels":{"web":"perhaps"}}`), "If-Match", `"0"`).problem(422, "invalid", "/channels/web unknown_mode", "/rates/0/country invalid_country")
		table := []byte(`{"rates":[{"country":"gb","rate":"20","name":"VAT"},{"country":"GB","class":"books","rate":"0"},{"country":"US","postal_code":"100","rate":"8.875"}],"channels":{"web":"contained"}}`)
		s.do("PATCH", "/v1/taxes", table, "If-Match", `"0"`).want(200).is("version", 1).is("rates/0/country", "GB").is("channels/web", "contained")
		s.do("PATCH", "/v1/taxes", table, "If-Match", `"0"`).problem(412, "edited_meanwhile")
		s.post("/v1/taxes/find", `{"country":"US","postal_code":"10001"}`).want(200).is("rate/rate", "8.875")
		s.post("/v1/taxes/find", `{"country":"FR"}`).want(200).is("rate", "")

		body := `{"channel":"web","currency":"EUR","ship_to":{"line1":"1 High Street","city":"Leeds","country":"GB"},"lines":[{"sku":"MUG","quantity":2,"unit_price":"12.00"}],"fees":[{"kind":"shipping","amount":"6.00"}]%s}`
		s.post("/v1/exchange-rates", `{"rates":[{"currency":"eur","date":"2020-01-01","rate":"0.85"}]}`).want(200).is("rates/0/date", "2020-01-01").is("rates/0/currency", "EUR")
		s.post("/v1/exchange-rates", `{"rates":[{"currency":"EUR","date":"2020-13-01","rate":"0"}]}`).problem(422, "invalid", "/rates/0/rate invalid_exchange_rate")
		s.post("/v1/orders", fmt.Sprintf(body, "")).want(201).is("totals/total", 3000).is("totals/tax", 0).is("lines/0/tax_rate", "20").is("lines/0/tax_included", 400).is("fees/0/tax_included", 100).is("exchange_rate", "0.85")
		s.post("/v1/orders", fmt.Sprintf(body, `,"exchange_rate":"0.9"`)).want(201).is("exchange_rate", "0.9")

		said := `{"channel":"web","currency":"GBP","prices_include_tax":%s,"lines":[{"sku":"MUG","quantity":2,"unit_price":"12.00","tax_rate":"7.5"}],"fees":[{"kind":"shipping","amount":"2.15","tax_rate":"7.5"}]}`
		s.post("/v1/orders", fmt.Sprintf(said, "true")).want(201).is("totals/total", 2615).is("lines/0/tax_included", 167).is("fees/0/tax_included", 15).is("lines/0/tax_rate", "7.5")
		s.post("/v1/orders", fmt.Sprintf(said, "false")).want(201).is("totals/total", 2615+180+16).is("lines/0/tax", 180).is("fees/0/tax", 16)
		s.post("/v1/orders", `{"channel":"web","currency":"GBP","prices_include_tax":true,"lines":[{"sku":"MUG","quantity":2,"unit_price":"12.00","tax_rate":"7.5","tax":"1.00"},{"sku":"MUG","quantity":1,"tax_rate":"x"}]}`).problem(422, "invalid", "/lines/1/tax_rate invalid_rate")
	})
}
