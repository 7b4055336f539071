package tariff_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/money"
	"orderly/internal/tariff"
)

const hour = int64(3600 * 1_000_000)

var utc = figures.Days(time.UTC)

// at is an instant: "2026-11-03 14".
func at(text string) int64 {
	t, err := time.ParseInLocation("2006-01-02 15", text, time.UTC)
	if err != nil {
		panic(err)
	}
	return t.UnixMicro()
}

func price(text string) money.Price {
	p, err := money.ParsePrice(text)
	if err != nil {
		panic(err)
	}
	return p
}

func card(n, from int64, rates ...tariff.Rate) *tariff.Card {
	for i := range rates {
		rates[i].N = i + 1
	}
	return &tariff.Card{ID: tariff.CardID(n), Location: 1, N: n, From: from, Currency: "EUR", Rates: rates}
}

// all has a rate of most kinds.
func all(n, from int64) *tariff.Card {
	return card(n, from,
		tariff.Rate{Kind: tariff.PerOrder, Price: price("2.50")},
		tariff.Rate{Kind: tariff.PerUnit, Price: price("0.125"), Included: 2},
		tariff.Rate{Kind: tariff.PerMaterial, Price: price("0.30"), UpTo: 1000},
		tariff.Rate{Kind: tariff.PerMaterial, Price: price("0.80"), UpTo: 5000},
		tariff.Rate{Kind: tariff.PerFreight, Price: price("4.10"), UpTo: 2000},
		tariff.Rate{Kind: tariff.PerFreight, Price: price("3.90"), UpTo: 2000, Carrier: "DHL"},
		tariff.Rate{Kind: tariff.PerStored, Price: price("0.0033")},
		tariff.Rate{Kind: tariff.PerReturned, Price: price("1.75")},
		tariff.Rate{Kind: tariff.PerMonth, Price: price("30.00")},
		tariff.Rate{Kind: tariff.Minimum, Price: price("100.00")},
	)
}

// Kills: a unit that is included and charged for; units of a second parcel that are
// included again; the order charged once a parcel; a parcel charged by the weight
// or the carrier of another; half a cent that is lost.
func TestCostOfAnOrder(t *testing.T) {
	s := tariff.Sent{Fulfillment: 7, Order: 3, Number: 1001, Parcels: []tariff.Parcel{
		{ID: 12, At: at("2026-11-04 10"), Carrier: "UPS", Lines: []tariff.ParcelLine{{Line: 1, Quantity: 4, Grams: 500}, {Line: 2, Quantity: 1500, Scale: 3, Grams: 100}}},
		{ID: 11, At: at("2026-11-03 10"), Carrier: "dhl", Grams: 900, Lines: []tariff.ParcelLine{{Line: 1, Quantity: 1, Grams: 500}}},
	}}
	got, err := tariff.Book{all(1, 20261101)}.Charge(s.Facts(utc))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		kind    string
		id, day int64
		charged int64
		amount  int64
	}{
		{tariff.PerOrder, 7, 20261103, 1, 250},
		{tariff.PerMaterial, 11, 20261103, 1, 30},
		{tariff.PerFreight, 11, 20261103, 1, 390},
		{tariff.PerMaterial, 12, 20261104, 1, 80},
		{tariff.PerUnit, 12, 20261104, 5, 63}, // 1 + 4 + 2 begun units less 2; 0.625 rounded half away
	}
	if len(got.Charges) != len(want) {
		t.Fatalf("%d charges: %+v", len(got.Charges), got.Charges)
	}
	for i, w := range want {
		c := got.Charges[i]
		if c.Kind != w.kind || c.ID != w.id || c.Day != w.day || c.Charged != w.charged || c.Amount != w.amount {
			t.Errorf("charge %d is %s of %d on %d: %d, %d; want %+v", i, c.Kind, c.ID, c.Day, c.Charged, c.Amount, w)
		}
	}
	if n := len(got.Unrated); n != 1 || got.Unrated[0].Kind != tariff.PerFreight || got.Unrated[0].ID != 12 {
		t.Errorf("a parcel of 2,200 g fits no freight and is not told of: %+v", got.Unrated)
	}
	if why := got.Charges[4].Reason(); why != "5 of 6 units, the others are included, × 0.125: rate 2 of version 1, in force from 2026-11-01" {
		t.Error(why)
	}
}

// In however many parcels a fulfillment leaves, so many units of it are charged for
// as beyond those that are included.
func TestIncluded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		included := rapid.Int64Range(0, 8).Draw(t, "included")
		s, units := tariff.Sent{Fulfillment: 7}, int64(0)
		for i := range rapid.IntRange(1, 6).Draw(t, "parcels") {
			q := rapid.Int64Range(1, 5).Draw(t, "q")
			units += q
			s.Parcels = append(s.Parcels, tariff.Parcel{ID: int64(i), At: at("2026-11-03 10") + rapid.Int64Range(0, 9).Draw(t, "at"), Lines: []tariff.ParcelLine{{Line: 1, Quantity: q}}})
		}
		got, err := tariff.Book{card(1, 20260101, tariff.Rate{Kind: tariff.PerUnit, Price: price("1"), Included: included}, tariff.Rate{Kind: tariff.PerLine, Price: price("1")})}.Charge(s.Facts(utc))
		if err != nil {
			t.Fatal(err)
		}
		by := map[string]int64{}
		for _, c := range got.Charges {
			by[c.Kind] += c.Charged
		}
		if by[tariff.PerUnit] != max(0, units-included) || by[tariff.PerLine] != 1 {
			t.Fatalf("%v charged of %d units, %d included", by, units, included)
		}
	})
}

// Kills: a rate for any carrier that goes before the carrier's own, wherever each
// stands on the card.
func TestCarrierFirst(t *testing.T) {
	own, anys := tariff.Rate{Kind: tariff.PerFreight, Price: price("3"), Carrier: "DHL"}, tariff.Rate{Kind: tariff.PerFreight, Price: price("4"), UpTo: 1000}
	for _, c := range []*tariff.Card{card(1, 20260101, own, anys), card(1, 20260101, anys, own)} {
		for carrier, want := range map[string]int64{"dhl": 300, "ups": 400} {
			got, err := tariff.Book{c}.Charge([]tariff.Fact{{Kind: tariff.PerFreight, Day: 20260102, Carrier: carrier, Grams: 500, Quantity: 1}})
			if err != nil || len(got.Charges) != 1 || got.Charges[0].Amount != want {
				t.Errorf("%s: %+v, %v", carrier, got.Charges, err)
			}
		}
	}
}

// Kills: a fact priced by the version of another day; a withdrawn version that
// holds; a fact before all versions that is lost without a word.
func TestVersionOfTheDay(t *testing.T) {
	old, dead, now := card(1, 20260101, tariff.Rate{Kind: tariff.PerReturned, Price: price("1")}), card(2, 20260601, tariff.Rate{Kind: tariff.PerReturned, Price: price("9")}), card(3, 20261101, tariff.Rate{Kind: tariff.PerReturned, Price: price("2")})
	dead.WithdrawnAt = 1
	b := tariff.Book{now, dead, old}
	facts := tariff.FactsOfCame(tariff.PerReturned, []tariff.Came{
		{Subject: "ret", ID: 1, At: at("2025-12-31 23"), Steps: 1}, {Subject: "ret", ID: 2, At: at("2026-10-31 23"), Steps: 3}, {Subject: "ret", ID: 3, At: at("2026-11-01 00"), Steps: 3},
	}, utc)
	got, err := b.Charge(facts)
	if err != nil || len(got.Charges) != 2 || got.Charges[0].Amount != 300 || got.Charges[0].Version != 1 || got.Charges[1].Amount != 600 || got.Charges[1].Version != 3 || len(got.Unrated) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	for day, want := range map[int64]string{20261031: tariff.Coming, 20261101: tariff.InForce} {
		if s := b.State(now, day); s != want {
			t.Errorf("on %d it is %s", day, s)
		}
	}
	if s := b.State(old, 20261101); s != tariff.Over || b.State(dead, 20261101) != tariff.Withdrawn {
		t.Errorf("the old one is %s", s)
	}
}

// Kills: a month's fee taken once a day, or in full for a part of the month; a
// minimum that is added to what was charged instead of filling it up; a second card
// whose minimum counts what the first charged.
func TestMonths(t *testing.T) {
	b := tariff.Book{all(1, 20261001), card(2, 20261116, tariff.Rate{Kind: tariff.PerMonth, Price: price("60")})}
	facts := []tariff.Fact{{Kind: tariff.PerReturned, Day: 20261005, Subject: "ret", ID: 1, Quantity: 10}, {Kind: tariff.PerReturned, Day: 20261102, Subject: "ret", ID: 2, Quantity: 40}}
	got, err := b.Charge(facts)
	if err == nil {
		err = b.Months(&got, 20261001, 20261130)
	}
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]int64{}
	for _, s := range got.Sums() {
		by[s.Kind] = s.Amount
	}
	// October: 17.50 returned + 30 + 52.50 to the minimum of 100. November, 15 of 30
	// days each: 70 returned + 15, which is above half the minimum; and 30 by card 2.
	if by[tariff.PerReturned] != 8750 || by[tariff.PerMonth] != 3000+1500+3000 || by[tariff.Minimum] != 5250 {
		t.Errorf("%v", by)
	}
	if total := got.Totals(); len(total) != 1 || total[0].Amount != 8750+7500+5250 {
		t.Errorf("%+v", total)
	}
}

// Kills: units counted on the day on which they came as if they had lain there
// before; a movement of today that changes yesterday; half a unit that takes no
// place; a day's units rounded one by one.
func TestStored(t *testing.T) {
	held := []tariff.Held{{Item: 1, Steps: 70}, {Item: 2, Steps: 1500, Scale: 3}}
	moves := []tariff.Moved{{1, at("2026-11-02 08"), 100}, {1, at("2026-11-03 23"), -20}, {1, at("2026-11-05 01"), -10}}
	facts := tariff.FactsOfStored(held, moves, 20261101, 20261104, utc)
	var got []int64
	for _, f := range facts {
		got = append(got, f.Quantity)
	}
	if len(got) != 4 || got[0] != 2 || got[1] != 102 || got[2] != 82 || got[3] != 82 {
		t.Fatalf("units by day %v", got)
	}
	costs, err := tariff.Book{all(1, 20261101)}.Charge(facts)
	if err != nil || len(costs.Charges) != 1 || costs.Charges[0].Charged != 268 || costs.Charges[0].Amount != 88 || costs.Charges[0].ID != 202611 {
		t.Errorf("268 unit-days at 0.0033: %+v, %v", costs.Charges, err)
	}
}

// What lay there at the end of each day is what movements forward come to.
func TestStoredForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start, day := rapid.Int64Range(0, 50).Draw(t, "start"), at("2026-02-20 00")
		from, to := int64(20260220), int64(20260310)
		q, ends := start, map[int64]int64{}
		var moves []tariff.Moved
		for d := from; d <= 20260314; d = figures.After(d, 1) {
			for range rapid.IntRange(0, 2).Draw(t, "n") {
				n := rapid.Int64Range(-min(q, 20), 20).Draw(t, "q")
				q += n
				moves = append(moves, tariff.Moved{Item: 1, At: day + rapid.Int64Range(0, 24*hour-1).Draw(t, "at"), Steps: n})
			}
			ends[d] = q
			day += 24 * hour
		}
		for _, f := range tariff.FactsOfStored([]tariff.Held{{Item: 1, Steps: q}}, moves, from, to, utc) {
			if f.Quantity != ends[f.Day] {
				t.Fatalf("%d on %d; want %d", f.Quantity, f.Day, ends[f.Day])
			}
			delete(ends, f.Day)
		}
		for d, n := range ends {
			if n > 0 && d <= to {
				t.Fatalf("%d units on %d are left out", n, d)
			}
		}
	})
}

// Whatever is added or withdrawn, a day that has come keeps the card that held.
func TestPastStands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b tariff.Book
		today := int64(20260101)
		held := map[int64]tariff.CardID{}
		for n := range rapid.IntRange(1, 25).Draw(t, "acts") {
			today = figures.After(today, rapid.IntRange(0, 9).Draw(t, "pass"))
			if len(b) > 0 && rapid.Bool().Draw(t, "withdraw") {
				i := rapid.IntRange(0, len(b)-1).Draw(t, "which")
				if x, err := b[i].Withdraw(today, 5); err == nil {
					b[i] = &x
				}
			} else {
				c := card(int64(n+1), figures.After(today, rapid.IntRange(-20, 20).Draw(t, "from")), tariff.Rate{Kind: tariff.PerOrder})
				if with, err := b.Add(*c, today); err == nil {
					b = with
				}
			}
			for d := int64(20251201); d <= today; d = figures.After(d, 1) {
				c := b.On(d)
				if was, known := held[d]; known && (c == nil || c.ID != was) {
					t.Fatalf("%d held on %d and %+v does now", was, d, c)
				}
				if c != nil {
					held[d] = c.ID
				}
			}
		}
	})
}

// Kills: a card that no version of the same day stops; one that begins in days that
// another holds; one withdrawn in force; a first one that cannot begin before today.
func TestAddAndWithdraw(t *testing.T) {
	rate := tariff.Rate{Kind: tariff.PerOrder, Price: price("1")}
	b, err := tariff.Book{}.Add(*card(1, 20260101, rate), 20261130)
	if err != nil || b[0].N != 1 {
		t.Fatal(err)
	}
	if _, err := b.Add(*card(2, 20261130, rate), 20261130); fault.CodeOf(err) != "in_force" {
		t.Error(err)
	}
	if _, err := b.Add(*card(2, 20260101, rate), 20261130); fault.CodeOf(err) != "day_taken" {
		t.Error(err)
	}
	if b, err = b.Add(*card(2, 20261201, rate), 20261130); err != nil || b[1].N != 2 {
		t.Fatal(err)
	}
	if _, err := b[0].Withdraw(20261130, 1); fault.CodeOf(err) != "in_force" {
		t.Error(err)
	}
	x, err := b[1].Withdraw(20261130, 1)
	if err != nil || x.WithdrawnAt != 1 {
		t.Error(err)
	}
	if _, err := x.Withdraw(20261130, 1); fault.CodeOf(err) != "withdrawn" {
		t.Error(err)
	}
}

// Kills: a fault that is told alone while there are others.
func TestCheck(t *testing.T) {
	c := tariff.Card{From: 20260231, Currency: "XXQ", Rates: []tariff.Rate{
		{Kind: tariff.PerStored}, {Kind: "lunch"}, {Kind: tariff.PerOrder, Price: -1, Included: 1, UpTo: 5, Carrier: "x"}, {Kind: tariff.PerUnit, Label: "a\x00"}, {Kind: tariff.PerUnit},
	}}
	var l fault.List
	c.Check("supplier", &l)
	var got []string
	for _, f := range l.Fields() {
		got = append(got, f.Pointer+" "+f.Code)
	}
	want := "/from invalid_date, /currency unknown_currency, /rates/0/kind not_our_goods, /rates/1/kind unknown_kind, /rates/2/price out_of_range, /rates/2/included out_of_range, " +
		"/rates/2/up_to_grams out_of_range, /rates/2/carrier unexpected, /rates/3/label invalid_text, /rates/4 repeated"
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("faults %s", text)
	}
}
