package audit

import (
	"orderly/internal/store"
	"orderly/internal/store/sessions"
	"orderly/internal/store/users"
)

// The walks of people, of where to look for them, and of where they work.
var (
	PeoplePages     = []Walk{{"users", "id", "id", 1}}
	MembershipPages = []Walk{{"membership", "user_id", "user_id, merchant", 1}}
	SessionPages    = []Walk{{"session", "id", "id", 1}}
)

// Person is a user, and what lets them in here.
type Person struct {
	ID       users.ID
	Email    string
	Status   string
	Login    users.ID // of the first merchant; 0 for who has none
	Proofs   int64    // passwords, secrets of apps and passkeys
	Sessions int64    // that were ever begun here and are kept
	Living   int64    // of them, that did not end
}

// PeopleIn reads a page of them.
func PeopleIn(r *store.Reader, in Range) (list []Person, err error) {
	err = r.Each("SELECT u.id, u.email, u.status, u.login, "+
		"(SELECT count(*) FROM user_secret AS s WHERE s.m = $1 AND s.user_id = u.id AND (s.password <> '' OR s.totp <> '')) + (SELECT count(*) FROM user_passkey AS k WHERE k.m = $1 AND k.user_id = u.id), "+
		"(SELECT count(*) FROM session AS n WHERE n.m = $1 AND n.user_id = u.id), (SELECT count(*) FROM session AS n WHERE n.m = $1 AND n.user_id = u.id AND n.ended_at = 0) "+
		"FROM users AS u WHERE u.m = $1 AND u.id > $2 AND u.id <= $3 ORDER BY u.id", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var p Person
		err := scan(&p.ID, &p.Email, &p.Status, &p.Login, &p.Proofs, &p.Sessions, &p.Living)
		list = append(list, p)
		return err
	})
	return list, err
}

// Login is a user of the first merchant as another one's member needs them.
type Login struct {
	Email string
	Noted bool // that the merchant is to be looked at
}

// Logins reads those that sign in members of a merchant; r is at the first one.
func Logins(r *store.Reader, ids []users.ID, merchant int64) (map[users.ID]Login, error) {
	out := map[users.ID]Login{}
	err := store.In(r, "SELECT u.id, u.email, (SELECT count(*) FROM membership AS b WHERE b.m = $1 AND b.user_id = u.id AND b.merchant = $2) FROM users AS u WHERE u.m = $1 AND u.id IN ($IN)", []any{r.M, merchant}, ids, func(scan func(...any) error) error {
		var id users.ID
		var email string
		var n int64
		err := scan(&id, &email, &n)
		out[id] = Login{email, n > 0}
		return err
	})
	return out, err
}

// Membership says where to look for a login.
type Membership struct {
	Login    users.ID
	Merchant int64
}

// MembershipsIn reads a page of them.
func MembershipsIn(r *store.Reader, in Range) (list []Membership, err error) {
	err = r.Each("SELECT user_id, merchant FROM membership WHERE m = $1 AND user_id > $2 AND user_id <= $3 ORDER BY user_id, merchant", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var x Membership
		err := scan(&x.Login, &x.Merchant)
		list = append(list, x)
		return err
	})
	return list, err
}

// DataOf reads what entries of a type tell of a subject.
func DataOf(r *store.Reader, subject int64, typ string) (list []string, err error) {
	err = r.Each("SELECT data FROM entry WHERE m = $1 AND subject = $2 AND type = $3", []any{r.M, subject, typ}, func(scan func(...any) error) error {
		var data string
		err := scan(&data)
		list = append(list, data)
		return err
	})
	return list, err
}

// Elsewhere is a session that works at a merchant where nobody looks for its login.
type Elsewhere struct {
	ID    sessions.ID
	Login users.ID
	At    int64
}

// ElsewhereIn reads how many sessions of a page work at another merchant than their
// own, and those of them that are stray.
func ElsewhereIn(r *store.Reader, in Range) (n int64, list []Elsewhere, err error) {
	err = r.Each("SELECT s.id, s.user_id, s.at_m, (SELECT count(*) FROM membership AS b WHERE b.m = $1 AND b.user_id = s.user_id AND b.merchant = s.at_m) FROM session AS s WHERE s.m = $1 AND s.id > $2 AND s.id <= $3 AND s.at_m <> 0", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var x Elsewhere
		var noted int64
		err := scan(&x.ID, &x.Login, &x.At, &noted)
		if n++; noted == 0 {
			list = append(list, x)
		}
		return err
	})
	return n, list, err
}
