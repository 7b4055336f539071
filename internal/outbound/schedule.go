package outbound

import "time"

// steps are the rests after each attempt that failed: ten attempts in 75 hours,
// as Standard Webhooks proposes.
var steps = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// MaxAttempts is how often one thing is tried before it is given up.
const MaxAttempts = 10

// When an endpoint as a whole is in trouble.
const (
	downAfter       = 3                  // failures one after the other
	probeAtMost     = time.Hour          // between looks at one that is down
	QuarantineAfter = 5 * 24 * time.Hour // without taking anything
	MaxRetryAfter   = 24 * time.Hour     // that an endpoint may ask for
	tenth           = 10
)

// Wait is how long a delivery rests after its attempts have failed. jitter (0 to
// 1) adds up to a tenth, so that what failed together is not tried again
// together.
func Wait(attempts int64, jitter float64) time.Duration {
	d := steps[min(max(attempts, 1), int64(len(steps)))-1]
	return d + time.Duration(float64(d/tenth)*jitter)
}

// pace is how long an endpoint that is down rests after so many failures.
func pace(misses int64, jitter float64) time.Duration {
	return min(Wait(misses-downAfter+1, jitter), probeAtMost)
}

// What an answer means.
const (
	Taken   = "taken"
	Refused = "refused" // it answered, and does not want this one
	Failed  = "failed"  // it did not do its work
	Gone    = "gone"    // it says that nothing may be sent to it any more
)

// Answer is what a call came to.
type Answer struct {
	Status     int64  // HTTP status, 0 when there was no answer
	Error      string // "" when it was taken
	RetryAfter int64  // microseconds that it asks us to wait
	Took       int64  // microseconds
}

const (
	statusOK         = 200
	statusRedirect   = 300
	statusBad        = 400
	statusServer     = 500
	statusUnauth     = 401
	statusDenied     = 403
	statusNotFound   = 404
	statusTimeout    = 408
	statusGone       = 410
	statusTooEarly   = 425
	statusTooMany    = 429
	statusNotAllowed = 405
)

// Outcome says what the answer means. A redirect is a failure: nothing is sent
// where nobody has said it should be.
func (a Answer) Outcome() string {
	switch s := a.Status; {
	case s >= statusOK && s < statusRedirect && a.Error == "":
		return Taken
	case s == statusGone:
		return Gone
	case s == statusUnauth, s == statusDenied, s == statusNotFound, s == statusNotAllowed, s == statusTimeout, s == statusTooEarly, s == statusTooMany:
		return Failed // of the endpoint as a whole, whatever is sent
	case s >= statusBad && s < statusServer:
		return Refused
	}
	return Failed
}

// Health is how an endpoint has answered lately.
type Health struct {
	FailingSince int64 // the first failure since it took anything, 0 while it does
	Misses       int64 // failures one after the other, refusals not counted
	HoldUntil    int64 // nothing is sent before
	TakenAt      int64
	FailedAt     int64
	Status       int64 // of the last answer
	Error        string
	Taken        int64 // deliveries, ever
	Failures     int64 // attempts, ever
}

// Down reports whether the endpoint takes nothing, as far as is known.
func (h *Health) Down() bool { return h.Misses >= downAfter }

// Note counts an answer.
func (h *Health) Note(a Answer, now int64, jitter float64) {
	h.Status, h.Error = a.Status, a.Error
	outcome := a.Outcome()
	if outcome == Taken {
		h.FailingSince, h.Misses, h.HoldUntil, h.TakenAt = 0, 0, 0, now
		h.Taken++
		return
	}
	h.Failures++
	h.FailedAt = now
	if h.FailingSince == 0 {
		h.FailingSince = now
	}
	if outcome != Refused {
		h.Misses++
	}
	if h.Down() {
		h.HoldUntil = max(h.HoldUntil, now+pace(h.Misses, jitter).Microseconds())
	}
	if a.RetryAfter > 0 {
		h.HoldUntil = max(h.HoldUntil, now+min(a.RetryAfter, MaxRetryAfter.Microseconds()))
	}
}

// Hopeless reports whether a person must look: it has taken nothing for days,
// and was asked lately.
func (h *Health) Hopeless(now int64) bool {
	return h.FailingSince != 0 && now-h.FailingSince >= QuarantineAfter.Microseconds()
}

// Forgive lets an endpoint begin anew, after somebody has looked at it.
func (h *Health) Forgive() { h.FailingSince, h.Misses, h.HoldUntil = 0, 0, 0 }
