package approval

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/money"
	"orderly/internal/order"
)

// Why an order needs an approval.
const (
	ByValue     = "value"
	ByDiscount  = "discount"
	ByCost      = "below_cost"
	ByHand      = "by_hand"
	ByRule      = "rule"    // of automation
	AtCounter   = "counter" // it went over the counter at once: nobody is asked
	AfterSplit  = "split"   // it was part of an order that needed none any more
	fullPercent = 100
)

// The states of an ask.
const (
	Asked    = "asked"
	Approved = "approved"
	Refused  = "refused"
	Void     = "void"   // the order became another, or has nothing left: a later ask counts
	Exempt   = "exempt" // nobody is asked, and this says why
)

// Ask is one time that an order needed approvals.
type Ask struct {
	Order     int64
	N         int   // of the order, from 1
	Hold      int64 // that waits for it; zero for none
	State     string
	Policy    int64 // version under which it was asked; zero for none
	Reasons   []string
	Role      access.Role // that must give it; "" for any
	Steps     int         // how many people
	Amount    int64       // what the order came to, in its currency
	Currency  string
	Worth     int64    // the same in the currency whose terms hold
	In        string   // that currency; "" when what it is worth there was not known
	Makers    []string // who placed or changed the order: none of them approves it
	At        int64
	DecidedAt int64
	DecidedBy string
	Why       string // it was refused; in no journal
	Given     []Step
}

// Step is one approval.
type Step struct {
	Actor  string
	Holder string      // whose right it was: the actor's own, or of whom they stood in for
	Role   access.Role // of the holder, by which it was
	Most   int64       // how much that role approves
	Worth  int64       // of the order then
	In     string
	Policy int64
	At     int64
}

// Open reports whether somebody is to decide.
func (a *Ask) Open() bool { return a.State == Asked }

// Facts are what an order is judged by.
type Facts struct {
	Order     *order.Order
	Merchant  money.Currency
	Hand      bool          // a person keyed it in
	Roles     []access.Role // of that person
	BelowCost bool          // its goods cost more than they bring
	Cheaper   bool          // a change made it no dearer: its value was looked at before
}

// Need is which approvals an order needs; Steps is 0 when none.
type Need struct {
	Reasons []string
	Steps   int
	Worth   int64
	In      string
}

// Need says which approvals an order needs as it is.
func (p *Policy) Need(f Facts) Need {
	o := f.Order
	n := Need{}
	n.Worth, n.In = p.Weigh(o, f.Merchant)
	t := p.Of(n.In)
	if n.In == "" {
		t = p.Of(f.Merchant.Code())
	}
	value := t != nil && t.One > 0 && (n.In == "" || n.Worth > t.One)
	if value && !f.Cheaper {
		n.Reasons = append(n.Reasons, ByValue)
	}
	if p.Discount > 0 && discounted(o, p.Discount) {
		n.Reasons = append(n.Reasons, ByDiscount)
	}
	if p.BelowCost && f.BelowCost {
		n.Reasons = append(n.Reasons, ByCost)
	}
	if p.ByHand && f.Hand && t != nil && !f.Cheaper {
		if _, most := p.Best(f.Roles, n.In); n.Worth > most || n.In == "" && most < Unlimited {
			n.Reasons = append(n.Reasons, ByHand)
		}
	}
	if len(n.Reasons) > 0 {
		n.Steps = p.StepsFor(n.Worth, n.In)
	}
	return n
}

// StepsFor is how many people approve an order that needs it.
func (p *Policy) StepsFor(worth int64, in string) int {
	if t := p.Of(in); t != nil && t.Two > 0 && worth > t.Two {
		return 2
	}
	return 1
}

// discounted reports whether more than so many percent are off: discounts of
// lines and deductions together, of what the lines cost.
func discounted(o *order.Order, percent int64) bool {
	off := o.Totals.Discount
	for i := range o.Fees {
		if a := o.Fees[i].Amount; a < 0 && o.Fees[i].Code != "exchange" { // what came back pays for it
			off -= a
		}
	}
	return money.Share(off, fullPercent, 1) > money.Share(o.Totals.Subtotal, percent, 1)
}

// Covers reports whether what was asked before is enough for an order that came
// to amount and needs n.
func (a *Ask) Covers(n Need, amount int64) bool {
	if amount > a.Amount || a.State == Void || a.State == Refused {
		return false
	}
	if a.State == Exempt {
		return true
	}
	return a.Steps >= n.Steps && !slices.ContainsFunc(n.Reasons, func(r string) bool { return !slices.Contains(a.Reasons, r) })
}

// Made adds who has made the order what it is.
func (a *Ask) Made(actors ...string) {
	for _, who := range actors {
		if who != "" && !slices.Contains(a.Makers, who) {
			a.Makers = append(a.Makers, who)
		}
	}
	slices.Sort(a.Makers)
}

// Clone is a copy that can be changed without changing the ask.
func (a *Ask) Clone() *Ask {
	c := *a
	c.Makers, c.Given = slices.Clone(a.Makers), slices.Clone(a.Given)
	return &c
}
