package world_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/kit/demo/world"
)

func TestOrdersHoldForAnySeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := smallWorld(t)
		ids := map[string]bool{}
		for _, o := range nextOrders(w, 200) {
			if ids[o.ExternalID] {
				t.Fatalf("external id %s is used twice", o.ExternalID)
			}
			ids[o.ExternalID] = true
			checkOrder(t, w, &o)
		}
	})
}

func checkOrder(t rapid.TB, w *world.World, o *world.Order) {
	c := &w.Customers[o.Customer]
	switch {
	case o.Currency != "GBP" || o.PlacedAt.Before(opening):
		t.Fatalf("strange currency or time: %+v", o)
	case len(o.Lines) < 1 || len(o.Lines) > world.MaxLines:
		t.Fatalf("%d lines", len(o.Lines))
	case o.Email != c.Email || o.Phone != c.Phone || o.BillTo != c.Address:
		t.Fatalf("billed to somebody else than %+v: %+v", c, o)
	case o.ShipTo.Line1 == "" || o.ShipTo.Name == "":
		t.Fatalf("no address to ship to: %+v", o)
	case (o.Service == world.ServiceCollect) != (o.Collect != ""):
		t.Fatalf("service %q and collect %q", o.Service, o.Collect)
	case o.Service == world.ServiceExpress && o.ShipTo.Country != "GB":
		t.Fatalf("express delivery to %s", o.ShipTo.Country)
	case !o.Paid && (o.Channel == world.ChannelMarketplace || o.Channel == world.ChannelShop):
		t.Fatalf("not paid in %s", o.Channel)
	}
	total, items := new(big.Rat), map[int]bool{}
	for _, l := range o.Lines {
		if items[l.Item] {
			t.Fatalf("item %s is on two lines", l.SKU)
		}
		items[l.Item] = true
		total.Add(total, checkLine(t, &w.Items[l.Item], l))
	}
	for _, f := range o.Fees {
		if f.Label == "" || decimal(t, f.Amount).Sign() <= 0 {
			t.Fatalf("strange fee %+v", f)
		}
		total.Add(total, decimal(t, f.Amount))
	}
	if want := total.Mul(total, big.NewRat(100, 1)); want.Cmp(big.NewRat(o.Total, 1)) != 0 {
		t.Fatalf("total is %d, lines and fees come to %s: %+v", o.Total, want.RatString(), o)
	}
}

// checkLine is the total of the line, rounded to pence.
func checkLine(t rapid.TB, it *world.Item, l world.Line) *big.Rat {
	if it.SKU != l.SKU || l.Quantity < 1 {
		t.Fatalf("strange line %+v of %s", l, it.SKU)
	}
	if it.Scale > 0 && l.Quantity%250 != 0 {
		t.Fatalf("beans are sold by 250 g, not %d", l.Quantity)
	}
	unit, full := decimal(t, l.UnitPrice), decimal(t, it.Price)
	lowest := new(big.Rat).Sub(new(big.Rat).Mul(full, big.NewRat(9, 10)), big.NewRat(1, 100))
	if unit.Cmp(full) > 0 || unit.Cmp(lowest) < 0 || (it.Kind == world.KindDigital && unit.Cmp(full) != 0) {
		t.Fatalf("%s is sold at %s, the catalog says %s", it.SKU, l.UnitPrice, it.Price)
	}
	exact := new(big.Rat).Mul(unit, big.NewRat(l.Quantity, it.Step()))
	rounded, _ := new(big.Rat).SetString(exact.FloatString(2)) // FloatString rounds half away from zero
	return rounded
}

func TestOrdersShowSomeOfEverything(t *testing.T) {
	w := newWorld(t, world.Options{Seed: 1})
	const n = 5000
	got := map[string]int{}
	for _, o := range nextOrders(w, n) {
		got[o.Channel]++
		got[o.Service]++
		got[o.ShipTo.Country]++
		got["lines "+string(rune('0'+len(o.Lines)))]++
		for _, tag := range o.Tags {
			got["tag "+tag]++
		}
		for _, f := range o.Fees {
			got[f.Code]++
		}
		for what, is := range map[string]bool{
			"unpaid": !o.Paid, "gift note": o.GiftNote != "", "elsewhere": o.Collect == "" && o.ShipTo != o.BillTo,
		} {
			if is {
				got[what]++
			}
		}
		for _, l := range o.Lines {
			got["kind "+w.Items[l.Item].Kind]++
			if l.UnitPrice != w.Items[l.Item].Price {
				got["discount"]++
			}
		}
	}
	for name, atLeast := range map[string]int{
		world.ChannelWeb: 2500, world.ChannelMarketplace: 900, world.ChannelPhone: 300, world.ChannelShop: 450,
		world.ServiceStandard: 3000, world.ServiceExpress: 300, world.ServiceCollect: 500, world.ServiceEmail: 5,
		"GB": 3500, "IE": 100, "FR": 80, "DE": 60, "NL": 40,
		"lines 1": 1500, "lines 2": 1000, "lines 3": 500, "lines 4": 300, "lines 5": 150, "lines 6": 80,
		"tag wholesale": 200, "tag newsletter-offer": 300, "tag gift": 150, "tag vip": 80, "tag check-address": 50,
		world.FeeShipping: 1500, world.FeeGiftWrap: 80, "unpaid": 100, "gift note": 150, "elsewhere": 100,
		"kind stocked": 8000, "kind bundle": 200, "kind digital": 30, "discount": 1000,
	} {
		if got[name] < atLeast {
			t.Errorf("%d of %s in %d orders, want %d or more", got[name], name, n, atLeast)
		}
	}
}

func TestPopularityFallsAsZipfSays(t *testing.T) {
	w := newWorld(t, world.Options{Seed: 1})
	sold, lines := make([]int, len(w.Items)), 0
	for _, o := range nextOrders(w, 20_000) {
		for _, l := range o.Lines {
			sold[l.Item]++
			lines++
		}
	}
	best, never := 0, 0
	for _, n := range sold {
		best = max(best, n)
		if n == 0 {
			never++
		}
	}
	if share := best * 1000 / lines; share < 30 || share > 90 {
		t.Errorf("the best seller is on %d in 1000 lines, want 30 to 90", share)
	}
	if never > 0 {
		t.Errorf("%d items were never sold", never)
	}
}

// Speed stands in the benchmark; this holds what makes it so.
func TestNextOrderAllocatesLittle(t *testing.T) {
	w := newWorld(t, world.Options{Seed: 1})
	if n := testing.AllocsPerRun(2000, func() { w.NextOrder(opening) }); n > 6 {
		t.Errorf("an order takes %.0f allocations, want 6 or fewer", n)
	}
}

func BenchmarkNextOrder(b *testing.B) {
	for _, size := range []struct {
		name  string
		items int
	}{{"400", 400}, {"20000", 20_000}} {
		b.Run(size.name, func(b *testing.B) {
			w := newWorld(b, world.Options{Seed: 1, Items: size.items})
			b.ReportAllocs()
			for b.Loop() {
				w.NextOrder(opening)
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		newWorld(b, world.Options{Seed: 1, Items: world.MaxItems})
	}
}
