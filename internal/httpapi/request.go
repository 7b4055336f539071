package httpapi

import (
	"errors"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/httpapi/body"
	"orderly/internal/ident"
)

const (
	jsonType   = "application/json"
	ndjsonType = "application/x-ndjson"
)

// buffers holds the bytes of bodies between requests.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 8<<10); return &b }}

// maxPooled is the largest buffer that is kept for the next request.
const maxPooled = 256 << 10

// body reads the whole body, at most MaxBodyBytes. done gives the bytes back:
// what is to live longer must have been copied.
func (c *call) body() (text []byte, done func(), err error) {
	if err := c.checkContentType(); err != nil {
		return nil, nil, err
	}
	tooLarge := fault.New(fault.TooLarge, "body_too_large", "the body is larger than %d bytes; send less at a time", MaxBodyBytes)
	if c.r.ContentLength > MaxBodyBytes {
		c.w.Header().Set("Connection", "close")
		return nil, nil, tooLarge
	}
	p := buffers.Get().(*[]byte)
	b, err := readAll((*p)[:0], http.MaxBytesReader(c.w, c.r.Body, MaxBodyBytes))
	done = func() {
		if cap(b) <= maxPooled {
			*p = b
			buffers.Put(p)
		}
	}
	if err == nil {
		return b, done, nil
	}
	done()
	var most *http.MaxBytesError
	switch {
	case errors.As(err, &most):
		return nil, nil, tooLarge
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, nil, fault.New(fault.Invalid, body.Code, "the body ended before its announced length")
	}
	return nil, nil, fault.Wrap(err, fault.Invalid, body.Code, "the body could not be read to its end")
}

func readAll(b []byte, r io.Reader) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

func (c *call) checkContentType() error {
	given := c.r.Header.Get("Content-Type")
	if given == "" || given == jsonType {
		return nil
	}
	kind, _, err := mime.ParseMediaType(given)
	if err == nil && (kind == jsonType || strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json")) {
		return nil
	}
	if err == nil && kind == ndjsonType && c.route.ndjson {
		c.kind = ndjsonType
		return nil
	}
	want := jsonType
	if c.route.ndjson {
		want += " or " + ndjsonType
	}
	return fault.New(fault.Invalid, "unsupported_media_type", "send the body as %s, not %.80q", want, given)
}

// checkText refuses what no parameter can hold: text that is not UTF-8, or NUL.
func checkText(u *url.URL) error {
	sound := func(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }
	query := u.RawQuery
	if strings.ContainsRune(query, '%') {
		var err error
		if query, err = url.QueryUnescape(query); err != nil {
			return fault.New(fault.Invalid, "invalid_text_encoding", "the query has a broken %% escape")
		}
	}
	if !sound(u.Path) || !sound(query) {
		return fault.New(fault.Invalid, "invalid_text_encoding", "the address holds text that is not UTF-8, or a NUL")
	}
	return nil
}

// requestID keeps the caller's own id when it is harmless, or makes one.
func requestID(given string) string {
	if given != "" && len(given) <= 64 && strings.IndexFunc(given, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
	}) < 0 {
		return given
	}
	return ident.Text("req", int64(rand.Uint64()>>1))
}

// idempotencyKey reads the header of that name.
func idempotencyKey(h http.Header) (string, error) {
	key := h.Get("Idempotency-Key")
	if len(key) > 255 || strings.IndexFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
		return "", fault.New(fault.Invalid, "invalid_header", "an Idempotency-Key is 1 to 255 visible ASCII characters without spaces")
	}
	return key, nil
}
