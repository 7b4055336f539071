package queues

import (
	"errors"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/approval"
	"orderly/internal/order"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/approvals"
	"orderly/internal/store/users"
)

// mine are the asks for approvals that the viewer may give now, after an order,
// the oldest order first. It looks at no more than most of those that wait.
func mine(r *store.Reader, now, after int64, limit int) ([]*approval.Ask, error) {
	list, err := approvals.Open(r, order.ID(after), most)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	p, err := approvals.Policy(r)
	if err != nil {
		return nil, err
	}
	me, err := personOf(r, r.Scope.Actor)
	if err != nil {
		return nil, err
	}
	var others []approval.Person
	for _, id := range p.Now(r.Scope.Actor.ID, now) {
		other, err := personOf(r, access.Actor{Kind: access.User, ID: id})
		if err != nil {
			return nil, err
		}
		others = append(others, other)
	}
	var out []*approval.Ask
	for _, a := range list {
		if _, err := p.Right(a, me, others); err == nil && len(out) < limit {
			out = append(out, a)
		}
	}
	return out, nil
}

// personOf is somebody as approvals know them.
func personOf(r *store.Reader, actor access.Actor) (approval.Person, error) {
	p := approval.Person{Actor: actor.String(), Roles: []access.Role{approval.Program}, Active: true}
	if actor.Kind != access.User {
		return p, nil
	}
	id, err := users.ParseID(actor.ID)
	if err != nil {
		return approval.Person{Actor: p.Actor}, nil //nolint:nilerr // nobody: approves nothing
	}
	u, err := users.Get(r, id)
	if errors.Is(err, users.ErrUnknown) {
		return approval.Person{Actor: p.Actor}, nil
	}
	p.Roles, p.Active = u.Roles, u.Status == account.Active
	return p, err
}

func approvalRows(r *store.Reader, now, after int64, limit int) ([]Row, error) {
	list, err := mine(r, now, after, limit)
	out := make([]Row, len(list))
	for i, a := range list {
		out[i] = Row{Kind: queue.Order, ID: a.Order, Order: a.Order, Status: order.StageOnHold, Since: a.At}
	}
	return out, err
}
