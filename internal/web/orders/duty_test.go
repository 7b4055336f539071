package orders_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/store/storetest"
	"orderly/internal/store/users"
	"orderly/internal/web/pagetest"
)

// small is a shop with one order that waits to be released.
func small(t *testing.T, db *store.DB) (*pagetest.Site, *intake.Placed, string) {
	s := pagetest.Open(t, db)
	s.Goods("MUG", catalog.Backorder, "A", 5)
	p := s.Place("MUG", 1)
	return s, p, "/orders/" + p.Order.ID.String()
}

// Kills: work on an order that two people hold; that who may not do it takes or
// is given; of which the page does not say who has it.
func TestDuty(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, p, path := small(t, db)
		do := func(role access.Role, act, of string, more ...string) int {
			form := url.Values{"do": {act}, "of": {of}}
			for i := 0; i+1 < len(more); i += 2 {
				form.Set(more[i], more[i+1])
			}
			return s.Post(role, path+"/work", form).Status
		}
		said := func(role access.Role, text string) {
			t.Helper()
			if got := s.Get(role, path); !strings.Contains(got.Body, text) {
				t.Errorf("%s is not told %q", role, text)
			}
		}
		order, work := p.Order.ID.String(), p.Fulfillments[0].ID.String()
		said(access.Sales, "Nobody works on this order yet")
		if got := do(access.Sales, "claim", order); got != 303 {
			t.Errorf("taking: %d", got)
		}
		said(access.Sales, "You took this")
		said(access.Operations, "Sales took this")
		if got := do(access.Operations, "claim", order); got != 422 {
			t.Errorf("what another has is taken: %d", got)
		}
		if got := do(access.Sales, "claim", work); got != 403 {
			t.Errorf("sales takes work of the warehouse: %d", got)
		}
		if got := do(access.ReadOnly, "claim", order); got != 403 {
			t.Errorf("who only reads takes an order: %d", got)
		}
		form := s.Get(access.Operations, path+"/assign?of="+work)
		to := userID(t, s, access.Warehouse)
		if form = s.Get(access.Operations, path+"/assign?of="+work); !strings.Contains(form.Body, to) || strings.Contains(form.Body, userID(t, s, access.ReadOnly)) {
			t.Errorf("who can be given the work: %s", form.Body)
		}
		if got := do(access.Operations, "assign", work, "to", to, "note", "Fragile <b>"); got != 303 {
			t.Errorf("assigning: %d", got)
		}
		said(access.Operations, "Warehouse took this")
		said(access.Operations, "Fragile &lt;b&gt;")
		if got := do(access.Operations, "assign", work, "to", userID(t, s, access.ReadOnly), "version", "1"); got != 422 {
			t.Errorf("assigned to who may not: %d", got)
		}
		if got := do(access.Sales, "give_back", order, "version", "1"); got != 303 {
			t.Errorf("giving back: %d", got)
		}
		said(access.Sales, "Nobody works on this order yet")
		s.Ship(p)
		said(access.Operations, "Shipped")
		if got := s.Get(access.Operations, path); strings.Contains(got.Body, "took this") || strings.Contains(got.Body, "Nobody has taken") {
			t.Error("work that is done is offered")
		}
	})
}

// userID is who the tests' user of a role is.
func userID(t *testing.T, s *pagetest.Site, role access.Role) (id string) {
	t.Helper()
	s.Token(role)
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		list, err := users.List(r)
		for _, u := range list {
			if u.Email == string(role)+"@example.com" {
				id = u.ID.String()
			}
		}
		return err
	})
	if err != nil || id == "" {
		t.Fatal(err, role)
	}
	return id
}

// Kills: a link of which the shop does not know what became; one that opens the
// order after it was ended; one that the shop's own look marks as opened.
func TestLinkCard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _, path := small(t, db)
		said := func(text string) {
			t.Helper()
			if got := s.Get(access.Sales, path); !strings.Contains(got.Body, text) {
				t.Errorf("the card does not say %q", text)
			}
		}
		said("No link was made yet")
		page := s.Post(access.Sales, path+"/link", nil).Header.Get("Location")
		s.Get(access.Sales, page)
		said("The customer has not opened it")
		s.Get("", page)
		said("First opened")
		if got := s.Post(access.Sales, path+"/link/renew", nil); got.Status != 303 {
			t.Errorf("renewing: %d", got.Status)
		}
		said("The customer has not opened it")
		if got := s.Get("", page); got.Status != 404 {
			t.Errorf("the old link: %d", got.Status)
		}
		page = s.Post(access.Sales, path+"/link", nil).Header.Get("Location")
		if got := s.Post(access.ReadOnly, path+"/link/end", nil); got.Status != 403 {
			t.Errorf("who only reads ends a link: %d", got.Status)
		}
		if got := s.Post(access.Sales, path+"/link/end", nil); got.Status != 303 {
			t.Errorf("ending: %d", got.Status)
		}
		said("The link was ended")
		if got := s.Get("", page); got.Status != 404 {
			t.Errorf("an ended link: %d", got.Status)
		}
		if next := s.Post(access.Sales, path+"/link", nil).Header.Get("Location"); next == page || s.Get("", next).Status != 200 {
			t.Errorf("a new link after the end: %s", next)
		}
		said("First opened")
	})
}

// Kills: a renaming that changes what the view asks for, or another's view; a
// channel that is shown by its code.
func TestNames(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _, path := small(t, db)
		s.Post(access.Sales, "/orders/views", url.Values{"name": {"Gifts"}, "query": {"tag=gift"}})
		s.Post(access.Sales, "/orders/views", url.Values{"name": {"Other"}, "query": {"tag=other"}})
		id := regexp.MustCompile(`/orders/views/(viw_[0-9a-z]+)/rename"`).FindStringSubmatch(s.Get(access.Sales, "/orders?tag=gift").Body)
		if id == nil {
			t.Fatal("the view cannot be renamed")
		}
		rename := func(role access.Role, name string) (told string) {
			got := s.Post(role, "/orders/views/"+id[1]+"/rename", url.Values{"name": {name}, "query": {"tag=gift"}, "edit_version": {"1"}})
			told, _ = url.QueryUnescape(got.Header.Get("Set-Cookie"))
			return told
		}
		rename(access.Support, "Stolen")
		if strings.Contains(s.Get(access.Sales, "/orders").Body, "Stolen") {
			t.Error("another's view was renamed")
		}
		if told := rename(access.Sales, "Other"); !strings.Contains(told, "there is a view with this name") {
			t.Errorf("a name that is taken is not told: %s", told)
		}
		if told := rename(access.Sales, "Presents"); !strings.Contains(told, "new name") {
			t.Errorf("told %s", told)
		}
		if got := s.Get(access.Sales, "/orders").Body; !strings.Contains(got, "Presents") || strings.Contains(got, ">Gifts<") || !strings.Contains(got, "/orders?tag=gift") {
			t.Error("the view has not its new name")
		}
		desktest.Must(s.Shop, admin.SaveChannel, admin.ChannelCommand{Channel: channels.Channel{Code: "web", Label: "Online <shop>", Color: channels.Colors[0], Kind: "web", Active: true}})
		for _, at := range []string{"/orders", "/orders?channel=web", path} {
			if got := s.Get(access.Admin, at); !strings.Contains(got.Body, "Online &lt;shop&gt;") {
				t.Errorf("%s does not show the channel's label", at)
			}
		}
	})
}
