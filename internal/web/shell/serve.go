package shell

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/proxy"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/web/text"
)

// SessionCookie names the cookie of a session. Over TLS it has the prefix that
// makes a browser take it from this host alone.
const SessionCookie = "orderly_session"

// serve is what every request passes, whatever page it is for.
func (s *Shell) serve(route *Route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out := newAnswer(w, r)
		v := &Visit{W: out, R: r, ID: rand.Text()[:12], Nonce: rand.Text(), shell: s, route: route, Voice: text.Of(r.Context()), ctx: r.Context()}
		defer out.close()
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.opts.Log.Error("panic", "request_id", v.ID, "page", route.Path, "panic", p, "stack", string(debug.Stack()))
				if !out.begun {
					v.tell(fault.New(fault.Internal, "internal", ""))
				}
			}
		}()
		v.headers()
		err := s.admit(v)
		if err == nil {
			err = route.Do(v)
		}
		if err != nil && !out.begun {
			v.tell(err)
		}
	}
}

// headers keep the page from being framed, sniffed, cached or scripted by
// anybody but us.
func (v *Visit) headers() {
	h := v.W.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+v.Nonce+"'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "+
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; font-src 'self'; manifest-src 'self'; media-src 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), publickey-credentials-get=(self), publickey-credentials-create=(self)")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Request-Id", v.ID)
}

// admit finds out who asks and whether they may.
func (s *Shell) admit(v *Visit) error {
	limit := v.route.MaxBytes
	if limit == 0 {
		limit = MaxFormBytes
	}
	v.R.Body = http.MaxBytesReader(v.W, v.R.Body, limit)
	if err := s.origins.Check(v.R); err != nil {
		return fault.New(fault.Denied, "cross_origin", "this request came from another site; open the page here and try again")
	}
	if err := v.tidy(); err != nil {
		return err
	}
	v.speak()
	if err := s.who(v); err != nil {
		return err
	}
	if err := v.merchant(); err != nil {
		return err
	}
	v.speak()
	if err := v.here(); err != nil {
		return err
	}
	if v.route.Needs != "" {
		return v.Scope.Require(v.route.Needs)
	}
	return nil
}

// who takes the session's cookie. A public page takes it too, if it is there.
func (s *Shell) who(v *Visit) error {
	c, err := v.R.Cookie(v.cookieName())
	if err != nil || c.Value == "" {
		return v.strange(fault.New(fault.Unknown, "signed_out", "please sign in"))
	}
	signed, err := admin.SessionOf(v.ctx, s.desk.DB, c.Value)
	if errors.Is(err, admin.ErrNoStanding) && v.route.Login {
		v.Signed, v.Scope = &signed, access.Scope{Cause: v.ID} // no merchant, and so nothing to read
		return nil
	}
	if err != nil {
		return v.strange(err)
	}
	v.Signed, v.Scope = &signed, signed.Scope
	v.Scope.Cause = v.ID
	return nil
}

// strange lets who is not signed in to public pages only.
func (v *Visit) strange(err error) error {
	if !v.route.Public || fault.KindOf(err) != fault.Unknown && !errors.Is(err, admin.ErrNoStanding) {
		return err
	}
	v.Scope = access.Scope{Cause: v.ID}
	return nil
}

// merchant reads whose pages these are; on public pages, of nobody.
func (v *Visit) merchant() error {
	if v.Scope.Merchant == 0 {
		return nil
	}
	return v.Read(func(r *store.Reader) (err error) {
		if v.place, err = r.EntrySeq(); err != nil {
			return err
		}
		if v.Merchant, err = merchants.Get(r, v.Scope.Merchant); err == nil {
			v.Profile, err = merchants.ProfileOf(r)
		}
		return err
	})
}

// As makes a public page one of a merchant, once it is known whose it is.
func (v *Visit) As(scope access.Scope) error {
	scope.Cause = v.ID
	v.Scope = scope
	if err := v.merchant(); err != nil {
		return err
	}
	v.speak()
	return nil
}

func (v *Visit) speak() {
	locale := ""
	if v.Signed != nil {
		locale = v.Signed.User.Locale
	}
	if locale == "" && v.Profile.EditVersion > 0 {
		locale = v.Profile.Locale
	}
	if locale == "" {
		locale = preferred(v.R.Header.Get("Accept-Language"))
	}
	v.Voice = text.NewVoice(locale, zoneOf(v.Signed, &v.Merchant), time.UnixMicro(v.shell.desk.DB.Now()))
	v.ctx = text.With(v.R.Context(), v.Voice)
}

// preferred is the first language that a browser asks for.
func preferred(accept string) string {
	for i := range len(accept) {
		if accept[i] == ',' || accept[i] == ';' {
			return accept[:i]
		}
	}
	return accept
}

func (v *Visit) cookieName() string {
	if v.Secure() {
		return "__Host-" + SessionCookie
	}
	return SessionCookie
}

// Secure reports whether the browser speaks TLS, to us or to a proxy in front
// that is believed.
func (v *Visit) Secure() bool {
	return proxy.Secure(v.R)
}

// Origin is where the browser has the page open: what a passkey is for, and where
// addresses begin that are shown to be used elsewhere.
func (v *Visit) Origin() string {
	if v.Secure() {
		return "https://" + v.R.Host
	}
	return "http://" + v.R.Host
}

// SignIn gives the browser a session's token; an empty one takes it away.
func (v *Visit) SignIn(token string, until time.Time) {
	c := &http.Cookie{Name: v.cookieName(), Value: token, Path: "/", HttpOnly: true, Secure: v.Secure(), SameSite: http.SameSiteLaxMode, Expires: until}
	if token == "" {
		c.MaxAge, c.Expires = -1, time.Time{}
	}
	http.SetCookie(v.W, c)
}

// Token is the visitor's session token, "" for none.
func (v *Visit) Token() string {
	if c, err := v.R.Cookie(v.cookieName()); err == nil {
		return c.Value
	}
	return ""
}

// Address is where the visitor comes from, for throttling and the list of
// sessions.
func (v *Visit) Address() string {
	host, _, err := net.SplitHostPort(v.R.RemoteAddr)
	if err != nil {
		return v.R.RemoteAddr
	}
	return host
}

// signInFirst sends a stranger to the sign-in page and back after it.
func (v *Visit) signInFirst() {
	to := "/signin"
	if v.R.Method == http.MethodGet && !partial(v.R) && v.R.URL.Path != "/" {
		to += "?next=" + escape(v.R.URL.RequestURI())
	}
	if err := v.Leave(to); err != nil && !errors.Is(err, context.Canceled) {
		v.shell.opts.Log.Debug("a visitor was not sent to sign in", "error", err)
	}
}
