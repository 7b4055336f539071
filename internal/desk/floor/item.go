package floor

import (
	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// ItemCommand picks what a scanner read, or puts it back. Code is a SKU or a
// barcode: a case of twelve counts as twelve. Quantity is how often it was
// read, once when zero.
type ItemCommand struct {
	Fulfillment fulfillment.ID
	Code        string
	Quantity    int64
	Back        bool
}

// Item picks the units behind one scan. What does not belong into the
// fulfillment, and what is more than it asks for, is refused: a wrong scan
// stops the work. Sent again with the same Idempotency-Key it counts once.
var Item = step.Act[ItemCommand]{
	Name: "fulfillments.item", Permission: access.FulfillmentWrite,
	Check: func(c *ItemCommand) error {
		var l fault.List
		if c.Code == "" || len(c.Code) > 4*catalog.MaxSKU {
			l.Add("/code", "missing", "say what was scanned: a SKU or a barcode of at most %d characters", catalog.MaxSKU)
		}
		if c.Quantity < 0 || c.Quantity > catalog.MaxPack {
			l.Add("/quantity", "out_of_range", "quantity is between 1 and %d", catalog.MaxPack)
		}
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[ItemCommand]) error {
		ids := make([]fulfillment.ID, len(asked))
		lines := make([][]stock.Line, len(asked))
		for i := range asked {
			ids[i] = asked[i].Command.Fulfillment
			lines[i] = []stock.Line{{SKU: asked[i].Command.Code}}
		}
		if err := b.LoadFulfillments(ids); err != nil {
			return err
		}
		return loadLines(b, lines)
	},
	Decide: decideItem,
}.Operation()

func decideItem(b *step.Batch, a desk.Asked[ItemCommand]) (desk.Result, error) {
	c := a.Command
	act, entry, from := "pick", journal.FulPicked, order.Allocated
	if c.Back {
		act, entry, from = "", journal.FulUnpicked, order.Picked
	}
	f, o, err := workable(b, a.Scope, c.Fulfillment, act)
	if err != nil {
		return desk.Result{}, err
	}
	item, pack := b.Packed(c.Code)
	if item == nil {
		return desk.Result{}, fault.New(fault.Conflict, "unknown_code", "no item has the SKU or barcode %.80q; put it aside", c.Code)
	}
	parts, err := partsOf(f, item, pack*max(1, c.Quantity), from)
	if err != nil {
		return desk.Result{}, err
	}
	decide := f.Pick
	if c.Back {
		decide = f.Unpick
	}
	d, err := decide(parts)
	if err != nil {
		return desk.Result{}, err
	}
	if err := b.Apply(a.Scope, entry, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	return worked(f, o), nil
}

// partsOf spreads units of an item over the lines that ask for it, in order.
func partsOf(f *fulfillment.Fulfillment, item *catalog.Item, want int64, from order.Bucket) ([]fulfillment.Part, error) {
	var parts []fulfillment.Part
	asked, have, left := false, int64(0), want
	for i := range f.Lines {
		l := &f.Lines[i]
		if l.Item != int64(item.ID) {
			continue
		}
		asked = true
		have += l.In(from)
		if n := min(left, l.In(from)); n > 0 {
			parts = append(parts, fulfillment.Part{Line: l.Order, Quantity: n})
			left -= n
		}
	}
	switch {
	case !asked:
		return nil, fault.New(fault.Conflict, "wrong_item", "%s is not in this fulfillment; put it back where it was", item.SKU)
	case left > 0 && from == order.Picked:
		return nil, fault.New(fault.Conflict, "too_many", "%s: %d are picked and not packed, %d were to be put back", item.SKU, have, want)
	case left > 0:
		return nil, fault.New(fault.Conflict, "too_many", "%s: %d are still to be picked, %d were scanned; put the others back", item.SKU, have, want)
	}
	return parts, nil
}
