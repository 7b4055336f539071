package order

import (
	"fmt"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/tax"
)

// MaxChanges bounds the lines that one change names or adds.
const MaxChanges = 500

// Change is what shall be different about an order that was placed. Amounts
// are minor units of the order's currency; what is nil stays as it is.
type Change struct {
	Lines    []LineChange
	Add      []NewLine
	Fees     []FeeChange
	Customer *party.Contact
	ShipTo   *party.Address
	BillTo   *party.Address
}

// LineChange changes one line. Quantity is how many units shall not be
// canceled: more of them are added, fewer are canceled. Price, discount and
// tax are those of the whole line.
type LineChange struct {
	Line       int
	Quantity   *int64
	Price      *money.Price
	Discount   *int64
	Tax        *int64   // nil: in proportion to what the line costs
	Substitute *NewLine // stands in for all units that can still be canceled
}

// NewLine is a line that joins the order. Without a price it has its item's,
// and a substitute that of the line it stands in for.
type NewLine struct {
	SKU      string
	Quantity int64 // of a substitute 0: as many as it stands in for
	Price    *money.Price
	Title    string
	Discount int64
	Tax      int64
	Taxed    *tax.Basis // as another order had it; nil: by the table
}

// FeeChange changes the amounts of a fee, or adds one when N is zero.
type FeeChange struct {
	N                 int
	Kind, Code, Label string // of a new one
	Amount, Tax       *int64
	Taxed             tax.Basis // of a new one, as another order had it
}

// Setting is what a change is decided with.
type Setting struct {
	Items    Find
	Currency string // of the items' prices
	Rounding money.Rounding
	Taxes    tax.Scheme // for lines and fees that join without a tax
	Claims   []Claim    // the order's open ones, newest first
}

// Check lists every fault that can be seen without looking anything up.
func (c *Change) Check() error {
	var l fault.List
	if len(c.Lines)+len(c.Add) > MaxChanges {
		l.Add("/lines", "too_many", "%d lines; one change names at most %d", len(c.Lines)+len(c.Add), MaxChanges)
		return l.Err()
	}
	if len(c.Lines)+len(c.Add)+len(c.Fees) == 0 && c.Customer == nil && c.ShipTo == nil && c.BillTo == nil {
		l.Add("", "empty", "nothing to change was given")
	}
	for i := range c.Lines {
		c.Lines[i].check(fmt.Sprintf("/lines/%d", i), &l)
	}
	for i := range c.Add {
		r := c.Add[i].request(0)
		r.check(fmt.Sprintf("/add/%d", i), &l)
	}
	c.checkFees(&l)
	for _, x := range [...]struct {
		at string
		a  *party.Address
	}{{"/ship_to", c.ShipTo}, {"/bill_to", c.BillTo}} {
		if x.a != nil {
			x.a.Check(x.at, &l)
		}
	}
	if c.Customer != nil {
		c.Customer.Check("/customer", &l)
	}
	return l.Err()
}

func (x *LineChange) check(at string, l *fault.List) {
	if x.Quantity == nil && x.Price == nil && x.Discount == nil && x.Tax == nil && x.Substitute == nil {
		l.Add(at, "empty", "say what shall be different about line %d", x.Line)
	}
	if x.Quantity != nil && (*x.Quantity < 0 || *x.Quantity > MaxQuantity) {
		l.Add(at+"/quantity", "out_of_range", "a quantity is between 0, which removes the line, and %d", MaxQuantity)
	}
	if s := x.Substitute; s != nil {
		if x.Quantity != nil || x.Price != nil || x.Discount != nil || x.Tax != nil {
			l.Add(at, "contradiction", "a line that is substituted is removed: say quantity and price of what stands in for it")
		}
		r := s.request(0)
		if r.Quantity == 0 {
			r.Quantity = 1
		}
		r.check(at+"/substitute", l)
	}
	if x.Price != nil && *x.Price < 0 {
		l.Add(at+"/unit_price", "negative", "a unit price is not negative; give a discount or a fee of kind adjustment instead")
	}
	if x.Discount != nil && *x.Discount < 0 {
		l.Add(at+"/discount", "negative", "a discount is given as a positive amount")
	}
	if x.Tax != nil && (*x.Tax < 0 || *x.Tax > money.MaxTotal) {
		l.Add(at+"/tax", "out_of_range", "a tax is between 0 and %d minor units", int64(money.MaxTotal))
	}
}

func (c *Change) checkFees(l *fault.List) {
	if len(c.Fees) > MaxFees {
		l.Add("/fees", "too_many", "at most %d fees an order", MaxFees)
		return
	}
	seen := map[int]bool{}
	for i, f := range c.Fees {
		at := fmt.Sprintf("/fees/%d", i)
		switch {
		case f.N == 0 && f.Amount == nil:
			l.Add(at+"/amount", "missing", "a new fee needs an amount")
		case f.N != 0 && f.Amount == nil && f.Tax == nil:
			l.Add(at, "empty", "say what shall be different about fee %d", f.N)
		case f.N != 0 && seen[f.N]:
			l.Add(at, "repeated", "fee %d is named twice", f.N)
		case f.N != 0 && f.Kind+f.Code+f.Label != "":
			l.Add(at, "not_changeable", "kind, code and label of a fee stay; set its amount to 0 and add another")
		}
		seen[f.N] = true
		fee := f.fee()
		if f.N != 0 {
			fee.Kind = "adjustment" // whether it may be negative its own kind decides
		}
		fee.check(at, l)
	}
}

func (f *FeeChange) fee() Fee {
	out := Fee{Kind: f.Kind, Code: f.Code, Label: f.Label, Taxed: kept(f.Taxed)}
	if f.Amount != nil {
		out.Amount = *f.Amount
	}
	if f.Tax != nil {
		out.Tax = *f.Tax
	}
	return out
}

func (n *NewLine) request(price money.Price) RequestLine {
	if n.Price != nil {
		price = *n.Price
	}
	return RequestLine{SKU: n.SKU, Quantity: n.Quantity, Price: price, Title: n.Title, Discount: n.Discount, Tax: n.Tax, Taxed: n.Taxed}
}

// PartyFields are the names by which a delta says that people changed.
var PartyFields = []string{"customer", "ship_to", "bill_to"}

// Parties are an order's people as the change leaves them.
func (c *Change) Parties(p party.Parties) party.Parties {
	if c.Customer != nil {
		p.Customer = *c.Customer
	}
	if c.ShipTo != nil {
		p.ShipTo = *c.ShipTo
	}
	if c.BillTo != nil {
		p.BillTo = *c.BillTo
	}
	return p
}

// Changeable reports whether anything about the order can still be changed.
func (o *Order) Changeable() bool { return o.Mode == Live && o.Statuses.Status == "open" }

// Change decides a change as a whole: all that stands against it is told at
// once, and nothing has been changed then. Units that are added have no place
// yet; whoever acts finds them one. Parties are not in the delta, which names
// them only.
func (o *Order) Change(c *Change, s Setting) (Delta, error) {
	if !o.Changeable() {
		why := "it is " + o.Statuses.Status
		if o.Mode != Live {
			why = "it was sent before these books began"
		}
		return Delta{}, fault.New(fault.Conflict, "not_changeable", "order %d can no longer be changed: %s; place a new order, or give money back as a refund", o.Number, why)
	}
	x := changing{Setting: s, o: o, after: o.Clone()}
	seen := map[int]bool{}
	for i := range c.Lines {
		at := fmt.Sprintf("/lines/%d", i)
		if seen[c.Lines[i].Line] {
			x.faults.Add(at, "repeated", "line %d is named twice", c.Lines[i].Line)
			continue
		}
		seen[c.Lines[i].Line] = true
		x.line(at, &c.Lines[i])
	}
	for i := range c.Add {
		x.add(fmt.Sprintf("/add/%d", i), &c.Add[i], 0, nil)
	}
	x.fees(c.Fees)
	x.parties(c)
	return x.delta()
}
