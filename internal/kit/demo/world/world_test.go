package world_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"orderly/internal/kit/demo/world"
)

var opening = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

func newWorld(t testing.TB, o world.Options) *world.World {
	t.Helper()
	w, err := world.New(o)
	if err != nil {
		t.Fatalf("New(%+v): %v", o, err)
	}
	return w
}

// smallWorld draws a world that is quick to make.
func smallWorld(t *rapid.T) *world.World {
	o := world.Options{
		Seed:      rapid.Uint64().Draw(t, "seed"),
		Items:     rapid.IntRange(world.MinItems, 600).Draw(t, "items"),
		Customers: rapid.IntRange(world.MinCustomers, 200).Draw(t, "customers"),
	}
	w, err := world.New(o)
	if err != nil {
		t.Fatalf("New(%+v): %v", o, err)
	}
	return w
}

func nextOrders(w *world.World, n int) []world.Order {
	orders := make([]world.Order, n)
	for i := range orders {
		orders[i] = w.NextOrder(opening.Add(time.Duration(i) * time.Minute))
	}
	return orders
}

// everything is all that a world says, as text.
func everything(t *testing.T, seed uint64) string {
	w := newWorld(t, world.Options{Seed: seed})
	fork, err := w.Fork(7)
	if err != nil {
		t.Fatal(err)
	}
	var parcels []any
	for i := range 200 {
		carrier, number := w.Tracking(i)
		parcels = append(parcels, carrier, number)
		for _, country := range []string{"GB", "FR", "US"} {
			parcels = append(parcels, world.Scans(number, opening, country))
		}
	}
	var pictures []string
	for i := range w.Items {
		pictures = append(pictures, string(world.PictureSVG(w.Items[i].SKU)))
	}
	text, err := json.Marshal([]any{
		w, w.OpeningStock(opening), nextOrders(w, 1000), nextOrders(fork, 100), parcels, pictures,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The hash changes when anything about a world does. That is allowed: write the
// new one here, knowing that a demonstration will look different.
func TestSeedGivesTheSameWorldForEver(t *testing.T) {
	const golden = "6a5c6f6173b5b5ae45bc4375dfedfb018f2e91f234b106902a35d4370925c6eb"
	text := everything(t, 1)
	sum := sha256.Sum256([]byte(text))
	if got := hex.EncodeToString(sum[:]); got != golden {
		t.Errorf("world of seed 1 has hash %s, want %s", got, golden)
	}
	if everything(t, 1) != text {
		t.Error("two worlds of seed 1 differ")
	}
	if everything(t, 2) == text {
		t.Error("the worlds of seeds 1 and 2 are the same")
	}
}

func TestForkHasItsOwnOrdersAndTheSameMerchant(t *testing.T) {
	w := newWorld(t, world.Options{Seed: 5})
	seen := map[string]int{}
	for _, n := range []int{0, 1, 2, 10, 11, 110, world.MaxFork} {
		f, err := w.Fork(n)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(w.Items, f.Items); diff != "" {
			t.Fatalf("fork %d has other items (-world +fork):\n%s", n, diff)
		}
		for _, o := range nextOrders(f, 5000) {
			if other, ok := seen[o.ExternalID]; ok {
				t.Fatalf("forks %d and %d both use the external id %s", other, n, o.ExternalID)
			}
			seen[o.ExternalID] = n
		}
	}
}

func TestForkZeroIsTheFirstStream(t *testing.T) {
	w := newWorld(t, world.Options{Seed: 5})
	first := nextOrders(w, 20)
	again, err := w.Fork(0)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, nextOrders(again, 20)); diff != "" {
		t.Errorf("fork 0 differs from the stream of New (-new +fork):\n%s", diff)
	}
}

func TestForksRunBesideEachOther(t *testing.T) {
	w := newWorld(t, world.Options{Seed: 9})
	const forks = 4
	var want, got [forks][]world.Order
	for n := range forks {
		f, err := w.Fork(n)
		if err != nil {
			t.Fatal(err)
		}
		want[n] = nextOrders(f, 500)
	}
	var wg sync.WaitGroup
	for n := range forks {
		f, err := w.Fork(n)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() { got[n] = nextOrders(f, 500) })
	}
	wg.Wait()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("forks that ran together differ from those that ran in turn (-turn +together):\n%s", diff)
	}
}

func TestForkOutOfRange(t *testing.T) {
	w := newWorld(t, world.Options{})
	for _, n := range []int{-1, world.MaxFork + 1} {
		if _, err := w.Fork(n); err == nil {
			t.Errorf("Fork(%d) was allowed", n)
		}
	}
}

func TestOptionsOutOfRangeAreToldAtOnce(t *testing.T) {
	_, err := world.New(world.Options{Items: world.MaxItems + 1, Customers: 1, Cover: -1})
	if err == nil {
		t.Fatal("options out of range were allowed")
	}
	for _, word := range []string{"items", "customers", "cover"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error does not tell of %s: %v", word, err)
		}
	}
}

func TestLocationsCoverBritainInOrder(t *testing.T) {
	w := newWorld(t, world.Options{})
	var got []string
	for i, l := range w.Locations {
		got = append(got, l.Code+" "+l.Kind)
		if l.Priority != i+1 {
			t.Errorf("%s has priority %d, want %d", l.Code, l.Priority, i+1)
		}
		if l.Latitude < 50_000_000 || l.Latitude > 59_000_000 || l.Longitude < -6_000_000 || l.Longitude > 2_000_000 {
			t.Errorf("%s is not in Britain: %d, %d microdegrees", l.Code, l.Latitude, l.Longitude)
		}
		if !postcodes["GB"].MatchString(l.Address.Postcode) || l.Address.Country != "GB" {
			t.Errorf("%s has a strange address: %+v", l.Code, l.Address)
		}
	}
	want := []string{"LEI warehouse", "LDS warehouse", "BRS shop"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("locations (-want +got):\n%s", diff)
	}
}
