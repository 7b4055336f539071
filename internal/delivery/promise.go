package delivery

import (
	"time"

	"orderly/internal/party"
	"orderly/internal/stock"
)

// MaxOffer is how long an offer holds at most: stock is not kept back for it.
const MaxOffer = 30 * time.Minute

// Leg is what one place sends of an order.
type Leg struct {
	From     stock.LocationID
	Grams    int64
	Units    int64
	Calendar *Calendar
	Zone     *time.Location // of the place
	Waiting  int64          // fulfillments that wait there already
}

// Sent is a leg with what was found of it.
type Sent struct {
	Leg
	ShipBy int64
	Cost   int64
}

// Offer is what a method promises. Instants are 0 when nothing is known.
type Offer struct {
	ShipBy   int64 // when the last of it leaves
	Earliest int64 // when it arrives at best
	Latest   int64 // and at most: what is promised
	Until    int64 // the dates hold for what is placed until then
	Cost     int64 // minor units of the merchant's currency
	Handling int64 // what our work on it costs us
	Legs     []Sent
}

// Offered is what sending an order in legs comes to; ok is false when the
// method does not do it. Of no method, the usual one, only the dispatch is
// known. Days of arrival are told in the merchant's zone.
func Offered(m *Method, now int64, to party.Address, legs []Leg, zone *time.Location) (o Offer, ok bool) {
	o.Until = now + MaxOffer.Microseconds()
	for _, l := range legs {
		s := Sent{Leg: l}
		behind := l.Calendar.Backlog(l.Waiting)
		if s.ShipBy = l.Calendar.DispatchAfter(now, behind, l.Zone); s.ShipBy == 0 {
			return Offer{}, false
		}
		o.ShipBy = max(o.ShipBy, s.ShipBy)
		o.Until = min(o.Until, l.Calendar.Until(now, l.Zone))
		o.Handling += l.Units * l.Calendar.UnitCost
		if m != nil {
			q, sends := m.Quote(l.From, to, l.Grams)
			if !sends {
				return Offer{}, false
			}
			s.Cost = q.Cost
			o.Cost += q.Cost
			o.Earliest = max(o.Earliest, m.arrives(s.ShipBy, q.MinDays, zone))
			o.Latest = max(o.Latest, m.arrives(s.ShipBy, q.MaxDays, zone))
		}
		o.Legs = append(o.Legs, s)
	}
	return o, true
}

// arrives is when what was dispatched is there: what is collected, when it is
// ready.
func (m *Method) arrives(dispatch int64, days int, zone *time.Location) int64 {
	if m.Kind == Collect {
		return dispatch
	}
	return Arrival(dispatch, days, m.Days, zone)
}

// Until is how long what is released leaves when it would now.
func (c *Calendar) Until(now int64, zone *time.Location) int64 {
	t := time.UnixMicro(now).In(zone)
	day := noon(t)
	if c.works(day) && t.After(c.end(day)) {
		day = day.AddDate(0, 0, 1)
	}
	day, ok := c.next(day, 0)
	if !ok {
		return now
	}
	end := c.end(day)
	if at, comes := c.pickup(day); comes && !at.Before(t) && at.Before(end) {
		end = at
	}
	return end.UnixMicro()
}

// The causes of promises.
const (
	Placement = "placement" // made with the order
	Sourced   = "sourced"   // its units got their place later than it was placed
	Served    = "served"    // what was backordered came
	Preorder  = "preorder"  // the day of what was pre-ordered is another
	Delay     = "delay"     // we are later than we said
	Choice    = "choice"    // the customer wants it otherwise
	Edit      = "edit"      // we mend what was written
)

// Causes lists what a promise is made for; Changes those of later ones that
// somebody makes.
var (
	Causes  = []string{Placement, Sourced, Served, Preorder, Delay, Choice, Edit}
	Changes = []string{Delay, Choice, Edit}
)

// Promise is what was said to a customer.
type Promise struct {
	N         int // from 1; the first is never changed
	ShipBy    int64
	DeliverBy int64
	MadeAt    int64
	Cause     string
	Entry     int64 // sequence of the journal entry that tells of it
}

// Outcomes of promises.
const (
	Kept     = "kept"     // all arrived, or left, in time
	Late     = "late"     // all arrived, or left, but later
	Open     = "open"     // not yet due
	Overdue  = "overdue"  // due, and something is not there
	Canceled = "canceled" // nothing of the order was left to keep it
)

// Done is how far an order is, as promises look at it.
type Done struct {
	Live      int64 // units not canceled
	ShippedAt int64 // when the last unit left; 0 while one has not
	ArrivedAt int64 // when the last unit arrived; 0 while one has not
}

// Outcome says what became of a promise, and by how much it was or is late, in
// microseconds. What has only left by its time to leave is not kept before it
// arrived, when an arrival was promised.
func (p *Promise) Outcome(d Done, now int64) (state string, late int64) {
	due, done := p.DeliverBy, d.ArrivedAt
	if due == 0 {
		due, done = p.ShipBy, d.ShippedAt
	}
	switch {
	case d.Live == 0:
		return Canceled, 0
	case done != 0 && done <= due:
		return Kept, 0
	case done != 0:
		return Late, done - due
	case now > due:
		return Overdue, now - due
	}
	return Open, 0
}
