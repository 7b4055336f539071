package approval

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/money"
)

// Person is somebody who may approve. Keys have the role Program.
type Person struct {
	Actor  string
	Roles  []access.Role
	Active bool // may sign in
}

// Now are the people in whose place somebody approves at an instant.
func (p *Policy) Now(by string, at int64) (out []string) {
	if p == nil {
		return nil
	}
	for _, d := range p.Deputies {
		if d.By == by && d.From <= at && at < d.Until && !slices.Contains(out, d.For) {
			out = append(out, d.For)
		}
	}
	return out
}

// Right is the right by which somebody approves an order that comes to worth, as
// one of its steps: their own, or that of somebody in whose place they stand.
// It refuses who has made the order what it is, who has approved it already,
// and whose limit is below it, each in a sentence of its own.
func (p *Policy) Right(a *Ask, by Person, others []Person) (Step, error) {
	if slices.Contains(a.Makers, by.Actor) {
		return Step{}, fault.New(fault.Denied, "own_order", "you placed or changed this order yourself; somebody else approves it")
	}
	if a.used(by.Actor) {
		return Step{}, fault.New(fault.Denied, "approved_before", "you have approved this order, or somebody has in your place; a second person is needed")
	}
	var most int64
	fits := false
	for i, who := range append([]Person{by}, others...) {
		if i > 0 && (!who.Active || slices.Contains(a.Makers, who.Actor) || a.used(who.Actor)) {
			continue
		}
		role, limit := p.Best(a.roles(who.Roles), a.In)
		if role == "" || limit == 0 {
			continue
		}
		fits, most = true, max(most, limit)
		if limit == Unlimited || a.In != "" && a.Worth <= limit {
			return Step{Actor: by.Actor, Holder: who.Actor, Role: role, Most: limit, Worth: a.Worth, In: a.In}, nil
		}
	}
	switch {
	case a.Role != "" && !fits:
		return Step{}, fault.New(fault.Denied, "wrong_role", "this order waits for an approval by the role %s; ask somebody who has it and a limit", a.Role)
	case !fits:
		return Step{}, fault.New(fault.Denied, "no_limit", "nothing says that you approve orders; ask an admin for a limit in Settings, Approvals")
	case a.In == "":
		return Step{}, fault.New(fault.Denied, "above_limit", "what this order is worth is not known in the shop's currency; somebody without a limit approves it")
	}
	return Step{}, fault.New(fault.Denied, "above_limit", "it comes to %s, and you approve up to %s; ask somebody with a higher limit", told(a.Worth, a.In), told(most, a.In))
}

// roles are those by which an ask may be given: all, or the one that it names.
// Admins give any.
func (a *Ask) roles(held []access.Role) []access.Role {
	if a.Role == "" {
		return held
	}
	return slices.DeleteFunc(slices.Clone(held), func(r access.Role) bool { return r != a.Role && r != access.Admin })
}

// used reports whether a step was given by somebody or by their right.
func (a *Ask) used(actor string) bool {
	return slices.ContainsFunc(a.Given, func(s Step) bool { return s.Actor == actor || s.Holder == actor })
}

func told(amount int64, currency string) string {
	c, err := money.ParseCurrency(currency)
	if err != nil {
		return currency
	}
	return c.FormatAmount(amount) + " " + currency
}
