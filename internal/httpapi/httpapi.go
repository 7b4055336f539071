// Package httpapi is the JSON API: routes, what goes over the wire, and the
// OpenAPI document that both are made from.
//
// What belongs here: parsing a request, calling the desk or a reader, and
// rendering the answer; one file a resource and one wire file each. What does
// not: any rule of the business, SQL, and screens for people (web).
//
// routes.go lists every route. A route's Go types are its schema: the document
// at /openapi.json is made from the same declaration that serves, so the two
// cannot differ.
package httpapi

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"

	"orderly/internal/desk"
	"orderly/internal/httpapi/reference"
	"orderly/internal/live"
)

// Limits of one request.
const (
	MaxBodyBytes   = 1 << 20
	MaxHeaderBytes = 32 << 10
	DefaultLimit   = 50  // rows of a page
	MaxLimit       = 250 // rows of a page
	MaxBatch       = desk.MaxBatch
)

// Version is the date of this API's shape, as the Orderly-Version header says it.
const Version = "2026-11-23"

// Options of the API.
type Options struct {
	Version string       // of the program, shown in the document
	Log     *slog.Logger // errors that callers see only as a number; discarded when nil

	// RatePerSecond is how many requests each key may make in a second, with
	// bursts of ten seconds' worth; 0 sets no limit.
	RatePerSecond int

	// Draining reports that the process is stopping: /readyz then says 503
	// while requests are still served. Nil means never.
	Draining func() bool

	// Metrics are shown at /metrics beside the API's own.
	Metrics []prometheus.Collector

	// Hub tells what changes; pages share it. One of its own when nil.
	Hub *live.Hub

	// Pages answer what the API does not: the back office. Nil for none, and
	// the root leads to the reference then.
	Pages http.Handler
}

// api is what handlers share. It is safe for concurrent use.
type api struct {
	desk     *desk.Desk
	log      *slog.Logger
	draining func() bool
	huma     huma.API
	keys     keyring
	places   places
	rates    *rates
	meter    *meter
	hub      *live.Hub
}

func init() {
	huma.DefaultArrayNullable = false // a list here is empty, never null
}

// New makes the handler of the API, its document, its reference page, and the
// addresses that machines watch: /healthz, /readyz and /metrics.
func New(d *desk.Desk, o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.Draining == nil {
		o.Draining = func() bool { return false }
	}
	if o.Hub == nil {
		o.Hub = live.New(d)
	}
	a := &api{desk: d, log: o.Log, draining: o.Draining, rates: newRates(o.RatePerSecond), meter: newMeter(d, o.Metrics), hub: o.Hub}
	a.meter.watch(a.hub)
	mux := http.NewServeMux()
	a.huma = humago.New(mux, a.config(o.Version))
	a.routes()
	document := a.document()
	if o.Pages == nil {
		mux.Handle("GET /{$}", http.RedirectHandler(reference.Root, http.StatusFound))
	}
	mux.Handle("GET /openapi.json", document)
	mux.Handle("GET "+reference.Root, reference.Handler("/openapi.json"))
	mux.Handle("GET "+reference.Root+"/", reference.Handler("/openapi.json"))
	mux.HandleFunc("GET /healthz", a.healthz)
	mux.HandleFunc("GET /readyz", a.readyz)
	mux.Handle("GET /metrics", a.meter.handler())
	return a.beside(a.serve(mux), o.Pages)
}

// Server gives a handler the timeouts and header limits that strangers need.
// Its caller sets where to listen.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: MaxHeaderBytes,
	}
}
