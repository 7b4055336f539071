package buy

import (
	"cmp"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// DraftLine is what is wanted of an item. What is nil follows from the
// supplier's offer.
type DraftLine struct {
	SKU         string
	Quantity    int64
	Cost        *money.Price
	SupplierSKU *string
	Expected    string // day, yyyy-mm-dd in the shop's zone; "" when unknown
	Order       order.ID
	OrderLine   int
}

// DraftCommand begins a purchase order. Location is the shop's only one when it
// is left out and there is one alone.
type DraftCommand struct {
	Supplier  supplier.ID
	Location  stock.LocationID
	Purpose   purchase.Purpose // stock when empty
	External  string
	Reference string
	Transport string
	Note      string
	Over      *int64 // the supplier's when nil
	Expected  string // day of lines that name none
	Lines     []DraftLine
}

// CreatePurchase begins a purchase order, as a draft: nobody outside knows of it.
// The Value of the result is the purchase order.
var CreatePurchase = step.Act[DraftCommand]{
	Name: "purchases.create", Permission: access.PurchasesWrite,
	Weight: func(c *DraftCommand) int { return 1 + len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[DraftCommand]) error {
		var skus []string
		for i := range asked {
			for _, l := range asked[i].Command.Lines {
				skus = append(skus, l.SKU)
			}
		}
		return b.LoadItems(skus)
	},
	Decide: func(b *step.Batch, a desk.Asked[DraftCommand]) (desk.Result, error) {
		c := a.Command
		by, err := supplierOf(b, c.Supplier)
		if err != nil {
			return desk.Result{}, err
		}
		var l fault.List
		if !by.Active {
			l.Add("/supplier", "inactive", "nothing is bought from supplier %q any more; activate it first", by.Code)
		}
		p := purchase.Purchase{
			Supplier: int64(by.ID), Location: int64(c.Location), Purpose: cmp.Or(c.Purpose, purchase.Stock), Currency: by.Currency, External: c.External, Reference: c.Reference,
			Transport: c.Transport, Note: c.Note, Over: by.Over,
		}
		if p.Purpose == purchase.DropShip {
			l.Add("/purpose", "by_request", "what a supplier sends to customers is bought by asking it: release the fulfillment at its location")
		}
		if c.Over != nil {
			p.Over = *c.Over
		}
		checkDestination(b, a.Scope, &p, &l)
		if p.Lines, err = linesOf(b, by, c.Lines, c.Expected, &l); err != nil {
			return desk.Result{}, err
		}
		p, err = purchase.New(p, b.At)
		if err = joined(&l, err); err != nil {
			return desk.Result{}, err
		}
		if err := fresh(b, &p); err != nil {
			return desk.Result{}, err
		}
		if err := checkChains(b, &p); err != nil {
			return desk.Result{}, err
		}
		err = b.MakePurchase(a.Scope, &p, journal.PurchaseCreated, nil)
		return bought(&p, "created"), err
	},
}.Operation()

// joined is one fault of all that a list has and a noun found beside it.
func joined(l *fault.List, err error) error {
	if f, ok := err.(*fault.Error); ok && f.Kind == fault.Invalid {
		for _, x := range f.Fields {
			l.Add(x.Pointer, x.Code, "%s", x.Message)
		}
		return l.Err()
	}
	if err != nil {
		return err
	}
	return l.Err()
}

func bought(p *purchase.Purchase, status string) desk.Result {
	return desk.Result{Kind: journal.Purchase, ID: int64(p.ID), Seq: p.Version, Status: status, Value: p}
}

// checkDestination says what is wrong with where a purchase order goes.
func checkDestination(b *step.Batch, by access.Scope, p *purchase.Purchase, l *fault.List) {
	at := b.Catalog.Location(stock.LocationID(p.Location))
	switch {
	case p.Location == 0:
		l.Add("/location", "missing", "say where it goes, by the location's code or id")
	case at == nil || !by.Sees(p.Location):
		l.Add("/location", "unknown_location", "there is no such location")
	case at.Kind == "supplier" && p.Purpose != purchase.DropShip:
		l.Add("/location", "a_supplier", "%q is a supplier's: what is bought comes to a place of ours", at.Code)
	}
}

// fresh refuses what another system calls another purchase order already.
func fresh(b *step.Batch, p *purchase.Purchase) error {
	if p.External == "" {
		return nil
	}
	known, err := purchases.ByExternal(b.R, []string{p.External})
	if id := known[p.External]; err == nil && id != 0 {
		err = fault.New(fault.Conflict, "external_id_taken", "the external id %q belongs to purchase order %s", p.External, id)
	}
	return err
}

// linesOf are lines with what the supplier's offers say of them.
func linesOf(b *step.Batch, by *supplier.Supplier, asked []DraftLine, day string, l *fault.List) ([]purchase.Line, error) {
	var ids []int64
	for _, x := range asked {
		if item := b.Item(x.SKU); item != nil {
			ids = append(ids, int64(item.ID))
		}
	}
	offers, err := suppliers.OffersOf(b.R, by.ID, ids)
	if err != nil {
		return nil, err
	}
	var out []purchase.Line
	for i, x := range asked {
		at := fmt.Sprintf("/lines/%d", i)
		item := b.Item(x.SKU)
		switch {
		case item == nil:
			l.Add(at+"/sku", "unknown_sku", "no item has the SKU %.80q", x.SKU)
		case item.Kind != catalog.Goods:
			l.Add(at+"/sku", "not_stocked", "%q is a %s; goods alone are bought", item.SKU, item.Kind)
		}
		out = append(out, lineOf(b, item, &x, offers, cmp.Or(x.Expected, day), at, l))
	}
	return out, nil
}

func lineOf(b *step.Batch, item *catalog.Item, x *DraftLine, offers map[int64]supplier.Offer, day, at string, l *fault.List) purchase.Line {
	out := purchase.Line{Quantity: x.Quantity, ExpectedAt: dayOf(b, day, at+"/expected_on", l), Order: int64(x.Order), OrderLine: x.OrderLine}
	if item != nil {
		out.Item, out.SKU, out.Title, out.Scale, out.Grams = int64(item.ID), item.SKU, item.Name, item.Scale, item.WeightGrams
		offer, is := offers[out.Item]
		if is = is && offer.Active; is {
			out.Cost, out.SupplierSKU = offer.Cost, offer.SupplierSKU
		}
		if !is && x.Cost == nil {
			l.Add(at+"/cost", "no_offer", "the supplier does not offer %q; say what a unit costs", item.SKU)
		}
	}
	if x.Cost != nil {
		out.Cost = *x.Cost
	}
	if x.SupplierSKU != nil {
		out.SupplierSKU = *x.SupplierSKU
	}
	return out
}

// EditCommand changes a purchase order; of lines, N names one that is there, a
// SKU adds one.
type EditCommand struct {
	Purchase  purchase.ID
	Reference *string
	Transport *string
	Note      *string
	Over      *int64
	Location  *stock.LocationID
	Lines     []LineChange
	Version   *int64 // that the caller saw; nil changes whatever it is
}

// LineChange is what shall be different about a line.
type LineChange struct {
	N           int
	Added       DraftLine // where N is 0
	Quantity    *int64
	Cost        *money.Price
	Expected    *string
	SupplierSKU *string
}

// ChangePurchase edits a draft, or changes what was sent: what came of a line
// stands, and what is incoming follows.
var ChangePurchase = step.Act[EditCommand]{
	Name: "purchases.change", Permission: access.PurchasesWrite,
	Weight: func(c *EditCommand) int { return 1 + len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[EditCommand]) error {
		var skus []string
		for i := range asked {
			for _, l := range asked[i].Command.Lines {
				if l.N == 0 {
					skus = append(skus, l.Added.SKU)
				}
			}
		}
		return b.LoadItems(skus)
	},
	Decide: func(b *step.Batch, a desk.Asked[EditCommand]) (desk.Result, error) {
		c := a.Command
		p, err := purchaseAt(b, a.Scope, c.Purchase, c.Version)
		if err != nil {
			return desk.Result{}, err
		}
		edit, err := editOf(b, p, &c)
		if err != nil {
			return desk.Result{}, err
		}
		x, err := p.With(edit, b.At, b.Zone())
		if err != nil {
			return desk.Result{}, err
		}
		var l fault.List
		checkDestination(b, a.Scope, &x, &l)
		if err := l.Err(); err != nil {
			return desk.Result{}, err
		}
		if err := checkChains(b, &x); err != nil {
			return desk.Result{}, err
		}
		err = b.SavePurchase(a.Scope, &x, p, journal.PurchaseChanged, map[string]any{"lines": len(x.Lines)})
		return bought(&x, "done"), err
	},
}.Operation()

func editOf(b *step.Batch, p *purchase.Purchase, c *EditCommand) (*purchase.Edit, error) {
	out := &purchase.Edit{Reference: c.Reference, Transport: c.Transport, Note: c.Note, Over: c.Over}
	if c.Location != nil {
		at := int64(*c.Location)
		out.Location = &at
	}
	by, err := supplierOf(b, supplier.ID(p.Supplier))
	if err != nil {
		return nil, err
	}
	var l fault.List
	for i, x := range c.Lines {
		at := fmt.Sprintf("/lines/%d", i)
		e := purchase.LineEdit{N: x.N, Quantity: x.Quantity, Cost: x.Cost, SupplierSKU: x.SupplierSKU}
		if x.Expected != nil {
			day := dayOf(b, *x.Expected, at+"/expected_on", &l)
			e.ExpectedAt = &day
		}
		if x.N == 0 {
			var own fault.List
			lines, err := linesOf(b, by, []DraftLine{x.Added}, "", &own)
			if err != nil {
				return nil, err
			}
			for _, f := range own.Fields() {
				l.Add(at+f.Pointer[len("/lines/0"):], f.Code, "%s", f.Message)
			}
			e.Added = lines[0]
		}
		out.Lines = append(out.Lines, e)
	}
	return out, l.Err()
}
