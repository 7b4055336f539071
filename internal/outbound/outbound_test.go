package outbound_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/outbound"
)

func codes(l *fault.List) (out []string) {
	for _, f := range l.Fields() {
		out = append(out, f.Code)
	}
	return out
}

func TestCheckAddress(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.com/hook?x=1": "", "https://example.com:8443": "", "http://10.0.0.1/hook": "", "https://[2001:db8::1]/": "", "https://a_b.example.com./": "", "https://xn--bcher-kva.example/": "",
		"": "invalid_url", "example.com": "invalid_url", "ftp://example.com": "invalid_url", "https://": "invalid_url", "https:example.com": "invalid_url", "https://a:b@example.com/": "invalid_url",
		"https://example.com/#top": "invalid_url", "https://exa mple.com/": "invalid_url", "https://example.com/\n": "invalid_url",
		"https://2130706433/": "invalid_host", "https://0x7f000001/": "invalid_host", "https://0177.0.0.1/": "invalid_host", "https://127.1/": "invalid_host", "https://a.0x1/": "invalid_host",
		"https://bücher.example/": "invalid_host", "https://a..b/": "invalid_host", "https://[fe80::1%25eth0]/": "invalid_host",
		"https://example.com/" + strings.Repeat("x", 500): "too_long",
	} {
		var l fault.List
		outbound.CheckAddress("/url", address, &l)
		if got := strings.Join(codes(&l), ","); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

func FuzzCheckAddress(f *testing.F) {
	f.Add("https://example.com/")
	f.Add("https://[::1]:8/")
	f.Fuzz(func(t *testing.T, address string) {
		var l fault.List
		outbound.CheckAddress("/url", address, &l)
		if l.Len() == 0 && !strings.HasPrefix(strings.ToLower(address), "http") {
			t.Errorf("%q is taken", address)
		}
		outbound.Literal(address)
	})
}

func TestCheck(t *testing.T) {
	e := outbound.Endpoint{Name: "ERP", Address: "https://example.com", Types: []string{"order.placed", "order.plcaed", "*"}}
	var l fault.List
	e.Check(journal.Types, &l)
	f := l.Fields()
	if len(f) != 1 || f[0].Pointer != "/types/1" || !strings.Contains(f[0].Message, "order.placed") || !strings.Contains(f[0].Message, "parcel.shipped") {
		t.Errorf("%+v", f)
	}
	l = fault.List{}
	(&outbound.Endpoint{Address: "x"}).Check(journal.Types, &l)
	if got := codes(&l); !slices.Equal(got, []string{"invalid_text", "invalid_url", "missing"}) {
		t.Errorf("all at once: %v", got)
	}
	if got := outbound.Tidy([]string{"b", "a", "b"}); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%v", got)
	}
	if got := outbound.Tidy([]string{"b", "*"}); !slices.Equal(got, []string{"*"}) {
		t.Errorf("%v", got)
	}
}

func TestCheckSecret(t *testing.T) {
	text := func(n int) string { return outbound.SecretText(make([]byte, n)) }
	for secret, ok := range map[string]bool{
		text(24): true, text(32): true, text(64): true, text(23): false, text(65): false, "": false,
		strings.TrimPrefix(text(32), "whsec_"): false, "whsec_" + base64.RawURLEncoding.EncodeToString(make([]byte, 32)): false, text(32) + "\n": false,
	} {
		var l fault.List
		outbound.CheckSecret("/secret", secret, &l)
		if (l.Len() == 0) != ok {
			t.Errorf("%q: %v", secret, codes(&l))
		}
	}
}

// Ten attempts in about 75 hours, as Standard Webhooks proposes.
func TestSchedule(t *testing.T) {
	var all, late time.Duration
	for i := int64(1); i < outbound.MaxAttempts; i++ {
		all += outbound.Wait(i, 0)
		late += outbound.Wait(i, 1)
		if i > 1 && outbound.Wait(i, 0) <= outbound.Wait(i-1, 1) {
			t.Errorf("the rest after attempt %d is not longer", i)
		}
	}
	if all != 75*time.Hour+35*time.Minute+5*time.Second || late > all*11/10 {
		t.Errorf("from %s to %s", all, late)
	}
}

func minutes(n int64) int64 { return n * time.Minute.Microseconds() }

func delivery(seq, subject int64) outbound.Delivery {
	return outbound.Delivery{ID: outbound.DeliveryID(seq), What: outbound.Entry, Seq: seq, Kind: "ord", Subject: subject, State: outbound.Waiting}
}

// A later entry of an object is never tried before an earlier one has left, in
// whatever state the endpoint is, and no more than a batch is tried at once.
func TestPickKeepsTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := int64(1000)
		var list []outbound.Delivery
		for i := range rapid.IntRange(0, 120).Draw(t, "n") {
			d := delivery(int64(i+1), rapid.Int64Range(1, 20).Draw(t, "subject"))
			d.NextAt = rapid.SampledFrom([]int64{0, 999, 1000, 1001, 5000}).Draw(t, "next")
			d.Attempts = rapid.Int64Range(0, 9).Draw(t, "attempts")
			if rapid.IntRange(0, 9).Draw(t, "ping") == 0 {
				d.What, d.Subject, d.Kind = outbound.Ping, d.Seq, "dlv"
			}
			list = append(list, d)
		}
		shuffled := rapid.Permutation(list).Draw(t, "order")
		h := outbound.Health{Misses: rapid.Int64Range(0, 5).Draw(t, "misses"), HoldUntil: rapid.SampledFrom([]int64{0, 2000}).Draw(t, "hold")}
		open := rapid.Bool().Draw(t, "open")
		n := 0
		for _, chain := range outbound.Pick(shuffled, &h, open, now) {
			for i, d := range chain {
				n++
				if d.NextAt > now && !h.Down() || d.What != outbound.Ping && (!open || h.HoldUntil > now) {
					t.Fatalf("%+v is tried too early", d)
				}
				for _, other := range list {
					if other.Kind == d.Kind && other.Subject == d.Subject && other.Seq < d.Seq && !slices.ContainsFunc(chain[:i], func(x outbound.Delivery) bool { return x.Seq == other.Seq }) {
						t.Fatalf("%d is tried before %d", d.Seq, other.Seq)
					}
				}
			}
		}
		if n > outbound.Batch || h.Down() && !slices.ContainsFunc(list, func(d outbound.Delivery) bool { return d.What == outbound.Ping }) && n > 1 {
			t.Fatalf("%d are tried at once", n)
		}
		if next := outbound.NextAt(list, &h, open, now); n == 0 && next <= now {
			t.Fatalf("nothing is tried, and it is looked at again at %d", next)
		}
	})
}

func TestHealth(t *testing.T) {
	var h outbound.Health
	no, yes, refused := outbound.Answer{Status: 500, Error: "x"}, outbound.Answer{Status: 200}, outbound.Answer{Status: 422, Error: "x"}
	for range 20 {
		h.Note(refused, minutes(1), 0)
	}
	if h.Down() || h.FailingSince != minutes(1) {
		t.Errorf("one that refuses is not down: %+v", h)
	}
	h.Note(no, minutes(2), 0)
	h.Note(no, minutes(2), 0)
	if h.Down() {
		t.Error("down after two failures")
	}
	h.Note(no, minutes(2), 0)
	if !h.Down() || h.HoldUntil != minutes(2)+5e6 {
		t.Errorf("after three failures: %+v", h)
	}
	for range 30 {
		h.Note(no, minutes(3), 1)
	}
	if h.HoldUntil != minutes(63) {
		t.Errorf("it is asked again after %d minutes", h.HoldUntil/minutes(1)-3)
	}
	days := func(n int64) int64 { return minutes(n * 24 * 60) }
	if h.Hopeless(days(5)) || !h.Hopeless(days(5)+minutes(1)) {
		t.Error("hopeless at another time than five days after the first failure")
	}
	h.Note(yes, days(6), 0)
	if h.Down() || h.Hopeless(days(9)) || h.HoldUntil != 0 || h.TakenAt != days(6) || h.Taken != 1 || h.Failures != 53 {
		t.Errorf("when it takes something: %+v", h)
	}
	h.Note(outbound.Answer{Status: 503, Error: "x", RetryAfter: minutes(600)}, days(6), 0)
	if h.HoldUntil != days(6)+minutes(600) || h.Down() {
		t.Errorf("asked for a rest: %+v", h)
	}
}

// While an endpoint takes nothing at all nothing is given up.
func TestGivenUpOnlyWhileItLives(t *testing.T) {
	no, refused := outbound.Answer{Status: 500, Error: "x"}, outbound.Answer{Status: 422, Error: "x"}
	d := delivery(1, 1)
	for i := range 50 {
		d.Note(no, false, minutes(int64(i)), 0)
	}
	if d.State != outbound.Waiting || d.Attempts != 50 {
		t.Errorf("%+v", d)
	}
	d.Note(no, true, minutes(51), 0)
	if d.State != outbound.GivenUp {
		t.Errorf("%+v", d)
	}
	d = delivery(1, 1)
	for d.State == outbound.Waiting {
		d.Note(refused, false, 0, 0)
	}
	if d.State != outbound.GivenUp || d.Attempts != outbound.MaxAttempts {
		t.Errorf("refused: %+v", d)
	}
	p := outbound.Delivery{What: outbound.Ping, State: outbound.Waiting}
	p.Note(no, false, 0, 0)
	if p.State != outbound.GivenUp {
		t.Error("a ping is tried twice")
	}
}
