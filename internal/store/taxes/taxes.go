// Package taxes keeps what a merchant says of taxes and of exchange rates.
//
// How a rate is found and what it comes to belongs to tax and money.
package taxes

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/tax"
)

// Saved is a table as it was saved. Version is 0 when nothing ever was.
type Saved struct {
	tax.Table
	Version int64
	At      int64
	By      string
}

// Table reads the newest table.
func Table(r *store.Reader) (Saved, error) {
	var s Saved
	var body string
	err := r.Row("SELECT version, saved_at, saved_by, body FROM tax_table WHERE m = $1 ORDER BY version DESC LIMIT 1", r.M).Scan(&s.Version, &s.At, &s.By, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal([]byte(body), &s.Table); err != nil {
		return s, fmt.Errorf("table %d of taxes: %w", s.Version, err)
	}
	return s, nil
}

var insertTable = store.NewInsert("tax_table", "", "m", "version", "saved_at", "saved_by", "body")

// Save keeps another version; those before stay.
func Save(tx *store.Tx, s *Saved) error {
	body, err := json.Marshal(s.Table)
	if err != nil {
		return err
	}
	return insertTable.Run(tx, 1, func(a []any, _ int) []any { return append(a, tx.M, s.Version, s.At, s.By, string(body)) })
}

// MaxListed bounds the exchange rates that are listed at once.
const MaxListed = 500

// Exchange is what a currency is worth from a day on, yyyymmdd.
type Exchange struct {
	Currency string
	Day      int64
	Rate     money.Exchange
}

var saveExchange = store.Upsert("exchange_rate", 3, "m", "currency", "day", "rate")

// SaveExchange keeps rates; one of the same day is replaced.
func SaveExchange(tx *store.Tx, list []Exchange) error {
	return saveExchange.Run(tx, len(list), func(a []any, n int) []any {
		return append(a, tx.M, list[n].Currency, list[n].Day, int64(list[n].Rate))
	})
}

// ExchangeOn reads what a currency was worth on a day: by the newest rate that
// is not from later; zero when there is none.
func ExchangeOn(r *store.Reader, currency string, day int64) (money.Exchange, error) {
	var rate int64
	err := r.Row("SELECT rate FROM exchange_rate WHERE m = $1 AND currency = $2 AND day <= $3 ORDER BY day DESC LIMIT 1", r.M, currency, day).Scan(&rate)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return money.Exchange(rate), err
}

// Exchanges lists rates by currency, newest first within one, at most MaxListed.
func Exchanges(r *store.Reader) ([]Exchange, error) {
	var out []Exchange
	err := r.Each("SELECT currency, day, rate FROM exchange_rate WHERE m = $1 ORDER BY currency, day DESC LIMIT $2", []any{r.M, int64(MaxListed)}, func(scan func(...any) error) error {
		var x Exchange
		err := scan(&x.Currency, &x.Day, &x.Rate)
		out = append(out, x)
		return err
	})
	return out, err
}
