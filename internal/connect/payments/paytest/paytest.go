// Package paytest holds every driver of a provider of payments to the same
// promises: each effect once under its key, whatever becomes of the answer;
// a key by which what became of it is found; and answers and events that tell
// the same in any order.
//
// What belongs here: what is true of all providers. What does not: one
// provider's words, amounts or errors (its own tests).
package paytest

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"orderly/internal/connect/payments"
	"orderly/internal/connect/payments/fake"
	"orderly/internal/payment"
)

// Bank is a provider's other side, as a test sees and moves it.
type Bank interface {
	Next(...fake.Fault)               // what goes wrong with the next changing calls
	Effects() map[string]int          // how often something was really done, by key
	List() map[string]payment.Amounts // every payment that it holds
	Told(now time.Time) ([][]byte, []http.Header)
	PayAt(url string) string // a customer pays; gives the payment's name
	Pay(reference, currency string, amount int64, atOnce bool) string
	Dispute(reference string, amount int64)
	Win(reference string, amount int64)
}

// Harness is one provider with its other side.
type Harness struct {
	Bank
	Provider payments.Provider
	Source   string // that can be charged
	Declined string // that cannot; "" where Refuses is used
}

// bench is a harness in one test.
type bench struct {
	*testing.T
	Harness
	keys int64
}

// Run holds the providers that open gives to every promise; each test has one
// of its own.
func Run(t *testing.T, open func(t *testing.T) Harness) {
	for name, f := range map[string]func(*bench){
		"held, captured in parts, given back": whole,
		"taken at once":                       atOnce,
		"each effect once":                    once,
		"never arrived":                       neverArrived,
		"refused":                             refused,
		"let go":                              letGo,
		"a page":                              page,
		"a page that is ended":                pageEnded,
		"a page that was paid":                pagePaid,
		"taken over":                          adopted,
		"nobody's":                            unknown,
		"disputes":                            disputes,
		"signatures":                          signatures,
		"events in any order":                 anyOrder,
	} {
		t.Run(name, func(t *testing.T) { f(&bench{T: t, Harness: open(t)}) })
	}
}

// ask is a question about a payment of its own, with a key of its own.
func (b *bench) ask(kind, reference string, amount int64) payments.Ask {
	b.keys++
	id := payment.IntentID(1<<22 + b.keys)
	return payments.Ask{Kind: kind, Key: id.String(), Payment: payment.ID(7 << 22), Intent: id, Order: 1001, Reference: reference, Currency: "GBP", Amount: amount, Source: b.Source, Since: time.Now(), SentAt: time.Now()}
}

// do asks and must be done. It holds the answer to what the provider holds.
func (b *bench) do(a payments.Ask) payments.Answer {
	b.Helper()
	got, err := b.Provider.Do(context.Background(), a)
	if err != nil || !got.Done {
		b.Fatalf("%s: %+v, %v", a.Kind, got, err)
	}
	return got
}

// refuses asks and must be refused for good.
func (b *bench) refuses(a payments.Ask) payments.Answer {
	b.Helper()
	before := b.sum()
	_, err := b.Provider.Do(context.Background(), a)
	var no *payments.Refused
	if !errors.As(err, &no) || no.Code == "" {
		b.Fatalf("%s of %d is not refused: %v", a.Kind, a.Amount, err)
	}
	if b.sum() != before {
		b.Fatalf("%s of %d was refused and had an effect", a.Kind, a.Amount)
	}
	return no.Answer
}

func (b *bench) sum() (n int) {
	for _, x := range b.Effects() {
		n += x
	}
	return n
}

func (b *bench) find(a payments.Ask) payments.Answer {
	b.Helper()
	got, err := b.Provider.Find(context.Background(), a)
	if err != nil {
		b.Fatalf("finding %s: %v", a.Kind, err)
	}
	return got
}

// stands holds what the provider says to amounts, and to what it has.
func (b *bench) stands(reference string, authorized, captured, voided, refunded int64) {
	b.Helper()
	got, err := b.Provider.Look(context.Background(), reference)
	if err != nil {
		b.Fatal(err)
	}
	a := got.Amounts
	if a.Authorized != authorized || a.Captured != captured || a.Voided != voided || a.Refunded != refunded || !a.Sound() || got.Currency != "GBP" || got.Reference != reference {
		b.Fatalf("%+v, not %d/%d/%d/%d", got, authorized, captured, voided, refunded)
	}
	if has := b.List()[reference]; has != a {
		b.Fatalf("it says %+v and has %+v", a, has)
	}
}
