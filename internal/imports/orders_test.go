package imports_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/fault"
	"orderly/internal/imports"
)

// outline reads all orders as "reference: line[ code], line ...".
func outline(t *testing.T, lines ...string) []string {
	t.Helper()
	orders, err := imports.ReadOrders(csvOf(t, lines...), imports.Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for {
		o, err := orders.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		var parts []string
		for _, r := range o.Rows {
			part := fmt.Sprint(r.Line)
			if r.Err != nil {
				part += " " + fault.CodeOf(r.Err)
			}
			parts = append(parts, part)
			if (r.Err != nil) != (o.Err != nil) {
				t.Errorf("line %d: the row has %v, its order %v", r.Line, r.Err, o.Err)
			}
		}
		out = append(out, o.Rows[0].Value.ExternalID+": "+strings.Join(parts, ", "))
	}
}

const orderHeader = "order,placed_at,currency,sku,quantity,unit_price"

func TestRowsThatStandTogetherAreAnOrder(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		want  []string
	}{
		{"together", []string{"1,2026-01-02,EUR,A,1,2", "1,,,B,1,2", "2,2026-01-02,EUR,A,1,2", "1,2026-01-02,EUR,A,1,2"},
			[]string{"1: 2, 3", "2: 4", "1: 5"}},
		{"a fault refuses the order", []string{"1,2026-01-02,EUR,A,1,2", "1,,,B,0,2", "2,2026-01-02,EUR,A,1,2"},
			[]string{"1: 2 order_incomplete, 3 invalid_quantity", "2: 4"}},
		{"a contradiction", []string{"1,2026-01-02,EUR,A,1,2", "1,2026-01-02,USD,B,1,2"},
			[]string{"1: 2 order_incomplete, 3 contradicts"}},
		{"first row says when", []string{"1,,,A,1,2", "1,2026-01-02,EUR,B,1,2"},
			[]string{"1: 2 invalid_row, 3 invalid_row"}},
		{"a lost line taints its neighbors", []string{"1,2026-01-02,EUR,A,1,2", "2,2026-01-02,EUR,A,1,2", "2,x", "3,2026-01-02,EUR,A,1,2", "4,2026-01-02,EUR,A,1,2"},
			[]string{"1: 2", "2: 3 line_lost", ": 4 field_count", "3: 5 line_lost", "4: 6"}},
		{"a row without reference is lost", []string{"1,2026-01-02,EUR,A,1,2", ",2026-01-02,EUR,A,1,2"},
			[]string{"1: 2 line_lost", ": 3 missing"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, outline(t, append([]string{orderHeader}, tt.lines...)...)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestOrderLimitRefusesEveryRow(t *testing.T) {
	lines := []string{orderHeader}
	for range 2*imports.MaxOrderLines + 1 {
		lines = append(lines, "big,2026-01-02,EUR,A,1,2")
	}
	for range imports.MaxOrderLines {
		lines = append(lines, "full,2026-01-02,EUR,A,1,2")
	}
	refused, sound := 0, 0
	for _, o := range outline(t, lines...) {
		refused += strings.Count(o, "too_many_lines")
		if !strings.Contains(o, "too_many_lines") {
			sound += strings.Count(o, ",") + 1
		}
	}
	if refused != 2*imports.MaxOrderLines+1 || sound != imports.MaxOrderLines {
		t.Errorf("%d rows refused, %d sound", refused, sound)
	}
}

func TestOrderRowIsFilledFromTheFirst(t *testing.T) {
	orders, err := imports.ReadOrders(csvOf(t,
		"channel,order,placed_at,currency,paid,customer,email,ship_to_name,ship_to_city,ship_to_country,sku,title,qty,price",
		"web,1,2026-01-02 10:00,eur,yes,C1,a@example.com,Ann,Bonn,de,A,Cup,2,1.50",
		",1,,,,,,,,,B,Mug,0.5,2",
	), imports.Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	o, err := orders.Next()
	if err != nil || o.Err != nil {
		t.Fatal(err, o.Err)
	}
	want := imports.OrderRow{Channel: "web", ExternalID: "1", PlacedAt: "2026-01-02 10:00", Currency: "EUR", Paid: true,
		CustomerID: "C1", Email: "a@example.com", ShipTo: imports.Address{Name: "Ann", City: "Bonn", Country: "DE"},
		SKU: "B", Title: "Mug", Quantity: "0.5", UnitPrice: "2"}
	if len(o.Rows) != 2 {
		t.Fatalf("%d rows", len(o.Rows))
	}
	if d := cmp.Diff(want, o.Rows[1].Value); d != "" {
		t.Error(d)
	}
}

func TestOrderCutByABrokenStreamIsNotGiven(t *testing.T) {
	text := orderHeader + "\n" + strings.Repeat("1,2026-01-02,EUR,A,1,2\n", 1000) + strings.Repeat("2,2026-01-02,EUR,A,1,2\n", 1900)
	c, err := imports.NewCSV(breaking{strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	orders, err := imports.ReadOrders(c, imports.Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	if o, err := orders.Next(); err != nil || len(o.Rows) != 1000 {
		t.Fatalf("%d rows, %v", len(o.Rows), err)
	}
	if o, err := orders.Next(); !errors.Is(err, errBroken) || len(o.Rows) != 0 {
		t.Errorf("%d rows, %v", len(o.Rows), err)
	}
}
