package order_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orderly/internal/journal"
	"orderly/internal/order"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// The stored form is a contract with every journal that was ever written.
func TestDeltaAsStored(t *testing.T) {
	d := order.Delta{
		Placed: &order.Placed{Number: 7, Channel: "web", Currency: "GBP", Total: 1295, Lines: 2},
		Opened: []order.Opened{{ID: 5, Location: 3}},
		Moves: []order.Move{
			{Line: 1, From: order.Unsourced, To: order.Allocated, Quantity: 2, Fulfillment: 5},
			{Line: 2, From: order.Unsourced, To: order.Allocated, Quantity: 1, Fulfillment: 5},
			{Line: 3, From: order.Unsourced, To: order.Backordered, Quantity: 4},
		},
		Released: []int64{5}, Recalled: []int64{6}, Held: &order.Held{ID: 9, Reason: "address", Blocks: []string{"ship"}}, Lifted: 8,
		Asked: []order.Asked{{Line: 1, Quantity: -2}}, Returned: []order.Return{{Line: 1, Quantity: 2, Restocked: 1}},
		Refunds: []order.LineRefund{{Line: 1, Units: 2, Amount: 40}, {Units: 1, Amount: 10}}, Paid: 100, Refunded: 50,
		Parcels: []order.ParcelStep{{ID: 4, Step: "packed"}}, Edited: []string{"tags"},
	}
	const want = `{"placed":{"number":7,"channel":"web","currency":"GBP","total":1295,"lines":2},"opened":[{"id":5,"location":3}],` +
		`"moves":[{"from":"unsourced","to":"allocated","ful":5,"units":[1,2,2,1]},{"from":"unsourced","to":"backordered","units":[3,4]}],` +
		`"released":[5],"recalled":[6],"held":{"id":9,"reason":"address","blocks":["ship"]},"lifted":8,"asked":[[1,-2]],"returned":[[1,2,1]],"refunds":[[1,2,40],[0,1,10]],` +
		`"paid":100,"refunded":50,"parcels":[{"id":4,"step":"packed"}],"edited":["tags"]}`
	got, err := d.Encode()
	if err != nil || len(got) != 1 || string(got[0]) != want {
		t.Fatalf("%v\n got %s\nwant %s", err, got, want)
	}
	back, err := order.DecodeDelta(got[0])
	if diff := cmp.Diff(d, back); diff != "" || err != nil {
		t.Errorf("%v (-told +read)\n%s", err, diff)
	}
}

func TestDecodeDeltaRefuses(t *testing.T) {
	for _, text := range []string{
		``, `[]`, `{"moves":[{"from":"nowhere","to":"packed","units":[1,1]}]}`, `{"moves":[{"from":"picked","to":"","units":[1,1]}]}`,
		`{"moves":[{"from":"picked","to":"packed","units":[1]}]}`, `{"returned":[["a",1,1]]}`, `{"paid":"1"}`, `{"paid":1.5}`,
	} {
		if d, err := order.DecodeDelta([]byte(text)); err == nil {
			t.Errorf("%s was read as %+v", text, d)
		}
	}
}

// A change of any size is told in entries that fit, and they tell all of it.
//
// Kills: pieces counted by moves alone, so that parcels, fulfillments and
// returns pass the limit beside them; a list that split forgets; a piece of
// 170 moves; a piece that does not say that another follows, so that an act is
// taken for two.
func TestEncodeFitsIntoEntries(t *testing.T) {
	if order.MaxDeltaBytes > journal.MaxData {
		t.Fatalf("a piece may take %d bytes, an entry only %d", order.MaxDeltaBytes, journal.MaxData)
	}
	upTo := rapid.OneOf(rapid.IntRange(0, 200), rapid.SampledFrom([]int{0, 149, 150, 151, order.MaxLines}))
	rapid.Check(t, func(t *rapid.T) {
		var d order.Delta
		rules := order.Moves()
		if rapid.Bool().Draw(t, "longest names") {
			rules = []order.Rule{{From: order.Allocated, To: order.Backordered}}
		}
		for i := range upTo.Draw(t, "moves") {
			r := rules[i%len(rules)] // no two neighbors share a group
			d.Moves = append(d.Moves, order.Move{Line: order.MaxLines - i, From: r.From, To: r.To, Quantity: order.MaxQuantity, Fulfillment: math.MaxInt64 - int64(i)})
		}
		for i := range upTo.Draw(t, "opened") {
			d.Opened = append(d.Opened, order.Opened{ID: math.MaxInt64 - int64(i), Location: math.MaxInt64})
			d.Released = append(d.Released, math.MaxInt64-int64(i))
		}
		for i := range upTo.Draw(t, "returned") {
			d.Returned = append(d.Returned, order.Return{Line: order.MaxLines - i, Quantity: order.MaxQuantity, Restocked: order.MaxQuantity})
		}
		for i := range upTo.Draw(t, "parcels") {
			d.Parcels = append(d.Parcels, order.ParcelStep{ID: math.MaxInt64 - int64(i), Step: "undelivered"})
		}
		if rapid.Bool().Draw(t, "placed") {
			d.Placed = &order.Placed{Number: math.MaxInt64, Channel: strings.Repeat("<", 60), Currency: "GBP", Total: math.MinInt64, Lines: order.MaxLines}
			d.Held = &order.Held{ID: math.MaxInt64, Reason: strings.Repeat("<", order.MaxTagLength), Blocks: order.HoldBlocks}
			d.Paid, d.Refunded, d.Edited = 1, 1, []string{"priority"}
		}
		pieces, err := d.Encode()
		if err != nil {
			t.Fatal(err)
		}
		var all order.Delta
		for i, p := range pieces {
			if len(p) > order.MaxDeltaBytes {
				t.Fatalf("piece %d of %d has %d bytes", i, len(pieces), len(p))
			}
			if last := all; i > 0 && !(&order.Delta{}).Continues(&last) {
				t.Fatalf("piece %d of %d does not say that more follows", i-1, len(pieces))
			}
			if err := gather(&all, p); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(d.Moves, all.Moves) || !slices.Equal(d.Opened, all.Opened) || !slices.Equal(d.Released, all.Released) ||
			!slices.Equal(d.Returned, all.Returned) || !slices.Equal(d.Parcels, all.Parcels) || (d.Placed == nil) != (all.Placed == nil) || d.Paid != all.Paid {
			t.Fatalf("%d pieces tell something else (-told +read)\n%s", len(pieces), cmp.Diff(d, all))
		}
		if all.More {
			t.Fatalf("after the last of %d pieces more should follow", len(pieces))
		}
	})
}

// gather adds what a piece tells to what earlier pieces have told.
func gather(all *order.Delta, piece []byte) error {
	d, err := order.DecodeDelta(piece)
	if err != nil {
		return err
	}
	if d.Placed != nil || d.Held != nil || d.Paid != 0 || d.Lifted != 0 || len(d.Edited) > 0 {
		if all.Placed != nil || all.Held != nil || all.Paid != 0 || all.Lifted != 0 || len(all.Edited) > 0 {
			return fmt.Errorf("%s tells again what is told once", piece)
		}
		all.Placed, all.Held, all.Paid, all.Refunded, all.Lifted, all.Edited = d.Placed, d.Held, d.Paid, d.Refunded, d.Lifted, d.Edited
	}
	all.Opened = append(all.Opened, d.Opened...)
	all.Moves = append(all.Moves, d.Moves...)
	all.Released = append(all.Released, d.Released...)
	all.Recalled = append(all.Recalled, d.Recalled...)
	all.Returned = append(all.Returned, d.Returned...)
	all.Parcels = append(all.Parcels, d.Parcels...)
	all.More = d.More
	return nil
}

// An order of many lines whose acts take several entries each folds like any
// other.
//
// Kills: a piece that is lost or told twice; units that a later piece needs
// and an earlier one should have brought.
func TestFoldingAnActOfSeveralEntries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &order.Request{Channel: "web", Currency: "GBP"}
		for range rapid.IntRange(140, 260).Draw(t, "lines") {
			r.Lines = append(r.Lines, order.RequestLine{SKU: "MUG", Quantity: 3, Price: 12_950_000})
		}
		o, err := order.New(header(), r, items)
		if err != nil {
			t.Fatal(err)
		}
		l := &life{t: t, o: o, books: map[int64]map[int]*order.Buckets{}, at: now}
		born := *o
		born.Lines = slices.Clone(o.Lines)
		l.born = &born
		claim := order.Delta{Placed: &order.Placed{Number: o.Number, Lines: len(o.Lines)}, Paid: 500}
		var send, back order.Delta
		for i := range o.Lines {
			n, ful := o.Lines[i].N, int64(1+i%3)
			claim.Moves = append(claim.Moves, order.Move{Line: n, From: order.Unsourced, To: order.Allocated, Quantity: 2, Fulfillment: ful},
				order.Move{Line: n, From: order.Unsourced, To: order.Backordered, Quantity: 1})
			for b := order.Allocated; b < order.Delivered; b++ {
				send.Moves = append(send.Moves, order.Move{Line: n, From: b, To: b + 1, Quantity: 2, Fulfillment: ful})
			}
			back.Returned = append(back.Returned, order.Return{Line: n, Quantity: 1, Restocked: 1})
		}
		back.Refunded = 100
		for _, d := range []order.Delta{claim, send, back} {
			l.at = now - 1 // one instant for all entries of these acts
			l.apply(d)
		}
		if len(l.journal) < 6 || l.o.Version != int64(len(l.journal)) {
			t.Fatalf("%d entries, version %d", len(l.journal), l.o.Version)
		}
		folded := l.o.AsPlaced()
		for _, entry := range l.journal {
			d, err := order.DecodeDelta(entry)
			if err == nil {
				err = folded.Apply(&d, now, 1)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(l.o, folded) {
			t.Fatalf("(-live +folded)\n%s", cmp.Diff(l.o, folded))
		}
	})
}

// Whatever bytes a journal holds, reading them ends with a delta or an error,
// and what was read is told and read again without a difference.
func FuzzDecodeDelta(f *testing.F) {
	f.Add([]byte(`{"moves":[{"from":"unsourced","to":"allocated","ful":5,"units":[1,2,2,1]}],"opened":[{"id":5,"location":3}]}`))
	f.Add([]byte(`{"held":{"id":9,"reason":"address","blocks":null},"lifted":8,"returned":[[1,2,1]],"paid":-100,"edited":[""]}`))
	f.Add([]byte(`{"paid":5,"more":true}`))
	f.Add([]byte(`{"placed":{"number":7,"mode":"history"},"parcels":[{"id":4,"step":"\ud800"}],"released":[],"moves":[{"from":"ordered","to":"lost"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := order.DecodeDelta(b)
		if err != nil {
			return
		}
		pieces, err := d.Encode()
		if err != nil {
			if len(b) < 1000 {
				t.Fatalf("%d bytes were read and cannot be told: %v", len(b), err)
			}
			return // numbers and names that no order has
		}
		var again order.Delta
		for _, p := range pieces {
			if err := gather(&again, p); err != nil {
				t.Fatalf("%s: %v", p, err)
			}
		}
		if diff := cmp.Diff(d, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-first +again)\n%s", diff)
		}
		o := place(t, "MUG", 5, "GIFT", 1)
		if o.Apply(&d, now, 1) == nil {
			for _, l := range leaves(o) {
				if err := l.Q.Check(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// The quick reader reads what the general one reads, or gives up.
func TestScanDelta(t *testing.T) {
	for _, text := range []string{
		`{"placed":{"number":1001,"channel":"web","mode":"history","currency":"GBP","total":-5,"lines":2},"opened":[{"id":1,"location":2}],"moves":[{"from":"unsourced","to":"allocated","ful":1,"units":[1,2,2,3]},{"from":"unsourced","to":"backordered","units":[3,1]}],"released":[1],"recalled":[2],"lifted":4,"paid":7,"refunded":8,"parcels":[{"id":1,"step":"shipped"}]}`,
		`{}`, `{"paid":0}`, `{"placed":{"number":1,"channel":"a\"b","currency":"","total":0,"lines":0}}`, `{"edited":["tags"],"more":true}`,
		`{"held":{"id":1,"reason":"fraud","blocks":["ship"]}}`, `{"returned":[[1,2,3]]}`, `{"moves":[{"from":"x","to":"allocated","units":[]}]}`,
		`{"moves":[{"from":"unsourced","to":"allocated","units":[1]}]}`, `{"paid":01}`, `{"paid":1} `, `{"paid":1,}`, `{"paid":-}`, `{"paid":12345678901234567890}`, ``, `{`, `{"placed":{"channel":"é"}}`, `[]`, `null`,
	} {
		order.CheckScan(t, []byte(text))
	}
}

func FuzzScanDelta(f *testing.F) {
	f.Add([]byte(`{"moves":[{"from":"unsourced","to":"allocated","ful":1,"units":[1,2]}],"paid":7}`))
	f.Fuzz(func(t *testing.T, b []byte) { order.CheckScan(t, b) })
}
