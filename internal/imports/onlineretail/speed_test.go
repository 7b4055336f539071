package onlineretail_test

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"orderly/internal/imports"
	"orderly/internal/imports/onlineretail"
)

// The whole file has a budget within that of an import. Time is not asserted
// but told, because machines differ; memory hardly does.
func TestWholeFileIsSmall(t *testing.T) {
	path := dataFile(t, "online-retail-open.csv.gz")
	debug.FreeOSMemory() // of what tests before this one left
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Skip("SKIP: this system does not tell the peak of memory")
	}
	const limit = 80 << 10 // KiB
	began := time.Now()
	b := readBook(t, path, nil)
	read := time.Since(began)
	lines := 0
	for f := range b.Facts() {
		switch f := f.(type) {
		case *onlineretail.Sale:
			lines += len(f.Lines) + len(f.Fees)
		case *onlineretail.Cancellation:
			lines += len(f.Lines) + len(f.Fees)
		default:
			lines++
		}
	}
	peak := peakMemory(t)
	t.Logf("%d lines read in %v, told in %v, peak %d MiB", lines, read, time.Since(began)-read, peak>>10)
	if lines != b.Summary().LinesRead {
		t.Errorf("%d lines in facts, %d read", lines, b.Summary().LinesRead)
	}
	if peak > limit && !raceEnabled {
		t.Errorf("peak memory %d KiB, limit %d KiB", peak, limit)
	}
}

// peakMemory is the most resident memory of this process, in KiB.
func peakMemory(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("SKIP: this system does not tell the peak of memory")
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Skip("SKIP: this system does not tell the peak of memory")
	return 0
}

func BenchmarkRead(b *testing.B) {
	path := dataFile(b, "online-retail-open.csv.gz")
	b.ReportAllocs()
	for b.Loop() {
		f, err := imports.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := onlineretail.Read(f, onlineretail.Options{}); err != nil {
			b.Fatal(err)
		}
		f.Close()
	}
}
