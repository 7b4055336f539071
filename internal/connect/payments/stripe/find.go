package stripe

import (
	"context"
	"errors"
	"strings"

	sdk "github.com/stripe/stripe-go/v85"

	"orderly/internal/connect/payments"
	"orderly/internal/payment"
)

// A look for what was made under a key goes through what was made since.
const (
	pageSize = 100
	maxLook  = 2000
	slack    = 600 // seconds by which clocks may differ
)

// errTooMany is why a look was given up: it must not be taken for a no.
var errTooMany = errors.New("stripe has made too much since to find out; look at its dashboard")

// Find implements payments.Provider.
func (p *Provider) Find(ctx context.Context, a payments.Ask) (payments.Answer, error) {
	switch {
	case a.Kind == payment.Link:
		return p.findPage(ctx, a)
	case a.Kind == payment.Authorize && a.Reference == "":
		return p.findIntent(ctx, a)
	case a.Reference == "":
		return p.findEnded(ctx, a)
	}
	pi, err := p.get(ctx, a.Reference)
	if err != nil {
		return payments.Answer{}, err
	}
	switch a.Kind {
	case payment.Authorize:
		return p.begun(ctx, pi)
	case payment.Refund:
		return p.findRefund(ctx, a, pi)
	}
	out, err := p.picture(ctx, pi)
	out.Done = a.Kind == payment.Capture && pi.Metadata[a.Key] != "" || a.Kind == payment.Void && pi.Status == sdk.PaymentIntentStatusCanceled
	return out, err
}

func (p *Provider) get(ctx context.Context, reference string) (*sdk.PaymentIntent, error) {
	params := &sdk.PaymentIntentParams{Params: call(ctx, "")}
	params.AddExpand("latest_charge")
	pi, err := p.intents.Get(reference, params)
	return pi, sorted(err)
}

func since(a payments.Ask) *sdk.RangeQueryParams {
	return &sdk.RangeQueryParams{GreaterThanOrEqual: max(1, a.Since.Unix()-slack)}
}

// findIntent looks for the PaymentIntent that was made under a key.
func (p *Provider) findIntent(ctx context.Context, a payments.Ask) (payments.Answer, error) {
	params := &sdk.PaymentIntentListParams{CreatedRange: since(a)}
	params.Context, params.Limit = ctx, sdk.Int64(pageSize)
	params.AddExpand("data.latest_charge")
	it := p.intents.List(params)
	for n := 0; it.Next(); n++ {
		if pi := it.PaymentIntent(); pi.Metadata[metaIntent] == a.Key {
			return p.begun(ctx, pi)
		}
		if n == maxLook {
			return payments.Answer{}, errTooMany
		}
	}
	return payments.Answer{}, sorted(it.Err())
}

// findPage looks for the page that was made under a key.
func (p *Provider) findPage(ctx context.Context, a payments.Ask) (payments.Answer, error) {
	if a.Page != "" {
		cs, err := p.page(ctx, a.Page)
		if err != nil {
			return payments.Answer{}, err
		}
		return paged(cs), nil
	}
	params := &sdk.CheckoutSessionListParams{CreatedRange: since(a)}
	params.Context, params.Limit = ctx, sdk.Int64(pageSize)
	it := p.sessions.List(params)
	for n := 0; it.Next(); n++ {
		if cs := it.CheckoutSession(); cs.Metadata[metaIntent] == a.Key {
			return paged(cs), nil
		}
		if n == maxLook {
			return payments.Answer{}, errTooMany
		}
	}
	return payments.Answer{}, sorted(it.Err())
}

func (p *Provider) page(ctx context.Context, id string) (*sdk.CheckoutSession, error) {
	cs, err := p.sessions.Get(id, &sdk.CheckoutSessionParams{Params: call(ctx, "")})
	return cs, sorted(err)
}

// findEnded says whether a page was ended, or how it was paid instead.
func (p *Provider) findEnded(ctx context.Context, a payments.Ask) (payments.Answer, error) {
	cs, err := p.page(ctx, a.Page)
	if err != nil {
		return payments.Answer{}, err
	}
	out := paged(cs)
	out.Done = cs.Status == sdk.CheckoutSessionStatusExpired
	if out.Reference == "" {
		return out, nil
	}
	out, err = p.Look(ctx, out.Reference) // it was paid instead
	out.Done = false
	return out, err
}

// findRefund looks for the refund that was made under a key.
func (p *Provider) findRefund(ctx context.Context, a payments.Ask, pi *sdk.PaymentIntent) (payments.Answer, error) {
	list, err := p.refundsOf(ctx, pi.ID)
	if err != nil {
		return payments.Answer{}, err
	}
	for _, re := range list {
		if re.Metadata[metaIntent] == a.Key {
			return p.refunded(ctx, a, re)
		}
	}
	return p.picture(ctx, pi)
}

// Look implements payments.Provider. A page is looked at for the payment that
// was made there.
func (p *Provider) Look(ctx context.Context, reference string) (payments.Answer, error) {
	if strings.HasPrefix(reference, "cs_") {
		cs, err := p.page(ctx, reference)
		if err != nil {
			return payments.Answer{}, err
		}
		if cs.PaymentIntent == nil {
			return paged(cs), nil
		}
		reference = cs.PaymentIntent.ID
	}
	pi, err := p.get(ctx, reference)
	if err != nil {
		return payments.Answer{}, err
	}
	out, err := p.picture(ctx, pi)
	out.Done = err == nil
	return out, err
}
