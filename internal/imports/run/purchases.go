package run

import (
	"context"
	"fmt"
	"iter"
	"math/big"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/buy"
	"orderly/internal/fault"
	"orderly/internal/imports"
	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/suppliers"
)

// purchases records the file's purchase orders as history, from the oldest to the
// newest. Suppliers that are missing are made with their first order.
func (x *importer) purchases(ctx context.Context) error {
	from, err := x.from.rows()
	if err != nil {
		return err
	}
	rows, err := imports.ReadPurchases(from, x.from.mapping)
	if err != nil {
		return x.from.explain(from, err)
	}
	list, err := imports.GatherPurchases(rows)
	if err != nil {
		return err
	}
	if err := x.from.unchanged(); err != nil {
		return err
	}
	var by sellers
	if err := x.read(ctx, by.load); err != nil {
		return err
	}
	by.name(list, x.merchant.Currency)
	if err := x.phase(ctx, Purchases, "bytes", x.bytesTotal, x.purchaseChunks(ctx, &by, list)); err != nil {
		return err
	}
	x.sum.Suppliers = int64(len(by.met))
	x.unused(rows.Unused())
	return nil
}

// purchaseChunks cuts purchase orders into chunks of at most MaxRows orders and,
// unless one alone has more, MaxLines lines.
func (x *importer) purchaseChunks(ctx context.Context, by *sellers, list []imports.PurchaseOrder) iter.Seq2[*chunk, error] {
	total := 0
	for i := range list {
		total += len(list[i].Rows)
	}
	return func(yield func(*chunk, error) bool) {
		shelf := newShelf()
		done := 0
		for len(list) > 0 {
			n, lines := 0, 0
			for n < len(list) && n < MaxRows && (n == 0 || lines+len(list[n].Rows) <= MaxLines) {
				lines += len(list[n].Rows)
				n++
			}
			done += lines
			c, err := x.purchaseChunk(ctx, by, shelf, list[:n])
			if err == nil {
				c.done = x.bytesTotal() * int64(done) / int64(total)
			}
			list = list[n:]
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// bought is a purchase order of the file on its way in. Its seller is nil where the
// file itself is at fault.
type bought struct {
	rows    []imports.Row[imports.PurchaseRow]
	seller  *seller
	asked   asked[buy.PastCommand]
	net     nanos // of what came
	booked  int64
	unknown int // rows whose quantity or cost is not known
}

func (x *importer) purchaseChunk(ctx context.Context, by *sellers, shelf *shelf, batch []imports.PurchaseOrder) (*chunk, error) {
	drafts := make([]bought, len(batch))
	c := &chunk{}
	if err := x.read(ctx, func(r *store.Reader) error { return x.draftPurchases(r, by, shelf, batch, drafts) }); err != nil {
		return nil, err
	}
	var list []asked[buy.PastCommand]
	for i := range drafts {
		if d := &drafts[i]; batch[i].Err == nil {
			list = append(list, d.asked)
			c.weight += len(d.rows)
		}
	}
	c.rows = len(list)
	use(x, c, buy.RecordPurchase, func(*store.Reader) ([]asked[buy.PastCommand], error) { return list, nil })
	c.after = func(got []desk.Result) error { return x.settlePurchases(by, batch, drafts, got) }
	return c, nil
}

// draftPurchases turns orders of the file into commands, looking up items for all of
// them at once, by SKU and by the suppliers' numbers.
func (x *importer) draftPurchases(r *store.Reader, by *sellers, shelf *shelf, batch []imports.PurchaseOrder, into []bought) error {
	var skus []string
	numbers := map[*seller][]string{}
	for i := range batch {
		d := &into[i]
		d.rows = batch[i].Rows
		if batch[i].Err != nil {
			continue
		}
		d.seller = by.of(&d.rows[0].Value)
		for j := range d.rows {
			v := &d.rows[j].Value
			skus = append(skus, v.SKU)
			if d.seller.ID != 0 {
				numbers[d.seller] = append(numbers[d.seller], v.SKU, v.SupplierSKU)
			}
		}
	}
	if err := shelf.load(r, skus); err != nil {
		return err
	}
	called := map[*seller]map[string]catalog.ID{}
	var ids []catalog.ID
	for s, texts := range numbers {
		found, err := suppliers.ItemsCalled(r, s.ID, texts)
		if err != nil {
			return err
		}
		called[s] = found
		for _, id := range found {
			ids = append(ids, id)
		}
	}
	if err := shelf.loadIDs(r, ids); err != nil {
		return err
	}
	for i := range into {
		d := &into[i]
		if d.seller != nil {
			d.asked = x.past(d, shelf, called[d.seller])
		}
		d.count(x.merchant.Currency)
	}
	return nil
}

// past is the command that records an order of the file, or why there is none.
func (x *importer) past(d *bought, shelf *shelf, called map[string]catalog.ID) (out asked[buy.PastCommand]) {
	var l fault.List
	head := &d.rows[0].Value
	c := buy.PastCommand{
		Supplier: d.seller.ID, Purpose: purchase.Purpose(head.Purpose), External: head.ExternalID, Reference: head.Reference, Transport: head.Transport, Sent: head.SentOn,
	}
	switch {
	case d.seller.twice:
		l.Add("/supplier", "ambiguous_supplier", "several suppliers are called %.80q; name its code", head.Supplier)
	case head.Currency != "" && head.Currency != d.seller.Currency:
		l.Add("/currency", "other_currency", "supplier %q has prices in %s, not in %s", d.seller.Name, d.seller.Currency, head.Currency)
	}
	if c.Supplier == 0 {
		c.Make = &d.seller.Supplier
	}
	c.Location = x.destination(head.Location, &l)
	for i := range d.rows {
		c.Lines = append(c.Lines, pastLine(&d.rows[i].Value, fmt.Sprintf("/lines/%d", i), shelf, called, &l))
	}
	out.command = c
	if out.err = l.Err(); out.err == nil {
		out = ask(buy.RecordPurchase, c)
	}
	return out
}

// destination is where an order went: the location of a code or a name, else that of
// the options, else the shop's only one.
func (x *importer) destination(text string, l *fault.List) stock.LocationID {
	if text == "" {
		text = x.o.Location
	}
	at := x.places.byCode(text)
	if text == "" {
		at = x.places.only()
	} else if at == nil {
		at = x.places.byName(text)
	}
	switch {
	case at != nil:
		return at.ID
	case text == "":
		l.Add("/location", "missing", "say where the goods came to, by the location's code")
	default:
		l.Add("/location", "unknown_location", "no location has the code or name %.80q", text)
	}
	return 0
}

func pastLine(v *imports.PurchaseRow, at string, shelf *shelf, called map[string]catalog.ID, l *fault.List) buy.PastLine {
	out := buy.PastLine{DraftLine: buy.DraftLine{SKU: v.SKU}, Promised: v.PromisedOn, Came: v.CameOn}
	item := shelf.BySKU(v.SKU)
	for _, number := range []string{v.SupplierSKU, v.SKU} {
		if item == nil && called[number] != 0 {
			item = shelf.ByID(called[number])
		}
	}
	if v.SupplierSKU != "" {
		out.SupplierSKU = &v.SupplierSKU
	}
	if item == nil {
		l.Add(at+"/sku", "unknown_sku", "neither an item nor an offer of the supplier has the number %.80q", firstOf(v.SKU, v.SupplierSKU))
		return out
	}
	out.SKU = item.SKU
	units := func(text, name string) int64 {
		if text == "" {
			return 0
		}
		n, err := steps(text, item.Scale)
		l.AddError(at+"/"+name, err)
		return n
	}
	out.Quantity, out.Damaged = units(v.Quantity, "quantity"), units(v.Damaged, "damaged")
	if out.Received = units(v.Received, "received"); v.Received == "" && v.CameOn != "" {
		out.Received = out.Quantity // it came, and nobody wrote that it was less
	}
	if out.Received == 0 {
		out.Came = "" // the day on which nothing came
	}
	cost, known, err := costOf(v)
	l.AddError(at+"/cost", err)
	if known {
		out.Cost = &cost
	}
	return out
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// costOf is what one unit cost: as the row says, or what the line came to by its
// quantity, to the millionth.
func costOf(v *imports.PurchaseRow) (cost money.Price, known bool, err error) {
	text := v.Cost
	if text == "" && v.Total != "" {
		total, ok := new(big.Rat).SetString(v.Total)
		units, ok2 := new(big.Rat).SetString(v.Quantity)
		if !ok || !ok2 || units.Sign() == 0 {
			return 0, false, fault.New(fault.Invalid, "invalid_cost", "what a unit cost cannot be told from %.40q for %.40q", v.Total, v.Quantity)
		}
		text = total.Quo(total, units).FloatString(6)
	}
	if text == "" {
		return 0, false, nil
	}
	cost, err = money.ParsePrice(text)
	return cost, err == nil, err
}

// count sums what came by the rows, whether they will be taken or not.
func (d *bought) count(shop string) {
	code := shop
	if d.seller != nil {
		code = d.seller.Currency
	}
	currency, err := money.ParseCurrency(code)
	for i := range d.rows {
		v := &d.rows[i].Value
		text := v.Received
		if text == "" && v.CameOn != "" {
			text = v.Quantity
		}
		if text == "" && v.Quantity != "" {
			text = "0"
		}
		units, bad := steps(text, money.MaxScale)
		cost, known, wrong := costOf(v)
		if err != nil || bad != nil || wrong != nil || !known {
			d.unknown++
			continue
		}
		d.net.product(units, money.MaxScale, int64(cost))
		worth, _, wrong := money.LineTotal(units, money.MaxScale, cost, currency, money.HalfAwayFromZero)
		if wrong == nil {
			d.booked += worth
		}
	}
}

// settlePurchases counts orders that are through. got has a result for each that was
// asked for.
func (x *importer) settlePurchases(by *sellers, batch []imports.PurchaseOrder, drafts []bought, got []desk.Result) error {
	n := 0
	for i := range drafts {
		d := &drafts[i]
		x.sum.LinesRead += int64(len(d.rows))
		var refusal error
		if batch[i].Err == nil {
			r := got[n]
			n++
			if refusal = r.Err; refusal == nil {
				x.sum.Purchases++
				if r.Status == unchanged {
					x.sum.Unchanged++
				}
				by.met[d.seller] = true
				x.sum.net.add(&d.net)
				x.sum.booked.minor(d.booked, money.MustCurrency(d.seller.Currency).Exponent())
				x.sum.money(d.seller.Currency)
				continue
			}
		}
		x.sum.LinesRejected += int64(len(d.rows))
		x.sum.RejectedUnknown += int64(d.unknown)
		x.sum.rejected.add(&d.net)
		if err := rejectWhole(x, d.rows, func(v *imports.PurchaseRow) string { return v.ExternalID }, refusal); err != nil {
			return err
		}
	}
	return nil
}
