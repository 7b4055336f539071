package feeding_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/connect/webhook"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/feed"
	"orderly/internal/feeding"
	"orderly/internal/seal"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/feeds"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/storetest"
	"orderly/internal/supplier"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var here = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// shop has a supplier at S that lists its stock, with three items there.
type shop struct {
	*desktest.Shop
	clock *storetest.Ahead
	at    stock.LocationID
	root  string
}

func each(t *testing.T, f func(*testing.T, *shop)) {
	storetest.EachClock(t, func(t *testing.T, db *store.DB, clock *storetest.Ahead) {
		s := &shop{Shop: desktest.Open(t, db), clock: clock, root: t.TempDir()}
		r := desktest.Must(s.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "S", Name: "Supplier", Kind: "supplier", Active: true}})
		s.at = stock.LocationID(r.ID)
		s.Locations["S"] = s.at
		for _, sku := range []string{"MUG", "TEA", "CUP"} {
			s.Goods(sku, catalog.Backorder)
			desktest.Must(s.Shop, floor.Report, floor.ReportCommand{Location: s.at, Lines: []stock.Line{{SKU: sku, Quantity: 5}}})
		}
		admin.AllowOutbound(s.Desk, here)
		ring, err := seal.Parse(seal.NewKey())
		if err != nil {
			t.Fatal(err)
		}
		step.UseSeal(s.Desk, ring)
		sender := webhook.New(webhook.Options{Agent: "test", Private: here, Now: db.Now})
		t.Cleanup(sender.Close)
		feeding.Use(s.Desk, sender)
		f(t, s)
	})
}

func (s *shop) save(f feed.Feed, secret string) {
	s.T.Helper()
	f.Location, f.Active = s.at, true
	if f.Minutes == 0 {
		f.Minutes = 60
	}
	if f.Named == "" {
		f.Named = feed.ByName
	}
	desktest.Must(s.Shop, admin.SaveFeed, admin.FeedCommand{Feed: f, Secret: secret})
}

// look lets an hour pass and looks.
func (s *shop) look() *feed.Feed {
	s.T.Helper()
	s.clock.Pass(time.Hour)
	if err := feeding.Look(s.T.Context(), s.Desk, s.Scope.Merchant, s.root, slog.New(slog.DiscardHandler)); err != nil {
		s.T.Fatal(err)
	}
	var f *feed.Feed
	s.read(func(r *store.Reader) (err error) {
		f, err = feeds.Of(r, s.at)
		return err
	})
	return f
}

func (s *shop) read(f func(*store.Reader) error) {
	s.T.Helper()
	if err := s.DB.Read(s.T.Context(), s.Scope, f); err != nil {
		s.T.Fatal(err)
	}
}

// has are the units at S by SKU, in a text.
func (s *shop) has() string {
	s.T.Helper()
	var out []string
	s.read(func(r *store.Reader) error {
		out = nil
		for _, sku := range []string{"MUG", "TEA", "CUP"} {
			found, err := items.BySKU(r, []string{sku})
			if err != nil {
				return err
			}
			l, err := levels.Get(r, stock.Cell{Item: int64(found[0].ID), Location: s.at})
			if err != nil {
				return err
			}
			out = append(out, fmt.Sprint(sku, l.OnHand))
		}
		return nil
	})
	return strings.Join(out, " ")
}

func (s *shop) want(f *feed.Feed, status, has string) {
	s.T.Helper()
	if f.Outcome.Status != status || s.has() != has {
		s.T.Errorf("%s and %s; want %s and %s: %+v", f.Outcome.Status, s.has(), status, has, f.Outcome)
	}
}

func (s *shop) lay(name, text string) {
	s.T.Helper()
	path := filepath.Join(s.root, "acme/stock", name)
	old := time.UnixMicro(s.DB.Now()).Add(-time.Minute)
	for _, err := range []error{os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte(text), 0o600), os.Chtimes(path, old, old)} {
		if err != nil {
			s.T.Fatal(err)
		}
	}
}

// Kills: a file that is read twice or stays; columns that are not found; what is
// not listed and stays, or goes where the list says nothing of it; an unreadable line
// by which an item counts as gone; a list of something else that empties the shelf.
func TestFolder(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.save(feed.Feed{Source: feed.Folder, Address: "acme/stock"}, "")
		s.want(s.look(), feed.Nothing, "MUG5 TEA5 CUP5")
		s.lay("a.csv", "Article;Description;Available\nMUG;Blue mug;7\nNONE;Not ours;3\n")
		f := s.look()
		s.want(f, feed.Taken, "MUG7 TEA5 CUP5")
		if f.Outcome.Lines != 1 || f.Outcome.Unknown != 1 {
			t.Errorf("%+v", f.Outcome)
		}
		if _, err := os.Stat(filepath.Join(s.root, "acme/stock/archive/a.csv")); err != nil {
			t.Error(err)
		}
		s.want(s.look(), feed.Taken, "MUG7 TEA5 CUP5") // no news

		s.save(feed.Feed{Source: feed.Folder, Address: "acme/stock", Complete: true, SKU: "No", Quantity: "There"}, "")
		s.lay("b.csv", "No,There\nMUG,8\nTEA,many\n")
		f = s.look()
		s.want(f, feed.Partly, "MUG8 TEA5 CUP5")
		if len(f.Outcome.Told) != 1 || !strings.Contains(f.Outcome.Told[0], "line 3") {
			t.Errorf("%q", f.Outcome.Told)
		}
		s.lay("c.csv", "No,There\nMUG,8\nMUG,9\nTEA,1.5\n")
		s.want(s.look(), feed.Partly, "MUG8 TEA5 CUP5")
		s.lay("d.csv", "No,There\nMUG,8\nTEA,2\n")
		s.want(s.look(), feed.Taken, "MUG8 TEA2 CUP0")
		s.lay("e.csv", "sku,quantity\nMUG,1\n") // not its columns
		s.want(s.look(), feed.Failed, "MUG8 TEA2 CUP0")
		said, err := os.ReadFile(filepath.Join(s.root, "acme/stock/failed/e.csv.error.txt"))
		if err != nil || !strings.Contains(string(said), "No") {
			t.Errorf("%q, %v", said, err)
		}
		for i, list := range []string{"No,There\nQUITE,4\nANOTHER,5\n", "No,There\n"} { // another list, and one that was cut off
			s.lay(fmt.Sprint("f", i, ".csv"), list)
			s.want(s.look(), feed.Failed, "MUG8 TEA2 CUP0")
		}
	})
}

// Kills: a secret that another host is told, or that the row holds in the clear; an
// old list that is taken again and sells what has left; an answer that is no list.
func TestAddress(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		var answer atomic.Value
		var calls atomic.Int64
		answer.Store("sku,quantity\nMUG,9\n")
		elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Api-Key") != "" {
				t.Error("another host was told the secret")
			}
			fmt.Fprint(w, "sku,quantity\nMUG,11\n")
		}))
		defer elsewhere.Close()
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			calls.Add(1)
			switch text := answer.Load().(string); {
			case r.Header.Get("X-Api-Key") != "s3cret":
				w.WriteHeader(http.StatusUnauthorized)
			case text == "away":
				http.Redirect(w, r, elsewhere.URL, http.StatusFound)
			case text == "around":
				http.Redirect(w, r, "/", http.StatusFound)
			default:
				fmt.Fprint(w, text)
			}
		}))
		defer server.Close()
		f := feed.Feed{Source: feed.Address, Address: server.URL, Header: "X-Api-Key"}
		s.save(f, "s3cret")
		got := s.look()
		s.want(got, feed.Taken, "MUG9 TEA5 CUP5")
		if strings.Contains(got.Secret, "s3cret") || got.Secret == "" {
			t.Errorf("kept as %q", got.Secret)
		}
		desktest.Must(s.Shop, floor.Adjust, floor.AdjustCommand{Lines: []stock.Line{{SKU: "MUG", Location: s.at, Quantity: -4, Reason: "left"}}})
		s.want(s.look(), feed.Taken, "MUG5 TEA5 CUP5") // the same list is no news
		answer.Store("<html>maintenance</html>")
		got = s.look()
		s.want(got, feed.Failed, "MUG5 TEA5 CUP5")
		if got.NextAt-s.DB.Now() > (15 * time.Minute).Microseconds() {
			t.Errorf("it is tried again in %d minutes", (got.NextAt-s.DB.Now())/60e6)
		}
		answer.Store("around")
		s.want(s.look(), feed.Failed, "MUG5 TEA5 CUP5")
		answer.Store("away")
		s.want(s.look(), feed.Taken, "MUG11 TEA5 CUP5")
		before := calls.Load()
		if err := feeding.Look(t.Context(), s.Desk, s.Scope.Merchant, s.root, slog.New(slog.DiscardHandler)); err != nil || calls.Load() != before {
			t.Errorf("looked before its time: %v", err)
		}
		f.Location, f.Active, f.Minutes, f.Named, f.Address = s.at, true, 60, feed.ByName, elsewhere.URL
		if _, err := desktest.Try(s.Shop, admin.SaveFeed, admin.FeedCommand{Feed: f}); fault.CodeOf(err) != "missing" {
			t.Errorf("the secret goes to another address: %v", err)
		}
		f.Address = "http://169.254.169.254/latest"
		if _, err := desktest.Try(s.Shop, admin.SaveFeed, admin.FeedCommand{Feed: f, Secret: "x"}); err == nil {
			t.Error("an address inside is taken")
		}
	})
}

// Kills: an item that is found by another supplier's number.
func TestOwnNumbers(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		for code, at := range map[string]int64{"ACME": int64(s.at), "OTHER": 0} {
			by := desktest.Must(s.Shop, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: code, Name: code, Currency: "GBP", Location: at, Active: true}})
			sku := map[string]string{"ACME": "MUG", "OTHER": "TEA"}[code]
			desktest.Must(s.Shop, buy.SetOffers, buy.OffersCommand{Supplier: supplier.ID(by.ID), SKUs: []string{sku}, Offers: []supplier.Offer{{SupplierSKU: "100-1", Cost: 1_000_000, Minimum: 1, Pack: 1, Active: true}}})
		}
		s.save(feed.Feed{Source: feed.Folder, Address: "acme/stock", Named: feed.ByOffer}, "")
		s.lay("a.csv", "sku,qty\n100-1,42\nTEA,9\n")
		s.want(s.look(), feed.Taken, "MUG42 TEA5 CUP5")
	})
}

// A list of more lines than one act has is reported in parts, and ends as one.
//
// Kills: the items of an early part that the last one takes for missing.
func TestLongList(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.save(feed.Feed{Source: feed.Folder, Address: "acme/stock", Complete: true}, "")
		var b strings.Builder
		b.WriteString("sku,quantity\nMUG,3\n")
		for i := range 1100 {
			sku := fmt.Sprintf("N-%04d", i)
			s.Goods(sku, catalog.Backorder)
			fmt.Fprintf(&b, "%s,%d\n", sku, 1+i)
		}
		s.lay("long.csv", b.String())
		f := s.look()
		s.want(f, feed.Taken, "MUG3 TEA0 CUP0")
		if f.Outcome.Lines != 1101 {
			t.Errorf("%+v", f.Outcome)
		}
	})
}
