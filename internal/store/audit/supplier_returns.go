package audit

import (
	"orderly/internal/journal"
	"orderly/internal/purchase"
	"orderly/internal/store"
)

// The walks over what goes back to suppliers, and over what came of what was
// bought.
var (
	ReturnPages = []Walk{{"purchase_return", "id", "id", 1}, {"purchase_return_line", "purchase_return", "purchase_return, n", 3}}
	BackPages   = []Walk{{"purchase_line", "purchase", "purchase, n", 10}}
)

// WentBack is a return to a supplier beside what its rows say of it.
type WentBack struct {
	ID                    purchase.ReturnID
	Number                int64
	Step                  purchase.Step
	ShippedAt, AgainAt    int64
	Version, Entries      int64
	Lines                 int64
	Left, Again           int64 // lines whose movements are there and of the same units
	NamesLeft, NamesAgain int64 // lines that name one
	OtherItem             int64 // lines of another item, or of no line of the order
}

// WentBackIn reads a page of returns to suppliers.
func WentBackIn(r *store.Reader, in Range) (out []WentBack, err error) {
	const left = "EXISTS (SELECT 1 FROM movement AS v WHERE v.m = $1 AND v.item = l.item AND v.location = h.location AND v.id = l.movement AND v.quantity = -l.quantity AND v.state = l.state AND v.ref_kind = 'prt' AND v.ref_id = h.id)"
	const again = "EXISTS (SELECT 1 FROM movement AS v WHERE v.m = $1 AND v.item = l.item AND v.location = h.location AND v.id = l.again AND v.quantity = l.quantity AND v.ref_kind = 'prt' AND v.ref_id = h.id)"
	err = r.Each("SELECT h.id, h.number, h.step, h.shipped_at, h.again_at, h.version, (SELECT count(*) FROM entry AS e WHERE e.m = $1 AND e.kind = $4 AND e.subject = h.id), count(l.n), "+
		"coalesce(sum(CASE WHEN l.movement > 0 AND "+left+" THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN l.again > 0 AND "+again+" THEN 1 ELSE 0 END), 0), "+
		"coalesce(sum(CASE WHEN l.movement > 0 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN l.again > 0 THEN 1 ELSE 0 END), 0), "+
		"coalesce(sum(CASE WHEN p.n IS NULL THEN 1 ELSE 0 END), 0) "+
		"FROM purchase_return AS h LEFT JOIN purchase_return_line AS l ON l.m = $1 AND l.purchase_return = h.id LEFT JOIN purchase_line AS p ON p.m = $1 AND p.purchase = h.purchase AND p.n = l.line AND p.item = l.item "+
		"WHERE h.m = $1 AND h.id > $2 AND h.id <= $3 GROUP BY h.id, h.number, h.step, h.shipped_at, h.again_at, h.version ORDER BY h.id", []any{r.M, in.After, in.UpTo, journal.SupplierReturn}, func(scan func(...any) error) error {
		var x WentBack
		err := scan(&x.ID, &x.Number, &x.Step, &x.ShippedAt, &x.AgainAt, &x.Version, &x.Entries, &x.Lines, &x.Left, &x.Again, &x.NamesLeft, &x.NamesAgain, &x.OtherItem)
		out = append(out, x)
		return err
	})
	return out, err
}

// BackLine is a line of a purchase order beside what its returns make of it.
type BackLine struct {
	Purchase               purchase.ID
	N                      int
	Received               int64
	Back, Faulty, Credited int64 // by its row
	Gone, Faults, Paid     int64 // by returns
}

// BackIn reads the lines of a page of purchase orders of which units went back, or
// are said to have.
func BackIn(r *store.Reader, in Range) (out []BackLine, err error) {
	err = r.Each("SELECT p.purchase, p.n, p.received, p.back, p.faulty, p.credited, coalesce(b.gone, 0), coalesce(b.faults, 0), coalesce(b.paid, 0) FROM purchase_line AS p "+
		"LEFT JOIN (SELECT h.purchase, l.line, sum(CASE WHEN h.shipped_at > 0 AND h.again_at = 0 THEN l.quantity ELSE 0 END) AS gone, "+
		"sum(CASE WHEN h.shipped_at > 0 AND h.again_at = 0 AND l.reason NOT IN ('over', 'unsold') THEN l.quantity ELSE 0 END) AS faults, "+
		"sum(CASE WHEN h.step = 'credited' THEN l.quantity ELSE 0 END) AS paid "+
		"FROM purchase_return AS h JOIN purchase_return_line AS l ON l.m = $1 AND l.purchase_return = h.id WHERE h.m = $1 AND h.purchase > $2 AND h.purchase <= $3 GROUP BY h.purchase, l.line) AS b ON b.purchase = p.purchase AND b.line = p.n "+
		"WHERE p.m = $1 AND p.purchase > $2 AND p.purchase <= $3 AND (p.back <> 0 OR p.faulty <> 0 OR p.credited <> 0 OR b.line IS NOT NULL) ORDER BY p.purchase, p.n", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var x BackLine
		err := scan(&x.Purchase, &x.N, &x.Received, &x.Back, &x.Faulty, &x.Credited, &x.Gone, &x.Faults, &x.Paid)
		out = append(out, x)
		return err
	})
	return out, err
}

// StrayReturns lists the movements of returns to suppliers, of a page of items, that
// no return names.
func StrayReturns(r *store.Reader, in Range) (out []Stray, err error) {
	err = r.Each("SELECT x.item, x.location, x.id, x.reason, x.ref_kind, x.ref_id FROM movement AS x WHERE x.m = $1 AND x.item > $2 AND x.item <= $3 AND x.ref_kind = 'prt' "+
		"AND NOT EXISTS (SELECT 1 FROM purchase_return_line AS l WHERE l.m = $1 AND l.purchase_return = x.ref_id AND (l.movement = x.id OR l.again = x.id)) ORDER BY x.item, x.location, x.id", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var s Stray
		err := scan(&s.Cell.Item, &s.Cell.Location, &s.ID, &s.Reason, &s.RefKind, &s.RefID)
		out = append(out, s)
		return err
	})
	return out, err
}
