package settings

import (
	"orderly/internal/desk/bill"
	"orderly/internal/invoice"
	"orderly/internal/store"
	"orderly/internal/store/invoices"
	"orderly/internal/web/shell"
)

// billing is what the page of invoices shows.
type billing struct {
	invoices.Settings
	Faults shell.Faults
	Stale  bool
}

// example is how the next numbers would be written.
func (b billing) example(series string) string { return b.Pattern.Write(series, 2026, 1) }

func readBilling(v *shell.Visit) (b billing, err error) {
	err = v.Read(func(r *store.Reader) (err error) {
		b.Settings, err = invoices.SettingsOf(r)
		return err
	})
	return b, err
}

func invoicesPage(v *shell.Visit) error {
	b, err := readBilling(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.invoices"), invoicesView(v, b))
}

func saveInvoices(v *shell.Visit) error {
	s := invoices.Settings{
		LegalName: v.Form("legal_name"), Address: v.Form("address"), TaxID: v.Form("tax_id"), Series: v.Form("series"), CreditSeries: v.Form("credit_series"),
		Pattern: invoice.Pattern(v.Form("pattern")), Terms: v.Form("terms"), Footer: v.Form("footer"),
	}
	_, err := shell.Do(v, bill.SaveSettings, bill.SettingsCommand{Settings: s, Version: v.EditVersion()})
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/invoices")
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	now, bad := readBilling(v)
	if bad != nil {
		return bad
	}
	s.EditVersion = now.EditVersion
	return v.Again(v.T("settings.invoices"), invoicesView(v, billing{s, faults, shell.Stale(err)}))
}
