package step

import (
	"errors"
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/approval"
	"orderly/internal/catalog"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/store/approvals"
	"orderly/internal/store/users"
)

// approvalBook is what a batch knows of the approvals of orders, and what it
// changes. It is empty in all batches of shops without them.
type approvalBook struct {
	of      map[order.ID][]*approval.Ask // the oldest first
	changed map[order.ID]bool
	people  map[string]approval.Person
}

// Approvals is the policy of the shop and its version; nil where there never was
// one.
func (b *Batch) Approvals() (*approval.Policy, int64) {
	s := b.Catalog.approvals
	if s == nil {
		return nil, 0
	}
	return &s.Policy, s.Version
}

// Asks are the times that an order needed approvals, the oldest first.
func (b *Batch) Asks(id order.ID) ([]*approval.Ask, error) {
	k := &b.approvals
	if list, known := k.of[id]; known {
		return list, nil
	}
	if k.of == nil {
		k.of, k.changed, k.people = map[order.ID][]*approval.Ask{}, map[order.ID]bool{}, map[string]approval.Person{}
	}
	var list []*approval.Ask
	if x := b.orders[id]; x == nil || x.was != nil {
		var err error
		if list, err = approvals.Of(b.R, id); err != nil {
			return nil, err
		}
	}
	k.of[id] = list
	return list, nil
}

// LastAsk is the last of them; nil when there was none.
func (b *Batch) LastAsk(id order.ID) (*approval.Ask, error) {
	list, err := b.Asks(id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[len(list)-1], nil
}

// SaveAsk keeps an ask as it is now.
func (b *Batch) SaveAsk(a *approval.Ask) {
	id := order.ID(a.Order)
	list := b.approvals.of[id]
	if i := slices.IndexFunc(list, func(x *approval.Ask) bool { return x.N == a.N }); i >= 0 {
		list[i] = a
	} else {
		list = append(list, a)
	}
	b.approvals.of[id], b.approvals.changed[id] = list, true
}

// Person is somebody as approvals know them: a user with roles, or a key.
func (b *Batch) Person(actor access.Actor) (approval.Person, error) {
	if p, known := b.approvals.people[actor.String()]; known {
		return p, nil
	}
	p := approval.Person{Actor: actor.String(), Roles: []access.Role{approval.Program}, Active: true}
	if actor.Kind == access.User {
		p.Roles, p.Active = nil, false
		id, err := users.ParseID(actor.ID)
		if err != nil {
			return p, err
		}
		u, err := users.Get(b.R, id)
		if err != nil && !errors.Is(err, users.ErrUnknown) {
			return p, err
		}
		if err == nil {
			p.Roles, p.Active = u.Roles, u.Status == account.Active
		}
	}
	if b.approvals.people == nil {
		b.approvals.people = map[string]approval.Person{}
	}
	b.approvals.people[p.Actor] = p
	return p, nil
}

// factsOf is what the policy judges an order by, that somebody has placed or
// changed.
func (b *Batch) approvalFacts(by access.Scope, o *order.Order, p *approval.Policy) (approval.Facts, error) {
	merchant, err := money.ParseCurrency(b.Catalog.Merchant.Currency)
	f := approval.Facts{Order: o, Merchant: merchant, Hand: by.Actor.Kind == access.User}
	if err != nil {
		return f, err
	}
	if p.ByHand && f.Hand {
		who, err := b.Person(by.Actor)
		if err != nil {
			return f, err
		}
		f.Roles = who.Roles
	}
	if p.BelowCost {
		loss, err := b.Loss(o)
		if err != nil {
			return f, err
		}
		f.BelowCost = loss > 0
	}
	return f, nil
}

// Loss is by how much the goods of an order cost more than the order brings.
// Where the cost of anything on the shelf is not known, or the order is in
// another currency than costs are, nobody can tell.
func (b *Batch) Loss(o *order.Order) (int64, error) {
	if o.Currency.Code() != b.Catalog.Merchant.Currency {
		return 0, nil
	}
	var unknown []int64
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Leaf() && b.Catalog.ByID(catalog.ID(l.Item)) == nil {
			unknown = append(unknown, l.Item)
		}
	}
	if len(unknown) > 0 {
		if err := b.LoadItemsByID(unknown); err != nil {
			return 0, err
		}
	}
	cost := int64(0)
	for i := range o.Lines {
		l := &o.Lines[i]
		if !l.Leaf() {
			continue
		}
		item := b.Catalog.ByID(catalog.ID(l.Item))
		if item == nil || item.Cost == 0 && l.Stocked {
			return 0, nil
		}
		c, _, err := money.LineTotal(l.Q[order.Ordered], l.Scale, item.Cost, o.Currency, b.Catalog.Merchant.Rounding)
		if err != nil {
			return 0, nil //nolint:nilerr // beyond what amounts can hold: no cost of this world
		}
		cost += c
	}
	return cost - (o.Totals.Subtotal - o.Totals.Discount), nil
}

// AskAtPlacement holds a new order for the approvals that it needs. Where nobody
// is asked, why says so: that is kept.
func (b *Batch) AskAtPlacement(by access.Scope, o *order.Order, why string) error {
	p, _ := b.Approvals()
	if !p.On() || o.Sums.Open() == 0 {
		return nil
	}
	f, err := b.approvalFacts(by, o, p)
	if err != nil {
		return err
	}
	n := p.Need(f)
	switch {
	case n.Steps == 0:
		return nil
	case why != "":
		n.Reasons, n.Steps = []string{why}, 0
		return b.ask(by, o, n, approval.Ask{State: approval.Exempt, DecidedAt: b.At, Makers: []string{by.Actor.String()}})
	}
	return b.ask(by, o, n, approval.Ask{State: approval.Asked, Makers: []string{by.Actor.String()}})
}

// ask keeps that an order needs approvals, and holds it until it has them.
func (b *Batch) ask(by access.Scope, o *order.Order, n approval.Need, a approval.Ask) error {
	list, err := b.Asks(o.ID)
	if err != nil {
		return err
	}
	p, version := b.Approvals()
	if a.Policy = version; a.State == approval.Asked {
		n.Steps = max(n.Steps, p.StepsFor(n.Worth, n.In))
	}
	a.Order, a.N, a.Reasons, a.Steps, a.Worth, a.In = int64(o.ID), len(list)+1, n.Reasons, n.Steps, n.Worth, n.In
	a.Amount, a.Currency, a.At = o.Totals.Payable(), o.Currency.Code(), b.At
	if a.State == approval.Asked {
		if a.Hold = o.AwaitsApproval(); a.Hold == 0 {
			a.Hold = b.NewID()
			d, err := o.HoldForApproval(a.Hold, b.At, by.Actor.String())
			if err != nil {
				return err
			}
			if err := b.Apply(by, journal.OrderHeld, o.ID, &d); err != nil {
				return err
			}
		}
	}
	b.SaveAsk(&a)
	return nil
}

// AskLike holds an order for the approvals that another waits for, of which it
// has taken units over.
func (b *Batch) AskLike(by access.Scope, o *order.Order, like *approval.Ask) error {
	last, err := b.LastAsk(o.ID)
	if err != nil || last != nil && last.Open() {
		return err
	}
	p, _ := b.Approvals()
	n := approval.Need{Reasons: like.Reasons, Steps: like.Steps}
	if n.Worth, n.In, err = b.weigh(p, o); err != nil {
		return err
	}
	a := approval.Ask{State: approval.Asked, Role: like.Role}
	a.Made(like.Makers...)
	a.Made(by.Actor.String())
	return b.ask(by, o, n, a)
}

// Waits is what an order waits for, open or refused; nil when for nothing.
func (b *Batch) Waits(o *order.Order) (*approval.Ask, error) {
	if o.AwaitsApproval() == 0 {
		return nil, nil
	}
	return b.LastAsk(o.ID)
}

// AskAfterMerge has an order wait for what another waited for that went into it,
// and keeps from approving it who has made either.
func (b *Batch) AskAfterMerge(by access.Scope, o, from *order.Order, waits *approval.Ask) error {
	if waits != nil {
		if err := b.AskLike(by, o, waits); err != nil {
			return err
		}
	}
	last, err := b.Waits(o)
	if last == nil || err != nil {
		return err
	}
	makers, err := b.Makers(from.ID)
	last = last.Clone()
	last.Made(makers...)
	b.SaveAsk(last)
	return err
}

// AskByRule holds an order for an approval by a role, or by any, of so many
// people, and tells whether that is new.
func (b *Batch) AskByRule(by access.Scope, o *order.Order, role access.Role, steps int) (bool, error) {
	last, err := b.LastAsk(o.ID)
	if err != nil {
		return false, err
	}
	n := approval.Need{Reasons: []string{approval.ByRule}, Steps: steps}
	p, _ := b.Approvals()
	if n.Worth, n.In, err = b.weigh(p, o); err != nil {
		return false, err
	}
	next := approval.Ask{State: approval.Asked, Role: role}
	if last != nil && last.State != approval.Exempt {
		if (role == "" || last.Role == role) && (last.Covers(n, o.Totals.Payable()) || last.State == approval.Refused && o.AwaitsApproval() != 0) {
			return false, nil
		}
		if last.Open() {
			n, next.Role = last.Widen(n, role)
			b.SaveAsk(last.Ended(b.At))
		}
	}
	if next.Makers, err = b.Makers(o.ID); err != nil {
		return false, err
	}
	return true, b.ask(by, o, n, next)
}

func (b *Batch) weigh(p *approval.Policy, o *order.Order) (int64, string, error) {
	merchant, err := money.ParseCurrency(b.Catalog.Merchant.Currency)
	if err != nil {
		return 0, "", err
	}
	worth, in := p.Weigh(o, merchant)
	return worth, in, nil
}

// watchApproval has a change of an order ask again where what was approved is
// not what it is now. It costs nothing where no order needs approvals.
func (b *Batch) watchApproval(by access.Scope, typ string, o *order.Order, d *order.Delta) error {
	p, _ := b.Approvals()
	if !p.On() && !slices.ContainsFunc(o.Holds, func(h order.Hold) bool { return h.Reason == order.Approval }) {
		return nil
	}
	recast := len(d.Added)+len(d.Terms)+len(d.Fees) > 0
	nothing := o.Sums.Open() == 0
	if typ != journal.OrderChanged && !recast && !(nothing && o.AwaitsApproval() != 0) {
		return nil
	}
	last, err := b.LastAsk(o.ID)
	if err != nil {
		return err
	}
	if nothing {
		if last != nil && last.Open() {
			b.SaveAsk(last.Ended(b.At))
		}
		return nil
	}
	return b.askAgain(by, o, d, p, last)
}

// askAgain decides whether a changed order needs another approval.
func (b *Batch) askAgain(by access.Scope, o *order.Order, d *order.Delta, p *approval.Policy, last *approval.Ask) error {
	n := approval.Need{}
	if p.On() {
		f, err := b.approvalFacts(by, o, p)
		if err != nil {
			return err
		}
		f.Cheaper = (last == nil || last.State == approval.Exempt) && (d.Grown == nil || d.Grown.Total() <= 0)
		n = p.Need(f)
	}
	var err error
	if n.Worth, n.In, err = b.weigh(p, o); err != nil {
		return err
	}
	next := approval.Ask{State: approval.Asked}
	switch last.After(n, o.Totals.Payable(), o.AwaitsApproval() != 0) {
	case approval.Nothing:
		return nil
	case approval.GoesOn: // and who changed it does not approve it
		last = last.Clone()
		last.Made(by.Actor.String())
		b.SaveAsk(last)
		return nil
	case approval.Instead:
		n, next.Role = last.Widen(n, "")
		b.SaveAsk(last.Ended(b.At))
	case approval.Again:
		n, next.Role = last.Widen(n, "")
	}
	if next.Makers, err = b.Makers(o.ID); err != nil {
		return err
	}
	next.Made(by.Actor.String())
	return b.ask(by, o, n, next)
}

// Makers are who has placed or changed an order, in this batch too.
func (b *Batch) Makers(id order.ID) ([]string, error) {
	out, err := approvals.Makers(b.R, id)
	for i := range b.entries {
		if e := &b.entries[i]; e.Kind == journal.Order && e.Subject == int64(id) && (e.Type == journal.OrderPlaced || e.Type == journal.OrderChanged) {
			out = append(out, e.Actor.String())
		}
	}
	slices.Sort(out)
	return slices.Compact(out), err
}

func (b *Batch) writeApprovals() error {
	var list []*approval.Ask
	for _, id := range slices.Sorted(maps.Keys(b.approvals.changed)) {
		list = append(list, b.approvals.of[id]...)
	}
	return approvals.Save(b.tx, list)
}
