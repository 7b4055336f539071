package verify_test

import (
	"slices"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/kit/verify"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// TestClaimsWhileWriting writes in the middle of the comparison of levels and
// claims: what differs by that is looked at again and is no violation, what
// was wrong before still is one.
func TestClaimsWhileWriting(t *testing.T) {
	db := storetest.SQLite(t)
	s := desktest.Open(t, db)
	s.Goods("X", catalog.Backorder, "A", 500, "B", 50)
	s.Goods("Y", catalog.Backorder, "A", 500)
	s.Place("X", 510, "Y", 1)
	check := func(want int) {
		t.Helper()
		wrote := 0
		o := verify.Options{Progress: func(id string, _, _ int64) {
			if id == "K2" && wrote < 3 {
				wrote++
				s.Place("X", 1, "Y", 2)
			}
		}}
		r := run(t, db, o)
		if wrote == 0 {
			t.Error("nothing was written meanwhile")
		}
		if len(r.Violations) != want {
			t.Errorf("%d violations, %d expected: %+v", len(r.Violations), want, r.Violations)
		}
		for _, v := range r.Violations {
			if v.ID != "K2" || !strings.Contains(v.Message, "open claims hold") {
				t.Errorf("%+v", v)
			}
		}
	}
	check(0)
	raw := openRaw(t, "sqlite", "file:"+db.Path()+"?_pragma=busy_timeout(10000)")
	exec(t, raw, "UPDATE level SET reserved = reserved - 3 WHERE "+one("level", "item, location", "reserved = (SELECT max(reserved) FROM level)"))
	s.Restart()
	check(1)
}

// TestCountersApart counts each queue in a snapshot of its own, as very large
// databases are.
func TestCountersApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		defer verify.CountApart()()
		s := history(t, db)
		if r := run(t, db, verify.Options{}); !r.Clean() {
			t.Errorf("%+v", r.Violations)
		}
		busy := verify.Options{Progress: func(id string, _, _ int64) {
			if id == "R1" {
				s.Place("MUG", 1)
			}
		}}
		r := run(t, db, busy)
		counted := r.Checks[slices.IndexFunc(r.Checks, func(c verify.Check) bool { return c.ID == "R1" })]
		if !r.Clean() || counted.Skipped == "" {
			t.Errorf("while others wrote: %+v, %+v", r.Violations, counted)
		}
		s.Desk.Close()
		if db.Engine() == store.SQLite {
			raw := openRaw(t, "sqlite", "file:"+db.Path()+"?_pragma=busy_timeout(10000)")
			exec(t, raw, "UPDATE counter SET n = n + 1 WHERE m = 1 AND key = 'orders/backordered'")
			if r := run(t, db, verify.Options{}); r.Total != 1 || r.Violations[0].ID != "R1" {
				t.Errorf("a counter of more: %+v", r.Violations)
			}
		}
	})
}
