package project_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/figures"
	"orderly/internal/order"
	"orderly/internal/project"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	kept "orderly/internal/store/figures"
	"orderly/internal/store/storetest"
)

// counted is everything that is kept of figures.
type counted struct {
	Days    []kept.Row
	Times   *figures.Times
	Backlog []kept.Waiting
}

func (c *counted) sum() (out figures.Sums) {
	for i := range c.Days {
		out.Add(&c.Days[i].Sums, 1)
	}
	return out
}

// countUp brings the figures up to the journal and reads them.
func countUp(t *testing.T, s *desktest.Shop) *counted {
	t.Helper()
	p := &project.Figures{DB: s.DB}
	if err := p.CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n, err := p.Behind(context.Background()); n != 0 || err != nil {
		t.Fatalf("%d entries behind, %v", n, err)
	}
	c := &counted{}
	all := kept.Span{From: 0, To: 99991231}
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		if c.Days, err = kept.Days(r, all); err != nil {
			return err
		}
		if c.Times, err = kept.DurationsOf(r, all); err != nil {
			return err
		}
		c.Backlog, err = kept.BacklogOf(r, all)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// life is a shop in which everything that is counted has happened. Between any
// two acts step is called.
func life(t *testing.T, s *desktest.Shop, step func()) {
	t.Helper()
	s.Goods("MUG", catalog.Backorder, "A", 10, "B", 10)
	s.Goods("TEA", catalog.Backorder, "A", 3)
	person := func() { s.Scope.Actor = access.Actor{Kind: "user", ID: "7"} }
	command := func() { s.Scope.Actor = access.Actor{Kind: "command", ID: "test"} }
	act := func(f func()) { t.Helper(); f(); step() }

	whole := s.Place("MUG", 2, "TEA", 1) // touchless, delivered in time and in full
	step()
	act(func() { s.Ship(whole) })
	act(func() { s.Work(whole.Fulfillments[0].ID, "deliver") })
	split := s.Place("MUG", 12) // from A and B
	step()
	for _, f := range split.Fulfillments {
		act(func() { s.Work(f.ID, "release", "pick") })
		act(func() { s.Work(f.ID, "unpick", "pick", "pack", "ship") })
	}
	short := s.Place("TEA", 5) // 2 at once, 3 wait
	step()
	act(func() {
		desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: short.Order.ID, Parts: []order.Part{{Line: 1, Quantity: 1}}})
	})
	act(func() { s.Receive("TEA", "B", 2) })
	gone := s.Place("MUG", 1)
	act(person)
	act(func() { desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: gone.Order.ID}) })
	held := s.Place("MUG", 1)
	act(func() {
		desktest.Must(s, intake.Hold, intake.HoldCommand{Order: held.Order.ID, Hold: order.Hold{Reason: "fraud"}})
	})
	touched := s.Place("MUG", 1)
	act(func() { s.Work(touched.Fulfillments[0].ID, "release") })
	act(command)
	act(func() { s.Work(touched.Fulfillments[0].ID, "pick", "pack", "ship", "deliver", "undeliver") })
	act(func() {
		desktest.Must(s, care.ReceiveReturn, care.ReturnCommand{Order: whole.Order.ID, Location: s.Locations["A"], Parts: []order.Part{{Line: 1, Quantity: 1}}, Restock: true})
	})
	late := s.Request("MUG", 1)
	late.DueAt = time.Now().Add(-time.Hour).UnixMicro()
	l := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: late}).Value.(*intake.Placed)
	act(func() { s.Ship(l); s.Work(l.Fulfillments[0].ID, "deliver") })
	prompt := s.Request("MUG", 1)
	prompt.DueAt = time.Now().Add(time.Hour).UnixMicro()
	l = desktest.Must(s, intake.Place, intake.PlaceCommand{Request: prompt}).Value.(*intake.Placed)
	act(func() { s.Ship(l); s.Work(l.Fulfillments[0].ID, "deliver") })
	lost := s.Place("MUG", 1)
	act(func() { s.Ship(lost) })
	act(func() { s.Work(lost.Fulfillments[0].ID, "lose") })
	desktest.Must(s, intake.Record, intake.RecordCommand{
		Request: old(s), Canceled: []order.Part{{Line: 1, Quantity: 1}},
		Returned: []intake.RecordedReturn{{At: time.Date(2011, 4, 2, 12, 0, 0, 0, time.UTC).UnixMicro(), Parts: []order.Part{{Line: 1, Quantity: 2}}, Refund: 1000}},
	})
	step()
}

func old(s *desktest.Shop) order.Request {
	r := s.Request("MUG", 5)
	r.PlacedAt = time.Date(2011, 3, 31, 23, 30, 0, 0, time.UTC).UnixMicro() // on April 1st in London
	r.Payments = []order.Payment{{Amount: 5000}}
	return r
}

// Kills: a measure that is not booked, or booked on the wrong day; an act that
// is not taken back by its reverse.
func TestFiguresCountALife(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		life(t, s, func() {})
		c := countUp(t, s)
		sum := c.sum()
		want := figures.Sums{}
		for m, n := range map[figures.Measure]int64{
			figures.Orders: 10, figures.Units: 3 + 12 + 5 + 1 + 1 + 1 + 1 + 1 + 1 + 5, figures.Lines: 11,
			figures.Gross: 31 * 1295, figures.Total: 31 * 1295,
			figures.CanceledValue: 3 * 1295, figures.CanceledOrders: 1, figures.CanceledUnits: 3,
			figures.CanceledByPerson: 1, figures.CanceledByUs: 2,
			figures.AskedOrders: 9, figures.AskedLines: 10, figures.AskedUnits: 26, figures.FirstOrders: 8, figures.FirstLines: 9, figures.FirstUnits: 23, figures.BackorderedOrders: 1,
			figures.ShippedOrders: 6, figures.SplitOrders: 1, figures.TouchlessOrders: 5, figures.ShippedUnits: 3 + 12 + 1 + 1 + 1 + 1,
			figures.DeliveredOrders: 3, figures.PromisedOrders: 2, figures.OnTimeOrders: 1, figures.InFullOrders: 3, figures.PerfectOrders: 1,
			figures.ReturnedUnits: 3, figures.Refunded: 1000,
		} {
			want[m] = n
		}
		for m := range sum {
			if sum[m] != want[m] {
				t.Errorf("%s is %d, want %d", figures.Measure(m), sum[m], want[m])
			}
		}
		days := map[int64]figures.Sums{}
		for _, row := range c.Days {
			x := days[row.Day]
			x.Add(&row.Sums, 1)
			days[row.Day] = x
		}
		if first, back := days[20110401], days[20110402]; first[figures.Orders] != 1 || first[figures.CanceledUnits] != 1 || back[figures.ReturnedUnits] != 2 || back[figures.Refunded] != 1000 || back[figures.Orders] != 0 {
			t.Errorf("the recorded order is counted as %v and %v", first, back)
		}
		waiting := map[string]int64{}
		for _, w := range c.Backlog {
			waiting[w.Stage] += w.N
		}
		if diff := cmp.Diff(map[string]int64{"on_hold": 1, "to_release": 1}, waiting); diff != "" {
			t.Errorf("the backlog (-want +got)\n%s", diff)
		}
		for i, n := range [...]int64{7, 7, 7, 7, 3, 6, 3} {
			if c.Times[i].N != n {
				t.Errorf("%s: %d, want %d", figures.StageNames[i], c.Times[i].N, n)
			}
		}
	})
}

// What is counted step by step is what is counted at once, and what is counted
// anew from the beginning. Kills: a difference that is booked twice or not at
// all, a memory that forgets.
func TestFiguresStepByStep(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		life(t, s, func() { countUp(t, s) })
		steps := countUp(t, s)
		events := eventsOf(t, s)
		err := db.Transact(context.Background(), func(tx *store.Tx) error {
			tx.Beside(s.Scope.Merchant)
			if _, err := cursors.Lock(tx, kept.Consumer); err != nil {
				return err
			}
			return kept.Reset(tx, "Europe/London")
		})
		if err != nil {
			t.Fatal(err)
		}
		anew := countUp(t, s)
		if diff := cmp.Diff(nonzero(anew), nonzero(steps)); diff != "" {
			t.Errorf("step by step (-anew +steps)\n%s", diff)
		}
		if diff := cmp.Diff(eventsOf(t, s), events); diff != "" {
			t.Errorf("events (-anew +steps)\n%s", diff)
		}
	})
}

// nonzero leaves out the rows of days on which nothing is left.
func nonzero(c *counted) *counted {
	out := *c
	out.Days = nil
	for _, row := range c.Days {
		if !row.Sums.Zero() {
			out.Days = append(out.Days, row)
		}
	}
	return &out
}

func eventsOf(t *testing.T, s *desktest.Shop) map[string][]int64 {
	t.Helper()
	out := map[string][]int64{}
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		for _, f := range figures.All {
			page, err := kept.OrdersBehind(r, f, kept.Span{From: 20100101, To: 99991231}, kept.Before{}, 100)
			for _, id := range page.Orders {
				out[f.ID] = append(out[f.ID], int64(id))
			}
			if err != nil || page.More {
				t.Errorf("%s: %v, more: %v", f.ID, err, page.More)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The orders behind a figure are those that it counts.
func TestOrdersBehind(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		life(t, s, func() {})
		counted, want := countUp(t, s), int64(0)
		for _, row := range counted.Days {
			if row.Location == int64(s.Locations["A"]) {
				want += row.Sums[figures.Orders]
			}
		}
		behind := eventsOf(t, s)
		for id, n := range map[string]int{
			"orders": 10, "revenue": 10, "canceled_value": 3, "cancellation_rate": 1, "unit_fill_rate": 1, "backorder_rate": 1, "shipped": 6, "split_rate": 1,
			"touchless_rate": 5, "delivered": 3, "on_time": 1, "in_full": 3, "returned_units": 2, "refunded": 1, "discount": 0,
		} {
			if len(behind[id]) != n {
				t.Errorf("%d orders are behind %s, want %d", len(behind[id]), id, n)
			}
		}
		var a []order.ID
		err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			f, _ := figures.Named("orders")
			at := kept.Span{From: 20100101, To: 99991231, Locations: []int64{int64(s.Locations["A"])}, Channel: "web"}
			for before := (kept.Before{}); ; {
				page, err := kept.OrdersBehind(r, f, at, before, 2)
				if a = append(a, page.Orders...); err != nil || !page.More {
					return err
				}
				before = page.Next
			}
		})
		if err != nil || int64(len(a)) != want || want < 3 {
			t.Errorf("%d orders of location A, %d are counted, %v", len(a), want, err)
		}
	})
}
