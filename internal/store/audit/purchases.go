package audit

import (
	"orderly/internal/journal"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
)

// The walks over purchase orders, and over what levels await of them.
var (
	PurchasePages = []Walk{{"purchase", "id", "id", 1}, {"purchase_line", "purchase", "purchase, n", 10}}
	AwaitedPages  = []Walk{{"level", "item", "item, location", 2}}
	ChainPages    = []Walk{{"purchase_line", "order_id", "order_id, order_line", 1}}
)

// Awaited is a level's incoming units beside what purchase lines await there.
type Awaited struct {
	stock.Cell
	Incoming, Awaited int64
}

// AwaitedIn reads a page of items: cells at which something is incoming.
func AwaitedIn(r *store.Reader, in Range) ([]Awaited, error) {
	var out []Awaited
	err := r.Each("SELECT item, location, sum(incoming), sum(awaited) FROM ("+
		"SELECT item, location, incoming, 0 AS awaited FROM level WHERE m = $1 AND item > $2 AND item <= $3 AND incoming <> 0 UNION ALL "+
		"SELECT item, location, 0 AS incoming, awaited FROM purchase_line WHERE m = $1 AND item > $2 AND item <= $3 AND awaited > 0) AS x GROUP BY item, location ORDER BY item, location",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var x Awaited
			err := scan(&x.Item, &x.Location, &x.Incoming, &x.Awaited)
			out = append(out, x)
			return err
		})
	return out, err
}

// Bought is a purchase order beside what its rows and others say of it.
type Bought struct {
	*purchase.Purchase
	Kept           purchase.Status // by its row
	Lines          map[int]*BoughtLine
	Entries, First int64 // of its history
}

// BoughtLine is what the rows say of a line.
type BoughtLine struct {
	Awaited, Still             int64 // by its row
	Received, Damaged, Inspect int64 // by receipts
	Invoiced                   int64 // by invoices that are not disputed
}

// BoughtIn reads a page of purchase orders.
func BoughtIn(r *store.Reader, in Range) ([]Bought, error) {
	var out []Bought
	var ids []purchase.ID
	at := map[purchase.ID]int{}
	err := r.Each("SELECT p.id, p.status, (SELECT count(*) FROM entry AS e WHERE e.m = $1 AND e.kind = $4 AND e.subject = p.id), "+
		"coalesce((SELECT min(e.at) FROM entry AS e WHERE e.m = $1 AND e.kind = $4 AND e.subject = p.id AND e.subject_seq = 1), 0) "+
		"FROM purchase AS p WHERE p.m = $1 AND p.id > $2 AND p.id <= $3 ORDER BY p.id", []any{r.M, in.After, in.UpTo, journal.Purchase}, func(scan func(...any) error) error {
		x := Bought{Lines: map[int]*BoughtLine{}}
		var id purchase.ID
		err := scan(&id, &x.Kept, &x.Entries, &x.First)
		at[id], ids, out = len(out), append(ids, id), append(out, x)
		return err
	})
	if err != nil {
		return nil, err
	}
	found, err := purchases.Load(r, ids)
	if err != nil {
		return nil, err
	}
	for id, p := range found {
		out[at[id]].Purchase = p
	}
	return out, besides(r, in, out, at)
}

// besides reads what rows, receipts and invoices say of the lines of a page.
func besides(r *store.Reader, in Range, out []Bought, at map[purchase.ID]int) error {
	line := func(id purchase.ID, n int) *BoughtLine {
		i, ok := at[id]
		if !ok {
			return &BoughtLine{}
		}
		if out[i].Lines[n] == nil {
			out[i].Lines[n] = &BoughtLine{}
		}
		return out[i].Lines[n]
	}
	args := []any{r.M, in.After, in.UpTo}
	err := r.Each("SELECT purchase, n, awaited, still FROM purchase_line WHERE m = $1 AND purchase > $2 AND purchase <= $3", args, func(scan func(...any) error) error {
		var id purchase.ID
		var n int
		var x BoughtLine
		err := scan(&id, &n, &x.Awaited, &x.Still)
		*line(id, n) = x
		return err
	})
	if err != nil {
		return err
	}
	err = r.Each("SELECT h.purchase, l.line, sum(l.quantity), sum(CASE WHEN l.state = 'damaged' THEN l.quantity ELSE 0 END), sum(CASE WHEN l.state = 'quality_control' THEN l.quantity ELSE 0 END) "+
		"FROM purchase_receipt AS h JOIN purchase_receipt_line AS l ON l.m = $1 AND l.receipt = h.id WHERE h.m = $1 AND h.purchase > $2 AND h.purchase <= $3 GROUP BY h.purchase, l.line", args, func(scan func(...any) error) error {
		var id purchase.ID
		var n int
		var received, damaged, inspect int64
		err := scan(&id, &n, &received, &damaged, &inspect)
		x := line(id, n)
		x.Received, x.Damaged, x.Inspect = received, damaged, inspect
		return err
	})
	if err != nil {
		return err
	}
	// What a supplier sends to customers is received by nobody: it is what has left.
	err = r.Each("SELECT l.purchase, l.n, f.shipped FROM purchase_line AS l JOIN purchase AS p ON p.m = $1 AND p.id = l.purchase "+
		"JOIN fulfillment_line AS f ON f.m = $1 AND f.fulfillment = l.fulfillment AND f.order_line = l.order_line "+
		"WHERE l.m = $1 AND l.purchase > $2 AND l.purchase <= $3 AND l.fulfillment > 0 AND p.canceled_at = 0", args, func(scan func(...any) error) error {
		var id purchase.ID
		var n int
		var left int64
		err := scan(&id, &n, &left)
		line(id, n).Received = left
		return err
	})
	if err != nil {
		return err
	}
	return r.Each("SELECT h.purchase, l.line, sum(l.quantity) FROM purchase_invoice AS h JOIN purchase_invoice_line AS l ON l.m = $1 AND l.invoice = h.id "+
		"WHERE h.m = $1 AND h.purchase > $2 AND h.purchase <= $3 AND h.state <> 'disputed' GROUP BY h.purchase, l.line", args, func(scan func(...any) error) error {
		var id purchase.ID
		var n int
		var units int64
		err := scan(&id, &n, &units)
		line(id, n).Invoiced = units
		return err
	})
}

// Unmoved is a line of a receipt whose movement is not there or is another.
type Unmoved struct {
	Receipt  purchase.ReceiptID
	N        int
	Movement int64
}

// UnmovedIn reads a page of purchase orders for lines of receipts that no
// movement of the same units stands behind.
func UnmovedIn(r *store.Reader, in Range) (out []Unmoved, err error) {
	err = r.Each("SELECT l.receipt, l.n, l.movement FROM purchase_receipt AS h JOIN purchase_receipt_line AS l ON l.m = $1 AND l.receipt = h.id "+
		"LEFT JOIN movement AS x ON x.m = $1 AND x.item = l.item AND x.location = l.location AND x.id = l.movement "+
		"WHERE h.m = $1 AND h.purchase > $2 AND h.purchase <= $3 AND (x.id IS NULL OR x.quantity <> l.quantity OR x.state <> l.state OR x.ref_kind <> 'pur' OR x.ref_id <> h.purchase OR x.entry <> h.entry) ORDER BY l.receipt, l.n",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var x Unmoved
			err := scan(&x.Receipt, &x.N, &x.Movement)
			out = append(out, x)
			return err
		})
	return out, err
}

// UnreceivedIn reads a page of items for movements of purchases that no receipt
// names.
func UnreceivedIn(r *store.Reader, in Range) (out []Stray, err error) {
	err = r.Each("SELECT x.item, x.location, x.id, x.reason, x.ref_kind, x.ref_id FROM movement AS x WHERE x.m = $1 AND x.item > $2 AND x.item <= $3 AND x.ref_kind = 'pur' "+
		"AND NOT EXISTS (SELECT 1 FROM purchase_receipt_line AS l WHERE l.m = $1 AND l.movement = x.id) ORDER BY x.item, x.location, x.id",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var x Stray
			err := scan(&x.Cell.Item, &x.Cell.Location, &x.ID, &x.Reason, &x.RefKind, &x.RefID)
			out = append(out, x)
			return err
		})
	return out, err
}

// Chained is a line of an order beside what was bought for it.
type Chained struct {
	Order        int64
	Line         int
	Bought       int64
	Item         int64 // of the purchase lines
	Ordered, For int64 // units and item of the order's own line; 0 when there is none
}

// ChainedIn reads a page of orders for which something was bought.
func ChainedIn(r *store.Reader, in Range) (out []Chained, err error) {
	err = r.Each("SELECT c.order_id, c.order_line, c.item, c.bought, coalesce(o.ordered, 0), coalesce(o.item, 0) FROM "+
		"(SELECT order_id, order_line, max(item) AS item, sum(quantity - canceled) AS bought FROM purchase_line WHERE m = $1 AND order_id > 0 AND order_id > $2 AND order_id <= $3 GROUP BY order_id, order_line) AS c "+
		"LEFT JOIN order_line AS o ON o.m = $1 AND o.order_id = c.order_id AND o.n = c.order_line ORDER BY c.order_id, c.order_line",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var x Chained
			err := scan(&x.Order, &x.Line, &x.Item, &x.Bought, &x.Ordered, &x.For)
			out = append(out, x)
			return err
		})
	return out, err
}

// PurchaseNumbers tells how many purchase orders there are, their highest number
// and the last that was given.
func PurchaseNumbers(r *store.Reader) (count, highest, last int64, err error) {
	if err = r.Row("SELECT count(*), coalesce(max(number), 0) FROM purchase WHERE m = $1", r.M).Scan(&count, &highest); err == nil {
		last, err = purchases.LastNumber(r)
	}
	return count, highest, last, err
}
