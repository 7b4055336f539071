package imports_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/fault"
	"orderly/internal/imports"
)

// codes are the single faults of an error as "pointer code".
func codes(err error) []string {
	f, ok := err.(*fault.Error)
	if !ok {
		return nil
	}
	var out []string
	for _, one := range f.Fields {
		out = append(out, one.Pointer+" "+one.Code)
	}
	return out
}

func TestParseMapping(t *testing.T) {
	got, err := imports.ParseMapping([]byte(`{"sku":" Product Code ","custom.color":"Colour","unit":"= kg"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := imports.Mapping{
		Columns: map[string]string{"sku": "Product Code"},
		Custom:  map[string]string{"color": "Colour"},
		Fixed:   map[string]string{"unit": "kg"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestParseMappingTellsAllFaults(t *testing.T) {
	_, err := imports.ParseMapping([]byte(`{"sku":"","name":"=","custom.Color":"c","custom.x":"=1","unit":"a","unit":"b"}`))
	want := []string{"/sku missing", "/name missing", "/custom.Color invalid_key", "/custom.x fixed_custom", "/unit duplicate_key"}
	if d := cmp.Diff(want, codes(err)); d != "" {
		t.Error(d)
	}
	for _, text := range []string{"", "[]", `{"sku":1}`, `{"sku":["a"]}`, `{"sku":"a"`, `{"sku":"a"} x`, "{\"sku\":\"\xff\"}", `"sku"`} {
		if _, err := imports.ParseMapping([]byte(text)); fault.CodeOf(err) != "invalid_mapping" {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := imports.ParseMapping(make([]byte, imports.MaxMappingBytes+1)); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("too large: %v", err)
	}
}

func TestColumnsAreFoundByNameAliasAndMapping(t *testing.T) {
	tests := []struct {
		name, header, row string
		mapping           imports.Mapping
		want              imports.ItemRow
		unused            []string
	}{
		{"own names in any case", "SKU,Name", "A1,Cup", imports.Mapping{}, imports.ItemRow{SKU: "A1", Name: "Cup"}, nil},
		{"usual names", "Article No.,Product Name,EAN,Colour", "A1,Cup,501|502*12,red", imports.Mapping{},
			imports.ItemRow{SKU: "A1", Name: "Cup", Barcodes: []imports.Counted{{Code: "501", Quantity: "1"}, {Code: "502", Quantity: "12"}}}, []string{"Colour"}},
		{"by mapping", "Nr,Bez,Farbe,name", "A1,Cup,red,other",
			imports.Mapping{Columns: map[string]string{"sku": "Nr", "name": "Bez"}, Custom: map[string]string{"color": "Farbe"}},
			imports.ItemRow{SKU: "A1", Name: "Cup", Custom: map[string]string{"color": "red"}}, []string{"name"}},
		{"fixed where empty", "sku,name,unit", "A1,Cup,", imports.Mapping{Fixed: map[string]string{"unit": "kg", "kind": "goods"}},
			imports.ItemRow{SKU: "A1", Name: "Cup", Unit: "kg", Kind: "goods"}, nil},
		{"fixed needed column", "sku,unit", "A1,m", imports.Mapping{Fixed: map[string]string{"name": "Unnamed"}},
			imports.ItemRow{SKU: "A1", Name: "Unnamed", Unit: "m"}, nil},
		{"custom by header", "sku,name,custom.color,Custom Size", "A1,Cup,red, XL ", imports.Mapping{},
			imports.ItemRow{SKU: "A1", Name: "Cup", Custom: map[string]string{"color": "red", "size": "XL"}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := imports.NewCSV(strings.NewReader(tt.header + "\n" + tt.row + "\n"))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := imports.ReadItems(c, tt.mapping)
			if err != nil {
				t.Fatal(err)
			}
			got, err := rows.Next()
			if err != nil || got.Err != nil {
				t.Fatal(err, got.Err)
			}
			if d := cmp.Diff(tt.want, got.Value); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tt.unused, rows.Unused()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestColumnFaultsAreToldAtOnce(t *testing.T) {
	c, err := imports.NewCSV(strings.NewReader("Article No,Item No,x\n1,2,3\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = imports.ReadItems(c, imports.Mapping{
		Columns: map[string]string{"colour": "x", "unit": "Einheit"},
		Custom:  map[string]string{"size": "Einheit"},
	})
	want := []string{"/colour unknown_column", "/custom.size column_used_twice", " no_such_column", "/sku ambiguous_column", "/name missing_column"}
	if d := cmp.Diff(want, codes(err)); d != "" {
		t.Error(d)
	}
}

// Kills: a column of the field's own name that is asked about, or loses to what
// other systems call it, wherever it stands.
func TestOwnNameFills(t *testing.T) {
	for _, header := range []string{"SKU,Item No,name", "name,Item No,sku"} {
		values := map[string]string{"name": "Mug", "Item No": "other", "SKU": "own", "sku": "own"}
		var row []string
		for _, h := range strings.Split(header, ",") {
			row = append(row, values[h])
		}
		c, err := imports.NewCSV(strings.NewReader(header + "\n" + strings.Join(row, ",") + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := imports.ReadItems(c, imports.Mapping{})
		if err != nil {
			t.Fatalf("%s: %v", header, err)
		}
		if got, err := rows.Next(); err != nil || got.Err != nil || got.Value.SKU != "own" || !slices.Equal(rows.Unused(), []string{"Item No"}) {
			t.Errorf("%s: %+v, %v, unused %q", header, got, err, rows.Unused())
		}
	}
}

func FuzzParseMapping(f *testing.F) {
	for _, s := range []string{`{}`, `{"sku":"a"}`, `{"custom.a":"=b","":"x"}`, `{"sku":"a","sku":"b"}`, `[`} {
		f.Add([]byte(s), "sku,name,custom.a")
	}
	f.Fuzz(func(t *testing.T, data []byte, header string) {
		m, err := imports.ParseMapping(data)
		if err != nil {
			return
		}
		c, err := imports.NewCSV(strings.NewReader(header + "\n1,2,3\n"))
		if err != nil {
			return
		}
		rows, err := imports.ReadItems(c, m)
		if err != nil {
			return
		}
		for range 3 {
			if row, err := rows.Next(); err == nil && row.Err == nil && (row.Value.SKU == "" || row.Value.Name == "") {
				t.Fatalf("a sound row lacks what is needed: %+v", row)
			}
		}
	})
}
