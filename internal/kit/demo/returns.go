package demo

import (
	"context"

	"orderly/internal/desk/care"
	"orderly/internal/kit/demo/world"
	"orderly/internal/order"
)

// restockOdds is how many in a thousand returns can be sold again.
const restockOdds = 750

var complaints = []string{"arrived broken", "not as pictured", "wrong colour", "a gift they already had", "too large", "changed my mind"}

// takeBack receives what customers send back, at the Leicester warehouse, and
// gives them their money for it.
func (m *Demo) takeBack(ctx context.Context, due []task) error {
	found, err := m.load(ctx, due)
	if err != nil {
		return err
	}
	var cmds []care.ReturnCommand
	for _, t := range due {
		o := found[t.order]
		if o == nil {
			continue
		}
		if c, ok := m.sendBack(o); ok {
			cmds = append(cmds, c)
		}
	}
	_, err = do(ctx, m, care.ReceiveReturn, clerk, cmds)
	return err
}

// sendBack draws which units of an order come back: some of one line, a set
// only whole.
func (m *Demo) sendBack(o *order.Order) (care.ReturnCommand, bool) {
	var can []*order.Line
	for i := range o.Lines {
		l := &o.Lines[i]
		if q := o.Quantities(l); l.Parent == 0 && (l.Stocked || !l.Leaf()) && q[order.Delivered] > q[order.Returned] {
			can = append(can, l)
		}
	}
	if len(can) == 0 {
		return care.ReturnCommand{}, false
	}
	l := can[m.random.IntN(len(can))]
	q := o.Quantities(l)
	most := q[order.Delivered] - q[order.Returned]
	n := most
	if l.Scale == 0 {
		n = 1 + m.random.Int64N(most)
	}
	refund := l.Net() * n / l.Quantity
	return care.ReturnCommand{
		Order: o.ID, Location: m.locations[world.Leicester], Parts: []order.Part{{Line: l.N, Quantity: n}}, Restock: m.chance(restockOdds),
		Refund: min(refund, o.Paid-o.Refunded), Reason: complaints[m.random.IntN(len(complaints))],
	}, true
}
