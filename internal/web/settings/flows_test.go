package settings_test

import (
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/releasing"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// A flow is made from a template and given to a channel, and an order of that
// channel goes on by itself.
//
// Kills: a template that cannot be taken over, a sentence that says other than
// what happens, a page that does not say what the order waits for.
func TestFlowFromTemplate(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("MUG", "backorder", "A", 10)
	s.Place("MUG", 1)
	tab := s.Tab(t, browser, access.Admin, "/settings/flows")
	tab.View(1280, 900, webtest.Light)
	tab.WaitText("Every step waits for a person")
	tab.CheckLooks("flows-none", s.Address+"/settings/flows")
	tab.Click("[data-template=automated]")
	tab.WaitText("For 30 minutes it may be changed")
	tab.WaitText("all is paid, authorized or promised")
	fill(tab, "#name", "Web orders")
	fill(tab, "#edit_window_minutes", "0")
	tab.Do(chromedp.Evaluate[chromedp.Void]("document.getElementById('money').value = 'none'; document.getElementById('money').dispatchEvent(new Event('input', {bubbles: true}))"))
	tab.WaitTrue("!document.getElementById('flow-would').textContent.includes('promised')")
	tab.Click("input[name=channel][value=web]")
	tab.CheckPage("flow-new")
	tab.Screenshot("flow-new")
	tab.Click("#flow [data-submit]")
	tab.WaitText("Web orders")
	tab.WaitTrue("document.querySelector('main tbody tr td:nth-child(2)').innerText.trim() === 'Web'")
	tab.Screenshot("flows")

	o := s.Place("MUG", 1).Order
	onward := releasing.Follower{Desk: s.Desk, Log: slog.New(slog.DiscardHandler)}
	if err := onward.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	tab.Visit(s.Address + "/orders/" + o.ID.String())
	tab.WaitText("Web orders, version 1")
	if got := s.Get(access.Admin, "/orders/"+o.ID.String()).Body; !strings.Contains(got, "Released") {
		t.Error("the order was not released by itself")
	}

	s.Post(access.Admin, "/settings/flows/edit", url.Values{"name": {"Slow"}, "template": {"automated"}, "release": {"warehouse"}, "money": {"paid"}, "whole": {"true"}, "edit_window_minutes": {"30"}, "channel": {"web"}})
	waits := s.Get(access.Admin, "/orders/"+s.Place("MUG", 1).Order.ID.String()).Body
	if !strings.Contains(waits, "so that it may be changed") || !strings.Contains(waits, "for money") || strings.Contains(waits, "for units without a place") {
		t.Error("the page does not say what the order waits for")
	}
}

// Kills: a form that loses what was typed, an edit that overwrites another, a
// page for who may not.
func TestFlowForms(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	if got := s.Get(access.Sales, "/settings/flows"); got.Status != 403 {
		t.Errorf("sales gets %d", got.Status)
	}
	form := url.Values{"name": {""}, "release": {"warehouse", "moon"}, "money": {"none"}, "edit_window_minutes": {"99999"}, "template": {"automated"}}
	got := s.Post(access.Admin, "/settings/flows/edit", form)
	if got.Status != 422 || !strings.Contains(got.Body, "at most 43200 minutes") || !strings.Contains(got.Body, `value="99999"`) {
		t.Errorf("a form with faults: %d %.2000s", got.Status, got.Body)
	}
	form = url.Values{"name": {"A"}, "release": {"warehouse"}, "money": {"none"}, "edit_window_minutes": {"5"}, "template": {"automated"}, "default": {"true"}}
	if got := s.Post(access.Admin, "/settings/flows/edit", form); got.Status != 303 {
		t.Fatalf("made: %d %.2000s", got.Status, got.Body)
	}
	if got := s.Post(access.Admin, "/settings/flows/edit", form); got.Status != 422 && got.Status != 409 || !strings.Contains(got.Body, "another flow has this name") {
		t.Errorf("a name that is taken: %d", got.Status)
	}
	page := s.Get(access.Admin, "/settings/flows").Body
	at := strings.Index(page, "/settings/flows/edit?id=")
	id := page[at+len("/settings/flows/edit?id="):]
	id = id[:strings.Index(id, `"`)]
	form.Set("id", id)
	form.Set("edit_version", "1")
	form.Set("name", "B")
	s.Post(access.Admin, "/settings/flows/edit", form)
	form.Set("name", "C")
	if got := s.Post(access.Admin, "/settings/flows/edit", form); !strings.Contains(got.Body, "somebody else") && !strings.Contains(got.Body, "meanwhile") {
		t.Errorf("an edit of what was edited: %d", got.Status)
	}
	if got := s.Post(access.Admin, "/settings/flows/foresee", form); got.Status != 200 || !strings.Contains(got.Body, "For 5 minutes") {
		t.Errorf("foreseen as %d %.500s", got.Status, got.Body)
	}
}
