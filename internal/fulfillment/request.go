package fulfillment

import (
	"fmt"
	"slices"

	"orderly/internal/fault"
	"orderly/internal/order"
)

// The words of RequestStatus: how far a partner, a supplier or a 3PL, is with
// what it was asked to send. Our own places are never asked.
const (
	Unsubmitted           = "unsubmitted"            // nobody was asked
	Submitted             = "submitted"              // asked, and not answered
	Accepted              = "accepted"               // the partner sends it
	Rejected              = "rejected"               // the partner does not; nothing of it is left here
	CancellationRequested = "cancellation_requested" // the partner was asked to stop
	Closed                = "closed"                 // the partner has nothing left to do
)

// RequestStatuses lists every request status.
var RequestStatuses = []string{Unsubmitted, Submitted, Accepted, Rejected, CancellationRequested, Closed}

// The steps of a request, which are also the last words of the entries that
// tell of them.
const (
	StepSubmitted            = "submitted"
	StepWithdrawn            = "withdrawn" // before it was answered
	StepChased               = "chased"    // an answer, or the goods, are overdue
	StepAccepted             = "accepted"
	StepRejected             = "rejected"
	StepFailed               = "failed" // accepted, and some of it cannot be sent after all
	StepCancellationAsked    = "cancellation_requested"
	StepCancellationAccepted = "cancellation_accepted"
	StepCancellationRejected = "cancellation_rejected"
)

// requestSteps is the one table of what may happen to a request: from which
// statuses, and where it leads. "" leaves it as it is.
var requestSteps = map[string]struct {
	from []string
	to   string
}{
	StepSubmitted:            {[]string{Unsubmitted}, Submitted},
	StepWithdrawn:            {[]string{Submitted}, Unsubmitted},
	StepChased:               {[]string{Submitted, Accepted, CancellationRequested}, ""},
	StepAccepted:             {[]string{Submitted}, Accepted},
	StepRejected:             {[]string{Submitted}, Rejected},
	StepFailed:               {[]string{Accepted, CancellationRequested}, ""},
	StepCancellationAsked:    {[]string{Accepted}, CancellationRequested},
	StepCancellationAccepted: {[]string{CancellationRequested}, Closed},
	StepCancellationRejected: {[]string{CancellationRequested}, Accepted},
}

// requested carries a step out. An error means that the decision was wrong.
func (f *Fulfillment) requested(step string) error {
	rule, known := requestSteps[step]
	if !known || !slices.Contains(rule.from, f.RequestStatus) {
		return fmt.Errorf("request that is %s is %s", f.RequestStatus, step)
	}
	if rule.to != "" {
		f.RequestStatus = rule.to
	}
	return nil
}

// settle closes a request of which nothing is left to do, and opens it again
// where what had left came back.
func (f *Fulfillment) settle() {
	open := int64(0)
	for i := range f.Lines {
		open += f.Lines[i].Open
	}
	switch {
	case open == 0 && f.Firm():
		f.RequestStatus = Closed
	case open > 0 && f.RequestStatus == Closed:
		f.RequestStatus = Accepted
	}
}

// Firm reports whether a partner works on it, or may: what it holds is not
// taken away without asking.
func (f *Fulfillment) Firm() bool {
	return f.RequestStatus == Submitted || f.RequestStatus == Accepted || f.RequestStatus == CancellationRequested
}

// Submit decides that a partner is asked for all of it.
func (f *Fulfillment) Submit() (order.Delta, error) {
	if f.RequestStatus != Unsubmitted {
		return order.Delta{}, f.asked("submit", "it was asked for before")
	}
	d := f.step1(StepSubmitted, "")
	switch f.WorkStatus {
	case Pending:
		d.Released = []int64{int64(f.ID)}
	case Released:
	default:
		return order.Delta{}, f.asked("submit", "work on it has begun here, or is over")
	}
	return d, nil
}

// Withdraw takes back what a partner has not answered.
func (f *Fulfillment) Withdraw() (order.Delta, error) {
	if f.RequestStatus != Submitted || f.WorkStatus != Released {
		return order.Delta{}, f.asked("withdraw", "only what was not answered can be withdrawn; ask for a cancellation")
	}
	d := f.step1(StepWithdrawn, "")
	d.Recalled = []int64{int64(f.ID)}
	return d, nil
}

// Accept decides that the partner sends the parts, all of it when there are
// none. What it does not take is given up.
func (f *Fulfillment) Accept(parts []Part, reason string) (order.Delta, error) {
	if f.RequestStatus != Submitted {
		return order.Delta{}, f.asked("accept", "there is no question to answer")
	}
	d := f.step1(StepAccepted, "")
	if len(parts) == 0 {
		return d, nil
	}
	taken, err := f.step("accept", withoutZero(parts), order.Allocated, order.Unsourced)
	if err != nil {
		return order.Delta{}, err
	}
	by := map[int]int64{}
	for _, m := range taken.Moves {
		by[m.Line] = m.Quantity
	}
	var left []Part
	for i := range f.Lines {
		if q := f.Lines[i].Allocated() - by[f.Lines[i].Order]; q > 0 {
			left = append(left, Part{Line: f.Lines[i].Order, Quantity: q})
		}
	}
	switch {
	case len(by) == 0:
		return order.Delta{}, fault.New(fault.Invalid, "nothing_accepted", "none of it is accepted; reject it, with a reason")
	case len(left) == 0:
		return d, nil
	}
	given, err := f.step("accept", left, order.Allocated, order.Unsourced)
	d.Moves = given.Moves
	d.Requests[0].Reason = reason
	return d, err
}

// withoutZero are the parts of which at least one unit is named.
func withoutZero(parts []Part) []Part {
	return slices.DeleteFunc(slices.Clone(parts), func(p Part) bool { return p.Quantity == 0 })
}

// Reject decides that the partner sends none of it. For silence the clock says
// so.
func (f *Fulfillment) Reject(reason string) (order.Delta, error) {
	if f.RequestStatus != Submitted {
		return order.Delta{}, f.asked("reject", "there is no question to answer")
	}
	d, err := f.step("reject", nil, order.Allocated, order.Unsourced)
	d.Requests = f.step1(StepRejected, reason).Requests
	return d, err
}

// Fail decides that the partner cannot send units which it had accepted; all
// that it has not sent when there are no parts.
func (f *Fulfillment) Fail(parts []Part, reason string) (order.Delta, error) {
	if f.RequestStatus != Accepted && f.RequestStatus != CancellationRequested {
		return order.Delta{}, f.asked("fail", "it was not accepted")
	}
	d, err := f.step("fail", parts, order.Allocated, order.Unsourced)
	d.Requests = f.step1(StepFailed, reason).Requests
	return d, err
}

// AskCancellation asks the partner to stop. Until it answers, nothing moves.
func (f *Fulfillment) AskCancellation(reason string) (order.Delta, error) {
	if f.RequestStatus != Accepted {
		return order.Delta{}, f.asked("request_cancellation", "only what was accepted; what was not answered can be withdrawn")
	}
	return f.step1(StepCancellationAsked, reason), nil
}

// AnswerCancellation decides whether the partner stops. When it does, what it
// has not sent goes to another bucket.
func (f *Fulfillment) AnswerCancellation(stops bool, to order.Bucket, reason string) (order.Delta, error) {
	if f.RequestStatus != CancellationRequested {
		return order.Delta{}, f.asked("answer_cancellation", "no cancellation was asked for")
	}
	if !stops {
		return f.step1(StepCancellationRejected, reason), nil
	}
	d, err := f.step("answer_cancellation", nil, order.Allocated, to)
	d.Requests = f.step1(StepCancellationAccepted, reason).Requests
	return d, err
}

// Chase notes that the partner was reminded.
func (f *Fulfillment) Chase() (order.Delta, error) {
	if !f.Firm() {
		return order.Delta{}, f.asked("chase", "the partner owes nothing")
	}
	return f.step1(StepChased, ""), nil
}

func (f *Fulfillment) step1(step, reason string) order.Delta {
	return order.Delta{Requests: []order.RequestStep{{ID: int64(f.ID), Step: step, Reason: reason}}}
}

func (f *Fulfillment) asked(act, why string) error {
	return fault.New(fault.Conflict, "wrong_request_status", "cannot %s fulfillment %s (request %s, work %s): %s", act, f.ID, f.RequestStatus, f.WorkStatus, why)
}

// requestActions are what a partner, or who asks one, may do next.
func (f *Fulfillment) requestActions() []string {
	switch f.RequestStatus {
	case Submitted:
		return []string{"accept", "reject", "withdraw", "send"}
	case Accepted:
		return []string{"send", "fail", "request_cancellation"}
	case CancellationRequested:
		return []string{"answer_cancellation", "send", "fail"}
	}
	return nil
}
