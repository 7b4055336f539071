package audit

import "orderly/internal/store"

// ErasedPages walk the orders whose people were erased.
var ErasedPages = []Walk{{"erased_order", "order_id", "order_id", 1}}

// People is what an erased order still says of people.
type People struct {
	Order                    int64
	Name, Email, Phone, Firm string
	ShipTo, BillTo           string
	Custom, Lines, Notes     int64 // how many rows carry words
	Holds, Returns, Reports  int64
	Proofs, Files, Cases     int64 // deliveries, files of returns, messages and files of cases and of conversations with partners
	Documents, Promised      int64 // documents that name somebody, and how many there are said to be
}

const erasedPeople = "SELECT e.order_id, p.name, p.email, p.phone, p.company, p.ship_to, p.bill_to, e.documents, " +
	"(SELECT count(*) FROM orders AS o WHERE o.m = $1 AND o.id = e.order_id AND o.custom <> '') + (SELECT count(*) FROM order_trait AS a WHERE a.m = $1 AND a.order_id = e.order_id), " +
	"(SELECT count(*) FROM order_line AS l WHERE l.m = $1 AND l.order_id = e.order_id AND l.custom <> ''), " +
	"(SELECT count(*) FROM order_note AS n WHERE n.m = $1 AND n.order_id = e.order_id AND n.at < e.at AND n.text <> ''), " +
	"(SELECT count(*) FROM order_hold AS h WHERE h.m = $1 AND h.order_id = e.order_id AND h.placed_at < e.at AND h.note <> '') + " +
	"(SELECT count(*) FROM approval_ask AS y WHERE y.m = $1 AND y.order_id = e.order_id AND y.at < e.at AND y.why <> ''), " +
	"(SELECT count(*) FROM order_return AS r WHERE r.m = $1 AND r.order_id = e.order_id AND r.at < e.at AND r.comment <> ''), " +
	"(SELECT count(*) FROM trouble AS t WHERE t.m = $1 AND t.order_id = e.order_id AND t.at < e.at AND t.text <> ''), " +
	"(SELECT count(*) FROM parcel AS q JOIN parcel_proof AS f ON f.m = q.m AND f.parcel = q.id WHERE q.m = $1 AND q.order_id = e.order_id AND f.told_at < e.at), " +
	"(SELECT count(*) FROM order_return AS r JOIN return_file AS f ON f.m = r.m AND f.return_id = r.id WHERE r.m = $1 AND r.order_id = e.order_id AND f.at < e.at), " +
	"(SELECT count(*) FROM support_case AS c JOIN case_message AS x ON x.m = c.m AND x.case_id = c.id WHERE c.m = $1 AND c.order_id = e.order_id AND x.at < e.at " +
	"AND (x.text <> '' OR EXISTS (SELECT 1 FROM case_file AS f WHERE f.m = $1 AND f.message = x.id))) + " +
	"(SELECT count(*) FROM talk AS t JOIN talk_message AS x ON x.m = t.m AND x.talk = t.id WHERE t.m = $1 AND x.m = $1 AND t.order_id > 0 AND t.order_id = e.order_id AND x.at < e.at " +
	"AND (x.text <> '' OR EXISTS (SELECT 1 FROM case_file AS f WHERE f.m = $1 AND f.message = x.id))), " +
	"(SELECT count(*) FROM invoice AS i WHERE i.m = $1 AND i.order_id = e.order_id AND i.issued_hash = '' AND i.issued_at < e.at) " +
	"FROM erased_order AS e JOIN order_party AS p ON p.m = e.m AND p.order_id = e.order_id WHERE e.m = $1 AND e.order_id > $2 AND e.order_id <= $3 ORDER BY e.order_id"

// Erased reads a page of them.
func Erased(r *store.Reader, in Range) ([]People, error) {
	var out []People
	err := r.Each(erasedPeople, []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var p People
		err := scan(&p.Order, &p.Name, &p.Email, &p.Phone, &p.Firm, &p.ShipTo, &p.BillTo, &p.Promised, &p.Custom, &p.Lines, &p.Notes, &p.Holds, &p.Returns, &p.Reports, &p.Proofs, &p.Files, &p.Cases, &p.Documents)
		out = append(out, p)
		return err
	})
	return out, err
}

// Remembered lists customers who were erased and of whom something is left,
// after one of them.
func Remembered(r *store.Reader, after int64, limit int) ([]int64, error) {
	return ids(r, "SELECT c.id FROM erasure AS e JOIN customer AS c ON c.m = e.m AND c.id = e.customer WHERE e.m = $1 AND e.customer > $2 AND e.state = 'done' "+
		"AND (c.name || c.email || c.phone || c.company || c.address || c.custom || coalesce(c.external_id, '') <> '' "+
		"OR c.id IN (SELECT u.customer FROM unreceipted AS u WHERE u.m = $1 AND u.reason <> '') "+
		"OR EXISTS (SELECT 1 FROM customer_token AS t WHERE t.m = $1 AND t.customer = c.id)) ORDER BY c.id LIMIT $3", r.M, after, int64(limit))
}
