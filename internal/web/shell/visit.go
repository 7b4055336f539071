package shell

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/web/text"
)

// Visit is one request on its way through a page. It belongs to the goroutine
// that serves it.
type Visit struct {
	W http.ResponseWriter
	R *http.Request

	Scope    access.Scope
	Signed   *admin.Signed // nil on public pages
	Merchant merchants.Merchant
	Profile  merchants.Profile // of the merchant
	*text.Voice

	channels map[string]string // labels by code, read when a page first shows one

	ID    string // of the request, for the log
	Nonce string

	place int64 // in the merchant's journal, read before anything of the page is

	shell *Shell
	route *Route
	ctx   context.Context //nolint:containedctx // the request's own
}

// Context carries the voice for templates and ends with the request.
func (v *Visit) Context() context.Context { return v.ctx }

// Desk is the counter at which acts are done.
func (v *Visit) Desk() *desk.Desk { return v.shell.desk }

// Read runs f on one snapshot of the visitor's merchant. What f gathered is
// rendered after it has returned.
func (v *Visit) Read(f func(*store.Reader) error) error {
	return v.shell.desk.DB.Read(v.ctx, v.Scope, f)
}

// Log tells the operator of a failure that the visitor need not know of.
func (v *Visit) Log(what string, err error) {
	v.shell.opts.Log.Warn(what, "request_id", v.ID, "page", v.route.Path, "error", err)
}

// May reports whether the visitor holds a permission, for what a page offers.
func (v *Visit) May(p access.Permission) bool { return v.Scope.May(p) }

// Path is a part of the route's pattern.
func (v *Visit) Path(name string) string { return plain(v.R.PathValue(name)) }

// Query is a parameter of the address, trimmed and bounded.
func (v *Visit) Query(name string) string { return clip(v.R.URL.Query().Get(name)) }

// Form is a field of the form, trimmed and bounded.
func (v *Visit) Form(name string) string { return clip(plain(v.R.PostFormValue(name))) }

// FormInt is a whole number of the form; 0 and a fault when it is none.
func (v *Visit) FormInt(name string, faults *fault.List) int64 {
	text := v.Form(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(text, " ", ""), 10, 64)
	if err != nil {
		faults.Add("/"+name, "invalid_number", "%s", v.T("shell.not_a_number"))
	}
	return n
}

// maxText bounds one field; longer ones are cut, and the desk refuses what is
// too long for it with a sentence.
const maxText = 20_000

func clip(s string) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD"))
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	return s
}

// ReadOwn runs f on one snapshot of the merchant at which the visitor signs in:
// what is theirs whichever merchant they work at.
func (v *Visit) ReadOwn(f func(*store.Reader) error) error {
	return v.shell.desk.DB.Read(v.ctx, v.Signed.Home().Scope, f)
}

// DoOwn carries out a command on what is the visitor's own, wherever they work.
func DoOwn[C any](v *Visit, op *desk.Operation[C], cmd C) (desk.Result, error) {
	scope := v.Signed.Home().Scope
	scope.Cause = v.ID
	return desk.One(v.ctx, v.shell.desk, op, scope, cmd, v.options(op.Name))
}

// Do carries out one command. A field "idempotency_key" of the form makes a
// double submit harmless: the second gets the first one's result.
func Do[C any](v *Visit, op *desk.Operation[C], cmd C) (desk.Result, error) {
	return desk.One(v.ctx, v.shell.desk, op, v.Scope, cmd, v.options(op.Name))
}

// DoAll carries out many commands, each with its own result.
func DoAll[C any](v *Visit, op *desk.Operation[C], cmds []C) ([]desk.Result, error) {
	return desk.Do(v.ctx, v.shell.desk, op, v.Scope, cmds, v.options(op.Name))
}

// Preview tells what Do would answer, and changes nothing.
func Preview[C any](v *Visit, op *desk.Operation[C], cmd C) (desk.Result, error) {
	got, err := desk.Preview(v.ctx, v.shell.desk, op, v.Scope, []C{cmd})
	if err != nil {
		return desk.Result{}, err
	}
	return got[0], got[0].Err
}

func (v *Visit) options(name string) desk.Options {
	key := v.Form("idempotency_key")
	if key == "" || len(key) > 100 {
		return desk.Options{}
	}
	h := sha256.New()
	h.Write([]byte(v.R.URL.Path + "?" + v.R.PostForm.Encode())) // sorted by name
	return desk.Options{Key: key, Route: "page " + name, Hash: h.Sum(nil)}
}

// NewKey is an idempotency key for a form.
func (v *Visit) NewKey() string { return rand.Text() }

// EditVersion is the version that the visitor's form was made from.
func (v *Visit) EditVersion() *int64 {
	n, err := strconv.ParseInt(v.Form("edit_version"), 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

// Page answers with a page of the frame: all of it, or its main part when a
// link within the frame asks.
func (v *Visit) Page(title string, body templ.Component) error {
	return v.page(http.StatusOK, title, body)
}

func (v *Visit) page(status int, title string, body templ.Component) error {
	if v.Merchant.ID == 0 { // nobody's pages: no navigation either
		return v.bare(status, title, body)
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "HX-Request")
	v.W.WriteHeader(status)
	if partial(v.R) {
		return inner(v, title, body).Render(v.ctx, v.W)
	}
	return frame(v, title, body).Render(v.ctx, v.W)
}

// Bare answers with a page without the frame: sign-in, public pages.
func (v *Visit) Bare(title string, body templ.Component) error {
	return v.bare(http.StatusOK, title, body)
}

// BareAgain answers a form without the frame that has faults, status 422.
func (v *Visit) BareAgain(title string, body templ.Component) error {
	return v.bare(http.StatusUnprocessableEntity, title, body)
}

func (v *Visit) bare(status int, title string, body templ.Component) error {
	if partial(v.R) { // out of the frame: the whole page is to change
		v.W.Header().Set("HX-Redirect", v.R.URL.RequestURI())
		v.W.WriteHeader(http.StatusOK)
		return nil
	}
	v.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.W.WriteHeader(status)
	return bare(v, title, body).Render(v.ctx, v.W)
}

// Part answers with a piece of a page.
func (v *Visit) Part(body templ.Component) error {
	v.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	return body.Render(v.ctx, v.W)
}

// Again answers a form that has faults with its page, status 422.
func (v *Visit) Again(title string, body templ.Component) error {
	return v.page(http.StatusUnprocessableEntity, title, body)
}

// Toast is a sentence that the next page shows for a moment.
func (v *Visit) Toast(text string) { v.setFlash("good", text) }

// Warn is a sentence that the next page shows for a moment: what did not work.
func (v *Visit) Warn(text string) { v.setFlash("bad", text) }

// Go sends the visitor on after an act (303), so that a reload repeats nothing.
func (v *Visit) Go(address string) error {
	http.Redirect(v.W, v.R, address, http.StatusSeeOther)
	return nil
}

// Leave sends the visitor to a page outside the frame, or back into it from
// there: the whole page changes.
func (v *Visit) Leave(address string) error {
	if partial(v.R) {
		v.W.Header().Set("HX-Redirect", address)
		v.W.WriteHeader(http.StatusOK)
		return nil
	}
	return v.Go(address)
}

// zone is where the visitor is: as the profile says, else the merchant's.
func zoneOf(signed *admin.Signed, m *merchants.Merchant) *time.Location {
	if signed != nil && signed.User.Zone != "" {
		if z, err := time.LoadLocation(signed.User.Zone); err == nil {
			return z
		}
	}
	return m.Location()
}
