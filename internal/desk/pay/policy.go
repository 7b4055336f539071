package pay

import (
	"encoding/json"
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/invoice"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store/entries"
	"orderly/internal/store/payments"
)

// PolicyCommand sets when payments are captured and unpaid orders expire.
type PolicyCommand struct {
	Policy  payment.Policy
	Version *int64
}

// SavePolicy keeps it. It holds for what is there already, too: whoever follows
// the policies sees to that after the commit.
var SavePolicy = &desk.Operation[PolicyCommand]{
	Name: "payments.policy", Permission: access.SettingsWrite,
	Check: func(c *PolicyCommand) error {
		var l fault.List
		c.Policy.Check(&l)
		return l.Err()
	},
	Run: func(t *desk.Turn, asked []desk.Asked[PolicyCommand]) ([]desk.Result, error) {
		out := make([]desk.Result, len(asked))
		for i, a := range asked {
			var err error
			if out[i], err = savePolicy(t, a); fault.KindOf(err) == fault.Conflict {
				out[i], err = desk.Result{Err: err}, nil
			}
			if err != nil {
				return nil, err
			}
		}
		return out, nil
	},
}

func savePolicy(t *desk.Turn, a desk.Asked[PolicyCommand]) (desk.Result, error) {
	p := a.Command.Policy
	all, err := payments.Policies(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	old := all[p.Channel]
	if v := a.Command.Version; v != nil && *v != old.EditVersion {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed this policy meanwhile; look at it again")
	}
	if old.EditVersion == 0 && len(all) > payment.MaxPolicies {
		return desk.Result{}, fault.New(fault.Conflict, "too_many", "at most %d channels", payment.MaxPolicies)
	}
	p.UpdatedAt, p.EditVersion = t.At, old.EditVersion+1
	if err := payments.SavePolicy(t.Tx, p); err != nil {
		return desk.Result{}, err
	}
	last, err := entries.LastOf(&t.Reader, t.M)
	if err != nil {
		return desk.Result{}, err
	}
	data, err := json.Marshal(map[string]any{"channel": p.Channel, "capture": p.Capture, "hold_after_hours": p.HoldAfter, "cancel_after_hours": p.CancelAfter})
	if err != nil {
		return desk.Result{}, fmt.Errorf("tell a policy: %w", err)
	}
	e := entries.New(t.Tx, journal.Merchant, t.M, last+1, journal.PaymentPolicySaved, a.Scope, data)
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: last + 1, Status: "done", Value: p}, entries.Append(t.Tx, []journal.Entry{e})
}

// FollowCommand has the policy of an order's channel done to it. Would is
// another policy, to see what that would do.
type FollowCommand struct {
	Order order.ID
	Would *payment.Policy
}

// FollowerID names who follows policies: the holds that it placed are its own.
const FollowerID = "payment_policies"

// What following a policy did.
const (
	Took    = "took"    // asked for captures
	Held    = "held"    // holds an order of which no money came
	Expired = "expired" // canceled it
	Lifted  = "lifted"  // money came or is on its way
	LetGo   = "let_go"  // asked for what is authorized for a canceled order to be let go
	Nothing = "unchanged"
)

// Followed is the Value of a Follow.
type Followed struct {
	Did   string
	Order *order.Order
	Takes []payment.Take
}

// Follow does to an order what the policy of its channel says now. It looks at
// how the order stands and not at what happened, so that doing it twice, late or
// never in between is the same.
var Follow = step.Act[FollowCommand]{
	Name: "payments.follow", Permission: access.OrdersWrite,
	Load: func(b *step.Batch, asked []desk.Asked[FollowCommand]) error {
		ids := make([]order.ID, len(asked))
		for i := range asked {
			ids[i] = asked[i].Command.Order
		}
		if err := b.LoadOrders(ids); err != nil {
			return err
		}
		if err := b.LoadPayments(ids); err != nil {
			return err
		}
		return b.LoadPaymentPolicies()
	},
	Decide: func(b *step.Batch, a desk.Asked[FollowCommand]) (desk.Result, error) {
		o := b.Order(a.Command.Order)
		if o == nil {
			return desk.Result{}, fault.New(fault.NotFound, "no_such_order", "there is no order %s", a.Command.Order)
		}
		p := b.PaymentPolicy(o.Channel)
		if a.Command.Would != nil {
			p = *a.Command.Would
		}
		f := follower{b: b, by: a.Scope, o: o, p: p}
		did, err := f.follow()
		if err != nil {
			return desk.Result{}, err
		}
		return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: did, Value: &Followed{did, o, f.takes}}, nil
	},
}.Operation()

// follower follows a policy on one order.
type follower struct {
	b     *step.Batch
	by    access.Scope
	o     *order.Order
	p     payment.Policy
	list  []*payment.Payment
	takes []payment.Take
}

func (f *follower) follow() (did string, err error) {
	if f.list, err = f.b.PaymentsOf(f.o.ID); err != nil {
		return "", err
	}
	if did, err = f.promised(); did != Nothing || err != nil {
		return did, err
	}
	if f.o.Statuses.Status == "canceled" {
		return f.letGo()
	}
	if did, err = f.unpaid(); did != Nothing || err != nil {
		return did, err
	}
	if f.takes = payment.Takes(f.list, f.want()); len(f.takes) == 0 {
		return Nothing, nil
	}
	for _, t := range f.takes {
		if _, err := f.b.Intend(f.by.Actor, t.Payment, payment.Intent{Kind: payment.Capture, Amount: t.Amount}); err != nil {
			return "", err
		}
	}
	return Took, f.b.TellPayments(f.by, f.o.ID)
}

// want is how much more should be captured by now.
func (f *follower) want() int64 {
	switch f.p.Capture {
	case payment.AtAuthorization:
		return money.MaxTotal
	case payment.AtRelease:
		if f.begun() {
			return money.MaxTotal
		}
	case payment.AtShipment:
		worth := int64(0)
		for _, l := range invoice.Owed(f.o, invoice.Shipped, nil) {
			if l.Kind == invoice.Goods || l.Kind == invoice.Fee {
				worth += l.Gross
			}
		}
		taken := f.o.Paid
		for _, p := range f.list {
			taken += p.Taking()
		}
		return worth - taken
	}
	return 0
}

// begun reports whether the floor was given any of the order.
func (f *follower) begun() bool {
	return slices.ContainsFunc(f.b.FulfillmentsOf(f.o.ID), func(x *fulfillment.Fulfillment) bool {
		return x.WorkStatus != fulfillment.Pending && x.WorkStatus != fulfillment.Canceled
	})
}

// letGo asks for what is held for a canceled order to be let go: it would lapse
// anyway, and is the customer's. By hand it is left to people.
func (f *follower) letGo() (string, error) {
	did := Nothing
	for _, p := range f.list {
		if f.p.Capture == payment.ByHand && f.p.HoldAfter == 0 || !p.Voidable() || p.State() != payment.Authorized && p.Page() == "" {
			continue
		}
		if _, err := f.b.Intend(f.by.Actor, p, payment.Intent{Kind: payment.Void}); err != nil {
			return "", err
		}
		did = LetGo
	}
	if did == Nothing {
		return did, nil
	}
	return did, f.b.TellPayments(f.by, f.o.ID)
}
