package stripe

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	sdk "github.com/stripe/stripe-go/v85"

	"orderly/internal/connect/payments"
	"orderly/internal/payment"
)

// What metadata of Stripe's objects say of ours.
const (
	metaPayment = "orderly_payment"
	metaIntent  = "orderly_intent" // the key of the effect that made the object
	metaOrder   = "orderly_order"
)

// pageLife is how long a customer can pay at a page, counted from when it was
// asked for: so asking again says the same. Stripe allows a day.
const pageLife = 23 * time.Hour

// Do implements payments.Provider.
func (p *Provider) Do(ctx context.Context, a payments.Ask) (payments.Answer, error) {
	switch a.Kind {
	case payment.Authorize:
		return p.authorize(ctx, a)
	case payment.Link:
		return p.link(ctx, a)
	case payment.Capture:
		return p.capture(ctx, a)
	case payment.Void:
		return p.void(ctx, a)
	case payment.Refund:
		return p.refund(ctx, a)
	}
	return payments.Answer{}, &payments.Refused{Code: "unknown_effect"}
}

func meta(a payments.Ask) map[string]string {
	return map[string]string{metaPayment: a.Payment.String(), metaIntent: a.Key, metaOrder: strconv.FormatInt(a.Order, 10)}
}

func call(ctx context.Context, key string) sdk.Params {
	out := sdk.Params{Context: ctx}
	if key != "" {
		out.IdempotencyKey = sdk.String(key)
	}
	return out
}

// how says when Stripe captures.
func how(a payments.Ask) *string {
	if a.AtOnce {
		return sdk.String(string(sdk.PaymentIntentCaptureMethodAutomaticAsync))
	}
	return sdk.String(string(sdk.PaymentIntentCaptureMethodManual))
}

func tooSmall(amount int64) error {
	if amount > 0 {
		return nil
	}
	return &payments.Refused{Code: "amount_cannot_be_charged"}
}

// authorize charges what the shop got from Stripe, without the customer.
func (p *Provider) authorize(ctx context.Context, a payments.Ask) (payments.Answer, error) {
	amount := nearest(a.Currency, a.Amount)
	if err := tooSmall(amount); err != nil {
		return payments.Answer{}, err
	}
	params := &sdk.PaymentIntentParams{
		Params: call(ctx, a.Key), Amount: sdk.Int64(amount), Currency: sdk.String(strings.ToLower(a.Currency)), CaptureMethod: how(a), Metadata: meta(a),
		Confirm: sdk.Bool(true), ErrorOnRequiresAction: sdk.Bool(true), PaymentMethodTypes: []*string{sdk.String("card")}, PaymentMethod: sdk.String(a.Source),
		Description: sdk.String(title(a)),
	}
	params.AddExpand("latest_charge")
	if !a.AtOnce {
		params.PaymentMethodOptions = &sdk.PaymentIntentPaymentMethodOptionsParams{Card: &sdk.PaymentIntentPaymentMethodOptionsCardParams{RequestMulticapture: sdk.String("if_available")}}
	}
	pi, err := p.intents.New(params)
	if err != nil {
		return payments.Answer{}, sorted(err)
	}
	return p.begun(ctx, pi)
}

func title(a payments.Ask) string { return "Order " + strconv.FormatInt(a.Order, 10) }

// begun says whether a PaymentIntent has become of what was asked for.
func (p *Provider) begun(ctx context.Context, pi *sdk.PaymentIntent) (payments.Answer, error) {
	out, err := p.picture(ctx, pi)
	if err != nil {
		return out, err
	}
	switch pi.Status {
	case sdk.PaymentIntentStatusRequiresCapture, sdk.PaymentIntentStatusSucceeded:
		out.Done = true
		return out, nil
	case sdk.PaymentIntentStatusProcessing:
		return payments.Answer{}, errors.New("stripe has not decided yet")
	case sdk.PaymentIntentStatusCanceled:
		return out, &payments.Refused{Code: "canceled", Answer: out}
	}
	code := string(pi.Status)
	if e := pi.LastPaymentError; e != nil {
		code = refusal(e).Code
	}
	return out, &payments.Refused{Code: code, Answer: out}
}

// link makes a page of Checkout. A page is for one payment, says whose it is
// wherever Stripe tells of it, can be ended, and ends by itself; what Stripe
// calls a payment link is for many and does not.
func (p *Provider) link(ctx context.Context, a payments.Ask) (payments.Answer, error) {
	amount := nearest(a.Currency, a.Amount)
	if err := tooSmall(amount); err != nil {
		return payments.Answer{}, err
	}
	params := &sdk.CheckoutSessionParams{
		Params: call(ctx, a.Key), Mode: sdk.String(string(sdk.CheckoutSessionModePayment)), ClientReferenceID: sdk.String(a.Payment.String()), Metadata: meta(a),
		PaymentMethodTypes: []*string{sdk.String("card")}, // what is decided while the customer looks
		SuccessURL:         sdk.String(p.back), ExpiresAt: sdk.Int64(a.Since.Add(pageLife).Unix()),
		PaymentIntentData: &sdk.CheckoutSessionPaymentIntentDataParams{CaptureMethod: how(a), Metadata: meta(a), Description: sdk.String(title(a))},
		LineItems: []*sdk.CheckoutSessionLineItemParams{{Quantity: sdk.Int64(1), PriceData: &sdk.CheckoutSessionLineItemPriceDataParams{
			Currency: sdk.String(strings.ToLower(a.Currency)), UnitAmount: sdk.Int64(amount),
			ProductData: &sdk.CheckoutSessionLineItemPriceDataProductDataParams{Name: sdk.String(title(a))},
		}}},
	}
	if !a.AtOnce {
		params.PaymentMethodOptions = &sdk.CheckoutSessionPaymentMethodOptionsParams{Card: &sdk.CheckoutSessionPaymentMethodOptionsCardParams{RequestMulticapture: sdk.String("if_available")}}
	}
	cs, err := p.sessions.New(params)
	if err != nil {
		return payments.Answer{}, sorted(err)
	}
	return paged(cs), nil
}

// paged is what there is to say of a page that was made.
func paged(cs *sdk.CheckoutSession) payments.Answer {
	out := payments.Answer{Effect: cs.ID, URL: cs.URL, ExpiresAt: micros(cs.ExpiresAt), Currency: strings.ToUpper(string(cs.Currency)), Done: true}
	if cs.PaymentIntent != nil {
		out.Reference = cs.PaymentIntent.ID
	}
	if cs.Status == sdk.CheckoutSessionStatusExpired {
		out.Amounts.Voided = max(1, ours(out.Currency, cs.AmountTotal))
	}
	return out
}

// capture takes an amount. Where Stripe lets a payment be captured in parts the
// rest stays; else it falls back to the customer.
func (p *Provider) capture(ctx context.Context, a payments.Ask) (payments.Answer, error) {
	amount := most(a.Currency, a.Amount)
	if err := tooSmall(amount); err != nil {
		return payments.Answer{}, err
	}
	params := &sdk.PaymentIntentCaptureParams{Params: call(ctx, a.Key), AmountToCapture: sdk.Int64(amount), Metadata: map[string]string{a.Key: "captured " + strconv.FormatInt(amount, 10)}}
	params.AddExpand("latest_charge")
	if a.Keeps {
		params.FinalCapture = sdk.Bool(false)
	}
	pi, err := p.intents.Capture(a.Reference, params)
	if err != nil {
		return p.refused(ctx, a, err)
	}
	out, err := p.picture(ctx, pi)
	out.Done = err == nil
	return out, err
}

// void lets a payment go, or ends the page on which it would be made.
func (p *Provider) void(ctx context.Context, a payments.Ask) (payments.Answer, error) {
	if a.Reference == "" {
		return p.endPage(ctx, a)
	}
	params := &sdk.PaymentIntentCancelParams{Params: call(ctx, a.Key)}
	params.AddExpand("latest_charge")
	pi, err := p.intents.Cancel(a.Reference, params)
	if err != nil {
		return p.refused(ctx, a, err)
	}
	out, err := p.picture(ctx, pi)
	out.Done = err == nil
	return out, err
}

func (p *Provider) endPage(ctx context.Context, a payments.Ask) (payments.Answer, error) {
	params := &sdk.CheckoutSessionExpireParams{Params: call(ctx, a.Key)}
	cs, err := p.sessions.Expire(a.Page, params)
	if err == nil {
		return paged(cs), nil
	}
	return p.refused(ctx, a, err)
}

// refund gives an amount back.
func (p *Provider) refund(ctx context.Context, a payments.Ask) (payments.Answer, error) {
	amount := most(a.Currency, a.Amount)
	if err := tooSmall(amount); err != nil {
		return payments.Answer{}, err
	}
	re, err := p.refunds.New(&sdk.RefundParams{Params: call(ctx, a.Key), PaymentIntent: sdk.String(a.Reference), Amount: sdk.Int64(amount), Metadata: meta(a)})
	if err != nil {
		return p.refused(ctx, a, err)
	}
	return p.refunded(ctx, a, re)
}

func (p *Provider) refunded(ctx context.Context, a payments.Ask, re *sdk.Refund) (payments.Answer, error) {
	out, err := p.Look(ctx, a.Reference)
	if err != nil {
		return out, err
	}
	out.Effect = re.ID
	if !moves(re) {
		out.Done = false
		return out, &payments.Refused{Code: "refund_" + string(re.Status), Answer: out}
	}
	out.Done = true
	return out, nil
}

// refused adds to a refusal how the payment stands. What Stripe will not do
// because it is done already is done.
func (p *Provider) refused(ctx context.Context, a payments.Ask, err error) (payments.Answer, error) {
	err = sorted(err)
	var no *payments.Refused
	if !errors.As(err, &no) {
		return payments.Answer{}, err
	}
	if no.Code == string(sdk.ErrorCodeResourceMissing) {
		return payments.Answer{}, no
	}
	now, err := p.Find(ctx, a)
	if err != nil {
		return payments.Answer{}, fmt.Errorf("stripe refuses (%s), and then: %w", no.Code, err)
	}
	if now.Done {
		return now, nil
	}
	no.Answer = now
	return now, no
}

func micros(seconds int64) int64 {
	if seconds <= 0 {
		return 0
	}
	return time.Unix(seconds, 0).UnixMicro()
}
