package exchanging

import (
	"context"
	"slices"
	"strconv"

	"orderly/internal/desk"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/exchange"
	"orderly/internal/desk/floor"
	"orderly/internal/edi"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/trading"
)

// reported takes what a partner says it has on hand, or what is available where
// it does not say that.
func (w *worker) reported(ctx context.Context, p *trading.Partner, doc *edi.StockReport) (worked, error) {
	var at stock.LocationID
	lines := make([]edi.Line, len(doc.Lines))
	for i := range doc.Lines {
		x := &doc.Lines[i]
		lines[i] = x.Line
		if x.Quantity == 0 {
			lines[i].Quantity = x.Available
		}
	}
	c := floor.ReportCommand{Reference: doc.Number}
	err := w.read(ctx, func(r *store.Reader) error {
		places, err := placesOf(r)
		if err != nil {
			return err
		}
		for l, of := range places {
			if of.ID == p.ID {
				at = l
			}
		}
		found, err := itemsOf(r, lines)
		if err != nil {
			return err
		}
		var bad fault.List
		for i, item := range found {
			if item == nil {
				bad.Add("/lines/"+strconv.Itoa(i+1), "unknown_item", "line %d names no item here: %q, GTIN %q, %q", i+1, lines[i].Seller, lines[i].GTIN, lines[i].Buyer)
				continue
			}
			steps, ok := stepsOf(lines[i].Quantity, item.Scale)
			if !ok && lines[i].Quantity != 0 {
				bad.Add("/lines/"+strconv.Itoa(i+1), "invalid_quantity", "line %d has no whole quantity", i+1)
			}
			c.Lines = append(c.Lines, stock.Line{SKU: item.SKU, Quantity: steps})
		}
		return bad.As(fault.Invalid, "edi_lines_unknown", "the report cannot be taken as it is")
	})
	if err == nil && at == 0 {
		err = fault.New(fault.Conflict, "no_location", "the trading partner %q stands for no location; set one", p.Code)
	}
	if err != nil {
		return worked{}, err
	}
	c.Location = at
	_, err = desk.One(ctx, w.desk, floor.Report, w.scope, c, desk.Options{Bulk: true})
	return worked{kind: "loc", subject: int64(at)}, err
}

// notify tells a 3PL of goods that a supplier sends to it.
func notify(p *purchase.Purchase) exchange.Outgoing {
	order := ordering(p, nil)
	lines := make([]edi.Line, len(order.Lines))
	for i, x := range order.Lines {
		lines[i] = edi.Line{Number: x.Number, Seller: x.Buyer, Title: x.Title, Quantity: x.Quantity, Unit: x.Unit} // the 3PL knows goods by our number
	}
	return exchange.Outgoing{Key: "coming:" + p.ID.String(), Kind: journal.Purchase, Subject: int64(p.ID),
		Document: &edi.TransferNotice{Number: order.Number, Date: order.Date, Expected: order.Requested, Lines: lines}}
}

// received notes what a 3PL took in of a purchase order that comes to it.
func (w *worker) received(ctx context.Context, p *trading.Partner, doc *edi.TransferReceipt) (worked, error) {
	x, err := w.purchaseAt(ctx, p, doc.Order)
	if err != nil {
		return worked{}, err
	}
	c := buy.ReceiveCommand{Purchase: x.ID, Reference: doc.Number}
	var bad fault.List
	for i := range doc.Lines {
		r := &doc.Lines[i]
		line := r.Line
		line.Buyer, line.Seller = r.Seller, ""
		l := bookedLine(x, &line)
		if l == nil {
			bad.Add("/lines/"+r.Number, "unknown_line", "line %q (%s) is none of purchase order %d", r.Number, r.Seller, x.Number)
			continue
		}
		good, _ := stepsOf(r.Quantity, l.Scale)
		broken, _ := stepsOf(r.Damaged, l.Scale)
		if good+broken > 0 {
			c.Lines = append(c.Lines, buy.ComeLine{N: l.N, Good: good, Damaged: broken, Lot: r.Lot})
		}
	}
	if err := bad.As(fault.Invalid, "edi_lines_unknown", "the receipt cannot be taken as it is"); err != nil {
		return worked{}, err
	}
	done := worked{kind: journal.Purchase, subject: int64(x.ID)}
	if known, err := w.receipted(ctx, x.ID, doc.Number); err != nil || known {
		return done, err
	}
	_, err = desk.One(ctx, w.desk, buy.ReceivePurchase, w.scope, c, desk.Options{Bulk: true})
	return done, err
}

// receipted says whether a receipt of that number was booked: who dies between
// the booking and the word that the document is done comes here again.
func (w *worker) receipted(ctx context.Context, id purchase.ID, number string) (is bool, err error) {
	err = w.read(ctx, func(r *store.Reader) error {
		list, err := purchases.ReceiptsOf(r, id)
		is = slices.ContainsFunc(list, func(x purchase.Receipt) bool { return x.Reference == number })
		return err
	})
	return is, err
}

// purchaseAt finds the purchase order that comes to a 3PL's location.
func (w *worker) purchaseAt(ctx context.Context, p *trading.Partner, number string) (*purchase.Purchase, error) {
	return w.purchaseBy(ctx, number, func(x *purchase.Purchase) bool { return p.Location != 0 && x.Location == p.Location })
}
