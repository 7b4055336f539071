package persons

import (
	"encoding/json"
	"strings"
	"time"

	"orderly/internal/order"
	"orderly/internal/party"
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
	{"deliveries", "SELECT q.order_id, f.name, f.place, f.kind, f.size, f.at FROM parcel_proof AS f JOIN parcel AS q ON q.m = f.m AND q.id = f.parcel WHERE q.m = $1 AND q.order_id IN ($IN) ORDER BY q.order_id, f.parcel"},
	{"return_files", "SELECT x.order_id, f.purpose, f.kind, f.size, f.at FROM return_file AS f JOIN order_return AS x ON x.m = f.m AND x.id = f.return_id WHERE x.m = $1 AND x.order_id IN ($IN) ORDER BY x.order_id, f.id"},
	{"reports", "SELECT order_id, kind, reason, text, at, settled_at FROM trouble WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id"},
	{"messages", "SELECT order_id, kind, state, created_at, updated_at FROM message WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id"},
	{"conversations", "SELECT t.order_id, x.way, x.source, x.from_name, x.from_address, x.to_address, x.text, x.at FROM talk AS t JOIN talk_message AS x ON x.m = t.m AND x.talk = t.id WHERE t.m = $1 AND t.order_id > 0 AND t.order_id IN ($IN) ORDER BY t.order_id, x.id"},
	{"documents", "SELECT order_id, code, kind, issued_at, currency, gross, body, hash FROM invoice WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id"},
	{"history", "SELECT subject, type, at FROM entry WHERE m = $1 AND subject IN ($IN) ORDER BY subject, subject_seq"},
}

// ofCases are the kinds of things that hang on a case.
var ofCases = [...]part{
	{"case", "SELECT id, number, kind, about, state, source, subject, name, email, phone, at, resolved_at FROM support_case WHERE m = $1 AND id IN ($IN)"},
	{"messages", "SELECT case_id, way, source, from_name, from_address, to_address, subject, text, at FROM case_message WHERE m = $1 AND case_id IN ($IN) ORDER BY case_id, id"},
	{"files", "SELECT x.case_id, f.name, f.kind, f.size, x.at FROM case_file AS f JOIN case_message AS x ON x.m = f.m AND x.id = f.message WHERE x.m = $1 AND x.case_id IN ($IN) ORDER BY x.case_id, f.id"},
	{"goodwill", "SELECT case_id, amount, currency, reason, state, at FROM case_goodwill WHERE m = $1 AND case_id IN ($IN) ORDER BY case_id, id"},
}

// ofCustomers are what hangs on a customer alone.
var ofCustomers = [...]part{
	{"without_receipt", "SELECT customer, number, currency, amount, reason, at FROM unreceipted WHERE m = $1 AND customer IN ($IN) ORDER BY customer, id"},
}

// single are the parts of which there is one.
var single = map[string]bool{"order": true, "people": true, "case": true}

// Export reads everything that is known of some orders, each as one object.
func Export(r *store.Reader, ids []order.ID) ([]map[string]any, error) {
	return gather(r, exported[:], ids)
}

// ExportCases reads everything that is known of some cases, each as one object.
// Files are told, not given out.
func ExportCases(r *store.Reader, ids []int64) ([]map[string]any, error) {
	return gather(r, ofCases[:], ids)
}

// ExportCustomer reads what hangs on a customer's record and on no order.
func ExportCustomer(r *store.Reader, id party.ID) (map[string]any, error) {
	list, err := gather(r, ofCustomers[:], []party.ID{id})
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

func gather[T ~int64](r *store.Reader, parts []part, ids []T) ([]map[string]any, error) {
	of := map[int64]map[string]any{}
	out := make([]map[string]any, len(ids))
	for i, id := range ids {
		out[i] = map[string]any{}
		of[int64(id)] = out[i]
	}
	for _, p := range parts {
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
	names := strings.Split(list, ", ")
	for i, n := range names {
		names[i] = n[strings.IndexByte(n, '.')+1:]
	}
	return names
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
