package track_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/storetest"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// open is a shop with an order, and the address of its page.
func open(t *testing.T, db *store.DB) (*pagetest.Site, *intake.Placed, string) {
	t.Helper()
	s := pagetest.Open(t, db)
	s.Goods("MUG", catalog.Backorder, "A", 5)
	s.Goods("TEA", catalog.Backorder, "B", 1)
	r := s.Request("MUG", 2, "TEA", 3)
	r.DueAt = db.Now() + 48*3_600_000_000
	p := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	return s, p, linkOf(s, p)
}

func linkOf(s *pagetest.Site, p *intake.Placed) string {
	return "/t/" + desktest.Must(s.Shop, care.MakeLink, care.LinkCommand{Order: p.Order.ID}).Value.(string)
}

func ship(s *pagetest.Site, f fulfillment.ID, tracking string) fulfillment.ParcelID {
	s.Work(f, "release", "pick")
	desktest.Must(s.Shop, floor.Pack, floor.PackCommand{Fulfillment: f})
	r := desktest.Must(s.Shop, floor.Parcel, floor.ParcelCommand{Fulfillment: f, Act: "ship", Carrier: "DPD", Tracking: tracking})
	id := fulfillment.ParcelID(r.ID)
	desktest.Must(s.Shop, floor.Scan, floor.ScanCommand{Parcel: id, Scans: []fulfillment.Scan{{At: s.DB.Now() - 1000, Code: "picked_up", Place: "Leicester"}, {At: s.DB.Now(), Code: "out_for_delivery", Text: "Driver 12"}}})
	return id
}

// A customer without scripts: sees it go, says that it came, says what is wrong.
func TestWithoutScripts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, p, at := open(t, db)
		page := s.Get("", at)
		for _, want := range []string{"We have your order", "Item MUG", "Waiting for stock", "Expected by", "It goes to Leeds"} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		for _, never := range []string{"12.95", "High Street", "ada@example.com", "Ada Byron", p.Order.ID.String(), "hold"} {
			if strings.Contains(page.Body, never) {
				t.Errorf("the page tells %q", never)
			}
		}
		for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store"} {
			if got := page.Header.Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		if got := s.Post("", at+"/confirm", nil); got.Status != 422 || !strings.Contains(got.Body, "Nothing has been sent yet") {
			t.Errorf("confirmed too early: %d", got.Status)
		}
		ship(s, p.Fulfillments[0].ID, "DPD-1")
		page = s.Get("", at)
		for _, want := range []string{"Parcel on its way", "DPD-1", "Out for delivery", "Driver 12", "Yes, I have it"} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("under way, the page does not say %q", want)
			}
		}
		if got := s.Post("", at+"/confirm", nil); got.Status != 303 {
			t.Fatalf("confirm: %d %.500s", got.Status, got.Body)
		}
		page = s.Get("", at+"?done=confirmed")
		if !strings.Contains(page.Body, "Thank you") || !strings.Contains(page.Body, "Parcel delivered") || strings.Contains(page.Body, "Yes, I have it") {
			t.Errorf("confirmed: %.3000s", page.Body)
		}
		long := strings.Repeat("ü", trouble.MaxText+1)
		if got := s.Post("", at+"/report", url.Values{"reason": {"damaged"}, "text": {long}}); got.Status != 422 || !strings.Contains(got.Body, "at most 2,000") || !strings.Contains(got.Body, long) {
			t.Errorf("too long: %d, or what was typed is lost", got.Status)
		}
		if got := s.Post("", at+"/report", url.Values{"reason": {"damaged"}, "text": {"The handle is off."}}); got.Status != 303 {
			t.Errorf("report: %d", got.Status)
		}
		if err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			list, err := troubles.OfOrder(r, int64(p.Order.ID))
			if len(list) != 1 || list[0].Text != "The handle is off." || list[0].Actor != "customer:link" {
				t.Errorf("%+v", list)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// wrongLinks are links that open nothing, beside one that opens something.
func wrongLinks(at string) map[string]string {
	token := at[strings.LastIndexByte(at, '_')+1:]
	near := token[:len(token)-1] + "2"
	if near == token {
		near = token[:len(token)-1] + "3"
	}
	return map[string]string{
		"one letter off": "/t/1_" + near, "another shop": "/t/2_" + token, "no shop": "/t/" + token, "random": "/t/1_3kd5w78sb5drg6rsbmehjq4ws1",
		"garbage": "/t/%3Cscript%3E", "long": "/t/" + strings.Repeat("x", 3000), "upper case": "/t/1_" + strings.ToUpper(token),
	}
}

// Kills: a link that opens another order, or an answer that tells how near a
// wrong link is.
func TestOtherLinks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, p, at := open(t, db)
		theirs := linkOf(s, s.Place("MUG", 1))
		parcel := ship(s, p.Fulfillments[0].ID, "DPD-1")
		if got := s.Post("", theirs+"/confirm", nil); got.Status != 422 {
			t.Errorf("another order's link confirms: %d", got.Status)
		}
		if body := s.Get("", theirs).Body; strings.Contains(body, "DPD-1") {
			t.Error("another order's link shows this one's parcel")
		}
		err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			list, err := fulfillments.Parcels(r, []fulfillment.ParcelID{parcel})
			if list[0].Status != "shipped" {
				t.Errorf("the parcel is %s", list[0].Status)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		first := ""
		for name, path := range wrongLinks(at) {
			for _, got := range []pagetest.Answer{s.Get("", path), s.Post("", path+"/confirm", nil), s.Post("", path+"/report", url.Values{"reason": {"other"}}), s.Get("", path+"/logo")} {
				if first == "" {
					first = got.Body
				}
				if got.Status != 404 || got.Body != first || !strings.Contains(got.Body, "There is nothing here") {
					t.Errorf("%s: %d, or it is answered in other words", name, got.Status)
				}
			}
		}
	})
}

// Kills: an answer whose time tells how near a wrong link is. The links are
// asked in turn, so that what slows the machine slows all of them.
func TestSameTime(t *testing.T) {
	s, _, at := open(t, storetest.SQLite(t))
	took := map[string][]time.Duration{}
	for range 60 {
		for name, path := range wrongLinks(at) {
			began := time.Now()
			s.Get("", path)
			took[name] = append(took[name], time.Since(began))
		}
	}
	least, most := time.Hour, time.Duration(0)
	for _, list := range took {
		slices.Sort(list)
		least, most = min(least, list[len(list)/2]), max(most, list[len(list)/2])
	}
	if most > 2*least+time.Millisecond {
		t.Errorf("the medians are from %s to %s", least, most)
	}
}

// Who asks too often is asked to wait, and only on that link.
func TestThrottled(t *testing.T) {
	s, _, at := open(t, storetest.SQLite(t))
	statuses := map[int]int{}
	for range 12 {
		got := s.Post("", at+"/report", url.Values{"reason": {"damaged"}})
		statuses[got.Status]++
		if got.Status == http.StatusTooManyRequests && got.Header.Get("Retry-After") == "" {
			t.Error("nobody says when to come back")
		}
	}
	if statuses[303] != 6 || statuses[429] != 6 {
		t.Errorf("%v", statuses)
	}
	if got := s.Get("", at); got.Status != 200 {
		t.Errorf("the page itself: %d", got.Status)
	}
	if got := s.Get("", linkOf(s, s.Place("MUG", 1))); got.Status != 200 {
		t.Errorf("another link: %d", got.Status)
	}
	for range 200 {
		s.Get("", at)
	}
	if got := s.Get("", at); got.Status != 429 {
		t.Errorf("after 200 looks: %d", got.Status)
	}
}

// What customers, carriers and shops write is shown and does nothing.
func TestHostile(t *testing.T) {
	s, p, at := open(t, storetest.SQLite(t))
	const evil = `<img src=x onerror=alert(1)>"'`
	id := ship(s, p.Fulfillments[0].ID, "<b>1</b>")
	desktest.Must(s.Shop, floor.Scan, floor.ScanCommand{Parcel: id, Scans: []fulfillment.Scan{{At: s.DB.Now(), Code: "exception", Text: evil, Place: evil}}})
	storetest.Exec(t, s.DB, "UPDATE order_line SET title = $1 WHERE m = 1", evil)
	storetest.Exec(t, s.DB, "UPDATE merchant SET name = $1 WHERE m = 1", evil)
	storetest.Exec(t, s.DB, "INSERT INTO merchant_profile (m, locale, color, logo_type, logo, first_run, updated_at, edit_version) VALUES (1, '', $1, 'image/svg+xml', $2, '', 0, 0)", `"><script>`, []byte("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"))
	for _, path := range []string{at, at + "?done=" + url.QueryEscape(evil)} {
		if got := s.Get("", path); got.Status != 200 || strings.Contains(got.Body, "<img src=x") || strings.Contains(got.Body, "<b>1") || strings.Contains(got.Body, `"><script>`) {
			t.Errorf("%s: %d, the text is alive", path, got.Status)
		}
	}
	pic := s.Get("", at+"/logo")
	if pic.Status != 200 || pic.Header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(pic.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the logo: %d %v", pic.Status, pic.Header)
	}
	if got := s.Post("", at+"/report", url.Values{"reason": {evil}, "text": {evil}}); got.Status != 422 || strings.Contains(got.Body, "<img src=x") {
		t.Errorf("a report: %d", got.Status)
	}
	if got := s.Ask("", "POST", at+"/confirm", nil, http.Header{"Sec-Fetch-Site": {"cross-site"}}); got.Status != 403 {
		t.Errorf("another site confirms: %d", got.Status)
	}
}

// The whole page is small: all that a first visit loads, over the wire.
func TestSize(t *testing.T) {
	s, p, at := open(t, storetest.SQLite(t))
	ship(s, p.Fulfillments[0].ID, "DPD-1")
	zipped := http.Header{"Accept-Encoding": {"gzip"}}
	page := s.Ask("", "GET", at, nil, zipped)
	total := len(page.Body)
	plain, err := gzip.NewReader(strings.NewReader(page.Body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	files := regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`).FindAllStringSubmatch(string(text), -1)
	if len(files) != 3 {
		t.Errorf("it loads %v", files)
	}
	for _, f := range files {
		total += len(s.Ask("", "GET", f[1], nil, zipped).Body)
	}
	if total > 30_000 {
		t.Errorf("a first visit loads %d bytes", total)
	}
	t.Logf("a first visit loads %d bytes", total)
}

// delivered reports whether an order has come. The test's own time limit ends
// the wait for one that does not.
func delivered(t *testing.T, s *pagetest.Site, id order.ID) (yes bool) {
	t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		list, err := fulfillments.ParcelsOfOrders(r, []order.ID{id})
		yes = len(list) > 0 && list[0].Status == "delivered"
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return yes
}

// In a browser: at every size, in both schemes, live, on paper, and without
// scripts.
func TestPages(t *testing.T) {
	browser := webtest.Start(t)
	s, p, at := open(t, storetest.SQLite(t))
	storetest.Exec(t, s.DB, "INSERT INTO merchant_profile (m, locale, color, logo_type, logo, first_run, updated_at, edit_version) VALUES (1, '', '#c2410c', 'image/svg+xml', $1, '', 0, 0)",
		[]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><rect width="32" height="32" rx="8" fill="#c2410c"/></svg>`))
	tab := browser.Open(t)
	check := func(name string) {
		for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
			for _, scheme := range []webtest.Scheme{webtest.Light, webtest.Dark} {
				if (size[0] == 390) != (scheme == webtest.Light) {
					continue // each size in one scheme
				}
				full := fmt.Sprintf("track-%s-%d-%s", name, size[0], scheme)
				tab.View(size[0], size[1], scheme)
				tab.CheckPage(full)
				tab.Screenshot(full)
			}
		}
	}
	tab.Visit(s.Address + at)
	tab.WaitText("We have your order")
	check("placed")
	ship(s, p.Fulfillments[0].ID, "DPD-1")
	tab.Visit(s.Address + at)
	tab.WaitText("Parcel on its way")
	check("shipped")
	tab.Click(".track-ask button")
	tab.WaitText("Thank you. We have noted that it arrived.")
	tab.Click(".track-report summary")
	check("delivered")
	tab.Click(".track-report .track-btn") // the browser itself asks for a reason
	tab.Do(chromedp.SetValue("#reason", "damaged"))
	tab.Click("#text")
	tab.Do(chromedp.KeyEvent("The handle is off"))
	tab.Click(".track-report .track-btn")
	tab.WaitText("Thank you. We have your message")
	tab.CheckClean()

	other := s.Place("MUG", 1)
	ship(s, other.Fulfillments[0].ID, "DPD-2")
	plain := browser.Open(t)
	plain.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	plain.Visit(s.Address + linkOf(s, other))
	plain.WaitText("DPD-2")
	webtest.Run(plain, chromedp.Evaluate[bool](`document.querySelector(".track-ask").submit(), true`)) // as its button does
	shows(t, plain, "Parcel delivered")
	if !delivered(t, s, other.Order.ID) {
		t.Error("the page says what the books do not")
	}
	if got := s.Get(access.Admin, at); got.Status != 200 || strings.Contains(got.Body, "Sign out") {
		t.Errorf("who is signed in sees another page: %d", got.Status)
	}
}

// shows waits until a page without scripts shows a text: nothing in it can be
// waited for, so it is asked again and again, also across a navigation.
func shows(t *testing.T, tab *webtest.Tab, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(tab.Context(), 30*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		seen, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body?.innerText ?? ''"))
		if err == nil && strings.Contains(seen, text) {
			return
		}
	}
	t.Fatalf("the page never showed %q", text)
}
