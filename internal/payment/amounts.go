package payment

// Amounts are what is known of a payment, each a sum over its whole life. They
// only grow, so that reports of them can come late, twice and in any order.
type Amounts struct {
	Authorized int64 `json:"authorized,omitempty"` // that the customer's bank set aside for us
	Captured   int64 `json:"captured,omitempty"`   // that was taken
	Voided     int64 `json:"voided,omitempty"`     // that was set aside and let go
	Refunded   int64 `json:"refunded,omitempty"`   // that was given back
	Disputed   int64 `json:"disputed,omitempty"`   // that the customer's bank took back
	Won        int64 `json:"won,omitempty"`        // of that, what came to us again
	Credited   int64 `json:"credited,omitempty"`   // that was given as store credit, or in cash, in place of the tender that holds it
	Failed     bool  `json:"failed,omitempty"`     // an attempt to pay was declined
	Parts      bool  `json:"parts,omitempty"`      // it can be captured in parts; else what is left after the first falls back
	RespondBy  int64 `json:"respond_by,omitempty"` // until when the last dispute can be answered
}

// Join is what both know. It is the least that holds both, so that any order
// and any repetition of reports ends equal. What is said by one amount raises
// those that it needs: nothing is refunded that was not captured, and nothing
// captured that was not authorized.
func (a Amounts) Join(b Amounts) Amounts {
	a.Authorized, a.Captured, a.Voided = max(a.Authorized, b.Authorized), max(a.Captured, b.Captured), max(a.Voided, b.Voided)
	a.Refunded, a.Disputed, a.Won = max(a.Refunded, b.Refunded), max(a.Disputed, b.Disputed), max(a.Won, b.Won)
	a.Credited = max(a.Credited, b.Credited)
	a.Failed, a.Parts, a.RespondBy = a.Failed || b.Failed, a.Parts || b.Parts, max(a.RespondBy, b.RespondBy)
	a.Disputed = max(a.Disputed, a.Won)
	a.Captured = max(a.Captured, a.Refunded, a.Disputed)
	a.Authorized = max(a.Authorized, a.Captured)
	return a
}

// Holds reports whether b says nothing that a does not know.
func (a Amounts) Holds(b Amounts) bool { return a.Join(b) == a }

// Sound reports whether the amounts can be true together.
func (a Amounts) Sound() bool {
	return a.Won >= 0 && a.Credited >= 0 && a.Refunded >= 0 && a.Voided >= 0 && a.Won <= a.Disputed && a.Disputed <= a.Captured && a.Refunded <= a.Captured && a.Captured <= a.Authorized
}

// Open is what may yet be captured.
func (a Amounts) Open() int64 { return max(0, a.Authorized-a.Captured-a.Voided) }

// Taken is what the customer's bank took back and we have not won.
func (a Amounts) Taken() int64 { return a.Disputed - a.Won }

// Net is what lies on the tender's account.
func (a Amounts) Net() int64 { return a.Captured - a.Refunded - a.Taken() - a.Credited }

// Left is what may yet be given back: not what was, and not what a dispute took.
func (a Amounts) Left() int64 { return max(0, a.Net()) }

// The states of a payment, derived from its amounts and from nothing else.
const (
	Waiting        = "pending" // nothing was authorized yet
	Authorized     = "authorized"
	PartlyCaptured = "partially_captured"
	Captured       = "captured"
	PartlyRefunded = "partially_refunded"
	Refunded       = "refunded"
	Disputed       = "disputed"
	Voided         = "voided"
	Failed         = "failed"
	Released       = "released" // it was promised and need not be kept any more
	Credited       = "credited" // it gave the order's money in place of the tender that holds it
)

// State says in one word how far a payment is. That something was captured
// wins over every failure, whenever it is told.
func (a Amounts) State() string {
	switch {
	case a.Credited > 0:
		return Credited
	case a.Taken() > 0:
		return Disputed
	case a.Captured > 0 && a.Refunded >= a.Captured:
		return Refunded
	case a.Refunded > 0:
		return PartlyRefunded
	case a.Captured > 0 && a.Open() > 0:
		return PartlyCaptured
	case a.Captured > 0:
		return Captured
	case a.Open() > 0:
		return Authorized
	case a.Authorized > 0 || a.Voided > 0:
		return Voided
	case a.Failed:
		return Failed
	}
	return Waiting
}

// Bookings are what the ledger is told when amounts have grown from before to
// after: capturing settles what the customer owes, refunding the reverse, and a
// dispute moves what the tender held.
func Bookings(next func() int64, p *Payment, before, after Amounts, at int64) []Entry {
	var out []Entry
	add := func(amount int64, debit, credit string) {
		if amount != 0 {
			out = append(out, book([2]int64{next(), next()}, p.Order, debit, credit, p.Currency, amount, p.ID.String(), at)...)
		}
	}
	held := p.Tender.Account()
	add(after.Captured-before.Captured, held, Receivable)
	add(after.Refunded-before.Refunded, Receivable, held)
	add(after.Credited-before.Credited, Receivable, held)
	add(after.Disputed-before.Disputed, Disputes, held)
	add(after.Won-before.Won, held, Disputes)
	return out
}
