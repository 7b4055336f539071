package intake

import (
	"strings"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/approval"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
)

// unasked is why nobody is asked about a new order that needs an approval; ""
// when somebody is.
func unasked(c PlaceCommand) string {
	switch {
	case c.only != 0:
		return approval.AtCounter
	case c.like != 0:
		return approval.AfterSplit
	}
	return ""
}

// ApproveCommand approves an order. Amount is what it came to when it was looked
// at: an order that comes to something else by now is not what was approved.
type ApproveCommand struct {
	Order  order.ID
	Amount *int64
}

// Decided is the Value of Approve and Refuse: the order, and what it was asked.
type Decided struct {
	Order *order.Order
	Ask   *approval.Ask
}

// Approve gives an order one of the approvals that it needs. With the last its
// hold ends, and it goes on as any order whose hold is lifted.
var Approve = step.Act[ApproveCommand]{
	Name: "orders.approve", Permission: access.OrdersApprove,
	Load: func(b *step.Batch, asked []desk.Asked[ApproveCommand]) error {
		return b.LoadOrders(ids(asked, func(c ApproveCommand) order.ID { return c.Order }))
	},
	Decide: func(b *step.Batch, a desk.Asked[ApproveCommand]) (desk.Result, error) {
		o, ask, err := asked(b, a.Scope, a.Command.Order, a.Command.Amount)
		if err != nil {
			return desk.Result{}, err
		}
		s, err := rightOf(b, a.Scope, o, ask)
		if err != nil {
			return desk.Result{}, err
		}
		return approved(b, a.Scope, o, ask, s)
	},
}.Operation()

func approved(b *step.Batch, by access.Scope, o *order.Order, ask *approval.Ask, s approval.Step) (desk.Result, error) {
	ask.State, ask.DecidedAt, ask.DecidedBy, ask.Why = approval.Asked, 0, "", ""
	ask.Given = append(ask.Given, s)
	var d order.Delta
	if len(ask.Given) >= ask.Steps {
		d = o.Approve(by.Actor.String())
		ask.State, ask.DecidedAt, ask.DecidedBy = approval.Approved, b.At, by.Actor.String()
	}
	d.Approval = &order.Decided{Ask: ask.N, Step: len(ask.Given), Of: ask.Steps, Amount: o.Totals.Payable(), For: inPlaceOf(s)}
	if err := b.Apply(by, journal.OrderApproved, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	b.SaveAsk(ask)
	return decided(o, ask), nil
}

func inPlaceOf(s approval.Step) string {
	if s.Holder == s.Actor {
		return ""
	}
	return s.Holder
}

func decided(o *order.Order, ask *approval.Ask) desk.Result {
	return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done", Value: &Decided{o, ask}}
}

// RefuseCommand refuses what an order asks for: it stays held, or is canceled.
type RefuseCommand struct {
	Order  order.ID
	Amount *int64
	Why    string // kept in its row alone
	Cancel bool
}

// Refuse says no to an order that waits for an approval. Whoever may approve it
// may refuse it, also who has approved it and thinks otherwise now.
var Refuse = step.Act[RefuseCommand]{
	Name: "orders.refuse", Permission: access.OrdersApprove,
	Check: func(c *RefuseCommand) error {
		var l fault.List
		c.Why = strings.TrimSpace(c.Why)
		if n := utf8.RuneCountInString(c.Why); n == 0 || n > approval.MaxWhy || !utf8.ValidString(c.Why) || strings.ContainsRune(c.Why, 0) {
			l.Add("/reason", "invalid_text", "say why in 1 to %d characters", approval.MaxWhy)
		}
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[RefuseCommand]) error {
		return b.LoadOrders(ids(asked, func(c RefuseCommand) order.ID { return c.Order }))
	},
	Decide: decideRefuse,
}.Operation()

func decideRefuse(b *step.Batch, a desk.Asked[RefuseCommand]) (desk.Result, error) {
	c := a.Command
	o, ask, err := asked(b, a.Scope, c.Order, c.Amount)
	if err != nil {
		return desk.Result{}, err
	}
	open := *ask
	open.Given = nil
	if _, err := rightOf(b, a.Scope, o, &open); err != nil {
		return desk.Result{}, err
	}
	var moves []order.Move
	if c.Cancel {
		if err := a.Scope.Require(access.OrdersWrite); err != nil {
			return desk.Result{}, err
		}
		if moves, err = o.Cancel(nil, b.ClaimsOf(o.ID), false); err != nil {
			return desk.Result{}, err
		}
	}
	ask.State, ask.DecidedAt, ask.DecidedBy, ask.Why = approval.Refused, b.At, a.Scope.Actor.String(), c.Why
	b.SaveAsk(ask)
	d := order.Delta{Approval: &order.Decided{Ask: ask.N, Amount: o.Totals.Payable(), Cancel: c.Cancel}}
	if err := b.Apply(a.Scope, journal.OrderRefused, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	if len(moves) > 0 {
		if err := b.Apply(a.Scope, journal.OrderCanceled, o.ID, &order.Delta{Moves: moves}); err != nil {
			return desk.Result{}, err
		}
	}
	return decided(o, ask), nil
}

// asked is an order and what it waits for, as a copy that may be changed. What
// somebody has refused, they may approve after all; nobody else does.
func asked(b *step.Batch, by access.Scope, id order.ID, amount *int64) (*order.Order, *approval.Ask, error) {
	o := b.Order(id)
	if o == nil {
		return nil, nil, unknownOrder(id)
	}
	last, err := b.LastAsk(id)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case last == nil, o.AwaitsApproval() == 0, o.Sums.Open() == 0:
		return nil, nil, fault.New(fault.Conflict, "nothing_to_approve", "order %d waits for no approval", o.Number)
	case last.State == approval.Refused && last.DecidedBy != by.Actor.String():
		return nil, nil, fault.New(fault.Conflict, "was_refused", "order %d was refused; change or cancel it, or have who refused it approve it after all", o.Number)
	case amount != nil && *amount != o.Totals.Payable():
		return nil, nil, fault.New(fault.Conflict, "changed_meanwhile", "order %d comes to %s %s by now; look at it again", o.Number, o.Currency.FormatAmount(o.Totals.Payable()), o.Currency.Code())
	}
	return o, last.Clone(), nil
}

// rightOf is the right by which the caller approves an order as it is now.
func rightOf(b *step.Batch, by access.Scope, o *order.Order, ask *approval.Ask) (approval.Step, error) {
	p, version := b.Approvals()
	who, err := b.Person(by.Actor)
	if err != nil {
		return approval.Step{}, err
	}
	var others []approval.Person
	for _, id := range p.Now(by.Actor.ID, b.At) {
		other, err := b.Person(access.Actor{Kind: access.User, ID: id})
		if err != nil {
			return approval.Step{}, err
		}
		others = append(others, other)
	}
	merchant, err := money.ParseCurrency(b.Catalog.Merchant.Currency)
	if err != nil {
		return approval.Step{}, err
	}
	now := ask.Clone()
	now.Worth, now.In = p.Weigh(o, merchant)
	s, err := p.Right(now, who, others)
	s.Policy, s.At = version, b.At
	return s, err
}
