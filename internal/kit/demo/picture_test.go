package demo_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"orderly/internal/kit/demo"
)

func TestPicturesAreServedBesideTheAPI(t *testing.T) {
	h := demo.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/picture/MUG-0001-SGE.svg", http.StatusOK},
		{"HEAD", "/picture/MUG-0001-SGE.svg", http.StatusOK},
		{"GET", "/picture/%3Cscript%3E.svg", http.StatusOK},
		{"GET", "/picture/MUG-0001-SGE.png", http.StatusNotFound},
		{"GET", "/picture/.svg", http.StatusNotFound},
		{"GET", "/picture/" + strings.Repeat("M", 100) + ".svg", http.StatusNotFound},
		{"GET", "/v1/orders", http.StatusTeapot},
		{"GET", "/", http.StatusTeapot},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.status {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, w.Code, c.status)
		}
		if w.Code != http.StatusOK {
			continue
		}
		body := w.Body.String()
		if !strings.HasPrefix(body, "<svg ") || strings.Contains(body, "<script") {
			t.Errorf("%s: %.80s", c.path, body)
		}
		for header, want := range map[string]string{
			"Content-Type": "image/svg+xml", "Content-Security-Policy": "default-src 'none'; sandbox",
			"X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=86400, immutable",
		} {
			if got := w.Header().Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", c.path, header, got, want)
			}
		}
	}
}
