package help

import (
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store/cases"
	"orderly/internal/support"
)

// AskCommand is what a customer asks on the page of an order.
type AskCommand struct {
	Order int64
	support.Ask
	Photos []support.File // their data alone is believed
}

// Ask begins a case by whoever holds the link to its order. A link begins few,
// so that nobody fills a shop's list.
var Ask = act("cases.ask", access.Track, func(c *AskCommand, l *fault.List) {
	c.Text = strings.TrimSpace(c.Text)
	c.Ask.Check(l)
	support.CheckPhotos(c.Photos, l)
}, func(t *desk.Turn, a desk.Asked[AskCommand]) (desk.Result, error) {
	m := &a.Command
	if a.Scope.Order == 0 || a.Scope.Order != m.Order {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_order", "there is no such order")
	}
	c := m.Case(m.Order)
	var l fault.List
	c.Check(&l)
	if err := l.Err(); err != nil {
		return desk.Result{}, err
	}
	if err := few(t, m.Order); err != nil {
		return desk.Result{}, err
	}
	if err := settle(t, &c); err != nil {
		return desk.Result{}, err
	}
	if err := begin(t, a.Scope, &c); err != nil {
		return desk.Result{}, err
	}
	return result(&c, "created"), wrote(t, a.Scope, &c, m.Text, m.Photos)
})

// few refuses what is more than a customer wants.
func few(t *desk.Turn, of int64) error {
	list, err := cases.Asked(&t.Reader, of, support.MaxAsked)
	open := 0
	for _, c := range list {
		if c.State != support.Resolved {
			open++
		}
	}
	switch {
	case err != nil:
		return err
	case open >= support.MaxReport:
		return fault.New(fault.Conflict, "too_many_cases", "%d cases of this order are open already; write what is new in one of them", open)
	case len(list) >= support.MaxAsked:
		return fault.New(fault.Conflict, "too_many_cases", "%d cases began with this order; write what is new in one of them", len(list))
	}
	return nil
}

// WriteCommand is what a customer writes in a case on the page of its order.
type WriteCommand struct {
	Case   support.ID
	Text   string
	Photos []support.File
}

// Write keeps what a customer writes in one of their cases: it is open again.
var Write = on("cases.write", access.Track, func(c *WriteCommand) support.ID { return c.Case }, func(c *WriteCommand, l *fault.List) {
	c.Text = strings.TrimSpace(c.Text)
	support.CheckText("/text", c.Text, support.MaxWords, true, l)
	support.CheckPhotos(c.Photos, l)
}, func(t *desk.Turn, a desk.Asked[WriteCommand], c *support.Case) (told, error) {
	if err := room(t, c); err != nil {
		return told{}, err
	}
	thread, err := cases.Thread(&t.Reader, c.ID)
	if err != nil {
		return told{}, err
	}
	if n := support.InARow(thread); n >= support.MaxInARow {
		return told{}, fault.New(fault.Conflict, "too_many_messages", "%d messages wait for an answer already", n)
	}
	files, err := cases.CountFiles(&t.Reader, c.ID)
	if err != nil {
		return told{}, err
	}
	if files+len(a.Command.Photos) > support.MaxAllFiles {
		return told{}, fault.New(fault.Conflict, "too_many_photos", "a case takes %d pictures and has %d", support.MaxAllFiles, files)
	}
	x, err := target(t, c)
	if err != nil {
		return told{}, err
	}
	c.Hear(t.At, x)
	return told{journal.CaseHeard, map[string]any{"source": support.Portal, "photos": len(a.Command.Photos)}}, wrote(t, a.Scope, c, a.Command.Text, a.Command.Photos)
})

// wrote keeps what a customer wrote, with the pictures.
func wrote(t *desk.Turn, by access.Scope, c *support.Case, text string, photos []support.File) error {
	id, err := say(t, support.Message{Case: c.ID, Way: support.In, Source: support.Portal, Actor: by.Actor.String(), FromName: c.Name, From: c.Email, Subject: c.Subject, Text: text})
	if err != nil {
		return err
	}
	for i := range photos {
		photos[i].ID, photos[i].Message = t.IDs().Next(), id
	}
	return cases.AddFiles(t.Tx, photos)
}
