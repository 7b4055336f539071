package sourcing_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// A profile is built in the browser, what is wrong is told where it is; it
// shadows what decides, past orders go through it, it is activated, and the next
// order goes where it says, and says why.
//
// Kills: a form that forgets what was typed when a strategy is added or moved; a
// replay that shows another version; a version that is activated by name only.
func TestSourcingRoom(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("MUG", catalog.Backorder, "A", 50, "B", 50)
	s.Place("MUG", 2)
	if got := s.Get(access.Support, "/sourcing/new"); got.Status != http.StatusForbidden {
		t.Errorf("support writes versions: %d", got.Status)
	}
	got := s.Post(access.Admin, "/sourcing/new", url.Values{"name": {"X"}, "count": {"1"}, "name-0": {"s"}, "after-0": {"next"}, "distance-0": {"far"}})
	if got.Status < 400 || !strings.Contains(got.Body, "is not a whole number") || !strings.Contains(got.Body, `value="far"`) {
		t.Errorf("a weight that is none: %d", got.Status)
	}

	got = s.Post(access.Admin, "/sourcing/new", url.Values{"name": {"X"}, "count": {"1"}, "name-0": {"s"}, "after-0": {"hold"}, "only-0": {"B, NOWHERE"}})
	if got.Status < 400 || !strings.Contains(got.Body, "there is no location with the code") || !strings.Contains(got.Body, "B, NOWHERE") {
		t.Errorf("a location that there is not: %d", got.Status)
	}

	tab := s.Tab(t, webtest.Start(t), access.Admin, "/sourcing")
	tab.WaitText("The built-in rule")
	tab.CheckPage("sourcing-empty")
	tab.Click(`a[href="/sourcing/new"]`)
	tab.WaitText("Strategy 1")
	write := func(id, text string) {
		tab.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("(f => { f.value = %q; for (const e of ['input', 'change']) f.dispatchEvent(new Event(e, {bubbles: true})) })(document.getElementById(%q))", text, id)))
	}
	write("name", "From B")
	write("name-0", "Last")
	tab.Click(`button[value="add"]`)
	tab.WaitText("Strategy 2")
	write("name-1", "B alone")
	write("only-1", "B")
	tab.Click(`button[value="up-1"]`)
	tab.WaitText("Strategy 2")
	tab.CheckPage("sourcing-form")
	tab.Screenshot("sourcing-form")
	tab.Click(`.form-foot button[value="save"]`)
	tab.WaitText("Only from B")
	tab.Click(`[data-become=shadow]`)
	tab.WaitText("It decides in the shadow")
	s.Place("MUG", 1)
	tab.Click(`[data-replay]`)
	tab.WaitText("2 orders; 2 would go from elsewhere.")
	tab.WaitText("Of 1 order it chose as was done in 0 %.")
	tab.CheckPage("sourcing-version")
	tab.Screenshot("sourcing-version")
	tab.Click(`[data-become=active]`)
	tab.WaitText("It decides from now on")
	p := s.Place("MUG", 1)
	if p.Fulfillments[0].Location != s.Locations["B"] {
		t.Error("the version is activated and does not decide")
	}
	tab.Visit(s.Address + "/orders/" + p.Order.ID.String())
	tab.WaitText("Location B sends it.")
	tab.Visit(s.Address + "/sourcing")
	tab.WaitText("Only from B")
	tab.Screenshot("sourcing")
	tab.CheckClean()
}
