package settings

import (
	"strings"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/store/checks"
	"orderly/internal/verification"
	"orderly/internal/web/shell"
)

// looking is what the page of checks shows.
type looking struct {
	verification.Rules
	Version int64
	Worth   string // Value, as it is written
	Faults  shell.Faults
	Stale   bool
}

func checksPage(v *shell.Visit) error {
	x, err := readChecks(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.checks"), checksView(v, x))
}

func readChecks(v *shell.Visit) (x looking, err error) {
	var s checks.Saved
	err = v.Read(func(r *store.Reader) (err error) {
		s, err = checks.Rules(r)
		return err
	})
	if x.Rules, x.Version = s.Rules, s.Version; x.Value > 0 && err == nil {
		var of money.Currency
		if of, err = money.ParseCurrency(v.Merchant.Currency); err == nil {
			x.Worth = of.FormatAmount(x.Value)
		}
	}
	return x, err
}

func checksForm(v *shell.Visit) (x looking, err error) {
	var l fault.List
	x.Rules = verification.Rules{
		Address: v.Form("address") != "", POBox: v.Form("po_box") != "", Blocked: v.Form("blocked") != "", Totals: v.Form("totals") != "",
		DuplicateHours: v.FormInt("duplicate_hours", &l), VelocityOrders: v.FormInt("velocity_orders", &l), VelocityHours: v.FormInt("velocity_hours", &l),
		Quantity: v.FormInt("quantity", &l),
	}
	for _, f := range strings.FieldsFunc(v.Form("missing"), func(r rune) bool { return r == ',' || r == ' ' }) {
		x.Missing = append(x.Missing, f)
	}
	if x.Worth = v.Form("value"); x.Worth != "" {
		of, err := money.ParseCurrency(v.Merchant.Currency)
		if err != nil {
			return x, err
		}
		x.Value, err = of.ParseAmount(x.Worth)
		l.AddError("/value", err)
	}
	return x, l.Err()
}

func saveChecks(v *shell.Visit) error {
	x, err := checksForm(v)
	if err == nil {
		_, err = shell.Do(v, admin.SaveChecks, admin.CheckCommand{Rules: x.Rules, Version: v.EditVersion()})
	}
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/checks")
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	now, bad := readChecks(v)
	if bad != nil {
		return bad
	}
	x.Version, x.Faults, x.Stale = now.Version, told, shell.Stale(err)
	return v.Again(v.T("settings.checks"), checksView(v, x))
}

// field is the fault of the field of a name, also of its parts.
func (x looking) field(name string) string {
	for at, text := range x.Faults {
		if at == name || strings.HasPrefix(at, name+"/") {
			return text
		}
	}
	return ""
}
