package floor

import (
	"fmt"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/replenish"
	"orderly/internal/stock"
	"orderly/internal/store/replenishment"
)

// RestockCommand names lines of replenishment that other places give, all for
// one place.
type RestockCommand struct {
	Lines     []replenish.LineID
	Reference string
}

// Restock moves what was proposed from the places that give it, in one act, as a
// transfer does. The Value of the result is that of a transfer.
var Restock = step.Act[RestockCommand]{
	Name: "stock.restock", Permission: access.StockWrite,
	Check:  func(c *RestockCommand) error { return replenish.CheckDecided(c.Lines) },
	Weight: func(c *RestockCommand) int { return 2 * len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[RestockCommand]) error {
		var ids []replenish.LineID
		for i := range asked {
			ids = append(ids, asked[i].Command.Lines...)
		}
		found, err := replenishment.Lines(b.R, ids)
		if err != nil {
			return err
		}
		var items []int64
		for _, l := range found {
			items = append(items, l.Item)
		}
		if err := b.Catalog.Load(b.R, items); err != nil {
			return err
		}
		var lines []stock.Line
		for _, id := range items {
			if item := b.Catalog.ByID(catalog.ID(id)); item != nil {
				lines = append(lines, stock.Line{SKU: item.SKU})
			}
		}
		return loadLines(b, [][]stock.Line{lines})
	},
	Decide: decideRestock,
}.Operation()

func decideRestock(b *step.Batch, a desk.Asked[RestockCommand]) (desk.Result, error) {
	lines, err := b.OpenLines(a.Scope, a.Command.Lines)
	if err != nil {
		return desk.Result{}, err
	}
	c := TransferCommand{To: stock.LocationID(lines[0].Location), Reference: a.Command.Reference}
	var l fault.List
	for i, x := range lines {
		at := fmt.Sprintf("/lines/%d", i)
		item := b.Catalog.ByID(catalog.ID(x.Item))
		switch {
		case x.From == 0:
			l.Add(at, "not_a_transfer", "line %s is bought from a supplier: accept it", x.ID)
		case stock.LocationID(x.Location) != c.To:
			l.Add(at, "another_place", "line %s goes to another place than the first one", x.ID)
		case item == nil:
			l.Add(at, "unknown_item", "the item of line %s is not there", x.ID)
		default:
			c.Lines = append(c.Lines, stock.Line{SKU: item.SKU, Location: stock.LocationID(x.From), Quantity: x.Quantity})
		}
	}
	if err := l.As(fault.Conflict, "not_a_transfer", "these lines cannot be moved together"); err != nil {
		return desk.Result{}, err
	}
	r, err := decideTransfer(b, desk.Asked[TransferCommand]{Scope: a.Scope, Command: c})
	if err != nil || r.Err != nil {
		return r, err
	}
	return r, b.AcceptLines(a.Scope, lines, r.ID)
}
