package requests

import (
	"math"
	"time"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/outbound"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/endpoints"
	"orderly/internal/store/partners"
	"orderly/internal/web/shell"
)

// hooked is the page of a partner's webhooks: where it sends its own, and where
// it is told of what it is asked.
type hooked struct {
	Places    []*stock.Location
	Place     *stock.Location
	Hook      *partner.Hook // nil where it never had a secret
	Endpoints []outbound.Endpoint
	Made      string // a secret that was just made, shown once
	For       string // heard or told: which of the two it is of
	Address   string
	Faults    shell.Faults
}

const (
	toHear = "heard"
	toTell = "told"
)

// address is where the partner sends what it tells.
func (x *hooked) address(v *shell.Visit) string {
	return v.Origin() + partner.HookPath(v.Scope.Merchant, x.Place.ID)
}

func readHooks(v *shell.Visit, at string) (x hooked, err error) {
	err = v.Read(func(r *store.Reader) (err error) {
		if x.Places, x.Place, err = places(r, at); err != nil || x.Place == nil {
			return err
		}
		if x.Hook, err = partners.HookOf(r, x.Place.ID); err != nil {
			return err
		}
		all, err := endpoints.Before(r, math.MaxInt64, 100)
		for _, e := range all {
			if e.Location == int64(x.Place.ID) && e.State != outbound.Ended {
				x.Endpoints = append(x.Endpoints, e)
			}
		}
		return err
	})
	return x, err
}

func hooksPage(v *shell.Visit) error {
	x, err := readHooks(v, v.Query("at"))
	if err != nil {
		return err
	}
	return v.Page(v.T("requests.hooks"), hooksView(v, x))
}

// hookAct makes a secret, or ends what is heard, or has the partner told.
func hookAct(v *shell.Visit) error {
	x, err := readHooks(v, v.Form("at"))
	if err != nil {
		return err
	}
	if x.Place == nil {
		return fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL here")
	}
	secret := admin.NewWebhookSecret()
	at := x.Place.ID
	switch v.Form("act") {
	case "end":
		if _, err = shell.Do(v, admin.EndHook, at); err == nil {
			v.Toast(v.T("requests.hook_ended"))
			return v.Go("/requests/hooks?at=" + at.String())
		}
	case toTell:
		x.Address = v.Form("url")
		_, err = shell.Do(v, admin.MakeWebhook, admin.WebhookCommand{Name: x.Place.Name, Address: x.Address, Types: []string{outbound.Every}, Secret: secret, Location: at})
		x.For = toTell
	default:
		_, err = shell.Do(v, admin.MakeHook, admin.HookCommand{Location: at, Secret: secret, Keep: 24 * time.Hour})
		x.For = toHear
	}
	if err == nil {
		made := x.For
		if x, err = readHooks(v, at.String()); err != nil {
			return err
		}
		x.Made, x.For = secret, made
		return v.Page(v.T("requests.hooks"), hooksView(v, x))
	}
	f, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Faults = f
	return v.Again(v.T("requests.hooks"), hooksView(v, x))
}
