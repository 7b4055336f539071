package linear

import (
	"errors"
	"fmt"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
)

// request draws an order of one to three lines, at times two of one SKU or a
// bundle, and gives how many of each item it asks for.
func (cl *client) request() (order.Request, map[int]int64) {
	s, asked := cl.c.shop, map[int]int64{}
	cl.serial++
	r := order.Request{Channel: "web", ExternalID: fmt.Sprintf("%d-%d", cl.n, cl.serial), Currency: "GBP", Priority: int64(cl.rng.IntN(3)),
		Parties: party.Parties{Customer: party.Contact{Name: "T"}, ShipTo: party.Address{City: "Leeds", Country: "GB"}}}
	line := func(sku string, q int64) {
		r.Lines = append(r.Lines, order.RequestLine{SKU: sku, Quantity: q, Price: money.Price(1_250_000)})
	}
	for n := 1 + cl.rng.IntN(3); n > 0; n-- {
		q := 1 + cl.rng.Int64N(2)
		if cl.rng.IntN(10) == 0 {
			b := cl.rng.IntN(len(s.bundles))
			line(fmt.Sprintf("SET%d", b), 1)
			for _, c := range s.bundles[b] {
				asked[s.bySKU[c.SKU]] += c.Quantity
			}
			continue
		}
		i := cl.anItem(0, s.exact)
		if cl.rng.IntN(4) == 0 {
			i = cl.anItem(s.exact, len(s.items))
		}
		line(s.items[i].sku, q)
		asked[i] += q
		if cl.rng.IntN(8) == 0 { // the same SKU again
			line(s.items[i].sku, 1)
			asked[i]++
		}
	}
	return r, asked
}

func (cl *client) place() error {
	cmds := make([]intake.PlaceCommand, cl.c.o.batch)
	asked := make([]map[int]int64, cl.c.o.batch)
	for i := range cmds {
		cmds[i].Request, asked[i] = cl.request()
	}
	return call(cl, "place", cmds, through(cl, opPlace), func(i int, r desk.Result, s span) error {
		if r.Err != nil {
			return cl.refused(r.Err, asked[i], s)
		}
		return cl.placed(r.Value.(*intake.Placed), asked[i], s)
	})
}

// refused notes, for each item that is not backordered, how many were missing
// by the refusal's own words; nothing is missing of those that it leaves out.
func (cl *client) refused(err error, asked map[int]int64, s span) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != "out_of_stock" {
		return fmt.Errorf("place: %w: %w", errUnexpected, err)
	}
	short := map[int]int64{}
	for _, x := range f.Fields {
		var have, of int64
		sku, said, _ := strings.Cut(x.Message, ": ")
		i, known := cl.c.shop.bySKU[sku]
		if _, err := fmt.Sscanf(said, "%d of %d can", &have, &of); err != nil || !known {
			return fmt.Errorf("place: %w: %q", errUnexpected, x.Message)
		}
		short[i] += of - have
	}
	for i, q := range asked {
		if cl.c.shop.items[i].rules.Refuse {
			cl.noteItem(i, s, itemOp{Kind: placeRefused, Quantity: q, Short: short[i]})
		}
	}
	return nil
}

func (cl *client) placed(p *intake.Placed, asked map[int]int64, s span) error {
	o := &liveOrder{id: p.Order.ID, exact: true, item: map[int]int{}, at: map[int64]int{}}
	took := map[int]*row{}
	for i := range p.Order.Lines {
		if l := &p.Order.Lines[i]; l.Leaf() {
			n := cl.c.shop.byID[l.Item]
			o.item[l.N] = n
			o.exact = o.exact && cl.c.shop.items[n].rules.Exact
			took[n] = &row{}
		}
	}
	for _, f := range p.Fulfillments {
		j := &job{order: o, ful: f.ID, at: cl.c.shop.place(f.Location), stage: release}
		o.at[int64(f.ID)] = j.at
		for _, l := range f.Lines {
			took[o.item[l.Order]][j.at] += l.Open
			o.state.Allocated += l.Open
			j.parts = append(j.parts, fulfillment.Part{Line: l.Order, Quantity: l.Open})
		}
		cl.jobs = append(cl.jobs, j)
	}
	for i, units := range took {
		short := asked[i] - units.sum()
		o.short = o.short || short > 0
		cl.noteItem(i, s, itemOp{Kind: placed, Units: *units, Short: short})
	}
	if len(p.Fulfillments) == 0 {
		cl.rest = append(cl.rest, o)
	}
	cl.c.pool.put(o)
	return nil
}

// cancel takes back the rest of own orders first, then all or some of any.
func (cl *client) cancel() error {
	var cmds []intake.CancelCommand
	var of []*liveOrder
	var acts []orderAct
	for range cl.c.o.batch {
		var o *liveOrder
		act := orderAct(cl.rng.IntN(3))
		if n := len(cl.rest); n > 0 {
			o, cl.rest, act = cl.rest[n-1], cl.rest[:n-1], cancelRemaining
		} else if o = cl.c.pool.any(cl.rng); o == nil {
			return nil
		}
		cmd := intake.CancelCommand{Order: o.id, Remaining: act == cancelRemaining}
		if act == cancelSome {
			for line := range o.item { // any one of them
				cmd.Parts = []order.Part{{Line: line, Quantity: 1}}
				break
			}
		}
		cmds, of, acts = append(cmds, cmd), append(of, o), append(acts, act)
	}
	return call(cl, "cancel", cmds, through(cl, opCancel), func(i int, r desk.Result, s span) error {
		if r.Err != nil {
			cl.noteOrder(of[i], s, orderOp{Act: acts[i], Refused: true})
			return nil
		}
		cl.canceled(of[i], acts[i], r.Value.(*intake.Canceled).Moves, s)
		return nil
	})
}

func (cl *client) canceled(o *liveOrder, act orderAct, moves []order.Move, s span) {
	ops, all := map[int]*itemOp{}, int64(0)
	for _, m := range moves {
		i := o.item[m.Line]
		if ops[i] == nil {
			ops[i] = &itemOp{Kind: canceled}
		}
		if m.From == order.Allocated {
			ops[i].Units[o.at[m.Fulfillment]] += m.Quantity // a place that it was served from later does not matter
		} else {
			ops[i].Short += m.Quantity
		}
		all += m.Quantity
	}
	for i, op := range ops {
		cl.noteItem(i, s, *op)
	}
	cl.noteOrder(o, s, orderOp{Act: act, Quantity: all})
}

// work takes jobs that stand at one stage a step on.
func (cl *client) work() error {
	stage := cl.jobs[cl.rng.IntN(len(cl.jobs))].stage
	var now, later []*job
	for _, j := range cl.jobs {
		if j.stage == stage && len(now) < cl.c.o.batch {
			now = append(now, j)
		} else {
			later = append(later, j)
		}
	}
	cl.jobs = later
	note := func(i int, r desk.Result, s span) error { cl.worked(now[i], r, s); return nil }
	switch stage {
	case pack:
		return call(cl, "pack", each(now, func(j *job) floor.PackCommand { return floor.PackCommand{Fulfillment: j.ful, Parts: j.parts} }), through(cl, opPack), note)
	case ship:
		return call(cl, "ship", each(now, func(j *job) floor.ParcelCommand { return floor.ParcelCommand{Parcel: j.box, Act: "ship"} }), through(cl, opParcel), note)
	case pick:
		return call(cl, "pick", each(now, func(j *job) floor.WorkCommand { return floor.WorkCommand{Fulfillment: j.ful, Parts: j.parts} }), through(cl, opPick), note)
	}
	return call(cl, "release", each(now, func(j *job) floor.WorkCommand { return floor.WorkCommand{Fulfillment: j.ful} }), through(cl, opRelease), note)
}

func each[C any](jobs []*job, of func(*job) C) []C {
	out := make([]C, len(jobs))
	for i, j := range jobs {
		out[i] = of(j)
	}
	return out
}

// worked notes a step of a job. What was refused is given up, and what is left
// of its order canceled.
func (cl *client) worked(j *job, r desk.Result, s span) {
	ops, all := map[int]*itemOp{}, int64(0)
	for _, p := range j.parts {
		i := j.order.item[p.Line]
		if ops[i] == nil {
			ops[i] = &itemOp{Kind: picked}
			if j.stage == ship {
				ops[i].Kind = shipped
			}
		}
		ops[i].Units[j.at] += p.Quantity
		all += p.Quantity
	}
	cl.noteOrder(j.order, s, orderOp{Act: j.stage, Quantity: all, Refused: r.Err != nil})
	if r.Err == nil && (j.stage == pick || j.stage == ship) {
		for i, op := range ops {
			cl.noteItem(i, s, *op)
		}
	}
	if w, ok := r.Value.(*floor.Worked); ok && len(w.Parcels) == 1 {
		j.box = w.Parcels[0].ID
	}
	switch {
	case r.Err != nil || j.stage == ship && j.order.short:
		cl.rest = append(cl.rest, j.order)
	case j.stage != ship:
		j.stage++
		cl.jobs = append(cl.jobs, j)
	}
}
