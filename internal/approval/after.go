package approval

import (
	"cmp"
	"slices"

	"orderly/internal/access"
)

// What becomes of the last ask of an order that has become another.
const (
	Nothing = ""        // none is needed, or what there is covers it
	GoesOn  = "goes_on" // what is asked is enough still
	Anew    = "anew"    // it is asked as if it had never been
	Again   = "again"   // it was not given as the order was: it is asked with all that it was asked for then
	Instead = "instead" // another ask takes the place of this one, with all that it was asked for
)

// After says what becomes of the last ask of an order, nil for none, that comes
// to amount now and needs n. held tells whether the order waits for an approval.
func (a *Ask) After(n Need, amount int64, held bool) string {
	switch {
	case a == nil, a.State == Exempt, a.State == Approved, a.State == Void && !held:
		if n.Steps == 0 || a != nil && a.Covers(n, amount) {
			return Nothing
		}
		return Anew
	case a.Open() && a.Covers(n, amount):
		return GoesOn
	case a.Open():
		return Instead
	}
	return Again
}

// Widen is a need together with what was asked for already, of role or of the
// role that was named then.
func (a *Ask) Widen(n Need, role access.Role) (Need, access.Role) {
	n.Reasons, n.Steps = slices.Clone(n.Reasons), max(n.Steps, a.Steps, 1)
	for _, r := range a.Reasons {
		if !slices.Contains(n.Reasons, r) {
			n.Reasons = append(n.Reasons, r)
		}
	}
	return n, cmp.Or(role, a.Role)
}

// Ended is an ask that counts no more, since another does or nothing is left.
func (a *Ask) Ended(at int64) *Ask {
	c := a.Clone()
	c.State, c.DecidedAt = Void, at
	return c
}
