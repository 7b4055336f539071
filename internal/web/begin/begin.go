// Package begin is the room of the first run: from an empty database to the
// first order, one step after the other.
//
// What belongs here: the shortest form of each step. What does not: everything
// beyond the first of a thing, for which each has pages of its own. How far one
// has come follows from what is there, so that it is resumed anywhere.
package begin

import (
	"net/url"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/locations"
	"orderly/internal/store/merchants"
	"orderly/internal/web/shell"
)

// Routes are the pages of this room.
func Routes() []shell.Route {
	return []shell.Route{
		{Method: "GET", Path: "/first-run", Needs: access.SettingsWrite, Do: page},
		{Method: "POST", Path: "/first-run/shop", Needs: access.SettingsWrite, Do: saveShop},
		{Method: "POST", Path: "/first-run/location", Needs: access.SettingsWrite, Do: saveLocation},
		{Method: "POST", Path: "/first-run/items", Needs: access.SettingsWrite, Do: saveItems},
		{Method: "POST", Path: "/first-run/samples", Needs: access.SettingsWrite, Do: saveSamples},
		{Method: "POST", Path: "/first-run/stock", Needs: access.SettingsWrite, Do: saveStock},
		{Method: "POST", Path: "/first-run/order", Needs: access.SettingsWrite, Do: placeOrder},
		{Method: "POST", Path: "/first-run/skip", Needs: access.SettingsWrite, Do: skip},
	}
}

// shown bounds how many items the steps of stock and order show.
const shown = 12

// run is what the page shows.
type run struct {
	admin.FirstRun
	Step     string // "" when there is none left
	Merchant merchants.Merchant
	Profile  merchants.Profile
	Location *stock.Location // the first one
	Items    []*catalog.Item
	Typed    url.Values
	Faults   shell.Faults
	Lines    []string // faults of rows, one sentence each
}

// typed is what was typed in a form that was refused, else what is there.
func (r run) typed(name, there string) string {
	if r.Typed != nil {
		return strings.TrimSpace(r.Typed.Get(name))
	}
	return there
}

// row is what was typed in the n-th of several fields with one name.
func (r run) row(name string, n int) string {
	if list := r.Typed[name]; n < len(list) {
		return strings.TrimSpace(list[n])
	}
	return ""
}

// count is how many of the steps are behind one.
func (r run) count() int64 {
	n := int64(0)
	for _, s := range admin.Steps {
		if r.Done[s] || r.Skipped[s] {
			n++
		}
	}
	return n
}

func read(v *shell.Visit, step string) (run, error) {
	x := run{}
	err := v.Read(func(r *store.Reader) error {
		var err error
		if x.FirstRun, err = admin.FirstRunOf(r); err != nil {
			return err
		}
		if x.Merchant, err = merchants.Get(r, r.M); err != nil {
			return err
		}
		if x.Profile, err = merchants.ProfileOf(r); err != nil {
			return err
		}
		at, err := locations.All(r)
		if err != nil {
			return err
		}
		for _, l := range at {
			if x.Location == nil && v.Scope.Sees(int64(l.ID)) {
				x.Location = l
			}
		}
		x.Items, err = items.Page(r, "", "", shown)
		return err
	})
	x.Step = step
	if !slices.Contains(admin.Steps, step) {
		x.Step = x.Next()
	}
	return x, err
}

func page(v *shell.Visit) error {
	x, err := read(v, v.Query("step"))
	if err != nil {
		return err
	}
	return v.Page(v.T("begin.title"), view(v, x))
}

// again shows a step with what was refused.
func again(v *shell.Visit, step string, refused error) error {
	faults, ok := shell.FaultsOf(refused)
	if !ok {
		return refused
	}
	x, err := read(v, step)
	if err != nil {
		return err
	}
	x.Typed, x.Faults = v.R.PostForm, faults
	return v.Again(v.T("begin.title"), view(v, x))
}

// next goes on to the first step that is left after one.
func next(v *shell.Visit, after string) error {
	x, err := read(v, "")
	if err != nil {
		return err
	}
	for _, s := range admin.Steps[slices.Index(admin.Steps, after)+1:] {
		if !x.Done[s] && !x.Skipped[s] {
			return v.Go("/first-run?step=" + s)
		}
	}
	return v.Go("/first-run")
}

func skip(v *shell.Visit) error {
	step := v.Form("step")
	if _, err := shell.Do(v, admin.SkipStep, admin.FirstRunCommand{Step: step}); err != nil {
		return err
	}
	if step == admin.StepsClosed {
		return v.Leave("/")
	}
	return next(v, step)
}

func saveShop(v *shell.Visit) error {
	x, err := read(v, admin.StepShop)
	if err != nil {
		return err
	}
	c := admin.ShopCommand{Name: v.Form("name"), Zone: v.Form("zone"), Currency: v.Form("currency"), Locale: v.Form("locale"), Color: x.Profile.Color}
	if _, err := shell.Do(v, admin.SaveShop, c); err != nil {
		return again(v, admin.StepShop, err)
	}
	return next(v, admin.StepShop)
}

func saveLocation(v *shell.Visit) error {
	l := stock.Location{
		Code: strings.ToUpper(v.Form("code")), Name: v.Form("name"), Kind: v.Form("kind"), Priority: 1, Active: true,
		Address: party.Address{Line1: v.Form("line1"), PostalCode: v.Form("postal_code"), City: v.Form("city"), Country: strings.ToUpper(v.Form("country"))},
	}
	_, err := shell.Do(v, admin.SaveLocation, admin.LocationCommand{Location: l, Only: "create"})
	if fault.CodeOf(err) == "code_taken" {
		var f fault.List
		f.Add("/code", "code_taken", "%s", err.Error())
		err = f.Err()
	}
	if err != nil {
		return again(v, admin.StepLocation, err)
	}
	return next(v, admin.StepLocation)
}
