package care

import (
	"fmt"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/store/returned"
)

// RepayLine is units of a return's line of which the worth goes back.
type RepayLine struct {
	N        int
	Quantity int64 // zero means all that came and were not refunded
}

// RepayCommand gives back what units that came are worth.
type RepayCommand struct {
	Return    returns.ID
	Lines     []RepayLine // all when there are none
	Fees      []int       // of the order's fees, given back as a whole
	Deduct    int64       // kept of it
	Amount    *int64      // instead of what all that comes to
	Reason    string      // why less or more: kept in the return's row alone
	Credit    *int64      // of what is given, as store credit; nil for what the customer chose: all, or nothing
	AllCredit bool        // all of it is store credit
}

// RepayReturn refunds a return, before its inspection or after. What its units
// are worth is exact; a person may keep some of it or give more, and says why.
// No more goes back than is left of what was paid.
var RepayReturn = onReturn("returns.refund", access.OrdersWrite, func(c *RepayCommand) returns.ID { return c.Return },
	checkRepay, func(b *step.Batch, _ []desk.Asked[RepayCommand]) error { return b.LoadPolicies() }, decideRepay)

func checkRepay(c *RepayCommand, l *fault.List) {
	c.Reason = strings.TrimSpace(c.Reason)
	returns.CheckText("/reason", c.Reason, l)
	if c.Deduct < 0 || c.Deduct > money.MaxTotal {
		l.Add("/deduct", "out_of_range", "what is kept is not negative")
	}
	if c.Amount != nil && (*c.Amount < 0 || *c.Amount > money.MaxTotal) {
		l.Add("/amount", "out_of_range", "an amount is not negative")
	}
	if c.Amount != nil && c.Deduct != 0 {
		l.Add("/deduct", "repeated", "say what is given or what is kept, not both")
	}
	if c.Credit != nil && (*c.Credit < 0 || *c.Credit > money.MaxTotal) {
		l.Add("/credit", "out_of_range", "an amount is not negative")
	}
	if (c.Amount != nil || c.Deduct != 0) && c.Reason == "" {
		l.Add("/reason", "missing", "say why it is not what the units are worth")
	}
	if len(c.Lines) > returns.MaxLines || len(c.Fees) > order.MaxFees {
		l.Add("/lines", "too_many", "at most %d lines and %d fees", returns.MaxLines, order.MaxFees)
	}
}

func decideRepay(b *step.Batch, a desk.Asked[RepayCommand], x *returns.Return, o *order.Order) (outcome, error) {
	c := a.Command
	if err := x.May("refund"); err != nil {
		return outcome{}, err
	}
	if o.Mode == order.History {
		return outcome{}, fault.New(fault.Conflict, "history", "order %d was recorded from before these books began; what was refunded was recorded with it", o.Number)
	}
	return settled(b, x, o, c)
}

// settled decides what a return gives for units that came, and how. The order
// has them back already.
func settled(b *step.Batch, x *returns.Return, o *order.Order, c RepayCommand) (outcome, error) {
	parts, err := repaid(x, c.Lines)
	if err != nil {
		return outcome{}, err
	}
	worth, err := o.RefundFor(parts, c.Fees)
	if err != nil {
		return outcome{}, err
	}
	fees := int64(0)
	for _, l := range worth.Lines {
		if l.Line == 0 {
			fees += l.Amount
		}
	}
	w := &x.Money
	covers := min(w.Credit-w.Settled, worth.Amount-fees) // what went out in exchange is paid first
	given := worth.Amount - covers - c.Deduct
	if c.Amount != nil {
		given = *c.Amount
	}
	if given < 0 {
		return outcome{}, fault.New(fault.Conflict, "more_than_worth", "%s is kept of %s", o.Currency.FormatAmount(c.Deduct), o.Currency.FormatAmount(worth.Amount-covers))
	}
	w.Worth += worth.Amount - fees
	w.Settled += covers
	w.Fees += fees
	w.Given += given
	w.Deducted += worth.Amount - covers - given
	if c.Reason != "" {
		w.Reason = c.Reason
	}
	if c.AllCredit {
		c.Credit = &given
	}
	repay, err := turned(b, x, o, given, c.Credit)
	if err != nil {
		return outcome{}, err
	}
	done(x, b.At)
	data := map[string]any{"worth": worth.Amount - fees, "fees": fees, "given": given, "currency": o.Currency.Code()}
	if repay.Turned > 0 {
		data["credit"], data["bonus"] = repay.Turned, repay.Bonus
	}
	return outcome{order: order.Delta{Refunds: worth.Lines}, typ: journal.OrderRefunded, repay: repay, tell: journal.ReturnRefunded, data: data}, nil
}

// turned parts what is given into store credit, with its bonus, and what goes
// back by the tenders.
func turned(b *step.Batch, x *returns.Return, o *order.Order, given int64, credit *int64) (step.Repaid, error) {
	r := step.Repaid{Amount: given, Ref: "return", Reason: "on top of a return"}
	switch {
	case credit != nil && *credit > given:
		return r, fault.New(fault.Conflict, "more_than_given", "%s shall be store credit of %s that is given", o.Currency.FormatAmount(*credit), o.Currency.FormatAmount(given))
	case credit != nil:
		r.Turned = *credit
	case x.ToCredit:
		r.Turned = given
	}
	if r.Turned > 0 {
		r.Bonus = x.Turn(r.Turned, offeredBonus(returned.For(b.Policies(), o.Channel)))
	}
	return r, nil
}

// offeredBonus is what a policy grants on top of store credit.
func offeredBonus(p *returns.Policy) int64 {
	if !p.Credit {
		return 0
	}
	return p.Bonus
}

// repaid are the units of order lines of which the worth goes back, and marks
// them so. Goods that the order never sent are worth nothing to it.
func repaid(x *returns.Return, lines []RepayLine) ([]order.Part, error) {
	if len(lines) == 0 {
		for i := range x.Lines {
			if l := &x.Lines[i]; l.Line != 0 && l.Quantity > l.Refunded {
				lines = append(lines, RepayLine{N: l.N})
			}
		}
	}
	var out []order.Part
	var faults fault.List
	for i, want := range lines {
		at := fmt.Sprintf("/lines/%d", i)
		l := x.Line(want.N)
		if l == nil || l.Line == 0 {
			faults.Add(at+"/n", "no_such_line", "return %s has no line %d of its order", x.Name(), want.N)
			continue
		}
		n := want.Quantity
		if n == 0 {
			n = l.Quantity - l.Refunded
		}
		if n < 1 || n > l.Quantity-l.Refunded {
			faults.Add(at+"/quantity", "not_refundable", "line %d: %d units came that were not refunded, %d were named", l.N, l.Quantity-l.Refunded, want.Quantity)
			continue
		}
		l.Refunded += n
		out = append(out, order.Part{Line: l.Line, Quantity: n})
	}
	return out, faults.As(fault.Conflict, "not_refundable", "some units cannot be refunded")
}
