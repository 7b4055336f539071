package httpapi

import (
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk/buy"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// supplierRoutes are whom goods are bought from, and what each offers.
func (a *api) supplierRoutes() {
	read, write := access.PurchasesRead, buy.SaveSupplier.Permission
	add(a, route{method: "GET", path: "/v1/suppliers", id: "listSuppliers", summary: "List suppliers by code", needs: read}, a.listSuppliers)
	add(a, route{method: "POST", path: "/v1/suppliers", id: "createSupplier", summary: "Make a supplier", needs: write, answers: made, tagged: true}, a.createSupplier)
	add(a, route{method: "GET", path: "/v1/suppliers/{id}", id: "getSupplier", summary: "Read a supplier", needs: read, tagged: true}, a.getSupplier)
	add(a, route{method: "PATCH", path: "/v1/suppliers/{id}", id: "editSupplier", summary: "Edit a supplier", needs: write, edit: true, tagged: true}, a.editSupplier)
	add(a, route{method: "POST", path: "/v1/suppliers/{id}/deactivate", id: "deactivateSupplier", summary: "Buy nothing more from it", needs: write, tagged: true, text: deactivateText}, a.supplierState(false))
	add(a, route{method: "POST", path: "/v1/suppliers/{id}/activate", id: "activateSupplier", summary: "Buy from it again", needs: write, tagged: true}, a.supplierState(true))
	add(a, route{method: "GET", path: "/v1/suppliers/{id}/offers", id: "listSupplierOffers", summary: "List what it offers", needs: read}, a.listSupplierOffers)
	add(a, route{method: "PUT", path: "/v1/suppliers/{id}/offers", id: "setSupplierOffers", summary: "Set up to 500 offers by SKU", needs: write, text: setOffersText}, a.setSupplierOffers)
	add(a, route{method: "GET", path: "/v1/suppliers/{id}/scorecard", id: "supplierScorecard", summary: "How it delivered in a period", needs: read, text: scorecardText}, a.supplierScorecard)
	add(a, route{method: "GET", path: "/v1/suppliers/{id}/scorecard/lines", id: "supplierScorecardLines", summary: "List the lines that its score card counts", needs: read, text: "Those of which the last came last first. The supplier sees the same figures and lines of its last ninety days in its portal."}, a.scorecardLines)
	add(a, route{method: "GET", path: "/v1/items/{id}/offers", id: "itemOffers", summary: "Compare the offers of an item", needs: read, text: itemOffersText}, a.itemOffers)
}

const (
	deactivateText = "Purchase orders that are under way stand; no new ones are made."
	setOffersText  = "What it offers of these items already is replaced, what it offers of others stays: an offer ends with `active: false`. Where one is `preferred`, no other supplier's offer of the item is any more. " +
		"With `dry_run=true` only the counts are told."
	itemOffersText = "The better one first: open before closed, the preferred one before others, then by cost where currencies agree, then by days. With `quantity` each says how many would have to be bought, by its minimum and pack, and for how much."
)

type supplierID struct {
	ID string `path:"id" doc:"The supplier's id, or its code as code:ACME." example:"sup_0pmnqh2000400"`
}

type supplierAct struct {
	ID string `path:"id" doc:"The supplier's id, or its code as code:ACME." example:"sup_0pmnqh2000400"`
	DryRun
}

type supplierQuery struct {
	Paging
	All bool `query:"all" doc:"true lists those that nothing is bought from any more, too."`
}

// supplier reads a supplier by its id or by code: and its code.
func (c *call) supplier(text string) (*supplier.Supplier, error) {
	var s *supplier.Supplier
	err := c.read(func(r *store.Reader) (err error) {
		if code, ok := strings.CutPrefix(text, "code:"); ok {
			found, err := suppliers.ByCode(r, []string{code})
			s = found[code]
			return err
		}
		if id, bad := supplier.ParseID(text); bad == nil {
			s, err = suppliers.Get(r, id)
		}
		return err
	})
	if err == nil && s == nil {
		err = fault.New(fault.NotFound, "no_such_supplier", "there is no supplier %.60q", text)
	}
	return s, err
}

func (a *api) listSuppliers(c *call, p *supplierQuery, _ *none) (Page[Supplier], error) {
	after, err := p.text()
	if err != nil {
		return Page[Supplier]{}, err
	}
	var list []*supplier.Supplier
	err = c.read(func(r *store.Reader) (err error) {
		list, err = suppliers.Page(r, p.All, after, p.Limit+1)
		return err
	})
	return page(p.Limit, list, renderSupplier, func(s *supplier.Supplier) string { return s.Code }), err
}

func (a *api) getSupplier(c *call, p *supplierID, _ *none) (Supplier, error) {
	s, err := c.supplier(p.ID)
	if err != nil {
		return Supplier{}, err
	}
	c.tag(s.Version)
	return renderSupplier(s), nil
}

func (a *api) createSupplier(c *call, _ *none, in *NewSupplier) (Supplier, error) {
	s := supplier.Supplier{Code: in.Code, Name: in.Name, Currency: in.Currency, Active: true}
	if err := in.apply(c, &s); err != nil {
		return Supplier{}, err
	}
	r, err := one(c, buy.SaveSupplier, buy.SupplierCommand{Supplier: s})
	if err != nil {
		return Supplier{}, err
	}
	out, err := c.savedSupplier(r.Value, supplier.ID(r.ID))
	c.created("/v1/suppliers/" + supplier.ID(r.ID).String())
	return out, err
}

// savedSupplier is the supplier that an operation gave, or reads it: the answer
// to a repeated request has none.
func (c *call) savedSupplier(value any, id supplier.ID) (Supplier, error) {
	s, ok := value.(*supplier.Supplier)
	if !ok {
		var err error
		if s, err = c.supplier(id.String()); err != nil {
			return Supplier{}, err
		}
	}
	c.tag(s.Version)
	return renderSupplier(s), nil
}

func (a *api) editSupplier(c *call, p *supplierID, in *SupplierFields) (Supplier, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return Supplier{}, err
	}
	s, err := c.supplier(p.ID)
	if err != nil {
		return Supplier{}, err
	}
	if err := in.apply(c, s); err != nil {
		return Supplier{}, err
	}
	r, err := one(c, buy.SaveSupplier, buy.SupplierCommand{Supplier: *s, Version: version})
	if err != nil {
		return Supplier{}, err
	}
	return c.savedSupplier(r.Value, s.ID)
}

func (a *api) supplierState(active bool) func(*call, *supplierAct, *none) (Supplier, error) {
	return func(c *call, p *supplierAct, _ *none) (Supplier, error) {
		s, err := c.supplier(p.ID)
		if err != nil {
			return Supplier{}, err
		}
		cmd := buy.SupplierStateCommand{Supplier: s.ID, Active: active}
		do := one[buy.SupplierStateCommand]
		if p.Dry {
			do = preview[buy.SupplierStateCommand]
		}
		r, err := do(c, buy.SetSupplierState, cmd)
		if err != nil {
			return Supplier{}, err
		}
		out, err := c.savedSupplier(r.Value, s.ID)
		out.DryRun = p.Dry
		return out, err
	}
}

type offerQuery struct {
	ID string `path:"id" doc:"The supplier's id, or its code as code:ACME." example:"sup_0pmnqh2000400"`
	Paging
}

func (a *api) listSupplierOffers(c *call, p *offerQuery, _ *none) (Page[SupplierOffer], error) {
	after, err := p.numbers(1, 0)
	if err != nil {
		return Page[SupplierOffer]{}, err
	}
	s, err := c.supplier(p.ID)
	if err != nil {
		return Page[SupplierOffer]{}, err
	}
	var list []suppliers.Offered
	err = c.read(func(r *store.Reader) (err error) {
		list, err = suppliers.PageOffers(r, s.ID, after[0], p.Limit+1)
		return err
	})
	render := func(o suppliers.Offered) SupplierOffer { return renderSupplierOffer(&o.Offer, s, o.SKU, o.Name) }
	return page(p.Limit, list, render, func(o suppliers.Offered) string { return number(o.Item) }), err
}

func (a *api) setSupplierOffers(c *call, p *supplierAct, in *SupplierOffers) (SupplierOffersSet, error) {
	s, err := c.supplier(p.ID)
	if err != nil {
		return SupplierOffersSet{}, err
	}
	cmd := buy.OffersCommand{Supplier: s.ID}
	for i := range in.Offers {
		cmd.SKUs = append(cmd.SKUs, in.Offers[i].SKU)
		cmd.Offers = append(cmd.Offers, in.Offers[i].offer(i, &c.faults))
	}
	do := one[buy.OffersCommand]
	if p.Dry {
		do = preview[buy.OffersCommand]
	}
	r, err := do(c, buy.SetOffers, cmd)
	if err != nil {
		return SupplierOffersSet{}, err
	}
	out := SupplierOffersSet{Supplier: s.ID.String(), Version: r.Seq, DryRun: p.Dry}
	if done, ok := r.Value.(*buy.OffersSet); ok {
		out.Made, out.Changed, out.Same = done.Made, done.Changed, done.Same
	}
	return out, nil
}

type itemOffersQuery struct {
	ID       string `path:"id" doc:"The item's id, or its SKU as sku:MUG-BLUE." example:"itm_0pmnqh2000400"`
	Quantity int64  `query:"quantity" minimum:"1" maximum:"1000000000" default:"1" doc:"Units that are wanted, in steps of the item."`
}

func (a *api) itemOffers(c *call, p *itemOffersQuery, _ *none) (Page[ComparedOffer], error) {
	item, err := c.item(p.ID)
	if err != nil {
		return Page[ComparedOffer]{}, err
	}
	var list []supplier.Choice
	err = c.read(func(r *store.Reader) (err error) {
		list, err = buy.Choices(r, int64(item.ID), p.Quantity, a.desk.DB.Now())
		return err
	})
	if err != nil {
		return Page[ComparedOffer]{}, err
	}
	out := make([]ComparedOffer, len(list))
	for i := range list {
		x := &list[i]
		out[i] = ComparedOffer{
			SupplierOffer: renderSupplierOffer(&x.Offer, x.By, item.SKU, item.Name), SupplierName: x.By.Name, SupplierCode: x.By.Code, SupplierActive: x.By.Active,
			Days: x.Lead, Quantity: x.Quantity, OnTimeLines: x.Lines,
		}
		if currency, err := money.ParseCurrency(x.By.Currency); err == nil {
			if total, _, err := money.LineTotal(x.Quantity, item.Scale, x.Cost, currency, money.HalfAwayFromZero); err == nil {
				out[i].Total = currency.FormatAmount(total)
			}
		}
		if x.OnTime >= 0 {
			out[i].OnTime = &x.OnTime
		}
	}
	return Page[ComparedOffer]{Data: out}, nil
}

// locationText names a location by its id; "" when there is none.
func locationText(id int64) string {
	if id == 0 {
		return ""
	}
	return stock.LocationID(id).String()
}
