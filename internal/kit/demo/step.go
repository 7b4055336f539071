package demo

import (
	"context"
	"fmt"
	"time"

	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
)

// Event is one journal entry that a step brought about.
type Event struct {
	Seq   int64
	Type  string
	Order int64  // its number; zero when the entry is not of an order
	Stage string // of the order at the end of the step
}

// Clock is the simulated time at which the next step is due.
func (m *Demo) Clock() time.Duration {
	_, at, _ := m.agenda.next()
	return at
}

// Step does what is due next: all tasks of one kind within a short window, as
// one call of the desk. Then the people concerned read in the journal what
// came of it and plan what follows.
func (m *Demo) Step(ctx context.Context) ([]Event, error) {
	k, at, ok := m.agenda.next()
	if !ok {
		return nil, fmt.Errorf("nothing is planned: furnish the demo first")
	}
	m.now = at
	clear(m.moment)
	due := m.agenda.take(k, horizon(at), maxTogether)
	for _, t := range due {
		if t.order != 0 {
			m.moment[t.order] = t.at
		}
	}
	if err := acts[k](m, ctx, due); err != nil {
		return nil, err
	}
	return m.follow(ctx)
}

// horizon is until when tasks are done together with one that is due at a time.
func horizon(at time.Duration) time.Duration {
	if at < Opening {
		return min(at+pastWindow, Opening)
	}
	return at + window
}

// feedPage is how many journal entries are read at a time.
const feedPage = 500

// news is a page of the journal, and what it speaks of as that is now.
type news struct {
	entries []journal.Entry
	deltas  []order.Delta // beside entries; empty for those of other things
	touched []order.ID    // in the order in which the entries name them
	orders  map[order.ID]*order.Order
	fuls    map[order.ID][]*fulfillment.Fulfillment
	parcels map[fulfillment.ParcelID]*fulfillment.Parcel
}

// follow reads the journal from where it was left and has everybody react.
func (m *Demo) follow(ctx context.Context) ([]Event, error) {
	var told []Event
	for {
		n, err := m.read(ctx)
		if err != nil {
			return nil, fmt.Errorf("follow the journal: %w", err)
		}
		for i := range n.entries {
			e := &n.entries[i]
			m.cursor = e.Seq
			event := Event{Seq: e.Seq, Type: e.Type}
			if e.Kind != journal.Stock || e.SubjectSeq == 1 { // a large act takes several entries
				m.tally.count(e.Type)
			}
			if o := n.orders[order.ID(e.Subject)]; o != nil {
				event.Order, event.Stage = o.Number, o.Statuses.Stage
				m.hear(n, e.Type, o, &n.deltas[i])
			}
			told = append(told, event)
		}
		for _, id := range n.touched {
			m.carryOn(n, n.orders[id])
		}
		if len(n.entries) < feedPage {
			return told, nil
		}
	}
}

func (m *Demo) read(ctx context.Context) (*news, error) {
	n := &news{fuls: map[order.ID][]*fulfillment.Fulfillment{}, parcels: map[fulfillment.ParcelID]*fulfillment.Parcel{}}
	err := m.db.Read(ctx, m.as(owner), func(r *store.Reader) error {
		var err error
		if n.entries, err = entries.After(r, m.cursor, feedPage); err != nil {
			return err
		}
		parcels, err := n.decode()
		if err != nil {
			return err
		}
		if n.orders, err = orders.Load(r, n.touched, orders.Parts{Party: true}); err != nil {
			return err
		}
		fuls, err := fulfillments.OfSources(r, sources(n.touched))
		if err != nil {
			return err
		}
		for _, f := range fuls {
			n.fuls[order.ID(f.Source)] = append(n.fuls[order.ID(f.Source)], f)
		}
		found, err := fulfillments.Parcels(r, parcels)
		for _, p := range found {
			n.parcels[p.ID] = p
		}
		return err
	})
	return n, err
}

// decode reads the deltas, and gives the parcels that they name.
func (n *news) decode() ([]fulfillment.ParcelID, error) {
	n.deltas = make([]order.Delta, len(n.entries))
	seen := map[order.ID]bool{}
	var parcels []fulfillment.ParcelID
	for i := range n.entries {
		e := &n.entries[i]
		if e.Kind != journal.Order {
			continue
		}
		d, err := order.DecodeDelta(e.Data)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", e.Seq, err)
		}
		n.deltas[i] = d
		if id := order.ID(e.Subject); !seen[id] {
			seen[id] = true
			n.touched = append(n.touched, id)
		}
		for _, p := range d.Parcels {
			parcels = append(parcels, fulfillment.ParcelID(p.ID))
		}
	}
	return parcels, nil
}

func sources(ids []order.ID) []int64 {
	out := make([]int64, len(ids))
	for i, id := range ids {
		out[i] = int64(id)
	}
	return out
}

// when is the simulated time of what just happened to an order.
func (m *Demo) when(id order.ID) time.Duration {
	if at, ok := m.moment[id]; ok {
		return at
	}
	return m.now
}
