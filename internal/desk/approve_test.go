package desk_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/approval"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/approvals"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

// office is a shop whose orders above 100 need one approval, above 500 two.
type office struct {
	*desktest.Shop
	ada, bob, boss, chief, clerk access.Scope
}

func officeOf(t *testing.T, db *store.DB) *office {
	s := &office{Shop: desktest.Open(t, db)}
	s.Goods("MUG", catalog.Backorder, "A", 1000)
	for name, x := range map[string]struct {
		to   *access.Scope
		role access.Role
	}{"ada": {&s.ada, access.Sales}, "bob": {&s.bob, access.Operations}, "boss": {&s.boss, access.Admin}, "chief": {&s.chief, access.Finance}, "clerk": {&s.clerk, access.Support}} {
		*x.to = s.person(name, x.role)
	}
	s.policy(approval.Policy{})
	return s
}

func (s *office) person(name string, role access.Role) access.Scope {
	s.T.Helper()
	_, u, err := admin.Invite(context.Background(), s.Desk, s.Scope, admin.InviteCommand{Email: name + "@example.com", Name: name, Roles: []access.Role{role}})
	if err != nil {
		s.T.Fatal(err)
	}
	storetest.Exec(s.T, s.DB, "UPDATE users SET status = 'active' WHERE m = 1 AND id = $1", int64(u.ID))
	return access.Scope{Merchant: s.Scope.Merchant, Actor: access.Actor{Kind: access.User, ID: u.ID.String()}, Permissions: role.Permissions()}
}

// policy saves one with the usual terms.
func (s *office) policy(p approval.Policy) {
	s.T.Helper()
	p.Terms = []approval.Terms{{Currency: "GBP", One: 100_00, Two: 500_00, Limits: []approval.Limit{{Role: access.Operations, Amount: 300_00}, {Role: access.Finance, Amount: 900_00}, {Role: access.Sales, Amount: 20_00}}}}
	desktest.Must(s.Shop, admin.SaveApprovals, admin.ApprovalCommand{Policy: p})
}

func as[C any](s *office, by access.Scope, op *desk.Operation[C], c C) (desk.Result, error) {
	return desk.One(context.Background(), s.Desk, op, by, c, desk.Options{})
}

// placed is an order of so many units at 12.95 that somebody placed.
func (s *office) placed(by access.Scope, units int) order.ID {
	s.T.Helper()
	r, err := as(s, by, intake.Place, intake.PlaceCommand{Request: s.Request("MUG", units)})
	if err != nil {
		s.T.Fatal(err)
	}
	return order.ID(r.ID)
}

func (s *office) look(id order.ID) (o *order.Order, asks []*approval.Ask) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		if o, err = orders.Get(r, id); err == nil {
			asks, err = approvals.Of(r, id)
		}
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return o, asks
}

// states are those of what the order was asked, the oldest first.
func (s *office) states(id order.ID) (out []string) {
	_, asks := s.look(id)
	for _, a := range asks {
		out = append(out, a.State)
	}
	return out
}

func (s *office) refused(by access.Scope, id order.ID, code string) {
	s.T.Helper()
	if _, err := as(s, by, intake.Approve, intake.ApproveCommand{Order: id}); fault.CodeOf(err) != code {
		s.T.Errorf("%s approves: %v, want %s", by.Actor, err, code)
	}
}

func (s *office) approve(by access.Scope, id order.ID) *approval.Ask {
	s.T.Helper()
	r, err := as(s, by, intake.Approve, intake.ApproveCommand{Order: id})
	if err != nil {
		s.T.Fatal(err)
	}
	return r.Value.(*intake.Decided).Ask
}

func offices(t *testing.T, f func(*testing.T, *office)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := officeOf(t, db)
		f(t, s)
		sound(t, s.Shop)
	})
}

// An order above the sum waits for one approval or two, by people who may, none
// of whom made it, and goes on with the last.
//
// Kills: an approval by who placed it; one person who counts for two; a limit
// that is not looked at; a hold that ends with the first of two; a hold that
// somebody lifts; work that begins before.
func TestApprove(t *testing.T) {
	offices(t, func(t *testing.T, s *office) {
		small := s.placed(s.ada, 7)
		if o, asks := s.look(small); len(o.Holds) != 0 || len(asks) != 0 {
			t.Errorf("90.65 waits for something: %+v", asks)
		}
		id := s.placed(s.ada, 10) // 129.50
		o, asks := s.look(id)
		if len(asks) != 1 || asks[0].Steps != 1 || !slices.Equal(asks[0].Reasons, []string{approval.ByValue}) || o.Statuses.Stage != order.StageOnHold || !slices.Contains(o.Actions(), "approve") || slices.Contains(o.Actions(), "lift") {
			t.Fatalf("129.50: %+v, %v", asks, o.Actions())
		}
		if _, err := desktest.Try(s.Shop, intake.Lift, intake.LiftCommand{Order: id, Hold: o.Holds[0].ID}); fault.CodeOf(err) != "needs_approval" {
			t.Errorf("lifting it: %v", err)
		}
		if _, err := desktest.Try(s.Shop, intake.Hold, intake.HoldCommand{Order: small, Hold: order.Hold{Reason: order.Approval}}); fault.CodeOf(err) != "invalid" {
			t.Errorf("a hold with that reason: %v", err)
		}
		s.refused(s.ada, id, "own_order")
		s.refused(s.clerk, id, "no_limit")
		if a := s.approve(s.bob, id); a.State != approval.Approved || a.Given[0].Role != access.Operations {
			t.Errorf("%+v", a)
		}
		s.refused(s.boss, id, "nothing_to_approve")
		if o, _ := s.look(id); o.Statuses.Hold != "none" || o.Holds[0].LiftedBy != s.bob.Actor.String() {
			t.Errorf("approved it is %+v, %+v", o.Statuses, o.Holds)
		}
		large := s.placed(s.ada, 40) // 518.00
		s.refused(s.bob, large, "above_limit")
		if a := s.approve(s.chief, large); a.State != approval.Asked || len(a.Given) != 1 {
			t.Errorf("after the first of two: %+v", a)
		}
		s.refused(s.chief, large, "approved_before")
		if o, _ := s.look(large); o.AwaitsApproval() == 0 {
			t.Error("one of two lets it go")
		}
		amount := int64(1)
		if _, err := as(s, s.boss, intake.Approve, intake.ApproveCommand{Order: large, Amount: &amount}); fault.CodeOf(err) != "changed_meanwhile" {
			t.Errorf("another amount than was seen: %v", err)
		}
		if a := s.approve(s.boss, large); a.State != approval.Approved {
			t.Errorf("after the second: %+v", a)
		}
	})
}

// A deputy approves by the right of another, between two instants, and not what
// either made, nor what the other approved.
func TestDeputies(t *testing.T) {
	offices(t, func(t *testing.T, s *office) {
		now := s.DB.Now()
		hour := time.Hour.Microseconds()
		stands := func(from, until int64) {
			s.policy(approval.Policy{Deputies: []approval.Deputy{{For: s.chief.Actor.ID, By: s.clerk.Actor.ID, From: from, Until: until}}})
		}
		id := s.placed(s.ada, 30) // 388.50
		stands(now-2*hour, now-hour)
		s.refused(s.clerk, id, "no_limit")
		stands(now+hour, now+2*hour)
		s.refused(s.clerk, id, "no_limit")
		stands(now-hour, now+hour)
		own, theirs := s.placed(s.clerk, 30), s.placed(s.chief, 30)
		s.refused(s.clerk, own, "own_order")
		s.refused(s.clerk, theirs, "no_limit")
		if a := s.approve(s.clerk, id); a.Given[0].Holder != s.chief.Actor.String() || a.Given[0].Role != access.Finance {
			t.Errorf("%+v", a.Given)
		}
		two := s.placed(s.ada, 40)
		s.approve(s.chief, two)
		s.refused(s.clerk, two, "no_limit") // it is the same right
		s.approve(s.boss, two)
		storetest.Exec(t, s.DB, "UPDATE users SET status = 'disabled' WHERE m = 1 AND id = (SELECT max(id) FROM users WHERE m = 1 AND name = 'chief')")
		s.refused(s.clerk, s.placed(s.ada, 30), "no_limit")
	})
}

// A change that makes an order dearer than was approved asks again; one that
// does not, does not. Who changed it does not approve it.
//
// Kills: an approval of 130 that is good for 500; one step that counts for an
// order that became another.
func TestChangedAfterApproval(t *testing.T) {
	offices(t, func(t *testing.T, s *office) {
		to := func(by access.Scope, id order.ID, units int64) {
			t.Helper()
			if _, err := as(s, by, intake.Change, intake.ChangeCommand{Order: id, Change: order.Change{Lines: []order.LineChange{{Line: 1, Quantity: &units}}}}); err != nil {
				t.Fatal(err)
			}
		}
		id := s.placed(s.ada, 10)
		s.approve(s.bob, id)
		to(s.bob, id, 9)
		to(s.bob, id, 10)
		if got := s.states(id); !slices.Equal(got, []string{"approved"}) {
			t.Errorf("no dearer than approved: %v", got)
		}
		to(s.bob, id, 12)
		if got := s.states(id); !slices.Equal(got, []string{"approved", "asked"}) {
			t.Errorf("dearer: %v", got)
		}
		s.refused(s.bob, id, "own_order")
		s.refused(s.ada, id, "own_order")
		s.approve(s.chief, id)

		two := s.placed(s.ada, 40)
		s.approve(s.chief, two)
		to(s.ada, two, 45)
		if o, _ := s.look(two); !slices.Equal(s.states(two), []string{"void", "asked"}) || o.AwaitsApproval() == 0 {
			t.Errorf("dearer between two steps: %v", s.states(two))
		}
		s.approve(s.chief, two)
		s.approve(s.boss, two)

		small := s.placed(s.ada, 5)
		to(s.ada, small, 8)
		if o, _ := s.look(small); o.AwaitsApproval() == 0 {
			t.Error("an order that grew above the sum is not asked for")
		}
		desktest.Must(s.Shop, intake.Cancel, intake.CancelCommand{Order: small})
		if got := s.states(small); !slices.Equal(got, []string{"void"}) {
			t.Errorf("canceled: %v", got)
		}
	})
}

// A refusal says why, leaves the order held or cancels it; who refused it may
// think again, others change it first.
func TestRefuse(t *testing.T) {
	offices(t, func(t *testing.T, s *office) {
		id := s.placed(s.ada, 10)
		if _, err := as(s, s.ada, intake.Refuse, intake.RefuseCommand{Order: id, Why: "no"}); fault.CodeOf(err) != "own_order" {
			t.Errorf("who placed it refuses it: %v", err)
		}
		if _, err := as(s, s.bob, intake.Refuse, intake.RefuseCommand{Order: id}); fault.CodeOf(err) != "invalid" {
			t.Errorf("without a reason: %v", err)
		}
		refuse := func(id order.ID, cancel bool) {
			t.Helper()
			if _, err := as(s, s.bob, intake.Refuse, intake.RefuseCommand{Order: id, Why: "too dear", Cancel: cancel}); err != nil {
				t.Fatal(err)
			}
		}
		refuse(id, false)
		s.refused(s.boss, id, "was_refused")
		s.approve(s.bob, id)
		gone := s.placed(s.ada, 10)
		refuse(gone, true)
		o, asks := s.look(gone)
		if o.Statuses.Status != "canceled" || asks[0].Why != "too dear" || asks[0].DecidedBy != s.bob.Actor.String() {
			t.Errorf("%+v %+v", o.Statuses, asks[0])
		}
		picked := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: s.Request("MUG", 7)}).Value.(*intake.Placed)
		s.Work(picked.Fulfillments[0].ID, "release", "pick")
		many := int64(20)
		if _, err := as(s, s.ada, intake.Change, intake.ChangeCommand{Order: picked.Order.ID, Change: order.Change{Lines: []order.LineChange{{Line: 1, Quantity: &many}}}}); err != nil {
			t.Fatal(err)
		}
		if _, err := as(s, s.bob, intake.Refuse, intake.RefuseCommand{Order: picked.Order.ID, Why: "x", Cancel: true}); fault.CodeOf(err) != "not_cancelable" {
			t.Errorf("canceling what was picked: %v", err)
		}
		if got := s.states(picked.Order.ID); !slices.Equal(got, []string{"asked"}) {
			t.Errorf("what could not be canceled is %v", got)
		}
		if _, err := desktest.Try(s.Shop, floor.Pack, floor.PackCommand{Fulfillment: picked.Fulfillments[0].ID}); fault.CodeOf(err) != "order_on_hold" {
			t.Errorf("packing what waits: %v", err)
		}
	})
}

// Orders that are divided and brought together stay asked for.
func TestDividedApprovals(t *testing.T) {
	offices(t, func(t *testing.T, s *office) {
		id := s.placed(s.ada, 10)
		r, err := as(s, s.clerk, intake.SplitOrder, intake.SplitCommand{Order: id, Parts: []order.Part{{Line: 1, Quantity: 5}}})
		if err != nil {
			t.Fatal(err)
		}
		made := order.ID(r.ID)
		for _, x := range []order.ID{id, made} {
			if o, _ := s.look(x); o.AwaitsApproval() == 0 {
				t.Errorf("half of what waited goes on: %v", s.states(x))
			}
			s.refused(s.ada, x, "own_order")
		}
		s.approve(s.bob, made)
		a, b := s.placed(s.ada, 6), s.placed(s.bob, 6) // 77.70 each
		if _, err := as(s, s.clerk, intake.Merge, intake.MergeCommand{Order: a, From: b}); err != nil {
			t.Fatal(err)
		}
		if o, _ := s.look(a); o.AwaitsApproval() == 0 {
			t.Error("two small orders became one that nobody approves")
		}
		for _, by := range []access.Scope{s.ada, s.bob, s.clerk} {
			s.refused(by, a, "own_order")
		}
		s.approve(s.chief, a)
		c, d := s.placed(s.ada, 1), s.placed(s.ada, 10)
		if _, err := as(s, s.ada, intake.Merge, intake.MergeCommand{Order: c, From: d}); err != nil {
			t.Fatal(err)
		}
		if o, _ := s.look(c); o.AwaitsApproval() == 0 || !slices.Equal(s.states(d), []string{"void"}) {
			t.Errorf("what waited went into another: %v, %v", s.states(c), s.states(d))
		}
	})
}

// Discounts, goods below cost and orders by hand above the own limit need an
// approval, too.
func TestOtherReasons(t *testing.T) {
	offices(t, func(t *testing.T, s *office) {
		desktest.Must(s.Shop, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "PAN", Name: "Pan", Kind: catalog.Goods, WhenShort: catalog.Backorder, Cost: 20_000_000}})
		s.policy(approval.Policy{Discount: 10, BelowCost: true, ByHand: true})
		reasons := func(by access.Scope, r order.Request) (out []string) {
			t.Helper()
			p, err := as(s, by, intake.Place, intake.PlaceCommand{Request: r})
			if err != nil {
				t.Fatal(err)
			}
			if _, asks := s.look(order.ID(p.ID)); len(asks) > 0 {
				return asks[0].Reasons
			}
			return nil
		}
		some := s.Request("MUG", 1)
		some.Lines[0].Discount = 129
		more := s.Request("MUG", 1)
		more.Lines[0].Discount = 131
		for name, x := range map[string]struct {
			by   access.Scope
			r    order.Request
			want []string
		}{
			"by hand within the limit":  {s.ada, s.Request("MUG", 1), nil},
			"by hand above the limit":   {s.ada, s.Request("MUG", 2), []string{approval.ByHand}},
			"by a program":              {s.Scope, s.Request("MUG", 2), nil},
			"by an admin":               {s.boss, s.Request("MUG", 2), nil},
			"ten percent off":           {s.Scope, some, nil},
			"more than ten percent off": {s.Scope, more, []string{approval.ByDiscount}},
			"below cost":                {s.Scope, s.Request("PAN", 1), []string{approval.ByCost}},
		} {
			if got := reasons(x.by, x.r); !slices.Equal(got, x.want) {
				t.Errorf("%s: %v, want %v", name, got, x.want)
			}
		}
	})
}

// Kills: two who give the last of two steps at the same moment, one approval
// that counts twice.
func TestApprovedAtOnce(t *testing.T) {
	offices(t, func(t *testing.T, s *office) {
		id := s.placed(s.ada, 40)
		others := []access.Scope{s.boss, s.chief, s.person("second", access.Admin), s.person("third", access.Admin)}
		errs := make([]error, 12)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = as(s, others[i%len(others)], intake.Approve, intake.ApproveCommand{Order: id})
			})
		}
		wg.Wait()
		given := 0
		for _, err := range errs {
			if err == nil {
				given++
			} else if code := fault.CodeOf(err); code != "nothing_to_approve" && code != "approved_before" {
				t.Error(err)
			}
		}
		if _, asks := s.look(id); given != 2 || len(asks[0].Given) != 2 {
			t.Errorf("%d were given, %+v", given, asks[0].Given)
		}
	})
}

// What goes over the counter is not asked for, and the books say so.
func TestCounterIsExempt(t *testing.T) {
	offices(t, func(t *testing.T, s *office) {
		r := s.Request("MUG", 20)
		r.Payments = []order.Payment{{Amount: 259_00, Reference: "till"}}
		x := desktest.Must(s.Shop, intake.Sell, intake.SellCommand{Request: r, Location: s.Locations["A"]})
		if got := s.states(order.ID(x.ID)); !slices.Equal(got, []string{approval.Exempt}) {
			t.Errorf("%v", got)
		}
	})
}
