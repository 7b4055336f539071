package figures

import "time"

// Days gives the merchant's day of an instant, as yyyymmdd.
func Days(zone *time.Location) func(int64) int64 {
	last, from, to := int64(0), int64(1), int64(0)
	return func(at int64) int64 {
		if from <= at && at < to { // most instants are of one day
			return last
		}
		y, m, d := time.UnixMicro(at).In(zone).Date()
		last = int64(y*10000 + int(m)*100 + d)
		from, to = Start(last, zone), Start(After(last, 1), zone)
		return last
	}
}

// Start is the first instant of a day. Where clocks go forward at midnight that is
// later than a midnight which did not come; where they go back over it, the first
// of two.
func Start(day int64, zone *time.Location) int64 {
	d := Date(day)
	t := time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, zone)
	if DayOf(t) < day { // there was no midnight
		if _, then := t.ZoneBounds(); !then.IsZero() {
			t = then
		}
	}
	if before := t.Add(-time.Microsecond); DayOf(before) == day { // it came before
		_, east := before.Zone()
		t = time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.FixedZone("", east))
	}
	return t.UnixMicro()
}

// MaxDays bounds a period.
const MaxDays = 400

// Date is the calendar date of a day.
func Date(day int64) time.Time {
	return time.Date(int(day/10000), time.Month(day/100%100), int(day%100), 0, 0, 0, 0, time.UTC)
}

// DayOf is the day of a calendar date.
func DayOf(t time.Time) int64 {
	y, m, d := t.Date()
	return int64(y*10000 + int(m)*100 + d)
}

// After is the day n days later, or earlier.
func After(day int64, n int) int64 { return DayOf(Date(day).AddDate(0, 0, n)) }

// Length is how many days a period has, both ends included.
func Length(from, to int64) int { return int(Date(to).Sub(Date(from)).Hours()/24) + 1 }

// The steps of a chart.
const (
	ByDay   = "day"
	ByWeek  = "week" // from Monday
	ByMonth = "month"
)

// StepFor is the step that gives a period's chart some thirty points at most.
func StepFor(from, to int64) string {
	switch n := Length(from, to); {
	case n <= 31:
		return ByDay
	case n <= 190:
		return ByWeek
	}
	return ByMonth
}

// Bucket is one step of a period: the days From to To, cut at its ends.
type Bucket struct{ From, To int64 }

// Buckets cuts a period into steps.
func Buckets(from, to int64, step string) []Bucket {
	var out []Bucket
	for at := from; at <= to; {
		end := at
		d := Date(at)
		switch step {
		case ByWeek:
			end = DayOf(d.AddDate(0, 0, (7-int(d.Weekday()))%7))
		case ByMonth:
			end = DayOf(time.Date(d.Year(), d.Month()+1, 0, 0, 0, 0, 0, time.UTC))
		}
		out = append(out, Bucket{at, min(end, to)})
		at = After(min(end, to), 1)
	}
	return out
}

// ParseDay reads a date such as 2026-03-31.
func ParseDay(text string) (day int64, ok bool) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		return 0, false
	}
	return DayOf(t), true
}

// DayText is a day as ParseDay reads it.
func DayText(day int64) string { return Date(day).Format(time.DateOnly) }
