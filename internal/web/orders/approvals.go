package orders

import (
	"slices"

	"orderly/internal/approval"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/approvals"
	"orderly/internal/web/shell"
)

// asked reads the last approval that the order needed, where it ever was held
// for one.
func (x *view) asked(r *store.Reader) error {
	if !slices.ContainsFunc(x.Holds, func(h order.Hold) bool { return h.Reason == order.Approval }) {
		return nil
	}
	list, err := approvals.Of(r, x.ID)
	if len(list) > 0 {
		x.Asked = list[len(list)-1]
	}
	return err
}

// mayApprove finds out why the visitor does not approve the order, if so.
func (x *view) mayApprove(v *shell.Visit) error {
	if !v.May(intake.Approve.Permission) {
		return nil
	}
	_, err := shell.Preview(v, intake.Approve, intake.ApproveCommand{Order: x.ID})
	if k := fault.KindOf(err); err != nil && k != fault.Denied && k != fault.Conflict && k != fault.NotFound {
		return err
	}
	if err != nil {
		x.MayNot = err.Error()
	}
	return nil
}

// agreed are who had to do with the approval.
func (x *view) agreed() (out []string) {
	if x.Asked == nil {
		return nil
	}
	for _, s := range x.Asked.Given {
		out = append(out, s.Actor, s.Holder)
	}
	return append(out, x.Asked.DecidedBy)
}

// givenTold says who has approved the order, a line for each.
func (x *view) givenTold(v *shell.Visit) (out []string) {
	for _, s := range x.Asked.Given {
		if s.Holder != s.Actor {
			out = append(out, v.T("order.approval_given_for", "who", x.who(v, s.Actor), "other", x.who(v, s.Holder), "when", v.When(s.At)))
			continue
		}
		out = append(out, v.T("order.approval_given", "who", x.who(v, s.Actor), "when", v.When(s.At)))
	}
	if x.Asked.State == approval.Refused {
		out = append(out, v.T("order.approval_refused", "who", x.who(v, x.Asked.DecidedBy), "when", v.When(x.Asked.DecidedAt), "why", x.Asked.Why))
	}
	return out
}

// seenAmount is what the order came to on the page that was looked at.
func seenAmount(v *shell.Visit, faults *fault.List) *int64 {
	n := v.FormInt("amount", faults)
	return &n
}

func approveForm(v *shell.Visit, id order.ID, faults *fault.List) intake.ApproveCommand {
	return intake.ApproveCommand{Order: id, Amount: seenAmount(v, faults)}
}

func refuseForm(v *shell.Visit, id order.ID, faults *fault.List) intake.RefuseCommand {
	return intake.RefuseCommand{Order: id, Amount: seenAmount(v, faults), Why: v.Form("reason"), Cancel: v.Form("cancel") != ""}
}
