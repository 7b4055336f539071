package payment

import (
	"fmt"

	"orderly/internal/money"
)

// Channeled is one payment that the channel took, as it says.
type Channeled struct {
	N           int
	Means       string // credit_card, voucher, boleto …, in the channel's words
	Instalments int64  // 0 when it says nothing
	Amount      int64
	Reference   string
	At          int64
}

// Why what a channel was paid differs from what an order costs.
const (
	DiffUnpaid   = "unpaid"          // nothing was paid
	DiffRounding = "rounding"        // each price was rounded by itself
	DiffInterest = "interest"        // the channel lends, and charges for it
	DiffDiscount = "untold_discount" // a round share of the goods is missing
	DiffShort    = "paid_less"       // and nothing says why
	DiffOver     = "paid_more"       // likewise
)

const (
	maxRate      = 10 // percent for each instalment: more is not interest
	wholePercent = 1  // minor units by which a discount may miss a whole percentage
)

// Difference is by how much more was paid than an order costs, and why.
type Difference struct {
	Amount  int64 // minor units; below 0 when less was paid
	Cause   string
	Permill int64 // of what it is counted from: interest of what was lent, a discount of the goods
	Months  int64 // of instalments
}

// Differs explains how what was paid differs from what an order costs; nil when
// it does not. goods is what its lines cost without fees, prices is how many
// single prices were added up to total: each may be off by one minor unit.
func Differs(total, goods, prices, paid int64, by []Channeled) *Difference {
	d := &Difference{Amount: paid - total}
	if d.Amount == 0 {
		return nil
	}
	lent := int64(0)
	for _, x := range by {
		if x.Instalments >= 2 {
			lent, d.Months = lent+x.Amount, max(d.Months, x.Instalments)
		}
	}
	switch interest := d.Amount > 0 && lent > d.Amount; {
	case paid == 0:
		d.Cause, d.Months = DiffUnpaid, 0
	case max(d.Amount, -d.Amount) <= prices:
		d.Cause, d.Months = DiffRounding, 0
	case interest && d.Amount*100 <= (lent-d.Amount)*maxRate*d.Months:
		d.Cause, d.Permill = DiffInterest, money.Share(d.Amount, 1000, lent-d.Amount)
	case d.Amount < 0 && goods > 0 && roundShare(-d.Amount, goods) > 0:
		d.Cause, d.Permill, d.Months = DiffDiscount, roundShare(-d.Amount, goods)*10, 0
	case d.Amount < 0:
		d.Cause, d.Months = DiffShort, 0
	default:
		d.Cause, d.Months = DiffOver, 0
	}
	return d
}

// roundShare is the whole percentage of goods that an amount is; 0 when it is
// none.
func roundShare(amount, goods int64) int64 {
	percent := money.Share(amount, 100, goods)
	off := money.Share(goods, percent, 100) - amount
	if percent < 1 || percent > 100 || max(off, -off) > wholePercent {
		return 0
	}
	return percent
}

// Says explains a difference in a sentence.
func (d *Difference) Says(c money.Currency) string {
	amount := c.FormatAmount(max(d.Amount, -d.Amount))
	switch d.Cause {
	case DiffUnpaid:
		return "nothing was paid"
	case DiffRounding:
		return amount + " by rounding each price by itself"
	case DiffInterest:
		return fmt.Sprintf("%s is interest of the channel: %d.%d percent over %d instalments", amount, d.Permill/10, d.Permill%10, d.Months)
	case DiffDiscount:
		return fmt.Sprintf("%s less was paid: %d percent of the goods, a discount that the channel did not tell", amount, d.Permill/10)
	case DiffShort:
		return amount + " less was paid, and nothing says why"
	}
	return amount + " more was paid, and nothing says why"
}
