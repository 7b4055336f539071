package certificate

import (
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Redirect sends readers from plain HTTP to the same address over HTTPS. What
// is written is refused instead: a program that sent a key in the clear must
// notice it, not be helped along. port is that of HTTPS, "" or "443" for none.
func Redirect(port string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "This server is reached by HTTPS: begin the address with https://", http.StatusBadRequest)
			return
		}
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		host = strings.Trim(host, "[]")
		switch {
		case port != "" && port != "443":
			host = net.JoinHostPort(host, port)
		case strings.Contains(host, ":"):
			host = "[" + host + "]"
		}
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusPermanentRedirect)
	})
}

// Strict tells browsers to come by HTTPS alone from now on, for so long.
func Strict(next http.Handler, age time.Duration) http.Handler {
	if age <= 0 {
		return next
	}
	value := "max-age=" + strconv.Itoa(int(age.Seconds()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", value)
		next.ServeHTTP(w, r)
	})
}
