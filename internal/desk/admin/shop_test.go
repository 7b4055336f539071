package admin_test

import (
	"bytes"
	"slices"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/store/locations"
	"orderly/internal/store/merchants"
)

// Kills: a currency that changes beneath orders; settings that overwrite each
// other; a shop that other processes remember under its old name.
func TestShopSettings(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		zero := int64(0)
		c := admin.ShopCommand{Name: " Tea & Sons ", Zone: "Europe/Berlin", Currency: "EUR", Locale: "de-DE", Color: "#1D4ED8", Version: &zero}
		save := func(c admin.ShopCommand) error {
			_, err := desk.One(t.Context(), h.Desk, admin.SaveShop, h.admin.Scope, c, desk.Options{})
			return err
		}
		wants(t, "all of it", save(c), "")
		wants(t, "what somebody else has changed", save(c), "edited_meanwhile")
		c.Version = nil
		h.Goods("TEA", catalog.Backorder, "A", 5)
		r := h.Request("TEA", 1)
		r.Currency = "EUR"
		if _, err := desk.One(t.Context(), h.Desk, intake.Place, h.Scope, intake.PlaceCommand{Request: r}, desk.Options{}); err != nil {
			t.Fatal(err)
		}
		c.Currency = "GBP"
		wants(t, "a currency beneath orders", save(c), "fixed")
		c.Currency, c.Color, c.Locale = "EUR", "red", "xx"
		wants(t, "nonsense", save(c), "invalid")
		c.Color, c.Locale, c.Name = "", "en-GB", "Coffee & Daughters"
		wants(t, "the name", save(c), "")
		err := h.DB.Read(t.Context(), h.Scope, func(r *store.Reader) error {
			m, err := merchants.Get(r, admin.Main)
			p, err2 := merchants.ProfileOf(r)
			if m.Name != c.Name || m.Zone != "Europe/Berlin" || m.Currency != "EUR" || p.Locale != "en-GB" || p.Color != "" || p.EditVersion != 2 {
				t.Errorf("%+v %+v %v", m, p, err2)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		h.Remembers()
		sales := h.join("sales@example.com", access.Sales)
		_, err = desk.One(t.Context(), h.Desk, admin.SaveShop, sales.Scope, c, desk.Options{})
		wants(t, "by sales", err, "missing_scope")
	})
}

var png = append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 40)...)

// Kills: a picture that is a program; one without a bound; one that stays.
func TestLogo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		save := func(data []byte) error {
			_, err := desk.One(t.Context(), h.Desk, admin.SaveLogo, h.admin.Scope, admin.LogoCommand{Data: data}, desk.Options{})
			return err
		}
		wants(t, "SVG", save([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)), "invalid")
		wants(t, "GIF", save([]byte("GIF89a.........")), "invalid")
		wants(t, "large", save(append(bytes.Clone(png), make([]byte, admin.MaxLogo)...)), "invalid")
		wants(t, "PNG", save(png), "")
		look := func() (kind string, data []byte) {
			err := h.DB.Read(t.Context(), h.Scope, func(r *store.Reader) (err error) {
				kind, data, err = merchants.Logo(r)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return kind, data
		}
		if kind, data := look(); kind != "image/png" || !bytes.Equal(data, png) {
			t.Errorf("%s of %d bytes", kind, len(data))
		}
		wants(t, "none", save(nil), "")
		if kind, data := look(); kind != "" || len(data) != 0 {
			t.Errorf("afterwards %s of %d bytes", kind, len(data))
		}
	})
}

// Kills: a channel that nobody sees until it is set up; one that is lost when
// it is given a name.
func TestChannels(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Goods("TEA", catalog.Backorder, "A", 5)
		h.Place("TEA", 1)
		labels := func() (out []string) {
			err := h.DB.Read(t.Context(), h.Scope, func(r *store.Reader) error {
				all, err := channels.All(r)
				for _, c := range all {
					out = append(out, c.Code+"="+c.Label)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if got := labels(); !slices.Equal(got, []string{"web=Web"}) {
			t.Errorf("on first sight: %v", got)
		}
		save := func(c channels.Channel, v *int64) error {
			_, err := desk.One(t.Context(), h.Desk, admin.SaveChannel, h.admin.Scope, admin.ChannelCommand{Channel: c, Version: v}, desk.Options{})
			return err
		}
		zero := int64(0)
		wants(t, "a name", save(channels.Channel{Code: "web", Label: "Webshop", Color: "teal", Kind: "web", Active: true}, &zero), "")
		wants(t, "another meanwhile", save(channels.Channel{Code: "web", Label: "Shop", Color: "teal", Kind: "web", Active: true}, &zero), "edited_meanwhile")
		wants(t, "by hand", save(channels.Channel{Code: "fair", Label: "Book fair", Color: "pink", Kind: "other", Active: true}, nil), "")
		wants(t, "nonsense", save(channels.Channel{Code: "x", Label: "", Color: "beige", Kind: "y"}, nil), "invalid")
		if got := labels(); !slices.Equal(got, []string{"fair=Book fair", "web=Webshop"}) {
			t.Errorf("afterwards: %v", got)
		}
	})
}

// Kills: pickups that are lost when a location is saved by who knows none.
func TestPickups(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		at := func() *stock.Location {
			var found *stock.Location
			err := h.DB.Read(t.Context(), h.Scope, func(r *store.Reader) error {
				all, err := locations.All(r)
				for _, x := range all {
					if x.Code == "A" {
						found = x
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		want := []stock.Pickup{{Carrier: "Post", LeavesAt: 600, Days: 31}, {Carrier: "Post", LeavesAt: 960, Days: 31}}
		desktest.Must(h.Shop, admin.SaveLocation, admin.LocationCommand{Location: *at(), Pickups: &want})
		if got := at().Pickups; !slices.Equal(got, want) {
			t.Errorf("%v", got)
		}
		desktest.Must(h.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "A", Name: "Else", Kind: "store", Active: true}})
		if got := at(); !slices.Equal(got.Pickups, want) || got.Name != "Else" {
			t.Errorf("saved without: %+v", got)
		}
		none := []stock.Pickup{}
		desktest.Must(h.Shop, admin.SaveLocation, admin.LocationCommand{Location: *at(), Pickups: &none})
		if got := at().Pickups; len(got) != 0 {
			t.Errorf("removed: %v", got)
		}
		bad := []stock.Pickup{{Carrier: "", LeavesAt: 1, Days: 1}}
		_, err := desktest.Try(h.Shop, admin.SaveLocation, admin.LocationCommand{Location: *at(), Pickups: &bad})
		wants(t, "nameless", err, "invalid")
	})
}

// Kills: a first run that leads where all is done, or never ends.
func TestFirstRun(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		state := func() (f admin.FirstRun) {
			err := h.DB.Read(t.Context(), h.Scope, func(r *store.Reader) (err error) {
				f, err = admin.FirstRunOf(r)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		skip := func(step string) {
			t.Helper()
			if _, err := desk.One(t.Context(), h.Desk, admin.SkipStep, h.admin.Scope, admin.FirstRunCommand{Step: step}, desk.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		if f := state(); f.Next() != admin.StepShop || !f.Leads() {
			t.Errorf("at first: %+v", f)
		}
		skip(admin.StepShop)
		if f := state(); f.Next() != admin.StepItems { // desktest has made locations
			t.Errorf("then: %+v", f)
		}
		h.Goods("TEA", catalog.Backorder, "A", 5)
		if f := state(); f.Next() != admin.StepOrder || !f.Leads() {
			t.Errorf("with stock: %+v", f)
		}
		skip(admin.StepsClosed)
		skip(admin.StepsClosed)
		if f := state(); f.Leads() {
			t.Errorf("closed: %+v", f)
		}
		h.Place("TEA", 1)
		if f := state(); f.Next() != "" {
			t.Errorf("with an order: %+v", f)
		}
	})
}
