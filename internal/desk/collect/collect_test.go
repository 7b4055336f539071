package collect_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/delivery"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/collect"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/pickup"
	"orderly/internal/releasing"
	"orderly/internal/seal"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
	"orderly/internal/store/pickups"
	"orderly/internal/store/promises"
	"orderly/internal/store/storetest"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// shop is a shop where customers come for their orders at A, with a clock that
// can be set.
type shop struct {
	*desktest.Shop
	clock *storetest.Ahead
}

func each(t *testing.T, f func(*testing.T, *shop)) {
	storetest.EachClock(t, func(t *testing.T, db *store.DB, clock *storetest.Ahead) {
		s := &shop{desktest.Open(t, db), clock}
		ring, err := seal.Parse(seal.NewKey())
		if err != nil {
			t.Fatal(err)
		}
		admin.UseSeal(s.Desk, ring)
		s.Goods("MUG", catalog.Backorder, "A", 10, "B", 10)
		s.Goods("CAP", catalog.Backorder, "A", 10)
		desktest.Must(s.Shop, admin.SaveMethod, admin.MethodCommand{Method: delivery.Method{
			Code: "collect-a", Name: "Collect at A", Kind: delivery.Collect, Active: true, From: []stock.LocationID{s.Locations["A"]}, ShelfDays: 7, Shelves: []string{"P1", "P2"},
		}})
		f(t, s)
		s.sound()
	})
}

func (s *shop) sound() {
	s.T.Helper()
	r, err := verify.Run(context.Background(), s.DB, verify.Options{Level: verify.Deep})
	if err != nil {
		s.T.Fatal(err)
	}
	for _, v := range r.Violations {
		s.T.Errorf("verify: %+v", v)
	}
}

func (s *shop) read(f func(*store.Reader) error) {
	s.T.Helper()
	if err := s.DB.Read(context.Background(), s.Scope, f); err != nil {
		s.T.Fatal(err)
	}
}

// packed is an order that is collected at A, all of it in one parcel; paid.
func (s *shop) packed(of ...any) (order.ID, fulfillment.ID) {
	s.T.Helper()
	r := s.Request(of...)
	r.Method = "collect-a"
	p := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: p.Order.ID, Amount: p.Order.Totals.Payable()})
	f := p.Fulfillments[0]
	if len(p.Fulfillments) != 1 || f.Location != s.Locations["A"] {
		s.T.Fatalf("it is sourced from %d places, the first %s", len(p.Fulfillments), f.Location)
	}
	s.Work(f.ID, "release", "pick", "pack")
	return p.Order.ID, f.ID
}

func (s *shop) shelved(of ...any) (order.ID, fulfillment.ID) {
	s.T.Helper()
	o, f := s.packed(of...)
	desktest.Must(s.Shop, collect.Shelve, collect.ShelveCommand{Fulfillment: f, Shelf: "P1"})
	return o, f
}

func (s *shop) order(id order.ID) (o *order.Order) {
	s.T.Helper()
	s.read(func(r *store.Reader) (err error) { o, err = orders.Get(r, id); return err })
	return o
}

func (s *shop) pickup(id fulfillment.ID) *pickup.Pickup {
	s.T.Helper()
	var list []*pickup.Pickup
	s.read(func(r *store.Reader) (err error) { list, err = pickups.Load(r, []fulfillment.ID{id}); return err })
	if len(list) != 1 {
		s.T.Fatalf("%d pickups of %s", len(list), id)
	}
	return list[0]
}

func (s *shop) code(id fulfillment.ID) string {
	s.T.Helper()
	code, err := collect.CodeOf(s.Desk, s.pickup(id))
	if err != nil {
		s.T.Fatal(err)
	}
	return code
}

func (s *shop) parcels(id order.ID) (list []*fulfillment.Parcel) {
	s.T.Helper()
	s.read(func(r *store.Reader) (err error) {
		list, err = fulfillments.ParcelsOfOrders(r, []order.ID{id})
		return err
	})
	return list
}

func (s *shop) told(id order.ID, typ string) (n int) {
	s.T.Helper()
	s.read(func(r *store.Reader) error {
		list, err := entries.After(r, 0, 10_000)
		for _, e := range list {
			if e.Subject == int64(id) && e.Type == typ {
				n++
			}
		}
		return err
	})
	return n
}

func (s *shop) open() (list []trouble.Trouble) {
	s.T.Helper()
	s.read(func(r *store.Reader) (err error) {
		list, err = troubles.Open(r, trouble.Uncollected, 0, 100)
		return err
	})
	return list
}

// pass lets time go by and has the clock do what is due.
func (s *shop) pass(d time.Duration) {
	s.T.Helper()
	s.clock.Pass(d)
	if err := releasing.TickPickups(context.Background(), s.Desk, s.Scope.Merchant); err != nil {
		s.T.Fatal(err)
	}
}

func refused[C any](s *shop, op *desk.Operation[C], cmd C, code string) {
	s.T.Helper()
	_, err := desktest.Try(s.Shop, op, cmd)
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != code && (len(f.Fields) == 0 || f.Fields[0].Code != code) {
		s.T.Errorf("%s %+v: %v, not %s", op.Name, cmd, err, code)
	}
}

const day = 24 * time.Hour

// Packed goods lie on a shelf, are given to who shows the code, and have then
// left and arrived with a proof, in one act.
//
// Kills: a hand-over that leaves units reserved, or on hand; a code that is kept
// readable; a shelf that the place does not have; what lies on a shelf and is
// sent all the same; a hand-over without its proof.
func TestCollected(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o, f := s.packed("MUG", 2)
		refused(s, collect.HandOver, collect.HandOverCommand{Fulfillment: f, Proof: pickup.Proof{Code: "ABCDEF"}}, "not_on_shelf")
		refused(s, collect.Shelve, collect.ShelveCommand{Fulfillment: f, Shelf: "Z9"}, "unknown_shelf")
		desktest.Must(s.Shop, collect.Shelve, collect.ShelveCommand{Fulfillment: f, Shelf: "P1"})
		p := s.pickup(f)
		if until := time.UnixMicro(p.KeptUntil).Sub(time.UnixMicro(p.ReadyAt)); p.State != pickup.Ready || until < 7*day || until > 11*day {
			t.Errorf("it lies there for %s: %+v", until, p)
		}
		code := s.code(f)
		if !pickup.Looks(code) || len(p.Code) < 40 {
			t.Errorf("the code %q is kept as %q", code, p.Code)
		}
		refused(s, floor.Parcel, floor.ParcelCommand{Fulfillment: f, Act: "ship"}, "on_shelf")
		refused(s, floor.Parcel, floor.ParcelCommand{Fulfillment: f, Act: "unpack"}, "on_shelf")
		desktest.Must(s.Shop, collect.Shelve, collect.ShelveCommand{Fulfillment: f, Shelf: "P2"})
		if again := s.pickup(f); again.Shelf != "P2" || again.Code != p.Code || again.KeptUntil != p.KeptUntil {
			t.Errorf("on another shelf it is %+v", again)
		}
		r := desktest.Must(s.Shop, collect.HandOver, collect.HandOverCommand{Fulfillment: f, Proof: pickup.Proof{Code: " " + pickup.Grouped(code) + " ", Name: "Ada"}})
		if r.Status != "done" || s.order(o).Sums[order.Delivered] != 2 {
			t.Fatalf("%s: %+v", r.Status, s.order(o).Sums)
		}
		s.read(func(r *store.Reader) error {
			x, ok, err := fulfillments.ProofOf(r, s.parcels(o)[0].ID)
			if !ok || x.Name != "Ada" || x.Place == "" {
				t.Errorf("its proof is %+v", x)
			}
			return err
		})
		if p := s.pickup(f); p.State != pickup.Collected || p.How != pickup.ByCode || p.EndedAt == 0 {
			t.Errorf("after that the pickup is %+v", p)
		}
		refused(s, collect.HandOver, collect.HandOverCommand{Fulfillment: f, Proof: pickup.Proof{Code: code}}, pickup.Collected)
		refused(s, collect.TakeBack, collect.Act{Fulfillment: f}, pickup.Collected)
		refused(s, collect.Extend, collect.ExtendCommand{Fulfillment: f, Days: 7}, pickup.Collected)
	})
}

// Goods of orders that are delivered, or not wholly packed, lie on no shelf.
//
// Kills: a parcel service's order made ready for pickup; half a fulfillment on
// a shelf; an order on hold handed out.
func TestNotShelved(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		sent := s.Place("MUG", 1).Fulfillments[0].ID
		s.Work(sent, "release", "pick", "pack")
		refused(s, collect.Shelve, collect.ShelveCommand{Fulfillment: sent, Shelf: "P1"}, "not_collected")
		r := s.Request("MUG", 2)
		r.Method = "collect-a"
		p := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		f := p.Fulfillments[0].ID
		s.Work(f, "release", "pick")
		refused(s, collect.Shelve, collect.ShelveCommand{Fulfillment: f, Shelf: "P1"}, "wrong_state")
		desktest.Must(s.Shop, floor.Pack, floor.PackCommand{Fulfillment: f, Parts: []fulfillment.Part{{Line: 1, Quantity: 1}}})
		refused(s, collect.Shelve, collect.ShelveCommand{Fulfillment: f, Shelf: "P1"}, "wrong_state")
		s.Work(f, "pack")
		desktest.Must(s.Shop, intake.Hold, intake.HoldCommand{Order: p.Order.ID, Hold: order.Hold{Reason: "payment", Blocks: []string{"ship"}}})
		refused(s, collect.Shelve, collect.ShelveCommand{Fulfillment: f, Shelf: "P1"}, "order_on_hold")
	})
}

// A code that is not the pickup's is counted, and a few of them block it; who
// was looked at may have the goods then.
//
// Kills: codes that can be tried for ever, or by looking only; a blocked code
// that opens; a hand-over to nobody.
func TestWrongCodes(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o, f := s.shelved("MUG", 1)
		code := s.code(f)
		wrong := "000000"
		if wrong == code {
			wrong = "000001"
		}
		try := func(code string) desk.Result {
			return desktest.Must(s.Shop, collect.HandOver, collect.HandOverCommand{Fulfillment: f, Proof: pickup.Proof{Code: code}})
		}
		seen, err := desk.Preview(context.Background(), s.Desk, collect.HandOver, s.Scope, []collect.HandOverCommand{{Fulfillment: f, Proof: pickup.Proof{Code: wrong}}})
		if err != nil || seen[0].Err != nil || seen[0].Status != "done" {
			t.Errorf("a look tells of a wrong code: %+v %v", seen, err)
		}
		for n := range pickup.MaxTries {
			if r := try(wrong); r.Status != collect.WrongCode || collect.Refusal(r) == nil || s.pickup(f).Tries != int64(n+1) {
				t.Fatalf("try %d: %s", n, r.Status)
			}
		}
		refused(s, collect.HandOver, collect.HandOverCommand{Fulfillment: f, Proof: pickup.Proof{Code: code}}, "code_blocked")
		refused(s, collect.HandOver, collect.HandOverCommand{Fulfillment: f, Proof: pickup.Proof{Document: "passport", Reason: "code_blocked"}}, "missing")
		refused(s, collect.HandOver, collect.HandOverCommand{Fulfillment: f, Proof: pickup.Proof{Name: "Ada"}}, "unknown_document")
		if s.order(o).Sums[order.Delivered] != 0 || s.told(o, journal.FulCodeRefused) != pickup.MaxTries {
			t.Errorf("wrong codes have done something: %+v", s.order(o).Sums)
		}
		desktest.Must(s.Shop, collect.HandOver, collect.HandOverCommand{Fulfillment: f, Proof: pickup.Proof{Name: "Ada Byron", Document: "passport", Reason: "code_blocked"}})
		if p := s.pickup(f); p.How != pickup.ByName || p.Document != "passport" || s.order(o).Sums[order.Delivered] != 1 {
			t.Errorf("handed over by name: %+v", p)
		}
	})
}

// What the customer does not take goes back into stock and is owed no more.
//
// Kills: refused units that stay reserved, or leave; parcels that hold what is
// gone; a refusal of everything that hands over nothing.
func TestRefusedInPart(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o, f := s.shelved("MUG", 3, "CAP", 1)
		before := s.order(o).Totals.Payable()
		give := collect.HandOverCommand{Fulfillment: f, Proof: pickup.Proof{Code: s.code(f)}, Refused: []fulfillment.Part{{Line: 1, Quantity: 4}}}
		refused(s, collect.HandOver, give, "wrong_quantity")
		give.Refused = []fulfillment.Part{{Line: 1}, {Line: 2}}
		refused(s, collect.HandOver, give, "nothing_taken")
		give.Refused = []fulfillment.Part{{Line: 1, Quantity: 1}, {Line: 2}}
		r := desktest.Must(s.Shop, collect.HandOver, give)
		x := s.order(o)
		if x.Sums[order.Delivered] != 2 || x.Sums[order.Canceled] != 2 || x.Paid <= x.Totals.Payable() {
			t.Errorf("%+v, %d paid of %d", x.Sums, x.Paid, x.Totals.Payable())
		}
		if freed := r.Value.(*collect.Lain).Freed; freed != before-x.Totals.Payable() || freed == 0 {
			t.Errorf("%d less is owed, it says %d", before-x.Totals.Payable(), freed)
		}
	})
}

// What nobody comes for is reminded of once, is put before people once, and
// then kept for longer or taken back: the units are free and the money is due.
//
// Kills: a reminder on the last evening or a second one; a date that is passed
// over, or noted at each look; a taken back order that is still owed.
func TestNobodyComes(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o, f := s.shelved("MUG", 2)
		s.pass(time.Minute)
		if s.told(o, journal.FulReminded) != 0 {
			t.Error("it is reminded of at once")
		}
		remind := time.UnixMicro(s.pickup(f).RemindAt).Sub(s.DBTime())
		s.pass(remind + time.Minute)
		s.pass(time.Minute)
		if n := s.told(o, journal.FulReminded); n != 1 || len(s.open()) != 0 {
			t.Errorf("%d reminders, %d troubles", n, len(s.open()))
		}
		s.pass(time.UnixMicro(s.pickup(f).KeptUntil).Sub(s.DBTime()))
		s.pass(time.Minute)
		if n := s.told(o, journal.FulExpired); n != 1 || len(s.open()) != 1 || s.pickup(f).State != pickup.Expired {
			t.Fatalf("its date passed %d times, %d troubles, it is %s", n, len(s.open()), s.pickup(f).State)
		}
		desktest.Must(s.Shop, collect.Extend, collect.ExtendCommand{Fulfillment: f, Days: 3})
		if p := s.pickup(f); len(s.open()) != 0 || p.State != pickup.Ready || p.RemindAt == 0 {
			t.Errorf("kept for longer: %d troubles, %+v", len(s.open()), p)
		}
		refused(s, collect.Extend, collect.ExtendCommand{Fulfillment: f, Days: 1}, "not_longer")
		s.pass(8 * day)
		if len(s.open()) != 1 {
			t.Fatalf("%d troubles after the second date", len(s.open()))
		}
		r := desktest.Must(s.Shop, collect.TakeBack, collect.Act{Fulfillment: f})
		x := s.order(o)
		if x.Sums[order.Canceled] != 2 || x.Totals.Payable() != 0 || r.Value.(*collect.Lain).Freed != x.Paid || len(s.open()) != 0 {
			t.Errorf("taken back: %+v, %d troubles", x.Sums, len(s.open()))
		}
		refused(s, collect.HandOver, collect.HandOverCommand{Fulfillment: f, Proof: pickup.Proof{Code: "000000"}}, pickup.TakenBack)
		if n := s.Place("MUG", 10); n.Order.Sums[order.Allocated] != 10 {
			t.Errorf("its units are not free: %+v", n.Order.Sums)
		}
	})
}

// DBTime is now, as the shop's clock has it.
func (s *shop) DBTime() time.Time { return time.UnixMicro(s.DB.Now()) }

// What is collected was promised for when it is ready, and that is when the
// promise was kept: however long its customer takes.
//
// Kills: a promise that is late because nobody came; one that is kept before it
// is ready.
func TestPromiseKept(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o, f := s.packed("MUG", 1)
		outcome := func() (word string) {
			s.read(func(r *store.Reader) error {
				made, err := promises.Of(r, []order.ID{o})
				if err != nil {
					return err
				}
				done, err := promises.DoneOf(r, o)
				word, _ = made[o][0].Outcome(done, s.DB.Now())
				return err
			})
			return word
		}
		if got := outcome(); got != delivery.Open {
			t.Errorf("packed, its promise is %s", got)
		}
		desktest.Must(s.Shop, collect.Shelve, collect.ShelveCommand{Fulfillment: f, Shelf: "P1"})
		s.clock.Pass(4 * day)
		if got := outcome(); got != delivery.Kept {
			t.Errorf("ready, its promise is %s", got)
		}
		desktest.Must(s.Shop, collect.HandOver, collect.HandOverCommand{Fulfillment: f, Proof: pickup.Proof{Code: s.code(f)}})
		if got := outcome(); got != delivery.Kept {
			t.Errorf("collected, its promise is %s", got)
		}
	})
}

// What was taken off the shelf is packed still: it can be sent, or lie there
// again under another code.
//
// Kills: a code of before that opens what lies there again; a trouble that is
// left behind.
func TestOffTheShelf(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		_, f := s.shelved("MUG", 1)
		old := s.code(f)
		s.pass(12 * day)
		desktest.Must(s.Shop, collect.Unshelve, collect.Act{Fulfillment: f})
		if len(s.open()) != 0 || s.pickup(f).State != pickup.Unshelved {
			t.Errorf("%d troubles, %s", len(s.open()), s.pickup(f).State)
		}
		desktest.Must(s.Shop, collect.Shelve, collect.ShelveCommand{Fulfillment: f, Shelf: "P2"})
		if s.code(f) == old {
			t.Error("the code is the same")
		}
		desktest.Must(s.Shop, collect.Unshelve, collect.Act{Fulfillment: f})
		s.Work(f, "ship", "deliver", "undeliver", "unship")
		desktest.Must(s.Shop, collect.Shelve, collect.ShelveCommand{Fulfillment: f, Shelf: "P2"})
	})
}

// Two counters, the clock and somebody who clears the shelf come at once: the
// goods are handed over or taken back, and never both or twice.
//
// Kills: goods given to two people; an order that is canceled and handed over;
// a trouble that stands for what is gone.
func TestAllAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		for range 4 {
			o, f := s.shelved("MUG", 1)
			give := collect.HandOverCommand{Fulfillment: f, Proof: pickup.Proof{Code: s.code(f)}}
			s.clock.Pass(15 * day)
			var given, back atomic.Int64
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() {
					if r, err := desk.One(context.Background(), s.Desk, collect.HandOver, s.Scope, give, desk.Options{}); err == nil && r.Status == "done" {
						given.Add(1)
					}
				})
				all.Go(func() {
					if _, err := desk.One(context.Background(), s.Desk, collect.TakeBack, s.Scope, collect.Act{Fulfillment: f}, desk.Options{}); err == nil {
						back.Add(1)
					}
				})
				all.Go(func() {
					if err := releasing.TickPickups(context.Background(), s.Desk, s.Scope.Merchant); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			x := s.order(o)
			if given.Load()+back.Load() != 1 || x.Sums[order.Delivered] != given.Load() || x.Sums[order.Canceled] != back.Load() || len(s.open()) != 0 || s.told(o, journal.FulExpired) > 1 {
				t.Errorf("given %d times, taken back %d times: %+v, %d troubles", given.Load(), back.Load(), x.Sums, len(s.open()))
			}
		}
	})
}
