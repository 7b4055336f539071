package orders

import (
	"fmt"

	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// FoldOrder tells from the journal alone how an order and its fulfillments
// stood after the entries, which are the order's own from its first on, in
// order. Of o it takes what no entry changes or tells: the lines as placed,
// header, fees, people, tags and the notes of holds.
//
// An act that was told in several entries raises the version of a fulfillment
// once for each of them, where the rows were raised once.
func FoldOrder(o *order.Order, entries []journal.Entry) (*order.Order, []*fulfillment.Fulfillment, error) {
	f := fold{of: o, order: o.AsPlaced(), at: map[int64]*fulfillment.Fulfillment{}}
	for i := range entries {
		if err := f.apply(&entries[i]); err != nil {
			return nil, nil, fmt.Errorf("entry %d of order %d: %w", entries[i].SubjectSeq, o.Number, err)
		}
	}
	return f.order, f.made, nil
}

// fold is an order on its way through its journal.
type fold struct {
	of    *order.Order // as the rows have it
	order *order.Order
	made  []*fulfillment.Fulfillment // oldest first
	at    map[int64]*fulfillment.Fulfillment
}

func (f *fold) apply(e *journal.Entry) error {
	if e.Kind != journal.Order || e.Subject != int64(f.of.ID) || e.SubjectSeq != f.order.Version+1 {
		return fmt.Errorf("it is of %s %d and follows entry %d", e.Kind, e.Subject, f.order.Version)
	}
	d, err := order.DecodeDelta(e.Data)
	if err != nil {
		return err
	}
	for _, x := range d.Opened {
		f.open(x, e.At)
	}
	if err := f.order.Apply(&d, e.At, 1); err != nil {
		return err
	}
	f.holds(&d, e)
	line := func(n int) (int64, bool) { l := f.order.Line(n); return l.Item, l.Stocked }
	for _, id := range named(&d) {
		x := f.at[id]
		if x == nil {
			return fmt.Errorf("fulfillment %s was never opened", fulfillment.ID(id))
		}
		if err := x.Apply(&d, e.At, line); err != nil {
			return err
		}
	}
	return nil
}

func (f *fold) open(x order.Opened, at int64) {
	made := &fulfillment.Fulfillment{
		ID: fulfillment.ID(x.ID), Purpose: "order", Source: int64(f.of.ID), Location: stock.LocationID(x.Location), WorkStatus: fulfillment.Pending,
		RequestStatus: "unsubmitted", Method: "parcel", Priority: f.of.Priority, DueAt: f.of.DueAt, CreatedAt: at, UpdatedAt: at,
	}
	f.made, f.at[x.ID] = append(f.made, made), made
}

// holds adds what the delta leaves out of a hold: who, and the free text.
func (f *fold) holds(d *order.Delta, e *journal.Entry) {
	for i := range f.order.Holds {
		h := &f.order.Holds[i]
		switch {
		case d.Held != nil && h.ID == d.Held.ID:
			h.PlacedBy = e.Actor.String()
			for _, known := range f.of.Holds {
				if known.ID == h.ID {
					h.Note = known.Note
				}
			}
		case d.Lifted != 0 && h.ID == d.Lifted:
			h.LiftedBy = e.Actor.String()
		}
	}
}

// named lists the fulfillments that a delta changes, each once.
func named(d *order.Delta) []int64 {
	var out []int64
	seen := map[int64]bool{0: true}
	note := func(id int64) {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	for _, m := range d.Moves {
		note(m.Fulfillment)
	}
	for _, id := range d.Released {
		note(id)
	}
	for _, id := range d.Recalled {
		note(id)
	}
	return out
}
