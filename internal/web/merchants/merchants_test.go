package merchants_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/store/users"
	"orderly/internal/web/pagetest"
	"orderly/internal/web/shell"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// second makes another merchant with a warehouse and some stock.
func second(t *testing.T, s *pagetest.Site) *desktest.Shop {
	t.Helper()
	m, err := admin.MakeMerchant(context.Background(), s.Desk, s.Scope, admin.MerchantCommand{Name: "Acme & Sons", Zone: "Europe/Berlin", Currency: "EUR"}, desk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return stocked(t, s, m)
}

// berlinMonth is the month in which the second merchant's work of now counts: in
// its own zone, which is ahead of UTC.
func berlinMonth(t *testing.T) string {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return time.Now().In(zone).Format("2006-01")
}

func stocked(t *testing.T, s *pagetest.Site, m int64) *desktest.Shop {
	t.Helper()
	shop := &desktest.Shop{T: t, DB: s.DB, Desk: s.Desk, Scope: access.System(m, "command", "test"), Locations: map[string]stock.LocationID{}}
	l := desktest.Must(shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "HALL", Name: "Hall 2", Kind: "warehouse", Active: true, Address: party.Address{Country: "DE"}}})
	shop.Locations["HALL"] = stock.LocationID(l.ID)
	desktest.Must(shop, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "CUP", Name: "Cup", Kind: catalog.Goods, WhenShort: catalog.Backorder, WeightGrams: 100}})
	desktest.Must(shop, floor.Receive, floor.ReceiveCommand{Lines: []stock.Line{{SKU: "CUP", Location: stock.LocationID(l.ID), Quantity: 5}}})
	return shop
}

// invite gives the link of an invitation to somebody of the first merchant.
func invite(t *testing.T, s *pagetest.Site, by access.Scope, who access.Role, as ...access.Role) (link string, signed admin.Signed) {
	t.Helper()
	signed, err := admin.SessionOf(context.Background(), s.DB, s.Token(who))
	if err != nil {
		t.Fatal(err)
	}
	link, _, err = admin.Invite(context.Background(), s.Desk, by, admin.InviteCommand{Email: signed.Login.Email, Roles: as})
	if err != nil {
		t.Fatal(err)
	}
	return link, signed
}

func member(t *testing.T, s *pagetest.Site, by access.Scope, who access.Role, as ...access.Role) admin.Signed {
	t.Helper()
	link, signed := invite(t, s, by, who, as...)
	if err := admin.Join(context.Background(), s.Desk, signed, link); err != nil {
		t.Fatal(err)
	}
	return signed
}

func seq(t *testing.T, db *store.DB, m int64) (n int64) {
	t.Helper()
	err := db.Read(context.Background(), access.System(m, "command", "test"), func(r *store.Reader) (err error) {
		n, err = r.EntrySeq()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Kills: a form that was opened for one merchant and is carried out at another,
// and a piece of one merchant's page within the other's.
func TestOtherWindow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		shop := second(t, s)
		signed := member(t, s, shop.Scope, access.Admin, access.Admin) // and works there now
		before := seq(t, db, shop.Scope.Merchant) + seq(t, db, admin.Main)
		form := url.Values{"name": {"Mine"}, "zone": {"UTC"}, "currency": {"EUR"}, "locale": {"en-GB"}}
		for of, want := range map[int64]string{0: "did not say", admin.Main: "another merchant"} {
			s.Of = of
			if got := s.Post(access.Admin, "/settings/shop", form); got.Status != http.StatusConflict || !strings.Contains(got.Body, want) {
				t.Errorf("a form of merchant %d: %d %.400s", of, got.Status, got.Body)
			}
		}
		if after := seq(t, db, shop.Scope.Merchant) + seq(t, db, admin.Main); after != before {
			t.Error("something was done")
		}
		s.Of = admin.Main
		part := http.Header{"Hx-Request": {"true"}, "Hx-Target": {"main#main"}}
		if got := s.Ask(access.Admin, http.MethodGet, "/orders", nil, part); got.Header.Get("HX-Redirect") != "/orders" || got.Body != "" {
			t.Errorf("a link of the old page: %d %v %.200s", got.Status, got.Header, got.Body)
		}
		part.Set("Hx-Target", "div#orders")
		if got := s.Ask(access.Admin, http.MethodGet, "/orders", nil, part); got.Header.Get("HX-Refresh") != "true" || got.Body != "" {
			t.Errorf("a piece of the old page: %d %v %.200s", got.Status, got.Header, got.Body)
		}
		if t.Failed() {
			return // the stream would be one that does not end
		}
		if got := s.Ask(access.Admin, http.MethodGet, "/live", nil, nil); got.Status != http.StatusConflict {
			t.Errorf("the old page hears of the new merchant: %d", got.Status)
		}
		s.Of = shop.Scope.Merchant
		if got := s.Post(access.Admin, "/settings/shop", form); got.Status != http.StatusSeeOther {
			t.Errorf("a form of this very merchant: %d %.300s", got.Status, got.Body)
		}
		s.Of = 0
		if got := s.Get(access.Admin, "/"); !strings.Contains(got.Body, `data-merchant="`+strconv.FormatInt(shop.Scope.Merchant, 10)+`"`) {
			t.Error("the page does not say for whom it is")
		}
		if got := s.Post(access.Admin, "/account/profile", url.Values{"name": {"Ada L."}}); got.Status != http.StatusSeeOther {
			t.Errorf("one's own name: %d %.300s", got.Status, got.Body)
		}
		if err := admin.Switch(context.Background(), s.Desk, signed, shop.Scope.Merchant); err != nil {
			t.Fatal(err)
		}
		if got := s.Get(access.Admin, "/settings/users"); !strings.Contains(got.Body, "Ada L.") {
			t.Error("the other merchant does not know the new name")
		}
	})
}

// Kills: a merchant's page that opens after the end of a membership, and one who
// then has nowhere to go.
func TestMembershipEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		shop := second(t, s)
		member(t, s, shop.Scope, access.Warehouse, access.Warehouse)
		if got := s.Get(access.Warehouse, "/stock"); got.Status != http.StatusOK || !strings.Contains(got.Body, "CUP") {
			t.Fatalf("a member sees %d", got.Status)
		}
		storetest.Exec(t, db, "UPDATE users SET status = 'disabled' WHERE m = $1 AND login <> 0", shop.Scope.Merchant)
		desktest.Must(shop, admin.SaveUser, admin.UserCommand{ID: userOf(t, s, shop), Roles: []access.Role{access.Warehouse}}) // forgets sessions
		for _, path := range []string{"/", "/stock", "/live", "/palette?q=cup"} {
			if got := s.Get(access.Warehouse, path); got.Status != http.StatusForbidden || strings.Contains(got.Body, "CUP") || strings.Contains(got.Body, "Acme") {
				t.Errorf("%s: %d %.200s", path, got.Status, got.Body)
			}
		}
		if got := s.Get(access.Warehouse, "/merchants"); got.Status != http.StatusOK || strings.Contains(got.Body, "Acme") || !strings.Contains(got.Body, "Test shop") {
			t.Errorf("where to go: %d %.300s", got.Status, got.Body)
		}
		if got := s.Get(access.Warehouse, "/account"); got.Status != http.StatusOK {
			t.Errorf("one's own account: %d", got.Status)
		}
		to := strconv.FormatInt(shop.Scope.Merchant, 10)
		if got := s.Post(access.Warehouse, "/merchants/switch", url.Values{"merchant": {to}}); got.Status != http.StatusForbidden {
			t.Errorf("back to where one was: %d", got.Status)
		}
		if got := s.Post(access.Warehouse, "/merchants/switch", url.Values{"merchant": {"1"}, "next": {"//evil.example"}}); got.Status != http.StatusSeeOther || got.Header.Get("Location") != "/" {
			t.Errorf("home: %d %s", got.Status, got.Header.Get("Location"))
		}
		if got := s.Post(access.Warehouse, "/merchants/new", url.Values{"name": {"X"}, "zone": {"UTC"}, "currency": {"EUR"}}); got.Status != http.StatusForbidden {
			t.Errorf("who may not make merchants: %d", got.Status)
		}
	})
}

func userOf(t *testing.T, s *pagetest.Site, shop *desktest.Shop) (id users.ID) {
	t.Helper()
	err := s.DB.Read(context.Background(), shop.Scope, func(r *store.Reader) error {
		list, err := users.List(r)
		id = list[0].ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Kills: work of a merchant that does not let one in, of a place that one is not
// bound to, of a queue that one may not see; a late stop that is not the first.
func TestDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		shop, third := second(t, s), second(t, s)
		storetest.Exec(t, db, "UPDATE merchant SET name = 'Strange' WHERE m = $1", third.Scope.Merchant)
		l := desktest.Must(shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "YARD", Name: "The Yard", Kind: "warehouse", Active: true, Address: party.Address{Country: "DE"}}})
		shop.Locations["YARD"] = stock.LocationID(l.ID)
		desktest.Must(shop, floor.Receive, floor.ReceiveCommand{Lines: []stock.Line{{SKU: "CUP", Location: stock.LocationID(l.ID), Quantity: 50}}})
		s.Goods("TEA", catalog.Backorder, "A", 5)
		s.Place("TEA", 1)
		late := shop.Place("CUP", 2)
		shop.Place("CUP", 40) // at the yard
		third.Place("CUP", 1)
		storetest.Exec(t, db, "UPDATE fulfillment SET due_at = 1000000 WHERE m = $1 AND id = $2", shop.Scope.Merchant, int64(late.Fulfillments[0].ID))

		signed, err := admin.SessionOf(context.Background(), db, s.Token(access.Warehouse))
		if err != nil {
			t.Fatal(err)
		}
		link, _, err := admin.Invite(context.Background(), s.Desk, shop.Scope, admin.InviteCommand{Email: signed.Login.Email, Roles: []access.Role{access.Warehouse}, Locations: []int64{int64(shop.Locations["HALL"])}})
		if err == nil {
			err = admin.Join(context.Background(), s.Desk, signed, link)
		}
		if err != nil {
			t.Fatal(err)
		}
		got := s.Get(access.Warehouse, "/merchants/day")
		acme, mine := strings.Index(got.Body, "Hall 2"), strings.Index(got.Body, "Location A")
		if got.Status != http.StatusOK || acme < 0 || mine < acme {
			t.Errorf("the late stop is at %d, the other at %d: %d", acme, mine, got.Status)
		}
		for _, alien := range []string{"Strange", "The Yard"} {
			if strings.Contains(got.Body, alien) {
				t.Errorf("the day tells of %s", alien)
			}
		}
		for _, want := range []string{"Acme &amp; Sons, Hall 2: To release, 1", "Acme &amp; Sons, Hall 2: Late, 1", "Test shop, Location A: To release, 1", " late<"} {
			if !strings.Contains(got.Body, want) {
				t.Errorf("the day does not tell %s", want)
			}
		}
		to := s.Post(access.Warehouse, "/merchants/switch", url.Values{"open": {"1 /floor/pick?at=" + s.Locations["A"].String()}})
		if to.Status != http.StatusSeeOther || to.Header.Get("Location") != "/floor/pick?at="+s.Locations["A"].String() {
			t.Errorf("led to %d %s", to.Status, to.Header.Get("Location"))
		}
		for _, open := range []string{strconv.FormatInt(third.Scope.Merchant, 10) + " /floor", "x /floor", " "} {
			if got := s.Post(access.Warehouse, "/merchants/switch", url.Values{"open": {open}}); got.Status != http.StatusForbidden {
				t.Errorf("%q opens: %d", open, got.Status)
			}
		}
	})
}

// Kills: counts of a merchant that does not let one see its orders, or not in; a
// row that a spreadsheet takes for a formula.
func TestWork(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		shop, third := second(t, s), second(t, s)
		storetest.Exec(t, db, "UPDATE merchant SET name = 'Strange' WHERE m = $1", third.Scope.Merchant)
		storetest.Exec(t, db, "UPDATE merchant SET name = '=Sum' WHERE m = $1", shop.Scope.Merchant)
		shop.Ship(shop.Place("CUP", 2))
		signed := member(t, s, shop.Scope, access.Admin, access.Warehouse)
		month := berlinMonth(t)
		got := s.Get(access.Admin, "/merchants/work.csv?month="+month)
		rows, err := csv.NewReader(strings.NewReader(got.Body)).ReadAll()
		if err != nil || got.Status != http.StatusOK {
			t.Fatalf("%d %v", got.Status, err)
		}
		if len(rows) != 7 || strings.Join(rows[1][:9], " ") != "2 '=Sum "+month+" HALL 1 1 1 2 1" || strings.Join(rows[2][:9], " ") != "2 '=Sum "+month+"  1 1 1 2 1" || rows[6][0] != "1" {
			t.Errorf("%q", rows)
		}
		page := s.Get(access.Admin, "/merchants/work?month="+month)
		if page.Status != http.StatusOK || !strings.Contains(page.Body, "=Sum") || strings.Contains(page.Body+got.Body, "Strange") {
			t.Errorf("the page: %d", page.Status)
		}
		if bad := s.Get(access.Admin, "/merchants/work?month=now"); bad.Status != http.StatusUnprocessableEntity {
			t.Errorf("a month that is none: %d", bad.Status)
		}
		desktest.Must(shop, admin.SaveUser, admin.UserCommand{ID: userOf(t, s, shop), Roles: []access.Role{access.Partner}, Locations: []int64{int64(shop.Locations["HALL"])}})
		if err := admin.Switch(context.Background(), s.Desk, signed, admin.Main); err != nil {
			t.Fatal(err)
		}
		if got := s.Get(access.Admin, "/merchants/work.csv?month="+month); strings.Contains(got.Body, "Sum") {
			t.Error("who may not see its orders counts a merchant's work")
		}
	})
}

// The way of somebody whom a second merchant invites: agree, change at the top
// of the page, ship an order there.
func TestTwoMerchants(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	boss := s.Tab(t, browser, access.Admin, "/merchants")
	boss.CheckLooks("merchants-one", s.Address+"/merchants")
	boss.Do(chromedp.SendKeys(`input[name="name"]`, "Acme & Sons"))
	boss.Do(chromedp.SendKeys(`input[name="zone"]`, "Europe/Berlin"))
	boss.Do(chromedp.SendKeys(`input[name="currency"]`, "eur"))
	boss.Click(`form[action="/merchants/new"] button`)
	boss.WaitTrue(`document.querySelector(".switcher .clip")?.textContent === "Acme & Sons"`)
	shop := stocked(t, s, 2)

	link, _ := invite(t, s, shop.Scope, access.Warehouse, access.Warehouse)
	tab := s.Tab(t, browser, access.Warehouse, "/floor")
	tab.WaitTrue(`!document.querySelector(".switcher")`)
	tab.CheckLooks("join", s.Address+admin.LinkPath+link)
	tab.WaitText("Work for Acme & Sons")
	tab.Click(`[data-join] button`)
	tab.WaitTrue(`document.querySelector(".switcher .clip")?.textContent === "Acme & Sons"`)

	// home and back by the keyboard alone
	tab.WaitTrue(`(document.querySelector(".switcher").focus(), document.activeElement.matches(".switcher"))`)
	tab.Do(chromedp.KeyEvent("\r"))
	tab.WaitText("Test shop")
	tab.Screenshot("switcher")
	tab.WaitTrue(`document.activeElement.closest("#merchants") != null`)
	tab.Click(`#merchants button[value="1"]`)
	tab.WaitTrue(`document.querySelector(".switcher .clip")?.textContent === "Test shop"`)
	tab.Click(`.switcher`)
	tab.Click(`#merchants button[value="2"]`)
	tab.WaitTrue(`document.querySelector(".switcher .clip")?.textContent === "Acme & Sons"`)
	tab.Click(`.switcher`)
	tab.Click(`#merchants button[value="1"]`)
	tab.WaitTrue(`document.querySelector(".switcher .clip")?.textContent === "Test shop"`)

	// the day of both, and one click into the other's work
	placed := shop.Place("CUP", 2)
	s.Goods("TEA", catalog.Backorder, "A", 5)
	s.Place("TEA", 1)
	tab.CheckLooks("day", s.Address+"/merchants/day")
	tab.WaitTrue(`document.querySelectorAll("#floors tbody tr").length === 2`)
	tab.Click(`button[aria-label="Acme & Sons, Hall 2: To release, 1"]`)
	tab.WaitTrue(`document.querySelector(".switcher .clip")?.textContent === "Acme & Sons"`)
	tab.WaitText("Hall 2")
	tab.Click(`.floor-release button`)
	tab.WaitText("Start with #1001")
	f := placed.Fulfillments[0].ID.String()
	tab.Visit(s.Address + "/floor/pick/" + f)
	tab.Click(`form:has(input[name="act"][value="pick"]) button`)
	tab.WaitText("Everything is picked")
	tab.Visit(s.Address + "/floor/pack/" + f)
	tab.Do(chromedp.SendKeys(`#line_1`, "2"), chromedp.SendKeys("#tracking", "JD0001"))
	tab.Do(chromedp.Evaluate[chromedp.Void](`document.getElementById("carrier").value = "dhl"`))
	tab.Click("#parcel .btn-accent")
	tab.WaitText("par_")
	tab.Visit(s.Address + "/floor/ship")
	tab.WaitText("1 parcel is ready to leave")
	tab.Do(chromedp.SendKeys(`[data-scan-field]`, "JD0001\r"))
	tab.WaitTrue(`(document.activeElement.blur(), document.documentElement.dataset.waiting === "0")`) // the page is drawn anew while nobody types
	tab.WaitText("1 parcel left today")
	tab.CheckLooks("work", s.Address+"/merchants/work?month="+berlinMonth(t))
	tab.CheckClean()
}

// Who works for several merchants changes between them in a browser that runs no
// scripts: by the link at the top of the page, the list and the day.
//
// Kills: a switch that needs a script.
func TestSwitchWithoutScripts(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	shop := second(t, s)
	member(t, s, shop.Scope, access.Warehouse, access.Warehouse) // and works there now
	s.Goods("TEA", catalog.Backorder, "A", 5)
	s.Place("TEA", 1)
	tab := browser.Open(t)
	tab.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		if err == nil {
			_, err = cdp.Call(ctx, target, network.SetCookie, network.SetCookieParams{Name: shell.SessionCookie, Value: s.Token(access.Warehouse), URL: s.Address})
		}
		return err
	}))
	tab.Visit(s.Address + "/stock")
	for _, step := range []struct{ works, press string }{
		{"Acme & Sons", ".switcher"}, {"Acme & Sons", `#merchants-list button[value="1"]`},
		{"Test shop", ".switcher"}, {"Test shop", `#merchants-list button[value="2"]`},
		{"Acme & Sons", ".switcher"}, {"Acme & Sons", `main a[href="/merchants/day"]`}, {"Acme & Sons", `button[aria-label="Test shop, Location A: To release, 1"]`},
	} {
		press(t, tab, step.works, step.press)
	}
	press(t, tab, "Test shop", ".switcher")
}

// press clicks on something of a page without scripts, once it is there and says for
// whom the visitor works: nothing in it can be waited for, so it is asked again and
// again, also across a navigation.
func press(t *testing.T, tab *webtest.Tab, works, css string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(tab.Context(), 30*time.Second)
	defer cancel()
	look := `(() => { const at = document.querySelector(` + strconv.Quote(css) + `); if (document.querySelector(".switcher .clip")?.textContent !== ` + strconv.Quote(works) + ` || !at) return [];
		at.scrollIntoView({block: "center"}); const r = at.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })()`
	for ctx.Err() == nil {
		at, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](look))
		if err == nil && len(at) == 2 {
			tab.Do(chromedp.MouseClickXY(at[0], at[1]))
			return
		}
	}
	t.Fatalf("there was never %s on a page of %s", css, works)
}
