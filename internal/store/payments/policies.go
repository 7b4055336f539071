package payments

import (
	"slices"

	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
)

// Policies reads what was said, by channel; what holds for the others stands
// under "".
func Policies(r *store.Reader) (map[string]payment.Policy, error) {
	out := map[string]payment.Policy{}
	err := r.Each("SELECT channel, capture, hold_after, cancel_after, updated_at, edit_version FROM payment_policy WHERE m = $1 ORDER BY channel LIMIT $2", []any{r.M, int64(payment.MaxPolicies + 1)},
		func(scan func(...any) error) error {
			var p payment.Policy
			err := scan(&p.Channel, &p.Capture, &p.HoldAfter, &p.CancelAfter, &p.UpdatedAt, &p.EditVersion)
			out[p.Channel] = p
			return err
		})
	return out, err
}

var savePolicy = store.Upsert("payment_policy", 2, "m", "channel", "capture", "hold_after", "cancel_after", "updated_at", "edit_version")

// SavePolicy keeps a policy.
func SavePolicy(tx *store.Tx, p payment.Policy) error {
	return savePolicy.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, p.Channel, p.Capture, p.HoldAfter, p.CancelAfter, p.UpdatedAt, p.EditVersion)
	})
}

// Held is an order with an authorization that waits to be captured, or with a
// promise that waits to be kept.
type Held struct {
	Payment   payment.ID
	Order     order.ID
	ExpiresAt int64
	DueAt     int64
}

// HeldAfter reads such payments after an id, at most so many.
func HeldAfter(r *store.Reader, after payment.ID, limit int) (out []Held, err error) {
	err = r.Each("SELECT id, order_id, expires_at, due_at FROM payment WHERE m = $1 AND id > $2 AND authorized > captured + voided ORDER BY id LIMIT $3", []any{r.M, int64(after), int64(limit)},
		func(scan func(...any) error) error {
			var h Held
			err := scan(&h.Payment, &h.Order, &h.ExpiresAt, &h.DueAt)
			out = append(out, h)
			return err
		})
	return out, err
}

// Owing is an open order of which no money came.
type Owing struct {
	Order   order.ID
	Channel string
}

// OwingAt reads the orders of a stage of which no money came, after one and
// before another, at most so many. It goes along the stage: what is done is not
// looked at.
func OwingAt(r *store.Reader, stage string, after, before order.ID, limit int) (out []Owing, err error) {
	err = r.Each("SELECT id, channel FROM orders WHERE m = $1 AND stage = $2 AND id > $3 AND id < $4 AND payment_status = 'unpaid' ORDER BY id LIMIT $5",
		[]any{r.M, stage, int64(after), int64(before), int64(limit)}, func(scan func(...any) error) error {
			var o Owing
			err := scan(&o.Order, &o.Channel)
			out = append(out, o)
			return err
		})
	return out, err
}

// Lately reads what a provider told last, the newest first.
func Lately(r *store.Reader, provider string, limit int) (out []payment.Event, err error) {
	err = r.Each("SELECT "+eventColumns+" FROM payment_event WHERE m = $1 AND provider = $2 ORDER BY kept_at DESC, event_id LIMIT $3", []any{r.M, provider, int64(limit)}, collectEvents(&out))
	return out, err
}

// OrdersOf are the orders of payments.
func OrdersOf(r *store.Reader, ids []payment.ID) ([]order.ID, error) {
	return orderIDs(r, "SELECT order_id FROM payment WHERE m = $1 AND id IN ($IN)", ids)
}

// Concerned are those orders with something held that may be captured, or with
// a hold that money may end.
func Concerned(r *store.Reader, ids []order.ID) ([]order.ID, error) {
	open, err := orderIDs(r, "SELECT order_id FROM payment WHERE m = $1 AND authorized > captured + voided AND order_id IN ($IN)", ids)
	if err != nil {
		return nil, err
	}
	held, err := orderIDs(r, "SELECT id FROM orders WHERE m = $1 AND hold_status = 'held' AND id IN ($IN)", ids)
	out := append(open, held...)
	slices.Sort(out)
	return slices.Compact(out), err
}

func orderIDs[K any](r *store.Reader, text string, ids []K) (out []order.ID, err error) {
	err = store.In(r, text, []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}
