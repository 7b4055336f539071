package desk_test

import (
	"context"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// Two desks on one database take turns on the same orders and the same shelf:
// what each remembers must give way to what the other did.
func TestMemoryGivesWayToOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one := desktest.Open(t, db)
		one.Goods("X", catalog.Refuse, "A", 10)
		other := &desktest.Shop{T: t, DB: db, Desk: desk.New(db, nil), Scope: one.Scope, Locations: one.Locations}
		t.Cleanup(other.Desk.Close)

		p := one.Place("X", 4)
		q := desktest.Must(other, intake.Place, intake.PlaceCommand{Request: one.Request("X", 4)})
		if _, err := desktest.Try(one, intake.Place, intake.PlaceCommand{Request: one.Request("X", 3)}); fault.CodeOf(err) != "out_of_stock" {
			t.Fatalf("3 of 2 left: %v", err)
		}
		f := p.Fulfillments[0].ID
		other.Work(f, "release")
		one.Work(f, "pick")
		other.Work(f, "pack")
		one.Work(f, "ship")
		desktest.Must(other, intake.Cancel, intake.CancelCommand{Order: order.ID(q.ID)})
		one.Place("X", 6)
		if _, err := desktest.Try(other, floor.Adjust, floor.AdjustCommand{Lines: []stock.Line{{SKU: "X", Location: one.Locations["A"], Quantity: -1, Reason: "broken"}}}); err != nil {
			t.Fatal(err)
		}
		one.Remembers()
		other.Remembers()
	})
}

// A change that tells no entry is what a memory cannot see: the check must.
func TestMemoryCheckCatchesASilentChange(t *testing.T) {
	for _, c := range []struct{ what, text, want string }{
		{"fulfillment", "UPDATE fulfillment SET work_status = 'picked' WHERE m = $1", "remembered order"},
		{"order", "UPDATE orders SET priority = 7 WHERE m = $1", "remembered order"},
		{"parcel", "UPDATE parcel SET weight_grams = 7 WHERE m = $1", "remembered order"},
		{"level", "UPDATE level SET reserved = reserved + 1 WHERE m = $1", "remembered level"},
	} {
		db := storetest.SQLite(t)
		s := desktest.Open(t, db)
		s.Goods("X", catalog.Refuse, "A", 10)
		s.Work(s.Place("X", 4).Fulfillments[0].ID, "release", "pick", "pack")
		s.Remembers()
		err := db.Transact(context.Background(), func(tx *store.Tx) error {
			if err := tx.For(s.Scope.Merchant); err != nil {
				return err
			}
			_, err := tx.Exec(c.text, tx.M)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := step.CheckMemory(context.Background(), s.Desk, s.Scope); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: a change behind the desk's back went unnoticed: %v", c.what, err)
		}
	}
}

// Acts that are refused, and turns that are rolled back, leave nothing behind
// in what is remembered.
func TestMemoryForgetsWhatWasNotCommitted(t *testing.T) {
	db := storetest.SQLite(t)
	s := desktest.Open(t, db)
	s.Goods("X", catalog.Refuse, "A", 10)
	p := s.Place("X", 4)
	id := p.Fulfillments[0].ID
	if _, err := desktest.Try(s, floor.Pick, floor.WorkCommand{Fulfillment: id, Parts: []fulfillment.Part{{Line: 1, Quantity: 99}}}); err == nil {
		t.Fatal("99 of 4 were picked")
	}
	s.Remembers()
	broken := intake.Place
	run := broken.Run
	failing := *broken
	failing.Run = func(turn *desk.Turn, asked []desk.Asked[intake.PlaceCommand]) ([]desk.Result, error) {
		if _, err := run(turn, asked); err != nil {
			return nil, err
		}
		panic("after everything was written")
	}
	if _, err := desktest.Try(s, &failing, intake.PlaceCommand{Request: s.Request("X", 5)}); err == nil {
		t.Fatal("a broken act was acknowledged")
	}
	s.Remembers()
	s.Place("X", 6) // what the rolled back turn had claimed is free
	s.Remembers()
	if got := load(t, s, p.Order.ID); got.Version != 1 {
		t.Errorf("version %d", got.Version)
	}
}
