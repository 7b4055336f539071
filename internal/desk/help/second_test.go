package help_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/help"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
	"orderly/internal/support"
)

// person is somebody with a role, and what they may do.
func person(s *desktest.Shop, name string, role access.Role) access.Scope {
	s.T.Helper()
	_, u, err := admin.Invite(context.Background(), s.Desk, s.Scope, admin.InviteCommand{Email: name + "@example.com", Name: name, Roles: []access.Role{role}})
	if err != nil {
		s.T.Fatal(err)
	}
	return access.Scope{Merchant: s.Scope.Merchant, Actor: access.Actor{Kind: access.User, ID: u.ID.String()}, Permissions: role.Permissions()}
}

// do acts as somebody.
func do[C any](d *desk.Desk, by access.Scope, op *desk.Operation[C], c C) (desk.Result, error) {
	return desk.One(context.Background(), d, op, by, c, desk.Options{})
}

// paid is a case of an order that was paid in full.
func paid(t *testing.T, db *store.DB) (*desktest.Shop, support.ID, order.ID) {
	t.Helper()
	s := desktest.Open(t, db)
	s.Goods("MUG", catalog.Backorder, "A", 100)
	r := s.Request("MUG", 10)
	r.Payments = []order.Payment{{Amount: 12_950, Reference: "P"}}
	p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	desktest.Must(s, admin.SaveSupport, admin.SupportCommand{Settings: support.Settings{Limits: []support.Limit{{Role: access.Support, Amount: 1000}, {Role: access.Finance, Amount: 3000}}}})
	c := desktest.Must(s, help.Open, help.OpenCommand{Case: support.Case{Subject: "Broken", Order: int64(p.Order.ID)}})
	return s, support.ID(c.ID), p.Order.ID
}

func given(s *desktest.Shop, id support.ID, of order.ID) (list []support.Goodwill, refunded int64) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		if list, err = cases.GoodwillOf(r, id); err != nil {
			return err
		}
		o, err := orders.Get(r, of)
		if err == nil {
			refunded = o.Refunded
		}
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return list, refunded
}

// Kills: a limit that is counted anew for each gift, somebody who agrees to
// their own wish, a second person with too low a limit, money that goes back for
// what was only asked or was denied.
func TestSecondPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, id, of := paid(t, db)
		ada, bob := person(s, "ada", access.Support), person(s, "bob", access.Support)
		boss := person(s, "boss", access.Admin)
		gift := func(amount int64) help.GoodwillCommand {
			return help.GoodwillCommand{Case: id, Amount: amount, Reason: "sorry"}
		}
		state := func(r desk.Result, err error) string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return r.Value.(*help.Goodwilled).Goodwill.State
		}
		if got := state(do(s.Desk, ada, help.Goodwill, gift(600))); got != support.Given {
			t.Errorf("within the limit it is %s", got)
		}
		if got := state(do(s.Desk, bob, help.Goodwill, gift(401))); got != support.Asked { // 1001 in the whole case
			t.Errorf("above the limit over the whole case it is %s", got)
		}
		list, back := given(s, id, of)
		if len(list) != 2 || back != 600 {
			t.Fatalf("%+v, %d went back", list, back)
		}
		wish := help.GoodwillCommand{Case: id, Decide: list[1].ID}
		for name, by := range map[string]access.Scope{"who asked": bob, "whose limit is too low": ada} {
			if _, err := do(s.Desk, by, help.Goodwill, wish); fault.KindOf(err) != fault.Denied {
				t.Errorf("%s agrees: %v", name, err)
			}
		}
		if got := state(do(s.Desk, boss, help.Goodwill, wish)); got != support.Given {
			t.Errorf("agreed, it is %s", got)
		}
		if _, err := do(s.Desk, boss, help.Goodwill, wish); fault.CodeOf(err) != "not_asked" {
			t.Errorf("agreed twice: %v", err)
		}
		state(do(s.Desk, ada, help.Goodwill, gift(500)))
		list, _ = given(s, id, of)
		if got := state(do(s.Desk, boss, help.Goodwill, help.GoodwillCommand{Case: id, Decide: list[2].ID, Deny: true})); got != support.Denied {
			t.Errorf("denied, it is %s", got)
		}
		list, back = given(s, id, of)
		if back != 1001 || list[1].AskedBy != bob.Actor.String() || list[1].DecidedBy != boss.Actor.String() {
			t.Errorf("%+v, %d went back", list, back)
		}
		reread(s, id)
	})
}

// Kills: two who agree at the same moment to the same wish, or to two wishes
// that together are more than they may.
func TestTwoApprovers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, id, of := paid(t, db)
		ada := person(s, "ada", access.Support)
		approvers := []access.Scope{person(s, "fay", access.Finance), person(s, "flo", access.Finance)} // 3000 each
		for range 2 {
			if _, err := do(s.Desk, ada, help.Goodwill, help.GoodwillCommand{Case: id, Amount: 1600, Reason: "sorry"}); err != nil {
				t.Fatal(err)
			}
		}
		list, _ := given(s, id, of)
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs { // each of the two agrees to each wish, twice
			wg.Go(func() {
				_, errs[i] = do(s.Desk, approvers[i%2], help.Goodwill, help.GoodwillCommand{Case: id, Decide: list[i/2%2].ID})
			})
		}
		wg.Wait()
		agreed := 0
		for _, err := range errs {
			if err == nil {
				agreed++
			} else if code := fault.CodeOf(err); code != "not_asked" && code != "above_limit" {
				t.Error(err)
			}
		}
		if _, back := given(s, id, of); agreed != 1 || back != 1600 {
			t.Errorf("%d agreed, %d went back", agreed, back)
		}
		reread(s, id)
	})
}

// nodes opens a database as often as it is asked, by a clock: one with a desk of
// its own on SQLite, which one process holds, and each a node on PostgreSQL.
func nodes(t *testing.T, o store.Options) func() *store.DB {
	var first *store.DB
	return func() *store.DB {
		if first != nil && o.Dir != "" {
			return first
		}
		db, err := store.Open(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		first = db
		return db
	}
}

// Kills: a missed target that two nodes tell twice, a priority that rises twice,
// one that is told again after the case waited.
func TestEscalatedOnce(t *testing.T) {
	storetest.EachOptions(t, escalated)
}

func escalated(t *testing.T, o store.Options) {
	var ahead atomic.Int64
	now := storetest.Clock()
	o.Now = func() time.Time { return now().Add(time.Duration(ahead.Load())) }
	open := nodes(t, o)
	s, p := shop(t, open())
	id := support.ID(desktest.Must(s, help.Open, help.OpenCommand{Case: support.Case{Subject: "Late", Priority: "low", Order: int64(p.Order.ID)}}).ID)
	desktest.Must(s, help.Escalate, help.EscalateCommand{Case: id})
	if c, _ := reread(s, id); c.Escalated != 0 || c.Version != 1 {
		t.Errorf("told too early: %+v", c)
	}
	other := desk.New(open(), nil)
	t.Cleanup(other.Close)
	both := func(want string, bits, version int64) {
		t.Helper()
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Go(func() {
				if _, err := do([]*desk.Desk{s.Desk, other}[i%2], s.Scope, help.Escalate, help.EscalateCommand{Case: id}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if c, _ := reread(s, id); c.Priority != want || c.Escalated != bits || c.Version != version {
			t.Errorf("%+v", c)
		}
	}
	ahead.Store(int64(49 * time.Hour)) // past the first answer of a case of low priority
	both("normal", support.MissedFirst, 2)
	desktest.Must(s, help.Wait, help.MoveCommand{Case: id})
	ahead.Add(int64(720 * time.Hour)) // while it waits, nothing is missed
	both("normal", support.MissedFirst, 3)
	desktest.Must(s, help.Hear, help.SayCommand{Case: id, Text: "Well?"})
	both("normal", support.MissedFirst, 4)
	ahead.Add(int64(192 * time.Hour))
	both("high", support.MissedFirst|support.MissedResolve, 5)
}
