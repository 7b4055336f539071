package step

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/delivery"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/preorder"
	"orderly/internal/sourcing"
	"orderly/internal/store/jobs"
	"orderly/internal/store/preorders"
)

// preorderBook is what a batch knows and changes of offers of what is not there
// yet.
type preorderBook struct {
	known   map[int64]bool // items whose open offers are loaded
	offers  map[preorder.ID]*preorder.Offer
	byItem  map[int64][]*preorder.Offer
	counts  map[preorder.ID]order.Taken // by how much they differ
	made    []*preorder.Offer
	changed map[preorder.ID]int64 // version before
	drawn   map[order.ID]bool     // orders with lines whose pre-ordered units may have changed
	moved   []Moved
}

// LoadOffers reads the open offers of items. Where nothing is offered it looks
// at no item.
func (b *Batch) LoadOffers(items []int64) error {
	if b.Catalog.offered == nil {
		return nil
	}
	var missing []int64
	for _, id := range items {
		if b.Catalog.offered[id] && !b.preorders.known[id] {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if b.preorders.known == nil {
		b.preorders.known = map[int64]bool{}
	}
	for _, id := range missing {
		b.preorders.known[id] = true
	}
	found, err := preorders.OpenOf(b.R, missing)
	b.knowOffers(found)
	return err
}

// LoadOffersOf reads offers by id, whether they are open or not.
func (b *Batch) LoadOffersOf(ids []preorder.ID) error {
	var missing []preorder.ID
	for _, id := range ids {
		if id != 0 && b.preorders.offers[id] == nil && !slices.Contains(missing, id) {
			missing = append(missing, id)
		}
	}
	found, err := preorders.Load(b.R, missing)
	b.knowOffers(found)
	return err
}

func (b *Batch) knowOffers(list []*preorder.Offer) {
	x := &b.preorders
	if x.offers == nil {
		x.offers, x.byItem = map[preorder.ID]*preorder.Offer{}, map[int64][]*preorder.Offer{}
	}
	for _, o := range list {
		if x.offers[o.ID] == nil {
			x.offers[o.ID] = o
			x.byItem[o.Item] = append(x.byItem[o.Item], o)
		}
	}
}

// PreorderOffer is a loaded offer; nil when there is none.
func (b *Batch) PreorderOffer(id preorder.ID) *preorder.Offer { return b.preorders.offers[id] }

// OffersOf are the loaded offers of an item.
func (b *Batch) OffersOf(item int64) []*preorder.Offer { return b.preorders.byItem[item] }

// PreorderOf is the offer by which a channel sells an item that is short; nil
// when there is none.
func (b *Batch) PreorderOf(channel string, item int64) *preorder.Offer {
	if b.preorders.byItem == nil {
		return nil
	}
	return preorder.For(b.preorders.byItem[item], channel, b.At)
}

// Offers reports whether any leaf of an order is on offer.
func (b *Batch) Offers(o *order.Order) bool {
	return b.preorders.byItem != nil && slices.ContainsFunc(o.Lines, func(l order.Line) bool { return l.Stocked && b.PreorderOf(o.Channel, l.Item) != nil })
}

// Preorder takes what a plan is short of by the offers of its items: those
// units are short no more, they wait under the offer's promise, whatever the
// item or the profile says of what is short. It gives the lines of which not
// enough is left, and has changed nothing but the plan.
func (b *Batch) Preorder(o *order.Order, p *Plan) []preorder.Full {
	if b.preorders.byItem == nil || len(p.Short) == 0 {
		return nil
	}
	wants := make([]preorder.Want, len(p.Short))
	for i, s := range p.Short {
		wants[i] = preorder.Want{Line: s.Line, Item: s.Item, Quantity: s.Quantity}
	}
	sold, rest, full := preorder.Take(wants, func(w preorder.Want) *preorder.Offer { return b.offerFor(o, w) })
	for _, s := range sold {
		p.Preordered = append(p.Preordered, order.Preordered{Line: s.Line, Offer: int64(s.Offer.ID), Quantity: s.Quantity})
	}
	p.Awaited = p.Preordered
	p.Short = nil
	for _, w := range rest {
		p.Short = append(p.Short, sourcing.Demand{Line: w.Line, Item: w.Item, Quantity: w.Quantity})
	}
	return full
}

// offerFor is the offer that a line may be taken by. A bundle that is not sold
// in parts is not, and a line that was pre-ordered by an offer stays with it.
func (b *Batch) offerFor(o *order.Order, w preorder.Want) *preorder.Offer {
	l := o.Line(w.Line)
	if p := o.Line(l.Parent); p != nil && b.Catalog.ByID(catalog.ID(p.Item)).WhenShort == catalog.Refuse {
		return nil
	}
	offer := b.PreorderOf(o.Channel, w.Item)
	if offer != nil && l.Preordered > 0 && l.Preorder != int64(offer.ID) {
		return nil
	}
	return offer
}

// Carry has an order take over units that another pre-ordered: those of them
// that are short wait as they did there.
func (p *Plan) Carry(list []order.Preordered) {
	p.Preordered = append(p.Preordered, list...)
	for _, x := range list {
		for i := range p.Short {
			if s := &p.Short[i]; s.Line == x.Line {
				x.Quantity = min(x.Quantity, s.Quantity)
				s.Quantity -= x.Quantity
				p.Awaited = append(p.Awaited, x)
			}
		}
	}
	p.Short = slices.DeleteFunc(p.Short, func(s sourcing.Demand) bool { return s.Quantity == 0 })
}

// WhenOffered is what is promised of an order of which units are pre-ordered:
// they leave, with all that goes with them, once the last day has come that was
// promised of them. Where no place sends it, only that day is known.
func (b *Batch) WhenOffered(o *order.Order, p *Plan, by *delivery.Method, from int64) (delivery.Offer, bool) {
	q := *p
	q.Takes = slices.Clone(p.Takes)
	if q.at == 0 {
		if places := b.places(o, nil); len(places) > 0 {
			q.at = slices.MinFunc(places, sourcing.Nearer).ID
		}
	}
	for _, x := range p.Awaited {
		if offer := b.PreorderOffer(preorder.ID(x.Offer)); offer != nil {
			from = max(from, offer.AvailableAt)
		}
		q.Takes = append(q.Takes, sourcing.Take{Line: x.Line, Item: o.Line(x.Line).Item, Place: q.at, Quantity: x.Quantity})
	}
	if q.at == 0 {
		return delivery.Offer{ShipBy: from}, by == nil
	}
	return b.OfferFrom(o, &q, by, from)
}

// drew counts what a change of an order has taken of offers and given back. An
// offer that was drawn on before is so afterwards.
func (b *Batch) drew(o *order.Order, d *order.Delta, before map[int64]order.Taken) error {
	after := o.Drawn()
	if after == nil {
		return nil
	}
	x := &b.preorders
	if x.counts == nil {
		x.counts, x.drawn = map[preorder.ID]order.Taken{}, map[order.ID]bool{}
	}
	if len(d.Preorder) > 0 || slices.ContainsFunc(d.Moves, func(m order.Move) bool { return m.To == order.Canceled }) {
		x.drawn[o.ID] = true
	}
	for _, id := range slices.Sorted(maps.Keys(after)) {
		of := preorder.ID(id)
		more := order.Taken{Units: after[id].Units - before[id].Units, Waiting: after[id].Waiting - before[id].Waiting}
		if more == (order.Taken{}) {
			continue
		}
		sum := x.counts[of]
		x.counts[of] = order.Taken{Units: sum.Units + more.Units, Waiting: sum.Waiting + more.Waiting}
		if offer := x.offers[of]; offer != nil {
			if err := offer.Count(more.Units, more.Waiting); err != nil {
				return fmt.Errorf("order %d: %w", o.Number, err)
			}
		}
	}
	return nil
}

// MakeOffer keeps a new offer, and tells of it.
func (b *Batch) MakeOffer(by access.Scope, o *preorder.Offer) error {
	b.knowOffers([]*preorder.Offer{o})
	b.preorders.made = append(b.preorders.made, o)
	o.CreatedAt = b.At
	return b.tellOffer(by, o, journal.PreorderOffered)
}

// SaveOffer keeps the terms of a loaded offer as they are in x, and tells of it.
func (b *Batch) SaveOffer(by access.Scope, x preorder.Offer, typ string) error {
	o := b.preorders.offers[x.ID]
	if !slices.Contains(b.preorders.made, o) {
		if b.preorders.changed == nil {
			b.preorders.changed = map[preorder.ID]int64{}
		}
		if _, known := b.preorders.changed[x.ID]; !known {
			b.preorders.changed[x.ID] = o.Version
		}
	}
	*o = x
	return b.tellOffer(by, o, typ)
}

// tellOffer writes the next entry of an offer's history.
func (b *Batch) tellOffer(by access.Scope, o *preorder.Offer, typ string) error {
	o.Version++
	o.UpdatedAt = b.At
	told := map[string]any{"item": o.Item, "cap": o.Cap, "available_at": o.AvailableAt, "taken": o.Taken}
	for name, value := range map[string]string{"channel": o.Channel, "ended": o.Ended, "reason": o.Reason} {
		if value != "" {
			told[name] = value
		}
	}
	if o.EndsAt != 0 {
		told["ends_at"] = o.EndsAt
	}
	if o.UntilStock {
		told["until_stock"] = true
	}
	data, err := json.Marshal(told)
	b.tell(journal.Preorder, int64(o.ID), o.Version, typ, by, data)
	return err
}

// MovedJob is the kind of the job that promises anew what waits for an offer
// whose day has moved, and Moved its data.
const MovedJob = "preorder_moved"

// Moved is an offer and the day that it promised before.
type Moved struct {
	Offer preorder.ID `json:"offer"`
	Was   int64       `json:"was"`
	Moves int64       `json:"moves"`
}

// FollowOffer has those promised anew who wait for an offer, once this is
// written.
func (b *Batch) FollowOffer(o *preorder.Offer, was int64) {
	b.preorders.moved = append(b.preorders.moved, Moved{o.ID, was, o.Moves})
}

// Arrived ends the offers of items that are open until the first units come.
// The configuration stays as it is: whoever remembers that the item was offered
// finds no offer.
func (b *Batch) Arrived(by access.Scope, items []int64) error {
	if err := b.LoadOffers(items); err != nil || b.preorders.byItem == nil {
		return err
	}
	for _, item := range items {
		for _, o := range b.preorders.byItem[item] {
			if !o.UntilStock || o.EndedAt != 0 {
				continue
			}
			if err := b.SaveOffer(by, o.End(preorder.ByStock, b.At), journal.PreorderEnded); err != nil {
				return err
			}
		}
	}
	return nil
}

// writePreorders keeps offers and what was taken of them. That one was made is
// told to whoever remembers the configuration; of one that ended they find that
// it has.
func (b *Batch) writePreorders() error {
	x := &b.preorders
	if len(x.made)+len(x.changed)+len(x.counts) == 0 {
		return nil
	}
	if len(x.made) > 0 {
		b.tx.Seq.Epoch++
	}
	for _, id := range slices.Sorted(maps.Keys(x.changed)) {
		if err := preorders.Update(b.tx, x.offers[id], x.changed[id]); err != nil {
			return err
		}
	}
	if err := preorders.Insert(b.tx, x.made); err != nil { // after those that end for them
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(x.counts)) {
		if d := x.counts[id]; d != (order.Taken{}) {
			if err := preorders.Count(b.tx, id, d.Units, d.Waiting); err != nil {
				return err
			}
		}
	}
	for _, m := range x.moved {
		data, err := json.Marshal(m)
		if err != nil {
			return err
		}
		if _, err := jobs.Enqueue(b.tx, jobs.Job{Kind: MovedJob, Dedupe: fmt.Sprintf("%s.%d", m.Offer, m.Moves), Due: b.At, Data: string(data)}); err != nil {
			return err
		}
	}
	return nil
}
