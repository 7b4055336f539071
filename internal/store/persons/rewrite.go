package persons

import (
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/privacy"
	"orderly/internal/store"
)

// rewritten are the statements that take people's words out of what hangs on an
// order, beside its people's row and its header. The order and its act write those.
var rewritten = [...]string{
	"UPDATE orders SET custom = '' WHERE m = $1 AND id = $2",
	"UPDATE order_line SET custom = '' WHERE m = $1 AND order_id = $2",
	"UPDATE order_note SET text = '' WHERE m = $1 AND order_id = $2",
	"UPDATE order_hold SET note = '' WHERE m = $1 AND order_id = $2",
	"UPDATE approval_ask SET why = '' WHERE m = $1 AND order_id = $2",
	"DELETE FROM order_trait WHERE m = $1 AND order_id = $2",
	"UPDATE order_return SET comment = '', note = '', money_reason = '', tracking = '' WHERE m = $1 AND order_id = $2",
	"DELETE FROM return_file WHERE m = $1 AND return_id IN (SELECT r.id FROM order_return AS r WHERE r.m = $1 AND r.order_id = $2)",
	"DELETE FROM parcel_proof WHERE m = $1 AND parcel IN (SELECT p.id FROM parcel AS p WHERE p.m = $1 AND p.order_id = $2)",
	"UPDATE trouble SET text = '' WHERE m = $1 AND order_id = $2",
	"UPDATE work_assignment SET note = '' WHERE kind = 'ord' AND m = $1 AND subject = $2",
	"UPDATE parcel_scan SET text = '', place = '' WHERE m = $1 AND parcel IN (SELECT p.id FROM parcel AS p WHERE p.m = $1 AND p.order_id = $2)",
	"UPDATE payment_intent SET reason = '' WHERE m = $1 AND payment IN (SELECT p.id FROM payment AS p WHERE p.m = $1 AND p.order_id = $2)",
	"UPDATE payment SET url = '' WHERE m = $1 AND order_id = $2",
	"UPDATE message SET why = '' WHERE m = $1 AND order_id = $2",
	"DELETE FROM case_file WHERE m = $1 AND message IN (SELECT x.id FROM talk AS t JOIN talk_message AS x ON x.m = t.m AND x.talk = t.id WHERE t.m = $1 AND x.m = $1 AND t.order_id > 0 AND t.order_id = $2)",
	"UPDATE talk_message SET from_name = '', from_address = '', to_address = '', text = '', rfc_id = '', refs = '', why = '' WHERE m = $1 AND talk IN (SELECT t.id FROM talk AS t WHERE t.m = $1 AND t.order_id > 0 AND t.order_id = $2)",
}

// Rewrite takes people's words out of orders and marks these as erased. Their
// links end. What it finds done it does not do again.
func Rewrite(tx *store.Tx, ids []order.ID, by privacy.ID) error {
	for _, id := range ids {
		for _, text := range rewritten {
			if _, err := tx.Exec(text, tx.M, int64(id)); err != nil {
				return err
			}
		}
		if _, err := tx.Exec("UPDATE tracking_link SET revoked_at = $1 WHERE m = $2 AND order_id = $3 AND revoked_at = 0", tx.At, tx.M, int64(id)); err != nil {
			return err
		}
	}
	documents := map[order.ID]int64{}
	err := store.In(&tx.Reader, "SELECT order_id FROM invoice WHERE m = $1 AND issued_hash = '' AND order_id IN ($IN)", []any{tx.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		err := scan(&id)
		documents[id]++
		return err
	})
	if err != nil {
		return err
	}
	return insertErased.Run(tx, len(ids), func(a []any, n int) []any {
		return append(a, tx.M, int64(ids[n]), int64(by), documents[ids[n]], tx.At)
	})
}

var insertErased = store.NewInsert("erased_order", " ON CONFLICT (m, order_id) DO NOTHING", "m", "order_id", "erasure", "documents", "at")

// Forget takes everything out of a customer's record but that there was one.
func Forget(tx *store.Tx, id party.ID) error {
	if _, err := tx.Exec("UPDATE customer SET external_id = NULL, name = '', email = '', phone = '', company = '', address = '', custom = '', updated_at = $1, edit_version = edit_version + 1 WHERE m = $2 AND id = $3",
		tx.At, tx.M, int64(id)); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE unreceipted SET reason = '' WHERE m = $1 AND customer = $2", tx.M, int64(id)); err != nil {
		return err
	}
	_, err := tx.Exec("DELETE FROM customer_token WHERE m = $1 AND customer = $2", tx.M, int64(id))
	return err
}
