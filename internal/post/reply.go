package post

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"orderly/internal/access"
	"orderly/internal/connect/mail"
	"orderly/internal/desk"
	"orderly/internal/jobs"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/entries"
	"orderly/internal/store/merchants"
	"orderly/internal/support"
)

// answer is an answer of a case with all that its mail needs.
type answer struct {
	message support.Message
	found   bool
	to      *support.Case
	house
}

func readAnswer(r *store.Reader, id support.MessageID) (x answer, err error) {
	if x.message, x.found, err = cases.Message(r, id); err != nil || !x.found {
		return x, err
	}
	if x.to, err = cases.Get(r, x.message.Case); err != nil {
		return x, err
	}
	x.house, err = readHouse(r)
	return x, err
}

// letter is the answer as a mail: it answers the newest mail of its thread, and
// an answer to it comes to the thread's own address where there is one.
func (x *answer) letter(now int64) mail.Letter {
	to := x.box.Plus(x.to.Token)
	if to == "" {
		to = x.sender.ReplyTo
	}
	return mail.Letter{
		ID: x.message.RFC, FromName: x.name(), From: x.sender.FromAddress, ReplyTo: to, To: x.message.To, Refs: x.message.Refs, Person: true,
		Mail: message.Written(x.message.Subject, x.message.Text, x.look), At: time.UnixMicro(now),
	}
}

// reply makes one attempt at an answer, as send does at a message.
func reply(ctx context.Context, d *desk.Desk, c *jobs.Claim) error {
	n, err := strconv.ParseInt(c.Data, 10, 64)
	if err != nil {
		return err
	}
	var x answer
	err = d.DB.Read(ctx, access.System(c.M, "job", "cases"), func(r *store.Reader) (err error) {
		x, err = readAnswer(r, support.MessageID(n))
		return err
	})
	if err != nil {
		return err
	}
	if !x.found || message.State(x.message.State).Over() {
		return c.Transact(ctx, c.Finish)
	}
	if x.sender.Host == "" {
		return answered(ctx, c, &x.message, message.Failed, NoServer)
	}
	server, err := serverOf(d, x.sender)
	if err != nil {
		return err
	}
	x.message.State, x.message.Attempts = string(message.Sending), x.message.Attempts+1
	if err := c.Transact(ctx, func(tx *store.Tx) error { return saveAnswer(tx, &x.message) }); err != nil {
		return err
	}
	err = mail.Send(ctx, server, x.letter(d.DB.Now()))
	if err == nil {
		return answered(ctx, c, &x.message, message.Sent, "")
	}
	why, permanent := err.Error(), false
	if f := (*mail.Failure)(nil); errors.As(err, &f) {
		permanent = f.Permanent
	}
	if permanent || c.Attempts >= attempts {
		return answered(ctx, c, &x.message, message.Failed, why)
	}
	x.message.State, x.message.Why = string(message.Waiting), why
	if bad := c.Transact(ctx, func(tx *store.Tx) error { return saveAnswer(tx, &x.message) }); bad != nil {
		return bad
	}
	return err
}

func saveAnswer(tx *store.Tx, x *support.Message) error {
	x.UpdatedAt = tx.At
	return cases.SaveMessage(tx, *x)
}

// answered ends an answer with its job, and tells the journal. One that will
// never arrive opens its case again: somebody believes that the customer was
// answered.
func answered(ctx context.Context, c *jobs.Claim, x *support.Message, s message.State, why string) error {
	x.State, x.Why = string(s), why
	return c.Transact(ctx, func(tx *store.Tx) error {
		if err := saveAnswer(tx, x); err != nil {
			return err
		}
		of, err := cases.Get(&tx.Reader, x.Case)
		if err != nil {
			return err
		}
		typ := journal.CaseSent
		if s != message.Sent {
			typ = journal.CaseUnsent
			if of.State == support.Waiting {
				of.State = support.Open
				of.Resume(tx.At)
			}
		}
		if err := tellCase(tx, access.System(c.M, "job", "cases"), of, typ); err != nil {
			return err
		}
		return c.Finish(tx)
	})
}

// tellCase keeps a case after something happened to it outside of the desk.
func tellCase(tx *store.Tx, by access.Scope, of *support.Case, typ string) error {
	of.Version, of.UpdatedAt = of.Version+1, tx.At
	told := map[string]any{"case": of.Called(), "kind": of.Kind, "about": of.About, "state": of.State, "priority": of.Priority, "first_due": of.FirstDue, "resolve_due": of.ResolveDue}
	if of.Order != 0 {
		told["order"] = order.ID(of.Order).String()
	}
	data, err := json.Marshal(told)
	if err != nil {
		return err
	}
	if err := cases.Save(tx, of); err != nil {
		return err
	}
	return entries.Append(tx, []journal.Entry{entries.New(tx, journal.Case, int64(of.ID), of.Version, typ, by, data)})
}

// Facts are what the words of an answer stand for: those of the case's order,
// where it has one.
func Facts(r *store.Reader, c *support.Case) (message.Facts, error) {
	f := message.Facts{"name": c.Name}
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return f, err
	}
	f["shop"] = m.Name
	if c.Order == 0 {
		return f, nil
	}
	l, err := Read(r, message.Message{Order: c.Order, Kind: message.Shipped})
	if err != nil || l.about.Order == nil {
		return f, err
	}
	l.about.Parcel, err = newestParcel(r, order.ID(c.Order))
	if err != nil {
		return f, err
	}
	f = message.FactsOf(l.about)
	if c.Name != "" {
		f["name"] = c.Name
	}
	return f, nil
}
