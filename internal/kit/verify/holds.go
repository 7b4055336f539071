package verify

import (
	"time"

	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// endsWithin is how long after its end a hold may be open: it is looked for
// once a minute, and a node that died leaves that to another.
const endsWithin = time.Hour

// clock is who lifts what ends by itself.
const clock = "job:" + order.ClockID

// holds: what ends at a time has ended, and the clock ended nothing before.
func (x *run) holds() error {
	now := x.db.Now()
	return x.walk(audit.HoldPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.EndingIn(r, in, clock)
		x.count(int64(len(list)), "H1")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.ending(&list[i], now)
		}
		return err
	})
}

func (x *run) ending(h *audit.Ending, now int64) {
	hold, of := ident.Text("hld", h.ID), order.ID(h.Order)
	switch {
	case h.Until == 0:
		x.tell("H1", hold, "hold %s of order %s was lifted by the clock and has no end", hold, of)
	case h.Until <= h.PlacedAt:
		x.tell("H1", hold, "hold %s of order %s ends at %d and was placed at %d", hold, of, h.Until, h.PlacedAt)
	case h.LiftedAt == 0 && now-h.Until > endsWithin.Microseconds():
		x.tell("H1", hold, "hold %s of order %s is open, and ended %d minutes ago", hold, of, (now-h.Until)/time.Minute.Microseconds())
	case h.LiftedBy == clock && h.LiftedAt < h.Until:
		x.tell("H1", hold, "hold %s of order %s was lifted by the clock at %d and ends at %d", hold, of, h.LiftedAt, h.Until)
	}
}
