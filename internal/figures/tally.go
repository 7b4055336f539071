package figures

import (
	"slices"

	"orderly/internal/order"
)

// Cell is what sums are kept by.
type Cell struct {
	Day      int64 // yyyymmdd in the merchant's zone
	Channel  string
	Location int64 // 0 where no fulfillment was opened yet, and of history
	Currency string
}

// Place is what durations are kept by.
type Place struct {
	Day      int64
	Channel  string
	Location int64
}

// Slot is what waiting orders are counted by.
type Slot struct {
	Stage    string
	Hour     int64 // in which the order was placed
	Channel  string
	Location int64
}

// Event is that something happened to an order on a day, so that the orders
// behind a figure can be listed.
type Event struct {
	Event    int
	Day      int64
	Order    int64
	Location int64
}

// The events. Those of fulfillments have the location of the work.
const (
	EventReleased = iota + 1
	EventPicked
	EventPacked
	EventLeft // a fulfillment
	EventArrived
	EventShipped // the whole order
	EventDelivered
	EventReturned
	EventRefunded
)

// Tally is what orders add to what is kept.
type Tally struct {
	Day     func(int64) int64
	Sums    map[Cell]*Sums
	Times   map[Place]*Times
	Backlog map[Slot]int64
	Events  map[Event]int64

	// Ranges are the lowest and highest id of the orders placed on a day.
	Ranges map[Cell][2]int64

	last    Cell // sums of one cell mostly follow each other
	lastSum *Sums
	seen    []Event // of the order that is being added
}

// NewTally makes an empty one; day gives the merchant's day of an instant.
func NewTally(day func(int64) int64) *Tally {
	return &Tally{Day: day, Sums: map[Cell]*Sums{}, Times: map[Place]*Times{}, Backlog: map[Slot]int64{}, Events: map[Event]int64{}, Ranges: map[Cell][2]int64{}}
}

func (t *Tally) sums(c Cell) *Sums {
	if t.lastSum != nil && c == t.last {
		return t.lastSum
	}
	s := t.Sums[c]
	if s == nil {
		s = &Sums{}
		t.Sums[c] = s
	}
	t.last, t.lastSum = c, s
	return s
}

// Add adds n times what an order counts for: once, or −1 times to take it back.
func (t *Tally) Add(o *Order, n int64) {
	t.seen = t.seen[:0]
	t.placed(o, n)
	if o.History {
		t.backs(o, o.Past, n)
		t.backs(o, o.backs, n)
		return
	}
	t.backs(o, o.backs, n)
	t.ended(o, n)
	for i := range o.fuls {
		t.worked(o, &o.fuls[i], n)
	}
	if s := o.Stage(); s != "" {
		t.Backlog[Slot{s, Hour(o.PlacedAt), o.Channel, o.Location}] += n
	}
}

// placed is what counts on the day on which the order was placed.
func (t *Tally) placed(o *Order, n int64) {
	c := Cell{t.Day(o.PlacedAt), o.Channel, o.Location, o.Currency}
	s := t.sums(c)
	s[Orders] += n
	s[Units] += n * o.Units
	s[Lines] += n * (o.lines + o.joinedLines)
	s[Gross] += n * o.Gross
	s[Discount] += n * o.Discount
	s[Tax] += n * o.Tax
	s[Fees] += n * o.Fees
	s[Total] += n * o.Total
	if gone := o.at[order.Canceled]; gone > 0 {
		s[CanceledValue] += n * o.CanceledTotal
		s[CanceledUnits] += n * gone
		s[CanceledOrders] += n * one(gone == o.Units)
		s[CanceledByPerson] += n * o.canceledBy[byPerson]
		s[CanceledByKey] += n * o.canceledBy[byKey]
		s[CanceledByUs] += n * o.canceledBy[byUs]
	}
	if n > 0 {
		r, known := t.Ranges[c]
		if !known {
			r = [2]int64{o.ID, o.ID}
		}
		t.Ranges[c] = [2]int64{min(r[0], o.ID), max(r[1], o.ID)}
	}
	if o.History {
		return
	}
	s[AskedOrders] += n
	s[AskedLines] += n * o.lines
	s[AskedUnits] += n * (o.Units - o.joined)
	s[FirstUnits] += n * o.first
	s[FirstLines] += n * o.firstLines
	s[FirstOrders] += n * one(o.first == o.Units-o.joined)
	s[BackorderedOrders] += n * one(o.waited)
}

// ended is what counts on the days on which the last of the order left and
// arrived.
func (t *Tally) ended(o *Order, n int64) {
	if o.shippedAt == 0 {
		return
	}
	day := t.Day(o.shippedAt)
	s := t.sums(Cell{day, o.Channel, o.Location, o.Currency})
	s[ShippedOrders] += n
	s[SplitOrders] += n * one(o.Split())
	s[TouchlessOrders] += n * one(!o.touched)
	t.event(EventShipped, day, o, o.Location, n)
	t.time(UntilShipped, Place{day, o.Channel, o.Location}, o.shippedAt-o.PlacedAt, n)
	if o.deliveredAt == 0 {
		return
	}
	day = t.Day(o.deliveredAt)
	s = t.sums(Cell{day, o.Channel, o.Location, o.Currency})
	s[DeliveredOrders] += n
	s[InFullOrders] += n * one(o.InFull())
	s[PromisedOrders] += n * one(o.Due != 0)
	s[OnTimeOrders] += n * one(o.OnTime())
	s[PerfectOrders] += n * one(o.OnTime() && o.InFull())
	t.event(EventDelivered, day, o, o.Location, n)
	t.time(UntilDelivered, Place{day, o.Channel, o.Location}, o.deliveredAt-o.PlacedAt, n)
}

// worked is what counts at the location of a fulfillment.
func (t *Tally) worked(o *Order, f *Fulfillment, n int64) {
	for _, x := range [...]struct {
		stage, event int
		from, to     int64
	}{
		{ToReleased, EventReleased, o.PlacedAt, f.releasedAt},
		{ToPicked, EventPicked, f.releasedAt, f.pickedAt},
		{ToPacked, EventPacked, f.pickedAt, f.packedAt},
		{ToShipped, EventLeft, f.packedAt, f.shippedAt},
		{ToDelivered, EventArrived, f.shippedAt, f.deliveredAt},
	} {
		if x.from == 0 || x.to == 0 {
			continue
		}
		day := t.Day(x.to)
		t.time(x.stage, Place{day, o.Channel, f.Location}, x.to-x.from, n)
		t.event(x.event, day, o, f.Location, n)
		if x.stage == ToShipped {
			t.sums(Cell{day, o.Channel, f.Location, o.Currency})[ShippedUnits] += n * f.left
		}
	}
}

func (t *Tally) backs(o *Order, list []Back, n int64) {
	for _, b := range list {
		s := t.sums(Cell{b.Day, o.Channel, o.Location, o.Currency})
		s[ReturnedUnits] += n * b.Units
		s[Refunded] += n * b.Refunded
		if b.Units != 0 {
			t.event(EventReturned, b.Day, o, o.Location, n)
		}
		if b.Refunded != 0 {
			t.event(EventRefunded, b.Day, o, o.Location, n)
		}
	}
}

func (t *Tally) time(stage int, p Place, micros, n int64) {
	x := t.Times[p]
	if x == nil {
		x = &Times{}
		t.Times[p] = x
	}
	x[stage].Add(micros/1_000_000, n)
}

// event notes what happened to the order, once however often on that day.
func (t *Tally) event(event int, day int64, o *Order, location, n int64) {
	k := Event{event, day, o.ID, location}
	if slices.Contains(t.seen, k) {
		return
	}
	t.seen = append(t.seen, k)
	if t.Events[k] += n; t.Events[k] == 0 {
		delete(t.Events, k)
	}
}

// Split reports whether units left in more than one fulfillment.
func (o *Order) Split() bool {
	n := 0
	for i := range o.fuls {
		if o.fuls[i].left > 0 {
			n++
		}
	}
	return n > 1
}

// InFull reports whether every unit that was ordered has arrived.
func (o *Order) InFull() bool { return o.at[order.Delivered] == o.Units }

// OnTime reports whether the last unit arrived by the time that was promised.
func (o *Order) OnTime() bool { return o.Due != 0 && o.deliveredAt != 0 && o.deliveredAt <= o.Due }

// The flags by which orders behind a figure are found.
const (
	FlagSplit = 1 << iota
	FlagTouchless
	FlagInFull
	FlagPromised
	FlagOnTime
	FlagWaited
	FlagNotFirst // not every unit was claimed at once
)

// Flags are those of the order as it is.
func (o *Order) Flags() int64 {
	return FlagSplit*one(o.Split()) + FlagTouchless*one(o.shippedAt != 0 && !o.touched) + FlagInFull*one(o.deliveredAt != 0 && o.InFull()) +
		FlagPromised*one(o.Due != 0) + FlagOnTime*one(o.OnTime()) + FlagWaited*one(o.waited) + FlagNotFirst*one(!o.History && o.first != o.Units-o.joined)
}

func one(is bool) int64 {
	if is {
		return 1
	}
	return 0
}
