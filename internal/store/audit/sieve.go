package audit

import (
	"strings"

	"orderly/internal/order"
	"orderly/internal/store"
)

// The sieve tells which orders of a page look wrong, by adding up every table
// that belongs to them in one statement. It may let a sound order through its
// meshes as a suspect, for the judge clears it; it never clears a wrong one but
// where units of two fulfillments of one order were exchanged for each other.
//
// Where sums alone could not see that units changed place between two lines,
// they are weighted with the line's number and a prime for each bucket.

// modulus keeps products of quantity and price exact: line totals are compared
// as remainders, which cannot overflow.
const modulus = "999999937"

// lineSums adds up the lines of each order.
const lineSums = `SELECT order_id, count(*) AS lines, max(n) AS last, min(priority) AS low, max(priority) AS high,
  sum(total) AS subtotal, sum(discount) AS discount, sum(tax) AS tax, sum(moved) AS moved,
  sum(ordered) AS ordered, sum(canceled) AS canceled, sum(unsourced) AS unsourced, sum(backordered) AS backordered,
  sum(allocated) AS allocated, sum(picked) AS picked, sum(packed) AS packed, sum(shipped) AS shipped, sum(delivered) AS delivered,
  sum(lost) AS lost, sum(return_requested) AS return_requested, sum(returned) AS returned, sum(restocked) AS restocked,
  sum(CASE WHEN ordered <> canceled + unsourced + backordered + allocated + picked + packed + shipped + delivered + lost
      OR canceled < 0 OR unsourced < 0 OR backordered < 0 OR allocated < 0 OR picked < 0 OR packed < 0 OR shipped < 0 OR delivered < 0 OR lost < 0
      OR return_requested < 0 OR restocked < 0 OR restocked > returned OR return_requested + returned > shipped + delivered
      OR (backordered > 0) <> (backordered_at > 0) OR (ordered > 0 AND ordered <> quantity) OR (ordered = 0 AND (parent <> 0 OR quantity <= 0))
      OR (parent <> 0 AND (per_parent <= 0 OR total <> 0 OR parent >= n)) OR discount < 0 OR discount > total THEN 1
    WHEN parent <> 0 THEN CASE WHEN EXISTS (SELECT 1 FROM order_line AS b WHERE b.m = $1 AND b.order_id = l.order_id AND b.n = l.parent
      AND b.ordered = 0 AND b.parent = 0 AND b.quantity * l.per_parent = l.quantity) THEN 0 ELSE 1 END
    WHEN ordered = 0 THEN CASE WHEN EXISTS (SELECT 1 FROM order_line AS b WHERE b.m = $1 AND b.order_id = l.order_id AND b.parent = l.n) THEN 0 ELSE 1 END
    ELSE 0 END) AS broken,
  sum(CASE WHEN parent = 0 AND canceled > 0 AND canceled = ordered THEN total - discount + tax ELSE 0 END) AS gone,
  sum(CASE WHEN canceled > 0 AND (parent <> 0 OR canceled < ordered) THEN 1 ELSE 0 END) AS torn,
  sum((quantity % ` + modulus + `) * (price % ` + modulus + `) % ` + modulus + ` * CASE scale WHEN 0 THEN 1000 WHEN 1 THEN 100 WHEN 2 THEN 10 ELSE 1 END) AS exact,
  sum(n * (2 * allocated + 3 * picked + 5 * packed + 7 * (shipped + delivered + lost) + 11 * (delivered + lost))) AS worked,
  sum(n * (2 * packed + 3 * shipped + 5 * delivered + 7 * lost)) AS boxed,
  sum(n * (2 * returned + 3 * restocked)) AS back
 FROM order_line AS l WHERE m = $1 AND order_id > $2 AND order_id <= $3 GROUP BY order_id`

// fulfillmentSums adds up each fulfillment, and then those of each order.
const fulfillmentSums = `SELECT order_id, min(low) AS low, max(high) AS high, sum(allocated) AS allocated, sum(picked) AS picked, sum(packed) AS packed,
  sum(worked) AS worked,
  sum(CASE WHEN lines = 0 OR broken > 0 OR work_status <> CASE WHEN allocated > 0 AND released_at = 0 THEN 'pending'
      WHEN allocated > 0 AND picked + packed + shipped > 0 THEN 'picking' WHEN allocated > 0 THEN 'released' WHEN picked > 0 THEN 'picked'
      WHEN packed > 0 THEN 'packed' WHEN shipped = 0 THEN 'canceled' WHEN arrived = shipped THEN 'delivered' ELSE 'shipped' END THEN 1 ELSE 0 END) AS broken
 FROM (SELECT f.source_id AS order_id, f.id, min(f.work_status) AS work_status, min(f.released_at) AS released_at,
    min(f.priority) AS low, max(f.priority) AS high, count(x.n) AS lines,
    coalesce(sum(x.open_qty - x.picked - x.packed), 0) AS allocated, coalesce(sum(x.picked), 0) AS picked, coalesce(sum(x.packed), 0) AS packed,
    coalesce(sum(x.shipped), 0) AS shipped, coalesce(sum(x.arrived), 0) AS arrived,
    coalesce(sum(x.order_line * (2 * (x.open_qty - x.picked - x.packed) + 3 * x.picked + 5 * x.packed + 7 * x.shipped + 11 * x.arrived)), 0) AS worked,
    sum(CASE WHEN x.picked < 0 OR x.packed < 0 OR x.picked + x.packed > x.open_qty OR x.arrived < 0 OR x.arrived > x.shipped
        OR x.open_qty + x.shipped > x.quantity THEN 1 ELSE 0 END) AS broken
  FROM fulfillment AS f LEFT JOIN fulfillment_line AS x ON x.m = f.m AND x.fulfillment = f.id
  WHERE f.m = $1 AND f.source_id > $2 AND f.source_id <= $3 AND f.purpose = 'order' GROUP BY f.source_id, f.id) AS one GROUP BY order_id`

const parcelSums = `SELECT p.order_id, sum(CASE p.status WHEN 'packed' THEN x.quantity ELSE 0 END) AS packed,
  sum(x.line * x.quantity * CASE p.status WHEN 'packed' THEN 2 WHEN 'shipped' THEN 3 WHEN 'delivered' THEN 5 WHEN 'lost' THEN 7 ELSE 0 END) AS boxed,
  sum(CASE WHEN x.parcel IS NULL OR (p.status IN ('shipped', 'delivered', 'lost')) <> (p.shipped_at > 0)
      OR (p.status = 'delivered') <> (p.delivered_at > 0) OR p.status NOT IN ('packed', 'unpacked', 'shipped', 'delivered', 'lost') THEN 1 ELSE 0 END) AS broken
 FROM parcel AS p LEFT JOIN parcel_line AS x ON x.m = p.m AND x.parcel = p.id
 WHERE p.m = $1 AND p.order_id > $2 AND p.order_id <= $3 GROUP BY p.order_id`

const returnSums = `SELECT t.order_id, sum(x.quantity) AS returned, sum(x.line * (2 * x.quantity + 3 * x.restocked)) AS back
 FROM order_return AS t JOIN order_return_line AS x ON x.m = t.m AND x.return_id = t.id
 WHERE t.m = $1 AND t.order_id > $2 AND t.order_id <= $3 GROUP BY t.order_id`

const moneySums = `SELECT order_id, sum(amount) AS balance, min(currency) AS least, max(currency) AS most,
  sum(CASE WHEN account = 'channel_clearing' AND amount > 0 THEN amount ELSE 0 END) AS took,
  sum(CASE WHEN account = 'channel_clearing' AND amount < 0 THEN -amount ELSE 0 END) AS gave,
  sum(CASE WHEN account IN ('channel_clearing', 'receivable') THEN 0 ELSE 1 END) AS broken
 FROM money_entry WHERE m = $1 AND order_id > $2 AND order_id <= $3 GROUP BY order_id`

const (
	feeSums = `SELECT order_id, count(*) AS fees, sum(amount) AS amount, sum(tax) AS tax
 FROM order_fee WHERE m = $1 AND order_id > $2 AND order_id <= $3 GROUP BY order_id`

	holdSums = `SELECT order_id, count(*) AS holds, sum(CASE WHEN lifted_at = 0 THEN 1 ELSE 0 END) AS standing
 FROM order_hold WHERE m = $1 AND order_id > $2 AND order_id <= $3 GROUP BY order_id`

	entrySums = `SELECT subject AS order_id, count(*) AS entries, min(subject_seq) AS first, max(subject_seq) AS last
 FROM entry WHERE m = $1 AND subject > $2 AND subject <= $3 GROUP BY subject`
)

// minorUnit is one minor unit of the order's currency in 10⁻⁹ of the major
// one, as a remainder of the modulus; a test holds the lists to money's table.
const minorUnit = `CASE WHEN o.currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') THEN 63
  WHEN o.currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 1000000 WHEN o.currency IN ('CLF','UYW') THEN 100000 ELSE 10000000 END`

// suspicions are the laws of one order, each as the condition that breaks it.
// The words of the statuses follow order's derivation.
var suspicions = []string{
	// header against lines
	"o.line_count <> coalesce(l.lines, 0)", "coalesce(l.last, 0) <> coalesce(l.lines, 0)", "l.broken > 0", "l.low <> o.priority", "l.high <> o.priority",
	"o.ordered <> coalesce(l.ordered, 0)", "o.canceled <> coalesce(l.canceled, 0)", "o.unsourced <> coalesce(l.unsourced, 0)",
	"o.backordered <> coalesce(l.backordered, 0)", "o.allocated <> coalesce(l.allocated, 0)", "o.picked <> coalesce(l.picked, 0)",
	"o.packed <> coalesce(l.packed, 0)", "o.shipped <> coalesce(l.shipped, 0)", "o.delivered <> coalesce(l.delivered, 0)", "o.lost <> coalesce(l.lost, 0)",
	"o.return_requested <> coalesce(l.return_requested, 0)", "o.returned <> coalesce(l.returned, 0)", "o.restocked <> coalesce(l.restocked, 0)",

	// money
	"o.subtotal <> coalesce(l.subtotal, 0)", "o.discount <> coalesce(l.discount, 0)", "o.moved <> coalesce(l.moved, 0)",
	"o.tax <> coalesce(l.tax, 0) + coalesce(e.tax, 0)", "o.fees <> coalesce(e.amount, 0)", "o.fee_count <> coalesce(e.fees, 0)",
	"o.total <> o.subtotal - o.discount + o.tax + o.fees",
	"(coalesce(l.exact, 0) - (o.subtotal % " + modulus + ") * (" + minorUnit + ") - o.moved) % " + modulus + " <> 0",
	"o.canceled_total <> CASE WHEN o.canceled = 0 THEN 0 WHEN o.canceled = o.ordered THEN o.total ELSE coalesce(l.gone, 0) END", "l.torn > 0",
	"o.refunded < 0", "o.refunded > o.paid", "o.paid <> coalesce(c.took, 0)", "o.refunded <> coalesce(c.gave, 0)", "c.balance <> 0", "c.broken > 0",
	"c.least <> o.currency", "c.most <> o.currency",

	// fulfillments, parcels, returns
	"coalesce(f.allocated, 0) <> o.allocated", "coalesce(f.picked, 0) <> o.picked", "coalesce(f.packed, 0) <> o.packed", "f.broken > 0",
	"coalesce(f.worked, 0) <> CASE o.mode WHEN 'live' THEN l.worked ELSE 0 END", "f.low <> o.priority", "f.high <> o.priority",
	"coalesce(p.packed, 0) <> o.packed", "coalesce(p.boxed, 0) <> CASE o.mode WHEN 'live' THEN l.boxed ELSE 0 END", "p.broken > 0",
	"coalesce(t.returned, 0) <> o.returned", "coalesce(t.back, 0) <> l.back",

	// journal, idempotency, holds
	"coalesce(j.entries, 0) <> o.version", "j.first <> 1", "j.last <> j.entries",
	"(o.external_id IS NOT NULL AND (o.request_hash IS NULL OR length(o.request_hash) <> 32))",
	"o.hold_count <> coalesce(h.holds, 0)", "o.hold_status <> CASE WHEN coalesce(h.standing, 0) > 0 THEN 'held' ELSE 'none' END",

	// statuses
	`o.status <> CASE WHEN o.ordered = 0 THEN 'completed' WHEN o.canceled = o.ordered THEN 'canceled'
	   WHEN o.delivered + o.lost + o.canceled = o.ordered THEN 'completed' ELSE 'open' END`,
	`o.payment_status <> CASE WHEN o.paid = 0 AND o.total <= o.canceled_total THEN 'none' WHEN o.paid = 0 THEN 'unpaid'
	   WHEN o.paid <= o.refunded AND o.refunded > 0 THEN 'refunded'
	   WHEN o.paid - o.refunded < o.total - o.canceled_total THEN CASE WHEN o.refunded > 0 THEN 'partially_refunded' ELSE 'partially_paid' END
	   WHEN o.paid - o.refunded > o.total - o.canceled_total THEN 'overpaid' WHEN o.refunded > 0 THEN 'partially_refunded' ELSE 'paid' END`,
	`o.fulfillment_status <> CASE WHEN o.ordered = o.canceled THEN 'none' WHEN o.delivered + o.lost = o.ordered - o.canceled THEN 'delivered'
	   WHEN o.delivered > 0 THEN 'partially_delivered' WHEN o.shipped + o.lost = o.ordered - o.canceled THEN 'shipped'
	   WHEN o.shipped > 0 THEN 'partially_shipped' WHEN o.picked + o.packed > 0 THEN 'in_progress'
	   WHEN o.backordered = o.ordered - o.canceled THEN 'backordered' WHEN o.backordered > 0 THEN 'partially_backordered' ELSE 'unfulfilled' END`,
	`o.return_status <> CASE WHEN o.returned > 0 AND o.returned = o.shipped + o.delivered THEN 'returned'
	   WHEN o.returned > 0 THEN 'partially_returned' WHEN o.return_requested > 0 THEN 'requested' ELSE 'none' END`,
	`o.stage <> CASE WHEN o.ordered = 0 THEN 'delivered' WHEN o.canceled = o.ordered THEN 'canceled'
	   WHEN o.unsourced + o.backordered + o.allocated + o.picked + o.packed > 0 AND o.hold_status = 'held' THEN 'on_hold'
	   WHEN o.unsourced > 0 THEN 'unsourced' WHEN o.backordered > 0 THEN 'backordered'
	   WHEN o.allocated + o.picked + o.packed > 0 THEN 'in_work' WHEN o.shipped > 0 THEN 'shipped' ELSE 'delivered' END`,
}

var sieve = "WITH l AS (" + lineSums + "), f AS (" + fulfillmentSums + "), p AS (" + parcelSums + "), t AS (" + returnSums + "), c AS (" + moneySums +
	"), e AS (" + feeSums + "), h AS (" + holdSums + "), j AS (" + entrySums + ") SELECT o.id FROM orders AS o" +
	" LEFT JOIN l ON l.order_id = o.id LEFT JOIN f ON f.order_id = o.id LEFT JOIN p ON p.order_id = o.id LEFT JOIN t ON t.order_id = o.id" +
	" LEFT JOIN c ON c.order_id = o.id LEFT JOIN e ON e.order_id = o.id LEFT JOIN h ON h.order_id = o.id LEFT JOIN j ON j.order_id = o.id" +
	" WHERE o.m = $1 AND o.id > $2 AND o.id <= $3 AND (" + strings.Join(suspicions, " OR ") + ") ORDER BY o.id"

// Suspects lists the orders of a page that look wrong.
func Suspects(r *store.Reader, in Range) ([]order.ID, error) {
	return orderIDs(r, sieve, in)
}

// OrderIDs lists the orders of a page.
func OrderIDs(r *store.Reader, in Range) ([]order.ID, error) {
	return orderIDs(r, "SELECT id FROM orders WHERE m = $1 AND id > $2 AND id <= $3 ORDER BY id", in)
}

// CountOrders tells how many orders a page holds.
func CountOrders(r *store.Reader, in Range) (int64, error) {
	var n int64
	err := r.Row("SELECT count(*) FROM orders WHERE m = $1 AND id > $2 AND id <= $3", r.M, in.After, in.UpTo).Scan(&n)
	return n, err
}

func orderIDs(r *store.Reader, text string, in Range) ([]order.ID, error) {
	var out []order.ID
	err := r.Each(text, []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var id order.ID
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}
