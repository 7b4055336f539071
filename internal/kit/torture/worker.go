// Package torture breaks Orderly on purpose and looks whether it keeps its
// promises: nothing that was acknowledged is lost, and every law still holds.
// It ships in the binary so that anybody can repeat the campaign.
//
// What belongs here: load that is killed, and the log of what was acknowledged
// that is kept outside. What does not: the laws themselves (kit/verify). It
// talks to processes that it started and to no others.
package torture

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/partner"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	goods "orderly/internal/store/items"
	"orderly/internal/store/locations"
	"orderly/internal/store/orders"
)

const (
	items   = 40
	places  = 3
	clients = 8
	recent  = 60 // orders that a worker keeps acting on
)

var scope = access.System(admin.Main, "command", "torture")

// Load says what a worker does. Everything but Acks and Exit can be handed to
// another process.
type Load struct {
	DB   store.Options
	Seed uint64
	Acks io.Writer
	Exit func(status int) // ends the process when going on would not be safe

	Break    Break // which call to the disk fails
	Careless bool  // go on when the disk has failed: a fault on purpose
}

// ExitUnsafe is the status of a process that stopped because the disk failed.
const ExitUnsafe = 70

// Worker puts mixed load on a database until it is killed or ctx ends. For
// every act it writes a line to acks after, and only after, the desk has
// answered: "ready", then "ack <order id> <version>".
type Worker struct {
	db   *store.DB
	desk *desk.Desk
	acks io.Writer
	rest time.Duration // of a client after each act, to let others at the database
	note string        // on every order, to take room
	hear func(error)   // of every refusal, nil when nobody cares

	mu     sync.Mutex
	orders []order.ID
	at     []stock.LocationID
	market market
	serial string
}

// Work opens the database, makes the shop when it is not there, and loads it.
func Work(ctx context.Context, o store.Options, seed uint64, acks io.Writer) error {
	return Load{DB: o, Seed: seed, Acks: acks}.Run(ctx)
}

// Run opens the database, makes the shop when it is not there, and loads it.
func (l Load) Run(ctx context.Context) error {
	if l.Careless {
		l.DB.Plant = store.PlantGoOn
	}
	// Each process that is killed leaves its slot leased: many a second would use them up.
	l.DB.Limits.Lease = cmp.Or(l.DB.Limits.Lease, 5*time.Second)
	acks := &lines{out: l.Acks}
	l.Acks = acks
	if l.Break.Call != "" {
		if err := breakDisk(l.Break, func(line string) { fmt.Fprintln(acks, line) }); err != nil {
			return err
		}
	}
	db, err := store.Open(ctx, l.DB)
	if err != nil {
		return err
	}
	defer db.Close()
	w, err := l.worker(ctx, db)
	if err != nil {
		return err
	}
	defer w.desk.Close()
	w.say("ready")
	return w.load(ctx, l.Seed)
}

// worker prepares the shop. The desk of the worker has to be closed.
func (l Load) worker(ctx context.Context, db *store.DB) (*Worker, error) {
	w := &Worker{db: db, desk: desk.New(db, nil), acks: l.Acks, serial: fmt.Sprintf("%x", db.IDs().Next())}
	if l.Exit != nil {
		w.desk.Fatal = func(error) { l.Exit(ExitUnsafe) }
	}
	if l.Careless {
		w.desk.Fatal = func(error) {}
	}
	if err := w.prepare(ctx); err != nil {
		w.desk.Close()
		return nil, err
	}
	return w, nil
}

// load acts until ctx ends or something fails that is not a refusal.
func (w *Worker) load(ctx context.Context, seed uint64) error {
	var wg sync.WaitGroup
	errs := make(chan error, clients)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for c := range clients {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(c)))
			for n := 0; ctx.Err() == nil; n++ {
				if err := w.act(ctx, rng, fmt.Sprintf("%s-%d-%d", w.serial, c, n)); err != nil && ctx.Err() == nil {
					errs <- err
					cancel()
				}
				time.Sleep(w.rest)
			}
		})
	}
	wg.Wait()
	close(errs)
	return <-errs
}

func (w *Worker) say(line string) { fmt.Fprintln(w.acks, line) }

// lines writes whole lines one after the other, whoever says them.
type lines struct {
	mu  sync.Mutex
	out io.Writer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(line)
}

// ack tells the parent what is acknowledged: the order and its version.
func (w *Worker) ack(id order.ID, version int64) { w.say(fmt.Sprintf("ack %d %d", int64(id), version)) }

// prepare makes what is not there yet of the shop: a start may have been killed
// anywhere in it.
func (w *Worker) prepare(ctx context.Context) error {
	if _, err := admin.Setup(ctx, w.db, "Torture", "UTC", "GBP"); err != nil {
		return err
	}
	have, err := w.recall(ctx)
	if err != nil {
		return err
	}
	for i := len(w.at); i < places; i++ {
		r, err := desk.One(ctx, w.desk, admin.SaveLocation, scope, admin.LocationCommand{Location: stock.Location{
			Code: fmt.Sprintf("L%d", i), Name: "Location", Kind: "warehouse", Priority: int64(i), Active: true, Address: party.Address{Country: "GB"}}}, desk.Options{})
		if err != nil {
			return err
		}
		w.at = append(w.at, stock.LocationID(r.ID))
	}
	if have < items+1 {
		if err := w.goods(ctx); err != nil {
			return err
		}
	}
	return w.allies(ctx)
}

// goods makes the items, with a bundle of two of them.
func (w *Worker) goods(ctx context.Context) error {
	var made []admin.ItemCommand
	for i := range items {
		policy := catalog.Backorder
		if i%3 == 0 {
			policy = catalog.Refuse
		}
		made = append(made, admin.ItemCommand{Item: catalog.Item{SKU: sku(i), Name: "Article", WhenShort: policy}})
	}
	made = append(made, admin.ItemCommand{Item: catalog.Item{SKU: "SET", Name: "Set", Kind: catalog.Bundle, Components: []catalog.Component{{SKU: sku(1), Quantity: 2}, {SKU: sku(2), Quantity: 1}}}})
	for _, part := range [][]admin.ItemCommand{made[:items], made[items:]} {
		if got, err := desk.Do(ctx, w.desk, admin.SaveItem, scope, part, desk.Options{}); err != nil {
			return err
		} else if got[0].Err != nil {
			return got[0].Err
		}
	}
	return nil
}

// recall reads what is there: the locations, orders to act on, and how many items.
func (w *Worker) recall(ctx context.Context) (have int, err error) {
	err = w.db.Read(ctx, scope, func(r *store.Reader) error {
		at, err := locations.All(r)
		if err != nil {
			return err
		}
		for _, x := range at {
			if partner.Asks(x.Kind) {
				w.market.places = append(w.market.places, x.ID)
			} else {
				w.at = append(w.at, x.ID)
			}
		}
		if err := w.market.recall(r); err != nil {
			return err
		}
		list, err := goods.Page(r, "", "", items+1)
		if err != nil {
			return err
		}
		have = len(list)
		found, err := orders.List(r, orders.Filter{Limit: recent})
		for _, x := range found.Rows {
			w.orders = append(w.orders, x.Order.ID)
		}
		return err
	})
	return have, err
}

func sku(i int) string { return fmt.Sprintf("T-%02d", i) }

// act does one random thing. A refusal is a normal outcome; anything else but
// a refusal is told.
func (w *Worker) act(ctx context.Context, rng *rand.Rand, name string) error {
	var err error
	switch n := rng.IntN(100); {
	case n < 35:
		err = w.place(ctx, rng, name)
	case n < 45:
		err = w.trade(ctx, rng, name)
	case n < 55:
		err = w.stock(ctx, rng)
	case n < 60:
		err = w.order(ctx, rng, func(id order.ID) (desk.Result, error) {
			return desk.One(ctx, w.desk, intake.Cancel, scope, intake.CancelCommand{Order: id, Remaining: rng.IntN(2) == 0}, desk.Options{})
		})
	case n < 64:
		err = w.order(ctx, rng, func(id order.ID) (desk.Result, error) {
			return desk.One(ctx, w.desk, intake.Hold, scope, intake.HoldCommand{Order: id, Hold: order.Hold{Reason: "check"}}, desk.Options{})
		})
	case n < 69:
		err = w.order(ctx, rng, func(id order.ID) (desk.Result, error) {
			return desk.One(ctx, w.desk, intake.Lift, scope, intake.LiftCommand{Order: id}, desk.Options{})
		})
	case n < 72:
		err = w.order(ctx, rng, func(id order.ID) (desk.Result, error) {
			return desk.One(ctx, w.desk, intake.Pay, scope, intake.PayCommand{Order: id, Amount: 100, Refund: rng.IntN(3) == 0}, desk.Options{})
		})
	case n < 75:
		err = w.giveBack(ctx, rng)
	default:
		err = w.work(ctx, rng)
	}
	if err != nil && w.hear != nil {
		w.hear(err)
	}
	if errors.Is(err, store.ErrIO) {
		return nil // after a write the desk has stopped the process; a read may be tried again
	}
	if k := fault.KindOf(err); err != nil && k != fault.Internal {
		return nil
	}
	return err
}

func (w *Worker) place(ctx context.Context, rng *rand.Rand, name string) error {
	r := order.Request{Channel: "web", ExternalID: name, Currency: "GBP", Priority: int64(rng.IntN(3)), Note: w.note,
		Parties:  party.Parties{Customer: party.Contact{Name: "T", Email: "t@example.com"}, ShipTo: party.Address{City: "Leeds", Country: "GB"}},
		Payments: []order.Payment{{Amount: 100, Reference: "x"}}}
	for range 1 + rng.IntN(3) {
		r.Lines = append(r.Lines, order.RequestLine{SKU: sku(rng.IntN(items)), Quantity: 1 + rng.Int64N(4), Price: money.Price(1_250_000)})
	}
	if rng.IntN(8) == 0 {
		r.Lines = append(r.Lines, order.RequestLine{SKU: "SET", Quantity: 1, Price: money.Price(4_000_000)})
	}
	got, err := desk.One(ctx, w.desk, intake.Place, scope, intake.PlaceCommand{Request: r}, desk.Options{})
	if err != nil {
		return err
	}
	w.ack(order.ID(got.ID), got.Seq)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.orders = append(w.orders, order.ID(got.ID))
	if len(w.orders) > recent {
		w.orders = w.orders[1:]
	}
	return nil
}

func (w *Worker) stock(ctx context.Context, rng *rand.Rand) error {
	line := stock.Line{SKU: sku(rng.IntN(items)), Location: w.at[rng.IntN(len(w.at))], Quantity: 1 + rng.Int64N(30), Reason: "torture"}
	var err error
	switch rng.IntN(6) {
	case 0:
		line.Quantity = -line.Quantity / 8
		if line.Quantity == 0 {
			line.Quantity = -1
		}
		_, err = desk.One(ctx, w.desk, floor.Adjust, scope, floor.AdjustCommand{Lines: []stock.Line{line}}, desk.Options{})
	case 1:
		line.Quantity = rng.Int64N(20)
		_, err = desk.One(ctx, w.desk, floor.Count, scope, floor.CountCommand{Lines: []stock.Line{line}}, desk.Options{})
	case 2:
		line.Quantity = 1
		_, err = desk.One(ctx, w.desk, floor.Transfer, scope, floor.TransferCommand{Lines: []stock.Line{line}, To: w.at[rng.IntN(len(w.at))]}, desk.Options{})
	default:
		_, err = desk.One(ctx, w.desk, floor.Receive, scope, floor.ReceiveCommand{Lines: []stock.Line{line}}, desk.Options{})
	}
	return err
}

func (w *Worker) pick(rng *rand.Rand) (order.ID, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.orders) == 0 {
		return 0, false
	}
	return w.orders[rng.IntN(len(w.orders))], true
}

// order acts on one of the recent orders and acknowledges its new version.
func (w *Worker) order(_ context.Context, rng *rand.Rand, f func(order.ID) (desk.Result, error)) error {
	id, ok := w.pick(rng)
	if !ok {
		return nil
	}
	got, err := f(id)
	if err == nil {
		w.ack(id, got.Seq)
	}
	return err
}

func (w *Worker) giveBack(ctx context.Context, rng *rand.Rand) error {
	return w.order(ctx, rng, func(id order.ID) (desk.Result, error) {
		return desk.One(ctx, w.desk, care.ReceiveReturn, scope, care.ReturnCommand{Order: id, Location: w.at[0], Parts: []order.Part{{Line: 1, Quantity: 1}}, Restock: rng.IntN(2) == 0}, desk.Options{})
	})
}

// work takes one fulfillment of a recent order a step on, or back.
func (w *Worker) work(ctx context.Context, rng *rand.Rand) error {
	id, ok := w.pick(rng)
	if !ok {
		return nil
	}
	var list []*fulfillment.Fulfillment
	err := w.db.Read(ctx, scope, func(r *store.Reader) (err error) {
		list, err = fulfillments.OfSources(r, []int64{int64(id)})
		return err
	})
	if err != nil || len(list) == 0 {
		return err
	}
	f := list[rng.IntN(len(list))]
	if slices.Contains(w.market.places, f.Location) {
		return w.ask(ctx, rng, f)
	}
	may := f.Actions()
	if f.WorkStatus == fulfillment.Delivered {
		may = []string{"undeliver"}
	}
	if len(may) == 0 {
		return nil
	}
	switch act := may[rng.IntN(len(may))]; act {
	case "release":
		_, err = desk.One(ctx, w.desk, floor.Release, scope, floor.WorkCommand{Fulfillment: f.ID}, desk.Options{})
	case "recall":
		_, err = desk.One(ctx, w.desk, floor.Recall, scope, floor.WorkCommand{Fulfillment: f.ID}, desk.Options{})
	case "pick":
		_, err = desk.One(ctx, w.desk, floor.Pick, scope, floor.WorkCommand{Fulfillment: f.ID}, desk.Options{})
	case "unpick":
		_, err = desk.One(ctx, w.desk, floor.Unpick, scope, floor.WorkCommand{Fulfillment: f.ID}, desk.Options{})
	case "short_pick":
		_, err = desk.One(ctx, w.desk, floor.ShortPick, scope, floor.WorkCommand{Fulfillment: f.ID, Parts: []fulfillment.Part{{Line: f.Lines[0].Order, Quantity: 1}}}, desk.Options{})
	case "pack":
		_, err = desk.One(ctx, w.desk, floor.Pack, scope, floor.PackCommand{Fulfillment: f.ID}, desk.Options{})
	default:
		_, err = desk.One(ctx, w.desk, floor.Parcel, scope, floor.ParcelCommand{Fulfillment: f.ID, Act: act}, desk.Options{})
	}
	return err
}
