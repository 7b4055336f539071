package queue

import (
	"cmp"
	"slices"

	"orderly/internal/access"
)

// Instants are microseconds.
const (
	minute = int64(60_000_000)
	hour   = 60 * minute
)

// Why something is the next best action.
const (
	WhyLeaves  = "leaves"  // the carrier leaves soon, and it is not packed
	WhyLate    = "late"    // it was promised for a time that has passed
	WhyDue     = "due"     // it is due within hours
	WhyPeople  = "people"  // somebody waits for an answer
	WhyOldest  = "oldest"  // it has waited the longest
	WhyFix     = "fix"     // one act may clear it
	WhyWaiting = "waiting" // it is simply the most urgent that is left
)

// Advice is where to turn to, and why.
type Advice struct {
	Queue *Queue
	Fact  Fact
	Why   string
	score int64
}

// soon is how long before a carrier leaves its parcels come before all else.
const soon = 2 * hour

// most bounds what age may add: a month-old order on hold must not outweigh
// parcels that leave in ten minutes.
const most = 120

// Next chooses the queue that a person should turn to: among those that the
// scope may work, roles first, the one whose clock or age presses most. It
// reports false when nothing waits.
func Next(facts []Fact, s access.Scope, roles []string, now int64) (Advice, bool) {
	var all []Advice
	for _, f := range facts {
		q := Named(f.Queue)
		if q == nil || f.Count == 0 || !s.May(q.Sees) || !s.May(q.Works) {
			continue
		}
		all = append(all, weigh(q, f, roles, now))
	}
	if len(all) == 0 {
		return Advice{}, false
	}
	slices.SortStableFunc(all, func(a, b Advice) int { return cmp.Compare(b.score, a.score) })
	return all[0], true
}

// weigh says how much one fact presses, and by what.
func weigh(q *Queue, f Fact, roles []string, now int64) Advice {
	a := Advice{Queue: q, Fact: f, Why: WhyWaiting, score: q.urgency}
	if q.Is(roles) {
		a.score += 200
	}
	left := f.Clock - now
	switch {
	case q.ID == Leaves && f.Clock != 0 && left > 0 && left <= soon:
		a.Why = WhyLeaves
		a.score += 500 + (soon-left)/minute*2 // from 500 to 740: less time, more weight
	case q.ID == Late:
		a.Why = WhyLate
	case q.ID == Today && f.Clock != 0 && left <= 3*hour:
		a.Why = WhyDue
		a.score += 150 + (3*hour-max(0, left))/minute
	case q.ID == Reports || q.ID == Cases || q.ID == Talks || q.ID == Returns || q.ID == ReturnsToApprove || q.ID == ReturnsToRefund:
		a.Why = WhyPeople
	case q.Fix != "":
		a.Why = WhyFix
		a.score += 40
	}
	if f.Oldest == 0 || f.Oldest >= now {
		return a
	}
	age := min(most, (now-f.Oldest)/hour)
	if q.ID == Reports { // who waits for an answer waits by the hour
		age = min(2*most, (now-f.Oldest)/hour*10)
	}
	a.score += age
	if a.Why == WhyWaiting && age >= 24 {
		a.Why = WhyOldest
	}
	return a
}
