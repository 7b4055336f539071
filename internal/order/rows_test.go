package order_test

import (
	"fmt"
	"strings"
	"testing"

	"orderly/internal/order"
)

func rows(list []order.Row) string {
	var out []string
	for _, r := range list {
		text := fmt.Sprintf("%d:%s|%s|%s", r.N, r.Item, r.Quantity, r.Price)
		if r.Fault != "" {
			text += "!"
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// Kills: each separator, a heading that is taken for a row or moves no column,
// a comma that is lost, a fault that stops its neighbors.
func TestParseRows(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"", ""},
		{"MUG\t2\nTEA\t1\t3.50\n", "1:MUG|2| 2:TEA|1|3.50"},
		{"MUG;2;3,50\r\n\r\nTEA;1,5;1.234,50\r\n", "1:MUG|2|3.50 3:TEA|1.5|1234.50"},
		{"MUG,2,3.50", "1:MUG|2|3.50"},
		{"SKU\tQty\tPrice\nMUG\t2\t€ 3,50", "2:MUG|2|3.50"},
		{"Price;Qty;SKU\n3,50;2;MUG", "2:MUG|2|3.50"},
		{"\"Mug, blue\",2", "1:Mug, blue|2|"},
		{"\"Mug 3\"\" wide\"\t2", "1:Mug 3\" wide|2|"},
		{"MUG\tmany\nTEA\t0\n\t3\nPEN\t1\tcheap\nCUP\nINK\t4", "1:MUG|many|! 2:TEA|0|! 3:|3|! 4:PEN|1|cheap! 5:CUP||! 6:INK|4|"},
		{"MUG\t1 000", "1:MUG|1000|"},
		{"MUG\t-2", "1:MUG|-2|!"},
	} {
		got, err := order.ParseRows(tc.text)
		if err != nil || rows(got) != tc.want {
			t.Errorf("%q: %q, %v, want %q", tc.text, rows(got), err, tc.want)
		}
	}
	if _, err := order.ParseRows(strings.Repeat("A\t1\n", order.MaxRows+1)); err == nil {
		t.Error("too many rows are taken")
	}
	if _, err := order.ParseRows(strings.Repeat("a", order.MaxRowBytes+1)); err == nil {
		t.Error("too long a text is taken")
	}
}

// Kills: a step too fine for the item that is rounded away; a scale that is
// left out.
func TestParseQuantity(t *testing.T) {
	for _, tc := range []struct {
		text  string
		scale int
		want  int64
	}{
		{"2", 0, 2}, {"2.0", 0, 2}, {"2,5", 0, 0}, {"2,5", 3, 2500}, {"0.001", 3, 1}, {"0.0001", 3, 0}, {"", 0, 0}, {"-1", 0, 0}, {"x", 0, 0},
		{"1000000000", 0, 1_000_000_000}, {"1000000001", 0, 0}, {"9999999999", 3, 0}, {"1.2.3", 3, 0},
	} {
		if got := order.ParseQuantity(tc.text, tc.scale); got != tc.want {
			t.Errorf("%q with %d decimals is %d, want %d", tc.text, tc.scale, got, tc.want)
		}
	}
}

// Kills: a text that makes it fall over; a row without fault that says nothing,
// or whose number cannot be read.
func FuzzParseRows(f *testing.F) {
	for _, s := range []string{"MUG\t2", "SKU;Qty\nA;1,5", "\"a\"\"b\",3", "a,\"", "\x00\t1", "a\t1.2.3", ";;;", "a\t,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := order.ParseRows(text)
		if err != nil {
			return
		}
		before := 0
		for _, r := range got {
			if r.N <= before {
				t.Errorf("row %d comes after row %d", r.N, before)
			}
			before = r.N
			if r.Fault == "" && (r.Item == "" || r.Quantity == "") {
				t.Errorf("row %d is empty and has no fault", r.N)
			}
			if order.ParseQuantity(r.Quantity, 3) < 0 {
				t.Errorf("row %d: a quantity below 0", r.N)
			}
		}
	})
}
