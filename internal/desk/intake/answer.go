package intake

import (
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/asking"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store/orders"
)

// AnswerCommand is what a customer answers to a question, by its link.
type AnswerCommand struct {
	Order   order.ID
	Ask     asking.ID
	Answer  string
	Address *party.Address // of the answer "given"
}

// Answered is the Value of an Answer result, and of a preview: how the order
// is, or would be, and what the customer gets back.
type Answered struct {
	Ask    asking.Ask
	Order  *order.Order
	Freed  int64 // by how much what the customer owes goes down, in minor units
	Refund int64 // that is given back now
}

// Answer does what a customer has chosen, whole or not at all and once: it is
// the customer's own act, and the hold that the question was about ends with it.
var Answer = step.Act[AnswerCommand]{
	Name: "questions.answer", Permission: access.Track,
	Check: func(c *AnswerCommand) error {
		var l fault.List
		if c.Answer == asking.Given {
			checkWhere(c.Address, &l)
		}
		return l.Err()
	},
	Load: loadAnswer, Decide: decideAnswer,
}.Operation()

// checkWhere asks for an address to which a parcel can be sent.
func checkWhere(a *party.Address, l *fault.List) {
	if a == nil {
		l.Add("/ship_to/line1", "missing", "give the address")
		return
	}
	a.Check("/ship_to", l)
	if a.IsZero() {
		l.Add("/ship_to/line1", "missing", "give the address")
	}
	for _, o := range a.Oddities() {
		if o.Missing {
			l.Add("/ship_to/"+o.Field, "missing", "this is missing")
		} else {
			l.Add("/ship_to/"+o.Field, "odd", "this does not look right for the country; such as %s", o.Example)
		}
	}
}

func loadAnswer(b *step.Batch, asked []desk.Asked[AnswerCommand]) error {
	if err := b.LoadAsks(ids(asked, func(c AnswerCommand) asking.ID { return c.Ask })); err != nil {
		return err
	}
	changes := make([]desk.Asked[ChangeCommand], len(asked))
	for i, a := range asked {
		changes[i].Scope, changes[i].Command.Order = a.Scope, a.Command.Order
		if x := b.Ask(a.Command.Ask); x != nil && x.Kind == asking.Substitute {
			changes[i].Command.Change.Lines = []order.LineChange{{Line: x.Line, Substitute: &order.NewLine{SKU: x.SKU}}}
		}
	}
	return loadChange(b, changes)
}

func decideAnswer(b *step.Batch, a desk.Asked[AnswerCommand]) (desk.Result, error) {
	c := a.Command
	x, o := b.Ask(c.Ask), b.Order(c.Order)
	if x == nil || o == nil || x.Order != o.ID || a.Scope.Order != int64(o.ID) {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_link", "there is no such link")
	}
	if err := x.May(c.Answer, b.At); err != nil {
		return desk.Result{}, err
	}
	if o.Mode != order.Live || x.Kind != asking.Payment && o.Statuses.Status != "open" {
		return desk.Result{}, fault.New(fault.Conflict, "order_over", "order %d is over", o.Number)
	}
	before, refunded := o.Totals.Payable(), o.Refunded
	if err := carryOut(b, a, x, o); err != nil {
		return desk.Result{}, err
	}
	b.AnswerAsk(x, c.Answer)
	b.AddNote(orders.Note{ID: b.NewID(), Order: o.ID, Text: said(x, c.Answer), At: b.At, Actor: a.Scope.Actor.String()})
	if err := b.Apply(a.Scope, journal.OrderAnswered, o.ID, &order.Delta{Edited: []string{"note"}}); err != nil {
		return desk.Result{}, err
	}
	if err := liftAsked(b, a.Scope, x, o); err != nil {
		return desk.Result{}, err
	}
	data, err := json.Marshal(map[string]string{"order": o.ID.String(), "kind": x.Kind, "answer": c.Answer})
	if err != nil {
		return desk.Result{}, err
	}
	b.Tell(a.Scope, journal.Ask, int64(x.ID), 2, journal.AskAnswered, data)
	return desk.Result{Kind: journal.Ask, ID: int64(x.ID), Seq: 2, Status: "done",
		Value: &Answered{Ask: *x, Order: o, Freed: before - o.Totals.Payable(), Refund: o.Refunded - refunded}}, nil
}

// said is the remark that people read beside the order.
func said(x *asking.Ask, answer string) string {
	return map[string]string{
		asking.Given: "The customer gave another address by a link.", asking.Accept: "The customer takes " + x.SKU + " instead.",
		asking.Decline: "The customer does not want " + x.SKU + " instead; the line was canceled.", asking.Pay: "The customer began to pay what is due by a link.",
		asking.Yes: "The customer confirmed the order by a link.", asking.No: "The customer did not mean this order; it was canceled.",
		asking.Wait: "The customer was told of the delay and waits.", asking.Ship: "The customer wants what is there now; the rest follows.",
		asking.Cancel: "The customer did not want to wait; the rest was canceled.",
	}[answer]
}

// carryOut does what was chosen. It decides all before it changes anything.
func carryOut(b *step.Batch, a desk.Asked[AnswerCommand], x *asking.Ask, o *order.Order) error {
	c := &ChangeCommand{Order: o.ID, Refund: true}
	switch a.Command.Answer {
	case asking.Given:
		to := *a.Command.Address
		c.Change.ShipTo = &to
	case asking.Accept:
		c.Change.Lines = []order.LineChange{{Line: x.Line, Substitute: &order.NewLine{SKU: x.SKU, Quantity: x.Quantity}}}
	case asking.Decline:
		l := o.Line(x.Line)
		if l == nil {
			return fault.New(fault.Conflict, "order_over", "order %d has no line %d", o.Number, x.Line)
		}
		c.Change.Lines = kept(o, l)
	case asking.No, asking.Cancel:
		for i := range o.Lines {
			if o.Lines[i].Parent == 0 {
				c.Change.Lines = append(c.Change.Lines, kept(o, &o.Lines[i])...)
			}
		}
	case asking.Ship:
		return release(b, a, o)
	default: // wait, yes, pay: nothing of the order changes
		return nil
	}
	if len(c.Change.Lines) == 0 && c.Change.ShipTo == nil {
		return fault.New(fault.Conflict, "too_late", "nothing of order %d can be canceled any more: it is on its way", o.Number)
	}
	d, after, err := plannedChange(b, a.Scope, o, c)
	if err != nil || d.Empty() {
		return err
	}
	o.Party = after.Party
	return b.Apply(a.Scope, journal.OrderChanged, o.ID, &d)
}

// kept is the change that cancels what can be of a line; none when nothing can.
func kept(o *order.Order, l *order.Line) []order.LineChange {
	q := o.Quantities(l)
	if q.Cancelable() == 0 {
		return nil
	}
	n := q[order.Ordered] - q[order.Canceled] - q.Cancelable()
	return []order.LineChange{{Line: l.N, Quantity: &n}}
}

// Releasable tells how many units of an order wait on a shelf and could be sent
// on their way now, without those that nobody has.
func Releasable(o *order.Order) int64 { return o.Sums[order.Allocated] }

// release gives everything that is there to the floor, without what is not.
func release(b *step.Batch, a desk.Asked[AnswerCommand], o *order.Order) error {
	d := order.Delta{}
	for _, f := range b.FulfillmentsOf(o.ID) {
		if f.ReleasedAt != 0 || f.WorkStatus != "pending" {
			continue
		}
		one, err := f.Release()
		if err != nil {
			return err
		}
		d.Released = append(d.Released, one.Released...)
	}
	for _, h := range o.Holds {
		if h.LiftedAt == 0 {
			return fault.New(fault.Conflict, "order_on_hold", "order %d is on hold (%s)", o.Number, h.Reason)
		}
	}
	if len(d.Released) == 0 {
		if Releasable(o)+o.Sums[order.Picked]+o.Sums[order.Packed] > 0 {
			return nil // the floor is at it already
		}
		return fault.New(fault.Conflict, "nothing_there", "nothing of order %d is there yet", o.Number)
	}
	return b.Apply(a.Scope, journal.FulReleased, o.ID, &d)
}

// liftAsked ends the hold that the question was about, unless the answer waits
// for money.
func liftAsked(b *step.Batch, by access.Scope, x *asking.Ask, o *order.Order) error {
	if x.Hold == 0 || x.Kind == asking.Payment {
		return nil
	}
	for _, h := range o.Holds {
		if h.ID != x.Hold || h.LiftedAt != 0 {
			continue
		}
		d, err := o.Lift(h.ID, by.Actor.String())
		if err != nil {
			return err
		}
		return b.Apply(by, journal.OrderLifted, o.ID, &d)
	}
	return nil
}
