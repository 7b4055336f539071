package httpapi_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/stock"
)

// paperText is what stands on a paper, by pdftotext where it is installed.
func paperText(t *testing.T, a *answered) string {
	t.Helper()
	if got := a.header.Get("Content-Type"); got != "application/pdf" || !bytes.HasPrefix(a.body, []byte("%PDF-")) {
		t.Fatalf("%s: %s, %.40q", a.what, got, a.body)
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed")
	}
	c := exec.Command("pdftotext", "-layout", "-", "-")
	c.Stdin = bytes.NewReader(a.body)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

// Papers tell what the books say, at each step of the work.
//
// Kills: a list of what was picked already; the newest bin first; a slip that
// forgets what is to come, or promises what has left; a parcel of yesterday.
func TestPapers(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		has := func(a *answered, want ...string) {
			t.Helper()
			text := paperText(t, a)
			for _, w := range want {
				if yes := !strings.HasPrefix(w, "!"); strings.Contains(text, strings.TrimPrefix(w, "!")) != yes {
					t.Errorf("%s: %q in\n%s", a.what, w, text)
				}
			}
		}
		desktest.Must(s.Shop, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "MUG", Name: "Blue mug", Kind: catalog.Goods, WhenShort: catalog.Backorder, Barcodes: []catalog.Barcode{{Code: "512", Quantity: 2}}}})
		for _, bin := range []string{"A-1", "B-2"} {
			desktest.Must(s.Shop, floor.Receive, floor.ReceiveCommand{Lines: []stock.Line{{SKU: "MUG", Location: s.Locations["A"], Quantity: 2, Bin: bin, Lot: "L" + bin}}})
		}
		desktest.Must(s.Shop, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "TEA", Name: "Τσάι", Kind: catalog.Goods, WhenShort: catalog.Backorder}})
		p := s.Place("MUG", 3, "TEA", 1)
		at := "/v1/fulfillments/" + p.Fulfillments[0].ID.String()
		has(s.get(at+"/pick-list.pdf").want(200), "Pick list", "MUG", "A-1", "B-2", "Blue mug", p.Fulfillments[0].ID.String(), "!TEA")
		has(s.get(at+"/packing-slip.pdf").want(200), "MUG 3 3", "TEA 1 – 1", "follows in another parcel", "Ada Byron", "LS1 1AA Leeds")
		s.Work(p.Fulfillments[0].ID, "release")
		s.post(at+"/pick-item", `{"code":"TEA"}`).problem(409, "wrong_item")
		s.post(at+"/pick-item", `{"code":"?"}`).problem(409, "unknown_code")
		s.post(at+"/pick-item", `{"code":"512","quantity":2}`).problem(409, "too_many")
		s.post(at+"/pick-item", `{"code":"","quantity":-1}`).problem(422, "invalid", "/code missing", "/quantity out_of_range")
		s.post(at+"/pick-item", `{"code":"512"}`).want(200).is("lines/0/picked", 2)
		s.post(at+"/unpick-item", `{"code":"MUG"}`).want(200).is("lines/0/picked", 1)
		s.post(at+"/pick-item", `{"code":"MUG","quantity":2}`).want(200).is("work_status", "picked")
		has(s.get(at+"/pick-list.pdf").want(200), "!MUG")
		parcel := s.post(at+"/pack", `{"carrier":"dhl","tracking":"JD01","weight_grams":1250}`).want(201).text("parcel")
		has(s.get("/v1/parcels/"+parcel+"/label.pdf").want(200), parcel, "1.250 kg", "JD01", "1 High Street", "Test shop")
		has(s.get("/v1/locations/code:A/handover.pdf").want(200), "Hand-over list", parcel, "1 parcel, 1.250 kg", "Signature")
		s.Work(p.Fulfillments[0].ID, "ship")
		has(s.get(at+"/packing-slip.pdf?parcel="+parcel).want(200), "MUG 3 3 –", "TEA 1 – 1", parcel)
		has(s.get("/v1/locations/code:A/handover.pdf?carrier=dhl").want(200), parcel)
		has(s.get("/v1/locations/code:A/handover.pdf?carrier=ups").want(200), "No parcel has left")
		has(s.get("/v1/locations/code:B/handover.pdf").want(200), "!"+parcel)
		other := s.Place("MUG", 1).Fulfillments[0].ID.String()
		has(s.get(at+"/pick-list.pdf?also="+other).want(200), "2 orders in one walk", other, "MUG")
		has(s.get("/v1/orders/"+p.Order.ID.String()+"/receipt.pdf").want(200), "Test shop", "Order 1001", "Blue mug", "3 × 12.95", "Total 51.80 GBP", "Still open 51.80")
		s.get("/v1/orders/ord_0pmnqh2000400/receipt.pdf").problem(404, "no_such_order")
		for _, path := range []string{at + "/packing-slip.pdf?parcel=" + "par_0pmnqh2000400", "/v1/parcels/par_0pmnqh2000400/label.pdf"} {
			s.get(path).problem(404, "no_such_parcel")
		}
		s.get("/v1/fulfillments/ful_0pmnqh2000400/pick-list.pdf").problem(404, "no_such_fulfillment")
		s.get("/v1/locations/code:Z/handover.pdf").problem(404, "no_such_location")
	})
}

// Nothing that a customer typed breaks a paper.
func TestPapersOfHostileText(t *testing.T) {
	alone(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 50)
		for i, text := range []string{strings.Repeat("W", 200), "😀 \u202egpj", ") Tj ET (", "<script>alert(1)</script>", "=1+1"} {
			placed := s.post("/v1/orders", map[string]any{"channel": "web", "external_id": fmt.Sprint("H-", i), "currency": "GBP", "lines": []any{map[string]any{"sku": "MUG", "quantity": 1, "unit_price": "1.00"}},
				"customer": map[string]any{"name": text}, "ship_to": map[string]any{"name": text, "line1": text, "city": text, "country": "GB"}}).want(201)
			id := placed.text("fulfillments/0/id")
			for _, act := range []string{"release", "pick", "pack"} {
				s.post("/v1/fulfillments/"+id+"/"+act, nil)
			}
			parcel := s.get("/v1/fulfillments/" + id).want(200).text("parcels/0/id")
			for _, path := range []string{"/v1/fulfillments/" + id + "/pick-list.pdf", "/v1/fulfillments/" + id + "/packing-slip.pdf", "/v1/parcels/" + parcel + "/label.pdf", "/v1/locations/code:A/handover.pdf"} {
				if got := paperText(t, s.get(path).want(200)); strings.ContainsRune(got, '\u202e') {
					t.Errorf("%s: a mark that turns the direction", path)
				}
			}
		}
	})
}
