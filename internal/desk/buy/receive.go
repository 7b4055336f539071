package buy

import (
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/purchases"
)

// ComeLine is what came: of a line, or of a SKU or barcode, which is given to the
// lines of its item in their order. A case of twelve counts as twelve.
type ComeLine struct {
	N        int
	SKU      string
	Good     int64
	Damaged  int64
	Inspect  int64
	Bin, Lot string
}

// ReceiveCommand takes in what came of a purchase order.
type ReceiveCommand struct {
	Purchase  purchase.ID
	Reference string // the delivery note
	Lines     []ComeLine
	Rest      bool // all that is open, where no line is named
	Over      bool // more than the tolerance is meant
}

// Arrived is the Value of a receipt: the purchase order as it is now, and what
// was booked.
type Arrived struct {
	Purchase  *purchase.Purchase
	Receipt   *purchase.Receipt
	Displaced []stock.Displaced
}

// ReceivePurchase books what came: movements at the place it goes to, the receipt
// that names them, and what is incoming, in one commit. Whoever waits for it is
// served at once, by priority and age.
var ReceivePurchase = step.Act[ReceiveCommand]{
	Name: "purchases.receive", Permission: access.StockWrite,
	Check: func(c *ReceiveCommand) error {
		if err := checkReference(c.Reference, len(c.Lines)); err != nil {
			return err
		}
		var l fault.List
		for i, x := range c.Lines {
			if len(x.Bin) > stock.MaxBin || len(x.Lot) > stock.MaxBin {
				l.Add(fmt.Sprintf("/lines/%d/bin", i), "too_long", "bin and lot take at most %d bytes", stock.MaxBin)
			}
			if (x.N == 0) == (x.SKU == "") {
				l.Add(fmt.Sprintf("/lines/%d", i), "missing", "name the line by its number, or the item by its SKU or a barcode")
			}
		}
		return l.Err()
	},
	Weight: func(c *ReceiveCommand) int { return 1 + len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[ReceiveCommand]) error {
		var names []string
		for i := range asked {
			for _, l := range asked[i].Command.Lines {
				if l.SKU != "" {
					names = append(names, l.SKU)
				}
			}
		}
		return loadScanned(b, names)
	},
	Decide: decideReceive,
}.Operation()

// checkReference lists what is wrong with the delivery note and the size of an act
// on what came.
func checkReference(reference string, lines int) error {
	var l fault.List
	stock.CheckNote("/reference", reference, &l)
	if lines > purchase.MaxLines {
		l.Add("/lines", "too_many_lines", "at most %d lines come at once", purchase.MaxLines)
	}
	return l.Err()
}

// loadScanned reads the items behind SKUs and barcodes.
func loadScanned(b *step.Batch, names []string) error {
	slices.Sort(names)
	names = slices.Compact(names)
	if err := b.LoadItems(names); err != nil {
		return err
	}
	codes := slices.DeleteFunc(names, func(n string) bool { return b.Item(n) != nil })
	packs, err := items.ByBarcode(b.R, codes)
	if err != nil {
		return err
	}
	return b.KnowPacks(packs)
}

func decideReceive(b *step.Batch, a desk.Asked[ReceiveCommand]) (desk.Result, error) {
	c := a.Command
	p, err := b.Purchase(a.Scope, c.Purchase)
	if err != nil {
		return desk.Result{}, err
	}
	list, err := cameOf(b, p, &c)
	if err != nil {
		return desk.Result{}, err
	}
	x, err := p.Receive(list, c.Over, b.At, b.Zone())
	if err != nil {
		return desk.Result{}, err
	}
	if err := b.LoadLevels(itemsOf(p)); err != nil {
		return desk.Result{}, err
	}
	r := &purchase.Receipt{ID: purchase.ReceiptID(b.NewID()), Purchase: p.ID, Reference: c.Reference, At: b.At, Actor: a.Scope.Actor.String()}
	for _, y := range list {
		l := p.Line(y.N)
		for _, part := range []struct {
			state stock.State
			n     int64
		}{{stock.OnHand, y.Good}, {stock.Damaged, y.Damaged}, {stock.QualityControl, y.Inspect}} {
			if part.n > 0 {
				r.Lines = append(r.Lines, purchase.ReceiptLine{Line: l.N, Item: l.Item, Location: p.Location, State: string(part.state), Quantity: part.n, Bin: y.Bin, Lot: y.Lot})
			}
		}
	}
	if err := b.SavePurchase(a.Scope, &x, p, journal.PurchaseReceived, receiptTold(r)); err != nil {
		return desk.Result{}, err
	}
	if err := bookReceipt(b, r, stock.Purchase); err != nil {
		return desk.Result{}, err
	}
	var goods []int64
	for _, y := range r.Lines {
		if y.State == string(stock.OnHand) && !slices.Contains(goods, y.Item) {
			goods = append(goods, y.Item)
		}
	}
	err = b.Arrived(a.Scope, goods)
	return desk.Result{Kind: journal.Purchase, ID: int64(p.ID), Seq: x.Version, Status: "done", Value: &Arrived{Purchase: &x, Receipt: r}}, err
}

// receiptTold is what an entry says of a receipt.
func receiptTold(r *purchase.Receipt) map[string]any {
	moves := [][3]int64{}
	for _, x := range r.Lines[:min(maxTold, len(r.Lines))] {
		moves = append(moves, [3]int64{int64(x.Line), x.Item, x.Quantity})
	}
	out := map[string]any{"receipt": r.ID.String(), "moves": moves}
	if r.Of != 0 {
		out["of"] = r.Of.String()
	}
	return out
}

// bookReceipt makes the movements of a receipt whose entry was told last, and
// keeps it.
func bookReceipt(b *step.Batch, r *purchase.Receipt, reason string) error {
	r.Entry = b.LastEntry()
	for i := range r.Lines {
		x := &r.Lines[i]
		x.N = i + 1
		err := b.Move(stock.Cell{Item: x.Item, Location: stock.LocationID(x.Location)}, stock.Movement{
			State: stock.State(x.State), Quantity: x.Quantity, Bin: x.Bin, Lot: x.Lot, Reason: reason, RefKind: journal.Purchase, RefID: int64(r.Purchase), Entry: r.Entry,
		})
		if err != nil {
			return err
		}
		x.Movement = b.LastMovement()
	}
	return b.Keep(func(tx *store.Tx) error { return purchases.AddReceipt(tx, r) })
}

// cameOf are the lines that came, with what was scanned given to lines.
func cameOf(b *step.Batch, p *purchase.Purchase, c *ReceiveCommand) ([]purchase.Come, error) {
	var out []purchase.Come
	if len(c.Lines) == 0 && c.Rest {
		for i := range p.Lines {
			if n := p.Lines[i].Open(); n > 0 {
				out = append(out, purchase.Come{N: p.Lines[i].N, Good: n})
			}
		}
		return out, nil
	}
	var l fault.List
	open := map[int]int64{}
	for i := range p.Lines {
		open[p.Lines[i].N] = p.Lines[i].Open()
	}
	for i, x := range c.Lines {
		if x.N != 0 {
			out = append(out, purchase.Come{N: x.N, Good: x.Good, Damaged: x.Damaged, Inspect: x.Inspect, Bin: x.Bin, Lot: x.Lot})
			open[x.N] -= x.Good + x.Damaged + x.Inspect
			continue
		}
		item, pack := b.Packed(x.SKU)
		var lines []int
		for k := range p.Lines {
			if item != nil && p.Lines[k].Item == int64(item.ID) {
				lines = append(lines, p.Lines[k].N)
			}
		}
		if len(lines) == 0 {
			l.Add(fmt.Sprintf("/lines/%d/sku", i), "not_ordered", "%.80q is not on purchase order %d; receive it as stock that nobody ordered, or add a line", x.SKU, p.Number)
			continue
		}
		scanned := purchase.Come{Good: x.Good * pack, Damaged: x.Damaged * pack, Inspect: x.Inspect * pack, Bin: x.Bin, Lot: x.Lot}
		out = append(out, spread(scanned, lines, open)...)
	}
	return out, l.Err()
}

// spread gives what was scanned to lines in their order, each up to what is open
// of it; the last takes what is left.
func spread(c purchase.Come, lines []int, open map[int]int64) []purchase.Come {
	var out []purchase.Come
	for i, n := range lines {
		part := purchase.Come{N: n, Bin: c.Bin, Lot: c.Lot}
		for _, q := range []struct{ of, to *int64 }{{&c.Good, &part.Good}, {&c.Damaged, &part.Damaged}, {&c.Inspect, &part.Inspect}} {
			take := *q.of
			if i < len(lines)-1 && take >= 0 {
				take = min(take, max(0, open[n]))
			}
			*q.to += take
			*q.of -= take
			open[n] -= take
		}
		if part.Good != 0 || part.Damaged != 0 || part.Inspect != 0 || len(lines) == 1 {
			out = append(out, part)
		}
	}
	return out
}

// UnreceiveCommand takes back a receipt that was booked by mistake.
type UnreceiveCommand struct {
	Receipt purchase.ReceiptID
}

// ReversePurchaseReceipt books the opposite of every movement of a receipt, once.
// Claims on what turns out not to be there are displaced.
var ReversePurchaseReceipt = step.Act[UnreceiveCommand]{
	Name: "purchases.reverse_receipt", Permission: access.StockWrite,
	Load:   func(*step.Batch, []desk.Asked[UnreceiveCommand]) error { return nil },
	Decide: decideUnreceive,
}.Operation()

func decideUnreceive(b *step.Batch, a desk.Asked[UnreceiveCommand]) (desk.Result, error) {
	id := a.Command.Receipt
	was, err := purchases.Receipt(b.R, id)
	if err != nil {
		return desk.Result{}, err
	}
	if was == nil || was.Of != 0 {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_receipt", "there is no receipt %s", id)
	}
	p, err := b.Purchase(a.Scope, was.Purchase)
	if err != nil {
		return desk.Result{}, err
	}
	if done, err := purchases.Reversed(b.R, id); err != nil || done {
		if err == nil {
			err = fault.New(fault.Conflict, "already_reversed", "receipt %s was reversed before", id)
		}
		return desk.Result{}, err
	}
	x, err := p.Unreceive(was, b.Zone())
	if err != nil {
		return desk.Result{}, err
	}
	lost, err := gives(b, p, was)
	if err != nil {
		return desk.Result{}, err
	}
	r := &purchase.Receipt{ID: purchase.ReceiptID(b.NewID()), Purchase: p.ID, Of: id, At: b.At, Actor: a.Scope.Actor.String()}
	for _, y := range was.Lines {
		y.Quantity = -y.Quantity
		r.Lines = append(r.Lines, y)
	}
	if err := b.GiveUp(a.Scope, lost); err != nil {
		return desk.Result{}, err
	}
	lost = slices.DeleteFunc(slices.Clone(lost), func(x stock.Displaced) bool { return x.Fulfillment == 0 })
	if err := b.SavePurchase(a.Scope, &x, p, journal.PurchaseUnreceived, receiptTold(r)); err != nil {
		return desk.Result{}, err
	}
	if err := bookReceipt(b, r, stock.PurchaseReversed); err != nil {
		return desk.Result{}, err
	}
	var came []int64
	for _, y := range was.Lines {
		came = append(came, y.Movement)
	}
	err = b.NotPutAway(came)
	return desk.Result{Kind: journal.Purchase, ID: int64(p.ID), Seq: x.Version, Status: "done", Value: &Arrived{Purchase: &x, Receipt: r, Displaced: lost}}, err
}

// gives decides who is displaced when a receipt is taken back; what is not there
// any more in its state refuses it.
func gives(b *step.Batch, p *purchase.Purchase, r *purchase.Receipt) ([]stock.Displaced, error) {
	if err := b.LoadLevels(itemsOf(p)); err != nil {
		return nil, err
	}
	type place struct {
		cell  stock.Cell
		state stock.State
	}
	takes := map[place]int64{}
	var places []place
	var cells []stock.Cell
	for _, x := range r.Lines {
		k := place{stock.Cell{Item: x.Item, Location: stock.LocationID(x.Location)}, stock.State(x.State)}
		if takes[k] == 0 {
			places, cells = append(places, k), append(cells, k.cell)
		}
		takes[k] += x.Quantity
	}
	if err := b.LoadClaims(cells); err != nil {
		return nil, err
	}
	var l fault.List
	var lost []stock.Displaced
	for _, k := range places {
		level := b.Level(k.cell)
		if err := level.Take(k.state, takes[k], "the receipt"); err != nil {
			l.AddError("/lines", err)
			continue
		}
		if need := level.Short(-takes[k]); k.state == stock.OnHand && need > 0 {
			some, err := b.Displaced(k.cell, need)
			if err != nil {
				l.AddError("/lines", err)
			}
			lost = append(lost, some...)
		}
	}
	return lost, l.As(fault.Conflict, "not_enough", "what came is not there any more")
}
