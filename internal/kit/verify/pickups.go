package verify

import (
	"slices"
	"time"

	"orderly/internal/fulfillment"
	"orderly/internal/pickup"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// pickups: what waits for its customer lies on a shelf, and what lies on none
// waits for nobody.
func (x *run) pickups() error {
	now := x.db.Now()
	err := x.walk(audit.PickupPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.PickupsIn(r, in)
		x.count(int64(len(list)), "K9")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.lain(&list[i], now)
		}
		return err
	})
	if err != nil {
		return err
	}
	return x.eachPlace(func(r *store.Reader, at stock.LocationID) error {
		ready, lying, err := audit.OnShelves(r, at)
		if ready != lying {
			x.tell("K9", at.String(), "%d fulfillments are ready for their customers at %s, and %d pickups lie there", ready, at, lying)
		}
		return err
	})
}

// eachPlace asks about each location, in a read of its own.
func (x *run) eachPlace(ask func(*store.Reader, stock.LocationID) error) error {
	var places []stock.LocationID
	if err := x.read(func(r *store.Reader) (err error) { places, err = audit.Locations(r); return err }); err != nil {
		return err
	}
	for _, at := range places {
		if err := x.read(func(r *store.Reader) error { return ask(r, at) }); err != nil {
			return err
		}
	}
	return nil
}

func (x *run) lain(p *audit.Lain, now int64) {
	id := p.Fulfillment.String()
	tell := func(format string, args ...any) { x.tell("K9", id, format, args...) }
	switch lies := p.Lies(); {
	case !slices.Contains(pickup.States, p.State):
		tell("the pickup of %s is %q", id, p.State)
	case lies != (p.EndedAt == 0):
		tell("the pickup of %s is %s and ended at %d", id, p.State, p.EndedAt)
	case lies && (p.Status != fulfillment.Ready || p.Packed <= 0 || p.At != p.Location):
		tell("the pickup of %s is %s at %s, and the fulfillment is %s at %s with %d units packed", id, p.State, p.Location, p.Status, p.At, p.Packed)
	case lies && (p.Shelf == "" || p.Code == "" || p.KeptUntil <= p.ReadyAt):
		tell("the pickup of %s is %s without its shelf, its code or its day", id, p.State)
	case !lies && p.Status == fulfillment.Ready:
		tell("the pickup of %s is %s, and the fulfillment is ready for its customer", id, p.State)
	case (p.State == pickup.Collected) != (p.How != ""):
		tell("the pickup of %s is %s and was handed over by %q", id, p.State, p.How)
	case p.State == pickup.Expired && p.Troubles != 1 || p.State != pickup.Expired && p.Troubles != 0:
		tell("the pickup of %s is %s, and %d open troubles say that nobody came", id, p.State, p.Troubles)
	case p.Pickup.NextAt() != p.NextAt:
		tell("the clock has to do with the pickup of %s at %d, and looks at %d", id, p.Pickup.NextAt(), p.NextAt)
	case p.State == pickup.Ready && now-p.KeptUntil > endsWithin.Microseconds():
		tell("the pickup of %s waits, and its time was over %d minutes ago", id, (now-p.KeptUntil)/time.Minute.Microseconds())
	case p.Tries < 0 || p.Tries > pickup.MaxTries:
		tell("the pickup of %s has had %d wrong codes", id, p.Tries)
	}
}
