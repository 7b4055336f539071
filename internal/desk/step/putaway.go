package step

import (
	"maps"
	"slices"

	"orderly/internal/putaway"
	"orderly/internal/stock"
	"orderly/internal/store/putaways"
)

// doorBook is what waits to be put away, as earlier commands have left it.
type doorBook struct {
	tasks map[putaway.ID]*putaway.Task
	by    map[int64]putaway.ID // of the movement that brought it
	dirty map[putaway.ID]bool
}

func (d *doorBook) know(list []*putaway.Task) {
	if d.tasks == nil {
		d.tasks, d.by, d.dirty = map[putaway.ID]*putaway.Task{}, map[int64]putaway.ID{}, map[putaway.ID]bool{}
	}
	for _, t := range list {
		if d.tasks[t.ID] == nil {
			d.tasks[t.ID], d.by[t.Movement] = t, t.ID
		}
	}
}

// atDoor has what arrives at a place that keeps bins wait to be put away.
func (b *Batch) atDoor(m *stock.Movement) {
	l := b.Catalog.Location(m.Cell.Location)
	if l == nil || !l.PutAway {
		return
	}
	if t := putaway.Of(putaway.ID(b.NewID()), m); t != nil {
		b.door.know([]*putaway.Task{t})
		b.door.dirty[t.ID] = true
	}
}

// LoadPutAways reads tasks.
func (b *Batch) LoadPutAways(ids []putaway.ID) error {
	list, err := putaways.Load(b.R, ids)
	b.door.know(list)
	return err
}

// PutAway is a task that was loaded; nil when there is none.
func (b *Batch) PutAway(id putaway.ID) *putaway.Task { return b.door.tasks[id] }

// SavePutAway keeps a task as it is now.
func (b *Batch) SavePutAway(t *putaway.Task) {
	b.door.know(nil)
	b.door.tasks[t.ID], b.door.dirty[t.ID] = t, true
}

// NotPutAway ends what still waits of arrivals that are taken back. The entry of
// the act that takes them back tells of it.
func (b *Batch) NotPutAway(movements []int64) error {
	list, err := putaways.OfMovements(b.R, movements)
	if err != nil {
		return err
	}
	b.door.know(list)
	for _, m := range movements {
		t := b.door.tasks[b.door.by[m]]
		if t == nil || t.Waits() == 0 {
			continue
		}
		x, err := t.Leave(b.At)
		if err != nil {
			return err
		}
		b.SavePutAway(&x)
	}
	return nil
}

// writePutAways keeps new and changed tasks.
func (b *Batch) writePutAways() error {
	var list []*putaway.Task
	for _, id := range slices.Sorted(maps.Keys(b.door.dirty)) {
		list = append(list, b.door.tasks[id])
	}
	return putaways.Save(b.tx, list)
}
