package queue

import "time"

// EndOfDay is the instant at which the day ends in the zone.
func EndOfDay(zone *time.Location, now int64) int64 {
	here := time.UnixMicro(now).In(zone)
	return time.Date(here.Year(), here.Month(), here.Day()+1, 0, 0, 0, 0, zone).UnixMicro()
}
