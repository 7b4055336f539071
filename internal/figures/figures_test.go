package figures_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"orderly/internal/figures"
	"orderly/internal/journal"
	"orderly/internal/order"
)

// Kills: a quantile that is off by more than is promised; a sum or a merge that
// loses something.
func TestQuantilesAreAsGoodAsTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Int64Range(0, 90*86400), 1, 200).Draw(t, "seconds")
		var a, b figures.Histogram
		sum := int64(0)
		for i, s := range list {
			sum += s
			if i%2 == 0 {
				a.Add(s, 1)
			} else {
				b.Add(s, 1)
			}
		}
		a.Merge(&b)
		slices.Sort(list)
		if a.N != int64(len(list)) || a.Sum != sum {
			t.Fatalf("%d that took %d, want %d that took %d", a.N, a.Sum, len(list), sum)
		}
		for _, p := range []int64{1, 50, 90, 100} {
			want := list[max(1, (int64(len(list))*p+99)/100)-1]
			got := a.Quantile(p)
			if off := max(got-want, want-got); off*32 > want+31 {
				t.Fatalf("%d%%: %d s, want %d s", p, got, want)
			}
		}
		for _, s := range list {
			a.Add(s, -1)
		}
		if !a.Same(&figures.Histogram{}) {
			t.Fatalf("left after all was taken back: %+v", a)
		}
	})
}

func TestTimesArePacked(t *testing.T) {
	var a, back figures.Times
	for i := range a {
		for s := int64(1); s < 1_000_000; s *= 3 {
			a[i].Add(s, int64(i+1))
		}
	}
	if err := back.MergePacked(a.Pack()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, back); diff != "" {
		t.Error(diff)
	}
	a[0].Add(1<<60, 1) // as long as can be counted
	for _, bad := range [][]byte{nil, {1}, append(a.Pack(), 0), a.Pack()[:20]} {
		var x figures.Times
		if err := x.MergePacked(bad); err == nil {
			t.Errorf("%d bytes were read", len(bad))
		}
	}
}

// Kills: a number of an order that is forgotten when it is kept.
func TestOrdersArePacked(t *testing.T) {
	day := figures.Days(time.UTC)
	o := figures.Begin(figures.Facts{ID: 7, PlacedAt: 1, Channel: "web", Currency: "EUR", Due: 9_000_000_000, Units: 5, Gross: 50, Discount: 1, Tax: 2, Fees: 3, Total: 54, CanceledTotal: 4})
	move := func(from, to order.Bucket, q, ful int64) order.Move {
		return order.Move{Line: 1, From: from, To: to, Quantity: q, Fulfillment: ful}
	}
	told := []figures.Entry{
		{Type: journal.OrderPlaced, Actor: "key:1", At: 1_000_000, Delta: &order.Delta{Placed: &order.Placed{}, Opened: []order.Opened{{ID: 3, Location: 8}}, Moves: []order.Move{
			move(order.Unsourced, order.Allocated, 4, 3), move(order.Unsourced, order.Backordered, 1, 0)}}},
		{Type: journal.FulReleased, Actor: "user:1", At: 2_000_000, Delta: &order.Delta{Released: []int64{3}}},
		{Type: journal.OrderCanceled, Actor: "user:1", At: 3_000_000, Delta: &order.Delta{Moves: []order.Move{move(order.Backordered, order.Canceled, 1, 0)}}},
		{Type: journal.FulPicked, Actor: "user:1", At: 4_000_000, Delta: &order.Delta{Moves: []order.Move{move(order.Allocated, order.Picked, 4, 3)}}},
		{Type: journal.FulPacked, Actor: "user:1", At: 5_000_000, Delta: &order.Delta{Moves: []order.Move{move(order.Picked, order.Packed, 4, 3)}}},
		{Type: journal.ParcelStepped + "shipped", Actor: "user:1", At: 6_000_000, Delta: &order.Delta{Moves: []order.Move{move(order.Packed, order.Shipped, 4, 3)}}},
		{Type: journal.ParcelStepped + "delivered", Actor: "user:1", At: 7_000_000, Delta: &order.Delta{Moves: []order.Move{move(order.Shipped, order.Delivered, 4, 3)}}},
		{Type: journal.OrderReturned, Actor: "user:1", At: 8_000_000, Delta: &order.Delta{Returned: []order.Return{{Line: 1, Quantity: 2}}, Refunded: 20}},
		{Type: journal.OrderHeld, Actor: "user:1", At: 9_000_000, Delta: &order.Delta{Held: &order.Held{ID: 1}}},
	}
	for i := range told {
		o.Fold(told[i:i+1], day)
		back, err := figures.Unpack(7, o.Pack())
		if err != nil {
			t.Fatal(err)
		}
		a, b := figures.NewTally(day), figures.NewTally(day)
		a.Add(o, 1)
		b.Add(back, 1)
		if diff := cmp.Diff([]any{a.Sums, a.Times, a.Backlog, a.Events}, []any{b.Sums, b.Times, b.Backlog, b.Events}); diff != "" || back.Flags() != o.Flags() || back.Stage() != o.Stage() {
			t.Fatalf("after entry %d (-kept +read)\n%s", i, diff)
		}
		o = back // folding goes on from what was read
	}
	if o.OnTime() != true || o.InFull() || o.Flags()&figures.FlagTouchless != 0 {
		t.Errorf("flags %b", o.Flags())
	}
	for _, bad := range [][]byte{nil, {0}, o.Pack()[:30], append(o.Pack(), 1), {0, 255, 255, 255, 255, 255, 255, 255, 255, 127}} {
		if _, err := figures.Unpack(7, bad); err == nil {
			t.Errorf("%d bytes were read", len(bad))
		}
	}
}

// Who touches an order, by the definition. Kills each case of it.
func TestTouchless(t *testing.T) {
	day := figures.Days(time.UTC)
	for name, tc := range map[string]struct {
		typ, actor string
		touchless  bool
	}{
		"a rule releases":            {journal.FulReleased, "system:flow", true},
		"the placing key pays":       {journal.OrderPaid, "key:1", true},
		"a person picks":             {journal.FulPicked, "user:1", true},
		"stock came":                 {journal.OrderServed, "user:1", true},
		"a person releases":          {journal.FulReleased, "user:1", false},
		"another key tags":           {journal.OrderEdited, "key:2", false},
		"a person puts back":         {journal.FulUnpicked, "user:1", false},
		"a command holds":            {journal.OrderHeld, "command:x", false},
		"a person cannot find units": {journal.FulShortPicked, "user:1", false},
	} {
		o := figures.Begin(figures.Facts{ID: 7, Units: 1})
		step := func(typ, actor string, from, to order.Bucket) figures.Entry {
			return figures.Entry{Type: typ, Actor: actor, At: 1, Delta: &order.Delta{Moves: []order.Move{{Line: 1, From: from, To: to, Quantity: 1, Fulfillment: 3}}}}
		}
		o.Fold([]figures.Entry{
			step(journal.OrderPlaced, "key:1", order.Unsourced, order.Allocated),
			{Type: tc.typ, Actor: tc.actor, At: 1, Delta: &order.Delta{}},
			step(journal.FulPacked, "user:1", order.Allocated, order.Shipped),
			{Type: journal.OrderEdited, Actor: "user:9", At: 2, Delta: &order.Delta{}}, // too late to count
		}, day)
		if got := o.Flags()&figures.FlagTouchless != 0; got != tc.touchless {
			t.Errorf("%s: touchless is %t", name, got)
		}
	}
}

// Kills: a placing of many entries whose lines are counted twice.
func TestPiecesAreOneAct(t *testing.T) {
	d := order.Delta{Placed: &order.Placed{Number: 1}}
	for line := 1; line <= 400; line++ {
		d.Moves = append(d.Moves, order.Move{Line: line, From: order.Unsourced, To: order.Allocated, Quantity: 1, Fulfillment: 3})
	}
	for line := 1; line <= 400; line += 2 {
		d.Moves = append(d.Moves, order.Move{Line: line, From: order.Unsourced, To: order.Backordered, Quantity: 1})
	}
	pieces, err := d.Encode()
	if err != nil || len(pieces) < 3 {
		t.Fatalf("%d pieces, %v", len(pieces), err)
	}
	var told []figures.Entry
	for _, b := range pieces {
		piece, err := order.DecodeDelta(b)
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, figures.Entry{Type: journal.OrderPlaced, Delta: &piece})
	}
	day := figures.Days(time.UTC)
	o := figures.Begin(figures.Facts{Units: 600})
	o.Fold(told, day)
	tally := figures.NewTally(day)
	tally.Add(o, 1)
	for _, s := range tally.Sums {
		if s[figures.Lines] != 400 || s[figures.FirstLines] != 200 || s[figures.FirstUnits] != 400 || o.N != int64(len(pieces)) {
			t.Errorf("%d lines, %d at once, %d units, %d entries", s[figures.Lines], s[figures.FirstLines], s[figures.FirstUnits], o.N)
		}
	}
}

func TestDays(t *testing.T) {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	day := figures.Days(zone)
	for text, want := range map[string]int64{
		"2011-03-26T23:59:59Z": 20110326, "2011-03-27T22:59:59Z": 20110327, "2011-03-27T23:00:00Z": 20110328, "2011-10-29T23:00:00Z": 20111030, "2011-10-30T23:59:59Z": 20111030,
	} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := day(at.UnixMicro()); got != want {
			t.Errorf("%s is on %d, want %d", text, got, want)
		}
	}
	for _, tc := range []struct {
		from, to int64
		step     string
		want     []figures.Bucket
	}{
		{20260227, 20260302, figures.ByDay, []figures.Bucket{{20260227, 20260227}, {20260228, 20260228}, {20260301, 20260301}, {20260302, 20260302}}},
		{20260228, 20260310, figures.ByWeek, []figures.Bucket{{20260228, 20260301}, {20260302, 20260308}, {20260309, 20260310}}},
		{20251215, 20260201, figures.ByMonth, []figures.Bucket{{20251215, 20251231}, {20260101, 20260131}, {20260201, 20260201}}},
	} {
		if diff := cmp.Diff(tc.want, figures.Buckets(tc.from, tc.to, tc.step)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.step, diff)
		}
	}
}
