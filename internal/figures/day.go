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
		from, to = time.Date(y, m, d, 0, 0, 0, 0, zone).UnixMicro(), time.Date(y, m, d+1, 0, 0, 0, 0, zone).UnixMicro()
		return last
	}
}
