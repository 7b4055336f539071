// Package standin is a server that answers as Stripe does, for tests: it keeps
// payments, remembers idempotency keys, counts what it really did for each, and
// can lose answers, break, refuse, and tell of things.
//
// What belongs here: Stripe as the driver meets it. What does not: anything
// that a shop uses.
package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stripe/stripe-go/v85/webhook"

	"orderly/internal/connect/payments/fake"
	"orderly/internal/payment"
)

// The secrets that it takes.
const (
	Key     = "sk_test_standin"
	Signing = "whsec_standin"
)

// Faults beside those of the fake, one for one changing call.
const (
	Broken      fake.Fault = 100 + iota // 500 before anything was done
	BrokenAfter                         // 500 after it was done, and so for ever under that key
	Busy                                // 429
	LockedOut                           // 401
)

// Server is the stand-in. Open starts it.
type Server struct {
	URL string

	// OnePart is an account whose payments cannot be captured in parts.
	OnePart bool

	// Now tells the time in seconds; the machine's when nil.
	Now func() int64

	mu       sync.Mutex
	srv      *httptest.Server
	intents  map[string]*intent
	pages    map[string]*page
	keys     map[string]stored
	effects  map[string]int
	calls    map[string]int
	faults   []fake.Fault
	told     [][]byte
	serial   int
	inOrder  []string // ids of intents, the oldest first
	pageList []string
}

// stored is an answer that is given again for its key.
type stored struct {
	form   string
	status int
	body   []byte
}

// Open starts a stand-in; Close ends it.
func Open() *Server {
	s := &Server{intents: map[string]*intent{}, pages: map[string]*page{}, keys: map[string]stored{}, effects: map[string]int{}, calls: map[string]int{}}
	s.srv = httptest.NewServer(s)
	s.srv.Config.SetKeepAlivesEnabled(false) // else a client asks again by itself when a kept connection breaks
	s.URL = s.srv.URL
	return s
}

// Close ends the server.
func (s *Server) Close() { s.srv.Close() }

// Secrets are what a shop is set up with.
func Secrets() map[string]string {
	return map[string]string{"secret_key": Key, "signing_secret": Signing, "return_address": "https://shop.example/thanks"}
}

// Next has the next changing calls go wrong, one each; 0 lets one pass.
func (s *Server) Next(f ...fake.Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f...)
}

// Forget is a day later: no key is remembered.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = map[string]stored{}
}

// Effects counts, by key, how often something was really done.
func (s *Server) Effects() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	for k, n := range s.effects {
		out[k] = n
	}
	return out
}

// Calls counts changing calls by key.
func (s *Server) Calls(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[key]
}

// Told are the events so far, the oldest first, as bodies and their headers.
func (s *Server) Told(now time.Time) (bodies [][]byte, headers []http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.told {
		bodies, headers = append(bodies, b), append(headers, Sign(b, now, Signing))
	}
	return bodies, headers
}

// Sign gives the header of a body, by each of the secrets.
func Sign(body []byte, now time.Time, secrets ...string) http.Header {
	text := "t=" + strconv.FormatInt(now.Unix(), 10)
	for _, secret := range secrets {
		text += fmt.Sprintf(",v1=%x", webhook.ComputeSignature(now, body, secret))
	}
	return http.Header{"Stripe-Signature": {text}}
}

// List is every payment that it holds, by its name, in Stripe's count.
func (s *Server) List() map[string]payment.Amounts {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]payment.Amounts{}
	for id, x := range s.intents {
		out[id] = x.amounts()
	}
	return out
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = r.ParseForm()
	if r.Header.Get("Authorization") != "Bearer "+Key {
		answer(w, 401, failure("invalid_request_error", "", "Invalid API Key"))
		return
	}
	if r.Method == http.MethodGet {
		status, body := s.read(r)
		answer(w, status, body)
		return
	}
	s.change(w, r)
}

// change brings about what is asked for, once for each key.
func (s *Server) change(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get("Idempotency-Key")
	form := r.URL.Path + "?" + r.PostForm.Encode()
	s.calls[key]++
	f := fake.Fault(0)
	if len(s.faults) > 0 {
		f, s.faults = s.faults[0], s.faults[1:]
	}
	switch f {
	case fake.LostBefore:
		panic(http.ErrAbortHandler)
	case Broken:
		answer(w, 500, failure("api_error", "", "broken"))
		return
	case Busy:
		answer(w, 429, failure("invalid_request_error", "rate_limit", "too many"))
		return
	case LockedOut:
		answer(w, 401, failure("invalid_request_error", "", "revoked"))
		return
	}
	old, seen := s.keys[key]
	if seen && old.form != form {
		answer(w, 400, failure("idempotency_error", "", "Keys for idempotent requests can only be used with the same parameters"))
		return
	}
	if !seen {
		old = stored{form: form}
		if f == fake.Refuses {
			old.status, old.body = 402, encode(failure("card_error", "card_declined", "Your card was declined."))
		} else {
			var body map[string]any
			if old.status, body = s.do(r); old.status == 200 {
				s.effects[key]++
			}
			old.body = encode(body)
		}
		if f == BrokenAfter {
			old.status, old.body = 500, encode(failure("api_error", "", "broken"))
		}
		if key != "" {
			s.keys[key] = old
		}
	}
	if f == fake.LostAfter {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(old.status)
	_, _ = w.Write(old.body)
}

func answer(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(encode(body))
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func failure(typ, code, text string) map[string]any {
	e := map[string]any{"type": typ, "message": text}
	if code != "" {
		e["code"] = code
	}
	return map[string]any{"error": e}
}

func refuse(code string) (int, map[string]any) {
	return 400, failure("invalid_request_error", code, strings.ReplaceAll(code, "_", " "))
}

func missing() (int, map[string]any) {
	return 404, failure("invalid_request_error", "resource_missing", "No such thing")
}

// tell adds an event of an object as it is now.
func (s *Server) tell(typ string, object map[string]any) {
	s.told = append(s.told, encode(map[string]any{
		"id": "evt_" + strconv.Itoa(len(s.told)+1), "object": "event", "type": typ, "api_version": "2020-08-27", "created": s.clock(), "data": map[string]any{"object": object},
	}))
}

func (s *Server) clock() int64 {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now().Unix()
}

func (s *Server) next(prefix string) string {
	s.serial++
	return prefix + "_" + strconv.Itoa(s.serial)
}

func amountOf(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64) // what is no number is none
	return n
}
