package sourcing

import (
	"math"

	"orderly/internal/party"
)

// Distance in meters between two addresses by great circle when both have
// coordinates. Where one has none it is a rank: the same country is near, an
// other one is far. Only comparisons between places of one decision count.
func Distance(from, to party.Address) int64 {
	if !Located(from) || !Located(to) {
		if from.Country == to.Country {
			return 1_000_000
		}
		return 10_000_000
	}
	const radius, rad = 6_371_000.0, math.Pi / 180 / 1e6
	lat1, lat2 := float64(from.Latitude)*rad, float64(to.Latitude)*rad
	dLat, dLon := lat2-lat1, float64(to.Longitude-from.Longitude)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(lat1)*math.Cos(lat2)*math.Pow(math.Sin(dLon/2), 2)
	return int64(2 * radius * math.Asin(math.Min(1, math.Sqrt(h))))
}

// Located reports whether an address has coordinates.
func Located(a party.Address) bool { return a.Latitude != 0 || a.Longitude != 0 }
