package settings_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/seal"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/storetest"
	"orderly/internal/support"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func supported(t *testing.T, db *store.DB) *pagetest.Site {
	t.Helper()
	s := pagetest.Open(t, db)
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	admin.UseSeal(s.Desk, ring)
	return s
}

// kept reads what is set.
func kept(t *testing.T, s *pagetest.Site) (box support.Mailbox, of support.Settings, macros []support.Macro) {
	t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		if box, err = cases.MailboxOf(r); err != nil {
			return err
		}
		if of, err = cases.SettingsOf(r); err != nil {
			return err
		}
		macros, err = cases.Macros(r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return box, of, macros
}

// Kills: a password or a secret on a page, a secret that is another than the one
// shown, a form that loses what was typed, settings overwritten unseen.
func TestSupport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := supported(t, db)
		const at = "/settings/support"
		form := url.Values{"address": {"help@shop.test"}, "host": {"imap.shop.test"}, "port": {"x"}, "security": {"tls"}, "username": {"help"}, "password": {"PASSWORD1"}, "enabled": {"on"}, "edit_version": {"0"}}
		if got := s.Post(access.Admin, at+"/mailbox", form); got.Status != 422 || !strings.Contains(got.Body, "imap.shop.test") || strings.Contains(got.Body, "PASSWORD1") {
			t.Errorf("a port that is none: %d", got.Status)
		}
		form.Set("port", "993")
		if got := s.Post(access.Admin, at+"/mailbox", form); got.Status != 303 {
			t.Fatalf("saved: %d %.2000s", got.Status, got.Body)
		}
		if got := s.Post(access.Admin, at+"/mailbox", form); got.Status != 422 || !strings.Contains(got.Body, "This changed while y") {
			t.Errorf("an old version: %d", got.Status)
		}
		form.Set("edit_version", "1")
		form.Set("do", "secret")
		form.Del("password")
		got := s.Post(access.Admin, at+"/mailbox", form)
		secret := regexp.MustCompile(`inb_[0-9a-z]+`).FindString(got.Body)
		box, _, _ := kept(t, s)
		if got.Status != 200 || !admin.HandsIn(box.SecretHash, secret) || !box.Enabled() || box.Password == "" {
			t.Errorf("a new secret: %d %+v", got.Status, box)
		}
		if page := s.Get(access.Admin, at).Body; strings.Contains(page, secret) || strings.Contains(page, box.SecretHash) || strings.Contains(page, box.Password) || !strings.Contains(page, "/v1/inbound/mail/1") {
			t.Error("the page tells a secret, or not where mail is handed in")
		}

		if got := s.Post(access.Admin, at+"/targets", url.Values{"first_inquiry_normal": {"soon"}, "limit_support": {"kept text"}}); got.Status != 422 || !strings.Contains(got.Body, "kept text") || !strings.Contains(got.Body, `value="soon"`) {
			t.Errorf("targets that are none: %d", got.Status)
		}
		set := url.Values{"first_inquiry_normal": {"90m"}, "resolve_inquiry_normal": {"2 d"}, "first_claim_urgent": {"4"}, "limit_support": {"12.50"}, "limit_admin": {"0"}, "edit_version": {"0"}}
		if got := s.Post(access.Admin, at+"/targets", set); got.Status != 303 {
			t.Fatalf("targets: %d %.2000s", got.Status, got.Body)
		}
		_, of, _ := kept(t, s)
		if x := support.TargetOf(of.Targets, "inquiry", "normal"); x.First != 90 || x.Resolve != 2*24*60 {
			t.Errorf("%+v", x)
		}
		if support.TargetOf(of.Targets, "claim", "urgent").First != 240 || support.TargetOf(of.Targets, "claim", "low").First != 0 {
			t.Errorf("%+v", of.Targets)
		}
		if of.LimitOf([]access.Role{access.Support}) != 1250 || of.LimitOf([]access.Role{access.Admin}) != 0 || of.LimitOf([]access.Role{access.Finance}) != 2500 {
			t.Errorf("%+v", of.Limits)
		}
		if page := s.Get(access.Admin, at).Body; !strings.Contains(page, `value="90 m"`) || !strings.Contains(page, `value="12.50"`) {
			t.Error("the page does not show what was set")
		}
		for _, path := range []string{at, at + "/macro"} {
			if got := s.Get(access.Support, path); got.Status != 403 {
				t.Errorf("support opens %s: %d", path, got.Status)
			}
		}
	})
}

// Kills: a preview that reads otherwise than an answer, an answer that cannot be
// given up, a page of one that is not there.
func TestMacros(t *testing.T) {
	s := supported(t, storetest.SQLite(t))
	s.Goods("MUG", "backorder", "A", 10)
	s.Place("MUG", 1)
	s.Place("MUG", 2)
	const at = "/settings/support/macro"
	if got := s.Post(access.Admin, at, url.Values{"name": {"Sorry"}, "body": {"Hello {oops}"}}); got.Status != 422 || !strings.Contains(got.Body, "there is no {oops}") || !strings.Contains(got.Body, "Hello {oops}") {
		t.Errorf("an unknown word: %d", got.Status)
	}
	if got := s.Post(access.Admin, at, url.Values{"name": {"Sorry"}, "body": {"<b>Sorry</b> about {order}"}}); got.Status != 303 {
		t.Fatalf("made: %d %.2000s", got.Status, got.Body)
	}
	if got := s.Post(access.Admin, at, url.Values{"name": {"Sorry"}, "body": {"x"}}); got.Status != 422 {
		t.Errorf("a second one of the name: %d", got.Status)
	}
	for number, want := range map[string]string{"1001": "about order #1001", "": "about order #1002", "9": "no such order", "x": "no such order"} {
		got := s.Post(access.Admin, at+"/preview", url.Values{"body": {"<b>Sorry</b> about order {order}"}, "order": {number}})
		if got.Status != 200 || !strings.Contains(got.Body, want) || strings.Contains(got.Body, "<b>") {
			t.Errorf("%q: %d %s", number, got.Status, got.Body)
		}
	}
	_, _, macros := kept(t, s)
	path := regexp.MustCompile(`/settings/support/macro\?id=mac_[0-9a-z]+`).FindString(s.Get(access.Admin, "/settings/support").Body)
	id := strings.TrimPrefix(path, at+"?id=")
	if got := s.Post(access.Admin, at, url.Values{"id": {id}, "name": {"Very sorry"}, "body": {"Sorry"}, "edit_version": {"7"}}); got.Status != 422 || !strings.Contains(got.Body, "This changed while y") {
		t.Errorf("an old version: %d", got.Status)
	}
	if got := s.Post(access.Admin, at, url.Values{"id": {id}, "name": {"Very sorry"}, "body": {"Hello {name},\n\nwe are sorry about order {order}.\nTracking: {tracking}"}, "edit_version": {"1"}}); got.Status != 303 {
		t.Errorf("edited: %d", got.Status)
	}

	tab := s.Tab(t, webtest.Start(t), access.Admin, path)
	tab.CheckLooks("support", s.Address+"/settings/support")
	tab.CheckLooks("support-macro", s.Address+path)
	tab.WaitText("we are sorry about order #1002")
	tab.Do(chromedp.SetValue("#order", "1001"))
	tab.Click(`button[hx-post$="/preview"]`)
	tab.WaitText("we are sorry about order #1001")
	tab.Screenshot("support-macro-shown")
	tab.CheckClean()

	if got := s.Post(access.Admin, at, url.Values{"id": {id}, "do": {"drop"}, "edit_version": {"2"}}); got.Status != 303 {
		t.Errorf("given up: %d %.2000s", got.Status, got.Body)
	}
	if _, _, left := kept(t, s); len(macros) != 1 || len(left) != 0 {
		t.Errorf("%+v %+v", macros, left)
	}
	for _, bad := range []string{path, at + "?id=garbage"} {
		if got := s.Get(access.Admin, bad); got.Status != 404 {
			t.Errorf("%s: %d", bad, got.Status)
		}
	}
}
