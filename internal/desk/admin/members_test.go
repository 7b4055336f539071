package admin_test

import (
	"context"
	"errors"
	"testing"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/store/users"
)

const easy = "correct horse battery staple"

// hall is an installation with a second merchant.
type hall struct {
	*desktest.Shop
	t     *testing.T
	other access.Scope // of the second merchant
}

func openHall(t *testing.T, db *store.DB) *hall {
	t.Helper()
	s := desktest.Open(t, db)
	m, err := admin.MakeMerchant(context.Background(), s.Desk, s.Scope, admin.MerchantCommand{Name: "Second", Zone: "Europe/Berlin", Currency: "EUR"}, desk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &hall{s, t, access.System(m, "command", "test")}
}

// person invites somebody at a merchant.
func (h *hall) invite(by access.Scope, email string, roles ...access.Role) (token string, u users.User) {
	h.t.Helper()
	token, u, err := admin.Invite(context.Background(), h.Desk, by, admin.InviteCommand{Email: email, Name: "Invited", Roles: roles})
	if err != nil {
		h.t.Fatal(err)
	}
	return token, u
}

func (h *hall) accept(token, name string) (session string) {
	h.t.Helper()
	session, _, err := admin.AcceptLink(context.Background(), h.Desk, token, admin.Acceptance{Name: name, Password: easy, Attempt: admin.Attempt{Address: "127.0.0.1"}})
	if err != nil {
		h.t.Fatal(err)
	}
	return session
}

func (h *hall) signed(session string) admin.Signed {
	h.t.Helper()
	s, err := admin.SessionOf(context.Background(), h.DB, session)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func (h *hall) refuses(code string, err error) {
	h.t.Helper()
	if fault.CodeOf(err) != code {
		h.t.Errorf("refused with %v, want %s", err, code)
	}
}

func (h *hall) names(s admin.Signed) (out []string) {
	h.t.Helper()
	list, err := admin.Places(context.Background(), h.DB, s)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range list {
		out = append(out, p.Merchant.Name)
	}
	return out
}

// Kills: a member without consent, one whom somebody else accepts, a right that
// goes along from one merchant to the other, access that outlives its end.
func TestMember(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h, ctx := openHall(t, db), context.Background()
		link, _ := h.invite(h.Scope, "ada@example.com", access.Admin)
		ada := h.accept(link, "Ada")
		link, _ = h.invite(h.Scope, "eve@example.com", access.Admin)
		eve := h.accept(link, "Eve")
		token, invited := h.invite(h.other, "Ada@Example.com", access.Warehouse)

		if got := h.names(h.signed(ada)); len(got) != 1 || got[0] != "Test shop" {
			t.Errorf("before she accepts Ada works at %v", got)
		}
		h.refuses("no_standing", admin.Switch(ctx, h.Desk, h.signed(ada), h.other.Merchant))
		h.refuses("not_yours", admin.Join(ctx, h.Desk, h.signed(eve), token))
		_, _, err := admin.AcceptLink(ctx, h.Desk, token, admin.Acceptance{Name: "Mallory", Password: easy})
		h.refuses("login_there", err)

		if err := admin.Join(ctx, h.Desk, h.signed(ada), token); err != nil {
			t.Fatal(err)
		}
		h.refuses("dead_link", admin.Join(ctx, h.Desk, h.signed(ada), token))
		s := h.signed(ada)
		if s.Scope.Merchant != h.other.Merchant || s.Scope.Actor.ID != invited.ID.String() || s.User.Name != "Ada" || !s.Several {
			t.Errorf("Ada works as %+v", s)
		}
		if s.Scope.May(access.UsersWrite) || !s.Scope.May(access.FulfillmentWrite) {
			t.Errorf("at the second merchant Ada may %v", s.Scope.Permissions)
		}
		if err := admin.Switch(ctx, h.Desk, s, admin.Main); err != nil {
			t.Fatal(err)
		}
		if s = h.signed(ada); s.Scope.Merchant != admin.Main || !s.Scope.May(access.UsersWrite) || s.Scope.Actor.ID == invited.ID.String() {
			t.Errorf("back at home Ada works as %+v", s.Scope)
		}
		if err := admin.Switch(ctx, h.Desk, s, h.other.Merchant); err != nil {
			t.Fatal(err)
		}
		h.refuses("no_standing", admin.Switch(ctx, h.Desk, h.signed(eve), h.other.Merchant))

		if _, err := desk.One(ctx, h.Desk, admin.DisableUser, h.other, admin.SwitchCommand{ID: invited.ID}, desk.Options{}); err != nil {
			t.Fatal(err)
		}
		s, err = admin.SessionOf(ctx, db, ada)
		if !errors.Is(err, admin.ErrNoStanding) || s.Scope.Merchant != admin.Main {
			t.Errorf("after the end of her membership Ada works as %+v, %v", s.Scope, err)
		}
		if got := h.names(s); len(got) != 1 {
			t.Errorf("after the end of her membership Ada works at %v", got)
		}
		if err := admin.Switch(ctx, h.Desk, s, admin.Main); err != nil {
			t.Errorf("there is no way home: %v", err)
		}
	})
}

// Kills: a login of one merchant that a role at the first one falls to by its
// address, or whose password another merchant sets.
func TestGuest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h, ctx := openHall(t, db), context.Background()
		token, member := h.invite(h.other, "bo@example.com", access.Admin)
		bo := h.accept(token, "Bo")
		s := h.signed(bo)
		if s.Scope.Merchant != h.other.Merchant || len(s.Login.Roles) != 0 {
			t.Fatalf("Bo works as %+v", s)
		}
		if got := h.names(s); len(got) != 1 || got[0] != "Second" {
			t.Errorf("Bo works at %v", got)
		}
		h.refuses("no_standing", admin.Switch(ctx, h.Desk, s, admin.Main))

		again, _, err := admin.SignIn(ctx, h.Desk, admin.Attempt{Email: "bo@example.com", Password: easy, Address: "127.0.0.1"})
		if err != nil || h.signed(again).Scope.Merchant != h.other.Merchant {
			t.Errorf("signing in again leads elsewhere: %v", err)
		}
		_, _, err = admin.NewUserLink(ctx, h.Desk, h.other, admin.LinkCommand{User: member.ID})
		h.refuses("signs_in_elsewhere", err)
		_, err = desk.One(ctx, h.Desk, admin.SaveUser, h.Scope, admin.UserCommand{ID: s.Login.ID, Roles: []access.Role{access.Admin}}, desk.Options{})
		h.refuses("guest", err)

		link, _ := h.invite(h.Scope, "bo@example.com", access.Sales)
		if _, err := admin.SessionOf(ctx, db, bo); fault.KindOf(err) != fault.Unknown {
			t.Errorf("who had the login before still works: %v", err)
		}
		if _, _, err := admin.SignIn(ctx, h.Desk, admin.Attempt{Email: "bo@example.com", Password: easy, Address: "127.0.0.1"}); err == nil {
			t.Error("the password of before still lets in")
		}
		for _, op := range []*desk.Operation[admin.SwitchCommand]{admin.DisableUser, admin.EnableUser} {
			if _, err := desk.One(ctx, h.Desk, op, h.Scope, admin.SwitchCommand{ID: s.Login.ID}, desk.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := admin.SignIn(ctx, h.Desk, admin.Attempt{Email: "bo@example.com", Password: easy, Address: "127.0.0.1"}); err == nil {
			t.Error("disabled and enabled, the password of before lets in")
		}
		if link, _, err = admin.NewUserLink(ctx, h.Desk, h.Scope, admin.LinkCommand{User: s.Login.ID}); err != nil {
			t.Fatal(err)
		}
		if got := h.names(h.signed(h.accept(link, "Bo"))); len(got) != 2 {
			t.Errorf("as one of the first merchant too, Bo works at %v", got)
		}
		u, err := admin.LoginThere(ctx, db, "bo@example.com")
		if err != nil || !u {
			t.Errorf("Bo's login is there: %v, %v", u, err)
		}
		_, err = desk.One(ctx, h.Desk, admin.DisableUser, h.Scope, admin.SwitchCommand{ID: s.Login.ID}, desk.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := admin.SessionOf(ctx, db, bo); fault.KindOf(err) != fault.Unknown {
			t.Errorf("a login that was disabled still works: %v", err)
		}
	})
}

// Kills: who made a login under the address of somebody else, by another merchant's
// invitation, and gets in by a second factor or passkey after its owner was given a
// new password; a second factor of the house's own people that a new password
// forgets.
func TestGuestIsGivenAnew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h, ctx := openHall(t, db), context.Background()
		token, _ := h.invite(h.other, "owner@example.com", access.Admin)
		squatter := h.signed(h.accept(token, "Mallory"))
		token, _ = h.invite(h.Scope, "ada@example.com", access.Sales)
		ada := h.signed(h.accept(token, "Ada"))
		for _, s := range []admin.Signed{squatter, ada} {
			id := int64(s.Login.ID)
			storetest.Exec(t, db, "UPDATE user_secret SET second = 1, totp = 'sealed' WHERE m = 1 AND user_id = $1", id)
			storetest.Exec(t, db, "INSERT INTO user_passkey (m, id, user_id, credential, name, data, created_at, used_at) VALUES (1, $1, $1, $2, 'key', '{}', 1, 0)", id, s.Login.Email)
			link, _, err := admin.NewUserLink(ctx, h.Desk, h.Scope, admin.LinkCommand{User: s.Login.ID})
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = admin.AcceptLink(ctx, h.Desk, link, admin.Acceptance{Password: "another horse entirely", Attempt: admin.Attempt{Address: "127.0.0.1"}})
			house := s.Login.ID == ada.Login.ID
			if house != errors.Is(err, admin.ErrSecondFactor) || !house && err != nil {
				t.Errorf("%s: %v", s.Login.Email, err)
			}
			var left admin.Security
			if err := db.Read(ctx, h.Scope, func(r *store.Reader) error { left, err = admin.SecurityOf(r, s.Login.ID); return err }); err != nil {
				t.Fatal(err)
			}
			if house != (left.TOTP && left.Second && len(left.Passkeys) == 1) || !house && (left.TOTP || left.Second || len(left.Passkeys) != 0) {
				t.Errorf("%s is left with %+v", s.Login.Email, left)
			}
		}
	})
}

// Kills: a merchant made twice by one command, or by who may not.
func TestMakeMerchant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h, ctx := openHall(t, db), context.Background()
		link, _ := h.invite(h.Scope, "ada@example.com", access.Admin)
		ada := h.signed(h.accept(link, "Ada"))
		c := admin.MerchantCommand{Name: "Third", Zone: "UTC", Currency: "USD"}
		o := desk.Options{Key: "k", Route: "test", Hash: []byte("h")}
		first, err := admin.MakeMerchant(ctx, h.Desk, ada.Scope, c, o)
		if err != nil {
			t.Fatal(err)
		}
		second, err := admin.MakeMerchant(ctx, h.Desk, ada.Scope, c, o)
		if err != nil || second != first {
			t.Errorf("done twice: %d and %d, %v", first, second, err)
		}
		if err := admin.Switch(ctx, h.Desk, ada, first); err != nil {
			t.Fatal(err)
		}
		_, err = admin.MakeMerchant(ctx, h.Desk, h.other, c, desk.Options{})
		h.refuses("not_the_first", err)
		weak := ada.Scope
		weak.Permissions = access.Operations.Permissions()
		_, err = admin.MakeMerchant(ctx, h.Desk, weak, c, desk.Options{})
		h.refuses("missing_scope", err)
		_, err = admin.MakeMerchant(ctx, h.Desk, ada.Scope, admin.MerchantCommand{Zone: "x", Currency: "y"}, desk.Options{})
		var f *fault.Error
		if !errors.As(err, &f) || len(f.Fields) != 3 {
			t.Errorf("three faults are told as %v", err)
		}
		if u := h.signed(h.accept(func() string { l, _ := h.invite(h.Scope, "zed@example.com", access.Sales); return l }(), "Zed")); u.Login.Status != account.Active || u.Several {
			t.Errorf("somebody of one merchant is %+v", u)
		}
	})
}
