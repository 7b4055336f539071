package intake

import (
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
)

// EditCommand adds a note, adds and removes tags, or sets the priority.
type EditCommand struct {
	Order    order.ID
	Note     string
	AddTags  []string
	DropTags []string
	Priority *int64
	Version  *int64 // EditVersion that the caller saw; nil edits whatever it is
}

// Edit changes what people keep beside the order.
var Edit = step.Act[EditCommand]{
	Name: "orders.edit", Permission: access.OrdersWrite,
	Check: func(c *EditCommand) error {
		var l fault.List
		if len(c.Note) > order.MaxNoteBytes || !utf8.ValidString(c.Note) {
			l.Add("/note", "too_long", "a note is UTF-8 text of at most %d bytes", order.MaxNoteBytes)
		}
		order.CheckTags("/tags", c.AddTags, &l)
		if c.Note == "" && len(c.AddTags)+len(c.DropTags) == 0 && c.Priority == nil {
			l.Add("", "empty", "nothing to change was given")
		}
		if p := c.Priority; p != nil && (*p < -1000 || *p > 1000) {
			l.Add("/priority", "out_of_range", "priority is between -1000 and 1000")
		}
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[EditCommand]) error {
		return b.LoadOrders(ids(asked, func(c EditCommand) order.ID { return c.Order }))
	},
	Decide: decideEdit,
}.Operation()

func decideEdit(b *step.Batch, a desk.Asked[EditCommand]) (desk.Result, error) {
	c := a.Command
	o := b.Order(c.Order)
	if o == nil {
		return desk.Result{}, unknownOrder(c.Order)
	}
	if c.Version != nil && *c.Version != o.EditVersion {
		return desk.Result{}, editedMeanwhile(o, *c.Version)
	}
	changed, err := b.Edit(a.Scope, o, step.Edit{Note: c.Note, AddTags: c.AddTags, DropTags: c.DropTags, Priority: c.Priority})
	if err != nil {
		return desk.Result{}, err
	}
	r := desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done"}
	if !changed {
		r.Status = "unchanged"
	}
	return r, nil
}
