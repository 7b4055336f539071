package settings

import (
	"slices"
	"strconv"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/keys"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

func keysPage(v *shell.Visit) error {
	var list []keys.Key
	err := v.Read(func(r *store.Reader) (err error) {
		list, err = keys.List(r)
		return err
	})
	if err != nil {
		return err
	}
	at, err := places(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.keys"), keysView(v, list, codes(at)))
}

// keyState is the word and the tone of where a key stands.
func keyState(v *shell.Visit, k keys.Key) (string, ui.Tone) {
	switch {
	case k.RevokedAt != 0:
		return v.T("settings.key_revoked"), ui.Quiet
	case k.ExpiresAt != 0 && k.ExpiresAt <= v.Desk().DB.Now():
		return v.T("settings.key_expired"), ui.Quiet
	}
	return v.T("settings.key_active"), ui.Good
}

// making is what the page for a new key shows.
type making struct {
	Name      string
	Days      string
	Scopes    []access.Permission
	Locations []int64
	Places    []*stock.Location
	Faults    shell.Faults
	Text      string // just made, shown once
}

func (m making) has(p access.Permission) bool { return slices.Contains(m.Scopes, p) }
func (m making) at(id stock.LocationID) bool  { return slices.Contains(m.Locations, int64(id)) }
func keyID(k keys.Key) string                 { return ident.Text(journal.Key, k.ID) }
func maySeeAll(v *shell.Visit) bool           { return len(v.Scope.Locations) == 0 }
func newKeyPage(v *shell.Visit) error         { return showMaking(v, making{}) }
func giveable(v *shell.Visit) []access.Permission {
	return slices.DeleteFunc(slices.Clone(access.All), func(p access.Permission) bool { return !v.May(p) })
}

func showMaking(v *shell.Visit, m making) error {
	var err error
	if m.Places, err = places(v); err != nil {
		return err
	}
	if m.Faults != nil {
		return v.Again(v.T("settings.key_new"), newKeyView(v, m))
	}
	return v.Page(v.T("settings.key_new"), newKeyView(v, m))
}

func makeKey(v *shell.Visit) error {
	m := making{Name: v.Form("name"), Days: v.Form("days"), Locations: chosenPlaces(form(v))}
	for _, x := range chosen(form(v), "scope") {
		m.Scopes = append(m.Scopes, access.Permission(x))
	}
	var l fault.List
	c := admin.KeyCommand{Name: m.Name, Locations: m.Locations}
	for _, p := range m.Scopes {
		if slices.Contains(access.All, p) {
			c.Scopes = append(c.Scopes, p)
		}
	}
	if len(c.Scopes) == 0 {
		l.Add("/scopes", "no_scope", "choose at least one thing that the key may do")
	}
	if m.Days != "" {
		days, err := strconv.Atoi(m.Days)
		if err != nil || days < 1 || days > 3650 {
			l.Add("/days", "invalid_number", "write a number of days from 1 to 3650, or leave it empty")
		}
		c.ExpiresAt = v.Desk().DB.Now() + int64(days)*(24*time.Hour).Microseconds()
	}
	err := l.Err()
	if err == nil {
		m.Text, err = keep(v, c)
	}
	if err == nil {
		return v.Page(v.T("settings.key_made"), keyMadeView(v, m))
	}
	var ok bool
	if m.Faults, ok = shell.FaultsOf(err); !ok {
		return err
	}
	return showMaking(v, m)
}

// keep invents a key and keeps its hash.
func keep(v *shell.Visit, c admin.KeyCommand) (string, error) {
	text, err := admin.NewKey(v.Scope.Merchant)
	if err != nil {
		return "", err
	}
	c.Hash, c.Hint = admin.Hash(text), admin.KeyHint(text)
	_, err = shell.Do(v, admin.MakeKey, c)
	return text, err
}

func revokeKey(v *shell.Visit) error {
	id, err := ident.Parse(journal.Key, v.Form("id"))
	if err != nil {
		return err
	}
	if _, err := shell.Do(v, admin.RevokeKey, admin.RevokeCommand{ID: id}); err != nil {
		return err
	}
	v.Toast(v.T("settings.key_ended"))
	return v.Go("/settings/keys")
}
