package payment

import (
	"fmt"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
)

// Limits of a remittance.
const (
	MaxRemittanceLines = 2000
	MaxCarrier         = 60
)

// RemittanceID names a remittance for ever.
type RemittanceID int64

func (id RemittanceID) String() string { return ident.Text("rem", int64(id)) }

// ParseRemittanceID reads the text form, "rem_…".
func ParseRemittanceID(s string) (RemittanceID, error) {
	id, err := ident.Parse("rem", s)
	return RemittanceID(id), err
}

// Remittance is a list by which a carrier pays out what it collected at doors.
type Remittance struct {
	ID        RemittanceID
	Carrier   string
	Reference string // the carrier's own; one of a carrier counts once
	Currency  string
	Collected int64 // of all its lines
	Fee       int64 // that the carrier kept
	PaidOn    int64 // yyyymmdd
	Actor     string
	CreatedAt int64
	Parts     []RemittancePart
}

// RemittancePart is what of one payment a remittance pays out.
type RemittancePart struct {
	Payment ID
	Order   int64
	Amount  int64
}

// Received is what came to the bank.
func (r *Remittance) Received() int64 { return r.Collected - r.Fee }

// RemittanceLine is a line of a carrier's list: an order by its number, its
// external id or a parcel's tracking number, and what was collected.
type RemittanceLine struct {
	Ref    string
	Amount int64 // minor units; 0 for all that is not remitted
}

// CheckRemittance adds what is wrong with a list, before its orders are known.
func CheckRemittance(r *Remittance, lines []RemittanceLine, l *fault.List) {
	if n := len([]rune(strings.TrimSpace(r.Carrier))); n == 0 || n > MaxCarrier {
		l.Add("/carrier", "out_of_range", "name the carrier in at most %d characters", MaxCarrier)
	}
	if n := len([]rune(r.Reference)); n == 0 || n > MaxReference {
		l.Add("/reference", "out_of_range", "give the carrier's number of the list, so that it counts once")
	}
	if r.Fee < 0 || r.Fee > money.MaxTotal {
		l.Add("/fee", "out_of_range", "what the carrier kept is 0 or more")
	}
	if len(lines) == 0 || len(lines) > MaxRemittanceLines {
		l.Add("/lines", "out_of_range", "a list has 1 to %d lines", MaxRemittanceLines)
		return
	}
	seen := map[string]int{}
	for i, x := range lines {
		at := fmt.Sprintf("/lines/%d", i)
		switch first, again := seen[x.Ref]; {
		case x.Ref == "":
			l.Add(at+"/ref", "missing", "name the order or the parcel")
		case again:
			l.Add(at+"/ref", "repeated", "%.60s is line %d already", x.Ref, first+1)
		}
		if x.Amount < 0 || x.Amount > money.MaxTotal {
			l.Add(at+"/amount", "out_of_range", "an amount is more than 0, or left out for all of it")
		}
		seen[x.Ref] = i
	}
}

// Unremitted is what a carrier has to pay out of the payment, or will once it
// has collected it. What we gave back to the customer it still owes us.
func (p *Payment) Unremitted() int64 { return p.Authorized - p.Voided - p.Remitted }

// Remit says how much of a payment a line pays out. What a carrier pays out it
// has collected, whether somebody told of the delivery or not.
func (p *Payment) Remit(amount int64) (int64, error) {
	left := p.Unremitted()
	switch {
	case p.Tender != CashOnDelivery:
		return 0, fault.New(fault.Conflict, "not_on_delivery", "payment %s is by %s; no carrier collects it", p.ID, p.Tender)
	case left <= 0:
		return 0, fault.New(fault.Conflict, "remitted_already", "all of payment %s was paid out already, or nothing was to be collected", p.ID)
	case amount == 0:
		return left, nil
	case amount > left:
		return 0, fault.New(fault.Conflict, "more_than_collected", "%d minor units of payment %s can be paid out, not %d", left, p.ID, amount)
	}
	return amount, nil
}
