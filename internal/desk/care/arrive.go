package care

import (
	"fmt"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/stock"
	"orderly/internal/store/items"
	"orderly/internal/trouble"
)

// ArriveLine is units that are here: of a line of the return, of a line of its
// order, or, by SKU or barcode, of whatever fits.
type ArriveLine struct {
	N        int
	Line     int
	SKU      string
	Quantity int64
}

// ArriveCommand receives a return, or takes a receipt back.
type ArriveCommand struct {
	Return   returns.ID
	Location stock.LocationID
	Lines    []ArriveLine
}

// ReceiveRequested books in what has come of a return, unit by unit: fewer than
// were asked for, more, or something else altogether. It lies in quality
// control until somebody has looked at it.
var ReceiveRequested = onReturn("returns.receive", access.StockWrite, arriving, checkArrive, loadArrive, decideArrive)

// UnreceiveReturn takes back a receipt that was a mistake, of units that nobody
// has inspected yet.
var UnreceiveReturn = onReturn("returns.unreceive", access.StockWrite, arriving, checkArrive, loadArrive, decideUnreceive)

func arriving(c *ArriveCommand) returns.ID { return c.Return }

func checkArrive(c *ArriveCommand, l *fault.List) {
	if len(c.Lines) == 0 || len(c.Lines) > returns.MaxLines {
		l.Add("/lines", "missing", "say what came: 1 to %d lines", returns.MaxLines)
		return
	}
	for i, x := range c.Lines {
		at := fmt.Sprintf("/lines/%d", i)
		if x.Quantity < 1 || x.Quantity > stock.MaxQuantity {
			l.Add(at+"/quantity", "not_positive", "say how many there are")
		}
		named := 0
		for _, is := range [...]bool{x.N != 0, x.Line != 0, x.SKU != ""} {
			if is {
				named++
			}
		}
		if named != 1 {
			l.Add(at, "missing", "name a line of the return (n), a line of the order (line) or an item (sku)")
		}
	}
}

func loadArrive(b *step.Batch, asked []desk.Asked[ArriveCommand]) error {
	var codes []string
	for i := range asked {
		for _, l := range asked[i].Command.Lines {
			if l.SKU != "" {
				codes = append(codes, l.SKU)
			}
		}
	}
	if len(codes) == 0 {
		return nil
	}
	if err := b.LoadItems(codes); err != nil {
		return err
	}
	var unknown []string
	for _, c := range codes {
		if b.Catalog.BySKU(c) == nil {
			unknown = append(unknown, c)
		}
	}
	packs, err := items.ByBarcode(b.R, unknown)
	if err != nil {
		return err
	}
	if err := b.KnowPacks(packs); err != nil {
		return err
	}
	var ids []int64
	for _, c := range codes {
		if i, _ := b.Packed(c); i != nil && i.Kind == catalog.Goods {
			ids = append(ids, int64(i.ID))
		}
	}
	return b.LoadLevels(ids)
}

func decideArrive(b *step.Batch, a desk.Asked[ArriveCommand], x *returns.Return, o *order.Order) (outcome, error) {
	c := a.Command
	if err := x.May("receive"); err != nil {
		return outcome{}, err
	}
	if b.Catalog.Location(c.Location) == nil || !a.Scope.Sees(int64(c.Location)) {
		return outcome{}, fault.New(fault.Invalid, "unknown_location", "there is no such location to receive the return at")
	}
	if x.ReceivedAt != 0 && x.Location != c.Location {
		return outcome{}, fault.New(fault.Conflict, "received_elsewhere", "some of return %s was received at another location; close it and receive the rest as a return of its own", x.Name())
	}
	came, err := sorted(b, x, o, c.Lines)
	if err != nil {
		return outcome{}, err
	}
	before := x.Sums().Came
	shifts, asked, back, err := x.Receive(came)
	if err != nil {
		return outcome{}, err
	}
	out := outcome{shifts: shifts, typ: journal.OrderReturned, tell: journal.ReturnReceived, data: map[string]any{"units": x.Sums().Came - before}}
	var faults fault.List
	byLine(back, func(line int, n int64) {
		if free := o.Line(line).Q.Returnable(); n+asked[line] > free {
			faults.Add("/lines", "not_returnable", "line %d: %d more units than were asked for can have come back, %d more were named; name others by their sku", line, free, n+asked[line])
		}
		out.order.Returned = append(out.order.Returned, order.Return{Line: line, Quantity: n})
	})
	byLine(asked, func(line int, n int64) {
		out.order.Asked = append(out.order.Asked, order.Asked{Line: line, Quantity: n})
	})
	if err := faults.As(fault.Conflict, "not_returnable", "more came than was sent"); err != nil {
		return outcome{}, err
	}
	x.Location = c.Location
	if x.ApprovedAt == 0 { // it came without being waited for
		x.ApprovedAt = b.At
	}
	if x.ReceivedAt == 0 {
		x.ReceivedAt = b.At
	}
	done(x, b.At)
	b.Settle(a.Scope, trouble.Return, func(t *trouble.Trouble) bool { return t.Order == int64(o.ID) })
	return out, nil
}

// sorted finds which line of the return each unit belongs to. What fits none
// gets one: of its order line, or of none when nothing more of that can have
// come.
func sorted(b *step.Batch, x *returns.Return, o *order.Order, lines []ArriveLine) ([]returns.Came, error) {
	var out []returns.Came
	var faults fault.List
	left := map[int]int64{} // by line of the return: of what was asked for, still to come
	for i := range x.Lines {
		left[x.Lines[i].N] = x.Lines[i].Requested
	}
	over := map[int]int64{} // by line of the order: beyond what was asked for
	put := func(l *returns.Line, q int64) {
		left[l.N] -= min(q, left[l.N])
		out = append(out, returns.Came{N: l.N, Quantity: q})
	}
	for i, a := range lines {
		at := fmt.Sprintf("/lines/%d", i)
		switch {
		case a.N != 0:
			if x.Line(a.N) == nil {
				faults.Add(at+"/n", "no_such_line", "return %s has no line %d", x.Name(), a.N)
				continue
			}
			put(x.Line(a.N), a.Quantity)
		case a.Line != 0:
			l := o.Line(a.Line)
			if l == nil || !l.Leaf() {
				faults.Add(at+"/line", "no_such_line", "order %d has no line %d of which units could come back", o.Number, a.Line)
				continue
			}
			put(lineFor(x, a.Line, l.Item, l.Stocked), a.Quantity)
		default:
			item, pack := b.Packed(a.SKU)
			if item == nil || item.Kind == catalog.Bundle {
				faults.Add(at+"/sku", "unknown_sku", "no item has the SKU or barcode %.60q, or it is a bundle; name its components", a.SKU)
				continue
			}
			rest := a.Quantity * pack
			for j := range x.Lines {
				if l := &x.Lines[j]; l.Item == int64(item.ID) && l.Line != 0 && rest > 0 && left[l.N] > 0 {
					n := min(rest, left[l.N])
					put(l, n)
					rest -= n
				}
			}
			for j := range o.Lines {
				l := &o.Lines[j]
				if l.Item != int64(item.ID) || !l.Leaf() || rest == 0 {
					continue
				}
				if n := min(rest, l.Q.Returnable()-over[l.N]); n > 0 {
					put(lineFor(x, l.N, l.Item, l.Stocked), n)
					over[l.N] += n
					rest -= n
				}
			}
			if rest > 0 {
				put(strange(x, int64(item.ID), item.Stocked()), rest)
			}
		}
	}
	return out, faults.Err()
}

// lineFor is the return's line for units of an order's line.
func lineFor(x *returns.Return, line int, item int64, stocked bool) *returns.Line {
	if l := x.Of(line); l != nil {
		return l
	}
	x.Lines = append(x.Lines, returns.Line{N: len(x.Lines) + 1, Line: line, Item: item, Stocked: stocked})
	return &x.Lines[len(x.Lines)-1]
}

// strange is the return's line for units of an item that the order cannot have
// sent.
func strange(x *returns.Return, item int64, stocked bool) *returns.Line {
	for i := range x.Lines {
		if x.Lines[i].Line == 0 && x.Lines[i].Item == item {
			return &x.Lines[i]
		}
	}
	x.Lines = append(x.Lines, returns.Line{N: len(x.Lines) + 1, Item: item, Stocked: stocked})
	return &x.Lines[len(x.Lines)-1]
}

func decideUnreceive(_ *step.Batch, a desk.Asked[ArriveCommand], x *returns.Return, _ *order.Order) (outcome, error) {
	if err := x.May("unreceive"); err != nil {
		return outcome{}, err
	}
	var came []returns.Came
	var faults fault.List
	for i, l := range a.Command.Lines {
		n := l.N
		if l.Line != 0 && x.Of(l.Line) != nil {
			n = x.Of(l.Line).N
		}
		if n == 0 {
			faults.Add(fmt.Sprintf("/lines/%d", i), "missing", "name a line of the return")
			continue
		}
		came = append(came, returns.Came{N: n, Quantity: -l.Quantity})
	}
	if err := faults.Err(); err != nil {
		return outcome{}, err
	}
	before := x.Sums().Came
	shifts, asked, back, err := x.Receive(came)
	if err != nil {
		return outcome{}, err
	}
	out := outcome{shifts: shifts, typ: journal.OrderReturned, tell: journal.ReturnUnreceived, data: map[string]any{"units": before - x.Sums().Came}}
	byLine(back, func(line int, n int64) {
		out.order.Returned = append(out.order.Returned, order.Return{Line: line, Quantity: n})
	})
	byLine(asked, func(line int, n int64) {
		out.order.Asked = append(out.order.Asked, order.Asked{Line: line, Quantity: n})
	})
	if x.Sums().Came == 0 {
		x.ReceivedAt = 0
	}
	return out, nil
}
