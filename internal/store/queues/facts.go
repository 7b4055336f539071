// Package queues reads what waits for a person: how much stands in each queue,
// since when, and the rows themselves.
//
// What belongs here: bounded reads along indexes, by the scope's locations,
// that cost the same at a million orders. What does not: which queues there
// are and which presses most (queue), and any act.
package queues

import (
	"time"

	"orderly/internal/approval"
	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/partner"
	"orderly/internal/queue"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/counters"
	"orderly/internal/store/endpoints"
	"orderly/internal/store/jobs"
	"orderly/internal/store/levels"
	"orderly/internal/store/merchants"
	"orderly/internal/store/statements"
	"orderly/internal/store/talks"
	"orderly/internal/store/troubles"
	"orderly/internal/talk"
	"orderly/internal/trouble"
)

// Limits of one look.
const (
	most      = 1000 // rows of a queue that are counted: beyond it "999+"
	mostLow   = 100  // the same of low stock, whose rows cost more
	maxPlaces = 50   // locations whose work is looked at
)

// stages are the queues of orders: each order stands at its first obstacle, so
// that nobody looks at it twice.
var stages = map[string]string{
	queue.OnHold: order.StageOnHold, queue.Unsourced: order.StageUnsourced, queue.Backorder: order.StageBackordered,
}

// worked are the queues of fulfillments, by the work statuses that stand in
// them.
var worked = map[string][]string{
	queue.ToRelease: {fulfillment.Pending},
	queue.ToPick:    {fulfillment.Released, fulfillment.Picking},
	queue.ToPack:    {fulfillment.Picked},
	queue.ToShip:    {fulfillment.Packed},
	queue.Leaves:    {fulfillment.Released, fulfillment.Picking, fulfillment.Picked, fulfillment.Packed},
	queue.Late:      openWork,
	queue.Today:     openWork,
}

var openWork = []string{fulfillment.Pending, fulfillment.Released, fulfillment.Picking, fulfillment.Picked, fulfillment.Packed}

// matters are the queues of troubles.
var matters = map[string]string{
	queue.Reports: trouble.Report, queue.Returns: trouble.Return, queue.Lost: trouble.Lost, queue.Displaced: trouble.Displaced, queue.ShortPicks: trouble.ShortPick, queue.BelowCost: trouble.BelowCost, queue.Payments: trouble.Payment, queue.Tasks: trouble.Task, queue.Rules: trouble.Rule, queue.Uncollected: trouble.Uncollected, queue.Silent: trouble.Silent,
}

// Place is a location as a board shows it.
type Place struct {
	ID       stock.LocationID
	Code     string
	Name     string
	Zone     *time.Location
	LeavesAt int64 // when the next carrier comes, zero when none comes at a fixed time
	Theirs   bool  // a 3PL's or a supplier's, whose own people do its floor's work
}

// Board is what waits at an instant.
type Board struct {
	Now      int64
	EndOfDay int64 // in the merchant's zone
	Zone     *time.Location
	Facts    []queue.Fact
	Places   map[stock.LocationID]Place // those with work
	bound    bool                       // who looks works at some locations alone, which may be a partner's
}

// Read looks at every queue that the scope sees.
func Read(r *store.Reader, now int64) (Board, error) {
	b, open, err := start(r, now)
	if err != nil {
		return b, err
	}
	for _, q := range queue.For(r.Scope) {
		switch q.Kind {
		case queue.Fulfillment:
			continue
		case queue.Difference:
			if err := b.differ(r); err != nil {
				return b, err
			}
			continue
		}
		f, err := one(r, q, now)
		if err != nil {
			return b, err
		}
		b.Facts = append(b.Facts, f)
	}
	if !r.Scope.May(queue.Named(queue.ToPick).Sees) {
		return b, nil
	}
	return b, b.work(r, open)
}

// start reads what the whole board needs: the counters of work by location.
func start(r *store.Reader, now int64) (Board, map[stock.LocationID]map[string]int64, error) {
	b := Board{Now: now, Places: map[stock.LocationID]Place{}, bound: len(r.Scope.Locations) > 0}
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return b, nil, err
	}
	b.Zone = m.Location()
	b.EndOfDay = queue.EndOfDay(b.Zone, now)
	all, err := counters.All(r)
	if err != nil {
		return b, nil, err
	}
	open := map[stock.LocationID]map[string]int64{}
	for key, n := range all {
		if word, place, ok := atPlace(key); ok && n > 0 && r.Scope.Sees(int64(place)) {
			if open[place] == nil {
				open[place] = map[string]int64{}
			}
			open[place][word] = n
		}
	}
	var ids []stock.LocationID
	for id := range open {
		ids = append(ids, id)
	}
	return b, open, b.Know(r, ids)
}

// Know reads locations, and when the next carrier comes to each.
func (b *Board) Know(r *store.Reader, ids []stock.LocationID) error {
	err := store.In(r, "SELECT id, code, name, zone, kind FROM location WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var p Place
		var zone, kind string
		err := scan(&p.ID, &p.Code, &p.Name, &zone, &kind)
		p.Theirs = partner.Asks(kind)
		p.Zone = b.Zone
		if z, bad := time.LoadLocation(zone); zone != "" && bad == nil {
			p.Zone = z
		}
		b.Places[p.ID] = p
		return err
	})
	if err != nil {
		return err
	}
	return b.leavings(r, ids)
}

// leavings reads when the next carrier comes to each place.
func (b *Board) leavings(r *store.Reader, ids []stock.LocationID) error {
	return store.In(r, "SELECT location, leaves_at, days FROM location_pickup WHERE m = $1 AND location IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id stock.LocationID
		var comes stock.Pickup
		err := scan(&id, &comes.LeavesAt, &comes.Days)
		p := b.Places[id]
		if at, ok := comes.Next(time.UnixMicro(b.Now).In(p.Zone)); ok {
			p.LeavesAt = earlier(p.LeavesAt, at.UnixMicro())
		}
		b.Places[id] = p
		return err
	})
}

// one looks at a queue that does not stand at locations' floors.
func one(r *store.Reader, q *queue.Queue, now int64) (queue.Fact, error) {
	f := queue.Fact{Queue: q.ID}
	var err error
	switch q.Kind {
	case queue.Order:
		if q.ID == queue.Approvals {
			var list []*approval.Ask
			list, err = mine(r, now, 0, most)
			if f.Count = int64(len(list)); f.Count > 0 {
				f.Oldest = ident.Time(list[0].Order).UnixMicro()
			}
			break
		}
		var id int64
		err = r.Row("SELECT count(*), coalesce(min(id), 0) FROM (SELECT id FROM orders WHERE m = $1 AND stage = $2 ORDER BY id LIMIT $3) AS o", r.M, stages[q.ID], int64(most)).Scan(&f.Count, &id)
		if id != 0 {
			f.Oldest = ident.Time(id).UnixMicro()
		}
	case queue.Trouble:
		f.Count, f.Oldest, err = troubles.Count(r, matters[q.ID], most)
	case queue.Return:
		f, err = returnFact(r, q.ID)
	case queue.Job:
		f.Count, f.Oldest, err = jobs.CountGiven(r, most)
	case queue.Case:
		f.Count, f.Oldest, err = cases.CountMissed(r, now, most)
	case queue.Talk:
		f.Count, f.Oldest, err = talks.CountAwaiting(r, talk.Us, most)
	case queue.BankLine:
		f.Count, f.Oldest, err = statements.CountOpen(r, most)
	case queue.Endpoint:
		f.Count, f.Oldest, err = endpoints.CountQuarantined(r)
	case queue.Level:
		var list []levels.Row
		list, err = levels.Low(r, mostLow)
		if f.Count = int64(len(list)); f.Count == mostLow {
			f.Count, f.More = mostLow-1, true
		}
	}
	if f.Count == most {
		f.Count, f.More = most-1, true
	}
	return f, err
}
