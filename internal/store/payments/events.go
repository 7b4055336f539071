package payments

import (
	"encoding/json"

	"orderly/internal/payment"
	"orderly/internal/store"
)

const eventColumns = "provider, event_id, type, reference, payment, intent, currency, amounts, expires_at, at, kept_at, applied_at"

func collectEvents(out *[]payment.Event) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var e payment.Event
		var amounts string
		err := scan(&e.Provider, &e.ID, &e.Type, &e.Reference, &e.Payment, &e.Intent, &e.Currency, &amounts, &e.ExpiresAt, &e.At, &e.KeptAt, &e.AppliedAt)
		if err == nil {
			err = json.Unmarshal([]byte(amounts), &e.Amounts)
		}
		*out = append(*out, e)
		return err
	}
}

// Events reads which of a provider's events are kept.
func Events(r *store.Reader, provider string, ids []string) (map[string]payment.Event, error) {
	var list []payment.Event
	err := store.In(r, "SELECT "+eventColumns+" FROM payment_event WHERE m = $1 AND provider = $2 AND event_id IN ($IN)", []any{r.M, provider}, ids, collectEvents(&list))
	out := map[string]payment.Event{}
	for _, e := range list {
		out[e.ID] = e
	}
	return out, err
}

// Waiting reads the events of a provider's payment that nobody knew when they
// came.
func Waiting(r *store.Reader, provider, reference string) ([]payment.Event, error) {
	var out []payment.Event
	err := r.Each("SELECT "+eventColumns+" FROM payment_event WHERE m = $1 AND applied_at = 0 AND provider = $2 AND reference = $3 ORDER BY event_id LIMIT 1000",
		[]any{r.M, provider, reference}, collectEvents(&out))
	return out, err
}

var saveEvent = store.Upsert("payment_event", 3, "m", "provider", "event_id", "type", "reference", "payment", "intent", "currency", "amounts", "expires_at", "at", "kept_at", "applied_at")

// SaveEvents keeps what providers told. The row of an event is one: it is kept
// when it came, and again when it was applied.
func SaveEvents(tx *store.Tx, list []payment.Event) error {
	return saveEvent.Run(tx, len(list), func(a []any, n int) []any {
		e := list[n]
		amounts, _ := json.Marshal(e.Amounts) // numbers and a bool
		return append(a, tx.M, e.Provider, e.ID, e.Type, e.Reference, int64(e.Payment), int64(e.Intent), e.Currency, string(amounts), e.ExpiresAt, e.At, e.KeptAt, e.AppliedAt)
	})
}

// EventsOf reads the events that were applied to payments.
func EventsOf(r *store.Reader, ids []payment.ID) ([]payment.Event, error) {
	var out []payment.Event
	err := store.In(r, "SELECT "+eventColumns+" FROM payment_event WHERE m = $1 AND payment <> 0 AND payment IN ($IN) ORDER BY payment, event_id", []any{r.M}, ids, collectEvents(&out))
	return out, err
}
