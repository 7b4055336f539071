package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
)

// fill puts one id into every place of a path.
func fill(path, id string) string {
	path = strings.ReplaceAll(path, "{$}", "")
	for {
		from := strings.Index(path, "{")
		if from < 0 {
			return path
		}
		to := strings.Index(path, "}")
		path = path[:from] + id + path[to+1:]
	}
}

// Kills: a page or an act that asks nobody for a permission.
func TestScenarioS28NoRights(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Token(access.ReadOnly)
	storetest.Exec(t, s.DB, "UPDATE users SET roles = '' WHERE m = $1", int64(admin.Main))
	asked := 0
	for _, r := range s.Shell.Routes() {
		if r.Needs == "" || r.Public || r.Needs == access.Own {
			continue
		}
		asked++
		path := fill(r.Path, "ord_0pmnqh2000400")
		var got pagetest.Answer
		if r.Method == http.MethodGet {
			got = s.Get(access.ReadOnly, path)
		} else {
			got = s.Ask(access.ReadOnly, r.Method, path, strings.NewReader(""), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
		}
		if got.Status != http.StatusForbidden {
			t.Errorf("%s %s: who may nothing gets %d", r.Method, r.Path, got.Status)
		}
	}
	if asked < 50 {
		t.Errorf("only %d routes ask for a permission", asked)
	}
}

// other is a merchant beside the shop's, with one of everything.
type other struct {
	scope access.Scope
	ids   []string
}

func another(t *testing.T, s *pagetest.Site) other {
	t.Helper()
	const m = 2
	err := s.DB.Transact(context.Background(), func(tx *store.Tx) error {
		tx.M = m
		return merchants.Insert(tx, merchants.Merchant{ID: m, Name: "Other", Zone: "UTC", Currency: "GBP", CreatedAt: tx.At})
	})
	if err != nil {
		t.Fatal(err)
	}
	x := other{scope: access.System(m, "command", "test")}
	shop := &desktest.Shop{T: t, DB: s.DB, Desk: s.Desk, Scope: x.scope, Locations: map[string]stock.LocationID{}}
	l := does(shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "A", Name: "A", Kind: "warehouse", Active: true, Address: party.Address{Country: "GB"}}})
	i := does(shop, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "X", Name: "X", Kind: catalog.Goods, WhenShort: "backorder"}})
	c := does(shop, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{Contact: party.Contact{Name: "Eve"}}})
	does(shop, floor.Receive, floor.ReceiveCommand{Lines: []stock.Line{{SKU: "X", Location: stock.LocationID(l.ID), Quantity: 5}}})
	p := does(shop, intake.Place, intake.PlaceCommand{Request: shop.Request("X", 1)}).Value.(*intake.Placed)
	x.ids = []string{p.Order.ID.String(), p.Fulfillments[0].ID.String(), stock.LocationID(l.ID).String(), catalog.ID(i.ID).String(), party.ID(c.ID).String()}
	return x
}

func does[C any](s *desktest.Shop, op *desk.Operation[C], cmd C) desk.Result {
	s.T.Helper()
	r, err := desk.One(context.Background(), s.Desk, op, s.Scope, cmd, desk.Options{})
	if err != nil {
		s.T.Fatalf("%s: %v", op.Name, err)
	}
	return r
}

// seq is how much has happened to a merchant.
func (x other) seq(t *testing.T, s *pagetest.Site) (n int64) {
	t.Helper()
	err := s.DB.Read(context.Background(), x.scope, func(r *store.Reader) (err error) {
		n, err = r.EntrySeq()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Kills: an id of another merchant that opens a page or does an act.
func TestScenarioS28AnotherMerchant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		x := another(t, s)
		x.reachesNothing(t, s)
	})
}

// Kills: the same, of somebody who may do all of it there, and works here.
func TestScenarioS28MemberOfBoth(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		x := another(t, s)
		joins(t, s, x.scope, access.Admin, access.Admin)
		s.Of = admin.Main
		if got := s.Get(access.Admin, "/orders/"+x.ids[0]); got.Status != http.StatusNotFound || strings.Contains(got.Body, "Eve") {
			t.Errorf("an order of the other merchant: %d", got.Status)
		}
		x.reachesNothing(t, s)
	})
}

// joins makes somebody of the shop a member of another merchant, and leaves them
// at home.
func joins(t *testing.T, s *pagetest.Site, by access.Scope, who access.Role, as ...access.Role) {
	t.Helper()
	ctx := context.Background()
	signed, err := admin.SessionOf(ctx, s.DB, s.Token(who))
	if err != nil {
		t.Fatal(err)
	}
	link, _, err := admin.Invite(ctx, s.Desk, by, admin.InviteCommand{Email: signed.Login.Email, Roles: as})
	if err == nil {
		err = admin.Join(ctx, s.Desk, signed, link)
	}
	if err == nil {
		err = admin.Switch(ctx, s.Desk, signed, admin.Main)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// reachesNothing asks every page and act of the shop for what is the other's.
func (x other) reachesNothing(t *testing.T, s *pagetest.Site) {
	t.Helper()
	before := x.seq(t, s)
	for _, r := range s.Shell.Routes() {
		if !strings.Contains(r.Path, "{") || strings.Contains(r.Path, "{$}") {
			continue
		}
		for _, id := range x.ids {
			path := fill(r.Path, id)
			var got pagetest.Answer
			if r.Method == http.MethodGet {
				got = s.Get(access.Admin, path)
			} else {
				got = s.Post(access.Admin, path, url.Values{"note": {"x"}, "reason": {"other"}, "quantity": {"1"}, "amount": {"1.00"}, "all": {"true"}})
			}
			if got.Status < 300 || got.Status >= 500 {
				t.Errorf("%s %s with %s: %d", r.Method, r.Path, id, got.Status)
			}
		}
	}
	if after := x.seq(t, s); after != before {
		t.Errorf("%d acts were done to another merchant", after-before)
	}
}
