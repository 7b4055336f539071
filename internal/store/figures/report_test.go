package figures_test

import (
	"context"
	"os"
	"syscall"
	"testing"
	"time"

	"orderly/internal/desk/desktest"
	"orderly/internal/figures"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	kept "orderly/internal/store/figures"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// years fills two years of three channels at three locations, as large a part
// of a shop's sums as any page reads, and a backlog of a thousand hours.
func years(t testing.TB, s *desktest.Shop) {
	t.Helper()
	tally := figures.NewTally(figures.Days(time.UTC))
	for d := range 2 * figures.MaxDays {
		day := figures.After(20260101, d-figures.MaxDays)
		for _, channel := range []string{"web", "shop", "phone"} {
			for location := range int64(3) {
				sums := &figures.Sums{}
				for m := range sums {
					sums[m] = int64(m + 1)
				}
				tally.Sums[figures.Cell{Day: day, Channel: channel, Location: location, Currency: "GBP"}] = sums
				times := &figures.Times{}
				for stage := range times {
					for i := range int64(20) {
						times[stage].Add(60<<(i/2)+i, 1)
					}
				}
				tally.Times[figures.Place{Day: day, Channel: channel, Location: location}] = times
			}
		}
	}
	for hour := range int64(1000) {
		for _, stage := range figures.Backlog {
			tally.Backlog[figures.Slot{Stage: stage, Hour: hour, Channel: "web"}] = 1
		}
	}
	err := s.DB.Transact(context.Background(), func(tx *store.Tx) error {
		tx.Beside(s.Scope.Merchant)
		if _, err := cursors.Lock(tx, kept.Consumer); err != nil {
			return err
		}
		return kept.Add(tx, tally)
	})
	if err != nil {
		t.Fatal(err)
	}
}

var year = kept.Ask{Span: kept.Span{From: 20260101, To: 20261231}, Currency: "GBP", Now: 1000 * 3_600_000_000}

// Kills: a bucket that leaves days out, or counts one twice; a filter that
// lets others in; an age that is off by one.
func TestReportOfAYear(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		years(t, s)
		read := func(a kept.Ask) (x *kept.Report) {
			t.Helper()
			err := db.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) { x, err = kept.ReportOf(r, a); return err })
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		x := read(year)
		if n := x.Total.All[figures.Orders]; n != 365*9 || x.Was.All[figures.Orders] != 365*9 || x.Before.From != 20250101 || x.Before.To != 20251231 {
			t.Errorf("%d orders, %d before (%d to %d)", n, x.Was.All[figures.Orders], x.Before.From, x.Before.To)
		}
		if len(x.Parts) != 12 || x.Parts[1].All[figures.Orders] != 28*9 || x.WasParts[1].All[figures.Orders] != 28*9 || len(x.Channels) != 3 || len(x.Locations) != 3 {
			t.Errorf("%d parts, %d channels, %d locations", len(x.Parts), len(x.Channels), len(x.Locations))
		}
		if n := x.Times[figures.ToPicked].N; n != 365*9*20 {
			t.Errorf("%d picks are timed", n)
		}
		if got, want := *x.Backlog["to_pick"], [5]int64{3, 20, 48, 96, 833}; got != want { // the hour of now has none yet
			t.Errorf("the backlog is %v, want %v", got, want)
		}
		some := year
		some.Channel, some.Locations = "web", []int64{2}
		if n := read(some).Total.All[figures.Orders]; n != 365 {
			t.Errorf("%d orders of one channel at one location", n)
		}
		foreign := year
		foreign.Currency = "EUR"
		if x := read(foreign); x.Total.In[figures.Total] != 0 || x.Total.All[figures.Orders] != 365*9 {
			t.Errorf("in another currency: %v", x.Total.In)
		}
	})
}

// BenchmarkReportOfAYear is what a page of a year costs the server beside what
// it is drawn with.
func BenchmarkReportOfAYear(b *testing.B) {
	s := desktest.Open(b, storetest.SQLite(b))
	years(b, s)
	began := cpuTime(b)
	for b.Loop() {
		err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error { _, err := kept.ReportOf(r, year); return err })
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpuTime(b)-began).Microseconds())/1000/float64(b.N), "ms-cpu/op")
}

func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
