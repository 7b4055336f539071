package intake

import (
	"time"

	"orderly/internal/access"
	"orderly/internal/delivery"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/preorder"
	"orderly/internal/sourcing"
	"orderly/internal/store"
	"orderly/internal/store/preorders"
)

// onOffer are the demands of an order of which each is had now or pre-ordered,
// however late its flow would find places: the cap is for those who come first.
func onOffer(b *step.Batch, o *order.Order) []sourcing.Demand {
	var out []sourcing.Demand
	for _, d := range demands(o) {
		if o.Line(d.Line).Stocked && b.PreorderOf(o.Channel, d.Item) != nil {
			out = append(out, d)
		}
	}
	return out
}

// addFull tells that not enough is left of an offer.
func addFull(b *step.Batch, at string, l *order.Line, f preorder.Full, faults *fault.List) {
	day := time.UnixMicro(f.Offer.AvailableAt).In(b.Zone()).Format("2006-01-02")
	faults.Add(at, "preorder_full", "%s: %d units are not here, and %d are left for pre-order (for %s); order fewer, or have the cap raised", l.SKU, f.Quantity, f.Left, day)
}

// promisedLater is what is promised of an order of which units are pre-ordered:
// the day of their offer, and the days of delivery after it. Of the usual method
// only the dispatch is known. Of an order of which other units are short no day
// is promised.
func promisedLater(b *step.Batch, o *order.Order, p *step.Plan, m *delivery.Method, from int64, out delivery.Promise) delivery.Promise {
	if len(p.Awaited) == 0 || len(p.Short) > 0 {
		return out
	}
	offer, ok := b.WhenOffered(o, p, m, from)
	if !ok {
		return out
	}
	out.ShipBy, out.DeliverBy = offer.ShipBy, later(o.DueAt, &offer, m)
	o.DueAt = out.DeliverBy
	return out
}

// later is until when an order is there that was due on another day: no earlier
// than was wanted, and not before it can be.
func later(due int64, offer *delivery.Offer, m *delivery.Method) int64 {
	switch {
	case m != nil:
		return max(due, offer.Latest)
	case due > 0:
		return max(due, offer.ShipBy)
	}
	return 0
}

// FollowCommand promises anew what an order waits for by an offer, whose day was
// another.
type FollowCommand struct {
	Order order.ID
	Offer preorder.ID
	Was   int64
}

// FollowOffer promises an order anew after the day of an offer has moved, if
// units wait that it promised. What the old day alone had said becomes what the
// new one says; a promise that says more (a wish of the customer, a word that
// somebody gave) is only ever made later.
var FollowOffer = step.Act[FollowCommand]{
	Name: "orders.follow_offer", Permission: access.OrdersWrite,
	Load: func(b *step.Batch, asked []desk.Asked[FollowCommand]) error {
		return loadAwaited(b, ids(asked, func(c FollowCommand) order.ID { return c.Order }))
	},
	Decide: func(b *step.Batch, a desk.Asked[FollowCommand]) (desk.Result, error) {
		o := b.Order(a.Command.Order)
		if o == nil {
			return desk.Result{}, unknownOrder(a.Command.Order)
		}
		p, ok := followed(b, o, a.Command, b.PromisedOf(o.ID))
		if !ok {
			return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "unchanged"}, nil
		}
		if err := b.PromiseAnew(a.Scope, o, p); err != nil {
			return desk.Result{}, err
		}
		return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done"}, nil
	},
}.Operation()

// loadAwaited reads orders with all that promising them anew needs.
func loadAwaited(b *step.Batch, list []order.ID) error {
	if err := b.LoadOrdersForServing(list); err != nil {
		return err
	}
	var offers []preorder.ID
	var items []int64
	for _, id := range list {
		if o := b.Order(id); o != nil {
			for _, x := range o.AwaitedBy() {
				offers = append(offers, preorder.ID(x.Offer))
				items = append(items, o.Line(x.Line).Item)
			}
		}
	}
	if err := b.LoadOffersOf(offers); err != nil {
		return err
	}
	if err := b.LoadItemsByID(items); err != nil {
		return err
	}
	return b.LoadPromises(list)
}

// followed is what is promised of an order that waits for an offer, by its day
// as it is now; ok is false when that was promised, or when no day can be.
func followed(b *step.Batch, o *order.Order, c FollowCommand, had []delivery.Promise) (delivery.Promise, bool) {
	p := delivery.Promise{Cause: delivery.Preorder}
	plan := step.Plan{Awaited: o.AwaitedBy()}
	waits, named := int64(0), false
	for _, x := range plan.Awaited {
		waits += x.Quantity
		named = named || x.Offer == int64(c.Offer)
	}
	others := o.Sums[order.Backordered]+o.Sums[order.Unsourced] > waits // no day is known of them
	m := b.Catalog.Method(o.Method)
	if !named || others && len(had) == 0 || m != nil && !m.Moves() {
		return p, false
	}
	offer := b.PreorderOffer(c.Offer)
	now := offer.AvailableAt
	offer.AvailableAt = c.Was
	old, ok1 := b.WhenOffered(o, &plan, m, b.Begins(o))
	offer.AvailableAt = now
	fresh, ok2 := b.WhenOffered(o, &plan, m, b.Begins(o))
	if !ok2 {
		return p, false
	}
	var last delivery.Promise
	if len(had) > 0 {
		last = had[len(had)-1]
	}
	p.ShipBy, p.DeliverBy = fresh.ShipBy, later(0, &fresh, m)
	if !ok1 || others || last.ShipBy != old.ShipBy || last.DeliverBy != later(0, &old, m) {
		p.ShipBy, p.DeliverBy = max(p.ShipBy, last.ShipBy), later(o.DueAt, &fresh, m)
	}
	return p, p.ShipBy != last.ShipBy || p.DeliverBy != last.DeliverBy
}

// Limits of a look at another day.
const (
	maxLooked  = 20     // orders whose promises are shown
	maxCounted = 10_000 // orders that are counted
)

// Following is what another day of an offer would change.
type Following struct {
	Orders  int64 // that wait for it
	More    bool  // they were not all counted
	Units   int64 // that they wait for
	Looked  []Followed
	Differs int64 // of those looked at, whose promise changes
}

// Followed is an order that waits for an offer, and what is promised of it.
type Followed struct {
	Order    order.ID
	Number   int64
	Was, Is  delivery.Promise
	Differs  bool
	Quantity int64 // units that wait
}

// LookAtDay tells what another day of an offer would change, for the first
// orders that wait. It reads a snapshot and changes nothing.
func LookAtDay(d *desk.Desk, r *store.Reader, id preorder.ID, day int64) (Following, error) {
	var x Following
	b, err := step.Look(d, r)
	if err != nil {
		return x, err
	}
	if err := b.LoadOffersOf([]preorder.ID{id}); err != nil {
		return x, err
	}
	offer := b.PreorderOffer(id)
	if offer == nil {
		return x, fault.New(fault.NotFound, "no_such_preorder", "there is no offer %s", id)
	}
	x.Units = offer.Waiting
	if x.Orders, err = preorders.CountWaiting(r, id, maxCounted+1); err != nil {
		return x, err
	}
	x.More, x.Orders = x.Orders > maxCounted, min(x.Orders, maxCounted)
	list, err := preorders.Waiting(r, id, 0, maxLooked)
	if err != nil {
		return x, err
	}
	if err := loadAwaited(b, list); err != nil {
		return x, err
	}
	c := FollowCommand{Offer: id, Was: offer.AvailableAt}
	offer.AvailableAt = day
	for _, one := range list {
		o := b.Order(one)
		f := Followed{Order: one, Number: o.Number, Quantity: o.Drawn()[int64(id)].Waiting}
		had := b.PromisedOf(one)
		if n := len(had); n > 0 {
			f.Was = had[n-1]
		}
		f.Is = f.Was
		if p, ok := followed(b, o, c, had); ok {
			f.Is, f.Differs = p, true
			x.Differs++
		}
		x.Looked = append(x.Looked, f)
	}
	return x, nil
}
