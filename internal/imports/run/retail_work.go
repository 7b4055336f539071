package run

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fulfillment"
	"orderly/internal/imports/onlineretail"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
)

// maxWorked is how many orders one chunk of the floor's work takes: with a
// fulfillment at each depot they are within the 500 of one call.
const maxWorked = MaxRows / 3

// step does something with fulfillments of orders whose invoices it is told by
// the order's id, and gives each its result.
type step func(t *desk.Turn, all []*fulfillment.Fulfillment, invoices map[int64]string) ([]desk.Result, error)

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
