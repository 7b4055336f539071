package stock_test

import (
	"testing"
	"time"

	"orderly/internal/fault"
	"orderly/internal/stock"
)

// Kills: the wrong day of the week; a pickup that has gone; one at midnight of
// another zone; a day of 23 hours.
func TestNextPickup(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	x := stock.Location{Pickups: []stock.Pickup{
		{Carrier: "Post", LeavesAt: 16 * 60, Days: 0b0011111},
		{Carrier: "Courier", LeavesAt: 9*60 + 30, Days: 0b0100000},
	}}
	for _, tc := range []struct{ now, want, carrier string }{
		{"2026-11-27T15:59:59", "2026-11-27T16:00:00", "Post"}, // Friday
		{"2026-11-27T16:00:00", "2026-11-27T16:00:00", "Post"},
		{"2026-11-27T16:00:01", "2026-11-28T09:30:00", "Courier"},
		{"2026-11-28T10:00:00", "2026-11-30T16:00:00", "Post"},
		{"2026-03-28T12:00:00", "2026-03-30T16:00:00", "Post"}, // the clocks go forward between
	} {
		now, err := time.ParseInLocation("2006-01-02T15:04:05", tc.now, london)
		if err != nil {
			t.Fatal(err)
		}
		p, at, ok := x.NextPickup(now)
		if got := at.Format("2006-01-02T15:04:05"); !ok || got != tc.want || p.Carrier != tc.carrier {
			t.Errorf("after %s comes %s at %s, want %s at %s", tc.now, p.Carrier, got, tc.carrier, tc.want)
		}
	}
	if _, _, ok := (&stock.Location{}).NextPickup(time.Now()); ok {
		t.Error("nobody comes to a location without pickups")
	}
}

func TestCheckPickups(t *testing.T) {
	for what, tc := range map[string]struct {
		list []stock.Pickup
		code string
	}{
		"none": {nil, ""}, "one": {[]stock.Pickup{{"Post", 0, 1}}, ""}, "nameless": {[]stock.Pickup{{" ", 0, 1}}, "invalid_carrier"}, "at 24:00": {[]stock.Pickup{{"Post", 1440, 1}}, "invalid_time"},
		"never": {[]stock.Pickup{{"Post", 0, 0}}, "no_day"}, "an eighth day": {[]stock.Pickup{{"Post", 0, 128}}, "no_day"}, "twice": {[]stock.Pickup{{"Post", 5, 1}, {"Post", 5, 2}}, "twice"},
	} {
		var l fault.List
		stock.CheckPickups("/pickups", tc.list, &l)
		got := ""
		if l.Len() > 0 {
			got = l.Fields()[0].Code
		}
		if got != tc.code {
			t.Errorf("%s: %q, want %q", what, got, tc.code)
		}
	}
}

// Kills: a carrier that comes twice at one instant, on a day on which it does
// not, or an hour off where the clocks go forward in between.
func TestNextAcrossDays(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	const weekdays = 31
	for _, tc := range []struct {
		now  string
		days int64
		want string
	}{
		{"2026-11-27T15:59:00Z", stock.EveryDay, "2026-11-27T16:00:00Z"},
		{"2026-11-27T16:00:00Z", stock.EveryDay, "2026-11-27T16:00:00Z"}, // it is there
		{"2026-11-27T16:00:01Z", stock.EveryDay, "2026-11-28T16:00:00Z"},
		{"2026-11-27T16:00:01Z", weekdays, "2026-11-30T16:00:00Z"}, // a Friday: the next is Monday
		{"2026-11-27T16:00:01Z", 16, "2026-12-04T16:00:00Z"},       // Fridays alone
		{"2026-07-01T14:30:00Z", stock.EveryDay, "2026-07-01T15:00:00Z"},
		{"2026-03-28T17:00:00Z", stock.EveryDay, "2026-03-29T15:00:00Z"}, // the clocks go forward in between
		{"2026-11-27T15:59:00Z", 0, ""},
	} {
		now, err := time.Parse(time.RFC3339, tc.now)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if at, ok := (stock.Pickup{LeavesAt: 16 * 60, Days: tc.days}).Next(now.In(london)); ok {
			got = at.UTC().Format(time.RFC3339)
		}
		if got != tc.want {
			t.Errorf("on %b at %s: %s, want %s", tc.days, tc.now, got, tc.want)
		}
	}
}
