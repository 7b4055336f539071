package admin

import (
	"time"

	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/outbound"
	"orderly/internal/store/endpoints"
	"orderly/internal/store/entries"
)

// How long the previous secret goes on signing beside a new one.
const (
	KeepSecret    = 24 * time.Hour
	MaxKeepSecret = 7 * 24 * time.Hour
)

// RotateCommand gives an endpoint a new secret.
type RotateCommand struct {
	ID     outbound.ID
	Secret string // in the clear
	Keep   time.Duration
}

// RotateWebhook signs with the new secret from now on, and with the one before
// it beside until Keep has passed; with Keep zero that ends at once.
var RotateWebhook = webhookAct("webhooks.rotate", func(c *RotateCommand) error {
	var l fault.List
	outbound.CheckSecret("/secret", c.Secret, &l)
	if c.Keep < 0 || c.Keep > MaxKeepSecret {
		l.Add("/keep_hours", "invalid_number", "the previous secret may go on for 0 to %d hours", int(MaxKeepSecret.Hours()))
	}
	return l.Err()
}, func(l looking, c RotateCommand) (change, error) {
	e, err := l.living(c.ID)
	if err == nil {
		_, err = ringOf(l.desk)
	}
	if err != nil {
		return change{}, err
	}
	e.Previous, e.PreviousUntil = e.Secret, l.at+c.Keep.Microseconds()
	if c.Keep == 0 {
		e.Previous, e.PreviousUntil = "", 0
	}
	e.EditVersion++
	return change{endpoint: e, typ: journal.EndpointRotated, data: map[string]any{"keep_hours": int64(c.Keep.Hours())}, write: func(t *desk.Turn, e *outbound.Endpoint) (err error) {
		e.Secret, err = sealWebhook(t.Desk, e.ID, c.Secret)
		return err
	}}, nil
})

// PingWebhook sends something that tells of nothing, once, whether the endpoint
// is active or not. The result's Value is the endpoint; what became of the ping
// stands in the log of attempts.
var PingWebhook = webhookAct("webhooks.ping", nil, func(l looking, c WebhookID) (change, error) {
	e, err := l.living(c.ID)
	return change{endpoint: e, typ: journal.EndpointPinged, data: map[string]any{}, write: func(t *desk.Turn, e *outbound.Endpoint) error {
		id := t.IDs().Next()
		d := outbound.Delivery{ID: outbound.DeliveryID(id), Endpoint: e.ID, What: outbound.Ping, Seq: id, Kind: "dlv", Subject: id, Type: outbound.PingType,
			State: outbound.Waiting, NextAt: t.At, CreatedAt: t.At, UpdatedAt: t.At}
		if err := endpoints.Put(t.Tx, []outbound.Delivery{d}); err != nil {
			return err
		}
		return endpoints.Nudge(t.Tx, e.ID)
	}}, err
})

// ReplayCommand sends again: one delivery, or all entries after a sequence or
// from a time on.
type ReplayCommand struct {
	ID       outbound.ID
	Delivery outbound.DeliveryID
	After    *int64
	From     int64 // an instant
}

// Replay tells what is sent again: the entries after one sequence up to another
// that the endpoint wants, or a single delivery.
type Replay struct {
	After, UpTo int64
	Delivery    outbound.DeliveryID
}

// ReplayWebhook sends again what an endpoint lost, in the order of the journal
// and with the same ids, so that who has it already can tell. The result's Value
// is a Replay.
var ReplayWebhook = webhookAct("webhooks.replay", func(c *ReplayCommand) error {
	n := 0
	for _, said := range []bool{c.Delivery != 0, c.After != nil, c.From != 0} {
		if said {
			n++
		}
	}
	if n != 1 || c.After != nil && *c.After < 0 {
		return fault.New(fault.Invalid, "what_to_replay", "say what to send again: one delivery, or what comes after a sequence, or from a time on")
	}
	return nil
}, func(l looking, c ReplayCommand) (change, error) {
	e, err := l.living(c.ID)
	if err != nil {
		return change{}, err
	}
	if c.Delivery != 0 {
		return l.replayOne(e, c.Delivery)
	}
	p, err := endpoints.ProgressOf(l.Reader, e.ID)
	if err != nil {
		return change{}, err
	}
	var after int64
	if c.After != nil {
		after = *c.After
	} else if after, err = entries.Since(l.Reader, c.From); err != nil {
		return change{}, err
	}
	r := Replay{After: after, UpTo: p.Seq}
	if after >= p.Seq {
		return change{endpoint: e, value: Replay{After: p.Seq, UpTo: p.Seq}}, nil
	}
	return change{endpoint: e, typ: journal.EndpointReplayed, data: map[string]any{"after": r.After, "up_to": r.UpTo}, value: r, write: func(t *desk.Turn, e *outbound.Endpoint) error {
		return endpoints.Back(t.Tx, e.ID, after)
	}}, nil
})

func (l looking) replayOne(e outbound.Endpoint, id outbound.DeliveryID) (change, error) {
	d, ok, err := endpoints.Delivery(l.Reader, id)
	if err != nil {
		return change{}, err
	}
	if !ok || d.Endpoint != e.ID {
		return change{}, fault.New(fault.NotFound, "no_such_delivery", "there is no delivery %s of this endpoint, or no longer: what was taken is replayed by its sequence", id)
	}
	d.State, d.Attempts, d.NextAt, d.UpdatedAt = outbound.Waiting, 0, l.at, l.at
	return change{endpoint: e, typ: journal.EndpointReplayed, data: map[string]any{"delivery": id.String(), "seq": d.Seq}, value: Replay{Delivery: id}, write: func(t *desk.Turn, e *outbound.Endpoint) error {
		if err := endpoints.Put(t.Tx, []outbound.Delivery{d}); err != nil {
			return err
		}
		return endpoints.Nudge(t.Tx, e.ID)
	}}, nil
}
