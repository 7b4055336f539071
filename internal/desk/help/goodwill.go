package help

import (
	"encoding/json"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/users"
	"orderly/internal/support"
)

// GoodwillCommand gives money back in a case, or decides about what another has
// asked to give.
type GoodwillCommand struct {
	Case   support.ID
	Amount int64
	Reason string // kept in its row alone
	Decide int64  // what was asked for: then Amount and Reason are its own
	Deny   bool
}

// Goodwilled is the Value of Goodwill.
type Goodwilled struct {
	Case     *support.Case
	Goodwill support.Goodwill
	Order    *order.Order
	Shares   []payment.Share // of which payment how much goes back; none of what is only asked
	Limit    int64
}

// Goodwill gives money back out of what the case's order was paid by. Up to the
// limit of who gives it, over the whole case, it goes at once; above it is kept
// until somebody else with a higher limit agrees.
var Goodwill = step.Act[GoodwillCommand]{
	Name: "cases.goodwill", Permission: access.OrdersWrite,
	Check: func(c *GoodwillCommand) error {
		var l fault.List
		c.Reason = strings.TrimSpace(c.Reason)
		if c.Decide == 0 {
			if c.Amount <= 0 || c.Amount > money.MaxTotal {
				l.Add("/amount", "out_of_range", "the amount is more than 0")
			}
			support.CheckText("/reason", c.Reason, support.MaxSubject, true, &l)
		}
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[GoodwillCommand]) error {
		var ids []order.ID
		for i := range asked {
			c, err := cases.Get(b.R, asked[i].Command.Case)
			if err != nil {
				return err
			}
			if c != nil && c.Order != 0 && !slices.Contains(ids, order.ID(c.Order)) {
				ids = append(ids, order.ID(c.Order))
			}
		}
		if err := b.LoadOrders(ids); err != nil {
			return err
		}
		return b.LoadPayments(ids)
	},
	Decide: decideGoodwill,
}.Operation()

func decideGoodwill(b *step.Batch, a desk.Asked[GoodwillCommand]) (desk.Result, error) {
	m := &a.Command
	c, err := cases.Get(b.R, m.Case)
	if err != nil {
		return desk.Result{}, err
	}
	if c == nil {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_case", "there is no case %s", m.Case)
	}
	o := b.Order(order.ID(c.Order))
	if o == nil {
		return desk.Result{}, fault.New(fault.Conflict, "no_order", "case %s is of no order whose money could go back; say which it is first", c.Called())
	}
	before, err := cases.GoodwillOf(b.R, c.ID)
	if err != nil {
		return desk.Result{}, err
	}
	x := &Goodwilled{Case: c, Order: o}
	if x.Limit, err = limitOf(b, a.Scope); err != nil {
		return desk.Result{}, err
	}
	typ, err := x.judge(b, a, before)
	if err != nil {
		return desk.Result{}, err
	}
	if x.Goodwill.State == support.Given {
		if err := x.give(b, a.Scope); err != nil {
			return desk.Result{}, err
		}
	}
	return x.keep(b, a.Scope, typ)
}

// limitOf is how much somebody gives by itself. A program has no role: it gives
// what support does.
func limitOf(b *step.Batch, by access.Scope) (int64, error) {
	s, err := cases.SettingsOf(b.R)
	if err != nil {
		return 0, err
	}
	roles := []access.Role{access.Support}
	if by.Actor.Kind == access.User {
		id, err := users.ParseID(by.Actor.ID)
		if err != nil {
			return 0, err
		}
		u, err := users.Get(b.R, id)
		if err != nil {
			return 0, err
		}
		roles = u.Roles
	}
	return s.LimitOf(roles), nil
}

// judge decides what becomes of what is given or asked for.
func (x *Goodwilled) judge(b *step.Batch, a desk.Asked[GoodwillCommand], before []support.Goodwill) (typ string, err error) {
	m := &a.Command
	given := int64(0)
	for _, g := range before {
		if g.State == support.Given {
			given += g.Amount
		}
	}
	by := a.Scope.Actor.String()
	if m.Decide == 0 {
		if len(before) >= support.MaxGoodwill {
			return "", fault.New(fault.Conflict, "too_many", "goodwill was given or asked for %d times in case %s; that is the most", len(before), x.Case.Called())
		}
		x.Goodwill = support.Goodwill{ID: b.NewID(), Case: x.Case.ID, Order: x.Case.Order, Amount: m.Amount, Currency: x.Order.Currency.Code(), Reason: m.Reason, AskedBy: by, At: b.At, State: support.Asked}
		if given+m.Amount > x.Limit {
			return journal.CaseAsked, nil
		}
		x.Goodwill.State, x.Goodwill.DecidedBy, x.Goodwill.DecidedAt = support.Given, by, b.At
		return journal.CaseGiven, nil
	}
	i := slices.IndexFunc(before, func(g support.Goodwill) bool { return g.ID == m.Decide && g.State == support.Asked })
	if i < 0 {
		return "", fault.New(fault.Conflict, "not_asked", "this was not asked for, or somebody has decided about it already")
	}
	x.Goodwill = before[i]
	x.Goodwill.DecidedBy, x.Goodwill.DecidedAt = by, b.At
	switch {
	case m.Deny:
		x.Goodwill.State = support.Denied
		return journal.CaseDenied, nil
	case x.Goodwill.AskedBy == by:
		return "", fault.New(fault.Denied, "own_request", "you asked for this yourself; somebody else agrees to it")
	case given+x.Goodwill.Amount > x.Limit:
		return "", fault.New(fault.Denied, "above_limit", "this is more than you may give by yourself; ask somebody with a higher limit")
	case x.Goodwill.Order != x.Case.Order:
		return "", fault.New(fault.Conflict, "another_order", "the case is of another order by now; ask for it again")
	}
	x.Goodwill.State = support.Given
	return journal.CaseGiven, nil
}

// give gives the money back, as a refund does.
func (x *Goodwilled) give(b *step.Batch, by access.Scope) (err error) {
	var d order.Delta
	if x.Shares, err = b.GiveBack(by, x.Order, &d, x.Goodwill.Amount, x.Case.Called(), nil); err != nil {
		return err
	}
	if d.Empty() {
		return b.TellPayments(by, x.Order.ID)
	}
	return b.Apply(by, journal.OrderRefunded, x.Order.ID, &d)
}

func (x *Goodwilled) keep(b *step.Batch, by access.Scope, typ string) (desk.Result, error) {
	c := x.Case
	c.Version, c.UpdatedAt = c.Version+1, b.At
	data, err := json.Marshal(map[string]any{
		"case": c.Called(), "kind": c.Kind, "about": c.About, "state": c.State, "priority": c.Priority, "order": x.Order.ID.String(),
		"amount": x.Goodwill.Amount, "currency": x.Goodwill.Currency,
	})
	if err != nil {
		return desk.Result{}, err
	}
	b.Tell(by, journal.Case, int64(c.ID), c.Version, typ, data)
	err = b.Keep(func(tx *store.Tx) error {
		if err := cases.Save(tx, c); err != nil {
			return err
		}
		return cases.SaveGoodwill(tx, x.Goodwill)
	})
	return desk.Result{Kind: journal.Case, ID: int64(c.ID), Seq: c.Version, Status: "done", Value: x}, err
}
