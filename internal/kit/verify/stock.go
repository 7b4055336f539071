package verify

import (
	"cmp"
	"maps"
	"slices"

	"orderly/internal/catalog"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// stock holds levels to their movements, and transfers to themselves.
func (x *run) stock() error {
	return x.walk(audit.StockPages, func(r *store.Reader, in audit.Range) error {
		seq, _, err := audit.SequenceOf(r)
		if err != nil {
			return err
		}
		cells, err := audit.Cells(r, in)
		if err != nil {
			return err
		}
		for _, at := range slices.SortedFunc(maps.Keys(cells), byCell) {
			x.judgeCell(cells[at], seq.Entry)
		}
		x.count(int64(len(cells)), "K1", "K3", "R1")
		x.count(audit.CountMovements(cells), "E3")
		x.progress(int64(len(cells)), 0)
		if x.opts.Level >= Full {
			if err := x.strays(r, in); err != nil {
				return err
			}
		}
		if err := x.transfers(r, in); err != nil {
			return err
		}
		return x.returned(r, in)
	})
}

// returned holds what returns say of their units to what moved.
func (x *run) returned(r *store.Reader, in audit.Range) error {
	list, n, err := audit.LopsidedReturns(r, in)
	x.count(n, "K6")
	for _, t := range list {
		for i, state := range stock.States {
			if t.Lines[i] != t.Moved[i] {
				x.tell("K6", text("ret", t.Return), "%d units of item %s should lie %s by the return, its movements say %d", t.Lines[i], catalog.ID(t.Cell.Item), state, t.Moved[i])
			}
		}
	}
	return err
}

func byCell(a, b stock.Cell) int {
	return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Location, b.Location))
}

func cellText(c stock.Cell) string { return catalog.ID(c.Item).String() + " " + c.Location.String() }

func (x *run) judgeCell(c *audit.Cell, last int64) {
	at := cellText(c.Cell)
	levels := [3]int64{c.OnHand, c.Damaged, c.QualityControl}
	for i, state := range stock.States {
		switch {
		case levels[i] == c.Sums[i]:
		case c.Movements == 0:
			x.tell("K1", at, "the level has %d %s and there is no movement that could have brought them", levels[i], state)
		case !c.Kept:
			x.tell("K1", at, "movements add up to %d %s and there is no level row", c.Sums[i], state)
		default:
			x.tell("K1", at, "the level has %d %s, its %d movements add up to %d", levels[i], state, c.Movements, c.Sums[i])
		}
	}
	if !c.Kept && c.Sums == [3]int64{} {
		x.tell("K1", at, "there are %d movements and no level row", c.Movements)
	}
	if c.Reserved < 0 || c.Reserved > c.OnHand {
		x.tell("K3", at, "%d units are reserved of %d on hand", c.Reserved, c.OnHand)
	}
	if c.OnHand < 0 || c.Damaged < 0 || c.QualityControl < 0 || c.Incoming < 0 || c.Safety < 0 {
		x.tell("K3", at, "the level is negative: %d on hand, %d damaged, %d in quality control, %d incoming, %d safety",
			c.OnHand, c.Damaged, c.QualityControl, c.Incoming, c.Safety)
	}
	switch {
	case c.Low() && !c.Marked:
		x.tell("R1", at, "the level is low and not marked so: %d may be sold, somebody minds at %d", c.Sellable(), c.LowAt)
	case c.Marked && c.LowAt <= 0:
		x.tell("R1", at, "the level is marked as low, which nobody minds")
	case c.Marked && !c.Low():
		x.tell("R1", at, "the level is marked as low, though %d may be sold and somebody minds at %d", c.Sellable(), c.LowAt)
	}
	if c.Kept && !c.ItemKnown {
		x.tell("T1", at, "the level belongs to an item that is not there")
	}
	if c.Kept && !c.PlaceKnown {
		x.tell("T1", at, "the level belongs to a location that is not there")
	}
	if c.Movements > 0 && (c.Entries[0] < 1 || c.Entries[1] > last) {
		x.tell("E3", at, "movements name the journal entries %d to %d, the journal goes from 1 to %d", c.Entries[0], c.Entries[1], last)
	}
}

func (x *run) transfers(r *store.Reader, in audit.Range) error {
	list, err := audit.LopsidedTransfers(r, in)
	if err != nil {
		return err
	}
	for _, t := range list {
		x.tell("K5", text("stk", t.Act), "the movements of item %s in this transfer add up to %d %s instead of 0", catalog.ID(t.Item), t.Sum, t.State)
	}
	acts := map[int64]bool{}
	if err := audit.TransferActs(r, in, acts); err != nil {
		return err
	}
	x.count(int64(len(acts)), "K5")
	x.later(func() { maps.Copy(x.acts, acts) })
	return nil
}

func (x *run) strays(r *store.Reader, in audit.Range) error {
	list, err := audit.StrayMovements(r, in)
	if err != nil {
		return err
	}
	for _, s := range list {
		switch s.Kind {
		case "":
			x.tell("E3", cellText(s.Cell), "movement %d (%s) names journal entry %d, which is not there", s.ID, s.Reason, s.Entry)
		default:
			x.tell("E3", cellText(s.Cell), "movement %d (%s) of %s names journal entry %d, which tells of %s", s.ID, s.Reason, text(s.RefKind, s.RefID), s.Entry, text(s.Kind, s.Subject))
		}
	}
	return nil
}
