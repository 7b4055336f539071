package verify_test

import (
	"context"
	"testing"

	"orderly/internal/kit/verify"
	"orderly/internal/store"
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

func TestCleanHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := history(t, db)
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
		_ = s
	})
}
