package releasing_test

import (
	"context"
	"testing"
	"time"

	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/releasing"
	"orderly/internal/store"
	"orderly/internal/store/checks"
	"orderly/internal/verification"
)

// Traits go when no rule compares with them any more, and not before.
// Kills: a digest of somebody that stays for ever.
func TestTraitsEnd(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		desktest.Must(s.Shop, admin.SaveChecks, admin.CheckCommand{Rules: verification.Rules{DuplicateHours: 168}})
		o := s.order(s.Place("MUG", 1).Order.ID)
		keys := verification.Keys(o.Customer, &o.Party)
		left := func() (n int) {
			if err := releasing.Forget(context.Background(), s.Desk, s.Scope.Merchant); err != nil {
				t.Fatal(err)
			}
			s.read(func(r *store.Reader) error {
				seen, err := checks.Before(r, keys, 0)
				n = len(seen)
				return err
			})
			return n
		}
		s.clock.Pass(167 * time.Hour)
		if len(keys) == 0 || left() != len(keys) {
			t.Errorf("after 167 hours %d of %d traits are left", left(), len(keys))
		}
		if held := s.order(s.Place("MUG", 1).Order.ID); len(held.Holds) != 1 || held.Holds[0].Reason != verification.Reason(verification.Duplicate) {
			t.Errorf("the same again is held by %+v", held.Holds)
		}
		s.clock.Pass(2 * time.Hour)
		if n := left(); n != len(keys) { // those of the second order
			t.Errorf("after 169 hours %d traits are left, want %d", n, len(keys))
		}
	})
}
