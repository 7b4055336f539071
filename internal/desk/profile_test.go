package desk_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/profiles"
	"orderly/internal/store/storetest"
)

// profile keeps a version and gives it a state.
func profile(s *desktest.Shop, to sourcing.State, strategies ...sourcing.Strategy) *sourcing.Version {
	s.T.Helper()
	r := desktest.Must(s, admin.SaveSourcing, admin.SourcingCommand{Name: "Test", Profile: sourcing.Profile{Strategies: strategies}})
	v := r.Value.(*sourcing.Version)
	if to != sourcing.Draft {
		desktest.Must(s, admin.MoveSourcing, admin.SourcingStateCommand{Profile: v.ID, State: to})
	}
	return v
}

// from says which locations send how many of an order, by code.
func from(s *desktest.Shop, p *intake.Placed) map[string]int64 {
	out := map[string]int64{}
	for _, f := range p.Fulfillments {
		for code, id := range s.Locations {
			if f.Location == id {
				for _, l := range f.Lines {
					out[code] += l.Open
				}
			}
		}
	}
	return out
}

// Kills: a profile that is kept and not asked; points that do not decide.
func TestProfileDecides(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("X", catalog.Backorder, "A", 5, "B", 5, "C", 5)
		if got := from(s, s.Place("X", 1)); got["A"] != 1 {
			t.Fatalf("the built-in rule prefers A, not %v", got)
		}
		only := sourcing.Strategy{Name: "C alone", From: sourcing.From{Only: []string{"C"}}, After: sourcing.Backordered}
		first := profile(s, sourcing.Active, only)
		p := s.Place("X", 1)
		if got := from(s, p); got["C"] != 1 {
			t.Fatalf("the profile asks C alone, not %v", got)
		}
		r, ok := sourcing.DecodeReason(p.Fulfillments[0].Decision)
		if !ok || r.Version != first.N || r.Strategy != "C alone" || len(r.Candidates) != 3 || r.Candidates[0].Takes != 1 || r.Candidates[1].Bar != sourcing.BarNamed {
			t.Errorf("the decision is kept as %+v", r)
		}
		// the other way around: low priority costs, until another version holds
		second := profile(s, sourcing.Active, sourcing.Strategy{Name: "First", Weights: sourcing.Weights{Priority: 10}, After: sourcing.Backordered})
		if got := from(s, s.Place("X", 1)); got["A"] != 1 {
			t.Errorf("points by priority choose A, not %v", got)
		}
		desktest.Must(s, admin.MoveSourcing, admin.SourcingStateCommand{Profile: first.ID, State: sourcing.Active})
		if got := from(s, s.Place("X", 1)); got["C"] != 1 {
			t.Errorf("the first version holds again and asks C, not %v", got)
		}
		err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			v, err := profiles.Get(r, second.ID)
			if err == nil && v.State != sourcing.Retired {
				t.Errorf("what gave way is %s, not retired", v.State)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		sound(t, s)
	})
}

// Kills: what is short handled otherwise than its strategy says.
func TestAfters(t *testing.T) {
	one, zero := 1, 0
	for name, x := range map[string]struct {
		strategies []sourcing.Strategy
		want       map[string]int64
		buckets    map[order.Bucket]int64
		held       bool
	}{
		"backorder": {[]sourcing.Strategy{{Name: "s", From: sourcing.From{Only: []string{"A"}}, After: sourcing.Backordered}}, map[string]int64{"A": 2}, map[order.Bucket]int64{order.Allocated: 2, order.Backordered: 3}, false},
		"hold":      {[]sourcing.Strategy{{Name: "s", From: sourcing.From{Only: []string{"A"}}, After: sourcing.Held}}, map[string]int64{"A": 2}, map[order.Bucket]int64{order.Allocated: 2, order.Unsourced: 3}, true},
		"cancel":    {[]sourcing.Strategy{{Name: "s", From: sourcing.From{Only: []string{"A"}}, After: sourcing.Canceled}}, map[string]int64{"A": 2}, map[order.Bucket]int64{order.Allocated: 2, order.Canceled: 3}, false},
		"split": {[]sourcing.Strategy{{Name: "s", From: sourcing.From{Only: []string{"A"}}, After: sourcing.Split}, {Name: "t", From: sourcing.From{Except: []string{"A"}}, MaxSplits: &zero, After: sourcing.Backordered}},
			map[string]int64{"A": 2, "B": 2}, map[order.Bucket]int64{order.Allocated: 4, order.Backordered: 1}, false},
		"next": {[]sourcing.Strategy{{Name: "s", From: sourcing.From{Only: []string{"A"}}, After: sourcing.Next}, {Name: "t", From: sourcing.From{Except: []string{"A"}}, MaxSplits: &one, After: sourcing.Backordered}},
			map[string]int64{"B": 2, "C": 2}, map[order.Bucket]int64{order.Allocated: 4, order.Backordered: 1}, false},
		"no strategy fits": {[]sourcing.Strategy{{Name: "s", When: sourcing.When{Channels: []string{"phone"}}, After: sourcing.Canceled}}, map[string]int64{"A": 2, "B": 2, "C": 1}, map[order.Bucket]int64{order.Allocated: 5}, false},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				s := desktest.Open(t, db)
				s.Goods("X", catalog.Backorder, "A", 2, "B", 2, "C", 2)
				profile(s, sourcing.Active, x.strategies...)
				p := s.Place("X", 5)
				got := from(s, p)
				for _, code := range []string{"A", "B", "C"} {
					if got[code] != x.want[code] {
						t.Errorf("%s sends %d, not %d", code, got[code], x.want[code])
					}
				}
				for b := order.Bucket(1); b < order.Lost; b++ {
					if got := p.Order.Sums[b]; got != x.buckets[b] {
						t.Errorf("%d units are %s, not %d", got, b, x.buckets[b])
					}
				}
				held := len(p.Order.Holds) == 1 && p.Order.Holds[0].Reason == order.NoPlace
				if held != x.held {
					t.Errorf("the order has holds %v", p.Order.Holds)
				}
				sound(t, s)
			})
		})
	}
}

// Kills: a shadow that acts, or whose decisions are lost.
func TestShadowOnlyWatches(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("X", catalog.Backorder, "A", 5, "C", 5)
		v := profile(s, sourcing.Shadow, sourcing.Strategy{Name: "From afar", Weights: sourcing.Weights{Priority: 0, Split: 1}, From: sourcing.From{Except: []string{"A"}}, After: sourcing.Backordered})
		p := s.Place("X", 1)
		if got := from(s, p); got["A"] != 1 {
			t.Fatalf("the built-in rule holds and prefers A, not %v", got)
		}
		s.Place("X", 20) // nobody agrees: the shadow leaves A out
		err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			got, err := profiles.ShadowOf(r, v.ID)
			if err == nil && (got.Decisions != 2 || got.Agreed != 0 || len(got.Differ) != 2 || got.Differ[1].Reason.Candidates[0].Place != s.Locations["C"]) {
				t.Errorf("the shadow's decisions are %+v", got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		sound(t, s)
	})
}

// Kills: a reroute that asks the same place again, leaves its claim or forgets
// who waits for what it frees.
func TestReroute(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("X", catalog.Backorder, "A", 2, "B", 2)
		first, waiting := s.Place("X", 2), s.Place("X", 4) // from A; from B, and 2 wait
		if waiting.Order.Sums[order.Backordered] != 2 {
			t.Fatal(waiting.Order.Sums)
		}
		r := desktest.Must(s, floor.Reroute, floor.RerouteCommand{Fulfillment: first.Fulfillments[0].ID, Reason: "capacity"})
		o := r.Value.(*floor.Worked).Order
		if o.Sums[order.Backordered] != 2 || o.Sums[order.Allocated] != 0 {
			t.Errorf("nobody else has it, so it waits: %v", o.Sums)
		}
		s.Receive("X", "C", 2) // the other order waits for longer, and has been served from A
		err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			got, err := profiles.OfOrder(r, int64(o.ID))
			if err == nil && (len(got) != 1 || got[0].Kind != profiles.Placeless) {
				t.Errorf("that nobody has it is kept as %+v", got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := desktest.Try(s, floor.Reroute, floor.RerouteCommand{Fulfillment: first.Fulfillments[0].ID, Reason: "capacity"}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("given up twice: %v", err)
		}
		if _, err := desktest.Try(s, floor.Reroute, floor.RerouteCommand{Fulfillment: first.Fulfillments[0].ID, Reason: "mood"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a reason that there is not: %v", err)
		}
		sound(t, s)
	})
}

// Kills: a location asked again after it gave up, when a second one gives up.
func TestRerouteGoesOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("X", catalog.Backorder, "A", 2, "B", 2, "C", 2)
		p := s.Place("X", 2)
		seen := ""
		at := p.Fulfillments[0].ID
		for range 2 {
			desktest.Must(s, floor.Reroute, floor.RerouteCommand{Fulfillment: at, Reason: "rejected", Note: "no hands"})
			err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
				v, err := fulfillments.OfSources(r, []int64{int64(p.Order.ID)})
				for _, f := range v {
					if f.Queue() != "" {
						at = f.ID
						for code, id := range s.Locations {
							if f.Location == id {
								seen += code
							}
						}
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if seen != "BC" {
			t.Errorf("the work went to %q, not B and then C", seen)
		}
		sound(t, s)
	})
}

// Kills: a profile that names what there is not, or never ends.
func TestProfileRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		five := 50
		bad := sourcing.Profile{Strategies: []sourcing.Strategy{
			{Name: "x", After: "perhaps", MaxSplits: &five, Weights: sourcing.Weights{Cost: -1}},
			{Name: "x", After: sourcing.Next, From: sourcing.From{Only: []string{"A"}, Except: []string{"A"}}, When: sourcing.When{Countries: []string{"Germany"}}},
		}}
		_, err := desktest.Try(s, admin.SaveSourcing, admin.SourcingCommand{Profile: bad})
		for _, at := range []string{"/name", "/strategies/0/after", "/strategies/0/max_splits", "/strategies/0/weights/shipping_cost", "/strategies/1/name", "/strategies/1/after", "/strategies/1/from/only/0", "/strategies/1/when/countries/0"} {
			if err == nil || !strings.Contains(fieldsOf(err), at+" ") {
				t.Errorf("%s is not among the faults: %v", at, fieldsOf(err))
			}
		}
		_, err = desktest.Try(s, admin.SaveSourcing, admin.SourcingCommand{Name: "n", Profile: sourcing.Profile{Strategies: []sourcing.Strategy{{Name: "s", After: sourcing.Held, From: sourcing.From{Only: []string{"NOWHERE"}}}}}})
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(fieldsOf(err), "/strategies/0/from/only/0 ") {
			t.Errorf("a location that there is not: %v", err)
		}
		v := profile(s, sourcing.Active, sourcing.Strategy{Name: "s", After: sourcing.Held})
		for _, to := range []sourcing.State{sourcing.Active, sourcing.Shadow, sourcing.Draft, "gone"} {
			if _, err := desktest.Try(s, admin.MoveSourcing, admin.SourcingStateCommand{Profile: v.ID, State: to}); err == nil {
				t.Errorf("an active version became %s", to)
			}
		}
		edits := int64(1)
		if _, err := desktest.Try(s, admin.MoveSourcing, admin.SourcingStateCommand{Profile: v.ID, State: sourcing.Retired, Edits: &edits}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("changed meanwhile: %v", err)
		}
	})
}

func fieldsOf(err error) string {
	var out strings.Builder
	var f *fault.Error
	if errors.As(err, &f) {
		for _, x := range f.Fields {
			out.WriteString(x.Pointer + " ")
		}
	}
	return out.String()
}
