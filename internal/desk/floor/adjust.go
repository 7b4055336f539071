package floor

import (
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/stock"
	"orderly/internal/trouble"
)

// AdjustCommand corrects stock by signed quantities, each with a reason.
type AdjustCommand struct {
	Lines     []stock.Line
	Reference string
	Opening   bool // imported history: what was there before is implied
}

// Adjust books what was found, lost or broken. When less is left than was
// promised, claims that are not picked yet are displaced: the lowest priority
// first, then the newest. Picked units stand; they answer 409.
var Adjust = step.Act[AdjustCommand]{
	Name: "stock.adjust", Permission: access.StockWrite,
	Check: func(c *AdjustCommand) error {
		var l fault.List
		for i, x := range c.Lines {
			if x.Reason == "" {
				l.Add(fmt.Sprintf("/lines/%d/reason", i), "missing_reason", "%s: say why, for example damaged, found, stolen", x.SKU)
			}
		}
		if err := checkAct(c.Lines, c.Reference, true, false); err != nil {
			return err
		}
		return l.Err()
	},
	Weight: func(c *AdjustCommand) int { return len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[AdjustCommand]) error {
		if err := loadLines(b, linesOf(asked, func(c *AdjustCommand) []stock.Line { return c.Lines })); err != nil {
			return err
		}
		return loadDisplaced(b, takesOf(b, linesOf(asked, func(c *AdjustCommand) []stock.Line {
			if c.Opening {
				return nil // brings what it takes
			}
			return c.Lines
		})))
	},
	Decide: func(b *step.Batch, a desk.Asked[AdjustCommand]) (desk.Result, error) {
		changes, err := resolve(b, a.Scope, a.Command.Lines, "adjust")
		if err != nil {
			return desk.Result{}, err
		}
		for i := range changes {
			changes[i].note = joined(a.Command.Lines[i].Reason, a.Command.Lines[i].Note)
		}
		if a.Command.Opening {
			changes = withOpening(b, changes)
		}
		lost, err := weigh(b, changes)
		if err != nil {
			return desk.Result{}, err
		}
		return book(b, a.Scope, journal.StockAdjusted, b.NewID(), 1, a.Command.Reference, changes, lost)
	},
}.Operation()

// withOpening adds, for what is written off without ever having been received
// here, the opening balance that the write-off implies.
func withOpening(b *step.Batch, changes []change) []change {
	out := changes
	for _, c := range changes {
		if c.q < 0 {
			open := c
			open.q, open.reason, open.note = -c.q, "opening", ""
			out = append(out, open)
		}
	}
	return out
}

func joined(reason, note string) string {
	if note == "" {
		return reason
	}
	return reason + ": " + note
}

// takesOf sums what the lines of a batch take off each cell.
func takesOf(b *step.Batch, lines [][]stock.Line) map[stock.Cell]int64 {
	takes := map[stock.Cell]int64{}
	for _, list := range lines {
		for _, l := range list {
			if item, pack := b.Packed(l.SKU); item != nil && l.Quantity < 0 {
				takes[stock.Cell{Item: int64(item.ID), Location: l.Location}] -= l.Quantity * pack
			}
		}
	}
	return takes
}

// CountCommand says how many there are. Quantities are absolute, not changes.
type CountCommand struct {
	Lines     []stock.Line
	Reference string
}

// Count compares with the books at this moment, under the lock, and books the
// difference. A location's goods that are picked but not shipped are still
// there and are counted with the rest.
var Count = step.Act[CountCommand]{
	Name: "stock.count", Permission: access.StockWrite,
	Check:  func(c *CountCommand) error { return checkAct(c.Lines, c.Reference, false, true) },
	Weight: func(c *CountCommand) int { return len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[CountCommand]) error {
		lines := linesOf(asked, func(c *CountCommand) []stock.Line { return c.Lines })
		if err := loadLines(b, lines); err != nil {
			return err
		}
		var cells []stock.Cell
		for _, list := range lines {
			for _, l := range list {
				item, pack := b.Packed(l.SKU)
				if item == nil {
					continue
				}
				// Only a count that finds less than is reserved asks who holds it.
				if c := (stock.Cell{Item: int64(item.ID), Location: l.Location}); l.Quantity*pack < b.Level(c).Reserved {
					cells = append(cells, c)
				}
			}
		}
		return b.LoadClaims(cells)
	},
	Decide: decideCount,
}.Operation()

func decideCount(b *step.Batch, a desk.Asked[CountCommand]) (desk.Result, error) {
	changes, err := resolve(b, a.Scope, a.Command.Lines, "count")
	if err != nil {
		return desk.Result{}, err
	}
	var faults fault.List
	type key struct {
		cell  stock.Cell
		state stock.State
	}
	seen := map[key]bool{}
	differ := changes[:0]
	for _, c := range changes {
		k := key{c.cell, c.state}
		if seen[k] {
			faults.Add("/lines", "repeated", "%s is counted twice at one location", c.sku)
		}
		seen[k] = true
		if c.q -= b.Level(c.cell).In(c.state); c.q != 0 {
			differ = append(differ, c)
		}
	}
	if err := faults.Err(); err != nil {
		return desk.Result{}, err
	}
	b.Settle(a.Scope, trouble.ShortPick, func(t *trouble.Trouble) bool {
		return seen[key{stock.Cell{Item: t.Item, Location: stock.LocationID(t.Location)}, stock.OnHand}]
	})
	if len(differ) == 0 {
		return desk.Result{Kind: "stk", Status: "unchanged", Value: &StockDone{}}, nil
	}
	lost, err := weigh(b, differ)
	if err != nil {
		return desk.Result{}, err
	}
	return book(b, a.Scope, journal.StockCounted, b.NewID(), 1, a.Command.Reference, differ, lost)
}
