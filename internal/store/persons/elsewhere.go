package persons

import (
	"orderly/internal/order"
	"orderly/internal/privacy"
	"orderly/internal/store"
)

// places are where people's words may stand without an order that says whose
// they are: a key of two numbers (the second may be "0"), the texts, and what
// becomes of a row that carries a trace.
var places = [...]struct{ table, first, second, texts, then string }{
	{"import_reject", "file", "line", "ref || ' ' || reason || ' ' || text", "UPDATE import_reject SET ref = '', reason = '', text = '', clipped = 1 WHERE m = $1 AND file = $2 AND line = $3"},
	{"saved_view", "id", "0", "name || ' ' || query", "DELETE FROM saved_view WHERE m = $1 AND id = $2 AND $3 = 0"},
	{"bulk_run", "id", "0", "data || ' ' || filter", "UPDATE bulk_run SET data = '{}', filter = '' WHERE m = $1 AND id = $2 AND $3 = 0 AND ended_at > 0"},
	{"work_assignment", "subject", "id", "note", "UPDATE work_assignment SET note = '' WHERE m = $1 AND subject = $2 AND id = $3"},
	{"trouble", "id", "0", "text", "UPDATE trouble SET text = '' WHERE m = $1 AND id = $2 AND $3 = 0"},
	{"case_message", "id", "0", "from_name || ' ' || from_address || ' ' || to_address || ' ' || subject || ' ' || text", "UPDATE case_message SET from_name = '', from_address = '', to_address = '', subject = '', text = '', refs = '', why = '' WHERE m = $1 AND id = $2 AND $3 = 0"},
	{"talk_message", "id", "0", "from_name || ' ' || from_address || ' ' || to_address || ' ' || text", "UPDATE talk_message SET from_name = '', from_address = '', to_address = '', text = '', refs = '', why = '' WHERE m = $1 AND id = $2 AND $3 = 0"},
	{"parcel_proof", "parcel", "0", "name || ' ' || place", "DELETE FROM parcel_proof WHERE m = $1 AND parcel = $2 AND $3 = 0"},
	{"unreceipted", "id", "0", "reason", "UPDATE unreceipted SET reason = '' WHERE m = $1 AND id = $2 AND $3 = 0"},
	{"import_file", "id", "0", "name || ' ' || fault || ' ' || summary", "UPDATE import_file SET name = '', fault = '', summary = '' WHERE m = $1 AND id = $2 AND $3 = 0"},
}

// Places is how many places there are.
const Places = len(places)

// Mark is a row that carries a trace.
type Mark struct{ First, Second int64 }

// Marks lists the rows of a place that carry a trace.
func Marks(r *store.Reader, place int, t *privacy.Traces) ([]Mark, error) {
	p := places[place]
	var out []Mark
	err := r.Each("SELECT "+p.first+", "+p.second+", "+p.texts+" FROM "+p.table+" WHERE m = $1", []any{r.M}, func(scan func(...any) error) error {
		var x Mark
		var text string
		err := scan(&x.First, &x.Second, &text)
		if t.In(text) {
			out = append(out, x)
		}
		return err
	})
	return out, err
}

// Wipe takes the words out of rows of a place.
func Wipe(tx *store.Tx, place int, list []Mark) error {
	for _, x := range list {
		if _, err := tx.Exec(places[place].then, tx.M, x.First, x.Second); err != nil {
			return err
		}
	}
	return nil
}

// Cases lists the person's cases: of their orders, of their record, and those
// that carry a trace of them.
func Cases(r *store.Reader, p privacy.Person, ids []order.ID, t *privacy.Traces) ([]int64, error) {
	own := map[order.ID]bool{}
	for _, id := range ids {
		own[id] = true
	}
	var out []int64
	err := r.Each("SELECT id, order_id, customer, email, name || ' ' || email || ' ' || phone || ' ' || subject || ' ' || candidates FROM support_case WHERE m = $1", []any{r.M}, func(scan func(...any) error) error {
		var id, customer int64
		var of order.ID
		var email, text string
		err := scan(&id, &of, &customer, &email, &text)
		if own[of] || customer != 0 && customer == int64(p.Customer) || p.Email != "" && privacy.Fold(email) == p.Email || t.In(text) {
			out = append(out, id)
		}
		return err
	})
	return out, err
}

// emptied are the statements that take the words out of a case.
var emptied = [...]string{
	"DELETE FROM case_file WHERE m = $1 AND message IN (SELECT x.id FROM case_message AS x WHERE x.m = $1 AND x.case_id = $2)",
	"UPDATE case_message SET from_name = '', from_address = '', to_address = '', subject = '', text = '', rfc_id = '', refs = '', why = '' WHERE m = $1 AND case_id = $2",
	"UPDATE case_goodwill SET reason = '' WHERE m = $1 AND case_id = $2",
	"UPDATE support_case SET subject = '', name = '', email = '', phone = '', tags = '', candidates = '' WHERE m = $1 AND id = $2",
}

// WipeCases takes the words out of cases.
func WipeCases(tx *store.Tx, ids []int64) error {
	for _, id := range ids {
		for _, text := range emptied {
			if _, err := tx.Exec(text, tx.M, id); err != nil {
				return err
			}
		}
	}
	return nil
}
