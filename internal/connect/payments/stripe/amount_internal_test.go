package stripe

import (
	"net/http"
	"testing"
	"time"

	"orderly/internal/payment"

	"pgregory.net/rapid"
)

func TestAmounts(t *testing.T) {
	for _, x := range []struct {
		currency                    string
		amount, nearest, most, back int64
	}{
		{"EUR", 1234, 1234, 1234, 1234}, {"JPY", 500, 500, 500, 500}, {"KWD", 5123, 5120, 5120, 5120}, {"KWD", 5125, 5130, 5120, 5130}, {"BHD", 4, 0, 0, 0},
		{"ISK", 5, 500, 500, 5}, {"UGX", 1000, 100000, 100000, 1000}, {"MGA", 12349, 123, 123, 12300}, {"MGA", 12350, 124, 123, 12400}, {"EUR", 0, 0, 0, 0}, {"EUR", -5, 0, 0, 0},
	} {
		if n, m, b := nearest(x.currency, x.amount), most(x.currency, x.amount), ours(x.currency, nearest(x.currency, x.amount)); n != x.nearest || m != x.most || b != x.back {
			t.Errorf("%s %d: nearest %d, most %d, back %d", x.currency, x.amount, n, m, b)
		}
	}
}

// What can be moved is never more than was asked for, and comes back as it is.
func TestAmountsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]string{"EUR", "JPY", "KWD", "TND", "ISK", "UGX", "MGA", "IQD"}).Draw(t, "currency")
		n := rapid.Int64().Draw(t, "amount")
		if m := ours(c, most(c, n)); m > max(0, n) || m < 0 {
			t.Fatalf("%s: %d moves %d", c, n, m)
		}
		if m := ours(c, nearest(c, n)); most(c, m) != nearest(c, n) {
			t.Fatalf("%s: what was charged (%d) cannot be moved whole", c, m)
		}
	})
}

// Whatever is sent, it is read as an event or refused, and what is read can be
// kept.
func FuzzEvents(f *testing.F) {
	f.Add(`{"id":"evt_1","type":"payment_intent.succeeded","created":1,"data":{"object":{"object":"payment_intent","id":"pi_1","currency":"gbp","amount_received":5,"metadata":{"orderly_payment":"pay_0pmnqh2000400"}}}}`)
	f.Add(`{"id":"evt_2","type":"charge.refunded","data":{"object":{"object":"charge","payment_intent":{"id":"pi_1"}}}}`)
	f.Add(`{"id":"evt_3","type":"checkout.session.expired","data":{"object":{"object":"checkout.session","payment_intent":null,"amount_total":5,"currency":"ugx","metadata":null}}}`)
	f.Add(`{"data":{"object":{"object":"dispute","payment_intent":[1]}}}`)
	p := &Provider{signing: []string{"whsec_1"}}
	f.Fuzz(func(t *testing.T, body string) {
		var w wire
		list, err := p.Events(http.Header{}, []byte(body), time.Unix(0, 0))
		if err == nil || list != nil {
			t.Fatal("unsigned")
		}
		if read(body, &w) != nil {
			return
		}
		if e, ok := translate(&w); ok && (e.Reference == "" && e.Payment == 0 || e.Amounts.Join(payment.Amounts{}) != e.Amounts || !e.Amounts.Sound()) {
			t.Fatalf("%+v", e)
		}
	})
}
