package stock

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"orderly/internal/fault"
)

// Limits of a location's pickups.
const (
	MaxPickups = 20
	MaxCarrier = 40
	EveryDay   = 1<<7 - 1
)

// Pickup is when a carrier fetches parcels at a location: what is packed then
// leaves that day.
type Pickup struct {
	Carrier  string
	LeavesAt int64 // minutes after midnight, in the location's zone
	Days     int64 // a bit each; Monday is 1, Sunday 64
}

// On reports whether the carrier comes on a day of the week.
func (p Pickup) On(day time.Weekday) bool { return p.Days&(1<<((int(day)+6)%7)) != 0 }

// Leaves is the pickup's instant on a date, in the zone of the date.
func (p Pickup) Leaves(date time.Time) time.Time {
	y, m, d := date.Date()
	return time.Date(y, m, d, int(p.LeavesAt/60), int(p.LeavesAt%60), 0, 0, date.Location())
}

// Next is when the carrier comes next, at or after an instant that is given in
// the location's zone; ok is false when it never does.
func (p Pickup) Next(now time.Time) (at time.Time, ok bool) {
	for days := range 8 {
		at := p.Leaves(now.AddDate(0, 0, days))
		if p.On(at.Weekday()) && !at.Before(now) {
			return at, true
		}
	}
	return time.Time{}, false
}

// NextPickup is the location's pickup that comes next.
func (x *Location) NextPickup(now time.Time) (p Pickup, at time.Time, ok bool) {
	for _, each := range x.Pickups {
		if t, comes := each.Next(now); comes && (!ok || t.Before(at)) {
			p, at, ok = each, t, true
		}
	}
	return p, at, ok
}

// CheckPickups adds what is wrong with a location's pickups.
func CheckPickups(at string, list []Pickup, l *fault.List) {
	if len(list) > MaxPickups {
		l.Add(at, "too_many", "at most %d pickups", MaxPickups)
	}
	for i, p := range list {
		switch {
		case strings.TrimSpace(p.Carrier) == "" || utf8.RuneCountInString(p.Carrier) > MaxCarrier || !storable(p.Carrier):
			l.Add(at, "invalid_carrier", "name the carrier of each pickup in at most %d characters", MaxCarrier)
		case p.LeavesAt < 0 || p.LeavesAt >= 24*60:
			l.Add(at, "invalid_time", "a pickup is at a time of the day, such as 16:00")
		case p.Days <= 0 || p.Days > EveryDay:
			l.Add(at, "no_day", "choose at least one day for each pickup")
		case slices.ContainsFunc(list[:i], func(q Pickup) bool { return q.Carrier == p.Carrier && q.LeavesAt == p.LeavesAt }):
			l.Add(at, "twice", "%s comes twice at the same time; choose the days in one line", p.Carrier)
		}
	}
}
