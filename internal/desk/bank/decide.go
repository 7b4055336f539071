package bank

import (
	"strings"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/statement"
)

// DecideCommand says what becomes of a line: which orders it pays, in parts
// that sum to it, or that it pays none.
type DecideCommand struct {
	Line   statement.LineID
	Parts  []Part
	Reason string // why it is ignored
	Reopen bool   // a line that was ignored waits again
}

// Decided is the Value of a Decide: the line, and by how much each order is
// then paid above what was due, or below it.
type Decided struct {
	Line        *statement.Line
	Parts       []Part
	Differences []int64
}

// Decide books a line to orders, or ignores it.
var Decide = step.Act[DecideCommand]{
	Name: "statements.decide", Permission: access.OrdersWrite,
	Check: func(c *DecideCommand) error {
		var l fault.List
		c.Reason = strings.TrimSpace(c.Reason)
		switch {
		case c.Reopen:
		case len(c.Parts) == 0 && c.Reason == "":
			l.Add("/reason", "missing", "name the orders that it pays, or say why it is ignored")
		case len(c.Parts) > statement.MaxParts:
			l.Add("/parts", "too_many", "a line is split over at most %d orders", statement.MaxParts)
		}
		if utf8.RuneCountInString(c.Reason) > payment.MaxReference {
			l.Add("/reason", "too_long", "at most %d characters", payment.MaxReference)
		}
		for i := range c.Parts {
			if p := &c.Parts[i]; p.Amount <= 0 || p.Amount > money.MaxTotal {
				l.Add("/parts", "out_of_range", "each part is more than 0")
			}
			for j := range i {
				if c.Parts[j].Order == c.Parts[i].Order {
					l.Add("/parts", "twice", "name each order once")
				}
			}
		}
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[DecideCommand]) error {
		var lines []statement.LineID
		var of []order.ID
		for i := range asked {
			lines = append(lines, asked[i].Command.Line)
			for _, p := range asked[i].Command.Parts {
				of = append(of, p.Order)
			}
		}
		if err := b.LoadBankLines(lines); err != nil {
			return err
		}
		if err := b.LoadOrders(of); err != nil {
			return err
		}
		return b.LoadPayments(of)
	},
	Decide: decideLine,
}.Operation()

func decideLine(b *step.Batch, a desk.Asked[DecideCommand]) (desk.Result, error) {
	c := a.Command
	x := b.BankLine(c.Line)
	if x == nil {
		return desk.Result{}, NoSuchLine(c.Line.String())
	}
	if c.Reopen && x.State != statement.Ignored || !c.Reopen && x.State != statement.Open {
		return desk.Result{}, fault.New(fault.Conflict, "decided", "the line is %s already", x.State)
	}
	out := &Decided{Line: x, Parts: c.Parts}
	if len(c.Parts) == 0 {
		to := statement.Ignored
		if c.Reopen {
			to = statement.Open
		}
		err := b.DecideLine(a.Scope, x, to, c.Reason)
		return desk.Result{Kind: journal.BankLine, ID: int64(x.ID), Seq: x.Version, Status: "done", Value: out}, err
	}
	if err := refusal(b, x, c.Parts); err != nil {
		return desk.Result{}, err
	}
	for _, p := range c.Parts {
		o := b.Order(p.Order)
		list, err := b.PaymentsOf(o.ID)
		if err != nil {
			return desk.Result{}, err
		}
		out.Differences = append(out.Differences, p.Amount-payment.Due(o.Totals.Payable(), o.Paid, o.Refunded, list))
	}
	err := book(b, a.Scope, x, c.Parts, "by_hand")
	return desk.Result{Kind: journal.BankLine, ID: int64(x.ID), Seq: x.Version, Status: "done", Value: out}, err
}

// refusal is why a line cannot be booked to orders; nil when it can.
func refusal(b *step.Batch, x *statement.Line, parts []Part) error {
	of, err := money.ParseCurrency(x.Currency)
	if err != nil {
		return err
	}
	if x.Amount <= 0 || x.Reversal {
		return fault.New(fault.Conflict, "no_receipt", "the line is no money that came; give back on the order's page what it took, and ignore it")
	}
	sum := int64(0)
	for _, p := range parts {
		o := b.Order(p.Order)
		if o == nil {
			return fault.New(fault.NotFound, "no_such_order", "there is no order %s", p.Order)
		}
		list, err := b.PaymentsOf(o.ID)
		if err != nil {
			return err
		}
		switch {
		case o.Currency.Code() != x.Currency:
			return fault.New(fault.Conflict, "other_currency", "the line is in %s, order %d in %s", x.Currency, o.Number, o.Currency)
		case o.Paid > money.MaxTotal-p.Amount:
			return fault.New(fault.Invalid, "total_too_large", "more than one order can be paid")
		case len(list) >= payment.MaxPayments:
			return fault.New(fault.Conflict, "too_many", "order %d has %d payments already", o.Number, len(list))
		}
		if sum += p.Amount; sum > money.MaxTotal {
			break
		}
	}
	if sum != x.Amount {
		return fault.New(fault.Conflict, "parts_differ", "the parts sum to %s, the line has %s; all of it goes somewhere", of.FormatAmount(sum), of.FormatAmount(x.Amount))
	}
	return nil
}

// book makes a payment by bank of each part.
func book(b *step.Batch, by access.Scope, x *statement.Line, parts []Part, reason string) error {
	for _, part := range parts {
		p := &payment.Payment{Order: int64(part.Order), Tender: payment.Bank, Reference: x.ID.String(), Currency: x.Currency, Amount: part.Amount}
		b.AddPayment(p)
		if err := b.LearnPayment(by, p, payment.Amounts{Authorized: part.Amount, Captured: part.Amount}); err != nil {
			return err
		}
		if err := b.TellPayments(by, part.Order); err != nil {
			return err
		}
		b.AddBankPart(x.ID, p)
	}
	return b.DecideLine(by, x, statement.Booked, reason)
}

// NoSuchLine is the fault of a line that is not there.
func NoSuchLine(text string) error {
	return fault.New(fault.NotFound, "no_such_line", "there is no line %.40q of a statement", text)
}
