package admin

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/store/merchants"
)

// ShopCommand changes what the shop is called and how it shows itself.
type ShopCommand struct {
	Name     string
	Zone     string // may change until there are orders: their days are counted in it
	Currency string // likewise
	Locale   string
	Color    string // "#rrggbb" or ""
	Version  *int64
}

const maxShopName = 100

var hexColor = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// SaveShop keeps the shop's name, zone, currency, locale and color. The
// result's Value is the merchants.Profile.
var SaveShop = act("shop.save", access.SettingsWrite, func(c *ShopCommand) error {
	c.Name, c.Color = strings.TrimSpace(c.Name), strings.ToLower(strings.TrimSpace(c.Color))
	var l fault.List
	checkShopName("/name", c.Name, &l)
	checkZone("/zone", c.Zone, &l)
	if _, err := money.ParseCurrency(c.Currency); err != nil {
		l.Add("/currency", "unknown_currency", "choose a currency such as EUR or GBP")
	}
	if c.Locale == "" {
		l.Add("/locale", "missing", "choose how dates and numbers are written")
	}
	checkLocale("/locale", c.Locale, &l)
	if c.Color != "" && !hexColor.MatchString(c.Color) {
		l.Add("/color", "invalid_color", "write a color as # and six hexadecimal digits, such as #1d4ed8")
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[ShopCommand]) (desk.Result, error) {
	c := a.Command
	m, err := merchants.Get(&t.Reader, t.M)
	if err != nil {
		return desk.Result{}, err
	}
	p, err := merchants.ProfileOf(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	if c.Version != nil && *c.Version != p.EditVersion {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed the shop's settings meanwhile; look at them again")
	}
	if c.Zone != m.Zone || c.Currency != m.Currency {
		ok, err := merchants.SetZone(t.Tx, c.Zone, c.Currency)
		if err != nil {
			return desk.Result{}, err
		}
		if !ok {
			var l fault.List
			if c.Zone != m.Zone {
				l.Add("/zone", "fixed", "the days of orders are counted in this zone; it is fixed since the first order")
			}
			if c.Currency != m.Currency {
				l.Add("/currency", "fixed", "orders and prices are in this currency; it is fixed since the first order")
			}
			return desk.Result{}, l.As(fault.Conflict, "fixed", "this is fixed since the first order")
		}
	}
	p.Locale, p.Color, p.UpdatedAt, p.EditVersion = c.Locale, c.Color, t.At, p.EditVersion+1
	if err := errors.Join(merchants.Rename(t.Tx, c.Name), merchants.SaveProfile(t.Tx, p)); err != nil {
		return desk.Result{}, err
	}
	t.Seq.Epoch++ // all processes remember the merchant with its catalog
	return toldShop(t, a.Scope, p, map[string]any{"zone": c.Zone, "currency": c.Currency, "locale": c.Locale, "color": c.Color})
})

func toldShop(t *desk.Turn, by access.Scope, p merchants.Profile, data map[string]any) (desk.Result, error) {
	seq, err := tell(t, by, journal.Merchant, t.M, journal.MerchantSaved, data)
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: p}, err
}

// LogoCommand keeps a picture; none removes it.
type LogoCommand struct {
	Data []byte
	kind string
}

// MaxLogo bounds the picture.
const MaxLogo = 200_000

// LogoTypes are the pictures that a browser shows and that can run nothing.
var LogoTypes = []string{"image/png", "image/jpeg", "image/webp"}

// SaveLogo keeps the shop's logo.
var SaveLogo = act("shop.logo", access.SettingsWrite, func(c *LogoCommand) error {
	if len(c.Data) == 0 {
		return nil
	}
	var l fault.List
	c.kind = http.DetectContentType(c.Data)
	switch {
	case len(c.Data) > MaxLogo:
		l.Add("/logo", "too_large", "a logo has at most 200 kB; make the picture smaller, 400 pixels across are plenty")
	case !slices.Contains(LogoTypes, c.kind):
		l.Add("/logo", "unknown_picture", "a logo is a PNG, JPEG or WebP picture")
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[LogoCommand]) (desk.Result, error) {
	c := a.Command
	p, err := merchants.ProfileOf(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	p.UpdatedAt, p.EditVersion, p.LogoType = t.At, p.EditVersion+1, c.kind
	if err := errors.Join(merchants.SaveProfile(t.Tx, p), merchants.SetLogo(t.Tx, c.kind, c.Data)); err != nil {
		return desk.Result{}, err
	}
	return toldShop(t, a.Scope, p, map[string]any{"logo": c.kind, "bytes": len(c.Data)})
})
