package demo

import (
	"context"

	"orderly/internal/desk/floor"
	"orderly/internal/fulfillment"
)

// scans has the carriers report. A report's instant is the real one at which it
// comes, since the parcel's own instants are; no two are equal, so that none is
// taken for a repetition.
func (m *Demo) scans(ctx context.Context, due []task) error {
	var cmds []floor.ScanCommand
	at := map[fulfillment.ParcelID]int{}
	for _, t := range due {
		m.scan = max(m.scan+1, m.db.Now())
		s := fulfillment.Scan{At: m.scan, Code: t.scan.Code, Text: t.scan.Text, Place: t.scan.Place}
		i, ok := at[t.parcel]
		if !ok {
			i = len(cmds)
			at[t.parcel] = i
			cmds = append(cmds, floor.ScanCommand{Parcel: t.parcel})
		}
		cmds[i].Scans = append(cmds[i].Scans, s)
	}
	_, err := do(ctx, m, floor.Scan, carrier, cmds)
	return err
}

// parcels are handed over, lost and found.
func (m *Demo) parcels(ctx context.Context, due []task) error {
	var cmds []floor.ParcelCommand
	for _, t := range due {
		cmds = append(cmds, floor.ParcelCommand{Parcel: t.parcel, Act: t.word})
	}
	_, err := do(ctx, m, floor.Parcel, carrier, cmds)
	return err
}
