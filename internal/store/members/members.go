// Package members keeps at which merchants a login was let in: where to look,
// not whether it still may. It stands under the login's own merchant, so that
// no statement asks over all of them.
//
// What a member may do is a user of the other merchant's own (store/users).
package members

import (
	"orderly/internal/store"
	"orderly/internal/store/users"
)

// Max bounds the merchants of one login.
const Max = 200

// Of lists the merchants that a login was let into, in the order of their
// numbers.
func Of(r *store.Reader, login users.ID) ([]int64, error) {
	var out []int64
	err := r.Each("SELECT merchant FROM membership WHERE m = $1 AND user_id = $2 ORDER BY merchant LIMIT $3", []any{r.M, login, int64(Max)},
		func(scan func(...any) error) error {
			var n int64
			err := scan(&n)
			out = append(out, n)
			return err
		})
	return out, err
}

// Add notes that a login was let in somewhere. Twice is once.
func Add(tx *store.Tx, login users.ID, merchant int64) error {
	_, err := tx.Exec("INSERT INTO membership (m, user_id, merchant, joined_at) VALUES ($1, $2, $3, $4) ON CONFLICT (m, user_id, merchant) DO NOTHING",
		tx.M, login, merchant, tx.At)
	return err
}
