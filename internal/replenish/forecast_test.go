package replenish_test

import (
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"orderly/internal/replenish"
)

// data opens a file of the test data, or skips.
func data(t *testing.T, name string, into any) {
	t.Helper()
	root := os.Getenv("ORDERLY_TEST_DATA")
	if root == "" {
		root = "../../../shared/data"
	}
	f, err := os.Open(filepath.Join(root, "forecast", name))
	if err != nil {
		t.Skipf("the test data is not there: %v; set ORDERLY_TEST_DATA to its directory", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(z).Decode(into); err != nil {
		t.Fatal(err)
	}
}

// TestForecastsOfParts holds the estimates to those of another implementation,
// on 200 series of spare parts of cars.
func TestForecastsOfParts(t *testing.T) {
	var parts []struct {
		ID    string
		Train []int64
		Ref   map[string][]float64
	}
	data(t, "carparts-intermittent-200.json.gz", &parts)
	for _, p := range parts {
		for name, got := range map[string]float64{
			"croston_a10": replenish.Croston(p.Train, replenish.Smoothing),
			"sba_a10":     replenish.SBA(p.Train, replenish.Smoothing),
			"tsb_a10_b10": replenish.TSB(p.Train, replenish.Smoothing, replenish.Smoothing),
		} {
			if want := p.Ref[name][0]; math.Abs(got-want) > 5e-8 {
				t.Errorf("part %s: %s is %.8f, want %.8f", p.ID, name, got, want)
			}
		}
	}
	if len(parts) < 200 {
		t.Errorf("%d parts were compared", len(parts))
	}
}
