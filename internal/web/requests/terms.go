package requests

import (
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk/partner"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	terms "orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/suppliers"
	"orderly/internal/web/onboarding"
	"orderly/internal/web/shell"
)

// agreed is the page of a partner's terms.
type agreed struct {
	Places []*stock.Location
	Place  *stock.Location
	Terms  terms.Terms
	Ready  *onboarding.View
	Form   map[string]string
	Faults shell.Faults
}

const settle = access.SettingsWrite

func readTerms(v *shell.Visit, at string) (a agreed, err error) {
	err = v.Read(func(r *store.Reader) (err error) {
		if a.Places, a.Place, err = places(r, at); err != nil || a.Place == nil {
			return err
		}
		known, err := step.CatalogOf(v.Desk(), r)
		if err == nil {
			a.Terms = *known.PartnerAt(a.Place.ID)
			of, bad := suppliers.AtLocations(r, []stock.LocationID{a.Place.ID})
			if bad != nil {
				return bad
			}
			a.Ready, err = onboarding.Read(r, of[a.Place.ID], a.Place.ID, v.Now().UnixMicro())
		}
		return err
	})
	return a, err
}

func termsForm(v *shell.Visit) error {
	a, err := readTerms(v, v.Query("at"))
	if err != nil {
		return err
	}
	a.Form = formOf(&a.Terms)
	return v.Page(v.T("requests.terms"), termsPage(v, a))
}

// formOf are the fields of terms as a form has them.
func formOf(t *terms.Terms) map[string]string {
	n := func(x int64) string { return strconv.FormatInt(x, 10) }
	out := map[string]string{"respond_hours": n(t.RespondHours), "chase_hours": n(t.ChaseHours), "chases": n(t.Chases), "silent": t.Silent, "email": t.Email, "stock_word": t.StockWord, "ship_hours": n(t.ShipHours),
		"stock_hours": n(t.StockHours), "edit_version": n(t.EditVersion)}
	if t.StockLess {
		out["stock_less"] = "on"
	}
	if t.TrialFirst {
		out["trial_first"] = "on"
	}
	return out
}

func saveTerms(v *shell.Visit) error {
	a, err := readTerms(v, v.Form("at"))
	if err != nil {
		return err
	}
	if a.Place == nil {
		return fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL here")
	}
	a.Form = map[string]string{}
	for name := range v.R.PostForm {
		a.Form[name] = v.Form(name)
	}
	var faults fault.List
	t := terms.Terms{Location: a.Place.ID, RespondHours: v.FormInt("respond_hours", &faults), ChaseHours: v.FormInt("chase_hours", &faults), Chases: v.FormInt("chases", &faults),
		Silent: v.Form("silent"), Email: strings.TrimSpace(v.Form("email")), TrialFirst: v.Form("trial_first") != "", ShipHours: v.FormInt("ship_hours", &faults), StockHours: v.FormInt("stock_hours", &faults), StockLess: v.Form("stock_less") != "", StockWord: v.Form("stock_word")}
	if err = faults.Err(); err == nil {
		_, err = shell.Do(v, partner.SetTerms, partner.TermsCommand{Terms: t, EditVersion: v.EditVersion()})
	}
	if err == nil {
		v.Toast(v.T("requests.said_terms"))
		return v.Go("/requests/terms?at=" + a.Place.ID.String())
	}
	f, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	a.Faults = f
	return v.Again(v.T("requests.terms"), termsPage(v, a))
}
