package imports_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/fault"
	"orderly/internal/imports"
)

// Kills: a day of one form read as another; an ambiguous one that is guessed.
func TestDays(t *testing.T) {
	for _, x := range []struct{ text, order, want string }{
		{"2026-03-31", "", "2026-03-31"}, {"2026-03-31 08:30:00", "", "2026-03-31"}, {"2026-03-31T23:30:00-05:00", "", "2026-03-31"}, {"2026/3/1", "", "2026-03-01"},
		{"2-Jan-06", "", "2006-01-02"}, {"14-Nov-06", "mdy", "2006-11-14"}, {"02 Jan 2006", "", "2006-01-02"}, {"Mar 31, 2026", "", "2026-03-31"}, {"31.12.2026", "mdy", "2026-12-31"}, {"1.2.26", "", "2026-02-01"},
		{"1/10/07", "mdy", "2007-01-10"}, {"1/10/07", "dmy", "2007-10-01"}, {"1/10/07", "", ""}, {"13/10/2007", "", "2007-10-13"}, {"10/13/2007", "", "2007-10-13"}, {"3/3/2007", "", "2007-03-03"},
		{"13/10/2007", "mdy", ""}, {"10/13/2007", "dmy", ""}, {"01-02-2026", "dmy", "2026-02-01"}, {"1/10/2007 14:30", "mdy", "2007-01-10"}, {"1/10/2007 2:30 PM", "mdy", "2007-01-10"}, {"2 Jan 2006 10:00", "", "2006-01-02"},
		{"2024-02-30", "", ""}, {"31/31/2026", "", ""}, {"soon", "", ""}, {"Date Not Captured", "", ""}, {":", "", ""}, {"1/1/1960", "", ""}, {"45231", "", ""},
	} {
		if got, wrong := imports.Day(x.text, x.order); got != x.want || (wrong == "") != (got != "") {
			t.Errorf("%q by %q is %q (%s), want %q", x.text, x.order, got, wrong, x.want)
		}
	}
}

// A day is one, or it is told why it is none; one that is written in our way is read
// as itself, and nothing panics.
func FuzzDay(f *testing.F) {
	for _, s := range []string{"2026-03-31", "1/10/07", "2-Jan-06", "31.12.2026 10:00", ":", " : ", "1/10/2007 2:30 PM", "\xff"} {
		f.Add(s, "mdy")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, text, order string) {
		day, wrong := imports.Day(text, order)
		if (day == "") == (wrong == "") {
			t.Fatalf("%q is %q, and wrong is %q", text, day, wrong)
		}
		if day == "" {
			return
		}
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			t.Fatalf("%q is read as %q", text, day)
		}
		if again, _ := imports.Day(day, order); again != day {
			t.Fatalf("%q is read as %q, and that as %q", text, day, again)
		}
	})
}

// shipped reads all purchase orders as "number: line[ code], line ...".
func shipped(t *testing.T, mapping imports.Mapping, lines ...string) []string {
	t.Helper()
	rows, err := imports.ReadPurchases(csvOf(t, lines...), mapping)
	if err != nil {
		t.Fatal(err)
	}
	list, err := imports.GatherPurchases(rows)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, o := range list {
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
	return out
}

// Kills: rows of one order that stand apart and become two; a row that goes on with
// an order that is not above it; orders out of the order of their days.
func TestPurchasesAreGathered(t *testing.T) {
	for _, x := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"scattered, oldest first", []string{"B,S,2026-02-01,X,1", "A,S,2026-01-01,X,1", "B,,,Y,1"}, []string{"A: 3", "B: 2, 4"}},
		{"goes on", []string{"A,S,2026-01-01,X,1", ",,,Y,1", "B,S,2026-02-01,X,1"}, []string{"A: 2, 3", "B: 4"}},
		{"goes on with none", []string{",,,Y,1", "B,S,2026-02-01,X,1"}, []string{": 2 missing", "B: 3"}},
		{"another seller without a number", []string{"A,S,2026-01-01,X,1", ",T,,Y,1"}, []string{": 3 missing", "A: 2"}},
		{"two sellers", []string{"A,S,2026-01-01,X,1", "A,T,,Y,1"}, []string{"A: 2 order_incomplete, 3 contradicts"}},
		{"two days", []string{"A,S,2026-01-01,X,1", "A,S,2026-01-02,Y,1"}, []string{"A: 2 order_incomplete, 3 contradicts"}},
		{"one day in two forms", []string{"A,S,2026-01-02,X,1", "A,S,2-Jan-26,Y,1"}, []string{"A: 2, 3"}},
		{"a lost line", []string{"A,S,2026-01-01,X,1", "C,S,2026-01-01,X,1", "what", "B,S,2026-02-01,X,1", "A,,,Y,1"}, []string{": 4 field_count", "A: 2, 6", "C: 3 line_lost", "B: 5 line_lost"}},
		{"nobody", []string{"A,,2026-01-01,X,1"}, []string{"A: 2 missing"}},
		{"nothing there", []string{"A,S,unknown,X,1", "B,S,never,X,1"}, []string{"A: 2", "B: 3 invalid_sent_on"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			got := shipped(t, imports.Mapping{Blank: []string{"unknown"}}, append([]string{"po,vendor,date,sku,qty"}, x.lines...)...)
			if d := cmp.Diff(x.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// The item of an Odoo export is its code in brackets and its name.
func TestSKUInBrackets(t *testing.T) {
	rows, err := imports.ReadPurchases(csvOf(t, "Order Reference,Vendor,Order Lines/Product,Order Lines/Quantity", "P1,S,[FURN-1] Desk,2.0", "P1,S,[odd],2"), imports.Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"FURN-1", "[odd]"} {
		if row, err := rows.Next(); err != nil || row.Err != nil || row.Value.SKU != want {
			t.Errorf("%+v %v, want %s", row, err, want)
		}
	}
}

// Whatever a file holds, each of its lines comes out once, and an order is sound as a
// whole or not at all.
func FuzzPurchases(f *testing.F) {
	for _, s := range []string{"po,vendor,date,sku,qty\nA,S,1/2/26,X,1\n,,,Y,1\n", "po,vendor,sku,qty,received on\nA,S,X,-1,\"2\nB,T,,1,\nA,T,Y,1,2026-01-01\n", "{\"po\":\"A\",\"vendor\":\"S\",\"sku\":\"X\",\"qty\":1}\n{\"po\":\"\"}\n{\n"} {
		f.Add([]byte(s))
	}
	read := func(data []byte) (*imports.Rows[imports.PurchaseRow], error) {
		if bytes.HasPrefix(data, []byte("{")) {
			in, err := imports.NewNDJSON(bytes.NewReader(data))
			if err != nil {
				return nil, err
			}
			return imports.ReadPurchases(in, imports.Mapping{})
		}
		in, err := imports.NewCSV(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		return imports.ReadPurchases(in, imports.Mapping{})
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := read(data)
		if err != nil {
			return
		}
		list, err := imports.GatherPurchases(rows)
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		if rows, err = read(data); err != nil {
			t.Fatal(err)
		}
		for err == nil {
			if _, err = rows.Next(); err == nil {
				want++
			}
		}
		seen, numbers := map[int]bool{}, map[string]bool{}
		for _, o := range list {
			number := o.Rows[0].Value.ExternalID
			if number != "" && numbers[number] {
				t.Fatalf("%q is two orders", number)
			}
			numbers[number] = true
			for _, r := range o.Rows {
				if seen[r.Line] || (r.Err != nil) != (o.Err != nil) || r.Value.ExternalID != number {
					t.Fatalf("line %d of %q: %v in an order with %v", r.Line, number, r.Err, o.Err)
				}
				seen[r.Line] = true
				var wrong *fault.Error
				if r.Err != nil && !errors.As(r.Err, &wrong) {
					t.Fatalf("line %d is refused with %v", r.Line, r.Err)
				}
			}
		}
		if len(seen) != want {
			t.Fatalf("%d lines of %d", len(seen), want)
		}
	})
}
