package releasing_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/flow"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/releasing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/flows"
	"orderly/internal/store/fulfillments"
)

// flow saves a flow made from a template for channels.
func (s *shop) flow(template string, change func(*flow.Flow), channels ...string) flow.Flow {
	s.T.Helper()
	f := *flow.Template(template)
	f.Name = template
	if change != nil {
		change(&f)
	}
	return desktest.Must(s.Shop, admin.SaveFlow, admin.FlowCommand{Flow: f, Channels: channels}).Value.(flow.Flow)
}

func (s *shop) follow() {
	s.T.Helper()
	f := releasing.Follower{Desk: s.Desk, Log: slog.New(slog.DiscardHandler)}
	if err := f.CatchUp(context.Background()); err != nil {
		s.T.Fatal(err)
	}
}

func (s *shop) work(id order.ID) (out []string) {
	s.T.Helper()
	s.read(func(r *store.Reader) error {
		list, err := fulfillments.OfSources(r, []int64{int64(id)})
		for _, f := range list {
			out = append(out, string(f.WorkStatus))
		}
		return err
	})
	return out
}

func (s *shop) is(when string, id order.ID, want ...string) {
	s.T.Helper()
	got := s.work(id)
	if len(got) != len(want) {
		s.T.Fatalf("%s: the work is %v, want %v", when, got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			s.T.Fatalf("%s: the work is %v, want %v", when, got, want)
		}
	}
}

// release makes a flow that releases at once what is in the way of nothing.
func atOnce(f *flow.Flow) { f.Money, f.Window = flow.NoMoney, 0 }

// Without a flow, and under manual, nothing happens that no person does.
func TestNothingByItself(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		before := s.Place("MUG", 1).Order.ID
		s.flow("manual", nil, "")
		manual := s.Place("MUG", 1).Order.ID
		s.follow()
		s.pass(time.Hour)
		s.is("without a flow", before, "pending")
		s.is("under manual", manual, "pending")
		s.flow("automated", atOnce, "")
		s.follow()
		s.is("placed before the flow was", before, "pending")
		s.is("placed under another", manual, "pending")
	})
}

// An order goes on by itself when its window is over and it is paid, has a
// place for all and no hold; each of them keeps it.
func TestAutomated(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.flow("automated", nil, "")
		id := s.Place("MUG", 2).Order.ID
		s.follow()
		s.pass(29 * time.Minute)
		s.is("in its window", id, "pending")
		s.pass(2 * time.Minute)
		s.is("unpaid", id, "pending")
		desktest.Must(s.Shop, intake.Hold, intake.HoldCommand{Order: id, Hold: order.Hold{Reason: "address", Until: s.until(time.Hour)}})
		desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: id, Amount: s.order(id).Totals.Payable(), Reference: "P"})
		s.follow()
		s.is("on hold", id, "pending")
		s.pass(61 * time.Minute)
		s.follow()
		s.is("free", id, "released")
		if told := s.told(id, journal.FulReleased); len(told) != 1 || told[0].Actor.String() != "job:flows" {
			t.Errorf("released as %+v", told)
		}
		s.follow()
		s.pass(time.Hour)
		if n := len(s.told(id, journal.FulReleased)); n != 1 {
			t.Errorf("released %d times", n)
		}
	})
}

// Kills: work that is released although part of the order waits, and work that
// is not when what it waited for came.
func TestWhole(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.flow("automated", func(f *flow.Flow) { atOnce(f) }, "web")
		s.Goods("POT", catalog.Backorder, "A", 1)
		id := s.Place("POT", 3).Order.ID
		s.follow()
		s.is("short", id, "pending")
		s.Receive("POT", "A", 5)
		s.follow()
		for _, w := range s.work(id) {
			if w != "released" {
				t.Errorf("whole: the work is %v", s.work(id))
			}
		}
	})
}

// What a person takes back from the floor stays with people, whatever happens
// to the order.
func TestRecalled(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.flow("automated", atOnce, "")
		p := s.Place("MUG", 1)
		s.follow()
		s.is("by itself", p.Order.ID, "released")
		desktest.Must(s.Shop, floor.Recall, floor.WorkCommand{Fulfillment: p.Fulfillments[0].ID})
		desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: p.Order.ID, Amount: 100, Reference: "P"})
		s.follow()
		s.is("taken back", p.Order.ID, "pending")
		desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: p.Fulfillments[0].ID})
	})
}

// Work is released by itself at the kinds of places that the flow names.
func TestPlaces(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		supplier := desktest.Must(s.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "SUP", Name: "Supplier", Kind: "supplier", Priority: 9, Active: true, Address: party.Address{Country: "GB"}}})
		s.Locations["SUP"] = stock.LocationID(supplier.ID)
		s.flow("drop_shipping", atOnce, "")
		s.Goods("BED", catalog.Backorder)
		s.Receive("BED", "SUP", 5)
		id := s.Place("MUG", 1, "BED", 1).Order.ID
		s.follow()
		at := map[string]string{}
		s.read(func(r *store.Reader) error {
			list, err := fulfillments.OfSources(r, []int64{int64(id)})
			for _, f := range list {
				at[f.Location.String()] = string(f.WorkStatus)
			}
			return err
		})
		if len(at) != 2 || at[s.Locations["A"].String()] != "pending" {
			t.Errorf("the work is %v", at)
		}
		for place, status := range at {
			if place != s.Locations["A"].String() && status != "released" {
				t.Errorf("at %s the work is %s", place, status)
			}
		}
	})
}

// An order keeps the version that it was placed under; one of a channel with
// its own flow has that.
func TestVersions(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		f := s.flow("automated", func(f *flow.Flow) { atOnce(f); f.Money = flow.Paid }, "")
		old := s.Place("MUG", 1).Order.ID
		seen := f.Version
		f.Money = flow.NoMoney
		desktest.Must(s.Shop, admin.SaveFlow, admin.FlowCommand{Flow: f, Channels: []string{""}, Version: &seen})
		next := s.Place("MUG", 1).Order.ID
		if _, err := desktest.Try(s.Shop, admin.SaveFlow, admin.FlowCommand{Flow: f, Version: &seen}); fault.CodeOf(err) != "edited_meanwhile" {
			t.Errorf("saved over another's version: %v", err)
		}
		s.follow()
		s.is("under the first version", old, "pending")
		s.is("under the second", next, "released")
		s.flow("manual", nil, "web")
		own := s.Place("MUG", 1).Order.ID
		s.follow()
		s.is("of a channel of its own", own, "pending")
		s.read(func(r *store.Reader) error {
			runs, err := flows.Runs(r, []order.ID{old, next, own})
			if runs[old].Version != 1 || runs[next].Version != 2 || runs[old].Flow != f.ID || runs[own].Flow == f.ID {
				t.Errorf("the runs are %+v %+v %+v", runs[old], runs[next], runs[own])
			}
			return err
		})
	})
}

// A flow may have a person look at each order, and say where its units come from.
func TestPersons(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.flow("automated", func(f *flow.Flow) { atOnce(f); f.Verify, f.Source = flow.Person, flow.Person }, "")
		p := s.Place("MUG", 1)
		id := p.Order.ID
		s.follow()
		if o := s.order(id); len(p.Fulfillments) != 0 || o.Sums[order.Unsourced] != 1 || len(o.Holds) != 1 || o.Holds[0].Reason != flow.VerifyHold {
			t.Fatalf("placed as %+v with %d fulfillments", o, len(p.Fulfillments))
		}
		desktest.Must(s.Shop, intake.Source, intake.SourceCommand{Order: id})
		s.follow()
		s.is("nobody looked at it", id, "pending")
		desktest.Must(s.Shop, intake.Lift, intake.LiftCommand{Order: id})
		s.follow()
		s.is("somebody did", id, "released")
	})
}

// Units that are split off go on under the flow of their order, not later.
func TestSplitOff(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		loose := s.Place("MUG", 2).Order.ID
		s.flow("automated", func(f *flow.Flow) { f.Money = flow.NoMoney }, "")
		id := s.Place("MUG", 2).Order.ID
		s.pass(10 * time.Minute)
		split := func(id order.ID) order.ID {
			return desktest.Must(s.Shop, intake.SplitOrder, intake.SplitCommand{Order: id, Parts: []order.Part{{Line: 1, Quantity: 1}}}).Value.(*intake.Split).Made.ID
		}
		off, none := split(id), split(loose)
		s.pass(21 * time.Minute)
		s.is("the order", id, "released")
		s.is("what was split off", off, "released")
		s.follow()
		s.is("split off an order without a flow", none, "pending")
	})
}

// Kills: nodes that release the same work twice.
func TestReleasedOnce(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.flow("automated", func(f *flow.Flow) { f.Money = flow.NoMoney }, "")
		var ids []order.ID
		for range 20 {
			ids = append(ids, s.Place("MUG", 1).Order.ID)
		}
		s.clock.Pass(time.Hour)
		var nodes sync.WaitGroup
		for range 3 {
			nodes.Go(func() {
				f := releasing.Follower{Desk: s.Desk, Log: slog.New(slog.DiscardHandler)}
				if err := f.CatchUp(context.Background()); err != nil {
					t.Error(err)
				}
				if err := releasing.Sweep(context.Background(), s.Desk, s.Scope.Merchant); err != nil {
					t.Error(err)
				}
			})
		}
		nodes.Wait()
		for _, id := range ids {
			if n := len(s.told(id, journal.FulReleased)); n != 1 || s.work(id)[0] != string(fulfillment.Released) {
				t.Errorf("order %s was released %d times", id, n)
			}
		}
	})
}
