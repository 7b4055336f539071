package account

import "time"

// Attempts is what is remembered of wrong tries by or at somebody.
type Attempts struct {
	Failures int64
	LastAt   int64 // microseconds
	UntilAt  int64 // no try before this instant
}

// Throttle is how somebody who guesses is slowed down: Free tries cost
// nothing, the next one has to wait for a second and each further one twice as
// long, at most Longest. After Forget without a try all is forgotten.
type Throttle struct {
	Free    int64
	Longest time.Duration
	Forget  time.Duration
}

// The three at once: one browser or address that tries one account, one
// address that tries many, and many that try one account together. The last is
// mild and spares browsers that have signed in to the account before, so that
// no stranger can keep its owner out.
var (
	ByPair    = Throttle{Free: 5, Longest: 5 * time.Minute, Forget: 30 * time.Minute}
	ByAddress = Throttle{Free: 30, Longest: 5 * time.Minute, Forget: 30 * time.Minute}
	ByAccount = Throttle{Free: 50, Longest: 15 * time.Second, Forget: 30 * time.Minute}
)

// Wait is how long a try has to wait at an instant; zero lets it through.
func (x Throttle) Wait(a Attempts, now int64) time.Duration {
	left := time.Duration(a.UntilAt-now) * time.Microsecond
	return min(max(0, left), x.Longest) // a clock that was set back never keeps anybody out for long
}

// Try counts a try as wrong, before it is known whether it is: many at once
// must not slip through between.
func (x Throttle) Try(a Attempts, now int64) Attempts {
	if now-a.LastAt > x.Forget.Microseconds() {
		a = Attempts{}
	}
	a.Failures++
	a.LastAt, a.UntilAt = now, 0
	if over := a.Failures - x.Free; over >= 0 {
		wait := x.Longest
		if over < 30 {
			wait = min(x.Longest, time.Second<<over)
		}
		a.UntilAt = now + wait.Microseconds()
	}
	return a
}
