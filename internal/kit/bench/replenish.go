package bench

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/replenish"
)

// Replenished is what policies of replenishment did to one set of items, beside
// plain reorder points.
type Replenished struct {
	Items  int              `json:"items"`
	Weeks  int              `json:"weeks"`
	From   int              `json:"from_week"` // from which it counts
	Plain  []ReplenishedRow `json:"plain"`
	Policy []ReplenishedRow `json:"policies"`
}

// ReplenishedRow is one policy over all items. Shares are of one; money is in
// that of the file.
type ReplenishedRow struct {
	Name    string  `json:"name"`
	Fill    float64 `json:"unit_fill_rate"`  // units served at once
	Value   float64 `json:"value_fill_rate"` // the same, by what they cost
	Lines   float64 `json:"line_fill_rate"`  // weeks with demand of which all was served
	Cycles  float64 `json:"cycle_service"`   // arrivals since the one before which nothing was short
	Stock   float64 `json:"mean_stock"`      // money on the shelves
	Orders  int64   `json:"orders"`
	Holding float64 `json:"holding_cost"`
	Order   float64 `json:"ordering_cost"`
	Cost    float64 `json:"cost"`

	// What a plain point costs that serves as many units, as much value and as
	// many lines, between two of those measured; 0 where none serves as many.
	PlainFill  float64 `json:"plain_cost_at_unit_fill"`
	PlainValue float64 `json:"plain_cost_at_value_fill"`
	PlainLines float64 `json:"plain_cost_at_line_fill"`
}

// spare is an item of the file.
type spare struct {
	SKU     string    `json:"sku"`
	Pack    float64   `json:"pack"`
	Minimum float64   `json:"moq"`
	Cost    float64   `json:"unit_cost_eur"`
	Order   float64   `json:"order_cost_eur"`
	Holding float64   `json:"holding_cost_eur_per_year"`
	Lead    int       `json:"lead_time_weeks"`
	Demand  []float64 `json:"demand"`
}

// Limits of the file.
const (
	maxSpares = 10_000
	maxPast   = 1040        // weeks
	maxFile   = 256 << 20   // bytes, unpacked
	spareUnit = int64(1000) // steps in a unit: demand has fractions
)

func readSpares(path string) ([]spare, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	var out []spare
	if err := json.NewDecoder(io.LimitReader(in, maxFile)).Decode(&out); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(out) == 0 || len(out) > maxSpares {
		return nil, fault.New(fault.Invalid, "out_of_range", "%s has %d items; between 1 and %d are read", path, len(out), maxSpares)
	}
	for _, s := range out {
		if s.Lead < 1 || s.Lead > 104 || len(s.Demand) != len(out[0].Demand) || len(s.Demand) > maxPast || s.Holding <= 0 || s.Cost <= 0 {
			return nil, fault.New(fault.Invalid, "invalid_item", "%s: %.40q needs a lead time of 1 to 104 weeks, costs, and as many weeks of demand as the others", path, s.SKU)
		}
	}
	return out, nil
}

func steps(units float64) int64 { return int64(math.Round(units * float64(spareUnit))) }

// policies are those compared: plain points by their weeks of safety, then
// policies by their service, and one by what a missing unit costs.
var plainWeeks = []float64{0, 4, 8, 16, 26, 40, 60}

func measured() (names []string, all []replenish.Policy) {
	label := map[string]string{replenish.ReorderPoint: "reorder point (s,Q)", replenish.MinMax: "min-max (s,S)", replenish.OrderUpTo: "order-up-to (R,S), R=1 week"}
	for _, kind := range replenish.Kinds {
		for _, service := range []int64{9000, 9500, 9800, 9900} {
			p := replenish.Policy{Kind: kind, Service: service}
			if kind == replenish.OrderUpTo {
				p.ReviewDays = 7
			}
			names, all = append(names, fmt.Sprintf("%s %d%%", label[kind], service/100)), append(all, p)
		}
	}
	names = append(names, "order-up-to (R,S), R=4 weeks 98%")
	all = append(all, replenish.Policy{Kind: replenish.OrderUpTo, Service: 9800, ReviewDays: 28})
	for _, short := range []money.Price{300_000, 1_000_000, 3_000_000} {
		names = append(names, fmt.Sprintf("%s, %s short a week", label[replenish.ReorderPoint], short))
		all = append(all, replenish.Policy{Kind: replenish.ReorderPoint, Shortage: short})
	}
	return names, all
}

// sums of a policy over items.
type replenishSums struct {
	replenish.Outcome
	value, valueServed, stock, holding, ordering float64
}

func (s *replenishSums) add(o replenish.Outcome, x *spare) {
	unit := x.Cost / float64(spareUnit)
	s.Add(o)
	s.value += float64(o.Demand) * unit
	s.valueServed += float64(o.Served) * unit
	s.stock += float64(o.Stock) * unit / float64(o.Weeks)
	s.holding += float64(o.Stock) / float64(spareUnit) * x.Holding / 52
	s.ordering += float64(o.Orders) * x.Order
}

func (s *replenishSums) row(name string) ReplenishedRow {
	share := func(a, b int64) float64 { return float64(a) / math.Max(1, float64(b)) }
	return ReplenishedRow{
		Name: name, Fill: share(s.Served, s.Demand), Value: s.valueServed / math.Max(1e-9, s.value), Lines: share(s.LinesServed, s.Lines),
		Cycles: share(s.CyclesServed, s.Cycles), Stock: s.stock, Orders: s.Orders, Holding: s.holding, Order: s.ordering, Cost: s.holding + s.ordering,
	}
}

// Replenish walks policies through the weeks of a file, without looking ahead:
// one answer for all weeks, from empty shelves and with nothing known, and one
// that counts from the second year on.
func Replenish(path string) ([]Replenished, error) {
	items, err := readSpares(path)
	if err != nil {
		return nil, err
	}
	return replenished(items), nil
}

func replenished(items []spare) []Replenished {
	names, policies := measured()
	from := []int{0, 52}
	sums := make([][]replenishSums, len(from))
	for w := range sums {
		sums[w] = make([]replenishSums, len(plainWeeks)+len(policies))
	}
	for i := range items {
		x := &items[i]
		for c, outcome := range replenish.Walk(x.courses(policies), from...) {
			for w, o := range outcome {
				sums[w][c].add(o, x)
			}
		}
	}
	out := make([]Replenished, len(from))
	for w := range out {
		r := Replenished{Items: len(items), Weeks: len(items[0].Demand), From: from[w] + 1}
		for i, weeks := range plainWeeks {
			r.Plain = append(r.Plain, sums[w][i].row(fmt.Sprintf("plain: mean of the lead time + %g weeks", weeks)))
		}
		for i, name := range names {
			row := sums[w][len(plainWeeks)+i].row(name)
			row.compare(r.Plain)
			r.Policy = append(r.Policy, row)
		}
		out[w] = r
	}
	return out
}

// courses of an item: the plain points, then the policies.
func (x *spare) courses(policies []replenish.Policy) []replenish.Course {
	demand := make([]int64, len(x.Demand))
	for i, q := range x.Demand {
		demand[i] = steps(q)
	}
	million := func(v float64) money.Price { return money.Price(math.Round(v * 1e6)) }
	t := replenish.Terms{LeadDays: int64(x.Lead) * 7, Minimum: steps(x.Minimum), Pack: steps(x.Pack), Cost: million(x.Cost), Steps: spareUnit}
	costs := func(p replenish.Policy) *replenish.Policy {
		p.OrderCost, p.Holding = million(x.Order), int64(math.Round(x.Holding/x.Cost*10_000))
		return &p
	}
	var out []replenish.Course
	for _, weeks := range plainWeeks {
		out = append(out, replenish.Course{Demand: demand, Lead: x.Lead, Terms: t, Rule: costs(replenish.Policy{Kind: replenish.ReorderPoint}).Plain(weeks, t)})
	}
	for _, p := range policies {
		own := costs(p)
		out = append(out, replenish.Course{Demand: demand, Lead: x.Lead, Terms: t, Review: int(p.ReviewDays / 7),
			Rule: func(h *replenish.History) replenish.Levels { return own.Levels(h, t) }})
	}
	return out
}

// compare says what plain points cost that serve as well.
func (r *ReplenishedRow) compare(plain []ReplenishedRow) {
	at := func(share func(*ReplenishedRow) float64) float64 {
		want := share(r)
		for i := 1; i < len(plain); i++ {
			a, b := share(&plain[i-1]), share(&plain[i])
			if a <= want && want <= b && a < b {
				return plain[i-1].Cost + (want-a)/(b-a)*(plain[i].Cost-plain[i-1].Cost)
			}
		}
		return 0
	}
	r.PlainFill = at(func(x *ReplenishedRow) float64 { return x.Fill })
	r.PlainValue = at(func(x *ReplenishedRow) float64 { return x.Value })
	r.PlainLines = at(func(x *ReplenishedRow) float64 { return x.Lines })
}

// Show writes the table for people.
func (r *Replenished) Show(w io.Writer) {
	if r.From == 1 {
		fmt.Fprintf(w, "%d items over %d weeks, from empty shelves and with nothing known\n", r.Items, r.Weeks)
	} else {
		fmt.Fprintf(w, "\n%d items, weeks %d to %d of %d\n", r.Items, r.From, r.Weeks, r.Weeks)
	}
	fmt.Fprintf(w, "%-44s %6s %6s %6s %6s %9s %7s %9s %9s %9s   %s\n", "", "units", "value", "lines", "cycles", "stock", "orders", "holding", "ordering", "cost", "against plain at equal units, value, lines")
	for _, rows := range [][]ReplenishedRow{r.Plain, r.Policy} {
		for _, x := range rows {
			fmt.Fprintf(w, "%-44s %5.1f%% %5.1f%% %5.1f%% %5.1f%% %9.0f %7d %9.0f %9.0f %9.0f  ", x.Name, 100*x.Fill, 100*x.Value, 100*x.Lines, 100*x.Cycles, x.Stock, x.Orders, x.Holding, x.Order, x.Cost)
			for _, plain := range []float64{x.PlainFill, x.PlainValue, x.PlainLines} {
				if plain > 0 {
					fmt.Fprintf(w, " %+5.0f%%", 100*(x.Cost/plain-1))
				}
			}
			fmt.Fprintln(w)
		}
	}
}
