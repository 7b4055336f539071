package sourcing_test

import (
	"testing"

	"orderly/internal/sourcing"
	"orderly/internal/stock"
)

// Kills: a rank that stands for a missing distance counted, and told, as
// kilometers.
func TestDistanceNeedsCoordinates(t *testing.T) {
	for located, want := range map[bool]int64{true: 1000, false: 0} {
		v := sourcing.Version{Profile: sourcing.Profile{Strategies: []sourcing.Strategy{{Name: "s", Weights: sourcing.Weights{Distance: 1}, After: sourcing.Backordered}}}}
		c := v.Choose(&sourcing.Ask{
			Demands: []sourcing.Demand{{Line: 1, Item: 1, Quantity: 1}},
			Places:  []sourcing.Facts{{Place: 1, Meters: 1_000_000, Located: located, Room: -1}},
		}, func(int64, stock.LocationID) int64 { return 1 })
		if c.Reason.Points != want || len(c.Takes) != 1 {
			t.Errorf("located %t: %d points, want %d", located, c.Reason.Points, want)
		}
	}
}
