package bench_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/httpapi"
	"orderly/internal/kit/bench"
	"orderly/internal/pgtest"
	"orderly/internal/project"
	"orderly/internal/store"
)

// The test binary is also the server under load.
const roleEnv = "ORDERLY_BENCH_ROLE"

func TestMain(m *testing.M) {
	if os.Getenv(roleEnv) == "" {
		os.Exit(pgtest.Main(m))
	}
	if err := serve(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve is as much of orderly serve as a load needs: it says where it is and,
// the first time, a key.
func serve(args []string) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	var o store.Options
	flags.StringVar(&o.Dir, "data", "", "")
	flags.StringVar(&o.URL, "database-url", "", "")
	listen := flags.String("listen", "", "")
	flags.String("log-level", "", "")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	db, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	defer db.Close()
	d := desk.New(db, nil)
	defer d.Close()
	key, err := admin.NewKey(admin.Main)
	if err != nil {
		return err
	}
	scope := access.System(admin.Main, "command", "test")
	if _, err := desk.One(ctx, d, admin.MakeKey, scope, admin.KeyCommand{Name: "load", Hash: admin.Hash(key), Scopes: access.All}, desk.Options{}); err != nil {
		return err
	}
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	search := &project.Search{DB: db}
	go search.Run(ctx)
	behind := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "orderly_search_behind"}, func() float64 {
		n, err := search.Behind(ctx)
		if err != nil {
			return -1
		}
		return float64(n)
	})
	server := httpapi.Server(httpapi.New(d, httpapi.Options{Metrics: []prometheus.Collector{behind}}))
	fmt.Printf("Orderly is at http://%s (API documentation: …)\n\n    %s\n", l.Addr(), key)
	context.AfterFunc(ctx, func() { server.Shutdown(context.Background()) })
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func options(t testing.TB, e store.Engine) bench.Options {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return bench.Options{
		Engine: e, Time: 300 * time.Millisecond, Items: 200, Clients: 8, Batch: 20, Dir: os.Getenv("BENCH_DIR"),
		Command: func(args ...string) *exec.Cmd {
			cmd := exec.Command(exe, args...)
			cmd.Env = append(os.Environ(), roleEnv+"=server")
			return cmd
		},
	}
}

// Every workload runs to its end and reports what it did.
func TestWorkloadsMeasure(t *testing.T) {
	reports, err := bench.Run(context.Background(), "all", options(t, store.SQLite))
	if err != nil {
		t.Fatal(err)
	}
	if len(reports) != len(bench.Names())-1 {
		t.Fatalf("%d reports", len(reports))
	}
	for _, r := range reports {
		check(t, r)
	}
}

func TestWorkloadsMeasurePostgres(t *testing.T) {
	pgtest.ForTest(t) // says that it is missing, where it is
	for _, name := range []string{"place", "lists"} {
		reports, err := bench.Run(context.Background(), name, options(t, store.Postgres))
		if err != nil {
			t.Fatal(err)
		}
		check(t, reports[0])
	}
}

func check(t *testing.T, r *bench.Report) {
	t.Helper()
	if r.Oversold != 0 || r.P99 < r.P50 {
		t.Errorf("%s: %+v", r.Workload, r)
	}
	switch r.Workload {
	case "lists":
		if len(r.Lists) < 10 || r.Lists[0].Rows != 50 || r.Lists[0].Calls == 0 {
			t.Errorf("lists: %+v", r.Lists)
		}
		return
	case "flash":
		if r.Uniform == 0 || r.Flash == 0 {
			t.Errorf("flash: %+v", r)
		}
	case "overload":
		if o := r.Overload; o == nil || o.Capacity == 0 || o.Goodput == 0 {
			t.Errorf("overload: %+v", r.Overload)
		}
	}
	if r.Orders == 0 || r.PerSecond == 0 || r.Floor == 0 && r.Workload != "lifecycle" {
		t.Errorf("%s: %+v", r.Workload, r)
	}
	if r.Workload != "floor" && (r.Bytes <= 0 || r.CPU <= 0 || r.RSS <= 0 || r.Turns == 0 || r.Ready <= 0) {
		t.Errorf("%s measured nothing of the server: %+v", r.Workload, r)
	}
}

func TestOptionsHaveLimits(t *testing.T) {
	for _, o := range []bench.Options{{Time: time.Hour}, {Clients: 100_000}, {Batch: 501}, {Before: -1}, {Lines: 3000}} {
		if _, err := bench.Run(context.Background(), "place", o); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := bench.Run(context.Background(), "nothing", bench.Options{}); fault.CodeOf(err) != "unknown_workload" {
		t.Error(err)
	}
}

// A server that does not come up is told with its own words.
func TestAServerThatFails(t *testing.T) {
	o := options(t, store.SQLite)
	o.Command = func(...string) *exec.Cmd { return exec.Command("false") }
	if _, err := bench.Run(context.Background(), "place", o); err == nil {
		t.Error("it measured nothing and did not say so")
	}
}

func BenchmarkPlace(b *testing.B) {
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			o := options(b, e)
			o.Time, o.Items, o.Clients = 4*time.Second, 0, 0
			reports, err := bench.Run(context.Background(), "place", o)
			if err != nil {
				b.Fatal(err)
			}
			r := reports[0]
			b.ReportMetric(r.PerSecond, "orders/s")
			b.ReportMetric(r.Floor, "floor/s")
			b.ReportMetric(r.P99, "p99ms")
			b.ReportMetric(r.CPU, "cpu_us/order")
			b.ReportMetric(r.Bytes, "B/order")
		})
	}
}
