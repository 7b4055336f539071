package step

import (
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/difference"
	"orderly/internal/journal"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/differences"
)

// became is how the journal calls what a difference has become.
var became = map[string]string{
	difference.Open: journal.DifferenceFound, difference.Applied: journal.DifferenceApplied, difference.Dismissed: journal.DifferenceDismissed, difference.Replaced: journal.DifferenceReplaced,
}

// LoadDifferences reads the open differences of items at a place.
func (b *Batch) LoadDifferences(at stock.LocationID, items []int64) error {
	list, err := differences.OpenAt(b.R, at, items)
	b.knowDifferences(list)
	return err
}

// LoadDifferencesByID reads differences, however they stand, and by how much the
// books were corrected since each was found.
func (b *Batch) LoadDifferencesByID(ids []difference.ID) error {
	list, err := differences.Load(b.R, ids)
	b.knowDifferences(list)
	if err == nil {
		b.corrected, err = differences.Corrected(b.R, ids)
	}
	return err
}

// Corrected is by how much the books were corrected since a difference was found.
func (b *Batch) Corrected(id difference.ID) int64 { return b.corrected[id] }

func (b *Batch) knowDifferences(list []*difference.Difference) {
	if b.differences == nil {
		b.differences = map[difference.ID]*difference.Difference{}
	}
	for _, d := range list {
		if b.differences[d.ID] == nil {
			b.differences[d.ID] = d
		}
	}
}

// Difference is one that was loaded; nil when there is none.
func (b *Batch) Difference(id difference.ID) *difference.Difference { return b.differences[id] }

// OpenDifferences are those that are open at a place now, by cell.
func (b *Batch) OpenDifferences(at stock.LocationID) map[stock.Cell]*difference.Difference {
	out := map[stock.Cell]*difference.Difference{}
	for _, d := range b.differences {
		if d.State == difference.Open && d.Cell.Location == at {
			out[d.Cell] = d
		}
	}
	return out
}

// SaveDifferences keeps differences as they are now, each told as what became of
// it. What ended goes before what is new.
func (b *Batch) SaveDifferences(by access.Scope, list []*difference.Difference) error {
	b.knowDifferences(nil)
	for _, d := range list {
		data, err := json.Marshal(map[string]any{"item": d.Cell.Item, "location": d.Cell.Location, "off": d.Off(), "proposed": d.Proposed, "taken": d.Taken, "reference": d.Reference})
		if err != nil {
			return err
		}
		b.Tell(by, journal.Difference, int64(d.ID), d.Version, became[d.State], data)
		b.differences[d.ID] = d
	}
	return b.Keep(func(tx *store.Tx) error { return differences.Save(tx, list) })
}
