package worked_test

import (
	"testing"

	"orderly/internal/tariff"
	"orderly/internal/worked"
)

// Kills: an order that counts for each place it was sent from, a receipt for each
// of its days, a return that is a receipt, a receipt that was only taken back.
func TestTally(t *testing.T) {
	var x worked.Tally
	x.Add([]tariff.Fact{
		{Kind: tariff.PerOrder, Order: 1, Quantity: 1}, {Kind: tariff.PerOrder, Order: 2, Quantity: 1}, {Kind: tariff.PerParcel, Quantity: 1}, {Kind: tariff.PerMaterial, Quantity: 1}, {Kind: tariff.PerFreight, Quantity: 1},
		{Kind: tariff.PerUnit, Quantity: 7}, {Kind: tariff.PerLine, Quantity: 2}, {Kind: tariff.PerReceived, Subject: "pur", ID: 9, Day: 20261101, Quantity: 40},
	})
	x.Add([]tariff.Fact{
		{Kind: tariff.PerOrder, Order: 1, Quantity: 1}, {Kind: tariff.PerReceived, Subject: "pur", ID: 9, Day: 20261102, Quantity: 2}, {Kind: tariff.PerReceived, Subject: "stk", ID: 9, Quantity: 1}, {Kind: tariff.PerReceived, Subject: "stk", ID: 8, Quantity: -3}, {Kind: tariff.PerReceived, Subject: "stk", ID: 7, Day: 20261101, Quantity: 5}, {Kind: tariff.PerReceived, Subject: "stk", ID: 7, Day: 20261103, Quantity: -5},
		{Kind: tariff.PerReturned, Subject: "ret", ID: 9, Quantity: 2}, {Kind: tariff.PerStored, Quantity: 100}, {Kind: tariff.PerStored, Quantity: 60}, {Kind: tariff.PerMonth, Quantity: 1},
	})
	want := worked.Count{Orders: 2, Fulfillments: 3, Lines: 2, Units: 7, Parcels: 1, Receipts: 2, UnitsReceived: 40, Returns: 1, UnitsReturned: 2, UnitDays: 160}
	if x.Count != want {
		t.Errorf("%+v, want %+v", x.Count, want)
	}
	seen := map[int64]bool{}
	distinct := worked.Count{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for _, m := range worked.Measures {
		seen[m.Of(&distinct)] = true
	}
	if len(seen) != 10 {
		t.Errorf("the columns tell %d of 10 counts", len(seen))
	}
}

func TestMonth(t *testing.T) {
	m, ok := worked.ParseMonth("2028-02")
	if !ok || m != 20280201 || m.Last() != 20280229 || m.Later(-2).String() != "2027-12" || worked.MonthOf(20280217) != m {
		t.Errorf("%v %v %d", m, ok, m.Last())
	}
	for _, bad := range []string{"", "2028", "2028-13", "2028-2", "1028-02", "2028-02-01"} {
		if _, ok := worked.ParseMonth(bad); ok {
			t.Errorf("%q is a month", bad)
		}
	}
	for _, c := range []struct {
		upTo int64
		want worked.Span
		some bool
	}{{20991231, worked.Span{From: 20280201, To: 20280229}, true}, {20280210, worked.Span{From: 20280201, To: 20280210}, true}, {20280201, worked.Span{From: 20280201, To: 20280201}, true}} {
		if got, some := m.Days(c.upTo); got != c.want || some != c.some {
			t.Errorf("up to %d: %+v, %t", c.upTo, got, some)
		}
	}
	if got, some := m.Days(20280131); some {
		t.Errorf("before it began: %+v", got)
	}
}
