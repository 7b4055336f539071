// Package credits keeps gift cards and store credit with their movements.
//
// Who may spend what is not decided here; credit does.
package credits

import (
	"orderly/internal/credit"
	"orderly/internal/store"
)

const columns = "id, kind, customer, code_hash, hint, currency, balance, expires_at, blocked_at, created_at, updated_at, version"

func collect(out *[]*credit.Account) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		a := &credit.Account{}
		err := scan(&a.ID, &a.Kind, &a.Customer, &a.CodeHash, &a.Hint, &a.Currency, &a.Balance, &a.ExpiresAt, &a.BlockedAt, &a.CreatedAt, &a.UpdatedAt, &a.Version)
		*out = append(*out, a)
		return err
	}
}

// ByID reads accounts; unknown ones are left out.
func ByID(r *store.Reader, ids []credit.ID) (out []*credit.Account, err error) {
	err = store.In(r, "SELECT "+columns+" FROM credit WHERE m = $1 AND id IN ($IN) ORDER BY id", []any{r.M}, ids, collect(&out))
	return out, err
}

// ByCode reads the cards with codes of these hashes.
func ByCode(r *store.Reader, hashes []string) (out []*credit.Account, err error) {
	err = store.In(r, "SELECT "+columns+" FROM credit WHERE m = $1 AND code_hash <> '' AND code_hash IN ($IN) ORDER BY id", []any{r.M}, hashes, collect(&out))
	return out, err
}

// OfCustomers reads the store credit of customers.
func OfCustomers(r *store.Reader, customers []int64) (out []*credit.Account, err error) {
	err = store.In(r, "SELECT "+columns+" FROM credit WHERE m = $1 AND kind = 'store_credit' AND customer IN ($IN) ORDER BY customer, currency", []any{r.M}, customers, collect(&out))
	return out, err
}

// Page lists accounts of a kind, the newest first.
func Page(r *store.Reader, kind credit.Kind, before credit.ID, limit int) (out []*credit.Account, err error) {
	err = r.Each("SELECT "+columns+" FROM credit WHERE m = $1 AND kind = $2 AND id < $3 ORDER BY id DESC LIMIT $4", []any{r.M, string(kind), int64(before), int64(limit)}, collect(&out))
	return out, err
}

var insert = store.NewInsert("credit", "", "m", "id", "kind", "customer", "code_hash", "hint", "currency", "balance", "expires_at", "blocked_at", "created_at", "updated_at", "version")

// Insert keeps new accounts.
func Insert(tx *store.Tx, list []*credit.Account) error {
	return insert.Run(tx, len(list), func(row []any, n int) []any {
		a := list[n]
		return append(row, tx.M, int64(a.ID), string(a.Kind), a.Customer, a.CodeHash, a.Hint, a.Currency, a.Balance, a.ExpiresAt, a.BlockedAt, a.CreatedAt, a.UpdatedAt, a.Version)
	})
}

// Changed is an account with the version and the balance that it was read at.
type Changed struct {
	*credit.Account
	Before, Held int64
}

// update finds only rows that still are as they were read, so that nothing is
// spent twice even if the lock were not held.
var update = store.NewUpdate("credit", 1, "id", "_version", "_balance", "balance", "blocked_at", "updated_at", "version")

// Update keeps changed accounts.
func Update(tx *store.Tx, list []Changed) error {
	return update.Run(tx, len(list), func(row []any, n int) []any {
		a := list[n]
		return append(row, int64(a.ID), a.Before, a.Held, a.Balance, a.BlockedAt, a.UpdatedAt, a.Version)
	})
}
