package help

import (
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/journal"
	"orderly/internal/search"
	"orderly/internal/store/cases"
	"orderly/internal/store/messages"
	"orderly/internal/store/orders"
	"orderly/internal/support"
)

// ReceiveCommand is a mail that came in.
type ReceiveCommand struct{ Mail support.Mail }

// Receive takes a mail in: into the case that it belongs to, or into a new one.
// One that is known changes nothing. Nothing is ever answered by itself, so
// that two machines never talk to each other through a shop.
var Receive = act("cases.receive", access.CustomersWrite, nil, func(t *desk.Turn, a desk.Asked[ReceiveCommand]) (desk.Result, error) {
	m := a.Command.Mail
	m.Subject = support.OneLine(m.Subject, support.MaxSubject)
	if known, err := cases.OfMail(&t.Reader, []string{m.MessageID}); err != nil || known != 0 {
		return desk.Result{Kind: journal.Case, ID: int64(known), Status: "unchanged"}, err
	}
	if err := ours(t, &m); err != nil {
		return desk.Result{}, err
	}
	k, err := known(t, &m)
	if err != nil {
		return desk.Result{}, err
	}
	to := support.Match(&m, k)
	if to.Case != 0 {
		c, err := cases.Get(&t.Reader, to.Case)
		if err != nil {
			return desk.Result{}, err
		}
		if n, err := cases.CountMessages(&t.Reader, c.ID); err != nil || n < support.MaxMessages {
			if err != nil {
				return desk.Result{}, err
			}
			return thread(t, a.Scope, c, &m)
		}
		to = support.Thread{Order: c.Order, Customer: c.Customer, Candidates: []support.Candidate{{Case: int64(c.ID), Why: "address"}}}
	}
	return anew(t, a.Scope, &m, to)
})

// ours marks a mail that we have sent ourselves.
func ours(t *desk.Turn, m *support.Mail) error {
	sender, err := messages.SenderOf(&t.Reader)
	if err != nil {
		return err
	}
	box, err := cases.MailboxOf(&t.Reader)
	m.MarkOwn(sender.FromAddress, box.Address)
	return err
}

// maxKnown bounds how many orders and cases of a sender are looked at.
const maxKnown = 6

func known(t *desk.Turn, m *support.Mail) (k support.Known, err error) {
	if k.Replied, err = cases.OfMail(&t.Reader, m.Refs); err != nil || k.Replied != 0 {
		return k, err
	}
	for _, token := range m.Tokens() {
		c, err := cases.ByToken(&t.Reader, token)
		if err != nil {
			return k, err
		}
		if c != nil {
			k.Token = c.ID
			return k, nil
		}
	}
	for _, n := range m.Numbers() {
		if err := look(t, m, &k, orders.Filter{Number: n, Limit: 1}, true); err != nil {
			return k, err
		}
	}
	if m.From == "" {
		return k, nil
	}
	if words, bad := search.Parse(m.From); bad == nil && len(words) > 0 {
		if err := look(t, m, &k, orders.Filter{Words: words, Limit: maxKnown}, false); err != nil {
			return k, err
		}
	}
	list, err := cases.List(&t.Reader, cases.Filter{Email: m.From, Limit: maxKnown})
	for _, c := range list {
		if c.State != support.Resolved {
			k.Open = append(k.Open, c.ID)
		}
	}
	return k, err
}

// look adds the orders that a question finds.
func look(t *desk.Turn, m *support.Mail, k *support.Known, f orders.Filter, named bool) error {
	found, err := orders.List(&t.Reader, f)
	for _, row := range found.Rows {
		id := int64(row.Order.ID)
		email := strings.ToLower(row.Email)
		there := slices.ContainsFunc(k.Orders, func(o support.Order) bool { return o.ID == id })
		if there || !named && email != m.From {
			continue
		}
		k.Orders = append(k.Orders, support.Order{ID: id, Customer: int64(row.Order.Customer), Email: email, Named: named})
	}
	return err
}

// thread adds a mail to a case. What a machine wrote opens nothing again, but a
// mail that came back says that the customer was not reached.
func thread(t *desk.Turn, by access.Scope, c *support.Case, m *support.Mail) (desk.Result, error) {
	switch m.Auto {
	case "":
		x, err := target(t, c)
		if err != nil {
			return desk.Result{}, err
		}
		c.Hear(t.At, x)
	case "bounce":
		if c.State == support.Waiting {
			c.State = support.Open
			c.Resume(t.At)
		}
	}
	if err := write(t, c, m); err != nil {
		return desk.Result{}, err
	}
	x := told{journal.CaseHeard, map[string]any{"source": "mail"}}
	if m.Auto != "" {
		x.data["automatic"] = m.Auto
	}
	return result(c, "done"), keep(t, by, c, x)
}

// anew begins a case with a mail. That of a machine is kept, and nobody is
// called for it.
func anew(t *desk.Turn, by access.Scope, m *support.Mail, to support.Thread) (desk.Result, error) {
	c := &support.Case{Source: "mail", Subject: m.Subject, Name: m.FromName, Email: m.From, Order: to.Order, Customer: to.Customer, Candidates: to.Candidates, Priority: "normal"}
	c.Kind, c.About = support.Guess(m.Subject, m.Text)
	if c.Subject == "" {
		c.Subject = support.OneLine(m.Text, 80)
	}
	if c.Subject == "" {
		c.Subject = "…"
	}
	if c.Name == "" {
		c.Name = m.From
	}
	if c.Order != 0 {
		if err := ofOrder(t, c); err != nil {
			return desk.Result{}, err
		}
	}
	if m.Auto != "" {
		c.Priority, c.Cause, c.Tags = "low", "no_fault", []string{"automatic"}
	}
	if err := begin(t, by, c); err != nil {
		return desk.Result{}, err
	}
	if err := write(t, c, m); err != nil {
		return desk.Result{}, err
	}
	if m.Auto == "" {
		return result(c, "created"), nil
	}
	c.Resolve(t.At)
	return result(c, "created"), keep(t, by, c, told{journal.CaseResolved, map[string]any{"automatic": m.Auto}})
}

// write keeps a mail as a message, with its files.
func write(t *desk.Turn, c *support.Case, m *support.Mail) error {
	id, err := say(t, support.Message{
		Case: c.ID, Way: support.In, Source: "mail", FromName: m.FromName, From: m.From, Subject: m.Subject, Text: m.Text, RFC: m.MessageID, Refs: m.Refs, Auto: m.Auto,
	})
	if err != nil {
		return err
	}
	for i := range m.Files {
		m.Files[i].ID, m.Files[i].Message = t.IDs().Next(), id
	}
	return cases.AddFiles(t.Tx, m.Files)
}

// EscalateCommand looks whether a case's targets were missed.
type EscalateCommand struct{ Case support.ID }

// Escalate tells that targets of a case were missed, once for each: its
// priority rises, and it stands before others.
var Escalate = on("cases.escalate", access.CustomersWrite, func(c *EscalateCommand) support.ID { return c.Case }, nil, func(t *desk.Turn, _ desk.Asked[EscalateCommand], c *support.Case) (told, error) {
	missed := c.Missed(t.At)
	if missed == 0 {
		return told{}, nil
	}
	c.Escalate(missed)
	return told{journal.CaseEscalated, map[string]any{"first_answer": missed&support.MissedFirst != 0, "resolution": missed&support.MissedResolve != 0}}, nil
})
