// Package demo runs the made-up merchant of package world on the real desk:
// orders arrive and go through the whole life that orders have, at the hands of
// simulated customers, clerks, warehouse people, carriers and buyers.
//
// What belongs here: who does what when, and telling of it. What does not:
// names and numbers (world), and ways around the desk: the simulation acts
// through the operations that everybody uses and learns what happened from the
// journal, like any other reader of the feed.
//
// Everything follows from the seed: acts happen in one sequence, in simulated
// time, with random numbers from one source. The wall clock decides only how
// fast the sequence is gone through, and what the rows say of when.
package demo

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/kit/demo/world"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/supplier"
)

// Defaults and limits of a demonstration.
const (
	DefaultSpeed       = 60
	MaxSpeed           = 3600
	MaxOrdersPerMinute = 60_000
)

// Opening is the simulated time at which somebody begins to look: what lies
// before is played as fast as the desk can, so that there is something to see.
const Opening = 51 * time.Hour

const (
	// Between two orders before Opening: some 460 in all, the last of them so
	// close that the warehouse has its hands full.
	pastGap  = 10 * time.Minute
	rushGap  = time.Minute
	rush     = Opening - 3*time.Hour
	leastGap = 20 * time.Millisecond

	// The opening stock lasts about as long, so that something runs out now and
	// then before the next delivery.
	stockTime  = 25 * time.Hour
	leastCover = 1500 // orders

	// Acts of one kind that are due within a window are one call of the desk.
	pastWindow  = 2 * time.Hour
	window      = 20 * time.Second
	maxTogether = 100
)

// epoch is when simulated time begins: a Tuesday, so that carriers have days to
// deliver before their first Sunday. Only the carriers' hours depend on it.
var epoch = time.Date(2026, time.March, 3, 6, 0, 0, 0, time.UTC)

// Options of a demonstration. Zero fields stand for their defaults.
type Options struct {
	Seed  uint64
	Speed int // simulated minutes in a minute

	// OrdersPerMinute is how many orders arrive in a real minute; by default as
	// many as Speed: one in a simulated minute.
	OrdersPerMinute int
}

// Check lists every fault of the options.
func (o Options) Check() error {
	var l fault.List
	if o.Speed < 0 || o.Speed > MaxSpeed {
		l.Add("", "out_of_range", "--speed is between 1 and %d simulated minutes in a minute", MaxSpeed)
	}
	if o.OrdersPerMinute < 0 || o.OrdersPerMinute > MaxOrdersPerMinute {
		l.Add("", "out_of_range", "--orders-per-minute is between 1 and %d", MaxOrdersPerMinute)
	}
	return l.As(fault.Invalid, "invalid", "the demo cannot run like this")
}

// Demo is one merchant at work. It is used by one goroutine; others may use
// the same desk meanwhile. The simulated people work only on orders that the
// demo placed: orders that visitors place are the visitors' to work.
type Demo struct {
	db     *store.DB
	desk   *desk.Desk
	world  *world.World
	random *rand.Rand
	speed  int
	gap    time.Duration // mean between two orders after Opening
	key    string

	locations map[string]stock.LocationID
	customers []party.ID                 // as in world.Customers
	goods     map[catalog.ID]*world.Item // stocked items
	itemIDs   []int64                    // of goods, in the order of the catalog
	par       map[int64]int64            // units that the opening stock held, by item
	theirs    map[stock.LocationID]bool  // places of partners
	seller    supplier.ID                // whom the warehouses buy from
	bought    []purchase.ID              // to come with the next delivery

	agenda agenda
	now    time.Duration              // simulated
	moment map[order.ID]time.Duration // of the orders acted on in this step
	busy   map[fulfillment.ID]bool    // work that is on the agenda
	orders map[order.ID]*progress     // not yet done
	cursor int64                      // of the journal
	parcel int                        // how many labels were printed
	scan   int64                      // instant of the last scan

	tally Tally
}

// progress is what the demo remembers of an order while it is under way.
type progress struct {
	ours             bool
	shipped, waiting bool
}

// Open makes the merchant in an empty database, and a key that opens all of it.
// It refuses a database that has a merchant already: a demo never writes into
// anybody's books.
func Open(ctx context.Context, db *store.DB, d *desk.Desk, o Options) (*Demo, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	speed := cmp.Or(o.Speed, DefaultSpeed)
	gap := time.Duration(speed) * time.Minute / time.Duration(cmp.Or(o.OrdersPerMinute, speed))
	gap = max(gap, leastGap)
	cover := max(leastCover, int(stockTime/gap))
	w, err := world.New(world.Options{Seed: o.Seed, Cover: min(cover, world.MaxCover)})
	if err != nil {
		return nil, err
	}
	made, err := admin.Setup(ctx, db, w.Merchant.Name, w.Merchant.Zone, w.Merchant.Currency)
	switch {
	case err != nil:
		return nil, fmt.Errorf("make the merchant: %w", err)
	case !made:
		return nil, fault.New(fault.Conflict, "database_in_use",
			"this database has a merchant already, and a demo never writes into one; name another with --data or --database-url, or look at this one with orderly serve")
	}
	m := &Demo{
		db: db, desk: d, world: w, speed: speed, gap: gap, random: rand.New(rand.NewPCG(o.Seed, simulation)),
		locations: map[string]stock.LocationID{}, goods: map[catalog.ID]*world.Item{}, par: map[int64]int64{},
		moment: map[order.ID]time.Duration{}, busy: map[fulfillment.ID]bool{}, orders: map[order.ID]*progress{},
	}
	return m, m.makeKey(ctx)
}

// simulation is the number of the random stream from which people act.
const simulation = 1 << 40

// Name is what the merchant is called.
func (m *Demo) Name() string { return m.world.Merchant.Name }

// Key is the text of the key that opens everything.
func (m *Demo) Key() string { return m.key }

func (m *Demo) makeKey(ctx context.Context) error {
	key, err := admin.NewKey(admin.Main)
	if err != nil {
		return err
	}
	c := admin.KeyCommand{Name: "Demo", Hash: admin.Hash(key), Hint: admin.KeyHint(key), Scopes: access.All}
	if _, err := desk.One(ctx, m.desk, admin.MakeKey, m.as(owner), c, desk.Options{}); err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	m.key = key
	return nil
}

// Who acts, as the journal names them.
const (
	owner     = "demo.owner"
	channel   = "demo.channel"
	customer  = "demo.customer"
	clerk     = "demo.clerk"
	warehouse = "demo.warehouse"
	carrier   = "demo.carrier"
	buyer     = "demo.buyer"
)

func (m *Demo) as(who string) access.Scope { return access.System(admin.Main, "command", who) }

// do has the desk carry out commands in one call. Refusals are a normal
// outcome; they are counted.
func do[C any](ctx context.Context, m *Demo, op *desk.Operation[C], who string, cmds []C) ([]desk.Result, error) {
	if len(cmds) == 0 {
		return nil, nil
	}
	got, err := desk.Do(ctx, m.desk, op, m.as(who), cmds, desk.Options{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op.Name, err)
	}
	for i := range got {
		if got[i].Err != nil {
			m.tally.refuse(op.Name, got[i].Err)
		}
	}
	return got, nil
}

// chance is true in perMille of a thousand draws.
func (m *Demo) chance(perMille int) bool { return m.random.IntN(1000) < perMille }

// between draws a time from low up to high.
func (m *Demo) between(low, high time.Duration) time.Duration {
	return low + time.Duration(m.random.Int64N(int64(high-low)))
}
