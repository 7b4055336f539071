package admin

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/stock"
	"orderly/internal/store/links"
	"orderly/internal/store/locations"
	"orderly/internal/store/sessions"
	"orderly/internal/store/users"
)

// InviteCommand lets somebody in who has no account yet.
type InviteCommand struct {
	Email     string
	Name      string // may be left to who is invited
	Roles     []access.Role
	Locations []int64 // only these; all when empty
	Hash      string  // of the link
}

// InviteUser makes a user who has yet to choose a password, and the link by
// which that is done. The result's Value is the user.
var InviteUser = act("users.invite", access.UsersWrite, func(c *InviteCommand) error {
	c.Email, c.Name = account.Email(c.Email), strings.TrimSpace(c.Name)
	var l fault.List
	account.CheckEmail("/email", c.Email, &l)
	if c.Name != "" {
		account.CheckName("/name", c.Name, &l)
	}
	c.Roles = checkRoles(c.Roles, &l)
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[InviteCommand]) (desk.Result, error) {
	c := a.Command
	if err := mayGive(t, a.Scope, c.Roles, c.Locations); err != nil {
		return desk.Result{}, err
	}
	if old, err := users.ByEmail(&t.Reader, c.Email); err == nil && old.Guest() && t.M == Main {
		return inviteGuest(t, a.Scope, old, &c)
	} else if err == nil {
		return desk.Result{}, taken(&old)
	} else if !errors.Is(err, users.ErrUnknown) {
		return desk.Result{}, err
	}
	list, err := users.List(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	if len(list) >= users.Max {
		return desk.Result{}, fault.New(fault.Conflict, "too_many", "at most %d users", users.Max)
	}
	u := users.User{ID: users.ID(t.IDs().Next()), Email: c.Email, Name: c.Name, Status: account.Invited, Roles: c.Roles, Locations: c.Locations, CreatedAt: t.At, UpdatedAt: t.At}
	if err := errors.Join(users.Save(t.Tx, u), links.Insert(t.Tx, newLink(c.Hash, u.ID, account.Invite, t.At))); err != nil {
		return desk.Result{}, err
	}
	return toldUser(t, a.Scope, u, "created", journal.UserInvited, reach(&u))
})

// inviteGuest gives work at the first merchant to who only signs in there. A
// login may have been made by who was handed another merchant's invitation, under
// an address that is not theirs: so whoever opens this link chooses a password
// anew, and what let in before does not any more.
func inviteGuest(t *desk.Turn, by access.Scope, u users.User, c *InviteCommand) (desk.Result, error) {
	secret, err := users.SecretOf(&t.Reader, u.ID)
	if err != nil {
		return desk.Result{}, err
	}
	secret.Password, secret.PasswordAt = "", 0
	u.Status, u.Roles, u.Locations, u.UpdatedAt, u.EditVersion = account.Invited, c.Roles, c.Locations, t.At, u.EditVersion+1
	_, ended := sessions.EndAll(t.Tx, u.ID, 0)
	if err := errors.Join(ended, users.SaveSecret(t.Tx, secret), forgetFactors(t, u.ID), links.Drop(t.Tx, u.ID),
		users.Save(t.Tx, u), links.Insert(t.Tx, newLink(c.Hash, u.ID, account.Invite, t.At))); err != nil {
		return desk.Result{}, err
	}
	return toldUser(t, by, u, "created", journal.UserInvited, reach(&u))
}

// Invite makes a user and gives the token of the link to hand over.
func Invite(ctx context.Context, d *desk.Desk, by access.Scope, c InviteCommand) (token string, u users.User, err error) {
	if token, err = newToken("", by.Merchant); err != nil {
		return "", u, err
	}
	c.Hash = Hash(token)
	r, err := desk.One(ctx, d, InviteUser, by, c, desk.Options{})
	if err != nil {
		return "", u, err
	}
	return token, r.Value.(users.User), nil
}

func taken(old *users.User) error {
	var l fault.List
	switch old.Status {
	case account.Invited:
		l.Add("/email", "email_taken", "this address was invited already; make a new link in the list of users")
	case account.Disabled:
		l.Add("/email", "email_taken", "this address belongs to a user who was disabled; enable that one again")
	default:
		l.Add("/email", "email_taken", "this address belongs to a user already")
	}
	return l.As(fault.Conflict, "email_taken", "there is a user with this address")
}

func newLink(hash string, id users.ID, p account.Purpose, now int64) links.Link {
	return links.Link{Hash: hash, User: id, Purpose: p, CreatedAt: now, ExpiresAt: now + p.Lifetime().Microseconds()}
}

// checkRoles gives the roles in their usual order, each once.
func checkRoles(asked []access.Role, l *fault.List) []access.Role {
	names := make([]string, len(asked))
	for i, r := range asked {
		names[i] = string(r)
	}
	out, err := access.ParseRoles(names)
	var f *fault.Error
	if errors.As(err, &f) {
		for _, x := range f.Fields {
			l.Add(x.Pointer, x.Code, "%s", x.Message)
		}
	}
	return out
}

// mayGive refuses roles and locations beyond those of who gives them, and
// locations that are not there.
func mayGive(t *desk.Turn, by access.Scope, roles []access.Role, at []int64) error {
	for _, p := range access.PermissionsOf(roles) {
		if !by.May(p) {
			return fault.New(fault.Denied, "beyond_reach", "nobody can give others more than he may himself, and you may not %s", p.Words())
		}
	}
	if err := withinReach(by, at); err != nil {
		return err
	}
	if len(at) == 0 {
		if slices.Contains(roles, access.Partner) {
			var l fault.List
			l.Add("/locations", "missing_location", "somebody of a partner sees its own locations alone; choose at least one")
			return l.Err()
		}
		return nil
	}
	there, err := locations.All(&t.Reader)
	if err != nil {
		return err
	}
	for _, id := range at {
		if !slices.ContainsFunc(there, func(x *stock.Location) bool { return int64(x.ID) == id }) {
			var l fault.List
			l.Add("/locations", "unknown_location", "one of these locations is not there any more; choose again")
			return l.Err()
		}
	}
	return nil
}

// reach is what the journal says of a user: no name and no address.
func reach(u *users.User) map[string]any {
	data := map[string]any{"roles": u.Roles, "status": u.Status}
	if len(u.Locations) > 0 {
		at := make([]string, len(u.Locations))
		for i, id := range u.Locations {
			at[i] = stock.LocationID(id).String()
		}
		data["locations"] = at
	}
	return data
}

func toldUser(t *desk.Turn, by access.Scope, u users.User, status, typ string, data map[string]any) (desk.Result, error) {
	seq, err := tellUser(t, by, u.ID, typ, data)
	t.OnCommit(func() { forgetSessions(t.Desk.DB) })
	return desk.Result{Kind: journal.User, ID: int64(u.ID), Seq: seq, Status: status, Value: u}, err
}

func noSuchUser() error { return fault.New(fault.NotFound, "no_such_user", "there is no such user") }

func getUser(t *desk.Turn, id users.ID) (users.User, error) {
	u, err := users.Get(&t.Reader, id)
	if errors.Is(err, users.ErrUnknown) {
		err = noSuchUser()
	}
	return u, err
}

// UserCommand changes what somebody may do.
type UserCommand struct {
	ID        users.ID
	Roles     []access.Role
	Locations []int64
	Version   *int64 // edit version that the caller saw; nil changes whatever it is
}

// SaveUser changes roles and locations. It is felt with the user's next request.
var SaveUser = act("users.save", access.UsersWrite, func(c *UserCommand) error {
	var l fault.List
	c.Roles = checkRoles(c.Roles, &l)
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[UserCommand]) (desk.Result, error) {
	c := a.Command
	u, err := getUser(t, c.ID)
	if err == nil {
		err = userEdited(&u, c.Version)
	}
	if err == nil && len(u.Roles) == 0 {
		err = fault.New(fault.Conflict, "guest", "this person only signs in here, to work for other merchants; invite the address to give it work here, so that its owner agrees")
	}
	if err == nil {
		err = mayGive(t, a.Scope, c.Roles, c.Locations)
	}
	if err == nil && u.Is(access.Admin) && !slices.Contains(c.Roles, access.Admin) {
		err = notLastAdmin(t, &u)
	}
	if err != nil {
		return desk.Result{}, err
	}
	u.Roles, u.Locations, u.UpdatedAt, u.EditVersion = c.Roles, c.Locations, t.At, u.EditVersion+1
	if err := users.Save(t.Tx, u); err != nil {
		return desk.Result{}, err
	}
	return toldUser(t, a.Scope, u, "done", journal.UserSaved, reach(&u))
})

func userEdited(u *users.User, seen *int64) error {
	if seen != nil && *seen != u.EditVersion {
		return fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed this user meanwhile; look at it again")
	}
	return nil
}

// notLastAdmin refuses to take away the last one who could give it back.
func notLastAdmin(t *desk.Turn, u *users.User) error {
	if u.Status != account.Active {
		return nil
	}
	list, err := users.List(&t.Reader)
	if err != nil {
		return err
	}
	for i := range list {
		if x := &list[i]; x.ID != u.ID && x.Status == account.Active && x.Is(access.Admin) {
			return nil
		}
	}
	return fault.New(fault.Conflict, "last_admin", "this is the last admin who can sign in; make somebody else admin first")
}

// SwitchCommand names a user.
type SwitchCommand struct{ ID users.ID }

// DisableUser ends somebody's sessions and links at once; what they did stays
// theirs in the journal, and they can be enabled again.
var DisableUser = act("users.disable", access.UsersWrite, nil, func(t *desk.Turn, a desk.Asked[SwitchCommand]) (desk.Result, error) {
	u, err := getUser(t, a.Command.ID)
	if err != nil || u.Status == account.Disabled {
		return desk.Result{Kind: journal.User, ID: int64(u.ID), Status: "unchanged", Value: u}, err
	}
	if u.Is(access.Admin) {
		if err := notLastAdmin(t, &u); err != nil {
			return desk.Result{}, err
		}
	}
	u.Status, u.UpdatedAt, u.EditVersion = account.Disabled, t.At, u.EditVersion+1
	_, ended := sessions.EndAll(t.Tx, u.ID, 0)
	if err := errors.Join(ended, links.Drop(t.Tx, u.ID), users.Save(t.Tx, u)); err != nil {
		return desk.Result{}, err
	}
	return toldUser(t, a.Scope, u, "done", journal.UserDisabled, reach(&u))
})

// EnableUser lets somebody sign in again: with the password they had, or with a
// new link when they never chose one.
var EnableUser = act("users.enable", access.UsersWrite, nil, func(t *desk.Turn, a desk.Asked[SwitchCommand]) (desk.Result, error) {
	u, err := getUser(t, a.Command.ID)
	if err != nil || u.Status != account.Disabled {
		return desk.Result{Kind: journal.User, ID: int64(u.ID), Status: "unchanged", Value: u}, err
	}
	if err := mayGive(t, a.Scope, u.Roles, u.Locations); err != nil {
		return desk.Result{}, err
	}
	secret, err := users.SecretOf(&t.Reader, u.ID)
	if err != nil {
		return desk.Result{}, err
	}
	u.Status, u.UpdatedAt, u.EditVersion = account.Active, t.At, u.EditVersion+1
	if secret.PasswordAt == 0 && u.Login == 0 {
		u.Status = account.Invited
	}
	if err := users.Save(t.Tx, u); err != nil {
		return desk.Result{}, err
	}
	return toldUser(t, a.Scope, u, "done", journal.UserEnabled, reach(&u))
})

// ProfileCommand is what people say of themselves.
type ProfileCommand struct {
	Name    string
	Locale  string
	Zone    string
	Theme   string
	Version *int64
}

// Locales and Themes are what can be chosen; "" stands for the shop's and for
// the system's.
var (
	Locales = []string{"", "en-GB", "en-US", "de-DE", "fr-FR", "es-ES", "it-IT", "nl-NL", "pl-PL", "sv-SE", "da-DK", "pt-PT", "ja-JP"}
	Themes  = []string{"", "light", "dark"}
)

// SaveProfile changes who asks, and nobody else.
var SaveProfile = act("users.profile", access.Own, func(c *ProfileCommand) error {
	c.Name = strings.TrimSpace(c.Name)
	var l fault.List
	account.CheckName("/name", c.Name, &l)
	checkLocale("/locale", c.Locale, &l)
	if c.Zone != "" {
		checkZone("/zone", c.Zone, &l)
	}
	if !slices.Contains(Themes, c.Theme) {
		l.Add("/theme", "unknown_theme", "choose light, dark or as the system has it")
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[ProfileCommand]) (desk.Result, error) {
	c := a.Command
	u, err := actor(t, a.Scope)
	if err == nil {
		err = userEdited(&u, c.Version)
	}
	if err != nil {
		return desk.Result{}, err
	}
	u.Name, u.Locale, u.Zone, u.Theme, u.UpdatedAt, u.EditVersion = c.Name, c.Locale, c.Zone, c.Theme, t.At, u.EditVersion+1
	if err := users.Save(t.Tx, u); err != nil {
		return desk.Result{}, err
	}
	return toldUser(t, a.Scope, u, "done", journal.UserSaved, map[string]any{"fields": []string{"name", "locale", "zone", "theme"}})
})

func checkLocale(at, locale string, l *fault.List) {
	if !slices.Contains(Locales, locale) {
		l.Add(at, "unknown_locale", "choose one of the offered languages and formats")
	}
}

const maxZone = 60

func checkZone(at, zone string, l *fault.List) {
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" || len(zone) > maxZone {
		l.Add(at, "unknown_zone", "%.60q is not a time zone; choose one such as Europe/London", zone)
	}
}

// actor is the user who asks.
func actor(t *desk.Turn, by access.Scope) (users.User, error) {
	id, err := users.ParseID(by.Actor.ID)
	if err != nil || by.Actor.Kind != access.User {
		return users.User{}, fault.New(fault.Denied, "not_a_user", "only a person who has signed in has a profile")
	}
	return getUser(t, id)
}
