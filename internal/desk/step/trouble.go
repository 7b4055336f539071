package step

import (
	"orderly/internal/access"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

// maxLooked is how many open troubles of a kind are looked through for those
// that an act has put right. Beyond it a person settles them.
const maxLooked = 2000

// settled is troubles of a kind that an act has put right.
type settled struct {
	kind string
	fits func(*trouble.Trouble) bool
	by   string
}

// AddTrouble keeps that something went wrong and wants a person.
func (b *Batch) AddTrouble(by access.Scope, t trouble.Trouble) trouble.ID {
	t.ID, t.At, t.Actor, t.Version = trouble.ID(b.NewID()), b.At, by.Actor.String(), 1
	b.troubles = append(b.troubles, t)
	return t.ID
}

// KnowTroubles adds troubles that were read.
func (b *Batch) KnowTroubles(list []trouble.Trouble) {
	b.knownTroubles = append(b.knownTroubles, list...)
}

// TroublesOf are the troubles of an order that were read, and those that earlier
// commands have added.
func (b *Batch) TroublesOf(order int64) []trouble.Trouble {
	var out []trouble.Trouble
	for _, list := range [...][]trouble.Trouble{b.knownTroubles, b.troubles} {
		for _, t := range list {
			if t.Order == order {
				out = append(out, t)
			}
		}
	}
	return out
}

// OpenTroubles are the open troubles of a kind, and those that earlier commands
// have added.
func (b *Batch) OpenTroubles(kind string) ([]trouble.Trouble, error) {
	list, err := troubles.OpenAnywhere(b.R, kind, maxLooked)
	for _, t := range b.troubles {
		if t.Kind == kind {
			list = append(list, t)
		}
	}
	return list, err
}

// Settle closes the open troubles of a kind that this act has put right. The
// act's own entry tells of it.
func (b *Batch) Settle(by access.Scope, kind string, fits func(*trouble.Trouble) bool) {
	b.settled = append(b.settled, settled{kind, fits, by.Actor.String()})
}

func (b *Batch) writeTroubles() error {
	open := map[string][]trouble.Trouble{}
	var over []*trouble.Trouble
	for _, s := range b.settled {
		if _, known := open[s.kind]; !known {
			list, err := troubles.OpenAnywhere(b.R, s.kind, maxLooked)
			if err != nil {
				return err
			}
			open[s.kind] = list
		}
		for i := range open[s.kind] {
			if t := &open[s.kind][i]; t.SettledAt == 0 && s.fits(t) {
				t.SettledAt, t.SettledBy, t.Version = b.At, s.by, t.Version+1
				over = append(over, t)
			}
		}
	}
	if err := troubles.Settle(b.tx, over); err != nil {
		return err
	}
	if err := b.writeLinks(); err != nil {
		return err
	}
	return troubles.Insert(b.tx, b.troubles)
}
