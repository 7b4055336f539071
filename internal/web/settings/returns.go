package settings

import (
	"strings"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/store/returned"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// taking is which returns are taken, of one channel or of all without their own.
type taking struct {
	*returns.Policy
	Own      bool // set for the channel itself
	Channels []channels.Channel
	Faults   shell.Faults
	Stale    bool
}

func policiesPage(v *shell.Visit) error {
	t, err := readPolicy(v, v.Query("channel"))
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.returns"), policyView(v, t))
}

func readPolicy(v *shell.Visit, channel string) (taking, error) {
	var t taking
	err := v.Read(func(r *store.Reader) error {
		all, err := returned.Policies(r)
		if err != nil {
			return err
		}
		t.Own = all[channel] != nil
		p := *returned.For(all, channel)
		if p.Channel = channel; !t.Own {
			p.EditVersion = 0
		}
		t.Policy = &p
		t.Channels, err = channels.All(r)
		return err
	})
	return t, err
}

func savePolicy(v *shell.Visit) error {
	var faults fault.List
	p := returns.Policy{
		Channel: v.Form("channel"), Days: v.FormInt("days", &faults), Payer: v.Form("payer"), Auto: v.Form("auto") != "", Instructions: v.Form("instructions"), Credit: v.Form("credit") != "", Bonus: v.FormInt("bonus", &faults), TypedMost: typedMost(v, &faults),
		Reasons: strings.FieldsFunc(v.Form("reasons"), func(c rune) bool { return c == ',' || c == ' ' || c == '\n' || c == '\r' }),
	}
	err := faults.Err()
	if err == nil {
		_, err = shell.Do(v, admin.SaveReturnPolicy, admin.ReturnPolicyCommand{Policy: p, Version: v.EditVersion()})
	}
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/returns?channel=" + p.Channel)
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	t, bad := readPolicy(v, p.Channel)
	if bad != nil {
		return bad
	}
	p.EditVersion = t.EditVersion
	t.Policy, t.Faults, t.Stale = &p, told, shell.Stale(err)
	return v.Again(v.T("settings.returns"), policyView(v, t))
}

// typedMost reads the limit of sums for goods without a receipt, in the shop's
// currency.
func typedMost(v *shell.Visit, faults *fault.List) int64 {
	text := v.Form("typed_most")
	if text == "" {
		return 0
	}
	currency, err := money.ParseCurrency(v.Merchant.Currency)
	faults.AddError("/typed_most", err)
	most, err := currency.ParseAmount(text)
	faults.AddError("/typed_most", err)
	return most
}

func typedText(v *shell.Visit, most int64) string {
	currency, err := money.ParseCurrency(v.Merchant.Currency)
	if err != nil || most == 0 {
		return ""
	}
	return currency.FormatAmount(most)
}

func payers(v *shell.Visit) []ui.Option {
	return []ui.Option{
		{Value: returns.PaysCustomer, Label: v.T("settings.pays_customer")},
		{Value: returns.PaysMerchant, Label: v.T("settings.pays_merchant")},
	}
}
