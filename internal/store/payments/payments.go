// Package payments keeps payments, their intents, what providers told, and the
// providers as they were set up.
//
// What an amount may be and what follows from a report is not decided here;
// payment does.
package payments

import (
	"orderly/internal/payment"
	"orderly/internal/store"
)

const columns = "id, order_id, tender, provider, reference, currency, amount, authorized, captured, voided, refunded, disputed, won, credited, failed, parts, respond_by, at_once, url, expires_at, due_at, customer, remitted, created_at, updated_at, version"

func scanPayment(scan func(...any) error) (*payment.Payment, error) {
	p := &payment.Payment{}
	var failed, parts, atOnce int64
	err := scan(&p.ID, &p.Order, &p.Tender, &p.Provider, &p.Reference, &p.Currency, &p.Amount, &p.Authorized, &p.Captured, &p.Voided, &p.Refunded,
		&p.Disputed, &p.Won, &p.Credited, &failed, &parts, &p.RespondBy, &atOnce, &p.URL, &p.ExpiresAt, &p.DueAt, &p.Customer, &p.Remitted, &p.CreatedAt, &p.UpdatedAt, &p.Version)
	p.Failed, p.Parts, p.AtOnce = failed != 0, parts != 0, atOnce != 0
	return p, err
}

// Load reads payments by id, each with its intents; unknown ones are left out.
func Load(r *store.Reader, ids []payment.ID) ([]*payment.Payment, error) {
	return load(r, "id", ids)
}

// OfOrders reads the payments of orders, each with its intents, the oldest of
// each order first.
func OfOrders(r *store.Reader, orders []int64) ([]*payment.Payment, error) {
	return load(r, "order_id", orders)
}

func load[K any](r *store.Reader, key string, of []K) ([]*payment.Payment, error) {
	var out []*payment.Payment
	err := store.In(r, "SELECT "+columns+" FROM payment WHERE m = $1 AND "+key+" IN ($IN) ORDER BY order_id, id", []any{r.M}, of, func(scan func(...any) error) error {
		p, err := scanPayment(scan)
		out = append(out, p)
		return err
	})
	if err != nil || len(out) == 0 {
		return out, err
	}
	at := map[payment.ID]*payment.Payment{}
	ids := make([]payment.ID, len(out))
	for i, p := range out {
		at[p.ID], ids[i] = p, p.ID
	}
	err = store.In(r, "SELECT "+intentColumns+" FROM payment_intent WHERE m = $1 AND payment IN ($IN) ORDER BY payment, id", []any{r.M}, ids, func(scan func(...any) error) error {
		x, err := scanIntent(scan)
		if p := at[x.Payment]; p != nil {
			p.Intents = append(p.Intents, x)
		}
		return err
	})
	return out, err
}

// ByReference finds our payment by the provider's name of it; zero when none is.
func ByReference(r *store.Reader, provider string, references []string) (map[string]payment.ID, error) {
	out := map[string]payment.ID{}
	err := store.In(r, "SELECT reference, id FROM payment WHERE m = $1 AND provider = $2 AND provider <> '' AND reference <> '' AND reference IN ($IN)", []any{r.M, provider}, references,
		func(scan func(...any) error) error {
			var ref string
			var id payment.ID
			err := scan(&ref, &id)
			out[ref] = id
			return err
		})
	return out, err
}

// After reads a provider's payments after an id, at most so many, for who
// compares them with what the provider says.
func After(r *store.Reader, after payment.ID, limit int) ([]*payment.Payment, error) {
	var out []*payment.Payment
	err := r.Each("SELECT "+columns+" FROM payment WHERE m = $1 AND id > $2 AND provider <> '' ORDER BY id LIMIT $3", []any{r.M, int64(after), int64(limit)}, func(scan func(...any) error) error {
		p, err := scanPayment(scan)
		out = append(out, p)
		return err
	})
	return out, err
}

const intentColumns = "id, payment, order_id, kind, amount, state, source, reference, reason, actor, created_at, sent_at, settled_at"

func scanIntent(scan func(...any) error) (payment.Intent, error) {
	var x payment.Intent
	err := scan(&x.ID, &x.Payment, &x.Order, &x.Kind, &x.Amount, &x.State, &x.Source, &x.Reference, &x.Reason, &x.Actor, &x.CreatedAt, &x.SentAt, &x.SettledAt)
	return x, err
}

// Intents reads intents by id; unknown ones are left out.
func Intents(r *store.Reader, ids []payment.IntentID) (map[payment.IntentID]payment.Intent, error) {
	out := map[payment.IntentID]payment.Intent{}
	err := store.In(r, "SELECT "+intentColumns+" FROM payment_intent WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		x, err := scanIntent(scan)
		out[x.ID] = x
		return err
	})
	return out, err
}

// OpenIntents reads the intents that are not settled, the oldest first.
func OpenIntents(r *store.Reader, limit int) ([]payment.Intent, error) {
	var out []payment.Intent
	err := r.Each("SELECT "+intentColumns+" FROM payment_intent WHERE m = $1 AND settled_at = 0 ORDER BY id LIMIT $2", []any{r.M, int64(limit)}, func(scan func(...any) error) error {
		x, err := scanIntent(scan)
		out = append(out, x)
		return err
	})
	return out, err
}

var save = store.Upsert("payment", 2, "m", "id", "order_id", "tender", "provider", "reference", "currency", "amount", "authorized", "captured", "voided", "refunded",
	"disputed", "won", "credited", "failed", "parts", "respond_by", "at_once", "url", "expires_at", "due_at", "customer", "remitted", "created_at", "updated_at", "version")

// Save keeps payments as they are now, without their intents.
func Save(tx *store.Tx, list []*payment.Payment) error {
	return save.Run(tx, len(list), func(a []any, n int) []any {
		p := list[n]
		return append(a, tx.M, int64(p.ID), p.Order, string(p.Tender), p.Provider, p.Reference, p.Currency, p.Amount, p.Authorized, p.Captured, p.Voided, p.Refunded,
			p.Disputed, p.Won, p.Credited, store.Bool(p.Failed), store.Bool(p.Parts), p.RespondBy, store.Bool(p.AtOnce), p.URL, p.ExpiresAt, p.DueAt, p.Customer, p.Remitted, p.CreatedAt, p.UpdatedAt, p.Version)
	})
}

var saveIntent = store.Upsert("payment_intent", 2, "m", "id", "payment", "order_id", "kind", "amount", "state", "source", "reference", "reason", "actor", "created_at", "sent_at", "settled_at")

// SaveIntents keeps intents as they are now.
func SaveIntents(tx *store.Tx, list []payment.Intent) error {
	return saveIntent.Run(tx, len(list), func(a []any, n int) []any {
		x := list[n]
		return append(a, tx.M, int64(x.ID), int64(x.Payment), x.Order, x.Kind, x.Amount, x.State, x.Source, x.Reference, x.Reason, x.Actor, x.CreatedAt, x.SentAt, x.SettledAt)
	})
}
