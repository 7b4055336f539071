package settings

import (
	"errors"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/links"
	"orderly/internal/store/users"
	"orderly/internal/web/shell"
)

func usersPage(v *shell.Visit) error {
	var list []users.User
	err := v.Read(func(r *store.Reader) (err error) {
		list, err = users.List(r)
		return err
	})
	if err != nil {
		return err
	}
	at, err := places(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.users"), usersView(v, list, codes(at)))
}

func codes(at []*stock.Location) map[int64]string {
	out := map[int64]string{}
	for _, l := range at {
		out[int64(l.ID)] = l.Code
	}
	return out
}

// person is what the pages of one user show.
type person struct {
	User     users.User
	Security admin.Security
	Sessions int
	Links    []links.Link
	Places   []*stock.Location
	Faults   shell.Faults
	Stale    bool
	Link     string // just made, shown once
}

// elsewhere reports whether the user signs in by a login that is none of this
// merchant's.
func (p person) elsewhere() bool { return p.User.Login != 0 }

func (p person) has(r access.Role) bool { return slices.Contains(p.User.Roles, r) }

func (p person) at(id stock.LocationID) bool { return slices.Contains(p.User.Locations, int64(id)) }

func invitePage(v *shell.Visit) error { return showInvite(v, person{}) }

func showInvite(v *shell.Visit, p person) error {
	var err error
	if p.Places, err = places(v); err != nil {
		return err
	}
	if p.Faults != nil {
		return v.Again(v.T("settings.invite"), inviteView(v, p))
	}
	return v.Page(v.T("settings.invite"), inviteView(v, p))
}

func roles(v *shell.Visit) []access.Role {
	var out []access.Role
	for _, x := range chosen(form(v), "role") {
		out = append(out, access.Role(x))
	}
	return out
}

func invite(v *shell.Visit) error {
	c := admin.InviteCommand{Email: v.Form("email"), Name: v.Form("name"), Roles: roles(v), Locations: chosenPlaces(form(v))}
	token, u, err := admin.Invite(v.Context(), v.Desk(), v.Scope, c)
	if err == nil {
		return v.Page(v.T("settings.invited"), linkView(v, person{User: u, Link: address(v, token)}))
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return showInvite(v, person{User: users.User{Email: c.Email, Name: c.Name, Roles: c.Roles, Locations: c.Locations}, Faults: faults})
}

// address is a link as it is handed over: on the host by which the visitor
// reached us.
func address(v *shell.Visit, token string) string { return v.Origin() + admin.LinkPath + token }

func readPerson(v *shell.Visit) (person, error) {
	var p person
	id, err := users.ParseID(v.Path("id"))
	if err != nil {
		return p, noSuchUser()
	}
	now := v.Desk().DB.Now()
	err = v.Read(func(r *store.Reader) error {
		var err error
		if p.User, err = users.Get(r, id); errors.Is(err, users.ErrUnknown) {
			return noSuchUser()
		}
		if err != nil {
			return err
		}
		if p.Security, err = admin.SecurityOf(r, id); err != nil {
			return err
		}
		living, err := admin.Sessions(r, id, now)
		if err != nil {
			return err
		}
		p.Sessions = len(living)
		p.Links, err = links.Open(r, id, now)
		return err
	})
	if err != nil {
		return p, err
	}
	p.Places, err = places(v)
	return p, err
}

func noSuchUser() error { return fault.New(fault.NotFound, "no_such_user", "there is no such user") }

func userPage(v *shell.Visit) error {
	p, err := readPerson(v)
	if err != nil {
		return err
	}
	return v.Page(p.User.Name, userView(v, p))
}

// userAgain shows the page with what was refused.
func userAgain(v *shell.Visit, refused error, typed func(*person)) error {
	faults, ok := shell.FaultsOf(refused)
	if !ok {
		return refused
	}
	p, err := readPerson(v)
	if err != nil {
		return err
	}
	typed(&p)
	p.Faults, p.Stale = faults, shell.Stale(refused)
	return v.Again(p.User.Name, userView(v, p))
}

func saveUser(v *shell.Visit) error {
	id, err := users.ParseID(v.Path("id"))
	if err != nil {
		return noSuchUser()
	}
	c := admin.UserCommand{ID: id, Roles: roles(v), Locations: chosenPlaces(form(v)), Version: v.EditVersion()}
	if _, err := shell.Do(v, admin.SaveUser, c); err != nil {
		return userAgain(v, err, func(p *person) { p.User.Roles, p.User.Locations = c.Roles, c.Locations })
	}
	v.Toast(v.T("settings.saved"))
	return v.Go("/settings/users/" + id.String())
}

func userLink(v *shell.Visit) error {
	id, err := users.ParseID(v.Path("id"))
	if err != nil {
		return noSuchUser()
	}
	token, u, err := admin.NewUserLink(v.Context(), v.Desk(), v.Scope, admin.LinkCommand{User: id, Factors: v.Form("factors") != ""})
	if err != nil {
		return userAgain(v, err, func(*person) {})
	}
	return v.Page(u.Name, linkView(v, person{User: u, Link: address(v, token)}))
}

func disableUser(v *shell.Visit) error {
	return switchUser(v, func(id users.ID) error {
		_, err := shell.Do(v, admin.DisableUser, admin.SwitchCommand{ID: id})
		return err
	}, "settings.user_disabled")
}

func enableUser(v *shell.Visit) error {
	return switchUser(v, func(id users.ID) error {
		_, err := shell.Do(v, admin.EnableUser, admin.SwitchCommand{ID: id})
		return err
	}, "settings.user_enabled")
}

func switchUser(v *shell.Visit, do func(users.ID) error, said string) error {
	id, err := users.ParseID(v.Path("id"))
	if err != nil {
		return noSuchUser()
	}
	if err := do(id); err != nil {
		return userAgain(v, err, func(*person) {})
	}
	v.Toast(v.T(said))
	return v.Go("/settings/users/" + id.String())
}
