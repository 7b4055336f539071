package orders_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/web/text"
)

// Kills: an entry of an order's journal that is told as its type; a field,
// hold or bucket without words.
func TestEveryEntryHasWords(t *testing.T) {
	types := []string{journal.OrderPlaced, journal.OrderRecorded, journal.OrderCanceled, journal.OrderHeld, journal.OrderLifted, journal.OrderEdited, journal.OrderChanged, journal.OrderPaid,
		journal.OrderRefunded, journal.OrderReturned, journal.OrderServed, journal.OrderDisplaced, "order.sourced_again", journal.FulReleased, journal.FulRecalled, journal.FulPicked,
		journal.FulUnpicked, journal.FulShortPicked, journal.FulRerouted, journal.FulSubmitted, journal.FulWithdrawn, journal.FulChased, journal.FulAccepted, journal.FulRejected, journal.FulFailed, journal.FulCancellationAsked, journal.FulCancellationAccepted, journal.FulCancellationRejected, journal.FulPacked, journal.FulShelved, journal.FulMoved, journal.FulExtended, journal.FulReminded, journal.FulExpired, journal.FulCodeRefused, journal.FulUnshelved, journal.FulHandedOver, journal.FulTakenBack, journal.ParcelScanned,
		journal.OrderAskedBack, journal.OrderCalledOff, journal.OrderInspected, journal.OrderErased, journal.OrderAnswered, journal.OrderPromised, journal.OrderFlowed, journal.OrderApproved, journal.OrderRefused}
	for _, step := range []string{"unpacked", "shipped", "unshipped", "delivered", "undelivered", "lost", "found"} {
		types = append(types, journal.ParcelStepped+step)
	}
	source, err := os.ReadFile("../../journal/journal.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`"((?:order|fulfillment|parcel)\.[a-z_]+)"`).FindAllStringSubmatch(string(source), -1) {
		if !slices.Contains(types, m[1]) {
			t.Errorf("%s is a type of entry that this test does not know", m[1])
		}
	}
	v := text.NewVoice("en", time.UTC, time.Unix(0, 0))
	for _, typ := range types {
		if !v.Has("entry." + typ) {
			t.Errorf("there are no words for %s", typ)
		}
	}
	for b := order.Bucket(0); b <= order.Returned; b++ {
		if name := b.String(); name != "ordered" && !v.Has("bucket."+name) {
			t.Errorf("there are no words for the bucket %s", name)
		}
	}
	for _, field := range append([]string{"tags", "note", "priority", "lines", "fees", "due_at"}, order.PartyFields...) {
		if !v.Has("edited." + field) {
			t.Errorf("there are no words for an edit of %s", field)
		}
	}
}

// Kills: a filter that the address does not keep, or that shows other orders; a
// cursor that leaves an order out or shows it twice.
func TestList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := shopOf(t, db)
		for query, want := range map[string]int{
			"": 15, "status=open": 15, "stage=on_hold": 1, "hold_status=held": 1, "due=late": 3, "due=late&location=C": 0, "sort=due": 5, "tag=vip": 5, "location=C": 0,
			"q=lovelace": 5, "sku=MUG-BLUE": 15, "placed_from=2020-01-01&placed_to=2020-02-01": 0, "external_id=W-2201-1": 1, "payment_status=paid": 2,
		} {
			got := s.Get(access.Sales, "/orders?"+query)
			if n := strings.Count(got.Body, "<tr data-row"); got.Status != 200 || n != want {
				t.Errorf("%s: %d, %d rows, want %d", query, got.Status, n, want)
			}
		}
		if got := s.Get(access.Sales, "/orders?status=&q=&tag=vip"); got.Status != http.StatusSeeOther || got.Header.Get("Location") != "/orders?tag=vip" {
			t.Errorf("empty parameters stay: %d %s", got.Status, got.Header.Get("Location"))
		}
		for _, bad := range []string{"stage=nowhere", "cursor=x", "sku=NONE", "placed_from=yesterday"} {
			if got := s.Get(access.Sales, "/orders?"+bad); got.Status == 500 || got.Status == 200 && !strings.Contains(got.Body, "alert") {
				t.Errorf("%s: %d", bad, got.Status)
			}
		}
	})
}

// Kills: a view that others see, or that somebody without the permission gives
// to all; a tab that leads elsewhere than it was saved.
func TestViews(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := shopOf(t, db)
		save := func(role access.Role, name, shared string) int {
			return s.Post(role, "/orders/views", url.Values{"name": {name}, "query": {"tag=vip"}, "shared": {shared}}).Status
		}
		if save(access.Sales, "Mine <b>", "") != 303 || save(access.Admin, "Ours", "1") != 303 || save(access.Sales, "Forbidden", "1") != 403 {
			t.Error("saving")
		}
		if got := save(access.Sales, "Mine <b>", ""); got != 409 {
			t.Errorf("a second of the name: %d", got)
		}
		sales, other := s.Get(access.Sales, "/orders").Body, s.Get(access.Support, "/orders").Body
		if !strings.Contains(sales, "Mine &lt;b&gt;") || !strings.Contains(sales, "Ours") || strings.Contains(other, "Mine") || !strings.Contains(other, "Ours") {
			t.Error("who sees which view")
		}
		id := regexp.MustCompile(`/orders/views/(viw_[0-9a-z]+)/remove`).FindStringSubmatch(s.Get(access.Sales, "/orders?tag=vip").Body)
		if id == nil {
			t.Fatal("the view cannot be removed")
		}
		if got := s.Post(access.Support, "/orders/views/"+id[1]+"/remove", nil); got.Status != 404 {
			t.Errorf("another's view is removed: %d", got.Status)
		}
		if got := s.Post(access.Sales, "/orders/views/"+id[1]+"/remove", nil); got.Status != 303 {
			t.Errorf("removing: %d", got.Status)
		}
	})
}

// Kills: an act on many that does what its preview did not tell; a report that
// lacks a row; a retry that takes more than what was refused.
func TestBulk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := shopOf(t, db)
		form := url.Values{"act": {"hold"}, "reason": {"address"}, "everything": {"1"}, "filter": {"status=open"}}
		if got := s.Post(access.Operations, "/orders/bulk/preview", form); !strings.Contains(got.Body, "It is about 15 orders.") || !strings.Contains(got.Body, "15 would change.") {
			t.Errorf("%d %s", got.Status, got.Body)
		}
		page := s.bulk(access.Operations, form.Encode())
		if got := s.Get(access.Operations, page); !strings.Contains(got.Body, "15 of 15") {
			t.Errorf("%.2000s", got.Body)
		}
		timed := url.Values{"act": {"hold"}, "reason": {"fraud"}, "everything": {"1"}, "filter": {"status=open"}}
		for _, when := range []string{"2001-01-01T00:00", "tomorrow"} {
			timed.Set("until", when)
			if got := s.Post(access.Operations, "/orders/bulk/preview", timed); strings.Contains(got.Body, "would change") || !strings.Contains(got.Body, "alert") {
				t.Errorf("held until %s: %d %s", when, got.Status, got.Body)
			}
			if got := s.Post(access.Operations, "/orders/bulk", timed); got.Status != http.StatusUnprocessableEntity {
				t.Errorf("held until %s: %d", when, got.Status)
			}
		}
		ends := time.UnixMicro(db.Now()).Add(48 * time.Hour)
		timed.Set("until", ends.Format("2006-01-02T15:04"))
		if got := s.Get(access.Operations, s.bulk(access.Operations, timed.Encode())); !strings.Contains(got.Body, "15 of 15") || !strings.Contains(got.Body, "It ends by itself: ") {
			t.Errorf("%.2000s", got.Body)
		}
		err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			var n int
			err := r.Row("SELECT count(*) FROM order_hold WHERE m = $1 AND reason = 'fraud' AND until_at = $2", r.M, ends.Truncate(time.Minute).UnixMicro()).Scan(&n)
			if n != 15 {
				t.Errorf("%d of 15 orders are held until then", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		report := s.Get(access.Operations, page+"/report.csv")
		if n := strings.Count(report.Body, "\n"); n != 16 || !strings.Contains(report.Header.Get("Content-Type"), "csv") {
			t.Errorf("%d lines: %s", n, report.Body)
		}
		if got := s.Post(access.ReadOnly, "/orders/bulk", form); got.Status != 403 {
			t.Errorf("who only reads: %d", got.Status)
		}
		if got := s.Post(access.Sales, "/orders/bulk", url.Values{"act": {"release"}, "everything": {"1"}}); got.Status != 403 {
			t.Errorf("sales releases: %d", got.Status)
		}
		page = s.bulk(access.Operations, url.Values{"act": {"release"}, "orders": {s.ids[0].String() + " " + s.ids[1].String()}}.Encode())
		if got := s.Get(access.Operations, page); !strings.Contains(got.Body, "on hold") {
			t.Errorf("refusals are not told: %.3000s", got.Body)
		}
		if got := s.Post(access.Operations, page+"/retry", nil); got.Status != 303 || got.Header.Get("Location") == page {
			t.Errorf("retry: %d", got.Status)
		}
	})
}

// Kills: an undo that does another thing than the inverse, or that is offered
// on another order, or twice.
func TestUndo(t *testing.T) {
	s := shopOf(t, storetest.SQLite(t))
	id := "/orders/" + s.ids[0].String()
	undoOf := func(r pagetest.Answer, path string) string {
		for _, c := range r.Header.Values("Set-Cookie") {
			if strings.HasPrefix(c, "orderly_undo=") {
				h := http.Header{"Cookie": {strings.SplitN(c, ";", 2)[0]}}
				return s.Ask(access.Sales, "GET", path, nil, h).Body
			}
		}
		return ""
	}
	held := s.Post(access.Sales, id+"/hold", url.Values{"reason": {"address"}})
	page := undoOf(held, id)
	hold := regexp.MustCompile(`action="` + id + `/lift" data-undo>.*?name="hold" value="(hld_[0-9a-z]+)"`).FindStringSubmatch(page)
	if hold == nil {
		t.Fatalf("no undo is offered: %v", held.Header)
	}
	if other := undoOf(held, "/orders/"+s.ids[1].String()); strings.Contains(other, "data-undo>") {
		t.Error("it is offered on another order")
	}
	lifted := s.Post(access.Sales, id+"/lift", url.Values{"hold": {hold[1]}, "undo": {"1"}})
	if lifted.Status != 303 || undoOf(lifted, id) != "" {
		t.Errorf("undoing: %d, and it can be undone again", lifted.Status)
	}
	tagged := s.Post(access.Sales, id+"/tags", url.Values{"add": {"gift, to check"}})
	if page := undoOf(tagged, id); strings.Count(page, `name="drop"`) < 2 {
		t.Error("both tags should be taken away again")
	}
}

// Kills: a way to the customer's page that leads nowhere.
func TestTrackingPage(t *testing.T) {
	s := shopOf(t, storetest.SQLite(t))
	got := s.Post(access.Sales, "/orders/"+s.rich.String()+"/link", nil)
	if page := s.Get("", got.Header.Get("Location")); got.Status != 303 || page.Status != 200 {
		t.Errorf("%d, then %d at %s", got.Status, page.Status, got.Header.Get("Location"))
	}
}

// Kills: an edit that overwrites what somebody else did meanwhile, or that
// loses what was typed.
func TestEditedMeanwhile(t *testing.T) {
	s := shopOf(t, storetest.SQLite(t))
	id := "/orders/" + s.ids[0].String()
	s.Post(access.Sales, id+"/tags", url.Values{"add": {"first"}})
	got := s.Post(access.Support, id+"/tags", url.Values{"add": {"second"}, "edit_version": {"0"}})
	if got.Status != 422 || !strings.Contains(got.Body, "changed while you were here") || !strings.Contains(got.Body, `value="second"`) {
		t.Errorf("%d %.1500s", got.Status, got.Body)
	}
}

// TestLargeShop measures the pages over 100,000 orders. It asks for
// ORDERLY_LONG=1.
func TestLargeShop(t *testing.T) {
	if os.Getenv("ORDERLY_LONG") != "1" {
		t.Skip("SKIP: 100,000 orders are placed with ORDERLY_LONG=1")
	}
	const all, batch = 100_000, 250
	s := &site{Site: pagetest.Open(t, storetest.SQLite(t)), t: t}
	s.Goods("TEA", catalog.Backorder, "A", 90_000)
	for range all / batch {
		cmds := make([]intake.PlaceCommand, batch)
		for i := range cmds {
			r := s.Request("TEA", 1)
			r.Parties.Customer = people[i%len(people)]
			r.Parties.Customer.Email = fmt.Sprintf("%s.%d", r.ExternalID, i) + "@example.com"
			cmds[i] = intake.PlaceCommand{Request: r}
		}
		got, err := desk.Do(context.Background(), s.Desk, intake.Place, s.Scope, cmds, desk.Options{})
		if err != nil || got[0].Err != nil {
			t.Fatal(err, got[0].Err)
		}
		s.rich = order.ID(got[0].ID)
	}
	desktest.Must(s.Shop, intake.Edit, intake.EditCommand{Order: s.rich, Note: "note"})
	s.CatchUp()
	gz := http.Header{"Accept-Encoding": {"gzip"}}
	for _, path := range []string{"/orders", "/orders?status=open", "/orders?stage=backordered", "/orders?due=late", "/orders?location=A", "/orders?q=lovelace", "/orders?q=nobody", "/orders?tag=none", "/orders/" + s.rich.String(), "/runs"} {
		var took []time.Duration
		size := 0
		for range 60 {
			began := time.Now()
			got := s.Ask(access.Operations, "GET", path, nil, gz)
			took = append(took, time.Since(began))
			if size = len(got.Body); got.Status != 200 {
				t.Fatalf("%s: %d", path, got.Status)
			}
		}
		slices.Sort(took)
		t.Logf("%-40.40s median %v, p99 %v, %d bytes over the wire", path, took[len(took)/2].Round(100*time.Microsecond), took[len(took)-2].Round(100*time.Microsecond), size)
		if size > 40_000 {
			t.Errorf("%s is %d bytes over the wire", path, size)
		}
	}
}
