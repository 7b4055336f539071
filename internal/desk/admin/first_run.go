package admin

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
)

// The steps from an empty database to the first order.
const (
	StepShop     = "shop"
	StepLocation = "location"
	StepItems    = "items"
	StepStock    = "stock"
	StepOrder    = "order"
	StepsClosed  = "closed" // nobody is led any more
)

// Steps are in the order in which one is led.
var Steps = []string{StepShop, StepLocation, StepItems, StepStock, StepOrder}

// FirstRun is how far the first run has come.
type FirstRun struct {
	Done    map[string]bool // by what is there
	Skipped map[string]bool // by what somebody said
	Closed  bool
}

// Next is the first step that is neither done nor skipped, "" when none is left.
func (f FirstRun) Next() string {
	for _, s := range Steps {
		if !f.Done[s] && !f.Skipped[s] {
			return s
		}
	}
	return ""
}

// Leads reports whether somebody who has signed in is led there: while there is
// no order and nobody has closed it.
func (f FirstRun) Leads() bool { return !f.Closed && !f.Done[StepOrder] && f.Next() != "" }

// FirstRunOf reads how far it is. It asks of each table for one row, so that it
// costs nothing where there are millions.
func FirstRunOf(r *store.Reader) (FirstRun, error) {
	f := FirstRun{Done: map[string]bool{}, Skipped: map[string]bool{}}
	p, err := merchants.ProfileOf(r)
	if err != nil {
		return f, err
	}
	there, err := merchants.There(r)
	if err != nil {
		return f, err
	}
	f.Done[StepShop] = p.EditVersion > 0
	f.Done[StepLocation], f.Done[StepItems], f.Done[StepStock], f.Done[StepOrder] = there.Location, there.Item, there.Stock, there.Order
	for _, w := range p.FirstRun {
		if w == StepsClosed {
			f.Closed = true
		} else {
			f.Skipped[w] = true
		}
	}
	return f, nil
}

// FirstRunCommand skips a step, or closes the first run.
type FirstRunCommand struct{ Step string }

// SkipStep notes that somebody does not want to be led through a step.
var SkipStep = act("shop.first_run", access.SettingsWrite, func(c *FirstRunCommand) error {
	if c.Step != StepsClosed && !slices.Contains(Steps, c.Step) {
		return fault.New(fault.Invalid, "unknown_step", "there is no such step")
	}
	return nil
}, func(t *desk.Turn, a desk.Asked[FirstRunCommand]) (desk.Result, error) {
	p, err := merchants.ProfileOf(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	if slices.Contains(p.FirstRun, a.Command.Step) {
		return desk.Result{Kind: journal.Merchant, ID: t.M, Status: "unchanged", Value: p}, nil
	}
	p.FirstRun = append(p.FirstRun, a.Command.Step)
	if err := merchants.SaveProfile(t.Tx, p); err != nil {
		return desk.Result{}, err
	}
	return toldShop(t, a.Scope, p, map[string]any{"first_run": p.FirstRun})
})
