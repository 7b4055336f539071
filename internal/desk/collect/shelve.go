package collect

import (
	"crypto/rand"
	"time"

	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/pickup"
)

// ShelveCommand says on which shelf packed goods lie.
type ShelveCommand struct {
	Fulfillment fulfillment.ID
	Shelf       string
}

// Shelve makes packed goods ready for the customer who comes for them: from
// then on there is a code that opens them, and a day until which they wait.
// What lies on a shelf already is moved to the other one.
var Shelve = step.Act[ShelveCommand]{
	Name: "pickups.shelve", Permission: Permission,
	Check: func(c *ShelveCommand) error {
		var l fault.List
		pickup.CheckShelf("/shelf", c.Shelf, nil, &l)
		return l.Err()
	},
	Load:   load(func(c ShelveCommand) fulfillment.ID { return c.Fulfillment }),
	Decide: decideShelve,
}.Operation()

func decideShelve(b *step.Batch, a desk.Asked[ShelveCommand]) (desk.Result, error) {
	c := a.Command
	g, err := found(b, a.Scope, c.Fulfillment)
	if err != nil {
		return desk.Result{}, err
	}
	m := g.method(b)
	if m == nil {
		return desk.Result{}, fault.New(fault.Conflict, "not_collected", "order %d is not collected here: its delivery method %s is of another kind or place", g.o.Number, g.o.By())
	}
	var l fault.List
	if pickup.CheckShelf("/shelf", c.Shelf, m.Shelves, &l); l.Err() != nil {
		return desk.Result{}, l.Err()
	}
	if g.p != nil && g.p.Lies() {
		return moveTo(b, a, g)
	}
	if err := g.o.Blocked("ship"); err != nil {
		return desk.Result{}, err
	}
	zone := b.Catalog.ZoneOf(g.f.Location)
	until := b.Catalog.Calendars[g.f.Location].Keeps(b.At, m.ShelfDays, zone)
	d, err := g.f.Shelve(until)
	if err != nil {
		return desk.Result{}, err
	}
	p := pickup.Pickup{Fulfillment: g.f.ID, Order: g.o.ID, Location: g.f.Location, Shelf: c.Shelf, State: pickup.Ready, ReadyAt: b.At}
	if g.p != nil { // it lay here before
		p.Version = g.p.Version
	}
	if p.Code, err = newCode(b, g.f.ID); err != nil {
		return desk.Result{}, err
	}
	p.Keep(b.At, until, zone)
	g.p = &p
	b.SavePickup(g.p)
	if err := b.Apply(a.Scope, journal.FulShelved, g.o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	return g.result("done", 0), nil
}

// moveTo notes another shelf; the customer is told nothing of it.
func moveTo(b *step.Batch, a desk.Asked[ShelveCommand], g goods) (desk.Result, error) {
	if g.p.Shelf == a.Command.Shelf {
		return g.result("unchanged", 0), nil
	}
	g.p.Shelf = a.Command.Shelf
	b.SavePickup(g.p)
	d := g.f.Shelf("moved", 0)
	if err := b.Apply(a.Scope, journal.FulMoved, g.o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	return g.result("done", 0), nil
}

// newCode makes a code and seals it; nobody but the customer is shown it.
func newCode(b *step.Batch, id fulfillment.ID) (string, error) {
	ring, err := b.Ring()
	if err != nil {
		return "", err
	}
	var random [pickup.CodeLength]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", err
	}
	return ring.Seal([]byte(pickup.Code(random)), about(id)), nil
}

// Act names what is done with what lies on a shelf.
type Act struct{ Fulfillment fulfillment.ID }

// Unshelve takes goods off their shelf, packed as they are: they are sent, or
// put elsewhere.
var Unshelve = step.Act[Act]{
	Name: "pickups.unshelve", Permission: Permission,
	Load: load(func(c Act) fulfillment.ID { return c.Fulfillment }),
	Decide: func(b *step.Batch, a desk.Asked[Act]) (desk.Result, error) {
		g, err := lying(b, a.Scope, a.Command.Fulfillment, "unshelve")
		if err != nil {
			return desk.Result{}, err
		}
		g.settle(b, a.Scope, g.p.State)
		g.p.End(pickup.Unshelved, b.At)
		b.SavePickup(g.p)
		d := g.f.Shelf("unshelved", 0)
		if err := b.Apply(a.Scope, journal.FulUnshelved, g.o.ID, &d); err != nil {
			return desk.Result{}, err
		}
		return g.result("done", 0), nil
	},
}.Operation()

// ExtendCommand keeps goods for longer.
type ExtendCommand struct {
	Fulfillment fulfillment.ID
	Days        int   // from now; 0 when Until says the day
	Until       int64 // an instant of the last day
}

// Extend keeps what lies on a shelf for longer, past its date or not, and has
// the customer told.
var Extend = step.Act[ExtendCommand]{
	Name: "pickups.extend", Permission: Permission,
	Check: func(c *ExtendCommand) error {
		var l fault.List
		switch {
		case c.Days != 0 && c.Until != 0:
			l.Add("/days", "both", "say for how many days, or until when, not both")
		case c.Until == 0 && (c.Days < 1 || c.Days > pickup.MaxKept):
			l.Add("/days", "out_of_range", "say for how many days from now it is kept, 1 to %d", pickup.MaxKept)
		}
		return l.Err()
	},
	Load:   load(func(c ExtendCommand) fulfillment.ID { return c.Fulfillment }),
	Decide: decideExtend,
}.Operation()

func decideExtend(b *step.Batch, a desk.Asked[ExtendCommand]) (desk.Result, error) {
	c := a.Command
	g, err := lying(b, a.Scope, c.Fulfillment, "extend")
	if err != nil {
		return desk.Result{}, err
	}
	zone := b.Catalog.ZoneOf(g.f.Location)
	until := c.Until
	if c.Days > 0 {
		until = b.Catalog.Calendars[g.f.Location].Keeps(b.At, c.Days, zone)
	}
	switch {
	case until <= b.At || until <= g.p.KeptUntil && g.p.State == pickup.Ready:
		return desk.Result{}, fault.New(fault.Conflict, "not_longer", "it is kept until %s already; say a later day", time.UnixMicro(g.p.KeptUntil).In(zone).Format(time.DateOnly))
	case until > b.At+(pickup.MaxKept+7)*24*time.Hour.Microseconds():
		return desk.Result{}, fault.New(fault.Invalid, "too_far", "at most %d days from now", pickup.MaxKept)
	}
	g.settle(b, a.Scope, g.p.State)
	g.p.State = pickup.Ready
	g.p.Keep(b.At, until, zone)
	b.SavePickup(g.p)
	d := g.f.Shelf("extended", until)
	if err := b.Apply(a.Scope, journal.FulExtended, g.o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	return g.result("done", 0), nil
}
