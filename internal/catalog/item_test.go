package catalog_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"orderly/internal/catalog"
	"orderly/internal/fault"
	"orderly/internal/money"

	"github.com/google/go-cmp/cmp"
)

func told(l *fault.List) string {
	var out []string
	for _, f := range l.Fields() {
		out = append(out, f.Pointer+"="+f.Code)
	}
	return strings.Join(out, " ")
}

// Kills: each rule of an item, one row each.
func TestItemCheck(t *testing.T) {
	bundle := func(i *catalog.Item) {
		i.Kind, i.Barcodes, i.Components = catalog.Bundle, nil, []catalog.Component{{SKU: "CUP", Quantity: 2}, {SKU: "TEA", Quantity: catalog.MaxPack}}
	}
	for _, tc := range []struct {
		name   string
		change func(*catalog.Item)
		want   string
	}{
		{"fine", func(i *catalog.Item) {}, ""},
		{"a bundle", bundle, ""},
		{"eighty letters", func(i *catalog.Item) { i.SKU = strings.Repeat("é", catalog.MaxSKU) }, ""},
		{"by weight", func(i *catalog.Item) { i.Scale, i.Unit = money.MaxScale, "kg" }, ""},
		{"no SKU", func(i *catalog.Item) { i.SKU = "" }, "/item/sku=missing"},
		{"long SKU", func(i *catalog.Item) { i.SKU = strings.Repeat("x", catalog.MaxSKU+1) }, "/item/sku=too_long"},
		{"SKU with a tab", func(i *catalog.Item) { i.SKU = "A\tB" }, "/item/sku=invalid_text"},
		{"SKU with a space at its end", func(i *catalog.Item) { i.SKU = "MUG " }, "/item/sku=invalid_text"},
		{"no name", func(i *catalog.Item) { i.Name = "" }, "/item/name=missing"},
		{"long name", func(i *catalog.Item) { i.Name = strings.Repeat("x", catalog.MaxName+1) }, "/item/name=too_long"},
		{"name that is not text", func(i *catalog.Item) { i.Name = "\xff" }, "/item/name=invalid_text"},
		{"long unit", func(i *catalog.Item) { i.Unit = strings.Repeat("x", 21) }, "/item/unit=too_long"},
		{"long picture", func(i *catalog.Item) { i.Picture = strings.Repeat("x", catalog.MaxPicture+1) }, "/item/picture=too_long"},
		{"kind", func(i *catalog.Item) { i.Kind = "thing" }, "/item/kind=unknown_kind"},
		{"policy", func(i *catalog.Item) { i.WhenShort = "wait" }, "/item/when_short=unknown_policy"},
		{"scale", func(i *catalog.Item) { i.Scale = money.MaxScale + 1 }, "/item/scale=out_of_range"},
		{"scale below zero", func(i *catalog.Item) { i.Scale = -1 }, "/item/scale=out_of_range"},
		{"price", func(i *catalog.Item) { i.Price = -1 }, "/item/price=negative"},
		{"cost", func(i *catalog.Item) { i.Cost = -1 }, "/item/price=negative"},
		{"weight", func(i *catalog.Item) { i.WeightGrams = -1 }, "/item/weight_grams=out_of_range"},
		{"barcodes", func(i *catalog.Item) { i.Barcodes = make([]catalog.Barcode, catalog.MaxBarcodes+1) }, "/item/barcodes=too_many"},
		{"empty barcode", func(i *catalog.Item) { i.Barcodes[0].Code = "" }, "/item/barcodes=missing"},
		{"barcode for nothing", func(i *catalog.Item) { i.Barcodes[0].Quantity = 0 }, "/item/barcodes=out_of_range"},
		{"barcode for too much", func(i *catalog.Item) { i.Barcodes[0].Quantity = catalog.MaxPack + 1 }, "/item/barcodes=out_of_range"},
		{"barcode twice", func(i *catalog.Item) { i.Barcodes[1].Code = i.Barcodes[0].Code }, "/item/barcodes=repeated"},
		{"empty bundle", func(i *catalog.Item) { i.Kind = catalog.Bundle }, "/item/components=missing"},
		{"components of goods", func(i *catalog.Item) { bundle(i); i.Kind = catalog.Goods }, "/item/components=not_a_bundle"},
		{"bundle by weight", func(i *catalog.Item) { bundle(i); i.Scale = 1 }, "/item/scale=not_whole"},
		{"component twice", func(i *catalog.Item) { bundle(i); i.Components[1].SKU = "CUP" }, "/item/components=repeated"},
		{"bundle of itself", func(i *catalog.Item) { bundle(i); i.Components[0].SKU = i.SKU }, "/item/components=repeated"},
		{"no units of a component", func(i *catalog.Item) { bundle(i); i.Components[0].Quantity = 0 }, "/item/components=out_of_range"},
		{"too many units of a component", func(i *catalog.Item) { bundle(i); i.Components[0].Quantity = catalog.MaxPack + 1 }, "/item/components=out_of_range"},
		{"custom", func(i *catalog.Item) { i.Custom = json.RawMessage(`{"A":1}`) }, "/item/custom=invalid_key"},
		{"everything", func(i *catalog.Item) { *i = catalog.Item{} }, "/item/sku=missing /item/name=missing /item/kind=unknown_kind /item/when_short=unknown_policy"},
	} {
		i := &catalog.Item{SKU: "MUG", Name: "Mug", Kind: catalog.Goods, Unit: "pcs", WhenShort: catalog.Backorder, Price: 1, WeightGrams: 300,
			Barcodes: []catalog.Barcode{{Code: "123", Quantity: 1}, {Code: "124", Quantity: 12}}}
		tc.change(i)
		var l fault.List
		i.Check("/item", &l)
		if diff := cmp.Diff(tc.want, told(&l)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.name, diff)
		}
	}
	var l fault.List
	many := &catalog.Item{SKU: "M", Name: "M", Kind: catalog.Bundle, WhenShort: catalog.Refuse}
	for n := range catalog.MaxComponents + 1 {
		many.Components = append(many.Components, catalog.Component{SKU: fmt.Sprint(n), Quantity: 1})
	}
	if many.Check("", &l); told(&l) != "/components=too_many" {
		t.Errorf("too many components: %s", told(&l))
	}
}

// Kills: a nested value that is taken; a key with a capital; a limit by
// characters; bytes that no database takes; faults in the order of a map.
func TestCustomFields(t *testing.T) {
	for _, tc := range []struct{ raw, want string }{
		{``, ""}, {`{}`, ""}, {`null`, ""},
		{`{"a":"text","b2":12.5,"c_d":true,"e":null}`, ""},
		{`{"` + strings.Repeat("a", 40) + `":1}`, ""},
		{`{"a":"` + strings.Repeat("x", catalog.MaxCustomBytes-8) + `"}`, ""},
		{`{"a":"` + strings.Repeat("x", catalog.MaxCustomBytes-7) + `"}`, "=too_long"},
		{`[]`, "=invalid_custom"}, {`"a"`, "=invalid_custom"}, {`{"a":1`, "=invalid_custom"}, {`{"a":1}{}`, "=invalid_custom"}, {`{"a":1e999}`, "=invalid_custom"},
		{"{\"a\":\"\xff\"}", "=invalid_custom"},
		{`{"":1}`, "=invalid_key"}, {`{"A":1}`, "=invalid_key"}, {`{"1a":1}`, "=invalid_key"}, {`{"a-b":1}`, "=invalid_key"}, {`{"` + strings.Repeat("a", 41) + `":1}`, "=invalid_key"},
		{`{"a":{}}`, "=invalid_value"}, {`{"a":[1]}`, "=invalid_value"},
		{`{"a":[],"B":1,"c":{},"D":[]}`, "=invalid_key =invalid_key =invalid_value =invalid_value =invalid_value"},
	} {
		var first string
		for range 5 {
			var l fault.List
			catalog.CheckCustom("", json.RawMessage(tc.raw), &l)
			if text := fmt.Sprint(l.Err()); first == "" {
				first = text
			} else if first != text {
				t.Errorf("%.60s: told once as %s, once as %s", tc.raw, first, text)
			}
			got := strings.Fields(told(&l))
			slices.Sort(got)
			if strings.Join(got, " ") != tc.want {
				t.Errorf("%.60q: %v, want %q", tc.raw, got, tc.want)
			}
		}
	}
}

func TestItemIDs(t *testing.T) {
	if id, err := catalog.ParseID(catalog.ID(88).String()); id != 88 || err != nil {
		t.Errorf("88 was read as %d, %v", id, err)
	}
	for _, k := range []catalog.Kind{catalog.Bundle, catalog.Service, catalog.Digital} {
		if (&catalog.Item{Kind: k}).Stocked() {
			t.Errorf("%s is counted on shelves", k)
		}
	}
	if !(&catalog.Item{Kind: catalog.Goods}).Stocked() {
		t.Error("goods are not counted on shelves")
	}
}

// Any JSON makes an item that is refused with faults at known places, or one
// whose every text a database takes.
func FuzzItemCheck(f *testing.F) {
	for _, i := range []catalog.Item{
		{SKU: "MUG", Name: "Mug", Kind: catalog.Goods, WhenShort: catalog.Backorder, Custom: json.RawMessage(`{"a":"b","c":1}`), Barcodes: []catalog.Barcode{{"1", 1}}},
		{SKU: "SET", Name: "Set", Kind: catalog.Bundle, WhenShort: catalog.Refuse, Components: []catalog.Component{{SKU: "MUG", Quantity: 2}}},
	} {
		b, err := json.Marshal(i)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, []byte(`{"a":1}`))
	}
	f.Add([]byte(`{"SKU":" ","Kind":"goods"}`), []byte(`{"a":"\u0000"}`))
	f.Add([]byte(`{"SKU":"MUG","Name":"Mug","Kind":"goods","WhenShort":"refuse"}`), []byte("{\"a\":\"\xff\"}"))
	f.Fuzz(func(t *testing.T, text, custom []byte) {
		var i catalog.Item
		if json.Unmarshal(text, &i) != nil {
			return
		}
		i.Custom = custom
		var l fault.List
		i.Check("/item", &l)
		for _, x := range l.Fields() {
			if !strings.HasPrefix(x.Pointer, "/item/") || x.Code == "" || x.Message == "" {
				t.Fatalf("%+v", x)
			}
		}
		if l.Len() > 0 {
			return
		}
		for _, s := range []string{i.SKU, i.Name, i.Unit, i.Picture, string(i.Custom)} {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				t.Fatalf("%q was taken", s)
			}
		}
		var fields map[string]any
		if err := json.Unmarshal(i.Custom, &fields); len(i.Custom) > 0 && err != nil {
			t.Fatal(errors.Join(errors.New("custom fields that no reader can read"), err))
		}
	})
}
