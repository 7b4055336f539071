package buy

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/journal"
	"orderly/internal/replenish"
	"orderly/internal/store"
	"orderly/internal/store/replenishment"
)

// ProposeCommand keeps what a run has worked out on a snapshot: what it proposes
// for the cells that it looked at. What was open of those and is not proposed any
// more is replaced.
type ProposeCommand struct {
	Looked []replenish.Cell
	Lines  []replenish.Line
}

// Proposed is the Value of the result.
type Proposed struct{ Made, Same, Replaced int }

// Propose keeps proposals. A line that is open and would be proposed again as it
// is stays, so that whoever looks at it is not disturbed.
var Propose = step.Act[ProposeCommand]{
	Name: "replenishment.propose", Permission: access.PurchasesWrite,
	Weight: func(c *ProposeCommand) int { return 1 + len(c.Lines) },
	Load:   func(*step.Batch, []desk.Asked[ProposeCommand]) error { return nil },
	Decide: decideProposals,
}.Operation()

func decideProposals(b *step.Batch, a desk.Asked[ProposeCommand]) (desk.Result, error) {
	c := a.Command
	items := make([]int64, len(c.Looked))
	for i, x := range c.Looked {
		items[i] = x.Item
	}
	open, err := replenishment.OpenOf(b.R, items)
	if err != nil {
		return desk.Result{}, err
	}
	wanted := map[replenish.Cell]*replenish.Line{}
	for i := range c.Lines {
		wanted[replenish.Cell{Item: c.Lines[i].Item, Location: c.Lines[i].Location}] = &c.Lines[i]
	}
	done := &Proposed{}
	var over, made []*replenish.Line
	for _, at := range c.Looked {
		l, was := wanted[at], open[at]
		switch {
		case l != nil && was != nil && l.Same(was):
			done.Same++
			continue
		case was != nil:
			was.State = replenish.Replaced
			over = append(over, was)
			done.Replaced++
			delete(open, at)
		}
		if l != nil {
			l.ID, l.State, l.MadeAt = replenish.LineID(b.NewID()), replenish.Open, b.At
			made = append(made, l)
			done.Made++
		}
	}
	result := desk.Result{Kind: journal.ReplenishLine, Status: "done", Value: done}
	if err := b.CloseLines(a.Scope, over, journal.ReplenishmentReplaced); err != nil {
		return desk.Result{}, err
	}
	for _, l := range made {
		if err := b.TellLine(a.Scope, l, journal.ReplenishmentProposed); err != nil {
			return desk.Result{}, err
		}
	}
	return result, b.Keep(func(tx *store.Tx) error { return replenishment.InsertLines(tx, made) })
}

// DecideCommand names lines that are decided on together.
type DecideCommand struct{ Lines []replenish.LineID }

// Dismiss has lines not be ordered. The next run may propose them again, when they
// are needed then.
var Dismiss = step.Act[DecideCommand]{
	Name: "replenishment.dismiss", Permission: access.PurchasesWrite,
	Check: func(c *DecideCommand) error { return replenish.CheckDecided(c.Lines) },
	Load:  func(*step.Batch, []desk.Asked[DecideCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[DecideCommand]) (desk.Result, error) {
		lines, err := b.OpenLines(a.Scope, a.Command.Lines)
		if err != nil {
			return desk.Result{}, err
		}
		for _, l := range lines {
			l.State = replenish.Dismissed
		}
		return desk.Result{Kind: journal.ReplenishLine, ID: int64(lines[0].ID), Seq: lines[0].Version + 1, Status: "done", Value: lines},
			b.CloseLines(a.Scope, lines, journal.ReplenishmentDismissed)
	},
}.Operation()
