package runs

import (
	"context"
	"slices"
	"time"

	"orderly/internal/access"
	"orderly/internal/bulk"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/intake"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/store"
)

// Foreseen is what a run would do to the first orders that it is about.
type Foreseen struct {
	Rows   []bulk.Row
	Counts bulk.Counts
	Named  int  // how many orders were named, 0 for a filter
	More   bool // there are more than Rows
	Units  int64
	Freed  map[string]int64 // by how much what customers owe would go down, by currency
}

// Foresee tries the act on the first orders of the command, and changes
// nothing.
func Foresee(ctx context.Context, d *desk.Desk, scope access.Scope, c admin.RunCommand) (Foreseen, error) {
	out := Foreseen{Freed: map[string]int64{}, Named: len(c.Orders)}
	if err := scope.Require(c.Act.Kind.Needs()); err != nil {
		return out, err
	}
	if err := admin.BeginRun.Check(&c); err != nil {
		return out, err
	}
	if err := c.Act.CheckAt(d.DB.Now()); err != nil {
		return out, err
	}
	err := d.DB.Read(ctx, scope, func(r *store.Reader) error {
		if c.Filter != nil {
			now := d.DB.Now()
			p, err := pageOf(r, *c.Filter, "", now, order.ID(ident.First(time.UnixMicro(now).Add(time.Millisecond))), bulk.Chunk)
			if err != nil {
				return err
			}
			out.Rows, out.More = p.rows, p.next != ""
		} else {
			out.Rows, out.More = named(c.Orders)
		}
		return target(r, c.Act, out.Rows)
	})
	if err != nil {
		return out, err
	}
	x := doer{ctx: ctx, desk: d, scope: scope, seen: out.see}
	if err := x.act(c.Act, out.Rows); err != nil {
		return out, err
	}
	out.Counts.Count(out.Rows)
	return out, nil
}

func named(ids []order.ID) (rows []bulk.Row, more bool) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for _, id := range ids[:min(len(ids), bulk.Chunk)] {
		rows = append(rows, bulk.Row{Order: id})
	}
	return rows, len(ids) > bulk.Chunk
}

// see adds up what a cancellation would free.
func (f *Foreseen) see(r desk.Result) {
	c, ok := r.Value.(*intake.Canceled)
	if !ok {
		return
	}
	f.Freed[c.Order.Currency.Code()] += c.Freed
	for _, m := range c.Moves {
		f.Units += m.Quantity
	}
}
