package counter_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// shop has three items with prices, one of them in cases, and a customer who
// has ordered before.
func shop(t *testing.T) (*pagetest.Site, party.ID) {
	t.Helper()
	s := pagetest.Open(t, storetest.SQLite(t))
	for _, i := range []catalog.Item{
		{SKU: "TEA-1", Name: "Green tea", Price: 4_500_000, Cost: 2_000_000, Barcodes: []catalog.Barcode{{Code: "4006381333931", Quantity: 1}, {Code: "14006381333938", Quantity: 12}}},
		{SKU: "MUG-B", Name: "Blue mug", Price: 9_900_000, Cost: 5_000_000, Barcodes: []catalog.Barcode{{Code: "5012345678900", Quantity: 1}}},
		{SKU: "MUG-R", Name: "Red mug", Price: 9_900_000},
	} {
		i.Kind, i.WhenShort = catalog.Goods, catalog.Backorder
		desktest.Must(s.Shop, admin.SaveItem, admin.ItemCommand{Item: i})
		s.Receive(i.SKU, "A", 100)
	}
	made := desktest.Must(s.Shop, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{
		Contact: party.Contact{Name: "Grace Hopper", Email: "grace@example.com", Phone: "+44 20 7946 0958"},
		Address: party.Address{Line1: "3 Lane", City: "Leeds", PostalCode: "LS1 1AA", Country: "GB"},
	}})
	id := party.ID(made.ID)
	r := s.Request("TEA-1", 2)
	r.CustomerID = id
	desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r})
	return s, id
}

// newest is the newest order, with its lines as words.
func newest(t *testing.T, s *pagetest.Site) (row orders.Row, lines string, count int) {
	t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		found, err := orders.List(r, orders.Filter{Limit: 50})
		if err != nil {
			return err
		}
		row, count = found.Rows[0], len(found.Rows)
		o, err := orders.Get(r, row.Order.ID)
		var words []string
		for _, l := range o.Lines {
			words = append(words, fmt.Sprint(l.Quantity, " ", l.SKU))
		}
		lines = strings.Join(words, ", ")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return row, lines, count
}

func press(tab *webtest.Tab, keys string) { tab.Do(chromedp.KeyEvent(keys)) }

// Kills: a customer who is not found by a phone number as it is said; a line
// that needs a mouse; a warning that comes after the order; a total that lags.
func TestKeyboardOrder(t *testing.T) {
	s, grace := shop(t)
	tab := s.Tab(t, webtest.Start(t), access.Sales, "/orders/new")
	tab.View(1440, 900, webtest.Light)
	tab.WaitTrue("document.activeElement.id === 'find_text'")
	press(tab, "020 7946 0958"+kb.Enter)
	tab.WaitTrue("document.activeElement.name === 'pick'")
	press(tab, kb.Enter)
	tab.WaitTrue("document.activeElement.id === 'scan' && document.querySelector('[name=customer]').value !== ''")
	tab.WaitText("Recent orders")
	press(tab, "TEA-1"+kb.Enter)
	tab.WaitTrue("document.querySelectorAll('[name=sku]').length === 1")
	press(tab, "3*MUG-B"+kb.Enter)
	tab.WaitTrue("document.querySelectorAll('[name=sku]').length === 2")
	press(tab, "red")
	tab.WaitTrue("document.querySelector('#suggest button') !== null")
	press(tab, kb.ArrowDown+kb.Enter)
	tab.WaitTrue("document.querySelectorAll('[name=sku]').length === 3 && document.activeElement.id === 'scan'")
	tab.WaitTrue("document.getElementById('total').textContent.includes('£44.10')")
	tab.Do(chromedp.Evaluate[chromedp.Void]("document.querySelector('[name=quantity]').select()"))
	press(tab, "40")
	tab.WaitTrue("document.querySelector('#line-0 [data-warning=unusual_quantity]') !== null")
	tab.WaitText("never took more than 2")
	tab.CheckPage("warned")
	tab.Screenshot("counter-warned")
	tab.Do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	tab.WaitText("Next order")
	tab.CheckPage("placed")
	tab.Screenshot("counter-placed")
	row, lines, _ := newest(t, s)
	if lines != "40 TEA-1, 3 MUG-B, 1 MUG-R" || row.Order.Customer != int64(grace) || row.Order.Channel != "phone" || row.City != "Leeds" {
		t.Errorf("placed %q for %d by %q to %q", lines, row.Order.Customer, row.Order.Channel, row.City)
	}
}

// Kills: a scan that is lost when the next comes at once; a case that counts
// as one; a sale that is not paid; change that is wrong.
func TestCounterSale(t *testing.T) {
	s, _ := shop(t)
	tab := s.Tab(t, webtest.Start(t), access.Sales, "/orders/new?mode=counter")
	tab.View(1024, 768, webtest.Light)
	tab.WaitTrue("document.activeElement.id === 'scan'")
	press(tab, "4006381333931"+kb.Enter+"14006381333938"+kb.Enter+"5012345678900"+kb.Enter+"4006381333931"+kb.Enter)
	tab.WaitTrue("[...document.querySelectorAll('[name=quantity]')].map(x => x.value).join() === '14,1'")
	tab.WaitTrue("document.getElementById('total').textContent.includes('£72.90')")
	tab.Do(chromedp.Focus(chromedp.CSS("#given")))
	press(tab, "100")
	tab.WaitTrue("document.getElementById('change')?.textContent === '£27.10'")
	tab.CheckPage("counter-tablet")
	tab.Screenshot("counter-tablet")
	tab.View(390, 844, webtest.Dark)
	tab.CheckPage("counter-phone")
	tab.Screenshot("counter-phone")
	tab.View(1024, 768, webtest.Light)
	tab.Click("button[value=sell]")
	tab.WaitText("Next order")
	tab.WaitText("£27.10")
	row, lines, _ := newest(t, s)
	if lines != "14 TEA-1, 1 MUG-B" || row.Order.Statuses.Payment != "paid" || row.Order.Statuses.Fulfillment != "delivered" || row.Order.Channel != "counter" {
		t.Errorf("sold %q: %+v", lines, row.Order.Statuses)
	}
	clean(t, s.DB)
}

// Kills: a pasted row that is dropped without a word; a decimal comma that
// makes a price a hundred times too high; a fault that takes the good rows
// along.
func TestPastedRows(t *testing.T) {
	s, _ := shop(t)
	form := url.Values{"rows": {"SKU;Quantity;Price\nTEA-1;2;3,95\nNO-SUCH;1\n5012345678900;4\nMUG-R;many\n"}, "paste": {"1"}}
	got := s.Post(access.Sales, "/orders/new/draft", form)
	for _, want := range []string{"2 rows were not taken", "Row 3", "NO-SUCH", "Row 5", `value="TEA-1"`, `value="3.95"`, `value="MUG-B"`, "NO-SUCH;1\nMUG-R;many</textarea>"} {
		if !strings.Contains(got.Body, want) {
			t.Errorf("%d: %q is not there", got.Status, want)
		}
	}
	if strings.Contains(got.Body, `name="sku" value="MUG-R"`) {
		t.Error("a row without a number was taken")
	}
}

// Kills: two orders of one form; a price below cost that nobody is told of;
// the same order an hour ago that nobody notices; a repeat at old prices.
func TestSecondThoughts(t *testing.T) {
	s, grace := shop(t)
	form := url.Values{"customer": {grace.String()}, "name": {"Grace Hopper"}, "sku": {"TEA-1", "MUG-B"}, "quantity": {"2", "1"}, "price": {"1.00", "9.90"}, "discount": {"", ""}, "act": {"place"}, "idempotency_key": {"once"}}
	_, _, before := newest(t, s)
	a, b := s.Post(access.Sales, "/orders/new", form), s.Post(access.Sales, "/orders/new", form)
	row, _, after := newest(t, s)
	if a.Status != http.StatusSeeOther || a.Header.Get("Location") != b.Header.Get("Location") || after != before+1 {
		t.Errorf("a double submit: %d %d, %d orders more", a.Status, b.Status, after-before)
	}
	checked := s.Post(access.Sales, "/orders/new/check", form)
	for _, code := range []string{"below_cost", "same_order"} {
		if !strings.Contains(checked.Body, `data-warning="`+code+`"`) {
			t.Errorf("%s is not told", code)
		}
	}
	desktest.Must(s.Shop, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "MUG-B", Name: "Blue mug", Price: 9_900_000, Archived: true}})
	desktest.Must(s.Shop, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "TEA-1", Name: "Green tea", Price: 5_250_000}})
	again := s.Get(access.Sales, "/orders/new?repeat="+row.Order.ID.String())
	if !strings.Contains(again.Body, `name="price" value="5.25"`) || strings.Contains(again.Body, `name="sku" value="MUG-B"`) || !strings.Contains(again.Body, "not for sale any more") {
		t.Errorf("a repeat: %d", again.Status)
	}
}
