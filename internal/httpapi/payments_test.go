package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/connect/payments"
	"orderly/internal/connect/payments/fake"
	"orderly/internal/desk/admin"
	"orderly/internal/payment"
	"orderly/internal/seal"
	"orderly/internal/store"
	kept "orderly/internal/store/payments"
	"orderly/internal/teller"
)

// provided sets a fake provider up over the API.
func provided(t *testing.T, s *shop) *fake.Provider {
	t.Helper()
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	driver := &fake.Driver{}
	admin.UseSeal(s.Desk, ring)
	teller.Use(s.Desk, map[string]payments.Driver{fake.Kind: driver})
	a := s.post("/v1/providers", map[string]any{"code": "fake", "kind": "fake", "secrets": []any{map[string]any{"name": "signing_secret", "value": "whsec_1"}}}).want(201)
	a.is("events_path", "/v1/providers/fake/events", "active", true)
	if strings.Contains(string(a.body), "whsec_1") || strings.Contains(string(s.get("/v1/providers").want(200).body), "whsec_1") {
		t.Error("a secret is shown")
	}
	s.post("/v1/providers", map[string]any{"code": "fake", "kind": "fake", "active": true}).want(200)
	s.post("/v1/providers", map[string]any{"code": "other", "kind": "fake"}).problem(422, "invalid", "/secrets/signing_secret missing")
	s.post("/v1/providers", map[string]any{"code": "other", "kind": "gold"}).problem(422, "invalid", "/kind unknown_kind")
	return driver.Of("whsec_1")
}

// settle carries out what is open.
func settle(t *testing.T, s *shop) {
	t.Helper()
	var open []payment.Intent
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		open, err = kept.OpenIntents(r, 100)
		return err
	})
	for _, x := range open {
		if err == nil {
			err = teller.Carry(context.Background(), s.Desk, s.Scope.Merchant, x.ID)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// event sends what a provider tells.
func tells(s *shop, at string, body []byte, header http.Header) int {
	r := httptest.NewRequest(http.MethodPost, at, strings.NewReader(string(body)))
	r.Header = header.Clone()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Code
}

// An order's money over the API, from the first look to the last refund.
func TestPayments(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		p := provided(t, s)
		s.Goods("MUG", catalog.Backorder, "A", 50)
		at := "/v1/orders/" + s.post("/v1/orders", smallest("A-1", "MUG", 3)).want(201).text("id")
		n, _ := s.get(at).want(200).at("totals/total").(json.Number).Int64()
		total := int(n)
		s.get(at+"/payments").want(200).is("data", "[]", "due", total, "channel/captured", 0)

		s.post(at+"/payments", map[string]any{"tender": "card"}).problem(422, "invalid", "/begin unknown_begin", "/provider missing")
		s.post(at+"/payments", map[string]any{"tender": "card", "provider": "fake", "begin": "authorize", "source": "4242 4242 4242 4242"}).problem(422, "invalid", "/source card_number")
		s.post(at+"/payments", map[string]any{"tender": "card", "provider": "none", "begin": "link"}).problem(409, "no_such_provider")
		s.post(at+"/payments?dry_run=true", map[string]any{"tender": "cash", "amount": "1"}).want(200).is("totals/paid", 100, "payment/state", "captured", "dry_run", true)
		s.post(at+"/payments", map[string]any{"tender": "cash", "amount": "1", "reference": "till 1"}).want(201).is("totals/paid", 100, "payment/tender", "cash", "payment/actions/0", "refund")

		card := map[string]any{"tender": "card", "provider": "fake", "begin": "authorize", "source": "tok_1"}
		s.post(at+"/payments?dry_run=true", card).want(200).is("payment/amount", total-100)
		made := s.post(at+"/payments", card).want(201).is("payment/state", "pending", "payment/effects/0/state", "pending", "payment/amount", total-100)
		pay := "/v1/payments/" + made.text("payment/id")
		s.post(at+"/payments", card).problem(409, "nothing_due")
		s.post(pay+"/capture", nil).problem(409, "not_yet_known")
		settle(t, s)
		s.get(pay).want(200).is("state", "authorized", "capturable", total-100, "actions/0", "capture", "actions/1", "void")

		s.post(pay+"/capture?dry_run=true", map[string]any{"amount": "5"}).want(200).is("dry_run", true, "capturable", total-600)
		s.get(pay).want(200).is("capturable", total-100)
		s.post(pay+"/capture", map[string]any{"amount": "999999"}).problem(409, "more_than_authorized")
		s.post(pay+"/capture", map[string]any{"amount": "0"}).problem(422, "invalid", "/amount out_of_range")
		s.post(pay+"/capture", nil).want(201).is("effects/1/kind", "capture", "effects/1/amount", total-100, "capturable", 0)
		settle(t, s)
		s.get(at).want(200).is("payment_status", "paid", "totals/paid", total)
		s.post(pay+"/void", nil).problem(409, "not_voidable")
		s.post("/v1/payments/pay_0pmnqh2000400/void", nil).problem(404, "no_such_payment")

		s.post(at+"/refunds?dry_run=true", map[string]any{"amount": "2", "tenders": []any{"cash", "card"}}).want(200).is("gives/0/tender", "cash", "gives/0/amount", 100, "gives/1/amount", 100, "totals/refunded", 100)
		s.post(at+"/refunds", map[string]any{"amount": "2", "tenders": []any{"cash", "card"}}).want(201).is("totals/refunded", 100)
		settle(t, s)
		s.get(at).want(200).is("totals/refunded", 200, "payment_status", "partially_refunded")
		s.post(pay+"/refund", nil).want(201).is("refundable", 0)
		settle(t, s)
		s.get(at).want(200).is("payment_status", "refunded", "totals/refunded", total)
		s.get(at+"/payments").want(200).is("data/1/state", "refunded", "due", total)

		bodies, headers := p.Told(time.UnixMicro(s.DB.Now()))
		if code := tells(s, "/v1/providers/fake/events", bodies[0], nil); code != 401 {
			t.Errorf("an unsigned event is answered %d", code)
		}
		for i := len(bodies) - 1; i >= 0; i-- { // late, backwards and twice
			for range 2 {
				if code := tells(s, "/v1/providers/fake/events", bodies[i], headers[i]); code != 200 {
					t.Errorf("event %d is answered %d", i, code)
				}
			}
		}
		s.get(at).want(200).is("payment_status", "refunded", "totals/refunded", total, "totals/paid", total)
	})
}

// Any order of some events, with repeats, ends equal through the API.
func TestScenarioS15EventsInAnyOrder(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		p := provided(t, s)
		s.Goods("MUG", catalog.Backorder, "A", 500)
		amounts := []payment.Amounts{{Authorized: 900}, {Authorized: 900, Captured: 900}, {Authorized: 900, Captured: 900, Refunded: 250}, {Failed: true}}
		for n, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 2, 3, 1, 0}, {1, 3, 0, 2, 1}, {3, 3, 0, 2, 1}} {
			ref := "pi_" + string(rune('a'+n))
			at := "/v1/orders/" + s.post("/v1/orders", smallest(ref, "MUG", 1)).want(201).text("id")
			adopt := func() {
				s.post(at+"/payments", map[string]any{"tender": "card", "amount": "9", "provider": "fake", "begin": "adopt", "reference": ref}).want(201)
			}
			for i, k := range order {
				if i == n%3 {
					adopt()
				}
				body := fake.Body(payment.Event{ID: ref + string(rune('0'+k)), Reference: ref, Currency: s.get(at).text("currency"), Amounts: amounts[k]})
				if code := tells(s, "/v1/providers/fake/events", body, p.Sign(body, time.UnixMicro(s.DB.Now()))); code != 200 {
					t.Fatalf("answered %d", code)
				}
			}
			s.get(at+"/payments").want(200).is("data/0/state", "partially_refunded", "data/0/captured", 900, "data/0/refunded", 250)
			s.get(at).want(200).is("totals/paid", 900, "totals/refunded", 250)
		}
		s.get("/v1/queues/payments").want(200).is("data", "[]")
	})
}
