package orders_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// Kills: a page that is not for everybody, or that does not fit a screen.
func TestLooks(t *testing.T) {
	browser := webtest.Start(t)
	s := shopOf(t, storetest.SQLite(t))
	run := s.bulk(access.Operations, "act=tag&add=sale&everything=1&filter=status%3Dopen")
	tab := s.Tab(t, browser, access.Admin, "/orders")
	for _, path := range []string{"/orders", "/orders?status=open&channel=web", "/orders?due=late", "/orders?q=nothing+here", "/runs", run, "/orders/" + s.rich.String()} {
		for _, size := range [][2]int64{{1440, 900}, {1024, 768}, {390, 844}} {
			for _, scheme := range []webtest.Scheme{webtest.Light, webtest.Dark} {
				name := fmt.Sprintf("orders%s-%d-%s", strings.NewReplacer("/", "-", "?", "-", "=", "-", "&", "-").Replace(path), size[0], scheme)
				if strings.Contains(path, "ord_") {
					name = fmt.Sprintf("order-%d-%s", size[0], scheme)
				}
				tab.View(size[0], size[1], scheme)
				tab.Visit(s.Address + path)
				tab.WaitTrue("document.readyState === 'complete'")
				tab.CheckPage(name)
				tab.Screenshot(name)
			}
		}
	}
}

var _ = pagetest.Password
