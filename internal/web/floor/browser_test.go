package floor_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/fulfillment"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/levels"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// goods makes an item with two barcodes: one unit, and a case of six.
func goods(s *pagetest.Site, sku, code string, have int64) catalog.ID {
	r := desktest.Must(s.Shop, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: sku, Name: "Blue " + sku, Kind: catalog.Goods, WhenShort: catalog.Backorder, WeightGrams: 250,
		Barcodes: []catalog.Barcode{{Code: code, Quantity: 1}, {Code: code + "6", Quantity: 6}}}})
	if have > 0 {
		desktest.Must(s.Shop, floor.Receive, floor.ReceiveCommand{Lines: []stock.Line{{SKU: sku, Location: s.Locations["A"], Quantity: have, Bin: "A-01", Lot: "L1"}}})
	}
	return catalog.ID(r.ID)
}

// at opens a screen of the floor at location A.
func at(t *testing.T, s *pagetest.Site, b *webtest.Browser, path string) *webtest.Tab {
	t.Helper()
	tab := s.Tab(t, b, access.Warehouse, "/floor")
	place := s.Locations["A"].String()
	tab.WaitText("Where are you?")
	tab.Click(`button[value="` + place + `"]`)
	tab.WaitText("Take items off the shelf")
	if path != "/floor" {
		tab.Visit(s.Address + path)
	}
	return tab
}

// scan types as a scanner does: a letter every ten milliseconds, then Enter,
// however busy the machine is.
func scan(tab *webtest.Tab, code string) {
	at := time.Now()
	tab.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		for _, r := range code + "\r" {
			at = at.Add(10 * time.Millisecond)
			for _, k := range kb.Encode(r) {
				k.Timestamp = input.TimeSinceEpoch(float64(at.UnixMicro()) / 1e6)
				if _, err := cdp.Call(ctx, target, input.DispatchKeyEvent, *k); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// reload loads the page anew, as somebody does who does not trust it.
func reload(tab *webtest.Tab) { tab.Do(chromedp.Reload()) }

// cut is network.EmulateNetworkConditionsByRuleParams with what browsers asked
// for until they took each rule's own word: some of either kind are about.
type cut struct {
	network.EmulateNetworkConditionsByRuleParams
	Offline bool `json:"offline"`
}

var cutOff = cdp.Command[cut, network.EmulateNetworkConditionsByRuleResult]{Method: network.CommandEmulateNetworkConditionsByRule}

func offline(tab *webtest.Tab, off bool) {
	rule := network.Conditions{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}
	tab.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		p := cut{Offline: off}
		p.MatchedNetworkConditions = []*network.Conditions{}
		if off {
			p.MatchedNetworkConditions = []*network.Conditions{&rule}
		}
		if _, err := cdp.Call(ctx, target, cutOff, p); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1})
		return err
	}))
}

func work(t *testing.T, s *pagetest.Site, id fulfillment.ID) *fulfillment.Fulfillment {
	t.Helper()
	var f *fulfillment.Fulfillment
	err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
		list, err := fulfillments.Load(r, []fulfillment.ID{id})
		f = list[0]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func level(t *testing.T, s *pagetest.Site, item catalog.ID, place string) (l stock.Level) {
	t.Helper()
	err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) (err error) {
		l, err = levels.Get(r, stock.Cell{Item: int64(item), Location: s.Locations[place]})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

var sizes = map[string][2]int64{"phone": {390, 844}, "tablet": {1024, 768}}

// A day in the warehouse with a scanner alone: release, pick, pack, ship,
// receive, count, transfer, and the way back from each.
func TestDayByScanner(t *testing.T) {
	browser := webtest.Start(t)
	for name, size := range sizes {
		t.Run(name, func(t *testing.T) {
			s := pagetest.Open(t, storetest.SQLite(t))
			mug, tea := goods(s, "MUG", "500", 20), goods(s, "TEA", "600", 5)
			first := s.Place("MUG", 7, "TEA", 1).Fulfillments[0].ID
			waits := s.Place("TEA", 9)
			look := func(tab *webtest.Tab, what string) {
				t.Helper()
				tab.CheckAccess()
				tab.CheckFits()
				tab.Screenshot(name + "-" + what)
			}
			tab := s.Tab(t, browser, access.Warehouse, "/floor")
			tab.View(size[0], size[1], webtest.Light)
			look(tab, "choose")
			tab.Click(`button[value="` + s.Locations["A"].String() + `"]`)
			tab.WaitText("Take items off the shelf")
			look(tab, "station")

			tab.Visit(s.Address + "/floor/pick")
			look(tab, "to-release")
			tab.Click(`.floor-release button`)
			tab.WaitText("Start with #1001")
			look(tab, "to-pick")
			scan(tab, first.String())
			tab.WaitText("Pick 1001")
			tab.WaitText("A-01")
			look(tab, "pick")

			scan(tab, "999") // a wrong one stops the work, and another scan does not go on
			tab.WaitText("Wrong item")
			look(tab, "stop")
			scan(tab, "500")
			tab.WaitTrue(`document.getElementById("floor-stop").open`)
			tab.Click("[data-stop-ok]")
			scan(tab, "5006")
			tab.WaitTrue(`document.querySelector('[data-line="1"] [data-left]').textContent === "1"`)
			scan(tab, "5006")
			tab.WaitText("Too many")
			tab.Click("[data-stop-ok]")
			scan(tab, "]C1500")
			scan(tab, "TEA")
			tab.WaitText("Everything is picked")
			tab.WaitTrue(`document.documentElement.dataset.waiting === "0"`)
			look(tab, "picked")
			if f := work(t, s, first); f.WorkStatus != "picked" || f.Lines[0].Picked != 7 {
				t.Errorf("%s with %+v", f.WorkStatus, f.Lines)
			}
			tab.Click("[data-scan-back]")
			scan(tab, "TEA")
			tab.WaitTrue(`document.querySelector('[data-line="2"] [data-left]').textContent === "1" && document.documentElement.dataset.waiting === "0"`)
			tab.Click("[data-scan-back]")
			scan(tab, "600")
			tab.WaitTrue(`document.querySelector('[data-line="2"] [data-left]').textContent === "0" && document.documentElement.dataset.waiting === "0"`)

			tab.Click("[data-done-box] a")
			tab.WaitText("Close the parcel")
			scan(tab, "500")
			scan(tab, "5006")
			tab.WaitTrue(`document.getElementById("line_1").value === "7"`)
			scan(tab, "999")
			tab.WaitText("Wrong item")
			tab.Click("[data-stop-ok]")
			reload(tab) // what is in the parcel stays
			tab.WaitTrue(`document.readyState === "complete" && document.getElementById("line_1")?.value === "7"`)
			scan(tab, "TEA")
			scan(tab, "JD0001") // all is in: this is the carrier's label
			tab.WaitTrue(`document.getElementById("tracking").value === "JD0001"`)
			tab.Do(chromedp.Evaluate[chromedp.Void](`document.getElementById("carrier").value = "dhl"`))
			look(tab, "pack")
			tab.Click("#parcel .btn-accent")
			tab.WaitText("par_")
			tab.WaitText("Label")
			look(tab, "packed")

			tab.Visit(s.Address + "/floor/ship")
			tab.WaitText("1 parcel is ready to leave")
			look(tab, "ship")
			scan(tab, "JD0002")
			tab.WaitText("Wrong item")
			tab.Click("[data-stop-ok]")
			scan(tab, "JD0001")
			tab.WaitText("1 parcel left today")
			if f := work(t, s, first); f.WorkStatus != "shipped" {
				t.Errorf("%s, want shipped", f.WorkStatus)
			}
			scan(tab, "JD0001")
			tab.WaitText("Scanned already")
			tab.Click("[data-stop-ok]")
			tab.Click("[data-scan-back]")
			scan(tab, "JD0001")
			tab.WaitText("1 parcel is ready to leave")

			tab.Visit(s.Address + "/floor/receive")
			scan(tab, "6006")
			tab.WaitText("Blue TEA")
			scan(tab, "600")
			tab.WaitTrue(`document.querySelector('[name="line_quantity"]').value === "7"`)
			scan(tab, "nothing")
			tab.WaitText("No item has")
			tab.Click("[data-stop-ok]")
			tab.Click(`button[value="preview"]`)
			tab.WaitText("Goes at once to")
			look(tab, "receive")
			tab.Click(`button[value="book"]`)
			tab.WaitText("Take it back")
			if l := level(t, s, tea, "A"); l.OnHand != 12 || l.Reserved != 10 {
				t.Errorf("tea after the receipt: %+v", l)
			}
			_ = waits
			look(tab, "received")
			tab.Click(`form[action$="/reverse"] button`)
			tab.WaitTrue(`!document.querySelector('form[action$="/reverse"]') && document.body.innerText.includes("Scan what came in")`)
			if l := level(t, s, tea, "A"); l.OnHand != 5 {
				t.Errorf("tea after the reversal: %+v", l)
			}

			tab.Visit(s.Address + "/floor/count")
			scan(tab, "500")
			tab.WaitText("Blue MUG")
			tab.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector('[name="line_quantity"]').value = "9"`))
			tab.Click(`button[value="preview"]`)
			tab.WaitText("−11")
			look(tab, "count")
			tab.Click(`button[value="book"]`)
			tab.WaitText("Scan what you count")
			if l := level(t, s, mug, "A"); l.OnHand != 9 {
				t.Errorf("mugs after the count: %+v", l)
			}

			tab.Visit(s.Address + "/floor/transfer")
			scan(tab, "MUG")
			tab.WaitText("Blue MUG")
			tab.Click(`button[value="preview"]`)
			tab.WaitText("Choose where the goods go")
			tab.Do(chromedp.Evaluate[chromedp.Void](`document.getElementById("to").value = "` + s.Locations["B"].String() + `"`))
			tab.Click(`button[value="preview"]`)
			tab.WaitText("−1")
			look(tab, "transfer")
			tab.Click(`button[value="book"]`)
			tab.WaitText("Scan what is to move")
			if a, b := level(t, s, mug, "A"), level(t, s, mug, "B"); a.OnHand != 8 || b.OnHand != 1 {
				t.Errorf("mugs after the transfer: %+v, %+v", a, b)
			}
			for _, p := range tab.Problems() {
				if !strings.Contains(p, "422") { // the transfer without a place
					t.Errorf("page: %s", p)
				}
			}
		})
	}
}

// Kills: a scan that a lost connection swallows; one that counts again when it
// is sent again; scans that arrive in another order; a count that forgets what
// waits when the page is loaded anew.
func TestLostConnection(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	tea := goods(s, "TEA", "600", 40)
	f := s.Place("TEA", 10).Fulfillments[0].ID
	s.Work(f, "release")
	tab := at(t, s, browser, "/floor/pick/"+f.String())
	tab.View(390, 844, webtest.Light)
	tab.WaitText("A-01")
	scan(tab, "600")
	tab.WaitTrue(`document.documentElement.dataset.waiting === "0"`)
	offline(tab, true)
	for _, code := range []string{"600", "6006", "TEA"} {
		scan(tab, code)
	}
	tab.WaitText("3 scans wait for the connection")
	tab.WaitTrue(`document.querySelector('[data-line="1"] [data-left]').textContent === "1"`)
	tab.Screenshot("phone-offline")
	tab.CheckAccess()
	if got := work(t, s, f).Lines[0].Picked; got != 1 {
		t.Errorf("%d are picked while nothing could arrive", got)
	}
	offline(tab, false)
	tab.WaitTrue(`document.documentElement.dataset.waiting === "0" && document.querySelector("[data-wait]").hidden`)
	if got := work(t, s, f).Lines[0].Picked; got != 9 {
		t.Errorf("%d are picked, want 9", got)
	}
	// An answer that was lost: the scan is sent again under its id.
	const lost = `(async () => { const body = new URLSearchParams({code: "600", idempotency_key: "scan-1"}); const out = [];
		for (let i = 0; i < 2; i++) { const r = await fetch(document.querySelector("[data-scan]").dataset.url, {method: "POST", body, headers: {Accept: "application/json"}}); out.push((await r.json()).lines[0].taken); }
		return out.join(" "); })()`
	if got := webtest.Run(tab, chromedp.Evaluate[string](lost, chromedp.EvalAwaitPromise)); got != "10 10" {
		t.Errorf("one scan, sent twice, gave %s", got)
	}

	tab.Visit(s.Address + "/floor/receive")
	scan(tab, "600")
	tab.WaitText("Blue TEA")
	offline(tab, true)
	scan(tab, "6006")
	scan(tab, "600")
	tab.WaitText("2 scans wait for the connection")
	offline(tab, false)
	tab.WaitTrue(`document.querySelector('[name="line_quantity"]')?.value === "8"`)
	reload(tab)
	tab.WaitTrue(`document.readyState === "complete" && document.querySelector('[name="line_quantity"]')?.value === "8"`)
	if l := level(t, s, tea, "A"); l.OnHand != 40 {
		t.Errorf("a sheet that is not booked has changed the books: %+v", l)
	}
	for _, p := range tab.Problems() {
		if !strings.Contains(p, "ERR_INTERNET_DISCONNECTED") {
			t.Errorf("page: %s", p)
		}
	}
}

// The scanner types wherever the focus is, and never into a figure.
func TestScannerWhereverTheFocusIs(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	goods(s, "MUG-1", "5012345", 9)
	f := s.Place("MUG-1", 4).Fulfillments[0].ID
	s.Work(f, "release", "pick")
	tab := at(t, s, browser, "/floor/pack/"+f.String())
	tab.WaitTrue(`document.getElementById("line_1").value === "0"`)
	tab.Do(chromedp.Focus("#line_1"))
	scan(tab, "5012345")
	tab.WaitTrue(`document.getElementById("line_1").value === "1"`)
	tab.Do(chromedp.Focus("#weight"))
	scan(tab, "MUG-1")
	tab.WaitTrue(`document.getElementById("line_1").value === "2" && document.getElementById("weight").value === "1"`)
	tab.Do(chromedp.Focus(".floor-acts a"))
	scan(tab, "]C15012345")
	tab.WaitTrue(`document.getElementById("line_1").value === "3"`)
	tab.Do(chromedp.Focus("#tracking"))
	scan(tab, "1Z999AA10123456784")
	tab.WaitTrue(`document.getElementById("tracking").value === "1Z999AA10123456784" && document.getElementById("line_1").value === "3"`)
	tab.Do(chromedp.Focus("#code"))
	scan(tab, "MUG-1")
	tab.WaitTrue(`document.getElementById("line_1").value === "4" && document.getElementById("code").value === ""`)
	tab.CheckClean()
}

// The same queues as tables, by keyboard.
func TestQueueByKeyboard(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	goods(s, "MUG", "500", 90)
	var ids []fulfillment.ID
	for range 3 {
		ids = append(ids, s.Place("MUG", 2).Fulfillments[0].ID)
	}
	tab := at(t, s, browser, "/floor/queue")
	tab.View(1440, 900, webtest.Light)
	tab.WaitText("#1003")
	tab.CheckAccess()
	tab.CheckFits()
	tab.Screenshot("desktop-queue")
	tab.Do(chromedp.KeyEvent("jxjx"))
	tab.WaitTrue(`document.querySelectorAll("[name=ful]:checked").length === 2`)
	tab.Do(chromedp.KeyEvent("r"))
	tab.WaitTrue(`document.body && !document.body.innerText.includes("#1001") && document.body.innerText.includes("#1002") === false`)
	for i, want := range []string{"released", "released", "pending"} {
		if got := work(t, s, ids[i]).WorkStatus; got != want {
			t.Errorf("order %d is %s, want %s", 1001+i, got, want)
		}
	}
	tab.Visit(s.Address + "/floor/queue?in=to_pick")
	tab.WaitText("#1001")
	tab.Do(chromedp.KeyEvent("j\r"))
	tab.WaitText("Pick 1001")
	tab.CheckClean()
}

// The screens are for everybody in the dark too.
func TestDark(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	goods(s, "MUG", "500", 9)
	f := s.Place("MUG", 2).Fulfillments[0].ID
	s.Work(f, "release")
	tab := at(t, s, browser, "/floor")
	tab.View(1024, 768, webtest.Dark)
	for _, path := range []string{"/floor/pick", "/floor/pick/" + f.String(), "/floor/queue?in=to_pick"} {
		tab.Visit(s.Address + path)
		tab.WaitText("Location A")
		tab.CheckAccess()
		tab.Screenshot("dark-" + strings.NewReplacer("/", "", "?", "").Replace(path)[:8])
	}
	tab.Visit(s.Address + "/floor/pick/" + f.String())
	scan(tab, "600")
	tab.WaitText("Wrong item")
	tab.CheckAccess()
	tab.CheckClean()
}
