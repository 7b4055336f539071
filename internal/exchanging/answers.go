package exchanging

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"time"

	"orderly/internal/desk/exchange"
	"orderly/internal/edi"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/invoice"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/invoices"
	"orderly/internal/store/orders"
	"orderly/internal/trading"
)

// roots are the lines of an order that a customer asked for, in that order.
func roots(o *order.Order) (out []*order.Line) {
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Parent == 0 && l.Substitutes == 0 {
			out = append(out, l)
		}
	}
	return out
}

// lineOf is the line of an order that the partner calls by a number.
func lineOf(o *order.Order, first *edi.Order, number string) *order.Line {
	list := roots(o)
	for i := range first.Lines {
		if first.Lines[i].Number == number && i < len(list) {
			return list[i]
		}
	}
	return nil
}

// called is how the partner calls a line of an order: by what it ordered with.
// A line that came later is called by our own number.
func called(o *order.Order, first *edi.Order, n int) edi.Line {
	for i, l := range roots(o) {
		if l.N == n && i < len(first.Lines) {
			x := first.Lines[i]
			x.Title = cmp.Or(x.Title, l.Title)
			return x
		}
	}
	x := edi.Line{Number: strconv.Itoa(n), Unit: "EA"}
	for i := range o.Lines {
		if l := &o.Lines[i]; l.N == n {
			x.Seller, x.Title = l.SKU, l.Title
		}
	}
	return x
}

// response answers an order by how it stands after it was placed.
func response(doc *edi.Order, o *order.Order, today edi.Date) *edi.OrderResponse {
	out := &edi.OrderResponse{Order: doc.Number, Reference: strconv.FormatInt(o.Number, 10), Date: today, Ordered: doc.Date, Currency: o.Currency.Code(), Answer: edi.AnswerAccepted, Parties: doc.Parties}
	for i, l := range roots(o) {
		if i == len(doc.Lines) {
			break
		}
		x := edi.AnsweredLine{Line: doc.Lines[i], Answer: edi.AnswerAccepted}
		x.Price = edi.Number(l.Price)
		x.Title = cmp.Or(x.Title, l.Title)
		waits, canceled := l.Q[order.Backordered], l.Q[order.Canceled]
		x.Confirmed = quantityOf(l.Quantity-waits-canceled, l.Scale)
		switch {
		case waits > 0:
			x.Answer, out.Answer = edi.AnswerBackordered, edi.AnswerChanged
		case canceled == l.Quantity:
			x.Answer, out.Answer = edi.AnswerRejected, edi.AnswerChanged
		case canceled > 0:
			x.Answer, out.Answer = edi.AnswerChanged, edi.AnswerChanged
		}
		out.Lines = append(out.Lines, x)
	}
	return out
}

// subject is an order of a partner: what it is, what asked for it, and whose.
type subject struct {
	partner *trading.Partner
	order   *order.Order
	first   *edi.Order
}

// of reads the orders that came from partners; others are left out.
func (w *worker) of(ctx context.Context, ids []order.ID) (out []subject, err error) {
	subjects := make([]int64, len(ids))
	for i, id := range ids {
		subjects[i] = int64(id)
	}
	err = w.read(ctx, func(r *store.Reader) error {
		docs, err := exchanges.OfSubjects(r, subjects)
		if err != nil {
			return err
		}
		for _, d := range docs {
			if d.Direction != trading.In || d.Type != edi.TypeOrder || d.Kind != journal.Order || d.Status != trading.Processed {
				continue
			}
			x := subject{}
			if x.partner, err = exchanges.Partner(r, d.Partner); err != nil {
				return err
			}
			doc, err := w.document(r, d)
			if err != nil {
				return err
			}
			if x.order, err = orders.Get(r, order.ID(d.Subject)); err != nil {
				return err
			}
			x.first = doc.(*edi.Order)
			out = append(out, x)
		}
		return nil
	})
	return out, err
}

// ordered is the document by which an order was placed.
func (w *worker) ordered(ctx context.Context, id order.ID) (*edi.Order, error) {
	list, err := w.of(ctx, []order.ID{id})
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "no_such_document", "order %s did not come from a trading partner", id)
	}
	if err != nil {
		return nil, err
	}
	return list[0].first, nil
}

// tell writes what a stretch of the journal has for partners: shipments and
// invoices of their orders.
func (w *worker) tell(ctx context.Context, s *stretch) error {
	if len(s.shipped) > 0 {
		list, err := w.of(ctx, s.shipped)
		if err != nil {
			return err
		}
		for i := range list {
			if err := w.shipped(ctx, &list[i]); err != nil {
				return err
			}
		}
	}
	if len(s.again) > 0 {
		list, err := w.of(ctx, s.again)
		if err != nil {
			return err
		}
		for _, x := range list {
			out := exchange.Outgoing{Document: response(x.first, x.order, w.today()), Key: "response:" + x.order.ID.String(), Kind: journal.Order, Subject: int64(x.order.ID)}
			if err := w.send(ctx, x.partner, []exchange.Outgoing{out}); err != nil {
				return err
			}
		}
	}
	for _, id := range s.issued {
		if err := w.issued(ctx, id); err != nil {
			return err
		}
	}
	if err := w.stops(ctx, s.stopped); err != nil { // before it is asked again, under the same number
		return err
	}
	if err := w.submitted(ctx, s.asked); err != nil {
		return err
	}
	return w.bought(ctx, s.bought)
}

// shipped tells of every parcel of an order that has left.
func (w *worker) shipped(ctx context.Context, x *subject) error {
	var parcels []*fulfillment.Parcel
	err := w.read(ctx, func(r *store.Reader) (err error) {
		parcels, err = fulfillments.ParcelsOfOrders(r, []order.ID{x.order.ID})
		return err
	})
	if err != nil {
		return err
	}
	var list []exchange.Outgoing
	for _, p := range parcels {
		if p.ShippedAt == 0 {
			continue
		}
		list = append(list, exchange.Outgoing{Document: notice(x, p), Key: "shipment:" + p.ID.String(), Kind: journal.Order, Subject: int64(x.order.ID)})
	}
	if len(list) == 0 {
		return nil
	}
	return w.send(ctx, x.partner, list)
}

// instantOf is when a day begins; zero for none.
func instantOf(d edi.Date) int64 {
	at, err := time.Parse("20060102", string(d))
	if err != nil {
		return 0
	}
	return at.UnixMicro()
}

func dateOf(at int64) edi.Date { return edi.Date(time.UnixMicro(at).UTC().Format("20060102")) }

// notice says of one parcel what is in it.
func notice(x *subject, p *fulfillment.Parcel) *edi.ShipNotice {
	out := &edi.ShipNotice{Number: p.ID.String(), Date: dateOf(p.ShippedAt), Time: time.UnixMicro(p.ShippedAt).UTC().Format("1504"), Shipped: dateOf(p.ShippedAt), Carrier: p.Carrier, Tracking: p.Tracking, Parties: x.first.Parties}
	box := edi.Package{Tracking: p.Tracking}
	for _, l := range p.Lines {
		line := called(x.order, x.first, l.Line)
		for i := range x.order.Lines {
			if of := &x.order.Lines[i]; of.N == l.Line {
				line.Quantity = quantityOf(l.Quantity, of.Scale)
			}
		}
		box.Lines = append(box.Lines, line)
	}
	out.Orders = []edi.ShippedOrder{{Number: x.first.Number, Date: x.first.Date, Packages: []edi.Package{box}}}
	return out
}

// issued tells of an invoice of a partner's order.
func (w *worker) issued(ctx context.Context, id invoice.ID) error {
	var doc invoices.Kept
	err := w.read(ctx, func(r *store.Reader) (err error) {
		doc, err = invoices.Get(r, id)
		return err
	})
	if errors.Is(err, invoices.ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	list, err := w.of(ctx, []order.ID{doc.Order})
	if err != nil || len(list) == 0 {
		return err
	}
	return w.send(ctx, list[0].partner, []exchange.Outgoing{{Document: billed(&list[0], doc.Document), Key: "invoice:" + doc.ID.String(), Kind: journal.Invoice, Subject: int64(doc.ID)}})
}

// billed is an invoice, or a credit note, as the partner reads it.
func billed(x *subject, d *invoice.Document) *edi.Invoice {
	amount := func(minor int64) edi.Number {
		n, _ := edi.ParseNumber(d.Currency.FormatAmount(minor))
		return n
	}
	out := &edi.Invoice{Number: d.Code, Date: edi.Date(strconv.FormatInt(d.IssuedOn, 10)), Order: x.first.Number, Ordered: x.first.Date, Currency: d.Currency.Code(), Credit: d.Kind.Sign() < 0, Parties: x.first.Parties, Tax: amount(d.Totals.Tax), Total: amount(d.Totals.Gross)}
	for i := range d.Lines {
		l := &d.Lines[i]
		if l.Kind != invoice.Goods && l.Kind != invoice.Return {
			out.Freight += amount(l.Net)
			continue
		}
		line := called(x.order, x.first, l.N)
		line.Quantity, line.Price = quantityOf(l.Quantity, l.Scale), edi.Number(l.Price)
		out.Lines = append(out.Lines, line)
	}
	return out
}
