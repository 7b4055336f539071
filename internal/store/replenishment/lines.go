package replenishment

import (
	"encoding/json"
	"fmt"

	"orderly/internal/replenish"
	"orderly/internal/store"
)

const lineColumns = "id, policy, item, location, source, supplier, from_location, quantity, cost, currency, why, state, taken, ref, made_at, decided_at, version"

func collectLines(out *[]*replenish.Line) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		l := &replenish.Line{}
		var why string
		err := scan(&l.ID, &l.Policy, &l.Item, &l.Location, &l.Source, &l.Supplier, &l.From, &l.Quantity, &l.Cost, &l.Currency, &why, &l.State, &l.Taken, &l.Ref, &l.MadeAt, &l.DecidedAt, &l.Version)
		if err == nil {
			err = json.Unmarshal([]byte(why), &l.Why)
		}
		*out = append(*out, l)
		return err
	}
}

// Lines reads lines by id; unknown ones are left out.
func Lines(r *store.Reader, ids []replenish.LineID) (map[replenish.LineID]*replenish.Line, error) {
	var list []*replenish.Line
	err := store.In(r, "SELECT "+lineColumns+" FROM replenish_line WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, collectLines(&list))
	out := make(map[replenish.LineID]*replenish.Line, len(list))
	for _, l := range list {
		out[l.ID] = l
	}
	return out, err
}

// OpenOf reads the open lines of items, by item and place.
func OpenOf(r *store.Reader, items []int64) (map[replenish.Cell]*replenish.Line, error) {
	var list []*replenish.Line
	err := store.In(r, "SELECT "+lineColumns+" FROM replenish_line WHERE m = $1 AND state = 'open' AND item IN ($IN)", []any{r.M}, items, collectLines(&list))
	out := make(map[replenish.Cell]*replenish.Line, len(list))
	for _, l := range list {
		out[replenish.Cell{Item: l.Item, Location: l.Location}] = l
	}
	return out, err
}

// PageLines lists lines of a state, the newest first, before one; 0 begins.
func PageLines(r *store.Reader, state string, before replenish.LineID, limit int) (out []*replenish.Line, err error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	err = r.Each("SELECT "+lineColumns+" FROM replenish_line WHERE m = $1 AND state = $2 AND id < $3 ORDER BY id DESC LIMIT $4", []any{r.M, state, int64(before), int64(limit)}, collectLines(&out))
	return out, err
}

var insertLine = store.NewInsert("replenish_line", "", "m", "id", "policy", "item", "location", "source", "supplier", "from_location", "quantity", "cost", "currency", "why",
	"state", "taken", "ref", "made_at", "decided_at", "version")

// InsertLines keeps new lines.
func InsertLines(tx *store.Tx, list []*replenish.Line) error {
	whys := make([]string, len(list))
	for i, l := range list {
		b, err := json.Marshal(&l.Why)
		if err != nil {
			return err
		}
		whys[i] = string(b)
	}
	return insertLine.Run(tx, len(list), func(a []any, n int) []any {
		l := list[n]
		return append(a, tx.M, int64(l.ID), int64(l.Policy), l.Item, l.Location, l.Source, l.Supplier, l.From, l.Quantity, int64(l.Cost), l.Currency, whys[n],
			l.State, l.Taken, l.Ref, l.MadeAt, l.DecidedAt, l.Version)
	})
}

// Decide keeps what became of a line that is open.
func Decide(tx *store.Tx, l *replenish.Line) error {
	n, err := tx.Exec("UPDATE replenish_line SET state = $1, taken = $2, ref = $3, decided_at = $4, version = $5 WHERE m = $6 AND id = $7 AND state = 'open'",
		l.State, l.Taken, l.Ref, l.DecidedAt, l.Version, tx.M, int64(l.ID))
	if err == nil && n != 1 {
		err = fmt.Errorf("line %s is not open any more", l.ID)
	}
	return err
}
