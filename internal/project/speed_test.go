package project_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/project"
	"orderly/internal/search"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

// BenchmarkSearch fills a shop with ORDERLY_SEARCH_ORDERS orders (2,000 when
// left out), reports what projecting one of them costs, and then times lists.
func BenchmarkSearch(b *testing.B) {
	n := 2000
	if text := os.Getenv("ORDERLY_SEARCH_ORDERS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("sqlite", func(b *testing.B) { timeLists(b, storetest.SQLite(b), n) })
	b.Run("postgres", func(b *testing.B) { timeLists(b, storetest.Postgres(b), n) })
}

const (
	skuCount  = 200
	fillBatch = 250
)

// fill places n orders of three lines, many at a time.
func fill(b *testing.B, s *desktest.Shop, n int) {
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range skuCount {
		s.Goods(fmt.Sprintf("SKU-%03d", i), catalog.Backorder, "A", 1_000_000)
	}
	for done := 0; done < n; done += fillBatch {
		cmds := make([]intake.PlaceCommand, fillBatch)
		for i := range cmds {
			var of []any
			for j, k := range rng.Perm(skuCount)[:3] {
				of = append(of, fmt.Sprintf("SKU-%03d", k), j+1)
			}
			r := s.Request(of...)
			name := fmt.Sprintf("First%d Last%d", rng.IntN(500), rng.IntN(5000))
			r.Parties.Customer = party.Contact{Name: name, Email: fmt.Sprintf("u%d@example.com", rng.IntN(n)), Phone: fmt.Sprintf("+44 %d", 1_000_000_000+rng.IntN(900_000_000))}
			r.Parties.ShipTo.PostalCode = fmt.Sprintf("LS%d %dAA", rng.IntN(90), rng.IntN(9))
			cmds[i].Request = r
		}
		if _, err := desk.Do(context.Background(), s.Desk, intake.Place, s.Scope, cmds, desk.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func timeLists(b *testing.B, db *store.DB, n int) {
	s := desktest.Open(b, db)
	fill(b, s, n)
	if err := db.Analyze(context.Background()); err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if err := (&project.Search{DB: db}).CatchUp(context.Background()); err != nil {
		b.Fatal(err)
	}
	perOrder := float64(time.Since(start).Microseconds()) / float64(n)
	if err := db.Analyze(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.Run("projected", func(b *testing.B) { b.ReportMetric(perOrder, "µs/order") })
	ask := func(text string) []search.Word {
		words, err := search.Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		return words
	}
	var item int64
	err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		newest, err := orders.List(r, orders.Filter{Limit: 1})
		if err != nil {
			return err
		}
		id := newest.Rows[0].Order.ID
		got, err := orders.Load(r, []order.ID{id}, orders.Parts{})
		item = got[id].Lines[0].Item
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range []struct {
		name string
		f    orders.Filter
	}{
		{"newest", orders.Filter{}},
		{"by_status", orders.Filter{Status: "open"}},
		{"by_rare_status", orders.Filter{Status: "canceled"}},
		{"by_payment_none_fits", orders.Filter{Payment: "overpaid"}},
		{"by_sku", orders.Filter{Item: item}},
		{"word", orders.Filter{Words: ask("first7 ")}},
		{"two_words", orders.Filter{Words: ask("first7 last70")}},
		{"two_frequent", orders.Filter{Words: ask("sku-001 sku-002")}},
		{"frequent_without_match", orders.Filter{Words: ask("sku-001 first7 sku-002 last9")}},
		{"prefix", orders.Filter{Words: ask("firs")}},
		{"number", orders.Filter{Number: 1500}},
		{"external", orders.Filter{ExternalID: "T-77"}},
		{"sku_and_status", orders.Filter{Item: item, Status: "canceled"}},
	} {
		b.Run(f.name, func(b *testing.B) {
			f.f.Limit = 50
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error { _, err := orders.List(r, f.f); return err })
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}
