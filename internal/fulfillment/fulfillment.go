// Package fulfillment is the unit of work between an order and its parcels:
// a claim of stock and of work on one location, and the parcels it ends in.
//
// What belongs here: what a fulfillment holds, how far it is, which act may
// come next, parcels and their scans. What does not: the order's own buckets
// (order), levels (stock), and why this location was chosen (sourcing).
package fulfillment

import (
	"fmt"
	"slices"

	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// ID names a fulfillment for ever.
type ID int64

func (id ID) String() string { return ident.Text("ful", int64(id)) }

// ParseID reads the text form, "ful_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("ful", s)
	return ID(id), err
}

// The words of WorkStatus, in the order of the work.
const (
	Pending   = "pending"   // claimed, not yet given to the floor: to release
	Released  = "released"  // to pick
	Picking   = "picking"   // partly picked
	Picked    = "picked"    // to pack
	Packed    = "packed"    // to ship, or to put on a shelf for its customer
	Ready     = "ready"     // on a shelf, for its customer to come for
	Shipped   = "shipped"   // all that it will send has left
	Delivered = "delivered" // all that it sent has arrived or is lost
	Canceled  = "canceled"  // closed without sending anything
)

// WorkStatuses lists every work status.
var WorkStatuses = []string{Pending, Released, Picking, Picked, Packed, Ready, Shipped, Delivered, Canceled}

// Fulfillment is a claim at one location for a purpose. Source is opaque to
// stock; for purpose "order" it is the order's id.
type Fulfillment struct {
	ID            ID
	Purpose       string // order
	Source        int64
	Location      stock.LocationID
	WorkStatus    string
	RequestStatus string // how far a partner is with it; unsubmitted where the place is our own
	Method        string // parcel, none for goods that need no parcel
	Priority      int64
	ReleasedAt    int64 // zero while pending
	DueAt         int64
	Decision      []byte // why here: a sourcing.Reason as it is kept
	Version       int64
	CreatedAt     int64
	UpdatedAt     int64
	Lines         []Line
}

// Line is what the fulfillment holds of one order line.
// Quantity = Open + Shipped + closed short; Picked + Packed <= Open.
type Line struct {
	N        int
	Order    int // the order line's N
	Item     int64
	Stocked  bool
	Quantity int64 // ever claimed
	Open     int64 // claimed now: allocated, picked and packed
	Picked   int64
	Packed   int64
	Shipped  int64 // left and not brought back; delivered and lost ones included
	Arrived  int64 // of Shipped: delivered or lost
}

// Allocated is how many units still wait on the shelf.
func (l *Line) Allocated() int64 { return l.Open - l.Picked - l.Packed }

// In is how many units of the line stand in a bucket that this fulfillment knows.
func (l *Line) In(b order.Bucket) int64 {
	switch b {
	case order.Allocated:
		return l.Allocated()
	case order.Picked:
		return l.Picked
	case order.Packed:
		return l.Packed
	case order.Shipped:
		return l.Shipped - l.Arrived
	}
	return 0
}

// Clone is a copy that can be changed without changing the fulfillment.
func (f *Fulfillment) Clone() *Fulfillment {
	c := *f
	c.Lines = slices.Clone(f.Lines)
	return &c
}

// AsMade is the fulfillment as it was before any of its units were worked on.
func (f *Fulfillment) AsMade() *Fulfillment {
	c := f.Clone()
	c.ReleasedAt = 0
	for i := range c.Lines {
		l := &c.Lines[i]
		l.Picked, l.Packed, l.Shipped, l.Arrived = 0, 0, 0, 0
	}
	return c
}

// LineFor finds the line that holds an order line, nil when there is none.
func (f *Fulfillment) LineFor(orderLine int) *Line {
	for i := range f.Lines {
		if f.Lines[i].Order == orderLine {
			return &f.Lines[i]
		}
	}
	return nil
}

// Apply carries out the moves that name this fulfillment, and its release or
// recall. line gives what a new line needs to know; it is called once for each
// order line that is claimed here for the first time. An error means that the
// decision was wrong; the fulfillment is then half changed.
func (f *Fulfillment) Apply(d *order.Delta, at int64, line func(n int) (item int64, stocked bool)) error {
	touched := false
	for _, m := range d.Moves {
		if m.Fulfillment != int64(f.ID) {
			continue
		}
		touched = true
		if err := f.move(m, line); err != nil {
			return fmt.Errorf("fulfillment %s: %w", f.ID, err)
		}
	}
	for _, id := range d.Released {
		if id == int64(f.ID) {
			f.ReleasedAt, touched = at, true
		}
	}
	for _, id := range d.Recalled {
		if id == int64(f.ID) {
			f.ReleasedAt, touched = 0, true
		}
	}
	for _, s := range d.Shelf {
		if s.ID == int64(f.ID) {
			f.shelve(s.Step)
			touched = true
		}
	}
	for _, r := range d.Requests {
		if r.ID == int64(f.ID) {
			if err := f.requested(r.Step); err != nil {
				return fmt.Errorf("fulfillment %s: %w", f.ID, err)
			}
			touched = true
		}
	}
	if touched {
		f.Version++
		f.UpdatedAt = at
		f.WorkStatus = f.derive()
		f.settle()
	}
	return nil
}

// shelve notes that what is packed lies on a shelf, or no longer.
func (f *Fulfillment) shelve(step string) {
	switch step {
	case "shelved":
		f.WorkStatus = Ready
	case "unshelved":
		f.WorkStatus = Packed
	}
}

func (f *Fulfillment) move(m order.Move, line func(n int) (int64, bool)) error {
	l := f.LineFor(m.Line)
	if l == nil {
		if m.To != order.Allocated || m.ClaimChange() <= 0 {
			return fmt.Errorf("no line for order line %d", m.Line)
		}
		item, stocked := line(m.Line)
		f.Lines = append(f.Lines, Line{N: len(f.Lines) + 1, Order: m.Line, Item: item, Stocked: stocked})
		l = &f.Lines[len(f.Lines)-1]
	}
	l.leave(m.From, m.Quantity)
	l.enter(m.To, m.Quantity)
	l.Open += m.ClaimChange()
	if m.ClaimChange() > 0 && m.To == order.Allocated {
		l.Quantity += m.Quantity
	}
	if l.Picked < 0 || l.Packed < 0 || l.Picked+l.Packed > l.Open || l.Shipped < l.Arrived || l.Arrived < 0 || l.Open+l.Shipped > l.Quantity {
		return fmt.Errorf("line %d after %v: %+v", l.N, m, *l)
	}
	return nil
}

func (l *Line) leave(b order.Bucket, q int64) {
	switch b {
	case order.Picked:
		l.Picked -= q
	case order.Packed:
		l.Packed -= q
	case order.Shipped:
		l.Shipped -= q
	case order.Delivered, order.Lost:
		l.Shipped -= q
		l.Arrived -= q
	}
}

func (l *Line) enter(b order.Bucket, q int64) {
	switch b {
	case order.Picked:
		l.Picked += q
	case order.Packed:
		l.Packed += q
	case order.Shipped:
		l.Shipped += q
	case order.Delivered, order.Lost:
		l.Shipped += q
		l.Arrived += q
	}
}

// derive is the work status that follows from the lines: the least advanced
// open unit decides. What was put on a shelf is there while all of it is packed.
func (f *Fulfillment) derive() string {
	var allocated, picked, packed, shipped, arrived int64
	for i := range f.Lines {
		l := &f.Lines[i]
		allocated += l.Allocated()
		picked += l.Picked
		packed += l.Packed
		shipped += l.Shipped
		arrived += l.Arrived
	}
	switch {
	case allocated > 0 && f.ReleasedAt == 0:
		return Pending
	case allocated > 0 && picked+packed+shipped > 0:
		return Picking
	case allocated > 0:
		return Released
	case picked > 0:
		return Picked
	case packed > 0 && f.WorkStatus == Ready:
		return Ready
	case packed > 0:
		return Packed
	case shipped == 0:
		return Canceled
	case arrived == shipped:
		return Delivered
	}
	return Shipped
}

// Queue is the counter that this fulfillment is counted in, "" when no work
// waits: one word a location.
func (f *Fulfillment) Queue() string {
	word := ""
	switch f.WorkStatus {
	case Pending:
		word = "to_release"
	case Released, Picking:
		word = "to_pick"
	case Picked:
		word = "to_pack"
	case Packed:
		word = "to_ship"
	case Ready:
		word = "to_collect"
	default:
		return ""
	}
	return "fulfillments/" + word + "/" + f.Location.String()
}

// Actions are what may be done next with the fulfillment as it is.
func (f *Fulfillment) Actions() []string {
	out := []string{}
	var allocated, picked, packed, underWay int64
	for i := range f.Lines {
		allocated += f.Lines[i].Allocated()
		picked += f.Lines[i].Picked
		packed += f.Lines[i].Packed
		underWay += f.Lines[i].In(order.Shipped)
	}
	if allocated > 0 && f.ReleasedAt == 0 {
		out = append(out, "release")
	}
	if allocated > 0 && f.ReleasedAt != 0 {
		out = append(out, "pick", "short_pick")
	}
	if f.WorkStatus == Released {
		out = append(out, "recall")
	}
	if allocated > 0 && picked+packed == 0 {
		out = append(out, "reroute")
	}
	if picked > 0 {
		out = append(out, "pack", "unpick")
	}
	switch {
	case f.WorkStatus == Ready:
		out = append(out, "collect", "extend", "unshelve", "take_back")
	case packed > 0:
		out = append(out, "ship", "unpack")
	}
	if underWay > 0 {
		out = append(out, "deliver")
	}
	if f.Firm() { // who is asked does the floor's work, and gives nothing back unasked
		out = slices.DeleteFunc(out, func(act string) bool {
			return slices.Contains([]string{"pick", "short_pick", "recall", "reroute"}, act)
		})
	}
	return append(out, f.requestActions()...)
}

// ActionsUnder are the actions that are left while holds of the order stop the
// acts named.
func (f *Fulfillment) ActionsUnder(blocked []string) []string {
	return slices.DeleteFunc(f.Actions(), func(act string) bool {
		switch act {
		case "short_pick":
			act = "pick"
		case "collect", "send":
			act = "ship"
		}
		return slices.Contains(blocked, act)
	})
}
