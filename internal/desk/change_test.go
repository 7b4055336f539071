package desk_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/kit/verify"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// foreseen previews a change and carries it out, and holds the one against the
// other: the same order, the same effect, but for ids and times.
func foreseen(t *testing.T, s *desktest.Shop, c intake.ChangeCommand) *intake.Changed {
	t.Helper()
	got, err := desk.Preview(context.Background(), s.Desk, intake.Change, s.Scope, []intake.ChangeCommand{c})
	if err != nil || got[0].Err != nil {
		t.Fatal(err, got[0].Err)
	}
	before := read(t, s, c.Order)
	plan := got[0].Value.(*intake.Changed)
	done := desktest.Must(s, intake.Change, c).Value.(*intake.Changed)
	if before.Version+1 != done.Order.Version && len(done.Delta.Moves) < 100 {
		t.Errorf("the change is told in %d entries", done.Order.Version-before.Version)
	}
	if diff := cmp.Diff(plan.Effect, done.Effect); diff != "" {
		t.Fatalf("(-foreseen +booked)\n%s", diff)
	}
	kept := read(t, s, c.Order)
	for _, o := range []*order.Order{plan.Order, kept} {
		o.UpdatedAt, o.Version = 0, 0
		for i := range o.Lines {
			o.Lines[i].BackorderedAt = 0
		}
	}
	if a, b := fmt.Sprintf("%+v %+v %+v %+v %+v %+v", plan.Order.Lines, plan.Order.Fees, plan.Order.Totals, plan.Order.Statuses, plan.Order.Party, plan.Order.Refunded),
		fmt.Sprintf("%+v %+v %+v %+v %+v %+v", kept.Lines, kept.Fees, kept.Totals, kept.Statuses, kept.Party, kept.Refunded); a != b {
		t.Fatalf("foreseen:\n%s\nkept:\n%s", a, b)
	}
	return done
}

func read(t *testing.T, s *desktest.Shop, id order.ID) *order.Order {
	t.Helper()
	var o *order.Order
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		o, err = orders.Get(r, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func sound(t *testing.T, s *desktest.Shop) {
	t.Helper()
	r, err := verify.Run(context.Background(), s.DB, verify.Options{Level: verify.Deep})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range r.Violations {
		t.Errorf("%+v", v)
	}
}

// Whatever is changed of an order in pounds, yen or dinars, what the preview
// told is what is booked, to the last unit: totals are the sums of lines and
// fees, what was paid too much is given back exactly, and no more.
func TestScenarioS16CentsOfAChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 30, "B", 30)
		s.Goods("TEA", catalog.Backorder, "A", 5)
		rng := rand.New(rand.NewPCG(16, 0))
		price := func() *money.Price {
			p := money.Price(rng.IntN(40_000_000))
			return &p
		}
		for _, currency := range []string{"GBP", "JPY", "KWD"} {
			r := s.Request("MUG", 3, "TEA", 2)
			r.Currency = currency
			for i := range r.Lines {
				r.Lines[i].Price, r.Lines[i].Tax = *price(), int64(rng.IntN(900))
			}
			r.Payments = []order.Payment{{Amount: 1 + int64(rng.IntN(90_000))}}
			id := place(s, r).Order.ID
			for range 12 {
				q, fee := int64(rng.IntN(5)), int64(rng.IntN(700))
				c := intake.ChangeCommand{Order: id, Refund: rng.IntN(2) == 0, Change: order.Change{
					Lines: []order.LineChange{{Line: 1 + rng.IntN(2), Quantity: &q, Price: price()}}}}
				switch rng.IntN(4) {
				case 0:
					c.Change.Add = []order.NewLine{{SKU: "MUG", Quantity: 1, Price: price(), Tax: int64(rng.IntN(100))}}
				case 1:
					c.Change.Fees = []order.FeeChange{{Kind: "shipping", Label: "express", Amount: &fee}}
				case 2:
					c.Change.ShipTo = &party.Address{Line1: fmt.Sprint(fee, " New Road"), City: "York", Country: "GB"}
				}
				if read(t, s, id).Changeable() {
					e := foreseen(t, s, c).Effect
					o := read(t, s, id)
					kept := o.Paid - o.Refunded
					if e.Due != max(0, o.Totals.Payable()-kept) || e.ToRefund != max(0, kept-max(0, o.Totals.Payable())) || c.Refund && e.ToRefund != 0 {
						t.Fatalf("%s: %+v of %+v, paid %d, refunded %d", currency, e, o.Totals, o.Paid, o.Refunded)
					}
				}
			}
		}
		sound(t, s)
	})
}

func place(s *desktest.Shop, r order.Request) *intake.Placed {
	s.T.Helper()
	return desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
}

// Units that join are claimed where placement would claim them, those that
// nobody has wait, and an item that is not backordered refuses the change as a
// whole. What is taken back goes to those who wait.
func TestChangeClaims(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 2, "B", 3)
		s.Goods("POT", catalog.Refuse, "A", 2)
		first := s.Place("MUG", 1)
		s.Work(first.Fulfillments[0].ID, "release")
		nine, none, three := int64(9), int64(0), int64(3)
		done := foreseen(t, s, intake.ChangeCommand{Order: first.Order.ID, Change: order.Change{Lines: []order.LineChange{{Line: 1, Quantity: &nine}}}})
		if l := done.Effect.Lines[0]; l.Backordered != 4 || len(l.Claimed) != 2 {
			t.Errorf("8 more mugs of 4: %+v", l)
		}
		_, err := desktest.Try(s, intake.Change, intake.ChangeCommand{Order: first.Order.ID, Change: order.Change{
			Lines: []order.LineChange{{Line: 1, Quantity: &none}}, Add: []order.NewLine{{SKU: "POT", Quantity: 1, Price: new(money.Price)}, {SKU: "POT", Quantity: 2, Price: new(money.Price)}}}})
		if fault.CodeOf(err) != "out_of_stock" || read(t, s, first.Order.ID).Sums[order.Canceled] != 0 {
			t.Errorf("3 pots of 2: %v", err)
		}
		waits := s.Place("MUG", 3)
		desktest.Must(s, intake.Change, intake.ChangeCommand{Order: first.Order.ID, Change: order.Change{Lines: []order.LineChange{{Line: 1, Quantity: &three}}}})
		if q := read(t, s, waits.Order.ID).Sums; q[order.Allocated] != 2 || q[order.Backordered] != 1 {
			t.Errorf("2 mugs were taken back, who waits for 3 has %v", q)
		}
		sound(t, s)
	})
}

// A change that removes what is being picked, and the pick, in any order: one
// of them is told no, and the books know of one alone.
func TestChangeRacesAPick(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 50)
		for range 8 {
			p := s.Place("MUG", 2, "MUG", 1)
			s.Work(p.Fulfillments[0].ID, "release")
			none := int64(0)
			var errs [2]error
			var both sync.WaitGroup
			both.Go(func() { _, errs[0] = desktest.Try(s, floor.Pick, floor.WorkCommand{Fulfillment: p.Fulfillments[0].ID}) })
			both.Go(func() {
				_, errs[1] = desktest.Try(s, intake.Change, intake.ChangeCommand{Order: p.Order.ID, Change: order.Change{Lines: []order.LineChange{{Line: 1, Quantity: &none}}}})
			})
			both.Wait()
			q := read(t, s, p.Order.ID).Lines[0].Q
			switch {
			case errs[0] != nil:
				t.Fatalf("the pick of what is left is refused: %v", errs[0])
			case errs[1] == nil && q[order.Canceled] != 2, errs[1] != nil && (q[order.Picked] != 2 || fault.CodeOf(errs[1]) != "not_changeable"):
				t.Fatalf("the change says %v, the line has %v", errs[1], q)
			}
		}
		sound(t, s)
	})
}
