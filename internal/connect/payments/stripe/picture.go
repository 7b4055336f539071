package stripe

import (
	"context"
	"strings"

	sdk "github.com/stripe/stripe-go/v85"

	"orderly/internal/connect/payments"
)

// maxParts bounds how many refunds and disputes of one payment are looked at.
const maxParts = 1000

// picture is all that Stripe knows of a payment: the PaymentIntent with its
// charge, and where the charge says so its refunds and disputes.
func (p *Provider) picture(ctx context.Context, pi *sdk.PaymentIntent) (payments.Answer, error) {
	out := known(pi)
	c := pi.LatestCharge
	if c == nil || out.Amounts.Captured == 0 {
		return out, nil
	}
	if c.AmountRefunded > 0 {
		list, err := p.refundsOf(ctx, pi.ID)
		if err != nil {
			return payments.Answer{}, err
		}
		for _, re := range list {
			if moves(re) {
				out.Amounts.Refunded += ours(out.Currency, re.Amount)
			}
		}
		out.Amounts.Refunded = min(out.Amounts.Refunded, out.Amounts.Captured)
	}
	if c.Disputed {
		return out, p.addDisputes(ctx, pi.ID, &out)
	}
	return out, nil
}

// known is what a PaymentIntent says by itself, refunds and disputes aside.
func known(pi *sdk.PaymentIntent) payments.Answer {
	currency := strings.ToUpper(string(pi.Currency))
	out := payments.Answer{Reference: pi.ID, Currency: currency}
	a := &out.Amounts
	a.Captured = ours(currency, pi.AmountReceived)
	a.Authorized = a.Captured + ours(currency, pi.AmountCapturable)
	a.Failed = pi.LastPaymentError != nil
	if c := pi.LatestCharge; c != nil && c.Status == sdk.ChargeStatusSucceeded {
		a.Authorized = max(a.Authorized, ours(currency, c.Amount))
		if d := c.PaymentMethodDetails; d != nil && d.Card != nil {
			out.ExpiresAt = micros(d.Card.CaptureBefore)
			a.Parts = d.Card.Multicapture != nil && d.Card.Multicapture.Status == sdk.ChargePaymentMethodDetailsCardMulticaptureStatusAvailable
		}
	}
	switch pi.Status {
	case sdk.PaymentIntentStatusCanceled:
		a.Voided = max(1, a.Authorized-a.Captured, ours(currency, pi.Amount)-a.Captured)
	case sdk.PaymentIntentStatusSucceeded:
		a.Voided = a.Authorized - a.Captured
	}
	return out
}

func (p *Provider) refundsOf(ctx context.Context, reference string) (out []*sdk.Refund, err error) {
	params := &sdk.RefundListParams{PaymentIntent: sdk.String(reference)}
	params.Context, params.Limit = ctx, sdk.Int64(pageSize)
	it := p.refunds.List(params)
	for it.Next() && len(out) < maxParts {
		out = append(out, it.Refund())
	}
	return out, sorted(it.Err())
}

// moves reports whether a refund gives money back. Stripe writes as one, too,
// that a hold was let go, in part or whole: that touches no balance.
func moves(re *sdk.Refund) bool {
	switch re.Status {
	case sdk.RefundStatusFailed, sdk.RefundStatusCanceled:
		return false
	case sdk.RefundStatusSucceeded:
		return re.BalanceTransaction != nil || re.Metadata[metaIntent] != ""
	}
	return true
}

// addDisputes adds what customers' banks took back, and what was won. Inquiries
// and what was settled before it became a dispute have moved nothing.
func (p *Provider) addDisputes(ctx context.Context, reference string, out *payments.Answer) error {
	params := &sdk.DisputeListParams{PaymentIntent: sdk.String(reference)}
	params.Context, params.Limit = ctx, sdk.Int64(pageSize)
	it := p.disputes.List(params)
	a := &out.Amounts
	for n := 0; it.Next() && n < maxParts; n++ {
		d := it.Dispute()
		switch d.Status {
		case sdk.DisputeStatusWon:
			a.Won += ours(out.Currency, d.Amount)
		case sdk.DisputeStatusNeedsResponse, sdk.DisputeStatusUnderReview, sdk.DisputeStatusLost:
		default:
			continue
		}
		a.Disputed += ours(out.Currency, d.Amount)
		if e := d.EvidenceDetails; e != nil {
			a.RespondBy = max(a.RespondBy, micros(e.DueBy))
		}
	}
	a.Disputed = min(a.Disputed, a.Captured)
	a.Won = min(a.Won, a.Disputed)
	return sorted(it.Err())
}
