package account

import (
	"encoding/json"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/web/shell"
)

// asks answers a script with a question for the browser.
func asks(v *shell.Visit, a admin.Asking, err error) error {
	v.W.Header().Set("Content-Type", "application/json")
	if err != nil {
		said, failed := refusal(v, err)
		if failed != nil {
			return failed
		}
		v.W.WriteHeader(422)
		return json.NewEncoder(v.W).Encode(map[string]string{"fault": said})
	}
	return json.NewEncoder(v.W).Encode(map[string]any{"options": a.Options, "token": a.Token})
}

func askPasskey(v *shell.Visit) error {
	from, err := attempt(v)
	if err != nil {
		return err
	}
	a, err := admin.AskForPasskey(v.Context(), v.Desk(), v.Origin(), from)
	return asks(v, a, err)
}

func signInPasskey(v *shell.Visit) error {
	from, err := attempt(v)
	if err != nil {
		return err
	}
	token, signed, err := admin.SignInWithPasskey(v.Context(), v.Desk(), v.Origin(), v.Form("token"), []byte(v.Form("answer")), from)
	if err == nil {
		return enter(v, token, signed, v.Form("next"))
	}
	s, bad := newSigning(v, v.Form("next"))
	if bad != nil {
		return bad
	}
	if s.Fault, err = refusal(v, err); err != nil {
		return err
	}
	return v.BareAgain(v.T("account.sign_in"), signInView(v, s))
}

func askSecond(v *shell.Visit) error {
	a, err := admin.AskForSecondPasskey(v.Context(), v.Desk(), v.Origin(), v.Token())
	return asks(v, a, err)
}

func secondPasskey(v *shell.Visit) error {
	from, err := attempt(v)
	if err != nil {
		return err
	}
	token, signed, err := admin.SecondPasskey(v.Context(), v.Desk(), v.Origin(), v.Token(), v.Form("token"), []byte(v.Form("answer")), from)
	if err == nil {
		return enter(v, token, signed, v.Form("next"))
	}
	if fault.CodeOf(err) == "not_signed_in" {
		return v.Leave("/signin")
	}
	s, bad := newSigning(v, v.Form("next"))
	if bad != nil {
		return bad
	}
	if s.Fault, err = refusal(v, err); err != nil {
		return err
	}
	if s.Passkey, err = waits(v); err != nil {
		return err
	}
	return v.BareAgain(v.T("account.second"), secondView(v, s))
}

func askNewPasskey(v *shell.Visit) error {
	shop, err := house(v)
	if err != nil {
		return err
	}
	a, err := admin.BeginPasskey(v.Context(), v.Desk(), *v.Signed, v.Origin(), shop)
	return asks(v, a, err)
}

func addPasskey(v *shell.Visit) error {
	err := admin.AddPasskey(v.Context(), v.Desk(), *v.Signed, v.Origin(), v.Form("token"), v.Form("key_name"), []byte(v.Form("answer")))
	if err != nil {
		return again(v, "passkey", err)
	}
	v.Toast(v.T("account.passkey_added"))
	return v.Go("/account")
}
