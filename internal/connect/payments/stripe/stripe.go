// Package stripe is the driver of Stripe: cards, by PaymentIntents and by pages
// of its Checkout.
//
// What belongs here: Stripe's words and ours, its amounts, its errors and its
// signatures. What does not: when anything is asked, and what follows.
//
// A payment's name is its PaymentIntent. Each effect carries its key twice: as
// Stripe's idempotency key, which it remembers for a day, and in metadata, by
// which Find sees what became of it for as long as Stripe keeps the payment.
// Events say only what they surely know; the whole picture is always asked for.
package stripe

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	sdk "github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/checkout/session"
	"github.com/stripe/stripe-go/v85/dispute"
	"github.com/stripe/stripe-go/v85/paymentintent"
	"github.com/stripe/stripe-go/v85/refund"

	"orderly/internal/connect/payments"
	"orderly/internal/fault"
)

// Kind is what settings call this driver.
const Kind = "stripe"

// The secrets, by name.
const (
	secretKey     = "secret_key"
	signingSecret = "signing_secret"
	returnAddress = "return_address"
)

// remembers is how long Stripe surely knows an idempotency key.
const remembers = 24 * time.Hour

// Driver opens Stripe with the secrets of a shop.
type Driver struct {
	URL string // of the API; "" for Stripe's own

	// Transport makes the calls; nil for the usual one.
	Transport http.RoundTripper
}

// Fields implements payments.Driver. Two signing secrets, with a space between,
// are both good while Stripe changes from one to the other.
func (*Driver) Fields() []string { return []string{secretKey, signingSecret, returnAddress} }

// Provider speaks with Stripe for one shop.
type Provider struct {
	signing []string
	back    string // where customers go after they paid
	live    bool

	intents  paymentintent.Client
	sessions session.Client
	refunds  refund.Client
	disputes dispute.Client
}

// Open implements payments.Driver.
func (d *Driver) Open(secrets map[string]string) (payments.Provider, error) {
	key, signing, back := secrets[secretKey], strings.Fields(secrets[signingSecret]), secrets[returnAddress]
	if err := checkSecrets(key, signing, back); err != nil {
		return nil, err
	}
	url := d.URL
	if url == "" {
		url = sdk.APIURL
	}
	b := sdk.GetBackendWithConfig(sdk.APIBackend, &sdk.BackendConfig{
		URL:               sdk.String(url),
		HTTPClient:        &http.Client{Timeout: payments.Timeout, Transport: bounded{d.Transport}, CheckRedirect: noRedirect},
		MaxNetworkRetries: sdk.Int64(0), // whoever asks decides when to ask again
		EnableTelemetry:   sdk.Bool(false),
		LeveledLogger:     &sdk.LeveledLogger{Level: sdk.LevelNull},
	})
	return &Provider{signing: signing, back: back, live: strings.Contains(key, "_live_"), intents: paymentintent.Client{B: b, Key: key},
		sessions: session.Client{B: b, Key: key}, refunds: refund.Client{B: b, Key: key}, disputes: dispute.Client{B: b, Key: key}}, nil
}

func noRedirect(*http.Request, []*http.Request) error {
	return errors.New("stripe answers with a redirect")
}

func checkSecrets(key string, signing []string, back string) error {
	var l fault.List
	if !strings.HasPrefix(key, "sk_") && !strings.HasPrefix(key, "rk_") {
		l.Add("/secrets/"+secretKey, "invalid_key", "a secret key of Stripe begins with sk_ or rk_; a publishable one (pk_) moves no money")
	}
	if len(signing) == 0 || len(signing) > 2 {
		l.Add("/secrets/"+signingSecret, "invalid_key", "copy the signing secret of the endpoint; while Stripe changes it, the old and the new one with a space between")
	}
	for _, s := range signing {
		if !strings.HasPrefix(s, "whsec_") {
			l.Add("/secrets/"+signingSecret, "invalid_key", "a signing secret of Stripe begins with whsec_")
		}
	}
	if !strings.HasPrefix(back, "https://") && !strings.HasPrefix(back, "http://") {
		l.Add("/secrets/"+returnAddress, "invalid_address", "the address of a page to which customers go after they paid, such as https://shop.example/thanks")
	}
	return l.Err()
}

// Remembers implements payments.Provider.
func (*Provider) Remembers() time.Duration { return remembers }

// Check implements payments.Provider.
func (p *Provider) Check(ctx context.Context) (payments.Checked, error) {
	params := &sdk.PaymentIntentListParams{}
	params.Context, params.Single, params.Limit = ctx, true, sdk.Int64(1)
	it := p.intents.List(params)
	it.Next()
	if err := it.Err(); err != nil {
		return payments.Checked{}, sorted(err)
	}
	return payments.Checked{Live: p.live}, nil
}

// maxAnswer bounds what is read of one answer.
const maxAnswer = 4 << 20

// bounded reads no answer without end.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	next := b.next
	if next == nil {
		next = http.DefaultTransport
	}
	got, err := next.RoundTrip(r)
	if got != nil {
		got.Body = http.MaxBytesReader(nil, got.Body, maxAnswer)
	}
	return got, err
}
