package flow

// Run is what a flow is to one order. Instants are 0 where there is none.
type Run struct {
	Order     int64
	Flow      ID
	Version   int64
	ReleaseAt int64   // until when nothing is released by itself
	LateAt    int64   // when the next of its work is to be released at the latest, slack included, of Late
	SourceAt  int64   // when its units get their place, of Due; 0 once that was begun
	DueAt     int64   // when the clock is to look at it; 0 when it has, or need not
	Spared    int64   // whole units times minutes that its stock stayed free for others
	Released  []int64 // fulfillments that the flow has released: what a person takes back stays with people
}

const (
	minute = 60_000_000
	day    = 24 * 60 * minute
)

// Begin is the run of an order that is placed now and promised by a moment, 0
// when nothing was promised.
func (f *Flow) Begin(of, now, promised int64) Run {
	r := Run{Order: of, Flow: f.ID, Version: f.Version, ReleaseAt: now + f.Window*minute, SourceAt: f.sourceAt(now, promised)}
	f.Wake(&r, now)
	return r
}

// Sources reports whether an order's units get their place as it is placed.
func (f *Flow) Sources(now, promised int64) bool {
	return f.Source == Self || f.Source == Due && f.sourceAt(now, promised) == 0
}

// sourceAt is when units get their place later than now; 0 when they need not
// wait.
func (f *Flow) sourceAt(now, promised int64) int64 {
	if at := promised - f.Reserve*day; f.Source == Due && promised != 0 && at > now {
		return at
	}
	return 0
}

// Postpone has an order of which nothing has a place yet wait for another day,
// since another one was promised.
func (f *Flow) Postpone(r *Run, now, promised int64) {
	if r.SourceAt > now && f.Source == Due {
		if r.SourceAt = f.sourceAt(now, promised); r.SourceAt == 0 {
			r.SourceAt = now + 1 // as soon as the clock looks
		}
	}
}

// Wake says when the clock is to look at a run: at the next of its moments.
func (f *Flow) Wake(r *Run, now int64) {
	r.DueAt = 0
	moment := func(at int64) {
		if at > now && (r.DueAt == 0 || at < r.DueAt) {
			r.DueAt = at
		}
	}
	if f.Releases() {
		moment(r.ReleaseAt)
		moment(r.LateAt)
	}
	moment(r.SourceAt)
}

// Spare counts units that got their place so long after their order came.
func (r *Run) Spare(units, placed, now int64) { r.Spared += units * max(0, (now-placed)/minute) }
