package preorder

import (
	"slices"

	"orderly/internal/fault"
)

// Change is what shall be different about an offer; what is nil stays.
type Change struct {
	Cap         *int64
	AvailableAt *int64
	EndsAt      *int64 // 0: no end
	UntilStock  *bool
	Reason      string // of another day
}

// Empty reports whether nothing shall be different.
func (c *Change) Empty() bool {
	return c.Cap == nil && c.AvailableAt == nil && c.EndsAt == nil && c.UntilStock == nil
}

// Check lists what can be seen to be wrong without the offer.
func (c *Change) Check(l *fault.List) {
	if c.Empty() {
		l.Add("", "empty", "nothing to change was given")
	}
	switch known := slices.Contains(Reasons, c.Reason); {
	case c.AvailableAt != nil && c.Reason == "":
		l.Add("/reason", "missing", "say why the day is another: some of %v", Reasons)
	case c.AvailableAt != nil && !known:
		l.Add("/reason", "unknown_reason", "%.40q is not a reason; use some of %v", c.Reason, Reasons)
	case c.AvailableAt == nil && c.Reason != "":
		l.Add("/reason", "no_day", "a reason is of another day; give the day, too")
	}
}

// With is the offer as a change leaves it. It is refused as a whole, with all
// that stands against it. What has ended can be given another day for as long as
// somebody waits, and nothing else.
func (o *Offer) With(c *Change, now int64) (Offer, error) {
	var l fault.List
	x := *o
	if c.Cap != nil {
		x.Cap = *c.Cap
	}
	if c.EndsAt != nil {
		x.EndsAt = *c.EndsAt
	}
	if c.UntilStock != nil {
		x.UntilStock = *c.UntilStock
	}
	ended := o.EndedAt != 0
	if ended && (c.Cap != nil || c.EndsAt != nil || c.UntilStock != nil) {
		l.Add("", "ended", "this offer has ended; offer the item again")
	}
	x.checkCap(&l)
	if c.EndsAt != nil {
		checkEnd(x.EndsAt, now, &l)
	}
	if x.Cap < o.Taken {
		l.Add("/cap", "below_taken", "%d units are pre-ordered already: the cap cannot be less", o.Taken)
	}
	if c.AvailableAt != nil {
		if ended && o.Waiting == 0 {
			l.Add("/available_on", "ended", "this offer has ended and nobody waits: there is no day to change")
		}
		x.AvailableAt = *c.AvailableAt
		if x.checkDay(now, &l); x.AvailableAt != o.AvailableAt {
			x.Moves, x.Reason = o.Moves+1, c.Reason
		}
	}
	if err := l.As(fault.Conflict, "not_changeable", "the offer cannot be changed like this"); err != nil {
		return *o, err
	}
	return x, nil
}

// End is the offer as nobody can take of it any more.
func (o *Offer) End(how string, now int64) Offer {
	x := *o
	x.EndedAt, x.Ended = now, how
	return x
}
