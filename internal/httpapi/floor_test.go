package httpapi_test

import (
	"testing"

	"orderly/internal/catalog"
)

func TestFloorStory(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 5, "B", 5)
		order := s.post("/v1/orders", smallest("A-1", "MUG", 4)).want(201)
		ful := order.text("fulfillments/0/id")
		at := "/v1/fulfillments/" + ful
		s.get("/v1/fulfillments?work_status=pending&location=A").want(200).is("data/0/id", ful, "data/0/lines/0/sku", "MUG", "data/0/order", order.text("id"))
		s.get("/v1/fulfillments?work_status=released,picked").want(200).is("data", "[]")
		s.get("/v1/fulfillments?work_status=lost").problem(422, "invalid_parameter", "work_status invalid_parameter")
		s.post(at+"/pick", nil).problem(409, "wrong_state")
		s.post(at+"/release", nil).want(200).is("work_status", "released", "actions/0", "pick")
		s.post(at+"/recall", nil).want(200).is("work_status", "pending")
		s.post(at+"/release", nil).want(200)
		s.post(at+"/pick", map[string]any{"lines": []any{map[string]any{"line": 1, "quantity": 9}}}).problem(409, "wrong_quantity", "/lines/0 wrong_quantity")
		s.post(at+"/pick", map[string]any{"lines": []any{map[string]any{"line": 1, "quantity": -1}}}).problem(422, "invalid", "/lines/0/quantity not_positive")
		s.post(at+"/pick", map[string]any{"lines": []any{map[string]any{"line": 1, "quantity": 3}}}).want(200).is("work_status", "picking")
		s.post(at+"/unpick", map[string]any{"lines": []any{map[string]any{"line": 1, "quantity": 1}}}).want(200).is("lines/0/picked", 2)
		s.post(at+"/short-pick", nil).problem(400, "invalid_json")
		s.post(at+"/short-pick", map[string]any{}).problem(422, "invalid", "/lines missing")
		s.post(at+"/short-pick", map[string]any{"lines": []any{map[string]any{"line": 1, "quantity": 1}}}).want(200).is("lines/0/open", 3)
		s.get("/v1/orders/"+order.text("id")).want(200).is("fulfillments/1/location_code", "B", "fulfillments/1/lines/0/open", 1)

		packed := s.post(at+"/pack", map[string]any{"carrier": "dhl", "tracking": "JD01", "weight_grams": 900}).want(201)
		packed.is("parcels/0/tracking", "JD01", "parcels/0/lines/0/quantity", 2, "parcels/0/status", "packed", "parcel", packed.text("parcels/0/id"))
		parcel := "/v1/parcels/" + packed.text("parcel")
		s.post(parcel+"/unpack", nil).want(200).is("status", "unpacked")
		packed = s.post(at+"/pack", nil).want(201)
		parcel = "/v1/parcels/" + packed.text("parcel")
		s.post(parcel+"/ship", map[string]any{"tracking": "JD02"}).problem(422, "invalid", "/carrier missing")
		s.post(parcel+"/ship", map[string]any{"carrier": "dhl", "tracking": "JD02"}).want(200).is("status", "shipped", "tracking", "JD02")
		s.post(parcel+"/unship", nil).want(200).is("status", "packed", "shipped_at", "")
		s.post(at+"/ship", nil).want(200).is("parcels/1/status", "shipped")
		s.post(parcel+"/lose", nil).want(200).is("status", "lost")
		s.post(parcel+"/find", nil).want(200).is("status", "shipped")
		s.post(parcel+"/scans", map[string]any{"scans": []any{map[string]any{"at": "2026-11-24T08:00:00Z", "code": "sniffed"}}}).problem(422, "invalid", "/scans/0/code unknown_code")
		s.post(parcel+"/scans", map[string]any{"scans": []any{
			map[string]any{"at": "2026-11-24T08:00:00Z", "code": "in_transit", "place": "Leeds"}, map[string]any{"at": "2026-11-24T12:00:00+01:00", "code": "delivered"},
		}}).want(200).is("status", "delivered", "scans/0/place", "Leeds", "scans/1/at", "2026-11-24T11:00:00.000000Z")
		s.post(parcel+"/undeliver", nil).want(200).is("status", "shipped", "delivered_at", "")
		s.post(parcel+"/deliver", nil).want(200).is("status", "delivered", "actions/0", "undeliver")
		s.post(parcel+"/deliver", nil).problem(409, "wrong_state")
		s.get(parcel).want(200).is("scans/1/code", "delivered")
		s.get(at).want(200).is("lines/0/arrived", 2)
		s.get("/v1/parcels/par_0pmnqh2000400").problem(404, "no_such_parcel")
		s.get("/v1/fulfillments/ful_0pmnqh2000400").problem(404, "no_such_fulfillment")
		s.post("/v1/fulfillments/nonsense/pick", nil).problem(404, "no_such_fulfillment")
	})
}

func TestWorkInBulk(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 9)
		var fuls []any
		for _, id := range []string{"1", "2", "3"} {
			fuls = append(fuls, s.post("/v1/orders", smallest(id, "MUG", 2)).want(201).text("fulfillments/0/id"))
		}
		bulk := func(act string, rows ...any) *answered {
			t.Helper()
			return s.post("/v1/fulfillments/batch", map[string]any{"act": act, "fulfillments": rows}).want(200)
		}
		bulk("release", fuls[0], fuls[1], "ful_0pmnqh2000400", "nonsense", 7, map[string]any{"id": fuls[2], "qty": 1}).is(
			"succeeded", 2, "refused", 4, "data/0/status", 200, "data/0/result/work_status", "released",
			"data/2/status", 404, "data/2/problem/code", "no_such_fulfillment", "data/3/problem/errors/0/pointer", "/id",
			"data/4/status", 422, "data/5/problem/errors/0/pointer", "/qty")
		bulk("pick", fuls[0], map[string]any{"id": fuls[1], "lines": []any{map[string]any{"line": 1, "quantity": 1}}}, fuls[2]).is(
			"data/0/result/work_status", "picked", "data/1/result/work_status", "picking", "data/2/problem/code", "wrong_state")
		packed := bulk("pack", map[string]any{"id": fuls[0], "carrier": "dhl", "tracking": "T1"}, map[string]any{"id": fuls[1], "carrier": "dhl", "tracking": "T1"})
		packed.is("data/0/status", 201, "data/1/problem/code", "tracking_taken")
		bulk("ship", fuls[0]).is("data/0/result/parcel", packed.text("data/0/result/parcel"), "data/0/result/work_status", "shipped")
		bulk("deliver", fuls[0]).is("data/0/result/work_status", "delivered")
		bulk("undeliver", fuls[0]).is("data/0/result/work_status", "shipped")
		s.post("/v1/fulfillments/batch", map[string]any{"act": "juggle", "fulfillments": []any{fuls[0]}}).problem(422, "invalid", "/act unknown_act")
		s.post("/v1/fulfillments/batch", map[string]any{"act": "pick", "fulfillments": []any{}}).problem(422, "empty")
		s.post("/v1/fulfillments/batch", map[string]any{"act": "pick", "fulfillments": make([]int, 501)}).problem(413, "too_many")
	})
}
