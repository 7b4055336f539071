package floor

import (
	"encoding/json"
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/stock"
	"orderly/internal/store/items"
)

// change is one movement that an act of the stock ledger wants to make.
type change struct {
	cell   stock.Cell
	sku    string
	state  stock.State
	q      int64
	bin    string
	lot    string
	reason string
	note   string
}

// StockDone is the Value of a stock act: the act's id is the result's, and who
// had to give up claims because less was there than had been promised.
type StockDone struct {
	Levels    []stock.Level
	Displaced []stock.Displaced
	Differ    int // of a report that is compared with the books: items that say something else than before
}

// loadLines reads the items behind SKUs or barcodes, and their levels.
func loadLines(b *step.Batch, lines [][]stock.Line) error {
	var names []string
	for _, list := range lines {
		for _, l := range list {
			names = append(names, l.SKU)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if err := b.LoadItems(names); err != nil {
		return err
	}
	var codes []string
	for _, n := range names {
		if b.Item(n) == nil {
			codes = append(codes, n)
		}
	}
	packs, err := items.ByBarcode(b.R, codes)
	if err != nil {
		return err
	}
	if err := b.KnowPacks(packs); err != nil {
		return err
	}
	var ids []int64
	for _, n := range names {
		if item, _ := b.Packed(n); item != nil {
			ids = append(ids, int64(item.ID))
		}
	}
	return b.LoadLevels(ids)
}

// resolve turns lines into changes, listing every fault at once.
func resolve(b *step.Batch, by access.Scope, lines []stock.Line, reason string) ([]change, error) {
	var faults fault.List
	out := make([]change, 0, len(lines))
	for i, l := range lines {
		at := fmt.Sprintf("/lines/%d", i)
		item, pack := b.Packed(l.SKU)
		place := b.Catalog.Location(l.Location)
		switch {
		case item == nil:
			faults.Add(at+"/sku", "unknown_sku", "no item has the SKU or barcode %q", l.SKU)
			continue
		case item.Kind != catalog.Goods:
			faults.Add(at+"/sku", "not_stocked", "%q is a %s; only goods have stock", item.SKU, item.Kind)
			continue
		case place == nil || !by.Sees(int64(l.Location)):
			faults.Add(at+"/location", "unknown_location", "there is no such location")
			continue
		}
		c := change{
			cell: stock.Cell{Item: int64(item.ID), Location: l.Location}, sku: item.SKU, state: l.State, q: l.Quantity * pack,
			bin: l.Bin, lot: l.Lot, reason: reason, note: l.Note,
		}
		if c.state == "" {
			c.state = stock.OnHand
		}
		if c.q > stock.MaxQuantity || c.q < -stock.MaxQuantity {
			faults.Add(at+"/quantity", "too_large", "at most %d units in one line", stock.MaxQuantity)
			continue
		}
		out = append(out, c)
	}
	return out, faults.Err()
}

// weigh checks the net effect of changes on every state of every cell and
// decides who is displaced. It changes nothing.
func weigh(b *step.Batch, changes []change) ([]stock.Displaced, error) {
	type key struct {
		cell  stock.Cell
		state stock.State
	}
	net := map[key]int64{}
	sku := map[key]string{}
	var keys []key
	for _, c := range changes {
		k := key{c.cell, c.state}
		if _, ok := net[k]; !ok {
			keys = append(keys, k)
		}
		net[k] += c.q
		sku[k] = c.sku
	}
	var faults fault.List
	var lost []stock.Displaced
	for _, k := range keys {
		level := b.Level(k.cell)
		if err := level.Take(k.state, -net[k], sku[k]); err != nil {
			faults.AddError("/lines", err)
			continue
		}
		if level.In(k.state)+net[k] > stock.MaxQuantity*1000 {
			faults.Add("/lines", "too_large", "%s: more than a location can hold", sku[k])
			continue
		}
		if k.state != stock.OnHand {
			continue
		}
		if need := level.Short(net[k]); need > 0 {
			some, err := b.Displaced(k.cell, need)
			if err != nil {
				faults.AddError("/lines", fmt.Errorf("%s: %w", sku[k], err))
			}
			lost = append(lost, some...)
		}
	}
	return lost, faults.As(fault.Conflict, "not_enough", "the stock does not allow this")
}

// book makes the changes: claims give way first, then what comes, then what
// goes, so that no level is ever short in between.
func book(b *step.Batch, by access.Scope, typ string, act, seq int64, ref string, changes []change, lost []stock.Displaced) (desk.Result, error) {
	if err := b.GiveUp(by, lost); err != nil {
		return desk.Result{}, err
	}
	// Claims of checkouts are no orders: the answer names those alone.
	lost = slices.DeleteFunc(slices.Clone(lost), func(x stock.Displaced) bool { return x.Fulfillment == 0 })
	slices.SortStableFunc(changes, func(x, y change) int { // additions first
		switch {
		case x.q > 0 && y.q < 0:
			return -1
		case x.q < 0 && y.q > 0:
			return 1
		}
		return 0
	})
	seqs, err := tell(b, by, typ, act, seq, ref, changes, lost)
	if err != nil {
		return desk.Result{}, err
	}
	done := &StockDone{Displaced: lost}
	seen := map[stock.Cell]bool{}
	for i, c := range changes {
		m := stock.Movement{
			State: c.state, Quantity: c.q, Bin: c.bin, Lot: c.lot, Reason: c.reason, Note: c.note, RefKind: "stk", RefID: act, Entry: seqs[i/entryLines],
		}
		if err := b.Move(c.cell, m); err != nil {
			return desk.Result{}, err
		}
		seen[c.cell] = true
	}
	for _, c := range changes {
		if seen[c.cell] {
			seen[c.cell] = false
			done.Levels = append(done.Levels, *b.Level(c.cell))
		}
	}
	return desk.Result{Kind: "stk", ID: act, Seq: seq + int64(len(seqs)) - 1, Status: "done", Value: done}, nil
}

// entryLines is how many lines of an act one journal entry tells.
const entryLines = 150

// told is the data of a stock entry.
type told struct {
	Reference string     `json:"reference,omitempty"`
	Moves     [][3]int64 `json:"moves"` // item, location, quantity
	Displaced []gaveUp   `json:"displaced,omitempty"`
}

type gaveUp struct {
	Order    int64 `json:"order"`
	Line     int   `json:"line"`
	Quantity int64 `json:"quantity"`
}

// maxTold bounds how many displaced claims an entry of the act lists; each of
// them has an entry of its own at its order.
const maxTold = 100

func tell(b *step.Batch, by access.Scope, typ string, act, seq int64, ref string, changes []change, lost []stock.Displaced) ([]int64, error) {
	var seqs []int64
	for i := 0; i < len(changes); i += entryLines {
		t := told{Reference: ref}
		for _, c := range changes[i:min(i+entryLines, len(changes))] {
			t.Moves = append(t.Moves, [3]int64{c.cell.Item, int64(c.cell.Location), c.q})
		}
		if i == 0 {
			for _, x := range lost[:min(maxTold, len(lost))] {
				t.Displaced = append(t.Displaced, gaveUp{x.Order, x.Line, x.Quantity})
			}
		}
		data, err := json.Marshal(t)
		if err != nil {
			return nil, err
		}
		seqs = append(seqs, b.TellStock(by, typ, act, seq+int64(len(seqs)), data))
	}
	return seqs, nil
}

// loadDisplaced reads the claims on every cell that the changes of a whole
// batch could leave short.
func loadDisplaced(b *step.Batch, takes map[stock.Cell]int64) error {
	var cells []stock.Cell
	for c, q := range takes {
		if b.Level(c).Short(-q) > 0 {
			cells = append(cells, c)
		}
	}
	return b.LoadClaims(cells)
}
