package httpapi

import (
	"encoding/json"
	"strconv"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/hearing"
	"orderly/internal/httpapi/body"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/partners"
)

// hookRoutes are webhooks that partners send to us.
func (a *api) hookRoutes() {
	set := access.SettingsWrite
	add(a, route{method: "GET", path: "/v1/locations/{id}/partner-hook", id: "getPartnerHook", summary: "Read where a partner sends its webhooks", needs: set}, a.getPartnerHook)
	add(a, route{method: "POST", path: "/v1/locations/{id}/partner-hook", id: "makePartnerHook", summary: "Give a partner a secret to sign its webhooks by", needs: set, text: makeHookText}, a.makePartnerHook)
	add(a, route{method: "DELETE", path: "/v1/locations/{id}/partner-hook", id: "endPartnerHook", summary: "Hear nothing from a partner's webhooks any more", needs: set, answers: gone}, a.endPartnerHook)
	add(a, route{method: "POST", path: "/v1/inbound/partners/{hook}/{id}", id: "hearPartner", summary: "Take in what a partner tells", open: true, text: hearPartnerText}, a.hearPartner)
}

const (
	makeHookText    = "The secret is told once. The one before holds beside it for `keep_hours`, so that the partner can change it without losing anything."
	hearPartnerText = "For partners alone, who sign what they send as Standard Webhooks 1.0 has it. The body is `{\"type\":\"request.sent\",\"request\":\"ful_…\",\"data\":{…}}`: `request.accepted`, `request.rejected`, `request.failed`, `request.sent` and `cancellation.answered` have as `data` what `accept`, `reject`, `fail`, `send` and `answer-cancellation` of `/v1/requests/{id}` take; `stock.reported` has that of `stock-report`, and no `request`. The `webhook-id` is the key under which it is done once: a message that comes again is answered as before."
)

// maxPartnerEvent bounds the body of one message of a partner.
const maxPartnerEvent = 1 << 20

// PartnerHook is where a partner sends its webhooks.
type PartnerHook struct {
	Path          string `json:"path" example:"/v1/inbound/partners/1/loc_0pmnqh2000400" doc:"At the address of this server."`
	Active        bool   `json:"active"`
	Secret        string `json:"secret,omitempty" doc:"A new one, told once."`
	PreviousUntil string `json:"previous_until,omitempty" format:"date-time" doc:"Until when the secret before holds beside it."`
	UpdatedAt     string `json:"updated_at,omitempty" format:"date-time"`
}

// PartnerHookBody says how long the secret before holds.
type PartnerHookBody struct {
	KeepHours *int64 `json:"keep_hours,omitempty" minimum:"0" maximum:"720" doc:"24 when left out."`
}

func renderHook(m int64, h *partner.Hook, now int64) PartnerHook {
	out := PartnerHook{Path: partner.HookPath(m, h.Location), Active: h.Active, UpdatedAt: instant(h.UpdatedAt)}
	if h.PreviousUntil > now {
		out.PreviousUntil = instant(h.PreviousUntil)
	}
	return out
}

func (a *api) getPartnerHook(c *call, p *locationID, _ *none) (PartnerHook, error) {
	t, err := c.partnerAt(p.ID)
	if err != nil {
		return PartnerHook{}, err
	}
	h := &partner.Hook{Location: t.Location}
	err = c.read(func(r *store.Reader) error {
		found, err := partners.HookOf(r, t.Location)
		if found != nil {
			h = found
		}
		return err
	})
	return renderHook(c.scope.Merchant, h, a.desk.DB.Now()), err
}

func (a *api) makePartnerHook(c *call, p *locationID, in *PartnerHookBody) (PartnerHook, error) {
	t, err := c.partnerAt(p.ID)
	if err != nil {
		return PartnerHook{}, err
	}
	cmd := admin.HookCommand{Location: t.Location, Secret: admin.NewWebhookSecret(), Keep: 24 * time.Hour}
	if in.KeepHours != nil {
		cmd.Keep = time.Duration(*in.KeepHours) * time.Hour
	}
	r, err := one(c, admin.MakeHook, cmd)
	if err != nil {
		return PartnerHook{}, err
	}
	h, ok := r.Value.(*partner.Hook)
	if !ok { // told before, under the same key: the secret is not told again
		return a.getPartnerHook(c, p, nil)
	}
	out := renderHook(c.scope.Merchant, h, a.desk.DB.Now())
	out.Secret = cmd.Secret
	return out, nil
}

func (a *api) endPartnerHook(c *call, p *locationID, _ *none) (none, error) {
	t, err := c.partnerAt(p.ID)
	if err == nil {
		_, err = one(c, admin.EndHook, t.Location)
	}
	return none{}, err
}

type hearParams struct {
	Hook string `path:"hook" maxLength:"20" doc:"As path of the partner's hook says." example:"1"`
	ID   string `path:"id" maxLength:"40" example:"loc_0pmnqh2000400"`
}

// partnerEvent is one message of a partner.
type partnerEvent struct {
	Type    string          `json:"type"`
	Request string          `json:"request,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// HeardPartner is what became of a message.
type HeardPartner struct {
	Request *PartnerRequest `json:"request,omitempty" doc:"As it is now."`
	Stock   *StockReported  `json:"stock,omitempty"`
}

// hearPartner takes in one message. Every wrong signature is answered alike.
func (a *api) hearPartner(c *call, p *hearParams, _ *none) (HeardPartner, error) {
	text, done, err := c.body()
	if err != nil {
		return HeardPartner{}, err
	}
	defer done()
	if len(text) > maxPartnerEvent {
		return HeardPartner{}, fault.New(fault.TooLarge, "body_too_large", "a message has at most %d bytes", maxPartnerEvent)
	}
	m, err := strconv.ParseInt(p.Hook, 32, 64)
	at, bad := stock.ParseLocationID(p.ID)
	if err != nil || bad != nil {
		m, at = 0, 0
	}
	if c.scope, c.key, err = hearing.Prove(c.ctx, a.desk, m, at, c.r.Header, text); err != nil {
		return HeardPartner{}, err
	}
	if err := a.rates.take(c); err != nil {
		return HeardPartner{}, err
	}
	c.keep(text)
	var e partnerEvent
	if err := body.Decode(text, &e, &c.faults); err != nil {
		return HeardPartner{}, err
	}
	if err := c.faults.Err(); err != nil {
		return HeardPartner{}, err
	}
	return a.hear(c, at, &e)
}

// hear does what a partner tells, as the route of the same meaning does.
func (a *api) hear(c *call, at stock.LocationID, e *partnerEvent) (out HeardPartner, err error) {
	p := &requestParams{ID: e.Request}
	switch e.Type {
	case "request.accepted":
		out.Request, err = heard(c, p, e, a.acceptRequest)
	case "request.rejected":
		out.Request, err = heard(c, p, e, a.rejectRequest)
	case "request.failed":
		out.Request, err = heard(c, p, e, a.failRequest)
	case "request.sent":
		out.Request, err = heard(c, p, e, a.sendRequest)
	case "cancellation.answered":
		out.Request, err = heard(c, p, e, a.answerCancellation)
	case "stock.reported":
		out.Stock, err = heard(c, &reportParams{ID: at.String()}, e, a.reportStock)
	default:
		c.faults.Add("/type", "unknown_type", "there is no %.60q: request.accepted, request.rejected, request.failed, request.sent, cancellation.answered or stock.reported", e.Type)
		err = c.faults.Err()
	}
	return out, err
}

// heard reads the data of a message and hands it to the route of its meaning.
func heard[P, B, T any](c *call, p *P, e *partnerEvent, do func(*call, *P, *B) (T, error)) (*T, error) {
	var b B
	if data := e.Data; len(data) > 0 {
		var l fault.List
		if err := body.Decode(data, &b, &l); err != nil {
			return nil, err
		}
		if err := l.Err(); err != nil {
			return nil, err
		}
	}
	out, err := do(c, p, &b)
	if err != nil {
		return nil, err
	}
	return &out, nil
}
