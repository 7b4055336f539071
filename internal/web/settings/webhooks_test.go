package settings_test

import (
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/outbound"
	"orderly/internal/seal"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func hooked(t *testing.T) *pagetest.Site {
	t.Helper()
	s := pagetest.Open(t, storetest.SQLite(t))
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	admin.UseSeal(s.Desk, ring)
	return s
}

// Kills: a secret that is shown twice; an endpoint that cannot be paused, sent a
// test or ended by hand; a page that is for everybody.
func TestWebhookPages(t *testing.T) {
	s := hooked(t)
	made := s.Post(access.Admin, "/settings/webhooks/new", url.Values{"name": {"ERP"}, "url": {"https://example.com/hook"}, "type": {"order.placed"}})
	if made.Status != 200 || !strings.Contains(made.Body, "whsec_") {
		t.Fatalf("made: %d", made.Status)
	}
	bad := s.Post(access.Admin, "/settings/webhooks/new", url.Values{"name": {"x"}, "url": {"https://127.0.0.1/"}})
	if bad.Status != 422 || strings.Contains(bad.Body, "whsec_") {
		t.Errorf("a form with faults: %d", bad.Status)
	}
	list := s.Get(access.Admin, "/settings/webhooks").Body
	i := strings.Index(list, "/settings/webhooks/whe_")
	if i < 0 {
		t.Fatal("it is not in the list")
	}
	path := list[i : i+len("/settings/webhooks/whe_")+13]
	for _, tc := range []struct{ act, shows string }{{"pause", "Paused"}, {"ping", "webhook.ping"}, {"resume", "Active"}} {
		if a := s.Post(access.Admin, path+"/"+tc.act, url.Values{}); a.Status != 303 {
			t.Errorf("%s: %d", tc.act, a.Status)
		}
		if page := s.Get(access.Admin, path); !strings.Contains(page.Body, tc.shows) || strings.Contains(page.Body, "whsec_") {
			t.Errorf("after %s the page does not show %s, or shows the secret", tc.act, tc.shows)
		}
	}
	if a := s.Post(access.Admin, path+"/rotate", url.Values{}); a.Status != 200 || !strings.Contains(a.Body, "whsec_") {
		t.Errorf("rotate: %d", a.Status)
	}
	if a := s.Post(access.Admin, path+"/replay", url.Values{"after": {"1"}}); a.Status != 303 {
		t.Errorf("replay: %d", a.Status)
	}
	if a := s.Post(access.Admin, path+"/end", url.Values{}); a.Status != 303 {
		t.Errorf("end: %d", a.Status)
	}
	if a := s.Get(access.Operations, "/settings/webhooks"); a.Status != 403 {
		t.Errorf("for operations: %d", a.Status)
	}
}

func TestWebhookPageInBrowser(t *testing.T) {
	s := hooked(t)
	r := desktest.Must(s.Shop, admin.MakeWebhook, admin.WebhookCommand{Name: "ERP", Address: "https://example.com/hook", Types: []string{"*"}, Secret: admin.NewWebhookSecret()})
	desktest.Must(s.Shop, admin.QuarantineWebhook, admin.QuarantineCommand{ID: outbound.ID(r.ID)})
	tab := s.Tab(t, webtest.Start(t), access.Admin, "/settings/webhooks")
	tab.WaitText("took nothing for days")
	tab.CheckPage("webhooks")
	tab.Visit(s.Address + "/settings/webhooks/" + outbound.ID(r.ID).String())
	tab.WaitText("Stopped")
	tab.CheckPage("webhook")
	tab.Click("[data-opens=replay]")
	fill(tab, "#after", "0")
	tab.Click("dialog[open] .btn-accent")
	tab.WaitText("It is sent again")
	tab.Click("form[action$=resume] button")
	tab.WaitText("Active")
	tab.Visit(s.Address + "/settings/webhooks/new")
	tab.WaitText("order.placed")
	tab.CheckPage("webhook-new")
}
