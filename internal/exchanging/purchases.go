package exchanging

import (
	"context"
	"slices"
	"strconv"

	"orderly/internal/desk"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/exchange"
	"orderly/internal/edi"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/store/locations"
	"orderly/internal/store/purchases"
	"orderly/internal/trading"
)

// bought sends purchase orders to the suppliers that take them by EDI, and tells
// the 3PL that they come to.
func (w *worker) bought(ctx context.Context, ids []purchase.ID) error {
	for _, id := range ids {
		var to, there *trading.Partner
		var out, coming exchange.Outgoing
		err := w.read(ctx, func(r *store.Reader) error {
			to, there = nil, nil
			p, err := purchases.Get(r, id)
			if err != nil || p == nil || p.History || p.SentAt == 0 || p.Purpose == purchase.DropShip {
				return err // what is sent to customers is asked for by its fulfillment
			}
			list, err := exchanges.Partners(r, false, "", 1000)
			if err != nil {
				return err
			}
			for _, x := range list {
				if x.Kind == trading.Supplier && x.Supplier == p.Supplier {
					to = x
				}
				if x.Kind == trading.Provider && x.Location == p.Location {
					there, coming = x, notify(p)
				}
			}
			if to == nil {
				return nil
			}
			places, err := locations.All(r)
			if err != nil {
				return err
			}
			at := slices.IndexFunc(places, func(l *stock.Location) bool { return int64(l.ID) == p.Location })
			var place *stock.Location
			if at >= 0 {
				place = places[at]
			}
			out = exchange.Outgoing{Document: ordering(p, place), Key: "purchase:" + p.ID.String(), Kind: journal.Purchase, Subject: int64(p.ID)}
			return nil
		})
		if err != nil {
			return err
		}
		if to != nil {
			if err := w.send(ctx, to, []exchange.Outgoing{out}); err != nil {
				return err
			}
		}
		if there != nil {
			if err := w.send(ctx, there, []exchange.Outgoing{coming}); err != nil {
				return err
			}
		}
	}
	return nil
}

// ordering is a purchase order as its supplier reads it.
func ordering(p *purchase.Purchase, at *stock.Location) *edi.Order {
	out := &edi.Order{Number: strconv.FormatInt(p.Number, 10), Purpose: edi.Original, Date: dateOf(p.SentAt), Currency: p.Currency, Note: p.Note}
	if at != nil {
		to := edi.Party{Role: edi.ShipTo, Name: at.Name, Qualifier: "92", ID: at.Code, City: at.Address.City, Postal: at.Address.PostalCode, Country: at.Address.Country}
		if at.Address.Line1 != "" {
			to.Street = []string{at.Address.Line1}
		}
		if len(at.Code) < 2 || len(at.Code) > 17 {
			to.Qualifier, to.ID = "", ""
		}
		out.Parties = append(out.Parties, to)
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.Quantity == l.Canceled {
			continue
		}
		out.Lines = append(out.Lines, edi.Line{Number: strconv.Itoa(l.N), Buyer: l.SKU, Seller: l.SupplierSKU, Title: l.Title, Quantity: quantityOf(l.Quantity-l.Canceled, l.Scale), Unit: "EA", Price: edi.Number(l.Cost)})
		if l.ExpectedAt > 0 && out.Requested == "" {
			out.Requested = dateOf(l.ExpectedAt)
		}
	}
	return out
}

// purchaseOf finds the purchase order that a supplier's document names.
func (w *worker) purchaseOf(ctx context.Context, p *trading.Partner, number string) (*purchase.Purchase, error) {
	return w.purchaseBy(ctx, number, func(x *purchase.Purchase) bool { return x.Supplier == p.Supplier })
}

// purchaseBy finds a purchase order by its number, when it is one that a partner
// may speak of.
func (w *worker) purchaseBy(ctx context.Context, number string, may func(*purchase.Purchase) bool) (x *purchase.Purchase, err error) {
	unknown := fault.New(fault.NotFound, "no_such_purchase", "there is no purchase order %q with this partner", number)
	n, bad := strconv.ParseInt(number, 10, 64)
	if bad != nil {
		return nil, unknown
	}
	err = w.read(ctx, func(r *store.Reader) error {
		id, err := purchases.ByNumber(r, n)
		if err != nil {
			return err
		}
		if id != 0 {
			if x, err = purchases.Get(r, id); err != nil {
				return err
			}
		}
		if x == nil || !may(x) {
			return unknown
		}
		return nil
	})
	return x, err
}

// bookedLine is the line of a purchase order that a document's line means.
func bookedLine(p *purchase.Purchase, x *edi.Line) *purchase.Line {
	for i := range p.Lines {
		l := &p.Lines[i]
		if strconv.Itoa(l.N) == x.Number && (x.Buyer == "" || x.Buyer == l.SKU) || x.Buyer != "" && x.Buyer == l.SKU || x.Seller != "" && x.Seller == l.SupplierSKU {
			return l
		}
	}
	return nil
}

// acknowledged notes what a supplier confirmed of a purchase order.
func (w *worker) acknowledged(ctx context.Context, p *trading.Partner, doc *edi.OrderResponse) (worked, error) {
	x, err := w.purchaseOf(ctx, p, doc.Order)
	if err != nil {
		return worked{}, err
	}
	c := buy.AckCommand{Purchase: x.ID, Reference: doc.Reference, All: doc.Answer != edi.AnswerRejected}
	var bad fault.List
	for i := range doc.Lines {
		a := &doc.Lines[i]
		l := bookedLine(x, &a.Line)
		if l == nil {
			bad.Add("/lines/"+a.Number, "unknown_line", "line %q is none of purchase order %d", a.Number, x.Number)
			continue
		}
		steps, ok := stepsOf(a.Confirmed, l.Scale)
		if !ok {
			steps = 0
		}
		line := buy.AckLine{Answer: purchase.Answer{N: l.N, Quantity: &steps, CancelRest: a.Answer == edi.AnswerRejected}}
		if a.Price > 0 {
			cost := money.Price(a.Price)
			line.Cost = &cost
		}
		if d := string(a.Expected); len(d) == 8 {
			day := d[:4] + "-" + d[4:6] + "-" + d[6:]
			line.Expected = &day
		}
		c.Lines = append(c.Lines, line)
	}
	if err := bad.As(fault.Invalid, "edi_lines_unknown", "the document cannot be worked as it is"); err != nil {
		return worked{}, err
	}
	_, err = desk.One(ctx, w.desk, buy.AcknowledgePurchase, w.scope, c, desk.Options{Bulk: true})
	return worked{kind: journal.Purchase, subject: int64(x.ID)}, err
}

// coming is a purchase order of which a supplier tells that it is on its way. It
// is received when it is here; until then the document is found by it.
func (w *worker) coming(ctx context.Context, p *trading.Partner, number string) (worked, error) {
	x, err := w.purchaseOf(ctx, p, number)
	if err != nil {
		return worked{}, err
	}
	return worked{kind: journal.Purchase, subject: int64(x.ID)}, nil
}

// chargedFor finds what an invoice is for: a purchase order by its number, or the
// one behind what the supplier was asked to send to a customer.
func (w *worker) chargedFor(ctx context.Context, p *trading.Partner, number string) (x *purchase.Purchase, err error) {
	if !isRequest(number) {
		return w.purchaseOf(ctx, p, number)
	}
	f, o, err := w.asked(ctx, p, number)
	if err != nil {
		return nil, err
	}
	err = w.read(ctx, func(r *store.Reader) (err error) {
		list, err := purchases.ForFulfillment(r, o.ID, int64(f.ID))
		live := slices.DeleteFunc(slices.Clone(list), func(p *purchase.Purchase) bool { return p.CanceledAt != 0 })
		switch {
		case len(live) > 1:
			return fault.New(fault.Conflict, "several_purchases", "%d purchase orders stand behind %q: send an invoice for each, by its number", len(live), number)
		case len(live) == 1:
			x = live[0]
		case len(list) > 0:
			x = list[len(list)-1]
		}
		return err
	})
	if err == nil && x == nil {
		err = fault.New(fault.NotFound, "no_such_purchase", "there is no purchase order behind %q", number)
	}
	return x, err
}

// charged takes a supplier's invoice, which is matched with what was agreed and
// received.
func (w *worker) charged(ctx context.Context, p *trading.Partner, doc *edi.Invoice) (worked, error) {
	x, err := w.chargedFor(ctx, p, doc.Order)
	if err != nil {
		return worked{}, err
	}
	if doc.Credit {
		return worked{}, fault.New(fault.Invalid, "credit_note", "a supplier's credit note is kept and not booked by itself")
	}
	currency, err := money.ParseCurrency(x.Currency)
	if err != nil {
		return worked{}, err
	}
	if doc.Currency != "" && doc.Currency != x.Currency {
		return worked{}, fault.New(fault.Invalid, "other_currency", "the invoice is in %s, purchase order %d in %s", doc.Currency, x.Number, x.Currency)
	}
	var bad fault.List
	minor := func(at string, n edi.Number) int64 {
		v, err := currency.ParseAmount(n.String())
		if err != nil {
			bad.AddError(at, err)
		}
		return v
	}
	in := purchase.Invoice{Number: doc.Number, At: instantOf(doc.Date), DueAt: instantOf(doc.Due), Total: minor("/total", doc.Total), Charges: minor("/charges", doc.Freight), Tax: minor("/tax", doc.Tax)}
	for i := range doc.Lines {
		l := bookedLine(x, &doc.Lines[i])
		if l == nil {
			bad.Add("/lines/"+doc.Lines[i].Number, "unknown_line", "line %q is none of purchase order %d", doc.Lines[i].Number, x.Number)
			continue
		}
		steps, ok := stepsOf(doc.Lines[i].Quantity, l.Scale)
		if !ok {
			bad.Add("/lines/"+doc.Lines[i].Number, "invalid_quantity", "line %q has no whole quantity", doc.Lines[i].Number)
		}
		in.Lines = append(in.Lines, purchase.InvoiceLine{Line: l.N, Quantity: steps, Cost: money.Price(doc.Lines[i].Price)})
	}
	if err := bad.As(fault.Invalid, "edi_invoice_unusable", "the invoice cannot be taken as it is"); err != nil {
		return worked{}, err
	}
	done := worked{kind: journal.Purchase, subject: int64(x.ID)}
	var known *purchase.Invoice
	err = w.read(ctx, func(r *store.Reader) (err error) {
		known, err = purchases.InvoiceByNumber(r, x.Supplier, doc.Number)
		return err
	})
	if err != nil || known != nil && known.Purchase == x.ID {
		return done, err // it is there: who died before the document was done comes here again
	}
	_, err = desk.One(ctx, w.desk, buy.TakeInvoice, w.scope, buy.InvoiceCommand{Purchase: x.ID, Invoice: in}, desk.Options{Bulk: true})
	return done, err
}
