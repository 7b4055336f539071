package delivery_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderly/internal/delivery"
	"orderly/internal/fault"
	"orderly/internal/stock"
)

func london(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// What is released now leaves on the day that the calendar says, over
// weekends, closed days, cut-offs, handling and changed clocks.
//
// Kills: a cut-off that counts the minute before; a closed day that is worked;
// handling that counts Sundays; a day of 23 hours that is skipped.
func TestDispatch(t *testing.T) {
	zone := london(t)
	daily := []stock.Pickup{{Carrier: "DHL", LeavesAt: 16 * 60, Days: delivery.WorkWeek}, {Carrier: "UPS", LeavesAt: 18 * 60, Days: delivery.WorkWeek}}
	friday := []stock.Pickup{{Carrier: "DHL", LeavesAt: 16 * 60, Days: 1 << 4}}
	for _, c := range []struct {
		name     string
		calendar delivery.Calendar
		now      string
		want     string
	}{
		{"a workday", delivery.Calendar{Days: delivery.WorkWeek}, "2026-12-01 09:00", "2026-12-01 23:59"},
		{"a Saturday", delivery.Calendar{Days: delivery.WorkWeek}, "2026-12-05 09:00", "2026-12-07 23:59"},
		{"until the cut-off", delivery.Calendar{Days: delivery.WorkWeek, CutOff: 14 * 60}, "2026-12-01 14:00", "2026-12-01 23:59"},
		{"after the cut-off", delivery.Calendar{Days: delivery.WorkWeek, CutOff: 14 * 60}, "2026-12-01 14:01", "2026-12-02 23:59"},
		{"Friday after the cut-off", delivery.Calendar{Days: delivery.WorkWeek, CutOff: 14 * 60}, "2026-12-04 15:00", "2026-12-07 23:59"},
		{"handling over a weekend", delivery.Calendar{Days: delivery.WorkWeek, Handling: 2}, "2026-12-03 09:00", "2026-12-07 23:59"},
		{"a closed day", delivery.Calendar{Days: delivery.WorkWeek, Closed: []int64{20261225, 20261228}}, "2026-12-25 09:00", "2026-12-29 23:59"},
		{"the last carrier", delivery.Calendar{Days: delivery.WorkWeek, Pickups: daily}, "2026-12-01 17:00", "2026-12-01 18:00"},
		{"after the last carrier", delivery.Calendar{Days: delivery.WorkWeek, Pickups: daily}, "2026-12-01 18:01", "2026-12-02 18:00"},
		{"a carrier on Fridays", delivery.Calendar{Days: delivery.WorkWeek, Pickups: friday}, "2026-12-01 09:00", "2026-12-04 16:00"},
		{"a cut-off after the carrier", delivery.Calendar{Days: delivery.WorkWeek, CutOff: 20 * 60, Pickups: daily}, "2026-12-01 19:00", "2026-12-02 18:00"},
		{"the night the clocks go forward", delivery.Calendar{Days: stock.EveryDay, CutOff: 60}, "2026-03-29 02:30", "2026-03-30 23:59"},
		{"over the day of 23 hours", delivery.Calendar{Days: stock.EveryDay, Handling: 2}, "2026-03-28 12:00", "2026-03-30 23:59"},
		{"over the day of 25 hours", delivery.Calendar{Days: stock.EveryDay, Handling: 2}, "2026-10-24 23:30", "2026-10-26 23:59"},
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", c.now, zone)
		if err != nil {
			t.Fatal(err)
		}
		got := time.UnixMicro(c.calendar.Dispatch(now.UnixMicro(), zone)).In(zone).Format("2006-01-02 15:04")
		if got != c.want {
			t.Errorf("%s: what is released at %s leaves at %s, not %s", c.name, c.now, got, c.want)
		}
	}
	never := delivery.Calendar{}
	if at := never.Dispatch(0, zone); at != 0 {
		t.Errorf("a place without a working day sends at %d", at)
	}
}

// Whatever the calendar: nothing leaves before it is released, nothing that is
// released later leaves earlier, and it leaves on a day that is worked.
func TestDispatchProperties(t *testing.T) {
	zones := []string{"Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Africa/Cairo", "America/Santiago", "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		c := delivery.Calendar{
			Days: rapid.Int64Range(1, stock.EveryDay).Draw(t, "days"), CutOff: rapid.Int64Range(0, 1439).Draw(t, "cutoff"),
			Handling: rapid.IntRange(0, 5).Draw(t, "handling"),
		}
		day := time.Date(2026, 1, 1, 12, 0, 0, 0, zone)
		for range rapid.IntRange(0, 20).Draw(t, "closed") {
			day = day.AddDate(0, 0, rapid.IntRange(1, 30).Draw(t, "on"))
			c.Closed = append(c.Closed, delivery.DayOf(day))
		}
		if rapid.Bool().Draw(t, "carrier") {
			c.Pickups = []stock.Pickup{{Carrier: "x", LeavesAt: rapid.Int64Range(0, 1439).Draw(t, "at"), Days: rapid.Int64Range(1, stock.EveryDay).Draw(t, "comes")}}
		}
		var l fault.List
		if c.Check("", &l); l.Len() > 0 {
			t.Fatal(l.Err())
		}
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro() + rapid.Int64Range(0, 365*24*3600).Draw(t, "now")*1_000_000
		later := now + rapid.Int64Range(0, 10*24*3600).Draw(t, "later")*1_000_000
		one, two := c.Dispatch(now, zone), c.Dispatch(later, zone)
		if one < now || two < one {
			t.Fatalf("released at %d leaves at %d; at %d, at %d", now, one, later, two)
		}
		on := time.UnixMicro(one).In(zone)
		if c.Days&(1<<((int(on.Weekday())+6)%7)) == 0 {
			t.Fatalf("leaves on %s", on)
		}
		for _, d := range c.Closed {
			if d == delivery.DayOf(on) {
				t.Fatalf("leaves on the closed %d", d)
			}
		}
		if c.DispatchAfter(now, 1, zone) < one {
			t.Fatal("what waits behind others leaves sooner")
		}
	})
}

// Days of delivery are counted from the day of dispatch, on those days of the
// week alone.
func TestArrival(t *testing.T) {
	zone := london(t)
	friday := time.Date(2026, 12, 4, 16, 0, 0, 0, zone).UnixMicro()
	for _, c := range []struct {
		takes int
		days  int64
		want  int64
	}{{0, 0, 20261204}, {1, 0, 20261207}, {1, 1 << 5, 20261205}, {2, stock.EveryDay, 20261206}, {6, delivery.WorkWeek, 20261214}} {
		if got := delivery.DayOf(time.UnixMicro(delivery.Arrival(friday, c.takes, c.days, zone)).In(zone)); got != c.want {
			t.Errorf("%d days on %b from Friday: %d, not %d", c.takes, c.days, got, c.want)
		}
	}
}

// A backlog is days of work where there is a limit, and none where there is not.
func TestBacklog(t *testing.T) {
	limited, free := delivery.Calendar{Capacity: 10}, delivery.Calendar{}
	for waiting, want := range map[int64]int{0: 0, 9: 0, 10: 1, 25: 2} {
		if got := limited.Backlog(waiting); got != want {
			t.Errorf("%d waiting at 10 a day are %d days, not %d", waiting, got, want)
		}
	}
	if free.Backlog(1_000_000) != 0 {
		t.Error("a place without a limit is late")
	}
}
