package step

import (
	"encoding/json"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/replenish"
	"orderly/internal/store"
	"orderly/internal/store/replenishment"
)

// OpenLines are lines of replenishment that can be decided on, in their order.
func (b *Batch) OpenLines(by access.Scope, ids []replenish.LineID) ([]*replenish.Line, error) {
	found, err := replenishment.Lines(b.R, ids)
	if err != nil {
		return nil, err
	}
	var l fault.List
	out := make([]*replenish.Line, len(ids))
	for i, id := range ids {
		out[i] = found[id]
		switch x := out[i]; {
		case x == nil || !by.Sees(x.Location):
			l.Add(fmt.Sprintf("/lines/%d", i), "no_such_line", "nothing is proposed as %s", id)
		case x.State != replenish.Open:
			l.Add(fmt.Sprintf("/lines/%d", i), "not_open", "line %s is %s", id, x.State)
		}
	}
	return out, l.As(fault.Conflict, "not_open", "these lines cannot be decided on")
}

// TellLine tells of a line of replenishment as it is now.
func (b *Batch) TellLine(by access.Scope, l *replenish.Line, typ string) error {
	l.Version++
	data, err := json.Marshal(map[string]any{"item": l.Item, "location": l.Location, "source": l.Source, "quantity": l.Quantity, "taken": l.Taken, "ref": l.Ref})
	if err != nil {
		return err
	}
	b.Tell(by, journal.ReplenishLine, int64(l.ID), l.Version, typ, data)
	return nil
}

// CloseLines keeps that lines of replenishment are not open any more.
func (b *Batch) CloseLines(by access.Scope, lines []*replenish.Line, typ string) error {
	for _, l := range lines {
		l.DecidedAt = b.At
		if err := b.TellLine(by, l, typ); err != nil {
			return err
		}
		if err := b.Keep(func(tx *store.Tx) error { return replenishment.Decide(tx, l) }); err != nil {
			return err
		}
	}
	return nil
}

// AcceptLines keeps that lines were ordered or moved, by what.
func (b *Batch) AcceptLines(by access.Scope, lines []*replenish.Line, ref int64) error {
	for _, l := range lines {
		l.State, l.Taken, l.Ref = replenish.Accepted, l.Quantity, ref
	}
	return b.CloseLines(by, lines, journal.ReplenishmentAccepted)
}
