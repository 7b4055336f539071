package purchase

import (
	"fmt"
	"time"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
)

// ReceiptID names a receipt for ever.
type ReceiptID int64

func (id ReceiptID) String() string { return ident.Text("rcp", int64(id)) }

// ParseReceiptID reads the text form, "rcp_…".
func ParseReceiptID(s string) (ReceiptID, error) {
	id, err := ident.Parse("rcp", s)
	return ReceiptID(id), err
}

// Receipt is what came of a purchase order at once, or the taking back of one
// that was booked by mistake. Nothing of it ever changes.
type Receipt struct {
	ID        ReceiptID
	Purchase  ID
	Of        ReceiptID // that it takes back; 0 for one that is not a reversal
	Reference string    // the delivery note
	At        int64
	Actor     string
	Entry     int64
	Lines     []ReceiptLine
}

// ReceiptLine is units of a line in one state. A reversal's are below zero.
type ReceiptLine struct {
	N        int
	Line     int // of the purchase order
	Item     int64
	Location int64
	State    string // on_hand, damaged, quality_control
	Quantity int64
	Movement int64
	Bin, Lot string
}

// Come is what came of a line.
type Come struct {
	N        int
	Good     int64
	Damaged  int64
	Inspect  int64
	Bin, Lot string
}

func (c *Come) units() int64 { return c.Good + c.Damaged + c.Inspect }

// MaxOf is how many units of a line may have come in all without being asked:
// what was ordered and not canceled, and the percent over it, rounded down.
func (p *Purchase) MaxOf(l *Line) int64 {
	want := l.Quantity - l.Canceled
	return want + want*p.Over/100
}

// Receive is the purchase order with what came. More than the tolerance is
// refused unless over says that it is meant.
func (p *Purchase) Receive(list []Come, over bool, now int64, zone *time.Location) (Purchase, error) {
	if err := p.may("receive"); err != nil {
		return *p, err
	}
	x := p.clone()
	var l fault.List
	if len(list) == 0 {
		l.Add("/lines", "missing", "say what came")
	}
	beyond := false
	for i := range list {
		c, at := &list[i], fmt.Sprintf("/lines/%d", i)
		y := x.Line(c.N)
		switch {
		case y == nil:
			l.Add(at+"/line", "no_such_line", "there is no line %d", c.N)
			continue
		case min(c.Good, c.Damaged, c.Inspect) < 0 || c.units() == 0 || max(c.Good, c.Damaged, c.Inspect) > money.MaxQuantity:
			l.Add(at+"/quantity", "out_of_range", "say how many came: between 1 and %d", int64(money.MaxQuantity))
			continue
		}
		y.Received += c.units()
		y.LastAt = now
		y.Damaged += c.Damaged
		y.Inspect += c.Inspect
		if y.Received > x.MaxOf(y) && !over {
			beyond = true
			l.Add(at+"/quantity", "over_tolerance", "line %d: %d units came of %d; at most %d are taken without being asked: say `over` when it is meant", y.N, y.Received, y.Quantity-y.Canceled, x.MaxOf(y))
		}
	}
	x.finish(zone)
	x.ReceivedAt = now
	if beyond {
		return *p, l.As(fault.Conflict, "over_tolerance", "more came than was ordered")
	}
	if err := l.Err(); err != nil {
		return *p, err
	}
	return x, nil
}

// Checked is what an inspection found of units of a line.
type Checked struct {
	N      int
	Passed int64 // that go on hand
	Failed int64 // that are damaged
}

// Inspect is the purchase order with what was inspected: of units that were to be,
// some are good and some damaged.
func (p *Purchase) Inspect(list []Checked) (Purchase, error) {
	if err := p.may("inspect"); err != nil {
		return *p, err
	}
	x := p.clone()
	var l fault.List
	if len(list) == 0 {
		l.Add("/lines", "missing", "say what was inspected")
	}
	for i, c := range list {
		at := fmt.Sprintf("/lines/%d", i)
		switch y := x.Line(c.N); {
		case y == nil:
			l.Add(at+"/line", "no_such_line", "there is no line %d", c.N)
		case min(c.Passed, c.Failed) < 0 || max(c.Passed, c.Failed) > money.MaxQuantity || c.Passed+c.Failed == 0 || c.Passed+c.Failed > y.Inspect:
			l.Add(at, "out_of_range", "%d units of line %d are to be inspected; say how many of them are good and how many damaged", y.Inspect, c.N)
		default:
			y.Inspect -= c.Passed + c.Failed
			y.Damaged += c.Failed
		}
	}
	if err := l.Err(); err != nil {
		return *p, err
	}
	return x, nil
}

// finish notes of lines of which nothing is awaited any more when the last of it
// came, and of others that they are not done.
func (p *Purchase) finish(zone *time.Location) {
	for i := range p.Lines {
		l := &p.Lines[i]
		switch {
		case l.Received == 0 || l.Open() > 0:
			l.DoneAt, l.LateDays, l.LeadDays = 0, 0, -1
		case l.DoneAt == 0:
			l.Finish(p.SentAt, l.LastAt, zone)
		}
	}
}

// Finish notes when the last of a line came.
func (l *Line) Finish(sent, now int64, zone *time.Location) {
	l.DoneAt, l.LeadDays = now, -1
	if sent != 0 {
		l.LeadDays = max(0, Days(sent, now, zone))
	}
	if l.PromisedAt != 0 {
		l.LateDays = Days(l.PromisedAt, now, zone)
	}
}

// Unreceive is the purchase order without what a receipt booked by mistake.
func (p *Purchase) Unreceive(r *Receipt, zone *time.Location) (Purchase, error) {
	if p.ClosedAt != 0 {
		return *p, fault.New(fault.Conflict, "not_possible", "purchase order %d is closed: its receipts stand", p.Number)
	}
	x := p.clone()
	for _, y := range r.Lines {
		l := x.Line(y.Line)
		if l == nil || l.Received < y.Quantity {
			return *p, fault.New(fault.Internal, "broken_receipt", "receipt %s is of more than came", r.ID)
		}
		if l.Received-y.Quantity < l.Back {
			return *p, fault.New(fault.Conflict, "went_back", "of line %d %d units went back to the supplier: they came", l.N, l.Back)
		}
		l.Received -= y.Quantity
		switch y.State {
		case "damaged":
			l.Damaged -= y.Quantity
		case "quality_control":
			l.Inspect -= y.Quantity
		}
	}
	for i := range x.Lines {
		if l := &x.Lines[i]; l.Inspect < 0 || l.Damaged < 0 {
			return *p, fault.New(fault.Conflict, "inspected_since", "units of line %d were inspected since: take the inspection back first", l.N)
		}
	}
	x.finish(zone)
	return x, nil
}
