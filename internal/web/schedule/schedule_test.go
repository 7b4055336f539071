package schedule_test

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// An order is put off to a later day on its page and stands in the schedule; one
// of a higher priority takes what it lacks from it, after a look at who loses,
// and both pages and the list say who gave up what to whom.
//
// Kills: a day that is not kept; a preview that takes; a loss that only the
// winner's page tells; a schedule that shows what is over.
func TestSchedule(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("MUG", "backorder", "A", 1)
	low := s.Place("MUG", 1).Order
	tab := s.Tab(t, browser, access.Admin, "/schedule")
	tab.View(1280, 900, webtest.Light)
	tab.WaitText("Nothing waits for its time")
	tab.CheckLooks("schedule-none", s.Address+"/schedule")

	later := url.Values{"not_before": {time.Now().AddDate(0, 0, 5).Format("2006-01-02T15:04")}}
	if got := s.Post(access.Admin, "/orders/"+low.ID.String()+"/schedule", later); got.Status != 303 {
		t.Fatalf("put off: %d %.1000s", got.Status, got.Body)
	}
	later.Set("not_before", "2001-01-01T00:00")
	if got := s.Post(access.Admin, "/orders/"+low.ID.String()+"/schedule", later); got.Status != 422 || !strings.Contains(got.Body, "work begins in the future") {
		t.Errorf("put off into the past: %d", got.Status)
	}
	r := s.Request("MUG", 1)
	r.Priority, r.DueAt = 5, time.Now().AddDate(0, 0, 9).UnixMicro()
	high := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order

	tab.Visit(s.Address + "/orders/" + high.ID.String())
	tab.WaitText("when it was placed") // its promise
	tab.Click("[data-opens=take-dialog]")
	tab.WaitText("1 × MUG of order")
	tab.CheckPage("order-take")
	tab.Screenshot("order-take")
	if got := s.Get(access.Admin, "/schedule/yields").Body; strings.Contains(got, "MUG") {
		t.Error("the preview took it")
	}
	tab.Click("#take-act [data-submit]")
	tab.WaitText("Got 1 × MUG of")
	tab.WaitText("an order of a lower priority gave it up")
	tab.Visit(s.Address + "/orders/" + low.ID.String())
	tab.WaitText("Gave up 1 × MUG to")
	tab.WaitText("it is for a later day")
	tab.WaitText("an order of a higher priority needed it")
	tab.CheckPage("order-yielded")
	tab.Visit(s.Address + "/schedule")
	tab.WaitTrue("document.querySelectorAll('#coming tbody tr').length === 1")
	tab.CheckPage("schedule")
	tab.Screenshot("schedule")
	tab.Visit(s.Address + "/schedule/yields")
	tab.WaitTrue("document.querySelector('#yields tbody tr').innerText.includes('MUG')")
	tab.CheckPage("yields")

	s.Post(access.Admin, "/orders/"+low.ID.String()+"/schedule", url.Values{"not_before": {""}})
	if got := s.Get(access.Admin, "/schedule").Body; !strings.Contains(got, "Nothing waits for its time") {
		t.Error("it stands in the schedule and is for now")
	}
	if o := s.Get(access.Admin, "/schedule?at=x"); o.Status != 422 && o.Status != 400 {
		t.Errorf("a cursor that is none: %d", o.Status)
	}
}
