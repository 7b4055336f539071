package admin

import (
	"crypto/rand"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/outbound"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/endpoints"
)

type outboundKey struct{}

// AllowOutbound names the private ranges that webhooks may be sent to.
func AllowOutbound(d *desk.Desk, ranges []netip.Prefix) { d.Shared.Store(outboundKey{}, ranges) }

// NewWebhookSecret makes a secret's text. It is shown once, and kept sealed.
func NewWebhookSecret() string {
	raw := make([]byte, outbound.SecretBytes)
	rand.Read(raw) // never fails
	return outbound.SecretText(raw)
}

// WebhookSecrets opens the secrets that an endpoint's messages are signed with
// now, the current one first.
func WebhookSecrets(d *desk.Desk, e *outbound.Endpoint, now int64) ([]string, error) {
	ring, err := ringOf(d)
	if err != nil {
		return nil, err
	}
	kept := []string{e.Secret}
	if e.Rotating(now) {
		kept = append(kept, e.Previous)
	}
	out := make([]string, len(kept))
	for i, sealed := range kept {
		raw, err := ring.Open(sealed, webhookAbout(e.ID))
		if err != nil {
			return nil, err
		}
		out[i] = string(raw)
	}
	return out, nil
}

func webhookAbout(id outbound.ID) string { return "webhook " + id.String() }

func sealWebhook(d *desk.Desk, id outbound.ID, secret string) (string, error) {
	ring, err := ringOf(d)
	if err != nil {
		return "", err
	}
	return ring.Seal([]byte(secret), webhookAbout(id)), nil
}

// looking is what a decision about an endpoint sees.
type looking struct {
	*store.Reader
	desk *desk.Desk
	at   int64
}

// change is a decided change of an endpoint. A change without a type is none.
type change struct {
	endpoint outbound.Endpoint
	typ      string
	data     map[string]any
	value    any // beside the endpoint, when the act has more to tell

	// write keeps what stands beside the endpoint's own row.
	write func(*desk.Turn, *outbound.Endpoint) error
}

// webhookAct makes an operation of a decision: to preview it is to decide alone.
func webhookAct[C any](name string, check func(*C) error, decide func(looking, C) (change, error)) *desk.Operation[C] {
	op := act(name, access.SettingsWrite, check, func(t *desk.Turn, a desk.Asked[C]) (desk.Result, error) {
		x, err := decide(looking{&t.Reader, t.Desk, t.At}, a.Command)
		if err != nil || x.typ == "" {
			return x.result("unchanged", 0), err
		}
		status := "done"
		if x.endpoint.ID == 0 {
			x.endpoint.ID, x.endpoint.CreatedAt, status = outbound.ID(t.IDs().Next()), t.At, "created"
		}
		seq, err := tell(t, a.Scope, journal.Endpoint, int64(x.endpoint.ID), x.typ, x.data)
		if err == nil && x.write != nil {
			err = x.write(t, &x.endpoint)
		}
		if err == nil {
			err = endpoints.Save(t.Tx, x.endpoint)
		}
		return x.result(status, seq), err
	})
	op.Preview = func(d *desk.Desk, r *store.Reader, asked []desk.Asked[C]) ([]desk.Result, error) {
		out := make([]desk.Result, len(asked))
		for i, a := range asked {
			x, err := decide(looking{r, d, d.DB.Now()}, a.Command)
			var f *fault.Error
			switch {
			case errors.As(err, &f) && f.Kind != fault.Internal && f.Kind != fault.Unavailable:
				out[i] = desk.Result{Err: f}
			case err != nil:
				return nil, err
			case x.typ == "":
				out[i] = x.result("unchanged", 0)
			default:
				out[i] = x.result("done", 0)
			}
		}
		return out, nil
	}
	return op
}

func (x *change) result(status string, seq int64) desk.Result {
	r := desk.Result{Kind: journal.Endpoint, ID: int64(x.endpoint.ID), Seq: seq, Status: status, Value: x.endpoint}
	if x.value != nil {
		r.Value = x.value
	}
	return r
}

// living reads an endpoint that has not ended.
func (l looking) living(id outbound.ID) (outbound.Endpoint, error) {
	e, err := endpoints.Get(l.Reader, id)
	switch {
	case errors.Is(err, endpoints.ErrUnknown):
		err = NoSuchWebhook(id.String())
	case err == nil && e.State == outbound.Ended:
		err = fault.New(fault.Conflict, "webhook_ended", "this endpoint has ended; make a new one")
	}
	e.UpdatedAt = l.at
	return e, err
}

// NoSuchWebhook is the fault of an endpoint that is not there.
func NoSuchWebhook(text string) error {
	return fault.New(fault.NotFound, "no_such_webhook", "there is no webhook endpoint %.40q", text)
}

// WebhookCommand makes an endpoint, or changes the one with this id.
type WebhookCommand struct {
	ID      outbound.ID
	Name    string
	Address string
	Types   []string
	Secret  string // of a new one, in the clear
	Version *int64

	// Location makes a new one a partner's, which is told of its own requests
	// alone, for ever.
	Location stock.LocationID
}

func checkWebhook(c *WebhookCommand) error {
	c.Name, c.Address = strings.TrimSpace(c.Name), strings.TrimSpace(c.Address)
	var l fault.List
	e := outbound.Endpoint{Name: c.Name, Address: c.Address, Types: c.Types}
	known := journal.Types
	if c.Location != 0 {
		known = journal.PartnerTypes
		if e.Types = c.Types; slices.Contains(e.Types, outbound.Every) {
			c.Types, e.Types = slices.Clone(known), slices.Clone(known)
		}
	}
	e.Check(known, &l)
	if c.ID == 0 {
		outbound.CheckSecret("/secret", c.Secret, &l)
	}
	return l.Err()
}

// reachable refuses an address that the sender would refuse whatever happens.
func (l looking) reachable(at, address string) error {
	var ranges []netip.Prefix
	if v, ok := l.desk.Shared.Load(outboundKey{}); ok {
		ranges = v.([]netip.Prefix)
	}
	ip, literal := outbound.Literal(address)
	named := slices.ContainsFunc(ranges, func(p netip.Prefix) bool { return literal && p.Contains(ip) })
	switch {
	case outbound.Plain(address) && (len(ranges) == 0 || literal && !named):
		return fieldFault(fault.Invalid, "plain_http", at, "what is sent is about customers' orders: use https (plain http goes only to the ranges that the server was started with, --webhooks-to)")
	case literal && !named && !outbound.Public(ip):
		return fieldFault(fault.Invalid, "private_address", at, "this address is not on the open internet; private ranges are allowed by --webhooks-to of the server")
	}
	return nil
}

// MakeWebhook keeps a new endpoint, which is sent what happens from then on. The
// result's Value is the endpoint.
var MakeWebhook = webhookAct("webhooks.make", checkWebhook, func(l looking, c WebhookCommand) (change, error) {
	n, err := endpoints.CountOpen(l.Reader)
	if err == nil {
		err = l.reachable("/url", c.Address)
	}
	if err == nil {
		_, err = ringOf(l.desk)
	}
	if err == nil && n >= outbound.MaxEndpoints {
		err = fault.New(fault.Conflict, "too_many", "at most %d webhook endpoints; end one that is not needed any more", outbound.MaxEndpoints)
	}
	if err == nil && c.Location != 0 {
		err = partnerPlace(l.Reader, c.Location)
	}
	e := outbound.Endpoint{Kind: outbound.Webhook, Name: c.Name, Address: c.Address, Types: outbound.Tidy(c.Types), Location: int64(c.Location), State: outbound.Active, UpdatedAt: l.at, EditVersion: 1}
	return change{endpoint: e, typ: journal.EndpointMade, data: map[string]any{"types": e.Types}, write: func(t *desk.Turn, e *outbound.Endpoint) (err error) {
		if e.Secret, err = sealWebhook(t.Desk, e.ID, c.Secret); err != nil {
			return err
		}
		return endpoints.Begin(t.Tx, e.ID, t.Seq.Entry)
	}}, err
})

// SaveWebhook changes what an endpoint is called, where it is and what it wants.
var SaveWebhook = webhookAct("webhooks.save", checkWebhook, func(l looking, c WebhookCommand) (change, error) {
	e, err := l.living(c.ID)
	if err == nil && c.Version != nil && *c.Version != e.EditVersion {
		err = fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed this endpoint meanwhile; look at it again")
	}
	if err == nil && c.Address != e.Address {
		err = l.reachable("/url", c.Address)
	}
	if err == nil && e.Location != 0 && slices.ContainsFunc(c.Types, func(t string) bool { return !slices.Contains(journal.PartnerTypes, t) }) {
		err = fieldFault(fault.Invalid, "not_for_partners", "/types", "a partner is told of what it is asked alone: "+strings.Join(journal.PartnerTypes, ", "))
	}
	var fields []string
	types := outbound.Tidy(c.Types)
	for name, changed := range map[string]bool{"name": c.Name != e.Name, "types": !slices.Equal(types, e.Types), "url": c.Address != e.Address} {
		if changed {
			fields = append(fields, name)
		}
	}
	if err != nil || len(fields) == 0 {
		return change{endpoint: e}, err
	}
	slices.Sort(fields)
	e.Name, e.Address, e.Types, e.EditVersion = c.Name, c.Address, types, e.EditVersion+1
	return change{endpoint: e, typ: journal.EndpointSaved, data: map[string]any{"fields": fields, "types": types}, write: nudge}, nil
})

// nudge has whoever sends look at the endpoint as it is from now on.
func nudge(t *desk.Turn, e *outbound.Endpoint) error { return endpoints.Nudge(t.Tx, e.ID) }
