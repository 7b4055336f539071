package tariff_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
	"orderly/internal/tariff"
)

// november is what a place did: two orders, the second's parcel above every freight,
// and three days of storage.
func november(t *testing.T) ([]tariff.Fact, []tariff.Charge) {
	t.Helper()
	var facts []tariff.Fact
	for i, s := range []tariff.Sent{
		{Fulfillment: 7, Order: 3, Number: 1001, Parcels: []tariff.Parcel{{ID: 11, At: at("2026-11-03 10"), Carrier: "DHL", Tracking: "JD01", Grams: 900, Lines: []tariff.ParcelLine{{Line: 1, Quantity: 4}}}}},
		{Fulfillment: 8, Order: 4, Number: 1002, Parcels: []tariff.Parcel{{ID: 12, At: at("2026-11-04 10"), Carrier: "DHL", Tracking: "JD02", Grams: 9000, Lines: []tariff.ParcelLine{{Line: 1, Quantity: 1}}}}},
	} {
		_ = i
		facts = append(facts, s.Facts(utc)...)
	}
	facts = append(facts, tariff.FactsOfStored([]tariff.Held{{Item: 1, Steps: 100}}, nil, 20261101, 20261103, utc)...)
	costs, err := tariff.Book{card(1, 20260101,
		tariff.Rate{Kind: tariff.PerOrder, Price: price("2.50")}, tariff.Rate{Kind: tariff.PerUnit, Price: price("0.25"), Included: 1}, tariff.Rate{Kind: tariff.PerFreight, Price: price("3.90"), UpTo: 2000},
		tariff.Rate{Kind: tariff.PerStored, Price: price("0.01")},
	)}.Charge(facts)
	if err != nil {
		t.Fatal(err)
	}
	return facts, costs.Charges
}

func invoice(number string, lines ...tariff.InvoiceLine) *tariff.Invoice {
	v := &tariff.Invoice{Number: number, From: 20261101, To: 20261130, Currency: "EUR", Tolerance: 1, Lines: lines}
	for i := range v.Lines {
		v.Lines[i].N = i + 1
		v.Total += v.Lines[i].Amount
	}
	return v
}

func line(kind, ref string, amount int64) tariff.InvoiceLine {
	return tariff.InvoiceLine{Kind: kind, Reference: ref, Quantity: 1, Amount: amount}
}

// Kills: a reference that is found in one form alone; more within the tolerance that
// is told of, and beyond it that is not; a line that is paid for twice in one
// invoice, or over two; what is included asked for and unknown; a word of the
// partner's own that is taken for a rate.
func TestMatch(t *testing.T) {
	facts, charges := november(t)
	v := invoice("R-1",
		line(tariff.PerOrder, ident.Text("ful", 7), 251), // within 1
		line(tariff.PerUnit, "#1001", 90),                // 3 × 0.25
		line(tariff.PerFreight, "jd01", 300),
		line(tariff.PerOrder, "1001", 250),     // again
		line(tariff.PerUnit, "1002", 25),       // the only unit is included
		line("fuel surcharge", "JD01", 99),     //
		line(tariff.PerOrder, "9999", 250),     // nobody's
		line(tariff.PerStored, "2026-11", 300), //
		line(tariff.PerStored, "", 300),        // again, in another way
		line(tariff.PerFreight, "JD02", 1000),  // no weight of the card fits it
		line(tariff.PerReturned, "1001", 175),  // did not come back
	)
	left := v.Match(facts, charges, nil)
	want := []struct {
		outcome  string
		expected int64
	}{{"equal", 250}, {"over", 75}, {"under", 390}, {"twice", 0}, {"over", 0}, {"unknown", 0}, {"unknown", 0}, {"equal", 300}, {"twice", 0}, {"over", 0}, {"unknown", 0}}
	for i, w := range want {
		if x := v.Lines[i]; x.Outcome != w.outcome || x.Expected != w.expected || x.State != tariff.Open {
			t.Errorf("line %d (%s %s) is %s, %d expected; want %+v", i+1, x.Kind, x.Reference, x.Outcome, x.Expected, w)
		}
	}
	if v.Lines[3].Other != "R-1, line 1" {
		t.Errorf("it does not say by what it was asked for before: %q", v.Lines[3].Other)
	}
	if len(left) != 1 || left[0].Kind != tariff.PerOrder || left[0].Number != 1002 {
		t.Errorf("done and not asked for: %+v", left)
	}

	taken := tariff.Taken{}
	for _, x := range v.Lines {
		for _, k := range x.Keys {
			taken[k] = "R-1"
		}
	}
	next := invoice("R-2", line(tariff.PerOrder, "", 500), line(tariff.PerUnit, "1001", 75))
	if left := next.Match(facts, charges, taken); len(left) != 0 {
		t.Errorf("%+v", left)
	}
	if x := next.Lines[0]; x.Outcome != tariff.Overs || x.Expected != 250 || len(x.Keys) != 1 || x.Other != "R-1" {
		t.Errorf("all orders, one of which was asked for before: %+v", x)
	}
	if x := next.Lines[1]; x.Outcome != tariff.Twice || x.Other != "R-1" {
		t.Errorf("%+v", x)
	}
	if v.Off() != 0 {
		t.Errorf("off by %d", v.Off())
	}
	dollars := invoice("R-3", line(tariff.PerOrder, "1001", 250))
	dollars.Currency = "USD"
	if dollars.Match(facts, charges, nil); dollars.Lines[0].Outcome == tariff.Equal {
		t.Error("an amount in another currency is equal")
	}
}

// Kills: a dispute without a reason; more than agreed accepted without one; a line
// that is decided on after it was accepted; a state that does not follow.
func TestDecide(t *testing.T) {
	facts, charges := november(t)
	v := invoice("R-1", line(tariff.PerOrder, "1001", 250), line(tariff.PerOrder, "1002", 900), line(tariff.PerOrder, "1001", 250))
	v.Match(facts, charges, nil)
	try := func(code string, lines []int, accept bool, note string) tariff.Invoice {
		t.Helper()
		x, err := v.Decide(lines, accept, note, nil, "user:1", 5)
		if got := fault.CodeOf(err); err != nil && got != code || err == nil && code != "" {
			t.Errorf("%v; want %q", err, code)
		}
		return x
	}
	try("not_possible", nil, true, "")
	try("not_possible", []int{2}, false, "")
	try("not_possible", []int{4}, true, "x")
	*v = try("", []int{1}, true, "")
	if v.Lines[0].State != tariff.Accepted || v.Lines[0].DecidedBy != "user:1" || v.Lines[0].DecidedAt != 5 || v.State() != tariff.Open {
		t.Errorf("%+v", v)
	}
	try("not_possible", []int{1}, false, "too late")
	*v = try("", nil, false, "not agreed")
	if v.State() != tariff.Mixed {
		t.Error(v.State())
	}
	try("not_possible", []int{2, 3}, true, "after all") // line 3 is for what line 1 was accepted for
	*v = try("", []int{2}, true, "after all")
	if v.Lines[1].State != tariff.Accepted || v.State() != tariff.Mixed {
		t.Error(v.State())
	}
}

// Whatever is asked for, in whatever words, and accepted or disputed in whatever
// order: nothing is accepted twice.
func TestNothingIsAcceptedTwice(t *testing.T) {
	facts, charges := november(t)
	rapid.Check(t, func(t *rapid.T) {
		var all []*tariff.Invoice
		held := func(but *tariff.Invoice, states ...string) tariff.Taken {
			out := tariff.Taken{}
			for _, v := range all {
				for _, x := range v.Lines {
					for _, k := range x.Keys {
						again := x.Outcome == tariff.Twice && x.State == tariff.Open
						if v != but && !again && strings.Contains(strings.Join(states, " "), x.State) {
							out[k] = v.Number
						}
					}
				}
			}
			return out
		}
		for n := range rapid.IntRange(1, 12).Draw(t, "acts") {
			if len(all) == 0 || rapid.Bool().Draw(t, "take") {
				var lines []tariff.InvoiceLine
				for range rapid.IntRange(1, 4).Draw(t, "lines") {
					kind := rapid.SampledFrom([]string{tariff.PerOrder, tariff.PerUnit, tariff.PerFreight, tariff.PerStored}).Draw(t, "kind")
					lines = append(lines, line(kind, rapid.SampledFrom([]string{"", "1001", "1002", "JD01", "2026-11", ident.Text("par", 11)}).Draw(t, "ref"), 250))
				}
				v := invoice(fmt.Sprint(n), lines...)
				v.Match(facts, charges, held(nil, tariff.Open, tariff.Accepted))
				for _, x := range v.Lines {
					if x.Outcome == tariff.Twice && (len(x.Keys) == 0 || x.Units != 0) {
						t.Fatalf("what is asked for twice is for nothing: %+v", x)
					}
				}
				all = append(all, v)
			} else {
				v := all[rapid.IntRange(0, len(all)-1).Draw(t, "which")]
				lines := rapid.SliceOfNDistinct(rapid.IntRange(1, len(v.Lines)), 0, len(v.Lines), rapid.ID[int]).Draw(t, "lines")
				if x, err := v.Decide(lines, rapid.Bool().Draw(t, "accept"), "because", held(v, tariff.Accepted), "user:1", 5); err == nil {
					*v = x
				}
			}
			seen := map[string]bool{}
			for _, v := range all {
				for _, x := range v.Lines {
					for _, k := range x.Keys {
						if x.State == tariff.Accepted && seen[k] {
							t.Fatalf("%s is accepted twice", k)
						}
						seen[k] = seen[k] || x.State == tariff.Accepted
					}
				}
			}
		}
	})
}

// Kills: headings taken for a line; a column in another order; a fault that does not
// say its line; a separator that only one country uses.
func TestParseLines(t *testing.T) {
	eur := money.MustCurrency("EUR")
	var l fault.List
	got := tariff.ParseLines("\ufeffAmount;Kind;Reference\n2.50;ORDER;#1001\n-0.75;unit;\"a;b\"\n", eur, &l)
	if l.Len() != 0 || len(got) != 2 || got[0].Amount != 250 || got[0].Kind != "order" || got[0].Reference != "#1001" || got[0].Quantity != 1 || got[1].Amount != -75 || got[1].Reference != "a;b" {
		t.Errorf("%+v, %v", got, l.Fields())
	}
	got = tariff.ParseLines("order,1001,2,5.00\norder,1002,x,1.234\n", eur, &l)
	if len(got) != 2 || got[0].Quantity != 2 || l.Len() != 2 || !strings.Contains(l.Fields()[0].Message, "line 2") || !strings.Contains(l.Fields()[1].Message, "line 2") {
		t.Errorf("%+v, %v", got, l.Fields())
	}
}

// Two invoices whose days overlap ask for each day of what is taken by the month once.
//
// Kills: days that one invoice asked for and by which the others of the month are
// told as asked for twice, or are never told as unbilled; a day that is expected of
// both.
func TestOverlappingDays(t *testing.T) {
	facts := tariff.FactsOfStored([]tariff.Held{{Item: 1, Steps: 10}}, nil, 20261101, 20261130, utc)
	book := tariff.Book{card(1, 20260101,
		tariff.Rate{Kind: tariff.PerStored, Price: price("0.01")}, tariff.Rate{Kind: tariff.PerMonth, Price: price("30.00")}, tariff.Rate{Kind: tariff.Minimum, Price: price("63.00")})}
	costs, err := book.Charge(facts)
	if err == nil {
		err = book.Months(&costs, 20261101, 20261130)
	}
	if err != nil {
		t.Fatal(err)
	}
	var keys tariff.Taken = map[string]string{}
	for _, kind := range []string{tariff.PerStored, tariff.PerMonth, tariff.Minimum} {
		for day := int64(20261106); day <= 20261115; day++ {
			keys[fmt.Sprintf("%s %d", kind, day)] = "R-1, line 1"
		}
	}
	v := invoice("R-2", line(tariff.PerStored, "", 200), line(tariff.PerMonth, "", 2000), line(tariff.Minimum, "", 2000), line(tariff.PerStored, "2026-11", 1))
	v.Tolerance = 0
	if left := v.Match(facts, costs.Charges, keys); len(left) != 0 {
		t.Errorf("unbilled: %+v", left)
	}
	for i, want := range []string{tariff.Equal, tariff.Equal, tariff.Equal, tariff.Twice} {
		x := v.Lines[i]
		if x.Outcome != want || want == tariff.Equal && (x.Other != "R-1, line 1" || len(x.Keys) != 20) {
			t.Errorf("line %d is %s of %d, before %q, for %d days", x.N, x.Outcome, x.Expected, x.Other, len(x.Keys))
		}
	}
	left := invoice("R-3").Match(facts, costs.Charges, keys)
	if len(left) != 3 || left[0].Amount != 200 || left[0].Charged != 200 || left[1].Amount != 2000 || left[2].Amount != 2000 {
		t.Errorf("left: %+v", left)
	}
	if costs.Charges[0].Amount != 300 || costs.Charges[0].Only != nil {
		t.Errorf("the charge itself is %+v", costs.Charges[0])
	}
}

// Kills: a credit that uses up what was done, so that the line which asks for it is
// told as the second.
func TestCredits(t *testing.T) {
	facts, charges := november(t)
	v := invoice("R-1", line(tariff.PerOrder, "1001", -250), line(tariff.PerOrder, "1001", 250), line(tariff.PerOrder, "1001", -250), line(tariff.PerOrder, "9999", -1))
	v.Match(facts, charges, nil)
	for i, want := range []string{tariff.Unders, tariff.Equal, tariff.Unders, tariff.Unknown} {
		if x := v.Lines[i]; x.Outcome != want || (len(x.Keys) > 0) != (want == tariff.Equal) {
			t.Errorf("line %d is %s with %v, want %s", x.N, x.Outcome, x.Keys, want)
		}
	}
}
