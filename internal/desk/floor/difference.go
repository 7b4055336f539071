package floor

import (
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/difference"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/stock"
)

// DifferencesCommand names differences between a partner's word and the books,
// and what is decided on each.
type DifferencesCommand struct {
	Lines []difference.Decision
	Note  string
}

// ApplyDifferences corrects the books by what is proposed, or by what somebody
// says instead, in one act, as an adjustment does. What was corrected since a
// difference was found is not corrected again. The Value of the result is that
// of an adjustment.
var ApplyDifferences = step.Act[DifferencesCommand]{
	Name: "stock.apply_differences", Permission: access.StockWrite,
	Check:  func(c *DifferencesCommand) error { return difference.CheckDecisions(c.Lines, c.Note) },
	Weight: func(c *DifferencesCommand) int { return len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[DifferencesCommand]) error {
		ids := decided(asked)
		if err := b.LoadDifferencesByID(ids); err != nil {
			return err
		}
		var items []int64
		for _, id := range ids {
			if d := b.Difference(id); d != nil {
				items = append(items, d.Cell.Item)
			}
		}
		if err := b.LoadItemsByID(items); err != nil {
			return err
		}
		if err := b.LoadLevels(items); err != nil {
			return err
		}
		takes := map[stock.Cell]int64{}
		for _, id := range ids {
			if d := b.Difference(id); d != nil {
				takes[d.Cell] = max(0, -d.Off())
			}
		}
		return loadDisplaced(b, takes)
	},
	Decide: func(b *step.Batch, a desk.Asked[DifferencesCommand]) (desk.Result, error) {
		list, err := open(b, a)
		if err != nil {
			return desk.Result{}, err
		}
		var l fault.List
		changes := make([]change, 0, len(list))
		for i, d := range list {
			at := fmt.Sprintf("/lines/%d", i)
			q, err := d.Book(a.Command.Lines[i].Quantity, b.Corrected(d.ID))
			item := b.ItemByID(d.Cell.Item)
			switch {
			case err != nil:
				l.AddError(at, err)
			case item == nil:
				l.Add(at, "unknown_item", "the item of difference %s is not there", d.ID)
			default:
				changes = append(changes, change{cell: d.Cell, sku: item.SKU, state: stock.OnHand, q: q, reason: "difference", note: joined(d.ID.String(), a.Command.Note)})
			}
		}
		if err := l.As(fault.Conflict, "not_possible", "the books cannot be corrected like this"); err != nil {
			return desk.Result{}, err
		}
		lost, err := weigh(b, changes)
		if err != nil {
			return desk.Result{}, err
		}
		ended := make([]*difference.Difference, len(list))
		act := b.NewID()
		for i, d := range list {
			ended[i] = d.End(difference.Applied, changes[i].q, act, a.Command.Note, b.At)
		}
		r, err := book(b, a.Scope, journal.StockAdjusted, act, 1, "", changes, lost)
		if err != nil {
			return desk.Result{}, err
		}
		if err := b.Arrived(a.Scope, came(changes)); err != nil {
			return desk.Result{}, err
		}
		return r, b.SaveDifferences(a.Scope, ended)
	},
}.Operation()

// DismissDifferences leaves the books as they are.
var DismissDifferences = step.Act[DifferencesCommand]{
	Name: "stock.dismiss_differences", Permission: access.StockWrite,
	Check:  func(c *DifferencesCommand) error { return difference.CheckDecisions(c.Lines, c.Note) },
	Weight: func(c *DifferencesCommand) int { return len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[DifferencesCommand]) error {
		return b.LoadDifferencesByID(decided(asked))
	},
	Decide: func(b *step.Batch, a desk.Asked[DifferencesCommand]) (desk.Result, error) {
		list, err := open(b, a)
		if err != nil {
			return desk.Result{}, err
		}
		for i, d := range list {
			list[i] = d.End(difference.Dismissed, 0, 0, a.Command.Note, b.At)
		}
		return desk.Result{Kind: journal.Difference, ID: int64(list[0].ID), Seq: list[0].Version, Status: "done"}, b.SaveDifferences(a.Scope, list)
	},
}.Operation()

func decided(asked []desk.Asked[DifferencesCommand]) (out []difference.ID) {
	for i := range asked {
		for _, x := range asked[i].Command.Lines {
			out = append(out, x.ID)
		}
	}
	return out
}

// open are the differences that a command names, as long as all of them wait.
func open(b *step.Batch, a desk.Asked[DifferencesCommand]) ([]*difference.Difference, error) {
	var l fault.List
	out := make([]*difference.Difference, len(a.Command.Lines))
	for i, x := range a.Command.Lines {
		out[i] = b.Difference(x.ID)
		switch d, at := out[i], fmt.Sprintf("/lines/%d", i); {
		case d == nil || !a.Scope.Sees(int64(d.Cell.Location)):
			l.Add(at, "no_such_difference", "there is no difference %s", x.ID)
		case d.State != difference.Open:
			l.Add(at, "not_open", "difference %s is %s", d.ID, d.State)
		}
	}
	return out, l.As(fault.Conflict, "not_open", "these differences cannot be decided on")
}
