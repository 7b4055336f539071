package payments

import (
	"orderly/internal/payment"
	"orderly/internal/store"
)

const remittanceColumns = "id, carrier, reference, currency, collected, fee, paid_on, actor, created_at"

func collectRemittances(out *[]*payment.Remittance) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		x := &payment.Remittance{}
		err := scan(&x.ID, &x.Carrier, &x.Reference, &x.Currency, &x.Collected, &x.Fee, &x.PaidOn, &x.Actor, &x.CreatedAt)
		*out = append(*out, x)
		return err
	}
}

// Remittances lists what carriers paid out, the newest first, without parts.
func Remittances(r *store.Reader, before payment.RemittanceID, limit int) (out []*payment.Remittance, err error) {
	err = r.Each("SELECT "+remittanceColumns+" FROM remittance WHERE m = $1 AND id < $2 ORDER BY id DESC LIMIT $3", []any{r.M, int64(before), int64(limit)}, collectRemittances(&out))
	return out, err
}

// Remittance reads one with its parts; nil when there is none.
func Remittance(r *store.Reader, id payment.RemittanceID) (*payment.Remittance, error) {
	var list []*payment.Remittance
	err := r.Each("SELECT "+remittanceColumns+" FROM remittance WHERE m = $1 AND id = $2", []any{r.M, int64(id)}, collectRemittances(&list))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	x := list[0]
	err = r.Each("SELECT payment, order_id, amount FROM remittance_part WHERE m = $1 AND remittance = $2 ORDER BY payment LIMIT $3", []any{r.M, int64(id), int64(payment.MaxRemittanceLines)}, func(scan func(...any) error) error {
		var p payment.RemittancePart
		err := scan(&p.Payment, &p.Order, &p.Amount)
		x.Parts = append(x.Parts, p)
		return err
	})
	return x, err
}

// RemittanceNamed finds a carrier's list by its number; zero when it is new.
func RemittanceNamed(r *store.Reader, carrier, reference string) (id payment.RemittanceID, err error) {
	err = r.Each("SELECT id FROM remittance WHERE m = $1 AND carrier = $2 AND reference = $3", []any{r.M, carrier, reference}, func(scan func(...any) error) error {
		return scan(&id)
	})
	return id, err
}

var (
	saveRemittance     = store.Upsert("remittance", 2, "m", "id", "carrier", "reference", "currency", "collected", "fee", "paid_on", "actor", "created_at")
	saveRemittancePart = store.Upsert("remittance_part", 3, "m", "remittance", "payment", "order_id", "amount")
)

// SaveRemittance keeps a list with its parts.
func SaveRemittance(tx *store.Tx, x *payment.Remittance) error {
	err := saveRemittance.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(x.ID), x.Carrier, x.Reference, x.Currency, x.Collected, x.Fee, x.PaidOn, x.Actor, x.CreatedAt)
	})
	if err != nil {
		return err
	}
	return saveRemittancePart.Run(tx, len(x.Parts), func(a []any, n int) []any {
		p := x.Parts[n]
		return append(a, tx.M, int64(x.ID), int64(p.Payment), p.Order, p.Amount)
	})
}

// Channeled reads what the channel said of how orders were paid, by order.
func Channeled(r *store.Reader, orders []int64) (map[int64][]payment.Channeled, error) {
	out := map[int64][]payment.Channeled{}
	err := store.In(r, "SELECT order_id, n, means, instalments, amount, reference, at FROM channel_payment WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, n", []any{r.M}, orders, func(scan func(...any) error) error {
		var of, n int64
		var x payment.Channeled
		err := scan(&of, &n, &x.Means, &x.Instalments, &x.Amount, &x.Reference, &x.At)
		x.N = int(n)
		out[of] = append(out[of], x)
		return err
	})
	return out, err
}

var saveChanneled = store.Upsert("channel_payment", 3, "m", "order_id", "n", "means", "instalments", "amount", "reference", "at")

// ChanneledRow is one with its order.
type ChanneledRow struct {
	Order int64
	payment.Channeled
}

// SaveChanneled keeps what the channel said.
func SaveChanneled(tx *store.Tx, list []ChanneledRow) error {
	return saveChanneled.Run(tx, len(list), func(a []any, i int) []any {
		x := list[i]
		return append(a, tx.M, x.Order, int64(x.N), x.Means, x.Instalments, x.Amount, x.Reference, x.At)
	})
}
