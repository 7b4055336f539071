package httpapi

import (
	"encoding/json"
	"slices"

	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
)

// workActs are the acts of a batch that take units.
var workActs = map[string]*desk.Operation[floor.WorkCommand]{
	"release": floor.Release, "recall": floor.Recall, "pick": floor.Pick, "unpick": floor.Unpick, "short_pick": floor.ShortPick,
}

// parcelActs are the acts of a batch on the parcels of fulfillments.
var parcelActs = []string{"ship", "unship", "deliver", "undeliver"}

// workBatch carries out one act on many fulfillments; each has an outcome of
// its own.
func (a *api) workBatch(c *call, _ *none, in *FulfillmentBatch) (Outcomes[FulfillmentBrief], error) {
	rows := in.Fulfillments.objects()
	if op := workActs[in.Act]; op != nil {
		return workRows(c, op, rows, func(id fulfillment.ID, row *FulfillmentRow, faults *fault.List) floor.WorkCommand {
			return floor.WorkCommand{Fulfillment: id, Parts: workParts(row.Lines, faults)}
		})
	}
	if slices.Contains(parcelActs, in.Act) {
		return workRows(c, floor.Parcel, rows, func(id fulfillment.ID, row *FulfillmentRow, _ *fault.List) floor.ParcelCommand {
			return floor.ParcelCommand{Fulfillment: id, Act: in.Act, Carrier: row.Carrier, Tracking: row.Tracking}
		})
	}
	if in.Act != "pack" {
		c.faults.Add("/act", "unknown_act", "act is release, recall, pick, unpick, short_pick, pack, ship, unship, deliver or undeliver")
	}
	return workRows(c, floor.Pack, rows, func(id fulfillment.ID, row *FulfillmentRow, faults *fault.List) floor.PackCommand {
		return row.command(id, faults)
	})
}

func workRows[C any](c *call, op *desk.Operation[C], rows []json.RawMessage, command func(fulfillment.ID, *FulfillmentRow, *fault.List) C) (Outcomes[FulfillmentBrief], error) {
	b := newBatch[C, FulfillmentBrief](c, op, rows)
	ids := make([]fulfillment.ID, len(rows))
	each(b, rows, func(row *FulfillmentRow, faults *fault.List) (C, error) {
		id, err := fulfillment.ParseID(row.ID)
		if err != nil {
			faults.AddError("/id", err)
		}
		ids[b.at] = id
		return command(id, row, faults), nil
	})
	var now map[fulfillment.ID]worked // what of is answered from a receipt
	return b.run(func(row int, r desk.Result) (FulfillmentBrief, error) {
		var w worked
		if v, ok := r.Value.(*floor.Worked); ok {
			w = worked{v.Fulfillment, v.Order.BlockedActs()}
		} else {
			if now == nil {
				var err error
				if now, err = c.afterWork(ids); err != nil {
					return FulfillmentBrief{}, err
				}
			}
			w = now[ids[row]]
		}
		f := w.fulfillment
		out := FulfillmentBrief{ID: f.ID.String(), Order: order.ID(f.Source).String(), WorkStatus: f.WorkStatus, Actions: f.ActionsUnder(w.blocked)}
		if r.Kind == "par" {
			out.Parcel = ident.Text("par", r.ID)
		}
		return out, nil
	})
}

// worked is a fulfillment after an act, and the acts that holds of its order
// stop.
type worked struct {
	fulfillment *fulfillment.Fulfillment
	blocked     []string
}

// afterWork reads fulfillments as they are.
func (c *call) afterWork(ids []fulfillment.ID) (map[fulfillment.ID]worked, error) {
	out := map[fulfillment.ID]worked{}
	err := c.read(func(r *store.Reader) error {
		found, err := fulfillments.Load(r, ids)
		if err != nil {
			return err
		}
		blocked, err := orders.OpenBlocks(r, ordersOf(found))
		for _, f := range found {
			out[f.ID] = worked{f, blocked[order.ID(f.Source)]}
		}
		return err
	})
	return out, err
}
