package verify

import (
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// yields: what one order gave up to another is what the entries of both tell,
// and was given to a higher priority.
func (x *run) yields() error {
	return x.walk(audit.YieldPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.GivenUpIn(r, in)
		x.count(int64(len(list)), "J1")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.givenUp(&list[i])
		}
		return err
	})
}

func (x *run) givenUp(y *audit.GivenUp) {
	id := ident.Text("yld", y.ID)
	lost, to := moved(y.FromData, y.FromLine, order.Allocated, order.Backordered)
	got, _ := moved(y.ToData, y.ToLine, order.Backordered, order.Allocated)
	switch {
	case y.FromSubject != int64(y.From) || y.FromType != journal.OrderDisplaced || to != int64(y.To):
		x.tell("J1", id, "order %s gave up %d to order %s, and entry %d does not tell of it", y.From, y.Quantity, y.To, y.FromEntry)
	case y.ToSubject != int64(y.To) || y.ToType != journal.OrderServed:
		x.tell("J1", id, "order %s got %d of order %s, and entry %d does not tell of it", y.To, y.Quantity, y.From, y.ToEntry)
	case y.Quantity <= 0 || lost < y.Quantity || got < y.Quantity:
		x.tell("J1", id, "order %s gave up %d to order %s; their entries tell of %d lost and %d got", y.From, y.Quantity, y.To, lost, got)
	case y.FromPriority >= y.ToPriority:
		x.tell("J1", id, "order %s of priority %d gave up %d to order %s of priority %d", y.From, y.FromPriority, y.Quantity, y.To, y.ToPriority)
	}
}

// moved is how many units of a line an entry moves between two buckets, and to
// whom it says that they went.
func moved(data []byte, line int, from, to order.Bucket) (units, whom int64) {
	d, err := order.DecodeDelta(data)
	if err != nil {
		return 0, 0
	}
	for _, m := range d.Moves {
		if m.Line == line && m.From == from && m.To == to {
			units += m.Quantity
		}
	}
	return units, d.Yielded
}
