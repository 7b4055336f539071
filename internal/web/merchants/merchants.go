// Package merchants is the room of who works for several merchants: choosing the
// one to work at, and making another.
//
// What belongs here: pages over all merchants that have let the visitor in. What
// does not: who may work where (desk/admin), and any page about one merchant,
// which is the same however many there are.
package merchants

import (
	"net/url"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/web/shell"
)

// Routes of the room.
func Routes() []shell.Route {
	return []shell.Route{
		{Method: "GET", Path: "/merchants", Login: true, Do: index},
		{Method: "GET", Path: "/merchants/day", Login: true, Do: day},
		{Method: "GET", Path: "/merchants/work", Login: true, Do: work},
		{Method: "GET", Path: "/merchants/work.csv", Login: true, Do: workFile},
		{Method: "GET", Path: "/merchants/menu", Login: true, Do: menu},
		{Method: "POST", Path: "/merchants/switch", Login: true, Do: change},
		{Method: "POST", Path: "/merchants/new", Login: true, Do: create},
	}
}

// view is what the page shows.
type view struct {
	Places []admin.Place
	Here   int64 // where the visitor works now, zero for nowhere
	New    admin.MerchantCommand
	Faults shell.Faults
}

func read(v *shell.Visit) (*view, error) {
	list, err := admin.Places(v.Context(), v.Desk().DB, *v.Signed)
	return &view{Places: list, Here: v.Scope.Merchant, New: admin.MerchantCommand{Zone: v.Signed.Login.Zone, Currency: v.Merchant.Currency}}, err
}

func index(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("merchants.title"), indexPage(v, x))
}

func menu(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	return v.Part(menuList(v, x))
}

// change has the visitor work at another merchant, and opens a page there: by two
// fields, or by one of a button, "2 /floor".
func change(v *shell.Visit) error {
	merchant, next := v.Form("merchant"), v.Form("next")
	if to, page, ok := strings.Cut(v.Form("open"), " "); ok {
		merchant, next = to, page
	}
	to, err := strconv.ParseInt(merchant, 10, 64)
	if err != nil {
		return admin.ErrNoStanding
	}
	if to != v.Scope.Merchant {
		if err := admin.Switch(v.Context(), v.Desk(), *v.Signed, to); err != nil {
			return err
		}
	}
	return v.Leave(within(next))
}

// within gives a page of ours to open; anything else is the first one.
func within(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n") {
		return "/"
	}
	return next
}

// makes reports whether the visitor may make merchants: as one of the first.
func makes(v *shell.Visit) bool { return v.Signed.Home().Scope.May(access.SettingsWrite) }

func create(v *shell.Visit) error {
	home := v.Signed.Home().Scope
	if err := home.Require(access.SettingsWrite); err != nil {
		return err
	}
	home.Cause = v.ID
	c := admin.MerchantCommand{Name: v.Form("name"), Zone: v.Form("zone"), Currency: strings.ToUpper(v.Form("currency"))}
	m, err := admin.MakeMerchant(v.Context(), v.Desk(), home, c, v.Options("add_merchant"))
	if err == nil {
		err = admin.Switch(v.Context(), v.Desk(), *v.Signed, m)
	}
	if err == nil {
		return v.Leave("/first-run")
	}
	faults, ok := shell.FaultsOf(err)
	if !ok || fault.CodeOf(err) == "missing_scope" {
		return err
	}
	x, err := read(v)
	if err != nil {
		return err
	}
	x.New, x.Faults = c, faults
	return v.Again(v.T("merchants.title"), indexPage(v, x))
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
