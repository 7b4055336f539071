package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/delivery"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/flow"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/preorder"
	"orderly/internal/releasing"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/preorders"
	"orderly/internal/store/storetest"
)

// inDays is a day ahead, as the shop writes it.
func inDays(s *desktest.Shop, n int) string {
	zone, _ := time.LoadLocation("Europe/London")
	return time.UnixMicro(s.DB.Now()).In(zone).AddDate(0, 0, n).Format(time.DateOnly)
}

// ahead offers an item before it is there, in twenty days.
func ahead(s *desktest.Shop, sku string, most int64, with ...func(*admin.OfferCommand)) preorder.ID {
	s.T.Helper()
	c := admin.OfferCommand{SKU: sku, Cap: most, Day: inDays(s, 20)}
	for _, f := range with {
		f(&c)
	}
	return preorder.ID(desktest.Must(s, admin.OfferPreorder, c).ID)
}

func offerOf(t *testing.T, s *desktest.Shop, id preorder.ID) *preorder.Offer {
	t.Helper()
	var list []*preorder.Offer
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		list, err = preorders.Load(r, []preorder.ID{id})
		return err
	})
	if err != nil || len(list) != 1 {
		t.Fatalf("%v %v", list, err)
	}
	return list[0]
}

func taken(t *testing.T, s *desktest.Shop, id preorder.ID, taken, waiting int64) {
	t.Helper()
	if o := offerOf(t, s, id); o.Taken != taken || o.Waiting != waiting {
		t.Errorf("%d taken and %d waiting, want %d and %d", o.Taken, o.Waiting, taken, waiting)
	}
}

// What is short of an item is taken by its offer, whatever the item says of
// what is short, up to the cap and no unit beyond; a refusal says how many are
// left, and more go once the cap is raised. What is there is sold first.
//
// Kills: a cap that counts what was there; an order that gets a part; an offer
// that an item's own policy, a profile or a flow overrules; two lines that each
// get what is left; a cap that is lowered below what is taken.
func TestPreorder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		for i, policy := range []catalog.WhenShort{catalog.Refuse, catalog.Backorder} {
			sku := fmt.Sprintf("NEW-%d", i)
			s.Goods(sku, policy, "A", 2)
			id := ahead(s, sku, 5)
			p := s.Place(sku, 4)
			if l := p.Order.Lines[0]; l.Q[order.Allocated] != 2 || l.Q[order.Backordered] != 2 || l.Preordered != 2 || l.Preorder != int64(id) {
				t.Fatalf("%s: %+v", policy, l)
			}
			_, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: s.Request(sku, 2, sku, 2)})
			if fault.CodeOf(err) != "preorder_full" || !strings.Contains(err.Error(), "1 are left") {
				t.Errorf("%s: two lines took what one could: %v", policy, err)
			}
			s.Place(sku, 3)
			if _, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: s.Request(sku, 1)}); fault.CodeOf(err) != "preorder_full" || !strings.Contains(err.Error(), "0 are left") {
				t.Errorf("%s: a unit beyond the cap: %v", policy, err)
			}
			taken(t, s, id, 5, 5)
			if _, err := desktest.Try(s, admin.ChangePreorder, admin.ChangeOfferCommand{Offer: id, Cap: at(4)}); fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s: a cap below what is taken: %v", policy, err)
			}
			desktest.Must(s, admin.ChangePreorder, admin.ChangeOfferCommand{Offer: id, Cap: at(6)})
			s.Place(sku, 1)
			taken(t, s, id, 6, 6)
		}
		sound(t, s)
	})
}

func at(n int64) *int64 { return &n }

func priced(p money.Price) *money.Price { return &p }

// An offer is for its channel, until its time and until it is ended; it needs
// goods, a day ahead and a cap, and there is one of an item and a channel.
//
// Kills: an offer that any channel sells by; one beside another; one that can be
// taken after its end, or that ends twice; one that is forgotten with its end.
func TestPreorderTerms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("NEW", catalog.Refuse)
		desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "WRAP", Name: "Wrapping", Kind: catalog.Service}})
		web := ahead(s, "NEW", 5, func(c *admin.OfferCommand) { c.Channel = "web" })
		for what, c := range map[string]admin.OfferCommand{
			"no goods": {SKU: "WRAP", Cap: 1, Day: inDays(s, 3)}, "nothing": {SKU: "NO", Cap: 1, Day: inDays(s, 3)}, "no day": {SKU: "NEW", Cap: 1},
			"odd day": {SKU: "NEW", Cap: 1, Day: "tomorrow"}, "past": {SKU: "NEW", Cap: 1, Day: inDays(s, -3)}, "no cap": {SKU: "NEW", Day: inDays(s, 3)},
		} {
			if _, err := desktest.Try(s, admin.OfferPreorder, c); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := desktest.Try(s, admin.OfferPreorder, admin.OfferCommand{SKU: "NEW", Channel: "web", Cap: 1, Day: inDays(s, 3)}); fault.CodeOf(err) != "already_offered" {
			t.Errorf("offered twice: %v", err)
		}
		if _, err := desktest.Try(s, intake.Place, through(s, "market", "NEW", 1)); fault.CodeOf(err) != "out_of_stock" {
			t.Errorf("another channel sold it: %v", err)
		}
		desktest.Must(s, intake.Place, through(s, "web", "NEW", 1))
		all := ahead(s, "NEW", 5)
		desktest.Must(s, intake.Place, through(s, "market", "NEW", 2))
		taken(t, s, web, 1, 1)
		taken(t, s, all, 2, 2)
		desktest.Must(s, admin.EndPreorder, admin.EndOfferCommand{Offer: web})
		if got := desktest.Must(s, admin.EndPreorder, admin.EndOfferCommand{Offer: web}); got.Status != "unchanged" {
			t.Errorf("ended twice: %v", got.Status)
		}
		desktest.Must(s, intake.Place, through(s, "web", "NEW", 1)) // by the other now
		taken(t, s, all, 3, 3)
		soon := s.DB.Now() + 50_000
		desktest.Must(s, admin.ChangePreorder, admin.ChangeOfferCommand{Offer: all, EndsAt: &soon})
		for s.DB.Now() <= soon {
			time.Sleep(5 * time.Millisecond)
		}
		if _, err := desktest.Try(s, intake.Place, through(s, "web", "NEW", 1)); fault.CodeOf(err) != "out_of_stock" {
			t.Errorf("taken after its time: %v", err)
		}
		next := ahead(s, "NEW", 5) // in the place of the one whose time is over
		if o := offerOf(t, s, all); o.Ended != preorder.ByTime {
			t.Errorf("%+v", o)
		}
		all = next
		soon = s.DB.Now() + 50_000
		desktest.Must(s, admin.ChangePreorder, admin.ChangeOfferCommand{Offer: all, EndsAt: &soon})
		for s.DB.Now() <= soon {
			time.Sleep(5 * time.Millisecond)
		}
		for range 2 {
			if err := releasing.EndPreorders(context.Background(), s.Desk, s.Scope.Merchant); err != nil {
				t.Fatal(err)
			}
		}
		if o := offerOf(t, s, all); o.Ended != preorder.ByTime || o.Version != 3 {
			t.Errorf("%+v", o)
		}
		sound(t, s)
	})
}

// What is canceled while it waits goes back to the cap, pre-ordered units first;
// what was served stays taken. An order that is split or merged takes its
// pre-ordered units along, and a change draws on the offer like a placement.
//
// Kills: a unit that is given back twice, or not at all; units that a split or a
// merge forgets, or takes anew; a line that grows beyond the cap; a served unit
// that makes room for one more than comes.
func TestPreorderLife(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("NEW", catalog.Refuse)
		s.Goods("TEA", catalog.Refuse, "A", 9)
		id := ahead(s, "NEW", 10)
		first := s.Place("NEW", 6, "TEA", 1).Order
		desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: first.ID, Parts: []order.Part{{Line: 1, Quantity: 2}}})
		taken(t, s, id, 4, 4)
		split := desktest.Must(s, intake.SplitOrder, intake.SplitCommand{Order: first.ID, Parts: []order.Part{{Line: 1, Quantity: 3}}}).Value.(*intake.Split)
		if a, b := split.Order.Lines[0].Preordered, split.Made.Lines[0].Preordered; a != 1 || b != 3 {
			t.Errorf("split into %d and %d", a, b)
		}
		taken(t, s, id, 4, 4)
		if _, err := desktest.Try(s, intake.Change, intake.ChangeCommand{Order: first.ID, Change: order.Change{Lines: []order.LineChange{{Line: 1, Quantity: at(8)}}}}); fault.CodeOf(err) != "preorder_full" {
			t.Errorf("grew beyond the cap: %v", err)
		}
		desktest.Must(s, intake.Change, intake.ChangeCommand{Order: first.ID, Change: order.Change{Lines: []order.LineChange{{Line: 1, Quantity: at(7)}}}})
		taken(t, s, id, 10, 10)
		desktest.Must(s, intake.Change, intake.ChangeCommand{Order: first.ID, Change: order.Change{Lines: []order.LineChange{{Line: 1, Quantity: at(2)}}}})
		taken(t, s, id, 5, 5)
		desktest.Must(s, intake.Change, intake.ChangeCommand{Order: first.ID, Change: order.Change{
			Lines: []order.LineChange{{Line: 1, Quantity: at(1)}}, Add: []order.NewLine{{SKU: "NEW", Quantity: 1, Price: priced(12_950_000)}}}}) // from line to line
		taken(t, s, id, 5, 5)
		desktest.Must(s, intake.Merge, intake.MergeCommand{Order: first.ID, From: split.Made.ID})
		o := read(t, s, first.ID)
		if d := o.Drawn()[int64(id)]; d.Units != 5 {
			t.Errorf("merged: %+v", d)
		}
		taken(t, s, id, 5, 5)
		s.Receive("NEW", "B", 4)
		taken(t, s, id, 5, 1)
		desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: first.ID})
		taken(t, s, id, 4, 0)
		sound(t, s)
	})
}

// Whoever pre-ordered is served like everybody who waits, in the same line: by
// priority and age. The first units that come end an offer that is open until
// then, and what is left of them is sold.
//
// Kills: a second line for pre-orders; an offer that goes on beside the shelf;
// one that any movement ends.
func TestPreorderServed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("NEW", catalog.Backorder)
		before := s.Place("NEW", 2).Order // a backorder from before there was an offer
		until := ahead(s, "NEW", 10, func(c *admin.OfferCommand) { c.UntilStock = true })
		second := s.Place("NEW", 3).Order
		r := s.Request("NEW", 1)
		r.Priority = 5
		third := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order
		taken(t, s, until, 4, 4)
		epoch := epochOf(t, s)
		s.Receive("NEW", "A", 4)
		for what, tc := range map[string]struct {
			id   order.ID
			want int64
		}{"the highest priority": {third.ID, 1}, "the oldest": {before.ID, 2}, "the next": {second.ID, 1}} {
			if got := read(t, s, tc.id).Sums[order.Allocated]; got != tc.want {
				t.Errorf("%s got %d", what, got)
			}
		}
		if o := offerOf(t, s, until); o.Ended != preorder.ByStock || o.Taken != 4 || o.Waiting != 2 {
			t.Errorf("%+v", o)
		}
		if epochOf(t, s) != epoch {
			t.Error("a receipt made everybody forget what is configured")
		}
		if p := s.Place("NEW", 1); p.Order.Lines[0].Preordered != 0 || p.Order.Sums[order.Backordered] != 1 {
			t.Errorf("taken by an offer that ended: %+v", p.Order.Lines[0])
		}
		s.Receive("NEW", "A", 20)
		taken(t, s, until, 4, 0)
		sound(t, s)
	})
}

func epochOf(t *testing.T, s *desktest.Shop) (epoch int64) {
	t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		epoch, err = r.Epoch()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return epoch
}

// A profile that cancels or holds what is short, one that gathers orders, and a
// flow that finds places later, all give way to an offer: what is short is
// pre-ordered when the order comes, and only that.
//
// Kills: a profile that cancels what was pre-ordered; an order that waits for a
// batch while the cap goes to others; a flow that sources everything because of
// one line.
func TestPreorderOverrules(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("NEW", catalog.Backorder)
		s.Goods("TEA", catalog.Backorder, "A", 9)
		id := ahead(s, "NEW", 10)
		for i, after := range []sourcing.After{sourcing.Canceled, sourcing.Held} {
			profile(s, sourcing.Active, sourcing.Strategy{Name: "Anywhere", After: after})
			p := s.Place("NEW", 2)
			if p.Order.Sums[order.Backordered] != 2 || len(p.Order.Holds) != 0 {
				t.Errorf("%v: %+v", after, p.Order.Sums)
			}
			taken(t, s, id, int64(2*i+2), int64(2*i+2))
		}
		desktest.Must(s, admin.SaveFlow, admin.FlowCommand{Flow: flow.Flow{Name: "By hand", Verify: flow.Self, Source: flow.Person, Money: flow.NoMoney, Timing: flow.AtOnce}, Channels: []string{"phone"}})
		p := desktest.Must(s, intake.Place, through(s, "phone", "NEW", 1, "TEA", 1)).Value.(*intake.Placed).Order
		if p.Lines[0].Q[order.Backordered] != 1 || p.Lines[1].Q[order.Unsourced] != 1 {
			t.Errorf("%+v", p.Sums)
		}
		taken(t, s, id, 5, 5)
		sound(t, s)
	})
}

// Many buyers want the last units at once, and cancel in between: at no instant
// is a unit beyond the cap taken, as the journal tells it, in whatever order and
// batches they come.
//
// Kills: a look at the cap that is not under the lock; a batch that decides each
// order on what was there before it; a cancellation that is counted twice.
func TestScenarioPreorderLastUnits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		const most = 25
		s.Goods("NEW", catalog.Refuse)
		id := ahead(s, "NEW", most)
		rng := rand.New(rand.NewPCG(11, 11))
		var wg sync.WaitGroup
		for i := range 80 {
			q, how := 1+rng.IntN(3), rng.IntN(3)
			c := through(s, "web", "NEW", q)
			batch := []intake.PlaceCommand{c}
			if i%5 == 0 {
				for range 4 {
					batch = append(batch, through(s, "web", "NEW", 1))
				}
			}
			wg.Go(func() {
				results, err := desk.Do(context.Background(), s.Desk, intake.Place, s.Scope, batch, desk.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				for _, r := range results {
					switch {
					case r.Err != nil && fault.CodeOf(r.Err) != "preorder_full":
						t.Error(r.Err)
					case r.Err == nil && how == 1:
						if _, err := desktest.Try(s, intake.Cancel, intake.CancelCommand{Order: order.ID(r.ID)}); err != nil {
							t.Error(err)
						}
					case r.Err == nil && how == 2:
						if _, err := desktest.Try(s, intake.Cancel, intake.CancelCommand{Order: order.ID(r.ID), Parts: []order.Part{{Line: 1, Quantity: 1}}}); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		wg.Wait()
		if got := mostTaken(t, s); got > most || got < most-3 {
			t.Errorf("at most %d of %d were taken at once", got, most)
		}
		if o := offerOf(t, s, id); o.Taken > most {
			t.Errorf("%+v", o)
		}
		sound(t, s)
	})
}

// mostTaken replays the journal: the most units that were pre-ordered at any
// instant.
func mostTaken(t *testing.T, s *desktest.Shop) (most int64) {
	t.Helper()
	now, of := int64(0), map[int64]int64{}
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		all, err := entries.After(r, 0, 10_000)
		if err != nil {
			return err
		}
		for _, e := range all {
			if e.Kind != journal.Order {
				continue
			}
			d, err := order.DecodeDelta(e.Data)
			if err != nil {
				return err
			}
			for _, p := range d.Preorder {
				of[e.Subject] += p.Quantity
				now += p.Quantity
			}
			for _, m := range d.Moves {
				if m.To == order.Canceled && m.From == order.Backordered {
					back := min(m.Quantity, of[e.Subject])
					of[e.Subject] -= back
					now -= back
				}
			}
			most = max(most, now)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return most
}

// The naive variant: a shop that looks how many are left and then places a
// backorder, as one without offers must. Everybody saw the same units.
func TestScenarioPreorderNaive(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		const most = 3
		item := s.Goods("NEW", catalog.Backorder)
		sold := func() (n int64) {
			err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
				return r.Row("SELECT coalesce(sum(backordered), 0) FROM order_line WHERE m = $1 AND item = $2 AND backordered > 0", r.M, int64(item)).Scan(&n)
			})
			if err != nil {
				t.Error(err)
			}
			return n
		}
		var looked, wg sync.WaitGroup
		looked.Add(8)
		for range 8 {
			wg.Go(func() {
				left := most - sold()
				looked.Done()
				looked.Wait()
				if left > 0 {
					if _, err := desktest.Try(s, intake.Place, through(s, "web", "NEW", 1)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n := sold(); n <= most {
			t.Errorf("%d of %d were sold; the scenario shows nothing", n, most)
		}
	})
}

// What is pre-ordered is promised its offer's day and the delivery after it. When
// the day moves, a look tells whose promises change; then they do, through the
// ledger, and the first promise stays. A later day that the customer chose is
// kept, and who waits for something else as well is not promised what nobody
// knows.
//
// Kills: a promise for now; a day without its delivery; a look that changes; an
// order that is promised twice when the job is repeated; a choice that is
// overruled; a promise of an order of which other units are short.
func TestPreorderPromises(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("NEW", catalog.Refuse)
		s.Goods("GONE", catalog.Backorder)
		delivers(s, "standard", 395, 2)
		id := ahead(s, "NEW", 50)
		day := offerOf(t, s, id).AvailableAt
		by := func(of ...any) *order.Order {
			r := s.Request(of...)
			r.Method = "standard"
			return desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order
		}
		one, mixed, plain := by("NEW", 2), by("NEW", 1, "GONE", 1), s.Place("NEW", 1).Order
		had, _ := promisesOf(t, s, one.ID)
		if len(had) != 1 || had[0].ShipBy < day || had[0].DeliverBy <= had[0].ShipBy || had[0].DeliverBy > day+8*dayLength || one.DueAt != had[0].DeliverBy {
			t.Fatalf("%+v for the day %d", had, day)
		}
		if list, _ := promisesOf(t, s, mixed.ID); len(list) != 0 {
			t.Errorf("promised what nobody knows: %+v", list)
		}
		if list, _ := promisesOf(t, s, plain.ID); len(list) != 1 || list[0].ShipBy < day || list[0].DeliverBy != 0 || plain.DueAt != 0 {
			t.Errorf("without a method: %+v, due %d", list, plain.DueAt)
		}
		chosen := by("NEW", 1)
		choice := day + 60*dayLength
		desktest.Must(s, intake.PromiseAgain, intake.PromiseCommand{Order: chosen.ID, DeliverBy: choice, Cause: delivery.Choice})

		var look intake.Following
		if err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
			look, err = intake.LookAtDay(s.Desk, r, id, day+10*dayLength)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if look.Orders != 4 || look.Units != 5 || look.Differs != 3 || len(look.Looked) != 4 {
			t.Errorf("%+v", look)
		}
		if list, _ := promisesOf(t, s, one.ID); len(list) != 1 {
			t.Error("the look promised something")
		}
		later := inDays(s, 30)
		desktest.Must(s, admin.ChangePreorder, admin.ChangeOfferCommand{Offer: id, Day: &later, Reason: "supplier"})
		follow(t, s, id, 1)
		follow(t, s, id, 1)
		list, _ := promisesOf(t, s, one.ID)
		if len(list) != 2 || list[0] != had[0] || list[1].Cause != delivery.Preorder || list[1].DeliverBy <= had[0].DeliverBy+5*dayLength {
			t.Errorf("%+v", list)
		}
		if look.Looked[0].Is.DeliverBy != list[1].DeliverBy {
			t.Errorf("the look said %+v, and %+v came of it", look.Looked[0].Is, list[1])
		}
		if o := read(t, s, one.ID); o.DueAt != list[1].DeliverBy {
			t.Errorf("due at %d", o.DueAt)
		}
		if list, _ := promisesOf(t, s, plain.ID); len(list) != 2 || list[1].DeliverBy != 0 {
			t.Errorf("without a method: %+v", list)
		}
		if list, _ := promisesOf(t, s, chosen.ID); list[len(list)-1].DeliverBy != choice {
			t.Errorf("what the customer chose: %+v", list)
		}
		if list, _ := promisesOf(t, s, mixed.ID); len(list) != 0 {
			t.Errorf("promised what nobody knows: %+v", list)
		}
		earlier := inDays(s, 25)
		desktest.Must(s, admin.ChangePreorder, admin.ChangeOfferCommand{Offer: id, Day: &earlier, Reason: "earlier"})
		follow(t, s, id, 2)
		if again, _ := promisesOf(t, s, one.ID); len(again) != 3 || again[2].DeliverBy >= list[1].DeliverBy {
			t.Errorf("earlier: %+v", again)
		}
		if list, _ := promisesOf(t, s, chosen.ID); list[len(list)-1].DeliverBy != choice {
			t.Errorf("what the customer chose: %+v", list)
		}
		sound(t, s)
	})
}

const dayLength = int64(24 * time.Hour / time.Microsecond)

// follow does what the job says that the offer's n-th move has left.
func follow(t *testing.T, s *desktest.Shop, id preorder.ID, n int64) {
	t.Helper()
	var data string
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		return r.Row("SELECT data FROM job WHERE m = $1 AND kind = $2 AND dedupe = $3", r.M, step.MovedJob, fmt.Sprintf("%s.%d", id, n)).Scan(&data)
	})
	var m step.Moved
	if err == nil {
		err = json.Unmarshal([]byte(data), &m)
	}
	if err == nil {
		err = releasing.Follow(context.Background(), s.Desk, s.Scope.Merchant, m, func(*store.Tx) error { return nil })
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A bundle is pre-ordered by its components, unless it is not sold in parts; a
// count that finds less takes nothing off an offer; goods over the counter are
// never pre-ordered.
//
// Kills: a component that no offer knows; a bundle that is sold against its own
// word; a displaced unit that was given back; a sale of what is not there.
func TestPreorderAround(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		pot := s.Goods("POT", catalog.Refuse)
		s.Goods("MUG", catalog.Refuse, "A", 50)
		for sku, policy := range map[string]catalog.WhenShort{"SET": catalog.Backorder, "BOX": catalog.Refuse} {
			desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: sku, Name: sku, Kind: catalog.Bundle, WhenShort: policy, Components: []catalog.Component{{SKU: "POT", Quantity: 1}, {SKU: "MUG", Quantity: 2}}}})
		}
		id := ahead(s, "POT", 3)
		if _, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: s.Request("BOX", 1)}); fault.CodeOf(err) != "out_of_stock" {
			t.Errorf("a bundle that is not sold in parts: %v", err)
		}
		set := s.Place("SET", 2).Order
		taken(t, s, id, 2, 2)
		split := desktest.Must(s, intake.SplitOrder, intake.SplitCommand{Order: set.ID, Parts: []order.Part{{Line: 1, Quantity: 1}}}).Value.(*intake.Split)
		if d := split.Made.Drawn()[int64(id)]; d.Units != 1 {
			t.Errorf("split: %+v", d)
		}
		taken(t, s, id, 2, 2)
		r := s.Request("POT", 1)
		if _, err := desktest.Try(s, intake.Sell, intake.SellCommand{Request: r, Location: s.Locations["A"]}); fault.CodeOf(err) != "out_of_stock" {
			t.Errorf("sold over the counter: %v", err)
		}
		s.Receive("POT", "A", 2)
		taken(t, s, id, 2, 0)
		desktest.Must(s, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "POT", Location: s.Locations["A"], Quantity: 1}}})
		if l := level(t, s, pot, "A"); l.Reserved != 1 {
			t.Fatalf("%+v", l)
		}
		taken(t, s, id, 2, 1)
		sound(t, s)
	})
}
