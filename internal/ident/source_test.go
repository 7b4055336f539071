package ident_test

import (
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"orderly/internal/ident"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func still() time.Time { return noon }

const perMilli = 1 << 12

func slotOf(id int64) int { return int(id >> 12 & ident.MaxSlot) }

func TestNextCarriesTimeAndSlot(t *testing.T) {
	for _, slot := range []int{0, 1, 512, ident.MaxSlot} {
		source := ident.NewSource(slot, still)
		first := source.Next()
		if want := ident.First(noon) | int64(slot)<<12; first != want {
			t.Errorf("slot %d: first id %d, want %d", slot, first, want)
		}
		if second := source.Next(); second != first+1 || !ident.Time(second).Equal(noon) {
			t.Errorf("slot %d: second id %d of %s after %d", slot, second, ident.Time(second), first)
		}
	}
}

func TestFullMillisecondBorrowsTheNext(t *testing.T) {
	source := ident.NewSource(7, still)
	var last int64
	for i := range 3 * perMilli {
		id := source.Next()
		if id <= last || slotOf(id) != 7 {
			t.Fatalf("id %d is %d of slot %d after %d", i, id, slotOf(id), last)
		}
		if want := noon.Add(time.Duration(i/perMilli) * time.Millisecond); !ident.Time(id).Equal(want) {
			t.Fatalf("id %d is of %s, want %s", i, ident.Time(id), want)
		}
		last = id
	}
}

// Whatever the clock does and however ids are taken, they grow and keep the slot.
func TestIDsAlwaysGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := noon
		slot := rapid.IntRange(0, ident.MaxSlot).Draw(t, "slot")
		source := ident.NewSource(slot, func() time.Time { return now })
		var last int64
		see := func(id int64) {
			if id <= last || slotOf(id) != slot {
				t.Fatalf("id %d of slot %d after %d", id, slotOf(id), last)
			}
			last = id
		}
		t.Repeat(map[string]func(*rapid.T){
			"next": func(t *rapid.T) { see(source.Next()) },
			"block": func(t *rapid.T) {
				n := rapid.IntRange(0, 2*perMilli).Draw(t, "n")
				ids := source.Block(n)
				if len(ids) != n {
					t.Fatalf("Block(%d) gave %d ids", n, len(ids))
				}
				for _, id := range ids {
					see(id)
				}
			},
			"clock": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(-5_000, 5_000).Draw(t, "ms")) * time.Millisecond)
			},
			"clock far away": func(t *rapid.T) {
				now = time.UnixMilli(rapid.Int64Range(-1<<40, 3_000_000_000_000).Draw(t, "ms"))
			},
			"advance": func(t *rapid.T) {
				seen := rapid.Int64Range(0, ident.First(noon)+1<<40).Draw(t, "seen")
				source.Advance(seen)
				last = max(last, seen)
			},
		})
	})
}

// Advance moves just as far as it must: past the id, and not a position more.
func TestAdvance(t *testing.T) {
	first := ident.First(noon) | 3<<12
	for _, tc := range []struct {
		name       string
		seen, next int64
	}{
		{"nothing", 0, first},
		{"negative", -1, first},
		{"earlier", ident.First(noon) - 1, first},
		{"own first", first, first + 1},
		{"own last of the millisecond", first + perMilli - 1, first + 1<<22},
		{"lower slot of the millisecond", first - 1, first},
		{"higher slot of the millisecond", first + perMilli, first + 1<<22},
		{"later", first + 5<<22 + 9, first + 5<<22 + 10},
	} {
		source := ident.NewSource(3, still)
		source.Advance(tc.seen)
		source.Advance(tc.seen - 1<<22)
		if next := source.Next(); next != tc.next {
			t.Errorf("%s: after %d the next id is %d, want %d", tc.name, tc.seen, next, tc.next)
		}
	}
}

func TestConcurrentCallersNeverShareAnID(t *testing.T) {
	const callers, each = 8, 2_000
	source := ident.NewSource(1, still)
	taken := make([][]int64, callers)
	var done sync.WaitGroup
	for i := range taken {
		done.Go(func() {
			for len(taken[i]) < each {
				taken[i] = append(taken[i], source.Next())
				taken[i] = append(taken[i], source.Block(3)...)
			}
		})
	}
	done.Wait()
	for i, ids := range taken {
		if !slices.IsSorted(ids) {
			t.Errorf("caller %d saw ids going down", i)
		}
	}
	all := slices.Concat(taken...)
	slices.Sort(all)
	if distinct := len(slices.Compact(slices.Clone(all))); distinct != callers*each {
		t.Errorf("%d distinct ids, want %d", distinct, callers*each)
	}
	if got := slotOf(all[len(all)-1]); got != 1 {
		t.Errorf("the counter ran into the slot: slot %d", got)
	}
}

func TestClockBeforeTheEpochGivesPositiveIDs(t *testing.T) {
	source := ident.NewSource(0, func() time.Time { return time.Unix(0, 0) })
	if id := source.Next(); id != 1 {
		t.Errorf("the first id of a clock at 1970 is %d, want 1", id)
	}
}

func TestProgrammerErrorsPanic(t *testing.T) {
	for name, act := range map[string]func(){
		"slot below": func() { ident.NewSource(-1, still) },
		"slot above": func() { ident.NewSource(ident.MaxSlot+1, still) },
		"block":      func() { ident.NewSource(0, still).Block(ident.MaxBlock + 1) },
		"clock":      func() { ident.NewSource(0, func() time.Time { return noon.AddDate(70, 0, 0) }).Next() },
		"used up": func() {
			source := ident.NewSource(0, still)
			source.Advance(math.MaxInt64)
			source.Next()
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			act()
		}()
	}
	if ids := ident.NewSource(0, still).Block(-1); ids != nil {
		t.Errorf("Block(-1) = %v, want nil", ids)
	}
}

func TestNextDoesNotAllocate(t *testing.T) {
	source, buffer := ident.NewSource(1, time.Now), make([]byte, 0, 32)
	if n := testing.AllocsPerRun(100, func() { buffer = ident.AppendText(buffer[:0], "ord", source.Next()) }); n != 0 {
		t.Errorf("an id and its text allocate %v times", n)
	}
}

func BenchmarkSourceNext(b *testing.B) {
	source := ident.NewSource(1, time.Now)
	b.ReportAllocs()
	for b.Loop() {
		source.Next()
	}
}

func BenchmarkSourceNextParallel(b *testing.B) {
	source := ident.NewSource(1, time.Now)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			source.Next()
		}
	})
}
