package audit

import (
	"fmt"
	"strings"

	"orderly/internal/payment"
)

// The sieve tells which orders of a page look wrong without loading any. It
// asks each table that belongs to orders for a few sums an order, and adds
// them up: what must be equal cancels out. It may take a sound order for a
// suspect, which the judge then clears, and passes over a wrong one only where
// units of two fulfillments of one order, or two lines' prices, were exchanged.

// modulus is what the sums are compared by. It is prime, so that a difference
// cannot hide behind a weight, and small enough that products of quantity and
// price, each reduced by it, do not overflow.
const modulus = 999_999_937

// equation says that a figure of the header is the sum of figures over the
// rows of parts. Units of a line carry the line's number as a weight, so that
// two lines cannot exchange any.
type equation struct {
	header string
	parts  map[string]string
}

// equations hold for every order.
var equations = []equation{
	{"o.line_count", map[string]string{"line": "1"}},
	{"o.line_count * (o.line_count + 1) / 2", map[string]string{"line": "l.n"}},
	{"o.ordered", map[string]string{"line": "l.ordered"}},
	{"o.canceled", map[string]string{"line": "l.canceled"}},
	{"o.unsourced", map[string]string{"line": "l.unsourced"}},
	{"o.backordered", map[string]string{"line": "l.backordered"}},
	{"o.allocated", map[string]string{"line": "l.allocated"}},
	{"o.picked", map[string]string{"line": "l.picked"}},
	{"o.packed", map[string]string{"line": "l.packed"}},
	{"o.shipped", map[string]string{"line": "l.shipped"}},
	{"o.delivered", map[string]string{"line": "l.delivered"}},
	{"o.lost", map[string]string{"line": "l.lost"}},
	{"o.return_requested", map[string]string{"line": "l.return_requested"}},
	{"o.returned", map[string]string{"line": "l.returned"}},
	{"o.restocked", map[string]string{"line": "l.restocked"}},
	{"0", map[string]string{"line": "l.n * l.returned", "return": "-x.line * x.quantity"}},
	{"0", map[string]string{"line": "l.n * l.restocked", "return": "-x.line * x.restocked"}},
	{"0", map[string]string{"line": "l.n * l.return_requested", "return": "-x.line * x.requested"}},
	{"0", map[string]string{"line": "l.refunded", "fee": "e.refunded", "return": "CASE WHEN x.n = 1 THEN -t.worth - t.fees ELSE 0 END"}},
	{"0", map[string]string{"line": "CASE WHEN l.ordered > 0 THEN l.n * l.refunded_units ELSE 0 END", "return": "-x.line * x.refunded"}},

	{"o.subtotal", map[string]string{"line": "l.total"}},
	{"o.discount", map[string]string{"line": "l.discount"}},
	{"o.tax", map[string]string{"line": "l.tax", "fee": "e.tax"}},
	{"o.fees", map[string]string{"fee": "e.amount"}},
	{"o.moved", map[string]string{"line": "l.moved"}},
	{"(o.subtotal % 999999937) * (" + minorUnit + ") + o.moved", map[string]string{ // quantity × price, in 10⁻⁹ of the major unit
		"line": "(l.quantity % 999999937) * (l.price % 999999937) % 999999937 * CASE l.scale WHEN 0 THEN 1000 WHEN 1 THEN 100 WHEN 2 THEN 10 ELSE 1 END"}},
	{"-o.paid", map[string]string{"money": "CASE WHEN c.account = 'receivable' AND c.amount < 0 THEN c.amount ELSE 0 END"}},
	{"o.refunded", map[string]string{"money": "CASE WHEN c.account = 'receivable' AND c.amount > 0 THEN c.amount ELSE 0 END"}},
	{"0", map[string]string{"money": "c.amount"}},
	{"0", map[string]string{"money": heldBooked, "payment": heldPaid}}, // what the channel holds is the rest

	{"o.fee_count", map[string]string{"fee": "1"}},
	{"o.hold_count", map[string]string{"hold": "1"}},
	{"o.version", map[string]string{"entry": "1"}},
	{"o.version * (o.version + 1) / 2", map[string]string{"entry": "j.subject_seq"}},
	{"1", map[string]string{"party": "1"}},
}

// heldBooked and heldPaid are what tenders other than the channel's hold, and
// what disputes took, by the ledger and by payments; each tender weighs
// differently, so that two cannot exchange any.
var heldBooked, heldPaid = held()

func held() (booked, paid string) {
	booked, paid = "CASE c.account WHEN 'disputes' THEN c.amount", "-(q.disputed - q.won) - CASE q.tender"
	for i, k := range payment.Tenders {
		if k.Rows && k.Account != "" {
			booked += fmt.Sprintf(" WHEN '%s' THEN %d * c.amount", k.Account, i+2)
			paid += fmt.Sprintf(" WHEN '%s' THEN %d", k.Tender, i+2)
		}
	}
	return booked + " ELSE 0 END", paid + " ELSE 0 END * (q.captured - q.refunded - q.disputed + q.won - q.credited)"
}

// paymentBroken is what one payment must hold to by itself.
var paymentBroken = anyOf(
	"q.won < 0", "q.won > q.disputed", "q.disputed > q.captured", "q.refunded < 0", "q.refunded > q.captured", "q.captured > q.authorized", "q.voided < 0", "q.credited < 0", "q.amount < 0", "q.remitted < 0", "q.remitted > q.captured",
	"q.tender = 'terms' AND q.captured > 0", "q.tender IN ('cash_on_delivery', 'terms') AND q.authorized < q.captured + q.voided",
)

// accounts are those that bookings may be on.
func accounts() string {
	list := "'" + payment.Receivable + "', '" + payment.Disputes + "'"
	for _, k := range payment.Tenders {
		if k.Account == "" {
			continue
		}
		list += ", '" + k.Account + "'"
	}
	return list
}

// workEquations hold for orders that lived in these books.
var workEquations = []equation{
	{"0", map[string]string{"line": "l.n * l.allocated", "fulfillment": "-x.order_line * (x.open_qty - x.picked - x.packed)"}},
	{"0", map[string]string{"line": "l.n * l.picked", "fulfillment": "-x.order_line * x.picked"}},
	{"0", map[string]string{"line": "l.n * l.packed", "fulfillment": "-x.order_line * x.packed"}},
	{"0", map[string]string{"line": "l.n * (l.shipped + l.delivered + l.lost)", "fulfillment": "-x.order_line * x.shipped"}},
	{"0", map[string]string{"line": "l.n * (l.delivered + l.lost)", "fulfillment": "-x.order_line * x.arrived"}},
	{"0", map[string]string{"line": "l.n * l.packed", "parcel": "CASE p.status WHEN 'packed' THEN -x.line * x.quantity ELSE 0 END"}},
	{"0", map[string]string{"line": "l.n * l.shipped", "parcel": "CASE p.status WHEN 'shipped' THEN -x.line * x.quantity ELSE 0 END"}},
	{"0", map[string]string{"line": "l.n * l.delivered", "parcel": "CASE p.status WHEN 'delivered' THEN -x.line * x.quantity ELSE 0 END"}},
	{"0", map[string]string{"line": "l.n * l.lost", "parcel": "CASE p.status WHEN 'lost' THEN -x.line * x.quantity ELSE 0 END"}},
}

// minorUnit is one minor unit of the order's currency in 10⁻⁹ of the major
// one, as a remainder of the modulus; a test holds the lists to money's table.
const minorUnit = `CASE WHEN o.currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') THEN 63
  WHEN o.currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 1000000 WHEN o.currency IN ('CLF','UYW') THEN 100000 ELSE 10000000 END`

// weights are primes, one for each equation.
var weights = [...]int{101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199, 211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307}

// weighed is a part's side of equations, as one expression; part "" is the header's.
func weighed(list []equation, part string) string {
	var terms []string
	for i, e := range list {
		switch expr := e.parts[part]; {
		case part == "" && e.header != "0":
			terms = append(terms, fmt.Sprintf("%d * (%s)", weights[i], e.header))
		case expr == "1":
			terms = append(terms, fmt.Sprint(-weights[i]))
		case expr != "":
			terms = append(terms, fmt.Sprintf("%d * (%s)", -weights[i], expr))
		}
	}
	return strings.Join(terms, " + ")
}

// anyOf is 1 where one of the conditions holds.
func anyOf(conditions ...string) string {
	return "CASE WHEN " + strings.Join(conditions, " OR ") + " THEN 1 ELSE 0 END"
}

// What a single header must hold to by itself. The words of the statuses
// follow order's derivation.
var headerBroken = anyOf(
	"o.total <> o.subtotal - o.discount + o.tax + o.fees", "o.refunded < 0", "o.refunded > o.paid",
	"o.canceled = 0 AND o.canceled_total <> 0", "o.canceled > 0 AND o.canceled = o.ordered AND o.canceled_total <> o.total",
	"o.external_id IS NOT NULL AND (o.request_hash IS NULL OR length(o.request_hash) <> 32)",
	`o.status <> CASE WHEN o.ordered = 0 THEN 'completed' WHEN o.canceled = o.ordered THEN 'canceled'
	   WHEN o.delivered + o.lost + o.canceled = o.ordered THEN 'completed' ELSE 'open' END`,
	`o.payment_status <> CASE WHEN o.paid = 0 AND o.total <= o.canceled_total THEN 'none' WHEN o.paid = 0 THEN 'unpaid'
	   WHEN o.paid <= o.refunded AND o.refunded > 0 THEN 'refunded'
	   WHEN o.paid - o.refunded < o.total - o.canceled_total THEN CASE WHEN o.refunded > 0 THEN 'partially_refunded' ELSE 'partially_paid' END
	   WHEN o.paid - o.refunded > o.total - o.canceled_total THEN 'overpaid' WHEN o.refunded > 0 THEN 'partially_refunded' ELSE 'paid' END`,
	`o.fulfillment_status <> CASE WHEN o.ordered = o.canceled THEN 'none' WHEN o.lost = o.ordered - o.canceled THEN 'lost'
	   WHEN o.delivered + o.lost = o.ordered - o.canceled THEN 'delivered' WHEN o.delivered > 0 THEN 'partially_delivered'
	   WHEN o.shipped + o.lost = o.ordered - o.canceled THEN 'shipped' WHEN o.shipped + o.lost > 0 THEN 'partially_shipped' WHEN o.picked + o.packed > 0 THEN 'in_progress'
	   WHEN o.backordered = o.ordered - o.canceled THEN 'backordered' WHEN o.backordered > 0 THEN 'partially_backordered' ELSE 'unfulfilled' END`,
	`o.return_status <> CASE WHEN o.returned > 0 AND o.returned = o.shipped + o.delivered THEN 'returned'
	   WHEN o.returned > 0 THEN 'partially_returned' WHEN o.return_requested > 0 THEN 'requested' ELSE 'none' END`,
	"o.hold_status NOT IN ('held', 'none')",
	`o.stage <> CASE WHEN o.ordered = 0 THEN 'delivered' WHEN o.canceled = o.ordered THEN 'canceled'
	   WHEN o.unsourced + o.backordered + o.allocated + o.picked + o.packed > 0 AND o.hold_status = 'held' THEN 'on_hold'
	   WHEN o.unsourced > 0 THEN 'unsourced' WHEN o.backordered > 0 THEN 'backordered'
	   WHEN o.allocated + o.picked + o.packed > 0 THEN 'in_work' WHEN o.shipped > 0 THEN 'shipped'
	   WHEN o.delivered = 0 THEN 'lost' ELSE 'delivered' END`,
)

// A line canceled in part, or a bundle's, takes a share of its price along that
// only the noun works out. $1 is the merchant, as in every part's question: a
// subquery that took it from the outer row would be asked of every shard.
var lineBroken = anyOf(
	"l.ordered <> l.canceled + l.unsourced + l.backordered + l.allocated + l.picked + l.packed + l.shipped + l.delivered + l.lost",
	"l.canceled < 0", "l.unsourced < 0", "l.backordered < 0", "l.allocated < 0", "l.picked < 0", "l.packed < 0", "l.shipped < 0", "l.delivered < 0", "l.lost < 0",
	"l.return_requested < 0", "l.restocked < 0", "l.restocked > l.returned", "l.return_requested + l.returned > l.shipped + l.delivered",
	"(l.backordered > 0) <> (l.backordered_at > 0)", "l.discount < 0", "l.discount > l.total", "l.ordered > 0 AND l.ordered <> l.quantity", "l.substitutes < 0", "l.substitutes >= l.n",
	"l.canceled > 0 AND (l.parent <> 0 OR l.canceled < l.ordered)",
	"l.refunded_units < 0", "l.refunded < 0", "l.refunded > l.total - l.discount + l.tax", "l.ordered > 0 AND l.refunded_units > l.returned", "l.refunded_units > l.quantity",
	`l.parent <> 0 AND (l.ordered = 0 OR l.total <> 0 OR l.per_parent <= 0 OR l.parent >= l.n OR NOT EXISTS (SELECT 1 FROM order_line AS b
	   WHERE b.m = $1 AND b.order_id = l.order_id AND b.n = l.parent AND b.ordered = 0 AND b.parent = 0 AND b.quantity * l.per_parent = l.quantity))`,
	`l.ordered = 0 AND (l.parent <> 0 OR l.quantity <= 0 OR NOT EXISTS (SELECT 1 FROM order_line AS b
	   WHERE b.m = $1 AND b.order_id = l.order_id AND b.parent = l.n))`,
)

var fulfillmentBroken = anyOf(
	"count(x.n) = 0",
	"sum("+anyOf("x.picked < 0", "x.packed < 0", "x.picked + x.packed > x.open_qty", "x.arrived < 0", "x.arrived > x.shipped", "x.open_qty + x.shipped > x.quantity")+") > 0",
	`f.work_status <> CASE WHEN sum(x.open_qty) > sum(x.picked + x.packed) THEN
	   CASE WHEN f.released_at = 0 THEN 'pending' WHEN sum(x.picked + x.packed + x.shipped) > 0 THEN 'picking' ELSE 'released' END
	   WHEN sum(x.picked) > 0 THEN 'picked' WHEN sum(x.packed) > 0 THEN CASE f.work_status WHEN 'ready' THEN 'ready' ELSE 'packed' END WHEN sum(x.shipped) = 0 THEN 'canceled'
	   WHEN sum(x.arrived) = sum(x.shipped) THEN 'delivered' ELSE 'shipped' END`,
)

var parcelBroken = anyOf(
	"x.parcel IS NULL", "(p.status IN ('shipped', 'delivered', 'lost')) <> (p.shipped_at > 0)", "(p.status = 'delivered') <> (p.delivered_at > 0)",
	"p.status NOT IN ('packed', 'unpacked', 'shipped', 'delivered', 'lost')",
)
