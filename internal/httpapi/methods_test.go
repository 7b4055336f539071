package httpapi_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/kit/verify"
	"orderly/internal/releasing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// Kills: an order that cannot mix all five ways to be sent. Its lines are picked by
// hand in a store, released by themselves in a warehouse, drop-shipped by suppliers
// of which the first says no, sent by a 3PL that answers twice, and asked of a
// supplier that never answers; all is delivered, and one line comes back.
func TestFiveMethodsInOneOrder(t *testing.T) {
	storetest.EachClock(t, func(t *testing.T, db *store.DB, clock *storetest.Ahead) {
		s := openShop(t, db)
		place := func(code, kind string, priority int) string {
			id := s.post("/v1/locations", fmt.Sprintf(`{"code":%q,"name":"Place %s","kind":%q,"priority":%d,"address":{"country":"GB"}}`, code, code, kind, priority)).want(201).text("id")
			at, err := stock.ParseLocationID(id)
			if err != nil {
				t.Fatal(err)
			}
			s.Locations[code] = at
			return id
		}
		place("SHOP", "store", 1)
		place("NO", "supplier", 2)
		place("YES", "supplier", 3)
		place("MUTE", "supplier", 4)
		place("3PL", "3pl", 5)
		for _, sku := range []string{"HAND", "AUTO", "DROP", "LOGI", "LATE"} {
			s.post("/v1/items", fmt.Sprintf(`{"sku":%q,"name":"Item %s"}`, sku, sku)).want(201)
		}
		s.post("/v1/stock/receive", `{"lines":[{"sku":"HAND","location":"SHOP","quantity":5},{"sku":"AUTO","location":"A","quantity":5}]}`).want(200)
		keys := map[string]string{}
		for code, sku := range map[string]string{"NO": "DROP", "YES": "DROP", "MUTE": "LATE", "3PL": "LOGI"} {
			keys[code] = s.newKey([]access.Permission{access.RequestsWork, access.CatalogRead}, s.Locations[code])
			s.as(keys[code]).post("/v1/locations/"+s.Locations[code].String()+"/stock-report", fmt.Sprintf(`{"lines":[{"sku":%q,"quantity":20}]}`, sku)).want(200)
		}
		supplier := s.post("/v1/suppliers", fmt.Sprintf(`{"code":"YES","name":"Yes Ltd","currency":"EUR","location":%q,"drop_ships":true}`, s.Locations["YES"])).want(201).text("id")
		s.do("PUT", "/v1/suppliers/"+supplier+"/offers", `{"offers":[{"sku":"DROP","cost":"4.20","drop_ship":true}]}`).want(200)
		s.post("/v1/flows", `{"template":"automated","name":"Web","channels":["web"],"release":["warehouse","supplier","3pl"],"edit_window_minutes":0,"money":"none"}`).want(201)

		order := s.post("/v1/orders", `{"channel":"web","external_id":"FIVE","currency":"GBP","customer":{"name":"Ada Byron","email":"ada@example.com"},
			"ship_to":{"line1":"1 High Street","city":"Leeds","postal_code":"LS1 1AA","country":"GB"},
			"lines":[{"sku":"HAND","quantity":1,"unit_price":"5.00"},{"sku":"AUTO","quantity":2,"unit_price":"5.00"},{"sku":"DROP","quantity":3,"unit_price":"9.00"},{"sku":"LOGI","quantity":4,"unit_price":"5.00"},{"sku":"LATE","quantity":1,"unit_price":"5.00"}]}`).want(201).text("id")
		tick := func() {
			f := releasing.Follower{Desk: s.Desk, Log: slog.New(slog.DiscardHandler)}
			if err := f.CatchUp(context.Background()); err != nil {
				t.Fatal(err)
			}
			for _, do := range []func() error{
				func() error { return releasing.Sweep(context.Background(), s.Desk, admin.Main) },
				func() error { return releasing.TickRequests(context.Background(), s.Desk, admin.Main) },
			} {
				if err := do(); err != nil {
					t.Fatal(err)
				}
			}
		}
		tick()
		work := func(code string) (id, status string) { // the latest at a place
			list := s.get("/v1/orders/" + order + "?expand=fulfillments").want(200)
			for i := range list.len("fulfillments") {
				if at := fmt.Sprintf("fulfillments/%d/", i); list.text(at+"location_code") == code {
					id, status = list.text(at+"id"), list.text(at+"work_status")
				}
			}
			return id, status
		}

		// A supplier that says no: its part goes to the next, which buys for it.
		id, status := work("NO")
		if status != "released" {
			t.Fatalf("the first supplier's part is %q", status)
		}
		s.as(keys["3PL"]).get("/v1/requests/"+id).problem(404, "no_such_request")
		s.as(keys["NO"]).post("/v1/requests/"+id+"/reject", `{"reason":"out_of_stock","note":"none left"}`).want(200).is("status", "rejected")
		tick()
		if id, status = work("YES"); status != "released" {
			t.Fatalf("the second supplier's part %s is %q", id, status)
		}
		yes := s.as(keys["YES"])
		yes.get("/v1/requests?location=YES").want(200).is("data/0/id", id, "data/0/ship_to/city", "Leeds", "data/0/lines/0/sku", "DROP", "data/0/lines/0/open", 3)
		yes.post("/v1/requests/"+id+"/accept?dry_run=true", `{"reference":"Y-1","reason":"out_of_stock","lines":[{"line":3,"quantity":2}]}`).want(200).
			is("dry_run", true, "status", "accepted", "reference", "Y-1", "lines/0/open", 2, "reason", "out_of_stock")
		yes.get("/v1/requests/"+id).want(200).is("status", "submitted", "lines/0/open", 3)
		yes.post("/v1/requests/"+id+"/accept", `{"reference":"Y-1"}`).want(200).is("status", "accepted", "reference", "Y-1")
		yes.post("/v1/requests/"+id+"/send", `{"parcels":[{"carrier":"dpd","tracking":"Y1","lines":[{"line":3,"quantity":1}]}]}`).want(200).is("status", "accepted")
		yes.post("/v1/requests/"+id+"/send", `{"parcels":[{"carrier":"dpd","tracking":"Y2","lines":[{"line":3,"quantity":2}]}]}`).want(200).is("status", "closed")
		s.get("/v1/purchase-orders?purpose=stock&supplier="+supplier).want(200).is("data", "[]")
		s.get("/v1/purchase-orders?purpose=drop_ship&supplier="+supplier).want(200).is("data/0/purpose", "drop_ship", "data/0/status", "received", "data/0/lines/0/order", order)

		// A 3PL that answers twice, and tells its parcels twice.
		id, _ = work("3PL")
		logistics := s.as(keys["3PL"])
		for range 2 {
			logistics.post("/v1/requests/"+id+"/accept", `{}`).want(200).is("status", "accepted")
		}
		for range 2 {
			logistics.post("/v1/requests/"+id+"/send", `{"parcels":[{"carrier":"ups","tracking":"L1"}]}`).want(200).is("status", "closed", "lines/0/sent", 4)
		}

		// A supplier that never answers is reminded, and left.
		logistics.post("/v1/locations/code:3PL/stock-report", `{"lines":[{"sku":"LATE","quantity":9}]}`).want(200)
		id, _ = work("MUTE")
		for range 4 {
			clock.Pass(25 * time.Hour)
			tick()
		}
		s.get("/v1/requests/"+id).want(200).is("status", "rejected", "reason", "silent")
		id, _ = work("3PL")
		logistics.post("/v1/requests/"+id+"/send", `{"parcels":[{"carrier":"ups","tracking":"L2"}]}`).want(200).is("status", "closed", "lines/0/sku", "LATE")

		// Our own places: one by hand, one that was released by itself.
		id, status = work("SHOP")
		if status != "pending" {
			t.Errorf("the store's part is %s", status)
		}
		s.post("/v1/fulfillments/"+id+"/release", nil).want(200)
		auto, status := work("A")
		if status != "released" {
			t.Errorf("the warehouse's part is %s", status)
		}
		for _, f := range []string{id, auto} {
			s.post("/v1/fulfillments/"+f+"/pick", `{}`).want(200)
			s.post("/v1/fulfillments/"+f+"/pack", `{}`).want(201)
			s.post("/v1/fulfillments/"+f+"/ship", `{}`).want(200)
		}
		list := s.get("/v1/orders/"+order+"?expand=fulfillments").want(200).is("fulfillment_status", "shipped")
		for i := range list.len("fulfillments") {
			if at := fmt.Sprintf("fulfillments/%d/", i); list.text(at+"work_status") == "shipped" {
				s.post("/v1/fulfillments/"+list.text(at+"id")+"/deliver", `{}`).want(200)
			}
		}
		s.get("/v1/orders/"+order).want(200).is("stage", "delivered")
		ret := "/v1/returns/" + s.post("/v1/orders/"+order+"/returns", `{"lines":[{"line":3,"quantity":3,"reason":"unwanted"}],"approve":true}`).want(201).text("id")
		s.post(ret+"/receive", `{"location":"A","lines":[{"sku":"DROP","quantity":3}]}`).want(200)
		s.get("/v1/orders/"+order).want(200).is("return_status", "partially_returned")

		r, err := verify.Run(context.Background(), s.DB, verify.Options{Level: verify.Deep})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range r.Violations {
			t.Errorf("verify: %+v", v)
		}
	})
}

// as is the same shop for a caller with another key.
func (s *shop) as(key string) *shop {
	return &shop{Shop: s.Shop, t: s.t, handler: s.handler, key: key}
}
