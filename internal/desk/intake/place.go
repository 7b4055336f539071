// Package intake is the room where orders come in and are changed before the
// floor has them: place, record, change, cancel, hold, note, tag, pay.
//
// One file an act. What does not belong: work on goods (floor) and what comes
// back (care).
package intake

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/checkout"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/preorder"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store/customers"
	"orderly/internal/store/orders"
)

// PlaceCommand asks for an order. Hash is set by Check.
type PlaceCommand struct {
	Request order.Request
	hash    []byte
	only    stock.LocationID                           // where all of it must be; zero leaves it to sourcing
	like    order.ID                                   // whose flow it goes on under; zero for its channel's
	trusted bool                                       // it comes of an order that was looked at: nobody looks again
	carry   func(made *order.Order) []order.Preordered // of what was pre-ordered before; nil for nothing
	known   bool                                       // units that were ordered before: what cannot be claimed waits, whatever the item says
}

// Placed is the Value of a Place result: the order as it was committed.
type Placed struct {
	Order        *order.Order
	Fulfillments []*fulfillment.Fulfillment
}

// Place takes orders in: claims stock for each at the locations that sourcing
// chooses, backorders or refuses what cannot be claimed as the item says, and
// books what the channel was paid, all in the one commit. The same external id
// with an equal request answers with the order as it is.
var Place = step.Act[PlaceCommand]{
	Name: "orders.place", Permission: access.OrdersWrite,
	Check: func(c *PlaceCommand) error {
		if err := c.Request.Check(); err != nil {
			return err
		}
		c.hash = c.Request.Hash()
		return nil
	},
	Weight:  func(c *PlaceCommand) int { return len(c.Request.Lines) },
	Channel: func(c *PlaceCommand) string { return c.Request.Channel },
	Load:    loadPlace,
	Decide:  decidePlace,
}.Operation()

func loadPlace(b *step.Batch, asked []desk.Asked[PlaceCommand]) error {
	external := map[string][]string{}
	skus := make([]string, 0, 4*len(asked))
	for i := range asked {
		r := &asked[i].Command.Request
		if r.ExternalID != "" {
			external[r.Channel] = append(external[r.Channel], r.ExternalID)
		}
		for j := range r.Lines {
			skus = append(skus, r.Lines[j].SKU)
		}
	}
	for channel, ids := range external {
		if err := b.LoadExternal(channel, ids); err != nil {
			return err
		}
	}
	slices.Sort(skus)
	if err := b.LoadItems(slices.Compact(skus)); err != nil {
		return err
	}
	if err := linkCustomers(b, asked); err != nil {
		return err
	}
	if err := loadRates(b, asked); err != nil {
		return err
	}
	for i := range asked {
		if asked[i].Command.Request.Method != "" {
			if err := b.LoadBacklog(); err != nil {
				return err
			}
			break
		}
	}
	if err := loadChecks(b, asked); err != nil {
		return err
	}
	stocked := stockedItems(b, skus)
	if err := b.LoadLevels(stocked); err != nil {
		return err
	}
	if err := b.LoadOffers(stocked); err != nil {
		return err
	}
	return loadClaims(b, asked)
}

// loadClaims reads the claims that requests use, and ends those whose time is
// over where a batch needs more than is free.
func loadClaims(b *step.Batch, asked []desk.Asked[PlaceCommand]) error {
	var claims []checkout.ID
	named := false
	for i := range asked {
		r := &asked[i].Command.Request
		if r.Claim != 0 {
			claims = append(claims, checkout.ID(r.Claim))
		}
		named = named || r.Method != ""
	}
	if len(claims) > 0 {
		if err := b.LoadCheckouts(claims); err != nil {
			return err
		}
	}
	return freeFor(b, asked[0].Scope, func(yield func(order.RequestLine) bool) {
		for i := range asked {
			for _, l := range asked[i].Command.Request.Lines {
				if !yield(l) {
					return
				}
			}
		}
	}, named)
}

// loadRates reads what other currencies are worth on the days of the orders.
func loadRates(b *step.Batch, asked []desk.Asked[PlaceCommand]) error {
	for i := range asked {
		r := &asked[i].Command.Request
		if r.Currency == b.Catalog.Merchant.Currency || r.Exchange != 0 {
			continue
		}
		if err := b.LoadExchange(r.Currency, localDate(b, cmp.Or(r.PlacedAt, b.At))); err != nil {
			return err
		}
	}
	return nil
}

// stockedItems are the items behind SKUs whose levels a decision needs,
// components of bundles included.
func stockedItems(b *step.Batch, skus []string) []int64 {
	var ids []int64
	add := func(i *catalog.Item) {
		if i != nil && i.Stocked() {
			ids = append(ids, int64(i.ID))
		}
	}
	for _, sku := range skus {
		item := b.Catalog.BySKU(sku)
		add(item)
		if item != nil {
			for _, c := range item.Components {
				add(b.Catalog.ByID(c.Item))
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// linkCustomers finds the customers that requests name by id; those named only
// by an e-mail address are left as they are.
func linkCustomers(b *step.Batch, asked []desk.Asked[PlaceCommand]) error {
	var ids []party.ID
	for i := range asked {
		if id := asked[i].Command.Request.CustomerID; id != 0 {
			ids = append(ids, id)
		}
	}
	found, err := customers.ByID(b.R, ids)
	for _, c := range found {
		b.KnowCustomer(c)
	}
	return err
}

func decidePlace(b *step.Batch, a desk.Asked[PlaceCommand]) (desk.Result, error) {
	r := &a.Command.Request
	if r.ExternalID != "" {
		if known, ok := b.External(r.Channel, r.ExternalID); ok {
			return again(known, a.Command)
		}
	}
	if r.CustomerID != 0 && b.Customer(r.CustomerID) == nil {
		return desk.Result{}, fault.New(fault.Invalid, "unknown_customer", "no customer has the id %s", r.CustomerID)
	}
	var faults fault.List
	order.CheckBegin("/not_before", r.NotBefore, b.At, &faults)
	for i := range r.Holds {
		r.Holds[i].CheckUntil(fmt.Sprintf("/holds/%d/until", i), b.At, &faults)
	}
	if err := faults.Err(); err != nil {
		return desk.Result{}, err
	}
	o, err := newOrder(b, a)
	if err != nil {
		return desk.Result{}, err
	}
	f, run := flowOf(b, o, a.Command)
	own, err := claimOf(b, r)
	if err != nil {
		return desk.Result{}, err
	}
	var plan step.Plan
	if own != nil { // at once, whatever waits otherwise: the units are there
		b.Lend(own)
		plan = b.Plan(o, demands(o), b.Except(a.Command.only)...)
		b.Lend(nil)
	} else if f == nil || a.Command.known || sourcesNow(b, o, f, run) {
		plan = b.PlanNew(o, demands(o), b.Except(a.Command.only)...)
	} else if b.Offers(o) {
		plan = b.PlanNew(o, onOffer(b, o))
	}
	switch {
	case a.Command.only != 0:
		err = notThere(o, plan.Short)
	case a.Command.carry != nil:
		plan.Carry(a.Command.carry(o))
	case !a.Command.known:
		err = refusals(b, o, b.Preorder(o, &plan), plan.Short)
	}
	if err != nil {
		return desk.Result{}, err
	}
	promised, err := promisedAt(b, o, &plan, begins(b, r), a.Command.known || a.Command.only != 0)
	if err != nil {
		return desk.Result{}, err
	}
	if !b.Previewing() {
		o.Number = b.NextOrderNumber()
	}
	if own != nil { // its units go over to the order: nobody else sees them free
		if err := b.EndCheckout(a.Scope, own, checkout.Used, int64(o.ID)); err != nil {
			return desk.Result{}, err
		}
	}
	d := b.Claim(o, plan, order.Unsourced)
	d.Moves, d.Preorder = append(d.Moves, plan.Rest()...), plan.Preordered
	d.Placed = &order.Placed{Number: o.Number, Channel: o.Channel, Currency: o.Currency.Code(), Total: o.Totals.Total, Lines: len(o.Lines)}
	if f != nil {
		d.Placed.Flow, d.Placed.FlowVersion = int64(f.ID), f.Version
		b.SaveRun(run)
	}
	for i, p := range r.Payments {
		d.Paid += p.Amount
		sayChannel(b, o.ID, i+1, p, b.At)
		b.AddMoney(payment.PaidAtChannel([2]int64{b.NewID(), b.NewID()}, int64(o.ID), o.Currency.Code(), p.Amount, p.Reference, b.At))
	}
	b.Place(o)
	if err := b.Apply(a.Scope, journal.OrderPlaced, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	if promised.ShipBy != 0 || promised.DeliverBy != 0 {
		b.Promise(o.ID, 0, promised)
	}
	if err := tellBelowCost(b, a.Scope, o); err != nil {
		return desk.Result{}, err
	}
	if r.Note != "" {
		b.AddNote(orders.Note{ID: b.NewID(), Order: o.ID, Text: r.Note, At: b.At, Actor: a.Scope.Actor.String()})
	}
	if err := b.HoldForPlace(a.Scope, o, &plan); err != nil {
		return desk.Result{}, err
	}
	if err := b.AskAtPlacement(a.Scope, o, unasked(a.Command)); err != nil {
		return desk.Result{}, err
	}
	for _, h := range slices.Concat(scheduled(r), r.Holds, looked(f, a.Command), check(b, o, a.Command)) {
		if len(o.Holds) == order.MaxHolds {
			break // so many stop it anyway
		}
		if err := b.PlaceHold(a.Scope, o, h); err != nil {
			return desk.Result{}, fmt.Errorf("hold at placement: %w", err)
		}
	}
	return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "created",
		Value: &Placed{Order: o, Fulfillments: b.FulfillmentsOf(o.ID)}}, nil
}

// scheduled is the hold of an order that is for a later moment.
func scheduled(r *order.Request) []order.Hold {
	if r.NotBefore == 0 {
		return nil
	}
	return []order.Hold{scheduledFor(r.NotBefore)}
}

// again answers a repeated external id.
func again(known orders.Known, c PlaceCommand) (desk.Result, error) {
	if bytes.Equal(known.Hash, c.hash) {
		return desk.Result{Kind: journal.Order, ID: int64(known.ID), Status: "unchanged"}, nil
	}
	return desk.Result{}, fault.New(fault.Conflict, "external_id_taken",
		"order %s already has the external_id %q of channel %q with another content (its request hash is %.8x, this one's %.8x); change that order, or use another external_id",
		known.ID, c.Request.ExternalID, c.Request.Channel, known.Hash, c.hash)
}

func newOrder(b *step.Batch, a desk.Asked[PlaceCommand]) (*order.Order, error) {
	r := &a.Command.Request
	at := cmp.Or(r.PlacedAt, b.At)
	h := order.Header{
		ID: order.ID(b.NewID()), Now: b.At, PlacedOn: localDate(b, at), Hash: a.Command.hash, Mode: order.Live, Rounding: b.Catalog.Merchant.Rounding,
		Taxes: b.Taxes(r.Channel, &r.Parties),
	}
	h.Exchange = b.Exchange(r.Currency, h.PlacedOn)
	return order.New(h, r, b.Catalog)
}

// localDate is the merchant's calendar day of an instant, as yyyymmdd.
func localDate(b *step.Batch, at int64) int64 {
	y, m, d := time.UnixMicro(at).In(b.Zone()).Date()
	return int64(y*10000 + int(m)*100 + d)
}

// demands are the units of the order's leaves.
func demands(o *order.Order) []sourcing.Demand {
	out := make([]sourcing.Demand, 0, len(o.Lines))
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Leaf() {
			out = append(out, sourcing.Demand{Line: l.N, Item: l.Item, Quantity: l.Q[order.Ordered]})
		}
	}
	return out
}

// notThere lists every line that the one location which may give it has not.
func notThere(o *order.Order, short []sourcing.Demand) error {
	var faults fault.List
	for _, s := range short {
		l := o.Line(s.Line)
		faults.Add(fmt.Sprintf("/lines/%d", requested(o, l)), "out_of_stock", "%s: %d of %d are here", l.SKU, l.Q[order.Ordered]-s.Quantity, l.Q[order.Ordered])
	}
	return faults.As(fault.Conflict, "out_of_stock", "not everything is here; nothing was sold")
}

// refusals lists every line whose item is not to be backordered, and every one
// of which not enough is left for pre-order.
func refusals(b *step.Batch, o *order.Order, full []preorder.Full, short []sourcing.Demand) error {
	var faults fault.List
	for _, f := range full {
		l := o.Line(f.Line)
		addFull(b, fmt.Sprintf("/lines/%d", requested(o, l)), l, f, &faults)
	}
	for _, s := range short {
		l := o.Line(s.Line)
		policy := b.Catalog.ByID(catalog.ID(l.Item)).WhenShort
		if l.Parent != 0 { // a bundle is refused when it says so, or its component does
			if p := b.Catalog.ByID(catalog.ID(o.Line(l.Parent).Item)); p.WhenShort == catalog.Refuse {
				policy = catalog.Refuse
			}
		}
		if policy == catalog.Refuse {
			faults.Add(fmt.Sprintf("/lines/%d", requested(o, l)), "out_of_stock", "%s: %d of %d can be had now, and it is not backordered",
				l.SKU, l.Q[order.Ordered]-s.Quantity, l.Q[order.Ordered])
		}
	}
	if len(full) > 0 {
		return faults.As(fault.Conflict, "preorder_full", "not enough is left for pre-order; the order was not placed")
	}
	return faults.As(fault.Conflict, "out_of_stock", "not everything is in stock; the order was not placed")
}

// requested is which line of the request a line comes from, from 0: components
// of bundles were not asked for themselves.
func requested(o *order.Order, l *order.Line) int {
	n := 0
	for i := range o.Lines {
		x := &o.Lines[i]
		if x.N == l.N || x.N == l.Parent {
			break
		}
		if x.Parent == 0 {
			n++
		}
	}
	return n
}
