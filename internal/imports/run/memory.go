package run

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// peakMemory is the most memory that this process had resident, in MB. Linux
// is asked for the process's own: what getrusage tells there includes the
// process that started this one.
func peakMemory() float64 {
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		for line := range strings.Lines(string(status)) {
			if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
				kib, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
				if err == nil {
					return round(kib * 1024 / 1e6)
				}
			}
		}
	}
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return round(float64(u.Maxrss) / 1e6)
	}
	return round(float64(u.Maxrss) * 1024 / 1e6)
}

func round(mb float64) float64 { return float64(int64(mb*10+0.5)) / 10 }
