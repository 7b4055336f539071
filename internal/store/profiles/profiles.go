// Package profiles keeps the versions of how orders find their places, and the
// decisions that no fulfillment keeps.
//
// What a profile says of an order belongs to sourcing.
package profiles

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"orderly/internal/fault"
	"orderly/internal/sourcing"
	"orderly/internal/store"
)

// MaxVersions bounds the versions of a merchant; the newest are listed.
const MaxVersions = 1000

const columns = "id, n, name, state, body, created_at, created_by, changed_at, edits"

func scanVersion(scan func(...any) error) (*sourcing.Version, error) {
	v := &sourcing.Version{}
	var body string
	if err := scan(&v.ID, &v.N, &v.Name, &v.State, &body, &v.CreatedAt, &v.CreatedBy, &v.ChangedAt, &v.Edits); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(body), &v.Profile); err != nil {
		return nil, fmt.Errorf("version %d of the sourcing profile: %w", v.N, err)
	}
	return v, nil
}

// Deciding reads the version that holds and the one that shadows it; nil where
// there is none.
func Deciding(r *store.Reader) (active, shadow *sourcing.Version, err error) {
	err = r.Each("SELECT "+columns+" FROM sourcing_profile WHERE m = $1 AND state IN ('active', 'shadow') ORDER BY n", []any{r.M}, func(scan func(...any) error) error {
		v, err := scanVersion(scan)
		if err != nil {
			return err
		}
		if v.State == sourcing.Active {
			active = v
		} else {
			shadow = v
		}
		return nil
	})
	return active, shadow, err
}

// Get reads one version.
func Get(r *store.Reader, id sourcing.ProfileID) (*sourcing.Version, error) {
	v, err := scanVersion(r.Row("SELECT "+columns+" FROM sourcing_profile WHERE m = $1 AND id = $2", r.M, int64(id)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "no_such_profile", "there is no sourcing profile %s", id)
	}
	return v, err
}

// All lists the versions, newest first, at most MaxVersions.
func All(r *store.Reader) (out []*sourcing.Version, err error) {
	err = r.Each("SELECT "+columns+" FROM sourcing_profile WHERE m = $1 ORDER BY n DESC LIMIT $2", []any{r.M, int64(MaxVersions)}, func(scan func(...any) error) error {
		v, err := scanVersion(scan)
		out = append(out, v)
		return err
	})
	return out, err
}

// Last is the number of the newest version; zero when there is none.
func Last(r *store.Reader) (n int64, err error) {
	err = r.Row("SELECT n FROM sourcing_profile WHERE m = $1 ORDER BY n DESC LIMIT 1", r.M).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

var insert = store.NewInsert("sourcing_profile", "", "m", "id", "n", "name", "state", "body", "created_at", "created_by", "changed_at", "edits")

// Insert keeps a new version.
func Insert(tx *store.Tx, v *sourcing.Version) error {
	body, err := json.Marshal(v.Profile)
	if err != nil {
		return err
	}
	return insert.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(v.ID), v.N, v.Name, string(v.State), string(body), v.CreatedAt, v.CreatedBy, v.ChangedAt, v.Edits)
	})
}

// SaveState keeps the state of a version; edits is what it was before.
func SaveState(tx *store.Tx, v *sourcing.Version, edits int64) error {
	n, err := tx.Exec("UPDATE sourcing_profile SET state = $1, changed_at = $2, edits = $3 WHERE m = $4 AND id = $5 AND edits = $6",
		string(v.State), v.ChangedAt, v.Edits, tx.M, int64(v.ID), edits)
	if err == nil && n != 1 {
		err = fmt.Errorf("version %d of the sourcing profile was changed under the lock", v.N)
	}
	return err
}
