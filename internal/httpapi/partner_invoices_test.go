package httpapi_test

import (
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/stock"
)

// A 3PL's invoice is taken in as lines or as a table, held against what was done,
// and decided on line by line.
//
// Kills: an invoice that is kept by a dry run, or twice; what was asked for by
// another invoice and is told as equal; more than agreed accepted without a word;
// what is done and forgotten; an order of last month that is unknown for being old.
func TestPartnerInvoices(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		at := s.post("/v1/locations", `{"code":"P","name":"Pack & Send","kind":"3pl"}`).want(201).text("id")
		s.Locations["P"], _ = stock.ParseLocationID(at)
		s.Goods("CUP", catalog.Backorder, "P", 10)
		day := func(later int) string { return time.Now().In(london(t)).AddDate(0, 0, later).Format(time.DateOnly) }
		s.post("/v1/locations/code:P/rate-cards", `{"from":"`+day(-60)+`","currency":"EUR","rates":[{"kind":"order","price":"2.50"},{"kind":"unit","price":"0.25"},{"kind":"receiving","price":"0.10"}]}`).want(201)
		sent := func(tracking string) string {
			o := s.post("/v1/orders", `{"channel":"web","currency":"GBP","lines":[{"sku":"CUP","quantity":2,"unit_price":"9.00"}],"customer":{"name":"Ada"},"ship_to":{"line1":"1 High Street","city":"Leeds","country":"GB"}}`).want(201)
			ful := o.text("fulfillments/0/id")
			s.post("/v1/fulfillments/"+ful+"/release", ``).want(200)
			s.post("/v1/requests/"+ful+"/send", `{"parcels":[{"carrier":"dhl","tracking":"`+tracking+`","weight_grams":900}]}`).want(200)
			return ful
		}
		one, _ := sent("JD01"), sent("JD02")
		const path = "/v1/locations/code:P/partner-invoices"
		head := func(number, from, to, total string) string {
			return `{"number":"` + number + `","from":"` + from + `","to":"` + to + `","currency":"EUR","total":"` + total + `","tolerance":"0.01",`
		}
		s.post(path, head("", "x", "2027-01-01", "1")+`"lines":[{"kind":"order","amount":"x"}]}`).problem(422, "invalid", "/number missing", "/from invalid_date", "/lines/0/amount invalid_amount")
		first := head("R-1", day(-1), day(1), "12.35") + `"csv":"kind,reference,quantity,amount\norder,` + one + `,1,2.50\nunit,jd01,2,0.60\nunit,JD01,2,0.50\nfuel,,1,8.75\n"}`
		s.post(path+"?dry_run=true", first).want(200).is("dry_run", true, "lines/0/outcome", "equal", "unbilled_count", 3)
		s.get("/v1/partner-invoices").want(200).is("data", "[]")
		v := s.post(path, first).want(201).is("state", "open", "off", "0.00", "lines/0/expected", "2.50", "lines/1/outcome", "over", "lines/1/expected_quantity", 2, "lines/2/outcome", "twice", "lines/2/asked_before_by", "R-1, line 2", "lines/3/outcome", "unknown")
		v.is("unbilled_count", 3, "unbilled/0/kind", "order", "unbilled/1/tracking", "JD02")
		id := v.text("id")
		s.post(path, first).problem(409, "number_taken")

		act := "/v1/partner-invoices/" + id
		s.post(act+"/accept", `{}`).problem(409, "not_possible", "/note missing")
		s.post(act+"/accept?dry_run=true", `{"lines":[1]}`).want(200).is("dry_run", true, "lines/0/state", "accepted")
		s.get(act).want(200).is("lines/0/state", "open")
		s.post(act+"/accept", `{"lines":[1]}`).want(200).is("lines/0/state", "accepted", "state", "open", "version", 2)
		s.post(act+"/dispute", `{"note":"not agreed"}`).want(200).is("state", "mixed", "lines/1/state", "disputed", "lines/1/note", "not agreed", "unbilled_count", 4)

		// Of another time, it names what was done before; what was disputed can be asked
		// for again, what was accepted cannot.
		next := s.post(path, head("R-2", day(-20), day(-10), "3.00")+`"lines":[{"kind":"unit","reference":"JD01","amount":"0.50"},{"kind":"order","reference":"`+one+`","amount":"2.50"}]}`).want(201).
			is("lines/0/outcome", "equal", "lines/1/outcome", "twice", "lines/1/asked_before_by", "R-1, line 1", "unbilled_count", 0)
		s.post("/v1/partner-invoices/"+next.text("id")+"/accept", `{"lines":[1]}`).want(200)
		s.post(act+"/accept", `{"lines":[2],"note":"after all"}`).problem(409, "not_possible", "/lines/0 billed_twice")
		s.get("/v1/partner-invoices?state=mixed&location=P").want(200).is("data/0/id", id)
		s.get("/v1/partner-invoices/pti_1").problem(404, "no_such_invoice")
		s.post("/v1/partner-invoices/pti_1/accept", `{}`).problem(404, "no_such_invoice")
		s.key = s.newKey([]access.Permission{access.PurchasesRead, access.CatalogRead}, s.Locations["A"])
		s.get(act).problem(404, "no_such_invoice")
		s.get("/v1/partner-invoices").want(200).is("data", "[]")
	})
}
