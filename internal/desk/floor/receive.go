package floor

import (
	"encoding/json"
	"errors"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/stock"
	"orderly/internal/store/entries"
	"orderly/internal/store/levels"
)

// ReceiveCommand takes goods in. Reference is the delivery note, for example.
type ReceiveCommand struct {
	Lines     []stock.Line
	Reference string
}

// Receive puts goods on hand (or into another state) and gives them at once to
// those who wait, by priority and age. SKU may be a barcode: a case of twelve
// counts as twelve.
var Receive = step.Act[ReceiveCommand]{
	Name: "stock.receive", Permission: access.StockWrite,
	Check:  func(c *ReceiveCommand) error { return checkAct(c.Lines, c.Reference, false, false) },
	Weight: func(c *ReceiveCommand) int { return len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[ReceiveCommand]) error {
		return loadLines(b, linesOf(asked, func(c *ReceiveCommand) []stock.Line { return c.Lines }))
	},
	Decide: func(b *step.Batch, a desk.Asked[ReceiveCommand]) (desk.Result, error) {
		changes, err := resolve(b, a.Scope, a.Command.Lines, stock.Receive)
		if err != nil {
			return desk.Result{}, err
		}
		lost, err := weigh(b, changes)
		if err != nil {
			return desk.Result{}, err
		}
		got, err := book(b, a.Scope, journal.StockReceived, b.NewID(), 1, a.Command.Reference, changes, lost)
		if err == nil {
			err = b.Arrived(a.Scope, came(changes))
		}
		return got, err
	},
}.Operation()

// came are the items of which units are on hand that were not before.
func came(changes []change) []int64 {
	var out []int64
	for _, c := range changes {
		if c.state == stock.OnHand && c.q > 0 {
			out = append(out, c.cell.Item)
		}
	}
	return unique(out)
}

func checkAct(lines []stock.Line, reference string, signed, zero bool) error {
	err := stock.CheckLines(lines, signed, zero)
	if len(reference) <= stock.MaxReason {
		return err
	}
	var l fault.List
	l.Add("/reference", "too_long", "a reference takes at most %d bytes", stock.MaxReason)
	var f *fault.Error
	if errors.As(err, &f) {
		for _, x := range f.Fields {
			l.Add(x.Pointer, x.Code, "%s", x.Message)
		}
	}
	return l.Err()
}

func linesOf[C any](asked []desk.Asked[C], of func(*C) []stock.Line) [][]stock.Line {
	out := make([][]stock.Line, len(asked))
	for i := range asked {
		out[i] = of(&asked[i].Command)
	}
	return out
}

// ReverseCommand takes back a receipt that was booked by mistake.
type ReverseCommand struct {
	Receipt int64
}

// ReverseReceipt books the opposite of every movement of a receipt, once.
// Claims on what turns out not to be there are displaced.
var ReverseReceipt = step.Act[ReverseCommand]{
	Name: "stock.reverse_receipt", Permission: access.StockWrite,
	Load: func(b *step.Batch, asked []desk.Asked[ReverseCommand]) error {
		takes := map[stock.Cell]int64{}
		for i := range asked {
			id := asked[i].Command.Receipt
			history, err := entries.OfSubject(b.R, id, 0, 0, stock.MaxActLines)
			if err != nil {
				return err
			}
			var items []int64
			for _, e := range history {
				var t told
				if err := json.Unmarshal(e.Data, &t); err != nil {
					return err
				}
				for _, m := range t.Moves {
					items = append(items, m[0])
				}
			}
			if err := b.LoadLevels(items); err != nil {
				return err
			}
			moved, err := levels.OfRef(b.R, unique(items), "stk", id)
			if err != nil {
				return err
			}
			b.KnowAct(id, history, moved)
			for _, m := range moved {
				takes[m.Cell] += m.Quantity
			}
		}
		return loadDisplaced(b, takes)
	},
	Decide: decideReverse,
}.Operation()

func decideReverse(b *step.Batch, a desk.Asked[ReverseCommand]) (desk.Result, error) {
	id := a.Command.Receipt
	history, moved := b.Act(id)
	if len(history) == 0 || history[0].Type != journal.StockReceived {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_receipt", "there is no receipt with this id")
	}
	last := history[len(history)-1]
	if last.Type == journal.StockReversed {
		return desk.Result{}, fault.New(fault.Conflict, "already_reversed", "this receipt was reversed before")
	}
	var changes []change
	var ids []int64
	for _, m := range moved {
		ids = append(ids, m.ID)
		if !a.Scope.Sees(int64(m.Cell.Location)) {
			return desk.Result{}, fault.New(fault.NotFound, "no_such_receipt", "there is no receipt with this id")
		}
		changes = append(changes, change{cell: m.Cell, sku: "the receipt", state: m.State, q: -m.Quantity, bin: m.Bin, lot: m.Lot, reason: stock.ReceiveReversed})
	}
	lost, err := weigh(b, changes)
	if err != nil {
		return desk.Result{}, err
	}
	got, err := book(b, a.Scope, journal.StockReversed, id, last.SubjectSeq+1, "", changes, lost)
	if err == nil {
		err = b.NotPutAway(ids)
	}
	if err == nil {
		b.KnowAct(id, append(history, journal.Entry{Type: journal.StockReversed}), nil)
	}
	return got, err
}

func unique(list []int64) []int64 {
	seen := map[int64]bool{}
	var out []int64
	for _, x := range list {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	return out
}
