package floor

import (
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/journal"
	"orderly/internal/stock"
)

// LowCommand says from how few sellable units on somebody wants to be told.
type LowCommand struct {
	SKU      string
	Location stock.LocationID
	LowAt    int64 // 0: nobody
}

// Low sets at what a level counts as low. Nothing is claimed or freed by it.
var Low = step.Act[LowCommand]{
	Name: "stock.low", Permission: access.StockWrite,
	Check: func(c *LowCommand) error {
		return stock.CheckLines([]stock.Line{{SKU: c.SKU, Location: c.Location, Quantity: c.LowAt}}, false, true)
	},
	Load: func(b *step.Batch, asked []desk.Asked[LowCommand]) error {
		return loadLines(b, linesOf(asked, func(c *LowCommand) []stock.Line { return []stock.Line{{SKU: c.SKU}} }))
	},
	Decide: func(b *step.Batch, a desk.Asked[LowCommand]) (desk.Result, error) {
		c := a.Command
		got, err := resolve(b, a.Scope, []stock.Line{{SKU: c.SKU, Location: c.Location, Quantity: c.LowAt}}, "")
		if err != nil {
			return desk.Result{}, err
		}
		cell := got[0].cell
		if b.Level(cell).LowAt == got[0].q {
			return desk.Result{Kind: journal.Stock, Status: "unchanged", Value: &StockDone{Levels: []stock.Level{*b.Level(cell)}}}, nil
		}
		if err := b.SetLowAt(cell, got[0].q); err != nil {
			return desk.Result{}, err
		}
		data, err := json.Marshal(map[string]int64{"item": cell.Item, "location": int64(c.Location), "low_at": got[0].q})
		if err != nil {
			return desk.Result{}, err
		}
		act := b.NewID()
		b.TellStock(a.Scope, journal.StockLowAt, act, 1, data)
		return desk.Result{Kind: journal.Stock, ID: act, Seq: 1, Status: "done", Value: &StockDone{Levels: []stock.Level{*b.Level(cell)}}}, nil
	},
}.Operation()
