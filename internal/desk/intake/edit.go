package intake

import (
	"slices"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store/orders"
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
	tags := slices.Clone(o.Tags)
	for _, t := range c.AddTags {
		if !slices.Contains(tags, t) {
			tags = append(tags, t)
		}
	}
	tags = slices.DeleteFunc(tags, func(t string) bool { return slices.Contains(c.DropTags, t) })
	if len(tags) > order.MaxTags {
		return desk.Result{}, fault.New(fault.Invalid, "too_many", "at most %d tags an order", order.MaxTags)
	}
	var d order.Delta
	if c.Note != "" {
		b.AddNote(orders.Note{ID: b.NewID(), Order: o.ID, Text: c.Note, At: b.At, Actor: a.Scope.Actor.String()})
		d.Edited = append(d.Edited, "note")
	}
	if !slices.Equal(tags, o.Tags) {
		o.Tags = tags
		d.Edited = append(d.Edited, "tags")
	}
	if c.Priority != nil && *c.Priority != o.Priority {
		o.Priority = *c.Priority
		d.Edited = append(d.Edited, "priority")
		b.Reprioritize(o)
	}
	if len(d.Edited) == 0 {
		return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "unchanged"}, nil
	}
	if err := b.Apply(a.Scope, journal.OrderEdited, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done"}, nil
}
