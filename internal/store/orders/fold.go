package orders

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// FoldOrder gives an order and its fulfillments, oldest first, as the entries
// tell them. o is the order at any time: what is fixed at placement and what
// the journal never holds (people, notes, tags, priority) is taken from it.
// The entries are the order's own from its first on, without a gap; those up
// to a sequence give the order as it was then. Fulfillments have no Decision,
// which is not told.
func FoldOrder(o *order.Order, entries []journal.Entry) (*order.Order, []*fulfillment.Fulfillment, error) {
	return fold(o, entries, func(*folding) bool { return false })
}

// FoldToVersion is FoldOrder that stops when a fulfillment has reached a version.
func FoldToVersion(o *order.Order, entries []journal.Entry, id fulfillment.ID, version int64) (*order.Order, []*fulfillment.Fulfillment, error) {
	return fold(o, entries, func(f *folding) bool { x := f.fuls[int64(id)]; return x != nil && x.Version >= version })
}

func fold(o *order.Order, entries []journal.Entry, done func(*folding) bool) (*order.Order, []*fulfillment.Fulfillment, error) {
	f := &folding{order: o.AsPlaced(), fuls: map[int64]*fulfillment.Fulfillment{}}
	for i := 0; i < len(entries) && !done(f); {
		if want := int64(i + 1); entries[i].SubjectSeq != want {
			return nil, nil, fmt.Errorf("order %d: entry %d of its journal is number %d", o.Number, want, entries[i].SubjectSeq)
		}
		d, n, err := actOf(entries[i:])
		if err == nil {
			err = f.apply(&d, entries[i].At, n)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("fold entry %d: %w", entries[i].Seq, err)
		}
		i += n
	}
	keepUntold(f.order, o)
	keepNames(f.order, o)
	fuls := slices.SortedFunc(maps.Values(f.fuls), func(a, b *fulfillment.Fulfillment) int { return cmp.Compare(a.ID, b.ID) })
	return f.order, fuls, nil
}

// actOf reads the act that begins the entries, all its pieces, and tells how
// many they are.
func actOf(entries []journal.Entry) (order.Delta, int, error) {
	whole, err := order.DecodeDelta(entries[0].Data)
	last := whole
	n := 1
	for ; err == nil && n < len(entries) && sameAct(&entries[n-1], &entries[n]); n++ {
		var next order.Delta
		if next, err = order.DecodeDelta(entries[n].Data); err != nil || !next.Continues(&last) {
			break
		}
		whole.Join(&next)
		last = next
	}
	return whole, n, err
}

// sameAct reports whether b may be told by the act that told a: pieces of an
// act follow each other in the merchant's journal.
func sameAct(a, b *journal.Entry) bool {
	return b.Seq == a.Seq+1 && a.Type == b.Type && a.At == b.At && a.Actor == b.Actor && a.Cause == b.Cause
}

type folding struct {
	order *order.Order
	fuls  map[int64]*fulfillment.Fulfillment
}

func (f *folding) apply(d *order.Delta, at int64, entries int) error {
	if err := f.order.Apply(d, at, entries); err != nil {
		return err
	}
	for _, x := range d.Opened {
		f.fuls[x.ID] = &fulfillment.Fulfillment{
			ID: fulfillment.ID(x.ID), Purpose: "order", Source: int64(f.order.ID), Location: stock.LocationID(x.Location),
			WorkStatus: fulfillment.Pending, RequestStatus: fulfillment.Unsubmitted, Method: f.order.By(), Priority: f.order.Priority, DueAt: f.order.DueAt,
			CreatedAt: at, UpdatedAt: at,
		}
	}
	line := func(n int) (int64, bool) { l := f.order.Line(n); return l.Item, l.Stocked }
	for _, m := range d.Moves {
		if m.Fulfillment != 0 && f.fuls[m.Fulfillment] == nil {
			return fmt.Errorf("a move names fulfillment %s, which was never opened", fulfillment.ID(m.Fulfillment))
		}
	}
	for _, x := range f.fuls {
		if err := x.Apply(d, at, line); err != nil {
			return err
		}
	}
	return nil
}

// keepNames takes from the order what its journal does not tell of lines and
// fees that joined it: what they are called.
func keepNames(folded, o *order.Order) {
	for i := range folded.Lines {
		if l, known := &folded.Lines[i], o.Line(folded.Lines[i].N); known != nil && l.SKU == "" {
			l.SKU, l.Title, l.Unit, l.Custom = known.SKU, known.Title, known.Unit, known.Custom
		}
	}
	for i := range min(len(folded.Fees), len(o.Fees)) {
		folded.Fees[i].Code, folded.Fees[i].Label = o.Fees[i].Code, o.Fees[i].Label
	}
}

// keepUntold takes from the order what its journal never holds: the free text
// of holds and who placed and lifted them.
func keepUntold(folded, o *order.Order) {
	for i := range folded.Holds {
		h := &folded.Holds[i]
		for _, known := range o.Holds {
			if known.ID != h.ID {
				continue
			}
			h.Note, h.PlacedBy = known.Note, known.PlacedBy
			if h.LiftedAt != 0 {
				h.LiftedBy = known.LiftedBy
			}
		}
	}
}
