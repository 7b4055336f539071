package reference_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"orderly/internal/httpapi/reference"
	"orderly/internal/webtest"
)

// pong is what the tried-out operation answers; nothing in the document says it.
const pong = "pong from the test server"

// operations is what the list at the side shows at once: the first tag open,
// with its operations, and the other tags.
var operations = []string{
	"List orders", "Place an order", "Get an order", "Cancel an order",
	"Fulfillments", "Stock", "System",
}

func serve(t *testing.T, document http.HandlerFunc) string {
	t.Helper()
	mux := http.NewServeMux()
	docs := reference.Handler("/openapi.json")
	mux.Handle("/docs", docs)
	mux.Handle("/docs/", docs)
	mux.HandleFunc("GET /openapi.json", document)
	mux.HandleFunc("GET /v1/ping", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"status":%q}`, pong)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func serveExample(t *testing.T) string {
	t.Helper()
	document, err := os.ReadFile("testdata/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(document)
	})
}

func TestInBrowser(t *testing.T) {
	browser := webtest.Start(t)
	for name, test := range map[string]func(*testing.T, *webtest.Browser){
		"shows the operations": showsOperations,
		"fits every screen":    fitsEveryScreen,
		"tries an operation":   triesAnOperation,
		"finds by search":      findsBySearch,
		"works without script": worksWithoutScript,
		"tells what is wrong":  tellsWhatIsWrong,
	} {
		t.Run(name, func(t *testing.T) { test(t, browser) })
	}
}

func showsOperations(t *testing.T, browser *webtest.Browser) {
	host := serveExample(t)
	tab := browser.Open(t)
	tab.Visit(host + "/docs")
	for _, text := range operations {
		tab.WaitText(text)
	}
	tab.WaitText("curl '" + host + "/v1/orders?limit=50") // a sample of a rendered operation
	tab.WaitIdle()
	if title := webtest.Run(tab, chromedp.Title()); title != "Orderly API" {
		t.Errorf("the title is %q, want Orderly API", title)
	}
	text := tab.Text()
	for _, offer := range []string{"Ask AI", "Open API Client", "Developer Tools", "MCP"} {
		if strings.Contains(text, offer) {
			t.Errorf("the page offers %q, which belongs to the viewer's maker:\n%s", offer, text)
		}
	}
	tab.CheckClean()
	for _, request := range tab.Requests() {
		if !strings.HasPrefix(request, host+"/") {
			t.Errorf("the page asked for %s, want addresses of %s alone", request, host)
		}
	}
	if kept := webtest.Run(tab, chromedp.Evaluate[int]("localStorage.length + sessionStorage.length")); kept != 0 {
		t.Errorf("the page keeps %d values in the browser, want none", kept)
	}
}

func fitsEveryScreen(t *testing.T, browser *webtest.Browser) {
	host := serveExample(t)
	for _, scheme := range []webtest.Scheme{webtest.Light, webtest.Dark} { // the viewer takes it from the first look
		tab := browser.Open(t)
		tab.View(1280, 844, scheme)
		tab.Visit(host + "/docs")
		tab.WaitText("List orders")
		for _, width := range []int64{1280, 390} {
			tab.View(width, 844, scheme)
			tab.WaitTrue(fmt.Sprintf("document.body.className === '%s-mode'", scheme))
			if over := webtest.Run(tab, chromedp.Evaluate[int]("document.documentElement.scrollWidth - innerWidth")); over > 0 {
				t.Errorf("at %d the page is %d pixels too wide", width, over)
			}
			tab.Screenshot(fmt.Sprintf("docs-%s-%d", scheme, width))
			tab.CheckClean()
		}
	}
}

func triesAnOperation(t *testing.T, browser *webtest.Browser) {
	tab := browser.Open(t)
	// On loopback the viewer would leave its request proxy out in any case.
	tab.Visit(webtest.Public(serveExample(t)) + "/docs#tag/system")
	tab.WaitText("Check the service")
	tab.Click(`[id$="/GET/v1/ping"] button.show-api-client-button`)
	tab.Click(`[role=dialog] button[data-addressbar-action=send]`)
	tab.WaitText(pong)
	tab.Screenshot("docs-tried")
	tab.CheckClean()
}

func findsBySearch(t *testing.T, browser *webtest.Browser) {
	tab := browser.Open(t)
	tab.Visit(serveExample(t) + "/docs")
	tab.WaitText("List orders")
	tab.Click("button:has(.sidebar-search-placeholder)")
	tab.WaitTrue("document.activeElement.type === 'search'")
	tab.Do(chromedp.KeyEvent("adjust"))
	tab.WaitText("/v1/levels/adjust")
	tab.CheckClean()
}

func worksWithoutScript(t *testing.T, browser *webtest.Browser) {
	tab := browser.Open(t)
	tab.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	tab.Visit(serveExample(t) + "/docs")
	if text := tab.Text(); !strings.Contains(text, "needs JavaScript") || !strings.Contains(text, "/openapi.json") {
		t.Errorf("the page without script does not say where the document is:\n%s", text)
	}
	tab.Screenshot("docs-without-script")
	tab.CheckClean()
}

func tellsWhatIsWrong(t *testing.T, browser *webtest.Browser) {
	for want, document := range map[string]http.HandlerFunc{
		"the server answered 503": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "starting", http.StatusServiceUnavailable)
		},
		"not valid JSON": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") },
	} {
		tab := browser.Open(t)
		tab.Visit(serve(t, document) + "/docs")
		tab.WaitText("The reference cannot be shown: ")
		tab.WaitText(want)
		tab.WaitText("OpenAPI document: /openapi.json")
		tab.Screenshot("docs-wrong")
	}
}
