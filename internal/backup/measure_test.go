package backup_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderly/internal/backup"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
)

func TestMeasure(t *testing.T) {
	dir := t.TempDir()
	db, _ := open(t, dir)
	s := desktest.Open(t, db)
	for i := range 200 {
		s.Goods(fmt.Sprintf("X%d", i), catalog.Backorder, "A", 1_000_000)
	}
	var n atomic.Int64
	fill := func(total int64, clients int, batch int) {
		var w sync.WaitGroup
		start := n.Load()
		for range clients {
			w.Go(func() {
				for n.Load()-start < total {
					var c []intake.PlaceCommand
					for range batch {
						k := n.Add(1)
						c = append(c, intake.PlaceCommand{Request: s.Request(fmt.Sprintf("X%d", k%200), 1, fmt.Sprintf("X%d", (k+7)%200), 1, fmt.Sprintf("X%d", (k+77)%200), 1)})
					}
					if _, err := desk.Do(ctx, s.Desk, intake.Place, s.Scope, c, desk.Options{}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		w.Wait()
	}
	t0 := time.Now()
	fill(200_000, 4, 200)
	info, _ := os.Stat(filepath.Join(dir, "orderly.db"))
	t.Logf("filled in %v: %d MB", time.Since(t0), info.Size()>>20)
	var mu sync.Mutex
	var lat []time.Duration
	stop := make(chan struct{})
	var w sync.WaitGroup
	for range 32 {
		w.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				a := time.Now()
				k := n.Add(1)
				desk.One(ctx, s.Desk, intake.Place, s.Scope, intake.PlaceCommand{Request: s.Request(fmt.Sprintf("X%d", k%200), 1, fmt.Sprintf("X%d", (k+7)%200), 1, fmt.Sprintf("X%d", (k+77)%200), 1)}, desk.Options{})
				d := time.Since(a)
				mu.Lock()
				lat = append(lat, d)
				mu.Unlock()
			}
		})
	}
	report := func(what string, d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		slices.Sort(lat)
		if len(lat) == 0 { return }
		wal, _ := os.Stat(filepath.Join(dir, "orderly.db-wal"))
		t.Logf("%s: %.0f/s p50 %v p99 %v max %v; wal %d MB", what, float64(len(lat))/d.Seconds(), lat[len(lat)/2], lat[len(lat)*99/100], lat[len(lat)-1], wal.Size()>>20)
		lat = nil
	}
	time.Sleep(3 * time.Second)
	report("before", 3*time.Second)
	a := time.Now()
	copied := time.Duration(0)
	r, err := backup.Take(ctx, backup.Options{Dir: dir, To: t.TempDir(), Now: time.Now, Progress: func(done, total int) { if done == total { copied = time.Since(a) } }})
	d := time.Since(a)
	report("during", d)
	t.Logf("copied after %v, checked after %v: %v orders %v", copied, d, r.Manifest.Orders(), err)
	time.Sleep(3 * time.Second)
	report("after", 3*time.Second)
	close(stop)
	w.Wait()
}
