package credits

import (
	"database/sql"
	"errors"

	"orderly/internal/credit"
	"orderly/internal/store"
)

const moveColumns = "credit, id, kind, amount, balance, payment, order_id, line, reason, actor, at"

func collectMoves(out *[]credit.Movement) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var x credit.Movement
		err := scan(&x.Credit, &x.ID, &x.Kind, &x.Amount, &x.Balance, &x.Payment, &x.Order, &x.Line, &x.Reason, &x.Actor, &x.At)
		*out = append(*out, x)
		return err
	}
}

// Movements reads a page of an account's statement, the newest first.
func Movements(r *store.Reader, id credit.ID, before int64, limit int) (out []credit.Movement, err error) {
	err = r.Each("SELECT "+moveColumns+" FROM credit_movement WHERE m = $1 AND credit = $2 AND id < $3 ORDER BY id DESC LIMIT $4", []any{r.M, int64(id), before, int64(limit)}, collectMoves(&out))
	return out, err
}

// Sold reads what was issued for lines of orders.
func Sold(r *store.Reader, orders []int64) (out []credit.Movement, err error) {
	err = store.In(r, "SELECT "+moveColumns+" FROM credit_movement WHERE m = $1 AND kind = 'sell' AND order_id IN ($IN) ORDER BY order_id, id", []any{r.M}, orders, collectMoves(&out))
	return out, err
}

var appendMoves = store.NewInsert("credit_movement", "", "m", "credit", "id", "kind", "amount", "balance", "payment", "order_id", "line", "reason", "actor", "at")

// Append keeps movements, for ever.
func Append(tx *store.Tx, list []credit.Movement) error {
	return appendMoves.Run(tx, len(list), func(row []any, n int) []any {
		x := list[n]
		return append(row, tx.M, int64(x.Credit), x.ID, x.Kind, x.Amount, x.Balance, x.Payment, x.Order, x.Line, x.Reason, x.Actor, x.At)
	})
}

// Limit is how much may be issued at once in a currency by who has no say in
// the settings; zero when nothing was set.
func Limit(r *store.Reader, currency string) (most int64, err error) {
	err = r.Row("SELECT most FROM credit_limit WHERE m = $1 AND currency = $2", r.M, currency).Scan(&most)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return most, err
}

// Limits lists them.
func Limits(r *store.Reader) (map[string]int64, error) {
	out := map[string]int64{}
	err := r.Each("SELECT currency, most FROM credit_limit WHERE m = $1 ORDER BY currency", []any{r.M}, func(scan func(...any) error) error {
		var currency string
		var most int64
		err := scan(&currency, &most)
		out[currency] = most
		return err
	})
	return out, err
}

var saveLimit = store.Upsert("credit_limit", 2, "m", "currency", "most")

// SaveLimit keeps one.
func SaveLimit(tx *store.Tx, currency string, most int64) error {
	return saveLimit.Run(tx, 1, func(row []any, _ int) []any { return append(row, tx.M, currency, most) })
}
