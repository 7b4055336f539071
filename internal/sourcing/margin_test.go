package sourcing_test

import (
	"testing"

	"orderly/internal/sourcing"
	"orderly/internal/stock"
)

// What a unit costs decides by as much as it costs more than where it costs least:
// an own warehouse 5 km away at 40.00, a supplier who sends it for 31.50.
//
// Kills: costs that count whole, so that two units missing are dearer than one
// sent; a cost that nobody knows taken for nothing, and so for the best; a least
// cost of who has none of it, or is not asked; units of another currency's exponent.
func TestMarginDecides(t *testing.T) {
	const own, supplier, shut = 1, 2, 3
	at := func(ownCost, theirs int64, missing int64) sourcing.Chosen {
		v := sourcing.Version{Profile: sourcing.Profile{Strategies: []sourcing.Strategy{{
			Name: "s", From: sourcing.From{Except: []string{"SHUT"}}, Weights: sourcing.Weights{Missing: missing, Distance: 1, Margin: 10}, After: sourcing.Backordered,
		}}}}
		costs := func(each int64) []sourcing.Cost {
			if each == 0 {
				return nil
			}
			return []sourcing.Cost{{Item: 7, Each: each}}
		}
		return v.Choose(&sourcing.Ask{
			Demands: []sourcing.Demand{{Line: 1, Item: 7, Quantity: 2}}, Minor: 100,
			Places: []sourcing.Facts{
				{Place: own, Code: "OWN", Meters: 5_000, Located: true, Handling: 50, Room: -1, Costs: costs(ownCost)},
				{Place: supplier, Code: "SUP", Meters: 30_000, Located: true, Room: -1, Costs: costs(theirs)},
				{Place: shut, Code: "SHUT", Located: true, Room: -1, Costs: costs(1)},
			},
		}, func(int64, stock.LocationID) int64 { return 3 })
	}
	for name, c := range map[string]struct {
		own, theirs, missing int64
		from                 stock.LocationID
		points, goods        int64
	}{
		"the supplier is cheaper":         {40_000_000, 31_500_000, 0, supplier, 30, 63_000_000},
		"not by enough":                   {32_000_000, 31_500_000, 0, own, 5 + 2*(5+5), 64_000_000},
		"the supplier is dearer":          {40_000_000, 55_000_000, 0, own, 5 + 2*5, 80_000_000},
		"what ours cost is not known":     {0, 31_500_000, 0, own, 5 + 2*5, 0},
		"what theirs cost is not known":   {40_000_000, 0, 0, own, 5 + 2*5, 80_000_000},
		"missing is dear but cost dearer": {40_000_000, 31_500_000, 50, supplier, 30, 63_000_000},
	} {
		got := at(c.own, c.theirs, c.missing)
		if len(got.Takes) != 1 || got.Takes[0].Place != c.from || got.Reason.Points != c.points || got.Reason.Candidates[0].Goods != c.goods {
			t.Errorf("%s: %+v, %d points, %+v", name, got.Takes, got.Reason.Points, got.Reason.Candidates)
		}
	}
}

// Kills: costs at the end of their range that run over.
func TestMarginOfExtremes(t *testing.T) {
	v := sourcing.Version{Profile: sourcing.Profile{Strategies: []sourcing.Strategy{{Name: "s", Weights: sourcing.Weights{Margin: sourcing.MaxWeight}, After: sourcing.Backordered}}}}
	c := v.Choose(&sourcing.Ask{
		Demands: []sourcing.Demand{{Line: 1, Item: 7, Quantity: 1_000_000_000}}, Minor: 1000,
		Places: []sourcing.Facts{
			{Place: 1, Room: -1, Handling: 1 << 40, Costs: []sourcing.Cost{{Item: 7, Each: 1_000_000_000_000_000}}},
			{Place: 2, Room: -1, Costs: []sourcing.Cost{{Item: 7, Each: 1}}},
		},
	}, func(int64, stock.LocationID) int64 { return 2_000_000_000 })
	if len(c.Takes) != 1 || c.Takes[0].Place != 2 || c.Reason.Points < 0 {
		t.Errorf("%+v", c)
	}
	for _, x := range c.Reason.Candidates {
		if x.Points < 0 || x.Goods < 0 {
			t.Errorf("%+v", x)
		}
	}
}
