package admin

import (
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/approval"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/flow"
	"orderly/internal/journal"
	"orderly/internal/rule"
	"orderly/internal/store"
	"orderly/internal/store/approvals"
	"orderly/internal/store/endpoints"
	"orderly/internal/store/flows"
	"orderly/internal/store/locations"
	"orderly/internal/store/rules"
)

// RuleCommand keeps a rule: a new one when its ID is zero, or a new version.
type RuleCommand struct {
	ID      rule.ID
	Body    rule.Body
	Version *int64 // EditVersion that the caller saw
}

// SaveRule keeps a version of a rule. A new rule is off; one that is on goes on
// by the new version. It may do what whoever saves it may, and no more. The
// result's Value is the rule.
var SaveRule = act("rules.save", access.RulesWrite, func(*RuleCommand) error { return nil }, func(t *desk.Turn, a desk.Asked[RuleCommand]) (desk.Result, error) {
	x := &rule.Rule{Body: a.Command.Body}
	if err := CheckRule(&t.Reader, a.Scope, &x.Body); err != nil {
		return desk.Result{}, err
	}
	status, err := nextRule(t, x, &a.Command)
	if err != nil {
		return desk.Result{}, err
	}
	x.May, x.SavedAt, x.SavedBy = a.Scope.Permissions, t.At, a.Scope.Actor.String()
	if err := rules.SaveVersion(t.Tx, x); err != nil {
		return desk.Result{}, err
	}
	if err := rules.Save(t.Tx, x); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Rule, int64(x.ID), journal.RuleSaved, map[string]any{"version": x.Version, "on": x.On, "acts": len(x.Do)})
	return desk.Result{Kind: journal.Rule, ID: int64(x.ID), Seq: seq, Status: status, Value: x}, err
})

// CheckRule lists all that is wrong with what a rule is to say when somebody
// saves it.
func CheckRule(r *store.Reader, by access.Scope, b *rule.Body) error {
	var l fault.List
	b.Check(by.Permissions, &l)
	for i := range b.Do {
		switch b.Do[i].Kind {
		case rule.Move:
			if err := placeOfRule(r, fmt.Sprintf("/do/%d/location", i), b.Do[i].Location, &l); err != nil {
				return err
			}
		case rule.Approval:
			if err := approverOfRule(r, fmt.Sprintf("/do/%d/role", i), access.Role(b.Do[i].Role), &l); err != nil {
				return err
			}
		case rule.Flow:
			if err := flowOfRule(r, fmt.Sprintf("/do/%d/flow", i), b.Do[i].Flow, &l); err != nil {
				return err
			}
		case rule.Webhook:
			heard, err := endpoints.AnyWants(r, journal.RuleCalled)
			if err != nil {
				return err
			}
			if !heard {
				l.Add(fmt.Sprintf("/do/%d/kind", i), "no_endpoint", "no endpoint takes entries %s: add the type to one in Settings, Webhooks first", journal.RuleCalled)
			}
		}
	}
	return l.Err()
}

func placeOfRule(r *store.Reader, at, code string, l *fault.List) error {
	all, err := locations.All(r)
	if err != nil || code == "" {
		return err
	}
	for _, x := range all {
		if x.Code == code {
			return nil
		}
	}
	l.Add(at, "unknown_location", "there is no location with the code %q", code)
	return nil
}

// approverOfRule finds a role of which nobody may approve anything.
func approverOfRule(r *store.Reader, at string, role access.Role, l *fault.List) error {
	p, err := approvals.Policy(r)
	if err != nil || role == "" || role == access.Admin {
		return err
	}
	if !slices.ContainsFunc(p.Terms, func(t approval.Terms) bool { return p.MostOf(role, t.Currency) > 0 }) {
		l.Add(at, "no_limit", "the role %s approves nothing: give it a limit in Settings, Approvals first", role)
	}
	return nil
}

func flowOfRule(r *store.Reader, at, name string, l *fault.List) error {
	all, err := flows.Current(r)
	if err != nil || name == "" {
		return err
	}
	if !slices.ContainsFunc(all, func(f flow.Flow) bool { return f.Name == name }) {
		l.Add(at, "unknown_flow", "there is no flow called %q", name)
	}
	return nil
}

// nextRule gives a rule its id and version, or refuses it.
func nextRule(t *desk.Turn, x *rule.Rule, c *RuleCommand) (string, error) {
	all, err := rules.All(&t.Reader)
	if err != nil {
		return "", err
	}
	for _, other := range all {
		if other.Name == x.Name && other.ID != c.ID {
			var l fault.List
			l.Add("/name", "name_taken", "another rule has this name")
			return "", l.As(fault.Conflict, "name_taken", "another rule is called "+x.Name)
		}
	}
	if c.ID == 0 {
		if len(all) >= rule.MaxRules {
			return "", fault.New(fault.Conflict, "too_many", "at most %d rules", rule.MaxRules)
		}
		x.ID, x.Version, x.State, x.Since, x.CreatedAt, x.EditVersion = rule.ID(t.IDs().Next()), 1, rule.Off, t.Seq.Entry, t.At, 1
		return "created", nil
	}
	was, err := rules.Get(&t.Reader, c.ID)
	if err != nil {
		return "", err
	}
	if c.Version != nil && *c.Version != was.EditVersion {
		return "", ruleEdited()
	}
	if was.Version >= rule.MaxVersions {
		return "", fault.New(fault.Conflict, "too_many_versions", "the rule has %d versions already, the most that are kept; make a new rule", was.Version)
	}
	x.ID, x.State, x.Since, x.CreatedAt = was.ID, was.State, was.Since, was.CreatedAt
	x.Version, x.EditVersion = was.Version+1, was.EditVersion+1
	return "done", nil
}

func ruleEdited() *fault.Error {
	return fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed this rule meanwhile; look at it again")
}

// RuleStateCommand says what a rule is used for from now on.
type RuleStateCommand struct {
	ID      rule.ID
	State   rule.State
	Version *int64 // EditVersion that the caller saw
}

// MoveRule has a rule act, shadow or rest. It looks at what happens from then
// on, not at what happened before.
var MoveRule = act("rules.move", access.RulesWrite, func(c *RuleStateCommand) error {
	if !slices.Contains(rule.States, c.State) {
		return fault.New(fault.Invalid, "unknown_state", "a rule is off, shadow or on")
	}
	return nil
}, func(t *desk.Turn, a desk.Asked[RuleStateCommand]) (desk.Result, error) {
	x, err := rules.Get(&t.Reader, a.Command.ID)
	if err != nil {
		return desk.Result{}, err
	}
	if v := a.Command.Version; v != nil && *v != x.EditVersion {
		return desk.Result{}, ruleEdited()
	}
	r := desk.Result{Kind: journal.Rule, ID: int64(x.ID), Status: "unchanged", Value: x}
	if x.State == a.Command.State {
		return r, nil
	}
	from := x.State
	if x.State = a.Command.State; from == rule.Off {
		x.Since = t.Seq.Entry
	}
	x.EditVersion++
	if err := rules.Save(t.Tx, x); err != nil {
		return r, err
	}
	r.Status = "done"
	r.Seq, err = tell(t, a.Scope, journal.Rule, int64(x.ID), journal.RuleMoved, map[string]any{"version": x.Version, "from": string(from), "to": string(x.State)})
	return r, err
})
