package money_test

import (
	"encoding/binary"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"orderly/internal/money"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSplit(t *testing.T) {
	const most = math.MaxInt64
	for _, tc := range []struct {
		name    string
		total   int64
		weights []int64
		want    []int64
	}{
		{"nobody", 100, nil, nil},
		{"one", 100, []int64{7}, []int64{100}},
		{"even", 100, []int64{1, 1}, []int64{50, 50}},
		{"tie goes to the earlier", 100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{"two left over", 101, []int64{1, 1, 1}, []int64{34, 34, 33}},
		{"largest remainder wins", 10, []int64{10, 35, 55}, []int64{1, 4, 5}},
		{"later larger remainder wins", 10, []int64{61, 39}, []int64{6, 4}},
		{"negative is the mirror", -100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{"zero weight gets nothing", 101, []int64{0, 1, 0, 1}, []int64{0, 51, 0, 50}},
		{"negative weight counts as zero", 10, []int64{-5, 5}, []int64{0, 10}},
		{"no weight above zero", 7, []int64{0, 0, -3}, []int64{3, 2, 2}},
		{"nothing to split", 0, []int64{3, 4}, []int64{0, 0}},
		{"fewer units than parts", 2, []int64{1, 1, 1, 1}, []int64{1, 1, 0, 0}},
		{"smallest int64", math.MinInt64, []int64{1}, []int64{math.MinInt64}},
		{"smallest int64 in two", math.MinInt64, []int64{most, most}, []int64{math.MinInt64 / 2, math.MinInt64 / 2}},
		{"weights sum over 64 bits", most, []int64{most, most, most}, []int64{most/3 + 1, most / 3, most / 3}},
		{"huge beside tiny", 10, []int64{most, most, most, 1}, []int64{4, 3, 3, 0}},
	} {
		got := money.Split(tc.total, tc.weights)
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: Split(%d, %v) (-want +got)\n%s", tc.name, tc.total, tc.weights, diff)
		}
	}
}

func TestSplitIntoItsOwnWeights(t *testing.T) {
	weights := []int64{10, 35, 55}
	money.SplitInto(weights, 10, weights)
	if diff := cmp.Diff([]int64{1, 4, 5}, weights); diff != "" {
		t.Errorf("in place (-want +got)\n%s", diff)
	}
}

func TestSplitIntoPanicsOnLengths(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("two parts for one weight did not panic")
		}
	}()
	money.SplitInto(make([]int64, 2), 1, []int64{1})
}

// Weights of every size, so that sums of more than 64 bits come up.
func drawWeights(t *rapid.T) []int64 {
	one := rapid.OneOf(rapid.Int64Range(0, 10), rapid.Int64Range(-3, 1_000_000), rapid.Int64Range(math.MaxInt64-5, math.MaxInt64), rapid.Int64())
	return rapid.SliceOfN(one, 1, 50).Draw(t, "weights")
}

func TestSplitIsLargestRemainder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkSplit(t, rapid.Int64().Draw(t, "total"), drawWeights(t))
	})
}

// Full-width numbers are rare among drawn ones, and only they have sums,
// products and remainders that fill both halves of 128 bits.
func TestSplitOfFullWidth(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 100 {
		weights := make([]int64, 1+n)
		for i := range weights {
			weights[i] = random.Int64()
		}
		checkSplit(t, int64(random.Uint64()), weights)
	}
}

// checkSplit holds a split against the oracle, its sum and its mirror.
func checkSplit(t interface {
	Helper()
	Fatalf(string, ...any)
}, total int64, weights []int64) {
	t.Helper()
	before := slices.Clone(weights)
	got := money.Split(total, weights)
	if !slices.Equal(before, weights) {
		t.Fatalf("the weights were changed to %v", weights)
	}
	if want := largestRemainder(total, weights); !slices.Equal(got, want) {
		t.Fatalf("Split(%d, %v) = %v, want %v", total, weights, got, want)
	}
	var sum int64
	for _, part := range got {
		sum += part
	}
	if sum != total {
		t.Fatalf("the parts %v sum to %d, not %d", got, sum, total)
	}
	mirror := money.Split(-total, weights)
	for i := range mirror {
		if total != math.MinInt64 && mirror[i] != -got[i] {
			t.Fatalf("Split(%d) = %v, but Split(%d) = %v", total, got, -total, mirror)
		}
	}
}

// largestRemainder is the oracle, in integers of any size.
func largestRemainder(total int64, weights []int64) []int64 {
	clean, sum := make([]*big.Int, len(weights)), new(big.Int)
	for i, w := range weights {
		clean[i] = big.NewInt(max(w, 0))
		sum.Add(sum, clean[i])
	}
	if sum.Sign() == 0 {
		for i := range clean {
			clean[i] = big.NewInt(1)
		}
		sum.SetInt64(int64(len(clean)))
	}
	whole := new(big.Int).Abs(big.NewInt(total))
	left := new(big.Int).Set(whole)
	parts, rests, order := make([]*big.Int, len(clean)), make([]*big.Int, len(clean)), make([]int, len(clean))
	for i, w := range clean {
		parts[i], rests[i] = new(big.Int).QuoRem(new(big.Int).Mul(whole, w), sum, new(big.Int))
		left.Sub(left, parts[i])
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return rests[order[a]].Cmp(rests[order[b]]) > 0 })
	for _, i := range order[:left.Int64()] {
		parts[i].Add(parts[i], big.NewInt(1))
	}
	result := make([]int64, len(parts))
	for i, p := range parts {
		if total < 0 {
			p.Neg(p)
		}
		result[i] = p.Int64()
	}
	return result
}

// Each eight bytes of the input are one weight.
func FuzzSplit(f *testing.F) {
	seed := func(total int64, weights ...int64) {
		var raw []byte
		for _, w := range weights {
			raw = binary.BigEndian.AppendUint64(raw, uint64(w))
		}
		f.Add(total, raw)
	}
	seed(100, 1, 1, 1)
	seed(-100, 10, 35, 55)
	seed(0, 0, 0)
	seed(math.MinInt64, math.MaxInt64, math.MaxInt64, 1)
	seed(math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64)
	seed(10, -1, 5, 0)
	f.Fuzz(func(t *testing.T, total int64, raw []byte) {
		var weights []int64
		for ; len(raw) >= 8 && len(weights) < 100; raw = raw[8:] {
			weights = append(weights, int64(binary.BigEndian.Uint64(raw)))
		}
		if len(weights) > 0 {
			checkSplit(t, total, weights)
		}
	})
}

func BenchmarkSplitInto(b *testing.B) {
	weights := []int64{1295, 4990, 300}
	parts := make([]int64, len(weights))
	b.ReportAllocs()
	for b.Loop() {
		money.SplitInto(parts, 1_000, weights)
	}
}
