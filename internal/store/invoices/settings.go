package invoices

import (
	"database/sql"
	"errors"

	"orderly/internal/invoice"
	"orderly/internal/store"
)

// Settings are what stands on documents as their seller, and how they are
// numbered.
type Settings struct {
	LegalName    string
	Address      string // as lines
	TaxID        string
	Series       string
	CreditSeries string
	Pattern      invoice.Pattern
	Terms        string
	Footer       string
	UpdatedAt    int64
	EditVersion  int64
}

// SettingsOf reads the merchant's; one of defaults when nothing was said.
func SettingsOf(r *store.Reader) (Settings, error) {
	var s Settings
	err := r.Row("SELECT legal_name, address, tax_id, series, credit_series, pattern, terms, footer, updated_at, edit_version FROM invoice_setting WHERE m = $1", r.M).
		Scan(&s.LegalName, &s.Address, &s.TaxID, &s.Series, &s.CreditSeries, &s.Pattern, &s.Terms, &s.Footer, &s.UpdatedAt, &s.EditVersion)
	if errors.Is(err, sql.ErrNoRows) {
		return Settings{Series: invoice.DefaultSeries, CreditSeries: invoice.DefaultCreditSeries, Pattern: invoice.DefaultPattern}, nil
	}
	return s, err
}

var saveSettings = store.Upsert("invoice_setting", 1, "m", "legal_name", "address", "tax_id", "series", "credit_series", "pattern", "terms", "footer", "updated_at", "edit_version")

// SaveSettings keeps them as they are now.
func SaveSettings(tx *store.Tx, s Settings) error {
	return saveSettings.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, s.LegalName, s.Address, s.TaxID, s.Series, s.CreditSeries, string(s.Pattern), s.Terms, s.Footer, s.UpdatedAt, s.EditVersion)
	})
}

// Sequence is what numbers are counted in.
type Sequence struct {
	Kind   invoice.Kind
	Series string
	Year   int
}

// LastNumber is the last number given, 0 before the first.
func LastNumber(r *store.Reader, s Sequence) (n int64, err error) {
	err = r.Row("SELECT last FROM invoice_number WHERE m = $1 AND kind = $2 AND series = $3 AND year = $4", r.M, string(s.Kind), s.Series, int64(s.Year)).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return n, err
}

var saveNumber = store.Upsert("invoice_number", 4, "m", "kind", "series", "year", "last")

// SetLastNumber keeps how far a sequence has come, under the merchant's lock.
func SetLastNumber(tx *store.Tx, s Sequence, n int64) error {
	return saveNumber.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, string(s.Kind), s.Series, int64(s.Year), n)
	})
}
