package settings

import (
	"errors"
	"maps"
	"net/url"
	"slices"

	"orderly/internal/collecting"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	kept "orderly/internal/store/payments"
	"orderly/internal/teller"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

const eventsShown = 30 // of one provider, the newest

// collection is what the page of payments shows: who moves money, and when it
// is taken of which channel.
type collection struct {
	Providers []kept.Provider
	Kinds     []string
	Policy    payment.Policy
	Own       bool // set for the channel itself
	Channels  []channels.Channel
	Faults    shell.Faults
	Stale     bool
}

func paymentsPage(v *shell.Visit) error {
	c, err := readCollection(v, v.Query("channel"))
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.payments"), paymentsView(v, c))
}

func readCollection(v *shell.Visit, channel string) (c collection, err error) {
	c.Kinds = slices.Sorted(maps.Keys(teller.Drivers(v.Desk())))
	err = v.Read(func(r *store.Reader) error {
		all, err := kept.Policies(r)
		if err != nil {
			return err
		}
		_, c.Own = all[channel]
		c.Policy = payment.PolicyOf(all, channel)
		if c.Policy.Channel = channel; !c.Own {
			c.Policy.EditVersion = 0
		}
		if c.Channels, err = channels.All(r); err != nil {
			return err
		}
		c.Providers, err = kept.Providers(r)
		return err
	})
	return c, err
}

// policyForm reads when money is taken and unpaid orders expire.
func policyForm(v *shell.Visit) (payment.Policy, error) {
	var l fault.List
	p := payment.Policy{Channel: v.Form("channel"), Capture: v.Form("capture"), HoldAfter: v.FormInt("hold_after_hours", &l), CancelAfter: v.FormInt("cancel_after_hours", &l)}
	if l.Len() == 0 {
		p.Check(&l)
	}
	return p, l.Err()
}

func savePayments(v *shell.Visit) error {
	p, err := policyForm(v)
	if err == nil {
		_, err = shell.Do(v, pay.SavePolicy, pay.PolicyCommand{Policy: p, Version: v.EditVersion()})
	}
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/payments?channel=" + url.QueryEscape(p.Channel))
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	c, bad := readCollection(v, p.Channel)
	if bad != nil {
		return bad
	}
	p.EditVersion = c.Policy.EditVersion
	c.Policy, c.Faults, c.Stale = p, told, shell.Stale(err)
	return v.Again(v.T("settings.payments"), paymentsView(v, c))
}

// foreseePayments tells what the policy as it is written would do now.
func foreseePayments(v *shell.Visit) error {
	p, err := policyForm(v)
	if told, ok := shell.FaultsOf(err); ok {
		return v.Part(policyFaults(told))
	}
	if err != nil {
		return err
	}
	n, err := collecting.Foresee(v.Context(), v.Desk(), v.Scope, p)
	if err != nil {
		return err
	}
	return v.Part(policyWould(v, n))
}

// provision is what the page of one provider shows.
type provision struct {
	kept.Provider
	New    bool
	Kinds  []string
	Fields []string
	Events []payment.Event
	Faults shell.Faults
	Stale  bool
}

// address is where the provider is to send its events.
func (p provision) address(v *shell.Visit) string {
	return "https://" + v.R.Host + "/v1/providers/" + teller.Endpoint(v.Scope.Merchant, p.Code) + "/events"
}

func providerPage(v *shell.Visit) error {
	p, err := readProvision(v, v.Query("code"))
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.payments"), providerView(v, p))
}

func readProvision(v *shell.Visit, code string) (p provision, err error) {
	p.Kinds = slices.Sorted(maps.Keys(teller.Drivers(v.Desk())))
	if code == "" {
		if p.New, p.Active = true, true; len(p.Kinds) > 0 {
			p.Kind, p.Code = p.Kinds[0], p.Kinds[0]
		}
		p.Fields, _ = teller.Takes(v.Desk(), p.Kind)
		return p, nil
	}
	err = v.Read(func(r *store.Reader) error {
		all, err := kept.Providers(r)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(x kept.Provider) bool { return x.Code == code })
		if i < 0 {
			return admin.NoSuchProvider(code)
		}
		p.Provider = all[i]
		p.Events, err = kept.Lately(r, code, eventsShown)
		return err
	})
	p.Fields, _ = teller.Takes(v.Desk(), p.Kind)
	return p, err
}

func saveProvider(v *shell.Visit) error {
	c := admin.ProviderCommand{Code: v.Form("code"), Kind: v.Form("kind"), Active: v.Form("active") != "", Secrets: map[string]string{}, Version: v.EditVersion()}
	c.Fields, c.Judge = teller.Takes(v.Desk(), c.Kind)
	for _, name := range c.Fields {
		if text := v.Form(name); text != "" {
			c.Secrets[name] = text
		}
	}
	_, err := shell.Do(v, admin.SaveProvider, c)
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/payments/provider?code=" + url.QueryEscape(c.Code))
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	fresh := v.Form("new") != ""
	p, bad := readProvision(v, c.Code)
	if fresh || fault.KindOf(bad) == fault.NotFound {
		p, bad = readProvision(v, "")
		p.Code, p.Kind = c.Code, c.Kind
	}
	if bad != nil {
		return bad
	}
	p.Active, p.Faults, p.Stale = c.Active, told, shell.Stale(err)
	return v.Again(v.T("settings.payments"), providerView(v, p))
}

// checkProvider asks the provider whether it takes the secrets.
func checkProvider(v *shell.Visit) error {
	code := v.Form("code")
	got, err := teller.Check(v.Context(), v.Desk(), v.Scope.Merchant, code)
	var known *fault.Error
	switch {
	case err == nil && got.Live:
		v.Toast(v.T("settings.provider_live"))
	case err == nil:
		v.Toast(v.T("settings.provider_test"))
	case errors.As(err, &known) && known.Kind != fault.NotFound:
		v.Warn(known.Message)
	default:
		return err
	}
	return v.Go("/settings/payments/provider?code=" + url.QueryEscape(code))
}

func captureMoments(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, m := range payment.Moments {
		out = append(out, ui.Option{Value: m, Label: v.T("settings.capture_" + m)})
	}
	return out
}

func providerKinds(p provision) []ui.Option {
	var out []ui.Option
	for _, k := range p.Kinds {
		out = append(out, ui.Option{Value: k, Label: k})
	}
	return out
}

// secretLabel is how a provider's secret is called; by its own name where we
// have none.
func secretLabel(v *shell.Visit, name, part string) string {
	if key := "settings.secret_" + name + part; v.Has(key) {
		return v.T(key)
	}
	if part != "" {
		return ""
	}
	return name
}
