package bench

import (
	"os"
	"path/filepath"
	"testing"
)

// TestReplenish holds what docs/replenishment.md says of spare parts: policies
// that serve better than plain points at no more cost, on all parts and on each
// half of them alone.
func TestReplenish(t *testing.T) {
	root := os.Getenv("ORDERLY_TEST_DATA")
	if root == "" {
		root = "../../../../shared/data"
	}
	file := filepath.Join(root, "forecast", "man-replenishment-300.json.gz")
	items, err := readSpares(file)
	if os.IsNotExist(err) {
		t.Skipf("%s is not there; set ORDERLY_TEST_DATA to the directory of test data", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	var halves [2][]spare
	for i, x := range items {
		halves[i%2] = append(halves[i%2], x)
	}
	for name, some := range map[string][]spare{"all": items, "odd": halves[0], "even": halves[1]} {
		t.Run(name, func(t *testing.T) {
			second := replenished(some)[1]
			row := func(rows []ReplenishedRow, name string) ReplenishedRow {
				for _, r := range rows {
					if r.Name == name {
						return r
					}
				}
				t.Fatalf("there is no %q", name)
				return ReplenishedRow{}
			}
			best, plain := row(second.Policy, "reorder point (s,Q) 98%"), row(second.Plain, "plain: mean of the lead time + 26 weeks")
			if best.Fill <= plain.Fill || best.Value <= plain.Value || best.Lines <= plain.Lines || best.Cycles <= plain.Cycles {
				t.Errorf("it serves no better: %+v, plain %+v", best, plain)
			}
			if best.Cost >= 0.95*plain.Cost || best.Stock >= 0.95*plain.Stock {
				t.Errorf("it costs %.0f with a stock of %.0f, plain %.0f with %.0f", best.Cost, best.Stock, plain.Cost, plain.Stock)
			}
		})
	}
}
