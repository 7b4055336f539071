package desk_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/levels"
	"orderly/internal/store/storetest"
)

// The scenarios are failures that real shops had; each must be impossible here.

// 300 buyers at once for 100 units: a check apart from its use would sell more.
func TestScenarioS01LastUnit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("LAST", catalog.Refuse, "A", 60, "B", 40)
		var taken, told, other atomic.Int64
		var wg sync.WaitGroup
		for range 300 {
			r := s.Request("LAST", 1)
			wg.Go(func() {
				_, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: r})
				switch {
				case err == nil:
					taken.Add(1)
				case fault.CodeOf(err) == "out_of_stock":
					told.Add(1)
				default:
					other.Add(1)
				}
			})
		}
		wg.Wait()
		if taken.Load() != 100 || told.Load() != 200 || other.Load() != 0 {
			t.Errorf("%d taken, %d told why, %d otherwise", taken.Load(), told.Load(), other.Load())
		}
		if l := level(t, s, item, "A"); l.Reserved != 60 {
			t.Errorf("A: %+v", l)
		}
		if n := oversold(t, s); n != 0 {
			t.Errorf("%d units oversold", n)
		}
		storetest.Exec(t, db, "UPDATE level SET on_hand = 50, reserved = 50 WHERE location = $1", int64(s.Locations["A"])) // a lost update
		if n := oversold(t, s); n != 10 {
			t.Errorf("10 units are missing, %d are told oversold", n)
		}
	})
}

func oversold(t *testing.T, s *desktest.Shop) (n int64) {
	t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		n, err = levels.Oversold(r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Two lines of one cart, one of them a bundle, that need the same component.
func TestScenarioS03SharedComponent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("CUP", catalog.Refuse, "A", 5)
		s.Goods("POT", catalog.Refuse, "A", 9)
		desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "TEA-SET", Name: "Tea set", Kind: catalog.Bundle, WhenShort: catalog.Refuse,
			Components: []catalog.Component{{SKU: "POT", Quantity: 1}, {SKU: "CUP", Quantity: 2}}}})
		_, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: s.Request("TEA-SET", 2, "CUP", 2)})
		if fault.CodeOf(err) != "out_of_stock" {
			t.Fatalf("2 sets and 2 cups of 5 cups: %v", err)
		}
		p := s.Place("TEA-SET", 2, "CUP", 1)
		if got := p.Order.Quantities(p.Order.Line(1))[order.Allocated]; got != 2 {
			t.Errorf("%d sets allocated", got)
		}
		s.Ship(p)
		o := load(t, s, p.Order.ID)
		if got := o.Quantities(o.Line(1)); got[order.Shipped] != 2 || got[order.Ordered] != 2 {
			t.Errorf("sets after shipping: %v", got)
		}
	})
}

// Stock that is freed is freed once: cancel, ship and their repeats.
func TestScenarioS04FreedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("BOX", catalog.Refuse, "A", 10)
		p := s.Place("BOX", 4)
		desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: p.Order.ID, Parts: []order.Part{{Line: 1, Quantity: 1}}})
		if l := level(t, s, item, "A"); l.Reserved != 3 {
			t.Fatalf("after canceling one of four: %+v", l)
		}
		s.Ship(p)
		if _, err := desktest.Try(s, intake.Cancel, intake.CancelCommand{Order: p.Order.ID}); fault.CodeOf(err) != "not_cancelable" {
			t.Errorf("cancel after shipping: %v", err)
		}
		if _, err := desktest.Try(s, floor.Parcel, floor.ParcelCommand{Fulfillment: p.Fulfillments[0].ID, Act: "ship"}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("ship twice: %v", err)
		}
		if l := level(t, s, item, "A"); l.Reserved != 0 || l.OnHand != 7 {
			t.Errorf("in the end: %+v", l)
		}
	})
}

// A count that finds less than is promised makes the newest claim of the
// lowest priority give way; picked units stand.
func TestScenarioS05CountBelowReserved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("JAR", catalog.Backorder, "A", 6)
		old, young := s.Place("JAR", 3), s.Place("JAR", 3)
		r := desktest.Must(s, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "JAR", Location: s.Locations["A"], Quantity: 4}}})
		lost := r.Value.(*floor.StockDone).Displaced
		if len(lost) != 1 || lost[0].Order != int64(young.Order.ID) || lost[0].Quantity != 2 {
			t.Fatalf("displaced: %+v", lost)
		}
		if q := load(t, s, young.Order.ID).Sums; q[order.Backordered] != 2 || q[order.Allocated] != 1 {
			t.Errorf("the younger order: %v", q)
		}
		s.Work(old.Fulfillments[0].ID, "release", "pick")
		s.Work(young.Fulfillments[0].ID, "release", "pick")
		_, err := desktest.Try(s, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "JAR", Location: s.Locations["A"], Quantity: 1}}})
		if fault.KindOf(err) != fault.Conflict {
			t.Errorf("a count below what is picked: %v", err)
		}
		if l := level(t, s, item, "A"); l.OnHand != 4 || l.Reserved != 4 {
			t.Errorf("after the refused count: %+v", l)
		}
	})
}

// Who waits is served by priority, then by age, in the act that brings stock,
// before anybody who comes later.
func TestScenarioS06WaitingServedFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("LAMP", catalog.Backorder)
		first, second := s.Place("LAMP", 2), s.Place("LAMP", 2)
		vip := s.Request("LAMP", 1)
		vip.Priority = 5
		third := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: vip}).Value.(*intake.Placed)
		s.Receive("LAMP", "B", 4)
		for _, want := range []struct {
			id        order.ID
			allocated int64
		}{{third.Order.ID, 1}, {first.Order.ID, 2}, {second.Order.ID, 1}} {
			if q := load(t, s, want.id).Sums; q[order.Allocated] != want.allocated {
				t.Errorf("order %s has %d allocated, want %d", want.id, q[order.Allocated], want.allocated)
			}
		}
		desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: first.Order.ID}) // what it held goes to the next
		if q := load(t, s, second.Order.ID).Sums; q[order.Allocated] != 2 || q[order.Backordered] != 0 {
			t.Errorf("after the cancel: %v", q)
		}
	})
}

// A return goes to the shelf of the location that has it in hand, once.
func TestScenarioS08RestockedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("VASE", catalog.Refuse, "A", 2)
		p := s.Place("VASE", 2)
		s.Ship(p)
		back := care.ReturnCommand{Order: p.Order.ID, Location: s.Locations["B"], Parts: []order.Part{{Line: 1, Quantity: 2}}, Restock: true}
		desktest.Must(s, care.ReceiveReturn, back)
		if _, err := desktest.Try(s, care.ReceiveReturn, back); fault.CodeOf(err) != "not_returnable" {
			t.Errorf("the same units a second time: %v", err)
		}
		if a, b := level(t, s, item, "A"), level(t, s, item, "B"); a.OnHand != 0 || b.OnHand != 2 {
			t.Errorf("A %+v, B %+v", a, b)
		}
	})
}

// Two people change one order at the same time: both changes stand.
func TestScenarioS22LostUpdate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("PEN", catalog.Backorder, "A", 100)
		p := s.Place("PEN", 50)
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				if i%2 == 0 {
					desktest.Must(s, intake.Edit, intake.EditCommand{Order: p.Order.ID, AddTags: []string{fmt.Sprintf("t%d", i)}})
				} else {
					desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: p.Order.ID, Parts: []order.Part{{Line: 1, Quantity: 1}}})
				}
			})
		}
		wg.Wait()
		o := load(t, s, p.Order.ID)
		if len(o.Tags) != 20 || o.Sums[order.Canceled] != 20 || o.Version != 41 {
			t.Errorf("%d tags, %d canceled, version %d", len(o.Tags), o.Sums[order.Canceled], o.Version)
		}
	})
}

// Order numbers never collide and have no gap, whoever places and is refused.
func TestScenarioS25OrderNumbers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("X", catalog.Refuse, "A", 40)
		numbers := make(chan int64, 64)
		var wg sync.WaitGroup
		for range 64 {
			r := s.Request("X", 1)
			wg.Go(func() {
				if got, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: r}); err == nil {
					numbers <- got.Value.(*intake.Placed).Order.Number
				}
			})
		}
		wg.Wait()
		close(numbers)
		seen := map[int64]bool{}
		for n := range numbers {
			if seen[n] || n < 1001 || n > 1040 {
				t.Errorf("number %d", n)
			}
			seen[n] = true
		}
		if len(seen) != 40 {
			t.Errorf("%d numbers", len(seen))
		}
	})
}

// Two processes on one database: a change of the catalog by one is seen by the
// other at its next order, and ids never collide.
func TestTwoProcessesOneDatabase(t *testing.T) {
	dir := t.TempDir()
	open := func() *store.DB {
		db, err := store.Open(context.Background(), store.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
	one := desktest.Open(t, open())
	one.Goods("Y", catalog.Refuse, "A", 1000)
	two := &desktest.Shop{T: t, DB: open(), Scope: one.Scope, Locations: one.Locations}
	two.Desk = desk.New(two.DB, nil)
	t.Cleanup(two.Desk.Close)
	one.Place("Y", 1) // the first process remembers the item
	old := desktest.Must(two, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "Y", Name: "Renamed", WhenShort: catalog.Refuse, Archived: true}})
	if old.Status != "done" {
		t.Fatalf("save: %s", old.Status)
	}
	if _, err := desktest.Try(one, intake.Place, intake.PlaceCommand{Request: one.Request("Y", 1)}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("the first process sold an item that the second had archived: %v", err)
	}
	desktest.Must(two, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "Y", Name: "Back", WhenShort: catalog.Refuse}})
	var wg sync.WaitGroup
	for i := range 60 {
		r := one.Request("Y", 1)
		wg.Go(func() {
			s := one
			if i%2 == 0 {
				s = two
			}
			desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r})
		})
	}
	wg.Wait()
}

func TestHoldStopsTheFloor(t *testing.T) {
	s := desktest.Open(t, storetest.SQLite(t))
	s.Goods("H", catalog.Backorder, "A", 5)
	r := s.Request("H", 1)
	r.Holds = []order.Hold{{Reason: "address"}, {Reason: "payment_review", Blocks: []string{"ship"}}}
	p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	if p.Order.Statuses.Hold != "held" || p.Order.Statuses.Stage != order.StageOnHold {
		t.Fatalf("%+v", p.Order.Statuses)
	}
	id := p.Fulfillments[0].ID
	if _, err := desktest.Try(s, floor.Release, floor.WorkCommand{Fulfillment: id}); fault.CodeOf(err) != "order_on_hold" {
		t.Errorf("release on hold: %v", err)
	}
	if _, err := desktest.Try(s, intake.Lift, intake.LiftCommand{Order: p.Order.ID}); fault.CodeOf(err) != "which_hold" {
		t.Errorf("lift which: %v", err)
	}
	desktest.Must(s, intake.Lift, intake.LiftCommand{Order: p.Order.ID, Hold: p.Order.Holds[0].ID})
	s.Work(id, "release", "pick", "pack")
	if _, err := desktest.Try(s, floor.Parcel, floor.ParcelCommand{Fulfillment: id, Act: "ship"}); fault.CodeOf(err) != "order_on_hold" {
		t.Errorf("ship on hold: %v", err)
	}
	desktest.Must(s, intake.Lift, intake.LiftCommand{Order: p.Order.ID})
	s.Work(id, "ship", "deliver", "undeliver", "unship", "unpack", "unpick", "recall", "release", "pick", "pack", "ship", "deliver")
}

func TestShortPickLooksElsewhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("KEY", catalog.Backorder, "A", 4, "B", 1)
		p := s.Place("KEY", 4)
		id := p.Fulfillments[0].ID
		s.Work(id, "release")
		desktest.Must(s, floor.ShortPick, floor.WorkCommand{Fulfillment: id, Parts: []fulfillment.Part{{Line: 1, Quantity: 3}}})
		if a, b := level(t, s, item, "A"), level(t, s, item, "B"); a.OnHand != 1 || a.Reserved != 1 || b.Reserved != 1 {
			t.Errorf("A %+v, B %+v", a, b)
		}
		if q := load(t, s, p.Order.ID).Sums; q[order.Allocated] != 2 || q[order.Backordered] != 2 {
			t.Errorf("%v", q)
		}
	})
}

func TestReceiptReversedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("R", catalog.Backorder)
		p := s.Place("R", 3)
		got := s.Receive("R", "A", 5)
		desktest.Must(s, floor.ReverseReceipt, floor.ReverseCommand{Receipt: got.ID})
		if l := level(t, s, item, "A"); l.OnHand != 0 || l.Reserved != 0 {
			t.Errorf("%+v", l)
		}
		if q := load(t, s, p.Order.ID).Sums; q[order.Backordered] != 3 {
			t.Errorf("who had been served waits again: %v", q)
		}
		if _, err := desktest.Try(s, floor.ReverseReceipt, floor.ReverseCommand{Receipt: got.ID}); fault.CodeOf(err) != "already_reversed" {
			t.Errorf("twice: %v", err)
		}
	})
}

func TestCaseBarcodeAndTransfer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "TEA", Name: "Tea", Barcodes: []catalog.Barcode{{Code: "5012345678900", Quantity: 1}, {Code: "15012345678907", Quantity: 12}}}})
		s.Receive("15012345678907", "A", 2)
		s.Place("TEA", 20)
		_, err := desktest.Try(s, floor.Transfer, floor.TransferCommand{To: s.Locations["B"], Lines: []stock.Line{{SKU: "TEA", Location: s.Locations["A"], Quantity: 5}}})
		if fault.CodeOf(err) != "not_enough" {
			t.Errorf("moving claimed units: %v", err)
		}
		desktest.Must(s, floor.Transfer, floor.TransferCommand{To: s.Locations["B"], Lines: []stock.Line{{SKU: "5012345678900", Location: s.Locations["A"], Quantity: 4}}})
		if a, b := level(t, s, catalog.ID(item.ID), "A"), level(t, s, catalog.ID(item.ID), "B"); a.OnHand != 20 || b.OnHand != 4 {
			t.Errorf("A %+v, B %+v", a, b)
		}
	})
}
