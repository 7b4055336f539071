// Package views keeps lists that people come back to: the query string of a
// list under a name, for one user or for the whole team.
//
// What belongs here: the rows. What does not: what a query string means
// (listing) and who may change whose (desk/admin).
package views

import (
	"database/sql"
	"errors"

	"orderly/internal/ident"
	"orderly/internal/store"
)

// Limits of what one owner keeps.
const (
	Max     = 50
	MaxName = 60
)

// Orders is the room of the list of orders.
const Orders = "orders"

// ID names a view.
type ID int64

func (id ID) String() string { return ident.Text("viw", int64(id)) }

// ParseID reads the text form, "viw_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("viw", s)
	return ID(id), err
}

// View is a saved list. Owner is a user, or 0 for all of the team.
type View struct {
	ID          ID
	Owner       int64
	Room        string
	Name        string
	Query       string
	Position    int64
	CreatedAt   int64
	UpdatedAt   int64
	EditVersion int64
}

const columns = "id, owner, room, name, query, position, created_at, updated_at, edit_version"

func scanView(scan func(...any) error) (View, error) {
	var v View
	err := scan(&v.ID, &v.Owner, &v.Room, &v.Name, &v.Query, &v.Position, &v.CreatedAt, &v.UpdatedAt, &v.EditVersion)
	return v, err
}

// ErrUnknown says that there is no such view.
var ErrUnknown = errors.New("no such view")

// Get reads a view.
func Get(r *store.Reader, id ID) (View, error) {
	return one(r, "SELECT "+columns+" FROM saved_view WHERE m = $1 AND id = $2", r.M, id)
}

// Named reads an owner's view of a name.
func Named(r *store.Reader, owner int64, room, name string) (View, error) {
	return one(r, "SELECT "+columns+" FROM saved_view WHERE m = $1 AND owner = $2 AND room = $3 AND name = $4", r.M, owner, room, name)
}

func one(r *store.Reader, text string, args ...any) (View, error) {
	v, err := scanView(r.Row(text, args...).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	return v, err
}

// Of reads the views of a room that an owner has, in their order.
func Of(r *store.Reader, owner int64, room string) ([]View, error) {
	var out []View
	err := r.Each("SELECT "+columns+" FROM saved_view WHERE m = $1 AND owner = $2 AND room = $3 ORDER BY position, id LIMIT $4", []any{r.M, owner, room, int64(Max)},
		func(scan func(...any) error) error {
			v, err := scanView(scan)
			out = append(out, v)
			return err
		})
	return out, err
}

var save = store.Upsert("saved_view", 2, "m", "id", "owner", "room", "name", "query", "position", "created_at", "updated_at", "edit_version")

// Save keeps a view as it is now.
func Save(tx *store.Tx, v View) error {
	return save.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, v.ID, v.Owner, v.Room, v.Name, v.Query, v.Position, v.CreatedAt, tx.At, v.EditVersion)
	})
}

// Remove forgets a view.
func Remove(tx *store.Tx, id ID) error {
	_, err := tx.Exec("DELETE FROM saved_view WHERE m = $1 AND id = $2", tx.M, id)
	return err
}
