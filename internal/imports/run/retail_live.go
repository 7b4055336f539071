package run

import (
	"context"
	"fmt"
	"hash/fnv"
	"iter"
	"maps"
	"slices"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fulfillment"
	"orderly/internal/imports/onlineretail"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
)

// maxWorked is how many orders one chunk of the floor's work takes: with a
// fulfillment at each depot they are within the 500 of one call.
const maxWorked = MaxRows / 3

// placed is an order of the file that the books took in live, with what is to
// become of it. The order is found again by its invoice.
type placed struct {
	invoice  string
	lines    int
	canceled back
	returned []back
}

// step does something with fulfillments of orders whose invoices it is told by
// the order's id, and gives each its result.
type step func(t *desk.Turn, all []*fulfillment.Fulfillment, invoices map[int64]string) ([]desk.Result, error)

// live puts the file through everything that happens to an order: goods come
// in at three depots, orders are placed in time order, canceled, released,
// picked, packed, shipped and delivered, and some come back.
func (b *retail) live(ctx context.Context) error {
	if err := b.phase(ctx, "receive", "lines", unknownTotal, b.receiveChunks()); err != nil {
		return err
	}
	var taken []placed
	place := func(c *chunk, batch []entry) { b.placeChunk(c, batch, &taken) }
	if err := b.phase(ctx, "place", "lines", b.linesTotal, b.entryChunks((*entry).goods, place)); err != nil {
		return err
	}
	fees := func(e *entry) bool { return !e.goods() }
	if err := b.phase(ctx, "credits", "lines", unknownTotal, b.entryChunks(fees, b.recordChunk)); err != nil {
		return err
	}
	if err := b.phase(ctx, Stock, "lines", unknownTotal, b.adjustChunks()); err != nil || b.o.DryRun {
		return err
	}
	total := count(len(taken))
	if err := b.phase(ctx, "cancel", "orders", unknownTotal, b.cancelChunks(taken)); err != nil {
		return err
	}
	for _, next := range []struct {
		name string
		do   step
	}{
		{"release", b.worker(floor.Release, fulfillment.Pending)},
		{"pick", b.worker(floor.Pick, fulfillment.Released, fulfillment.Picking)},
		{"pack", b.pack},
		{"ship", b.parcels("ship", fulfillment.Packed)},
		{"deliver", b.parcels("deliver", fulfillment.Shipped)},
	} {
		if err := b.phase(ctx, next.name, "orders", total, b.workChunks(taken, next.do)); err != nil {
			return err
		}
	}
	return b.phase(ctx, "return", "orders", unknownTotal, b.returnChunks(taken))
}

// receiveChunks take in as much of each article as the file sells.
func (b *retail) receiveChunks() iter.Seq2[*chunk, error] {
	return func(yield func(*chunk, error) bool) {
		done := int64(0)
		for part := range slices.Chunk(b.deliveries(), MaxRows) {
			done += int64(len(part))
			c := &chunk{rows: len(part), weight: len(part), done: done}
			list := make([]asked[stock.Line], len(part))
			for i := range part {
				list[i] = asked[stock.Line]{command: part[i], skip: b.o.DryRun}
			}
			ref := b.reference()
			useAct(b.importer, c, floor.Receive, func(*store.Reader) ([]asked[stock.Line], error) { return list, nil },
				func(lines []stock.Line) floor.ReceiveCommand {
					return floor.ReceiveCommand{Lines: lines, Reference: ref}
				})
			c.after = func(got []desk.Result) error {
				for i, r := range got {
					if r.Err != nil {
						b.sum.warn(fmt.Sprintf("no stock of %q could be received: %v", part[i].SKU, r.Err))
					}
				}
				return nil
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

// deliveries are what comes of each article to each depot: exactly what the
// file sells, spread so that one depot has it all, or two halves of it, or
// three unequal parts, by the article's code and nothing else.
func (b *retail) deliveries() []stock.Line {
	need := map[string]int64{}
	for f := range b.book.Facts() {
		if s, ok := f.(*onlineretail.Sale); ok {
			for i := range s.Lines {
				if item := b.shelf.BySKU(s.Lines[i].SKU); item != nil && item.Stocked() {
					need[item.SKU] += b.units(item.SKU, s.Lines[i].Quantity)
				}
			}
		}
	}
	var out []stock.Line
	for _, sku := range slices.Sorted(maps.Keys(need)) {
		for i, q := range spread(sku, need[sku]) {
			if place := b.places.byCode(depots[i].Code); q > 0 && place != nil {
				out = append(out, stock.Line{SKU: sku, Location: place.ID, Quantity: q})
			}
		}
	}
	return out
}

// spread divides units over the depots.
func spread(sku string, units int64) [3]int64 {
	switch hashOf(sku) % 4 {
	case 0:
		return [3]int64{units, 0, 0}
	case 1:
		return [3]int64{units - units/2, units / 2, 0}
	case 2:
		return [3]int64{units / 4, units - units/4, 0}
	}
	return [3]int64{units - units/3 - units/5, units / 3, units / 5}
}

func hashOf(text string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(text))
	return h.Sum32()
}

// placeChunk places orders and notes those that are in the books.
func (b *retail) placeChunk(c *chunk, batch []entry, taken *[]placed) {
	list := make([]asked[intake.PlaceCommand], len(batch))
	for i := range batch {
		list[i] = askUnless(batch[i].err, intake.Place, intake.PlaceCommand{Request: batch[i].request})
	}
	use(b.importer, c, intake.Place, func(*store.Reader) ([]asked[intake.PlaceCommand], error) { return list, nil })
	b.previewKnown(c, batch)
	c.after = func(got []desk.Result) error {
		for i, r := range got {
			e := &batch[i]
			if r.Err != nil {
				b.refuseEntry(e, r.Err, e.allNet(), e.allSources())
				continue
			}
			b.took(e, r.Status, e.net, e.booked)
			if b.o.DryRun { // nothing will come after
				b.sum.net.micros(int64(e.allNet() - e.net))
				b.sum.booked.minor(e.allBooked()-e.booked, onlineretail.Currency.Exponent())
				continue
			}
			*taken = append(*taken, placed{e.request.ExternalID, len(e.request.Lines), e.canceled, e.returned})
		}
		return nil
	}
}

// ordersOf finds orders of the file in the books; the result has nil for one
// that is not there, or that is a record of the past.
func (b *retail) ordersOf(r *store.Reader, part []placed) ([]*order.Order, error) {
	invoices := make([]string, len(part))
	for i := range part {
		invoices[i] = part[i].invoice
	}
	known, err := orders.ByExternal(r, b.o.Channel, invoices)
	if err != nil {
		return nil, err
	}
	ids := make([]order.ID, 0, len(known))
	for _, k := range known {
		ids = append(ids, k.ID)
	}
	slices.Sort(ids)
	found, err := orders.Load(r, ids, orders.Parts{})
	out := make([]*order.Order, len(part))
	for i, invoice := range invoices {
		if o := found[known[invoice].ID]; o != nil && o.Mode == order.Live {
			out[i] = o
		}
	}
	return out, err
}

// cancelChunks cancel what was taken back on its own day, and give the money
// back, each order in one transaction.
func (b *retail) cancelChunks(taken []placed) iter.Seq2[*chunk, error] {
	taken = slices.DeleteFunc(slices.Clone(taken), func(p placed) bool { return len(p.canceled.parts) == 0 })
	return b.placedChunks(taken, MaxRows, func(c *chunk, part []placed) {
		c.work = func(t *desk.Turn) ([]desk.Result, error) { return b.cancel(t, part) }
		c.after = func(got []desk.Result) error {
			for i, r := range got {
				if b.settleBack(&part[i].canceled, r) {
					b.sum.Cancellations++
				}
			}
			return nil
		}
	})
}

func (b *retail) cancel(t *desk.Turn, part []placed) ([]desk.Result, error) {
	now, err := b.ordersOf(&t.Reader, part)
	if err != nil {
		return nil, err
	}
	got, err := perform(t, b.shop.Scope, intake.Cancel, func(*store.Reader) ([]asked[intake.CancelCommand], error) {
		out := make([]asked[intake.CancelCommand], len(part))
		for i, o := range now {
			if out[i].skip = o == nil || o.Sums[order.Canceled] > 0; !out[i].skip {
				out[i] = ask(intake.Cancel, intake.CancelCommand{Order: o.ID, Parts: part[i].canceled.parts})
			}
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	paid, err := perform(t, b.shop.Scope, intake.Pay, func(*store.Reader) ([]asked[intake.PayCommand], error) {
		out := make([]asked[intake.PayCommand], len(part))
		for i := range part {
			refund := part[i].canceled.refund
			if out[i].skip = got[i].Err != nil || got[i].Status == unchanged || refund == 0; !out[i].skip {
				out[i] = ask(intake.Pay, intake.PayCommand{Order: now[i].ID, Amount: refund, Reference: clip(part[i].canceled.invoice, maxReference), Refund: true})
			}
		}
		return out, nil
	})
	for i := range paid {
		if got[i].Err == nil && paid[i].Err != nil {
			return nil, fmt.Errorf("refund of %s: %w", part[i].invoice, paid[i].Err)
		}
	}
	return got, err
}

const maxReference = 200 // bytes of a payment's reference

// settleBack counts units that were taken back, or rejects their lines.
func (b *retail) settleBack(x *back, r desk.Result) bool {
	if r.Err != nil {
		b.sum.Unfinished++
		b.refuse(r.Err, x.net, x.sources)
		return false
	}
	b.sum.net.micros(int64(x.net))
	b.sum.booked.minor(-x.value, onlineretail.Currency.Exponent())
	return true
}

// placedChunks cuts placed orders into chunks with a result each.
func (b *retail) placedChunks(taken []placed, most int, fill func(*chunk, []placed)) iter.Seq2[*chunk, error] {
	return func(yield func(*chunk, error) bool) {
		from, lines := 0, 0
		for i := range taken {
			lines += taken[i].lines
			if end := i + 1; end == len(taken) || end-from == most || lines+taken[end].lines > MaxLines {
				c := &chunk{rows: end - from, weight: lines, done: int64(end)}
				fill(c, taken[from:end])
				from, lines = end, 0
				if !yield(c, nil) {
					return
				}
			}
		}
	}
}

// workChunks let the floor do one step with all fulfillments of placed orders.
func (b *retail) workChunks(taken []placed, do step) iter.Seq2[*chunk, error] {
	return b.placedChunks(taken, maxWorked, func(c *chunk, part []placed) {
		c.work = func(t *desk.Turn) ([]desk.Result, error) { return b.work(t, part, do) }
		c.after = func(got []desk.Result) error {
			for i, r := range got {
				if r.Err != nil {
					b.sum.Unfinished++
					b.sum.warn(fmt.Sprintf("%s: %v", part[i].invoice, r.Err))
				}
			}
			return nil
		}
	})
}

// work finds the fulfillments of orders, has a step done with them, and gives
// each order the first refusal that one of its fulfillments met.
func (b *retail) work(t *desk.Turn, part []placed, do step) ([]desk.Result, error) {
	invoices := make([]string, len(part))
	for i := range part {
		invoices[i] = part[i].invoice
	}
	known, err := orders.ByExternal(&t.Reader, b.o.Channel, invoices)
	if err != nil {
		return nil, err
	}
	sources := make([]int64, len(part))
	names := make(map[int64]string, len(part))
	for i, invoice := range invoices {
		sources[i] = int64(known[invoice].ID)
		names[sources[i]] = invoice
	}
	all, err := fulfillments.Heads(&t.Reader, sources)
	if err != nil {
		return nil, err
	}
	got, err := do(t, all, names)
	if err != nil {
		return nil, err
	}
	refusals := map[int64]error{}
	for i, f := range all {
		if got[i].Err != nil && refusals[f.Source] == nil {
			refusals[f.Source] = got[i].Err
		}
	}
	out := make([]desk.Result, len(part))
	for i := range out {
		out[i] = desk.Result{Status: "done", Err: refusals[sources[i]]}
	}
	return out, nil
}

// worker does an operation with those fulfillments that stand in a status.
func (b *retail) worker(op *desk.Operation[floor.WorkCommand], from ...string) step {
	return func(t *desk.Turn, all []*fulfillment.Fulfillment, _ map[int64]string) ([]desk.Result, error) {
		return perform(t, b.shop.Scope, op, func(*store.Reader) ([]asked[floor.WorkCommand], error) {
			return where(all, from, func(f *fulfillment.Fulfillment) asked[floor.WorkCommand] {
				return ask(op, floor.WorkCommand{Fulfillment: f.ID})
			}), nil
		})
	}
}

// where asks for something of those fulfillments that stand in a status.
func where[C any](all []*fulfillment.Fulfillment, status []string, command func(*fulfillment.Fulfillment) asked[C]) []asked[C] {
	out := make([]asked[C], len(all))
	for i, f := range all {
		if out[i].skip = !slices.Contains(status, f.WorkStatus); !out[i].skip {
			out[i] = command(f)
		}
	}
	return out
}

// carrier takes the parcels of the live pipeline.
const carrier = "parcelforce"

// pack makes one parcel of each fulfillment. Its number is the invoice's and
// the depot's, so that a parcel can be found by either.
func (b *retail) pack(t *desk.Turn, all []*fulfillment.Fulfillment, invoices map[int64]string) ([]desk.Result, error) {
	return perform(t, b.shop.Scope, floor.Pack, func(*store.Reader) ([]asked[floor.PackCommand], error) {
		return where(all, []string{fulfillment.Picked}, func(f *fulfillment.Fulfillment) asked[floor.PackCommand] {
			code := f.Location.String()
			for _, l := range b.places.list {
				if l.ID == f.Location {
					code = l.Code
				}
			}
			number := strings.Join([]string{invoices[f.Source], code}, "-")
			return ask(floor.Pack, floor.PackCommand{Fulfillment: f.ID, Carrier: carrier, Tracking: number})
		}), nil
	})
}

// parcels moves on the parcels of those fulfillments that stand in a status.
func (b *retail) parcels(act string, from ...string) step {
	return func(t *desk.Turn, all []*fulfillment.Fulfillment, _ map[int64]string) ([]desk.Result, error) {
		return perform(t, b.shop.Scope, floor.Parcel, func(*store.Reader) ([]asked[floor.ParcelCommand], error) {
			return where(all, from, func(f *fulfillment.Fulfillment) asked[floor.ParcelCommand] {
				return ask(floor.Parcel, floor.ParcelCommand{Fulfillment: f.ID, Act: act})
			}), nil
		})
	}
}

// returnChunks book what came back, one return for each C invoice and sale, on
// the shelf of a depot and with its money.
func (b *retail) returnChunks(taken []placed) iter.Seq2[*chunk, error] {
	var all []placed // one for each return
	for _, p := range taken {
		for _, r := range p.returned {
			all = append(all, placed{invoice: p.invoice, lines: p.lines, returned: []back{r}})
		}
	}
	return b.placedChunks(all, MaxRows, func(c *chunk, part []placed) {
		c.work = func(t *desk.Turn) ([]desk.Result, error) {
			now, err := b.ordersOf(&t.Reader, part)
			if err != nil {
				return nil, err
			}
			return perform(t, b.shop.Scope, care.ReceiveReturn, func(*store.Reader) ([]asked[care.ReturnCommand], error) {
				return b.returns(now, part), nil
			})
		}
		c.after = func(got []desk.Result) error {
			for i, r := range got {
				if b.settleBack(&part[i].returned[0], r) {
					b.sum.Returns++
				}
			}
			return nil
		}
	})
}

// returns asks for returns that the books do not have.
func (b *retail) returns(now []*order.Order, part []placed) []asked[care.ReturnCommand] {
	out := make([]asked[care.ReturnCommand], len(part))
	for i, o := range now {
		r := &part[i].returned[0]
		if out[i].skip = o == nil || r.bookedIn(o); !out[i].skip {
			depot := b.places.byCode(depots[hashOf(r.invoice)%uint32(len(depots))].Code)
			out[i] = ask(care.ReceiveReturn, care.ReturnCommand{
				Order: o.ID, Location: depot.ID, Parts: r.parts, Restock: true, Refund: r.refund, Reason: r.invoice,
			})
		}
	}
	return out
}

// bookedIn is whether the order has this return and those before it.
func (x *back) bookedIn(o *order.Order) bool {
	for _, p := range x.upTo {
		if o.Line(p.Line).Q[order.Returned] < p.Quantity {
			return false
		}
	}
	return true
}
