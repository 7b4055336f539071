package webhook_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"orderly/internal/connect/webhook"
	"orderly/internal/outbound"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// door counts who connects at all, whatever is said then.
type door struct {
	net.Listener
	opened atomic.Int64
}

func (d *door) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err == nil {
		d.opened.Add(1)
	}
	return c, err
}

// behind serves f at an address of this machine, and counts connections.
func behind(t *testing.T, network, address string, f http.HandlerFunc) (*door, string) {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Skipf("this machine has no %s: %v", address, err)
	}
	d := &door{Listener: l}
	server := &http.Server{Handler: f, ReadHeaderTimeout: time.Minute}
	go server.Serve(d)
	t.Cleanup(func() { server.Close() })
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return d, port
}

func ok(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }

func send(s *webhook.Sender, address string) outbound.Answer {
	return s.Send(context.Background(), address, []string{secret}, webhook.Message{ID: "evt_1_1", Body: []byte(`{}`)}, 1_700_000_000_000_000)
}

// Whatever is written for an address inside, and wherever a name leads to: no
// connection is made. It is counted at the listener, not believed from an error.
//
// Kills: a guard that looks at the text of an address, or at an earlier look-up.
func TestScenarioS29NeverConnectsInside(t *testing.T) {
	any4, port := behind(t, "tcp4", "0.0.0.0:0", ok)
	lookup := func(ips ...string) func(context.Context, string) ([]netip.Addr, error) {
		return func(context.Context, string) ([]netip.Addr, error) {
			var out []netip.Addr
			for _, ip := range ips {
				out = append(out, netip.MustParseAddr(ip))
			}
			return out, nil
		}
	}
	for _, tc := range []struct {
		name, host string
		leads      []string // for names
	}{
		{"loopback", "127.0.0.1", nil},
		{"another loopback", "127.8.8.8", nil},
		{"loopback by name", "localhost", nil},
		{"nowhere", "0.0.0.0", nil},
		{"loopback v6", "[::1]", nil},
		{"mapped", "[::ffff:127.0.0.1]", nil},
		{"mapped in hexadecimal", "[::ffff:7f00:1]", nil},
		{"compatible", "[::127.0.0.1]", nil},
		{"translated", "[64:ff9b::7f00:1]", nil},
		{"six to four", "[2002:7f00:1::]", nil},
		{"decimal", "2130706433", nil},
		{"hexadecimal", "0x7f000001", nil},
		{"octal", "0177.0.0.1", nil},
		{"short", "127.1", nil},
		{"link local", "169.254.169.254", nil},
		{"link local v6", "[fe80::1]", nil},
		{"private", "10.0.0.1", nil},
		{"private", "172.16.0.1", nil},
		{"private", "192.168.0.1", nil},
		{"carrier", "100.64.0.1", nil},
		{"unique local", "[fd00::1]", nil},
		{"a name that leads inside", "inside.example", []string{"127.0.0.1"}},
		{"a name that leads to metadata", "meta.example", []string{"169.254.169.254"}},
		{"a name that leads to both", "both.example", []string{"::1", "127.0.0.1", "::ffff:127.0.0.1", "10.1.2.3"}},
	} {
		for _, scheme := range []string{"http://", "https://"} {
			t.Run(tc.name+" "+scheme, func(t *testing.T) {
				o := webhook.Options{Timeout: 5 * time.Second}
				if tc.leads != nil {
					o.Lookup = lookup(tc.leads...)
				}
				s := webhook.New(o)
				defer s.Close()
				a := send(s, scheme+tc.host+":"+port+"/hook")
				if a.Status != 0 || a.Error == "" || a.Outcome() != outbound.Failed {
					t.Errorf("it answered: %+v", a)
				}
				if strings.Contains(a.Error, "/hook") {
					t.Errorf("the error tells the address: %s", a.Error)
				}
			})
		}
	}
	if n := any4.opened.Load(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
	// The listener does count: with the range named, the same call arrives.
	s := webhook.New(webhook.Options{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	defer s.Close()
	if a := send(s, "http://127.0.0.1:"+port+"/hook"); a.Outcome() != outbound.Taken || any4.opened.Load() != 1 {
		t.Errorf("with the range named: %+v, %d connections", a, any4.opened.Load())
	}
}

// A name that led outside a moment ago and leads inside now is caught where it
// is connected, since that is where it is looked at.
func TestScenarioS29Rebinding(t *testing.T) {
	inside, port := behind(t, "tcp4", "127.0.0.1:0", ok)
	outside, _ := behind(t, "tcp4", "127.0.0.2:"+port, ok)
	var asked atomic.Int64
	s := webhook.New(webhook.Options{
		Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}, // stands for the open internet here
		Lookup: func(context.Context, string) ([]netip.Addr, error) {
			if asked.Add(1) == 1 {
				return []netip.Addr{netip.MustParseAddr("127.0.0.2")}, nil
			}
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		},
	})
	defer s.Close()
	if a := send(s, "http://rebind.example:"+port+"/"); a.Outcome() != outbound.Taken {
		t.Errorf("the first call: %+v", a)
	}
	s.Close() // else the connection is kept
	if a := send(s, "http://rebind.example:"+port+"/"); a.Outcome() != outbound.Failed {
		t.Errorf("after the name has turned: %+v", a)
	}
	if asked.Load() != 2 || inside.opened.Load() != 0 || outside.opened.Load() != 1 {
		t.Errorf("asked %d times; %d connections inside, %d outside", asked.Load(), inside.opened.Load(), outside.opened.Load())
	}
}

func TestRedirectToLoopback(t *testing.T) {
	inside, port := behind(t, "tcp4", "127.0.0.1:0", ok)
	_, first := behind(t, "tcp4", "127.0.0.2:0", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.1:"+port+"/", http.StatusPermanentRedirect)
	})
	s := webhook.New(webhook.Options{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}})
	defer s.Close()
	if a := send(s, "http://127.0.0.2:"+first+"/"); a.Status != 308 || a.Outcome() != outbound.Failed || inside.opened.Load() != 0 {
		t.Errorf("%+v, %d connections", a, inside.opened.Load())
	}
}

// No proxy of the environment connects in our place.
func TestNoProxy(t *testing.T) {
	proxy, port := behind(t, "tcp4", "127.0.0.1:0", ok)
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:"+port)
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:"+port)
	s := webhook.New(webhook.Options{Timeout: time.Second, Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
		Lookup: func(context.Context, string) ([]netip.Addr, error) { return nil, errors.New("no such name") }})
	defer s.Close()
	for _, scheme := range []string{"http://", "https://"} {
		if a := send(s, scheme+"somewhere.example/"); a.Outcome() != outbound.Failed || proxy.opened.Load() != 0 {
			t.Errorf("%+v, %d connections to the proxy", a, proxy.opened.Load())
		}
	}
}

func TestAnswers(t *testing.T) {
	var status int
	var header http.Header
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else nobody notices that the caller is gone
		for name, v := range header {
			w.Header()[name] = v
		}
		switch status {
		case 0:
			panic(http.ErrAbortHandler)
		case -1:
			<-r.Context().Done()
		default:
			w.WriteHeader(status)
			_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
		}
	})
	server := httptest.NewServer(handler)
	defer server.Close()
	now := int64(1_700_000_000_000_000)
	s := webhook.New(webhook.Options{Timeout: 200 * time.Millisecond, Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Now: func() int64 { return now }})
	defer s.Close()
	for _, tc := range []struct {
		status  int
		after   string
		outcome string
		seconds int64
	}{
		{200, "", outbound.Taken, 0}, {204, "", outbound.Taken, 0}, {301, "", outbound.Failed, 0}, {400, "", outbound.Refused, 0}, {404, "", outbound.Failed, 0},
		{410, "", outbound.Gone, 0}, {500, "7", outbound.Failed, 0}, {503, "7", outbound.Failed, 7}, {429, "999999999", outbound.Failed, 86_400}, {429, "-5", outbound.Failed, 0},
		{429, time.UnixMicro(now).Add(90 * time.Second).UTC().Format(http.TimeFormat), outbound.Failed, 90}, {429, "soon", outbound.Failed, 0},
		{0, "", outbound.Failed, 0}, {-1, "", outbound.Failed, 0},
	} {
		status, header = tc.status, http.Header{"Retry-After": {tc.after}}
		a := send(s, server.URL+"/path-with-a-token")
		if a.Outcome() != tc.outcome || a.RetryAfter/1e6 != tc.seconds || strings.Contains(a.Error, "token") || (a.Error == "") != (tc.outcome == outbound.Taken) {
			t.Errorf("%d with %q: %+v is %s", tc.status, tc.after, a, a.Outcome())
		}
	}
}

func TestSign(t *testing.T) {
	m := webhook.Message{ID: "msg_p5jXN8AQM9LWM0D4loKWxJek", Body: []byte(`{"test": 2432232314}`)}
	at := time.Unix(1614265330, 0)
	// The example of the Standard Webhooks specification.
	got, err := webhook.Sign([]string{secret}, m, at)
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want || err != nil {
		t.Errorf("%s %v, want %s", got, err, want)
	}
	other := outbound.SecretText([]byte(strings.Repeat("k", 32)))
	both, err := webhook.Sign([]string{other, secret}, m, at)
	if err != nil || len(strings.Fields(both)) != 2 {
		t.Fatalf("%s %v", both, err)
	}
	for _, each := range []string{secret, other} {
		w, err := standardwebhooks.NewWebhook(each)
		h := http.Header{}
		h.Set("webhook-id", m.ID)
		h.Set("webhook-timestamp", "1614265330")
		h.Set("webhook-signature", both)
		if err != nil || w.VerifyIgnoringTimestamp(m.Body, h) != nil {
			t.Error("one of two secrets does not verify")
		}
	}
	if _, err := webhook.Sign([]string{"whsec_%%"}, m, at); err == nil || strings.Contains(err.Error(), "%") {
		t.Errorf("an unreadable secret: %v", err)
	}
}
