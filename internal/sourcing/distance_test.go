package sourcing_test

import (
	"testing"

	"orderly/internal/party"
	"orderly/internal/sourcing"

	"pgregory.net/rapid"
)

func point(country string, latitude, longitude float64) party.Address {
	return party.Address{Country: country, Latitude: int64(latitude * 1e6), Longitude: int64(longitude * 1e6)}
}

// Kills: degrees taken for radians; latitude and longitude exchanged; half the
// distance; a rank given where coordinates are known.
func TestDistanceOfCities(t *testing.T) {
	london, leeds := point("GB", 51.5074, -0.1278), point("GB", 53.8008, -1.5491)
	for _, tc := range []struct {
		name       string
		from, to   party.Address
		kilometers int64
	}{
		{"London to Leeds", london, leeds, 273},
		{"London to Sydney", london, point("AU", -33.8688, 151.2093), 16994},
		{"over the date line", point("FJ", -17.7134, 178.0650), point("WS", -13.7590, -172.1046), 1141},
		{"over the pole", point("NO", 80, 20), point("CA", 80, -160), 2224},
		{"antipodes", point("ES", 40, -4), point("NZ", -40, 176), 20015},
		{"unknown, the same country", london, party.Address{Country: "GB"}, 1000},
		{"unknown, another country", london, party.Address{Country: "FR"}, 10000},
	} {
		got := sourcing.Distance(tc.from, tc.to)
		if off := got/1000 - tc.kilometers; off < -2 || off > 2 {
			t.Errorf("%s: %d m, want about %d km", tc.name, got, tc.kilometers)
		}
	}
}

// Kills: a distance that depends on who is asked first; one of a place to
// itself; one around the long side of the earth.
func TestDistanceIsAMetric(t *testing.T) {
	address := rapid.Custom(func(t *rapid.T) party.Address {
		return party.Address{Country: rapid.SampledFrom([]string{"GB", "FR"}).Draw(t, "country"),
			Latitude: rapid.Int64Range(-90_000_000, 90_000_000).Draw(t, "latitude"), Longitude: rapid.Int64Range(-180_000_000, 180_000_000).Draw(t, "longitude")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := address.Draw(t, "a"), address.Draw(t, "b")
		there, back := sourcing.Distance(a, b), sourcing.Distance(b, a)
		if there != back || there < 0 || there > 20_100_000 {
			t.Fatalf("%d m there, %d m back", there, back)
		}
		if known := a.Latitude != 0 || a.Longitude != 0; known && sourcing.Distance(a, a) != 0 {
			t.Fatalf("%d m from a place to itself", sourcing.Distance(a, a))
		}
	})
}
