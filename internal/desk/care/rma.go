package care

import (
	"cmp"
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/stock"
)

// outcome is what an act on a return has decided: what it changes of the order
// and of the shelf, and how the journal tells of it.
type outcome struct {
	order  order.Delta
	typ    string // of the order's entry
	shifts []returns.Shift
	tell   string         // of the return's entry
	data   map[string]any // of the return's entry, beside order and state
	repay  step.Repaid    // to be booked
}

// onReturn is an act on one return. decide gets a copy of the return to change
// and its order to look at; a refusal throws the copy away.
func onReturn[C any](name string, p access.Permission, of func(*C) returns.ID, check func(*C, *fault.List), load func(*step.Batch, []desk.Asked[C]) error,
	decide func(*step.Batch, desk.Asked[C], *returns.Return, *order.Order) (outcome, error)) *desk.Operation[C] {
	return step.Act[C]{
		Name: name, Permission: p,
		Check: func(c *C) error {
			var l fault.List
			if check != nil {
				check(c, &l)
			}
			return l.Err()
		},
		Load: func(b *step.Batch, asked []desk.Asked[C]) error {
			ids := make([]returns.ID, len(asked))
			for i := range asked {
				ids[i] = of(&asked[i].Command)
			}
			if err := b.LoadReturns(ids); err != nil || load == nil {
				return err
			}
			return load(b, asked)
		},
		Decide: func(b *step.Batch, a desk.Asked[C]) (desk.Result, error) {
			id := of(&a.Command)
			x := b.Return(id)
			if x == nil || a.Scope.Order != 0 && a.Scope.Order != int64(x.Order) || x.Location != 0 && a.Scope.Order == 0 && !a.Scope.Sees(int64(x.Location)) {
				return desk.Result{}, fault.New(fault.NotFound, "no_such_return", "there is no return %s", id)
			}
			o := b.Order(x.Order)
			x = x.Clone()
			out, err := decide(b, a, x, o)
			if err != nil {
				return desk.Result{}, err
			}
			if out.tell == "" {
				return desk.Result{Kind: journal.Return, ID: int64(x.ID), Seq: x.Version, Status: "unchanged", Value: x}, nil
			}
			return carryOut(b, a.Scope, x, o, out)
		},
	}.Operation()
}

// carryOut writes a decided act to the order, the return and the shelf.
func carryOut(b *step.Batch, by access.Scope, x *returns.Return, o *order.Order, out outcome) (desk.Result, error) {
	if err := enough(b, x, out.shifts); err != nil {
		return desk.Result{}, err
	}
	if out.repay.Amount > 0 {
		if err := b.Repay(by, o, &out.order, out.repay); err != nil {
			return desk.Result{}, err
		}
	}
	if !out.order.Empty() {
		if err := b.Apply(by, out.typ, o.ID, &out.order); err != nil {
			return desk.Result{}, err
		}
	} else if err := b.TellPayments(by, x.Order); err != nil { // a provider gives it back, in a moment
		return desk.Result{}, err
	}
	if err := b.SaveReturn(by, out.tell, x, out.data); err != nil {
		return desk.Result{}, err
	}
	if err := b.Shift(x, out.shifts); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: journal.Return, ID: int64(x.ID), Seq: x.Version, Status: "done", Value: x}, nil
}

// enough refuses to take units from where they no longer lie: somebody may have
// counted, moved or promised them meanwhile.
func enough(b *step.Batch, x *returns.Return, shifts []returns.Shift) error {
	type at struct {
		item  int64
		state stock.State
	}
	taken := map[at]int64{}
	for _, s := range shifts {
		taken[at{s.Item, s.State}] += s.Quantity
	}
	for _, k := range slices.SortedFunc(maps.Keys(taken), func(p, q at) int { return cmp.Or(cmp.Compare(p.item, q.item), cmp.Compare(p.state, q.state)) }) {
		l := b.Level(stock.Cell{Item: k.item, Location: x.Location})
		free := l.In(k.state)
		if k.state == stock.OnHand {
			free -= l.Reserved
		}
		if n := -taken[k]; n > 0 && n > free {
			return fault.New(fault.Conflict, "not_free", "%d units of the return lie %s at the location and are free, %d were named; the others were moved or are promised to orders", free, k.state, n)
		}
	}
	return nil
}

// calledOff is what the order loses of units that shall no longer come.
func calledOff(x *returns.Return) (asked []order.Asked) {
	for i := range x.Lines {
		l := &x.Lines[i]
		if l.Requested > 0 {
			asked = append(asked, order.Asked{Line: l.Line, Quantity: -l.Requested})
			l.Requested = 0
		}
	}
	return asked
}

// byLine are changes of order lines in the order of lines, those of nothing
// left out.
func byLine(list map[int]int64, add func(line int, n int64)) {
	for _, line := range slices.Sorted(maps.Keys(list)) {
		if list[line] != 0 {
			add(line, list[line])
		}
	}
}
