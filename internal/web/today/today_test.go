package today_test

import (
	"context"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/help"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
	"orderly/internal/queue"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/store/users"
	"orderly/internal/support"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// busy is a shop on a morning on which most queues have something.
func busy(t *testing.T, db *store.DB) site {
	t.Helper()
	s := site{pagetest.Open(t, db)}
	s.Goods("MUG", catalog.Backorder, "A", 60, "B", 40)
	s.Goods("TEA", catalog.Backorder, "A", 2)
	storetest.Exec(t, db, "INSERT INTO location_pickup (m, location, carrier, leaves_at, days) VALUES (1, $1, 'dpd', $2, 127)", int64(s.Locations["A"]), int64(1439))
	now := db.Now()
	today := queue.EndOfDay(time.UTC, now) - 1 - now // what is due then is due today, at whatever hour this runs
	place := func(name string, dueIn int64, paid bool, of ...any) *intake.Placed {
		r := s.Request(of...)
		r.Parties.Customer.Name = name
		if dueIn != 0 {
			r.DueAt = now + dueIn
		}
		if paid {
			r.Payments = []order.Payment{{Amount: 1295 * int64(of[1].(int)), Reference: "P"}}
		}
		return desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	}
	place("Grace Hopper", min(60_000_000, today), true, "MUG", 1)
	place("Alan Turing", today, true, "MUG", 2)
	place("Edsger Dijkstra", 0, false, "MUG", 1)
	late := place("Barbara Liskov", 1, true, "MUG", 3)
	s.Work(late.Fulfillments[0].ID, "release", "pick")
	packed := place("Donald Knuth", today, true, "MUG", 1)
	s.Work(packed.Fulfillments[0].ID, "release", "pick", "pack")
	short := place("Tony Hoare", 0, true, "MUG", 2)
	s.Work(short.Fulfillments[0].ID, "release")
	place("Ada Byron", 0, true, "TEA", 5)
	r := s.Request("MUG", 1)
	r.Holds = []order.Hold{{Reason: "payment_review", Note: "not confirmed"}}
	r.Payments = []order.Payment{{Amount: 1295, Reference: "P"}}
	desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r})
	sent := place("Margaret Hamilton", 0, true, "MUG", 1)
	s.Ship(sent)
	report(t, s, sent.Order.ID, "damaged", "The handle is off.\nI would like a new one, please.")
	report(t, s, sent.Order.ID, "return", "")
	desktest.Must(s.Shop, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "TEA", Location: s.Locations["A"], Quantity: 1}}})
	desktest.Must(s.Shop, help.Open, help.OpenCommand{Case: support.Case{Subject: "Where is my order?", Name: "Ada Byron", Order: int64(sent.Order.ID)}})
	storetest.Exec(t, db, "UPDATE support_case SET first_due = $1, next_due = $1 WHERE m = 1", now-7_200_000_000)
	storetest.Exec(t, db, "INSERT INTO job (m, id, kind, dedupe, due_at, data, lease_owner, lease_until, attempts, last_error, created_at, dead_at) VALUES (1, 5, 'verify', 'a', 0, '', '', 0, 12, 'the disk is full', 0, $1)", now)
	return s
}

func report(t *testing.T, s site, id order.ID, reason, text string) {
	t.Helper()
	_, err := desk.One(context.Background(), s.Desk, care.Report, access.Link(admin.Main, int64(id), "test"), care.ReportCommand{Order: id, Reason: reason, Text: text}, desk.Options{})
	if err != nil {
		t.Fatal(err)
	}
}

// Kills: a page that does not fit a screen, breaks the policy, asks somebody
// else, or that a screen reader cannot follow.
func TestPages(t *testing.T) {
	browser := webtest.Start(t)
	s := busy(t, storetest.SQLite(t))
	s.Post(access.Support, "/today/reports/work", url.Values{"do": {"claim"}, "row": {firstRow(t, s, access.Support, "reports")}})
	s.Post(access.Admin, "/today/late/work", url.Values{"do": {"claim"}, "row": {firstRow(t, s, access.Admin, "late")}})
	tab := s.Tab(t, browser, access.Admin, "/")
	paths := []string{"/", "/today/to_release", "/today/to_release/fix", "/today/reports", "/today/unsourced"}
	for _, path := range paths {
		tab.CheckLooks("today"+strings.ReplaceAll(path, "/", "-"), s.Address+path)
	}
}

// firstRow is what the form sends for the first row of a queue.
func firstRow(t *testing.T, s site, role access.Role, id string) string {
	t.Helper()
	page := s.Get(role, "/today/"+id)
	_, rest, ok := strings.Cut(page.Body, `name="row" value="`)
	if !ok {
		t.Fatalf("%s has no row: %d %.2000s", id, page.Status, page.Body)
	}
	row, _, _ := strings.Cut(rest, `"`)
	return row
}

// site is a shop with its people.
type site struct{ *pagetest.Site }

// userID is the id of somebody with a role, by the role's name.
func (s site) userID(t *testing.T, name string) string {
	t.Helper()
	var out string
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		list, err := users.List(r)
		for _, u := range list {
			if u.Name == name {
				out = u.ID.String()
			}
		}
		return err
	})
	if err != nil || out == "" {
		t.Fatalf("%s is nobody: %v", name, err)
	}
	return out
}

// The morning of somebody in operations: what is next, look at a fix, do it,
// take work, hand it over, by keyboard where there is one.
func TestMorning(t *testing.T) {
	browser := webtest.Start(t)
	s := busy(t, storetest.SQLite(t))
	s.Token(access.Warehouse) // somebody to hand work to
	tab := s.Tab(t, browser, access.Operations, "/")
	tab.WaitText("Do this next")
	tab.Click(`a[href="/today/to_release"]`)
	tab.WaitText("What it is")
	tab.Click(`a[href="/today/to_release/fix"]`)
	tab.WaitText("Release 3 fulfillments")
	tab.WaitText("1 not paid in full")
	tab.Click(`main form [data-submit]`)
	tab.WaitText("All 3 done.")
	tab.Click(`main a[href="/today/to_release"]`)
	tab.WaitText("Edsger Dijkstra")

	tab.Visit(s.Address + "/today/to_pick")
	tab.WaitText("Tony Hoare")
	tab.Do(chromedp.KeyEvent("j"))
	tab.WaitTrue(`document.querySelector("#work [data-here]") !== null`)
	tab.Do(chromedp.KeyEvent("c"))
	tab.WaitTrue(`document.querySelector("#work .today-who") !== null && document.querySelector("#work .today-who").textContent.includes("You")`)
	tab.Do(chromedp.KeyEvent("j"))
	tab.Do(chromedp.KeyEvent("a"))
	tab.WaitTrue(`document.querySelector("#assign").open`)
	tab.Do(chromedp.SetValue("#to", s.userID(t, "Warehouse")))
	tab.Click("#note")
	tab.Do(chromedp.KeyEvent("The label printer is out of paper"))
	tab.Click(`#assign button[value=assign]`)
	tab.WaitTrue(`document.querySelector("#work .today-who").textContent.includes("Warehouse")`)
	tab.WaitText("The label printer is out of paper")
	tab.CheckClean()
}

// Kills: a live change that moves a tick, or the row that the keyboard is at,
// to another row.
func TestRowsKeepTheirMarks(t *testing.T) {
	s := busy(t, storetest.SQLite(t))
	tab := s.Tab(t, webtest.Start(t), access.Operations, "/today/to_release")
	tab.WaitTrue(`document.querySelectorAll("#work [data-row]").length > 2`)
	for range 3 {
		tab.Do(chromedp.KeyEvent("j"))
	}
	tab.Do(chromedp.KeyEvent("x"))
	const marks = `[...document.querySelectorAll("#work [data-row]")].map(r => r.querySelector("a").textContent + " " + r.matches("[data-here]") + " " + r.querySelector("input").checked).filter(t => t.includes("true")).join()`
	before := webtest.Run(tab, chromedp.Evaluate[string](marks))
	rows := webtest.Run(tab, chromedp.Evaluate[string](`document.querySelector("#work [data-row] a").textContent`))
	r := s.Request("MUG", 1)
	r.DueAt = 1 // before all others: it takes the first row's place
	desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r})
	tab.WaitTrue(`document.querySelector("#work [data-row] a").textContent !== ` + strconv.Quote(rows))
	if after := webtest.Run(tab, chromedp.Evaluate[string](marks)); before == "" || after != before {
		t.Errorf("marked were %q, now %q", before, after)
	}
}

// Two people take one thing: the second is told who has it, since when.
func TestTwoTakeOneThing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := busy(t, db)
		row := firstRow(t, s, access.Operations, "reports")
		form := url.Values{"do": {"claim"}, "row": {row}}
		if got := s.Post(access.Operations, "/today/reports/work", form); got.Status != 303 {
			t.Fatalf("%d %.500s", got.Status, got.Body)
		}
		got := s.Post(access.Support, "/today/reports/work", form)
		if got.Status != 422 || !strings.Contains(got.Body, "taken by Operations") {
			t.Errorf("%d: %.3000s", got.Status, got.Body)
		}
		one := url.Values{"do": {"claim:" + row}}
		if again := s.Post(access.Operations, "/today/reports/work", one); again.Status != 303 {
			t.Errorf("taken again by who has it: %d", again.Status)
		}
		board := s.Get(access.Operations, "/")
		if !strings.Contains(board.Body, "In your hands") || strings.Contains(s.Get(access.Support, "/").Body, "In your hands") {
			t.Error("the board does not tell whose it is")
		}
		if got := s.Post(access.Operations, "/today/reports/work", url.Values{"do": {"settle"}, "row": {row}}); got.Status != 303 {
			t.Errorf("settle: %d", got.Status)
		}
		if body := s.Get(access.Operations, "/").Body; strings.Contains(body, "In your hands") {
			t.Error("what is settled is still in somebody's hands")
		}
	})
}

// Kills: an act that a role may not do, on any queue; a form that asks for
// nonsense and gets more than a sentence.
func TestWhoMay(t *testing.T) {
	s := busy(t, storetest.SQLite(t))
	for _, q := range queue.All {
		if got := s.Get(access.ReadOnly, "/today/"+q.ID); (got.Status == 200) != slices.Contains(access.ReadOnly.Permissions(), q.Sees) || got.Status != 200 && got.Status != 403 {
			t.Errorf("%s: who reads gets %d", q.ID, got.Status)
		}
		for _, path := range []string{"/work", "/fix"} {
			if path == "/fix" && q.Fix == "" {
				continue
			}
			if got := s.Post(access.ReadOnly, "/today/"+q.ID+path, url.Values{"do": {"claim"}, "row": {"x"}}); got.Status != 403 {
				t.Errorf("%s%s: who reads gets %d", q.ID, path, got.Status)
			}
		}
	}
	for _, tc := range []struct {
		path string
		form url.Values
		want int
	}{
		{"/today/nonsense/work", url.Values{"do": {"claim"}}, 404},
		{"/today/late/work", url.Values{"do": {"explode"}}, 422},
		{"/today/late/work", url.Values{"do": {"settle"}, "row": {"ful_0000000000005"}}, 422},
		{"/today/late/work", url.Values{"do": {"claim"}, "row": {"ful_<script>"}}, 404},
		{"/today/late/work", url.Values{"do": {"claim"}}, 422},
		{"/today/late/work", url.Values{"do": {"claim"}, "row": {"ful_0000000000005"}}, 422},
		{"/today/late/work", url.Values{"do": {"assign"}, "row": {"ful_0000000000005"}, "to": {"usr_0000000000005"}}, 422},
		{"/today/to_pick/fix", url.Values{"row": {"x"}}, 404},
		{"/today/to_release/fix", url.Values{"row": {"x"}}, 422},
		{"/today/to_release/fix", url.Values{}, 303},
	} {
		if got := s.Post(access.Admin, tc.path, tc.form); got.Status != tc.want || strings.Contains(got.Body, "<script>") {
			t.Errorf("%s %v: %d, want %d", tc.path, tc.form, got.Status, tc.want)
		}
	}
}

// A fix that is sent twice is done once, and says the same.
func TestFixTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := busy(t, db)
		page := s.Get(access.Admin, "/today/on_hold/fix")
		if !strings.Contains(page.Body, "Lift the hold of 1 order") {
			t.Fatalf("%.3000s", page.Body)
		}
		_, rest, _ := strings.Cut(page.Body, `name="row" value="`)
		row, _, _ := strings.Cut(rest, `"`)
		form := url.Values{"row": {row}, "idempotency_key": {"once"}}
		for range 2 {
			if got := s.Post(access.Admin, "/today/on_hold/fix", form); got.Status != 200 || !strings.Contains(got.Body, "1 done.") {
				t.Errorf("%d %.2000s", got.Status, got.Body)
			}
		}
		form.Set("idempotency_key", "another")
		if got := s.Post(access.Admin, "/today/on_hold/fix", form); !strings.Contains(got.Body, "could not be done") {
			t.Errorf("lifted again: %.2000s", got.Body)
		}
	})
}

// What strangers write is shown as they wrote it and does nothing.
func TestHostile(t *testing.T) {
	s := busy(t, storetest.SQLite(t))
	const evil = `<img src=x onerror=alert(1)>"'<script>alert(2)</script>`
	r := s.Request("MUG", 1)
	r.Parties.Customer.Name = evil
	o := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	report(t, s, o.Order.ID, "other", evil)
	row := firstRow(t, s, access.Admin, "reports")
	s.Post(access.Admin, "/today/reports/work", url.Values{"do": {"assign"}, "row": {row}, "to": {s.userID(t, "Admin")}, "note": {evil}})
	for _, path := range []string{"/", "/today/reports", "/today/to_release", "/today/late?at=" + url.QueryEscape(evil), "/today/to_release?after=" + url.QueryEscape(evil)} {
		if got := s.Get(access.Admin, path); got.Status != 200 || strings.Contains(got.Body, "<img src=x") || strings.Contains(got.Body, "<script>alert") {
			t.Errorf("%s: %d, the text is alive", path, got.Status)
		}
	}
}

// Late cases stand on the board and lead to their page; they are not taken here.
//
// Kills: an act on what cannot be taken that is a 500, a row without a way on.
func TestLateCases(t *testing.T) {
	s := busy(t, storetest.SQLite(t))
	board := s.Get(access.Support, "/").Body
	if !strings.Contains(board, "Cases past their target") {
		t.Error("the board does not tell of late cases")
	}
	page := s.Get(access.Support, "/today/cases").Body
	for _, want := range []string{"C-1001", `href="/cases/cas_`, "Where is my order?", "2 h late", "Open the case, answer"} {
		if !strings.Contains(page, want) {
			t.Errorf("the queue does not say %q", want)
		}
	}
	for _, id := range []string{"cases", "bank_lines", "webhooks", "low_stock"} {
		if got := s.Post(access.Admin, "/today/"+id+"/work", url.Values{"do": {"claim"}, "row": {"cas_0pmnqh2000400"}}); got.Status >= 500 {
			t.Errorf("%s: %d", id, got.Status)
		}
		if got := s.Get(access.Admin, "/today/"+id); got.Status != 200 {
			t.Errorf("%s: %d", id, got.Status)
		}
	}
}
