package step

import (
	"slices"

	"orderly/internal/catalog"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store/profiles"
)

// Plan is where units of one order shall come from. Nothing is claimed yet.
type Plan struct {
	sourcing.Decision
	Preordered []order.Preordered // units that are sold by an offer
	Awaited    []order.Preordered // of them, those that wait
	After      sourcing.After     // what becomes of what is short
	reason     sourcing.Reason    // as it is kept
	shadow     *sourcing.Chosen   // what the shadowing version says; nil without one
	other      int64              // points of this plan by the shadow's weights
	free       []sourcing.Demand  // units that need no stock and go along
	at         stock.LocationID   // where those go; zero when there is no location at all
}

// refusedBy are the partners who said no to the order, were silent, or sent none of
// what they had accepted: they are not asked again for it, whatever they have later.
func (b *Batch) refusedBy(id order.ID) (out []stock.LocationID) {
	for _, x := range b.ofOrder[id] {
		stopped := x.f.RequestStatus == fulfillment.Closed && x.f.WorkStatus == fulfillment.Canceled
		if x.f.RequestStatus == fulfillment.Rejected || stopped {
			out = append(out, x.f.Location)
		}
	}
	return out
}

// Plan decides where the demands of an order come from, over the levels as
// earlier commands have left them. except names locations that shall not be
// asked.
func (b *Batch) Plan(o *order.Order, demands []sourcing.Demand, except ...stock.LocationID) Plan {
	return b.plan(o, demands, except, func(p *Plan, stocked []sourcing.Demand, but []stock.LocationID) { b.decide(p, o, stocked, but, false) })
}

// PlanNew is Plan for an order that is being placed: a profile may have it wait
// for the next batch, unless something in it is never backordered or on offer for
// pre-order: that is claimed at once, or the order is refused.
func (b *Batch) PlanNew(o *order.Order, demands []sourcing.Demand, except ...stock.LocationID) Plan {
	may := len(except) == 0 && !slices.ContainsFunc(demands, func(d sourcing.Demand) bool {
		item := b.Catalog.ByID(catalog.ID(d.Item))
		return item == nil || item.WhenShort == catalog.Refuse || b.PreorderOf(o.Channel, d.Item) != nil
	})
	return b.plan(o, demands, except, func(p *Plan, stocked []sourcing.Demand, but []stock.LocationID) { b.decide(p, o, stocked, but, may) })
}

// PlanTaken is Plan with what a batch has found, where that still holds; else it
// is decided anew.
func (b *Batch) PlanTaken(o *order.Order, demands []sourcing.Demand, takes []sourcing.Take) Plan {
	return b.plan(o, demands, nil, func(p *Plan, stocked []sourcing.Demand, but []stock.LocationID) {
		if v := b.Catalog.Profile; v != nil && len(takes) > 0 {
			ask := b.askOf(o, stocked, but)
			if c, ok := v.Taken(ask, takes, b.sellable); ok {
				p.Decision, p.After, p.reason = c.Decision, c.After, c.Reason
				b.shade(p, ask, stocked)
				return
			}
		}
		b.decide(p, o, stocked, but, false)
	})
}

func (b *Batch) plan(o *order.Order, demands []sourcing.Demand, except []stock.LocationID, decide func(*Plan, []sourcing.Demand, []stock.LocationID)) Plan {
	p := Plan{After: sourcing.Backordered}
	var stocked []sourcing.Demand
	for _, d := range demands {
		if o.Line(d.Line).Stocked {
			stocked = append(stocked, d)
		} else {
			p.free = append(p.free, d)
		}
	}
	if refused := b.refusedBy(o.ID); len(refused) > 0 {
		except = append(slices.Clip(except), refused...)
	}
	b.terms = b.Catalog.Terms(o.Channel)
	decide(&p, stocked, except)
	b.terms = nil
	p.parted(o, stocked)
	if len(p.Places) > 0 {
		p.at = p.Places[0]
	} else if places := b.places(o, except); len(places) > 0 {
		p.at = slices.MinFunc(places, sourcing.Nearer).ID
	}
	return p
}

// parted has the kept reasons add no units up where some are parts of what people
// count.
func (p *Plan) parted(o *order.Order, stocked []sourcing.Demand) {
	p.reason.Parted = slices.ContainsFunc(stocked, func(d sourcing.Demand) bool { return o.Line(d.Line).Scale > 0 })
	if p.shadow != nil {
		p.shadow.Reason.Parted = p.reason.Parted
	}
}

// decide asks the profile that holds, or the built-in rule where there is none.
func (b *Batch) decide(p *Plan, o *order.Order, stocked []sourcing.Demand, except []stock.LocationID, placing bool) {
	active, shadow := b.Catalog.Profile, b.Catalog.Shadow
	var ask *sourcing.Ask
	if active != nil || shadow != nil {
		ask = b.askOf(o, stocked, except)
		ask.New = placing
	}
	if active == nil {
		p.Decision = sourcing.Decide(stocked, b.places(o, except), b.sellable)
		p.reason = p.Decision.Reason()
	} else {
		c := active.Choose(ask, b.sellable)
		p.Decision, p.After, p.reason = c.Decision, c.After, c.Reason
	}
	b.shade(p, ask, stocked)
}

// shade asks the version that shadows the one that holds, of what is decided
// now: an order that waits for a batch is asked about when it gets its places.
func (b *Batch) shade(p *Plan, ask *sourcing.Ask, stocked []sourcing.Demand) {
	shadow := b.Catalog.Shadow
	if shadow != nil && len(stocked) > 0 && !b.Previewing() && p.After != sourcing.Gathered {
		ask.New = false
		c := shadow.Choose(ask, b.sellable)
		p.shadow, p.other = &c, c.Reason.Points
		if n, ok := shadow.Points(ask, p.Decision, b.sellable); ok && len(p.Short) == len(c.Short) {
			p.other = n
		}
	}
}

// Except are all locations but one: what Plan is given when only that one may
// send. Of zero there are none.
func (b *Batch) Except(only stock.LocationID) []stock.LocationID {
	if only == 0 {
		return nil
	}
	var out []stock.LocationID
	for _, l := range b.Catalog.Locations {
		if l.ID != only {
			out = append(out, l.ID)
		}
	}
	return out
}

// places are the locations that may send, with how far they are.
func (b *Batch) places(o *order.Order, except []stock.LocationID) []sourcing.Place {
	out := make([]sourcing.Place, 0, len(b.Catalog.Locations))
	by := b.Catalog.Method(o.Method)
	for _, l := range b.Catalog.Locations {
		if l.Active && !slices.Contains(except, l.ID) && reaches(by, l, o) {
			out = append(out, sourcing.Place{ID: l.ID, Priority: l.Priority, Distance: sourcing.Distance(l.Address, o.Party.ShipTo)})
		}
	}
	return out
}

// Claim turns a plan into the fulfillments that hold it and the delta that
// tells of them: units go from the bucket to allocated. What nobody has stays
// where it is; the caller says what becomes of it.
func (b *Batch) Claim(o *order.Order, p Plan, from order.Bucket) order.Delta {
	var d order.Delta
	at := map[stock.LocationID]int64{}
	into := func(place stock.LocationID) int64 {
		if id, ok := at[place]; ok {
			return id
		}
		f := &fulfillment.Fulfillment{
			ID: fulfillment.ID(b.NewID()), Purpose: "order", Source: int64(o.ID), Location: place, WorkStatus: fulfillment.Pending,
			RequestStatus: fulfillment.Unsubmitted, Method: o.By(), Priority: o.Priority, DueAt: o.DueAt, CreatedAt: b.At, UpdatedAt: b.At,
			Decision: p.reason.Encode(),
		}
		b.Open(f)
		if b.work != nil {
			b.work[place]++
		}
		at[place] = int64(f.ID)
		d.Opened = append(d.Opened, order.Opened{ID: int64(f.ID), Location: int64(place)})
		return int64(f.ID)
	}
	for _, t := range p.Takes {
		d.Moves = append(d.Moves, order.Move{Line: t.Line, From: from, To: order.Allocated, Quantity: t.Quantity, Fulfillment: into(t.Place)})
	}
	for _, f := range p.free {
		if p.at != 0 {
			d.Moves = append(d.Moves, order.Move{Line: f.Line, From: from, To: order.Allocated, Quantity: f.Quantity, Fulfillment: into(p.at)})
		}
	}
	b.keep(o, &p)
	return d
}

// keep has what no fulfillment tells written down: a decision that found no
// place, and what the shadow would have done.
func (b *Batch) keep(o *order.Order, p *Plan) {
	if b.Previewing() {
		return
	}
	if len(p.Takes) == 0 && p.reason.Units > 0 && p.After != sourcing.Gathered {
		b.decisions = append(b.decisions, profiles.Decision{ID: b.NewID(), Order: int64(o.ID), Kind: profiles.Placeless, Profile: b.Catalog.profileID(), At: b.At, Points: p.reason.Points, Reason: p.reason})
	}
	if c := p.shadow; c != nil {
		b.decisions = append(b.decisions, profiles.Decision{
			ID: b.NewID(), Order: int64(o.ID), Kind: profiles.Shadowing, Profile: b.Catalog.Shadow.ID, At: b.At,
			Agrees: slices.Equal(c.Takes, p.Takes), Points: c.Reason.Points, Other: p.other, Reason: c.Reason,
		})
	}
}

// Rest is what becomes of the units that a plan found no place for: they wait
// for stock, are canceled, or stay without a place until a person decides.
// What is pre-ordered waits.
func (p *Plan) Rest() []order.Move {
	var out []order.Move
	for _, x := range p.Awaited {
		out = append(out, order.Move{Line: x.Line, From: order.Unsourced, To: order.Backordered, Quantity: x.Quantity})
	}
	for _, s := range p.Short {
		switch p.After {
		case sourcing.Held, sourcing.Gathered:
		case sourcing.Canceled:
			out = append(out, order.Move{Line: s.Line, From: order.Unsourced, To: order.Canceled, Quantity: s.Quantity})
		default:
			out = append(out, order.Move{Line: s.Line, From: order.Unsourced, To: order.Backordered, Quantity: s.Quantity})
		}
	}
	return out
}

// Holds reports whether an order has units that wait for a person to decide.
func (p *Plan) Holds() bool { return p.After == sourcing.Held && len(p.Short) > 0 }
