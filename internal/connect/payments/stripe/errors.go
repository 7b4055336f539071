package stripe

import (
	"errors"
	"fmt"
	"net/http"

	sdk "github.com/stripe/stripe-go/v85"

	"orderly/internal/connect/payments"
)

// sorted tells what an error of a call means: a *payments.Refused that nothing
// happened and nothing will under this key; ErrAccess that Stripe does not take
// the shop's key; ErrUnknown that there is no such thing; any other, that nobody
// knows. What Stripe answers it answers again for the same key, but for what
// never began (401, 403, 409, 429) and what broke (5xx).
func sorted(err error) error {
	var e *sdk.Error
	if !errors.As(err, &e) {
		return err
	}
	switch code := e.HTTPStatusCode; {
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return fmt.Errorf("%w: %s", payments.ErrAccess, cut(e.Msg))
	case code == http.StatusConflict, code == http.StatusTooManyRequests, code >= 500, code < 400:
		return fmt.Errorf("stripe answers %d: %s", code, e.Code)
	case e.Type == sdk.ErrorTypeIdempotency: // the key was used for something else: something may have happened
		return fmt.Errorf("stripe knows this key for something else: %s", cut(e.Msg))
	case code == http.StatusNotFound && e.Code == sdk.ErrorCodeResourceMissing:
		return errors.Join(payments.ErrUnknown, refusal(e))
	}
	return refusal(e)
}

// refusal is why Stripe does not do it, in one stable word.
func refusal(e *sdk.Error) *payments.Refused {
	word := string(e.DeclineCode)
	if word == "" {
		word = string(e.Code)
	}
	if word == "" {
		word = string(e.Type)
	}
	r := &payments.Refused{Code: word}
	if e.PaymentIntent != nil { // an attempt that was declined
		r.Answer.Reference = e.PaymentIntent.ID
		r.Answer.Amounts.Failed = true
	}
	return r
}

// cut keeps of a message what fits into a line.
func cut(text string) string { return text[:min(len(text), 200)] }
