package returns

import (
	"orderly/internal/ident"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/stock"
)

// SoldWithin is how far back the lowest price of an item is looked for, in
// microseconds: 90 days.
const SoldWithin = 90 * day

// MaxTaken is how many lines goods without a receipt have at most.
const MaxTaken = 50

// UnreceiptedID names goods without a receipt for ever.
type UnreceiptedID int64

func (id UnreceiptedID) String() string { return ident.Text("urt", int64(id)) }

// ParseUnreceiptedID reads the text form, "urt_…".
func ParseUnreceiptedID(s string) (UnreceiptedID, error) {
	id, err := ident.Parse("urt", s)
	return UnreceiptedID(id), err
}

// Unreceipted is goods that somebody brought of which nobody knows the order.
// They are no return of one: they were taken at what is said here, and what
// they are worth became store credit in the same act.
type Unreceipted struct {
	ID       UnreceiptedID
	Number   int64 // what people call it, after a U
	Location stock.LocationID
	Customer party.ID
	Credit   int64 // the account
	Currency string
	Amount   int64
	Reason   string // why it is another sum: a person's words, in this row alone
	Actor    string
	At       int64
	Lines    []Taken
}

// Taken is units of one item.
type Taken struct {
	N           int
	Item        int64
	Quantity    int64
	Disposition Disposition
	Lowest      int64 // what one unit sold for at least; zero when none was sold lately
	Amount      int64 // what these units are worth by that
}

// Name is its number as people write it.
func (u *Unreceipted) Name() string { return "U" + decimal(u.Number) }

// Sold is units of an item that were sold together, and what they cost, net of
// discounts and with tax.
type Sold struct{ Quantity, Net int64 }

// Less reports whether a unit was cheaper than one of others.
func (s Sold) Less(than Sold) bool {
	return money.Ratio(s.Net, than.Quantity, 1, money.HalfAwayFromZero) < money.Ratio(than.Net, s.Quantity, 1, money.HalfAwayFromZero)
}

// Worth is what units are worth at the price at which these were sold; nothing
// when none were.
func (s Sold) Worth(quantity int64) int64 {
	if s.Quantity <= 0 {
		return 0
	}
	return money.Ratio(s.Net, quantity, s.Quantity, money.HalfAwayFromZero)
}
