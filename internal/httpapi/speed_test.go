package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/store/storetest"
)

// sink is an answer that nobody reads.
type sink struct {
	header http.Header
	status int
}

func (w *sink) Header() http.Header         { return w.header }
func (w *sink) Write(b []byte) (int, error) { return len(b), nil }
func (w *sink) WriteHeader(status int)      { w.status = status }

// cpu reports the processor time of what runs until the function it gives is
// called: the disk's share of the time says nothing about the API.
func cpu(b *testing.B) func() {
	used := func() int64 {
		var u unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return u.Utime.Nano() + u.Stime.Nano()
	}
	before := used()
	return func() { b.ReportMetric(float64(used()-before)/float64(b.N), "cpu-ns/op") }
}

// BenchmarkPlaceOrder shows what the API adds to the desk: "handler" is a
// request through everything but the network, "desk" is the command alone.
// An order has three lines.
func BenchmarkPlaceOrder(b *testing.B) {
	skus := []any{"A-1", 1, "B-1", 2, "C-1", 1}
	stocked := func(b *testing.B) *shop {
		s := openShop(b, storetest.SQLite(b))
		for i := 0; i < len(skus); i += 2 {
			s.Goods(skus[i].(string), catalog.Backorder, "A", 900_000_000)
		}
		return s
	}
	b.Run("handler", func(b *testing.B) {
		s := stocked(b)
		bodies := make([][]byte, b.N)
		for i := range bodies {
			in := smallest(fmt.Sprint("H-", i), "A-1", 1)
			in["lines"] = []any{
				map[string]any{"sku": "A-1", "quantity": 1, "unit_price": "12.95"}, map[string]any{"sku": "B-1", "quantity": 2, "unit_price": "7.50"},
				map[string]any{"sku": "C-1", "quantity": 1, "unit_price": "3.99"},
			}
			bodies[i], _ = json.Marshal(in)
		}
		b.ReportAllocs()
		defer cpu(b)()
		b.ResetTimer()
		crowd(b, func(i int) {
			r := httptest.NewRequest("POST", "/v1/orders", bytes.NewReader(bodies[i]))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+s.key)
			w := &sink{header: http.Header{}}
			s.handler.ServeHTTP(w, r)
			if w.status != 201 {
				b.Error(w.status)
			}
		})
	})
	b.Run("desk", func(b *testing.B) {
		s := stocked(b)
		cmds := make([]intake.PlaceCommand, b.N)
		for i := range cmds {
			cmds[i].Request = s.Request(skus...)
		}
		b.ReportAllocs()
		defer cpu(b)()
		b.ResetTimer()
		crowd(b, func(i int) {
			if _, err := desk.One(background(), s.Desk, intake.Place, s.Scope, cmds[i], desk.Options{}); err != nil {
				b.Error(err)
			}
		})
	})
}

// crowd calls f once for each i below b.N, from 64 callers at a time.
func crowd(b *testing.B, f func(i int)) {
	var next atomic.Int64
	var callers sync.WaitGroup
	for range 64 {
		callers.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				f(int(i))
			}
		})
	}
	callers.Wait()
}
