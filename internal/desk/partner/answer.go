package partner

import (
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/partner"
)

// AcceptCommand is a partner's yes. Without parts it sends all of it; what it
// leaves out comes from elsewhere, and wants a reason.
type AcceptCommand struct {
	Fulfillment fulfillment.ID
	Parts       []fulfillment.Part
	Reason      string // for what is left out
	Reference   string // the partner's own number
	Note        string
}

// Accept takes a partner's yes. Said twice, the second changes nothing.
var Accept = step.Act[AcceptCommand]{
	Name: "requests.accept", Permission: access.RequestsWork,
	Check: func(c *AcceptCommand) error {
		var l fault.List
		partner.CheckAnswer(c.Reason, c.Reference, c.Note, false, &l)
		return l.Err()
	},
	Load:   load(func(c *AcceptCommand) fulfillment.ID { return c.Fulfillment }),
	Decide: decideAccept,
}.Operation()

func decideAccept(b *step.Batch, a desk.Asked[AcceptCommand]) (desk.Result, error) {
	c := a.Command
	f, o, q, err := asked(b, a.Scope, c.Fulfillment)
	if err != nil {
		return desk.Result{}, err
	}
	left := f.RequestStatus == fulfillment.Closed && f.WorkStatus != fulfillment.Canceled // the goods were quicker than the answer
	if (f.RequestStatus == fulfillment.Accepted || left) && again(f, c.Parts) {
		return done(b, f, o, "unchanged"), nil
	}
	d, err := f.Accept(c.Parts, c.Reason)
	if err != nil {
		return desk.Result{}, err
	}
	less := len(d.Moves) > 0
	if less && c.Reason == "" {
		var l fault.List
		partner.CheckAnswer("", "", "", true, &l)
		return desk.Result{}, l.Err()
	}
	if c.Reference != "" {
		q.Reference = c.Reference
	}
	if less {
		err = giveUp(b, a.Scope, journal.FulAccepted, o, f, d)
		remark(b, a.Scope, o, f, "sends a part of it: "+c.Reason, c.Note)
	} else {
		err = b.Apply(a.Scope, journal.FulAccepted, o.ID, &d)
		if c.Note != "" {
			remark(b, a.Scope, o, f, "accepted", c.Note)
		}
	}
	if err != nil {
		return desk.Result{}, err
	}
	return done(b, f, o, "done"), nil
}

// again reports whether a yes says what was said before.
func again(f *fulfillment.Fulfillment, parts []fulfillment.Part) bool {
	for _, p := range parts {
		l := f.LineFor(p.Line)
		if l == nil && p.Quantity > 0 || l != nil && p.Quantity != l.Open+l.Shipped {
			return false
		}
	}
	return true
}

// RejectCommand is a partner's no.
type RejectCommand struct {
	Fulfillment fulfillment.ID
	Reason      string
	Note        string
}

// Reject takes a partner's no: all of it comes from elsewhere. Said twice, the
// second changes nothing.
var Reject = step.Act[RejectCommand]{
	Name: "requests.reject", Permission: access.RequestsWork,
	Check: func(c *RejectCommand) error {
		var l fault.List
		partner.CheckAnswer(c.Reason, "", c.Note, true, &l)
		return l.Err()
	},
	Load: load(func(c *RejectCommand) fulfillment.ID { return c.Fulfillment }),
	Decide: func(b *step.Batch, a desk.Asked[RejectCommand]) (desk.Result, error) {
		f, o, _, err := asked(b, a.Scope, a.Command.Fulfillment)
		if err != nil {
			return desk.Result{}, err
		}
		if f.RequestStatus == fulfillment.Rejected {
			return done(b, f, o, "unchanged"), nil
		}
		d, err := f.Reject(a.Command.Reason)
		if err != nil {
			return desk.Result{}, err
		}
		if err := giveUp(b, a.Scope, journal.FulRejected, o, f, d); err != nil {
			return desk.Result{}, err
		}
		remark(b, a.Scope, o, f, "sends none of it: "+a.Command.Reason, a.Command.Note)
		return done(b, f, o, "done"), nil
	},
}.Operation()

// FailCommand says that a partner cannot send what it had accepted; without
// parts, all that it has not sent.
type FailCommand struct {
	Fulfillment fulfillment.ID
	Parts       []fulfillment.Part
	Reason      string
	Note        string
}

// Fail has what a partner cannot send after all come from elsewhere.
var Fail = step.Act[FailCommand]{
	Name: "requests.fail", Permission: access.RequestsWork,
	Check: func(c *FailCommand) error {
		var l fault.List
		partner.CheckAnswer(c.Reason, "", c.Note, true, &l)
		return l.Err()
	},
	Load: load(func(c *FailCommand) fulfillment.ID { return c.Fulfillment }),
	Decide: func(b *step.Batch, a desk.Asked[FailCommand]) (desk.Result, error) {
		f, o, _, err := asked(b, a.Scope, a.Command.Fulfillment)
		if err != nil {
			return desk.Result{}, err
		}
		d, err := f.Fail(a.Command.Parts, a.Command.Reason)
		if err != nil {
			return desk.Result{}, err
		}
		units := int64(0)
		for _, m := range d.Moves {
			units += m.Quantity
		}
		if err := giveUp(b, a.Scope, journal.FulFailed, o, f, d); err != nil {
			return desk.Result{}, err
		}
		remark(b, a.Scope, o, f, fmt.Sprintf("cannot send %d units that it had accepted: %s", units, a.Command.Reason), a.Command.Note)
		return done(b, f, o, "done"), nil
	},
}.Operation()
