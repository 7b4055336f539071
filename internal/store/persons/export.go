package persons

import (
	"encoding/json"
	"strings"
	"time"

	"orderly/internal/order"
	"orderly/internal/store"
)

// part is one kind of thing that hangs on an order; each statement gives the
// order first. Times are told as such, JSON as JSON.
type part struct{ name, text string }

var exported = [...]part{
	{"order", "SELECT id, number, channel, external_id, currency, tags, custom, placed_at, due_at, created_at, updated_at, status, payment_status, fulfillment_status, return_status, subtotal, discount, tax, fees, total, paid, refunded FROM orders WHERE m = $1 AND id IN ($IN)"},
	{"people", "SELECT order_id, name, email, phone, company, ship_to, bill_to FROM order_party WHERE m = $1 AND order_id IN ($IN)"},
	{"lines", "SELECT order_id, n, title, quantity, total, discount, tax, custom, canceled, shipped, delivered, returned FROM order_line WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, n"},
	{"fees", "SELECT order_id, kind, code, label, amount, tax FROM order_fee WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, n"},
	{"holds", "SELECT order_id, reason, note, placed_at, lifted_at FROM order_hold WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id"},
	{"notes", "SELECT order_id, text, at FROM order_note WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id"},
	{"parcels", "SELECT order_id, status, carrier, tracking, packed_at, shipped_at, delivered_at FROM parcel WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id"},
	{"payments", "SELECT order_id, tender, provider, reference, currency, amount, authorized, captured, refunded, disputed, created_at, updated_at FROM payment WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id"},
	{"bookings", "SELECT order_id, account, currency, amount, ref, at FROM money_entry WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id"},
	{"returns", "SELECT order_id, number, state, reason, comment, note, carrier, tracking, at, received_at, closed_at, given FROM order_return WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id"},
	{"reports", "SELECT order_id, kind, reason, text, at, settled_at FROM trouble WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id"},
	{"messages", "SELECT order_id, kind, state, created_at, updated_at FROM message WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id"},
	{"documents", "SELECT order_id, code, kind, issued_at, currency, gross, body, hash FROM invoice WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id"},
	{"history", "SELECT subject, type, at FROM entry WHERE m = $1 AND subject IN ($IN) ORDER BY subject, subject_seq"},
}

// single are the parts of which an order has one.
var single = map[string]bool{"order": true, "people": true}

// Export reads everything that is known of some orders, each as one object.
func Export(r *store.Reader, ids []order.ID) ([]map[string]any, error) {
	of := map[int64]map[string]any{}
	out := make([]map[string]any, len(ids))
	for i, id := range ids {
		out[i] = map[string]any{}
		of[int64(id)] = out[i]
	}
	for _, p := range exported {
		names := columnsOf(p.text)
		err := store.In(r, p.text, []any{r.M}, ids, func(scan func(...any) error) error {
			id, row, err := scanRow(scan, names)
			switch into := of[id]; {
			case err != nil || into == nil:
			case single[p.name]:
				into[p.name] = row
			default:
				list, _ := into[p.name].([]map[string]any)
				into[p.name] = append(list, row)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// columnsOf are the names of what a statement gives.
func columnsOf(text string) []string {
	list, _, _ := strings.Cut(strings.TrimPrefix(text, "SELECT "), " FROM ")
	return strings.Split(list, ", ")
}

func scanRow(scan func(...any) error, names []string) (int64, map[string]any, error) {
	cells, into := make([]any, len(names)), make([]any, len(names))
	for i := range cells {
		into[i] = &cells[i]
	}
	if err := scan(into...); err != nil {
		return 0, nil, err
	}
	id, _ := cells[0].(int64)
	row := map[string]any{}
	for i := 1; i < len(names); i++ {
		if v := shown(names[i], cells[i]); v != nil {
			row[names[i]] = v
		}
	}
	return id, row, nil
}

// shown is how a value is told; nil when there is nothing to tell.
func shown(name string, v any) any {
	if b, ok := v.([]byte); ok {
		v = string(b)
	}
	switch x := v.(type) {
	case string:
		switch {
		case x == "":
			return nil
		case name == "tags":
			return store.UnpackWords(x)
		case x[0] == '{' && json.Valid([]byte(x)):
			return json.RawMessage(x)
		}
	case int64:
		if name == "at" || strings.HasSuffix(name, "_at") {
			if x == 0 {
				return nil
			}
			return time.UnixMicro(x).UTC().Format(time.RFC3339)
		}
	}
	return v
}
