package verify

import (
	"time"

	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// flows: an order has the flow that its history tells, and the clock has
// looked at each whose time has come.
func (x *run) flows() error {
	now := x.db.Now()
	return x.walk(audit.FlowPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.FlowingIn(r, in)
		x.count(int64(len(list)), "F1")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.flowing(&list[i], now)
		}
		return err
	})
}

func (x *run) flowing(f *audit.Flowing, now int64) {
	of := order.ID(f.Order)
	var told order.Flowed
	if d, err := order.DecodeDelta(f.Told); err == nil && d.Flow != nil {
		told = *d.Flow
	} else if err == nil && d.Placed != nil {
		told = order.Flowed{ID: d.Placed.Flow, Version: d.Placed.FlowVersion}
	}
	switch {
	case told.ID != int64(f.Flow) || told.Version != f.Version:
		x.tell("F1", of.String(), "order %s goes on under version %d of flow %s, its history tells of version %d of %d", of, f.Version, f.Flow, told.Version, told.ID)
	case !f.Saved:
		x.tell("F1", of.String(), "order %s goes on under version %d of flow %s, which is not there", of, f.Version, f.Flow)
	case f.DueAt != 0 && f.DueAt != f.ReleaseAt && f.DueAt != f.LateAt && f.DueAt != f.SourceAt:
		x.tell("F1", of.String(), "order %s goes on at %d, %d or %d and is to be looked at at %d", of, f.ReleaseAt, f.LateAt, f.SourceAt, f.DueAt)
	case f.DueAt != 0 && now-f.DueAt > endsWithin.Microseconds():
		x.tell("F1", of.String(), "order %s was to be looked at %d minutes ago and was not", of, (now-f.DueAt)/time.Minute.Microseconds())
	}
	if f.SourceAt != 0 && now-f.SourceAt > endsWithin.Microseconds() {
		x.tell("F1", of.String(), "the units of order %s were to get their place %d minutes ago", of, (now-f.SourceAt)/time.Minute.Microseconds())
	}
	for _, id := range f.Foreign {
		x.tell("F1", of.String(), "the flow of order %s released %s, which is no work of it", of, fulfillment.ID(id))
	}
}
