package help

import (
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/store/cases"
	"orderly/internal/store/jobs"
	"orderly/internal/store/messages"
	"orderly/internal/support"
)

// ReplyCommand answers a customer by mail.
type ReplyCommand struct {
	Case    support.ID
	Text    string
	Then    string // what follows: "" or wait, open, resolve
	Cause   string // with resolve
	Version *int64 // that the caller saw: nobody answers past what was just written
}

// Reply keeps an answer together with the job that sends it, and leads the case
// on: it waits for the customer unless something else is said. An answer in a
// case that began on the page of an order stands there too.
var Reply = on("cases.reply", access.CustomersWrite, func(c *ReplyCommand) support.ID { return c.Case }, func(c *ReplyCommand, l *fault.List) {
	c.Text = strings.TrimSpace(c.Text)
	support.CheckText("/text", c.Text, support.MaxText, true, l)
	switch c.Then {
	case "", "wait", "open", "resolve":
	default:
		l.Add("/then", "unknown", "then the case is to wait, stay open, or be resolved: wait, open, resolve")
	}
	checkMove(&MoveCommand{Cause: c.Cause}, l)
}, func(t *desk.Turn, a desk.Asked[ReplyCommand], c *support.Case) (told, error) {
	m := &a.Command
	if m.Version != nil && *m.Version != c.Version {
		return told{}, fault.New(fault.Conflict, "edited_meanwhile", "something happened in case %s meanwhile; look at it again", c.Called())
	}
	if err := c.May("reply"); err != nil {
		return told{}, err
	}
	unreachable := reachable(t, c)
	if unreachable != nil && (c.Source != support.Portal || fault.KindOf(unreachable) != fault.Conflict) {
		return told{}, unreachable
	}
	if m.Then == "resolve" && m.Cause == "" && c.Cause == "" {
		var l fault.List
		l.Add("/cause", "missing", "say what caused the case; no_fault is an answer too")
		return told{}, l.Err()
	}
	if err := room(t, c); err != nil {
		return told{}, err
	}
	if err := answer(t, a.Scope, c, m.Text, unreachable == nil); err != nil {
		return told{}, err
	}
	c.Answer(t.At)
	switch m.Then {
	case "resolve":
		if m.Cause != "" {
			c.Cause = m.Cause
		}
		c.Resolve(t.At)
	case "open":
		if c.State == support.Waiting {
			c.State = support.Open
			c.Resume(t.At)
		}
	default:
		c.Wait(t.At)
	}
	return told{typ: journal.CaseAnswered}, nil
})

// reachable refuses to answer who cannot be answered: nobody, or a machine that
// would answer back.
func reachable(t *desk.Turn, c *support.Case) error {
	sender, err := messages.SenderOf(&t.Reader)
	if err != nil {
		return err
	}
	switch {
	case sender.Host == "":
		return fault.New(fault.Conflict, "no_mail_server", "no mail server is set up by which the answer could leave; see the settings of messages")
	case !message.PlainAddress(c.Email):
		return fault.New(fault.Conflict, "no_address", "case %s has no e-mail address to which an answer could go", c.Called())
	case support.Machine(c.Email) || strings.EqualFold(c.Email, sender.FromAddress):
		return fault.New(fault.Conflict, "no_person", "the address of case %s belongs to a machine; it is not answered", c.Called())
	}
	return nil
}

// answer keeps an answer, and has it sent. Who began the case on the page of an
// order reads it there, also when no mail can reach them.
func answer(t *desk.Turn, by access.Scope, c *support.Case, text string, mail bool) error {
	if !mail {
		_, err := say(t, support.Message{Case: c.ID, Way: support.Out, Source: support.Portal, Actor: by.Actor.String(), Subject: support.Answered(c), Text: text})
		return err
	}
	thread, err := cases.Thread(&t.Reader, c.ID)
	if err != nil {
		return err
	}
	sender, err := messages.SenderOf(&t.Reader)
	if err != nil {
		return err
	}
	subject := support.Answered(c)
	x := support.Message{
		ID: support.MessageID(t.IDs().Next()), Case: c.ID, Way: support.Out, Source: "mail", Actor: by.Actor.String(), From: sender.FromAddress, To: c.Email,
		Subject: subject, Text: text, Refs: support.RefsOf(thread), State: string(message.Waiting), At: t.At, UpdatedAt: t.At,
	}
	_, host, _ := strings.Cut(sender.FromAddress, "@")
	x.RFC = x.ID.String() + "@" + host
	if err := cases.Add(t.Tx, x); err != nil {
		return err
	}
	_, err = jobs.Enqueue(t.Tx, jobs.Job{Kind: cases.Job, Dedupe: x.ID.String(), Due: t.At, Data: strconv.FormatInt(int64(x.ID), 10)})
	return err
}
