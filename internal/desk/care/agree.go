package care

import (
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/stock"
	"orderly/internal/store/returned"
)

// AgreeCommand says what becomes of a request.
type AgreeCommand struct {
	Return   returns.ID
	Location stock.LocationID // approve: where it is to go, zero when that is open
	Note     string           // for the customer: how to send it, why not
	Carrier  string           // send
	Tracking string           // send
}

func agreeing(name string, p access.Permission, decide func(*step.Batch, desk.Asked[AgreeCommand], *returns.Return, *order.Order) (outcome, error)) *desk.Operation[AgreeCommand] {
	return onReturn(name, p, func(c *AgreeCommand) returns.ID { return c.Return }, checkAgree,
		func(b *step.Batch, _ []desk.Asked[AgreeCommand]) error { return b.LoadPolicies() }, decide)
}

func checkAgree(c *AgreeCommand, l *fault.List) {
	c.Note, c.Carrier, c.Tracking = strings.TrimSpace(c.Note), strings.TrimSpace(c.Carrier), strings.TrimSpace(c.Tracking)
	returns.CheckText("/note", c.Note, l)
	for at, s := range map[string]string{"/carrier": c.Carrier, "/tracking": c.Tracking} {
		if len(s) > 80 {
			l.Add(at, "too_long", "at most 80 characters")
		} else {
			returns.CheckText(at, s, l)
		}
	}
}

// ApproveReturn lets a requested return come. Without a note the customer reads
// the policy's instructions.
var ApproveReturn = agreeing("returns.approve", access.OrdersWrite, func(b *step.Batch, a desk.Asked[AgreeCommand], x *returns.Return, o *order.Order) (outcome, error) {
	c := a.Command
	if err := x.May("approve"); err != nil {
		return outcome{}, err
	}
	if c.Location != 0 {
		if b.Catalog.Location(c.Location) == nil || !a.Scope.Sees(int64(c.Location)) {
			return outcome{}, fault.New(fault.Invalid, "unknown_location", "there is no such location to send the return to")
		}
		x.Location = c.Location
	}
	if x.ApprovedAt, x.Note = b.At, c.Note; c.Note == "" {
		x.Note = returned.For(b.Policies(), o.Channel).Instructions
	}
	return outcome{tell: journal.ReturnApproved}, nil
})

// RefuseReturn turns a return down before anything of it has come.
var RefuseReturn = agreeing("returns.refuse", access.OrdersWrite, func(b *step.Batch, a desk.Asked[AgreeCommand], x *returns.Return, _ *order.Order) (outcome, error) {
	if err := x.May("refuse"); err != nil {
		return outcome{}, err
	}
	x.RefusedAt, x.Note = b.At, a.Command.Note
	return outcome{order: order.Delta{Asked: calledOff(x)}, typ: journal.OrderCalledOff, tell: journal.ReturnRefused}, nil
})

// CancelReturn and CallOffReturn, which is the customer's, end a return before
// anything of it has come.
var (
	CancelReturn  = agreeing("returns.cancel", access.OrdersWrite, decideCancelReturn)
	CallOffReturn = agreeing("returns.call_off", access.Track, decideCancelReturn)
)

func decideCancelReturn(b *step.Batch, _ desk.Asked[AgreeCommand], x *returns.Return, _ *order.Order) (outcome, error) {
	if err := x.May("cancel"); err != nil {
		return outcome{}, err
	}
	x.CanceledAt = b.At
	return outcome{order: order.Delta{Asked: calledOff(x)}, typ: journal.OrderCalledOff, tell: journal.ReturnCanceled}, nil
}

// SendReturn and TellSent, which is the customer's, say that a return is on its way.
var (
	SendReturn = agreeing("returns.send", access.OrdersWrite, decideSend)
	TellSent   = agreeing("returns.tell_sent", access.Track, decideSend)
)

func decideSend(b *step.Batch, a desk.Asked[AgreeCommand], x *returns.Return, _ *order.Order) (outcome, error) {
	if err := x.May("send"); err != nil {
		return outcome{}, err
	}
	x.SentAt = b.At
	if c := a.Command; c.Carrier != "" || c.Tracking != "" || x.Tracking == "" { // else what the label says
		x.Carrier, x.Tracking = c.Carrier, c.Tracking
	}
	return outcome{tell: journal.ReturnSent}, nil
}

// CloseReturn ends a return of which everything that came is inspected. What has
// not come by then is not waited for any more.
var CloseReturn = agreeing("returns.close", access.OrdersWrite, func(b *step.Batch, _ desk.Asked[AgreeCommand], x *returns.Return, _ *order.Order) (outcome, error) {
	if err := x.May("close"); err != nil {
		return outcome{}, err
	}
	x.ClosedAt = b.At
	return outcome{order: order.Delta{Asked: calledOff(x)}, typ: journal.OrderCalledOff, tell: journal.ReturnClosed}, nil
})

// ReopenReturn opens a closed return again, to receive more of it.
var ReopenReturn = agreeing("returns.reopen", access.OrdersWrite, func(_ *step.Batch, _ desk.Asked[AgreeCommand], x *returns.Return, _ *order.Order) (outcome, error) {
	if err := x.May("reopen"); err != nil {
		return outcome{}, err
	}
	x.ClosedAt = 0
	return outcome{tell: journal.ReturnReopened}, nil
})

// done closes a return by itself when nothing is left to do.
func done(x *returns.Return, at int64) {
	if s := x.Sums(); x.Open() && s.Came > 0 && s.Requested == 0 && s.ToInspect == 0 && s.ToRefund == 0 {
		x.ClosedAt = at
	}
}
