// Package users keeps the people who may sign in.
//
// What proves that somebody is one of them (passwords, second factors) is kept
// beside, in secret.go, so that no list of people ever carries it.
package users

import (
	"cmp"
	"database/sql"
	"errors"
	"strconv"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/ident"
	"orderly/internal/store"
)

// ID names a user for ever.
type ID int64

func (id ID) String() string { return ident.Text("usr", int64(id)) }

// ParseID reads the text form, "usr_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("usr", s)
	return ID(id), err
}

// Max bounds the users of a merchant.
const Max = 1000

// User is a person who signs in.
type User struct {
	ID          ID
	Email       string // small letters, unique
	Name        string
	Status      account.Status
	Roles       []access.Role
	Locations   []int64 // when not empty, only these are seen and worked
	Locale      string  // "" is the shop's
	Zone        string  // "" is the shop's
	Theme       string  // "light", "dark", "" as the system has it
	CreatedAt   int64
	UpdatedAt   int64
	SeenAt      int64 // when the user last signed in
	Login       ID    // of the first merchant's user by whom this member signs in, zero for who has a password here
	EditVersion int64
}

// Is reports whether the user has the role.
func (u *User) Is(r access.Role) bool {
	for _, x := range u.Roles {
		if x == r {
			return true
		}
	}
	return false
}

// Guest reports whether the user only signs in here, to work elsewhere.
func (u *User) Guest() bool { return u.Status == account.Active && len(u.Roles) == 0 }

const columns = "id, email, name, status, roles, locations, locale, zone, theme, created_at, updated_at, seen_at, edit_version, login"

func scanUser(scan func(...any) error) (User, error) {
	var u User
	var roles, locations string
	err := scan(&u.ID, &u.Email, &u.Name, &u.Status, &roles, &locations, &u.Locale, &u.Zone, &u.Theme, &u.CreatedAt, &u.UpdatedAt, &u.SeenAt, &u.EditVersion, &u.Login)
	for _, r := range store.UnpackWords(roles) {
		u.Roles = append(u.Roles, access.Role(r))
	}
	for _, s := range store.UnpackWords(locations) {
		id, bad := strconv.ParseInt(s, 10, 64)
		if bad != nil {
			return u, bad
		}
		u.Locations = append(u.Locations, id)
	}
	return u, err
}

// ErrUnknown says that there is no such user.
var ErrUnknown = errors.New("no such user")

func one(r *store.Reader, text string, args ...any) (User, error) {
	u, err := scanUser(r.Row(text, args...).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	return u, err
}

// Get reads one user.
func Get(r *store.Reader, id ID) (User, error) {
	return one(r, "SELECT "+columns+" FROM users WHERE m = $1 AND id = $2", r.M, id)
}

// ByEmail reads the user with an address as account.Email gives it.
func ByEmail(r *store.Reader, email string) (User, error) {
	return one(r, "SELECT "+columns+" FROM users WHERE m = $1 AND email = $2", r.M, email)
}

// ByLogin reads the member who signs in by a login of the first merchant.
func ByLogin(r *store.Reader, login ID) (User, error) {
	return one(r, "SELECT "+columns+" FROM users WHERE m = $1 AND login = $2 AND login <> 0", r.M, login)
}

// List reads all users, in the order in which they came; there are at most Max.
func List(r *store.Reader) ([]User, error) {
	var out []User
	err := r.Each("SELECT "+columns+" FROM users WHERE m = $1 ORDER BY id", []any{r.M}, func(scan func(...any) error) error {
		u, err := scanUser(scan)
		out = append(out, u)
		return err
	})
	return out, err
}

// Names are what users are called; unknown ones are left out.
func Names(r *store.Reader, ids []ID) (map[ID]string, error) {
	out := make(map[ID]string, len(ids))
	err := store.In(r, "SELECT id, name, email FROM users WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id ID
		var name, email string
		err := scan(&id, &name, &email)
		out[id] = cmp.Or(name, email)
		return err
	})
	return out, err
}

// Any reports whether there is a user at all.
func Any(r *store.Reader) (bool, error) {
	var id int64
	err := r.Row("SELECT id FROM users WHERE m = $1 ORDER BY id LIMIT 1", r.M).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

var save = store.Upsert("users", 2, "m", "id", "email", "name", "status", "roles", "locations", "locale", "zone", "theme", "created_at", "updated_at", "seen_at", "edit_version", "login")

// Save keeps users as they are now.
func Save(tx *store.Tx, list ...User) error {
	return save.Run(tx, len(list), func(a []any, n int) []any {
		u := list[n]
		roles := make([]string, len(u.Roles))
		for i, r := range u.Roles {
			roles[i] = string(r)
		}
		locations := make([]string, len(u.Locations))
		for i, id := range u.Locations {
			locations[i] = strconv.FormatInt(id, 10)
		}
		return append(a, tx.M, u.ID, u.Email, u.Name, string(u.Status), store.PackWords(roles), store.PackWords(locations), u.Locale, u.Zone, u.Theme,
			u.CreatedAt, u.UpdatedAt, u.SeenAt, u.EditVersion, u.Login)
	})
}
