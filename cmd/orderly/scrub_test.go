package main

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/httpapi"
	"orderly/internal/pgtest"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// The daily look at the books runs on one node, is told by all of them, and
// finds what is wrong.
func TestScrub(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { testScrub(t, store.Options{Dir: t.TempDir()}) })
	t.Run("postgres", func(t *testing.T) { testScrub(t, store.Options{URL: pgtest.ForTest(t)}) })
}

func testScrub(t *testing.T, o store.Options) {
	var ahead atomic.Int64
	o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	var log strings.Builder
	node := func() (*store.DB, *beside, func() string) {
		db, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		d := desk.New(db, nil)
		t.Cleanup(d.Close)
		b := newJobs(d, "", slog.New(slog.NewTextHandler(&log, nil)))
		api := httpapi.New(d, httpapi.Options{Metrics: []prometheus.Collector{b}})
		return db, b, func() string {
			w := httptest.NewRecorder()
			api.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
			return w.Body.String()
		}
	}
	db, a, metricsA := node()
	s := desktest.Open(t, db)
	s.Goods("X", catalog.Backorder, "A", 10)
	s.Place("X", 3)
	other, b, metricsB := node()
	work := func() { // both nodes look, and begin what is due
		t.Helper()
		for _, n := range []struct {
			db *store.DB
			b  *beside
		}{{db, a}, {other, b}} {
			for end := time.Now().Add(waitLimit); n.db.Transact(context.Background(), func(*store.Tx) error { return nil }) != nil; {
				if time.Now().After(end) {
					t.Fatal("the node did not join again")
				}
			}
			for began := 1; began > 0; { // a round begins no more than there are hands
				var err error
				if began, err = n.b.runner.Round(t.Context()); err != nil {
					t.Fatal(err)
				}
				n.b.runner.Wait()
			}
		}
	}
	says := func(text, line string) {
		t.Helper()
		if !strings.Contains(text, line+"\n") {
			var ours []string
			for l := range strings.Lines(text) {
				if strings.HasPrefix(l, "orderly_") && !strings.HasPrefix(l, "orderly_http") {
					ours = append(ours, l)
				}
			}
			t.Errorf("/metrics does not say %q:\n%s", line, strings.Join(ours, ""))
		}
	}
	work()
	says(metricsA(), `orderly_jobs_run_total{kind="scrub"} 0`)
	ahead.Add(int64(scrubFirst + time.Minute))
	work()
	says(metricsA(), `orderly_jobs_run_total{kind="scrub"} 1`)
	says(metricsA(), `orderly_jobs_run_total{kind="sweep_receipts"} 1`)
	says(metricsB(), `orderly_jobs_run_total{kind="scrub"} 0`)
	says(metricsA(), `orderly_invariant_violations{law="K2"} 0`)
	if strings.Contains(log.String(), "ERROR") {
		t.Errorf("clean books: %s", log.String())
	}
	storetest.Exec(t, db, "UPDATE level SET reserved = reserved + 1 WHERE m = $1", s.Scope.Merchant)
	ahead.Add(int64(scrubEvery))
	work()
	ahead.Add(int64(2 * time.Minute))
	work()
	says(metricsA(), `orderly_invariant_violations{law="K2"} 1`)
	says(metricsB(), `orderly_invariant_violations{law="K2"} 1`)
	says(metricsB(), `orderly_invariant_violations{law="E1"} 0`)
	says(metricsB(), "orderly_jobs_dead 0")
	if n := strings.Count(log.String(), "the books are wrong"); n != 1 || !strings.Contains(log.String(), "law=K2") {
		t.Errorf("the log tells %d times: %s", n, log.String())
	}
}
