package certificate_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"orderly/internal/certificate"
)

// Kills: an address that no browser opens; a write that is helped along.
func TestRedirect(t *testing.T) {
	for _, tc := range []struct{ port, method, host, want string }{
		{"", "GET", "shop.test", "https://shop.test/orders?q=a"},
		{"443", "GET", "shop.test:80", "https://shop.test/orders?q=a"},
		{"8443", "GET", "shop.test:8080", "https://shop.test:8443/orders?q=a"},
		{"", "GET", "[2001:db8::1]:80", "https://[2001:db8::1]/orders?q=a"},
		{"", "GET", "[2001:db8::1]", "https://[2001:db8::1]/orders?q=a"},
		{"8443", "HEAD", "[2001:db8::1]", "https://[2001:db8::1]:8443/orders?q=a"},
		{"", "POST", "shop.test", ""},
	} {
		r := httptest.NewRequest(tc.method, "/orders?q=a", nil)
		r.Host = tc.host
		w := httptest.NewRecorder()
		certificate.Redirect(tc.port).ServeHTTP(w, r)
		if got := w.Header().Get("Location"); got != tc.want || (w.Code == http.StatusBadRequest) != (tc.want == "") {
			t.Errorf("%+v: %d to %q", tc, w.Code, got)
		}
	}
}
