package verify_test

import (
	"context"
	"testing"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/kit/verify"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// A process that stops between noting that somebody works for a merchant and making
// it leaves a membership at none, which the journal explains.
//
// Kills: an alarm over it, and an eye that is closed to every other one.
func TestMerchantBegun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, ctx := desktest.Open(t, db), context.Background()
		token, _, err := admin.Invite(ctx, s.Desk, s.Scope, admin.InviteCommand{Email: "ada@shop.example", Roles: []access.Role{access.Admin}})
		if err != nil {
			t.Fatal(err)
		}
		_, ada, err := admin.AcceptLink(ctx, s.Desk, token, admin.Acceptance{Name: "Ada", Password: "correct horse battery staple"})
		if err != nil {
			t.Fatal(err)
		}
		m, err := admin.MakeMerchant(ctx, s.Desk, ada.Scope, admin.MerchantCommand{Name: "Begun", Zone: "UTC", Currency: "EUR"}, desk.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"merchant", "merchant_seq", "users", "entry"} {
			storetest.Exec(t, db, "DELETE FROM "+table+" WHERE m = $1", m)
		}
		for _, want := range []int{0, 1} {
			got := run(t, db, verify.Options{Laws: []string{"A3"}})
			if int(got.Total) != want {
				t.Errorf("%d violations, want %d: %+v", got.Total, want, got.Violations)
			}
			storetest.Exec(t, db, "UPDATE membership SET merchant = merchant + 1 WHERE m = $1", s.Scope.Merchant)
		}
	})
}
