package stock_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/party"
	"orderly/internal/stock"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Claims give way exactly as far as needed, the lowest priority and then the
// newest first, and picked units stand.
//
// Kills: an order by age alone; the oldest first among equals; a claim that
// gives up picked units or more than it has; a refusal that names claims.
func TestDisplaceIsExactAndFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var claims []stock.Claim
		free := int64(0)
		for i := range rapid.IntRange(0, 8).Draw(t, "claims") {
			c := stock.Claim{
				Fulfillment: int64(i + 1), Order: int64(i + 1), Line: 1,
				Allocated: rapid.Int64Range(0, 4).Draw(t, "allocated"), Fixed: rapid.Int64Range(0, 3).Draw(t, "fixed"),
				Priority: rapid.Int64Range(-1, 1).Draw(t, "priority"), CreatedAt: rapid.Int64Range(1, 3).Draw(t, "created"),
			}
			claims = append(claims, c)
			free += c.Allocated
		}
		need := rapid.Int64Range(0, free+2).Draw(t, "need")
		before := slices.Clone(claims)
		out, err := stock.Displace(need, claims)
		if !slices.Equal(before, claims) {
			t.Fatal("the claims were changed")
		}
		if (err == nil) != (need <= free) {
			t.Fatalf("%d needed, %d free: %v", need, free, err)
		}
		if err != nil {
			if fault.KindOf(err) != fault.Conflict || out != nil {
				t.Fatalf("refused with %v and %v", out, err)
			}
			return
		}
		checkDisplaced(t, need, claims, out)
	})
}

func checkDisplaced(t *rapid.T, need int64, claims []stock.Claim, out []stock.Displaced) {
	gave := map[int64]int64{}
	sum := int64(0)
	for _, d := range out {
		gave[d.Fulfillment] += d.Quantity
		sum += d.Quantity
		if d.Quantity < 1 || gave[d.Fulfillment] > d.Allocated {
			t.Fatalf("%+v gives %d", d.Claim, gave[d.Fulfillment])
		}
	}
	if sum != need {
		t.Fatalf("%d units give way, %d were needed", sum, need)
	}
	weaker := func(a, b stock.Claim) bool {
		return a.Priority < b.Priority || a.Priority == b.Priority && a.CreatedAt > b.CreatedAt
	}
	for _, a := range claims {
		for _, b := range claims {
			if weaker(a, b) && gave[b.Fulfillment] > 0 && gave[a.Fulfillment] < a.Allocated {
				t.Fatalf("%+v gave units while %+v kept some", b, a)
			}
		}
	}
}

func TestDisplaceTellsWhatStands(t *testing.T) {
	claims := []stock.Claim{{Fulfillment: 1, Allocated: 2, Fixed: 5}, {Fulfillment: 2, Fixed: 1}}
	if _, err := stock.Displace(4, claims); err == nil || !strings.HasPrefix(err.Error(), "2 units are missing beyond what waits on the shelf: 6 are picked") {
		t.Errorf("%v", err)
	}
	if out, err := stock.Displace(0, claims); len(out) != 0 || err != nil {
		t.Errorf("nothing needed: %v, %v", out, err)
	}
	two := []stock.Claim{{Fulfillment: 1, Allocated: 1, Priority: -1}, {Fulfillment: 2, Allocated: 1, Priority: math.MaxInt64}}
	if out, err := stock.Displace(1, two); err != nil || out[0].Fulfillment != 1 {
		t.Errorf("priorities far apart: %v, %v", out, err)
	}
}

// Kills: sellable without the safety stock, or below zero; a state that is
// added to another's figure.
func TestLevels(t *testing.T) {
	for _, tc := range []struct{ onHand, reserved, safety, sellable int64 }{
		{10, 3, 2, 5}, {10, 0, 0, 10}, {10, 10, 0, 0}, {10, 8, 5, 0}, {0, 0, 9, 0},
	} {
		l := stock.Level{OnHand: tc.onHand, Reserved: tc.reserved, Safety: tc.safety, Damaged: 50, QualityControl: 50, Incoming: 50}
		if got := l.Sellable(); got != tc.sellable {
			t.Errorf("%+v: %d sellable, want %d", tc, got, tc.sellable)
		}
	}
	var l stock.Level
	for i, s := range stock.States {
		l.Put(s, int64(10*(i+1)))
		l.Put(s, -1)
	}
	if diff := cmp.Diff(stock.Level{OnHand: 9, Damaged: 19, QualityControl: 29}, l); diff != "" {
		t.Errorf("put (-want +got)\n%s", diff)
	}
	for i, s := range stock.States {
		if got, want := l.In(s), int64(10*(i+1)-1); got != want {
			t.Errorf("%d %s, want %d", got, s, want)
		}
		if err := l.Take(s, l.In(s), "MUG"); err != nil {
			t.Errorf("all that is %s: %v", s, err)
		}
		if err := l.Take(s, l.In(s)+1, "MUG"); fault.CodeOf(err) != "not_enough" || fault.KindOf(err) != fault.Conflict {
			t.Errorf("one more than is %s: %v", s, err)
		}
	}
	for change, want := range map[int64]int64{0: 0, 5: 0, -4: 0, -5: 1, -9: 5} {
		l := stock.Level{OnHand: 9, Reserved: 5}
		if got := l.Short(change); got != want {
			t.Errorf("a change of %d leaves %d short, want %d", change, got, want)
		}
	}
}

// Kills: each rule of a line of a stock act, and its pointer.
func TestCheckLines(t *testing.T) {
	for _, tc := range []struct {
		name         string
		signed, zero bool
		change       func(*stock.Line)
		want         string
	}{
		{"fine", false, false, func(x *stock.Line) {}, ""},
		{"a state", false, false, func(x *stock.Line) { x.State = stock.Damaged }, ""},
		{"the most", false, false, func(x *stock.Line) { x.Quantity = stock.MaxQuantity }, ""},
		{"below zero where that may be", true, false, func(x *stock.Line) { x.Quantity = -stock.MaxQuantity }, ""},
		{"zero where that may be", false, true, func(x *stock.Line) { x.Quantity = 0 }, ""},
		{"no item", false, false, func(x *stock.Line) { x.SKU = "" }, "/lines/0/sku=missing"},
		{"no location", false, false, func(x *stock.Line) { x.Location = 0 }, "/lines/0/location=missing"},
		{"too many", false, false, func(x *stock.Line) { x.Quantity = stock.MaxQuantity + 1 }, "/lines/0/quantity=too_large"},
		{"too few", true, false, func(x *stock.Line) { x.Quantity = -stock.MaxQuantity - 1 }, "/lines/0/quantity=too_large"},
		{"below zero", false, true, func(x *stock.Line) { x.Quantity = -1 }, "/lines/0/quantity=negative"},
		{"zero", true, false, func(x *stock.Line) { x.Quantity = 0 }, "/lines/0/quantity=zero"},
		{"unknown state", false, false, func(x *stock.Line) { x.State = "broken" }, "/lines/0/state=unknown_state"},
		{"long bin", false, false, func(x *stock.Line) { x.Bin = strings.Repeat("x", stock.MaxBin+1) }, "/lines/0/bin=too_long"},
		{"long lot", false, false, func(x *stock.Line) { x.Lot = strings.Repeat("x", stock.MaxBin+1) }, "/lines/0/lot=too_long"},
		{"zero byte in a bin", false, false, func(x *stock.Line) { x.Bin = "A\x00" }, "/lines/0/bin=invalid_text"},
		{"long reason", false, false, func(x *stock.Line) { x.Reason = strings.Repeat("x", stock.MaxReason+1) }, "/lines/0/reason=too_long"},
		{"long note", false, false, func(x *stock.Line) { x.Note = strings.Repeat("x", stock.MaxReason+1) }, "/lines/0/note=too_long"},
		{"no UTF-8 in a note", false, false, func(x *stock.Line) { x.Note = "\xff" }, "/lines/0/note=invalid_text"},
		{"all at once", false, false, func(x *stock.Line) { *x = stock.Line{Quantity: -1} }, "/lines/0/location=missing /lines/0/quantity=negative /lines/0/sku=missing"},
	} {
		x := stock.Line{SKU: "MUG", Location: 3, Quantity: 5, Bin: "A-1", Lot: "L", Reason: "found", Note: "behind the door"}
		tc.change(&x)
		if got := told(stock.CheckLines([]stock.Line{x}, tc.signed, tc.zero)); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
	if got := told(stock.CheckLines(nil, false, false)); got != "/lines=missing" {
		t.Errorf("no lines: %q", got)
	}
	if got := told(stock.CheckLines(make([]stock.Line, stock.MaxActLines+1), false, false)); got != "/lines=too_many_lines" {
		t.Errorf("too many lines: %q", got)
	}
}

func told(err error) string {
	if err == nil {
		return ""
	}
	var out []string
	for _, f := range err.(*fault.Error).Fields {
		out = append(out, f.Pointer+"="+f.Code)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// Kills: each rule of a location.
func TestLocationCheck(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*stock.Location)
		want   string
	}{
		{"fine", func(x *stock.Location) {}, ""},
		{"forty letters", func(x *stock.Location) { x.Code = strings.Repeat("é", 40) }, ""},
		{"no code", func(x *stock.Location) { x.Code = "" }, "/code=invalid_code"},
		{"long code", func(x *stock.Location) { x.Code = strings.Repeat("x", 41) }, "/code=invalid_code"},
		{"space at the end", func(x *stock.Location) { x.Code = "A " }, "/code=invalid_code"},
		{"zero byte in the code", func(x *stock.Location) { x.Code = "A\x00B" }, "/code=invalid_code"},
		{"no name", func(x *stock.Location) { x.Name = "" }, "/name=invalid_name"},
		{"long name", func(x *stock.Location) { x.Name = strings.Repeat("x", stock.MaxReason+1) }, "/name=invalid_name"},
		{"no UTF-8 in the name", func(x *stock.Location) { x.Name = "\xff" }, "/name=invalid_name"},
		{"unknown kind", func(x *stock.Location) { x.Kind = "cellar" }, "/kind=unknown_kind"},
		{"priority", func(x *stock.Location) { x.Priority = -1 }, "/priority=out_of_range"},
		{"high priority", func(x *stock.Location) { x.Priority = 1_000_001 }, "/priority=out_of_range"},
		{"address", func(x *stock.Location) { x.Address = party.Address{Country: "UK"} }, "/address/country=unknown_country"},
	} {
		x := stock.Location{Code: "LDS", Name: "Leeds", Kind: "warehouse", Priority: 10, Address: party.Address{Country: "GB"}}
		tc.change(&x)
		var l fault.List
		x.Check("", &l)
		if got := told(l.Err()); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
	id, err := stock.ParseLocationID(stock.LocationID(55).String())
	if id != 55 || err != nil {
		t.Errorf("the id 55 was read as %d, %v", id, err)
	}
}
