package verify

import (
	"slices"

	"orderly/internal/difference"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// differences: what was booked of a difference between a partner's word and the
// books is a part of it, and its movement says the same.
func (x *run) differences() error {
	return x.walk(audit.DifferencePages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.DifferencesIn(r, in)
		x.count(int64(len(list)), "Q2")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.different(&list[i])
		}
		return err
	})
}

func (x *run) different(d *audit.Differs) {
	tell := func(format string, args ...any) { x.tell("Q2", d.ID.String(), format, args...) }
	off, applied := d.Off(), d.State == difference.Applied
	is := difference.Compare(d.Cell, d.Said, d.Books, d.Held, d.Coming)
	switch {
	case !slices.Contains(difference.States, d.State):
		tell("difference %s is %q", d.ID, d.State)
	case is == nil || is.Proposed != d.Proposed:
		tell("difference %s is of %d units, and %d are proposed", d.ID, off, d.Proposed)
	case (d.State == difference.Open) != (d.DecidedAt == 0), d.DecidedAt != 0 && d.DecidedAt < d.MadeAt:
		tell("difference %s is %s, made at %d and decided at %d", d.ID, d.State, d.MadeAt, d.DecidedAt)
	case applied != (d.Taken != 0), applied != (d.Act != 0), d.Taken < min(off, 0), d.Taken > max(off, 0):
		tell("difference %s is %s: %d of %d units were booked", d.ID, d.State, d.Taken, off)
	case applied && d.Moved != d.Taken:
		tell("difference %s booked %d units, and its movement is of %d", d.ID, d.Taken, d.Moved)
	case d.Booked != d.Told:
		tell("differences of the item of %s booked %d units there, and their movements are of %d", d.ID, d.Told, d.Booked)
	}
}
