// Package teller carries the intents of payments out: it calls providers
// between two acts of the desk, finds out what became of what nobody knows, and
// takes in what providers tell.
//
// What belongs here: the job of one intent, the comparison with what providers
// hold, and the way in of events. What does not: what follows from an answer
// (desk/pay), and how a provider speaks (connect/payments).
//
// An intent is committed with its job before anybody is called. The job notes
// in a transaction that it is sending, calls outside of any, and records the
// answer in another. Whoever dies in between leaves an intent that is sent and
// not settled: the next who has the job asks the provider by the intent's key
// before anything is sent again, and then sends the same key.
package teller

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/connect/payments"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/pay"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/jobs"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	kept "orderly/internal/store/payments"
)

// How the job of an intent is tried: longer than any outage that a person would
// sit out.
const (
	attempts = 60
	backoff  = 2 * time.Second
)

// grace is kept from how long a provider remembers keys: clocks differ.
const grace = time.Hour

type driversKey struct{}

// Use gives the desk the drivers of providers, by kind.
func Use(d *desk.Desk, drivers map[string]payments.Driver) { d.Shared.Store(driversKey{}, drivers) }

// Drivers are the drivers that the desk was given.
func Drivers(d *desk.Desk) map[string]payments.Driver {
	got, _ := d.Shared.Load(driversKey{})
	drivers, _ := got.(map[string]payments.Driver)
	return drivers
}

// Open gives the provider of a merchant's settings.
func Open(ctx context.Context, d *desk.Desk, m int64, code string) (payments.Provider, error) {
	set, secrets, err := admin.ProviderOf(ctx, d, m, code)
	if err != nil {
		return nil, err
	}
	driver := Drivers(d)[set.Kind]
	if driver == nil {
		return nil, fault.New(fault.Conflict, "no_driver", "this program has no driver of the kind %s, which %s is set up as", set.Kind, code)
	}
	return driver.Open(secrets)
}

// Kinds are the jobs of payments.
func Kinds(d *desk.Desk, log *slog.Logger) []jobs.Kind {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return []jobs.Kind{
		{Name: step.PaymentJob, Attempts: attempts, Backoff: backoff, Timeout: 3 * payments.Timeout, Run: func(ctx context.Context, c *jobs.Claim) error {
			id, err := payment.ParseIntentID(c.Data)
			if err != nil {
				return err
			}
			return Carry(ctx, d, c.M, id)
		}},
		{Name: step.LookJob, Attempts: attempts, Backoff: backoff, Timeout: 2 * payments.Timeout, Run: func(ctx context.Context, c *jobs.Claim) error {
			id, err := payment.ParseID(c.Data)
			if err != nil {
				return err
			}
			return Look(ctx, d, c.M, id)
		}},
		{Name: "compare_payments", Every: 24 * time.Hour, First: 10 * time.Minute, Timeout: time.Hour, Run: func(ctx context.Context, c *jobs.Claim) error {
			n, err := Compare(ctx, d, c.M)
			if n > 0 {
				log.Warn("payments are not what their providers say", "payments", n, "merchant", c.M)
			}
			return err
		}},
	}
}

func scopeOf(m int64) access.Scope { return access.System(m, "system", "payments") }

// Carry carries one intent out, as far as it goes now. An error says that it
// must be looked at again.
func Carry(ctx context.Context, d *desk.Desk, m int64, id payment.IntentID) error {
	ask, x, provider, err := read(ctx, d, m, id)
	if err != nil || x.Settled() {
		return err
	}
	to, err := Open(ctx, d, m, provider)
	if err != nil {
		return err
	}
	c := carrier{ctx: ctx, desk: d, scope: scopeOf(m), to: to, ask: ask, x: x}
	if x.State == payment.Pending {
		return c.send()
	}
	return c.find()
}

// carrier carries one intent.
type carrier struct {
	ctx   context.Context //nolint:containedctx // lives exactly as long as the call
	desk  *desk.Desk
	scope access.Scope
	to    payments.Provider
	ask   payments.Ask
	x     payment.Intent
}

// send notes that the effect is being asked for, asks, and records the answer.
func (c *carrier) send() error {
	if _, err := desk.One(c.ctx, c.desk, pay.Send, c.scope, pay.SendCommand{Intent: c.x.ID}, desk.Options{}); err != nil {
		if fault.CodeOf(err) == "settled" {
			return nil
		}
		return err
	}
	ctx, cancel := context.WithTimeout(c.ctx, payments.Timeout)
	defer cancel()
	if c.x.Kind == payment.Adopt {
		return c.adopt(ctx)
	}
	got, err := c.to.Do(ctx, c.ask)
	return c.record(got, err)
}

// adopt takes over what the provider knows already; there is no effect.
func (c *carrier) adopt(ctx context.Context) error {
	got, err := c.to.Look(ctx, c.ask.Reference)
	switch {
	case errors.Is(err, payments.ErrUnknown):
		err = &payments.Refused{Code: "no_such_payment"}
	case err == nil && got.Currency != "" && got.Currency != c.ask.Currency:
		err = &payments.Refused{Code: "other_currency"}
	}
	return c.record(got, err)
}

// find asks what became of an effect that was sent. One that did not arrive is
// sent again under its own key, as long as the provider surely knows keys that
// old; after that nobody sends it, and a person is told.
func (c *carrier) find() error {
	ctx, cancel := context.WithTimeout(c.ctx, payments.Timeout)
	defer cancel()
	if c.x.Kind == payment.Adopt {
		return c.adopt(ctx)
	}
	got, err := c.to.Find(ctx, c.ask)
	switch {
	case err != nil || got.Done:
		return c.record(got, err)
	case c.desk.DB.Now()-c.x.CreatedAt > (c.to.Remembers() - grace).Microseconds():
		return c.record(got, &payments.Refused{Code: "never_arrived", Answer: got})
	}
	return c.send()
}

// record records an answer, or that there is none.
func (c *carrier) record(got payments.Answer, err error) error {
	cmd := pay.AnswerCommand{Intent: c.x.ID, State: payment.Succeeded}
	var refused *payments.Refused
	switch {
	case errors.As(err, &refused):
		cmd.State, cmd.Reason, got = payment.Declined, cut(refused.Code), refused.Answer
	case err != nil:
		cmd.State, cmd.Reason, got = payment.Unknown, "no_answer", payments.Answer{}
	}
	cmd.Reference, cmd.Effect, cmd.URL, cmd.ExpiresAt, cmd.Amounts = got.Reference, cut(got.Effect), got.URL, got.ExpiresAt, got.Amounts
	ctx := context.WithoutCancel(c.ctx) // what is known is recorded even when the node is stopping
	_, told := desk.One(ctx, c.desk, pay.Answer, c.scope, cmd, desk.Options{})
	if told != nil {
		return told
	}
	if cmd.State == payment.Unknown {
		return fmt.Errorf("nobody knows what became of %s %s: %w", c.x.Kind, c.x.ID, err)
	}
	return nil
}

func cut(text string) string {
	text = strings.ToValidUTF8(text, "?")
	return text[:min(len(text), payment.MaxReference)]
}

// read finds an intent with what is asked of its provider.
func read(ctx context.Context, d *desk.Desk, m int64, id payment.IntentID) (a payments.Ask, x payment.Intent, provider string, err error) {
	err = d.DB.Read(ctx, scopeOf(m), func(r *store.Reader) error {
		found, err := kept.Intents(r, []payment.IntentID{id})
		if err != nil {
			return err
		}
		var ok bool
		if x, ok = found[id]; !ok {
			return fault.New(fault.NotFound, "no_such_intent", "there is no intent %s", id)
		}
		list, err := kept.Load(r, []payment.ID{x.Payment})
		if err != nil || len(list) == 0 {
			return errors.Join(err, fault.New(fault.NotFound, "no_such_payment", "there is no payment %s", x.Payment))
		}
		p := list[0]
		of, err := orders.Load(r, []order.ID{order.ID(p.Order)}, orders.Parts{})
		if err != nil {
			return err
		}
		provider = p.Provider
		a = payments.Ask{Kind: x.Kind, Key: x.Key(), Payment: p.ID, Intent: x.ID, Reference: p.Reference, Page: p.Page(), Currency: p.Currency,
			Amount: x.Amount, AtOnce: p.AtOnce, Source: x.Source, Since: time.UnixMicro(x.CreatedAt), SentAt: time.UnixMicro(x.SentAt),
			Keeps: p.Parts && x.Amount < p.Open()}
		if o := of[order.ID(p.Order)]; o != nil {
			a.Order = o.Number
		}
		return nil
	})
	return a, x, provider, err
}

// Receive takes in what a provider tells, once its signature is found good. It
// returns when all of it is committed. Whoever is not the provider learns
// nothing, not even whether there is one.
func Receive(ctx context.Context, d *desk.Desk, endpoint string, header http.Header, body []byte) (news int, err error) {
	m, code, ok := merchantOf(endpoint)
	if !ok {
		return 0, notTheProvider()
	}
	to, err := Open(ctx, d, m, code)
	if err != nil {
		if fault.KindOf(err) == fault.Unavailable {
			return 0, err
		}
		return 0, notTheProvider()
	}
	list, err := to.Events(header, body, time.UnixMicro(d.DB.Now()))
	if errors.Is(err, payments.ErrSignature) {
		return 0, notTheProvider()
	}
	if err != nil {
		return 0, fault.Wrap(err, fault.Invalid, "invalid_event", "this is no event that is understood")
	}
	for _, e := range list {
		e.Provider = code
		r, err := desk.One(ctx, d, pay.Report, scopeOf(m), pay.EventCommand{Event: e}, desk.Options{})
		if err != nil {
			return news, err
		}
		if r.Status != "unchanged" {
			news++
		}
	}
	return news, nil
}

func notTheProvider() error {
	return fault.New(fault.Unknown, "bad_signature", "the signature is missing, wrong or too old, or no such provider is set up")
}
