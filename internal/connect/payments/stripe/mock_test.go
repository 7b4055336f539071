package stripe_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"orderly/internal/connect/payments"
	"orderly/internal/connect/payments/stripe"
	"orderly/internal/payment"
)

// mock starts Stripe's own mock, which holds every question to the description
// of its API and keeps nothing. Without it the test is skipped visibly.
func mock(t *testing.T) string {
	t.Helper()
	path, err := exec.Command("go", "tool", "-modfile="+moduleRoot(t)+"/tools/go.mod", "-n", "stripe-mock").Output()
	if err != nil {
		skipVisibly(t, "stripe-mock", err)
	}
	plain, tls := free(t), free(t)
	cmd := exec.Command(strings.TrimSpace(string(path)), "-http-addr", plain, "-https-addr", tls) // without the second it listens everywhere
	if err := cmd.Start(); err != nil {
		skipVisibly(t, "stripe-mock", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for range 200 {
		if c, err := net.DialTimeout("tcp", plain, time.Second); err == nil {
			_ = c.Close()
			return "http://" + plain
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("stripe-mock does not answer")
	return ""
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// skipVisibly skips a test that this machine cannot run, and says so where a
// run of all tests can be told from one of half of them.
func skipVisibly(t *testing.T, what string, err error) {
	t.Helper()
	if path := os.Getenv("ORDERLY_TEST_REPORT"); path != "" {
		info, _ := debug.ReadBuildInfo()
		f, failed := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
		if failed == nil {
			_, failed = f.WriteString("skip " + what + " " + strings.TrimSuffix(info.Path, ".test") + "\n")
			failed = errors.Join(failed, f.Close())
		}
		if failed != nil {
			t.Error(failed)
		}
	}
	t.Skipf("SKIP: %v", err)
}

// faithful notes the answers that say a question was no question of Stripe's.
type faithful struct {
	t    *testing.T
	seen map[string]int
}

func (f *faithful) RoundTrip(r *http.Request) (*http.Response, error) {
	got, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		f.seen[r.Method+" "+strings.TrimRight(r.URL.Path, "0123456789")]++
		if got.StatusCode != http.StatusOK {
			why, _ := io.ReadAll(got.Body)
			f.t.Errorf("%s %s: %s: %s", r.Method, r.URL, got.Status, why)
		}
	}
	return got, err
}

// Whatever the driver asks, Stripe's own description of its API takes. The mock
// answers with samples, so what follows from them is not looked at.
func TestAsksAsStripeDescribes(t *testing.T) {
	f := &faithful{t, map[string]int{}}
	p, err := (&stripe.Driver{URL: mock(t), Transport: f}).Open(map[string]string{"secret_key": "sk_test_123", "signing_secret": "whsec_1", "return_address": "https://shop.example/"})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if _, err := p.Check(ctx); err != nil {
		t.Error(err)
	}
	for i, kind := range []string{payment.Authorize, payment.Link, payment.Capture, payment.Void, payment.Refund} {
		for _, now := range []bool{true, false} {
			for _, ref := range []string{"pi_1", ""} {
				if ref == "" && (kind == payment.Capture || kind == payment.Refund) {
					continue
				}
				a := ask(kind, ref, 1000, int64(i))
				a.AtOnce, a.Keeps, a.Page = now, now, "cs_1"
				if kind == payment.Link {
					a.Page = ""
				}
				_, _ = p.Do(ctx, a)   // what its samples mean is not looked at
				_, _ = p.Find(ctx, a) // nor here
			}
		}
	}
	if got, err := p.Look(ctx, "pi_1"); err != nil || got.Reference == "" || got.Currency == "" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := p.Look(ctx, "cs_1"); err != nil && !errors.Is(err, payments.ErrUnknown) {
		t.Error(err)
	}
	if len(f.seen) < 9 {
		t.Error(fmt.Sprint("few ways were asked: ", f.seen))
	}
}
