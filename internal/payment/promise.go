package payment

import (
	"slices"

	"orderly/internal/fault"
	"orderly/internal/money"
)

// Limits of terms.
const (
	MaxDays      = 365
	MaxTermsRows = 20 // currencies in which one customer has terms
)

// Agreed are a customer's terms in one currency: within how many days of an
// order it is paid, and how much may be open at once.
type Agreed struct {
	Customer    int64
	Currency    string
	Most        int64 // minor units; 0 for none
	Days        int64
	UpdatedAt   int64
	EditVersion int64
}

// Check adds what is wrong with terms.
func (a *Agreed) Check(l *fault.List) {
	if _, err := money.ParseCurrency(a.Currency); err != nil {
		l.AddError("/currency", err)
	}
	if a.Most < 0 || a.Most > money.MaxTotal {
		l.Add("/limit", "out_of_range", "the limit is an amount, or 0 to end the terms")
	}
	if a.Days < 0 || a.Days > MaxDays {
		l.Add("/days", "out_of_range", "0 to %d days", MaxDays)
	}
}

// Unpromised is what of an order is due and nobody has promised to pay.
func Unpromised(due int64, list []*Payment) int64 {
	for _, p := range list {
		if p.Tender.Promised() {
			due -= p.Open()
		}
	}
	return max(0, due)
}

// Loose is what of promises is to be let go: more is promised than is owed.
// The newest give way first.
func Loose(payable, paid, refunded int64, list []*Payment) (out []Take) {
	promised := int64(0)
	for _, p := range list {
		if p.Tender.Promised() {
			promised += p.Open()
		}
	}
	over := promised - max(0, payable-paid+refunded)
	for _, p := range slices.Backward(list) {
		if n := min(over, p.Open()); p.Tender.Promised() && n > 0 {
			out, over = append(out, Take{p, n}), over-n
		}
	}
	return out
}

// Collected is what a carrier has collected of an order by now, and no payment
// tells of yet: worth is that of what was delivered. The oldest take first.
func Collected(worth, paid int64, list []*Payment) (out []Take) {
	want := worth - paid
	for _, p := range list {
		if n := min(want, p.Open()); p.Tender == CashOnDelivery && n > 0 {
			out, want = append(out, Take{p, n}), want-n
		}
	}
	return out
}

// Ages are how long what is owed is overdue, in days, each bound included; the
// last has none.
var Ages = [...]int64{0, 30, 60, 90}

// Aging is what a customer owes on terms in one currency, by how long it is
// overdue: not yet, up to 30, 60 and 90 days, and longer.
type Aging struct {
	Customer int64
	Currency string
	Orders   int64
	Open     [len(Ages) + 1]int64
}

// Sum is all that is open.
func (a *Aging) Sum() (sum int64) {
	for _, n := range a.Open {
		sum += n
	}
	return sum
}

// Overdue is what should have been paid by now.
func (a *Aging) Overdue() int64 { return a.Sum() - a.Open[0] }
