package cases

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"orderly/internal/store"
	"orderly/internal/support"
)

// Macros reads the shop's answers that are written often, by name.
func Macros(r *store.Reader) ([]support.Macro, error) {
	var out []support.Macro
	err := r.Each("SELECT id, name, body, updated_at, edit_version FROM case_macro WHERE m = $1 ORDER BY name LIMIT $2", []any{r.M, int64(support.MaxMacros)}, func(scan func(...any) error) error {
		var x support.Macro
		err := scan(&x.ID, &x.Name, &x.Body, &x.UpdatedAt, &x.EditVersion)
		out = append(out, x)
		return err
	})
	return out, err
}

var saveMacro = store.Upsert("case_macro", 2, "m", "id", "name", "body", "updated_at", "edit_version")

// SaveMacro keeps an answer.
func SaveMacro(tx *store.Tx, x support.Macro) error {
	return saveMacro.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, x.ID, x.Name, x.Body, x.UpdatedAt, x.EditVersion)
	})
}

// DropMacro gives an answer up.
func DropMacro(tx *store.Tx, id int64) error {
	_, err := tx.Exec("DELETE FROM case_macro WHERE m = $1 AND id = $2", tx.M, id)
	return err
}

// SettingsOf reads the shop's targets and limits.
func SettingsOf(r *store.Reader) (s support.Settings, err error) {
	var targets, limits string
	err = r.Row("SELECT targets, limits, updated_at, edit_version FROM support_setting WHERE m = $1", r.M).Scan(&targets, &limits, &s.UpdatedAt, &s.EditVersion)
	if errors.Is(err, sql.ErrNoRows) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(targets), &s.Targets)
	}
	if err == nil {
		err = json.Unmarshal([]byte(limits), &s.Limits)
	}
	return s, err
}

var saveSettings = store.Upsert("support_setting", 1, "m", "targets", "limits", "updated_at", "edit_version")

// SaveSettings keeps them.
func SaveSettings(tx *store.Tx, s support.Settings) error {
	targets, err := json.Marshal(s.Targets)
	if err != nil {
		return err
	}
	limits, err := json.Marshal(s.Limits)
	if err != nil {
		return err
	}
	return saveSettings.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, string(targets), string(limits), s.UpdatedAt, s.EditVersion)
	})
}

// MailboxOf reads from where a merchant's mail is fetched; the zero Mailbox when
// it is from nowhere.
func MailboxOf(r *store.Reader) (x support.Mailbox, err error) {
	err = r.Row("SELECT host, port, security, username, password, folder, address, enabled_at, uid_validity, last_uid, checked_at, taken, why, secret_hash, updated_at, edit_version FROM mailbox WHERE m = $1", r.M).
		Scan(&x.Host, &x.Port, &x.Security, &x.Username, &x.Password, &x.Folder, &x.Address, &x.EnabledAt, &x.UIDValidity, &x.LastUID, &x.CheckedAt, &x.Taken, &x.Why, &x.SecretHash, &x.UpdatedAt, &x.EditVersion)
	if errors.Is(err, sql.ErrNoRows) {
		return support.Mailbox{}, nil
	}
	return x, err
}

var saveMailbox = store.Upsert("mailbox", 1, "m", "host", "port", "security", "username", "password", "folder", "address", "enabled_at", "uid_validity", "last_uid", "checked_at", "taken", "why",
	"secret_hash", "updated_at", "edit_version")

// SaveMailbox keeps it.
func SaveMailbox(tx *store.Tx, x support.Mailbox) error {
	return saveMailbox.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, x.Host, x.Port, x.Security, x.Username, x.Password, x.Folder, x.Address, x.EnabledAt, x.UIDValidity, x.LastUID, x.CheckedAt, x.Taken, x.Why,
			x.SecretHash, x.UpdatedAt, x.EditVersion)
	})
}

// Fetched keeps up to which mail was fetched, unless the mailbox was set to
// another one meanwhile.
func Fetched(tx *store.Tx, x support.Mailbox) error {
	_, err := tx.Exec("UPDATE mailbox SET uid_validity = $1, last_uid = $2, checked_at = $3, taken = $4, why = $5 WHERE m = $6 AND edit_version = $7",
		x.UIDValidity, x.LastUID, x.CheckedAt, x.Taken, x.Why, tx.M, x.EditVersion)
	return err
}

// SecretOf reads the hash of the secret by which mail is handed in, for one who
// has not proven yet who it is; "" when there is none.
func SecretOf(ctx context.Context, db *store.DB, m int64) (hash string, err error) {
	err = db.Lookup(ctx, func(r *store.Reader) error {
		err := r.Row("SELECT secret_hash FROM mailbox WHERE m = $1", m).Scan(&hash)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return hash, err
}

const goodwillColumns = "id, case_id, order_id, amount, currency, reason, state, asked_by, decided_by, at, decided_at"

// GoodwillOf reads what was given or asked for in a case, the oldest first.
func GoodwillOf(r *store.Reader, of support.ID) ([]support.Goodwill, error) {
	var out []support.Goodwill
	err := r.Each("SELECT "+goodwillColumns+" FROM case_goodwill WHERE m = $1 AND case_id = $2 ORDER BY id LIMIT $3", []any{r.M, int64(of), int64(support.MaxGoodwill)}, func(scan func(...any) error) error {
		var g support.Goodwill
		err := scan(&g.ID, &g.Case, &g.Order, &g.Amount, &g.Currency, &g.Reason, &g.State, &g.AskedBy, &g.DecidedBy, &g.At, &g.DecidedAt)
		out = append(out, g)
		return err
	})
	return out, err
}

var saveGoodwill = store.Upsert("case_goodwill", 2, "m", "id", "case_id", "order_id", "amount", "currency", "reason", "state", "asked_by", "decided_by", "at", "decided_at")

// SaveGoodwill keeps what is given.
func SaveGoodwill(tx *store.Tx, g support.Goodwill) error {
	return saveGoodwill.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, g.ID, int64(g.Case), g.Order, g.Amount, g.Currency, g.Reason, g.State, g.AskedBy, g.DecidedBy, g.At, g.DecidedAt)
	})
}
