package demo

import (
	"fmt"
	"time"

	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/kit/demo/world"
	"orderly/internal/order"
)

// Odds of what happens after a parcel has left, in a thousand.
const (
	lostOdds   = 6
	foundOdds  = 300
	returnOdds = 80
)

// hear counts what an entry tells of an order, and has carriers and customers
// plan what follows from it.
func (m *Demo) hear(n *news, typ string, o *order.Order, d *order.Delta) {
	p := m.orders[o.ID]
	if p == nil {
		p = &progress{}
		m.orders[o.ID] = p
	}
	m.tell(typ, o, d, p)
	for _, s := range d.Parcels {
		parcel := n.parcels[fulfillment.ParcelID(s.ID)]
		if !p.ours || parcel == nil {
			continue
		}
		switch s.Step {
		case "shipped":
			m.send(parcel, o)
		case "lost":
			m.search(parcel, o)
		}
	}
	if typ == journal.ParcelStepped+"delivered" && p.ours && o.Statuses.Stage == order.StageDelivered {
		m.complain(o)
	}
	if typ == journal.ParcelStepped+"delivered" && p.ours && o.Statuses.Stage == order.StageDelivered && m.chance(returnOdds) {
		m.agenda.plan(actReturn, task{at: m.when(o.ID) + m.between(4*time.Hour, 30*time.Hour), order: o.ID})
	}
}

// carryOn plans the next work on every fulfillment of an order, and forgets an
// order of which nothing is left to do.
func (m *Demo) carryOn(n *news, o *order.Order) {
	p := m.orders[o.ID]
	if o.Sums.Open() == 0 && o.Sums[order.Shipped] == 0 {
		delete(m.orders, o.ID)
		return
	}
	if !p.ours {
		return
	}
	for _, f := range n.fuls[o.ID] {
		next, takes := nextWork, func(k act) time.Duration { return m.workTime(k, o, f) }
		if m.theirs[f.Location] {
			next, takes = theirWork, func(k act) time.Duration { return m.theirTime(k, o) }
		}
		k, word, ok := next(f)
		if !ok || m.busy[f.ID] || word != "" && o.Blocked(word) != nil {
			continue
		}
		m.busy[f.ID] = true
		m.agenda.plan(k, task{at: m.when(o.ID) + takes(k), order: o.ID, ful: f.ID})
	}
}

// send is a parcel's way from the warehouse to its end.
func (m *Demo) send(p *fulfillment.Parcel, o *order.Order) {
	at := m.when(o.ID)
	switch {
	case p.Tracking != "":
		m.carry(p, o, at)
		return
	case o.Channel == world.ChannelShop:
		at += m.between(time.Minute, 3*time.Minute)
	case collected(o):
		at += m.between(time.Hour, 8*time.Hour)
	default:
		at += time.Minute // by e-mail
	}
	m.agenda.plan(actParcel, task{at: at, order: o.ID, parcel: p.ID, word: "deliver"})
}

// carry plans the scans of a parcel, or of as many as there are before it is lost.
func (m *Demo) carry(p *fulfillment.Parcel, o *order.Order, at time.Duration) {
	scans := world.Scans(p.Tracking, epoch.Add(at), o.Party.ShipTo.Country)
	if m.chance(lostOdds) {
		scans = scans[:len(scans)-2]
		m.agenda.plan(actParcel, task{at: scans[len(scans)-1].At.Sub(epoch) + 24*time.Hour, order: o.ID, parcel: p.ID, word: "lose"})
	}
	for _, s := range scans {
		m.agenda.plan(actScan, task{at: s.At.Sub(epoch), order: o.ID, parcel: p.ID, scan: s})
	}
}

// search has some lost parcels turn up again and arrive after all.
func (m *Demo) search(p *fulfillment.Parcel, o *order.Order) {
	if !m.chance(foundOdds) {
		return
	}
	at := m.when(o.ID) + m.between(4*time.Hour, 12*time.Hour)
	m.agenda.plan(actParcel, task{at: at, order: o.ID, parcel: p.ID, word: "find"})
	m.agenda.plan(actParcel, task{at: at + m.between(3*time.Hour, 9*time.Hour), order: o.ID, parcel: p.ID, word: "deliver"})
}

// tell counts for the people who watch.
func (m *Demo) tell(typ string, o *order.Order, d *order.Delta, p *progress) {
	number := fmt.Sprintf("order %d", o.Number)
	switch typ {
	case journal.OrderPlaced:
		m.tally.tell(Placed, "%s, %s, %s %s", number, o.Channel, o.Currency.FormatAmount(o.Totals.Total), o.Currency)
	case journal.OrderHeld:
		m.tally.tell(Held, "%s, %s", number, d.Held.Reason)
	case journal.OrderCanceled:
		m.tally.tell(Canceled, "%s", number)
	case journal.OrderReturned:
		m.tally.tell(Returned, "%s", number)
	case journal.ParcelStepped + "shipped":
		if o.Sums.Open() == 0 && !p.shipped {
			p.shipped = true
			m.tally.tell(Shipped, "%s", number)
		}
	case journal.ParcelStepped + "delivered":
		if o.Statuses.Stage == order.StageDelivered {
			m.tally.tell(Delivered, "%s", number)
		}
	}
	for _, move := range d.Moves {
		if move.To == order.Backordered && !p.waiting {
			p.waiting = true
			m.tally.tell(Backordered, "%s, %s", number, o.Line(move.Line).SKU)
		}
	}
}
