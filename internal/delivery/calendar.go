package delivery

import (
	"slices"
	"time"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/stock"
)

// WorkWeek is Monday to Friday.
const WorkWeek = 0b0011111

// Limits of calendars.
const (
	MaxClosed   = 366
	MaxHandling = 60
	MaxCapacity = 1_000_000

	// horizon is how many days are looked through for one on which a place
	// works: more than MaxClosed weeks, so that there always is one.
	horizon = 7 * (MaxClosed + 60)
)

// Calendar says when a location works. One that was never said works Monday to
// Friday until the end of the day, or until its last carrier comes, sends what
// is released on the same day, and as much as there is.
type Calendar struct {
	Location    stock.LocationID
	Days        int64   // of the week, a bit each; Monday is 1
	Closed      []int64 // days on which it does not work all the same, yyyymmdd, ascending
	CutOff      int64   // minutes of the day until which work is begun that day; 0: until its last carrier comes
	Handling    int     // days of work between release and dispatch
	Capacity    int64   // fulfillments a day; 0 for no limit
	UnitCost    int64   // what handling one unit costs us, minor units of the merchant's currency
	UpdatedAt   int64
	EditVersion int64

	// Pickups are the location's: lent by whoever reads, not kept with the calendar.
	Pickups []stock.Pickup `json:"-"`
}

// Default is the calendar of a location of which nothing was said.
func Default(at stock.LocationID, pickups []stock.Pickup) *Calendar {
	return &Calendar{Location: at, Days: WorkWeek, Pickups: pickups}
}

// Dispatch is when what is released now leaves, in microseconds; the zone is
// the location's. It is the last pickup of the day of dispatch, or the end of
// that day where no carrier is known. 0 when the place never works again.
func (c *Calendar) Dispatch(now int64, zone *time.Location) int64 {
	return c.DispatchAfter(now, 0, zone)
}

// DispatchAfter is Dispatch with so many days of work in front: what already
// waits there.
func (c *Calendar) DispatchAfter(now int64, waiting int, zone *time.Location) int64 {
	t := time.UnixMicro(now).In(zone)
	day := noon(t)
	if c.works(day) && t.After(c.end(day)) {
		day = day.AddDate(0, 0, 1)
	}
	day, ok := c.next(day, 0)
	if !ok {
		return 0
	}
	if day, ok = c.next(day, c.Handling+waiting); !ok {
		return 0
	}
	for range horizon {
		if at := c.gone(day); c.leaves(day) && !at.Before(t) { // a cut-off may be later than the carrier
			return at.UnixMicro()
		}
		if day, ok = c.next(day, 1); !ok {
			break
		}
	}
	return 0
}

// Backlog is how many days of work wait before what comes now.
func (c *Calendar) Backlog(waiting int64) int {
	if c.Capacity == 0 {
		return 0
	}
	return int(min(waiting/c.Capacity, 10*MaxHandling))
}

// next is the n-th working day after a day, the day itself being the 0th when
// it is one.
func (c *Calendar) next(day time.Time, n int) (time.Time, bool) {
	for range horizon + 2*7*n {
		if c.works(day) {
			if n == 0 {
				return day, true
			}
			n--
		}
		day = day.AddDate(0, 0, 1)
	}
	return day, false
}

func (c *Calendar) works(day time.Time) bool {
	if c.Days&bit(day) == 0 {
		return false
	}
	_, closed := slices.BinarySearch(c.Closed, DayOf(day))
	return !closed
}

// leaves reports whether anything leaves on a day: a carrier comes, or none is
// known of.
func (c *Calendar) leaves(day time.Time) bool {
	if len(c.Pickups) == 0 {
		return true
	}
	if !slices.ContainsFunc(c.Pickups, func(p stock.Pickup) bool { return c.Days&p.Days != 0 }) {
		return true // carriers come on other days than the place works: they are not waited for
	}
	_, ok := c.pickup(day)
	return ok
}

// pickup is when the last carrier comes on a day.
func (c *Calendar) pickup(day time.Time) (at time.Time, ok bool) {
	for _, p := range c.Pickups {
		if t := p.Leaves(day); p.On(day.Weekday()) && (!ok || t.After(at)) {
			at, ok = t, true
		}
	}
	return at, ok
}

// end is until when work is begun on a day.
func (c *Calendar) end(day time.Time) time.Time {
	if c.CutOff > 0 {
		return clock(day, c.CutOff)
	}
	if at, ok := c.pickup(day); ok {
		return at
	}
	return endOf(day)
}

// gone is when what is dispatched on a day has left.
func (c *Calendar) gone(day time.Time) time.Time {
	if at, ok := c.pickup(day); ok {
		return at
	}
	return endOf(day)
}

// Arrival is the end of the day on which what was dispatched arrives that
// takes so many days of delivery; days is which days of the week those are, a
// bit each, and the zone is the one the day is told in.
func Arrival(dispatch int64, takes int, days int64, zone *time.Location) int64 {
	if days&stock.EveryDay == 0 {
		days = WorkWeek
	}
	day := noon(time.UnixMicro(dispatch).In(zone))
	for takes > 0 {
		day = day.AddDate(0, 0, 1)
		if days&bit(day) != 0 {
			takes--
		}
	}
	return endOf(day).UnixMicro()
}

// Keeps is until when goods that are ready now wait for so many days to be
// collected: the end of that day, or of the next one on which the place works,
// so that nobody's last day is one on which the door is shut.
func (c *Calendar) Keeps(now int64, days int, zone *time.Location) int64 {
	last := noon(time.UnixMicro(now).In(zone)).AddDate(0, 0, days)
	if open, ok := c.next(last, 0); ok {
		last = open
	}
	return endOf(last).UnixMicro()
}

// DayOf is a day as yyyymmdd.
func DayOf(t time.Time) int64 {
	y, m, d := t.Date()
	return int64(y)*10_000 + int64(m)*100 + int64(d)
}

func bit(day time.Time) int64 { return 1 << ((int(day.Weekday()) + 6) % 7) }

// noon is the middle of a day: days are counted from there, since clocks are
// changed at night.
func noon(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 12, 0, 0, 0, t.Location())
}

func clock(day time.Time, minutes int64) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, int(minutes/60), int(minutes%60), 0, 0, day.Location())
}

// endOf is the last second of a day, so that its date is the day's in any
// reading of it.
func endOf(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, day.Location()).Add(-time.Second)
}

// Check lists every fault of the calendar.
func (c *Calendar) Check(at string, l *fault.List) {
	if c.Days < 1 || c.Days > stock.EveryDay {
		l.Add(at+"/days", "no_day", "choose at least one day of the week")
	}
	if len(c.Closed) > MaxClosed {
		l.Add(at+"/closed", "too_many", "at most %d closed days; drop those that are past", MaxClosed)
	}
	for i, d := range c.Closed {
		day := time.Date(int(d/10_000), time.Month(d/100%100), int(d%100), 0, 0, 0, 0, time.UTC)
		if d < 19700101 || d > 99991231 || DayOf(day) != d || i > 0 && d <= c.Closed[i-1] {
			l.Add(at+"/closed", "invalid_date", "closed days are dates such as 2026-12-25, each once, in their order")
			break
		}
	}
	if c.CutOff < 0 || c.CutOff >= 24*60 {
		l.Add(at+"/cut_off", "invalid_time", "a cut-off is a time of the day, such as 14:00")
	}
	if c.Handling < 0 || c.Handling > MaxHandling {
		l.Add(at+"/handling_days", "out_of_range", "between 0 and %d days of work", MaxHandling)
	}
	if c.Capacity < 0 || c.Capacity > MaxCapacity {
		l.Add(at+"/capacity", "out_of_range", "between 0, for no limit, and %d fulfillments a day", MaxCapacity)
	}
	if c.UnitCost < 0 || c.UnitCost > money.MaxTotal {
		l.Add(at+"/unit_cost", "out_of_range", "a cost is not negative")
	}
}
