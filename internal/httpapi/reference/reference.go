// Package reference serves the API reference that people read at /docs.
//
// What belongs here: the page, the viewer it shows the OpenAPI document with
// (vendored in assets, see VENDORED.md), and the headers both are served with.
// What does not: the OpenAPI document, which the API itself serves, and any
// word about a single operation, which belongs beside that operation.
//
// The page asks nothing of the network but its own host: no fonts, no
// telemetry, no proxy for requests that are tried out. The configuration in
// page/frame.js turns all of that off, the Content-Security-Policy makes the
// browser refuse it, and a test in a real browser watches for it.
package reference

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
)

// Root is where the handler expects to be mounted, with and without a slash at
// the end. The addresses in the page begin with it.
const Root = "/docs"

// policy allows scripts, styles and requests of this host alone. The viewer
// writes style elements, hence 'unsafe-inline' for styles; no script is inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; " +
	"img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

//go:embed page/page.html
var pageSource string

//go:embed page/frame.js
var frameScript []byte

//go:embed page/frame.css
var frameStyle []byte

// viewer is @scalar/api-reference, compressed as it is stored.
//
//go:embed assets/scalar.js.gz
var viewer []byte

// Handler serves the reference of the OpenAPI document at specURL, to be
// mounted at Root and at Root with a slash. It is public: it needs no key to
// read, and shows what the document at specURL shows.
//
// specURL is a path on this host, such as /openapi.json, because the policy of
// the page lets the browser fetch nothing from elsewhere. Handler panics on
// anything else, as http.ServeMux does on a pattern that cannot be served.
func Handler(specURL string) http.Handler {
	if !strings.HasPrefix(specURL, "/") || strings.HasPrefix(specURL, "//") {
		panic(fmt.Sprintf("reference: document address %q must be a path on this host, such as /openapi.json", specURL))
	}
	script := newAsset("text/javascript; charset=utf-8", frameScript)
	style := newAsset("text/css; charset=utf-8", frameStyle)
	scalar := newCompressedAsset("text/javascript; charset=utf-8", viewer)
	page := newAsset("text/html; charset=utf-8", render(pageData{
		Spec:   specURL,
		Script: Root + "/frame.js?v=" + script.version,
		Style:  Root + "/frame.css?v=" + style.version,
		Viewer: Root + "/scalar.js?v=" + scalar.version,
	}))
	mux := http.NewServeMux()
	mux.Handle("GET "+Root, page)
	mux.Handle("GET "+Root+"/{$}", page)
	mux.Handle("GET "+Root+"/frame.js", script)
	mux.Handle("GET "+Root+"/frame.css", style)
	mux.Handle("GET "+Root+"/scalar.js", scalar)
	return guarded(mux)
}

type pageData struct{ Spec, Script, Style, Viewer string }

func render(data pageData) []byte {
	var b bytes.Buffer
	// Both the template and the data are fixed when the program starts, and the
	// tests render them, so an error here can only be a broken build.
	if err := template.Must(template.New("page").Parse(pageSource)).Execute(&b, data); err != nil {
		panic(fmt.Sprintf("reference: render the page: %v", err))
	}
	return b.Bytes()
}

// guarded puts the strict headers on every answer, refusals included.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}
