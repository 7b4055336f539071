package exchanging

import (
	"context"
	"strconv"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/exchange"
	"orderly/internal/desk/partner"
	"orderly/internal/edi"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
	"orderly/internal/trading"
)

// placesOf are the partners by the location that each stands for: a 3PL's, or
// the one at which a supplier's stock is counted.
func placesOf(r *store.Reader) (map[stock.LocationID]*trading.Partner, error) {
	list, err := exchanges.Partners(r, false, "", 1000)
	if err != nil {
		return nil, err
	}
	out := map[stock.LocationID]*trading.Partner{}
	for _, p := range list {
		at := p.Location
		if at == 0 && p.Supplier != 0 {
			s, err := suppliers.Get(r, supplier.ID(p.Supplier))
			if err != nil {
				return nil, err
			}
			if s != nil {
				at = s.Location
			}
		}
		if at != 0 {
			out[stock.LocationID(at)] = p
		}
	}
	return out, nil
}

// submitted asks partners for the fulfillments of orders that were submitted to
// them: a 3PL by a shipping order, a supplier by an order that it ships to the
// customer.
func (w *worker) submitted(ctx context.Context, ids []order.ID) error {
	type asked struct {
		to  *trading.Partner
		out exchange.Outgoing
	}
	var list []asked
	err := w.read(ctx, func(r *store.Reader) error {
		list = nil
		places, err := placesOf(r)
		if err != nil || len(places) == 0 {
			return err
		}
		for _, id := range ids {
			o, err := orders.Get(r, id)
			if err != nil {
				return err
			}
			fuls, err := fulfillments.OfSources(r, []int64{int64(id)})
			if err != nil {
				return err
			}
			rounds, err := roundsOf(r, fuls)
			if err != nil {
				return err
			}
			for _, f := range fuls {
				p := places[f.Location]
				if p == nil || f.RequestStatus != fulfillment.Submitted {
					continue
				}
				list = append(list, asked{p, exchange.Outgoing{Document: w.asking(p, o, f), Key: requestKey(f.ID, rounds[f.ID]), Kind: "ful", Subject: int64(f.ID)}})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, a := range list {
		if err := w.send(ctx, a.to, []exchange.Outgoing{a.out}); err != nil {
			return err
		}
	}
	return nil
}

// asking is the document that asks a partner for a fulfillment.
func (w *worker) asking(p *trading.Partner, o *order.Order, f *fulfillment.Fulfillment) edi.Document {
	var lines []edi.Line
	var total edi.Number
	for i := range f.Lines {
		l := &f.Lines[i]
		x := edi.Line{Number: strconv.Itoa(l.Order), Unit: "EA"}
		for k := range o.Lines {
			if of := &o.Lines[k]; of.N == l.Order {
				x.Seller, x.Title, x.Quantity = of.SKU, of.Title, quantityOf(l.Open, of.Scale)
			}
		}
		if p.Kind == trading.Supplier {
			x.Buyer, x.Seller = x.Seller, ""
		}
		total += x.Quantity
		lines = append(lines, x)
	}
	to := []edi.Party{shipTo(o)}
	due := edi.Date("")
	if f.DueAt > 0 {
		due = dateOf(f.DueAt)
	}
	if p.Kind == trading.Supplier {
		return &edi.Order{Number: f.ID.String(), Purpose: edi.Original, DropShip: true, Date: w.today(), Customer: strconv.FormatInt(o.Number, 10), Requested: due, Parties: to, Lines: lines}
	}
	return &edi.ShippingOrder{Number: f.ID.String(), Purpose: edi.Original, Order: strconv.FormatInt(o.Number, 10), Ship: due, Parties: to, Lines: lines, Quantity: total}
}

// shipTo is where the goods of an order go.
func shipTo(o *order.Order) edi.Party {
	a := o.Party.ShipTo
	p := edi.Party{Role: edi.ShipTo, Name: firstOf(a.Name, a.Company, o.Party.Customer.Name, "Customer"), City: a.City, Postal: a.PostalCode, Country: a.Country}
	if len(a.Region) == 2 {
		p.Region = a.Region
	}
	for _, v := range []string{a.Line1, a.Line2} {
		if v != "" {
			p.Street = append(p.Street, v)
		}
	}
	return p
}

func firstOf(list ...string) string {
	for _, v := range list {
		if v != "" {
			return v
		}
	}
	return ""
}

// isRequest says whether a number is that of a fulfillment that was asked for.
func isRequest(number string) bool { return strings.HasPrefix(strings.ToLower(number), "ful_") }

// asked reads the fulfillment that a partner's document names. One at another
// partner's location is none that it may speak of.
func (w *worker) asked(ctx context.Context, p *trading.Partner, number string) (f *fulfillment.Fulfillment, o *order.Order, err error) {
	unknown := fault.New(fault.NotFound, "no_such_request", "this partner was not asked for %q", number)
	id, bad := fulfillment.ParseID(strings.ToLower(number))
	if bad != nil {
		return nil, nil, unknown
	}
	err = w.read(ctx, func(r *store.Reader) error {
		places, err := placesOf(r)
		if err != nil {
			return err
		}
		list, err := fulfillments.Load(r, []fulfillment.ID{id})
		if err != nil {
			return err
		}
		if len(list) == 0 || places[list[0].Location] == nil || places[list[0].Location].ID != p.ID {
			return unknown
		}
		f = list[0]
		o, err = orders.Get(r, order.ID(f.Source))
		return err
	})
	return f, o, err
}

// partOf is the line of a fulfillment that a document's line means: by the
// number that we gave it, or by what the item is called.
func partOf(f *fulfillment.Fulfillment, o *order.Order, x *edi.Line, quantity edi.Number) (fulfillment.Part, bool) {
	for i := range f.Lines {
		for k := range o.Lines {
			l := &o.Lines[k]
			if l.N != f.Lines[i].Order || strconv.Itoa(l.N) != x.Number && l.SKU != x.Seller && l.SKU != x.Buyer {
				continue
			}
			steps, ok := stepsOf(quantity, l.Scale)
			return fulfillment.Part{Line: l.N, Quantity: steps}, ok || quantity == 0
		}
	}
	return fulfillment.Part{}, false
}

// partsOf are the parts that lines of a document mean; those of nothing are
// left out.
func partsOf(f *fulfillment.Fulfillment, o *order.Order, lines []edi.Line) (out []fulfillment.Part, err error) {
	var bad fault.List
	for i := range lines {
		x := &lines[i]
		part, ok := partOf(f, o, x, x.Quantity)
		switch {
		case !ok:
			bad.Add("/lines/"+x.Number, "unknown_line", "line %q (%s%s) is none of what was asked for, or has no whole quantity", x.Number, x.Seller, x.Buyer)
		case part.Quantity > 0:
			out = append(out, part)
		}
	}
	return out, bad.As(fault.Invalid, "edi_lines_unknown", "the document cannot be worked as it is")
}

// carrierOf is how a document names who carries; "other" when it does not.
func carrierOf(list ...string) string {
	if c := firstOf(list...); c != "" {
		return strings.ToLower(c)
	}
	return "other"
}

// advised notes what a 3PL has shipped. All of it is one parcel, under the first
// tracking number that is told.
func (w *worker) advised(ctx context.Context, p *trading.Partner, doc *edi.ShippingAdvice) (worked, error) {
	f, o, err := w.asked(ctx, p, doc.Number)
	if err != nil {
		return worked{}, err
	}
	lines := make([]edi.Line, len(doc.Lines))
	for i := range doc.Lines {
		lines[i] = doc.Lines[i].Line
		lines[i].Quantity = doc.Lines[i].Shipped
	}
	parts, err := partsOf(f, o, lines)
	if err != nil {
		return worked{}, err
	}
	if len(parts) == 0 && f.RequestStatus == fulfillment.CancellationRequested {
		return w.stopped(ctx, f)
	}
	sent := partner.Sent{Parts: parts, Carrier: carrierOf(doc.SCAC, doc.Carrier), Tracking: doc.Shipment} // a number of some kind, by which it is known when it is told again
	if len(doc.Tracking) > 0 {
		sent.Tracking = doc.Tracking[0]
	}
	_, err = desk.One(ctx, w.desk, partner.Send, w.scope, partner.SendCommand{Fulfillment: f.ID, Parcels: []partner.Sent{sent}, Reference: doc.Shipment}, desk.Options{Bulk: true})
	return worked{kind: journal.Order, subject: int64(o.ID)}, err
}

// noticed notes what a supplier has sent to customers, a parcel for each package
// that it tells of.
func (w *worker) noticed(ctx context.Context, p *trading.Partner, doc *edi.ShipNotice) (done worked, err error) {
	for i := range doc.Orders {
		of := &doc.Orders[i]
		if !isRequest(of.Number) {
			if done, err = w.coming(ctx, p, of.Number); err != nil {
				return done, err
			}
			continue
		}
		f, o, err := w.asked(ctx, p, of.Number)
		if err != nil {
			return done, err
		}
		c := partner.SendCommand{Fulfillment: f.ID, Reference: doc.Number}
		for k := range of.Packages {
			parts, err := partsOf(f, o, of.Packages[k].Lines)
			if err != nil {
				return done, err
			}
			tracking := firstOf(of.Packages[k].Tracking, of.Packages[k].SSCC)
			if tracking == "" && len(of.Packages) == 1 {
				tracking = firstOf(doc.Tracking, doc.Number)
			}
			c.Parcels = append(c.Parcels, partner.Sent{Parts: parts, Carrier: carrierOf(doc.SCAC, doc.Carrier), Tracking: tracking})
		}
		if _, err := desk.One(ctx, w.desk, partner.Send, w.scope, c, desk.Options{Bulk: true}); err != nil {
			return done, err
		}
		done = worked{kind: journal.Order, subject: int64(o.ID)}
	}
	return done, nil
}

// answered takes a supplier's yes or no to what it was asked to send.
func (w *worker) answered(ctx context.Context, p *trading.Partner, doc *edi.OrderResponse) (worked, error) {
	f, o, err := w.asked(ctx, p, doc.Order)
	if err != nil {
		return worked{}, err
	}
	done := worked{kind: journal.Order, subject: int64(o.ID)}
	if doc.Answer == edi.AnswerRejected {
		_, err := desk.One(ctx, w.desk, partner.Reject, w.scope, partner.RejectCommand{Fulfillment: f.ID, Reason: "other"}, desk.Options{Bulk: true})
		return done, err
	}
	c := partner.AcceptCommand{Fulfillment: f.ID, Reference: doc.Reference}
	for i := range doc.Lines {
		x := &doc.Lines[i]
		part, ok := partOf(f, o, &x.Line, x.Confirmed)
		if !ok {
			return done, fault.New(fault.Invalid, "unknown_line", "line %q is none of what was asked for", x.Number)
		}
		if c.Parts = append(c.Parts, part); x.Confirmed < x.Quantity {
			c.Reason = "out_of_stock"
		}
	}
	_, err = desk.One(ctx, w.desk, partner.Accept, w.scope, c, desk.Options{Bulk: true})
	return done, err
}
