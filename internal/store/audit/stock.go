package audit

import (
	"cmp"
	"slices"

	"orderly/internal/stock"
	"orderly/internal/store"
)

// Cell is a level beside what its movements add up to.
type Cell struct {
	stock.Level
	Kept       bool // there is a level row
	Marked     bool // as low
	ItemKnown  bool
	PlaceKnown bool
	Movements  int64
	Sums       [3]int64 // of stock.States
	Entries    [2]int64 // the lowest and the highest journal sequence that a movement names
}

// Cells reads the levels of a page of items and the sums of their movements.
func Cells(r *store.Reader, in Range) (map[stock.Cell]*Cell, error) {
	out := map[stock.Cell]*Cell{}
	at := func(c stock.Cell) *Cell {
		if out[c] == nil {
			out[c] = &Cell{Level: stock.Level{Cell: c}}
		}
		return out[c]
	}
	err := r.Each("SELECT l.item, l.location, l.on_hand, l.reserved, l.damaged, l.quality_control, l.incoming, l.safety, l.low_at, l.low, "+
		"CASE WHEN i.id IS NULL THEN 0 ELSE 1 END, CASE WHEN p.id IS NULL THEN 0 ELSE 1 END FROM level AS l "+
		"LEFT JOIN item AS i ON i.m = l.m AND i.id = l.item LEFT JOIN location AS p ON p.m = l.m AND p.id = l.location "+
		"WHERE l.m = $1 AND l.item > $2 AND l.item <= $3", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var l stock.Level
		var low, item, place int64
		if err := scan(&l.Item, &l.Location, &l.OnHand, &l.Reserved, &l.Damaged, &l.QualityControl, &l.Incoming, &l.Safety, &l.LowAt, &low, &item, &place); err != nil {
			return err
		}
		c := at(l.Cell)
		c.Level, c.Kept, c.Marked, c.ItemKnown, c.PlaceKnown = l, true, low != 0, item == 1, place == 1
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = r.Each("SELECT item, location, count(*), min(entry), max(entry), sum(CASE state WHEN 'on_hand' THEN quantity ELSE 0 END), "+
		"sum(CASE state WHEN 'damaged' THEN quantity ELSE 0 END), sum(CASE state WHEN 'quality_control' THEN quantity ELSE 0 END) "+
		"FROM movement WHERE m = $1 AND item > $2 AND item <= $3 GROUP BY item, location", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var at0 stock.Cell
		var n int64
		var entries [2]int64
		var sums [3]int64
		if err := scan(&at0.Item, &at0.Location, &n, &entries[0], &entries[1], &sums[0], &sums[1], &sums[2]); err != nil {
			return err
		}
		c := at(at0)
		c.Movements, c.Entries, c.Sums = n, entries, sums
		return nil
	})
	return out, err
}

// Transfer is what the movements of one transfer add up to for one item.
type Transfer struct {
	Act, Item int64
	State     stock.State
	Sum       int64
}

const ofTransfers = " FROM movement WHERE m = $1 AND item > $2 AND item <= $3 AND reason IN ('transfer_in', 'transfer_out')"

// LopsidedTransfers lists the transfers of a page of items that made or lost units.
func LopsidedTransfers(r *store.Reader, in Range) ([]Transfer, error) {
	var out []Transfer
	err := r.Each("SELECT ref_id, item, state, sum(quantity)"+ofTransfers+" GROUP BY item, ref_id, state HAVING sum(quantity) <> 0 ORDER BY item, ref_id, state",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var t Transfer
			err := scan(&t.Act, &t.Item, &t.State, &t.Sum)
			out = append(out, t)
			return err
		})
	return out, err
}

// TransferActs adds the transfers that have movements in a page of items.
func TransferActs(r *store.Reader, in Range, into map[int64]bool) error {
	list, err := ids(r, "SELECT DISTINCT ref_id"+ofTransfers, r.M, in.After, in.UpTo)
	for _, id := range list {
		into[id] = true
	}
	return err
}

// Stray is a movement whose journal entry is missing or tells of another act.
type Stray struct {
	stock.Movement
	Kind    string // of the entry's subject, "" when there is none
	Subject int64
}

// StrayMovements lists the movements of a page of items that do not fit the
// journal entry they name.
func StrayMovements(r *store.Reader, in Range) ([]Stray, error) {
	var out []Stray
	err := r.Each("SELECT x.item, x.location, x.id, x.reason, x.ref_kind, x.ref_id, x.entry, coalesce(e.kind, ''), coalesce(e.subject, 0) FROM movement AS x "+
		"LEFT JOIN entry AS e ON e.m = x.m AND e.seq = x.entry WHERE x.m = $1 AND x.item > $2 AND x.item <= $3 "+
		"AND (e.seq IS NULL OR (x.ref_kind = 'stk' AND (e.kind <> 'stk' OR e.subject <> x.ref_id)) OR (x.ref_kind = 'ful' AND e.kind <> 'ord') OR (x.ref_kind = 'pur' AND (e.kind <> 'pur' OR e.subject <> x.ref_id)) OR (x.ref_kind = 'prt' AND (e.kind <> 'prt' OR e.subject <> x.ref_id)) OR (x.ref_kind = 'urt' AND (e.kind <> 'urt' OR e.subject <> x.ref_id)) OR (x.ref_kind = 'ret' AND e.kind <> 'ord' AND (e.kind <> 'ret' OR e.subject <> x.ref_id)))",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var s Stray
			err := scan(&s.Cell.Item, &s.Cell.Location, &s.ID, &s.Reason, &s.RefKind, &s.RefID, &s.Entry, &s.Kind, &s.Subject)
			out = append(out, s)
			return err
		})
	return out, err
}

// CountMovements tells how many movements a page of items has.
func CountMovements(cells map[stock.Cell]*Cell) int64 {
	n := int64(0)
	for _, c := range cells {
		n += c.Movements
	}
	return n
}

// ReturnedUnits is what returns say lies at a cell of units that came back, and
// what the movements of those returns add up to.
type ReturnedUnits struct {
	Return       int64
	Cell         stock.Cell
	Lines, Moved [3]int64 // of stock.States
}

// LopsidedReturns lists the returns of a page of items whose dispositions are
// not what their movements say, and tells how many it looked at. Orders that
// were only recorded had none.
func LopsidedReturns(r *store.Reader, in Range) ([]ReturnedUnits, int64, error) {
	type key struct{ id, item int64 }
	at := map[key]*ReturnedUnits{}
	of := func(id int64, c stock.Cell) *ReturnedUnits {
		k := key{id, c.Item}
		if at[k] == nil {
			at[k] = &ReturnedUnits{Return: id, Cell: c}
		}
		return at[k]
	}
	err := r.Each("SELECT x.return_id, x.item, t.location, sum(x.restocked), sum(x.damaged), sum(x.quantity - x.restocked - x.damaged - x.scrapped) "+
		"FROM return_line AS x JOIN item AS i ON i.m = x.m AND i.id = x.item JOIN order_return AS t ON t.m = x.m AND t.id = x.return_id "+
		"WHERE x.m = $1 AND x.item > $2 AND x.item <= $3 AND i.kind = 'goods' AND t.location <> 0 GROUP BY x.return_id, x.item, t.location",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var id int64
			var c stock.Cell
			var s [3]int64
			err := scan(&id, &c.Item, &c.Location, &s[0], &s[1], &s[2])
			of(id, c).Lines = s
			return err
		})
	if err == nil {
		err = r.Each("SELECT ref_id, item, location, sum(CASE state WHEN 'on_hand' THEN quantity ELSE 0 END), sum(CASE state WHEN 'damaged' THEN quantity ELSE 0 END), "+
			"sum(CASE state WHEN 'quality_control' THEN quantity ELSE 0 END) "+
			"FROM movement WHERE m = $1 AND item > $2 AND item <= $3 AND ref_kind = 'ret' GROUP BY ref_id, item, location",
			[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
				var id int64
				var c stock.Cell
				var s [3]int64
				err := scan(&id, &c.Item, &c.Location, &s[0], &s[1], &s[2])
				x := of(id, c)
				for i := range s {
					x.Moved[i] += s[i]
				}
				if x.Cell != c { // at another place than the return says
					x.Moved[0]++
				}
				return err
			})
	}
	var out []ReturnedUnits
	for _, x := range at {
		if x.Lines != x.Moved {
			out = append(out, *x)
		}
	}
	slices.SortFunc(out, func(a, b ReturnedUnits) int {
		return cmp.Or(cmp.Compare(a.Return, b.Return), cmp.Compare(a.Cell.Item, b.Cell.Item))
	})
	return out, int64(len(at)), err
}
