package partner

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/partner"
)

// StopCommand asks a partner to stop.
type StopCommand struct {
	Fulfillment fulfillment.ID
	Then        string // partner.ToCancel or partner.ToMove: what becomes of the units
	Note        string
}

// Stop asks a partner for a cancellation. Where it has not answered yet, the
// request is withdrawn at once and nobody is asked.
var Stop = step.Act[StopCommand]{
	Name: "requests.request_cancellation", Permission: access.FulfillmentWrite,
	Check: func(c *StopCommand) error {
		var l fault.List
		if !slices.Contains([]string{partner.ToCancel, partner.ToMove}, c.Then) {
			l.Add("/then", "unknown_word", "say what becomes of the units: %s or %s", partner.ToCancel, partner.ToMove)
		}
		partner.CheckAnswer("", "", c.Note, false, &l)
		return l.Err()
	},
	Load:   load(func(c *StopCommand) fulfillment.ID { return c.Fulfillment }),
	Decide: decideStop,
}.Operation()

func decideStop(b *step.Batch, a desk.Asked[StopCommand]) (desk.Result, error) {
	c := a.Command
	f, o, q, err := asked(b, a.Scope, c.Fulfillment)
	if err != nil {
		return desk.Result{}, err
	}
	switch f.RequestStatus {
	case fulfillment.CancellationRequested:
		return done(b, f, o, "unchanged"), nil
	case fulfillment.Submitted:
		return withdraw(b, a, f, o)
	}
	d, err := f.AskCancellation(c.Then)
	if err != nil {
		return desk.Result{}, err
	}
	q.Then = c.Then
	if err := b.Apply(a.Scope, journal.FulCancellationAsked, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	if c.Note != "" {
		remark(b, a.Scope, o, f, "was asked to stop", c.Note)
	}
	return done(b, f, o, "done"), nil
}

// withdraw takes back what was not answered, and does with the units what was
// to be done with them.
func withdraw(b *step.Batch, a desk.Asked[StopCommand], f *fulfillment.Fulfillment, o *order.Order) (desk.Result, error) {
	d, err := f.Withdraw()
	if err != nil {
		return desk.Result{}, err
	}
	if err := b.Apply(a.Scope, journal.FulWithdrawn, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	if a.Command.Then == partner.ToMove {
		if d, err = f.GiveUp(); err != nil {
			return desk.Result{}, err
		}
		err = giveUp(b, a.Scope, journal.FulRerouted, o, f, d)
	} else {
		err = cancel(b, a.Scope, o, f)
	}
	return done(b, f, o, "done"), err
}

// cancel cancels what a fulfillment holds and nobody is asked for.
func cancel(b *step.Batch, by access.Scope, o *order.Order, f *fulfillment.Fulfillment) error {
	var d order.Delta
	for i := range f.Lines {
		if l := &f.Lines[i]; l.Allocated() > 0 {
			d.Moves = append(d.Moves, order.Move{Line: l.Order, From: order.Allocated, To: order.Canceled, Quantity: l.Allocated(), Fulfillment: int64(f.ID)})
		}
	}
	return b.Apply(by, journal.OrderCanceled, o.ID, &d)
}

// AnswerCommand is what a partner says to a cancellation.
type AnswerCommand struct {
	Fulfillment fulfillment.ID
	Stops       bool
	Reason      string // why not
	Note        string
}

// Answer takes a partner's word on a cancellation. When it stops, what it has not
// sent is canceled or comes from elsewhere, as was asked. Said twice, the second
// changes nothing.
var Answer = step.Act[AnswerCommand]{
	Name: "requests.answer_cancellation", Permission: access.RequestsWork,
	Check: func(c *AnswerCommand) error {
		var l fault.List
		partner.CheckAnswer(c.Reason, "", c.Note, false, &l)
		return l.Err()
	},
	Load:   load(func(c *AnswerCommand) fulfillment.ID { return c.Fulfillment }),
	Decide: decideAnswer,
}.Operation()

func decideAnswer(b *step.Batch, a desk.Asked[AnswerCommand]) (desk.Result, error) {
	c := a.Command
	f, o, q, err := asked(b, a.Scope, c.Fulfillment)
	if err != nil {
		return desk.Result{}, err
	}
	if f.RequestStatus == fulfillment.Closed && c.Stops && f.WorkStatus == fulfillment.Canceled {
		return done(b, f, o, "unchanged"), nil
	}
	to := order.Unsourced
	if q.Then != partner.ToMove {
		to = order.Canceled
	}
	if c.Stops && !slices.ContainsFunc(f.Lines, func(l fulfillment.Line) bool { return l.Allocated() > 0 }) {
		return desk.Result{}, fault.New(fault.Conflict, "nothing_left", "all of fulfillment %s has been sent", f.ID)
	}
	d, err := f.AnswerCancellation(c.Stops, to, c.Reason)
	if err != nil {
		return desk.Result{}, err
	}
	switch {
	case !c.Stops:
		err = b.Apply(a.Scope, journal.FulCancellationRejected, o.ID, &d)
		remark(b, a.Scope, o, f, "does not stop", c.Note)
	case to == order.Canceled:
		err = b.Apply(a.Scope, journal.FulCancellationAccepted, o.ID, &d)
	default:
		err = giveUp(b, a.Scope, journal.FulCancellationAccepted, o, f, d)
	}
	if err != nil {
		return desk.Result{}, err
	}
	return done(b, f, o, "done"), nil
}
