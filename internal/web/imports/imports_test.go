package imports_test

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/imports/upload"
	"orderly/internal/jobs"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"

	"github.com/chromedp/chromedp"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// realLines are the first lines of a month of a real shop, with one that is
// broken.
func realLines(t *testing.T, n, broken int) string {
	t.Helper()
	f, err := os.Open("../../../../shared/data/online-retail/online-retail-2011-03.csv.gz")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the real file is not here: ../shared/data/online-retail is absent")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	in := bufio.NewScanner(z)
	for i := 0; i <= n && in.Scan(); i++ {
		line := in.Text()
		if i == broken {
			cells := strings.Split(line, ",")
			cells[len(cells)-3] = "cheap" // the unit price
			line = strings.Join(cells, ",")
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// Kills: a real file that a person cannot bring in by the pages alone: upload,
// columns, preview, progress, a broken row mended.
func TestRealFile(t *testing.T) {
	text := realLines(t, 2000, 5)
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	path := filepath.Join(t.TempDir(), "march.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	work := jobs.New(s.DB, upload.Kinds(s.Desk, slog.New(slog.DiscardHandler))[:1], jobs.Options{Node: "test"})
	work.Start()
	t.Cleanup(work.Stop)
	tab := s.Tab(t, browser, access.Admin, "/imports?what=items")
	tab.View(1440, 900, webtest.Light)
	tab.CheckPage("imports")
	tab.Screenshot("imports-empty")

	send := func(what string) {
		tab.Visit(s.Address + "/imports?what=" + what)
		tab.Do(chromedp.SetUploadFiles("#file", []string{path}))
		tab.Click(".imports-form [data-submit]")
		tab.Do(chromedp.WaitVisible("#columns-title"))
	}
	choose := func(header, ours string) {
		tab.WaitTrue(fmt.Sprintf("(() => { const l = [...document.querySelectorAll('#setup label')].find(l => l.textContent.trim() === %q); const s = document.getElementById(l.htmlFor); if (s.value !== %q) { s.value = %q; s.dispatchEvent(new Event('change', {bubbles: true})); } return true })()", header, ours, ours))
	}
	// Items first: what the lines sell.
	send("items")
	choose("StockCode", "sku")
	choose("Description", "name")
	tab.WaitText("All 20 rows would be taken")
	tab.CheckPage("imports-items")
	tab.Screenshot("imports-items")
	tab.Click("#setup [data-submit]")
	tab.Do(chromedp.WaitVisible("#import .tiles"))

	send("orders")
	tab.WaitText("of 20 rows would be taken") // countries are no codes, one price is none
	tab.Screenshot("imports-faults")
	choose("Country", "")
	tab.WaitTrue("document.querySelector('#preview').innerText.includes('rows would be taken') && !document.querySelector('#preview').innerText.includes('country code')")
	tab.CheckPage("imports-orders")
	tab.Screenshot("imports-orders")
	tab.Do(chromedp.SetValue("#save_as", "Online shop"))
	tab.Click("#setup [data-submit]")
	tab.Do(chromedp.WaitVisible("#rejects-title"))
	tab.CheckPage("imports-rejects")
	tab.Screenshot("imports-rejects")

	before := open(tab)
	tab.WaitTrue("[...document.querySelectorAll('#rejects-table tr')].some(r => r.innerText.includes('cheap'))")
	tab.WaitTrue("(() => { const r = [...document.querySelectorAll('#rejects-table tr')].find(r => r.innerText.includes('cheap')); r.querySelector('a').id = 'broken'; return true })()")
	tab.Click("#broken")
	tab.WaitText("is not a price")
	tab.CheckPage("imports-mend")
	tab.Screenshot("imports-mend")
	tab.WaitTrue("(() => { const i = [...document.querySelectorAll('form[data-main] input')].find(i => i.value === 'cheap'); i.value = '2.10'; return true })()")
	tab.Click("form[data-main] [data-submit]")
	tab.WaitText("lines are taken")
	if after := open(tab); after >= before {
		t.Errorf("%d lines to mend, before %d", after, before)
	}
	for _, scheme := range []webtest.Scheme{webtest.Light, webtest.Dark} {
		tab.View(390, 844, scheme)
		tab.CheckPage("imports-phone")
		tab.Screenshot("imports-phone-" + string(scheme))
	}
}

// open is how many lines the page says are to be mended.
func open(tab *webtest.Tab) int64 {
	return webtest.Run(tab, chromedp.Evaluate[int64]("Number(document.querySelectorAll('.tile-value')[2].textContent.replace(/\\D/g, ''))"))
}

// Kills: past purchase orders that a buyer cannot bring in by the pages: no kind to
// choose, no sample, days that nobody can explain, texts that mean nothing read as
// something.
func TestPurchasesByPage(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("CUP", "backorder")
	path := filepath.Join(t.TempDir(), "past.csv")
	text := "PO Number,Vendor,Order Date,SKU,Qty,Received,Unit Cost,Expected On,Received On\n" +
		"H-1,Kiln & Co,2/5/2024,CUP,10,9,1.50,2/20/2024,2/22/2024\nH-2,Kiln & Co,6/3/2024,CUP,10,10,1.80,not known,7/1/2024\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	work := jobs.New(s.DB, upload.Kinds(s.Desk, slog.New(slog.DiscardHandler))[:1], jobs.Options{Node: "test"})
	work.Start()
	t.Cleanup(work.Stop)
	if got := s.Get(access.Admin, "/imports/sample?what=purchases"); got.Status != 200 || !strings.HasPrefix(got.Body, "external_id,supplier,currency,") {
		t.Errorf("sample %d %s", got.Status, got.Body)
	}
	tab := s.Tab(t, browser, access.Admin, "/purchases")
	tab.View(1440, 900, webtest.Light)
	tab.CheckPage("purchases-import")
	tab.Click("a[href='/imports?what=purchases']")
	tab.WaitTrue(`location.pathname === "/imports" && document.querySelector("#file")?.type === "file"`) // the page before it is swapped for this one
	tab.Do(chromedp.SetUploadFiles("#file", []string{path}))
	tab.Click(".imports-form [data-submit]")
	tab.Do(chromedp.WaitVisible("#columns-title"))
	tab.WaitText("0 of 2 rows would be taken")
	tab.Screenshot("imports-purchases-days")
	choose := func(id, value string) {
		tab.WaitTrue(fmt.Sprintf("(() => { const f = document.getElementById(%q); f.value = %q; f.dispatchEvent(new Event('change', {bubbles: true})); return true })()", id, value))
	}
	choose("fixed_dates", "mdy")
	choose("fixed_location", "A")
	tab.WaitText("1 of 2 rows would be taken")
	choose("blank", "not known|n/a")
	tab.WaitText("All 2 rows would be taken")
	tab.CheckPage("imports-purchases")
	tab.Screenshot("imports-purchases")
	tab.Click("#setup [data-submit]")
	tab.Do(chromedp.WaitVisible("#import .tiles"))
	tab.WaitText("Everything is taken")
	tab.Screenshot("imports-purchases-done")
	tab.Visit(s.Address + "/suppliers")
	tab.WaitText("Kiln & Co")
	tab.View(390, 844, webtest.Dark)
	tab.Visit(s.Address + "/imports?what=purchases")
	tab.CheckPage("imports-purchases-phone")
	tab.Screenshot("imports-purchases-phone")
}
