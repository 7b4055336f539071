package settings_test

import (
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/automating"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// A rule is built as somebody does who has never seen one: a slip in the
// condition is told at its place, fields are inserted, the past is tried, the
// rule shadows and then acts, and order and log say so.
//
// Kills: a check that does not follow what is typed, a field that cannot be
// reached by keys, a dry run that writes, a shadow that acts.
func TestBuildRule(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("MUG", "backorder", "A", 50)
	s.Place("MUG", 3)
	s.Place("MUG", 1)
	tab := s.Tab(t, browser, access.Admin, "/settings/automation")
	tab.View(1440, 1000, webtest.Light)
	tab.WaitText("Nothing is done by rules")
	tab.CheckLooks("automation-none", s.Address+"/settings/automation")
	tab.Click("a[href='/settings/automation/rule']")
	tab.WaitText("Dry run")
	fill(tab, "#name", "Large orders")
	fill(tab, "#if", "units >= 2 &&\ntotl > 10")
	tab.WaitText("Line 2, character 1: unknown name totl")
	tab.Screenshot("automation-wrong")

	fill(tab, "#if", "units >= 2 && to")
	press(tab, "#if", "ArrowDown")
	tab.WaitTrue("document.activeElement.dataset.field === 'total'")
	tab.Click("[data-field=total]")
	tab.WaitTrue("document.querySelector('#if').value === 'units >= 2 && total'")
	tab.WaitText("invalid operation")
	fill(tab, "#if", "units >= 2 && total > 10")
	tab.WaitText("The condition reads well")

	choose(tab, "[data-act]:nth-child(1)", "hold", "review")
	tab.WaitTrue("!document.querySelector('[data-act] [name=hours]').hidden")
	tab.Click("[data-act-add]")
	choose(tab, "[data-act]:nth-child(2)", "tag", "large")
	tab.WaitTrue("document.querySelector('[data-act]:nth-child(2) [name=hours]').hidden")
	tab.Click("[data-act-add]")
	tab.Click("[data-act]:nth-child(3) [data-act-remove]")
	tab.WaitText("Then: Hold: review; Tag large")
	tab.Click("[data-dry-run]")
	tab.WaitText("It would have matched 1 times, on 1 orders")
	for name, size := range map[string][2]int64{"desktop": {1440, 1000}, "phone": {390, 844}} {
		tab.View(size[0], size[1], webtest.Light)
		tab.CheckPage("automation-rule-" + name)
		tab.Screenshot("automation-rule-" + name)
	}
	tab.View(1440, 1000, webtest.Light)
	tab.Click("#rule [data-submit]")
	tab.WaitText("It had no turn yet")

	follower := automating.Follower{Desk: s.Desk, Log: slog.New(slog.DiscardHandler)}
	place := func() string {
		o := s.Place("MUG", 4).Order.ID.String()
		if err := follower.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		return o
	}
	tab.Click("[data-switch=shadow]")
	tab.WaitText("the log says what the rule would do")
	shadowed := place()
	tab.Visit(s.Address + "/orders/" + shadowed)
	tab.WaitText("Would have: Hold: review")
	if got := s.Get(access.Admin, "/orders/"+shadowed).Body; strings.Contains(got, "order.held") || strings.Contains(got, ">large<") {
		t.Error("a shadow has acted")
	}
	tab.Visit(s.Address + "/settings/automation")
	tab.Click("main tbody a")
	tab.WaitTrue("document.querySelector('[data-turn=shadow]') !== null")
	tab.Click("[data-switch=on]")
	tab.WaitText("The rule acts from now on")
	held := place()
	tab.Visit(s.Address + "/orders/" + held)
	tab.WaitText("Large orders")
	tab.WaitText("review")
	tab.WaitText("Hold: review")
	if got := s.Get(access.Admin, "/orders/"+held).Body; !strings.Contains(got, "large") {
		t.Error("the order has no tag")
	}
	tab.Screenshot("automation-order")
	tab.Visit(s.Address + "/settings/automation")
	tab.WaitTrue("document.querySelector('main tbody td.num').innerText.trim() === '2'")
	tab.CheckPage("automation-list")
	tab.Screenshot("automation-list")
	tab.Click("main tbody a")
	tab.WaitTrue("document.querySelector('[data-turn=done]') !== null")
	tab.Screenshot("automation-log")
	tab.CheckClean()
}

func press(tab *webtest.Tab, css, key string) {
	tab.Do(chromedp.Evaluate[chromedp.Void]("(() => { const e = document.querySelector('" + css + "'); e.focus(); e.dispatchEvent(new KeyboardEvent('keydown', {key: '" + key + "', bubbles: true, cancelable: true})); })()"))
}

// choose fills in an act.
func choose(tab *webtest.Tab, row, kind, value string) {
	tab.Do(chromedp.Evaluate[chromedp.Void]("(() => { const r = document.querySelector('" + row + "'), k = r.querySelector('[name=kind]'), v = r.querySelector('[name=value]');" +
		" k.value = '" + kind + "'; k.dispatchEvent(new Event('change', {bubbles: true})); v.value = '" + value + "'; v.dispatchEvent(new Event('input', {bubbles: true})); })()"))
}

// Kills: a form that loses what was typed, or tells a fault at another act; a
// page for who may not.
func TestRuleForms(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	if got := s.Get(access.Sales, "/settings/automation"); got.Status != 403 {
		t.Errorf("sales gets %d", got.Status)
	}
	bad := url.Values{"name": {"X"}, "on": {"order.placed"}, "if": {"totl > 5"}, "kind": {"", "tag", "priority", "move"}, "value": {"", "gift", "high", "NOWHERE"}, "hours": {"", "", "", ""}}
	got := s.Post(access.Admin, "/settings/automation/rule", bad)
	if got.Status != 422 || !strings.Contains(got.Body, "unknown name totl") || !strings.Contains(got.Body, "write a whole number") || !strings.Contains(got.Body, `value="high"`) || !strings.Contains(got.Body, "totl &gt; 5") {
		t.Errorf("a form with faults: %d %.3000s", got.Status, got.Body)
	}
	bad["value"][2], bad["if"][0] = "5", ""
	if got := s.Post(access.Admin, "/settings/automation/rule", bad); !strings.Contains(got.Body, "there is no location") {
		t.Errorf("a place that is not there: %d", got.Status)
	}
	good := url.Values{"name": {"X"}, "on": {"order.placed", "order.changed"}, "if": {""}, "kind": {"hold"}, "value": {"review"}, "hours": {"24"}}
	if got := s.Post(access.Admin, "/settings/automation/rule", good); got.Status != 303 {
		t.Fatalf("made: %d %.2000s", got.Status, got.Body)
	}
	page := s.Get(access.Admin, "/settings/automation").Body
	at := strings.Index(page, "rule?id=") + len("rule?id=")
	id := page[at : at+strings.Index(page[at:], `"`)]
	good.Set("id", id)
	good.Set("edit_version", "1")
	good.Set("name", "Y")
	if got := s.Post(access.Admin, "/settings/automation/rule", good); got.Status != 303 {
		t.Fatalf("edited: %d", got.Status)
	}
	good.Set("name", "Z")
	if got := s.Post(access.Admin, "/settings/automation/rule", good); got.Status == 303 || !strings.Contains(got.Body, "This changed while you were here") {
		t.Errorf("an edit of what was edited: %d", got.Status)
	}
	if got := s.Get(access.Admin, "/settings/automation/rule?id="+id).Body; !strings.Contains(got, "Version 2") || !strings.Contains(got, "Hold for 24 hours: review") {
		t.Error("the page does not list the versions")
	}
	for at, state := range []string{"shadow", "on", "off", "on"} {
		move := url.Values{"id": {id}, "state": {state}, "edit_version": {strconv.Itoa(at + 2)}}
		if got := s.Post(access.Admin, "/settings/automation/state", move); got.Status != 303 || !strings.Contains(s.Get(access.Admin, "/settings/automation").Body, "</i>"+state+"</span>") {
			t.Errorf("it is not %s: %d", state, got.Status)
		}
	}
	if got := s.Post(access.Admin, "/settings/automation/foresee", url.Values{"name": {"X"}, "on": {"order.placed"}, "if": {"units >"}, "kind": {"hold"}, "value": {"x"}, "hours": {""}, "entries": {"50"}}); got.Status != 200 || !strings.Contains(got.Body, "line 1, character") {
		t.Errorf("a dry run of what cannot be read: %d %.500s", got.Status, got.Body)
	}
}
