package torture_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/pgtest"
	"orderly/internal/store"
	"orderly/internal/store/entries"
)

// The scenarios are failures that real shops had with several nodes on one
// database. Each is shown on a naive variant first.

var scope = access.System(admin.Main, "command", "test")

// nodes opens shops on one database; the first made the goods.
func nodes(t *testing.T, n int, o store.Options) []*desktest.Shop {
	t.Helper()
	var out []*desktest.Shop
	for range n {
		db, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if len(out) == 0 {
			out = append(out, desktest.Open(t, db))
			continue
		}
		s := &desktest.Shop{T: t, DB: db, Desk: desk.New(db, nil), Scope: out[0].Scope, Locations: out[0].Locations}
		t.Cleanup(s.Desk.Close)
		out = append(out, s)
	}
	return out
}

// feed reads on as every reader of ours does: by the merchant's sequence.
type feed struct {
	db   *store.DB
	seq  int64
	seen []int64 // subjects
}

func (f *feed) poll(t *testing.T) {
	t.Helper()
	err := f.db.Read(t.Context(), scope, func(r *store.Reader) error {
		list, err := entries.After(r, f.seq, 500)
		for _, e := range list {
			f.seq, f.seen = e.Seq, append(f.seen, e.Subject)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// byID reads on by the highest id seen, as the outboxes that skip do.
type byID struct {
	db   *sql.DB
	last int64
	seen []int64
}

func (f *byID) poll(t *testing.T) {
	t.Helper()
	rows, err := f.db.QueryContext(t.Context(), "SELECT subject FROM entry WHERE m = 1 AND kind = 'stk' AND subject > $1 ORDER BY subject", f.last)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&f.last); err != nil {
			t.Fatal(err)
		}
		f.seen = append(f.seen, f.last)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

func raw(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// write appends one entry under the lock; held is called while it is not
// committed yet.
func write(db *store.DB, id func(*store.Tx) int64, held func() error) error {
	return db.Transact(context.Background(), func(tx *store.Tx) error {
		subject := id(tx)
		if err := tx.For(admin.Main); err != nil {
			return err
		}
		err := entries.Append(tx, []journal.Entry{entries.New(tx, journal.Stock, subject, 1, journal.StockReceived, scope, []byte("{}"))})
		if err == nil {
			err = held()
		}
		return err
	})
}

var errChanged = errors.New("changed its mind")

// A consumer hears of something that is then rolled back, or looks and does not
// find what it was told of. Ours hears only of what is committed, and any node
// shows it from then on.
func TestScenarioS17EventBeforeCommit(t *testing.T) {
	shops := nodes(t, 2, store.Options{URL: pgtest.ForTest(t)})
	follower := &feed{db: shops[1].DB}
	follower.poll(t)
	begun, naive := len(follower.seen), 0
	ours := begun
	fresh := func(tx *store.Tx) int64 { return tx.IDs().Next() }
	for round := range 10 {
		undone := round%2 == 0
		err := write(shops[0].DB, fresh, func() error {
			naive++ // told from within, as an event bus in memory would
			follower.poll(t)
			if len(follower.seen) != ours {
				t.Errorf("round %d: seen before its commit", round)
			}
			if undone {
				return errChanged
			}
			return nil
		})
		if undone != errors.Is(err, errChanged) {
			t.Fatal(err)
		}
		if !undone {
			ours++
		}
		follower.poll(t)
		if len(follower.seen) != ours {
			t.Errorf("round %d: another node shows %d entries of %d", round, len(follower.seen), ours)
		}
	}
	if naive != 10 || ours-begun != 5 {
		t.Errorf("the naive variant told of %d acts, %d were committed: it should have told of 5 that never were", naive, ours-begun)
	}
}

// Writers take an id, stall, and commit after others or not at all: a reader who
// remembers the highest id has gone past them. Ours loses none.
func TestScenarioS18FeedSkips(t *testing.T) {
	url := pgtest.ForTest(t)
	shops := nodes(t, 2, store.Options{URL: url})
	ours, naive := &feed{db: shops[0].DB}, &byID{db: raw(t, url)}
	var committed []int64
	ours.poll(t)
	begun := len(ours.seen)
	for round := range 12 {
		slow, quick, undone := shops[0].DB.IDs().Next(), int64(0), round%3 == 2
		drawn, passed := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() { // draws its id first, commits last or never
			err := write(shops[0].DB, func(*store.Tx) int64 {
				close(drawn)
				<-passed
				return slow
			}, func() error {
				if undone {
					return errChanged
				}
				return nil
			})
			if undone != errors.Is(err, errChanged) {
				t.Error(err)
			}
		})
		<-drawn
		for quick <= slow { // the other node's clock may stand in the same millisecond
			quick = shops[1].DB.IDs().Next()
		}
		if err := write(shops[1].DB, func(*store.Tx) int64 { return quick }, func() error { return nil }); err != nil {
			t.Error(err)
		}
		naive.poll(t)
		ours.poll(t)
		close(passed)
		wg.Wait()
		naive.poll(t)
		ours.poll(t)
		if committed = append(committed, quick); !undone {
			committed = append(committed, slow)
		}
	}
	if !slices.Equal(ours.seen[begun:], committed) {
		t.Errorf("our feed gave %v of %v", ours.seen[begun:], committed)
	}
	if len(naive.seen) != 12 {
		t.Errorf("the naive reader saw %d of %d: it should have lost the 8 that came late", len(naive.seen), len(committed))
	}
}

// Several nodes claim, give back, receive and count one cell at once. Who passes
// over a counter that somebody holds makes a second one, and each lets its own
// units be claimed. Ours is one row, and is what its movements and claims say.
func TestScenarioS07SkippedCounters(t *testing.T) {
	url := pgtest.ForTest(t)
	if n, rows := skipped(t, raw(t, url)); n <= 1 || rows <= 1 {
		t.Errorf("passing over a held counter claimed %d of 1 in %d rows: this test would see nothing", n, rows)
	}
	shops := nodes(t, 3, store.Options{URL: url})
	shops[0].Goods("X", catalog.Refuse, "A", 40)
	var wg sync.WaitGroup
	var sold, canceled atomic.Int64
	for _, s := range shops {
		for n := range 30 {
			r := s.Request("X", 1)
			r.ExternalID = ""
			wg.Go(func() {
				got, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: r})
				if err != nil {
					if fault.CodeOf(err) != "out_of_stock" {
						t.Errorf("a buyer was shown: %v", err)
					}
					return
				}
				sold.Add(1)
				if n%3 == 0 {
					desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: order.ID(got.ID)})
					canceled.Add(1)
				}
			})
		}
		wg.Go(func() { s.Receive("X", "A", 5) })
	}
	wg.Wait()
	if left := sold.Load() - canceled.Load(); left > 55 || left < 30 {
		t.Errorf("%d of 55 are sold, and 90 wanted one", left)
	}
	var rows int64
	if err := raw(t, url).QueryRowContext(t.Context(), "SELECT count(*) FROM level WHERE m = 1").Scan(&rows); err != nil || rows != 1 {
		t.Errorf("%d rows count one cell: %v", rows, err)
	}
	r, err := verify.Run(t.Context(), shops[0].DB, verify.Options{Level: verify.Deep})
	if err != nil || !r.Clean() {
		t.Errorf("the books: %v %+v", err, r.Violations)
	}
}

// skipped claims the last unit twice: the second buyer passes over the counter
// that the first holds, and makes one of their own.
func skipped(t *testing.T, db *sql.DB) (claimed, rows int64) {
	t.Helper()
	must := func(_ sql.Result, err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(db.ExecContext(t.Context(), "CREATE TABLE tally (item bigint, free bigint, claimed bigint)"))
	must(db.ExecContext(t.Context(), "INSERT INTO tally VALUES (1, 1, 0)"))
	var open []*sql.Tx
	for range 2 {
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, tx)
		var free int64
		err = tx.QueryRowContext(t.Context(), "SELECT free FROM tally WHERE item = 1 FOR UPDATE SKIP LOCKED").Scan(&free)
		if errors.Is(err, sql.ErrNoRows) { // no counter yet, it thinks
			must(tx.ExecContext(t.Context(), "INSERT INTO tally VALUES (1, 0, 1)"))
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		must(tx.ExecContext(t.Context(), "UPDATE tally SET free = free - 1, claimed = claimed + 1 WHERE item = 1"))
	}
	for _, tx := range open {
		must(nil, tx.Commit())
	}
	if err := db.QueryRowContext(t.Context(), "SELECT sum(claimed), count(*) FROM tally").Scan(&claimed, &rows); err != nil {
		t.Fatal(err)
	}
	return claimed, rows
}

// Two carts with the same goods in opposite order, on several nodes: whoever
// locks rows as they come deadlocks, and shows it to buyers.
func TestScenarioS23Deadlocks(t *testing.T) {
	url := pgtest.ForTest(t)
	if err := deadlock(t, raw(t, url)); err == nil {
		t.Error("locking rows in the order of carts did not deadlock: this test would see nothing")
	}
	shops := nodes(t, 3, store.Options{URL: url})
	shops[0].Goods("X", catalog.Refuse, "A", 1000)
	shops[0].Goods("Y", catalog.Refuse, "A", 1000)
	var wg sync.WaitGroup
	for _, s := range shops {
		for n := range 20 {
			r := s.Request("X", 1, "Y", 1)
			r.ExternalID = "" // shops count their requests apart
			if n%2 == 0 {
				slices.Reverse(r.Lines)
			}
			wg.Go(func() {
				if _, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: r}); err != nil {
					t.Errorf("a buyer was shown: %v", err)
				}
			})
		}
	}
	wg.Wait()
}

// deadlock locks two rows in opposite orders; the server ends one of the two.
func deadlock(t *testing.T, db *sql.DB) error {
	t.Helper()
	ctx := t.Context()
	must := func(_ sql.Result, err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(db.ExecContext(ctx, "CREATE TABLE shelf (n bigint PRIMARY KEY, q bigint)"))
	must(db.ExecContext(ctx, "INSERT INTO shelf VALUES (1, 9), (2, 9)"))
	begin := func() *sql.Tx {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		must(tx.ExecContext(ctx, "SET LOCAL deadlock_timeout = '20ms'"))
		return tx
	}
	take := func(tx *sql.Tx, n int) error {
		_, err := tx.ExecContext(ctx, "UPDATE shelf SET q = q - 1 WHERE n = $1", n)
		return err
	}
	one, two := begin(), begin()
	if err := errors.Join(take(one, 1), take(two, 2)); err != nil {
		t.Fatal(err)
	}
	first := make(chan error, 1)
	go func() {
		err := take(one, 2)
		first <- errors.Join(err, one.Rollback())
	}()
	err := take(two, 1)
	return errors.Join(err, two.Rollback(), <-first)
}

// Two nodes ask for the next order number at the same moment.
func TestScenarioS25OrderNumbers(t *testing.T) {
	naive := nodes(t, 2, store.Options{URL: pgtest.ForTest(t), Plant: store.PlantNoLock})
	if a, b, err := nextNumbers(naive); a != b || err == nil {
		t.Errorf("without the lock: numbers %d and %d, %v: they should collide, and only one be committed", a, b, err)
	}
	shops := nodes(t, 3, store.Options{URL: pgtest.ForTest(t)})
	shops[0].Goods("X", catalog.Backorder)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var numbers []int64
	for _, s := range shops {
		for range 20 {
			r := s.Request("X", 1)
			r.ExternalID = ""
			wg.Go(func() {
				got, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: r})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				numbers = append(numbers, got.Value.(*intake.Placed).Order.Number)
			})
		}
	}
	wg.Wait()
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != numbers[0]+int64(i) {
			t.Fatalf("numbers are %v", numbers)
		}
	}
	if len(numbers) != 60 {
		t.Errorf("%d orders of 60", len(numbers))
	}
}

// nextNumbers takes a number on one node while the other is about to commit one.
func nextNumbers(shops []*desktest.Shop) (a, b int64, err error) {
	next := func(s *desktest.Shop, held func() error) (n int64, err error) {
		err = s.DB.Transact(context.Background(), func(tx *store.Tx) error {
			if err := tx.For(admin.Main); err != nil {
				return err
			}
			tx.Seq.OrderNo++
			tx.Seq.Entry++
			n = tx.Seq.OrderNo
			return held()
		})
		return n, err
	}
	a, err = next(shops[0], func() error {
		var inner error
		b, inner = next(shops[1], func() error { return nil })
		if inner != nil {
			return fmt.Errorf("the other node: %w", inner)
		}
		return nil
	})
	return a, b, err
}

// A node remembers items by the merchant's config epoch: what another node has
// saved holds in the next act, and what it took back does not.
func TestConfigurationReachesOtherNodes(t *testing.T) {
	shops := nodes(t, 2, store.Options{URL: pgtest.ForTest(t)})
	shops[0].Goods("X", catalog.Refuse, "A", 1)
	place := func() error {
		r := shops[1].Request("X", 1)
		r.ExternalID = ""
		_, err := desktest.Try(shops[1], intake.Place, intake.PlaceCommand{Request: r})
		return err
	}
	if err := place(); err != nil {
		t.Fatal(err)
	}
	if err := place(); fault.CodeOf(err) != "out_of_stock" {
		t.Fatalf("nothing is left: %v", err)
	}
	err := shops[0].DB.Transact(t.Context(), func(tx *store.Tx) error {
		if err := tx.For(admin.Main); err != nil {
			return err
		}
		tx.Seq.Epoch++
		if _, err := tx.Exec("UPDATE item SET when_short = 'backorder' WHERE m = 1"); err != nil {
			return err
		}
		return errChanged
	})
	if !errors.Is(err, errChanged) {
		t.Fatal(err)
	}
	if err := place(); fault.CodeOf(err) != "out_of_stock" {
		t.Fatalf("the change was taken back: %v", err)
	}
	desktest.Must(shops[0], admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "X", Name: "Item X", Kind: catalog.Goods, WhenShort: catalog.Backorder}})
	if err := place(); err != nil {
		t.Errorf("another node's change does not hold here: %v", err)
	}
}
