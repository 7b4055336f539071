package post

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/asking"
	"orderly/internal/connect/mail"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/jobs"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/entries"
	"orderly/internal/store/messages"
	"orderly/internal/store/purchases"
	"orderly/internal/store/talks"
)

// A message that is not taken is tried again after half a minute, then ever
// later up to an hour, for about three days.
const (
	attempts = 78
	backoff  = 30 * time.Second
	atOnce   = 4
)

// Kinds are the jobs by which messages leave and late orders are found.
func Kinds(d *desk.Desk, log *slog.Logger) []jobs.Kind {
	return []jobs.Kind{
		{Name: messages.Job, Attempts: attempts, Backoff: backoff, AtOnce: atOnce, Timeout: 2 * mail.Timeout, Run: func(ctx context.Context, c *jobs.Claim) error {
			return send(ctx, d, c)
		}},
		{Name: cases.Job, Attempts: attempts, Backoff: backoff, AtOnce: atOnce, Timeout: 2 * mail.Timeout, Run: func(ctx context.Context, c *jobs.Claim) error {
			return reply(ctx, d, c)
		}},
		{Name: purchases.MailJob, Attempts: attempts, Backoff: backoff, AtOnce: atOnce, Timeout: 2 * mail.Timeout, Run: func(ctx context.Context, c *jobs.Claim) error {
			return mailPurchase(ctx, d, c)
		}},
		{Name: talks.Job, Attempts: attempts, Backoff: backoff, AtOnce: atOnce, Timeout: 2 * mail.Timeout, Run: func(ctx context.Context, c *jobs.Claim) error {
			return speak(ctx, d, c)
		}},
		{Name: "late_orders", Every: lateEvery, First: lateFirst, Run: func(ctx context.Context, c *jobs.Claim) error {
			n, err := noteLate(ctx, d.DB, c)
			if n > 0 {
				log.Info("told customers that their orders are late", "orders", n, "merchant", c.M)
			}
			return err
		}},
	}
}

// send makes one attempt. That it is about to be made is committed before, what
// became of it after: a node that dies between leaves a message that is handed
// over once more under the same Message-ID.
func send(ctx context.Context, d *desk.Desk, c *jobs.Claim) error {
	scope := access.System(c.M, "job", "messages")
	l, err := read(ctx, d, scope, c.Data)
	if err != nil {
		return err
	}
	x := &l.Message
	if x.State.Over() || x.ID == 0 {
		return c.Transact(ctx, c.Finish)
	}
	if why := l.Cannot(); why != "" {
		return end(ctx, c, x, message.Skipped, why)
	}
	link, err := desk.One(ctx, d, care.MakeLink, scope, care.LinkCommand{Order: order.ID(x.Order)}, desk.Options{})
	if err != nil {
		return err
	}
	l.Linked(link.Value.(string))
	if err := l.coded(d); err != nil {
		return err
	}
	if err := choose(ctx, d, scope, l); err != nil {
		return err
	}
	by, err := wayOf(d, l)
	if err != nil {
		return err
	}
	x.State, x.Attempts = message.Sending, x.Attempts+1
	if err := c.Transact(ctx, func(tx *store.Tx) error { return save(tx, x) }); err != nil {
		return err
	}
	return settle(ctx, c, x, by.send(ctx, l))
}

// choose gives a letter that asks something a link of its own: tokens are kept
// only as their hash, so each letter that leaves has another one.
func choose(ctx context.Context, d *desk.Desk, scope access.Scope, l *Letter) error {
	id, asked := l.Message.Question()
	if !asked {
		return nil
	}
	due := int64(0)
	if id == 0 {
		word, _, _ := strings.Cut(l.Message.Ref, ".")
		due, _ = strconv.ParseInt(word, 10, 64)
	}
	r, err := desk.One(ctx, d, care.LinkLetter, scope, care.LetterCommand{Order: order.ID(l.Message.Order), Ask: asking.ID(id), DueAt: due}, desk.Options{})
	if err != nil {
		return err
	}
	text, _ := r.Value.(string)
	l.Choosing(text)
	return nil
}

// settle keeps what became of an attempt.
func settle(ctx context.Context, c *jobs.Claim, x *message.Message, err error) error {
	if err == nil {
		return end(ctx, c, x, message.Sent, "")
	}
	why, permanent := err.Error(), false
	if f := (*mail.Failure)(nil); errors.As(err, &f) {
		permanent = f.Permanent
	}
	if permanent || c.Attempts >= attempts {
		return end(ctx, c, x, message.Failed, why)
	}
	x.State, x.Why = message.Waiting, why
	if bad := c.Transact(ctx, func(tx *store.Tx) error { return save(tx, x) }); bad != nil {
		return bad
	}
	return err
}

func save(tx *store.Tx, x *message.Message) error {
	x.UpdatedAt = tx.At
	return messages.Save(tx, *x)
}

// end ends a message with its job, and tells the journal.
func end(ctx context.Context, c *jobs.Claim, x *message.Message, s message.State, why string) error {
	x.State, x.Why = s, why
	typ := journal.MessageSent
	if s != message.Sent {
		typ = journal.MessageFailed
	}
	data, err := json.Marshal(map[string]string{"order": order.ID(x.Order).String(), "kind": string(x.Kind), "state": string(s)})
	if err != nil {
		return err
	}
	return c.Transact(ctx, func(tx *store.Tx) error {
		if err := save(tx, x); err != nil {
			return err
		}
		last, err := entries.LastOf(&tx.Reader, int64(x.ID))
		if err != nil {
			return err
		}
		if err := entries.Append(tx, []journal.Entry{entries.New(tx, journal.Message, int64(x.ID), last+1, typ, access.System(c.M, "job", "messages"), data)}); err != nil {
			return err
		}
		return c.Finish(tx)
	})
}

func read(ctx context.Context, d *desk.Desk, scope access.Scope, id string) (*Letter, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, err
	}
	var l *Letter
	err = d.DB.Read(ctx, scope, func(r *store.Reader) error {
		x, ok, err := messages.Get(r, message.ID(n))
		if err != nil || !ok {
			l = &Letter{}
			return err
		}
		l, err = Read(r, x)
		return err
	})
	return l, err
}

func serverOf(d *desk.Desk, s message.Sender) (mail.Server, error) {
	password, err := admin.MailPassword(d, s)
	return mail.Server{Host: s.Host, Port: int(s.Port), Security: s.Security, Username: s.Username, Password: password}, err
}

func (l *Letter) envelope(now int64) mail.Letter {
	_, host, _ := strings.Cut(l.Sender.FromAddress, "@")
	name := l.Sender.FromName
	if name == "" {
		name = l.look.Shop
	}
	return mail.Letter{
		ID: l.Message.ID.String() + "@" + host, FromName: name, From: l.Sender.FromAddress, ReplyTo: l.Sender.ReplyTo,
		To: l.To, Mail: l.Mail, At: time.UnixMicro(now),
	}
}

// Try sends a letter at once to somebody of the shop, to see whether the mail
// server takes it and how it looks. It is no message of the order.
func Try(ctx context.Context, d *desk.Desk, l *Letter, to string) error {
	if l.Sender.Host == "" {
		return fault.New(fault.Conflict, "no_mail_server", "set up and save the mail server first")
	}
	server, err := serverOf(d, l.Sender)
	if err != nil {
		return err
	}
	l.To = to
	l.Message.ID = message.ID(d.DB.Now())
	if err := mail.Send(ctx, server, l.envelope(d.DB.Now())); err != nil {
		return fault.New(fault.Conflict, "not_sent", "the mail server did not take the test: %s", err)
	}
	return nil
}
