package demo

import (
	"context"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk/floor"
	"orderly/internal/fulfillment"
	"orderly/internal/kit/demo/world"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
)

const (
	shortPickOdds = 12   // in a thousand picks
	boxGrams      = 140  // an empty parcel
	heavyGrams    = 6000 // from here on a fulfillment of several lines goes in two parcels
)

// nextWork is what comes next for a fulfillment, and what a hold on it would stop.
func nextWork(f *fulfillment.Fulfillment) (act, string, bool) {
	switch f.WorkStatus {
	case fulfillment.Pending:
		return actRelease, "release", true
	case fulfillment.Released, fulfillment.Picking:
		return actPick, "pick", true
	case fulfillment.Picked:
		return actPack, "pack", true
	case fulfillment.Packed:
		return actShip, "ship", true
	}
	return 0, "", false
}

// workTime draws how long it takes until work is done.
func (m *Demo) workTime(k act, o *order.Order, f *fulfillment.Fulfillment) time.Duration {
	low, high := 10*time.Minute, 50*time.Minute // release
	switch k {
	case actPick:
		low, high = 15*time.Minute, 90*time.Minute
	case actPack:
		low, high = 5*time.Minute, 40*time.Minute
	case actShip:
		low, high = 20*time.Minute, 2*time.Hour // the van comes now and then
	}
	if o.Channel == world.ChannelShop || !stocked(f) {
		return m.between(low/20, high/20) // somebody waits at the counter, or it is an e-mail
	}
	if o.Priority > 0 {
		return m.between(low/2, high/2)
	}
	return m.between(low, high)
}

func stocked(f *fulfillment.Fulfillment) bool {
	for i := range f.Lines {
		if f.Lines[i].Stocked {
			return true
		}
	}
	return false
}

// works makes the commands of tasks, which are then no longer on the agenda.
func (m *Demo) works(due []task) []floor.WorkCommand {
	var cmds []floor.WorkCommand
	for _, t := range due {
		delete(m.busy, t.ful)
		cmds = append(cmds, floor.WorkCommand{Fulfillment: t.ful})
	}
	return cmds
}

func (m *Demo) release(ctx context.Context, due []task) error {
	_, err := do(ctx, m, floor.Release, warehouse, m.works(due))
	return err
}

// pick takes goods off the shelves. Now and then something is not where it
// should be; then the rest is picked next time, and the shelf is counted.
func (m *Demo) pick(ctx context.Context, due []task) error {
	var whole []floor.WorkCommand
	var missing []task
	for i, c := range m.works(due) {
		if m.chance(shortPickOdds) {
			missing = append(missing, due[i])
			continue
		}
		whole = append(whole, c)
	}
	if _, err := do(ctx, m, floor.Pick, warehouse, whole); err != nil || len(missing) == 0 {
		return err
	}
	return m.shortPick(ctx, missing)
}

func (m *Demo) shortPick(ctx context.Context, due []task) error {
	found, err := m.fulfillments(ctx, due)
	if err != nil {
		return err
	}
	var cmds []floor.WorkCommand
	for _, t := range due {
		f := found[t.ful]
		line := firstOnShelf(f)
		if line == nil { // nothing that could be missing
			cmds = append(cmds, floor.WorkCommand{Fulfillment: t.ful})
			continue
		}
		step := m.step(line.Item)
		short := floor.WorkCommand{Fulfillment: t.ful, Parts: []fulfillment.Part{{Line: line.Order, Quantity: min(line.Allocated(), step)}}}
		if _, err := do(ctx, m, floor.ShortPick, warehouse, []floor.WorkCommand{short}); err != nil {
			return err
		}
		m.agenda.plan(actCount, task{at: t.at + m.between(time.Hour, 3*time.Hour), cell: stock.Cell{Item: line.Item, Location: f.Location}})
	}
	_, err = do(ctx, m, floor.Pick, warehouse, cmds)
	return err
}

func firstOnShelf(f *fulfillment.Fulfillment) *fulfillment.Line {
	if f == nil {
		return nil
	}
	for i := range f.Lines {
		if l := &f.Lines[i]; l.Stocked && l.Allocated() > 0 {
			return l
		}
	}
	return nil
}

// step is the least quantity of an item that anybody handles: a bag of beans.
func (m *Demo) step(item int64) int64 {
	if x := m.goods[catalog.ID(item)]; x != nil && len(x.Barcodes) > 0 {
		return x.Barcodes[0].Quantity
	}
	return 1
}

// pack puts what was picked into parcels with labels. What is collected or sent
// by e-mail has none.
func (m *Demo) pack(ctx context.Context, due []task) error {
	found, err := m.fulfillments(ctx, due)
	if err != nil {
		return err
	}
	orders, err := m.load(ctx, due)
	if err != nil {
		return err
	}
	var cmds []floor.PackCommand
	for _, t := range due {
		delete(m.busy, t.ful)
		f, o := found[t.ful], orders[t.order]
		if f == nil || o == nil {
			continue
		}
		c := floor.PackCommand{Fulfillment: t.ful}
		c.Parts, c.WeightGrams = m.boxed(f)
		if stocked(f) && !collected(o) {
			c.Carrier, c.Tracking = m.world.Tracking(m.parcel)
			m.parcel++
		}
		cmds = append(cmds, c)
	}
	_, err = do(ctx, m, floor.Pack, warehouse, cmds)
	return err
}

// boxed is what goes into the next parcel and what that weighs.
func (m *Demo) boxed(f *fulfillment.Fulfillment) (parts []fulfillment.Part, grams int64) {
	var weights []int64
	packed := false
	for i := range f.Lines {
		l := &f.Lines[i]
		packed = packed || l.Packed+l.Shipped > 0
		if l.Picked > 0 {
			parts = append(parts, fulfillment.Part{Line: l.Order, Quantity: l.Picked})
			weights = append(weights, m.weight(l.Item, l.Picked))
		}
	}
	sum := int64(0)
	for _, w := range weights {
		sum += w
	}
	if n := len(parts) / 2; n > 0 && sum > heavyGrams && !packed {
		parts, sum = parts[:n], 0
		for _, w := range weights[:n] {
			sum += w
		}
	}
	if sum > 0 {
		sum += boxGrams
	}
	return parts, sum
}

func (m *Demo) weight(item, quantity int64) int64 {
	x := m.goods[catalog.ID(item)]
	if x == nil {
		return 0
	}
	return x.WeightGrams * quantity / x.Step()
}

func (m *Demo) ship(ctx context.Context, due []task) error {
	var cmds []floor.ParcelCommand
	for _, t := range due {
		delete(m.busy, t.ful)
		cmds = append(cmds, floor.ParcelCommand{Fulfillment: t.ful, Act: "ship"})
	}
	_, err := do(ctx, m, floor.Parcel, warehouse, cmds)
	return err
}

// fulfillments reads those of tasks.
func (m *Demo) fulfillments(ctx context.Context, due []task) (map[fulfillment.ID]*fulfillment.Fulfillment, error) {
	var ids []fulfillment.ID
	for _, t := range due {
		ids = append(ids, t.ful)
	}
	out := map[fulfillment.ID]*fulfillment.Fulfillment{}
	err := m.db.Read(ctx, m.as(warehouse), func(r *store.Reader) error {
		found, err := fulfillments.Load(r, ids)
		for _, f := range found {
			out[f.ID] = f
		}
		return err
	})
	return out, err
}
