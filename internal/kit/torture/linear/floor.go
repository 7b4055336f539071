package linear

import (
	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/stock"
)

// line is one line of a stock act at a random location.
func (cl *client) line(i int, q int64) (stock.Line, int) {
	at := cl.rng.IntN(places)
	return stock.Line{SKU: cl.c.shop.items[i].sku, Location: cl.c.shop.at[at], Quantity: q}, at
}

func (cl *client) receive() error {
	var cmds []floor.ReceiveCommand
	ops := make([]itemOp, cl.c.o.batch)
	items := make([]int, cl.c.o.batch)
	for n := range cl.c.o.batch {
		items[n] = cl.anItem(0, len(cl.c.shop.items))
		q := 1 + cl.rng.Int64N(3)
		line, at := cl.line(items[n], q)
		ops[n] = itemOp{Kind: changed, At: at, Quantity: q}
		cmds = append(cmds, floor.ReceiveCommand{Lines: []stock.Line{line}})
	}
	return call(cl, "receive", cmds, through(cl, opReceive), func(i int, r desk.Result, s span) error {
		return cl.ledger(items[i], ops[i], r, s)
	})
}

// adjust adds to any item, and takes away of those that are not exact.
func (cl *client) adjust() error {
	var cmds []floor.AdjustCommand
	ops := make([]itemOp, cl.c.o.batch)
	items := make([]int, cl.c.o.batch)
	for n := range cl.c.o.batch {
		items[n] = cl.anItem(0, len(cl.c.shop.items))
		q := 1 + cl.rng.Int64N(3)
		if cl.rng.IntN(2) == 0 {
			items[n], q = cl.anItem(cl.c.shop.exact, len(cl.c.shop.items)), -q
		}
		line, at := cl.line(items[n], q)
		line.Reason = "torture"
		ops[n] = itemOp{Kind: changed, At: at, Quantity: q}
		cmds = append(cmds, floor.AdjustCommand{Lines: []stock.Line{line}})
	}
	do := through(cl, opAdjust)
	if broken := cl.c.adjust; broken != nil {
		do = func(cmds []floor.AdjustCommand) ([]desk.Result, []stamps, error) {
			got, err := broken(cl.node, cmds)
			return got, nil, err
		}
	}
	return call(cl, "adjust", cmds, do, func(i int, r desk.Result, s span) error {
		return cl.ledger(items[i], ops[i], r, s)
	})
}

func (cl *client) count() error {
	var cmds []floor.CountCommand
	ops := make([]itemOp, cl.c.o.batch)
	items := make([]int, cl.c.o.batch)
	for n := range cl.c.o.batch {
		items[n] = cl.anItem(cl.c.shop.exact, len(cl.c.shop.items))
		q := cl.rng.Int64N(7)
		line, at := cl.line(items[n], q)
		ops[n] = itemOp{Kind: counted, At: at, Quantity: q}
		cmds = append(cmds, floor.CountCommand{Lines: []stock.Line{line}})
	}
	return call(cl, "count", cmds, through(cl, opCount), func(i int, r desk.Result, s span) error {
		return cl.ledger(items[i], ops[i], r, s)
	})
}

// transfer moves free units of exact items: it makes no claim give way.
func (cl *client) transfer() error {
	var cmds []floor.TransferCommand
	ops := make([]itemOp, cl.c.o.batch)
	items := make([]int, cl.c.o.batch)
	for n := range cl.c.o.batch {
		items[n] = cl.anItem(0, cl.c.shop.exact)
		q := 1 + cl.rng.Int64N(3)
		line, at := cl.line(items[n], q)
		to := (at + 1 + cl.rng.IntN(places-1)) % places
		ops[n] = itemOp{Kind: transferred, At: at, To: to, Quantity: q}
		cmds = append(cmds, floor.TransferCommand{Lines: []stock.Line{line}, To: cl.c.shop.at[to]})
	}
	return call(cl, "transfer", cmds, through(cl, opTransfer), func(i int, r desk.Result, s span) error {
		return cl.ledger(items[i], ops[i], r, s)
	})
}

// ledger notes what a stock act was told.
func (cl *client) ledger(i int, op itemOp, r desk.Result, s span) error {
	switch {
	case r.Err != nil:
		op.Kind++ // each kind is followed by its refusal
	case op.Kind == changed:
		op.After = r.Value.(*floor.StockDone).Levels[0].OnHand
	case op.Kind == counted:
		op.Same = r.Status == "unchanged"
	}
	cl.noteItem(i, s, op)
	return nil
}
