package fulfillment_test

import (
	"slices"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// shelf is the catalog of these tests: every SKU is goods of its own, but for
// CARD, which needs no stock.
type shelf struct{}

var skus = []string{"MUG", "TEA", "PEN", "CARD"}

func (shelf) BySKU(sku string) *catalog.Item {
	n := slices.Index(skus, sku)
	if n < 0 {
		return nil
	}
	i := &catalog.Item{ID: catalog.ID(n + 1), SKU: sku, Name: sku, Kind: catalog.Goods}
	if sku == "CARD" {
		i.Kind = catalog.Digital
	}
	return i
}

func (shelf) ByID(id catalog.ID) *catalog.Item { return nil }

const now = int64(1_760_000_000_000_000)

// floor is one order with its fulfillments and parcels, and what the journal
// has kept of it.
type floor struct {
	t       *rapid.T
	o       *order.Order
	fuls    []*fulfillment.Fulfillment
	parcels []*fulfillment.Parcel
	journal [][]byte
	at      int64
	claimed map[fulfillment.ID]map[int]int64 // what stock would count as reserved
	gone    map[fulfillment.ID]map[int]int64 // what stock would count as shipped away
}

func newFloor(t *rapid.T) *floor {
	r := &order.Request{Channel: "web", Currency: "GBP"}
	for range rapid.IntRange(1, 4).Draw(t, "lines") {
		r.Lines = append(r.Lines, order.RequestLine{SKU: rapid.SampledFrom(skus).Draw(t, "sku"), Quantity: rapid.Int64Range(1, 5).Draw(t, "quantity")})
	}
	o, err := order.New(order.Header{ID: 7, Number: 1, Now: now, Mode: order.Live}, r, shelf{})
	if err != nil {
		t.Fatal(err)
	}
	return &floor{t: t, o: o, at: now, claimed: map[fulfillment.ID]map[int]int64{}, gone: map[fulfillment.ID]map[int]int64{}}
}

func begin(id int64) *fulfillment.Fulfillment {
	return &fulfillment.Fulfillment{ID: fulfillment.ID(id), Purpose: "order", Source: 7, Location: 3, WorkStatus: fulfillment.Pending, CreatedAt: now}
}

// apply carries one delta through the order and through every fulfillment, as
// the desk does.
func (f *floor) apply(d order.Delta) {
	f.t.Helper()
	pieces, err := d.Encode()
	if err != nil {
		f.t.Fatal(err)
	}
	f.journal = append(f.journal, pieces...)
	f.at++
	if err := f.o.Apply(&d, f.at, len(pieces)); err != nil {
		f.t.Fatalf("order: %v", err)
	}
	for _, x := range f.fuls {
		if err := x.Apply(&d, f.at, f.line); err != nil {
			f.t.Fatal(err)
		}
	}
	for _, m := range d.Moves {
		id := fulfillment.ID(m.Fulfillment)
		if f.claimed[id] == nil {
			f.claimed[id], f.gone[id] = map[int]int64{}, map[int]int64{}
		}
		f.claimed[id][m.Line] += m.ClaimChange()
		f.gone[id][m.Line] -= m.HandChange()
	}
}

func (f *floor) line(n int) (int64, bool) { l := f.o.Line(n); return l.Item, l.Stocked }

// source claims some of what has no place yet in a new fulfillment.
func (f *floor) source() {
	id := int64(len(f.fuls) + 1)
	d := order.Delta{Opened: []order.Opened{{ID: id, Location: 3}}}
	for i := range f.o.Lines {
		l := &f.o.Lines[i]
		for _, from := range []order.Bucket{order.Unsourced, order.Backordered} {
			if q := rapid.Int64Range(0, l.Q[from]).Draw(f.t, "claim"); q > 0 {
				d.Moves = append(d.Moves, order.Move{Line: l.N, From: from, To: order.Allocated, Quantity: q, Fulfillment: id})
			}
		}
	}
	if len(d.Moves) > 0 {
		f.fuls = append(f.fuls, begin(id))
		f.apply(d)
	}
}

// lose takes units from a claim that nobody has touched: canceled, displaced
// or given up.
func (f *floor) loseClaim(x *fulfillment.Fulfillment) {
	to := rapid.SampledFrom([]order.Bucket{order.Canceled, order.Backordered, order.Unsourced}).Draw(f.t, "to")
	for _, p := range f.draw(x, order.Allocated) {
		f.apply(order.Delta{Moves: []order.Move{{Line: p.Line, From: order.Allocated, To: to, Quantity: p.Quantity, Fulfillment: int64(x.ID)}}})
		return
	}
}

// draw names some units of a fulfillment that stand in a bucket.
func (f *floor) draw(x *fulfillment.Fulfillment, in order.Bucket) []fulfillment.Part {
	var out []fulfillment.Part
	for i := range x.Lines {
		if q := x.Lines[i].In(in); q > 0 && (len(out) == 0 || rapid.Bool().Draw(f.t, "too")) {
			out = append(out, fulfillment.Part{Line: x.Lines[i].Order, Quantity: rapid.Int64Range(1, q).Draw(f.t, "units")})
		}
	}
	return out
}

// acts are the acts on a fulfillment that need no parcel, each deciding on the
// parts given.
var acts = map[string]struct {
	from   order.Bucket
	decide func(*fulfillment.Fulfillment, []fulfillment.Part) (order.Delta, error)
}{
	"release":    {order.Allocated, func(x *fulfillment.Fulfillment, _ []fulfillment.Part) (order.Delta, error) { return x.Release() }},
	"recall":     {order.Allocated, func(x *fulfillment.Fulfillment, _ []fulfillment.Part) (order.Delta, error) { return x.Recall() }},
	"pick":       {order.Allocated, (*fulfillment.Fulfillment).Pick},
	"unpick":     {order.Picked, (*fulfillment.Fulfillment).Unpick},
	"short_pick": {order.Allocated, (*fulfillment.Fulfillment).ShortPick},
	"pack":       {order.Picked, (*fulfillment.Fulfillment).Pack},
}

var parcelActs = []string{"unpack", "ship", "unship", "deliver", "undeliver", "lose", "find"}

// onward draws one of the offered acts, those that lead on more often than
// others, so that a walk gets as far as goods do.
func (f *floor) onward(offered []string, leads ...string) string {
	for _, act := range leads {
		if slices.Contains(offered, act) {
			offered = append(offered, act, act)
		}
	}
	return offered[rapid.IntRange(0, len(offered)-1).Draw(f.t, "act")]
}

// work does one offered act on a fulfillment, if it is one of acts.
func (f *floor) work(x *fulfillment.Fulfillment) {
	offered := slices.DeleteFunc(x.Actions(), func(act string) bool { return acts[act].decide == nil })
	if len(offered) == 0 {
		return
	}
	name := f.onward(offered, "pick", "pack")
	var parts []fulfillment.Part
	if name == "short_pick" || rapid.Bool().Draw(f.t, "in part") {
		parts = f.draw(x, acts[name].from)
	}
	d, err := acts[name].decide(x, parts)
	if err != nil {
		f.t.Fatalf("%s was offered: %v", name, err)
	}
	if name == "pack" {
		p := &fulfillment.Parcel{ID: fulfillment.ParcelID(len(f.parcels) + 1), Fulfillment: x.ID, Order: 7, Status: "packed", PackedAt: f.at}
		for _, m := range d.Moves {
			p.Lines = append(p.Lines, fulfillment.ParcelLine{Line: m.Line, Quantity: m.Quantity})
		}
		f.parcels = append(f.parcels, p)
	}
	f.apply(d)
}

// carry does one offered act on a parcel.
func (f *floor) carry(p *fulfillment.Parcel) {
	may := p.Actions()
	if len(may) == 0 {
		return
	}
	act := f.onward(may, "ship", "deliver")
	d, err := p.Step(act)
	if err != nil {
		f.t.Fatalf("%s was offered: %v", act, err)
	}
	p.Apply(act, f.at+1)
	f.apply(d)
}

func (f *floor) step() {
	switch n := rapid.IntRange(0, 9).Draw(f.t, "kind"); {
	case n < 1 || len(f.fuls) == 0:
		f.source()
	case n < 5 || len(f.parcels) == 0:
		f.work(f.fuls[rapid.IntRange(0, len(f.fuls)-1).Draw(f.t, "fulfillment")])
	case n < 9:
		f.carry(f.parcels[rapid.IntRange(0, len(f.parcels)-1).Draw(f.t, "parcel")])
	default:
		f.loseClaim(f.fuls[rapid.IntRange(0, len(f.fuls)-1).Draw(f.t, "fulfillment")])
	}
}

func walk(t *rapid.T, each func(*floor)) *floor {
	f := newFloor(t)
	f.source()
	for range rapid.IntRange(20, 80).Draw(t, "steps") {
		f.step()
		if each != nil {
			each(f)
		}
	}
	return f
}

// The order's lines and its fulfillments tell the same of every unit, because
// one delta moves both.
//
// Kills: an entering or leaving that a fulfillment's line forgets; open units
// that unship does not bring back; arrivals that undo forgets.
func TestOrderAndFulfillmentsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { walk(t, (*floor).agree) })
}

func (f *floor) agree() {
	f.t.Helper()
	sums := map[int]*order.Buckets{}
	for i := range f.o.Lines {
		sums[f.o.Lines[i].N] = &order.Buckets{}
	}
	for _, x := range f.fuls {
		for i := range x.Lines {
			l, q := &x.Lines[i], sums[x.Lines[i].Order]
			for _, b := range []order.Bucket{order.Allocated, order.Picked, order.Packed, order.Shipped} {
				q[b] += l.In(b)
			}
			q[order.Delivered] += l.Arrived
			if l.Open != f.claimed[x.ID][l.Order] || l.Shipped != f.gone[x.ID][l.Order] || l.Open+l.Shipped > l.Quantity || l.Allocated() < 0 {
				f.t.Fatalf("fulfillment %d holds %+v; stock counts %d claimed, %d gone", x.ID, *l, f.claimed[x.ID][l.Order], f.gone[x.ID][l.Order])
			}
			if item, stocked := f.line(l.Order); l.Item != item || l.Stocked != stocked || l.N != i+1 {
				f.t.Fatalf("line %d of fulfillment %d is %+v", i+1, x.ID, *l)
			}
		}
	}
	for n, q := range sums {
		have := f.o.Line(n).Q
		want := order.Buckets{order.Allocated: have[order.Allocated], order.Picked: have[order.Picked], order.Packed: have[order.Packed],
			order.Shipped: have[order.Shipped], order.Delivered: have[order.Delivered] + have[order.Lost]}
		if diff := cmp.Diff(want, *q); diff != "" {
			f.t.Fatalf("line %d (-order +fulfillments)\n%s", n, diff)
		}
	}
}

// What is offered succeeds, and what is not offered is refused as a conflict:
// a list of actions that promises more or less sends people into errors.
//
// Kills: a recall that is offered when parcels have left; a delivery that is
// not offered while the rest is still picked; an act that looks at another
// bucket than its offer.
func TestOffersAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		walk(t, func(f *floor) {
			for _, x := range f.fuls {
				f.checkOffers(x)
			}
		})
	})
}

func (f *floor) checkOffers(x *fulfillment.Fulfillment) {
	f.t.Helper()
	for name, act := range acts {
		parts := []fulfillment.Part(nil)
		if name == "short_pick" {
			parts = []fulfillment.Part{{Line: 1, Quantity: 1}}
			if named := f.first(x, act.from); named != nil {
				parts = named
			}
		}
		_, err := act.decide(x, parts)
		f.judge(x.Actions(), name, err)
	}
	open := map[string]bool{}
	for _, p := range f.parcels {
		if p.Fulfillment != x.ID {
			continue
		}
		for _, act := range parcelActs {
			_, err := p.Step(act)
			f.judge(p.Actions(), act, err)
			open[act] = open[act] || err == nil
		}
	}
	for _, act := range []string{"ship", "unpack", "deliver"} {
		if slices.Contains(x.Actions(), act) != open[act] {
			f.t.Fatalf("fulfillment %d (%s) can %v; a parcel of it can %s: %t", x.ID, x.WorkStatus, x.Actions(), act, open[act])
		}
	}
}

// first is one unit that stands in a bucket.
func (f *floor) first(x *fulfillment.Fulfillment, in order.Bucket) []fulfillment.Part {
	for i := range x.Lines {
		if x.Lines[i].In(in) > 0 {
			return []fulfillment.Part{{Line: x.Lines[i].Order, Quantity: 1}}
		}
	}
	return nil
}

func (f *floor) judge(offered []string, act string, err error) {
	f.t.Helper()
	switch {
	case slices.Contains(offered, act) && err != nil:
		f.t.Fatalf("%s is offered and fails: %v", act, err)
	case !slices.Contains(offered, act) && err == nil:
		f.t.Fatalf("%s is not offered and succeeds; offered are %v", act, offered)
	case err != nil && fault.KindOf(err) != fault.Conflict:
		f.t.Fatalf("%s is refused as %s, not as a conflict: %v", act, fault.KindOf(err), err)
	}
}

// Folding the journal's entries gives the fulfillments back.
//
// Kills: a release that the journal does not keep; a fulfillment that applies
// the moves of another.
func TestFoldingGivesTheFulfillments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := walk(t, nil)
		var folded []*fulfillment.Fulfillment
		at := now
		for _, entry := range f.journal {
			at++
			d, err := order.DecodeDelta(entry)
			if err != nil {
				t.Fatal(err)
			}
			for _, opened := range d.Opened {
				folded = append(folded, begin(opened.ID))
			}
			for _, x := range folded {
				if err := x.Apply(&d, at, f.line); err != nil {
					t.Fatal(err)
				}
			}
		}
		if diff := cmp.Diff(f.fuls, folded, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-live +folded)\n%s", diff)
		}
	})
}
