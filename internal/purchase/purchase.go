// Package purchase is an order placed with a supplier, from the draft to the
// invoice that was matched.
//
// What belongs here: what may be done with a purchase order in which state, how
// its lines change, what goes back to the supplier, what charges add to the cost of goods, how an invoice
// compares, and what facts say of a supplier. What does not: suppliers and their
// offers (supplier), the movements that a receipt becomes (stock), and the clock.
package purchase

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
)

// Limits of one purchase order.
const (
	MaxLines     = 500
	MaxCharges   = 50
	MaxNote      = 2000
	MaxReference = 80
	MaxTransport = 40
	MaxAhead     = 3 * 366 * 24 * time.Hour // of an expected day
	MaxReceipts  = 500                      // of one order
)

// ID names a purchase order for ever.
type ID int64

func (id ID) String() string { return ident.Text("pur", int64(id)) }

// ParseID reads the text form, "pur_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("pur", s)
	return ID(id), err
}

// Purpose is what a purchase order is for.
type Purpose string

const (
	Stock      Purpose = "stock"        // for whoever buys it
	DropShip   Purpose = "drop_ship"    // the supplier sends it to customers: it never comes here
	BackToBack Purpose = "back_to_back" // for orders that wait for it; it comes here
)

// Purposes are all of them.
var Purposes = []Purpose{Stock, DropShip, BackToBack}

// Status is how far a purchase order is. It follows from its lines and its
// instants alone.
type Status string

const (
	Draft          Status = "draft"
	Sent           Status = "sent"
	Acknowledged   Status = "acknowledged"
	PartlyReceived Status = "partly_received"
	Received       Status = "received"
	Closed         Status = "closed"
	Canceled       Status = "canceled"
)

// Statuses are all of them, from first to last.
var Statuses = []Status{Draft, Sent, Acknowledged, PartlyReceived, Received, Closed, Canceled}

// Purchase is an order placed with a supplier.
type Purchase struct {
	ID         ID
	Number     int64 // gapless; its own counter
	Supplier   int64
	Location   int64 // where it comes to
	Purpose    Purpose
	Currency   string // the supplier's
	External   string // what another system calls it; unique when not empty
	Reference  string // what the supplier calls it
	Transport  string // how it comes: "Air", "Truck"
	Note       string // to the supplier
	Over       int64  // percent more than was ordered that is received without asking
	History    bool   // recorded from the past: no stock was touched
	Lines      []Line
	Charges    []Charge
	CreatedAt  int64
	SentAt     int64
	AckAt      int64 // when the supplier first answered
	ReceivedAt int64 // when something last came
	ClosedAt   int64
	CanceledAt int64 // as a whole
	UpdatedAt  int64
	Version    int64 // how many journal entries tell of it
}

// Line is one item of a purchase order. Quantities are steps of the item.
type Line struct {
	N           int
	Item        int64
	SKU         string
	Title       string
	SupplierSKU string
	Scale       int
	Grams       int64 // of one unit; 0 when unknown

	Quantity  int64 // ordered
	Canceled  int64 // of them, that will not come
	Confirmed int64 // that the supplier said it sends; 0 before it answered
	Received  int64 // that came, in whatever state
	Damaged   int64 // of them
	Inspect   int64 // of them, that were to be inspected
	Invoiced  int64 // by invoices that are not disputed
	Back      int64 // that went back to the supplier and did not come again
	Faulty    int64 // of them, for faults of theirs
	Credited  int64 // of them, by credit notes

	Cost   money.Price // of one unit, as agreed now
	Asked  money.Price // as it was first sent
	Before money.Price // of the purchase of the item before this; 0 when it is the first

	ExpectedAt int64 // when the day begins on which it should come, as known now; 0 when unknown
	PromisedAt int64 // as it was first confirmed; as it was sent, where nobody confirmed

	LastAt   int64 // when something last came
	DoneAt   int64 // when the last of it came; 0 while some is awaited
	LateDays int64 // days after the promised one on which that was, below zero before it
	LeadDays int64 // days from sending to that; -1 when unknown

	Order       int64 // whose line waits for it; 0 for nobody's
	OrderLine   int
	Fulfillment int64 // of a drop-shipped line
}

// Open is how many units are still to come.
func (l *Line) Open() int64 { return max(0, l.Quantity-l.Canceled-l.Received) }

// Awaited is how many units a line adds to what is incoming.
func (p *Purchase) Awaited(l *Line) int64 {
	if p.SentAt == 0 || p.History || p.Purpose == DropShip || p.ClosedAt != 0 || p.CanceledAt != 0 {
		return 0
	}
	return l.Open()
}

// Line finds a line by its number; nil when there is none.
func (p *Purchase) Line(n int) *Line {
	for i := range p.Lines {
		if p.Lines[i].N == n {
			return &p.Lines[i]
		}
	}
	return nil
}

// Status follows from lines and instants.
func (p *Purchase) Status() Status {
	open, came := int64(0), int64(0)
	for i := range p.Lines {
		open += p.Lines[i].Open()
		came += p.Lines[i].Received
	}
	switch {
	case p.CanceledAt != 0:
		return Canceled
	case p.ClosedAt != 0:
		return Closed
	case p.SentAt == 0:
		return Draft
	case came > 0 && open == 0:
		return Received
	case came > 0:
		return PartlyReceived
	case p.AckAt != 0:
		return Acknowledged
	}
	return Sent
}

// ExpectedAt is the earliest day on which open units should come; 0 when none is
// known.
func (p *Purchase) ExpectedAt() int64 {
	at := int64(0)
	for i := range p.Lines {
		if l := &p.Lines[i]; l.Open() > 0 && l.ExpectedAt != 0 && (at == 0 || l.ExpectedAt < at) {
			at = l.ExpectedAt
		}
	}
	return at
}

// Units are how many were ordered and not canceled, came, and are open.
func (p *Purchase) Units() (ordered, received, open int64) {
	for i := range p.Lines {
		l := &p.Lines[i]
		ordered += l.Quantity - l.Canceled
		received += l.Received
		open += l.Open()
	}
	return ordered, received, open
}

// Value is what a line comes to as agreed, in minor units: of what was not
// canceled, or of what came where that is more.
func (p *Purchase) Value(l *Line) (int64, error) {
	return p.worth(l, max(l.Quantity-l.Canceled, l.Received))
}

func (p *Purchase) worth(l *Line, units int64) (int64, error) {
	c, err := money.ParseCurrency(p.Currency)
	if err != nil {
		return 0, err
	}
	total, _, err := money.LineTotal(units, l.Scale, l.Cost, c, money.HalfAwayFromZero)
	return total, err
}

// Worths are what the units of a line that came cost as agreed, and would have
// cost at what was paid for the item before; nothing for the second when it never
// was. Both are in minor units.
func (p *Purchase) Worths(l *Line) (out [2]int64, err error) {
	if out[0], err = p.worth(l, l.Received); err != nil || l.Before == 0 {
		return out, err
	}
	then := *l
	then.Cost = l.Before
	out[1], err = p.worth(&then, l.Received)
	return out, err
}

// Total is what goods and charges come to, in minor units.
func (p *Purchase) Total() (int64, error) {
	sum := int64(0)
	for i := range p.Lines {
		v, err := p.Value(&p.Lines[i])
		if err != nil {
			return 0, err
		}
		if sum, err = money.Add(sum, v); err != nil {
			return 0, err
		}
	}
	for _, c := range p.Charges {
		var err error
		if sum, err = money.Add(sum, c.Amount); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// Chained reports whether it follows fulfillments that its supplier was asked for:
// how they stand is told there, and nobody changes it here.
func (p *Purchase) Chained() bool {
	return slices.ContainsFunc(p.Lines, func(l Line) bool { return l.Fulfillment != 0 })
}

// Actions are what may be done with it now. What goes to customers is received by
// nobody here.
func (p *Purchase) Actions() []string {
	ended := p.Status() == Received
	out := slices.DeleteFunc(p.byStatus(), func(act string) bool {
		switch act {
		case "receive":
			return p.Purpose == DropShip
		case "change", "acknowledge", "cancel":
			return p.Chained()
		case "close":
			return p.Chained() && !ended
		}
		return false
	})
	if slices.ContainsFunc(p.Lines, func(l Line) bool { return l.Inspect > 0 }) {
		out = append(out, "inspect")
	}
	return out
}

func (p *Purchase) byStatus() []string {
	switch p.Status() {
	case Draft:
		return []string{"change", "send", "cancel"}
	case Sent, Acknowledged:
		return []string{"change", "acknowledge", "receive", "charge", "invoice", "cancel"}
	case PartlyReceived:
		return []string{"change", "acknowledge", "receive", "charge", "invoice", "cancel", "close"}
	case Received:
		return []string{"receive", "charge", "invoice", "close"}
	case Closed:
		return []string{"charge", "invoice"}
	}
	return []string{}
}

// may refuses an act that the state does not allow.
func (p *Purchase) may(act string) error {
	if slices.Contains(p.Actions(), act) {
		return nil
	}
	if p.Chained() {
		return fault.New(fault.Conflict, "follows_request", "purchase order %d follows what its supplier was asked to send: note there what it answers and sends, or ask it to stop; possible here: %s", p.Number, strings.Join(p.Actions(), ", "))
	}
	return fault.New(fault.Conflict, "not_possible", "purchase order %d is %s: it cannot %s; possible now: %s", p.Number, p.Status(), words[act], strings.Join(p.Actions(), ", "))
}

var words = map[string]string{
	"change": "be changed", "send": "be sent", "cancel": "be canceled", "acknowledge": "be acknowledged", "receive": "be received",
	"charge": "be charged", "invoice": "be invoiced", "close": "be closed", "inspect": "be inspected: nothing of it waits for that",
}

// clone is a copy whose lines and charges are its own.
func (p *Purchase) clone() Purchase {
	x := *p
	x.Lines, x.Charges = slices.Clone(p.Lines), slices.Clone(p.Charges)
	return x
}

// Check lists the faults of the header.
func (p *Purchase) Check(l *fault.List) {
	if !slices.Contains(Purposes, p.Purpose) {
		l.Add("/purpose", "unknown_purpose", "purpose is stock, drop_ship or back_to_back")
	}
	if p.Over < 0 || p.Over > 100 {
		l.Add("/over_percent", "out_of_range", "is between 0 and 100")
	}
	for at, text := range map[string]string{"/external_id": p.External, "/reference": p.Reference} {
		if utf8.RuneCountInString(text) > MaxReference || !storable(text) {
			l.Add(at, "invalid_text", "at most %d characters, none of them control characters", MaxReference)
		}
	}
	if utf8.RuneCountInString(p.Transport) > MaxTransport || !storable(p.Transport) {
		l.Add("/transport", "invalid_text", "at most %d characters, none of them control characters", MaxTransport)
	}
	if utf8.RuneCountInString(p.Note) > MaxNote || !utf8.ValidString(p.Note) || strings.ContainsRune(p.Note, 0) {
		l.Add("/note", "invalid_text", "a note has at most %d characters", MaxNote)
	}
}

func storable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Days is how many days in a zone lie between two instants.
func Days(from, to int64, zone *time.Location) int64 {
	day := func(at int64) int64 {
		y, m, d := time.UnixMicro(at).In(zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
	}
	return day(to) - day(from)
}
