package duty

import (
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/queues"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

// SettleCommand closes a trouble that was taken care of, or opens it again.
type SettleCommand struct {
	Trouble trouble.ID
	Reopen  bool
}

// Settle closes what is worked by those who work on orders; SettleStock closes
// what wants the shelves looked at. Each refuses what is the other's.
var (
	Settle      = settling("troubles.settle", access.OrdersWrite)
	SettleStock = settling("troubles.settle_stock", access.StockWrite)
)

// SettleOf is the operation that closes what stands in a queue.
func SettleOf(q *queue.Queue) *desk.Operation[SettleCommand] {
	if q.Works == access.StockWrite {
		return SettleStock
	}
	return Settle
}

func settling(name string, works access.Permission) *desk.Operation[SettleCommand] {
	return &desk.Operation[SettleCommand]{
		Name: name, Permission: works,
		Run: func(t *desk.Turn, asked []desk.Asked[SettleCommand]) ([]desk.Result, error) {
			out, list, err := decideSettle(&t.Reader, works, asked, t.At)
			if err != nil {
				return nil, err
			}
			for i, x := range list {
				if x == nil {
					continue
				}
				if err := troubles.Settle(t.Tx, []*trouble.Trouble{x}); err != nil {
					return nil, err
				}
				typ := journal.TroubleSettled
				if asked[i].Command.Reopen {
					typ = journal.TroubleReopened
				}
				if out[i].Seq, err = tellTrouble(t, x, typ, asked[i].Scope); err != nil {
					return nil, err
				}
			}
			return out, nil
		},
		Preview: func(d *desk.Desk, r *store.Reader, asked []desk.Asked[SettleCommand]) ([]desk.Result, error) {
			out, _, err := decideSettle(r, works, asked, d.DB.Now())
			return out, err
		},
	}
}

// decideSettle gives the troubles as they become, nil for refusals.
func decideSettle(r *store.Reader, works access.Permission, asked []desk.Asked[SettleCommand], now int64) ([]desk.Result, []*trouble.Trouble, error) {
	ids := make([]trouble.ID, len(asked))
	for i := range asked {
		ids[i] = asked[i].Command.Trouble
	}
	found, err := troubles.Load(r, ids)
	if err != nil {
		return nil, nil, err
	}
	out, list := make([]desk.Result, len(asked)), make([]*trouble.Trouble, len(asked))
	for i, a := range asked {
		x := found[a.Command.Trouble]
		switch {
		case x == nil || x.Location != 0 && !a.Scope.Sees(x.Location) || queues.WorkOf(x.Kind) != works && x.Kind != trouble.Uncollected:
			out[i].Err = fault.New(fault.NotFound, "no_such_trouble", "there is no such matter %s", a.Command.Trouble)
			continue
		case x.Kind == trouble.Uncollected:
			out[i].Err = fault.New(fault.Conflict, "not_settled_so", "keep the pickup for longer, hand it over or take it back: that settles it")
			continue
		case (x.SettledAt != 0) != a.Command.Reopen:
			out[i] = desk.Result{Kind: journal.Trouble, ID: int64(x.ID), Status: "unchanged"}
			continue
		}
		x.SettledAt, x.SettledBy = now, a.Scope.Actor.String()
		if a.Command.Reopen {
			x.SettledAt, x.SettledBy = 0, ""
		}
		x.Version++
		out[i], list[i] = desk.Result{Kind: journal.Trouble, ID: int64(x.ID), Status: "done", Value: x}, x
	}
	return out, list, nil
}

func tellTrouble(t *desk.Turn, x *trouble.Trouble, typ string, by access.Scope) (int64, error) {
	data, err := json.Marshal(map[string]string{"kind": x.Kind})
	if err != nil {
		return 0, err
	}
	last, err := entries.LastOf(&t.Reader, int64(x.ID))
	if err != nil {
		return 0, err
	}
	return last + 1, entries.Append(t.Tx, []journal.Entry{entries.New(t.Tx, journal.Trouble, int64(x.ID), last+1, typ, by, data)})
}
