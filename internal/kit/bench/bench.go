// Package bench measures what Orderly does in a second, beside a floor: the
// same rows written raw into the same schema, with the same durability and
// batch size. It ships in the binary so that anybody can repeat the figures.
//
// What belongs here: workloads, floors and their report. What does not: fast
// paths of its own; a workload goes through the same desk as everybody.
package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/pgtest"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// Options of a run. The zero value of each field means its default.
type Options struct {
	Engine  store.Engine  // sqlite
	Clients int           // 128; how many place at the same time
	Time    time.Duration // 5s; of placing, without preparation
	Batch   int           // 1; orders in one call
	Items   int           // 10,000
	Lines   int           // 3 an order
	Flash   bool          // every order asks for one and the same item
	Dir     string        // for the scratch database; a temporary directory
	Log     io.Writer     // what is being done; nil for silence
}

func (o *Options) defaults() {
	o.Engine = cmp.Or(o.Engine, store.SQLite)
	o.Clients = cmp.Or(o.Clients, 128)
	o.Time = cmp.Or(o.Time, 5*time.Second)
	o.Batch = cmp.Or(o.Batch, 1)
	o.Items = cmp.Or(o.Items, 10_000)
	o.Lines = cmp.Or(o.Lines, 3)
	if o.Log == nil {
		o.Log = io.Discard
	}
}

// Report is what a run measured.
type Report struct {
	Engine      store.Engine `json:"engine"`
	Workload    string       `json:"workload"`
	Clients     int          `json:"clients"`
	Batch       int          `json:"batch"`
	Lines       int          `json:"lines_per_order"`
	Orders      int64        `json:"orders"`
	Seconds     float64      `json:"seconds"`
	PerSecond   float64      `json:"orders_per_second"`
	Floor       float64      `json:"floor_per_second"`
	FloorRatio  float64      `json:"floor_ratio"`
	P50         float64      `json:"p50_ms"`
	P95         float64      `json:"p95_ms"`
	P99         float64      `json:"p99_ms"`
	Oversold    int64        `json:"oversold"`
	RSS         float64      `json:"rss_mb"`
	CPU         float64      `json:"cpu_us_per_order"`
	Bytes       float64      `json:"bytes_per_order"`
	Turns       int64        `json:"turns"`
	Unavailable int64        `json:"shed"`
}

// scope is who places the orders of a run.
var scope = access.System(admin.Main, "command", "bench")

// Place measures taking orders in through the desk, in this process.
func Place(ctx context.Context, o Options) (*Report, error) {
	o.defaults()
	b, err := prepare(ctx, o)
	if err != nil {
		return nil, err
	}
	defer b.close()
	r := &Report{Engine: o.Engine, Workload: "place", Clients: o.Clients, Batch: o.Batch, Lines: o.Lines}
	if err := b.run(ctx, r); err != nil {
		return nil, err
	}
	if r.Oversold, err = b.oversold(ctx); err != nil {
		return nil, err
	}
	fmt.Fprintln(o.Log, "measuring the floor: the same rows, written raw")
	if r.Floor, err = b.floor(ctx, max(1, int(r.Orders/max(1, r.Turns)))); err != nil {
		return nil, err
	}
	if r.Floor > 0 {
		r.FloorRatio = r.PerSecond / r.Floor
	}
	return r, nil
}

// bench is one scratch database and the desk on it.
type bench struct {
	o       Options
	dir     string
	cluster *pgtest.Cluster
	db      *store.DB
	desk    *desk.Desk
	skus    []string
	zipf    []uint32 // cumulative weights of items, scaled
}

func prepare(ctx context.Context, o Options) (*bench, error) {
	b := &bench{o: o}
	var err error
	if b.dir, err = os.MkdirTemp(o.Dir, "orderly-bench-"); err != nil {
		return nil, err
	}
	opts := store.Options{Dir: b.dir}
	if o.Engine == store.Postgres {
		fmt.Fprintln(o.Log, "starting a throw-away PostgreSQL with full durability")
		if b.cluster, err = pgtest.Start(ctx, pgtest.Options{Durable: true}); err != nil {
			return nil, errors.Join(err, os.RemoveAll(b.dir))
		}
		if err := b.cluster.CreateDatabase(ctx, "bench", ""); err != nil {
			b.close()
			return nil, err
		}
		opts = store.Options{URL: b.cluster.URL("bench")}
	}
	if b.db, err = store.Open(ctx, opts); err == nil {
		b.desk = desk.New(b.db, nil)
		_, err = admin.Setup(ctx, b.db, "Bench", "UTC", "GBP")
	}
	if err == nil {
		fmt.Fprintf(o.Log, "making %d items at 3 locations\n", o.Items)
		err = b.stock(ctx)
	}
	if err == nil {
		b.weigh()
		err = b.warm(ctx)
	}
	if err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

// warm places some orders before the clock runs, so that a run measures a
// database that knows its tables and not the first seconds of an empty one.
func (b *bench) warm(ctx context.Context) error {
	rng := rand.New(rand.NewPCG(2, 2))
	for n := range 4 {
		cmds := make([]intake.PlaceCommand, desk.MaxBatch)
		for i := range cmds {
			cmds[i].Request = b.request(rng, -int64(n*desk.MaxBatch+i+1))
		}
		if err := all(desk.Do(ctx, b.desk, intake.Place, scope, cmds, desk.Options{})); err != nil {
			return err
		}
	}
	return b.db.Analyze(ctx)
}

func (b *bench) close() {
	if b.desk != nil {
		b.desk.Close()
	}
	if b.db != nil {
		b.db.Close()
	}
	if b.cluster != nil {
		b.cluster.Stop()
	}
	os.RemoveAll(b.dir)
}

// stock makes the items and puts plenty of each on three shelves.
func (b *bench) stock(ctx context.Context) error {
	var at []stock.LocationID
	for i := range 3 {
		r, err := desk.One(ctx, b.desk, admin.SaveLocation, scope, admin.LocationCommand{Location: stock.Location{
			Code: fmt.Sprintf("L%d", i+1), Name: fmt.Sprintf("Location %d", i+1), Kind: "warehouse", Priority: int64(i + 1), Active: true,
			Address: party.Address{Country: "GB", Latitude: 52_000_000 + int64(i)*500_000, Longitude: -1_000_000},
		}}, desk.Options{})
		if err != nil {
			return err
		}
		at = append(at, stock.LocationID(r.ID))
	}
	for first := 0; first < b.o.Items; first += desk.MaxBatch {
		var items []admin.ItemCommand
		var lines []stock.Line
		for i := first; i < min(first+desk.MaxBatch, b.o.Items); i++ {
			sku := fmt.Sprintf("SKU-%05d", i)
			b.skus = append(b.skus, sku)
			items = append(items, admin.ItemCommand{Item: catalog.Item{SKU: sku, Name: fmt.Sprintf("Bench article number %d", i), WhenShort: catalog.Refuse}})
			for _, place := range at {
				lines = append(lines, stock.Line{SKU: sku, Location: place, Quantity: 10_000_000})
			}
		}
		if err := all(desk.Do(ctx, b.desk, admin.SaveItem, scope, items, desk.Options{})); err != nil {
			return err
		}
		for chunk := range slices.Chunk(lines, stock.MaxActLines) {
			if _, err := desk.One(ctx, b.desk, floor.Receive, scope, floor.ReceiveCommand{Lines: chunk}, desk.Options{}); err != nil {
				return err
			}
		}
	}
	return nil
}

func all(results []desk.Result, err error) error {
	for _, r := range results {
		err = cmp.Or(err, r.Err)
	}
	return err
}

// weigh makes the table from which items are drawn: the n-th most wanted is
// wanted 1/n as often as the first (Zipf with exponent 1).
func (b *bench) weigh() {
	sum := 0.0
	for i := range b.skus {
		sum += 1 / float64(i+1)
	}
	acc := 0.0
	for i := range b.skus {
		acc += 1 / float64(i+1)
		b.zipf = append(b.zipf, uint32(acc/sum*(1<<32-1)))
	}
}

// request draws one order. Item ranks are spread over the catalog.
func (b *bench) request(rng *rand.Rand, serial int64) order.Request {
	r := order.Request{
		Channel: "web", ExternalID: fmt.Sprintf("B-%d", serial), Currency: "GBP",
		Parties: party.Parties{
			Customer: party.Contact{Name: "Ada Byron", Email: fmt.Sprintf("ada%d@example.com", serial)},
			ShipTo:   party.Address{Line1: "12 Analytical Row", City: "Leeds", PostalCode: "LS1 4AB", Country: "GB"},
		},
		Lines: make([]order.RequestLine, 0, b.o.Lines),
	}
	for range b.o.Lines {
		n := 0
		if !b.o.Flash {
			n, _ = slices.BinarySearch(b.zipf, rng.Uint32())
			n = min(n, len(b.skus)-1)
		}
		r.Lines = append(r.Lines, order.RequestLine{SKU: b.skus[n], Quantity: 1 + int64(rng.IntN(3)), Price: money.Price(12_950_000)})
	}
	return r
}

// run places until the time is over and fills in the report.
func (b *bench) run(ctx context.Context, r *Report) error {
	size0, err := b.db.Size(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.o.Log, "placing for %s with %d clients, %d an order call\n", b.o.Time, b.o.Clients, b.o.Batch)
	var serial, placed, shed atomic.Int64
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	turns0, cpu0 := b.desk.Stats.Turns.Load(), cpu()
	start := time.Now()
	end := start.Add(b.o.Time)
	var wg sync.WaitGroup
	for c := range b.o.Clients {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(1, uint64(c)))
			var mine []time.Duration
			for time.Now().Before(end) && ctx.Err() == nil {
				cmds := make([]intake.PlaceCommand, b.o.Batch)
				for i := range cmds {
					cmds[i].Request = b.request(rng, serial.Add(1))
				}
				begin := time.Now()
				err := all(desk.Do(ctx, b.desk, intake.Place, scope, cmds, desk.Options{}))
				if fault.KindOf(err) == fault.Unavailable {
					shed.Add(1)
					continue
				}
				if err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
					return
				}
				mine = append(mine, time.Since(begin))
				placed.Add(int64(len(cmds)))
			}
			mu.Lock()
			took = append(took, mine...)
			mu.Unlock()
		})
	}
	wg.Wait()
	elapsed := time.Since(start)
	if failed != nil {
		return failed
	}
	r.Orders, r.Seconds, r.Unavailable = placed.Load(), elapsed.Seconds(), shed.Load()
	r.Turns = b.desk.Stats.Turns.Load() - turns0
	r.PerSecond = float64(r.Orders) / elapsed.Seconds()
	r.CPU = float64((cpu() - cpu0).Microseconds()) / float64(max(1, r.Orders))
	r.P50, r.P95, r.P99 = quantiles(took)
	r.RSS = rss()
	size1, err := b.db.Size(ctx)
	r.Bytes = float64(size1-size0) / float64(max(1, r.Orders))
	return err
}

func quantiles(took []time.Duration) (p50, p95, p99 float64) {
	if len(took) == 0 {
		return 0, 0, 0
	}
	slices.Sort(took)
	at := func(q int) float64 { return float64(took[min(len(took)-1, len(took)*q/100)].Microseconds()) / 1000 }
	return at(50), at(95), at(99)
}

// cpu is the processor time of this process; PostgreSQL's is not in it.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// rss is the greatest resident memory of this process so far, in MB.
func rss() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return float64(u.Maxrss) / 1e6
	}
	return float64(u.Maxrss) / 1e3
}
