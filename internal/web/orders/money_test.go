package orders_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/pay"
	"orderly/internal/payment"
	"orderly/internal/store/storetest"
	"orderly/internal/webtest"
)

// fill writes into a field in place of what stands there.
func fill(tab *webtest.Tab, field, text string) {
	tab.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector('%s').focus(); document.querySelector('%s').select()", field, field)))
	press(tab, strings.Split(text, "")...)
}

// Kills: a payment by cash that cannot be recorded, a refund whose parts are
// not told before, one beyond what there is that is not told, and a page that
// does not show what each tender gave.
func TestRefundWithPreview(t *testing.T) {
	browser := webtest.Start(t)
	s := shopOf(t, storetest.SQLite(t))
	id := s.ids[6] // 25.90 paid at the channel
	desktest.Must(s.Shop, pay.Add, pay.AddCommand{Order: id, Tender: payment.Cash, Amount: 1000, Reference: "till 1"})
	for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
		tab := s.Tab(t, browser, access.Support, "/orders/"+id.String())
		tab.View(size[0], size[1], webtest.Light)
		tab.WaitText("Cash")
		tab.Click("[data-opens=refund-dialog]")
		fill(tab, "#refund-amount", "999")
		tab.WaitText("can be given back, not")
		fill(tab, "#refund-amount", "1.50")
		tab.WaitText("This is given back:")
		tab.WaitTrue("document.querySelector('#refund-effect').innerText.includes('1.50')")
		tab.Do(chromedp.Evaluate[chromedp.Void]("(s => { s.value = 'cash'; s.dispatchEvent(new Event('change', {bubbles: true})) })(document.querySelector('#refund-from'))"))
		tab.WaitTrue("document.querySelector('#refund-effect').innerText.includes('Cash')")
		tab.CheckPage("refund")
		tab.Screenshot(fmt.Sprintf("refund-%d-light", size[0]))
		tab.Click("#refund-act [data-submit]")
		tab.WaitText("The refund is recorded, or on its way.")
		tab.WaitText("given back")
		tab.CheckClean()
	}
}
