package help

import (
	"crypto/rand"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store/cases"
	"orderly/internal/store/customers"
	"orderly/internal/store/orders"
	"orderly/internal/store/users"
	"orderly/internal/support"
)

// OpenCommand begins a case. Of Case, what the act decides itself (number,
// state, clocks, token) is ignored.
type OpenCommand struct {
	Case  support.Case
	Text  string // what the customer said
	Note  string // for colleagues
	Files []support.File
}

// Open begins a case that staff or another system has heard of.
var Open = act("cases.open", access.CustomersWrite, func(c *OpenCommand, l *fault.List) {
	tidy(&c.Case)
	c.Case.Check(l)
	if !slices.Contains(support.Sources, c.Case.Source) {
		l.Add("/source", "unknown", "a case comes by one of %s", strings.Join(support.Sources, ", "))
	}
	support.CheckText("/name", c.Case.Name, support.MaxSubject, false, l)
	support.CheckText("/email", c.Case.Email, support.MaxSubject, false, l)
	support.CheckText("/phone", c.Case.Phone, support.MaxTag, false, l)
	support.CheckText("/text", c.Text, support.MaxText, false, l)
	support.CheckText("/note", c.Note, support.MaxText, false, l)
}, func(t *desk.Turn, a desk.Asked[OpenCommand]) (desk.Result, error) {
	c := a.Command.Case
	if err := settle(t, &c); err != nil {
		return desk.Result{}, err
	}
	if err := begin(t, a.Scope, &c); err != nil {
		return desk.Result{}, err
	}
	if a.Command.Text != "" {
		if _, err := say(t, support.Message{Case: c.ID, Way: support.In, Source: c.Source, Actor: a.Scope.Actor.String(), FromName: c.Name, From: c.Email, Subject: c.Subject, Text: a.Command.Text}); err != nil {
			return desk.Result{}, err
		}
	}
	if a.Command.Note != "" {
		if _, err := say(t, support.Message{Case: c.ID, Way: support.Note, Source: "staff", Actor: a.Scope.Actor.String(), Text: a.Command.Note}); err != nil {
			return desk.Result{}, err
		}
	}
	return result(&c, "created"), nil
})

// tidy fills in what was left out, and takes spaces away.
func tidy(c *support.Case) {
	for _, text := range [...]*string{&c.Subject, &c.Name, &c.Email, &c.Phone, &c.Carrier} {
		*text = strings.TrimSpace(*text)
	}
	c.Email = strings.ToLower(c.Email)
	for text, usual := range map[*string]string{&c.Kind: support.Inquiry, &c.About: "other", &c.Priority: "normal", &c.Source: "staff"} {
		if *text == "" {
			*text = usual
		}
	}
	c.Tags = slices.Compact(slices.Sorted(slices.Values(c.Tags)))
}

// settle checks what a case names, and takes from its order or customer who it
// is about where nobody said.
func settle(t *desk.Turn, c *support.Case) error {
	if err := assignable(t, c.Assignee); err != nil {
		return err
	}
	if c.Order != 0 {
		if err := ofOrder(t, c); err != nil {
			return err
		}
	}
	if c.Customer == 0 {
		return nil
	}
	found, err := customers.ByID(&t.Reader, []party.ID{party.ID(c.Customer)})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fault.New(fault.NotFound, "no_such_customer", "there is no customer %s", party.ID(c.Customer))
	}
	fillIn(c, found[0].Contact)
	return nil
}

func ofOrder(t *desk.Turn, c *support.Case) error {
	found, err := orders.Load(&t.Reader, []order.ID{order.ID(c.Order)}, orders.Parts{Party: true})
	if err != nil {
		return err
	}
	o := found[order.ID(c.Order)]
	if o == nil {
		return fault.New(fault.NotFound, "no_such_order", "there is no order %s", order.ID(c.Order))
	}
	var l fault.List
	for _, p := range c.Lines {
		if line := o.Line(p.Line); line == nil || p.Quantity > o.Quantities(line)[order.Ordered] {
			l.Add("/lines", "no_such_line", "order %d has no line %d of so many units", o.Number, p.Line)
		}
	}
	c.Currency = o.Currency.Code()
	if c.Customer == 0 {
		c.Customer = int64(o.Customer)
	}
	fillIn(c, o.Party.Customer)
	return l.Err()
}

func fillIn(c *support.Case, x party.Contact) {
	for text, known := range map[*string]string{&c.Name: x.Name, &c.Email: strings.ToLower(x.Email), &c.Phone: x.Phone} {
		if *text == "" {
			*text = support.OneLine(known, support.MaxSubject)
		}
	}
}

func assignable(t *desk.Turn, id int64) error {
	if id == 0 {
		return nil
	}
	names, err := users.Names(&t.Reader, []users.ID{users.ID(id)})
	if err == nil && names[users.ID(id)] == "" {
		err = fault.New(fault.NotFound, "no_such_user", "there is nobody %s", users.ID(id))
	}
	return err
}

// begin keeps a new case. Its number is the next one: the merchant's lock is
// held.
func begin(t *desk.Turn, by access.Scope, c *support.Case) error {
	last, err := cases.LastNumber(&t.Reader)
	if err != nil {
		return err
	}
	token, err := ident.Token(rand.Reader)
	if err != nil {
		return err
	}
	c.ID, c.Number, c.Token = support.ID(t.IDs().Next()), last+1, token[len(token)-support.TokenLength:]
	c.State, c.At, c.HeardAt, c.Version = support.Open, t.At, t.At, 0
	c.AnsweredAt, c.ResolvedAt = 0, 0
	x, err := target(t, c)
	if err != nil {
		return err
	}
	c.Start(x, t.At)
	return keep(t, by, c, told{journal.CaseOpened, map[string]any{"source": c.Source}})
}
