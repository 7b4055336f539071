package figures_test

import (
	"testing"
	"time"

	"orderly/internal/figures"
)

// Kills: a day that begins an hour early where clocks go forward at midnight, an
// hour late where they go back over it, and an instant whose day depends on which
// was asked for before.
func TestDaysBeginOnce(t *testing.T) {
	for _, c := range []struct {
		zone, first string
		day         int64
	}{
		{"Europe/London", "2024-03-31T00:00:00Z", 20240331},
		{"America/Santiago", "2024-09-08T04:00:00Z", 20240908}, // there was no midnight
		{"America/Havana", "2024-03-10T05:00:00Z", 20240310},
		{"Africa/Cairo", "2024-04-25T22:00:00Z", 20240426},
		{"Asia/Amman", "2021-10-28T21:00:00Z", 20211029}, // there were two
		{"America/Havana", "2024-11-03T04:00:00Z", 20241103},
		{"Pacific/Kiritimati", "2026-01-31T10:00:00Z", 20260201},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		want, err := time.Parse(time.RFC3339, c.first)
		if err != nil {
			t.Fatal(err)
		}
		if got := figures.Start(c.day, zone); got != want.UnixMicro() {
			t.Errorf("%d in %s begins at %v, want %v", c.day, c.zone, time.UnixMicro(got).UTC(), want)
		}
		for _, after := range []bool{false, true} { // whatever was asked for before
			day := figures.Days(zone)
			if after {
				day(want.Add(5 * time.Hour).UnixMicro())
			} else {
				day(want.Add(-5 * time.Hour).UnixMicro())
			}
			if got := day(want.Add(-time.Minute).UnixMicro()); got != figures.After(c.day, -1) {
				t.Errorf("the minute before %d in %s is of %d", c.day, c.zone, got)
			}
			if got := day(want.UnixMicro()); got != c.day {
				t.Errorf("the first instant of %d in %s is of %d", c.day, c.zone, got)
			}
		}
	}
}
