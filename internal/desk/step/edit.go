package step

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store/orders"
)

// Edit is what people keep beside an order, and what of it becomes other.
type Edit struct {
	Note     string
	AddTags  []string
	DropTags []string
	Priority *int64
}

// Edit carries an edit out and tells whether anything became other. A refusal
// has changed nothing.
func (b *Batch) Edit(by access.Scope, o *order.Order, e Edit) (changed bool, err error) {
	tags := slices.Clone(o.Tags)
	for _, t := range e.AddTags {
		if !slices.Contains(tags, t) {
			tags = append(tags, t)
		}
	}
	tags = slices.DeleteFunc(tags, func(t string) bool { return slices.Contains(e.DropTags, t) })
	if len(tags) > order.MaxTags {
		return false, fault.New(fault.Invalid, "too_many", "at most %d tags an order", order.MaxTags)
	}
	var d order.Delta
	if e.Note != "" {
		b.AddNote(orders.Note{ID: b.NewID(), Order: o.ID, Text: e.Note, At: b.At, Actor: by.Actor.String()})
		d.Edited = append(d.Edited, "note")
	}
	if !slices.Equal(tags, o.Tags) {
		o.Tags = tags
		d.Edited = append(d.Edited, "tags")
	}
	if e.Priority != nil && *e.Priority != o.Priority {
		o.Priority = *e.Priority
		d.Edited = append(d.Edited, "priority")
		b.Reprioritize(o)
	}
	if len(d.Edited) == 0 {
		return false, nil
	}
	return true, b.Apply(by, journal.OrderEdited, o.ID, &d)
}
