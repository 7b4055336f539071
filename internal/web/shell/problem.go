package shell

import (
	"errors"
	"net/http"
	"net/url"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
)

// statuses are the HTTP statuses of faults on pages.
var statuses = map[fault.Kind]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.Denied: http.StatusForbidden, fault.Unknown: http.StatusUnauthorized, fault.TooLarge: http.StatusRequestEntityTooLarge,
	fault.Unavailable: http.StatusServiceUnavailable, fault.Internal: http.StatusInternalServerError,
}

// Faults are what was wrong with a form, by the field's pointer without its
// slash. The message of what has no field is under "".
type Faults map[string]string

// FaultsOf takes a refusal of the desk apart for a form. ok is false when err
// is no refusal that a form can show: return it then.
func FaultsOf(err error) (f Faults, ok bool) {
	var e *fault.Error
	if !errors.As(err, &e) {
		return nil, false
	}
	switch e.Kind {
	case fault.Invalid, fault.Conflict, fault.NotFound, fault.TooLarge:
	default:
		return nil, false
	}
	f = Faults{}
	for _, x := range e.Fields {
		name := trimSlash(x.Pointer)
		if f[name] == "" {
			f[name] = x.Message
		}
	}
	if len(f) == 0 {
		f[""] = e.Message
	}
	return f, true
}

func trimSlash(pointer string) string {
	if pointer != "" && pointer[0] == '/' {
		return pointer[1:]
	}
	return pointer
}

// Stale reports whether somebody else edited the thing meanwhile.
func Stale(err error) bool { return fault.CodeOf(err) == "edited_meanwhile" }

// problem is what a page says of a failure.
type problem struct {
	Title, Text string
	Fields      []fault.Field
	ID          string
	Choose      bool // another merchant, not the first page
}

// tell answers a failure: as a page, or beside what asked for it.
func (v *Visit) tell(err error) {
	kind := fault.KindOf(err)
	if kind == fault.Unknown && !v.route.Public {
		v.signInFirst()
		return
	}
	if errors.Is(err, admin.ErrNoStanding) && partial(v.R) {
		v.W.Header().Set("HX-Redirect", PlacesPath)
		v.W.WriteHeader(http.StatusOK)
		return
	}
	if kind == fault.Internal {
		v.shell.opts.Log.Error("a page failed", "request_id", v.ID, "page", v.route.Path, "error", err)
	}
	if kind == fault.Unavailable {
		v.W.Header().Set("Retry-After", "1")
	}
	p := v.problemOf(err)
	body := problemPage(v, p)
	var failed error
	switch {
	case beside(v.R):
		v.W.Header().Set("HX-Retarget", "#notices")
		v.W.Header().Set("HX-Reswap", "innerHTML")
		v.W.Header().Set("Content-Type", "text/html; charset=utf-8")
		v.W.WriteHeader(statuses[kind])
		failed = problemNotice(p).Render(v.ctx, v.W)
	case v.Signed != nil:
		failed = v.page(statuses[kind], p.Title, body)
	default:
		failed = v.bare(statuses[kind], p.Title, body)
	}
	if failed != nil {
		v.shell.opts.Log.Debug("a failure could not be told", "request_id", v.ID, "error", failed)
	}
}

func (v *Visit) problemOf(err error) problem {
	p := problem{Title: v.T("problem.title"), ID: v.ID, Choose: errors.Is(err, admin.ErrNoStanding)}
	var e *fault.Error
	switch errors.As(err, &e); fault.KindOf(err) {
	case fault.NotFound:
		p.Title, p.Text = v.T("problem.not_found"), v.T("problem.not_found_text")
	case fault.Denied:
		p.Title, p.Text = v.T("problem.denied"), e.Message
	case fault.Unavailable:
		p.Title, p.Text = v.T("problem.unavailable"), v.T("problem.unavailable_text")
	case fault.Internal:
		p.Title, p.Text = v.T("problem.internal"), v.T("problem.internal_text")
	default:
		p.Text, p.Fields = e.Message, e.Fields
	}
	return p
}

func nothingHere(*Visit) error {
	return fault.New(fault.NotFound, "no_such_page", "there is nothing here")
}

func escape(s string) string { return url.QueryEscape(s) }

func unescape(s string) (string, error) { return url.QueryUnescape(s) }
