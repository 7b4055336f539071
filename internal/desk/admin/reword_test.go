package admin_test

import (
	"testing"

	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/customers"
	"orderly/internal/store/storetest"
)

// Kills: customers of an older database that no word finds.
func TestRewordCustomers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		desktest.Must(s, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{Contact: party.Contact{Name: "Ada Byron"}}})
		storetest.Exec(t, s.DB, "DELETE FROM customer_token WHERE m = $1", s.Scope.Merchant)
		err := s.DB.Transact(t.Context(), func(tx *store.Tx) error {
			if err := tx.For(s.Scope.Merchant); err != nil {
				return err
			}
			ids, err := customers.Unfound(&tx.Reader, 0, 10)
			if err != nil || len(ids) != 1 {
				t.Errorf("unfound %v %v", ids, err)
			}
			if err := customers.Reword(tx, ids); err != nil {
				return err
			}
			if ids, err = customers.Unfound(&tx.Reader, 0, 10); len(ids) != 0 {
				t.Errorf("still unfound %v", ids)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
			found, err := customers.Find(r, "byr", 5)
			if len(found) != 1 {
				t.Errorf("found %v", found)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
