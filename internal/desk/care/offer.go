package care

import (
	"orderly/internal/catalog"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/items"
	"orderly/internal/store/orders"
	"orderly/internal/store/returned"
)

// Offer is what of an order may come back, and by which policy.
type Offer struct {
	Order    *order.Order
	Policy   *returns.Policy
	Verdicts []returns.Verdict // of its leaf lines
}

// Any reports whether anything may come back.
func (f *Offer) Any() bool {
	for _, v := range f.Verdicts {
		if v.Most > 0 {
			return true
		}
	}
	return false
}

// Of is the verdict on a line.
func (f *Offer) Of(line int) returns.Verdict {
	for _, v := range f.Verdicts {
		if v.Line == line {
			return v
		}
	}
	return returns.Verdict{Line: line, Why: returns.WhyNoGoods}
}

// OfferOf reads what of an order may come back now.
func OfferOf(r *store.Reader, id order.ID, now int64) (*Offer, error) {
	found, err := orders.Load(r, []order.ID{id}, orders.Parts{})
	if err != nil {
		return nil, err
	}
	o := found[id]
	if o == nil || r.Scope.Order != 0 && r.Scope.Order != int64(id) {
		return nil, fault.New(fault.NotFound, "no_such_order", "there is no order %s", id)
	}
	parcels, err := fulfillments.ParcelsOfOrders(r, []order.ID{id})
	if err != nil {
		return nil, err
	}
	known := map[int64]*catalog.Item{}
	var ids []catalog.ID
	for i := range o.Lines {
		ids = append(ids, catalog.ID(o.Lines[i].Item))
	}
	list, err := items.ByID(r, ids)
	for _, i := range list {
		known[int64(i.ID)] = i
	}
	if err != nil {
		return nil, err
	}
	policies, err := returned.Policies(r)
	return offerOf(o, parcels, func(id int64) *catalog.Item { return known[id] }, returned.For(policies, o.Channel), now), err
}

func offerOf(o *order.Order, parcels []*fulfillment.Parcel, item func(int64) *catalog.Item, p *returns.Policy, now int64) *Offer {
	arrived := map[int]int64{}
	for _, x := range parcels {
		for _, l := range x.Lines {
			arrived[l.Line] = max(arrived[l.Line], x.DeliveredAt)
		}
	}
	out := &Offer{Order: o, Policy: p}
	for i := range o.Lines {
		l := &o.Lines[i]
		if !l.Leaf() {
			continue
		}
		f := returns.Facts{DeliveredAt: arrived[l.N]}
		of := l.Item
		if l.Parent != 0 { // a set's own word counts for all of it
			if set := item(o.Line(l.Parent).Item); set != nil && returns.IsFinalSale(set.Custom) {
				f.FinalSale = true
			}
		}
		if it := item(of); it != nil && returns.IsFinalSale(it.Custom) {
			f.FinalSale = true
		}
		out.Verdicts = append(out.Verdicts, returns.May(p, o, l, f, now))
	}
	return out
}
