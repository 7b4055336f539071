package bench_test

import (
	"context"
	"os"
	"testing"
	"time"

	"orderly/internal/kit/bench"
	"orderly/internal/pgtest"
	"orderly/internal/store"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestPlaceMeasures(t *testing.T) {
	r, err := bench.Place(context.Background(), bench.Options{Time: 300 * time.Millisecond, Items: 200, Clients: 8})
	if err != nil {
		t.Fatal(err)
	}
	if r.Orders == 0 || r.Floor == 0 || r.Oversold != 0 || r.P99 < r.P50 || r.Bytes <= 0 {
		t.Errorf("%+v", r)
	}
}

func BenchmarkPlace(b *testing.B) {
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			r, err := bench.Place(context.Background(), bench.Options{Engine: e, Time: 4 * time.Second, Dir: os.Getenv("BENCH_DIR")})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(r.PerSecond, "orders/s")
			b.ReportMetric(r.Floor, "floor/s")
			b.ReportMetric(r.P99, "p99ms")
			b.ReportMetric(r.CPU, "cpu_us/order")
			b.ReportMetric(float64(r.Orders)/float64(r.Turns), "orders/turn")
			b.ReportMetric(r.Bytes, "B/order")
		})
	}
}
