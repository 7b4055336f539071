package tracking

import (
	"database/sql"
	"errors"

	"orderly/internal/store"
)

// Brand is how the shop presents itself to customers.
type Brand struct {
	Color    string // "#rrggbb", "" for none
	LogoType string // MIME type, "" when there is no logo
}

// BrandOf reads it; a shop that has said nothing has an empty one.
func BrandOf(r *store.Reader) (b Brand, err error) {
	err = r.Row("SELECT color, logo_type FROM merchant_profile WHERE m = $1", r.M).Scan(&b.Color, &b.LogoType)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return b, err
}

// Logo reads the picture.
func Logo(r *store.Reader) (mime string, data []byte, err error) {
	err = r.Row("SELECT logo_type, logo FROM merchant_profile WHERE m = $1", r.M).Scan(&mime, &data)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return mime, data, err
}
