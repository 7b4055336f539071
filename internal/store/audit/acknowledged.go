package audit

import (
	"database/sql"
	"errors"

	"orderly/internal/order"
	"orderly/internal/store"
)

// Names are the three by which the outside knows an order.
type Names struct {
	ID       order.ID
	Number   int64
	External string
}

func collect(out *[]Names) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var n Names
		var external sql.NullString
		err := scan(&n.ID, &n.Number, &external)
		n.External = external.String
		*out = append(*out, n)
		return err
	}
}

// ByIDs finds orders by id.
func ByIDs(r *store.Reader, list []order.ID) ([]Names, error) {
	var out []Names
	err := store.In(r, "SELECT id, number, external_id FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, list, collect(&out))
	return out, err
}

// ByNumbers finds orders by number.
func ByNumbers(r *store.Reader, list []int64) ([]Names, error) {
	var out []Names
	err := store.In(r, "SELECT id, number, external_id FROM orders WHERE m = $1 AND number IN ($IN)", []any{r.M}, list, collect(&out))
	return out, err
}

// ByExternal finds orders of any channel by external id.
func ByExternal(r *store.Reader, list []string) ([]Names, error) {
	var out []Names
	channel := ""
	for {
		err := r.Row("SELECT channel FROM orders WHERE m = $1 AND channel > $2 ORDER BY channel LIMIT 1", r.M, channel).Scan(&channel)
		if errors.Is(err, sql.ErrNoRows) {
			return out, nil
		}
		if err == nil {
			err = store.In(r, "SELECT id, number, external_id FROM orders WHERE m = $1 AND channel = $2 AND external_id IN ($IN)", []any{r.M, channel}, list, collect(&out))
		}
		if err != nil {
			return nil, err
		}
	}
}
