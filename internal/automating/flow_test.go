package automating_test

import (
	"context"
	"log/slog"
	"testing"

	"orderly/internal/automating"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/flow"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/releasing"
	"orderly/internal/rule"
	"orderly/internal/store"
	"orderly/internal/store/flows"
	"orderly/internal/store/rules"
	"orderly/internal/store/storetest"
)

// A rule has orders go on under another flow, which is told, releases what it
// releases and holds what it holds.
//
// Kills: a flow that is chosen and not looked at; one that is chosen at each
// entry anew; units released twice; an order of which nobody knows its flow.
func TestChooseFlow(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		quick := *flow.Template("automated")
		quick.Name, quick.Money, quick.Window = "Quick", flow.NoMoney, 0
		desktest.Must(s.Shop, admin.SaveFlow, admin.FlowCommand{Flow: quick})
		slow := *flow.Template("manual")
		slow.Name, slow.Verify = "Slow", flow.Person
		made := desktest.Must(s.Shop, admin.SaveFlow, admin.FlowCommand{Flow: slow, Channels: []string{"web"}})
		s.rule(rule.On, "small ones", placed(), "units == 1", rule.Action{Kind: rule.Flow, Flow: "Quick"}, rule.Action{Kind: rule.Lift, Reason: flow.VerifyHold})
		s.rule(rule.On, "paid ones", []string{journal.OrderPaid}, "", rule.Action{Kind: rule.Flow, Flow: "Slow"})
		small, large := s.Place("MUG", 1).Order.ID, s.Place("MUG", 2).Order.ID
		desktest.Must(s.Shop, admin.SaveFlow, admin.FlowCommand{Flow: flow.Flow{ID: made.Value.(flow.Flow).ID, Name: "Slower", Verify: flow.Person, Source: flow.Self, Money: flow.NoMoney}})
		s.follow()
		onward := func() {
			if err := (&releasing.Follower{Desk: s.Desk, Log: slog.New(slog.DiscardHandler)}).CatchUp(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		onward()
		name := func(id order.ID) (out string, work []*fulfillment.Fulfillment) {
			s.read(func(r *store.Reader) error {
				f, run, err := flows.Of(r, id)
				if f != nil {
					out = f.Name
					work = nil
					for _, x := range run.Released {
						work = append(work, &fulfillment.Fulfillment{ID: fulfillment.ID(x)})
					}
				}
				return err
			})
			return out, work
		}
		if got, work := name(small); got != "Quick" || len(work) != 1 || s.outcomes(small) != "done" {
			t.Errorf("the small one goes on under %s, released %d, rules: %s", got, len(work), s.outcomes(small))
		}
		if got, work := name(large); got != "Slow" || len(work) != 0 || s.outcomes(large) != "" {
			t.Errorf("the large one goes on under %s, released %d, rules: %s", got, len(work), s.outcomes(large))
		}
		_, work := name(small)
		desktest.Must(s.Shop, floor.Recall, floor.WorkCommand{Fulfillment: work[0].ID}) // stays with people under any flow
		for range 2 {
			desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: small, Amount: 5})
			s.follow()
		}
		if got := s.outcomes(small); got != "done, refused, refused" { // it is called otherwise by now
			t.Errorf("a flow that is not there: %s", got)
		}
		desktest.Must(s.Shop, admin.SaveFlow, admin.FlowCommand{Flow: flow.Flow{ID: made.Value.(flow.Flow).ID, Name: "Slow", Verify: flow.Person, Source: flow.Self, Money: flow.NoMoney}})
		for range 2 {
			desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: small, Amount: 5})
			s.follow()
			onward()
		}
		got, work := name(small)
		if o := s.order(small); got != "Slow" || len(work) != 1 || s.outcomes(small) != "done, refused, refused, done, unchanged" || len(o.Holds) != 1 || o.Holds[0].LiftedAt == 0 {
			t.Errorf("then it goes on under %s, released %d, rules: %s, holds %+v", got, len(work), s.outcomes(small), o.Holds)
		}
	})
}

// Conditions know the delivery method and whether the customer is blocked, by
// their record or by their address alone.
func TestMethodAndBlocked(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		who := desktest.Must(s.Shop, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{Contact: party.Contact{Name: "Ada", Email: "ada@example.com"}}})
		s.rule(rule.On, "blocked", placed(), `customer.blocked && method == "parcel"`, tag("blocked"))
		before := s.Place("MUG", 1).Order.ID
		s.follow()
		desktest.Must(s.Shop, admin.BlockCustomer, admin.BlockCommand{Customer: party.ID(who.ID), Reason: "fraud"})
		after := s.Place("MUG", 1).Order.ID
		s.follow()
		if got := s.outcomes(before) + "/" + s.outcomes(after); got != "/done" {
			t.Errorf("rules: %s", got)
		}
	})
}

// What rules did long ago is forgotten and not done again, whatever becomes of
// the cursor; what they did lately stays.
func TestPrune(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		id := s.rule(rule.On, "note it", placed(), "", rule.Action{Kind: rule.Note, Text: "seen"})
		s.rule(rule.On, "tag it", placed(), "", tag("seen"))
		old, late := s.Place("MUG", 1).Order.ID, s.Place("MUG", 1).Order.ID
		s.follow()
		prune := func() {
			if err := automating.Prune(context.Background(), s.Desk, s.Scope.Merchant); err != nil {
				t.Fatal(err)
			}
		}
		prune()
		if len(s.runs(old)) != 2 {
			t.Fatalf("runs of today: %+v", s.runs(old))
		}
		storetest.Exec(t, s.DB, "UPDATE rule_run SET at = at - $1 WHERE m = 1 AND order_id = $2", automating.Keeps.Microseconds(), int64(old))
		prune()
		if len(s.runs(old)) != 0 || len(s.runs(late)) != 2 {
			t.Errorf("%d of the old runs are left, %d of the late ones", len(s.runs(old)), len(s.runs(late)))
		}
		storetest.Exec(t, s.DB, "UPDATE cursor SET seq = 0 WHERE m = 1 AND consumer = $1", automating.Consumer)
		s.follow()
		if len(s.runs(old)) != 0 || len(s.runs(late)) != 2 {
			t.Errorf("then the old order has %d runs, the late one %d", len(s.runs(old)), len(s.runs(late)))
		}
		s.read(func(r *store.Reader) error {
			n, err := rules.Counts(r, id, 0)
			if n[rule.Done] != 1 {
				t.Errorf("the rule counts %v", n)
			}
			return err
		})
	})
}
