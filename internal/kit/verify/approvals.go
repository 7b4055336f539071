package verify

import (
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/approval"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/approvals"
	"orderly/internal/store/audit"
)

// approvals: what needs an approval was asked for it, waits until it is given,
// and had it from those who might give it by the policy of that day.
func (x *run) approvals() error {
	var all []approvals.Saved
	var first int64
	err := x.read(func(r *store.Reader) (err error) {
		if all, err = approvals.Policies(r); err == nil {
			first, err = audit.FirstApprovalHold(r)
		}
		return err
	})
	if err != nil {
		return err
	}
	err = x.walk(audit.AskPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.ApprovingIn(r, in)
		x.count(int64(len(list)), "H2")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.approving(&list[i], all)
		}
		return err
	})
	if err == nil && first > 0 {
		err = x.walk(audit.HoldPages, func(r *store.Reader, in audit.Range) error {
			n, list, err := audit.UnaskedIn(r, in, first)
			x.count(n, "H2")
			x.progress(n, 0)
			for _, h := range list {
				x.unasked(h)
			}
			return err
		})
	}
	least, some := leastThatNeedsOne(all)
	if err != nil || !some {
		return err
	}
	return x.walk(audit.ApprovalOrders, func(r *store.Reader, in audit.Range) error {
		list, err := audit.DearIn(r, in, least)
		x.count(int64(len(list)), "H2")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.dear(&list[i], all)
		}
		return err
	})
}

func (x *run) unasked(h audit.Unasked) {
	of, hold := order.ID(h.Order), ident.Text("hld", h.Hold)
	if h.Lifted {
		x.tell("H2", of.String(), "order %s was let go on from hold %s without the approvals that it waited for", of, hold)
	} else {
		x.tell("H2", of.String(), "order %s waits by hold %s for an approval that nobody asked for", of, hold)
	}
}

// leastThatNeedsOne is the lowest sum above which any policy wanted an approval.
func leastThatNeedsOne(all []approvals.Saved) (least int64, some bool) {
	for i := range all {
		for _, t := range all[i].Terms {
			if t.One > 0 && (!some || t.One < least) {
				least, some = t.One, true
			}
		}
	}
	return least, some
}

// dear: an order that was never asked for an approval needed none by what its
// placement tells.
func (x *run) dear(o *audit.Dear, all []approvals.Saved) {
	d, err := order.DecodeDelta(o.Placed)
	if err != nil || d.Placed == nil {
		return // E1 tells
	}
	var then *approvals.Saved
	for i := range all {
		if all[i].Since < o.Seq {
			then = &all[i]
		}
	}
	if then == nil {
		return
	}
	if t := then.Of(d.Placed.Currency); t != nil && t.One > 0 && d.Placed.Total > t.One {
		id := order.ID(o.Order)
		x.tell("H2", id.String(), "order %s came to %d, above %d an approval was to be asked for, and none was", id, d.Placed.Total, t.One)
	}
}

// approving: one ask, what was given, and its hold.
func (x *run) approving(a *audit.Approving, all []approvals.Saved) {
	of := order.ID(a.Order)
	tell := func(format string, args ...any) {
		x.tell("H2", of.String(), "approval %d of order %s "+format, append([]any{a.N, of}, args...)...)
	}
	p, known := versionOf(all, a.Policy)
	if !known {
		tell("was asked by version %d of the policy, which is not there", a.Policy)
	}
	if n := p.StepsFor(a.Worth, a.In); a.State != approval.Exempt && a.Steps < n {
		tell("asks for %d people, the policy of that day for %d", a.Steps, n)
	}
	switch {
	case a.State == approval.Approved && len(a.Given) < a.Steps:
		tell("was given by %d of %d people", len(a.Given), a.Steps)
	case a.State == approval.Approved && !a.Lifted:
		tell("was given, and its hold stands")
	case (a.State == approval.Asked || a.State == approval.Refused) && (a.Lifted || !a.Held):
		tell("is %s, and nothing holds the order", a.State)
	}
	for i := range a.Given {
		x.given(a, i, all, tell)
	}
}

func versionOf(all []approvals.Saved, version int64) (*approval.Policy, bool) {
	i := slices.IndexFunc(all, func(s approvals.Saved) bool { return s.Version == version })
	if i < 0 {
		return nil, version == 0
	}
	return &all[i].Policy, true
}

// given: a step is told, by who neither made the order nor gave another step,
// within a limit that the policy of that day had.
func (x *run) given(a *audit.Approving, i int, all []approvals.Saved, tell func(string, ...any)) {
	s := &a.Given[i]
	p, known := versionOf(all, s.Policy)
	at := slices.IndexFunc(a.Told, func(t audit.Making) bool {
		return t.Type == journal.OrderApproved && t.Approval.Ask == a.N && t.Approval.Step == i+1 && t.Actor == s.Actor
	})
	if at < 0 {
		tell("was given by %s, of which no entry tells", s.Actor)
		return
	}
	for _, t := range a.Told[:at] {
		if t.Type != journal.OrderApproved && (t.Actor == s.Actor || t.Actor == s.Holder) {
			tell("was given by %s, by the right of %s, who had placed or changed the order", s.Actor, s.Holder)
			break
		}
	}
	for _, y := range a.Given[:i] {
		if y.Actor == s.Actor || y.Holder == s.Holder || y.Actor == s.Holder || y.Holder == s.Actor {
			tell("was given twice by the right of %s", s.Holder)
		}
	}
	switch {
	case !known || p.MostOf(s.Role, s.In) != s.Most:
		tell("was given up to %d by the role %s, which version %d of the policy does not say", s.Most, s.Role, s.Policy)
	case s.Most != approval.Unlimited && s.Worth > s.Most:
		tell("was given for %d by somebody whose limit was %d", s.Worth, s.Most)
	case a.Role != "" && s.Role != a.Role && s.Role != access.Admin:
		tell("waits for the role %s and was given by the role %s", a.Role, s.Role)
	case s.Actor != s.Holder && !slices.Contains(p.Now(userOf(s.Actor), s.At), userOf(s.Holder)):
		tell("was given by %s in the place of %s, whose deputy they were not", s.Actor, s.Holder)
	}
}

// userOf is the id of an actor.
func userOf(actor string) string {
	_, id, _ := strings.Cut(actor, ":")
	return id
}
