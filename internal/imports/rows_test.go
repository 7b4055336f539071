package imports_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/fault"
	"orderly/internal/imports"
)

func csvOf(t *testing.T, lines ...string) *imports.CSV {
	t.Helper()
	c, err := imports.NewCSV(strings.NewReader(strings.Join(lines, "\n") + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// all reads every row, giving the reason in place of a value at fault.
func all[T any](t *testing.T, rows *imports.Rows[T]) (values []T, reasons []string) {
	t.Helper()
	for {
		r, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return values, reasons
		}
		if err != nil {
			t.Fatal(err)
		}
		if r.Err != nil {
			reasons = append(reasons, imports.Reason(r.Err))
			continue
		}
		values = append(values, r.Value)
	}
}

func TestItemRowTellsEveryFault(t *testing.T) {
	rows, err := imports.ReadItems(csvOf(t,
		"sku,name,kind,scale,price,cost,weight_grams,barcodes,custom.note",
		",,box,4,\"1,50\",-2,1.5,7|7|8*0|\u0007,x",
		strings.Repeat("S", 81)+",\"two\nlines\",GOODS,3,1.50,0.0000001,12.0,,",
		"A,Cup,Goods,3,1.50,0.25,12.0,5*6,",
	), imports.Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	values, reasons := all(t, rows)
	want := []string{
		`sku: is empty; name: is empty; kind: "box" is none of goods, bundle, service, digital; ` +
			`scale: "4" is not a whole number between 0 and 3; ` +
			`price: "1,50" is not a price; write it like 1234.50, without a currency sign or thousands separators; ` +
			`cost: "-2" is negative; a price is zero or more; ` +
			`weight_grams: "1.5" is not a whole number between 0 and 1000000000; ` +
			`barcodes: holds a line end or another control character; take it out; ` +
			`barcodes: "7" is given twice; barcodes: "8*0": "0" is not a whole number between 1 and 1000000; ` +
			`barcodes: "\a" holds a line end or another control character; take it out`,
		`sku: is longer than 80 characters; name: holds a line end or another control character; take it out; ` +
			`cost: "0.0000001" is not a price; write it like 1234.50, without a currency sign or thousands separators`,
	}
	if d := cmp.Diff(want, reasons); d != "" {
		t.Error(d)
	}
	sound := []imports.ItemRow{{SKU: "A", Name: "Cup", Kind: "goods", Scale: "3", Price: "1.50", Cost: "0.25", WeightGrams: "12",
		Barcodes: []imports.Counted{{Code: "5", Quantity: "6"}}}}
	if d := cmp.Diff(sound, values); d != "" {
		t.Error(d)
	}
}

func TestTooManyBarcodes(t *testing.T) {
	codes := make([]string, 51)
	for i := range codes {
		codes[i] = fmt.Sprint(1000 + i)
	}
	rows, err := imports.ReadItems(csvOf(t, "sku,name,barcodes", "A,Cup,"+strings.Join(codes[:50], "|"), "B,Cup,"+strings.Join(codes, "|")), imports.Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	values, reasons := all(t, rows)
	if len(values) != 1 || len(values[0].Barcodes) != 50 {
		t.Errorf("got %+v", values)
	}
	if d := cmp.Diff([]string{"barcodes: has more than 50 codes"}, reasons); d != "" {
		t.Error(d)
	}
}

func TestStockRows(t *testing.T) {
	rows, err := imports.ReadStock(csvOf(t,
		"Item,Warehouse,Qty,Shelf,Batch,Comment",
		"A,MAIN,12.0,A-1,L1,count",
		"A,MAIN,-0.250,,,",
		"A,MAIN,12 pcs,,,",
		"A,MAIN,0.0001,,,",
		"A,,1000000001,,,",
	), imports.Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	values, reasons := all(t, rows)
	want := []imports.StockRow{
		{SKU: "A", Location: "MAIN", Quantity: "12", Bin: "A-1", Lot: "L1", Reason: "count"},
		{SKU: "A", Location: "MAIN", Quantity: "-0.25"},
	}
	if d := cmp.Diff(want, values); d != "" {
		t.Error(d)
	}
	if len(reasons) != 3 || !strings.HasPrefix(reasons[2], "location: is empty; quantity: ") {
		t.Errorf("reasons %q", reasons)
	}
}

func TestCustomerRows(t *testing.T) {
	rows, err := imports.ReadCustomers(csvOf(t,
		"Customer No;Full Name;E-Mail;Street;Zip;City;Country",
		"C1;Ann;ann@example.com;High St 1;01067;Dresden;de",
		"C2;Bob;bob(at)example.com;;;;Germany",
		";;;Only a street;;;",
	), imports.Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	values, reasons := all(t, rows)
	want := []imports.CustomerRow{{ExternalID: "C1", Name: "Ann", Email: "ann@example.com",
		Address: imports.Address{Line1: "High St 1", PostalCode: "01067", City: "Dresden", Country: "DE"}}}
	if d := cmp.Diff(want, values); d != "" {
		t.Error(d)
	}
	wrong := []string{
		`email: "bob(at)example.com" is not an e-mail address; write it as name@example.com or leave it out; ` +
			`country: "Germany" is not a country code; write two letters by ISO 3166, such as GB`,
		"give at least a name, a company, an e-mail address or an external_id",
	}
	if d := cmp.Diff(wrong, reasons); d != "" {
		t.Error(d)
	}
}

func TestNDJSONRows(t *testing.T) {
	n, err := imports.NewNDJSON(strings.NewReader(`{"sku":"A","name":"Cup","price":12.50,"barcodes":["1","2*6"],"custom":{"color":"red","hot":true}}
{"SKU":"B","Title":"Mug","Farbe":"blau"}
{"sku":"C","name":"Jug","Name":"Jar","wheels":4}
[]
`))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := imports.ReadItems(n, imports.Mapping{Custom: map[string]string{"color": "Farbe"}, Fixed: map[string]string{"unit": "pc"}})
	if err != nil {
		t.Fatal(err)
	}
	values, reasons := all(t, rows)
	want := []imports.ItemRow{
		{SKU: "A", Name: "Cup", Unit: "pc", Price: "12.50", Custom: map[string]string{"color": "red", "hot": "true"},
			Barcodes: []imports.Counted{{Code: "1", Quantity: "1"}, {Code: "2", Quantity: "6"}}},
		{SKU: "B", Name: "Mug", Unit: "pc", Custom: map[string]string{"color": "blau"}},
	}
	if d := cmp.Diff(want, values); d != "" {
		t.Error(d)
	}
	wrong := []string{"name: is given twice; wheels: items have no such field", "a line holds one JSON object, which begins with {"}
	if d := cmp.Diff(wrong, reasons); d != "" {
		t.Error(d)
	}
}

func TestParseTime(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	for text, want := range map[string]string{
		"2026-03-31T08:30:00Z":      "2026-03-31T08:30:00Z",
		"2026-03-31T08:30:00+02:00": "2026-03-31T06:30:00Z",
		"2026-03-31 08:30:00":       "2026-03-31T07:30:00Z",
		"2026-03-31 08:30:00 -0400": "2026-03-31T12:30:00Z",
		"2026-03-31 08:30":          "2026-03-31T07:30:00Z",
		"2026-03-31":                "2026-03-30T23:00:00Z",
	} {
		got, err := imports.ParseTime(text, berlin)
		if err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s: got %v, %v", text, got.UTC(), err)
		}
	}
	for _, text := range []string{"", "31/03/2026", "2026-02-30", "now"} {
		if _, err := imports.ParseTime(text, berlin); fault.CodeOf(err) != "invalid_time" {
			t.Errorf("%q: %v", text, err)
		}
	}
}
