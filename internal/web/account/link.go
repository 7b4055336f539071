package account

import (
	"errors"
	"net/url"
	"time"

	"orderly/internal/account"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/web/shell"
)

func escape(s string) string { return url.QueryEscape(s) }

// joining is what the page of a link shows.
type joining struct {
	signing
	Purpose account.Purpose
	Name    string
	Faults  shell.Faults
}

func linkPage(v *shell.Visit) error {
	opened, err := admin.LookAtLink(v.Context(), v.Desk().DB, v.Path("token"))
	if err != nil {
		return deadLink(v, err)
	}
	if opened.Link.Purpose == account.Demo {
		return accept(v, &opened, admin.Acceptance{})
	}
	if opened.Joins() {
		if told, err := joinFirst(v, &opened); told || err != nil {
			return err
		}
	}
	return showLink(v, &opened, admin.Acceptance{Name: opened.User.Name}, nil)
}

func acceptLink(v *shell.Visit) error {
	opened, err := admin.LookAtLink(v.Context(), v.Desk().DB, v.Path("token"))
	if err != nil {
		return deadLink(v, err)
	}
	if opened.Joins() && v.Signed != nil {
		return join(v)
	}
	return accept(v, &opened, admin.Acceptance{Email: v.Form("email"), Name: v.Form("name"), Password: v.R.PostFormValue("password"), Zone: v.Form("zone")})
}

func accept(v *shell.Visit, opened *admin.Opened, a admin.Acceptance) error {
	from, err := attempt(v)
	if err != nil {
		return err
	}
	email := a.Email
	a.Attempt = from
	a.Email = email
	token, signed, err := admin.AcceptLink(v.Context(), v.Desk(), v.Path("token"), a)
	switch {
	case errors.Is(err, admin.ErrSecondFactor):
		v.SignIn(token, time.UnixMicro(v.Desk().DB.Now()).Add(account.PendingTime))
		return v.Leave("/signin/second")
	case err == nil:
		return enter(v, token, signed, "/")
	case fault.CodeOf(err) == "dead_link":
		return deadLink(v, err)
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return showLink(v, opened, a, faults)
}

func showLink(v *shell.Visit, opened *admin.Opened, a admin.Acceptance, faults shell.Faults) error {
	s, err := newSigningAt(v, "/", opened.Merchant)
	if err != nil {
		return err
	}
	s.Email = opened.User.Email
	if opened.Link.Purpose == account.FirstRun {
		s.Email = a.Email
	}
	j := joining{signing: s, Purpose: opened.Link.Purpose, Name: a.Name, Faults: faults}
	title := v.T("account.link_" + string(j.Purpose))
	if faults != nil {
		return v.BareAgain(title, linkView(v, j))
	}
	return v.Bare(title, linkView(v, j))
}

// deadLink says what to do about a link that opens nothing.
func deadLink(v *shell.Visit, err error) error {
	if fault.CodeOf(err) != "dead_link" {
		return err
	}
	s, bad := newSigning(v, "/")
	if bad != nil {
		return bad
	}
	return v.BareAgain(v.T("account.link_dead"), deadLinkView(v, s))
}
