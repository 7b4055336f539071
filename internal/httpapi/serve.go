package httpapi

import (
	"context"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"orderly/internal/fault"
	"orderly/internal/httpapi/reference"
)

// serve is what every request passes, whatever route it is for: an id, safe
// headers, the version of the API, one shape for every refusal, metrics, and
// the net under a panic.
func (a *api) serve(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		c := &call{api: a, id: requestID(r.Header.Get("X-Request-Id"))}
		c.r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
		c.ctx = c.r.Context()
		out := &answer{ResponseWriter: w, call: c}
		c.w = out
		defer func() {
			if p := recover(); p != nil {
				out.panicked(p)
			}
			a.meter.observe(c.pattern(), out.status, time.Since(start))
		}()
		h := w.Header()
		h.Set("X-Request-Id", c.id)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		h.Set("Orderly-Version", Version)
		if err := admissible(r); err != nil {
			c.refuse(out, err)
			return
		}
		mux.ServeHTTP(out, c.r)
	})
}

// admissible refuses what no route can serve.
func admissible(r *http.Request) error {
	if v := r.Header.Get("Orderly-Version"); v != "" && v != Version {
		return fault.New(fault.Invalid, "unknown_version", "this server speaks Orderly-Version %s, not %.40q", Version, v)
	}
	return checkText(r.URL)
}

// answer notes the status of an answer. Where the mux itself refuses, in plain
// text, it writes a problem instead.
type answer struct {
	http.ResponseWriter
	call    *call
	status  int
	swallow bool // the mux's own text
}

func (w *answer) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	if status >= http.StatusBadRequest && w.call.r.Pattern == "" && !w.swallow {
		if err := muxRefusal(status, w.call.r, w.Header().Get("Allow")); err != nil {
			w.swallow = true
			w.call.refuse(&answerAsIs{w}, err)
			return
		}
	}
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *answer) Write(b []byte) (int, error) {
	if w.swallow {
		return len(b), nil
	}
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *answer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// answerAsIs writes past the interception of an answer.
type answerAsIs struct{ *answer }

func (w *answerAsIs) WriteHeader(status int) {
	w.answer.status = status
	w.answer.ResponseWriter.WriteHeader(status)
}

func (w *answerAsIs) Write(b []byte) (int, error) { return w.answer.ResponseWriter.Write(b) }

func muxRefusal(status int, r *http.Request, allow string) error {
	switch status {
	case http.StatusNotFound:
		return fault.New(fault.NotFound, "no_such_route", "there is nothing at %.200q; /docs lists what there is", r.URL.Path)
	case http.StatusMethodNotAllowed:
		return fault.New(fault.Invalid, "method_not_allowed", "%.20s is not for %.200q; use %s", r.Method, r.URL.Path, allow)
	}
	return nil
}

// panicked answers what a bug has left unanswered.
func (w *answer) panicked(p any) {
	if p == http.ErrAbortHandler {
		panic(p)
	}
	c := w.call
	c.api.log.Error("panic", "request_id", c.id, "route", c.pattern(), "panic", p, "stack", string(debug.Stack()))
	if w.status == 0 {
		c.refuse(w, fault.New(fault.Internal, "internal", ""))
	}
}

// beside gives to the pages what is not the API's. Addresses that neither
// knows are the API's below /v1, where programs look, and the pages' elsewhere.
func (a *api) beside(api http.Handler, pages http.Handler) http.Handler {
	if pages == nil {
		return api
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ours(r.URL.Path) {
			api.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// ours reports whether an address is the API's, its document's or that of
// machines that watch.
func ours(path string) bool {
	for _, p := range [...]string{"/openapi.json", "/healthz", "/readyz", "/metrics", reference.Root} {
		if path == p {
			return true
		}
	}
	return strings.HasPrefix(path, "/v1/") || path == "/v1" || strings.HasPrefix(path, reference.Root+"/")
}
