package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/party"
	"orderly/internal/pgtest"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/levels"
)

// scratch is a database of its own for one workload, and what is known of it.
// It is open in this process only while no server runs on it.
type scratch struct {
	o       Options
	dir     string
	cluster *pgtest.Cluster
	draw    *draw
	key     string     // of the API, once a server has shown it
	people  []party.ID // customers with a record of their own
	serial  int64      // of the last order that was asked for
}

// shelf is how much of each item lies at each location.
const shelf = 10_000_000

// warmUp is how many orders are placed before the clock runs, so that a run
// measures a database that knows its tables and not the first seconds of an
// empty one.
const warmUp = 2000

func prepare(ctx context.Context, o Options) (*scratch, error) {
	s := &scratch{o: o}
	var err error
	if s.dir, err = os.MkdirTemp(o.Dir, "orderly-bench-"); err != nil {
		return nil, err
	}
	if o.Engine == store.Postgres {
		fmt.Fprintln(o.Log, "starting a throw-away PostgreSQL with full durability")
		if s.cluster, err = pgtest.Start(ctx, pgtest.Options{Durable: true}); err == nil {
			err = s.cluster.CreateDatabase(ctx, "bench", "")
		}
	}
	if err == nil {
		err = s.open(ctx, func(db *store.DB) error { return s.fill(ctx, db) })
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *scratch) options() store.Options {
	if s.cluster != nil {
		return store.Options{URL: s.cluster.URL("bench")}
	}
	return store.Options{Dir: s.dir}
}

// serverFlags say to a server where the database is.
func (s *scratch) serverFlags() []string {
	if s.cluster != nil {
		return []string{"--database-url", s.cluster.URL("bench")}
	}
	return []string{"--data", s.dir}
}

// open opens the database in this process, for as long as f takes.
func (s *scratch) open(ctx context.Context, f func(*store.DB) error) error {
	db, err := store.Open(ctx, s.options())
	if err != nil {
		return err
	}
	return errors.Join(f(db), db.Close())
}

func (s *scratch) close() {
	if s.cluster != nil {
		s.cluster.Stop()
	}
	os.RemoveAll(s.dir)
}

// fill makes the shop, its items and stock, and the orders that are there
// before.
func (s *scratch) fill(ctx context.Context, db *store.DB) error {
	d := desk.New(db, nil)
	defer d.Close()
	if _, err := admin.Setup(ctx, db, "Bench", "UTC", "GBP"); err != nil {
		return err
	}
	fmt.Fprintf(s.o.Log, "making %d items at 3 locations\n", s.o.Items)
	skus, err := makeItems(ctx, d, s.o.Items)
	if err != nil {
		return err
	}
	s.draw = newDraw(skus, s.o.Lines)
	if s.people, err = makeCustomers(ctx, d); err != nil {
		return err
	}
	if err := s.placeMany(ctx, d, max(warmUp, s.o.Before)); err != nil {
		return err
	}
	if err := db.Analyze(ctx); err != nil {
		return err
	}
	if err := s.o.CatchUp(ctx, d); err != nil { // what came before is not in what is measured
		return err
	}
	return db.Settle(ctx)
}

// placeMany places orders through the desk, as many in a call as there may be.
func (s *scratch) placeMany(ctx context.Context, d *desk.Desk, n int) error {
	start := time.Now()
	rng := newRand(2, 2)
	for done := 0; done < n; {
		cmds := make([]intake.PlaceCommand, min(desk.MaxBatch/2, n-done))
		for i := range cmds {
			s.serial++
			cmds[i].Request = s.draw.request(rng, s.serial)
			if s.serial%5 == 0 {
				cmds[i].Request.CustomerID = s.people[rng.IntN(len(s.people))]
			}
		}
		if err := all(desk.Do(ctx, d, intake.Place, scope, cmds, desk.Options{})); err != nil {
			return err
		}
		done += len(cmds)
		if done%100_000 == 0 {
			fmt.Fprintf(s.o.Log, "%d orders are there, %.0f/s\n", done, float64(done)/time.Since(start).Seconds())
		}
	}
	return nil
}

// makeCustomers makes some customers with a record: every fifth order that is
// there before is one of theirs.
func makeCustomers(ctx context.Context, d *desk.Desk) ([]party.ID, error) {
	cmds := make([]admin.CustomerCommand, desk.MaxBatch)
	for i := range cmds {
		cmds[i].Customer.Contact = party.Contact{Name: fmt.Sprintf("Regular %d", i), Email: fmt.Sprintf("regular%d@example.com", i)}
	}
	made, err := desk.Do(ctx, d, admin.SaveCustomer, scope, cmds, desk.Options{})
	out := make([]party.ID, len(made))
	for i := range made {
		out[i] = party.ID(made[i].ID)
	}
	return out, all(made, err)
}

// makeItems makes items and puts plenty of each on three shelves.
func makeItems(ctx context.Context, d *desk.Desk, n int) ([]string, error) {
	var at []stock.LocationID
	for i := range 3 {
		r, err := desk.One(ctx, d, admin.SaveLocation, scope, admin.LocationCommand{Location: stock.Location{
			Code: fmt.Sprintf("L%d", i+1), Name: fmt.Sprintf("Location %d", i+1), Kind: "warehouse", Priority: int64(i + 1), Active: true,
			Address: party.Address{Country: "GB", Latitude: 52_000_000 + int64(i)*500_000, Longitude: -1_000_000},
		}}, desk.Options{})
		if err != nil {
			return nil, err
		}
		at = append(at, stock.LocationID(r.ID))
	}
	skus := make([]string, n)
	for first := 0; first < n; first += desk.MaxBatch {
		var items []admin.ItemCommand
		var lines []stock.Line
		for i := first; i < min(first+desk.MaxBatch, n); i++ {
			skus[i] = fmt.Sprintf("SKU-%05d", i)
			items = append(items, admin.ItemCommand{Item: catalog.Item{SKU: skus[i], Name: fmt.Sprintf("Bench article number %d", i), WhenShort: catalog.Refuse}})
			for _, place := range at {
				lines = append(lines, stock.Line{SKU: skus[i], Location: place, Quantity: shelf})
			}
		}
		if err := all(desk.Do(ctx, d, admin.SaveItem, scope, items, desk.Options{})); err != nil {
			return nil, err
		}
		for chunk := range slices.Chunk(lines, stock.MaxActLines) {
			if _, err := desk.One(ctx, d, floor.Receive, scope, floor.ReceiveCommand{Lines: chunk}, desk.Options{}); err != nil {
				return nil, err
			}
		}
	}
	return skus, nil
}

func all(results []desk.Result, err error) error {
	for _, r := range results {
		err = cmp.Or(err, r.Err)
	}
	return err
}

// oversold counts units that orders hold beyond what there is.
func (s *scratch) oversold(ctx context.Context) (n int64, err error) {
	err = s.open(ctx, func(db *store.DB) error {
		return db.Read(ctx, scope, func(r *store.Reader) error {
			n, err = levels.Oversold(r)
			return err
		})
	})
	return n, err
}

// size is how many bytes the database takes.
func (s *scratch) size(ctx context.Context) (n int64, err error) {
	err = s.open(ctx, func(db *store.DB) error {
		n, err = db.Size(ctx)
		return err
	})
	return n, err
}
