package order_test

import (
	"fmt"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/money"
	"orderly/internal/order"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// shelf is the catalog of these tests.
type shelf []*catalog.Item

func (s shelf) BySKU(sku string) *catalog.Item {
	for _, i := range s {
		if i.SKU == sku {
			return i
		}
	}
	return nil
}

func (s shelf) ByID(id catalog.ID) *catalog.Item {
	for _, i := range s {
		if i.ID == id {
			return i
		}
	}
	return nil
}

var items = shelf{
	{ID: 1, SKU: "MUG", Name: "Mug", Kind: catalog.Goods, Unit: "pcs"},
	{ID: 2, SKU: "TEA", Name: "Tea", Kind: catalog.Goods, Unit: "kg", Scale: 3},
	{ID: 3, SKU: "PEN", Name: "Pen", Kind: catalog.Goods, Unit: "pcs"},
	{ID: 4, SKU: "ENGRAVE", Name: "Engraving", Kind: catalog.Service, Unit: "pcs"},
	{ID: 5, SKU: "EBOOK", Name: "A book", Kind: catalog.Digital, Unit: "pcs"},
	{ID: 6, SKU: "TEASET", Name: "Tea set", Kind: catalog.Bundle, Unit: "pcs",
		Components: []catalog.Component{{SKU: "MUG", Item: 1, Quantity: 2}, {SKU: "TEA", Item: 2, Quantity: 250}}},
	{ID: 7, SKU: "GIFT", Name: "Gift", Kind: catalog.Bundle, Unit: "pcs",
		Components: []catalog.Component{{SKU: "MUG", Item: 1, Quantity: 1}, {SKU: "ENGRAVE", Item: 4, Quantity: 1}, {SKU: "PEN", Item: 3, Quantity: 3}}},
	{ID: 8, SKU: "OLD", Name: "Old mug", Kind: catalog.Goods, Unit: "pcs", Archived: true},
	{ID: 9, SKU: "BROKEN", Name: "Broken set", Kind: catalog.Bundle, Unit: "pcs",
		Components: []catalog.Component{{SKU: "GONE", Item: 99, Quantity: 1}}},
}

const now = int64(1_760_000_000_000_000)

// same compares orders by what the journal keeps of them: the free text of a
// hold and who placed and lifted it are not for the journal.
var same = cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreFields(order.Hold{}, "Note", "PlacedBy", "LiftedBy")}

func header() order.Header {
	return order.Header{ID: 77, Number: 1001, Now: now, PlacedOn: 20251009, Mode: order.Live}
}

// place makes an order of SKUs and quantities: "MUG", 2, "TEA", 500. A unit
// costs 12.95.
func place(t testing.TB, of ...any) *order.Order {
	t.Helper()
	r := &order.Request{Channel: "web", Currency: "GBP"}
	for i := 0; i < len(of); i += 2 {
		r.Lines = append(r.Lines, order.RequestLine{SKU: of[i].(string), Quantity: int64(of[i+1].(int)), Price: 12_950_000})
	}
	return placeAs(t, r)
}

func placeAs(t testing.TB, r *order.Request) *order.Order {
	t.Helper()
	if err := r.Check(); err != nil {
		t.Fatalf("request: %v", err)
	}
	o, err := order.New(header(), r, items)
	if err != nil {
		t.Fatalf("new order: %v", err)
	}
	return o
}

// drawRequest makes an order of one to five lines, bundles and lines without
// stock among them, with discounts, taxes and fees of either sign.
func drawRequest(t *rapid.T) *order.Request {
	r := &order.Request{Channel: "web", Currency: rapid.SampledFrom([]string{"GBP", "JPY", "KWD"}).Draw(t, "currency")}
	for i := range rapid.IntRange(1, 5).Draw(t, "lines") {
		sku := rapid.SampledFrom([]string{"MUG", "TEA", "PEN", "ENGRAVE", "EBOOK", "TEASET", "GIFT"}).Draw(t, "sku")
		l := order.RequestLine{
			SKU: sku, Quantity: rapid.Int64Range(1, 7).Draw(t, "quantity"),
			Price: money.Price(rapid.Int64Range(0, 30_000_000).Draw(t, "price")),
			Tax:   rapid.Int64Range(0, 500).Draw(t, "tax"), Title: fmt.Sprintf("line %d", i+1),
		}
		c, err := money.ParseCurrency(r.Currency)
		if err != nil {
			t.Fatal(err)
		}
		total, _, err := money.LineTotal(l.Quantity, items.BySKU(sku).Scale, l.Price, c, money.HalfAwayFromZero)
		if err != nil {
			t.Fatal(err)
		}
		l.Discount = rapid.Int64Range(0, total).Draw(t, "discount")
		r.Lines = append(r.Lines, l)
	}
	for range rapid.IntRange(0, 2).Draw(t, "fees") {
		r.Fees = append(r.Fees, rapid.SampledFrom([]order.Fee{
			{Kind: "shipping", Amount: 495, Tax: 99}, {Kind: "fee", Code: "wrap", Amount: 250}, {Kind: "adjustment", Code: "voucher", Amount: -700},
		}).Draw(t, "fee"))
	}
	return r
}

func drawOrder(t *rapid.T) *order.Order {
	r := drawRequest(t)
	if err := r.Check(); err != nil {
		t.Fatalf("request: %v", err)
	}
	o, err := order.New(header(), r, items)
	if err != nil {
		t.Fatalf("new order: %v", err)
	}
	return o
}

// leaves are the lines that carry buckets.
func leaves(o *order.Order) []*order.Line {
	var out []*order.Line
	for i := range o.Lines {
		if o.Lines[i].Leaf() {
			out = append(out, &o.Lines[i])
		}
	}
	return out
}
