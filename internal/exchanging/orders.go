package exchanging

import (
	"context"
	"slices"
	"strings"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/exchange"
	"orderly/internal/desk/intake"
	"orderly/internal/edi"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
	"orderly/internal/trading"
)

// External is what an order of a partner is known by: the partner and the
// number that it has there.
func External(p *trading.Partner, number string) string { return p.Code + "/" + number }

// order places what a partner orders, or cancels it, and answers.
func (w *worker) order(ctx context.Context, p *trading.Partner, doc *edi.Order) (worked, error) {
	if doc.Purpose == edi.Cancel {
		return w.cancel(ctx, p, doc.Number)
	}
	request, err := w.request(ctx, p, doc)
	if err != nil {
		return worked{}, err
	}
	r, err := desk.One(ctx, w.desk, intake.Place, w.scope, intake.PlaceCommand{Request: request}, desk.Options{Bulk: true})
	if err != nil {
		return worked{}, err
	}
	o, err := w.orderOf(ctx, order.ID(r.ID))
	if err != nil {
		return worked{}, err
	}
	return worked{kind: journal.Order, subject: r.ID, answer: []exchange.Outgoing{{
		Document: response(doc, o, w.today()), Key: "response:" + o.ID.String(), Kind: journal.Order, Subject: r.ID}}}, nil
}

func (w *worker) today() edi.Date {
	return edi.Date(time.UnixMicro(w.desk.DB.Now()).UTC().Format("20060102"))
}

func (w *worker) orderOf(ctx context.Context, id order.ID) (o *order.Order, err error) {
	err = w.read(ctx, func(r *store.Reader) (err error) {
		o, err = orders.Get(r, id)
		return err
	})
	return o, err
}

// request is the order that a document asks for.
func (w *worker) request(ctx context.Context, p *trading.Partner, doc *edi.Order) (order.Request, error) {
	var q order.Request
	err := w.read(ctx, func(r *store.Reader) error {
		lines, err := requestLines(r, doc.Lines)
		if err != nil {
			return err
		}
		q = order.Request{Channel: p.Channel, ExternalID: External(p, doc.Number), Currency: doc.Currency, CustomerID: party.ID(p.Customer), Lines: lines, Note: doc.Note, Parties: parties(p, doc.Parties)}
		if q.Currency == "" {
			m, err := merchants.Get(r, r.M)
			if err != nil {
				return err
			}
			q.Currency = m.Currency
		}
		if at, err := time.Parse("20060102", string(doc.Requested)); err == nil {
			q.DueAt = at.Add(24*time.Hour - time.Second).UnixMicro()
		}
		return nil
	})
	return q, err
}

// requestLines are the lines of a document with our SKUs. A line that names no
// item of ours is told with what it is called there.
func requestLines(r *store.Reader, list []edi.Line) ([]order.RequestLine, error) {
	found, err := itemsOf(r, list)
	if err != nil {
		return nil, err
	}
	var bad fault.List
	var out []order.RequestLine
	for i := range list {
		x, item := &list[i], found[i]
		if item == nil {
			bad.Add("/lines/"+x.Number, "unknown_item", "line %s names no item here: seller's number %q, GTIN %q, buyer's number %q; give the item one of them as its SKU or barcode", x.Number, x.Seller, x.GTIN, x.Buyer)
			continue
		}
		steps, ok := stepsOf(x.Quantity, item.Scale)
		if !ok {
			bad.Add("/lines/"+x.Number, "invalid_quantity", "line %s: %s is no quantity of %s, which has %d decimal places", x.Number, x.Quantity, item.SKU, item.Scale)
			continue
		}
		price := money.Price(x.Price)
		if x.Price == 0 {
			price = item.Price
		}
		out = append(out, order.RequestLine{SKU: item.SKU, Quantity: steps, Price: price})
	}
	return out, bad.As(fault.Invalid, "edi_order_unusable", "the order cannot be taken as it is")
}

// stepsOf is a quantity in the steps of an item of so many places.
func stepsOf(n edi.Number, scale int) (int64, bool) {
	for range scale {
		n *= 10
	}
	count, ok := n.Count()
	return count, ok && count > 0
}

// quantityOf is a number of steps as documents write it.
func quantityOf(steps int64, scale int) edi.Number {
	n := edi.Whole(steps)
	for range scale {
		n /= 10
	}
	return n
}

// itemsOf finds the item of each line: by our number, then by a barcode.
func itemsOf(r *store.Reader, list []edi.Line) ([]*catalog.Item, error) {
	var skus, codes []string
	for i := range list {
		x := &list[i]
		for _, v := range []string{x.Seller, x.Buyer} {
			if v != "" {
				skus, codes = append(skus, v), append(codes, v)
			}
		}
		if x.GTIN != "" {
			codes = append(codes, x.GTIN)
		}
	}
	bySKU, err := items.BySKU(r, unique(skus))
	if err != nil {
		return nil, err
	}
	packs, err := items.ByBarcode(r, unique(codes))
	if err != nil {
		return nil, err
	}
	var ids []catalog.ID
	for _, pack := range packs {
		ids = append(ids, pack.Item)
	}
	byID, err := items.ByID(r, ids)
	if err != nil {
		return nil, err
	}
	sku := func(v string) *catalog.Item {
		at := slices.IndexFunc(bySKU, func(i *catalog.Item) bool { return v != "" && i.SKU == v })
		if at < 0 {
			return nil
		}
		return bySKU[at]
	}
	code := func(v string) *catalog.Item {
		pack, ok := packs[v]
		at := slices.IndexFunc(byID, func(i *catalog.Item) bool { return i.ID == pack.Item })
		if !ok || pack.Quantity != 1 || at < 0 {
			return nil
		}
		return byID[at]
	}
	out := make([]*catalog.Item, len(list))
	for i := range list {
		x := &list[i]
		for _, found := range []*catalog.Item{sku(x.Seller), code(x.GTIN), code(x.Seller), code(x.Buyer), sku(x.Buyer)} {
			if found != nil {
				out[i] = found
				break
			}
		}
	}
	return out, nil
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// parties are who ordered, and where goods and invoice go. An address without a
// country is one of the country that the seller or the buyer is in, when told.
func parties(p *trading.Partner, list []edi.Party) party.Parties {
	out := party.Parties{Customer: party.Contact{Name: p.Name}}
	country := ""
	for _, x := range list {
		if country == "" {
			country = x.Country
		}
	}
	if buyer, ok := edi.PartyOf(list, edi.Buyer); ok && buyer.Name != "" {
		out.Customer.Name, out.Customer.Company = buyer.Name, buyer.Name
	}
	if to, ok := edi.PartyOf(list, edi.ShipTo); ok {
		out.ShipTo = address(to, country)
	} else if to, ok := edi.PartyOf(list, edi.Consignee); ok {
		out.ShipTo = address(to, country)
	}
	if to, ok := edi.PartyOf(list, edi.BillTo); ok {
		out.BillTo = address(to, country)
	}
	return out
}

func address(x edi.Party, country string) party.Address {
	a := party.Address{Name: x.Name, City: x.City, Region: x.Region, PostalCode: x.Postal, Country: strings.ToUpper(x.Country)}
	if !party.KnownCountry(a.Country) {
		a.Country = ""
		if party.KnownCountry(country) {
			a.Country = country
		}
	}
	if len(x.Street) > 0 {
		a.Line1 = x.Street[0]
	}
	if len(x.Street) > 1 {
		a.Line2 = x.Street[1]
	}
	return a
}

// placed finds the order that a partner's number names.
func (w *worker) placed(ctx context.Context, p *trading.Partner, number string) (o *order.Order, err error) {
	external := External(p, number)
	err = w.read(ctx, func(r *store.Reader) error {
		known, err := orders.ByExternal(r, p.Channel, []string{external})
		if err != nil {
			return err
		}
		k, ok := known[external]
		if !ok {
			return fault.New(fault.NotFound, "no_such_order", "this partner has placed no order %q", number)
		}
		o, err = orders.Get(r, k.ID)
		return err
	})
	return o, err
}

// cancel takes back what can be of an order.
func (w *worker) cancel(ctx context.Context, p *trading.Partner, number string) (worked, error) {
	o, err := w.placed(ctx, p, number)
	if err != nil {
		return worked{}, err
	}
	_, err = desk.One(ctx, w.desk, intake.Cancel, w.scope, intake.CancelCommand{Order: o.ID}, desk.Options{Bulk: true})
	return worked{kind: journal.Order, subject: int64(o.ID)}, err
}

// change changes an order line by line, whole or not at all.
func (w *worker) change(ctx context.Context, p *trading.Partner, doc *edi.OrderChange) (worked, error) {
	if doc.Purpose == edi.Cancel {
		return w.cancel(ctx, p, doc.Number)
	}
	o, err := w.placed(ctx, p, doc.Number)
	if err != nil {
		return worked{}, err
	}
	first, err := w.ordered(ctx, o.ID)
	if err != nil {
		return worked{}, err
	}
	c, err := w.changes(ctx, o, first, doc)
	if err != nil {
		return worked{}, err
	}
	_, err = desk.One(ctx, w.desk, intake.Change, w.scope, intake.ChangeCommand{Order: o.ID, Change: c}, desk.Options{Bulk: true})
	return worked{kind: journal.Order, subject: int64(o.ID)}, err
}

// changes is what a document asks of an order. How much is left to come is what
// counts: what has left is kept beside it.
func (w *worker) changes(ctx context.Context, o *order.Order, first *edi.Order, doc *edi.OrderChange) (c order.Change, err error) {
	var bad fault.List
	for i := range doc.Lines {
		x := &doc.Lines[i]
		if x.Action == edi.LineAdd {
			var lines []order.RequestLine
			err := w.read(ctx, func(r *store.Reader) (err error) {
				lines, err = requestLines(r, []edi.Line{x.Line})
				return err
			})
			if err != nil {
				return c, err
			}
			c.Add = append(c.Add, order.NewLine{SKU: lines[0].SKU, Quantity: lines[0].Quantity, Price: &lines[0].Price})
			continue
		}
		l := lineOf(o, first, x.Number)
		if l == nil {
			bad.Add("/lines/"+x.Number, "unknown_line", "the order has no line %q", x.Number)
			continue
		}
		change := order.LineChange{Line: l.N}
		if x.Action == edi.LinePrice {
			price := money.Price(x.Price)
			change.Price = &price
		} else {
			left := int64(0)
			if steps, ok := stepsOf(x.Left, l.Scale); ok && x.Action != edi.LineDelete {
				left = steps
			}
			left += l.Q[order.Shipped] + l.Q[order.Delivered] + l.Q[order.Lost]
			change.Quantity = &left
		}
		c.Lines = append(c.Lines, change)
	}
	return c, bad.As(fault.Invalid, "edi_change_unusable", "the change cannot be made as it is")
}
