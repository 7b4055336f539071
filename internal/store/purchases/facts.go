package purchases

import (
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/supplier"
)

// Expected is when the first of what is on its way to a location should come.
type Expected struct {
	stock.Cell
	At    int64 // when the day begins
	Units int64 // of lines with a day
}

// ExpectedOf reads for items, by location, when the first units should come that
// are on their way and whose day is known.
func ExpectedOf(r *store.Reader, items []int64) (out []Expected, err error) {
	err = store.In(r, "SELECT item, location, min(expected_at), sum(awaited) FROM purchase_line WHERE m = $1 AND awaited > 0 AND expected_at > 0 AND item IN ($IN) GROUP BY item, location ORDER BY item, location",
		[]any{r.M}, items, func(scan func(...any) error) error {
			var x Expected
			err := scan(&x.Item, &x.Location, &x.At, &x.Units)
			out = append(out, x)
			return err
		})
	return out, err
}

// Coming is an open line of what is on its way.
type Coming struct {
	Purchase purchase.ID
	Number   int64
	Line     int
	Location stock.LocationID
	Units    int64
	At       int64
}

// ComingOf reads what is on its way of an item, the first to come first; what
// has no day comes last.
func ComingOf(r *store.Reader, item int64, limit int) (out []Coming, err error) {
	err = r.Each("SELECT l.purchase, p.number, l.n, l.location, l.awaited, l.expected_at FROM purchase_line AS l JOIN purchase AS p ON p.m = $1 AND p.id = l.purchase WHERE l.m = $1 AND l.item = $2 AND l.awaited > 0 "+
		"ORDER BY CASE WHEN l.expected_at = 0 THEN 1 ELSE 0 END, l.expected_at, l.purchase, l.n LIMIT $3", []any{r.M, item, int64(limit)}, func(scan func(...any) error) error {
		var x Coming
		err := scan(&x.Purchase, &x.Number, &x.Line, &x.Location, &x.Units, &x.At)
		out = append(out, x)
		return err
	})
	return out, err
}

// LastCosts reads what was paid a supplier for items in the order that was sent
// last before another was at an instant; items that were not bought are left out.
// When orders were sent counts, not their ids: those of the past are often
// recorded after newer ones.
func LastCosts(r *store.Reader, by supplier.ID, items []int64, at int64, other purchase.ID) (map[int64]money.Price, error) {
	type last struct{ sent, id int64 }
	out, newest := map[int64]money.Price{}, map[int64]last{}
	err := store.In(r, "SELECT l.item, p.sent_at, l.purchase, l.cost FROM purchase_line AS l JOIN purchase AS p ON p.m = $1 AND p.id = l.purchase "+
		"WHERE l.m = $1 AND l.supplier = $2 AND (p.sent_at < $3 OR p.sent_at = $3 AND l.purchase < $4) AND l.received > 0 AND l.item IN ($IN)", []any{r.M, int64(by), at, int64(other)}, items, func(scan func(...any) error) error {
		var item int64
		var x last
		var cost money.Price
		err := scan(&item, &x.sent, &x.id, &cost)
		if was := newest[item]; x.sent > was.sent || x.sent == was.sent && x.id > was.id {
			out[item], newest[item] = cost, x
		}
		return err
	})
	return out, err
}

// Chain is a line of an order and how many units were bought for it.
type Chain struct {
	Order order.ID
	Line  int
}

// Chained reads how many units are ordered from suppliers for lines of orders,
// those of one purchase order left out.
func Chained(r *store.Reader, orders []order.ID, but purchase.ID) (map[Chain]int64, error) {
	out := map[Chain]int64{}
	err := store.In(r, "SELECT order_id, order_line, sum(quantity - canceled) FROM purchase_line WHERE m = $1 AND order_id > 0 AND purchase <> $2 AND order_id IN ($IN) GROUP BY order_id, order_line", []any{r.M, int64(but)}, orders,
		func(scan func(...any) error) error {
			var c Chain
			var n int64
			err := scan(&c.Order, &c.Line, &n)
			out[c] = n
			return err
		})
	return out, err
}

// Period is what score cards are of: lines of which the last came from From and
// before Until. What is zero does not narrow.
type Period struct {
	Supplier  supplier.ID
	From      int64
	Until     int64
	Purpose   purchase.Purpose
	Transport string
}

const facts = "count(*), coalesce(sum(CASE WHEN l.promised_at > 0 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN l.promised_at > 0 AND l.late_days < 0 THEN 1 ELSE 0 END), 0), " +
	"coalesce(sum(CASE WHEN l.promised_at > 0 AND l.late_days > 0 THEN 1 ELSE 0 END), 0), coalesce(max(l.late_days), 0), coalesce(sum(CASE WHEN l.received >= l.quantity THEN 1 ELSE 0 END), 0), " +
	"coalesce(sum(l.received), 0), coalesce(sum(l.damaged), 0), coalesce(sum(l.faulty), 0), coalesce(sum(CASE WHEN l.lead_days >= 0 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN l.lead_days >= 0 THEN l.lead_days ELSE 0 END), 0), " +
	"coalesce(sum(CASE WHEN l.lead_days >= 0 THEN l.lead_days * l.lead_days ELSE 0 END), 0), coalesce(sum(l.worth), 0), coalesce(sum(CASE WHEN l.worth_before > 0 THEN 1 ELSE 0 END), 0), " +
	"coalesce(sum(CASE WHEN l.worth_before > 0 THEN l.worth ELSE 0 END), 0), coalesce(sum(l.worth_before), 0)"

// FactsOf reads the facts of a supplier in a period, and what is overdue now.
func FactsOf(r *store.Reader, p Period, now int64) (f purchase.Facts, err error) {
	where, args := periodOf(r, p)
	err = r.Row("SELECT "+facts+" FROM purchase_line AS l JOIN purchase AS p ON p.m = $1 AND p.id = l.purchase WHERE "+where, args...).Scan(into(&f)...)
	if err != nil {
		return f, err
	}
	err = r.Row("SELECT count(*) FROM purchase_line WHERE m = $1 AND supplier = $2 AND still > 0 AND promised_at > 0 AND promised_at <= $3", r.M, int64(p.Supplier), now).Scan(&f.Overdue)
	return f, err
}

func into(f *purchase.Facts) []any {
	return []any{&f.Lines, &f.Days, &f.Early, &f.Late, &f.MostLate, &f.Full, &f.Units, &f.Damaged, &f.Returned, &f.Leads, &f.LeadSum, &f.LeadSum2, &f.Spent, &f.Compared, &f.CostNow, &f.CostThen}
}

func periodOf(r *store.Reader, p Period) (string, []any) {
	until := p.Until
	if until == 0 {
		until = 1<<63 - 1
	}
	text, args := "l.m = $1 AND l.supplier = $2 AND l.done_at > 0 AND l.done_at >= $3 AND l.done_at < $4", []any{r.M, int64(p.Supplier), p.From, until}
	if p.Purpose != "" {
		args = append(args, string(p.Purpose))
		text += " AND p.purpose = " + store.Params(len(args), 1)
	}
	if p.Transport != "" {
		args = append(args, p.Transport)
		text += " AND p.transport = " + store.Params(len(args), 1)
	}
	return text, args
}

// FactLine is one line of those that a score card counts.
type FactLine struct {
	Purchase    purchase.ID
	Number      int64
	N           int
	Purpose     purchase.Purpose
	SKU         string
	SupplierSKU string
	Title       string
	Scale       int
	Quantity    int64
	Received    int64
	Damaged     int64
	Faulty      int64 // went back for faults
	SentAt      int64
	PromisedAt  int64
	DoneAt      int64 // the last of it came
	LateDays    int64 // of what has a promised day; below zero: early
	LeadDays    int64 // below zero: not known
	Cost        money.Price
	Before      money.Price // of the item in the order before; 0 when there is none
}

// FactLines reads the lines that the facts of a period are of, those that came last
// first, before a key of when it was done, order and line; zeros begin.
func FactLines(r *store.Reader, p Period, before [3]int64, limit int) (out []FactLine, err error) {
	where, args := periodOf(r, p)
	if before[0] != 0 {
		n := len(args)
		args = append(args, before[0], before[1], before[2])
		where += " AND (l.done_at, l.purchase, l.n) < (" + store.Params(n+1, 3) + ")"
	}
	args = append(args, int64(limit))
	err = r.Each("SELECT l.purchase, p.number, l.n, p.purpose, l.sku, l.supplier_sku, l.title, l.scale, l.quantity, l.received, l.damaged, l.faulty, p.sent_at, l.promised_at, l.done_at, l.late_days, l.lead_days, l.cost, l.before_cost "+
		"FROM purchase_line AS l JOIN purchase AS p ON p.m = $1 AND p.id = l.purchase WHERE "+where+" ORDER BY l.done_at DESC, l.purchase DESC, l.n DESC LIMIT "+store.Params(len(args), 1), args, func(scan func(...any) error) error {
		var x FactLine
		err := scan(&x.Purchase, &x.Number, &x.N, &x.Purpose, &x.SKU, &x.SupplierSKU, &x.Title, &x.Scale, &x.Quantity, &x.Received, &x.Damaged, &x.Faulty, &x.SentAt, &x.PromisedAt, &x.DoneAt, &x.LateDays, &x.LeadDays, &x.Cost, &x.Before)
		out = append(out, x)
		return err
	})
	return out, err
}

// OnTime reads for suppliers how many lines with a promised day came since an
// instant, and how many of them by that day.
func OnTime(r *store.Reader, ids []supplier.ID, since int64) (map[supplier.ID][2]int64, error) {
	out := map[supplier.ID][2]int64{}
	err := store.In(r, "SELECT supplier, count(*), sum(CASE WHEN late_days <= 0 THEN 1 ELSE 0 END) FROM purchase_line WHERE m = $1 AND done_at > 0 AND done_at >= $2 AND promised_at > 0 AND supplier IN ($IN) GROUP BY supplier",
		[]any{r.M, since}, ids, func(scan func(...any) error) error {
			var id supplier.ID
			var n [2]int64
			err := scan(&id, &n[0], &n[1])
			out[id] = n
			return err
		})
	return out, err
}
