package step

import (
	"maps"
	"slices"

	"orderly/internal/fulfillment"
	"orderly/internal/pickup"
	"orderly/internal/store/pickups"
)

// pickupBook is what lies on shelves, as far as a batch has loaded or put it
// there.
type pickupBook struct {
	all   map[fulfillment.ID]*pickup.Pickup
	dirty map[fulfillment.ID]bool
}

// LoadPickups reads the pickups of fulfillments, once.
func (b *Batch) LoadPickups(ids []fulfillment.ID) error {
	if b.pickups.all == nil {
		b.pickups.all, b.pickups.dirty = map[fulfillment.ID]*pickup.Pickup{}, map[fulfillment.ID]bool{}
	}
	missing := slices.DeleteFunc(slices.Clone(ids), func(id fulfillment.ID) bool { return b.pickups.all[id] != nil })
	found, err := pickups.Load(b.R, missing)
	for _, p := range found {
		b.pickups.all[p.Fulfillment] = p
	}
	return err
}

// Pickup is that of a fulfillment; nil when it never lay on a shelf.
func (b *Batch) Pickup(id fulfillment.ID) *pickup.Pickup { return b.pickups.all[id] }

// SavePickup keeps a pickup as it is now.
func (b *Batch) SavePickup(p *pickup.Pickup) {
	p.Version++
	b.pickups.all[p.Fulfillment], b.pickups.dirty[p.Fulfillment] = p, true
}

func (b *Batch) writePickups() error {
	var list []*pickup.Pickup
	for _, id := range slices.Sorted(maps.Keys(b.pickups.dirty)) {
		list = append(list, b.pickups.all[id])
	}
	return pickups.Save(b.tx, list)
}
