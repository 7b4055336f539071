package releasing_test

import (
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/delivery"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/flow"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/selling"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/flows"
	"orderly/internal/store/fulfillments"
)

const hour = int64(time.Hour / time.Microsecond)

// promised places an order that is to have left in so many days.
func (s *shop) promised(days int64, priority int64, of ...any) order.ID {
	s.T.Helper()
	r := s.Request(of...)
	r.DueAt, r.Priority = s.DB.Now()+days*24*hour, priority
	return desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order.ID
}

func (s *shop) run(id order.ID) (run flow.Run) {
	s.T.Helper()
	s.read(func(r *store.Reader) error {
		_, x, err := flows.Of(r, id)
		if x != nil {
			run = *x
		}
		return err
	})
	return run
}

// lateFlow sources three days before what was promised, and releases two hours
// before the last moment.
func (s *shop) lateFlow(channels ...string) flow.Flow {
	return s.flow("just_in_time", func(f *flow.Flow) { atOnce(f); f.Reserve, f.Slack = 3, 120 }, channels...)
}

// Units of a late order stay free until its time comes, and its work begins at
// the last moment that keeps the promise: not before, and not after.
//
// Kills: units reserved at placement; a moment that passes unseen; work that
// begins early, or late; free days that are not counted.
func TestJustInTime(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.lateFlow("")
		id := s.promised(10, 0, "MUG", 2)
		s.follow()
		if o := s.order(id); o.Sums[order.Unsourced] != 2 {
			t.Fatalf("reserved at once: %v", o.Sums)
		}
		s.pass(6 * 24 * time.Hour)
		s.is("four days before", id)
		s.pass(25 * time.Hour)
		s.is("three days before", id, "pending")
		run := s.run(id)
		if run.SourceAt != 0 || run.Spared < 2*6*24*60 || run.Spared > 2*8*24*60 {
			t.Errorf("it spared %d minutes", run.Spared)
		}
		s.follow()
		late := s.run(id).LateAt
		o := s.order(id)
		ship := (&delivery.Calendar{Days: delivery.WorkWeek}).Dispatch(late+119*60_000_000, zone(t))
		if late == 0 || ship > o.DueAt {
			t.Fatalf("the last moment is %s, gone by %s, due %s", at(late), at(ship), at(o.DueAt))
		}
		s.pass(time.Duration(late-s.DB.Now())*time.Microsecond - time.Minute)
		s.is("a minute before the last moment", id, "pending")
		s.pass(2 * time.Minute)
		s.is("at the last moment", id, "released")
	})
}

// What is never backordered is claimed at once, however late the flow is, and
// what was promised nothing is not kept waiting.
func TestLateForWhomItCanBe(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.lateFlow("")
		s.Goods("LAST", catalog.Refuse, "A", 1)
		sure := s.promised(10, 0, "LAST", 1)
		free := s.Place("MUG", 1).Order.ID
		s.follow()
		s.is("never backordered", sure, "pending")
		s.is("promised nothing", free, "released")
		soon := s.promised(1, 0, "MUG", 1)
		if o := s.order(soon); o.Sums[order.Unsourced] != 0 {
			t.Errorf("due tomorrow and not reserved: %v", o.Sums)
		}
	})
}

// Another promise is another last moment, and an earlier one than that of
// sourcing has the units get their place.
func TestLatePromisedAgain(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.lateFlow("")
		id := s.promised(20, 0, "MUG", 1)
		s.follow()
		was := s.run(id)
		desktest.Must(s.Shop, intake.PromiseAgain, intake.PromiseCommand{Order: id, DeliverBy: s.DB.Now() + 12*24*hour, Cause: delivery.Choice})
		s.follow()
		if now := s.run(id); now.SourceAt >= was.SourceAt || now.DueAt != now.SourceAt {
			t.Errorf("promised earlier: %+v, was %+v", now, was)
		}
		desktest.Must(s.Shop, intake.PromiseAgain, intake.PromiseCommand{Order: id, DeliverBy: s.DB.Now() + 2*24*hour, Cause: delivery.Choice})
		s.follow()
		s.pass(time.Minute)
		if o := s.order(id); o.Sums[order.Unsourced] != 0 {
			t.Errorf("due in two days and not reserved: %v %+v", o.Sums, s.run(id))
		}
	})
}

// An order that lacks units takes them from lower priorities whose work has not
// begun, by itself where its flow says so: it is kept who lost what to whom.
//
// Kills: units taken from released work, or from an equal; a loser that does not
// wait; a loss that nobody can read.
func TestTakes(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("RARE", catalog.Backorder, "A", 3)
		begun := s.Place("RARE", 1)
		s.Work(begun.Fulfillments[0].ID, "release")
		low := s.Place("RARE", 1).Order.ID
		s.flow("just_in_time", func(f *flow.Flow) { atOnce(f); f.Source = flow.Self; f.Reserve = 0 }, "")
		equal := s.promised(30, 5, "RARE", 1)
		s.follow()
		high := s.promised(30, 5, "RARE", 2)
		s.follow()
		if h, l, e := s.order(high), s.order(low), s.order(equal); h.Sums[order.Allocated] != 1 || h.Sums[order.Backordered] != 1 || l.Sums[order.Backordered] != 1 || e.Sums[order.Allocated] != 1 {
			t.Fatalf("high %v, low %v, equal %v", h.Sums, l.Sums, e.Sums)
		}
		s.is("begun", begun.Order.ID, "released")
		told := s.told(low, journal.OrderDisplaced)
		if len(told) != 1 {
			t.Fatalf("the loser was told %d times", len(told))
		}
		if d, err := order.DecodeDelta(told[0].Data); err != nil || d.Yielded != int64(high) {
			t.Errorf("it lost to %d: %v", d.Yielded, err)
		}
		if _, err := desktest.Try(s.Shop, intake.Rebalance, intake.RebalanceCommand{Order: high}); fault.CodeOf(err) != "nobody_yields" {
			t.Errorf("taken from an equal or from begun work: %v", err)
		}
		s.Receive("RARE", "A", 1) // who has the higher priority is served first
		if h, l := s.order(high), s.order(low); h.Sums[order.Backordered] != 0 || l.Sums[order.Backordered] != 1 {
			t.Errorf("high %v, low %v", h.Sums, l.Sums)
		}
	})
}

func zone(t *testing.T) *time.Location {
	z, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(us int64) string { return time.UnixMicro(us).UTC().Format(time.RFC3339) }

// Work that a person begins is no moment of the schedule any more.
//
// Kills: a last moment that stands in the schedule after the work has begun.
func TestLateBegunByHand(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.lateFlow("")
		id := s.promised(10, 0, "MUG", 1)
		s.follow()
		s.pass(7*24*time.Hour + time.Hour)
		s.is("three days before", id, "pending")
		if s.run(id).LateAt == 0 {
			t.Fatal("it has no last moment")
		}
		var list []*fulfillment.Fulfillment
		s.read(func(r *store.Reader) (err error) {
			list, err = fulfillments.OfSources(r, []int64{int64(id)})
			return err
		})
		s.Work(list[0].ID, "release")
		s.follow()
		if run := s.run(id); run.LateAt != 0 || run.DueAt != 0 {
			t.Errorf("it is begun and waits for its time: %+v", run)
		}
	})
}

// sold places an order of a channel, with a priority.
func (s *shop) sold(channel string, priority int64, of ...any) order.ID {
	s.T.Helper()
	r := s.Request(of...)
	r.Channel, r.Priority = channel, priority
	return desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order.ID
}

// A channel takes from others only what it may sell: not what it leaves to other
// channels, and nothing from where it does not sell.
//
// Kills: units taken beyond a buffer; units taken at a place that is not the
// channel's; a loser who gives up what the winner does not get.
func TestTakesWithinTerms(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("RARE", catalog.Backorder, "A", 3)
		low := s.Place("RARE", 3).Order.ID
		keep := int64(2)
		desktest.Must(s.Shop, admin.SetBuffers, admin.BuffersCommand{Channel: "web", Lines: []selling.Line{{SKU: "RARE", Units: &keep}}})
		high := s.sold("web", 5, "RARE", 3)
		r := desktest.Must(s.Shop, intake.Rebalance, intake.RebalanceCommand{Order: high}).Value.(*intake.Rebalanced)
		if h, l := s.order(high), s.order(low); r.Units != 1 || h.Sums[order.Allocated] != 1 || l.Sums[order.Backordered] != 1 {
			t.Fatalf("it took %d beside the buffer: high %v, low %v", r.Units, h.Sums, l.Sums)
		}
		desktest.Must(s.Shop, admin.SetPlaces, admin.PlacesCommand{Channel: "shop", Locations: []stock.LocationID{s.Locations["B"]}})
		other := s.sold("shop", 9, "RARE", 1)
		if _, err := desktest.Try(s.Shop, intake.Rebalance, intake.RebalanceCommand{Order: other}); fault.CodeOf(err) != "nobody_yields" {
			t.Errorf("taken where the channel does not sell: %v", err)
		}
	})
}
