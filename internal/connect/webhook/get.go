package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"orderly/internal/outbound"
)

// Limits of a list that is fetched.
const (
	GetTimeout   = 60 * time.Second // with the whole answer
	maxRedirects = 3
)

// Got is a list that was fetched.
type Got struct {
	Body     []byte
	Modified string // what the answer says of when it was made; empty where it does not
}

// Get fetches at most so many bytes. A secret goes in the named header, and to
// no host but the one that was named. Redirects are followed to open addresses,
// three times, each looked at like the first.
func (s *Sender) Get(ctx context.Context, address, header, secret string, most int64) (Got, error) {
	ctx, cancel := context.WithTimeout(ctx, GetTimeout)
	defer cancel()
	first, err := url.Parse(address)
	if err != nil {
		return Got{}, errors.New("the address cannot be called")
	}
	at := first
	for range maxRedirects + 1 {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
		if err != nil {
			return Got{}, errors.New("the address cannot be called")
		}
		r.Header.Set("User-Agent", s.o.Agent)
		if header != "" && at.Host == first.Host && at.Scheme == first.Scheme {
			r.Header.Set(header, secret)
		}
		next, got, err := s.get(r, most)
		if err != nil || next == nil {
			return got, err
		}
		at = next
	}
	return Got{}, fmt.Errorf("more than %d redirects", maxRedirects)
}

// get makes one call: it gives what was answered, or where it leads to.
func (s *Sender) get(r *http.Request, most int64) (*url.URL, Got, error) {
	c := s.secure
	if outbound.Plain(r.URL.String()) {
		c = s.plain
	}
	answer, err := c.Do(r)
	if err != nil {
		return nil, Got{}, errors.New(short(err))
	}
	defer answer.Body.Close()
	if to, err := answer.Location(); answer.StatusCode >= 300 && answer.StatusCode < 400 && err == nil {
		return to, Got{}, nil
	}
	if answer.StatusCode != http.StatusOK {
		return nil, Got{}, errors.New("answered " + strconv.Itoa(answer.StatusCode) + " " + http.StatusText(answer.StatusCode))
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, most+1))
	switch {
	case err != nil:
		return nil, Got{}, errors.New(short(err))
	case int64(len(body)) > most:
		return nil, Got{}, fmt.Errorf("more than %d MB", most>>20)
	}
	return nil, Got{Body: body, Modified: answer.Header.Get("Last-Modified")}, nil
}
