package admin

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/links"
	"orderly/internal/store/members"
	"orderly/internal/store/merchants"
	"orderly/internal/store/sessions"
	"orderly/internal/store/users"
)

// Place is a merchant at which somebody works.
type Place struct {
	Merchant merchants.Merchant
	Profile  merchants.Profile
	Scope    access.Scope // what they may do there
	Roles    []access.Role
}

// Places lists the merchants at which who signed in works now, by name. Each is
// asked itself: what is kept of them elsewhere only says where to look.
func Places(ctx context.Context, db *store.DB, s Signed) ([]Place, error) {
	home := s.Home()
	var list []int64
	err := db.Read(ctx, home.Scope, func(r *store.Reader) (err error) {
		list, err = members.Of(r, home.User.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Place
	for _, m := range append([]int64{s.Session.Merchant}, list...) {
		p, err := placeOf(ctx, db, home, m)
		if fault.CodeOf(err) == ErrNoStanding.Code {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b Place) int {
		return cmp.Compare(strings.ToLower(a.Merchant.Name), strings.ToLower(b.Merchant.Name))
	})
	return out, nil
}

// placeOf is one of them; ErrNoStanding when the merchant does not let them in.
func placeOf(ctx context.Context, db *store.DB, home Signed, m int64) (Place, error) {
	s := home
	err := db.Read(ctx, access.Scope{Merchant: m, Actor: access.Actor{Kind: "system", ID: "members"}}, func(r *store.Reader) (err error) {
		if m != home.Session.Merchant {
			s.User, err = users.ByLogin(r, home.Login.ID)
		}
		return err
	})
	s.Session.At = m
	switch {
	case errors.Is(err, users.ErrUnknown), err == nil && !standing(&s):
		return Place{}, ErrNoStanding
	case err != nil:
		return Place{}, err
	}
	p := Place{Scope: s.Scope, Roles: s.User.Roles}
	return p, db.Read(ctx, s.Scope, func(r *store.Reader) (err error) {
		if p.Merchant, err = merchants.Get(r, m); err == nil {
			p.Profile, err = merchants.ProfileOf(r)
		}
		return err
	})
}

// Switch has the session of who signed in work at another merchant that lets
// them in. The merchant's journal tells that they came.
func Switch(ctx context.Context, d *desk.Desk, s Signed, to int64) error {
	home := s.Home()
	p, err := placeOf(ctx, d.DB, home, to)
	if err != nil {
		return err
	}
	at := to
	if to == home.Session.Merchant {
		at = 0
	} else if _, err := desk.One(ctx, d, enterOperation, p.Scope, enterCommand{home.Login, home.Session.ID}, desk.Options{}); err != nil {
		return err
	}
	_, err = desk.One(ctx, d, moveOperation, home.Scope, moveCommand{home.Session.ID, at}, desk.Options{})
	return err
}

type enterCommand struct {
	Login   users.User
	Session sessions.ID
}

// enterOperation notes at a merchant that a member begins to work there, and
// what the login is called now.
var enterOperation = act("users.enter", access.Own, nil, func(t *desk.Turn, a desk.Asked[enterCommand]) (desk.Result, error) {
	u, err := users.ByLogin(&t.Reader, a.Command.Login.ID)
	if errors.Is(err, users.ErrUnknown) || err == nil && u.Status != account.Active {
		err = ErrNoStanding
	}
	if err != nil {
		return desk.Result{}, err
	}
	u.Name, u.SeenAt = a.Command.Login.Name, t.At
	if err := users.Save(t.Tx, u); err != nil {
		return desk.Result{}, err
	}
	return toldUser(t, a.Scope, u, "done", journal.UserSignedIn, map[string]any{"session": a.Command.Session.String(), "method": "switch"})
})

type moveCommand struct {
	Session sessions.ID
	To      int64
}

// moveOperation is told in no journal of the login's merchant: where its people
// work else is nothing of that merchant's.
var moveOperation = act("sessions.move", access.Own, nil, func(t *desk.Turn, a desk.Asked[moveCommand]) (desk.Result, error) {
	u, err := actor(t, a.Scope)
	if err != nil {
		return desk.Result{}, err
	}
	ok, err := sessions.Move(t.Tx, u.ID, a.Command.Session, a.Command.To)
	if err == nil && !ok {
		err = notSignedIn()
	}
	t.OnCommit(func() { forgetSessions(t.Desk.DB) })
	return desk.Result{Kind: journal.User, ID: int64(u.ID), Status: "done"}, err
})

// Join lets who signed in accept an invitation of another merchant, and work
// there from now on. It is theirs alone to accept: for the address that was
// invited.
func Join(ctx context.Context, d *desk.Desk, s Signed, token string) error {
	opened, err := LookAtLink(ctx, d.DB, token)
	if err != nil {
		return err
	}
	home := s.Home()
	if !opened.Joins() || opened.User.Email != home.Login.Email {
		return fault.New(fault.Denied, "not_yours", "this invitation is for %s; sign in with that address to accept it", opened.User.Email)
	}
	if _, err := desk.One(ctx, d, memberOperation, home.Scope, memberCommand{opened.Merchant}, desk.Options{}); err != nil {
		return err
	}
	if err := join(ctx, d, &opened, home.Login); err != nil {
		return err
	}
	return Switch(ctx, d, s, opened.Merchant)
}

type memberCommand struct{ Merchant int64 }

// memberOperation notes where to look for a member. It comes before the other
// merchant's own act: a failure between the two lets nobody in.
var memberOperation = act("members.add", access.Own, nil, func(t *desk.Turn, a desk.Asked[memberCommand]) (desk.Result, error) {
	u, err := actor(t, a.Scope)
	if err != nil {
		return desk.Result{}, err
	}
	list, err := members.Of(&t.Reader, u.ID)
	if err == nil && len(list) >= members.Max && !slices.Contains(list, a.Command.Merchant) {
		err = fault.New(fault.Conflict, "too_many", "one login works for at most %d merchants", members.Max)
	}
	if err == nil {
		err = members.Add(t.Tx, u.ID, a.Command.Merchant)
	}
	t.OnCommit(func() { forgetSessions(t.Desk.DB) })
	return desk.Result{Kind: journal.User, ID: int64(u.ID), Status: "done"}, err
})

// join makes the user whom a link invited the member of a login.
func join(ctx context.Context, d *desk.Desk, o *Opened, login users.User) error {
	scope := access.Scope{Merchant: o.Merchant, Actor: access.Actor{Kind: access.User, ID: o.User.ID.String()}, Permissions: []access.Permission{access.Own}}
	_, err := desk.One(ctx, d, joinOperation, scope, joinCommand{o.Link, login}, desk.Options{})
	return err
}

type joinCommand struct {
	Link  links.Link
	Login users.User
}

var joinOperation = act("users.join", access.Own, nil, func(t *desk.Turn, a desk.Asked[joinCommand]) (desk.Result, error) {
	c := a.Command
	u, err := getUser(t, c.Link.User)
	if err == nil && (u.Status != account.Invited || u.Email != c.Login.Email) {
		err = deadLink()
	}
	if err != nil {
		return desk.Result{}, err
	}
	if _, err := users.ByLogin(&t.Reader, c.Login.ID); !errors.Is(err, users.ErrUnknown) {
		return desk.Result{}, cmp.Or(err, error(fault.New(fault.Conflict, "member_already", "this login works here already")))
	}
	ok, err := links.Use(t.Tx, c.Link.Hash)
	if err == nil && !ok {
		err = deadLink()
	}
	if err != nil {
		return desk.Result{}, err
	}
	u.Login, u.Name, u.Status, u.UpdatedAt, u.EditVersion = c.Login.ID, c.Login.Name, account.Active, t.At, u.EditVersion+1
	if err := errors.Join(users.Save(t.Tx, u), links.Drop(t.Tx, u.ID)); err != nil {
		return desk.Result{}, err
	}
	return toldUser(t, a.Scope, u, "done", journal.UserJoined, reach(&u))
})

// LoginThere reports whether somebody signs in with an address already.
func LoginThere(ctx context.Context, db *store.DB, email string) (bool, error) {
	c, err := whoIs(ctx, db, Main, email, "")
	return c.user.ID != 0, err
}

// loginCommand makes a login for who has none and was invited elsewhere.
type loginCommand struct {
	Email, Name, Zone, Hash string
	Merchant                int64
	session                 sessions.Session
}

var loginOperation = act("users.make_login", access.Own, nil, func(t *desk.Turn, a desk.Asked[loginCommand]) (desk.Result, error) {
	c := a.Command
	if _, err := users.ByEmail(&t.Reader, c.Email); err == nil {
		return desk.Result{}, fault.New(fault.Conflict, "login_there", "somebody signs in with this address already; sign in first, or open the older invitation, and then this link again")
	} else if !errors.Is(err, users.ErrUnknown) {
		return desk.Result{}, err
	}
	list, err := users.List(&t.Reader)
	if err == nil && len(list) >= users.Max {
		err = fault.New(fault.Conflict, "too_many", "at most %d people sign in here", users.Max)
	}
	if err != nil {
		return desk.Result{}, err
	}
	u := users.User{ID: users.ID(t.IDs().Next()), Email: c.Email, Name: c.Name, Zone: c.Zone, Status: account.Active, CreatedAt: t.At, UpdatedAt: t.At}
	if err := errors.Join(users.Save(t.Tx, u), users.SaveSecret(t.Tx, users.Secret{User: u.ID, Password: c.Hash, PasswordAt: t.At}), members.Add(t.Tx, u.ID, c.Merchant)); err != nil {
		return desk.Result{}, err
	}
	by := a.Scope
	by.Actor = access.Actor{Kind: access.User, ID: u.ID.String()}
	if _, err := toldUser(t, by, u, "created", journal.UserJoined, reach(&u)); err != nil {
		return desk.Result{}, err
	}
	return begin(t, by, u, c.session)
})

// joinNew makes the login of somebody who was invited and has none, and has it
// join. When only the first comes about, they can sign in and open the link again.
func joinNew(ctx context.Context, d *desk.Desk, o *Opened, a Acceptance) (session string, signed Signed, err error) {
	c := acceptCommand{Link: o.Link, Email: o.User.Email, Zone: a.Zone}
	if err := c.fill(o, &a); err != nil {
		return "", signed, err
	}
	l := loginCommand{Email: c.Email, Name: c.Name, Zone: c.Zone, Merchant: o.Merchant}
	if l.Hash, err = hashPassword(ctx, d, a.Password); err != nil {
		return "", signed, err
	}
	if session, err = newToken(SessionPrefix, Main); err != nil {
		return "", signed, err
	}
	l.session = newSession(Main, session, "password", false, a.Attempt)
	l.session.At = o.Merchant
	scope := access.Scope{Merchant: Main, Actor: access.Actor{Kind: "link", ID: string(account.Invite)}, Permissions: []access.Permission{access.Own}}
	r, err := desk.One(ctx, d, loginOperation, scope, l, desk.Options{})
	if err != nil {
		return "", signed, err
	}
	if err := join(ctx, d, o, r.Value.(Signed).User); err != nil {
		return "", signed, err
	}
	signed, err = SessionOf(ctx, d.DB, session)
	return session, signed, err
}
