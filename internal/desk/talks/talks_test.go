package talks_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/talks"
	"orderly/internal/fault"
	"orderly/internal/mailroom"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	storetalks "orderly/internal/store/talks"
	"orderly/internal/supplier"
	"orderly/internal/support"
	"orderly/internal/talk"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// shop buys from a supplier that has a place, and from another one.
type shop struct {
	*desktest.Shop
	at     map[string]stock.LocationID
	from   map[string]supplier.ID
	theirs access.Scope
}

func open(t *testing.T, db *store.DB) *shop {
	t.Helper()
	s := &shop{Shop: desktest.Open(t, db), at: map[string]stock.LocationID{}, from: map[string]supplier.ID{}}
	s.Goods("MUG", catalog.Backorder)
	for _, code := range []string{"ACME", "BOLT"} {
		r := desktest.Must(s.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: code, Name: code, Kind: "supplier", Active: true, Address: party.Address{Country: "GB"}}})
		s.at[code] = stock.LocationID(r.ID)
		s.from[code] = supplier.ID(desktest.Must(s.Shop, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: code, Name: code, Currency: "GBP", Email: strings.ToLower(code) + "@example.com", Location: r.ID, Active: true}}).ID)
	}
	s.theirs = partner(s.at["ACME"])
	return s
}

func partner(at stock.LocationID) access.Scope {
	return access.Scope{Merchant: admin.Main, Actor: access.Actor{Kind: "key", ID: "theirs"}, Permissions: access.Partner.Permissions(), Locations: []int64{int64(at)}}
}

func (s *shop) bought(t *testing.T, code string, send bool) purchase.ID {
	t.Helper()
	id := purchase.ID(desktest.Must(s.Shop, buy.CreatePurchase, buy.DraftCommand{Supplier: s.from[code], Location: s.Locations["A"], Lines: []buy.DraftLine{{SKU: "MUG", Quantity: 5, Cost: new(money.Price)}}}).ID)
	if send {
		desktest.Must(s.Shop, buy.SendPurchase, buy.SendCommand{Purchase: id})
	}
	return id
}

func say[C any](s *shop, by access.Scope, op *desk.Operation[C], c C) (desk.Result, error) {
	return desk.One(context.Background(), s.Desk, op, by, c, desk.Options{})
}

func (s *shop) thread(t *testing.T, by access.Scope, id purchase.ID) (x *talks.Subject, list []talk.Message) {
	t.Helper()
	err := s.DB.Read(context.Background(), by, func(r *store.Reader) (err error) {
		if x, err = talks.Of(r, by, talk.Purchase, int64(id)); err == nil {
			list, err = storetalks.Thread(r, x.Talk.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return x, list
}

// Kills: a supplier that sees a draft, another's order, or a note; a message that
// leaves nobody to answer; an answer past what was just written; a note that
// answers for us.
func TestTwoSides(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		draft, id, other := s.bought(t, "ACME", false), s.bought(t, "ACME", true), s.bought(t, "BOLT", true)
		write := func(by access.Scope, id purchase.ID, way, text string) error {
			_, err := say(s, by, talks.Say, talks.SayCommand{About: talk.Purchase, Subject: int64(id), Way: way, Text: text})
			return err
		}
		for _, x := range []purchase.ID{draft, other} {
			if err := write(s.theirs, x, "", "hello"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("ACME writes about %s: %v", x, err)
			}
		}
		if err := write(s.Scope, draft, talk.Out, "hello"); fault.CodeOf(err) != "not_sent" {
			t.Errorf("we write about a draft: %v", err)
		}
		steps := []struct {
			by     access.Scope
			way    string
			awaits string
		}{{s.Scope, talk.Note, ""}, {s.Scope, "", talk.Them}, {s.theirs, talk.Note, talk.Us}, {s.Scope, talk.Note, talk.Us}, {s.Scope, talk.In, talk.Us}, {s.Scope, talk.Out, talk.Them}}
		for i, x := range steps {
			if err := write(x.by, id, x.way, fmt.Sprintf("%d", i)); err != nil {
				t.Fatal(err)
			}
			if got, _ := s.thread(t, s.Scope, id); got.Awaits != x.awaits {
				t.Errorf("after %d: awaits %q, want %q", i, got.Awaits, x.awaits)
			}
		}
		x, list := s.thread(t, s.theirs, id)
		if x.Side != talk.Them || len(list) != 6 || len(talk.Seen(list)) != 4 || list[2].Way != talk.In {
			t.Errorf("they stand on %s and see %d of %d", x.Side, len(talk.Seen(list)), len(list))
		}
		stale := x.Version - 1
		if _, err := say(s, s.Scope, talks.Say, talks.SayCommand{About: talk.Purchase, Subject: int64(id), Text: "x", Version: &stale}); fault.CodeOf(err) != "edited_meanwhile" {
			t.Errorf("past what was written: %v", err)
		}
		for i, want := range []string{"done", "unchanged"} {
			if r, err := say(s, s.theirs, talks.Settle, talks.SettleCommand{About: talk.Purchase, Subject: int64(id)}); err != nil || r.Status != want {
				t.Errorf("settled %d: %s %v", i, r.Status, err)
			}
		}
		warehouse := access.Scope{Merchant: admin.Main, Actor: access.Actor{Kind: "key", ID: "floor"}, Permissions: access.Warehouse.Permissions()}
		if err := write(warehouse, id, "", "x"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the floor writes: %v", err)
		}
	})
}

// Kills: files without a limit, a note's file given to the supplier, a partner
// that fills a conversation.
func TestLimits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		id := s.bought(t, "ACME", true)
		c := talks.SayCommand{About: talk.Purchase, Subject: int64(id)}
		for name, files := range map[string][]support.File{
			"too many":  make([]support.File, talk.MaxFiles+1),
			"empty":     {{Name: "a"}},
			"too large": {{Name: "a", Data: make([]byte, talk.MaxFile+1)}},
			"together":  {{Data: make([]byte, talk.MaxFile)}, {Data: make([]byte, talk.MaxFile)}, {Data: make([]byte, 1)}},
		} {
			bad := c
			bad.Files = files
			if _, err := say(s, s.theirs, talks.Say, bad); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		note := c
		note.Way, note.Files = talk.Note, []support.File{{Name: "../secret.pdf", Data: []byte("x")}}
		if _, err := say(s, s.Scope, talks.Say, note); err != nil {
			t.Fatal(err)
		}
		file := note.Files[0].ID
		for by, want := range map[*access.Scope]fault.Kind{&s.theirs: fault.NotFound, &s.Scope: 0} {
			err := s.DB.Read(context.Background(), *by, func(r *store.Reader) error {
				f, err := talks.FileFor(r, *by, talk.Purchase, int64(id), file)
				if err == nil && f.Name != "..-secret.pdf" {
					t.Errorf("it is called %q", f.Name)
				}
				return err
			})
			if want == 0 && err != nil || want != 0 && fault.KindOf(err) != want {
				t.Errorf("%s reads the file of a note: %v", by.Actor.ID, err)
			}
		}
		for i := range talk.MaxInARow + 1 {
			c.Text = "again"
			if _, err := say(s, s.theirs, talks.Say, c); (err != nil) != (i == talk.MaxInARow) {
				t.Fatalf("message %d: %v", i, err)
			}
		}
	})
}

// Kills: an answer by mail that begins a case; a stranger's mail that is taken into
// an order; one mail taken twice; a machine's mail that waits for us.
func TestMail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		id := s.bought(t, "ACME", true)
		mail := func(n int, from, subject, more string) string {
			t.Helper()
			raw := fmt.Sprintf("Message-ID: <m%d@x>\r\nFrom: %s\r\nTo: shop@shop.test\r\nSubject: %s\r\n%s\r\nAll fine.\r\n", n, from, subject, more)
			r, err := mailroom.Take(context.Background(), s.Desk, s.Scope, []byte(raw))
			if err != nil {
				t.Fatal(err)
			}
			return r.Kind + " " + r.Status
		}
		ours := "In-Reply-To: <" + id.String() + ".2@shop.test>\r\n"
		if got := mail(1, "stranger@example.com", "Re: order", ours); got != "cas created" {
			t.Errorf("a stranger's: %s", got)
		}
		if got := mail(2, "Acme@example.com", "Re: order", ours); got != "tlk done" {
			t.Errorf("the supplier's: %s", got)
		}
		if got := mail(2, "acme@example.com", "Re: order", ours); got != "tlk unchanged" {
			t.Errorf("the same again: %s", got)
		}
		x, list := s.thread(t, s.Scope, id)
		if x.Awaits != talk.Us || len(list) != 1 || list[0].Text != "All fine." {
			t.Fatalf("%s %+v", x.Awaits, list)
		}
		desktest.Must(s.Shop, talks.Settle, talks.SettleCommand{About: talk.Purchase, Subject: int64(id)})
		if got := mail(3, "acme@example.com", "Out of office", "Auto-Submitted: auto-replied\r\nIn-Reply-To: <m2@x>\r\n"); got != "tlk done" {
			t.Errorf("a machine's: %s", got)
		}
		if x, _ = s.thread(t, s.Scope, id); x.Awaits != "" {
			t.Errorf("a machine awaits %s", x.Awaits)
		}
		if got := mail(4, "clerk@acme.example", "Re: "+x.Mark(), ""); got != "tlk done" {
			t.Errorf("by the mark: %s", got)
		}
		if x, _ = s.thread(t, s.Scope, id); x.Awaits != talk.Us {
			t.Errorf("awaits %q", x.Awaits)
		}
	})
}
