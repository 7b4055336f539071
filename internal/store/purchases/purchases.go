// Package purchases keeps orders placed with suppliers, what came of them and
// what was asked for them.
//
// What may be done with one is not decided here; the noun purchase does.
package purchases

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/supplier"
)

const columns = "id, number, supplier, location, purpose, currency, external_id, reference, transport, note, over_percent, history, created_at, sent_at, ack_at, received_at, closed_at, canceled_at, updated_at, version"

func scanHead(scan func(...any) error, more ...any) (*purchase.Purchase, error) {
	p := &purchase.Purchase{}
	var external sql.NullString
	var history int64
	err := scan(append([]any{
		&p.ID, &p.Number, &p.Supplier, &p.Location, &p.Purpose, &p.Currency, &external, &p.Reference, &p.Transport, &p.Note, &p.Over, &history,
		&p.CreatedAt, &p.SentAt, &p.AckAt, &p.ReceivedAt, &p.ClosedAt, &p.CanceledAt, &p.UpdatedAt, &p.Version,
	}, more...)...)
	p.External, p.History = external.String, history != 0
	return p, err
}

func collect(out *[]*purchase.Purchase) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		p, err := scanHead(scan)
		*out = append(*out, p)
		return err
	}
}

// Load reads purchase orders with lines and charges; unknown ones are left out.
func Load(r *store.Reader, ids []purchase.ID) (map[purchase.ID]*purchase.Purchase, error) {
	var list []*purchase.Purchase
	if err := store.In(r, "SELECT "+columns+" FROM purchase WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, collect(&list)); err != nil {
		return nil, err
	}
	return byID(list), fill(r, list)
}

func byID(list []*purchase.Purchase) map[purchase.ID]*purchase.Purchase {
	out := make(map[purchase.ID]*purchase.Purchase, len(list))
	for _, p := range list {
		out[p.ID] = p
	}
	return out
}

// Get reads one purchase order; nil when there is none.
func Get(r *store.Reader, id purchase.ID) (*purchase.Purchase, error) {
	found, err := Load(r, []purchase.ID{id})
	return found[id], err
}

// ForFulfillment reads the purchase orders that a drop-shipped fulfillment is chained
// to, the oldest first: of each of its lines the latest that it was bought by.
func ForFulfillment(r *store.Reader, of order.ID, fulfillment int64) ([]*purchase.Purchase, error) {
	seen := map[purchase.ID]bool{}
	var ids []purchase.ID
	err := r.Each("SELECT order_line, max(purchase) FROM purchase_line WHERE m = $1 AND order_id > 0 AND order_id = $2 AND fulfillment = $3 GROUP BY order_line", []any{r.M, int64(of), fulfillment},
		func(scan func(...any) error) error {
			var line int64
			var id purchase.ID
			err := scan(&line, &id)
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
			return err
		})
	if err != nil {
		return nil, err
	}
	found, err := Load(r, ids)
	out := make([]*purchase.Purchase, 0, len(found))
	for _, id := range slices.Sorted(maps.Keys(found)) {
		out = append(out, found[id])
	}
	return out, err
}

// ByExternal finds purchase orders by what another system calls them.
func ByExternal(r *store.Reader, ids []string) (map[string]purchase.ID, error) {
	out := map[string]purchase.ID{}
	err := store.In(r, "SELECT external_id, id FROM purchase WHERE m = $1 AND external_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var text string
		var id purchase.ID
		err := scan(&text, &id)
		out[text] = id
		return err
	})
	return out, err
}

// ByNumber finds a purchase order by its number; 0 when there is none.
func ByNumber(r *store.Reader, n int64) (id purchase.ID, err error) {
	err = r.Each("SELECT id FROM purchase WHERE m = $1 AND number = $2", []any{r.M, n}, func(scan func(...any) error) error { return scan(&id) })
	return id, err
}

const lineColumns = "purchase, n, item, sku, title, supplier_sku, scale, grams, quantity, canceled, confirmed, received, damaged, inspect, invoiced, back, faulty, credited, cost, asked, before_cost, " +
	"expected_at, promised_at, last_at, done_at, late_days, lead_days, order_id, order_line, fulfillment"

// fill reads the lines and charges of purchase orders.
func fill(r *store.Reader, list []*purchase.Purchase) error {
	of, ids := byID(list), make([]purchase.ID, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	err := store.In(r, "SELECT "+lineColumns+" FROM purchase_line WHERE m = $1 AND purchase IN ($IN) ORDER BY purchase, n", []any{r.M}, ids, func(scan func(...any) error) error {
		var id purchase.ID
		var l purchase.Line
		err := scan(&id, &l.N, &l.Item, &l.SKU, &l.Title, &l.SupplierSKU, &l.Scale, &l.Grams, &l.Quantity, &l.Canceled, &l.Confirmed, &l.Received, &l.Damaged, &l.Inspect, &l.Invoiced, &l.Back, &l.Faulty, &l.Credited, &l.Cost, &l.Asked, &l.Before,
			&l.ExpectedAt, &l.PromisedAt, &l.LastAt, &l.DoneAt, &l.LateDays, &l.LeadDays, &l.Order, &l.OrderLine, &l.Fulfillment)
		if p := of[id]; p != nil {
			p.Lines = append(p.Lines, l)
		}
		return err
	})
	if err != nil {
		return err
	}
	return store.In(r, "SELECT purchase, n, kind, spread, amount, receipt, note, at FROM purchase_charge WHERE m = $1 AND purchase IN ($IN) ORDER BY purchase, n", []any{r.M}, ids, func(scan func(...any) error) error {
		var id purchase.ID
		var c purchase.Charge
		err := scan(&id, &c.N, &c.Kind, &c.Spread, &c.Amount, &c.Receipt, &c.Note, &c.At)
		if p := of[id]; p != nil {
			p.Charges = append(p.Charges, c)
		}
		return err
	})
}

// Filter narrows a list; what is zero does not.
type Filter struct {
	Status   purchase.Status
	Supplier supplier.ID
	Purpose  purchase.Purpose
	Before   purchase.ID // newest first, below an id
}

// List reads purchase orders with their lines, newest first.
func List(r *store.Reader, f Filter, limit int) ([]*purchase.Purchase, error) {
	text, args := "SELECT "+columns+" FROM purchase WHERE m = $1 AND id < $2", []any{r.M, int64(f.Before)}
	if f.Status != "" {
		args = append(args, string(f.Status))
		text += " AND status = " + store.Params(len(args), 1)
	}
	if f.Supplier != 0 {
		args = append(args, int64(f.Supplier))
		text += " AND supplier = " + store.Params(len(args), 1)
	}
	if f.Purpose != "" {
		args = append(args, string(f.Purpose))
		text += " AND purpose = " + store.Params(len(args), 1)
	}
	if n := len(r.Scope.Locations); n > 0 {
		text += " AND location IN (" + store.Params(len(args)+1, n) + ")"
		for _, id := range r.Scope.Locations {
			args = append(args, id)
		}
	}
	args = append(args, int64(limit))
	var list []*purchase.Purchase
	if err := r.Each(text+" ORDER BY id DESC LIMIT "+store.Params(len(args), 1), args, collect(&list)); err != nil {
		return nil, err
	}
	return list, fill(r, list)
}

// SentTo reads what a supplier sees of purchase orders, newest first: those that
// were sent to it, but for what follows requests. Wherever they go, it sees them.
func SentTo(r *store.Reader, by supplier.ID, limit int) ([]*purchase.Purchase, error) {
	var list []*purchase.Purchase
	err := r.Each("SELECT "+columns+" FROM purchase WHERE m = $1 AND supplier = $2 AND sent_at > 0 AND history = 0 AND purpose <> 'drop_ship' ORDER BY id DESC LIMIT $3", []any{r.M, int64(by), int64(limit)}, collect(&list))
	if err != nil {
		return nil, err
	}
	return list, fill(r, list)
}

// Due reads purchase orders of which something is to come, by the day on which
// it should: what is late comes first.
func Due(r *store.Reader, after int64, afterID purchase.ID, limit int) ([]*purchase.Purchase, error) {
	var list []*purchase.Purchase
	err := r.Each("SELECT "+columns+" FROM purchase WHERE m = $1 AND expected_at > 0 AND (expected_at, id) > ($2, $3) ORDER BY expected_at, id LIMIT $4", []any{r.M, after, int64(afterID), int64(limit)}, collect(&list))
	if err != nil {
		return nil, err
	}
	return list, fill(r, list)
}

// Arrivals is what of purchase orders should come at a location.
type Arrivals struct {
	Location int64
	Count    int64
	First    int64 // the instant by which the first should
}

// Arriving counts by location what should come before an instant, what is late
// included, and what drop-shippers send to customers not. It looks at no more
// than limit purchase orders, those that are due first.
func Arriving(r *store.Reader, before int64, limit int) (out []Arrivals, err error) {
	err = r.Each("SELECT location, count(*), min(expected_at) FROM (SELECT location, expected_at FROM purchase WHERE m = $1 AND expected_at > 0 AND expected_at < $2 AND purpose <> 'drop_ship' "+
		"ORDER BY expected_at, id LIMIT $3) AS p GROUP BY location ORDER BY location", []any{r.M, before, int64(limit)}, func(scan func(...any) error) error {
		var a Arrivals
		err := scan(&a.Location, &a.Count, &a.First)
		if r.Scope.Sees(a.Location) {
			out = append(out, a)
		}
		return err
	})
	return out, err
}

var (
	saveHead = store.Upsert("purchase", 2, "m", "id", "number", "supplier", "location", "purpose", "currency", "external_id", "reference", "transport", "note", "over_percent", "history", "status", "expected_at",
		"created_at", "sent_at", "ack_at", "received_at", "closed_at", "canceled_at", "updated_at", "version")
	saveLine = store.Upsert("purchase_line", 3, "m", "purchase", "n", "supplier", "item", "location", "sku", "title", "supplier_sku", "scale", "grams", "quantity", "canceled", "confirmed", "received", "damaged", "inspect",
		"invoiced", "back", "faulty", "credited", "awaited", "still", "cost", "asked", "before_cost", "worth", "worth_before", "expected_at", "promised_at", "last_at", "done_at", "late_days", "lead_days", "order_id", "order_line", "fulfillment")
	saveCharge = store.Upsert("purchase_charge", 3, "m", "purchase", "n", "kind", "spread", "amount", "receipt", "note", "at")
	saveNumber = store.Upsert("purchase_number", 1, "m", "last")
)

// Save keeps a purchase order as it is now, with lines and charges. was is what it
// was before, nil when it is new: lines that a draft has no more go with it.
func Save(tx *store.Tx, p, was *purchase.Purchase) error {
	expected := int64(0)
	if live := p.SentAt != 0 && p.ClosedAt == 0 && p.CanceledAt == 0 && !p.History; live {
		expected = p.ExpectedAt()
	}
	err := saveHead.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(p.ID), p.Number, p.Supplier, p.Location, string(p.Purpose), p.Currency, store.Null(p.External), p.Reference, p.Transport, p.Note, p.Over, store.Bool(p.History), string(p.Status()), expected,
			p.CreatedAt, p.SentAt, p.AckAt, p.ReceivedAt, p.ClosedAt, p.CanceledAt, p.UpdatedAt, p.Version)
	})
	if err != nil {
		return err
	}
	if was != nil {
		for i := range was.Lines {
			if p.Line(was.Lines[i].N) != nil {
				continue
			}
			if _, err := tx.Exec("DELETE FROM purchase_line WHERE m = $1 AND purchase = $2 AND n = $3 AND received = 0", tx.M, int64(p.ID), int64(was.Lines[i].N)); err != nil {
				return err
			}
		}
	}
	worths := make([][2]int64, len(p.Lines))
	for i := range p.Lines {
		if worths[i], err = p.Worths(&p.Lines[i]); err != nil {
			return fmt.Errorf("purchase order %d: %w", p.Number, err)
		}
	}
	err = saveLine.Run(tx, len(p.Lines), func(a []any, n int) []any {
		l := &p.Lines[n]
		still := int64(0)
		if p.SentAt != 0 && p.ClosedAt == 0 && p.CanceledAt == 0 && !p.History {
			still = l.Open()
		}
		return append(a, tx.M, int64(p.ID), int64(l.N), p.Supplier, l.Item, p.Location, l.SKU, l.Title, l.SupplierSKU, int64(l.Scale), l.Grams, l.Quantity, l.Canceled, l.Confirmed, l.Received, l.Damaged, l.Inspect,
			l.Invoiced, l.Back, l.Faulty, l.Credited, p.Awaited(l), still, int64(l.Cost), int64(l.Asked), int64(l.Before), worths[n][0], worths[n][1], l.ExpectedAt, l.PromisedAt, l.LastAt, l.DoneAt, l.LateDays, l.LeadDays, l.Order, int64(l.OrderLine), l.Fulfillment)
	})
	if err != nil {
		return err
	}
	return saveCharge.Run(tx, len(p.Charges), func(a []any, n int) []any {
		c := &p.Charges[n]
		return append(a, tx.M, int64(p.ID), int64(c.N), c.Kind, c.Spread, c.Amount, int64(c.Receipt), c.Note, c.At)
	})
}

// LastNumber is the last number given; 0 before the first.
func LastNumber(r *store.Reader) (n int64, err error) {
	err = r.Each("SELECT last FROM purchase_number WHERE m = $1", []any{r.M}, func(scan func(...any) error) error { return scan(&n) })
	return n, err
}

// SetLastNumber keeps how far the numbers have come, under the merchant's lock.
func SetLastNumber(tx *store.Tx, n int64) error {
	return saveNumber.Run(tx, 1, func(a []any, _ int) []any { return append(a, tx.M, n) })
}

// MailJob is the kind of the job by which a purchase order is mailed to its
// supplier; its data is the order's id.
const MailJob = "purchase_mail"
