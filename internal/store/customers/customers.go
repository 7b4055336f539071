// Package customers keeps the people and companies that order.
//
// An order's own copy of a name and address is kept by orders, not here.
package customers

import (
	"database/sql"

	"orderly/internal/party"
	"orderly/internal/store"
)

const columns = "id, external_id, name, email, phone, company, address, custom, created_at, updated_at, edit_version"

func collect(out *[]*party.Customer) func(func(...any) error) error {
	seen := map[party.ID]bool{}
	return func(scan func(...any) error) error {
		c := &party.Customer{}
		var external sql.NullString
		var address, custom string
		err := scan(&c.ID, &external, &c.Contact.Name, &c.Contact.Email, &c.Contact.Phone, &c.Contact.Company, &address, &custom,
			&c.CreatedAt, &c.UpdatedAt, &c.EditVersion)
		if err != nil || seen[c.ID] {
			return err
		}
		seen[c.ID] = true
		c.ExternalID = external.String
		if custom != "" {
			c.Custom = []byte(custom)
		}
		c.Address, err = store.UnpackAddress(address)
		*out = append(*out, c)
		return err
	}
}

// ByID reads customers by id; unknown ones are left out.
func ByID(r *store.Reader, ids []party.ID) ([]*party.Customer, error) {
	var out []*party.Customer
	err := store.In(r, "SELECT "+columns+" FROM customer WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, collect(&out))
	return out, err
}

// ByExternalID reads customers by the id that a channel knows.
func ByExternalID(r *store.Reader, ids []string) ([]*party.Customer, error) {
	var out []*party.Customer
	err := store.In(r, "SELECT "+columns+" FROM customer WHERE m = $1 AND external_id IN ($IN)", []any{r.M}, ids, collect(&out))
	return out, err
}

// Page lists customers newest first, before an id; email narrows to one address.
func Page(r *store.Reader, email string, before party.ID, limit int) ([]*party.Customer, error) {
	var out []*party.Customer
	text, args := "SELECT "+columns+" FROM customer WHERE m = $1 AND id < $2 ORDER BY id DESC LIMIT $3", []any{r.M, before, int64(limit)}
	if email != "" {
		text = "SELECT " + columns + " FROM customer WHERE m = $1 AND id < $2 AND email = $4 ORDER BY id DESC LIMIT $3"
		args = append(args, email)
	}
	err := r.Each(text, args, collect(&out))
	return out, err
}

var save = store.Upsert("customer", 2, "m", "id", "external_id", "name", "email", "phone", "company", "address", "custom", "created_at", "updated_at", "edit_version")

// Save keeps customers as they are now, and the words by which they are found.
func Save(tx *store.Tx, list []*party.Customer) error {
	err := save.Run(tx, len(list), func(a []any, n int) []any {
		c := list[n]
		return append(a, tx.M, c.ID, store.Null(c.ExternalID), c.Contact.Name, c.Contact.Email, c.Contact.Phone, c.Contact.Company,
			store.PackAddress(c.Address), string(c.Custom), c.CreatedAt, c.UpdatedAt, c.EditVersion)
	})
	if err != nil {
		return err
	}
	return saveTokens(tx, list)
}
