package world_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"orderly/internal/kit/demo/world"
)

var binPattern = regexp.MustCompile(`^[A-Z]-[0-9]{2}-[1-9]$`)

func TestOpeningStockHoldsForAnySeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := smallWorld(t)
		at := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "at"), 0).UTC()
		rows := w.OpeningStock(at)
		if diff := cmp.Diff(rows, w.OpeningStock(at)); diff != "" {
			t.Fatalf("asked twice, the stock differs (-first +second):\n%s", diff)
		}
		expiries, places := map[string]string{}, map[string]bool{}
		for _, s := range rows {
			checkStock(t, w, s, at)
			place := s.SKU + " " + s.Lot + " " + s.Location
			if places[place] {
				t.Fatalf("two rows for %s", place)
			}
			places[place] = true
			lot := s.SKU + " " + s.Lot
			if e, ok := expiries[lot]; ok && e != s.Expiry {
				t.Fatalf("lot %s expires on %s and on %s", lot, e, s.Expiry)
			}
			expiries[lot] = s.Expiry
		}
	})
}

func checkStock(t rapid.TB, w *world.World, s world.Stock, at time.Time) {
	it := &w.Items[s.Item]
	switch {
	case it.SKU != s.SKU || it.Kind != world.KindStocked:
		t.Fatalf("stock of the wrong item: %+v is %s %s", s, it.Kind, it.SKU)
	case s.Quantity < 1:
		t.Fatalf("a row without stock: %+v", s)
	case !binPattern.MatchString(s.Bin):
		t.Fatalf("strange bin: %+v", s)
	case it.LotTracked != (s.Lot != "") || it.LotTracked != (s.Expiry != ""):
		t.Fatalf("lot and expiry do not fit %s: %+v", it.Family, s)
	}
	if s.Expiry == "" {
		return
	}
	day, err := time.Parse(time.DateOnly, s.Expiry)
	if err != nil || day.Before(at.AddDate(0, 0, 1)) {
		t.Fatalf("stock that is past its date at the opening: %+v (%v)", s, err)
	}
}

// Orders must meet shortage, or a demonstration shows no backorder, and must
// mostly meet stock, or it shows nothing else.
func TestCoveredOrdersRunShortNowAndThen(t *testing.T) {
	for seed := range uint64(6) {
		for _, items := range []int{world.DefaultItems, 5000} {
			w := newWorld(t, world.Options{Seed: seed, Items: items})
			first, all := shortages(w, 300), shortages(w, world.DefaultCover)
			if first < 10 || first > 150 {
				t.Errorf("seed %d, %d items: %d in 1000 lines are short at the start, want 10 to 150", seed, items, first)
			}
			if all < 20 || all > 250 {
				t.Errorf("seed %d, %d items: %d in 1000 lines are short over all, want 20 to 250", seed, items, all)
			}
		}
	}
}

// shortages serves n orders from all locations and says how many in a thousand
// leaf lines could not be served whole.
func shortages(w *world.World, n int) int {
	left, bySKU := make([]int64, len(w.Items)), map[string]int{}
	for _, s := range w.OpeningStock(opening) {
		left[s.Item] += s.Quantity
	}
	for i := range w.Items {
		bySKU[w.Items[i].SKU] = i
	}
	lines, short := 0, 0
	take := func(item int, quantity int64) {
		lines++
		if left[item] < quantity {
			short++
			return
		}
		left[item] -= quantity
	}
	for _, o := range nextOrders(w, n) {
		for _, l := range o.Lines {
			switch it := &w.Items[l.Item]; it.Kind {
			case world.KindStocked:
				take(l.Item, l.Quantity)
			case world.KindBundle:
				for _, c := range it.Components {
					take(bySKU[c.SKU], c.Quantity*l.Quantity)
				}
			}
		}
	}
	return short * 1000 / lines
}

func TestSomeItemsOpenEmptyOrScarce(t *testing.T) {
	w := newWorld(t, world.Options{Seed: 1})
	total, locations := make([]int64, len(w.Items)), map[string]int{}
	for _, s := range w.OpeningStock(opening) {
		total[s.Item] += s.Quantity / w.Items[s.Item].Step()
		locations[s.Location]++
	}
	empty, scarce := 0, 0
	for i := range w.Items {
		switch {
		case w.Items[i].Kind != world.KindStocked:
		case total[i] == 0:
			empty++
		case total[i] <= 3:
			scarce++
		}
	}
	if empty < 5 || empty > 80 || scarce < 5 || scarce > 80 {
		t.Errorf("%d items are empty and %d scarce, want 5 to 80 of each", empty, scarce)
	}
	for _, l := range w.Locations {
		if locations[l.Code] < 100 {
			t.Errorf("%s has %d rows of stock, want 100 or more", l.Code, locations[l.Code])
		}
	}
}

func TestCoverScalesTheStock(t *testing.T) {
	sum := func(cover int) (total int64) {
		for _, s := range newWorld(t, world.Options{Seed: 1, Cover: cover}).OpeningStock(opening) {
			total += s.Quantity
		}
		return total
	}
	thousand, most := sum(10_000), sum(world.MaxCover)
	if ratio := most / thousand; ratio < 800 || ratio > 1000 {
		t.Errorf("stock for %d orders is %d times that for 10000, want nearly 1000", world.MaxCover, ratio)
	}
}
