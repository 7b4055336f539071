package returns_test

import (
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// open is a shop with a paid order that has arrived, and its customer's page.
func open(t *testing.T, db *store.DB) (*pagetest.Site, order.ID, string) {
	t.Helper()
	s := pagetest.Open(t, db)
	s.Goods("MUG", catalog.Backorder, "A", 9)
	s.Goods("TEA", catalog.Backorder, "A", 9)
	r := s.Request("MUG", 3, "TEA", 1)
	r.Fees = []order.Fee{{Kind: "shipping", Label: "Shipping", Amount: 495}}
	r.Payments = []order.Payment{{Amount: 4*1295 + 495, Reference: "P"}}
	p := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	s.Ship(p)
	s.Work(p.Fulfillments[0].ID, "deliver")
	return s, p.Order.ID, "/t/" + desktest.Must(s.Shop, care.MakeLink, care.LinkCommand{Order: p.Order.ID}).Value.(string)
}

var returnPath = regexp.MustCompile(`/returns/ret_[0-9a-z]+`)

func says(t *testing.T, s *pagetest.Site, role access.Role, path string, want ...string) string {
	t.Helper()
	got := s.Get(role, path)
	for _, w := range want {
		if got.Status != 200 || !strings.Contains(got.Body, w) {
			t.Errorf("%s (%d) does not say %q", path, got.Status, w)
		}
	}
	return got.Body
}

func done(t *testing.T, s *pagetest.Site, role access.Role, path string, form url.Values) {
	t.Helper()
	if got := s.Post(role, path, form); got.Status != 303 {
		t.Fatalf("%s: %d %.2000s", path, got.Status, got.Body)
	}
}

// From the customer's page to the shelf and the money, without scripts.
//
// Kills: a page of the way that cannot be used; a link that opens a return of
// another order; a queue that does not have it; a refund that is not told before.
func TestReturnFromPortalToRestock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, id, at := open(t, db)
		says(t, s, "", at, "Return something")
		says(t, s, "", at+"/returns", "What shall come back?", "Item MUG", "Not wanted after all")
		if got := s.Post("", at+"/returns", url.Values{"comment": {"hello"}}); got.Status != 422 || !strings.Contains(got.Body, "Please say how many") || !strings.Contains(got.Body, "hello") {
			t.Errorf("nothing chosen: %d", got.Status)
		}
		done(t, s, "", at+"/returns", url.Values{"n_1": {"2"}, "reason_1": {"unwanted"}, "comment": {"Too <b>blue</b>"}})
		says(t, s, "", at+"/returns", "Return R1001", "Asked for")
		path := returnPath.FindString(says(t, s, access.Support, "/today/returns_to_approve", "R1001", "Too &lt;b&gt;blue"))
		if path == "" {
			t.Fatal("the queue does not lead to the return")
		}
		says(t, s, access.Support, "/returns", "R1001")
		says(t, s, access.Support, "/orders/"+id.String(), "R1001")
		done(t, s, access.Support, path+"/approve", url.Values{"note": {"Send it to York."}, "location": {s.Locations["B"].String()}})
		says(t, s, "", at+"/returns", "Send it to York.", "Print the slip")
		if got := s.Get("", at+path+"/slip.pdf"); got.Status != 200 || !strings.HasPrefix(got.Body, "%PDF") {
			t.Errorf("the slip: %d", got.Status)
		}
		done(t, s, "", at+path+"/sent", url.Values{"carrier": {"dhl"}, "tracking": {"JD7"}})
		says(t, s, access.Warehouse, path, "JD7", "Receive")
		if got := s.Post(access.Support, path+"/scan", url.Values{"code": {"MUG"}}); got.Status != 403 {
			t.Errorf("support receives goods: %d", got.Status)
		}
		done(t, s, access.Warehouse, path+"/scan", url.Values{"code": {"MUG"}, "quantity": {"2"}, "location": {s.Locations["B"].String()}})
		says(t, s, access.Warehouse, path, "to inspect")
		done(t, s, access.Warehouse, path+"/inspect", url.Values{"to_1_": {"restock"}, "q_1_": {"2"}})
		if got := s.Post(access.Support, path+"/refund/preview", url.Values{"n_1": {"2"}, "fee_1": {"true"}}); got.Status != 200 || !strings.Contains(got.Body, "£30.85") {
			t.Errorf("the preview: %d %s", got.Status, got.Body)
		}
		if got := s.Post(access.Support, path+"/refund", url.Values{"deduct": {"1.00"}}); got.Status != 422 || !strings.Contains(got.Body, "say why") {
			t.Errorf("kept without a reason: %d", got.Status)
		}
		done(t, s, access.Support, path+"/refund", url.Values{"n_1": {"2"}, "fee_1": {"true"}})
		says(t, s, access.Support, path, "Closed", "£30.85")
		says(t, s, "", at+"/returns", "Closed")

		other := s.Place("MUG", 1)
		foreign := "/t/" + desktest.Must(s.Shop, care.MakeLink, care.LinkCommand{Order: other.Order.ID}).Value.(string)
		if got := s.Get("", foreign+path+"/slip.pdf"); got.Status == 200 {
			t.Error("another order's link prints the slip")
		}
		if got := s.Post("", foreign+path+"/call-off", nil); got.Status == 303 {
			t.Error("another order's link calls it off")
		}
		says(t, s, "", foreign+"/returns", "Nothing can be returned here", "not been sent yet")
	})
}

// A customer with a record chooses store credit; the refund form has it chosen,
// tells both sums before, and a part of it can go back by the tenders.
//
// Kills: a choice that is lost on the way to the refund; a preview that hides
// the bonus; an offer to guests, whose credit would be nobody's.
func TestReturnAsStoreCredit(t *testing.T) {
	s, _, at := open(t, storetest.SQLite(t))
	done(t, s, access.Admin, "/settings/returns", url.Values{"days": {"30"}, "reasons": {"other"}, "payer": {"merchant"}, "credit": {"true"}, "bonus": {"550"}, "auto": {"true"}})
	says(t, s, access.Admin, "/settings/returns", `value="550"`)
	if got := s.Get("", at+"/returns"); strings.Contains(got.Body, "store credit") {
		t.Error("a guest is offered store credit")
	}
	who := desktest.Must(s.Shop, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{ExternalID: "c", Contact: party.Contact{Name: "Ada"}}}).ID
	r := s.Request("MUG", 2)
	r.CustomerID, r.Payments = party.ID(who), []order.Payment{{Amount: 2590, Reference: "Q"}}
	p := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	s.Ship(p)
	at = "/t/" + desktest.Must(s.Shop, care.MakeLink, care.LinkCommand{Order: p.Order.ID}).Value.(string)
	says(t, s, "", at+"/returns", "and 5.5 % on top")
	done(t, s, "", at+"/returns", url.Values{"n_1": {"2"}, "reason_1": {"other"}, "to_credit": {"true"}})
	says(t, s, "", at+"/returns", "You will get store credit for it.")
	path := returnPath.FindString(says(t, s, access.Support, "/returns?state=approved", "R1001"))
	done(t, s, access.Warehouse, path+"/scan", url.Values{"code": {"MUG"}, "quantity": {"2"}, "location": {s.Locations["A"].String()}})
	says(t, s, access.Support, path, `value="store_credit" selected`)
	if got := s.Post(access.Support, path+"/refund/preview", url.Values{"n_1": {"2"}, "to": {"store_credit"}, "credit": {"20.00"}}); !strings.Contains(got.Body, "£20.00") || !strings.Contains(got.Body, "£1.10") || !strings.Contains(got.Body, "£5.90") {
		t.Errorf("the preview: %s", got.Body)
	}
	done(t, s, access.Support, path+"/refund", url.Values{"n_1": {"2"}, "to": {"store_credit"}})
	says(t, s, access.Support, path, "£25.90", "£1.42")
}

// Staff begin a return from the order's page, and a channel has its own policy.
func TestStaffAskAndSettings(t *testing.T) {
	s, id, at := open(t, storetest.SQLite(t))
	done(t, s, access.Admin, "/settings/returns", url.Values{"days": {"0"}, "reasons": {"other, unwanted"}, "payer": {"merchant"}})
	says(t, s, access.Admin, "/settings/returns", `value="other, unwanted"`)
	if got := s.Post(access.Admin, "/settings/returns", url.Values{"days": {"5000"}, "reasons": {"Ä"}, "payer": {"merchant"}}); got.Status != 422 {
		t.Errorf("a policy that is none: %d", got.Status)
	}
	says(t, s, "", at+"/returns", "Nothing can be returned here", "do not take returns")
	says(t, s, access.Sales, "/returns/new?order="+id.String(), "takes no returns")
	form := url.Values{"order": {id.String()}, "n_2": {"1"}, "reason_2": {"other"}, "approve": {"true"}}
	if got := s.Post(access.Sales, "/returns/new", form); got.Status != 422 {
		t.Errorf("against the policy: %d", got.Status)
	}
	form.Set("force", "true")
	got := s.Post(access.Sales, "/returns/new", form)
	if got.Status != 303 || !returnPath.MatchString(got.Header.Get("Location")) {
		t.Fatalf("%d %.2000s", got.Status, got.Body)
	}
	path := got.Header.Get("Location")
	says(t, s, access.Sales, path, "Approved", "A colleague")
	done(t, s, access.Sales, path+"/cancel", nil)
	says(t, s, access.Sales, "/returns?state=", "Canceled")
	for _, missing := range []string{"/returns/ret_0000000000005", "/returns/nonsense", "/returns/new?order=x"} {
		if got := s.Get(access.Sales, missing); got.Status != 404 {
			t.Errorf("%s: %d", missing, got.Status)
		}
	}
}

// An exchange by the page, told before and linked after.
func TestExchangeByThePage(t *testing.T) {
	s, id, _ := open(t, storetest.SQLite(t))
	got := s.Post(access.Support, "/returns/new", url.Values{"order": {id.String()}, "n_1": {"1"}, "reason_1": {"wrong_size"}, "approve": {"true"}})
	path := got.Header.Get("Location")
	form := url.Values{"sku_0": {"TEA"}, "q_0": {"1"}, "price_0": {"15.00"}}
	if got := s.Post(access.Support, path+"/exchange/preview", form); got.Status != 200 || !strings.Contains(got.Body, "receive it first") {
		t.Errorf("before anything came: %d %s", got.Status, got.Body)
	}
	form.Set("advance", "true")
	if got := s.Post(access.Support, path+"/exchange/preview", form); got.Status != 200 || !strings.Contains(got.Body, "£12.95") || !strings.Contains(got.Body, "£2.05") {
		t.Errorf("the preview: %d %s", got.Status, got.Body)
	}
	if got := s.Post(access.Support, path+"/exchange", url.Values{"sku_0": {"NONE"}, "advance": {"true"}}); got.Status != 422 {
		t.Errorf("an item that is not there: %d", got.Status)
	}
	done(t, s, access.Support, path+"/exchange", form)
	says(t, s, access.Support, path, "Open the order", "Not covered yet")
}

// The whole way in a browser: the customer asks, the floor scans and inspects,
// support sees what the refund comes to and gives it.
func TestReturnInTheBrowser(t *testing.T) {
	browser := webtest.Start(t)
	s, _, at := open(t, storetest.SQLite(t))
	tab := browser.Open(t)
	tab.View(390, 844, webtest.Light)
	tab.Visit(s.Address + at + "/returns")
	tab.Click("#n_1")
	tab.Do(chromedp.KeyEvent("1"))
	tab.CheckLooks("return-ask", s.Address+at+"/returns")
	tab.Click("#n_1")
	tab.Do(chromedp.KeyEvent("1"))
	tab.Click("form[action$='/returns'] button")
	tab.WaitText("Return R1001")
	tab.CheckClean()

	floor := s.Tab(t, browser, access.Admin, "/returns")
	floor.View(1440, 900, webtest.Light)
	floor.WaitText("R1001")
	floor.Click("#returns-table a")
	floor.WaitTrue("location.pathname.startsWith('/returns/ret_')")
	floor.Click("form[action$='/approve'] button")
	floor.WaitText("The return may come.")
	floor.Click("#code")
	for _, k := range []string{"M", "U", "G", "\r"} {
		floor.Do(chromedp.KeyEvent(k))
	}
	floor.WaitText("1 to inspect")
	floor.Do(chromedp.Evaluate[chromedp.Void]("document.querySelector(\"select[name='to_1_']\").value = 'restock'"))
	floor.Click("form[action$='/inspect'] button")
	floor.WaitText("1 restocked")
	floor.WaitText("£12.95 goes back")
	floor.CheckPage("return")
	floor.Screenshot("return-1440-light")
	floor.Click("#refund-act button")
	floor.WaitText("Closed")
	floor.CheckClean()
}

// An exchange in a browser: what it comes to is told while one types, and the
// replacement is one click from the return.
//
// Kills: a preview that does not follow the form; a button that sends what was
// not shown.
func TestExchangeInTheBrowser(t *testing.T) {
	browser := webtest.Start(t)
	s, id, _ := open(t, storetest.SQLite(t))
	got := s.Post(access.Support, "/returns/new", url.Values{"order": {id.String()}, "n_1": {"1"}, "reason_1": {"wrong_size"}, "approve": {"true"}})
	tab := s.Tab(t, browser, access.Support, got.Header.Get("Location"))
	tab.View(1440, 900, webtest.Light)
	tab.WaitTrue("!!document.querySelector('#exchange-act')")
	for css, text := range map[string]string{"#exchange-act [name=sku_0]": "TEA", "#exchange-act [name=price_0]": "15.00"} {
		tab.Do(chromedp.SendKeys(css, text))
	}
	tab.Click("#exchange-act [name=advance]")
	tab.WaitText("£2.05")
	tab.CheckPage("exchange")
	tab.Screenshot("exchange-1440-light")
	tab.Click("#exchange-act button[data-submit]")
	tab.WaitText("Open the order")
	tab.CheckClean()
}
