package queue

import "time"

// Leaving is when a carrier fetches parcels at a location: minutes after
// midnight, and on which days, a bit each of which Monday is the lowest.
type Leaving struct {
	Minutes int64
	Days    int64
}

// Next is the next instant of it in the zone; zero when no day has it.
func (l Leaving) Next(zone *time.Location, now int64) int64 {
	here := time.UnixMicro(now).In(zone)
	for days := range 8 {
		at := time.Date(here.Year(), here.Month(), here.Day()+days, int(l.Minutes/60), int(l.Minutes%60), 0, 0, zone)
		day := (int(at.Weekday()) + 6) % 7 // Monday is 0
		if at.After(here) && l.Days&(1<<day) != 0 {
			return at.UnixMicro()
		}
	}
	return 0
}

// EndOfDay is the instant at which the day ends in the zone.
func EndOfDay(zone *time.Location, now int64) int64 {
	here := time.UnixMicro(now).In(zone)
	return time.Date(here.Year(), here.Month(), here.Day()+1, 0, 0, 0, 0, zone).UnixMicro()
}
