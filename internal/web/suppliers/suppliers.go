// Package suppliers is the room of whom goods are bought from: their terms, what
// each offers, and how it delivered.
//
// What belongs here: reading and changing suppliers and their offers. What does
// not: orders placed with them (purchases).
package suppliers

import (
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
	"orderly/internal/web/onboarding"
	"orderly/internal/web/reviewing"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

const (
	shown  = 50  // rows of the list
	offers = 100 // that the page of a supplier lists
)

// Routes of the room.
func Routes() []shell.Route {
	read, write := access.PurchasesRead, buy.SaveSupplier.Permission
	return []shell.Route{
		{Method: "GET", Path: "/suppliers", Needs: read, Do: index},
		{Method: "POST", Path: "/suppliers", Needs: write, Do: create},
		{Method: "GET", Path: "/suppliers/{id}", Needs: read, Do: page},
		{Method: "GET", Path: "/suppliers/{id}/deliveries.csv", Needs: read, Do: deliveries},
		{Method: "POST", Path: "/suppliers/{id}", Needs: write, Do: save},
		{Method: "POST", Path: "/suppliers/{id}/state", Needs: write, Do: setState},
		{Method: "POST", Path: "/suppliers/{id}/offers", Needs: write, Do: offer},
		{Method: "POST", Path: "/suppliers/{id}/trials", Needs: partner.StartTrial.Permission, Do: startTrial},
	}
}

// listing is what the page of the list shows.
type listing struct {
	Rows   []*supplier.Supplier
	All    bool
	Next   string
	Faults shell.Faults
	again  bool
}

func index(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("suppliers.title"), indexPage(v, x))
}

func load(v *shell.Visit) (*listing, error) {
	x := &listing{All: v.Query("state") == "all"}
	err := v.Read(func(r *store.Reader) (err error) {
		x.Rows, err = suppliers.Page(r, x.All, v.Query("after"), shown+1)
		return err
	})
	if len(x.Rows) > shown {
		x.Rows = x.Rows[:shown]
		x.Next = x.Rows[shown-1].Code
	}
	return x, err
}

func create(v *shell.Visit) error {
	currency := v.Form("currency")
	if currency == "" {
		currency = v.Merchant.Currency
	}
	r, err := shell.Do(v, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: v.Form("code"), Name: v.Form("name"), Currency: strings.ToUpper(currency), Active: true}})
	if err == nil {
		v.Toast(v.T("suppliers.made"))
		return v.Go("/suppliers/" + supplier.ID(r.ID).String())
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x, err := load(v)
	if err != nil {
		return err
	}
	x.Faults, x.again = faults, true
	return v.Again(v.T("suppliers.title"), indexPage(v, x))
}

// view is what the page of one supplier shows.
type view struct {
	Ready *onboarding.View
	*supplier.Supplier
	Offers []suppliers.Offered
	Score  *reviewing.View
	Places []*stock.Location
	Form   string // that was refused
	Faults shell.Faults
}

func read(v *shell.Visit) (*view, error) {
	id, err := supplier.ParseID(v.Path("id"))
	if err != nil {
		return nil, noSuchSupplier()
	}
	x := &view{}
	err = v.Read(func(r *store.Reader) error {
		if x.Supplier, err = suppliers.Get(r, id); err == nil && x.Supplier == nil {
			err = noSuchSupplier()
		}
		if err != nil {
			return err
		}
		if x.Offers, err = suppliers.PageOffers(r, id, 0, offers); err != nil {
			return err
		}
		if x.Score, err = reviewing.Read(v, r, x.Supplier, reviewing.Asked(v), x.path()+"/deliveries.csv?"+reviewing.Query(v)); err != nil {
			return err
		}
		if x.Ready, err = onboarding.Read(r, x.Supplier, stock.LocationID(x.Location), v.Now().UnixMicro()); err != nil {
			return err
		}
		x.Ready.Action = x.path() + "/trials"
		x.Places, err = locations.All(r)
		return err
	})
	return x, err
}

func noSuchSupplier() error {
	return fault.New(fault.NotFound, "no_such_supplier", "there is no such supplier")
}

func (x *view) path() string { return "/suppliers/" + x.ID.String() }

// startTrial sends the supplier a trial order.
func startTrial(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	return onboarding.Start(v, stock.LocationID(x.Location), func(faults shell.Faults) error {
		x.Ready.Faults = faults
		return v.Again(x.Name, supplierPage(v, x))
	})
}

func page(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	return v.Page(x.Name, supplierPage(v, x))
}

// places are the locations at which a supplier's stock may be counted.
func (x *view) places(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Label: v.T("suppliers.no_place")}}
	for _, l := range x.Places {
		if l.Kind == "supplier" {
			out = append(out, ui.Option{Value: l.ID.String(), Label: l.Name})
		}
	}
	return out
}

func save(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	s := *x.Supplier
	var l fault.List
	s.Name, s.Email, s.Phone, s.Note = v.Form("name"), v.Form("email"), v.Form("phone"), v.Form("note")
	s.LeadDays, s.TermsDays = v.FormInt("lead_days", &l), v.FormInt("terms_days", &l)
	s.Over, s.Price = v.FormInt("over_percent", &l), v.FormInt("price_percent", &l)
	if currency, bad := money.ParseCurrency(s.Currency); bad == nil && v.Form("minimum_order") != "" {
		s.MinOrder, bad = currency.ParseAmount(v.Form("minimum_order"))
		l.AddError("/minimum_order", bad)
	}
	if s.Location = 0; v.Form("location") != "" {
		at, bad := stock.ParseLocationID(v.Form("location"))
		l.AddError("/location", bad)
		s.Location = int64(at)
	}
	s.DropShips = v.Form("drop_ships") != ""
	if err = l.Err(); err == nil {
		_, err = shell.Do(v, buy.SaveSupplier, buy.SupplierCommand{Supplier: s, Version: v.EditVersion()})
	}
	return x.done(v, "terms", v.T("suppliers.saved"), err)
}

func setState(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	_, err = shell.Do(v, buy.SetSupplierState, buy.SupplierStateCommand{Supplier: x.ID, Active: v.Form("active") != ""})
	return x.done(v, "state", v.T("suppliers.saved"), err)
}

// offer sets what the supplier offers of one item.
func offer(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	var l fault.List
	o := supplier.Offer{SupplierSKU: v.Form("supplier_sku"), LeadDays: v.FormInt("lead_days", &l), Minimum: max(1, v.FormInt("minimum", &l)), Pack: max(1, v.FormInt("pack", &l)), Preferred: v.Form("preferred") != "", Active: v.Form("ended") == ""}
	cost, bad := money.ParsePrice(v.Form("cost"))
	l.AddError("/cost", bad)
	o.Cost = cost
	if err = l.Err(); err == nil {
		_, err = shell.Do(v, buy.SetOffers, buy.OffersCommand{Supplier: x.ID, SKUs: []string{v.Form("sku")}, Offers: []supplier.Offer{o}})
	}
	return x.done(v, "offer", v.T("suppliers.offer_saved"), err)
}

// done goes back to the supplier with a sentence, or shows it again with what was
// refused beside the form of that name.
func (x *view) done(v *shell.Visit, form, said string, err error) error {
	if err == nil {
		v.Toast(said)
		return v.Go(x.path())
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Form, x.Faults = form, faults
	return v.Again(x.Name, supplierPage(v, x))
}

func (x *view) fault(form string, fields ...string) string {
	if x.Form != form {
		return ""
	}
	for _, f := range fields {
		if text := x.Faults[f]; text != "" {
			return text
		}
	}
	return ""
}

// deliveries are the lines that the figures of a period are of.
func deliveries(v *shell.Visit) error {
	id, err := supplier.ParseID(v.Path("id"))
	if err != nil {
		return noSuchSupplier()
	}
	var s *supplier.Supplier
	if err := v.Read(func(r *store.Reader) error {
		if s, err = suppliers.Get(r, id); err == nil && s == nil {
			err = noSuchSupplier()
		}
		return err
	}); err != nil {
		return err
	}
	return reviewing.Write(v, s, reviewing.Asked(v))
}

// typed is what was typed into a form that was refused.
func (x *view) typed(v *shell.Visit, form, field, otherwise string) string {
	if x.Form == form {
		return v.Form(field)
	}
	return otherwise
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
