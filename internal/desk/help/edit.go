package help

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/support"
)

// EditCommand changes what is known of a case. A nil field stays as it is.
type EditCommand struct {
	Case     support.ID
	Kind     *string
	About    *string
	Cause    *string
	Priority *string
	Subject  *string
	Order    *int64 // 0 takes it away
	Customer *int64
	Assignee *int64
	Tags     *[]string
	Lines    *[]support.Part
	Against  *string
	Carrier  *string
	Claimed  *int64
	Granted  *int64
	Version  *int64 // that the caller saw
}

// Edit changes what is known of a case.
var Edit = on("cases.edit", access.CustomersWrite, func(c *EditCommand) support.ID { return c.Case }, nil, func(t *desk.Turn, a desk.Asked[EditCommand], c *support.Case) (told, error) {
	m := &a.Command
	if m.Version != nil && *m.Version != c.Version {
		return told{}, fault.New(fault.Conflict, "edited_meanwhile", "something happened in case %s meanwhile; look at it again", c.Called())
	}
	before := *c
	fields := m.apply(c)
	if len(fields) == 0 {
		return told{}, nil
	}
	if c.Order != before.Order {
		c.Candidates, c.Currency = nil, ""
		if m.Lines == nil {
			c.Lines = nil
		}
		if m.Customer == nil {
			c.Customer = 0
		}
	}
	tidy(c)
	var l fault.List
	c.Check(&l)
	if err := l.Err(); err != nil {
		return told{}, err
	}
	if err := settle(t, c); err != nil {
		return told{}, err
	}
	if c.Kind != before.Kind || c.Priority != before.Priority {
		from, err := target(t, &before)
		if err != nil {
			return told{}, err
		}
		to, err := target(t, c)
		if err != nil {
			return told{}, err
		}
		c.Retarget(from, to, t.At)
	}
	return told{journal.CaseEdited, map[string]any{"fields": fields}}, nil
})

// apply changes the fields that the command names and gives their names.
func (m *EditCommand) apply(c *support.Case) (fields []string) {
	set := func(name string, into, to *string) {
		if to != nil && *to != *into {
			*into, fields = *to, append(fields, name)
		}
	}
	number := func(name string, into, to *int64) {
		if to != nil && *to != *into {
			*into, fields = *to, append(fields, name)
		}
	}
	set("kind", &c.Kind, m.Kind)
	set("about", &c.About, m.About)
	set("cause", &c.Cause, m.Cause)
	set("priority", &c.Priority, m.Priority)
	set("subject", &c.Subject, m.Subject)
	set("against", &c.Against, m.Against)
	set("carrier", &c.Carrier, m.Carrier)
	number("order", &c.Order, m.Order)
	number("customer", &c.Customer, m.Customer)
	number("assignee", &c.Assignee, m.Assignee)
	number("claimed", &c.Claimed, m.Claimed)
	number("granted", &c.Granted, m.Granted)
	if m.Tags != nil && !slices.Equal(*m.Tags, c.Tags) {
		c.Tags, fields = *m.Tags, append(fields, "tags")
	}
	if m.Lines != nil && !slices.Equal(*m.Lines, c.Lines) {
		c.Lines, fields = *m.Lines, append(fields, "lines")
	}
	return fields
}
