// Package pagetest serves the pages over a small shop on a real database, for
// tests of rooms: by HTTP, and in a browser with somebody signed in.
//
// It belongs in test files only: it fails the test where others would give an
// error. What the shop is made of comes from desktest.
package pagetest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/httpapi"
	"orderly/internal/live"
	"orderly/internal/project"
	"orderly/internal/proxy"
	"orderly/internal/store"
	"orderly/internal/web"
	"orderly/internal/web/shell"
	"orderly/internal/webtest"
)

// Site is a shop with its pages and its API at one address.
type Site struct {
	*desktest.Shop
	Address string
	Shell   *shell.Shell
	Trust   proxy.Trust // proxies that are believed; set it before anybody asks

	// Before, unless nil, is called with each request that is about to be served;
	// set it before anybody asks. It may take its time.
	Before func(*http.Request)

	// At are the locations that somebody with a role is bound to; set it before
	// the role is first asked for.
	At map[access.Role][]int64

	// Of is the merchant for which requests say that their page was made, zero for
	// none: what the pages' script adds.
	Of int64

	t      testing.TB
	tokens map[access.Role]string
	client *http.Client
}

// Open serves the pages of a new shop on the database until t ends.
func Open(t testing.TB, db *store.DB) *Site {
	t.Helper()
	s := &Site{Shop: desktest.Open(t, db), t: t, tokens: map[access.Role]string{}, At: map[access.Role][]int64{}}
	hub := live.New(s.Desk)
	s.Shell = web.New(s.Desk, hub, shell.Options{Version: "test"})
	server := httptest.NewServer(s.front(httpapi.New(s.Desk, httpapi.Options{Hub: hub, Pages: s.Shell})))
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections) // streams end
	s.Address = server.URL
	s.client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return s
}

// front is as the program has it: a request passes what believes proxies first.
func (s *Site) front(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Before != nil {
			s.Before(r)
		}
		s.Trust.Wrap(next).ServeHTTP(w, r)
	})
}

// Token is a session of somebody with the role, who is made when first asked
// for: "sales@example.com", with the name "Sales".
func (s *Site) Token(role access.Role) string {
	s.t.Helper()
	if token := s.tokens[role]; token != "" {
		return token
	}
	ctx, name := context.Background(), strings.ToUpper(string(role)[:1])+string(role)[1:]
	link, _, err := admin.Invite(ctx, s.Desk, s.Scope, admin.InviteCommand{Email: string(role) + "@example.com", Name: name, Roles: []access.Role{role}, Locations: s.At[role]})
	if err != nil {
		s.t.Fatal(err)
	}
	token, _, err := admin.AcceptLink(ctx, s.Desk, link, admin.Acceptance{Name: name, Password: Password, Attempt: admin.Attempt{Agent: "test", Address: "127.0.0.1"}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.tokens[role] = token
	return token
}

// Password is everybody's.
const Password = "correct horse battery staple"

// Answer is what a page answered. Its text is without the nonces of scripts:
// they are letters drawn by lot, and any short word of a test comes up in them
// once in some thousand pages.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

var nonce = regexp.MustCompile(` nonce="[^"]*"`)

// Get asks for a page as somebody with the role; "" is nobody.
func (s *Site) Get(role access.Role, path string) Answer {
	s.t.Helper()
	return s.Ask(role, http.MethodGet, path, nil, nil)
}

// Post sends a form as somebody with the role.
func (s *Site) Post(role access.Role, path string, form url.Values) Answer {
	s.t.Helper()
	return s.Ask(role, http.MethodPost, path, strings.NewReader(form.Encode()), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

// Ask makes any request. It follows no redirect.
func (s *Site) Ask(role access.Role, method, path string, body io.Reader, h http.Header) Answer {
	s.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, s.Address+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	for name, values := range h {
		r.Header[name] = values
	}
	if s.Of != 0 {
		r.Header.Set("Orderly-Merchant", strconv.FormatInt(s.Of, 10))
	}
	if role != "" {
		r.AddCookie(&http.Cookie{Name: shell.SessionCookie, Value: s.Token(role)})
	}
	got, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return Answer{got.StatusCode, got.Header, nonce.ReplaceAllString(string(text), "")}
}

// Tab opens a tab in which somebody with the role is signed in, at the path.
func (s *Site) Tab(t testing.TB, b *webtest.Browser, role access.Role, path string) *webtest.Tab {
	t.Helper()
	tab := b.Open(t)
	token := s.Token(role)
	tab.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.SetCookie, network.SetCookieParams{Name: shell.SessionCookie, Value: token, URL: s.Address})
		return err
	}))
	tab.Visit(s.Address + path)
	return tab
}

// CatchUp lets search and figures read the journal to its end.
func (s *Site) CatchUp() {
	s.t.Helper()
	p := project.Search{DB: s.DB}
	if err := p.CatchUp(context.Background()); err != nil {
		s.t.Fatal(err)
	}
	f := project.Figures{DB: s.DB}
	if err := f.CatchUp(context.Background()); err != nil {
		s.t.Fatal(err)
	}
}
