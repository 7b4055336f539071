// Package onboarding is what a supplier or partner still needs before work with it
// goes well, as its pages show it: the list, with the way to do each, and the form
// of a trial order.
//
// What belongs here: reading the list for a page, and its card. What does not: what
// is on the list (partner), and the trial order itself (requests).
package onboarding

import (
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	terms "orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/partners"
	"orderly/internal/supplier"
	"orderly/internal/web/shell"
)

// shown is how many trial orders are shown.
const shown = 5

// View is the list of one partner.
type View struct {
	Supplier *supplier.Supplier // nil for a 3PL
	At       stock.LocationID   // 0 for a supplier without a place
	Checks   []terms.Check
	Trials   []terms.Trial
	First    bool   // nothing is asked of it before one has passed
	Action   string // where the form of a trial order goes: below the page that shows it
	Faults   shell.Faults
}

// Start sends a trial order by the form of the card. The page that shows the card
// is shown again with what was refused.
func Start(v *shell.Visit, at stock.LocationID, again func(shell.Faults) error) error {
	var l fault.List
	c := partner.TrialCommand{Location: at, Lines: []terms.TrialLine{{SKU: strings.TrimSpace(v.Form("sku")), Quantity: v.FormInt("quantity", &l)}}}
	err := l.Err()
	if err == nil {
		r, bad := shell.Do(v, partner.StartTrial, c)
		if err = bad; err == nil {
			v.Toast(v.T("onboarding.sent"))
			return v.Go("/trials/" + terms.TrialID(r.ID).String())
		}
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return again(faults)
}

// quantity is what the form says of how many: what was typed when it was refused.
func (x *View) quantity(v *shell.Visit) string {
	if x.Faults != nil {
		return v.Form("quantity")
	}
	return "1"
}

// Read reads what a partner still needs: of a supplier, nil for a 3PL, and of the
// place where it works.
func Read(r *store.Reader, s *supplier.Supplier, at stock.LocationID, now int64) (*View, error) {
	k, err := partner.KnownOf(r, s, at, now)
	if err != nil {
		return nil, err
	}
	x := &View{Supplier: s, At: at, Checks: terms.Checks(k), Action: "/trials"}
	if at == 0 {
		return x, nil
	}
	all, err := partners.Terms(r)
	if err != nil {
		return nil, err
	}
	x.First = all[at].Waits()
	x.Trials, err = partners.Trials(r, at, shown)
	return x, err
}

// done is how many of the list are done.
func (x *View) done() int64 {
	n := int64(0)
	for _, c := range x.Checks {
		if c.Done {
			n++
		}
	}
	return n
}

// link leads to where a thing of the list is done; "" where the visitor may not go.
func (x *View) link(v *shell.Visit, key string) string {
	to := x.place(key)
	if strings.HasPrefix(to, "/requests/terms") && !v.May(access.SettingsWrite) || strings.HasPrefix(to, "/settings/") && !v.May(access.UsersWrite) || to == "#trial-form" && !v.May(partner.StartTrial.Permission) {
		return ""
	}
	return to
}

func (x *View) place(key string) string {
	at := "?at=" + x.At.String()
	switch key {
	case "currency", "lead_time", "terms", "location", "contact":
		if x.Supplier != nil {
			return "/suppliers/" + x.Supplier.ID.String() + "#terms-form"
		}
	case "offers":
		return "/suppliers/" + x.Supplier.ID.String() + "#offers-title"
	case "address":
		if x.Supplier != nil {
			return "/suppliers/" + x.Supplier.ID.String() + "#terms-form"
		}
	case "way":
		return "/settings/users"
	case "stock":
		return "/requests/stock" + at
	case "trial":
		return "#trial-form"
	}
	return "/requests/terms" + at
}
