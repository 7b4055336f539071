package care

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/returns"
)

// InspectCommand says what becomes of units that came back.
type InspectCommand struct {
	Return returns.ID
	Lines  []returns.Move
}

// InspectReturn gives units their disposition, or another than they had: what
// is restocked goes to those who wait for it, what was restocked by mistake is
// taken from the shelf as far as it is free.
var InspectReturn = onReturn("returns.inspect", access.StockWrite, func(c *InspectCommand) returns.ID { return c.Return },
	func(c *InspectCommand, l *fault.List) {
		if len(c.Lines) > returns.MaxLines {
			l.Add("/lines", "too_many", "at most %d lines", returns.MaxLines)
		}
	}, nil,
	func(b *step.Batch, a desk.Asked[InspectCommand], x *returns.Return, _ *order.Order) (outcome, error) {
		if err := x.May("inspect"); err != nil {
			return outcome{}, err
		}
		if x.Location == 0 {
			return outcome{}, fault.New(fault.Conflict, "history", "return %s was recorded from before these books began; its goods were never on these shelves", x.Name())
		}
		shifts, restocked, err := x.Inspect(a.Command.Lines)
		if err != nil {
			return outcome{}, err
		}
		out := outcome{shifts: shifts, typ: journal.OrderInspected, tell: journal.ReturnInspected, data: map[string]any{"dispositions": dispositions(a.Command.Lines)}}
		byLine(restocked, func(line int, n int64) {
			out.order.Returned = append(out.order.Returned, order.Return{Line: line, Restocked: n})
		})
		done(x, b.At)
		return out, nil
	})

func dispositions(moves []returns.Move) []map[string]any {
	out := make([]map[string]any, len(moves))
	for i, m := range moves {
		out[i] = map[string]any{"n": m.N, "quantity": m.Quantity, "from": string(m.From), "to": string(m.To)}
	}
	return out
}
