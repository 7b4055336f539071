package persons

import (
	"database/sql"
	"errors"

	"orderly/internal/party"
	"orderly/internal/privacy"
	"orderly/internal/store"
)

const columns = "id, customer, person, state, orders, documents, actor, created_at, ended_at"

func scanErasure(scan func(...any) error) (privacy.Erasure, error) {
	var e privacy.Erasure
	err := scan(&e.ID, &e.Customer, &e.Person, &e.State, &e.Orders, &e.Documents, &e.Actor, &e.CreatedAt, &e.EndedAt)
	return e, err
}

// Get reads an erasure; ok is false when there is none.
func Get(r *store.Reader, id privacy.ID) (e privacy.Erasure, ok bool, err error) {
	return one(scanErasure(r.Row("SELECT "+columns+" FROM erasure WHERE m = $1 AND id = $2", r.M, int64(id)).Scan))
}

// Of reads the last erasure of a person; ok is false when there is none.
func Of(r *store.Reader, p privacy.Person) (e privacy.Erasure, ok bool, err error) {
	return one(scanErasure(r.Row("SELECT "+columns+" FROM erasure WHERE m = $1 AND person = $2 ORDER BY id DESC LIMIT 1", r.M, p.Key()).Scan))
}

func one(e privacy.Erasure, err error) (privacy.Erasure, bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return e, false, nil
	}
	return e, err == nil, err
}

// Forgotten tells which of the customers were erased, or are being.
func Forgotten(r *store.Reader, ids []party.ID) (map[party.ID]bool, error) {
	out := map[party.ID]bool{}
	err := store.In(r, "SELECT customer FROM erasure WHERE m = $1 AND customer IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id party.ID
		err := scan(&id)
		out[id] = true
		return err
	})
	return out, err
}

// Log lists erasures after an id, the oldest first.
func Log(r *store.Reader, after privacy.ID, limit int) ([]privacy.Erasure, error) {
	var out []privacy.Erasure
	err := r.Each("SELECT "+columns+" FROM erasure WHERE m = $1 AND id > $2 ORDER BY id LIMIT $3", []any{r.M, int64(after), int64(limit)}, func(scan func(...any) error) error {
		e, err := scanErasure(scan)
		out = append(out, e)
		return err
	})
	return out, err
}

// Latest lists the last erasures, the newest first.
func Latest(r *store.Reader, limit int) ([]privacy.Erasure, error) {
	var out []privacy.Erasure
	err := r.Each("SELECT "+columns+" FROM erasure WHERE m = $1 ORDER BY id DESC LIMIT $2", []any{r.M, int64(limit)}, func(scan func(...any) error) error {
		e, err := scanErasure(scan)
		out = append(out, e)
		return err
	})
	return out, err
}

var save = store.Upsert("erasure", 2, "m", "id", "customer", "person", "state", "orders", "documents", "actor", "created_at", "ended_at")

// Save keeps an erasure as it is now.
func Save(tx *store.Tx, e privacy.Erasure) error {
	return save.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(e.ID), int64(e.Customer), e.Person, e.State, e.Orders, e.Documents, e.Actor, e.CreatedAt, e.EndedAt)
	})
}

// Sums counts what an erasure has rewritten.
func Sums(r *store.Reader, id privacy.ID) (orders, documents int64, err error) {
	err = r.Row("SELECT count(*), coalesce(sum(documents), 0) FROM erased_order WHERE m = $1 AND erasure = $2", r.M, int64(id)).Scan(&orders, &documents)
	return orders, documents, err
}

// SettingOf reads how long documents keep a name.
func SettingOf(r *store.Reader) (privacy.Setting, error) {
	s := privacy.Setting{Years: privacy.DefaultYears}
	err := r.Row("SELECT keep_years, updated_at, edit_version FROM privacy_setting WHERE m = $1", r.M).Scan(&s.Years, &s.UpdatedAt, &s.EditVersion)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return s, err
}

var saveSetting = store.Upsert("privacy_setting", 1, "m", "keep_years", "updated_at", "edit_version")

// SaveSetting keeps it.
func SaveSetting(tx *store.Tx, s privacy.Setting) error {
	return saveSetting.Run(tx, 1, func(a []any, _ int) []any { return append(a, tx.M, s.Years, s.UpdatedAt, s.EditVersion) })
}
