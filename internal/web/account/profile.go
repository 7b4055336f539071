package account

import (
	"errors"
	"strings"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/passkeys"
	"orderly/internal/store/sessions"
	"orderly/internal/store/users"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// own is what the page of one's own account shows.
type own struct {
	User     users.User
	Security admin.Security
	Sessions []sessions.Session
	Here     sessions.ID
	Part     string // of the form that was refused
	Faults   shell.Faults
	Stale    bool
}

func (o own) fault(part, name string) string {
	if o.Part != part {
		return ""
	}
	return o.Faults[name]
}

func readOwn(v *shell.Visit) (own, error) {
	o := own{Here: v.Signed.Session.ID}
	err := v.ReadOwn(func(r *store.Reader) error {
		var err error
		if o.User, err = users.Get(r, v.Signed.Login.ID); err != nil {
			return err
		}
		if o.Security, err = admin.SecurityOf(r, o.User.ID); err != nil {
			return err
		}
		o.Sessions, err = admin.Sessions(r, o.User.ID, v.Desk().DB.Now())
		return err
	})
	return o, err
}

func accountPage(v *shell.Visit) error {
	o, err := readOwn(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("account.title"), accountView(v, o))
}

func backToAccount(v *shell.Visit) error { return v.Go("/account") }

// again shows the page with what was refused in one of its forms.
func again(v *shell.Visit, part string, refused error) error {
	o, err := readOwn(v)
	if err != nil {
		return err
	}
	var ok bool
	if o.Faults, ok = shell.FaultsOf(refused); !ok {
		said, failed := refusal(v, refused)
		if failed != nil {
			return failed
		}
		o.Faults = shell.Faults{"": said}
	}
	o.Part, o.Stale = part, shell.Stale(refused)
	if part == "profile" {
		o.User.Name, o.User.Locale, o.User.Zone, o.User.Theme = v.Form("name"), v.Form("locale"), v.Form("zone"), v.Form("theme")
	}
	return v.Again(v.T("account.title"), accountView(v, o))
}

func saveProfile(v *shell.Visit) error {
	_, err := shell.DoOwn(v, admin.SaveProfile, admin.ProfileCommand{
		Name: v.Form("name"), Locale: v.Form("locale"), Zone: v.Form("zone"), Theme: v.Form("theme"), Version: v.EditVersion(),
	})
	if err != nil {
		return again(v, "profile", err)
	}
	v.Toast(v.T("account.saved"))
	return v.Leave("/account") // the whole page: its language and theme may be others
}

func savePassword(v *shell.Visit) error {
	err := admin.SetPassword(v.Context(), v.Desk(), *v.Signed, v.R.PostFormValue("old"), v.R.PostFormValue("password"))
	if err != nil {
		return again(v, "password", err)
	}
	v.Toast(v.T("account.password_saved"))
	return v.Go("/account")
}

// enrolling is what the page for setting up an app shows.
type enrolling struct {
	admin.Enrollment
	Picture []string // rows of the square: runs of dark modules as SVG paths
	Size    int
	Fault   string
}

func beginApp(v *shell.Visit) error {
	shop, err := house(v)
	if err != nil {
		return err
	}
	e, err := admin.BeginTOTP(v.Context(), v.Desk(), *v.Signed, shop)
	if err != nil {
		return again(v, "second", err)
	}
	return showEnrolling(v, e, "")
}

// house is what the merchant is called at which the visitor signs in.
func house(v *shell.Visit) (name string, err error) {
	err = v.ReadOwn(func(r *store.Reader) error {
		m, err := merchants.Get(r, r.M)
		name = m.Name
		return err
	})
	return name, err
}

func showEnrolling(v *shell.Visit, e admin.Enrollment, said string) error {
	x := enrolling{Enrollment: e, Fault: said}
	var err error
	if x.Picture, x.Size, err = ui.Square(e.URL); err != nil {
		return err
	}
	if said != "" {
		return v.Again(v.T("account.app"), enrollView(v, x))
	}
	return v.Page(v.T("account.app"), enrollView(v, x))
}

func confirmApp(v *shell.Visit) error {
	codes, err := admin.ConfirmTOTP(v.Context(), v.Desk(), *v.Signed, v.Form("code"))
	var f *fault.Error
	if errors.As(err, &f) && len(f.Fields) > 0 {
		return showEnrolling(v, admin.Enrollment{Secret: v.Form("secret"), URL: v.Form("url")}, f.Fields[0].Message)
	}
	if err != nil {
		return again(v, "second", err)
	}
	return v.Page(v.T("account.codes"), codesView(v, codes))
}

func newCodes(v *shell.Visit) error {
	codes, err := admin.RequireSecond(v.Context(), v.Desk(), *v.Signed, v.R.PostFormValue("old"))
	if err != nil {
		return again(v, "codes", err)
	}
	return v.Page(v.T("account.codes"), codesView(v, codes))
}

func stopSecond(v *shell.Visit) error {
	if err := admin.StopSecond(v.Context(), v.Desk(), *v.Signed, v.R.PostFormValue("old")); err != nil {
		return again(v, "stop", err)
	}
	v.Toast(v.T("account.second_stopped"))
	return v.Go("/account")
}

func removePasskey(v *shell.Visit) error {
	id, err := passkeys.ParseID(v.Form("id"))
	if err != nil {
		return err
	}
	if err := admin.RemovePasskey(v.Context(), v.Desk(), *v.Signed, v.R.PostFormValue("old"), id); err != nil {
		return again(v, "remove", err)
	}
	v.Toast(v.T("account.passkey_removed"))
	return v.Go("/account")
}

func endSession(v *shell.Visit) error {
	id, err := sessions.ParseID(v.Form("id"))
	if err != nil {
		return err
	}
	if err := admin.EndSession(v.Context(), v.Desk(), *v.Signed, id); err != nil {
		return err
	}
	v.Toast(v.T("account.session_ended"))
	return v.Go("/account")
}

func endOthers(v *shell.Visit) error {
	if err := admin.EndOtherSessions(v.Context(), v.Desk(), *v.Signed); err != nil {
		return err
	}
	v.Toast(v.T("account.sessions_ended"))
	return v.Go("/account")
}

// browsers and systems are the words by which an agent is told, those that
// contain others first.
var (
	browsers = [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}}
	systems  = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"}, {"Windows", "Windows"}, {"Macintosh", "macOS"}, {"Linux", "Linux"}}
)

// agentName says in two words what a browser calls itself in two hundred.
func agentName(v *shell.Visit, agent string) string {
	pick := func(of [][2]string) string {
		for _, x := range of {
			if strings.Contains(agent, x[0]) {
				return x[1]
			}
		}
		return ""
	}
	browser, system := pick(browsers), pick(systems)
	switch {
	case browser == "":
		return v.T("account.some_browser")
	case system == "":
		return browser
	}
	return v.T("account.browser_on", "browser", browser, "system", system)
}
