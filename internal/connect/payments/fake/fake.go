// Package fake is a provider of payments that moves no money: for the demo and
// for tests, which can have it lose answers, refuse, lie, and tell of things
// late, twice and in any order. It counts what it did for each key.
//
// What belongs here: what a provider may do to us. What does not: anything that
// a shop uses.
package fake

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"orderly/internal/connect/payments"
	"orderly/internal/payment"
)

// Kind is what settings call this driver.
const Kind = "fake"

// Fault is what goes wrong with one call.
type Fault int

// The faults.
const (
	LostBefore Fault = iota + 1 // the question did not arrive
	LostAfter                   // it was done, and the answer did not arrive
	Refuses                     // it is refused
	Lies                        // it says done and does nothing
)

// ErrLost is an answer that did not come.
var ErrLost = errors.New("no answer came in time")

const (
	signature = "Fake-Signature"
	tolerance = 5 * time.Minute
	pages     = "https://pay.example/"
)

// Provider is the fake. The zero value is ready; Open of a Driver gives it.
type Provider struct {
	Secret string // of event signatures
	PaysAt bool   // customers pay at a link as soon as it is made: for the demo
	During func() // called while a call of Do is under way; nil for nothing

	mu      sync.Mutex
	all     map[string]*kept // by reference
	effects map[string]effect
	Calls   map[string]int // by key
	faults  []Fault
	told    []payment.Event
	serial  int
}

type kept struct {
	payment  payment.ID
	currency string
	atOnce   bool
	payment.Amounts
}

// effect is what was done for a key, or refused.
type effect struct {
	kind, reference, refused string
	amount                   int64
	times                    int
}

// Next has the next calls of Do go wrong, one each; 0 lets one pass.
func (p *Provider) Next(f ...Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, f...)
}

// Effects counts, by key, how often something was really done.
func (p *Provider) Effects() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := map[string]int{}
	for key, e := range p.effects {
		if e.refused == "" {
			out[key] = e.times
		}
	}
	return out
}

// List is every payment that it holds, by its name of it.
func (p *Provider) List() map[string]payment.Amounts {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := map[string]payment.Amounts{}
	for ref, k := range p.all {
		out[ref] = k.Amounts
	}
	return out
}

func (p *Provider) next() Fault {
	if len(p.faults) == 0 {
		return 0
	}
	f := p.faults[0]
	p.faults = p.faults[1:]
	return f
}

func (p *Provider) ready() {
	if p.all == nil {
		p.all, p.effects, p.Calls = map[string]*kept{}, map[string]effect{}, map[string]int{}
	}
}

// Do implements payments.Provider.
func (p *Provider) Do(ctx context.Context, a payments.Ask) (payments.Answer, error) {
	if p.During != nil {
		p.During()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready()
	if err := ctx.Err(); err != nil {
		return payments.Answer{}, err
	}
	p.Calls[a.Key]++
	switch p.next() {
	case LostBefore:
		return payments.Answer{}, ErrLost
	case LostAfter:
		p.do(a, "")
		return payments.Answer{}, ErrLost
	case Refuses:
		p.do(a, "declined")
	case Lies:
		return payments.Answer{Reference: a.Reference, Done: true}, nil
	default:
		p.do(a, "")
	}
	return p.answer(a)
}

// answer is what it says of a key that it has seen.
func (p *Provider) answer(a payments.Ask) (payments.Answer, error) {
	e, seen := p.effects[a.Key]
	if !seen {
		if k := p.all[a.Reference]; k != nil {
			return payments.Answer{Reference: a.Reference, Currency: k.currency, Amounts: k.Amounts}, nil
		}
		return payments.Answer{}, nil
	}
	out := payments.Answer{Reference: e.reference, Effect: "fx_" + a.Key, Done: true}
	if k := p.all[e.reference]; k != nil {
		out.Amounts, out.Currency = k.Amounts, k.currency
	}
	if e.kind == payment.Link {
		out.URL = pages + e.reference
	}
	if e.refused != "" {
		out.Done = false
		return out, &payments.Refused{Code: e.refused, Answer: out}
	}
	return out, nil
}

// do has an effect once for each key.
func (p *Provider) do(a payments.Ask, refuse string) {
	if _, seen := p.effects[a.Key]; seen {
		return
	}
	e := effect{kind: a.Kind, reference: a.Reference, refused: refuse, amount: a.Amount, times: 1}
	if a.Kind == payment.Authorize || a.Kind == payment.Link {
		p.serial++
		e.reference = "fake_" + strconv.Itoa(p.serial) + "_" + a.Payment.String()
		if refuse == "" {
			p.all[e.reference] = &kept{payment: a.Payment, currency: a.Currency, atOnce: a.AtOnce}
		}
	}
	if k := p.all[e.reference]; k != nil && refuse == "" {
		if e.refused = k.change(a); e.refused == "" && a.Kind == payment.Link && p.PaysAt {
			k.pay(a.Amount)
		}
		if e.refused == "" {
			p.tell(e.reference, a.Kind, a.Intent)
		}
	} else if refuse == "" {
		e.refused = "no_such_payment"
	}
	p.effects[a.Key] = e
}

// change does to a payment what is asked, or says why not.
func (k *kept) change(a payments.Ask) string {
	switch a.Kind {
	case payment.Authorize:
		k.pay(a.Amount)
	case payment.Capture:
		if a.Amount > k.Open() {
			return "amount_too_large"
		}
		k.Captured += a.Amount
	case payment.Void:
		k.Voided = max(k.Voided, k.Authorized-k.Captured, 1)
	case payment.Refund:
		if a.Amount > k.Left() {
			return "amount_too_large"
		}
		k.Refunded += a.Amount
	}
	return ""
}

func (k *kept) pay(amount int64) {
	k.Parts = true
	k.Authorized += amount
	if k.atOnce {
		k.Captured += amount
	}
}

// Pay is a customer who pays at a link or in a shop; a reference that it does
// not know is made, as when a channel had the customer pay.
func (p *Provider) Pay(reference, currency string, amount int64, atOnce bool) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready()
	if p.all[reference] == nil {
		p.all[reference] = &kept{currency: currency, atOnce: atOnce}
	}
	p.all[reference].pay(amount)
	p.tell(reference, "paid", 0)
	return reference
}

// PayAt is a customer who pays at a link, by its address. It gives the
// payment's name.
func (p *Provider) PayAt(url string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	ref := strings.TrimPrefix(url, pages)
	for _, e := range p.effects {
		if e.kind == payment.Link && e.reference == ref && p.all[ref] != nil && p.all[ref].Authorized == 0 && p.all[ref].Voided == 0 {
			p.all[ref].pay(e.amount)
			p.tell(ref, "paid", 0)
		}
	}
	return ref
}

// Dispute is a customer's bank that takes an amount back.
func (p *Provider) Dispute(reference string, amount int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all[reference].Disputed += amount
	p.tell(reference, "disputed", 0)
}

// Win is a dispute that is decided for us.
func (p *Provider) Win(reference string, amount int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all[reference].Won += amount
	p.tell(reference, "won", 0)
}

// tell adds an event of how a payment stands.
func (p *Provider) tell(reference, typ string, x payment.IntentID) {
	k := p.all[reference]
	p.told = append(p.told, payment.Event{ID: fmt.Sprintf("evt_%d", len(p.told)+1), Type: typ, Reference: reference, Payment: k.payment, Intent: x, Currency: k.currency, Amounts: k.Amounts})
}

// Told are the events so far, the oldest first, as bodies and their headers.
func (p *Provider) Told(now time.Time) (bodies [][]byte, headers []http.Header) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.told {
		body := Body(e)
		bodies, headers = append(bodies, body), append(headers, p.Sign(body, now))
	}
	return bodies, headers
}

// wire is an event as it is sent.
type wire struct {
	ID        string          `json:"id"`
	Type      string          `json:"type"`
	Reference string          `json:"reference"`
	Payment   string          `json:"payment,omitempty"`
	Intent    string          `json:"intent,omitempty"`
	Currency  string          `json:"currency"`
	Amounts   payment.Amounts `json:"amounts"`
	At        int64           `json:"at"`
}

// Body is an event as it is sent.
func Body(e payment.Event) []byte {
	w := wire{ID: e.ID, Type: e.Type, Reference: e.Reference, Currency: e.Currency, Amounts: e.Amounts, At: e.At}
	if e.Payment != 0 {
		w.Payment = e.Payment.String()
	}
	if e.Intent != 0 {
		w.Intent = e.Intent.String()
	}
	b, _ := json.Marshal(w) // texts and numbers
	return b
}

// Sign gives the header of a body.
func (p *Provider) Sign(body []byte, now time.Time) http.Header {
	at := strconv.FormatInt(now.Unix(), 10)
	return http.Header{signature: {"t=" + at + ",v1=" + hex.EncodeToString(p.mac(at, body))}}
}

func (p *Provider) mac(at string, body []byte) []byte {
	h := hmac.New(sha256.New, []byte(p.Secret))
	h.Write([]byte(at + "."))
	h.Write(body)
	return h.Sum(nil)
}

// Events implements payments.Provider.
func (p *Provider) Events(header http.Header, body []byte, now time.Time) ([]payment.Event, error) {
	at, mac, ok := strings.Cut(header.Get(signature), ",v1=")
	at, ok2 := strings.CutPrefix(at, "t=")
	sent, err := strconv.ParseInt(at, 10, 64)
	got, err2 := hex.DecodeString(mac)
	if !ok || !ok2 || err != nil || err2 != nil || p.Secret == "" || !hmac.Equal(got, p.mac(at, body)) || now.Sub(time.Unix(sent, 0)).Abs() > tolerance {
		return nil, payments.ErrSignature
	}
	var w wire
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	e := payment.Event{ID: w.ID, Type: w.Type, Reference: w.Reference, Currency: w.Currency, Amounts: w.Amounts, At: w.At}
	e.Payment, _ = payment.ParseID(w.Payment)
	e.Intent, _ = payment.ParseIntentID(w.Intent)
	return []payment.Event{e}, nil
}

// Find implements payments.Provider.
func (p *Provider) Find(_ context.Context, a payments.Ask) (payments.Answer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready()
	return p.answer(a)
}

// Look implements payments.Provider.
func (p *Provider) Look(_ context.Context, reference string) (payments.Answer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready()
	k := p.all[reference]
	if k == nil {
		return payments.Answer{}, payments.ErrUnknown
	}
	return payments.Answer{Reference: reference, Currency: k.currency, Amounts: k.Amounts, Done: true}, nil
}

// Remembers implements payments.Provider.
func (p *Provider) Remembers() time.Duration { return 24 * time.Hour }

// Check implements payments.Provider.
func (p *Provider) Check(context.Context) (payments.Checked, error) { return payments.Checked{}, nil }

// References are its names of what it holds, in order.
func (p *Provider) References() []string { return slices.Sorted(maps.Keys(p.List())) }

// Driver opens one fake for each signing secret, so that what it holds outlives
// a call.
type Driver struct {
	PaysAt bool

	mu  sync.Mutex
	all map[string]*Provider
}

// Fields implements payments.Driver.
func (*Driver) Fields() []string { return []string{"signing_secret"} }

// Open implements payments.Driver.
func (d *Driver) Open(secrets map[string]string) (payments.Provider, error) {
	return d.Of(secrets["signing_secret"]), nil
}

// Of is the fake with a signing secret.
func (d *Driver) Of(secret string) *Provider {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all == nil {
		d.all = map[string]*Provider{}
	}
	if d.all[secret] == nil {
		d.all[secret] = &Provider{Secret: secret, PaysAt: d.PaysAt}
	}
	return d.all[secret]
}
