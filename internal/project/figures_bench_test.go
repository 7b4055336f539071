package project_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"orderly/internal/desk/desktest"
	"orderly/internal/project"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// BenchmarkFigures reports what counting one order costs that was only placed.
func BenchmarkFigures(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { countPlaced(b, storetest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { countPlaced(b, storetest.Postgres(b)) })
}

func countPlaced(b *testing.B, db *store.DB) {
	s := desktest.Open(b, db)
	const n = 40_000
	fill(b, s, n)
	p := &project.Figures{DB: db}
	cpu, began := cpuTime(b), time.Now()
	if err := p.CatchUp(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64((cpuTime(b)-cpu).Nanoseconds())/1000/n, "µs-cpu/order")
	b.ReportMetric(float64(time.Since(began).Nanoseconds())/1000/n, "µs/order")
	b.ReportMetric(0, "ns/op")
}

func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
