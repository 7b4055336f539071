package verify_test

import (
	"context"
	"encoding/json"
	"testing"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/kit/verify"
	"orderly/internal/store"
	"orderly/internal/store/counters"
	"orderly/internal/store/entries"
	"orderly/internal/store/figures"
	"orderly/internal/store/storetest"
)

func TestRepairCounters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := history(t, db)
		before := countersOf(t, s.DB, s.Scope)
		if n, err := verify.RepairCounters(context.Background(), db, s.Scope); n != 0 || err != nil {
			t.Fatalf("right counters: %d repaired, %v", n, err)
		}
		wrong := map[string]int64{"orders/backordered": 70, "orders/lost": 3}
		err := db.Transact(context.Background(), func(tx *store.Tx) error {
			if err := tx.For(s.Scope.Merchant); err != nil {
				return err
			}
			return counters.Replace(tx, wrong)
		})
		if err != nil {
			t.Fatal(err)
		}
		broken := run(t, db, verify.Options{}).Total
		n, err := verify.RepairCounters(context.Background(), db, s.Scope)
		if err != nil || int64(n) != broken || n < 4 {
			t.Fatalf("%d counters were wrong, %d repaired, %v", broken, n, err)
		}
		after := countersOf(t, db, s.Scope)
		for k, was := range before {
			if after[k] != was {
				t.Errorf("%s is %d, was %d", k, after[k], was)
			}
		}
		if _, there := after["orders/lost"]; there {
			t.Error("a queue that there is not is still counted")
		}
		for _, level := range levels {
			for _, v := range run(t, db, verify.Options{Level: level}).Violations {
				t.Errorf("%s, after the repair: %+v", level, v)
			}
		}
		told(t, db, s.Scope, n)
	})
}

func countersOf(t *testing.T, db *store.DB, scope access.Scope) (out map[string]int64) {
	t.Helper()
	err := db.Read(context.Background(), scope, func(r *store.Reader) (err error) { out, err = counters.All(r); return err })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// told looks for the repair in the journal.
func told(t *testing.T, db *store.DB, scope access.Scope, changed int) {
	t.Helper()
	var history []journal.Entry
	err := db.Read(context.Background(), scope, func(r *store.Reader) (err error) {
		history, err = entries.OfSubject(r, scope.Merchant, 0, 0, 1000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	last := history[len(history)-1]
	var data struct {
		Changed  int                 `json:"changed"`
		Counters map[string][2]int64 `json:"counters"`
	}
	if err := json.Unmarshal(last.Data, &data); err != nil {
		t.Fatal(err)
	}
	if last.Type != "counters.repaired" || last.Actor != scope.Actor || data.Changed != changed || data.Counters["orders/lost"] != [2]int64{3, 0} {
		t.Errorf("the journal tells %s by %s: %s", last.Type, last.Actor, last.Data)
	}
}

// Kills: a repair that leaves words out, or leaves words behind.
func TestRepairSearch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := history(t, db)
		ctx := context.Background()
		if n, err := verify.RepairSearch(ctx, db, s.Scope); n != 0 || err != nil {
			t.Fatalf("right words: %d repaired, %v", n, err)
		}
		for _, text := range []string{
			"DELETE FROM search_token WHERE m = 1 AND token = 'ada'",
			"UPDATE search_token SET token = 'stray' WHERE m = 1 AND token = 'byron'",
			"DELETE FROM search_order WHERE " + one("search_order", "order_id", "n > 0"),
			"UPDATE order_party SET name = 'Grace' WHERE m = 1 AND order_id = (SELECT max(order_id) FROM order_party WHERE m = 1 AND name <> '')",
			"INSERT INTO search_order (m, order_id, n, tokens) VALUES (1, 9, 1, 'ghost')",
			"INSERT INTO search_token (m, period, token, order_id) VALUES (1, 0, 'ghost', 9)",
		} {
			storetest.Exec(t, db, text)
		}
		if run(t, db, verify.Options{Level: verify.Full}).Clean() {
			t.Fatal("nothing is wrong")
		}
		if n, err := verify.RepairSearch(ctx, db, s.Scope); n == 0 || err != nil {
			t.Fatalf("%d repaired, %v", n, err)
		}
		for _, level := range levels {
			for _, v := range run(t, db, verify.Options{Level: level}).Violations {
				t.Errorf("%s, after the repair: %+v", level, v)
			}
		}
		if n, err := verify.RepairSearch(ctx, db, s.Scope); n != 0 || err != nil {
			t.Errorf("once more: %d repaired, %v", n, err)
		}
	})
}

func TestRepairNeedsPermission(t *testing.T) {
	db := storetest.SQLite(t)
	for _, scope := range []access.Scope{{}, {Merchant: 1, Permissions: []access.Permission{access.OrdersWrite}}} {
		if n, err := verify.RepairCounters(context.Background(), db, scope); err == nil || n != 0 || fault.KindOf(err) == fault.Internal {
			t.Errorf("%+v: %d repaired, %v", scope, n, err)
		}
	}
}

// Kills: a repair that leaves wrong sums, or that forgets what was refused.
func TestRepairFigures(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := history(t, db)
		for _, text := range []string{
			"UPDATE figure_day SET orders = orders + 1, shipped_orders = 70 WHERE m = 1",
			"DELETE FROM figure_time WHERE m = 1",
			"UPDATE figure_backlog SET n = n + 1 WHERE m = 1",
			"UPDATE figure_order SET n = n + 1 WHERE m = 1",
			"INSERT INTO figure_event (m, event, day, order_id, location) SELECT 1, 6, 20200101, min(id), 0 FROM orders WHERE m = 1",
			"INSERT INTO figure_refused (m, day, channel, code, n) VALUES (1, 20200101, 'kept', 'invalid', 3)",
		} {
			storetest.Exec(t, db, text)
		}
		if run(t, db, verify.Options{}).Clean() || run(t, db, verify.Options{Level: verify.Full}).Clean() {
			t.Fatal("nothing is wrong")
		}
		if err := verify.RepairFigures(context.Background(), db, s.Scope); err != nil {
			t.Fatal(err)
		}
		for _, level := range levels {
			for _, v := range run(t, db, verify.Options{Level: level}).Violations {
				t.Errorf("%s, after the repair: %+v", level, v)
			}
		}
		err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			left, err := figures.RefusedOf(r, figures.Span{From: 20200101, To: 20200101})
			if len(left) != 1 || left[0].N != 3 {
				t.Errorf("what was refused is now %v", left)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
