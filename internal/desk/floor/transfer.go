package floor

import (
	"encoding/json"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/stock"
)

// TransferCommand takes goods from one location to another in one act.
// The lines' Location is where they come from.
type TransferCommand struct {
	Lines     []stock.Line
	To        stock.LocationID
	Reference string
}

// Transfer moves stock that nobody has claimed. Both movements are one act, so
// the sum over locations never changes.
var Transfer = step.Act[TransferCommand]{
	Name: "stock.transfer", Permission: access.StockWrite,
	Check: func(c *TransferCommand) error {
		if c.To == 0 {
			return fault.New(fault.Invalid, "missing", "say where to, by the location's code or id")
		}
		return checkAct(c.Lines, c.Reference, false, false)
	},
	Weight: func(c *TransferCommand) int { return 2 * len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[TransferCommand]) error {
		return loadLines(b, linesOf(asked, func(c *TransferCommand) []stock.Line { return c.Lines }))
	},
	Decide: decideTransfer,
}.Operation()

func decideTransfer(b *step.Batch, a desk.Asked[TransferCommand]) (desk.Result, error) {
	c := a.Command
	out, err := resolve(b, a.Scope, c.Lines, "transfer_out")
	if err != nil {
		return desk.Result{}, err
	}
	if b.Catalog.Location(c.To) == nil || !a.Scope.Sees(int64(c.To)) {
		return desk.Result{}, fault.New(fault.Invalid, "unknown_location", "there is no such location to transfer to")
	}
	var faults fault.List
	asked := map[stock.Cell]int64{}
	changes := out
	for i, x := range out {
		at := fmt.Sprintf("/lines/%d", i)
		if x.cell.Location == c.To {
			faults.Add(at+"/location", "same_location", "%s is at that location already", x.sku)
		}
		asked[x.cell] += x.q
		free := b.Level(x.cell)
		if have := free.OnHand - free.Reserved; x.state == stock.OnHand && asked[x.cell] > have {
			faults.Add(at+"/quantity", "not_enough", "%s: %d of %d can be moved; the others are claimed by orders", x.sku, max(0, have), asked[x.cell])
		}
		in := x
		in.cell.Location, in.reason = c.To, stock.TransferIn
		changes[i].q = -x.q
		changes = append(changes, in)
	}
	if err := faults.As(fault.Conflict, "not_enough", "the stock does not allow this transfer"); err != nil {
		return desk.Result{}, err
	}
	lost, err := weigh(b, changes)
	if err != nil {
		return desk.Result{}, err
	}
	return book(b, a.Scope, journal.StockTransferred, b.NewID(), 1, c.Reference, changes, lost)
}

// SafetyCommand sets how many units of an item at a location are never sold.
type SafetyCommand struct {
	SKU      string
	Location stock.LocationID
	Quantity int64
}

// Safety sets a level's safety stock. Claims made before stand.
var Safety = step.Act[SafetyCommand]{
	Name: "stock.safety", Permission: access.StockWrite,
	Check: func(c *SafetyCommand) error {
		return stock.CheckLines([]stock.Line{{SKU: c.SKU, Location: c.Location, Quantity: c.Quantity}}, false, true)
	},
	Load: func(b *step.Batch, asked []desk.Asked[SafetyCommand]) error {
		return loadLines(b, linesOf(asked, func(c *SafetyCommand) []stock.Line { return []stock.Line{{SKU: c.SKU}} }))
	},
	Decide: func(b *step.Batch, a desk.Asked[SafetyCommand]) (desk.Result, error) {
		c := a.Command
		got, err := resolve(b, a.Scope, []stock.Line{{SKU: c.SKU, Location: c.Location, Quantity: c.Quantity}}, "")
		if err != nil {
			return desk.Result{}, err
		}
		if err := b.SetSafety(got[0].cell, got[0].q); err != nil {
			return desk.Result{}, err
		}
		data, err := json.Marshal(map[string]int64{"item": got[0].cell.Item, "location": int64(c.Location), "safety": got[0].q})
		act := b.NewID()
		b.TellStock(a.Scope, journal.StockSafety, act, 1, data)
		return desk.Result{Kind: "stk", ID: act, Seq: 1, Status: "done", Value: &StockDone{Levels: []stock.Level{*b.Level(got[0].cell)}}}, err
	},
}.Operation()
