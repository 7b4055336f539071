package settings

import (
	"maps"
	"slices"
	"strconv"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/merchants"
	"orderly/internal/support"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// helping is what the page of support shows: from where mail comes, within what
// time it is answered, who gives how much, and answers that are written often.
type helping struct {
	Box      support.Mailbox
	Settings support.Settings
	Macros   []support.Macro
	Currency money.Currency
	Secret   string            // just made, shown once
	Typed    map[string]string // of targets and limits that were refused
	Faults   shell.Faults      // of the mailbox
	Wrong    shell.Faults      // of targets and limits
	Stale    bool
}

func readHelping(v *shell.Visit) (x helping, err error) {
	err = v.Read(func(r *store.Reader) error {
		m, err := merchants.Get(r, r.M)
		if err != nil {
			return err
		}
		if x.Currency, err = money.ParseCurrency(m.Currency); err != nil {
			return err
		}
		if x.Box, err = cases.MailboxOf(r); err != nil {
			return err
		}
		if x.Settings, err = cases.SettingsOf(r); err != nil {
			return err
		}
		x.Macros, err = cases.Macros(r)
		return err
	})
	if x.Box.Port == 0 {
		x.Box.Port, x.Box.Security, x.Box.Folder = 993, "tls", "INBOX"
	}
	return x, err
}

func supportPage(v *shell.Visit) error {
	x, err := readHelping(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.support"), supportView(v, x))
}

// supportAgain shows the page once more with what was refused.
func supportAgain(v *shell.Visit, refused error, typed func(*helping, shell.Faults)) error {
	told, ok := shell.FaultsOf(refused)
	if !ok {
		return refused
	}
	x, err := readHelping(v)
	if err != nil {
		return err
	}
	x.Stale = shell.Stale(refused)
	typed(&x, told)
	return v.Again(v.T("settings.support"), supportView(v, x))
}

// saveMailbox keeps from where mail is fetched. A new secret is shown once.
func saveMailbox(v *shell.Visit) error {
	var l fault.List
	box := support.Mailbox{
		Host: v.Form("host"), Port: v.FormInt("port", &l), Security: v.Form("security"), Username: v.Form("username"), Folder: v.Form("folder"), Address: v.Form("address"),
	}
	err := l.Err()
	c := admin.MailboxCommand{Mailbox: box, Password: v.R.PostFormValue("password"), Enabled: v.Form("enabled") != "", Secret: v.Form("do") == "secret", Version: v.EditVersion()}
	if err == nil {
		r, refused := shell.Do(v, admin.SaveMailbox, c)
		saved, made := r.Value.(admin.SavedMailbox)
		switch {
		case refused != nil:
			err = refused
		case made && saved.Secret != "":
			x, err := readHelping(v)
			if err != nil {
				return err
			}
			x.Secret = saved.Secret
			return v.Page(v.T("settings.support"), supportView(v, x))
		default:
			v.Toast(v.T("settings.saved"))
			return v.Go("/settings/support")
		}
	}
	return supportAgain(v, err, func(x *helping, f shell.Faults) {
		box.EditVersion, box.Password, box.SecretHash, box.EnabledAt = x.Box.EditVersion, x.Box.Password, x.Box.SecretHash, x.Box.EnabledAt
		x.Box, x.Faults = box, f
	})
}

// saveTargets keeps targets and limits.
func saveTargets(v *shell.Visit) error {
	x, err := readHelping(v)
	if err != nil {
		return err
	}
	v.Form("") // reads the form
	var l fault.List
	s := support.Settings{Targets: targetsOf(v, &l), Limits: limitsOf(v, x.Currency, &l)}
	if err = l.Err(); err == nil {
		_, err = shell.Do(v, admin.SaveSupport, admin.SupportCommand{Settings: s, Version: v.EditVersion()})
	}
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/support")
	}
	return supportAgain(v, err, func(x *helping, f shell.Faults) {
		x.Wrong, x.Typed = f, map[string]string{}
		for name := range v.R.PostForm {
			x.Typed[name] = v.Form(name)
		}
	})
}

func targetsOf(v *shell.Visit, l *fault.List) (out []support.Target) {
	for _, k := range support.Kinds {
		for _, p := range support.Priorities {
			t := support.Target{Kind: k, Priority: p}
			for _, f := range []struct {
				what string
				into *int64
			}{{"first", &t.First}, {"resolve", &t.Resolve}} {
				name, ok := targetName(f.what, k, p), false
				if *f.into, ok = support.ParseSpan(v.Form(name)); !ok {
					l.Add("/"+name, "out_of_range", "%s", v.T("settings.span_bad"))
				}
			}
			out = append(out, t)
		}
	}
	return out
}

func limitsOf(v *shell.Visit, c money.Currency, l *fault.List) (out []support.Limit) {
	for _, role := range access.Roles {
		text := v.Form("limit_" + string(role))
		if text == "" { // the usual one
			continue
		}
		amount, err := c.ParseAmount(text)
		l.AddError("/limit_"+string(role), err)
		out = append(out, support.Limit{Role: role, Amount: amount})
	}
	return out
}

func targetName(what, kind, priority string) string { return what + "_" + kind + "_" + priority }

// target is what stands in a field of a target.
func (x helping) target(what, kind, priority string) string {
	if text, ok := x.Typed[targetName(what, kind, priority)]; ok {
		return text
	}
	t := support.TargetOf(x.Settings.Targets, kind, priority)
	if what == "first" {
		return support.SpanText(t.First)
	}
	return support.SpanText(t.Resolve)
}

// limit is what stands in a field of a limit; "" for the usual one.
func (x helping) limit(role access.Role) string {
	if text, ok := x.Typed["limit_"+string(role)]; ok {
		return text
	}
	i := slices.IndexFunc(x.Settings.Limits, func(l support.Limit) bool { return l.Role == role })
	if i < 0 {
		return ""
	}
	return x.Currency.FormatAmount(x.Settings.Limits[i].Amount)
}

// usual is what a role gives where the shop says nothing.
func (x helping) usual(v *shell.Visit, role access.Role) string {
	if role == access.Admin {
		return v.T("settings.limit_none")
	}
	none := support.Settings{}
	return x.Currency.FormatAmount(none.LimitOf([]access.Role{role}))
}

// wrong tells each fault of targets and limits once.
func (x helping) wrong() []string { return slices.Compact(slices.Sorted(maps.Values(x.Wrong))) }

// inbound is to where a mail server hands mail in.
func inbound(v *shell.Visit) string {
	return here(v) + "/v1/inbound/mail/" + strconv.FormatInt(v.Scope.Merchant, 32)
}

func mailboxSecurities(v *shell.Visit) []ui.Option {
	return []ui.Option{{Value: "tls", Label: v.T("settings.mailbox_tls")}, {Value: "starttls", Label: v.T("settings.mailbox_starttls")}}
}

func (x helping) passwordHint(v *shell.Visit) string {
	if x.Box.Password != "" {
		return v.T("settings.mail_password_kept")
	}
	return ""
}
