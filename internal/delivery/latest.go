package delivery

import (
	"cmp"
	"time"

	"orderly/internal/party"
)

// minute is how finely the last moment is looked for.
const minute = int64(time.Minute / time.Microsecond)

// Latest is the last minute from now on at which a leg may be released and is
// still there by the day that was promised; ok is false when even now is too
// late. Of no method, the usual one, and of one that does not say how long it
// takes to that address, the promise is that it leaves by then.
//
// It asks the same calendar and zones as an offer does, so that an order which
// is released at that minute is offered the day that it was promised. What waits
// at the place now is reckoned with as if it waited then; what comes until then
// is not foreseen.
func Latest(m *Method, now, by int64, to party.Address, l Leg, zone *time.Location) (at int64, ok bool) {
	days, way, behind := 0, false, l.Calendar.Backlog(l.Waiting)
	if m != nil {
		if q, sends := m.Quote(l.From, to, 0); sends {
			days, way = q.MaxDays, true
		}
	}
	keeps := func(t int64) bool {
		there := l.Calendar.DispatchAfter(t, behind, l.Zone)
		if there != 0 && way {
			there = m.arrives(there, days, zone)
		}
		return there != 0 && there <= by
	}
	if !keeps(now) {
		return now, false
	}
	low, high := int64(0), max(0, (by-now)/minute)+1 // keeps at low, not at high: nothing leaves before it is released
	for high-low > 1 {
		if mid := low + (high-low)/2; keeps(now + mid*minute) {
			low = mid
		} else {
			high = mid
		}
	}
	return now + low*minute, true
}

// Due is the moment by which a promise wants everything there, or gone where it
// says no more.
func (p *Promise) Due() int64 { return cmp.Or(p.DeliverBy, p.ShipBy) }
