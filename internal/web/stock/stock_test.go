package stock_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"

	"github.com/chromedp/chromedp"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// Kills: an adjustment whose preview names nobody, or another than gives way;
// an explanation whose rows do not add up; a low mark that lists nothing.
func TestStockDay(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	tea := s.Goods("TEA-1", catalog.Backorder, "A", 10, "B", 2)
	s.Goods("MUG-1", catalog.Backorder, "A", 3)
	s.Place("TEA-1", 4)
	last := s.Place("TEA-1", 5)
	tab := s.Tab(t, browser, access.Admin, "/stock")
	tab.View(1440, 900, webtest.Light)
	tab.WaitText("TEA-1")
	tab.CheckPage("stock")
	tab.Screenshot("stock-list")

	tab.Visit(s.Address + "/stock/" + tea.String())
	tab.Click("#item-stock .stock-figure")
	tab.WaitText("What these figures are made of")
	tab.WaitTrue("(() => { const sum = (s) => [...document.querySelectorAll(s)].reduce((n, e) => n + Number(e.dataset.n), 0); const f = (k) => Number(document.querySelector(`[data-figure=${k}]`).textContent); return f('on-hand') === sum('[data-lot=on_hand]') && f('reserved') === sum('[data-claim]') && f('sellable') === f('on-hand') - f('reserved') - f('safety') && f('on-hand') === 10 && f('reserved') > 0 })()")
	tab.CheckPage("stock-item")
	tab.Screenshot("stock-item")

	tab.Click("[data-opens=adjust-dialog]")
	tab.WaitTrue("document.getElementById('adjust-dialog').open")
	tab.Do(chromedp.SendKeys("#quantity", "-4"))
	tab.WaitText("would lose")
	number := "#" + itoa(last.Order.Number)
	tab.WaitTrue("document.querySelector('#adjust-effect').innerText.includes('" + number + "')")
	tab.CheckPage("stock-adjust")
	tab.Screenshot("stock-adjust")
	tab.Click("#adjust-dialog [data-submit]")
	tab.Do(chromedp.WaitVisible("#waits-title"))

	tab.Do(chromedp.SetValue("input[name^=low_]", "3"))
	tab.Click(".stock-settings [data-submit]")
	tab.WaitText("Saved")
	tab.Visit(s.Address + "/stock?only=low")
	tab.WaitText("TEA-1")
	if strings.Contains(tab.Text(), "MUG-1") {
		t.Error("what is not low is listed as low")
	}
	for _, page := range [][2]string{
		{"stock-item", "/stock/" + tea.String() + "?location=" + s.Locations["A"].String()},
		{"stock", "/stock"}, {"locations", "/locations"}, {"location", "/locations/" + s.Locations["A"].String()},
	} {
		tab.CheckLooks(page[0], s.Address+page[1])
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
