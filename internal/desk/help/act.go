// Package help is the room in which the shop helps its customers: cases are
// opened, answered, put right and ended here.
//
// What belongs here: acts on cases, one file each, and mail that comes in. What
// does not: what a case is (support), fetching and reading mail
// (connect/inbox), sending it (post), and the refund itself (desk/pay).
package help

import (
	"encoding/json"
	"maps"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store/cases"
	"orderly/internal/store/entries"
	"orderly/internal/support"
)

// act makes an operation of what is done with one command: cases are few beside
// orders. A fault that do gives is a refusal, so it looks before it writes.
func act[C any](name string, p access.Permission, check func(*C, *fault.List), do func(*desk.Turn, desk.Asked[C]) (desk.Result, error)) *desk.Operation[C] {
	return &desk.Operation[C]{
		Name: name, Permission: p,
		Check: func(c *C) error {
			var l fault.List
			if check != nil {
				check(c, &l)
			}
			return l.Err()
		},
		Run: desk.OneByOne(do),
	}
}

// told is what an act has done, for the journal: never anything that somebody
// wrote. Without a type nothing was done.
type told struct {
	typ  string
	data map[string]any
}

// on is an act on one case.
func on[C any](name string, p access.Permission, of func(*C) support.ID, check func(*C, *fault.List), do func(*desk.Turn, desk.Asked[C], *support.Case) (told, error)) *desk.Operation[C] {
	return act(name, p, check, func(t *desk.Turn, a desk.Asked[C]) (desk.Result, error) {
		c, err := find(t, a.Scope, of(&a.Command))
		if err != nil {
			return desk.Result{}, err
		}
		x, err := do(t, a, c)
		if err != nil {
			return desk.Result{}, err
		}
		if x.typ == "" {
			return result(c, "unchanged"), nil
		}
		return result(c, "done"), keep(t, a.Scope, c, x)
	})
}

func result(c *support.Case, status string) desk.Result {
	return desk.Result{Kind: journal.Case, ID: int64(c.ID), Seq: c.Version, Status: status, Value: c}
}

// find reads a case that the scope reaches: who holds the link of an order
// reaches what began on its page.
func find(t *desk.Turn, by access.Scope, id support.ID) (*support.Case, error) {
	c, err := cases.Get(&t.Reader, id)
	if err != nil {
		return nil, err
	}
	if c == nil || by.Order != 0 && (c.Order != by.Order || c.Source != support.Portal) {
		return nil, fault.New(fault.NotFound, "no_such_case", "there is no case %s", id)
	}
	return c, nil
}

// keep writes a case after an act, and the entry that tells of it.
func keep(t *desk.Turn, by access.Scope, c *support.Case, x told) error {
	c.UpdatedAt = t.At
	c.Version++
	data := map[string]any{"case": c.Called(), "kind": c.Kind, "about": c.About, "state": c.State, "priority": c.Priority, "first_due": c.FirstDue, "resolve_due": c.ResolveDue}
	if c.Order != 0 {
		data["order"] = order.ID(c.Order).String()
	}
	if c.Cause != "" {
		data["cause"] = c.Cause
	}
	maps.Copy(data, x.data)
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if err := cases.Save(t.Tx, c); err != nil {
		return err
	}
	return entries.Append(t.Tx, []journal.Entry{entries.New(t.Tx, journal.Case, int64(c.ID), c.Version, x.typ, by, text)})
}

// target is within what time the case is to be answered.
func target(t *desk.Turn, c *support.Case) (support.Target, error) {
	s, err := cases.SettingsOf(&t.Reader)
	return support.TargetOf(s.Targets, c.Kind, c.Priority), err
}

// room refuses a message for which a case has no room.
func room(t *desk.Turn, c *support.Case) error {
	n, err := cases.CountMessages(&t.Reader, c.ID)
	if err == nil && n >= support.MaxMessages {
		err = fault.New(fault.Conflict, "too_many", "case %s has %d messages; open another one for what is left", c.Called(), n)
	}
	return err
}

// say adds a message to a case.
func say(t *desk.Turn, x support.Message) (support.MessageID, error) {
	x.ID, x.At, x.UpdatedAt = support.MessageID(t.IDs().Next()), t.At, t.At
	if x.State == "" {
		x.State = support.Kept
	}
	return x.ID, cases.Add(t.Tx, x)
}
