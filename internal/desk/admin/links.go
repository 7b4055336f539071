package admin

import (
	"context"
	"errors"
	"strings"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/links"
	"orderly/internal/store/sessions"
	"orderly/internal/store/users"
)

// LinkCommand makes a link for a user.
type LinkCommand struct {
	User    users.ID
	Hash    string
	Factors bool // also forgets second factors and passkeys: they are lost
}

// LinkUser makes the link by which somebody chooses a new password, or the
// first one. Links that were made before are void; the password stays until the
// new one is chosen.
var LinkUser = act("users.link", access.UsersWrite, nil, func(t *desk.Turn, a desk.Asked[LinkCommand]) (desk.Result, error) {
	c := a.Command
	u, err := getUser(t, c.User)
	if err != nil {
		return desk.Result{}, err
	}
	if err := mayGive(t, a.Scope, u.Roles, u.Locations); err != nil { // a link is a way to become that user
		return desk.Result{}, err
	}
	purpose := account.Reset
	switch {
	case u.Login != 0 && u.Status == account.Active:
		return desk.Result{}, fault.New(fault.Conflict, "signs_in_elsewhere", "this person signs in with a login of their own, which is none of this merchant's; they set their password on the page of their account")
	}
	switch u.Status {
	case account.Disabled:
		return desk.Result{}, fault.New(fault.Conflict, "disabled", "this user was disabled; enable them first")
	case account.Invited:
		purpose = account.Invite
	}
	if c.Factors {
		err = forgetFactors(t, u.ID)
	}
	if err := errors.Join(err, links.Drop(t.Tx, u.ID), links.Insert(t.Tx, newLink(c.Hash, u.ID, purpose, t.At))); err != nil {
		return desk.Result{}, err
	}
	return toldUser(t, a.Scope, u, "done", journal.UserLinked, map[string]any{"purpose": purpose, "factors_forgotten": c.Factors})
})

// NewUserLink makes a link for a user and gives its token.
func NewUserLink(ctx context.Context, d *desk.Desk, by access.Scope, c LinkCommand) (token string, u users.User, err error) {
	if token, err = newToken("", by.Merchant); err != nil {
		return "", u, err
	}
	c.Hash = Hash(token)
	r, err := desk.One(ctx, d, LinkUser, by, c, desk.Options{})
	if err != nil {
		return "", u, err
	}
	return token, r.Value.(users.User), nil
}

// LinkPath is where the pages open a link.
const LinkPath = "/link/"

// firstCommand makes a link for the first run.
type firstCommand struct{ Hash string }

// firstLink makes a link only while there is no user.
var firstLink = act("users.first_link", access.UsersWrite, nil, func(t *desk.Turn, a desk.Asked[firstCommand]) (desk.Result, error) {
	there, err := users.Any(&t.Reader)
	if err != nil || there {
		return desk.Result{Kind: journal.User, Status: "unchanged"}, err
	}
	return desk.Result{Kind: journal.User, Status: "created"}, links.Insert(t.Tx, newLink(a.Command.Hash, 0, account.FirstRun, t.At))
})

// FirstLink gives the token of a link by which the first admin makes an
// account, or "" when there are users already.
func FirstLink(ctx context.Context, d *desk.Desk, by access.Scope) (string, error) {
	token, err := newToken("", by.Merchant)
	if err != nil {
		return "", err
	}
	r, err := desk.One(ctx, d, firstLink, by, firstCommand{Hash(token)}, desk.Options{})
	if err != nil || r.Status != "created" {
		return "", err
	}
	return token, nil
}

// DemoLink gives the token of a link that signs in as a user as often as one
// opens it. It is for made-up shops alone.
func DemoLink(ctx context.Context, d *desk.Desk, by access.Scope, id users.ID) (string, error) {
	token, err := newToken("", by.Merchant)
	if err != nil {
		return "", err
	}
	return token, d.DB.Transact(ctx, func(tx *store.Tx) error {
		if err := tx.For(by.Merchant); err != nil {
			return err
		}
		return links.Insert(tx, newLink(Hash(token), id, account.Demo, tx.At))
	})
}

func deadLink() error {
	return fault.New(fault.NotFound, "dead_link", "this link was used already, or its time is over; ask who gave it to you for a new one")
}

// Opened is what a link opens.
type Opened struct {
	Link     links.Link
	User     users.User // zero for the first run
	Merchant int64
}

// Joins reports whether the link lets a login in at another merchant than the
// one where people sign in.
func (o *Opened) Joins() bool { return o.Merchant != Main && o.Link.Purpose == account.Invite }

// LookAtLink tells what a link opens, and does not use it up.
func LookAtLink(ctx context.Context, db *store.DB, token string) (Opened, error) {
	m, ok := tokenMerchant("", token)
	if !ok {
		return Opened{}, deadLink()
	}
	l, u, err := links.Find(ctx, db, m, Hash(token))
	switch {
	case errors.Is(err, links.ErrUnknown):
		return Opened{}, deadLink()
	case err != nil:
		return Opened{}, err
	case l.UsedAt != 0 || l.ExpiresAt <= db.Now() || l.User != 0 && u.Status == account.Disabled:
		return Opened{}, deadLink()
	}
	return Opened{l, u, m}, nil
}

// Acceptance is what somebody fills in who has opened a link.
type Acceptance struct {
	Email    string // first run alone
	Name     string // invitation and first run
	Password string
	Zone     string // of the browser; kept when it is a zone
	Attempt         // where it comes from: Agent, Address and Device
}

// acceptCommand uses a link up.
type acceptCommand struct {
	Link    links.Link
	Email   string
	Name    string
	Zone    string
	Hash    string // of the password
	session sessions.Session
}

// AcceptLink uses a link up: it sets the password and signs in. Of two who use
// one link, one is told that it is used.
func AcceptLink(ctx context.Context, d *desk.Desk, token string, a Acceptance) (session string, signed Signed, err error) {
	opened, err := LookAtLink(ctx, d.DB, token)
	if err != nil {
		return "", signed, err
	}
	m, _ := tokenMerchant("", token)
	if opened.Joins() {
		return joinNew(ctx, d, &opened, a)
	}
	c := acceptCommand{Link: opened.Link, Email: opened.User.Email, Name: opened.User.Name, Zone: a.Zone}
	method := "link"
	if opened.Link.Purpose != account.Demo {
		if err := c.fill(&opened, &a); err != nil {
			return "", signed, err
		}
		method = "password"
		if c.Hash, err = hashPassword(ctx, d, a.Password); err != nil {
			return "", signed, err
		}
	}
	if session, err = newToken(SessionPrefix, m); err != nil {
		return "", signed, err
	}
	c.session = newSession(m, session, method, false, a.Attempt)
	scope := access.Scope{Merchant: m, Actor: access.Actor{Kind: "link", ID: string(opened.Link.Purpose)}, Permissions: []access.Permission{access.Own}}
	if opened.User.ID != 0 {
		scope.Actor = access.Actor{Kind: access.User, ID: opened.User.ID.String()}
	}
	r, err := desk.One(ctx, d, acceptOperation, scope, c, desk.Options{})
	if err != nil {
		return "", signed, err
	}
	signed = r.Value.(Signed)
	if signed.Session.Pending {
		return session, Signed{}, ErrSecondFactor
	}
	return session, signed, nil
}

// fill checks what was filled in, all faults at once.
func (c *acceptCommand) fill(o *Opened, a *Acceptance) error {
	var l fault.List
	if o.Link.Purpose == account.FirstRun {
		c.Email = account.Email(a.Email)
		account.CheckEmail("/email", c.Email, &l)
	}
	if o.Link.Purpose != account.Reset {
		c.Name = strings.TrimSpace(a.Name)
		account.CheckName("/name", c.Name, &l)
	}
	account.CheckPassword("/password", a.Password, c.Email, c.Name, &l)
	var z fault.List
	if checkZone("", c.Zone, &z); z.Len() > 0 {
		c.Zone = "" // a browser may know zones that we do not
	}
	return l.Err()
}

var acceptOperation = act("users.accept_link", access.Own, nil, func(t *desk.Turn, a desk.Asked[acceptCommand]) (desk.Result, error) {
	c := a.Command
	u, err := accepting(t, &c)
	if err != nil {
		return desk.Result{}, err
	}
	if c.Link.Purpose == account.Demo {
		return begin(t, a.Scope, u, c.session)
	}
	ok, err := links.Use(t.Tx, c.Link.Hash)
	if err != nil {
		return desk.Result{}, err
	}
	if !ok {
		return desk.Result{}, deadLink()
	}
	if c.Link.Purpose == account.Reset && u.Guest() {
		err = forgetFactors(t, u.ID) // whose they are nobody here can say: another merchant's invitation made the login
	}
	var secret users.Secret
	if err == nil {
		secret, err = users.SecretOf(&t.Reader, u.ID)
	}
	if err != nil {
		return desk.Result{}, err
	}
	secret.Password, secret.PasswordAt = c.Hash, t.At
	typ, data := journal.UserJoined, reach(&u)
	if c.Link.Purpose == account.Reset {
		typ, data = journal.UserSecured, map[string]any{"fields": []string{"password"}}
	}
	_, ended := sessions.EndAll(t.Tx, u.ID, 0)
	if err := errors.Join(ended, users.Save(t.Tx, u), users.SaveSecret(t.Tx, secret), dropOthers(t.Tx, &c)); err != nil {
		return desk.Result{}, err
	}
	by := a.Scope
	by.Actor = access.Actor{Kind: access.User, ID: u.ID.String()}
	if _, err := toldUser(t, by, u, "done", typ, data); err != nil {
		return desk.Result{}, err
	}
	c.session.Pending = secret.Second
	return begin(t, by, u, c.session)
})

// dropOthers makes a user's other links void. Links of the first run are of
// nobody, and void as soon as there is a user.
func dropOthers(tx *store.Tx, c *acceptCommand) error {
	return links.Drop(tx, c.Link.User)
}

// accepting is the user as the link makes them.
func accepting(t *desk.Turn, c *acceptCommand) (users.User, error) {
	if l, err := links.Get(&t.Reader, c.Link.Hash); errors.Is(err, links.ErrUnknown) || err == nil && (l.UsedAt != 0 || l.ExpiresAt <= t.At) {
		return users.User{}, deadLink()
	} else if err != nil {
		return users.User{}, err
	}
	if c.Link.Purpose == account.FirstRun {
		there, err := users.Any(&t.Reader)
		if err != nil {
			return users.User{}, err
		}
		if there {
			return users.User{}, deadLink()
		}
		return users.User{
			ID: users.ID(t.IDs().Next()), Email: c.Email, Name: c.Name, Status: account.Active, Zone: c.Zone,
			Roles: []access.Role{access.Admin}, CreatedAt: t.At, UpdatedAt: t.At,
		}, nil
	}
	u, err := getUser(t, c.Link.User)
	if err == nil && u.Status == account.Disabled {
		err = deadLink()
	}
	if err != nil || c.Link.Purpose == account.Demo {
		return u, err
	}
	if c.Link.Purpose == account.Invite {
		u.Status, u.Name, u.Zone = account.Active, c.Name, c.Zone
		u.EditVersion++
	}
	u.UpdatedAt = t.At
	return u, nil
}
