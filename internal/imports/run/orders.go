package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/imports"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/customers"
)

// orders takes the file's orders in: as history, which touches no stock, or
// live, as if each had just been placed.
func (x *importer) orders(ctx context.Context) error {
	from, err := x.from.rows()
	if err != nil {
		return err
	}
	rows, err := imports.ReadOrders(from, x.from.mapping)
	if err != nil {
		return x.from.explain(from, err)
	}
	if err := x.phase(ctx, Orders, "bytes", x.bytesTotal, x.orderChunks(ctx, rows)); err != nil {
		return err
	}
	x.unused(rows.Unused())
	return x.from.unchanged()
}

// orderChunks cuts orders into chunks of at most MaxRows orders and, unless
// one alone has more, MaxLines lines.
func (x *importer) orderChunks(ctx context.Context, from *imports.Orders) iter.Seq2[*chunk, error] {
	return func(yield func(*chunk, error) bool) {
		shelf := newShelf()
		var batch []imports.Order
		lines := 0
		flush := func() bool {
			c, err := x.orderChunk(ctx, shelf, batch)
			batch, lines = nil, 0
			return yield(c, err) && err == nil
		}
		for {
			o, err := from.Next()
			if err != nil {
				if len(batch) > 0 && !flush() {
					return
				}
				if !errors.Is(err, io.EOF) {
					yield(nil, err)
				}
				return
			}
			if len(batch) == MaxRows || len(batch) > 0 && lines+len(o.Rows) > MaxLines {
				if !flush() {
					return
				}
			}
			batch = append(batch, o)
			lines += len(o.Rows)
		}
	}
}

// draft is an order of the file on its way in. Its request is nil where the
// file itself is at fault.
type draft struct {
	rows    []imports.Row[imports.OrderRow]
	request *order.Request
	err     error // why the request cannot be asked for
	net     nanos // of its rows
	booked  int64
	unknown int // rows whose quantity or price is not known
	stray   bool
}

func (x *importer) orderChunk(ctx context.Context, shelf *shelf, batch []imports.Order) (*chunk, error) {
	drafts := make([]draft, len(batch))
	c := &chunk{}
	c.done, _ = x.from.file.Progress()
	if err := x.read(ctx, func(r *store.Reader) error { return x.draftAll(r, shelf, batch, drafts) }); err != nil {
		return nil, err
	}
	var sound []*draft
	for i := range drafts {
		if drafts[i].request != nil {
			sound = append(sound, &drafts[i])
			c.weight += len(drafts[i].rows)
		}
	}
	c.rows = len(sound)
	if x.o.As == Live {
		list := make([]asked[intake.PlaceCommand], len(sound))
		for i, d := range sound {
			list[i] = askUnless(d.err, intake.Place, intake.PlaceCommand{Request: *d.request})
		}
		use(x, c, intake.Place, func(*store.Reader) ([]asked[intake.PlaceCommand], error) { return list, nil })
	} else {
		list := make([]asked[intake.RecordCommand], len(sound))
		for i, d := range sound {
			list[i] = askUnless(d.err, intake.Record, intake.RecordCommand{Request: *d.request})
		}
		use(x, c, intake.Record, func(*store.Reader) ([]asked[intake.RecordCommand], error) { return list, nil })
	}
	c.after = func(got []desk.Result) error { return x.settleOrders(drafts, got) }
	return c, nil
}

// askUnless is ask for a command that something may already be wrong with.
func askUnless[C any](err error, op *desk.Operation[C], command C) asked[C] {
	if err != nil {
		return asked[C]{command: command, err: err}
	}
	return ask(op, command)
}

// draftAll turns orders of the file into requests, looking up items and
// customers for all of them at once.
func (x *importer) draftAll(r *store.Reader, shelf *shelf, batch []imports.Order, into []draft) error {
	var skus, external []string
	for i := range batch {
		if batch[i].Err == nil {
			for j := range batch[i].Rows {
				skus = append(skus, batch[i].Rows[j].Value.SKU)
			}
			if id := batch[i].Rows[0].Value.CustomerID; id != "" {
				external = append(external, id)
			}
		}
	}
	if err := shelf.load(r, skus); err != nil {
		return err
	}
	people := map[string]party.ID{}
	found, err := customers.ByExternalID(r, external)
	if err != nil {
		return err
	}
	for _, c := range found {
		people[c.ExternalID] = c.ID
	}
	for i := range batch {
		d := &into[i]
		d.rows = batch[i].Rows
		d.count(shelf)
		if batch[i].Err == nil {
			d.request, d.err = x.request(batch[i].Rows, shelf, people)
			d.stray = batch[i].Rows[0].Value.CustomerID != "" && d.request.CustomerID == 0
			if d.err == nil {
				d.booked, d.err = x.pay(d.request, batch[i].Rows[0].Value.Paid, shelf)
			}
		}
	}
	return nil
}

// count sums what the rows say, whether they will be taken or not.
func (d *draft) count(shelf *shelf) {
	for i := range d.rows {
		v := &d.rows[i].Value
		scale := 0
		if item := shelf.BySKU(v.SKU); item != nil {
			scale = item.Scale
		}
		q, err := steps(v.Quantity, scale)
		p, bad := money.ParsePrice(v.UnitPrice)
		if err != nil || bad != nil {
			d.unknown++
			continue
		}
		d.net.product(q, scale, int64(p))
	}
}

// request is the order that rows ask for. It is never nil.
func (x *importer) request(rows []imports.Row[imports.OrderRow], shelf *shelf, people map[string]party.ID) (*order.Request, error) {
	head := &rows[0].Value
	r := &order.Request{
		Channel: head.Channel, ExternalID: head.ExternalID, Currency: head.Currency, CustomerID: people[head.CustomerID],
		Parties: party.Parties{
			Customer: party.Contact{Name: head.Name, Email: head.Email, Phone: head.Phone, Company: head.Company},
			ShipTo:   address(&head.ShipTo),
		},
		Lines: make([]order.RequestLine, len(rows)),
	}
	if r.Channel == "" {
		r.Channel = x.o.Channel
	}
	at, err := imports.ParseTime(head.PlacedAt, x.zone)
	if err != nil {
		return r, err
	}
	r.PlacedAt = at.UnixMicro()
	var faults fault.List
	for i := range rows {
		v, l := &rows[i].Value, &r.Lines[i]
		item := shelf.BySKU(v.SKU)
		l.SKU = v.SKU
		scale := 0
		if item != nil {
			scale = item.Scale
			if v.Title != item.Name {
				l.Title = v.Title
			}
		}
		var err error
		if l.Quantity, err = steps(v.Quantity, scale); err != nil {
			faults.AddError(fmt.Sprintf("/lines/%d/quantity", i), err)
		}
		if l.Price, err = money.ParsePrice(v.UnitPrice); err != nil {
			faults.AddError(fmt.Sprintf("/lines/%d/unit_price", i), err)
		}
		if l.Custom, err = mergeCustom(nil, v.Custom); err != nil {
			faults.AddError(fmt.Sprintf("/lines/%d/custom", i), err)
		}
	}
	if fee := shipping(rows, head.Currency, &faults); fee != 0 {
		r.Fees = []order.Fee{{Kind: "shipping", Code: "shipping", Amount: fee}}
	}
	return r, faults.Err()
}

// shipping is what the rows of an order say that shipping costs, together.
func shipping(rows []imports.Row[imports.OrderRow], currency string, faults *fault.List) (sum int64) {
	of, err := money.ParseCurrency(currency)
	if err != nil {
		return 0 // told by the request's own check
	}
	for i := range rows {
		text := rows[i].Value.Shipping
		if text == "" {
			continue
		}
		n, err := of.ParseAmount(text)
		if err != nil {
			faults.AddError(fmt.Sprintf("/lines/%d/shipping", i), err)
		}
		sum += n
	}
	return sum
}

func address(a *imports.Address) party.Address {
	return party.Address{
		Name: a.Name, Company: a.Company, Line1: a.Line1, Line2: a.Line2, City: a.City, Region: a.Region,
		PostalCode: a.PostalCode, Country: a.Country, Phone: a.Phone,
	}
}

// pay adds the payment of an order that its channel was paid in full, and
// gives what the order will cost in the books.
func (x *importer) pay(r *order.Request, paid bool, shelf *shelf) (int64, error) {
	o, err := order.New(order.Header{Now: r.PlacedAt, Mode: order.History, Rounding: x.merchant.Rounding}, r, shelf)
	if err != nil {
		return 0, err
	}
	if total := o.Totals.Total; paid && total > 0 {
		r.Payments = []order.Payment{{Amount: total, Reference: r.ExternalID}}
	}
	return o.Totals.Subtotal, nil
}

// settleOrders counts orders that are through. got has a result for each that
// had a request.
func (x *importer) settleOrders(drafts []draft, got []desk.Result) error {
	n := 0
	for i := range drafts {
		d := &drafts[i]
		x.sum.LinesRead += int64(len(d.rows))
		var refusal error
		if d.request != nil {
			r := got[n]
			n++
			refusal = r.Err
			if refusal == nil {
				x.taken(d, r.Status)
				continue
			}
		}
		if d.request == nil && !x.o.DryRun { // the desk counts what it refuses itself
			x.shop.Desk.Refuse(x.merchant.ID, x.o.Channel, fault.New(fault.Invalid, "unreadable_rows", "some rows cannot be read"))
		}
		x.sum.LinesRejected += int64(len(d.rows))
		x.sum.RejectedUnknown += int64(d.unknown)
		x.sum.rejected.add(&d.net)
		if err := rejectWhole(x, d.rows, func(v *imports.OrderRow) string { return v.ExternalID }, refusal); err != nil {
			return err
		}
	}
	return nil
}

func (x *importer) taken(d *draft, status string) {
	x.sum.Orders++
	if status == unchanged {
		x.sum.Unchanged++
	}
	x.sum.net.add(&d.net)
	x.sum.booked.minor(d.booked, money.MustCurrency(d.request.Currency).Exponent())
	x.sum.money(d.request.Currency)
	if d.stray {
		x.sum.warn("some orders name a customer_id that no customer has; they stand without a customer: import customers first")
	}
}

// rejectWhole writes every row of an order with its own reason, or with which row
// stands in its way.
func rejectWhole[T any](x *importer, rows []imports.Row[T], ref func(*T) string, refusal error) error {
	wrong := map[int]error{}
	if refusal != nil {
		wrong = namedLines(refusal, len(rows))
	}
	at := 0
	for i := range rows {
		if wrong[i] != nil {
			at = rows[i].Line
			break
		}
	}
	for i := range rows {
		err := rows[i].Err
		switch {
		case err != nil:
		case wrong[i] != nil:
			err = wrong[i]
		case at != 0:
			err = fault.New(fault.Invalid, "order_incomplete", "line %d of the same order has a fault; an order is imported as a whole", at)
		default:
			err = refusal
		}
		if err := x.rejects.add(rows[i].Line, ref(&rows[i].Value), err, rows[i].Raw); err != nil {
			return err
		}
	}
	return nil
}
