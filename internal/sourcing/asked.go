package sourcing

import (
	"slices"
	"time"

	"orderly/internal/delivery"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// Known is what is known of places, whoever asks.
type Known struct {
	Locations []*stock.Location
	Calendars map[stock.LocationID]*delivery.Calendar // of every location
	Zone      func(stock.LocationID) *time.Location
	Shop      *time.Location                     // in whose days arrivals are told
	Method    func(code string) *delivery.Method // nil where there is none of that code
	Grams     func(item int64) int64             // of one step of it; zero when unknown
	Cost      func(stock.Cell) int64             // of one step of it from there, in millionths of 1.00; zero when unknown; nil when nobody asks
	Waiting   func(stock.LocationID) int64       // fulfillments that a place has to do
	Now       int64
	Minor     int64 // minor units in 1.00 of the merchant's currency, in which rates are
}

// AskOf is what the profile is asked about an order: what it needs, and what is
// known of every location that could send it. except names locations that shall
// not be asked.
func (k *Known) AskOf(o *order.Order, demands []Demand, except []stock.LocationID) *Ask {
	a := &Ask{
		Channel: o.Channel, Country: o.Party.ShipTo.Country, Tags: o.Tags, Total: o.Totals.Total, Lines: len(o.Lines),
		Priority: o.Priority, Minor: k.Minor, Method: o.By(),
	}
	for _, d := range demands {
		d.Group = o.Line(d.Line).Parent
		d.Grams = k.Grams(d.Item)
		a.Demands = append(a.Demands, d)
	}
	method := k.Method(a.Method)
	a.Places = make([]Facts, len(k.Locations))
	for i, l := range k.Locations {
		a.Places[i] = k.facts(o, l, method)
		if l.Active && slices.Contains(except, l.ID) {
			a.Places[i].Barred = BarAsked
		}
		a.Places[i].Costs = k.costs(a.Demands, l.ID)
	}
	return a
}

// facts is what is known of a location for an order.
func (k *Known) facts(o *order.Order, l *stock.Location, method *delivery.Method) Facts {
	to := o.Party.ShipTo
	f := Facts{
		Place: l.ID, Code: l.Code, Kind: l.Kind, Priority: l.Priority, Room: -1,
		Meters: Distance(l.Address, to), Located: Located(l.Address) && Located(to),
	}
	if !l.Active {
		f.Barred = BarInactive
		return f
	}
	calendar := k.Calendars[l.ID]
	waiting := k.Waiting(l.ID)
	if calendar.Capacity > 0 {
		f.Room, f.Load = max(0, calendar.Capacity-waiting), min(waiting, calendar.Capacity)*1000/calendar.Capacity
	}
	f.Handling = calendar.UnitCost
	k.times(&f, o, l, method, calendar, waiting)
	return f
}

// costs are what units cost at a place, of each item once.
func (k *Known) costs(demands []Demand, at stock.LocationID) (out []Cost) {
	if k.Cost == nil {
		return nil
	}
	seen := make(map[int64]bool, len(demands))
	for _, d := range demands {
		if n := k.Cost(stock.Cell{Item: d.Item, Location: at}); n > 0 && !seen[d.Item] {
			out = append(out, Cost{d.Item, n})
		}
		seen[d.Item] = true
	}
	return out
}

// day is how long days are that are counted, in microseconds.
const day = int64(24 * time.Hour / time.Microsecond)

// times finds what sending costs, and when it is at the door.
func (k *Known) times(f *Facts, o *order.Order, l *stock.Location, method *delivery.Method, calendar *delivery.Calendar, waiting int64) {
	there := calendar.DispatchAfter(k.Now, calendar.Backlog(waiting), k.Zone(l.ID))
	if there == 0 {
		f.Barred = BarClosed
		return
	}
	if method != nil {
		q, ok := method.Quote(l.ID, o.Party.ShipTo, 0)
		f.NoRate = !ok
		for _, b := range q.Bands {
			f.Rates = append(f.Rates, Band{UpTo: b.UpTo, Points: b.Cost})
		}
		if ok && method.Kind != delivery.Collect {
			there = delivery.Arrival(there, q.MaxDays, method.Days, k.Shop)
		}
	}
	f.Days = daysUp(there - k.Now)
	if o.DueAt > 0 && there > o.DueAt {
		f.Late = daysUp(there - o.DueAt)
	}
}

// daysUp is how many days a time takes, the last one begun counted whole.
func daysUp(us int64) int64 { return max(0, (us+day-1)/day) }

// Steps is how many steps of a scale are one unit: ten to its power.
func Steps(scale int) int64 {
	n := int64(1)
	for range scale {
		n *= 10
	}
	return n
}

// GramsOf is what one step of an item weighs, whose units weigh so much.
func GramsOf(grams int64, scale int) int64 { return grams / Steps(scale) }
