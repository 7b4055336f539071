package replay

import (
	"cmp"
	"slices"

	"orderly/internal/stock"
)

// weave puts goods that came and went where they did so in the journal. What was
// shipped is left out: it leaves the shelf and the claim together.
func (b *books) weave(moved []stock.Movement) {
	at := map[int64][]stock.Movement{}
	for _, m := range moved {
		if m.State == stock.OnHand && m.Reason != "ship" && m.Reason != "unship" {
			at[m.Entry] = append(at[m.Entry], m)
		}
	}
	for i := range b.events {
		e := &b.events[i]
		if list, ok := at[e.seq]; ok {
			e.moved = list
			delete(at, e.seq)
		}
	}
	for seq, list := range at {
		b.events = append(b.events, event{seq: seq, at: list[0].At, moved: list})
	}
	for i := range b.events {
		slices.SortFunc(b.events[i].moved, func(x, y stock.Movement) int {
			return cmp.Or(cmp.Compare(x.Cell.Item, y.Cell.Item), cmp.Compare(x.Cell.Location, y.Cell.Location), cmp.Compare(x.ID, y.ID))
		})
	}
	slices.SortFunc(b.events, func(x, y event) int { return cmp.Compare(x.seq, y.seq) })
}
