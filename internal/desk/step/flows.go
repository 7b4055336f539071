package step

import (
	"maps"
	"slices"

	"orderly/internal/flow"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/flows"
)

// flowBook is what a batch knows of the flows of orders, and what it changes.
type flowBook struct {
	runs    map[order.ID]*flow.Run
	of      map[flows.Version]*flow.Flow
	changed map[order.ID]bool
}

// Flow is what an order of a channel is to have that is placed now; nil when
// nothing happens by itself.
func (c *Catalog) Flow(channel string) *flow.Flow {
	for _, code := range []string{channel, ""} {
		if f := c.flows[code]; f != nil {
			return f
		}
	}
	return nil
}

// flowsOf reads which flow each channel has now.
func flowsOf(r *store.Reader) (map[string]*flow.Flow, error) {
	of, err := flows.Channels(r)
	if err != nil || len(of) == 0 {
		return nil, err
	}
	all, err := flows.Current(r)
	if err != nil {
		return nil, err
	}
	out := map[string]*flow.Flow{}
	for code, id := range of {
		for i := range all {
			if all[i].ID == id {
				out[code] = &all[i]
			}
		}
	}
	return out, nil
}

// LoadRuns reads the flows of orders.
func (b *Batch) LoadRuns(ids []order.ID) error {
	found, err := flows.Runs(b.R, ids)
	if err != nil {
		return err
	}
	var of []flow.ID
	for id, x := range found {
		if b.flow.runs[id] == nil {
			b.runs()[id] = x
		}
		of = append(of, x.Flow)
	}
	slices.Sort(of)
	b.flow.of, err = flows.Versions(b.R, slices.Compact(of))
	return err
}

func (b *Batch) runs() map[order.ID]*flow.Run {
	if b.flow.runs == nil {
		b.flow.runs, b.flow.changed = map[order.ID]*flow.Run{}, map[order.ID]bool{}
	}
	return b.flow.runs
}

// Run is the flow of an order that was loaded, and what it is to it; nil when
// it has none.
func (b *Batch) Run(id order.ID) (*flow.Flow, *flow.Run) {
	x := b.flow.runs[id]
	if x == nil {
		return nil, nil
	}
	return b.flow.of[flows.Version{Flow: x.Flow, Version: x.Version}], x
}

// SaveRun keeps what a flow is to an order.
func (b *Batch) SaveRun(x *flow.Run) {
	id := order.ID(x.Order)
	b.runs()[id], b.flow.changed[id] = x, true
}

// ChooseFlow has an order that is loaded go on under another flow.
func (b *Batch) ChooseFlow(f *flow.Flow, x *flow.Run) {
	if b.flow.of == nil {
		b.flow.of = map[flows.Version]*flow.Flow{}
	}
	b.flow.of[flows.Version{Flow: f.ID, Version: f.Version}] = f
	b.SaveRun(x)
}

// writeRuns keeps what changed.
func (b *Batch) writeRuns() error {
	var list []*flow.Run
	for _, id := range slices.Sorted(maps.Keys(b.flow.changed)) {
		list = append(list, b.flow.runs[id])
	}
	return flows.SaveRuns(b.tx, list)
}
