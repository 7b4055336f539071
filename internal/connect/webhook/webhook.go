// Package webhook calls addresses outside under a guard that never connects to
// an address inside: endpoints by one signed POST, lists by a GET.
//
// What belongs here: the message's form (CloudEvents 1.0), its signature
// (Standard Webhooks 1.0), the guard, timeouts and limits. What does not: what
// is sent to whom and when (connect/deliver) and what an answer means (outbound).
//
// Nothing here logs, and no error tells an address beyond its host: many carry a
// secret in their path.
package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"orderly/internal/outbound"
)

// Limits of one call.
const (
	Timeout      = 15 * time.Second
	maxBody      = 128 << 10 // of what we send
	maxAnswer    = 4 << 10   // of what is read of an answer, which nobody looks at
	maxErrorText = 200
)

// ContentType is that of a message.
const ContentType = "application/cloudevents+json; charset=utf-8"

// Options say how a sender calls. The zero value is right for the open internet.
type Options struct {
	Agent   string         // what it is called in User-Agent
	Private []netip.Prefix // ranges inside that may be called, also without TLS
	Timeout time.Duration  // of one call; Timeout when zero
	Now     func() int64   // microseconds; for what Retry-After names by date

	// Lookup finds the addresses of a name; nil for the machine's own way. It
	// decides nothing: what is connected to is looked at when it is connected.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
}

// Sender calls endpoints. It is safe for concurrent use.
type Sender struct {
	o             Options
	secure, plain *http.Client
}

// New makes a sender.
func New(o Options) *Sender {
	if o.Timeout == 0 {
		o.Timeout = Timeout
	}
	if o.Now == nil {
		o.Now = func() int64 { return 0 }
	}
	return &Sender{o: o, secure: client(&o, guard(o.Private)), plain: client(&o, within(o.Private))}
}

// Close ends connections that wait for the next call.
func (s *Sender) Close() {
	s.secure.CloseIdleConnections()
	s.plain.CloseIdleConnections()
}

// Message is one thing to send.
type Message struct {
	ID   string // the same at every try
	Body []byte
}

// Send makes one call, signed with each of the secrets at an instant. Whatever
// happens is an answer.
func (s *Sender) Send(ctx context.Context, address string, secrets []string, m Message, now int64) outbound.Answer {
	began := time.UnixMicro(now)
	signature, err := Sign(secrets, m, began)
	if err == nil && len(m.Body) > maxBody {
		err = fmt.Errorf("the message has %d bytes; at most %d are sent", len(m.Body), maxBody)
	}
	if err != nil {
		return outbound.Answer{Error: short(err)}
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(m.Body))
	if err != nil {
		return outbound.Answer{Error: "the address cannot be called"}
	}
	r.Header.Set("Content-Type", ContentType)
	r.Header.Set("User-Agent", s.o.Agent)
	r.Header.Set(standardwebhooks.HeaderWebhookID, m.ID)
	r.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(began.Unix(), 10))
	r.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	c := s.secure
	if outbound.Plain(address) {
		c = s.plain
	}
	got, err := c.Do(r)
	if err != nil {
		return outbound.Answer{Error: short(err)}
	}
	defer got.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(got.Body, maxAnswer)) // so that the connection serves again
	a := outbound.Answer{Status: int64(got.StatusCode)}
	if got.StatusCode < 200 || got.StatusCode >= 300 {
		a.Error = "answered " + strconv.Itoa(got.StatusCode) + " " + http.StatusText(got.StatusCode)
	}
	if got.StatusCode >= 300 && got.StatusCode < 400 {
		a.Error += ": redirects are not followed; change the address"
	}
	if got.StatusCode == http.StatusTooManyRequests || got.StatusCode == http.StatusServiceUnavailable {
		a.RetryAfter = s.retryAfter(got.Header.Get("Retry-After"))
	}
	return a
}

// Sign is the header that proves a message, with a signature for each secret.
func Sign(secrets []string, m Message, at time.Time) (string, error) {
	var out []string
	for _, secret := range secrets {
		w, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			return "", errors.New("a secret cannot be read") // the library's error would tell of it
		}
		one, err := w.Sign(m.ID, at, m.Body)
		if err != nil {
			return "", err
		}
		out = append(out, one)
	}
	return strings.Join(out, " "), nil
}

// retryAfter reads seconds or a date, as microseconds from now.
func (s *Sender) retryAfter(text string) int64 {
	wait := int64(0)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		wait = min(max(n, 0), int64(outbound.MaxRetryAfter/time.Second)) * int64(time.Second/time.Microsecond)
	} else if at, err := http.ParseTime(text); err == nil && s.o.Now() > 0 {
		wait = max(at.UnixMicro()-s.o.Now(), 0)
	}
	return min(wait, outbound.MaxRetryAfter.Microseconds())
}

// short is what is told of a failure: without the address, which *url.Error has
// in full.
func short(err error) string {
	for _, known := range []error{errInside, errPlain} {
		if errors.Is(err, known) {
			return known.Error() // without where the name leads to
		}
	}
	var u *url.Error
	if errors.As(err, &u) {
		if u.Timeout() {
			return "no answer in time"
		}
		err = u.Err
	}
	text := strings.ToValidUTF8(err.Error(), "?")
	if len(text) > maxErrorText {
		text = strings.ToValidUTF8(text[:maxErrorText], "")
	}
	return strings.ReplaceAll(text, "\x00", "?")
}

// Event is a message in the JSON form of CloudEvents 1.0.
type Event struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"`
	Type            string          `json:"type"`
	Subject         string          `json:"subject,omitempty"`
	Time            string          `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	Data            json.RawMessage `json:"data"`
}

// Encode gives the message of an event.
func Encode(e Event) (Message, error) {
	e.SpecVersion, e.DataContentType = "1.0", "application/json"
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(e)
	return Message{ID: e.ID, Body: bytes.TrimSuffix(b.Bytes(), []byte("\n"))}, err
}
