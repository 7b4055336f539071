package httpapi_test

import (
	"testing"

	"orderly/internal/catalog"
)

// Terms, what is open on them, what carriers pay out and what a channel says of
// its payments, over the API alone.
//
// Kills: a limit that is read as minor units; a list that counts twice; faults
// of a list told one at a time; a difference that is told of paid orders.
func TestPromises(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 30)
		who := s.post("/v1/customers", `{"external_id":"K1","name":"Kettle Ltd"}`).want(201).text("id")
		place := func(external string) string {
			return s.post("/v1/orders", `{"channel":"web","external_id":"`+external+`","currency":"GBP","customer":{"id":"`+who+`"},"lines":[{"sku":"MUG","quantity":2,"unit_price":"12.00"}]}`).want(201).text("id")
		}
		first := place("A-1")
		s.post("/v1/orders/"+first+"/payments", `{"tender":"terms"}`).problem(409, "no_terms")
		s.post("/v1/customers/"+who+"/terms", `{"currency":"GBP","limit":"40","days":366}`).problem(422, "invalid", "/days out_of_range")
		s.post("/v1/customers/"+who+"/terms", `{"currency":"GBP","limit":"40.00","days":14}`).want(200).is("limit", "40.00").is("open", 0)
		s.post("/v1/orders/"+first+"/payments?dry_run=true", `{"tender":"terms"}`).want(200).is("payment/state", "authorized")
		s.post("/v1/orders/"+first+"/payments", `{"tender":"terms"}`).want(201).is("payment/amount", 2400)
		s.get("/v1/customers/"+who+"/terms").want(200).is("data/0/open", 2400)
		second := place("A-2")
		s.post("/v1/orders/"+second+"/payments", `{"tender":"terms"}`).problem(409, "above_limit")
		s.get("/v1/receivables").want(200).is("data/0/customer", who).is("data/0/not_due", 2400).is("data/0/overdue_1_30", 0)

		s.post("/v1/orders/"+second+"/payments", `{"tender":"cash_on_delivery"}`).want(201)
		list := `{"carrier":"post","reference":"L-1","fee":"1.00","paid_on":"2026-03-01","lines":[{"ref":"A-2","amount":"20.00"}]}`
		s.post("/v1/remittances?dry_run=true", list).want(200).is("collected", 2000).is("parts/0/left", 400).is("id", "")
		s.post("/v1/remittances", `{"carrier":"post","reference":"L-0","lines":[{"ref":"A-1"},{"ref":"A-9"},{"ref":"A-2","amount":"99"}]}`).problem(409, "not_remitted", "/lines/0 not_on_delivery", "/lines/1 no_such_order", "/lines/2 more_than_collected")
		made := s.post("/v1/remittances", list).want(201).is("received", 1900).is("parts/0/left", 400).text("id")
		s.post("/v1/remittances", list).problem(409, "booked_already")
		s.get("/v1/remittances/"+made).want(200).is("parts/0/amount", 2000)
		s.get("/v1/remittances").want(200).is("data/0/reference", "L-1")
		s.post("/v1/remittances", `{"carrier":"post","reference":"L-2","lines":[{"ref":"`+second+`"}]}`).want(201)
		s.get("/v1/collected").want(200)

		third := s.post("/v1/orders", `{"channel":"web","currency":"GBP","lines":[{"sku":"MUG","quantity":1,"unit_price":"100.00"}],"payments":[{"amount":"113.00","means":"credit_card","instalments":9}]}`).want(201).text("id")
		s.get("/v1/orders/"+third+"/payments").want(200).is("said/0/means", "credit_card").is("said/0/instalments", 9).is("differs/cause", "interest").is("differs/says", "13.00 is interest of the channel: 13.0 percent over 9 instalments")
		s.post("/v1/orders/"+third+"/payments", `{"amount":"5.00","means":"voucher","sequence":1}`).problem(409, "other_payment")
		s.post("/v1/orders/"+third+"/payments", `{"amount":"5.00","means":"voucher"}`).want(201)
		s.get("/v1/orders/"+third+"/payments").want(200).is("said/1/n", 2).is("said/1/means", "voucher").is("differs/amount", 1800)
		fourth := s.post("/v1/orders", `{"channel":"web","currency":"GBP","lines":[{"sku":"MUG","quantity":1,"unit_price":"100.00"}],"payments":[{"amount":"100.00"}]}`).want(201).text("id")
		s.post("/v1/orders/"+fourth+"/cancel", `{}`).want(200)
		s.post("/v1/orders/"+fourth+"/refunds", `{"amount":"100.00"}`).want(201)
		s.get("/v1/orders/"+fourth+"/payments").want(200).is("differs", "")
		s.get("/v1/orders/"+first+"/payments").want(200).is("differs", "").is("due", 2400)
	})
}
