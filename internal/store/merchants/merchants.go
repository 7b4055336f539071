// Package merchants keeps the merchants and their lock rows.
//
// Taking the lock is not done here; a transaction does it.
package merchants

import (
	"time"

	"orderly/internal/money"
	"orderly/internal/store"
)

// Merchant is a business whose orders these are.
type Merchant struct {
	ID        int64
	Name      string
	Zone      string // IANA; figures and order dates are in it
	Currency  string
	Rounding  money.Rounding
	CreatedAt int64
}

// Location is the merchant's time zone, UTC when its name is unknown here.
func (m *Merchant) Location() *time.Location {
	z, err := time.LoadLocation(m.Zone)
	if err != nil {
		return time.UTC
	}
	return z
}

// Insert keeps a new merchant with its lock row, unless it is there already.
func Insert(tx *store.Tx, m Merchant) error {
	_, err := tx.Exec("INSERT INTO merchant (m, name, zone, currency, rounding, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (m) DO NOTHING",
		m.ID, m.Name, m.Zone, m.Currency, m.Rounding.String(), m.CreatedAt)
	if err == nil {
		_, err = tx.Exec("INSERT INTO merchant_seq (m, entry_seq, order_no, config_epoch) VALUES ($1, 0, $2, 1) ON CONFLICT (m) DO NOTHING", m.ID, int64(FirstOrderNumber-1))
	}
	return err
}

// Made keeps a new merchant; made is false when its number is taken.
func Made(tx *store.Tx, m Merchant) (made bool, err error) {
	if there, err := Exists(tx, m.ID); err != nil || there {
		return false, err
	}
	return true, Insert(tx, m)
}

// FirstOrderNumber is what the first order is called.
const FirstOrderNumber = 1001

// Get reads one merchant; sql.ErrNoRows when there is none.
func Get(r *store.Reader, id int64) (Merchant, error) {
	m := Merchant{ID: id}
	var rounding string
	err := r.Row("SELECT name, zone, currency, rounding, created_at FROM merchant WHERE m = $1", id).
		Scan(&m.Name, &m.Zone, &m.Currency, &rounding, &m.CreatedAt)
	if err == nil {
		m.Rounding, err = money.ParseRounding(rounding)
	}
	return m, err
}

// SetZone changes the zone and currency of a merchant that has no orders yet.
func SetZone(tx *store.Tx, zone, currency string) (bool, error) {
	n, err := tx.Exec("UPDATE merchant SET zone = $1, currency = $2 WHERE m = $3 AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.m = $4)",
		zone, currency, tx.M, tx.M)
	return n == 1, err
}

// Exists reports whether the merchant of the transaction is there.
func Exists(tx *store.Tx, id int64) (bool, error) {
	n := int64(0)
	err := tx.Row("SELECT count(*) FROM merchant WHERE m = $1", id).Scan(&n)
	return n > 0, err
}
