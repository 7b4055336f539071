package admin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/members"
	"orderly/internal/store/sessions"
	"orderly/internal/store/users"
)

// Attempt is somebody who wants to sign in.
type Attempt struct {
	Email    string
	Password string
	Agent    string // what the browser calls itself
	Address  string // where the request came from
	Device   string // what this browser keeps between sessions, "" when nothing
	Merchant int64  // zero is Main
}

const (
	maxAgent   = 300
	maxAddress = 100
)

// ErrSecondFactor says that the password was right and a second factor is asked
// for; the token that comes with it is for SecondFactor alone.
var ErrSecondFactor = fault.New(fault.Unknown, "second_factor", "one more step: prove that it is you with your second factor")

// SignIn opens a session for who knows the password. Whether the address or the
// password was wrong, or that there is no such user, is answered alike and
// takes alike.
func SignIn(ctx context.Context, d *desk.Desk, a Attempt) (token string, signed Signed, err error) {
	m := cmp.Or(a.Merchant, Main)
	email := account.Email(a.Email)
	who, err := whoIs(ctx, d.DB, m, email, a.Device)
	if err != nil {
		return "", signed, err
	}
	guesses := []guess{newGuess("address", a.Address, account.ByAddress, false)}
	if who.known {
		guesses = append(guesses, newGuess("device", email+"\x00"+a.Device, account.ByPair, true))
	} else {
		guesses = append(guesses, newGuess("pair", email+"\x00"+a.Address, account.ByPair, true), newGuess("account", email, account.ByAccount, true))
	}
	if err := allow(ctx, d, m, guesses); err != nil {
		return "", signed, err
	}
	kept := who.secret.Password
	if len(a.Password) > account.MaxPassword*utf8.UTFMax {
		a.Password, kept = "", ""
	}
	ok, err := checkPassword(ctx, d, a.Password, kept)
	switch {
	case err != nil:
		return "", signed, err
	case !ok:
		return "", signed, fault.New(fault.Unknown, "wrong_password", "the e-mail address or the password is not right")
	}
	if err := right(ctx, d, m, guesses); err != nil {
		return "", signed, err
	}
	if who.user.Status != account.Active {
		return "", signed, fault.New(fault.Denied, "disabled", "this account was disabled; ask somebody who is admin")
	}
	c := openCommand{User: who.user.ID, Method: "password", Pending: who.secret.Second, Password: kept}
	token, signed, err = openSession(ctx, d, m, c, a)
	if err == nil && c.Pending {
		return token, Signed{}, ErrSecondFactor
	}
	return token, signed, err
}

// candidate is who an address may be.
type candidate struct {
	user   users.User
	secret users.Secret
	known  bool // the browser has signed in to the account before
}

func whoIs(ctx context.Context, db *store.DB, m int64, email, device string) (c candidate, err error) {
	err = db.Read(ctx, access.Scope{Merchant: m, Actor: access.Actor{Kind: "system", ID: "signin"}}, func(r *store.Reader) error {
		var err error
		if c.user, err = users.ByEmail(r, email); errors.Is(err, users.ErrUnknown) {
			return nil
		}
		if err == nil {
			c.secret, err = users.SecretOf(r, c.user.ID)
		}
		if err == nil && device != "" {
			c.known, err = sessions.Device(r, c.user.ID, Hash(device))
		}
		return err
	})
	return c, err
}

// openCommand begins a session.
type openCommand struct {
	User     users.ID
	Method   string
	Pending  bool
	Password string      // what was compared with; it must still be so
	Ends     sessions.ID // the pending session that this one follows
	session  sessions.Session

	// prove is what must hold under the lock, and uses up what lets in once.
	prove func(*desk.Turn, *users.User, *users.Secret) error
}

// openSession keeps a new session and gives its token.
func openSession(ctx context.Context, d *desk.Desk, m int64, c openCommand, a Attempt) (token string, signed Signed, err error) {
	if token, err = newToken(SessionPrefix, m); err != nil {
		return "", signed, err
	}
	c.session = newSession(m, token, c.Method, c.Pending, a)
	scope := access.Scope{Merchant: m, Actor: access.Actor{Kind: access.User, ID: c.User.String()}, Permissions: []access.Permission{access.Own}}
	r, err := desk.One(ctx, d, openOperation, scope, c, desk.Options{})
	if err != nil {
		return "", signed, err
	}
	signed = r.Value.(Signed)
	return token, signed, nil
}

func newSession(m int64, token, method string, pending bool, a Attempt) sessions.Session {
	s := sessions.Session{
		Merchant: m, Hash: Hash(token), Pending: pending, Method: method,
		Agent: shorten(a.Agent, maxAgent), Address: shorten(a.Address, maxAddress),
	}
	if a.Device != "" {
		s.Device = Hash(a.Device)
	}
	return s
}

func shorten(s string, n int) string {
	if !utf8.ValidString(s) {
		return ""
	}
	for i := range s {
		if i >= n {
			return s[:i]
		}
	}
	return s
}

// keepSessions is how long sessions that ended can still be looked at.
const keepSessions = 90 * 24 * time.Hour

// openOperation is in reach of this file alone: who calls it has proven
// something.
var openOperation = act("sessions.open", access.Own, nil, func(t *desk.Turn, a desk.Asked[openCommand]) (desk.Result, error) {
	c := a.Command
	u, err := users.Get(&t.Reader, c.User)
	if err != nil {
		return desk.Result{}, err
	}
	secret, err := users.SecretOf(&t.Reader, c.User)
	if err != nil {
		return desk.Result{}, err
	}
	if u.Status != account.Active || c.Password != "" && c.Password != secret.Password {
		return desk.Result{}, fault.New(fault.Conflict, "changed_meanwhile", "the account was changed at this very moment; try again")
	}
	if c.prove != nil {
		if err := c.prove(t, &u, &secret); err != nil {
			return desk.Result{}, err
		}
	}
	if c.Ends != 0 {
		if _, err := sessions.End(t.Tx, u.ID, c.Ends); err != nil {
			return desk.Result{}, err
		}
	}
	return begin(t, a.Scope, u, c.session)
})

// begin keeps a session that begins now.
func begin(t *desk.Turn, by access.Scope, u users.User, s sessions.Session) (desk.Result, error) {
	s.ID, s.User, s.CreatedAt, s.SeenAt = sessions.ID(t.IDs().Next()), u.ID, t.At, t.At
	s.ExpiresAt = t.At + account.Longest.Microseconds()
	if s.At == 0 {
		var err error
		if s.At, err = whereLast(t, &u); err != nil {
			return desk.Result{}, err
		}
	}
	if s.Pending {
		s.ExpiresAt = t.At + account.PendingTime.Microseconds()
	} else {
		u.SeenAt = t.At
	}
	if err := errors.Join(sessions.Sweep(t.Tx, u.ID, t.At-keepSessions.Microseconds()), sessions.Insert(t.Tx, s), users.Save(t.Tx, u)); err != nil {
		return desk.Result{}, err
	}
	r := desk.Result{Kind: journal.User, ID: int64(u.ID), Status: "created", Value: Signed{Scope: scopeOf(&u, t.M), User: u, Login: u, Session: s}}
	if s.Pending {
		return r, nil
	}
	var err error
	r.Seq, err = tellUser(t, by, u.ID, journal.UserSignedIn, map[string]any{"session": s.ID.String(), "method": s.Method})
	return r, err
}

// whereLast is the merchant at which somebody begins: where they worked last, or
// the first that let in who has no work at home.
func whereLast(t *desk.Turn, u *users.User) (int64, error) {
	at, ok, err := sessions.LastAt(&t.Reader, u.ID)
	if err != nil || ok || len(u.Roles) > 0 {
		return at, err
	}
	list, err := members.Of(&t.Reader, u.ID)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	return list[0], nil
}

// endCommand ends a session of who asks: one, or all but the one that is spared.
type endCommand struct {
	User users.ID
	One  sessions.ID
	But  sessions.ID
}

var endOperation = act("sessions.end", access.Own, nil, func(t *desk.Turn, a desk.Asked[endCommand]) (desk.Result, error) {
	c := a.Command
	if a.Scope.Actor.ID != c.User.String() {
		return desk.Result{}, fault.New(fault.Denied, "not_yours", "only your own sessions can be ended here")
	}
	r := desk.Result{Kind: journal.User, ID: int64(c.User), Status: "unchanged"}
	n := int64(0)
	var err error
	if c.One != 0 {
		var ok bool
		if ok, err = sessions.End(t.Tx, c.User, c.One); ok {
			n = 1
		}
	} else {
		n, err = sessions.EndAll(t.Tx, c.User, c.But)
	}
	if err != nil || n == 0 {
		return r, err
	}
	data := map[string]any{"ended": n}
	if c.One != 0 {
		data["session"] = c.One.String()
	}
	r.Status = "done"
	r.Seq, err = tellUser(t, a.Scope, c.User, journal.UserSignedOut, data)
	t.OnCommit(func() { forgetSessions(t.Desk.DB) })
	return r, err
})

// SignOut ends the session itself.
func SignOut(ctx context.Context, d *desk.Desk, s Signed) error {
	return EndSession(ctx, d, s, s.Session.ID)
}

// EndSession ends one session of who has signed in. One that has ended is fine.
func EndSession(ctx context.Context, d *desk.Desk, s Signed, id sessions.ID) error {
	s = s.Home()
	_, err := desk.One(ctx, d, endOperation, s.Scope, endCommand{User: s.User.ID, One: id}, desk.Options{})
	return err
}

// EndOtherSessions ends all sessions of who has signed in but this one.
func EndOtherSessions(ctx context.Context, d *desk.Desk, s Signed) error {
	s = s.Home()
	_, err := desk.One(ctx, d, endOperation, s.Scope, endCommand{User: s.User.ID, But: s.Session.ID}, desk.Options{})
	return err
}

// Sessions lists where somebody is signed in, newest first.
func Sessions(r *store.Reader, id users.ID, now int64) ([]sessions.Session, error) {
	return sessions.Living(r, id, now-account.Idle.Microseconds(), now)
}

func mustJSON(v map[string]any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of strings and numbers always marshal
	}
	return data
}
