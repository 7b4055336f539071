package orders_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/store/storetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// Kills: a page that is not for everybody, or that does not fit a screen.
func TestLooks(t *testing.T) {
	browser := webtest.Start(t)
	s := shopOf(t, storetest.SQLite(t))
	run := s.bulk(access.Operations, "act=tag&add=sale&everything=1&filter=status%3Dopen")
	tab := s.Tab(t, browser, access.Admin, "/orders")
	for _, path := range []string{"/orders", "/orders?status=open&channel=web", "/orders?due=late", "/orders?q=nothing+here", "/runs", run, "/orders/" + s.rich.String(), "/orders/" + s.ids[0].String()} {
		name := "orders" + strings.NewReplacer("/", "-", "?", "-", "=", "-", "&", "-").Replace(path)
		if strings.Contains(path, "ord_") {
			name = "order"
			if strings.HasSuffix(path, s.ids[0].String()) {
				name = "order-open"
			}
		}
		tab.CheckLooks(name, s.Address+path)
	}
}

// press types keys, one after the other.
func press(tab *webtest.Tab, keys ...string) {
	for _, k := range keys {
		tab.Do(chromedp.KeyEvent(k))
	}
}

// Kills: a list that cannot be searched, selected or acted on by keyboard; an
// act whose effect is not told before; a report that does not come.
func TestOperationsDay(t *testing.T) {
	browser := webtest.Start(t)
	s := shopOf(t, storetest.SQLite(t))
	tab := s.Tab(t, browser, access.Operations, "/orders")
	tab.View(1440, 900, webtest.Light)
	tab.WaitText("#1015")
	press(tab, "j", "x", "j", "j", "X")
	tab.WaitText("3 selected")
	press(tab, "e")
	tab.WaitTrue("document.activeElement.dataset.bulkAct === 'release'")
	tab.Click("[data-bulk-act=tag]")
	tab.WaitTrue("document.activeElement.name === 'add'")
	press(tab, "s", "a", "l", "e")
	tab.WaitText("3 would change.")
	tab.CheckPage("bulk")
	tab.Screenshot("bulk-1440-light")
	tab.Click("#bulk-act [data-submit]")
	tab.WaitText("Acts on many orders")
	tab.WaitTrue("location.pathname.startsWith('/runs/run_')")
	s.work()
	tab.WaitText("3 of 3")
	tab.CheckClean()

	tab.Visit(s.Address + "/orders?status=open")
	tab.Click("[data-pick-all]")
	tab.Click("[data-pick-filter]")
	tab.WaitText("All orders of this list")
	tab.Click("[data-bulk-act=release]")
	tab.WaitText("It is about 15 orders.")
	tab.Click("#bulk-act [data-submit]")
	tab.WaitTrue("location.pathname.startsWith('/runs/run_')")
	s.work()
	tab.WaitText("15 of 15")
	tab.CheckClean()

	tab.Visit(s.Address + "/orders/" + s.ids[0].String())
	tab.Click(".duty [value=claim]")
	tab.WaitText("You took this")
	tab.Click(".duty [data-opens]")
	tab.Do(chromedp.WaitVisible("#duty-form select"))
	tab.CheckPage("order-duty")
	tab.Screenshot("order-duty-1440-light")
	tab.CheckClean()
}

// Kills: a row that does not follow a change; a selection that a change loses.
func TestRowsFollow(t *testing.T) {
	browser := webtest.Start(t)
	s := shopOf(t, storetest.SQLite(t))
	tab := s.Tab(t, browser, access.Operations, "/orders")
	tab.View(1440, 900, webtest.Light)
	tab.WaitText("#1015")
	tab.WaitTrue("document.querySelector('#live').dataset.state === 'on'")
	tab.Click("tr[data-id=" + s.ids[0].String() + "] [data-pick]")
	desktest.Must(s.Shop, intake.Edit, intake.EditCommand{Order: s.ids[0], AddTags: []string{"followed"}})
	tab.WaitText("followed")
	tab.WaitText("1 selected")
	s.Place("TEA-EARL-GREY", 1)
	tab.WaitText("New orders came in")
	tab.CheckClean()
}

// Kills: a change between a page and its stream that the page never shows; a
// change between the reading of a page and its coming in that is lost.
func TestNothingIsMissed(t *testing.T) {
	browser := webtest.Start(t)
	s := shopOf(t, storetest.SQLite(t))
	tag := func(n int, tag string) {
		desktest.Must(s.Shop, intake.Edit, intake.EditCommand{Order: s.ids[n], AddTags: []string{tag}})
	}
	done := make(chan struct{})
	s.Before = func(r *http.Request) {
		if r.URL.Path == "/live" {
			<-done
		}
	}
	tab := s.Tab(t, browser, access.Operations, "/orders/"+s.ids[0].String())
	tag(0, "meanwhile")
	close(done)
	tab.WaitText("meanwhile")
	tab.WaitTrue("document.querySelector('#live').dataset.state === 'on'")

	// The page of the second order is changed after it was read; the stream tells
	// so before it comes in.
	tab.WaitTrue(`(() => {
		const main = document.querySelector("#main"), link = document.createElement("a");
		link.id = "next"; link.href = "/orders/` + s.ids[1].String() + `"; link.textContent = "next";
		main.prepend(link); htmx.process(main);
		window.told = new Promise((yes) => document.addEventListener("orderly:changes", () => yes(), {once: true}));
		return true })()`)
	tab.WaitTrue(`(() => {
		const fetched = window.fetch;
		window.fetch = async (...a) => { const got = await fetched(...a); document.title = "read"; await window.told; return got; };
		return true })()`)
	tab.Click("#next")
	tab.WaitTrue("document.title === 'read' || location.pathname.endsWith('" + s.ids[1].String() + "')")
	tag(1, "afterwards")
	tab.WaitText("afterwards")
	tab.CheckClean()
}

// Kills: an order that cannot be found by name, held, freed again, noted and
// partly canceled with its effect told before, on a desk and on a phone.
func TestSalesDay(t *testing.T) {
	browser := webtest.Start(t)
	s := shopOf(t, storetest.SQLite(t))
	for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
		tab := s.Tab(t, browser, access.Sales, "/orders")
		tab.View(size[0], size[1], webtest.Light)
		tab.WaitText("#1015")
		press(tab, "/")
		press(tab, strings.Split("somerville", "")...)
		tab.WaitTrue("document.querySelectorAll('tr[data-row]').length === 3")
		tab.Do(chromedp.KeyEvent("\u001b"))
		press(tab, "j", "\r")
		tab.WaitTrue("location.pathname.startsWith('/orders/ord_')")
		tab.WaitText("Mary Somerville")
		tab.WaitTrue("!document.body.matches('.htmx-request')")
		tab.Screenshot(fmt.Sprintf("opened-%d-light", size[0]))
		tab.Click("[data-opens=hold-dialog]")
		tab.Click("#hold-dialog [data-submit]")
		tab.WaitText("On hold: the customer asked for it")
		tab.Click("#undo button")
		tab.WaitTrue("!document.body.innerText.includes('On hold: the customer')")
		tab.Click("#note")
		note := fmt.Sprint("call ", size[0])
		press(tab, strings.Split(note, "")...)
		tab.Do(chromedp.Evaluate[chromedp.Void]("document.activeElement.blur()"))
		desktest.Must(s.Shop, intake.Edit, intake.EditCommand{Order: s.ids[11], AddTags: []string{fmt.Sprint("t", size[0])}})
		tab.WaitText(fmt.Sprint("t", size[0])) // a change comes in
		tab.WaitTrue("document.querySelector('#note').value === '" + note + "'")
		tab.Click("form[action$='/note'] button")
		tab.WaitTrue("[...document.querySelectorAll('.note')].some(n => n.innerText.includes('" + note + "'))")
		tab.Click("[data-opens=cancel-dialog]")
		tab.Click("#cancel-dialog input[name=line_1]")
		press(tab, "1")
		tab.WaitText("The customer will owe £12.95 less")
		tab.CheckPage("cancel")
		tab.Screenshot(fmt.Sprintf("cancel-%d-light", size[0]))
		tab.Click("#cancel-dialog [data-submit]")
		tab.WaitText("canceled")
		tab.CheckClean()
	}
}
