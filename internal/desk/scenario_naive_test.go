package desk_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/levels"
	"orderly/internal/store/storetest"
)

// checkThenWrite is how shops oversell: each of two checkouts looks whether a
// unit is there, and takes it in a write of its own. Both look before either
// writes. It gives how many were told that they have it.
func checkThenWrite(t *testing.T, s *desktest.Shop, cell stock.Cell) int64 {
	t.Helper()
	var looked sync.WaitGroup
	looked.Add(2)
	var told atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			var l stock.Level
			err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
				l, err = levels.Get(r, cell)
				return err
			})
			looked.Done()
			looked.Wait()
			if err == nil && l.Sellable() > 0 {
				l.Reserved++
				err = s.DB.Transact(context.Background(), func(tx *store.Tx) error {
					tx.M = s.Scope.Merchant
					return levels.Save(tx, []*stock.Level{&l})
				})
				told.Add(1)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	return told.Load()
}

// The naive variant sells the last unit twice; the desk sells it once.
func TestScenarioS01Naive(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("ONE", catalog.Refuse, "A", 1)
		if n := checkThenWrite(t, s, stock.Cell{Item: int64(item), Location: s.Locations["A"]}); n != 2 {
			t.Fatalf("check, then write: %d of 2 have the one unit; the scenario shows nothing", n)
		}
		s.Restart() // the naive write went behind the desk's back
		s.Goods("LAST", catalog.Refuse, "A", 1)
		var told atomic.Int64
		var wg sync.WaitGroup
		for range 2 {
			r := s.Request("LAST", 1)
			wg.Go(func() {
				if _, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: r}); err == nil {
					told.Add(1)
				}
			})
		}
		wg.Wait()
		if told.Load() != 1 {
			t.Errorf("%d of 2 have the last unit", told.Load())
		}
	})
}

// Stock that was there at the preview is gone at the placing: the placing
// decides anew and refuses.
func TestScenarioS02StockChangesAfterPreview(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("SHOE", catalog.Refuse, "A", 1)
		r := intake.PlaceCommand{Request: s.Request("SHOE", 1)}
		got, err := desk.Preview(context.Background(), s.Desk, intake.Place, s.Scope, []intake.PlaceCommand{r})
		if err != nil || got[0].Err != nil {
			t.Fatalf("preview: %v, %v", err, got)
		}
		if l := level(t, s, item, "A"); l.Reserved != 0 {
			t.Fatalf("the preview reserved: %+v", l)
		}
		s.Place("SHOE", 1)
		if _, err := desktest.Try(s, intake.Place, r); fault.CodeOf(err) != "out_of_stock" {
			t.Errorf("placed what the preview had seen: %v", err)
		}
		if l := level(t, s, item, "A"); l.Reserved != 1 || l.OnHand != 1 {
			t.Errorf("%+v", l)
		}
		s.Receive("SHOE", "A", 1)
		if _, err := desktest.Try(s, intake.Place, r); err != nil {
			t.Errorf("the refused request again, with stock: %v", err)
		}
	})
}

// Two lines of one item share what there is.
func TestScenarioS03TwoLinesOfOneItem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("NUT", catalog.Refuse, "A", 3)
		for _, q := range []int{2, 2} { // what a check of each line by itself would see
			if l := level(t, s, item, "A"); l.Sellable() < int64(q) {
				t.Fatal("a line by itself is refused; the scenario shows nothing")
			}
		}
		if _, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: s.Request("NUT", 2, "NUT", 2)}); fault.CodeOf(err) != "out_of_stock" {
			t.Errorf("2 and 2 of 3: %v", err)
		}
		s.Place("NUT", 2, "NUT", 1)
		if l := level(t, s, item, "A"); l.Reserved != 3 {
			t.Errorf("%+v", l)
		}
	})
}

// Edits of tags, notes and priority never touch reservations, and recalled
// work frees its stock once, when it is canceled.
func TestScenarioS04EditsAndRecall(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("LID", catalog.Refuse, "A", 5)
		p := s.Place("LID", 3)
		want := func(when string, reserved int64) {
			t.Helper()
			if l := level(t, s, item, "A"); l.Reserved != reserved || l.OnHand != 5 {
				t.Errorf("%s: %+v", when, l)
			}
		}
		for i := range int64(3) {
			desktest.Must(s, intake.Edit, intake.EditCommand{Order: p.Order.ID, Priority: &i, AddTags: []string{fmt.Sprint(i)}, Note: "call first"})
			want("after an edit", 3)
		}
		s.Work(p.Fulfillments[0].ID, "release", "recall", "release", "recall")
		want("after a recall", 3)
		if _, err := desktest.Try(s, floor.Recall, floor.WorkCommand{Fulfillment: p.Fulfillments[0].ID}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("recalled twice: %v", err)
		}
		desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: p.Order.ID})
		want("after the cancel", 0)
		desktest.Must(s, intake.Edit, intake.EditCommand{Order: p.Order.ID, AddTags: []string{"late"}})
		want("an edit after the cancel revived a claim", 0)
	})
}

// Twenty cancel one order at once, and one of them repeats itself under its
// key: what it held is freed once.
func TestScenarioS05CanceledOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("CAP", catalog.Refuse, "A", 9)
		s.Place("CAP", 2) // stays
		p := s.Place("CAP", 4)
		var done, told atomic.Int64
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				o := desk.Options{Key: fmt.Sprintf("k%d", i), Route: "cancel", Hash: []byte{1}}
				var first string
				for range 2 { // the second is a replay
					_, err := desk.One(context.Background(), s.Desk, intake.Cancel, s.Scope, intake.CancelCommand{Order: p.Order.ID}, o)
					switch code := fault.CodeOf(err); {
					case err == nil && first == "":
						done.Add(1)
						first = "done"
					case err != nil && code != "nothing_to_cancel":
						t.Error(err)
					case err != nil && first == "":
						told.Add(1)
						first = code
					case (err == nil) != (first == "done"):
						t.Errorf("first %s, then %v", first, err)
					}
				}
			})
		}
		wg.Wait()
		if done.Load() != 1 || told.Load() != 19 {
			t.Errorf("%d canceled, %d were told that nothing was left", done.Load(), told.Load())
		}
		if l := level(t, s, item, "A"); l.Reserved != 2 || l.OnHand != 9 {
			t.Errorf("%+v", l)
		}
		desktest.Must(s, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "CAP", Location: s.Locations["A"], Quantity: 6}}})
		if l := level(t, s, item, "A"); l.Reserved != 2 || l.OnHand != 6 {
			t.Errorf("a count while a claim is open: %+v", l)
		}
	})
}

// Twenty edits that all saw the same version: one stands, the others are told.
// Without the version the last writer of a field would win unseen.
func TestScenarioS22EditVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("INK", catalog.Backorder, "A", 9)
		p := s.Place("INK", 1)
		saw := load(t, s, p.Order.ID).EditVersion
		for i := range int64(2) { // naive: no version, the first edit is lost
			v := i + 1
			desktest.Must(s, intake.Edit, intake.EditCommand{Order: p.Order.ID, Priority: &v})
		}
		if got := load(t, s, p.Order.ID); got.Priority != 2 || got.EditVersion == saw {
			t.Fatalf("priority %d, edit_version %d: the scenario shows nothing", got.Priority, got.EditVersion)
		}
		saw = load(t, s, p.Order.ID).EditVersion
		var stood, told atomic.Int64
		var winner atomic.Int64
		var wg sync.WaitGroup
		for i := range int64(20) {
			wg.Go(func() {
				v := 10 + i
				_, err := desktest.Try(s, intake.Edit, intake.EditCommand{Order: p.Order.ID, Priority: &v, Version: &saw})
				switch {
				case err == nil:
					stood.Add(1)
					winner.Store(v)
				case fault.CodeOf(err) == "edited_meanwhile":
					told.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if stood.Load() != 1 || told.Load() != 19 {
			t.Errorf("%d stood, %d were told", stood.Load(), told.Load())
		}
		if got := load(t, s, p.Order.ID).Priority; got != winner.Load() {
			t.Errorf("priority %d, %d was acknowledged", got, winner.Load())
		}
	})
}

// deferred is the naive transaction of SQLite: two begin by reading and only
// then write. The second is refused at once; no time of waiting helps.
func deferred(t *testing.T) error {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "naive.db")+"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	var both [2]*sql.Tx
	for i := range both {
		if both[i], err = db.BeginTx(ctx, nil); err != nil {
			t.Fatal(err)
		}
		defer both[i].Rollback()
		var n int64
		if err := both[i].QueryRow("SELECT n FROM counter").Scan(&n); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := both[0].Exec("UPDATE counter SET n = n + 1"); err != nil {
		t.Fatal(err)
	}
	if err := both[0].Commit(); err != nil {
		t.Fatal(err)
	}
	_, err = both[1].Exec("UPDATE counter SET n = n + 1")
	return err
}

// Four handles write one SQLite file at once: nobody sees that it was busy.
func TestScenarioS26DeferredUpgrade(t *testing.T) {
	dir := t.TempDir()
	open := func() *store.DB {
		db, err := store.Open(context.Background(), store.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
	s := desktest.Open(t, open())
	item := s.Goods("PIN", catalog.Refuse, "A", 500)
	if err := deferred(t); err == nil || !strings.Contains(err.Error(), "database is locked") {
		t.Fatalf("a deferred transaction was not refused: %v; the scenario shows nothing", err)
	}
	var wg sync.WaitGroup
	var desks []*desk.Desk
	for range 4 {
		other := &desktest.Shop{T: t, DB: open(), Scope: s.Scope, Locations: s.Locations}
		other.Desk = desk.New(other.DB, nil)
		t.Cleanup(other.Desk.Close)
		for range 25 {
			r := s.Request("PIN", 1)
			wg.Go(func() {
				if _, err := desktest.Try(other, intake.Place, intake.PlaceCommand{Request: r}); err != nil {
					t.Error(err)
				}
			})
		}
		desks = append(desks, other.Desk)
	}
	wg.Wait()
	for _, d := range desks {
		if n := d.Stats.Replays.Load(); n != 0 {
			t.Errorf("%d turns were replayed", n)
		}
	}
	if l := level(t, s, item, "A"); l.Reserved != 100 {
		t.Errorf("%+v", l)
	}
}

// A count sheet that names cells of several locations displaces at each of
// them, and asks nobody where it finds enough.
func TestScenarioS05CountOfManyCells(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		x, y := s.Goods("CX", catalog.Backorder, "A", 2, "B", 2), s.Goods("CY", catalog.Backorder, "A", 2)
		p := s.Place("CX", 4, "CY", 2)
		at := func(sku, place string, q int64) stock.Line {
			return stock.Line{SKU: sku, Location: s.Locations[place], Quantity: q}
		}
		desktest.Must(s, floor.Count, floor.CountCommand{Lines: []stock.Line{at("CX", "A", 1), at("CX", "B", 0), at("CY", "A", 2), at("CY", "B", 3)}})
		if a, b, c := level(t, s, x, "A"), level(t, s, x, "B"), level(t, s, y, "A"); a.Reserved != 1 || b.Reserved != 0 || c.Reserved != 2 {
			t.Errorf("A %+v, B %+v, the other item %+v", a, b, c)
		}
		if q := load(t, s, p.Order.ID).Sums; q[order.Allocated] != 3 || q[order.Backordered] != 3 {
			t.Errorf("%v", q)
		}
	})
}
