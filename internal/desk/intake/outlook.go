package intake

import (
	"time"

	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/levels"
	"orderly/internal/store/orders"
	"orderly/internal/store/schedule"
)

// Limits of an outlook.
const (
	OutlookDays   = 30   // that figures look back
	MaxRisky      = 100  // orders that are listed for each reason
	maxUnreserved = 2000 // orders without stock yet that are held against what is free
)

// Outlook is what doing things late has spared, and what it puts at risk.
type Outlook struct {
	Risky     []schedule.Row // their last moment is over
	Uncovered []schedule.Row // what is free does not reach for them, the first to be sourced served first
	More      bool           // there are more than are listed
	Minutes   int64          // whole units times minutes that stock stayed free, of orders of the last days
	Orders    int64          // that this was of
	Yielded   schedule.Yielded
}

// LookAhead reads the outlook of a merchant.
func LookAhead(r *store.Reader, now int64) (Outlook, error) {
	var x Outlook
	var err error
	if x.Risky, err = schedule.Risky(r, now, MaxRisky+1); err != nil {
		return x, err
	}
	since := ident.First(time.UnixMicro(now).AddDate(0, 0, -OutlookDays))
	if x.Minutes, x.Orders, err = schedule.Spared(r, order.ID(since)); err != nil {
		return x, err
	}
	if x.Yielded, err = schedule.YieldedSince(r, since); err != nil {
		return x, err
	}
	waiting, err := schedule.Unreserved(r, maxUnreserved)
	if err != nil {
		return x, err
	}
	if x.Uncovered, err = uncovered(r, waiting); err != nil {
		return x, err
	}
	x.More = len(x.Risky) > MaxRisky || len(x.Uncovered) > MaxRisky || len(waiting) == maxUnreserved
	x.Risky, x.Uncovered = x.Risky[:min(len(x.Risky), MaxRisky)], x.Uncovered[:min(len(x.Uncovered), MaxRisky)]
	return x, nil
}

// uncovered are the orders for which what is free now does not reach, when each
// gets what it needs at its time and nothing comes in.
func uncovered(r *store.Reader, waiting []schedule.Row) ([]schedule.Row, error) {
	ids := make([]order.ID, len(waiting))
	for i := range waiting {
		ids[i] = waiting[i].Order
	}
	found, err := orders.Load(r, ids, orders.Parts{})
	if err != nil {
		return nil, err
	}
	free, seen := map[int64]int64{}, map[int64]bool{}
	var items []int64
	for _, o := range found {
		for i := range o.Lines {
			if l := &o.Lines[i]; l.Stocked && l.Q[order.Unsourced] > 0 && !seen[l.Item] {
				seen[l.Item] = true
				items = append(items, l.Item)
			}
		}
	}
	if err := levels.OfItems(r, items, func(l *stock.Level) { free[l.Item] += l.Sellable() }); err != nil {
		return nil, err
	}
	var out []schedule.Row
	for i := range waiting {
		if o := found[waiting[i].Order]; o != nil && !o.Draw(free) {
			out = append(out, waiting[i])
		}
	}
	return out, nil
}
