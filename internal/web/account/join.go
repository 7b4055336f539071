package account

import (
	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/web/shell"
)

// invited is what the page of a merchant's invitation shows to who signs in
// already.
type invited struct {
	signing
	Roles  []access.Role
	Here   string // the address of who looks, "" for nobody
	Accept bool
}

// joinFirst tells whom an invitation is for, where that is somebody who signs in
// already. told is false for who has no login yet: the link's own form makes one.
func joinFirst(v *shell.Visit, o *admin.Opened) (told bool, err error) {
	x := invited{Roles: o.User.Roles}
	if v.Signed != nil {
		x.Here = v.Signed.Login.Email
		x.Accept = x.Here == o.User.Email
	} else if there, err := admin.LoginThere(v.Context(), v.Desk().DB, o.User.Email); err != nil || !there {
		return false, err
	}
	if x.signing, err = newSigningAt(v, admin.LinkPath+v.Path("token"), o.Merchant); err != nil {
		return true, err
	}
	x.Email = o.User.Email
	return true, v.Bare(v.T("account.join", "name", v.Merchant.Name), joinView(v, x))
}

// join accepts an invitation as who has signed in.
func join(v *shell.Visit) error {
	err := admin.Join(v.Context(), v.Desk(), *v.Signed, v.Path("token"))
	if fault.CodeOf(err) == "dead_link" {
		return deadLink(v, err)
	}
	if err != nil {
		return err
	}
	return v.Leave("/")
}
