package verify_test

import (
	"context"
	"testing"
	"time"

	"orderly/internal/kit/verify"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// A run that rests finds what any run does, of the merchant that it is for and
// of no other; and it rests.
func TestOneMerchantGently(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := history(t, db)
		all := run(t, db, verify.Options{})
		mine := run(t, db, verify.Options{Merchant: s.Scope.Merchant, Rest: 1})
		theirs := run(t, db, verify.Options{Merchant: second, Rest: 1})
		if !mine.Clean() || !theirs.Clean() || mine.Merchants != 1 || mine.Orders == 0 || theirs.Orders == 0 || mine.Orders+theirs.Orders != all.Orders {
			t.Errorf("%d orders of one and %d of the other of %d; %+v %+v", mine.Orders, theirs.Orders, all.Orders, mine.Violations, theirs.Violations)
		}
		storetest.Exec(t, db, "UPDATE level SET reserved = reserved - 1 WHERE m = $1 AND reserved > 0", second)
		if r := run(t, db, verify.Options{Merchant: s.Scope.Merchant, Rest: 1}); !r.Clean() {
			t.Errorf("another's fault is told: %+v", r.Violations)
		}
		r := run(t, db, verify.Options{Merchant: second, Rest: 1})
		if r.Clean() || r.Violations[0].ID != "K2" {
			t.Errorf("the fault is not found: %+v", r.Violations)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		began := time.Now()
		if _, err := verify.Run(ctx, db, verify.Options{Merchant: second, Rest: 1 << 20}); err == nil || time.Since(began) > 20*time.Second {
			t.Errorf("told to stop, it ends with %v after %s", err, time.Since(began))
		}
	})
}
