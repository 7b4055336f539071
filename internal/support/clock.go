package support

import (
	"slices"

	"orderly/internal/fault"
)

const (
	minute = int64(60_000_000)
	hour   = 60 * minute
	day    = 24 * hour
)

// Target is within how many minutes cases of a kind and priority are answered
// and resolved; zero for no clock.
type Target struct {
	Kind     string `json:"kind"`
	Priority string `json:"priority"`
	First    int64  `json:"first_minutes"`
	Resolve  int64  `json:"resolve_minutes"`
}

// maxTarget is a year of minutes.
const maxTarget = 366 * 24 * 60

var usual = map[string][2]int64{"urgent": {60, 8 * 60}, "high": {4 * 60, 24 * 60}, "normal": {24 * 60, 3 * 24 * 60}, "low": {2 * 24 * 60, 7 * 24 * 60}}

// TargetOf is the target of a kind and priority: the shop's own, else the usual
// one.
func TargetOf(list []Target, kind, priority string) Target {
	i := slices.IndexFunc(list, func(t Target) bool { return t.Kind == kind && t.Priority == priority })
	if i >= 0 {
		return list[i]
	}
	u := usual[priority]
	return Target{Kind: kind, Priority: priority, First: u[0], Resolve: u[1]}
}

// CheckTargets lists the faults of a shop's targets.
func CheckTargets(list []Target, l *fault.List) {
	seen := map[[2]string]bool{}
	for _, t := range list {
		oneOf(l, "/targets", t.Kind, Kinds, false)
		oneOf(l, "/targets", t.Priority, Priorities, false)
		key := [2]string{t.Kind, t.Priority}
		if seen[key] {
			l.Add("/targets", "repeated", "%s cases of %s priority are named twice", t.Kind, t.Priority)
		}
		seen[key] = true
		if t.First < 0 || t.Resolve < 0 || t.First > maxTarget || t.Resolve > maxTarget {
			l.Add("/targets", "out_of_range", "a target is 0 to %d minutes", maxTarget)
		}
	}
}

// The bits of Escalated: which target was missed.
const (
	MissedFirst   = 1
	MissedResolve = 2
)

// Start sets the clocks of a case that begins, or begins again, now. What was
// answered or told before is not asked for again unless it begins anew.
func (c *Case) Start(t Target, now int64) {
	c.FirstDue, c.ResolveDue, c.PausedAt = after(now, t.First), after(now, t.Resolve), 0
	c.Escalated = 0
	c.Settle()
}

// Retarget moves the clocks from one target to another: another priority is
// another promise. How long they stood, and what was told, stays.
func (c *Case) Retarget(from, to Target, now int64) {
	c.FirstDue = moved(c.FirstDue, from.First, to.First, now)
	c.ResolveDue = moved(c.ResolveDue, from.Resolve, to.Resolve, now)
	c.Settle()
}

func moved(due, from, to, now int64) int64 {
	if due == 0 || to == 0 {
		return after(now, to)
	}
	return due + (to-from)*minute
}

func after(at, minutes int64) int64 {
	if minutes == 0 {
		return 0
	}
	return at + minutes*minute
}

// Pause stops the clocks while the customer is to answer.
func (c *Case) Pause(now int64) {
	if c.PausedAt == 0 {
		c.PausedAt = now
	}
	c.Settle()
}

// Resume lets the clocks go on, later by as long as they stood.
func (c *Case) Resume(now int64) {
	if c.PausedAt != 0 {
		stood := max(0, now-c.PausedAt)
		for _, due := range [...]*int64{&c.FirstDue, &c.ResolveDue} {
			if *due != 0 {
				*due += stood
			}
		}
	}
	c.PausedAt = 0
	c.Settle()
}

// Settle derives which clock runs out next.
func (c *Case) Settle() { c.NextDue = c.clock() }

// Clock is which clock runs out next; verify compares it with the row.
func (c *Case) clock() int64 {
	if !c.IsOpen() || c.PausedAt != 0 {
		return 0
	}
	next := int64(0)
	if c.AnsweredAt == 0 && c.Escalated&MissedFirst == 0 {
		next = c.FirstDue
	}
	if c.Escalated&MissedResolve == 0 && c.ResolveDue != 0 && (next == 0 || c.ResolveDue < next) {
		next = c.ResolveDue
	}
	return next
}

// ClockFault says what is wrong with the case's clocks, "" when nothing is.
func (c *Case) ClockFault() string {
	switch {
	case c.NextDue != c.clock():
		return "its next clock is not the one that its dues say"
	case c.State == Waiting && c.PausedAt == 0:
		return "it waits for the customer and its clocks run"
	case c.State != Waiting && c.PausedAt != 0:
		return "its clocks stand and it does not wait for the customer"
	case (c.State == Resolved) != (c.ResolvedAt != 0):
		return "it is resolved without a time, or has one and is not"
	}
	return ""
}

// Missed are the targets that have run out and were not told yet.
func (c *Case) Missed(now int64) int64 {
	missed := int64(0)
	if !c.IsOpen() || c.PausedAt != 0 {
		return 0
	}
	if c.AnsweredAt == 0 && c.FirstDue != 0 && c.FirstDue <= now {
		missed |= MissedFirst
	}
	if c.ResolveDue != 0 && c.ResolveDue <= now {
		missed |= MissedResolve
	}
	return missed &^ c.Escalated
}

// Since is since when the case is late: the first of its targets that has
// passed; 0 for none.
func (c *Case) Since(now int64) int64 {
	first := int64(0)
	if c.AnsweredAt == 0 && c.FirstDue != 0 && c.FirstDue <= now {
		first = c.FirstDue
	}
	if c.ResolveDue != 0 && c.ResolveDue <= now && (first == 0 || c.ResolveDue < first) {
		first = c.ResolveDue
	}
	return first
}

// Raise is the next more pressing priority.
func Raise(priority string) string {
	i := slices.Index(Priorities, priority)
	if i <= 0 {
		return Priorities[0]
	}
	return Priorities[i-1]
}

// Escalate tells that targets were missed: whoever looks at the queue sees the
// case before others.
func (c *Case) Escalate(missed int64) {
	c.Escalated |= missed
	c.Priority = Raise(c.Priority)
	c.Settle()
}

// Hear is what follows when the customer has written.
func (c *Case) Hear(now int64, t Target) {
	c.HeardAt = now
	switch c.State {
	case Waiting:
		c.State = Open
		c.Resume(now)
	case Resolved:
		c.Reopen(now, t)
	}
}

// Reopen begins a resolved case again.
func (c *Case) Reopen(now int64, t Target) {
	c.State, c.ResolvedAt, c.AnsweredAt = Reopened, 0, 0
	c.Start(t, now)
}

// Wait is what follows when the customer is to answer.
func (c *Case) Wait(now int64) {
	c.State = Waiting
	c.Pause(now)
}

// Resolve ends a case.
func (c *Case) Resolve(now int64) {
	c.Resume(now)
	c.State, c.ResolvedAt = Resolved, now
	c.Settle()
}

// Answer notes the first answer.
func (c *Case) Answer(now int64) {
	if c.AnsweredAt == 0 {
		c.AnsweredAt = now
	}
	c.Settle()
}
