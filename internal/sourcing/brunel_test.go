package sourcing_test

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"orderly/internal/sourcing"
	"orderly/internal/stock"
)

// brunel is a day of a supply chain as its owners published it: 4,616 orders,
// 19 plants with a daily capacity, and more demand than that.
type brunel struct {
	plants   []string
	capacity map[string]int64
	cost     map[string]int64           // cents for each unit
	makes    map[string]map[string]bool // by product
	vmi      map[string]map[string]bool // by plant; absent: for anybody
	ports    map[string][]string
	lanes    map[[2]string][]lane
	orders   []map[string]string
}

type lane struct {
	from, to        float64 // weight
	minimum, byUnit float64 // dollars
}

func brunelFile(name string) string {
	root := os.Getenv("ORDERLY_TEST_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	return filepath.Join(root, "sourcing-brunel", name)
}

// table reads a file of the set, or skips the test.
func table(t testing.TB, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(brunelFile(name))
	if os.IsNotExist(err) {
		t.Skip("SKIP: ../shared/data/sourcing-brunel is absent")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(name, err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, head := range rows[0] {
			m[strings.TrimSpace(strings.TrimPrefix(head, "\ufeff"))] = strings.TrimSpace(row[i])
		}
		if row[0] != "" {
			out = append(out, m)
		}
	}
	return out
}

func number(t testing.TB, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(strings.TrimSpace(strings.NewReplacer("$", "", ",", "").Replace(text)), 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func readBrunel(t testing.TB) *brunel {
	t.Helper()
	b := &brunel{capacity: map[string]int64{}, cost: map[string]int64{}, makes: map[string]map[string]bool{}, vmi: map[string]map[string]bool{},
		ports: map[string][]string{}, lanes: map[[2]string][]lane{}}
	for _, r := range table(t, "WhCapacities.csv") {
		b.plants = append(b.plants, r["Plant ID"])
		b.capacity[r["Plant ID"]] = int64(number(t, r["Daily Capacity"]))
	}
	slices.Sort(b.plants)
	for _, r := range table(t, "WhCosts.csv") {
		b.cost[r["WH"]] = int64(number(t, r["Cost/unit"])*100 + 0.5)
	}
	put := func(m map[string]map[string]bool, key, value string) {
		if m[key] == nil {
			m[key] = map[string]bool{}
		}
		m[key][value] = true
	}
	for _, r := range table(t, "ProductsPerPlant.csv") {
		put(b.makes, r["Product ID"], r["Plant Code"])
	}
	for _, r := range table(t, "VmiCustomers.csv") {
		put(b.vmi, r["Plant Code"], r["Customers"])
	}
	for _, r := range table(t, "PlantPorts.csv") {
		b.ports[r["Plant Code"]] = append(b.ports[r["Plant Code"]], r["Port"])
	}
	for _, r := range table(t, "FreightRates.csv") {
		key := [2]string{r["orig_port_cd"], r["dest_port_cd"]}
		b.lanes[key] = append(b.lanes[key], lane{number(t, r["minm_wgh_qty"]), number(t, r["max_wgh_qty"]), number(t, r["minimum cost"]), number(t, r["rate"])})
	}
	b.orders = table(t, "OrderList.csv.gz")
	return b
}

// freight is the cents of the cheapest lane, if the plant may send the order.
func (b *brunel) freight(t testing.TB, order map[string]string, plant string) (cents int64, ok bool) {
	if !b.makes[order["Product ID"]][plant] || b.vmi[plant] != nil && !b.vmi[plant][order["Customer"]] {
		return 0, false
	}
	if order["Service Level"] == "CRF" {
		return 0, true // the customer carries it
	}
	weight := number(t, order["Weight"])
	for _, port := range b.ports[plant] {
		for _, l := range b.lanes[[2]string{port, order["Destination Port"]}] {
			if weight < l.from || weight > l.to {
				continue
			}
			if c := int64(max(l.minimum, l.byUnit*weight)*100 + 0.5); !ok || c < cents {
				cents, ok = c, true
			}
		}
	}
	return cents, ok
}

// problems makes a batch of the orders; capacities are divided by share.
func (b *brunel) problems(t testing.TB, orders []map[string]string, share int64) ([]sourcing.Problem, *sourcing.Stocked) {
	var items []int64
	var places []stock.LocationID
	for i := range b.plants {
		places = append(places, stock.LocationID(i+1))
	}
	products := map[string]int64{}
	for product := range b.makes {
		products[product] = int64(number(t, product))
		items = append(items, products[product])
	}
	slices.Sort(items)
	stocked := sourcing.NewStocked(items, places)
	for product, plants := range b.makes {
		for i, plant := range b.plants {
			if plants[plant] {
				stocked.Set(products[product], places[i], 1<<40)
			}
		}
	}
	ps := make([]sourcing.Problem, len(orders))
	for n, o := range orders {
		p := &ps[n]
		p.Demands = []sourcing.Demand{{Line: 1, Item: products[o["Product ID"]], Quantity: int64(number(t, o["Unit quantity"]))}}
		p.Missing, p.MaxPlaces = 1_000_000, 1
		for i, plant := range b.plants {
			if freight, ok := b.freight(t, o, plant); ok {
				p.Candidates = append(p.Candidates, sourcing.Candidate{Place: places[i], Fixed: freight, Unit: b.cost[plant], Room: b.capacity[plant] / share})
			}
		}
	}
	return ps, stocked
}

// The plants that may send an order are those that the set's readers found.
func TestBrunelEligibility(t *testing.T) {
	b := readBrunel(t)
	want := map[string]string{}
	for _, r := range table(t, "expected-eligible-plants.csv.gz") {
		want[r["Order ID"]] = strings.Join(strings.FieldsFunc(r["eligible plants"], func(r rune) bool { return r == ' ' || r == ';' || r == '|' || r == ',' }), " ")
	}
	wrong := 0
	for _, o := range b.orders {
		var got []string
		for _, plant := range b.plants {
			if _, ok := b.freight(t, o, plant); ok {
				got = append(got, plant)
			}
		}
		if strings.Join(got, " ") != want[o["Order ID"]] {
			wrong++
			t.Logf("order %s: %v, want %s", o["Order ID"], got, want[o["Order ID"]])
		}
	}
	t.Logf("%d orders, %d with other plants than expected", len(b.orders), wrong)
	if wrong > 0 || len(want) != len(b.orders) {
		t.Fail()
	}
}

// The day as one batch: as many orders as a maximum flow assigns, or nearly,
// and no plant over its capacity.
func TestBrunelBatch(t *testing.T) {
	b := readBrunel(t)
	var expected struct {
		Full int `json:"max_assignable_orders_full_capacity"`
		Half int `json:"max_assignable_orders_half_capacity"`
	}
	text, err := os.ReadFile(brunelFile("expected.json"))
	if err != nil {
		t.Skip("SKIP: ../shared/data/sourcing-brunel is absent")
	}
	if err := json.Unmarshal(text, &expected); err != nil {
		t.Fatal(err)
	}
	for i, most := range []int{expected.Full, expected.Half} {
		share := int64(i + 1)
		ps, stocked := b.problems(t, b.orders, share)
		begun := time.Now()
		solutions := sourcing.SolveAll(ps, stocked, onAllCores)
		took := time.Since(begun)
		if fault := batchFault(ps, stocked, solutions); fault != "" {
			t.Fatal(fault)
		}
		assigned, cents := 0, int64(0)
		for i, s := range solutions {
			if len(s.Short) == 0 {
				assigned++
				cents += s.Points
			} else if len(s.Takes) > 0 {
				t.Errorf("order %d is sent in part", i)
			}
		}
		t.Logf("capacity divided by %d: %d of at most %d orders assigned in %v, for %d.%02d dollars", share, assigned, most, took, cents/100, cents%100)
		if assigned < most*995/1000 {
			t.Errorf("capacity divided by %d: %d orders assigned, a maximum flow assigns %d", share, assigned, most)
		}
	}
}
