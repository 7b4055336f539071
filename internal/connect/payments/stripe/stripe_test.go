package stripe_test

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"orderly/internal/connect/payments"
	"orderly/internal/connect/payments/fake"
	"orderly/internal/connect/payments/paytest"
	"orderly/internal/connect/payments/stripe"
	"orderly/internal/connect/payments/stripe/standin"
	"orderly/internal/fault"
	"orderly/internal/payment"
)

// open is the driver against a stand-in.
func open(t *testing.T) (*standin.Server, payments.Provider) {
	t.Helper()
	s := standin.Open()
	t.Cleanup(s.Close)
	p, err := (&stripe.Driver{URL: s.URL}).Open(standin.Secrets())
	if err != nil {
		t.Fatal(err)
	}
	return s, p
}

func TestPromises(t *testing.T) {
	paytest.Run(t, func(t *testing.T) paytest.Harness {
		s, p := open(t)
		return paytest.Harness{Bank: s, Provider: p, Source: "pm_card_visa", Declined: "pm_declined"}
	})
}

func ask(kind, reference string, amount int64, n int64) payments.Ask {
	id := payment.IntentID(1<<22 + n)
	return payments.Ask{Kind: kind, Key: id.String(), Payment: payment.ID(7 << 22), Intent: id, Order: 1001, Reference: reference, Currency: "GBP", Amount: amount, Source: "pm_1", Since: time.Now()}
}

// Where an account captures once, what is left after a part falls back, and
// Stripe's writing of that as a refund is not taken for one.
func TestPartWithoutParts(t *testing.T) {
	s, p := open(t)
	s.OnePart = true
	ctx := context.Background()
	held, err := p.Do(ctx, ask(payment.Authorize, "", 2590, 1))
	if err != nil || held.Amounts.Parts {
		t.Fatal(held, err)
	}
	got, err := p.Do(ctx, ask(payment.Capture, held.Reference, 1000, 2))
	if err != nil || got.Amounts.Captured != 1000 || got.Amounts.Voided != 1590 || got.Amounts.Refunded != 0 || got.Amounts.Open() != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	if got, err = p.Do(ctx, ask(payment.Refund, held.Reference, 400, 3)); err != nil || got.Amounts.Refunded != 400 {
		t.Fatalf("%+v, %v", got, err)
	}
	s.Lapse(mustHold(t, p).Reference)
	if got.ExpiresAt <= time.Now().UnixMicro() {
		t.Error("it does not say when the hold lapses")
	}
}

func mustHold(t *testing.T, p payments.Provider) payments.Answer {
	t.Helper()
	got, err := p.Do(context.Background(), ask(payment.Authorize, "", 700, 9))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// What Stripe answers is a refusal, a matter of the key, or nothing to rely on.
func TestErrors(t *testing.T) {
	s, p := open(t)
	var no *payments.Refused
	for i, x := range []struct {
		f       fake.Fault
		refused bool
		access  bool
	}{{standin.Broken, false, false}, {standin.BrokenAfter, false, false}, {standin.Busy, false, false}, {standin.LockedOut, false, true}, {fake.LostBefore, false, false}, {fake.Refuses, true, false}} {
		s.Next(x.f)
		_, err := p.Do(context.Background(), ask(payment.Authorize, "", 100, int64(i)))
		if err == nil || errors.As(err, &no) != x.refused || errors.Is(err, payments.ErrAccess) != x.access {
			t.Errorf("%d: %v", x.f, err)
		}
	}
	// the answer that broke is the same for ever, and what was done is found
	a := ask(payment.Authorize, "", 100, 1)
	if _, err := p.Do(context.Background(), a); err == nil {
		t.Error("a broken answer is not kept")
	}
	if got, err := p.Find(context.Background(), a); err != nil || !got.Done || s.Effects()[a.Key] != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	// the same key for something else: nobody may take it for a refusal
	a.Amount++
	if _, err := p.Do(context.Background(), a); err == nil || errors.As(err, &no) {
		t.Errorf("another amount under one key: %v", err)
	}
}

// What was done is found when Stripe no longer knows the key, among all that
// was made since.
func TestFoundWithoutKeys(t *testing.T) {
	s, p := open(t)
	ctx := context.Background()
	first, link := ask(payment.Authorize, "", 100, 1), ask(payment.Link, "", 100, 2)
	held := mustHold(t, p)
	part, back := ask(payment.Capture, held.Reference, 700, 3), ask(payment.Refund, held.Reference, 50, 4)
	for _, a := range []payments.Ask{first, link, part, back} {
		s.Next(fake.LostAfter)
		_, _ = p.Do(ctx, a) // its answer is lost
	}
	for i := range int64(25) {
		if _, err := p.Do(ctx, ask(payment.Authorize, "", 100, 100+i)); err != nil {
			t.Fatal(err)
		}
	}
	s.Forget()
	for _, a := range []payments.Ask{first, link, part, back} {
		if got, err := p.Find(ctx, a); err != nil || !got.Done {
			t.Errorf("%s: %+v, %v", a.Kind, got, err)
		}
	}
}

// Both secrets are good while Stripe changes from one to the other.
func TestTwoSecrets(t *testing.T) {
	secrets := maps.Clone(standin.Secrets())
	secrets["signing_secret"] = "whsec_old " + standin.Signing
	p, err := (&stripe.Driver{URL: "http://127.0.0.1:1"}).Open(secrets)
	if err != nil {
		t.Fatal(err)
	}
	body, now := []byte(`{"id":"evt_1","type":"x","data":{"object":{"object":"balance"}}}`), time.Now()
	for _, signed := range [][]string{{"whsec_old"}, {standin.Signing}, {"whsec_old", standin.Signing}, {"whsec_other", "whsec_old"}} {
		if list, err := p.Events(standin.Sign(body, now, signed...), body, now); err != nil || len(list) != 0 {
			t.Errorf("%v: %v, %v", signed, list, err)
		}
	}
	if _, err := p.Events(standin.Sign(body, now, "whsec_other"), body, now); !errors.Is(err, payments.ErrSignature) {
		t.Error(err)
	}
}

// What is no secret of Stripe is refused before anything is asked.
func TestSecrets(t *testing.T) {
	_, err := (&stripe.Driver{}).Open(map[string]string{"secret_key": "pk_live_1", "signing_secret": "a b c", "return_address": "shop"})
	if fault.KindOf(err) != fault.Invalid {
		t.Fatal(err)
	}
}
