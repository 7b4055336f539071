package web_test

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/webtest"
)

// shots are the pages of which docs/screenshots.sh makes pictures, by the name
// of the picture. A path that begins with a selector is the first such link of
// the page before it.
var shots = []struct{ name, path string }{
	{"today", "/"}, {"queue", "a[href^='/today/']"}, {"orders", "/orders"}, {"order", "[data-row] a[href^='/orders/ord_']"},
	{"new-order", "/orders/new"}, {"counter", "/orders/new?mode=counter"}, {"customers", "/customers"}, {"customer", "a[href^='/customers/cus_']"},
	{"floor", "/floor"}, {"floor-queue", "/floor/queue"}, {"floor-pick", "/floor/pick"}, {"floor-receive", "/floor/receive"}, {"floor-count", "/floor/count"},
	{"stock", "/stock"}, {"stock-item", "a[href^='/stock/itm_']"}, {"items", "/items"}, {"item", "a[href^='/items/itm_']"}, {"locations", "/locations"},
	{"imports", "/imports"}, {"overview", "/overview"}, {"settings", "/settings"}, {"settings-users", "/settings/users"}, {"settings-keys", "/settings/keys"},
	{"settings-channels", "/settings/channels"}, {"settings-locations", "/settings/locations"}, {"account", "/account"}, {"keys", "/keys"}, {"ui", "/ui"},
}

// TestScreenshots makes the pictures of docs/screenshots from a demo that runs.
func TestScreenshots(t *testing.T) {
	link := os.Getenv("ORDERLY_DEMO_LINK")
	if link == "" {
		t.Skip("SKIP: docs/screenshots.sh runs this beside a demo")
	}
	at, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	tab := webtest.Start(t).Open(t)
	tab.Visit(link)
	tab.WaitTrue("document.querySelector('form button, .frame') !== null")
	if webtest.Run(tab, chromedp.Evaluate[bool]("document.querySelector('.frame') === null")) {
		tab.Click("form button")
		tab.WaitTrue("document.querySelector('.frame') !== null")
	}
	root := at.Scheme + "://" + at.Host
	tab.Visit(root + "/floor") // this browser is at the first location from now on
	tab.WaitTrue("document.readyState === 'complete'")
	if webtest.Run(tab, chromedp.Evaluate[bool]("document.querySelector('main form button') !== null")) {
		tab.Click("main form button")
		tab.WaitTrue("location.pathname !== '/floor' || document.querySelector('main a[href^=\"/floor/\"]') !== null")
	}
	for _, shot := range shots {
		address := root + shot.path
		if !strings.HasPrefix(shot.path, "/") {
			path := webtest.Run(tab, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q)?.getAttribute('href') ?? ''", shot.path)))
			if path == "" {
				t.Errorf("%s: the page before it has no %s", shot.name, shot.path)
				continue
			}
			address = root + path
		}
		for _, look := range []struct {
			suffix string
			width  int64
			height int64
			scheme webtest.Scheme
		}{{"", 1440, 900, webtest.Light}, {"-dark", 1440, 900, webtest.Dark}, {"-phone", 390, 844, webtest.Light}} {
			tab.View(look.width, look.height, look.scheme)
			tab.Visit(address)
			tab.WaitTrue("document.readyState === 'complete'")
			tab.Screenshot(shot.name + look.suffix)
		}
	}
}
