// Package shell is what every page of the back office shares: who asks, what
// they may, the frame around a page, and how a failure is told.
//
// What belongs here: routes, the visit (one request), sessions in cookies, the
// headers that keep a page from being used against its reader, the layout, the
// palette, live updates. What does not: any page about a thing (the rooms
// beside hold those), components (ui) and texts (text).
//
// A room is a package with Routes() []shell.Route. A route's Do parses, calls
// the desk or a reader by way of its Visit, and renders a component; it holds
// no rule of the business.
package shell

import (
	"log/slog"
	"net/http"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/live"
	"orderly/internal/web/ui"
)

// MaxFormBytes bounds what a form may send; uploads have limits of their own.
const MaxFormBytes = 1 << 20

// Route is one page or act.
type Route struct {
	Method, Path string
	Needs        access.Permission // "" lets every signed-in user in
	Public       bool              // nobody needs to be signed in
	Login        bool              // of the person, whichever merchant they work at, and if none lets them in
	MaxBytes     int64             // of the request's body; MaxFormBytes when 0
	Do           func(*Visit) error
}

// Options of the pages.
type Options struct {
	Log      *slog.Logger
	Version  string
	Draining func() bool
	Demo     bool // says so on every page
}

// Shell serves the routes of all rooms. It is safe for concurrent use.
type Shell struct {
	desk    *desk.Desk
	opts    Options
	hub     *live.Hub
	mux     *http.ServeMux
	origins *http.CrossOriginProtection
	routes  []Route
}

// New makes a shell around the desk.
func New(d *desk.Desk, hub *live.Hub, o Options) *Shell {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Draining == nil {
		o.Draining = func() bool { return false }
	}
	s := &Shell{desk: d, opts: o, hub: hub, mux: http.NewServeMux(), origins: http.NewCrossOriginProtection()}
	s.mux.Handle("GET "+ui.Root, ui.Assets())
	s.Add(
		Route{Method: "GET", Path: "/live", Do: s.stream},
		Route{Method: "GET", Path: "/palette", Do: palette},
		Route{Method: "GET", Path: "/keys", Do: shortcuts},
		Route{Method: "GET", Path: "/ui", Do: showcase},
	)
	return s
}

// Add serves routes.
func (s *Shell) Add(routes ...Route) {
	for _, r := range routes {
		s.routes = append(s.routes, r)
		s.mux.Handle(r.Method+" "+r.Path, s.serve(&r))
	}
}

// Routes are all that were added, for tests that walk them.
func (s *Shell) Routes() []Route { return s.routes }

func (s *Shell) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := s.mux.Handler(r); pattern == "" {
		s.serve(&Route{Public: true, Do: nothingHere})(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// partial reports whether only the main part is wanted: a request from within
// the frame, not a page restored from the history.
func partial(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-History-Restore-Request") == ""
}

// beside reports whether the answer goes to a part of a page: a failure is then
// told in the page that is there.
func beside(r *http.Request) bool {
	return partial(r) && !strings.HasPrefix(r.Header.Get("HX-Target"), "main")
}
