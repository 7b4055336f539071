package stripe

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85/webhook"

	"orderly/internal/connect/payments"
	"orderly/internal/payment"
)

const (
	signature = "Stripe-Signature"
	tolerance = 5 * time.Minute
)

// name is an object that an event tells of: its id, or the object itself.
type name string

func (n *name) UnmarshalJSON(text []byte) error {
	var id *string
	if json.Unmarshal(text, &id) == nil {
		if id != nil {
			*n = name(*id)
		}
		return nil
	}
	var whole struct {
		ID string `json:"id"`
	}
	err := json.Unmarshal(text, &whole)
	*n = name(whole.ID)
	return err
}

// wire is an event as far as it is of concern. It is read by hand: an account
// keeps the version of the API that it was made with, whose other parts differ.
type wire struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Created int64  `json:"created"`
	Data    struct {
		Object struct {
			ID                string            `json:"id"`
			Object            string            `json:"object"`
			Currency          string            `json:"currency"`
			Metadata          map[string]string `json:"metadata"`
			ClientReferenceID *string           `json:"client_reference_id"`
			PaymentIntent     name              `json:"payment_intent"`
			Status            string            `json:"status"`
			AmountCapturable  int64             `json:"amount_capturable"`
			AmountReceived    int64             `json:"amount_received"`
			AmountTotal       int64             `json:"amount_total"`
		} `json:"object"`
	} `json:"data"`
}

// Events implements payments.Provider.
func (p *Provider) Events(header http.Header, body []byte, now time.Time) ([]payment.Event, error) {
	if !p.signed(header.Get(signature), body, now) {
		return nil, payments.ErrSignature
	}
	var w wire
	if err := read(string(body), &w); err != nil {
		return nil, err
	}
	if e, ok := translate(&w); ok {
		return []payment.Event{e}, nil
	}
	return nil, nil
}

func read(body string, w *wire) error {
	if err := json.Unmarshal([]byte(body), w); err != nil {
		return fmt.Errorf("event: %w", err)
	}
	return nil
}

// signed reports whether Stripe signed a body, with either secret, lately by
// our own clock.
func (p *Provider) signed(header string, body []byte, now time.Time) bool {
	sent := int64(0)
	for part := range strings.SplitSeq(header, ",") {
		if at, ok := strings.CutPrefix(part, "t="); ok {
			sent, _ = strconv.ParseInt(at, 10, 64) // what is no number is too old
		}
	}
	if now.Sub(time.Unix(sent, 0)).Abs() > tolerance {
		return false
	}
	for _, secret := range p.signing {
		if webhook.ValidatePayloadIgnoringTolerance(body, header, secret) == nil {
			return true
		}
	}
	return false
}

// translate reads what an event surely knows. That it is not the whole picture
// it says itself: an event of a charge counts as refunded what was only let go,
// one of a refund or a dispute knows of no other, and none knows both.
func translate(w *wire) (payment.Event, bool) {
	o := &w.Data.Object
	e := payment.Event{ID: w.ID, Type: w.Type, Currency: strings.ToUpper(o.Currency), At: micros(w.Created), Partial: true}
	e.Payment, _ = payment.ParseID(o.Metadata[metaPayment])
	switch o.Object {
	case "payment_intent":
		e.Reference = o.ID
		e.Amounts.Captured = ours(e.Currency, o.AmountReceived)
		e.Amounts.Authorized = e.Amounts.Captured + ours(e.Currency, o.AmountCapturable)
		e.Amounts.Failed = w.Type == "payment_intent.payment_failed"
		if w.Type == "payment_intent.created" || w.Type == "payment_intent.requires_action" || w.Type == "payment_intent.processing" {
			return e, false
		}
	case "checkout.session":
		e.Reference = string(o.PaymentIntent)
		if w.Type == "checkout.session.expired" && e.Reference == "" {
			e.Amounts.Voided, e.Partial = max(1, ours(e.Currency, o.AmountTotal)), false
		}
	case "charge", "dispute", "refund":
		e.Reference = string(o.PaymentIntent)
		e.Payment = 0 // a refund's metadata are its own
		if o.Object == "dispute" {
			e.Currency = "" // of the bank, which may count in its own
		}
		if e.Reference == "" {
			return e, false
		}
	default:
		return e, false
	}
	return e, e.Reference != "" || e.Payment != 0
}
