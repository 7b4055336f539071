package httpapi_test

import (
	"fmt"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// each runs a story on a fresh shop on both engines.
func each(t *testing.T, story func(*testing.T, *shop)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { story(t, openShop(t, db)) })
}

func TestSmallestOrder(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 5)
		a := s.post("/v1/orders", smallest("A-1", "MUG", 7)).want(201)
		a.is("status", "open", "payment_status", "unpaid", "fulfillment_status", "partially_backordered", "return_status", "none",
			"hold_status", "none", "stage", "backordered", "number", 1001, "edit_version", 0, "version", 1,
			"lines/0/quantities/ordered", 7, "lines/0/quantities/allocated", 5, "lines/0/quantities/backordered", 2,
			"lines/0/quantities/lost", 0, "lines/0/unit_price", "12.95", "totals/total", 9065, "totals/currency", "GBP",
			"fulfillments/0/location_code", "A", "fulfillments/0/lines/0/sku", "MUG", "actions/0", "cancel")
		id := a.text("id")
		if got := a.header.Get("Location"); got != "/v1/orders/"+id {
			t.Errorf("Location %q", got)
		}
		if string(s.get("/v1/orders/"+id).want(200).body) != string(a.body) {
			t.Errorf("placed and read differ:\n%s\n%s", a.body, s.get("/v1/orders/"+id).body)
		}
		if again := s.post("/v1/orders", smallest("A-1", "MUG", 7)).want(200); string(again.body) != string(a.body) {
			t.Errorf("the repeat is answered with %s", again.body)
		}
		s.post("/v1/orders", smallest("A-1", "MUG", 6)).problem(409, "external_id_taken")
	})
}

// alone runs a story that no engine could tell otherwise, on one.
func alone(t *testing.T, story func(*testing.T, *shop)) { story(t, openShop(t, storetest.SQLite(t))) }

// rich is an order with everything that one can have.
func rich(customer string) map[string]any {
	in := smallest("R-1", "MUG", 2)
	in["customer"] = map[string]any{"id": customer, "name": "Ada Byron", "phone": "+44 113 496 0000", "company": "Analytical Ltd"}
	in["bill_to"] = map[string]any{"name": "Accounts", "line1": "2 Low Street", "country": "IE", "latitude": "53.349805", "longitude": "-6.26031"}
	in["lines"] = []any{
		map[string]any{"sku": "MUG", "quantity": 2, "unit_price": "12.955", "discount": "1.00", "tax": "4.98", "title": "Mug, engraved", "custom": map[string]any{"engraving": "Ada", "gift": true}},
		map[string]any{"sku": "SET", "quantity": 1, "unit_price": "20"},
	}
	in["fees"] = []any{map[string]any{"kind": "shipping", "code": "STD", "label": "Standard", "amount": "3.95", "tax": "0.79"}, map[string]any{"kind": "adjustment", "amount": "-0.50"}}
	in["payments"] = []any{map[string]any{"amount": "10.00", "reference": "ch_1", "tender": "paid_at_channel"}}
	in["holds"] = []any{map[string]any{"reason": "payment_review", "note": "new card", "blocks": []any{"ship"}}}
	in["tags"] = []any{"vip", "gift"}
	in["note"] = "ring twice"
	in["priority"] = 5
	in["placed_at"] = "2026-11-22T23:30:00+01:00"
	in["due_at"] = "2026-11-30T12:00:00Z"
	in["custom"] = map[string]any{"campaign": "winter", "visits": 3}
	return in
}

func TestRichOrder(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 10)
		s.Goods("SPOON", catalog.Backorder, "B", 10)
		s.post("/v1/items", map[string]any{"sku": "SET", "name": "Mug and spoons", "kind": "bundle",
			"components": []any{map[string]any{"sku": "MUG", "quantity": 1}, map[string]any{"sku": "SPOON", "quantity": 2}}}).want(201)
		customer := s.post("/v1/customers", map[string]any{"name": "Ada Byron", "email": "ada@example.com"}).want(201).text("id")
		a := s.post("/v1/orders", rich(customer)).want(201)
		a.is("customer/id", customer, "bill_to/latitude", "53.349805", "lines/0/total", 2591, "lines/0/title", "Mug, engraved", "lines/0/custom/engraving", "Ada",
			"lines/1/quantities/ordered", 1, "lines/2/parent", 2, "lines/3/sku", "SPOON", "lines/3/quantity", 2,
			"totals/subtotal", 4591, "totals/discount", 100, "totals/tax", 577, "totals/fees", 345, "totals/total", 5413, "totals/paid", 1000, "totals/due", 4413,
			"payment_status", "partially_paid", "hold_status", "held", "stage", "on_hold", "holds/0/blocks/0", "ship", "tags/1", "gift", "priority", 5,
			"placed_at", "2026-11-22T22:30:00.000000Z", "placed_on", "2026-11-22", "custom/visits", 3, "fees/1/amount", -50)
		id := a.text("id")
		x := s.get("/v1/orders/" + id + "?expand=parcels,scans,entries,notes,payments,returns,customer").want(200)
		x.is("notes/0/text", "ring twice", "payments/0/account", "channel_clearing", "payments/0/amount", 1000, "payments/1/amount", -1000,
			"customer_record/email", "ada@example.com", "entries/0/type", "order.placed", "entries/1/type", "order.held")
		if x.len("parcels") != 0 || x.len("returns") != 0 || x.len("entries") != 2 {
			t.Errorf("expanded with %s", x.body)
		}
		s.get("/v1/orders/"+id+"?expand=parcels,secrets").problem(422, "invalid_parameter", "expand invalid_parameter")
	})
}

func TestOrderActs(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 10)
		in := smallest("A-1", "MUG", 4)
		in["payments"] = []any{map[string]any{"amount": "51.80"}}
		at := "/v1/orders/" + s.post("/v1/orders", in).want(201).is("payment_status", "paid").text("id")

		held := s.post(at+"/hold", map[string]any{"reason": "address", "note": "which flat?"}).want(200).is("hold_status", "held", "holds/0/note", "which flat?")
		s.post(at+"/lift", map[string]any{"hold": "hld_nonsense"}).problem(422, "invalid", "/hold invalid_id")
		s.post(at+"/lift", map[string]any{"hold": held.text("holds/0/id")}).want(200).is("hold_status", "none")
		s.post(at+"/lift", nil).problem(409, "no_such_hold")
		s.post(at+"/note", map[string]any{"text": "called her"}).want(201).is("edit_version", 1)
		s.post(at+"/note", map[string]any{"text": ""}).problem(422, "invalid", "/text missing")

		tagged := s.post(at+"/tag", map[string]any{"add": []any{"vip", "late"}}, "If-Match", `"1"`).want(200).is("tags/1", "late", "edit_version", 2)
		if got := tagged.header.Get("ETag"); got != `"2"` {
			t.Errorf("ETag %s", got)
		}
		s.post(at+"/tag", map[string]any{"remove": []any{"vip"}}, "If-Match", `"1"`).problem(412, "edited_meanwhile")
		s.post(at+"/tag", map[string]any{"remove": []any{"vip"}}).want(200).is("tags/0", "late")
		s.post(at+"/priority", map[string]any{"priority": 9}).want(200).is("priority", 9, "fulfillments/0/priority", 9)
		s.post(at+"/priority", map[string]any{"priority": 1001}).problem(422, "invalid", "/priority out_of_range")

		plan := s.post(at+"/cancel?dry_run=true", map[string]any{"lines": []any{map[string]any{"line": 1, "quantity": 1}}}).want(200)
		plan.is("dry_run", true, "freed", 1295, "canceled/0/from", "allocated", "lines/0/quantities/canceled", 1, "fulfillments/0/lines/0/open", 3)
		s.get(at).want(200).is("lines/0/quantities/canceled", 0)
		did := s.post(at+"/cancel", map[string]any{"lines": []any{map[string]any{"line": 1, "quantity": 1}}}).want(200)
		did.is("freed", 1295, "canceled/0/from", "allocated", "payment_status", "overpaid", "totals/due", -1295, "fulfillments/0/lines/0/open", 3)
		s.post(at+"/refunds", map[string]any{"amount": "99"}).problem(409, "more_than_paid")
		s.post(at+"/refunds", map[string]any{"amount": "12.95", "reference": "re_1"}).want(201).is("totals/refunded", 1295)
		s.post(at+"/payments", map[string]any{"amount": "-1"}).problem(422, "invalid", "/amount out_of_range")
		s.post(at+"/payments", map[string]any{"amount": "0.001"}).problem(422, "invalid", "/amount invalid_amount")
		s.post(at+"/payments", map[string]any{"amount": "5", "tender": "gold"}).problem(422, "invalid", "/tender unknown_tender")
		s.post(at+"/payments", map[string]any{"amount": "5"}).want(201).is("totals/paid", 5680)

		s.ship(did.text("fulfillments/0/id"))
		s.post(at+"/cancel", nil).problem(409, "not_cancelable")
		s.post(at+"/return", map[string]any{"location": "B", "lines": []any{map[string]any{"line": 1, "quantity": 9}}}).problem(409, "not_returnable")
		back := s.post(at+"/return", map[string]any{"location": "B", "lines": []any{map[string]any{"line": 1, "quantity": 2}}, "restock": true, "refund": "25.90", "reason": "wrong color"}).want(201)
		back.is("return_status", "partially_returned", "return/location_code", "B", "return/lines/0/restocked", 2, "totals/refunded", 3885, "lines/0/quantities/returned", 2)
		s.get(at+"?expand=returns").want(200).is("returns/0/id", back.text("return/id"), "returns/0/reason", "wrong color")
		s.get("/v1/stock/levels?sku=MUG&location=B").want(200).is("data/0/on_hand", 2)
	})
}

// ship takes a fulfillment from claimed to shipped.
func (s *shop) ship(id string) {
	s.t.Helper()
	for _, act := range []string{"release", "pick"} {
		s.post("/v1/fulfillments/"+id+"/"+act, nil).want(200)
	}
	s.post("/v1/fulfillments/"+id+"/pack", nil).want(201)
	s.post("/v1/fulfillments/"+id+"/ship", nil).want(200)
}

func TestOrderLists(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 3)
		customer := s.post("/v1/customers", map[string]any{"name": "Ada"}).want(201).text("id")
		for i := range 5 {
			in := smallest(fmt.Sprint("L-", i), "MUG", 1)
			if i == 2 {
				in["channel"], in["tags"], in["customer"] = "phone", []any{"50%_off"}, map[string]any{"id": customer, "name": "Ada", "email": "ada@example.com"}
			}
			s.post("/v1/orders", in).want(201)
		}
		for query, want := range map[string]int{
			"": 5, "status=open": 5, "status=canceled": 0, "stage=in_work": 3, "stage=backordered,in_work": 5, "channel=phone": 1, "external_id=L-3": 1,
			"number=1002": 1, "customer=" + customer: 1, "tag=50%25_off": 1, "tag=50%25xoff": 0, "payment_status=unpaid": 5, "fulfillment_status=backordered": 2,
			"return_status=none": 5, "hold_status=held": 0, "created_from=2020-01-01T00:00:00Z": 5, "created_to=2020-01-01T00:00:00Z": 0,
			"created_from=2020-01-01T00:00:00Z&created_to=2080-01-01T00:00:00Z&channel=web": 4,
		} {
			if got := s.get("/v1/orders?" + query).want(200).len("data"); got != want {
				t.Errorf("%q lists %d orders, want %d", query, got, want)
			}
		}
		var seen []string
		for cursor := ""; ; {
			a := s.get("/v1/orders?limit=2&cursor=" + cursor).want(200)
			for i := range a.len("data") {
				seen = append(seen, a.text(fmt.Sprintf("data/%d/external_id", i)))
			}
			if cursor = a.text("next_cursor"); cursor == "" {
				break
			}
			if a.len("data") != 2 {
				t.Errorf("a page of %d rows", a.len("data"))
			}
		}
		if got := strings.Join(seen, " "); got != "L-4 L-3 L-2 L-1 L-0" {
			t.Errorf("pages give %s", got)
		}
		s.get("/v1/customers/"+customer+"/orders").want(200).is("data/0/customer/email", "ada@example.com", "data/0/line_count", 1, "data/0/city", "Leeds")
		s.get("/v1/orders?limit=0").problem(422, "invalid_parameter", "limit invalid_parameter")
		s.get("/v1/orders?limit=251").problem(422, "invalid_parameter", "limit invalid_parameter")
		s.get("/v1/orders?cursor=%2B").problem(422, "invalid_parameter", "cursor invalid_cursor")
		s.get("/v1/orders?cursor=AAAA").problem(422, "invalid_parameter", "cursor invalid_cursor")
		s.get("/v1/orders?custmer=x").problem(422, "invalid_parameter", "custmer unknown_parameter")
		s.get("/v1/orders?customer=cus_x").problem(422, "invalid_parameter", "customer invalid_id")
		s.get("/v1/orders?created_from=yesterday").problem(422, "invalid_parameter", "created_from invalid_parameter")
		s.get("/v1/orders/ord_zzz").problem(404, "no_such_order")
		s.get("/v1/orders/ord_0pmnqh2000400").problem(404, "no_such_order")
	})
}
