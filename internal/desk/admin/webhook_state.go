package admin

import (
	"orderly/internal/desk"
	"orderly/internal/journal"
	"orderly/internal/outbound"
	"orderly/internal/store/endpoints"
)

// WebhookID names the endpoint of an act that needs nothing else.
type WebhookID struct{ ID outbound.ID }

// PauseWebhook stops sending. What happens meanwhile waits in the journal.
var PauseWebhook = webhookAct("webhooks.pause", nil, func(l looking, c WebhookID) (change, error) {
	e, err := l.living(c.ID)
	if err != nil || e.State == outbound.Paused {
		return change{endpoint: e}, err
	}
	e.State, e.Why = outbound.Paused, ""
	return change{endpoint: e, typ: journal.EndpointPaused, data: map[string]any{}, write: nudge}, nil
})

// ResumeWebhook sends again, from where the endpoint stands: everything that
// waits is tried at once.
var ResumeWebhook = webhookAct("webhooks.resume", nil, func(l looking, c WebhookID) (change, error) {
	e, err := l.living(c.ID)
	if err != nil || e.State == outbound.Active {
		return change{endpoint: e}, err
	}
	e.State, e.Why = outbound.Active, ""
	return change{endpoint: e, typ: journal.EndpointResumed, data: map[string]any{}, write: func(t *desk.Turn, e *outbound.Endpoint) error {
		if err := endpoints.Again(t.Tx, e.ID); err != nil {
			return err
		}
		return endpoints.Forgive(t.Tx, e.ID)
	}}, nil
})

// EndWebhook ends an endpoint for good. Its row and its log stay; what waited is
// skipped.
var EndWebhook = webhookAct("webhooks.end", nil, func(l looking, c WebhookID) (change, error) {
	e, err := l.living(c.ID)
	if err != nil {
		return change{}, err
	}
	e.State, e.Why, e.EndedAt, e.Secret, e.Previous, e.PreviousUntil = outbound.Ended, "", l.at, "", "", 0
	return change{endpoint: e, typ: journal.EndpointEnded, data: map[string]any{}, write: func(t *desk.Turn, e *outbound.Endpoint) error {
		if err := endpoints.Skip(t.Tx, e.ID); err != nil {
			return err
		}
		return endpoints.Nudge(t.Tx, e.ID)
	}}, nil
})

// QuarantineCommand stops an endpoint that does not take what it is sent.
type QuarantineCommand struct {
	ID   outbound.ID
	Gone bool // it said itself that it is no more
}

// QuarantineWebhook is what whoever sends does on its own: it stops, and a
// person is told. An endpoint that is not active stays as it is.
var QuarantineWebhook = webhookAct("webhooks.quarantine", nil, func(l looking, c QuarantineCommand) (change, error) {
	e, err := l.living(c.ID)
	if err != nil || e.State != outbound.Active {
		return change{endpoint: e}, err
	}
	typ := journal.EndpointQuarantined
	e.State = outbound.Quarantined
	if c.Gone {
		typ, e.State, e.Why = journal.EndpointGone, outbound.Paused, outbound.WhyGone
	}
	return change{endpoint: e, typ: typ, data: map[string]any{}, write: nudge}, nil
})
