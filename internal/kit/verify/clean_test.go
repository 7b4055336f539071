package verify_test

import (
	"context"
	"slices"
	"testing"

	"orderly/internal/desk/desktest"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

var levels = []verify.Level{verify.Quick, verify.Full, verify.Deep}

func run(t testing.TB, db *store.DB, o verify.Options) *verify.Report {
	t.Helper()
	r, err := verify.Run(context.Background(), db, o)
	if err != nil {
		t.Fatalf("verify %s: %v", o.Level, err)
	}
	return r
}

// suspects holds the sieve to letting sound orders through: it may stop only
// those of which a line is canceled in part, or a bundle's.
func suspects(t *testing.T, s *desktest.Shop) {
	t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		found, err := audit.Sieve(r, audit.Range{After: audit.Start, UpTo: audit.End})
		if err != nil {
			return err
		}
		if len(found.Orphans) > 0 {
			t.Errorf("the sieve found orphans: %d", found.Orphans)
		}
		list, err := orders.Load(r, found.Suspects, orders.Parts{})
		for _, o := range list {
			if !slices.ContainsFunc(o.Lines, func(l order.Line) bool {
				return l.Q[order.Canceled] > 0 && (l.Parent != 0 || l.Q[order.Canceled] < l.Q[order.Ordered])
			}) {
				t.Errorf("the sieve stopped order %d: %+v %v", o.Number, o.Statuses, o.Sums)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCleanHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := history(t, db)
		suspects(t, s)
		for _, level := range levels {
			r := run(t, db, verify.Options{Level: level})
			for _, v := range r.Violations {
				t.Errorf("%s: %+v", level, v)
			}
			if r.Orders < 30 || r.Merchants != 2 {
				t.Errorf("%s: %d orders of %d merchants were looked at", level, r.Orders, r.Merchants)
			}
			for _, c := range r.Checks {
				if c.Rows == 0 && c.ID != "D1" && c.ID != "T1" {
					t.Errorf("%s: nothing was held to %s (%s)", level, c.ID, c.Title)
				}
				if c.Skipped != "" && c.ID != "D1" {
					t.Errorf("%s: %s skipped %s", level, c.ID, c.Skipped)
				}
			}
		}
	})
}
