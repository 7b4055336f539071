package track

import (
	"slices"

	"orderly/internal/desk/collect"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/invoice"
	"orderly/internal/order"
	"orderly/internal/pickup"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/invoices"
	"orderly/internal/store/locations"
	"orderly/internal/store/orders"
	"orderly/internal/store/pickups"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// progress is how far an order is, as its customer may know.
type progress struct {
	Order       *order.Order
	Parcels     []parcel // those that have left, the latest first
	Documents   []*invoice.Document
	ConfirmedAt int64
	Waits       []waiting // on a shelf, for the customer to come for
}

// waiting is goods that the customer is to come for.
type waiting struct {
	*pickup.Pickup
	Place *stock.Location
	Code  string   // as people read it; "" when this server cannot open it
	Rows  []string // of its square
	Size  int
}

// waits are what lies on shelves for the customer, with the codes that open it.
func (p *progress) waits(r *store.Reader) error {
	list, err := pickups.OfOrders(r, []order.ID{p.Order.ID})
	if err != nil || len(list) == 0 {
		return err
	}
	all, err := locations.All(r)
	for _, x := range list {
		if !x.Lies() {
			continue
		}
		w := waiting{Pickup: x}
		for _, l := range all {
			if l.ID == x.Location {
				w.Place = l
			}
		}
		p.Waits = append(p.Waits, w)
	}
	return err
}

// codes writes in what the customer shows at the counter.
func (p *progress) codes(v *shell.Visit) {
	for i := range p.Waits {
		w := &p.Waits[i]
		code, err := collect.CodeOf(v.Desk(), w.Pickup)
		if err == nil {
			w.Rows, w.Size, err = ui.Square(code)
		}
		if err != nil {
			v.Log("the code of a pickup cannot be shown", err)
			continue
		}
		w.Code = pickup.Grouped(code)
	}
}

// parcel is one on its way, with what was reported of it.
type parcel struct {
	*fulfillment.Parcel
	Scans []fulfillment.Scan // the latest first
	Taken fulfillment.Proof  // by whom and when; the name is empty when nobody told
}

// read reads the one order that the reader's scope is for.
func read(r *store.Reader, id order.ID) (progress, error) {
	var p progress
	if r.Scope.Order == 0 || r.Scope.Order != int64(id) {
		return p, fault.New(fault.NotFound, "no_such_order", "there is no such order")
	}
	found, err := orders.Load(r, []order.ID{id}, orders.Parts{Party: true})
	if err != nil {
		return p, err
	}
	if p.Order = found[id]; p.Order == nil {
		return p, fault.New(fault.NotFound, "no_such_order", "there is no such order")
	}
	docs, err := invoices.OfOrders(r, []order.ID{id})
	if err != nil {
		return p, err
	}
	p.Documents = docs[id]
	list, err := fulfillments.ParcelsOfOrders(r, []order.ID{id})
	if err != nil {
		return p, err
	}
	list = slices.DeleteFunc(list, func(x *fulfillment.Parcel) bool { return x.ShippedAt == 0 })
	ids := make([]fulfillment.ParcelID, len(list))
	for i, x := range list {
		ids[i] = x.ID
	}
	scans, err := fulfillments.Scans(r, ids)
	if err != nil {
		return p, err
	}
	taken, err := fulfillments.Proofs(r, ids)
	for _, x := range slices.Backward(list) {
		own := scans[x.ID]
		slices.Reverse(own)
		p.Parcels = append(p.Parcels, parcel{x, own, taken[x.ID]})
	}
	if err != nil {
		return p, err
	}
	return p, p.waits(r)
}

// headline is the one word for how far the whole order is.
func (p progress) headline() string {
	o := p.Order
	q := o.Sums
	open := q[order.Unsourced] + q[order.Backordered] + q[order.Allocated] + q[order.Picked] + q[order.Packed]
	switch {
	case o.Statuses.Status == "canceled":
		return "canceled"
	case o.Statuses.Return == "returned":
		return "returned"
	case q[order.Delivered] > 0 && open == 0 && q[order.Shipped] == 0:
		return "delivered"
	case q[order.Lost] > 0 && open == 0 && q[order.Shipped] == 0:
		return "lost"
	case q[order.Delivered] > 0:
		return "partly_delivered"
	case q[order.Shipped] > 0 && open == 0:
		return "shipped"
	case q[order.Shipped] > 0:
		return "partly_shipped"
	case len(p.Waits) > 0:
		return "ready"
	case q[order.Picked]+q[order.Packed] > 0:
		return "packing"
	case q[order.Backordered] > 0 && q[order.Backordered] == open:
		return "waiting"
	}
	return "preparing"
}

// stage is one of the four steps of the way.
type stage struct {
	Key  string
	At   int64 // zero when it has not come
	Done bool
	Now  bool
}

// stages are the steps of the way and how far the order is on it.
func (p progress) stages() []stage {
	var shipped, delivered int64
	for _, x := range p.Parcels {
		if shipped == 0 || x.ShippedAt < shipped {
			shipped = x.ShippedAt
		}
		delivered = max(delivered, x.DeliveredAt)
	}
	q := p.Order.Sums
	begun := q[order.Picked]+q[order.Packed]+q.Left() > 0
	out := []stage{
		{Key: "received", At: p.Order.PlacedAt, Done: true},
		{Key: "prepared", Done: begun},
		{Key: "on_its_way", At: shipped, Done: shipped != 0},
		{Key: "arrived", Done: p.headline() == "delivered" || p.headline() == "returned"},
	}
	if out[3].Done {
		out[3].At = delivered
	}
	for i := len(out) - 1; i >= 0; i-- {
		if out[i].Done {
			for j := range i { // a step that was passed is done
				out[j].Done = true
			}
			out[min(i+1, len(out)-1)].Now = !out[len(out)-1].Done
			break
		}
	}
	return out
}

// underWay reports whether the customer may say that something has come.
func (p progress) underWay() bool {
	return slices.ContainsFunc(p.Parcels, func(x parcel) bool { return x.Status == "shipped" })
}

// item is one position, in the customer's words.
type item struct {
	*order.Line
	States []count
}

type count struct {
	Key string
	N   int64
}

// items are the positions as they were ordered: of a set, the set.
func (p progress) items() []item {
	var out []item
	for i := range p.Order.Lines {
		l := &p.Order.Lines[i]
		if l.Parent != 0 {
			continue
		}
		q := p.Order.Quantities(l)
		x := item{Line: l}
		for _, c := range [...]count{
			{"delivered", q[order.Delivered]}, {"on_its_way", q[order.Shipped]}, {"prepared", q[order.Unsourced] + q[order.Allocated] + q[order.Picked] + q[order.Packed]},
			{"waiting", q[order.Backordered]}, {"lost", q[order.Lost]}, {"canceled", q[order.Canceled]},
		} {
			if c.N > 0 {
				x.States = append(x.States, c)
			}
		}
		out = append(out, x)
	}
	return out
}

// expected is by when the rest should come, "" when nothing was promised or
// nothing is to come.
func (x visit) expected(v *shell.Visit) string {
	switch x.headline() {
	case "delivered", "canceled", "returned", "lost", "ready":
		return ""
	}
	if x.Order.DueAt == 0 || x.Order.DueAt < v.Now().UnixMicro() {
		return ""
	}
	return v.Day(x.Order.DueAt)
}
