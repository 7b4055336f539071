// Package batching finds places for many waiting orders at once: it decides on a
// snapshot and applies in chunks that look again.
//
// What belongs here: which orders wait, putting them to the batch of sourcing,
// and carrying out what it finds. What does not: how it finds it (sourcing), and
// how an order is sourced (desk/intake): where stock has gone meanwhile, that
// decides anew, so that a stale plan never claims what is not there.
package batching

import (
	"context"
	"slices"
	"sync"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/flow"
	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/flows"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/levels"
	"orderly/internal/store/orders"
	"orderly/internal/store/queues"
)

// MaxOrders is how many orders one batch takes, those that are served first
// first; the rest waits for the next one.
const MaxOrders = 10_000

const chunk = 100

// Report is what a batch came to.
type Report struct {
	Waiting int   // orders that had units without a place
	Asked   int   // of them a strategy was asked for
	Planned int   // orders of which the plan sends anything
	Full    int   // orders of which it sends everything
	Units   int64 // that the plan has places for
	Points  int64 // of the plan
	Bound   int64 // no plan for each of them alone has fewer

	Allocated int64 // units that have a place now
	Refused   int   // orders that had changed meanwhile
	More      bool  // orders are left for the next batch
}

// waiting is a batch on its way.
type waiting struct {
	mode     Mode
	orders   []*order.Order
	problems []sourcing.Problem
	stocked  *sourcing.Stocked
	report   Report
}

// Mode says how a batch is run.
type Mode int

// The modes.
const (
	ByPerson Mode = iota // for whoever asked: every waiting order
	ByClock              // by itself: not those whose flow leaves sourcing to people
	Dry                  // planned as for a person, and nothing is changed
)

// Run sources the waiting orders of a merchant.
func Run(ctx context.Context, d *desk.Desk, scope access.Scope, mode Mode) (Report, error) {
	w := waiting{mode: mode}
	if err := d.DB.Read(ctx, scope, func(r *store.Reader) error { return w.read(d, r) }); err != nil {
		return w.report, err
	}
	commands := w.plan()
	if mode == Dry {
		return w.report, nil
	}
	return w.report, w.apply(ctx, d, scope, commands)
}

// read finds the orders that have units without a place, what they need and
// what there is.
func (w *waiting) read(d *desk.Desk, r *store.Reader) error {
	ids, more, err := queues.Unplaced(r, MaxOrders)
	if err != nil {
		return err
	}
	w.report.Waiting, w.report.More = len(ids), more
	c, err := step.CatalogOf(d, r)
	if err != nil {
		return err
	}
	found, err := orders.Load(r, ids, orders.Parts{Party: true})
	if err == nil {
		err = leaveOut(r, ids, found, w.mode)
	}
	if err != nil {
		return err
	}
	items := map[int64]bool{}
	for _, id := range ids {
		if o := found[id]; o != nil {
			w.orders = append(w.orders, o)
			for _, x := range demands(o) {
				items[x.Item] = true
			}
		}
	}
	return w.stock(d, r, c, items)
}

// leaveOut takes orders out whose flow sources them later and, by the clock,
// those whose flow has a person say when.
func leaveOut(r *store.Reader, ids []order.ID, found map[order.ID]*order.Order, mode Mode) error {
	runs, err := flows.Runs(r, ids)
	if err != nil {
		return err
	}
	var of []flow.ID
	for _, x := range runs {
		if !slices.Contains(of, x.Flow) {
			of = append(of, x.Flow)
		}
	}
	versions, err := flows.Versions(r, of)
	for id, x := range runs {
		if f := versions[flows.Version{Flow: x.Flow, Version: x.Version}]; f != nil && (x.SourceAt != 0 || mode == ByClock && f.Source == flow.Person) {
			delete(found, id)
		}
	}
	return err
}

// demands are the units of an order that have no place. Backordered ones are not
// among them: they are served by priority and age when stock comes.
func demands(o *order.Order) []sourcing.Demand {
	var out []sourcing.Demand
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Stocked && l.Q[order.Unsourced] > 0 {
			out = append(out, sourcing.Demand{Line: l.N, Item: l.Item, Quantity: l.Q[order.Unsourced]})
		}
	}
	return out
}

func (w *waiting) stock(d *desk.Desk, r *store.Reader, c *step.Catalog, items map[int64]bool) error {
	list := make([]int64, 0, len(items))
	for id := range items {
		list = append(list, id)
	}
	var places []stock.LocationID
	var at []int64
	for _, l := range c.Locations {
		places, at = append(places, l.ID), append(at, int64(l.ID))
	}
	w.stocked = sourcing.NewStocked(list, places)
	if err := levels.OfItems(r, list, func(l *stock.Level) { w.stocked.Set(l.Item, l.Location, l.Sellable()) }); err != nil {
		return err
	}
	if err := c.Load(r, list); err != nil {
		return err
	}
	work, err := fulfillments.ToDo(r, at)
	if err != nil || c.Profile == nil {
		return err
	}
	costs, err := c.Costs(r, list, c.Profile)
	if err != nil {
		return err
	}
	known := c.Known(d.DB.Now(), work, costs)
	kept := w.orders[:0]
	for _, o := range w.orders {
		ask := known.AskOf(o, demands(o), nil)
		p, ok := c.Profile.Problem(ask, w.stocked.Sellable)
		if !ok || len(p.Demands) == 0 {
			continue
		}
		kept, w.problems = append(kept, o), append(w.problems, p)
	}
	w.orders, w.report.Asked = kept, len(kept)
	return nil
}

// plan decides for all at once.
func (w *waiting) plan() []intake.SourceCommand {
	solved := sourcing.SolveAll(w.problems, w.stocked, both)
	var out []intake.SourceCommand
	for i := range solved {
		s := &solved[i]
		w.report.Points, w.report.Bound = w.report.Points+s.Points, w.report.Bound+s.Bound
		for _, t := range s.Takes {
			w.report.Units += t.Quantity
		}
		if len(s.Takes) > 0 {
			w.report.Planned++
			if len(s.Short) == 0 {
				w.report.Full++
			}
		}
		out = append(out, intake.SourceCommand{Order: w.orders[i].ID, Takes: s.Takes})
	}
	return out
}

// both runs pieces side by side.
func both(n int, f func(int)) {
	var work sync.WaitGroup
	for i := range n {
		work.Go(func() { f(i) })
	}
	work.Wait()
}

// apply has the desk do it. Orders that changed meanwhile are decided anew, or
// refused because nothing of them waits any more.
func (w *waiting) apply(ctx context.Context, d *desk.Desk, scope access.Scope, commands []intake.SourceCommand) error {
	for len(commands) > 0 {
		some := commands[:min(len(commands), chunk)]
		commands = commands[len(some):]
		results, err := desk.Do(ctx, d, intake.Source, scope, some, desk.Options{Bulk: true})
		if err != nil {
			return err
		}
		for _, r := range results {
			if r.Err != nil {
				if k := fault.KindOf(r.Err); k != fault.Conflict && k != fault.NotFound {
					return r.Err
				}
				w.report.Refused++
				continue
			}
			if s, ok := r.Value.(*intake.Sourced); ok {
				w.report.Allocated += s.Allocated
			}
		}
	}
	return nil
}
