package verify

import (
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// putAways: what waits at a door came by the movement that it names, and what was
// put away are movements from there into bins, which make and lose no unit.
func (x *run) putAways() error {
	return x.walk(audit.PutAwayPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.PutAwaysIn(r, in)
		x.count(int64(len(list)), "K11")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.stowed(&list[i])
		}
		return err
	})
}

func (x *run) stowed(p *audit.PutAway) {
	tell := func(format string, args ...any) { x.tell("K11", p.ID.String(), format, args...) }
	switch {
	case p.Stowed < 0, p.Left < 0, p.Waits() < 0:
		tell("of %d units of %s %d are put away and %d left", p.Quantity, p.ID, p.Stowed, p.Left)
	case (p.EndedAt != 0) != (p.Waits() == 0), p.EndedAt != 0 && p.EndedAt < p.At:
		tell("%d units of %s wait, begun at %d and ended at %d", p.Waits(), p.ID, p.At, p.EndedAt)
	case p.Came != p.Quantity:
		tell("%s is of %d units, and its movement brought %d", p.ID, p.Quantity, p.Came)
	case p.In != p.Told:
		tell("of the item of %s %d units were put away there, and %d lie in bins by movements", p.ID, p.Told, p.In)
	case p.Beside != 0:
		tell("putting the item of %s away made %d units there", p.ID, p.Beside)
	}
}
