package httpapi

import (
	"errors"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/outbound"
	"orderly/internal/store"
	"orderly/internal/store/endpoints"
)

func (a *api) webhookRoutes() {
	const needs = access.SettingsWrite
	add(a, route{method: "POST", path: "/v1/webhooks", id: "createWebhook", summary: "Have journal entries sent to an address", needs: needs, answers: made, tagged: true, whole: true, text: webhookText}, a.createWebhook)
	add(a, route{method: "GET", path: "/v1/webhooks", id: "listWebhooks", summary: "List webhook endpoints, newest first", needs: needs, whole: true}, a.listWebhooks)
	add(a, route{method: "GET", path: "/v1/webhooks/{id}", id: "getWebhook", summary: "Read an endpoint and how it fares", needs: needs, tagged: true, whole: true}, a.getWebhook)
	add(a, route{method: "PATCH", path: "/v1/webhooks/{id}", id: "editWebhook", summary: "Change an endpoint", needs: needs, edit: true, tagged: true, whole: true}, a.editWebhook)
	add(a, route{method: "DELETE", path: "/v1/webhooks/{id}", id: "endWebhook", summary: "End an endpoint for good", needs: needs, answers: gone, whole: true}, a.endWebhook)
	add(a, route{method: "POST", path: "/v1/webhooks/{id}/pause", id: "pauseWebhook", summary: "Stop sending; entries wait in the journal", needs: needs, tagged: true, whole: true}, a.webhookAct(admin.PauseWebhook))
	add(a, route{method: "POST", path: "/v1/webhooks/{id}/resume", id: "resumeWebhook", summary: "Send again, from where it stands", needs: needs, tagged: true, whole: true}, a.webhookAct(admin.ResumeWebhook))
	add(a, route{method: "POST", path: "/v1/webhooks/{id}/ping", id: "pingWebhook", summary: "Send a test, once", needs: needs, tagged: true, whole: true, text: pingText}, a.webhookAct(admin.PingWebhook))
	add(a, route{method: "POST", path: "/v1/webhooks/{id}/rotate", id: "rotateWebhook", summary: "Give it a new secret", needs: needs, tagged: true, whole: true, text: rotateText}, a.rotateWebhook)
	add(a, route{method: "POST", path: "/v1/webhooks/{id}/replay", id: "replayWebhook", summary: "Send again what it lost", needs: needs, whole: true, text: replayText}, a.replayWebhook)
	add(a, route{method: "GET", path: "/v1/webhooks/{id}/deliveries", id: "listDeliveries", summary: "List what waits for it or was given up, in the order of the journal", needs: needs, whole: true}, a.listDeliveries)
	add(a, route{method: "GET", path: "/v1/webhooks/{id}/attempts", id: "listAttempts", summary: "List its last calls, newest first", needs: needs, whole: true}, a.listAttempts)
}

const (
	webhookText = "It is sent what happens from now on: each entry of the types that it wants as one signed POST, in the order of the journal for each subject. The answer shows the secret once. See docs/webhooks.md."
	pingText    = "Also to an endpoint that is paused. What came of it stands in its attempts, a moment later."
	rotateText  = "The answer shows the new secret once. Messages are signed with both until the previous one ends."
	replayText  = "With the same ids as the first time, in the order of the journal. One delivery, all after a sequence, or all from a time on. `dry_run=true` tells which."
)

// WebhookID names an endpoint in a path.
type WebhookID struct {
	ID string `path:"id" example:"whe_0pmnqh2000400"`
}

type webhookActing struct {
	WebhookID
	DryRun
}

func (p *WebhookID) id() (outbound.ID, error) {
	id, err := outbound.ParseID(p.ID)
	if err != nil {
		return 0, admin.NoSuchWebhook(p.ID)
	}
	return id, nil
}

// webhookView reads an endpoint with its health.
func (c *call) webhookView(id outbound.ID) (Webhook, outbound.Endpoint, error) {
	var out Webhook
	var e outbound.Endpoint
	now := c.api.desk.DB.Now()
	err := c.read(func(r *store.Reader) (err error) {
		if e, err = endpoints.Get(r, id); err != nil {
			return err
		}
		out = renderWebhook(e, now)
		out.Health, err = healthOf(r, id, now)
		return err
	})
	if errors.Is(err, endpoints.ErrUnknown) {
		err = admin.NoSuchWebhook(id.String())
	}
	c.tag(e.EditVersion)
	return out, e, err
}

func healthOf(r *store.Reader, id outbound.ID, now int64) (*WebhookHealth, error) {
	p, err := endpoints.ProgressOf(r, id)
	if err != nil {
		return nil, err
	}
	last, err := r.EntrySeq()
	if err != nil {
		return nil, err
	}
	waiting, err := endpoints.CountIn(r, id, outbound.Waiting, outbound.Window)
	if err != nil {
		return nil, err
	}
	givenUp, err := endpoints.CountIn(r, id, outbound.GivenUp, outbound.Window)
	return renderHealth(p, last, waiting, givenUp, now), err
}

func (a *api) createWebhook(c *call, p *DryRun, in *NewWebhook) (Webhook, error) {
	secret := in.Secret
	if secret == "" {
		secret = admin.NewWebhookSecret()
	}
	cmd := admin.WebhookCommand{Name: in.Name, Address: in.URL, Types: in.Types, Secret: secret}
	if in.At != "" {
		at, err := c.location("/location", in.At, &c.faults)
		if err != nil {
			return Webhook{}, err
		}
		cmd.Location = at
	}
	if p.Dry {
		r, err := preview(c, admin.MakeWebhook, cmd)
		if err != nil {
			return Webhook{}, err
		}
		return a.plannedWebhook(r), nil
	}
	r, err := one(c, admin.MakeWebhook, cmd)
	if err != nil {
		return Webhook{}, err
	}
	out, _, err := c.webhookView(outbound.ID(r.ID))
	if !c.replayed {
		out.Secret = secret
	}
	c.created("/v1/webhooks/" + out.ID)
	return out, err
}

// plannedWebhook is an endpoint as it would be.
func (a *api) plannedWebhook(r desk.Result) Webhook {
	out := renderWebhook(r.Value.(outbound.Endpoint), a.desk.DB.Now())
	out.DryRun = true
	return out
}

func (a *api) listWebhooks(c *call, p *Paging, _ *none) (Page[Webhook], error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Page[Webhook]{}, err
	}
	var list []outbound.Endpoint
	err = c.read(func(r *store.Reader) (err error) {
		list, err = endpoints.Before(r, outbound.ID(before[0]), p.Limit+1)
		return err
	})
	now := a.desk.DB.Now()
	return page(p.Limit, list, func(e outbound.Endpoint) Webhook { return renderWebhook(e, now) }, func(e outbound.Endpoint) string { return number(int64(e.ID)) }), err
}

func (a *api) getWebhook(c *call, p *WebhookID, _ *none) (Webhook, error) {
	id, err := p.id()
	if err != nil {
		return Webhook{}, err
	}
	out, _, err := c.webhookView(id)
	return out, err
}

func (a *api) editWebhook(c *call, p *WebhookID, in *WebhookFields) (Webhook, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return Webhook{}, err
	}
	id, err := p.id()
	if err != nil {
		return Webhook{}, err
	}
	_, e, err := c.webhookView(id)
	if err != nil {
		return Webhook{}, err
	}
	cmd := admin.WebhookCommand{ID: id, Name: e.Name, Address: e.Address, Types: e.Types, Version: version}
	if in.Name != nil {
		cmd.Name = *in.Name
	}
	if in.URL != nil {
		cmd.Address = *in.URL
	}
	if in.Types != nil {
		cmd.Types = *in.Types
	}
	if _, err := one(c, admin.SaveWebhook, cmd); err != nil {
		return Webhook{}, err
	}
	out, _, err := c.webhookView(id)
	return out, err
}

func (a *api) endWebhook(c *call, p *WebhookID, _ *none) (none, error) {
	id, err := p.id()
	if err != nil {
		return none{}, err
	}
	_, err = one(c, admin.EndWebhook, admin.WebhookID{ID: id})
	return none{}, err
}

// webhookAct is an act that needs no more than the endpoint.
func (a *api) webhookAct(op *desk.Operation[admin.WebhookID]) func(*call, *webhookActing, *none) (Webhook, error) {
	return func(c *call, p *webhookActing, _ *none) (Webhook, error) {
		id, err := p.id()
		if err != nil {
			return Webhook{}, err
		}
		if p.Dry {
			r, err := preview(c, op, admin.WebhookID{ID: id})
			if err != nil {
				return Webhook{}, err
			}
			return a.plannedWebhook(r), nil
		}
		if _, err := one(c, op, admin.WebhookID{ID: id}); err != nil {
			return Webhook{}, err
		}
		out, _, err := c.webhookView(id)
		return out, err
	}
}

func (a *api) rotateWebhook(c *call, p *WebhookID, in *RotateWebhook) (Webhook, error) {
	id, err := p.id()
	if err != nil {
		return Webhook{}, err
	}
	cmd := admin.RotateCommand{ID: id, Secret: in.Secret, Keep: admin.KeepSecret}
	if in.Secret == "" {
		cmd.Secret = admin.NewWebhookSecret()
	}
	if in.KeepHours != nil {
		cmd.Keep = time.Duration(*in.KeepHours) * time.Hour
	}
	if _, err := one(c, admin.RotateWebhook, cmd); err != nil {
		return Webhook{}, err
	}
	out, _, err := c.webhookView(id)
	if !c.replayed {
		out.Secret = cmd.Secret
	}
	return out, err
}

func (a *api) replayWebhook(c *call, p *webhookActing, in *ReplayWebhook) (WebhookReplay, error) {
	id, err := p.id()
	if err != nil {
		return WebhookReplay{}, err
	}
	cmd := admin.ReplayCommand{ID: id, After: in.After, From: parseInstant("/from", in.From, &c.faults)}
	if in.Delivery != "" {
		if cmd.Delivery, err = outbound.ParseDeliveryID(in.Delivery); err != nil {
			c.faults.AddError("/delivery", err)
		}
	}
	var r desk.Result
	if p.Dry {
		r, err = preview(c, admin.ReplayWebhook, cmd)
	} else {
		r, err = one(c, admin.ReplayWebhook, cmd)
	}
	if err != nil {
		return WebhookReplay{}, err
	}
	planned, _ := r.Value.(admin.Replay) // none in the answer to a repeated request
	out := renderReplay(id, planned)
	out.DryRun = p.Dry
	return out, nil
}

type deliveriesQuery struct {
	WebhookID
	State string `query:"state" enum:"waiting,given_up,skipped" default:"waiting"`
	Paging
}

func (a *api) listDeliveries(c *call, p *deliveriesQuery, _ *none) (Page[Delivery], error) {
	id, err := p.id()
	if err != nil {
		return Page[Delivery]{}, err
	}
	after, err := p.numbers(1, 0)
	if err != nil {
		return Page[Delivery]{}, err
	}
	var list []outbound.Delivery
	err = c.ofWebhook(id, func(r *store.Reader) (err error) {
		list, err = endpoints.InState(r, id, p.State, after[0], p.Limit+1)
		return err
	})
	return page(p.Limit, list, renderDelivery, func(d outbound.Delivery) string { return number(d.Seq) }), err
}

// ofWebhook reads what belongs to an endpoint that is there.
func (c *call) ofWebhook(id outbound.ID, f func(*store.Reader) error) error {
	return c.read(func(r *store.Reader) error {
		if _, err := endpoints.Get(r, id); err != nil {
			if errors.Is(err, endpoints.ErrUnknown) {
				err = admin.NoSuchWebhook(id.String())
			}
			return err
		}
		return f(r)
	})
}

func (a *api) listAttempts(c *call, p *WebhookID, _ *none) (Page[Attempt], error) {
	id, err := p.id()
	if err != nil {
		return Page[Attempt]{}, err
	}
	var list []endpoints.Attempt
	err = c.ofWebhook(id, func(r *store.Reader) (err error) {
		list, err = endpoints.LastAttempts(r, id, endpoints.LogSize)
		return err
	})
	return pageUntil(list, renderAttempt, ""), err
}
