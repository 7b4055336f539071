package payments

import (
	"orderly/internal/ident"
	"orderly/internal/store"
)

// MaxProviders bounds how many a merchant sets up.
const MaxProviders = 20

// ProviderID names a provider's settings for ever.
type ProviderID int64

func (id ProviderID) String() string { return ident.Text("prv", int64(id)) }

// Provider is a provider as the shop has set it up.
type Provider struct {
	Code        string // by which payments name it; never changes
	ID          ProviderID
	Kind        string // of driver
	Active      bool   // new payments may go over it
	Secrets     string // sealed
	CreatedAt   int64
	UpdatedAt   int64
	EditVersion int64
}

// Providers lists all, by code.
func Providers(r *store.Reader) ([]Provider, error) {
	var out []Provider
	err := r.Each("SELECT code, id, kind, active, secrets, created_at, updated_at, edit_version FROM payment_provider WHERE m = $1 ORDER BY code LIMIT $2", []any{r.M, int64(MaxProviders)},
		func(scan func(...any) error) error {
			var p Provider
			var active int64
			err := scan(&p.Code, &p.ID, &p.Kind, &active, &p.Secrets, &p.CreatedAt, &p.UpdatedAt, &p.EditVersion)
			p.Active = active != 0
			out = append(out, p)
			return err
		})
	return out, err
}

var saveProvider = store.Upsert("payment_provider", 2, "m", "code", "id", "kind", "active", "secrets", "created_at", "updated_at", "edit_version")

// SaveProvider keeps a provider as it is now.
func SaveProvider(tx *store.Tx, p Provider) error {
	return saveProvider.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, p.Code, int64(p.ID), p.Kind, store.Bool(p.Active), p.Secrets, p.CreatedAt, p.UpdatedAt, p.EditVersion)
	})
}
