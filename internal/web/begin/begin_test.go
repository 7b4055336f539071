package begin_test

import (
	"context"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/httpapi"
	"orderly/internal/live"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/storetest"
	"orderly/internal/web"
	"orderly/internal/web/pagetest"
	"orderly/internal/web/shell"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// empty serves an installation in which nobody has done anything, and gives the
// link to its first run.
func empty(t *testing.T) (d *desk.Desk, address, link string) {
	t.Helper()
	d = desk.New(storetest.SQLite(t), nil)
	t.Cleanup(d.Close)
	if _, err := admin.Setup(context.Background(), d.DB, "My shop", "UTC", "EUR"); err != nil {
		t.Fatal(err)
	}
	hub := live.New(d)
	server := httptest.NewServer(httpapi.New(d, httpapi.Options{Hub: hub, Pages: web.New(d, hub, shell.Options{Version: "test"})}))
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	token, err := admin.FirstLink(t.Context(), d, access.System(admin.Main, "command", "test"))
	if err != nil {
		t.Fatal(err)
	}
	return d, server.URL, server.URL + admin.LinkPath + token
}

func fill(tab *webtest.Tab, css, text string) {
	tab.WaitTrue("!!document.querySelector(" + strconv.Quote(css) + ")")
	tab.Do(chromedp.Evaluate[chromedp.Void]("document.querySelector(" + strconv.Quote(css) + ").value = ''"))
	tab.Do(chromedp.SendKeys(css, text))
}

const goOn = "#first-run .btn-accent"

// Kills: a first run that ends before the first order, that forgets where one
// was, or that cannot be used on a phone.
func TestFirstRun(t *testing.T) {
	browser := webtest.Start(t)
	for name, size := range map[string][2]int64{"desktop": {1440, 900}, "phone": {390, 844}} {
		t.Run(name, func(t *testing.T) {
			d, address, link := empty(t)
			tab := browser.Open(t)
			tab.View(size[0], size[1], webtest.Light)
			tab.Visit(link)
			tab.WaitText("Make the first account")
			tab.CheckPage("first-account-" + name)
			tab.Screenshot("first-account-" + name)
			fill(tab, "#email", "ada@example.com")
			fill(tab, "#name", "Ada Byron")
			fill(tab, "#password", "three green bicycles")
			tab.Click("button.btn-accent")
			tab.WaitText("0 of 5")
			tab.CheckPage("run-shop-" + name)
			tab.Screenshot("run-shop-" + name)
			fill(tab, "#name", "Tea & Sons")
			tab.Click(goOn)
			tab.WaitText("1 of 5")
			tab.CheckPage("run-location-" + name)
			tab.Screenshot("run-location-" + name)

			// Left, and taken up again after signing in.
			tab.Visit(address + "/first-run")
			fill(tab, "#name", "Leeds warehouse")
			fill(tab, "#code", "leeds")
			fill(tab, "#country", "gb")
			tab.Click(goOn)
			tab.WaitText("2 of 5")
			fill(tab, "input[name=sku]", "TEA-1")
			fill(tab, "input[name=name]", "Earl Grey")
			fill(tab, "input[name=price]", "6,90")
			tab.Click("details summary")
			fill(tab, "#rows", "sku;name;price\nTEA-2;Assam;7.40\n")
			tab.CheckPage("run-items-" + name)
			tab.Screenshot("run-items-" + name)
			tab.Click(goOn)
			tab.WaitText("3 of 5")
			tab.CheckPage("run-stock-" + name)
			tab.Screenshot("run-stock-" + name)
			fill(tab, "input[name^=quantity]", "25")
			tab.Click(goOn)
			tab.WaitText("4 of 5")
			fill(tab, "#customer", "Grace Hopper")
			tab.CheckPage("run-order-" + name)
			tab.Screenshot("run-order-" + name)
			tab.Click(goOn)
			tab.WaitText("You are ready")
			tab.View(size[0], size[1], webtest.Dark)
			tab.CheckPage("run-done-" + name)
			tab.Screenshot("run-done-" + name)
			scope := access.System(admin.Main, "command", "test")
			err := d.DB.Read(t.Context(), scope, func(r *store.Reader) error {
				m, err := merchants.Get(r, admin.Main)
				f, err2 := admin.FirstRunOf(r)
				if m.Name != "Tea & Sons" || f.Leads() || !f.Done[admin.StepOrder] || err2 != nil {
					t.Errorf("%+v %+v %v", m, f, err2)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Kills: a step that swallows what was wrong; one that cannot be skipped;
// samples that are made twice; a first run for who may not set up a shop.
func TestSteps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		post := func(path string, form url.Values, status int, says string) {
			t.Helper()
			got := s.Post(access.Admin, path, form)
			if got.Status != status || !strings.Contains(got.Body+got.Header.Get("Location"), says) {
				t.Errorf("%s: %d, not %q: %.2000s", path, got.Status, says, got.Body)
			}
		}
		if got := s.Get(access.Warehouse, "/first-run"); got.Status != 403 {
			t.Errorf("the warehouse gets %d", got.Status)
		}
		post("/first-run/shop", url.Values{"name": {""}, "zone": {"UTC"}, "currency": {"GBP"}, "locale": {"en-GB"}}, 422, "1 to 100 characters")
		post("/first-run/location", url.Values{"name": {"A"}, "code": {"A"}, "kind": {"store"}}, 422, "belongs to location")
		post("/first-run/items", url.Values{"sku": {"", "", ""}, "name": {"", "", ""}}, 422, "at least one item")
		post("/first-run/items", url.Values{"sku": {"X"}, "name": {"<script>"}, "price": {"cheap"}}, 422, "&lt;script&gt;")
		post("/first-run/items", url.Values{"rows": {"A-1\tOne\t1.00\n\tNameless\t2"}}, 422, "Row 2")
		post("/first-run/samples", nil, 303, "step=order")
		post("/first-run/samples", nil, 303, "step=order")
		post("/first-run/stock", url.Values{}, 422, "at least one item")
		post("/first-run/order", url.Values{"quantity": {"0"}}, 422, "whose order is it?")
		post("/first-run/skip", url.Values{"step": {"order"}}, 303, "/first-run")
		post("/first-run/skip", url.Values{"step": {"nonsense"}}, 422, "no such step")
		post("/first-run/skip", url.Values{"step": {"closed"}}, 303, "/")
	})
}
