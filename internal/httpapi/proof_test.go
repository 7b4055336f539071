package httpapi_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
)

// Kills: a proof that is not read back as it was told; a file that is no
// picture; one that stands after the delivery was taken back; one that is read
// without the scope.
func TestProofOfDelivery(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 3)
		p := s.Place("MUG", 1)
		s.Work(p.Fulfillments[0].ID, "release", "pick", "pack", "ship")
		parcel := "/v1/parcels/" + s.get("/v1/fulfillments/"+p.Fulfillments[0].ID.String()).want(200).text("parcels/0/id")
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
			t.Fatal(err)
		}
		file := base64.StdEncoding.EncodeToString(b.Bytes())
		s.get(parcel+"/proof").problem(404, "no_proof")
		s.post(parcel+"/deliver", map[string]any{"received_by": "Ada", "file": base64.StdEncoding.EncodeToString([]byte("<svg/>"))}).problem(422, "invalid", "/file unknown_picture")
		s.post(parcel+"/deliver", map[string]any{"at": "2099-01-01T00:00:00Z"}).problem(422, "invalid", "/at in_the_future")
		s.post(parcel+"/deliver", map[string]any{"received_by": "Ada", "place": "at the door", "at": "2026-01-02T03:04:05Z", "file": file}).want(200).is("status", "delivered")
		s.get(parcel+"/proof").want(200).is("received_by", "Ada", "place", "at the door", "at", "2026-01-02T03:04:05.000000Z", "file", file, "kind", "image/png", "size", b.Len())
		key := s.key
		s.key = s.newKey([]access.Permission{access.OrdersRead})
		s.get(parcel+"/proof").problem(403, "missing_scope")
		s.key = key
		s.post(parcel+"/undeliver", nil).want(200)
		s.get(parcel+"/proof").problem(404, "no_proof")
	})
}

// Kills: goods taken back at the counter whose money does not go back with
// them, or that a refusal keeps; goods without a receipt at a sum that nobody
// allowed; a label that is no file of its kind.
func TestGoodsComeBack(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 9)
		p := s.Place("MUG", 3)
		s.Ship(p)
		desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: p.Order.ID, Amount: p.Order.Totals.Payable()})
		of := "/v1/orders/" + p.Order.ID.String()
		back := func(n int) map[string]any {
			return map[string]any{"location": "A", "reason": "unwanted", "pay": "tenders", "lines": []any{map[string]any{"line": 1, "quantity": n, "to": "restock"}}}
		}
		s.post(of+"/counter-return", back(4)).want(409)
		s.get("/v1/returns").want(200).is("data", "[]")
		s.post(of+"/counter-return?dry_run=true", back(1)).want(201).is("dry_run", true)
		s.post(of+"/counter-return", back(1)).want(201).is("origin", "counter")

		take := map[string]any{"location": "A", "email": "bea@example.com", "lines": []any{map[string]any{"sku": "MUG", "quantity": 1, "to": "restock"}}}
		s.post("/v1/unreceipted-returns?dry_run=true", take).want(201).is("dry_run", true)
		made := s.post("/v1/unreceipted-returns", take).want(201).is("number", "U1001", "amount", 1295)
		s.get("/v1/unreceipted-returns/"+made.text("id")).want(200).is("customer", made.text("customer"), "lines/0/lowest", 1295)
		s.get("/v1/unreceipted-returns").want(200).is("data/0/id", made.text("id"))
		take["amount"], take["reason"] = "99.00", "a good customer"
		s.post("/v1/unreceipted-returns", take).problem(403, "beyond_limit")

		ret := "/v1/returns/" + s.post(of+"/returns", `{"lines":[{"line":1,"quantity":1,"reason":"unwanted"}]}`).want(201).text("id")
		s.post(ret+"/approve", `{"location":"A"}`).want(200)
		pdf := base64.StdEncoding.EncodeToString([]byte("%PDF-1.4\n%%EOF\n"))
		s.post(ret+"/label", map[string]any{"data": base64.StdEncoding.EncodeToString([]byte("MZ"))}).want(422)
		labeled := s.post(ret+"/label", map[string]any{"data": pdf, "carrier": "dhl", "tracking": "JD1"}).want(200).is("tracking", "JD1", "files/0/purpose", "label")
		got := s.get(ret + "/files/" + labeled.text("files/0/id")).want(200)
		if base64.StdEncoding.EncodeToString(got.body) != pdf || got.header.Get("X-File-Kind") != "application/pdf" {
			t.Errorf("the label: %v", got.header)
		}
	})
}
