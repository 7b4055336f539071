package merchants

import (
	"database/sql"
	"errors"
	"strconv"

	"orderly/internal/store"
)

// Profile is how a merchant presents itself, and how far its first run has come.
type Profile struct {
	Locale      string // of dates, numbers and money
	Color       string // "#rrggbb", "" for ours
	LogoType    string // MIME type, "" when there is none
	FirstRun    []string
	UpdatedAt   int64
	EditVersion int64
}

// DefaultLocale is the one of a merchant that has chosen none.
const DefaultLocale = "en-GB"

// ProfileOf reads a merchant's; one of defaults when nothing was said.
func ProfileOf(r *store.Reader) (Profile, error) {
	var p Profile
	var run string
	err := r.Row("SELECT locale, color, logo_type, first_run, updated_at, edit_version FROM merchant_profile WHERE m = $1", r.M).
		Scan(&p.Locale, &p.Color, &p.LogoType, &run, &p.UpdatedAt, &p.EditVersion)
	if errors.Is(err, sql.ErrNoRows) {
		return Profile{Locale: DefaultLocale}, nil
	}
	p.FirstRun = store.UnpackWords(run)
	return p, err
}

// LogoPath is where pages serve the logo, "" when there is none. It changes with
// the profile, so that browsers may keep what they have.
func (p *Profile) LogoPath(m int64) string {
	if p.LogoType == "" {
		return ""
	}
	return "/logo/" + strconv.FormatInt(m, 10) + "/" + strconv.FormatInt(p.UpdatedAt, 10)
}

// Logo reads the picture; nil when there is none.
func Logo(r *store.Reader) (kind string, data []byte, err error) {
	err = r.Row("SELECT logo_type, logo FROM merchant_profile WHERE m = $1", r.M).Scan(&kind, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, nil
	}
	return kind, data, err
}

// SaveProfile keeps a profile as it is now, and leaves the logo alone.
func SaveProfile(tx *store.Tx, p Profile) error {
	_, err := tx.Exec("INSERT INTO merchant_profile (m, locale, color, logo_type, logo, first_run, updated_at, edit_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "+
		"ON CONFLICT (m) DO UPDATE SET locale = excluded.locale, color = excluded.color, first_run = excluded.first_run, updated_at = excluded.updated_at, edit_version = excluded.edit_version",
		tx.M, p.Locale, p.Color, "", []byte{}, store.PackWords(p.FirstRun), p.UpdatedAt, p.EditVersion)
	return err
}

// SetLogo keeps a picture in a profile that is there; no bytes remove it.
func SetLogo(tx *store.Tx, kind string, data []byte) error {
	if data == nil {
		data = []byte{}
	}
	_, err := tx.Exec("UPDATE merchant_profile SET logo_type = $1, logo = $2 WHERE m = $3", kind, data, tx.M)
	return err
}

// Rename changes what a merchant is called.
func Rename(tx *store.Tx, name string) error {
	_, err := tx.Exec("UPDATE merchant SET name = $1 WHERE m = $2", name, tx.M)
	return err
}
