package settings

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/web/shell"
)

// presenting is what the page of the shop shows.
type presenting struct {
	Merchant merchants.Merchant
	Profile  merchants.Profile
	Fixed    bool // there are orders
	Faults   shell.Faults
	Stale    bool
}

func (p presenting) logo() string { return p.Profile.LogoPath(p.Merchant.ID) }

func readShop(v *shell.Visit) (presenting, error) {
	var p presenting
	err := v.Read(func(r *store.Reader) error {
		var err error
		if p.Merchant, err = merchants.Get(r, r.M); err != nil {
			return err
		}
		if p.Profile, err = merchants.ProfileOf(r); err != nil {
			return err
		}
		there, err := merchants.There(r)
		p.Fixed = there.Order
		return err
	})
	return p, err
}

func shopPage(v *shell.Visit) error {
	p, err := readShop(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.shop"), shopView(v, p))
}

func saveShop(v *shell.Visit) error {
	c := admin.ShopCommand{Name: v.Form("name"), Zone: v.Form("zone"), Currency: v.Form("currency"), Locale: v.Form("locale"), Color: v.Form("color"), Version: v.EditVersion()}
	if v.Form("own_color") == "" {
		c.Color = ""
	}
	_, err := shell.Do(v, admin.SaveShop, c)
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Leave("/settings/shop") // the name stands in the frame
	}
	return shopAgain(v, err, func(p *presenting) {
		p.Merchant.Name, p.Merchant.Zone, p.Merchant.Currency, p.Profile.Locale, p.Profile.Color = c.Name, c.Zone, c.Currency, c.Locale, c.Color
	})
}

func shopAgain(v *shell.Visit, refused error, typed func(*presenting)) error {
	faults, ok := shell.FaultsOf(refused)
	if !ok {
		return refused
	}
	p, err := readShop(v)
	if err != nil {
		return err
	}
	typed(&p)
	p.Faults, p.Stale = faults, shell.Stale(refused)
	return v.Again(v.T("settings.shop"), shopView(v, p))
}

func saveLogo(v *shell.Visit) error {
	var data []byte
	if v.Form("remove") == "" {
		f, _, err := v.R.FormFile("logo")
		if err != nil && !errors.Is(err, http.ErrMissingFile) {
			return fault.Wrap(err, fault.Invalid, "invalid_upload", "the picture did not arrive whole; try again")
		}
		if err == nil {
			defer f.Close()
			if data, err = io.ReadAll(io.LimitReader(f, admin.MaxLogo+1)); err != nil {
				return err
			}
		}
		if len(data) == 0 {
			var l fault.List
			l.Add("/logo", "missing", "choose a picture first")
			return shopAgain(v, l.Err(), func(*presenting) {})
		}
	}
	if _, err := shell.Do(v, admin.SaveLogo, admin.LogoCommand{Data: data}); err != nil {
		return shopAgain(v, err, func(*presenting) {})
	}
	v.Toast(v.T("settings.saved"))
	return v.Leave("/settings/shop")
}

// logo serves a merchant's picture to anybody: it stands on public pages. Its
// address changes with it, so browsers keep it.
func logo(v *shell.Visit) error {
	m, err := strconv.ParseInt(v.Path("merchant"), 10, 64)
	if err != nil || m <= 0 {
		return noLogo()
	}
	var kind string
	var data []byte
	err = v.Desk().DB.Read(v.Context(), access.Scope{Merchant: m, Actor: access.Actor{Kind: "system", ID: "logo"}}, func(r *store.Reader) error {
		kind, data, err = merchants.Logo(r)
		return err
	})
	if err != nil {
		return err
	}
	if len(data) == 0 {
		return noLogo()
	}
	h := v.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Length", number(int64(len(data))))
	_, err = v.W.Write(data)
	return err
}

func noLogo() error { return fault.New(fault.NotFound, "no_logo", "there is no logo") }
