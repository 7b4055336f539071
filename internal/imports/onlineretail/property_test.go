package onlineretail_test

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"orderly/internal/imports/onlineretail"
	"orderly/internal/money"
)

func priceOf(t testing.TB, text string) money.Price {
	t.Helper()
	p, err := money.ParsePrice(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// plainRow is a line as the generator made it.
type plainRow struct {
	invoice, code, text, quantity, clock, price, customer, country string
}

func (r plainRow) String() string {
	return strings.Join([]string{r.invoice, r.code, r.text, r.quantity, r.clock, r.price, r.customer, r.country}, ",") + "\n"
}

// anyRow draws from few invoices, customers and codes, so that they meet often,
// and now and then something that nobody should write.
func anyRow(t *rapid.T, i int) plainRow {
	invoice := rapid.SampledFrom([]string{"1", "2", "3", "4", "C5", "C6", "C7", "C8", "A9", "X1"}).Draw(t, "invoice")
	owner := map[string]string{"1": "7.0", "2": "7", "3": "8.0", "C5": "7.0", "C6": "7", "C7": "8.0", "A9": "7.0"}[invoice]
	r := plainRow{
		invoice:  invoice,
		code:     rapid.SampledFrom([]string{"A1", "a1", "B2", "POST", "M", "D", "AMAZONFEE", "BANK CHARGES", "gift_0001_10", "S", "B", ""}).Draw(t, "code"),
		text:     rapid.SampledFrom([]string{"", "CUP", "MUG", "found", "damages"}).Draw(t, "text"),
		quantity: strconv.Itoa(rapid.IntRange(-6, 6).Draw(t, "quantity")),
		clock:    fmt.Sprintf("2011-08-12 10:%02d:00", rapid.IntRange(0, 9).Draw(t, "minute")),
		price:    rapid.SampledFrom([]string{"1.0", "2.55", "0.001", "0.000001", "0.0", "0.0", "-3.5", "13541.33"}).Draw(t, "price"),
		customer: owner,
		country:  "EIRE",
	}
	switch rapid.IntRange(0, 40).Draw(t, "mischief") {
	case 0:
		r.customer = "9.0"
	case 1:
		r.customer = "nobody"
	case 2:
		r.quantity = "few"
	case 3:
		r.price = "1,5"
	case 4:
		r.clock = "noon"
	case 5:
		r.text = `"open`
	}
	if strings.HasPrefix(invoice, "C") && rapid.IntRange(0, 9).Draw(t, "sign") > 0 {
		r.quantity = "-" + strings.TrimLeft(r.quantity, "-")
	}
	return r
}

func anyRows(t *rapid.T) []plainRow {
	rows := make([]plainRow, rapid.IntRange(0, 60).Draw(t, "rows"))
	for i := range rows {
		rows[i] = anyRow(t, i)
	}
	return rows
}

// worth is the exact net of a row whose quantity and price can be read, as a
// line with all its fields.
func worth(r plainRow) (*big.Rat, bool) {
	quantity, sound := new(big.Rat).SetString(r.quantity)
	price, ok := new(big.Rat).SetString(r.price)
	if !sound || !ok || strings.Contains(r.text, `"`) || strings.Contains(r.price, ",") {
		return nil, false
	}
	return quantity.Mul(quantity, price), true
}

// Whatever the rows are, no line and no millionth is lost: each line is in one
// fact or one reject, and their sums are the file's.
func TestFactsAndRejectsPreserveTheSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := anyRows(t)
		want, unknown := new(big.Rat), 0
		var file strings.Builder
		for _, r := range rows {
			file.WriteString(r.String())
			if net, ok := worth(r); ok {
				want.Add(want, net)
			} else {
				unknown++
			}
		}
		rejected := map[int]bool{}
		b, err := onlineretail.Read(strings.NewReader(header+file.String()), onlineretail.Options{
			Rejected: func(r onlineretail.Reject) error {
				if rejected[r.Line] {
					t.Fatalf("line %d is rejected twice", r.Line)
				}
				rejected[r.Line] = true
				return nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		got, s := inspect(b), b.Summary()
		if len(got.faults) > 0 {
			t.Fatal(strings.Join(got.faults, "\n"))
		}
		for i := range rows {
			if _, told := got.rules[i+2]; told == rejected[i+2] {
				t.Fatalf("line %d (%v): in a fact %v, rejected %v", i+2, rows[i], told, rejected[i+2])
			}
		}
		sum := new(big.Rat).SetFrac64(int64(got.net+s.RejectedNet), 1_000_000)
		if sum.Cmp(want) != 0 {
			t.Fatalf("facts %s and rejects %s are not the file's %s", got.net, s.RejectedNet, want.FloatString(6))
		}
		if s.NetRevenue != got.net || s.SalesRevenue+s.CanceledRevenue != got.net || s.RejectedUnknown != unknown || s.LinesRead != len(rows) {
			t.Fatalf("summary %+v, facts %s, %d unknown of %d", s, got.net, unknown, len(rows))
		}
	})
}

// naive matches as the rule reads, by looking through the whole file for each
// cancellation. It gives for each cancel line "sale line x quantity" in turn.
func naive(rows []plainRow, rejected map[int]bool) map[int][]string {
	order := []int{}
	for i := range rows {
		if !rejected[i+2] {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(x, y int) int {
		if c := strings.Compare(rows[x].clock, rows[y].clock); c != 0 {
			return c
		}
		return strings.Count(rows[x].invoice, "C") - strings.Count(rows[y].invoice, "C")
	})
	left := map[int]int{}
	out := map[int][]string{}
	for at, i := range order {
		c := rows[i]
		quantity, _ := strconv.Atoi(c.quantity)
		if c.invoice[0] != 'C' {
			left[i] = quantity
			continue
		}
		if c.customer == "" || quantity > 0 {
			continue
		}
		need := -quantity
		for back := at - 1; back >= 0 && need > 0; back-- {
			s := rows[order[back]]
			if s.invoice[0] == 'C' || s.invoice[0] == 'A' || s.code != c.code || left[order[back]] <= 0 ||
				strings.TrimSuffix(s.customer, ".0") != strings.TrimSuffix(c.customer, ".0") {
				continue
			}
			n := min(need, left[order[back]])
			need -= n
			left[order[back]] -= n
			out[i+2] = append(out[i+2], fmt.Sprintf("%dx%d", order[back]+2, n))
		}
	}
	return out
}

func TestMatchingIsTheNaiveRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := anyRows(t)
		var file strings.Builder
		for _, r := range rows {
			file.WriteString(r.String())
		}
		rejected := map[int]bool{}
		b, err := onlineretail.Read(strings.NewReader(header+file.String()), onlineretail.Options{
			Rejected: func(r onlineretail.Reject) error { rejected[r.Line] = true; return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		got := map[int][]string{}
		for line, matches := range inspect(b).matches {
			for _, m := range matches {
				got[line] = append(got[line], fmt.Sprintf("%dx%d", m.SourceLine, m.Quantity))
			}
		}
		if d := cmp.Diff(naive(rows, rejected), got); d != "" {
			t.Fatal(d)
		}
	})
}

// What holds for made-up rows holds for the real ones.
func TestRealFactsKeepTheirPromises(t *testing.T) {
	for _, f := range files {
		b := readBook(t, dataFile(t, f.data), nil)
		got := inspect(b)
		if len(got.faults) > 0 {
			t.Errorf("%s: %s", f.data, strings.Join(got.faults, "\n"))
		}
		if s := b.Summary(); got.net != s.NetRevenue || len(got.rules) != s.LinesRead {
			t.Errorf("%s: %d lines of %s, want %d of %s", f.data, len(got.rules), got.net, s.LinesRead, s.NetRevenue)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(row("1", "A1", "CUP", 1, 0, "1.0", "7") + row("C2", "A1", "CUP", -1, 1, "1.0", "7.0")))
	f.Add([]byte(row("A1", "B", "Adjust", 1, 0, "-1.0", "") + "\"\n\n1,2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := onlineretail.Read(strings.NewReader(header+string(data)), onlineretail.Options{})
		if err != nil {
			t.Skip()
		}
		got, s := inspect(b), b.Summary()
		if len(got.faults) > 0 {
			t.Fatal(strings.Join(got.faults, "\n"))
		}
		if got.net != s.NetRevenue || len(got.rules)+s.Rejected != s.LinesRead {
			t.Fatalf("%d lines in facts and %d rejects of %d", len(got.rules), s.Rejected, s.LinesRead)
		}
	})
}
