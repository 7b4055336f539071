package admin_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

const (
	owner    = "ada@example.com"
	password = "three green bicycles"
)

// clock is a time that a test moves.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// house is a shop with a first admin.
type house struct {
	*desktest.Shop
	clock *clock
	admin admin.Signed
	token string
}

// each runs f on both engines.
func each(t *testing.T, f func(*testing.T, *house)) {
	storetest.EachOptions(t, func(t *testing.T, o store.Options) { f(t, open(t, o)) })
}

func open(t *testing.T, o store.Options) *house {
	c := &clock{}
	o.Now = c.now
	db, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{Shop: desktest.Open(t, db), clock: c}
	link, err := admin.FirstLink(t.Context(), h.Desk, h.Scope)
	if err != nil || link == "" {
		t.Fatalf("the first link is %q: %v", link, err)
	}
	h.token, h.admin, err = admin.AcceptLink(t.Context(), h.Desk, link, admin.Acceptance{Email: " Ada@Example.com ", Name: "Ada Byron", Password: password, Zone: "Europe/London"})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// join makes a user with roles, by invitation.
func (h *house) join(email string, roles ...access.Role) admin.Signed {
	h.T.Helper()
	link, _, err := admin.Invite(h.T.Context(), h.Desk, h.admin.Scope, admin.InviteCommand{Email: email, Roles: roles})
	if err != nil {
		h.T.Fatal(err)
	}
	_, signed, err := admin.AcceptLink(h.T.Context(), h.Desk, link, admin.Acceptance{Name: "Somebody", Password: password})
	if err != nil {
		h.T.Fatal(err)
	}
	return signed
}

func (h *house) signIn(a admin.Attempt) (string, admin.Signed, error) {
	return admin.SignIn(h.T.Context(), h.Desk, a)
}

func (h *house) who(token string) (admin.Signed, error) {
	return admin.SessionOf(h.T.Context(), h.DB, token)
}

// wants holds an error's code against the wanted one; "" wants none.
func wants(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil && code == "" {
		return
	}
	if err == nil || fault.CodeOf(err) != code {
		t.Errorf("%s: %v (%s), want %q", what, err, fault.CodeOf(err), code)
	}
}

// Kills: a token that is kept as it is; a wrong one that is let in; a session
// that goes on after its end; roles of yesterday.
func TestSignInAndOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token, signed, err := h.signIn(admin.Attempt{Email: "ADA@example.com", Password: password, Agent: "Browser", Address: "192.0.2.7"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.who(token)
		if err != nil || got.Session.ID != signed.Session.ID || got.User.ID != h.admin.User.ID || got.Scope.Merchant != admin.Main {
			t.Errorf("the session is %+v: %v", got, err)
		}
		if want := (access.Actor{Kind: "user", ID: h.admin.User.ID.String()}); got.Scope.Actor != want || !got.Scope.May(access.UsersWrite) || !got.Scope.May(access.Own) {
			t.Errorf("the scope is %+v", got.Scope)
		}
		for what, wrong := range map[string]string{
			"nothing": "", "a letter more": token + "0", "of another merchant": "orderlys_2" + token[len("orderlys_1"):], "an API key": "orderly_1_3kd5w78sb5drg6rsbmehjq4ws1", "its hash": admin.Hash(token),
		} {
			_, err := h.who(wrong)
			wants(t, what, err, "not_signed_in")
		}
		if err := admin.SignOut(t.Context(), h.Desk, got); err != nil {
			t.Fatal(err)
		}
		_, err = h.who(token)
		wants(t, "signed out", err, "not_signed_in")
		_, err = h.who(h.token)
		wants(t, "the other session", err, "")
	})
}

// Kills: a session without an end; one that slides for ever; one that ends
// although it is in use; a write for every request.
func TestSessionsExpire(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.clock.pass(account.Idle - time.Minute)
		_, err := h.who(h.token)
		wants(t, "just before", err, "")
		h.clock.pass(account.Idle - time.Minute)
		first, err := h.who(h.token)
		wants(t, "it slides", err, "")
		h.clock.pass(10 * time.Second)
		second, err := h.who(h.token)
		if err != nil || second.Session.SeenAt != first.Session.SeenAt {
			t.Errorf("seen is written again after ten seconds: %v", err)
		}
		h.clock.pass(account.Idle)
		_, err = h.who(h.token)
		wants(t, "away for long", err, "not_signed_in")
		token, _, err := h.signIn(admin.Attempt{Email: owner, Password: password})
		if err != nil {
			t.Fatal(err)
		}
		for range 2*30 - 1 {
			h.clock.pass(account.Idle - time.Minute)
			if _, err = h.who(token); err != nil {
				break
			}
		}
		wants(t, "in use for almost thirty days", err, "")
		h.clock.pass(account.Idle - time.Minute)
		h.clock.pass(2 * time.Hour)
		_, err = h.who(token)
		wants(t, "in use for thirty days", err, "not_signed_in")
	})
}

// Kills: an answer that tells which addresses there are; a guess that costs
// nothing; a browser that can be kept out by strangers; a wait without an end.
func TestGuessingIsThrottled(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		guess := func(email, word, from, device string) error {
			_, _, err := h.signIn(admin.Attempt{Email: email, Password: word, Address: from, Device: device})
			return err
		}
		if _, _, err := h.signIn(admin.Attempt{Email: owner, Password: password, Address: "192.0.2.1", Device: "laptop"}); err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{owner, "nobody@example.com"} {
			for range account.ByPair.Free {
				wants(t, email, guess(email, "wrong", "192.0.2.9", ""), "wrong_password")
			}
			err := guess(email, password, "192.0.2.9", "")
			wants(t, email+" again", err, "too_many_requests")
			var wait *admin.Throttled
			if !errors.As(err, &wait) || wait.After != time.Second || fault.KindOf(err) != fault.Unavailable {
				t.Errorf("%s has to wait: %v", email, err)
			}
		}
		wants(t, "another place", guess(owner, password, "192.0.2.10", ""), "")
		h.clock.pass(1100 * time.Millisecond)
		wants(t, "once more", guess(owner, "wrong", "192.0.2.9", ""), "wrong_password")
		h.clock.pass(1100 * time.Millisecond)
		wants(t, "twice as long", guess(owner, "wrong", "192.0.2.9", ""), "too_many_requests")
		for n := range 70 { // from everywhere, each with patience
			err := guess(owner, "wrong", "198.51.100."+string(rune('A'+n)), "")
			if fault.CodeOf(err) == "too_many_requests" {
				h.clock.pass(account.ByAccount.Longest)
			}
		}
		h.clock.pass(-time.Second)
		wants(t, "a stranger meanwhile", guess(owner, password, "192.0.2.77", ""), "too_many_requests")
		wants(t, "the owner's own laptop", guess(owner, password, "192.0.2.1", "laptop"), "")
		h.clock.pass(5 * time.Minute)
		wants(t, "five minutes later", guess(owner, password, "192.0.2.9", ""), "")
	})
}

// Kills: a check that many at once slip through.
func TestGuessesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		told := map[string]int{}
		for range 20 {
			wg.Go(func() {
				_, _, err := h.signIn(admin.Attempt{Email: owner, Password: "wrong", Address: "192.0.2.9"})
				mu.Lock()
				defer mu.Unlock()
				told[fault.CodeOf(err)]++
			})
		}
		wg.Wait()
		if told["wrong_password"] > int(account.ByPair.Free)+2 || told["wrong_password"]+told["too_many_requests"] != 20 {
			t.Errorf("of 20 at once: %v", told)
		}
	})
}

// Kills: a link that opens twice, be it after each other or at once.
func TestLinksOpenOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		link, u, err := admin.Invite(t.Context(), h.Desk, h.admin.Scope, admin.InviteCommand{Email: "bo@example.com", Roles: []access.Role{access.Warehouse}})
		if err != nil {
			t.Fatal(err)
		}
		opened, err := admin.LookAtLink(t.Context(), h.DB, link)
		if err != nil || opened.User.ID != u.ID || opened.Link.Purpose != account.Invite {
			t.Fatalf("%+v: %v", opened, err)
		}
		_, _, err = h.signIn(admin.Attempt{Email: "bo@example.com", Password: password})
		wants(t, "before it is accepted", err, "wrong_password")
		var wg sync.WaitGroup
		var mu sync.Mutex
		told := map[string]int{}
		for range 4 {
			wg.Go(func() {
				_, _, err := admin.AcceptLink(context.Background(), h.Desk, link, admin.Acceptance{Name: "Bo", Password: password})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					told["in"]++
				} else {
					told[fault.CodeOf(err)]++
				}
			})
		}
		wg.Wait()
		if told["in"] != 1 || told["dead_link"] != 3 {
			t.Errorf("four at once: %v", told)
		}
		late, _, err := admin.Invite(t.Context(), h.Desk, h.admin.Scope, admin.InviteCommand{Email: "cy@example.com", Roles: []access.Role{access.Sales}})
		if err != nil {
			t.Fatal(err)
		}
		h.clock.pass(account.Invite.Lifetime() + time.Second)
		_, err = admin.LookAtLink(t.Context(), h.DB, late)
		wants(t, "its time is over", err, "dead_link")
	})
}

// Kills: a shop that nobody can administer any more.
func TestLastAdminStays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		me := h.admin.User.ID
		less := admin.UserCommand{ID: me, Roles: []access.Role{access.Sales}}
		do := func(op func() error, code, what string) { t.Helper(); wants(t, what, op(), code) }
		save := func() error {
			_, err := desk.One(t.Context(), h.Desk, admin.SaveUser, h.admin.Scope, less, desk.Options{})
			return err
		}
		disable := func() error {
			_, err := desk.One(t.Context(), h.Desk, admin.DisableUser, h.admin.Scope, admin.SwitchCommand{ID: me}, desk.Options{})
			return err
		}
		do(save, "last_admin", "give up the role")
		do(disable, "last_admin", "disable oneself")
		if _, _, err := admin.Invite(t.Context(), h.Desk, h.admin.Scope, admin.InviteCommand{Email: "in@example.com", Roles: []access.Role{access.Admin}}); err != nil {
			t.Fatal(err)
		}
		do(disable, "last_admin", "an invited admin is none yet")
		h.join("second@example.com", access.Admin)
		do(disable, "", "there is another")
		_, err := h.who(h.token)
		wants(t, "the session of who was disabled", err, "not_signed_in")
	})
}

// Kills: somebody who hands out more than they have.
func TestNobodyGivesMoreThanHeHas(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		sales := h.join("sales@example.com", access.Sales)
		_, _, err := admin.Invite(t.Context(), h.Desk, sales.Scope, admin.InviteCommand{Email: "x@example.com", Roles: []access.Role{access.Sales}})
		wants(t, "without the right to", err, "missing_scope")
		if err == nil || err.Error() != "your role does not let you invite people and change their roles; ask somebody who is admin" {
			t.Errorf("a person is told: %v", err)
		}
		half := sales.Scope
		half.Permissions = append(half.Permissions, access.UsersWrite)
		_, _, err = admin.Invite(t.Context(), h.Desk, half, admin.InviteCommand{Email: "x@example.com", Roles: []access.Role{access.Admin}})
		wants(t, "an admin", err, "beyond_reach")
		_, _, err = admin.NewUserLink(t.Context(), h.Desk, half, admin.LinkCommand{User: h.admin.User.ID})
		wants(t, "a way to become admin", err, "beyond_reach")
		half.Locations = []int64{int64(h.Locations["A"])}
		_, _, err = admin.Invite(t.Context(), h.Desk, half, admin.InviteCommand{Email: "x@example.com", Roles: []access.Role{access.Sales}})
		wants(t, "every location", err, "beyond_reach")
		_, _, err = admin.Invite(t.Context(), h.Desk, half, admin.InviteCommand{Email: "x@example.com", Roles: []access.Role{access.Sales}, Locations: half.Locations})
		wants(t, "the same location", err, "")
	})
}
