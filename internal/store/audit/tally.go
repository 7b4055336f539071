package audit

import (
	"fmt"
	"slices"

	"orderly/internal/order"
	"orderly/internal/store"
)

// part is one table's question: its numbers, the order's id first, and texts.
type part struct {
	name    string
	text    string
	numbers int
	texts   int
	add     func(t *tally, n []int64, s []string)
}

// tally is what the parts add up to for one order.
type tally struct {
	id            order.ID
	sum, work     int64 // of the equations: nothing is left of what is right
	partial, gone int64 // what canceled units take along, by the header and by the lines
	broken        int64 // rows that are wrong in themselves
	seen          int64 // rows of parts other than the journal
	low, high     int64 // priorities
	header        bool
	history       bool
	inPart        bool // canceled in part
	held          bool
	standing      int64     // holds that are not lifted
	worked        bool      // there is a fulfillment or a parcel
	currency      [2]string // the least and the greatest word
}

func (t *tally) priority(low, high int64) { t.low, t.high = min(t.low, low), max(t.high, high) }

func (t *tally) pays(list ...string) {
	for _, c := range list {
		if t.currency[0] == "" {
			t.currency = [2]string{c, c}
		}
		t.currency[0], t.currency[1] = min(t.currency[0], c), max(t.currency[1], c)
	}
}

// suspect reports whether an order's sums do not cancel out.
func (t *tally) suspect() bool {
	switch {
	case t.sum%modulus != 0, t.broken > 0, t.low != t.high, t.held != (t.standing > 0), t.currency[0] != t.currency[1]:
		return true
	case t.inPart && t.partial != t.gone:
		return true
	case t.history:
		return t.worked
	}
	return t.work%modulus != 0
}

func within(key string) string { return " WHERE m = $1 AND " + key + " > $2 AND " + key + " <= $3" }

// parts are the questions of a page. Each reads its table along a key that
// begins with the order's id.
var parts = []part{
	{"header", "SELECT id, " + weighed(equations, "") + ", " + headerBroken + ", priority, canceled_total, CASE WHEN canceled > 0 AND canceled < ordered THEN 1 ELSE 0 END, " +
		"CASE mode WHEN 'history' THEN 1 ELSE 0 END, CASE hold_status WHEN 'held' THEN 1 ELSE 0 END, currency FROM orders AS o" + within("id"), 8, 1,
		func(t *tally, n []int64, s []string) {
			t.header = true
			t.sum += n[1]
			t.broken += n[2]
			t.priority(n[3], n[3])
			t.partial, t.inPart, t.history, t.held = n[4], n[5] == 1, n[6] == 1, n[7] == 1
			t.pays(s...)
		}},
	{"line", "SELECT order_id, sum(" + weighed(equations, "line") + "), sum(" + weighed(workEquations, "line") + "), sum(" + lineBroken + "), min(priority), max(priority), " +
		"sum(CASE WHEN canceled > 0 THEN total - discount + tax ELSE 0 END) FROM order_line AS l" + within("order_id") + " GROUP BY order_id", 7, 0,
		func(t *tally, n []int64, _ []string) {
			t.sum += n[1]
			t.work += n[2]
			t.broken += n[3]
			t.priority(n[4], n[5])
			t.gone += n[6]
		}},
	{"fulfillment", "SELECT f.source_id, coalesce(sum(" + weighed(workEquations, "fulfillment") + "), 0), " + fulfillmentBroken + ", f.priority " +
		"FROM fulfillment AS f LEFT JOIN fulfillment_line AS x ON x.m = f.m AND x.fulfillment = f.id " +
		"WHERE f.m = $1 AND f.source_id > $2 AND f.source_id <= $3 AND f.purpose = 'order' GROUP BY f.source_id, f.id, f.m", 4, 0,
		func(t *tally, n []int64, _ []string) {
			t.worked = true
			t.work += n[1]
			t.broken += n[2]
			t.priority(n[3], n[3])
		}},
	{"parcel", "SELECT p.order_id, coalesce(sum(" + weighed(workEquations, "parcel") + "), 0), sum(" + parcelBroken + ") " +
		"FROM parcel AS p LEFT JOIN parcel_line AS x ON x.m = p.m AND x.parcel = p.id " +
		"WHERE p.m = $1 AND p.order_id > $2 AND p.order_id <= $3 GROUP BY p.order_id", 3, 0,
		func(t *tally, n []int64, _ []string) {
			t.worked = true
			t.work += n[1]
			t.broken += n[2]
		}},
	{"return", "SELECT t.order_id, coalesce(sum(" + weighed(equations, "return") + "), 0) FROM order_return AS t LEFT JOIN return_line AS x ON x.m = t.m AND x.return_id = t.id " +
		"WHERE t.m = $1 AND t.order_id > $2 AND t.order_id <= $3 GROUP BY t.order_id", 2, 0, addSum},
	{"money", "SELECT order_id, sum(" + weighed(equations, "money") + "), sum(CASE WHEN account IN (" + accounts() + ") THEN 0 ELSE 1 END), min(currency), max(currency) " +
		"FROM money_entry AS c" + within("order_id") + " GROUP BY order_id", 3, 2,
		func(t *tally, n []int64, s []string) {
			t.sum += n[1]
			t.broken += n[2]
			t.pays(s...)
		}},
	{"payment", "SELECT order_id, sum(" + weighed(equations, "payment") + "), sum(" + paymentBroken + "), min(currency), max(currency) " +
		"FROM payment AS q" + within("order_id") + " GROUP BY order_id", 3, 2,
		func(t *tally, n []int64, s []string) {
			t.sum += n[1]
			t.broken += n[2]
			t.pays(s...)
		}},
	{"fee", "SELECT order_id, sum(" + weighed(equations, "fee") + ") FROM order_fee AS e" + within("order_id") + " GROUP BY order_id", 2, 0, addSum},
	{"hold", "SELECT order_id, sum(" + weighed(equations, "hold") + "), sum(CASE WHEN lifted_at = 0 THEN 1 ELSE 0 END) FROM order_hold AS h" + within("order_id") + " GROUP BY order_id", 3, 0,
		func(t *tally, n []int64, _ []string) {
			t.sum += n[1]
			t.standing += n[2]
		}},
	{"party", "SELECT order_id, " + weighed(equations, "party") + " FROM order_party AS y" + within("order_id"), 2, 0, addSum},
	{"entry", "SELECT subject, sum(" + weighed(equations, "entry") + "), sum(CASE WHEN subject_seq < 1 THEN 1 ELSE 0 END) FROM entry AS j" + within("subject") + " GROUP BY subject", 3, 0,
		func(t *tally, n []int64, _ []string) {
			t.sum += n[1]
			t.broken += n[2]
			t.seen-- // stock acts and items have histories too
		}},
}

func addSum(t *tally, n []int64, _ []string) { t.sum += n[1] }

// Sieved is what a page of orders looks like.
type Sieved struct {
	Orders   int64
	Suspects []order.ID // orders that look wrong
	Orphans  []int64    // ids that parts name and no order has
}

// Sieve adds up a page of orders.
func Sieve(r *store.Reader, in Range) (Sieved, error) {
	var list []tally
	at := map[order.ID]int{}
	var numbers [8]int64
	var texts [2]string
	for _, p := range parts {
		into := make([]any, 0, len(numbers)+len(texts))
		for i := range p.numbers {
			into = append(into, &numbers[i])
		}
		for i := range p.texts {
			into = append(into, &texts[i])
		}
		err := r.Each(p.text, []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			if err := scan(into...); err != nil {
				return fmt.Errorf("sums of %s: %w", p.name, err)
			}
			id := order.ID(numbers[0])
			i, ok := at[id]
			if !ok {
				i = len(list)
				at[id] = i
				list = append(list, tally{id: id, low: End, high: Start})
			}
			list[i].seen++
			p.add(&list[i], numbers[:p.numbers], texts[:p.texts])
			return nil
		})
		if err != nil {
			return Sieved{}, err
		}
	}
	return sieved(list), nil
}

func sieved(list []tally) Sieved {
	var out Sieved
	for i := range list {
		switch t := &list[i]; {
		case t.header:
			out.Orders++
			if t.suspect() {
				out.Suspects = append(out.Suspects, t.id)
			}
		case t.seen > 0:
			out.Orphans = append(out.Orphans, int64(t.id))
		}
	}
	slices.Sort(out.Suspects)
	slices.Sort(out.Orphans)
	return out
}

// OrderIDs lists the orders of a page.
func OrderIDs(r *store.Reader, in Range) ([]order.ID, error) {
	list, err := ids(r, "SELECT id FROM orders WHERE m = $1 AND id > $2 AND id <= $3 ORDER BY id", r.M, in.After, in.UpTo)
	out := make([]order.ID, len(list))
	for i, id := range list {
		out[i] = order.ID(id)
	}
	return out, err
}
