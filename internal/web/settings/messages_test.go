package settings_test

import (
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/connect/mail/mailtest"
	"orderly/internal/desk/admin"
	"orderly/internal/seal"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// The shop's mail server is set, tried and switched on, and a text of its own is
// written, looked at and used.
//
// Kills: a form that loses what was typed, a password on a page, a text that
// reads otherwise than it leaves.
func TestMessages(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	admin.UseSeal(s.Desk, ring)
	s.Goods("MUG", "backorder", "A", 10)
	placed := s.Place("MUG", 1)
	box := mailtest.Start(t)
	form := url.Values{"host": {"127.0.0.1"}, "port": {"x"}, "security": {"none"}, "from_address": {"shop@shop.test"}, "shop_address": {"https://shop.test"}, "kinds": {"placed", "shipped"}, "enabled": {"on"}}
	if got := s.Post(access.Admin, "/settings/messages", form); got.Status != 422 || !strings.Contains(got.Body, "shop@shop.test") {
		t.Fatalf("a port that is none: %d", got.Status)
	}
	form.Set("port", box.Addr[strings.LastIndexByte(box.Addr, ':')+1:])
	if got := s.Post(access.Admin, "/settings/messages", form); got.Status != 303 {
		t.Fatalf("saving: %d %.2000s", got.Status, got.Body)
	}
	if got := s.Post(access.Admin, "/settings/messages/test", url.Values{"kind": {"shipped"}, "to": {"me@shop.test"}}); got.Status != 303 {
		t.Fatalf("a test: %d %.2000s", got.Status, got.Body)
	}
	if list := box.Mail(); len(list) != 1 || list[0].To != "me@shop.test" {
		t.Fatalf("%+v", list)
	}
	if got := s.Post(access.Support, "/settings/messages", form); got.Status != 403 {
		t.Errorf("somebody who may not: %d", got.Status)
	}

	tab := s.Tab(t, webtest.Start(t), access.Admin, "/settings/messages")
	tab.CheckLooks("messages", s.Address+"/settings/messages")
	tab.CheckLooks("messages-text", s.Address+"/settings/messages/text?kind=placed")
	tab.WaitText("We have your order #1001")
	if got := s.Post(access.Admin, "/settings/messages/text", url.Values{"kind": {"placed"}, "channel": {""}, "language": {"en"}, "subject": {"Thanks, {name}"}, "body": {"Hello {name}, {oops}"}}); got.Status != 422 || !strings.Contains(got.Body, "there is no {oops}") {
		t.Errorf("an unknown word: %d", got.Status)
	}
	if got := s.Post(access.Admin, "/settings/messages/text", url.Values{"kind": {"placed"}, "channel": {""}, "language": {"en"}, "subject": {"Thanks for {order}"}, "body": {"Hello {name}"}}); got.Status != 303 {
		t.Errorf("a text: %d %.2000s", got.Status, got.Body)
	}
	tab.Visit(s.Address + "/orders/" + placed.Order.ID.String())
	tab.Click(`button[hx-get$="/message"]`)
	tab.WaitText("Thanks for #1001")
	tab.CheckClean()
}
