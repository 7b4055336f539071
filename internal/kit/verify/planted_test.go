package verify_test

import "orderly/internal/kit/verify"

// planted is a breach of one law, as SQL that no guard of the database stops.
type planted struct {
	law   string
	name  string
	found verify.Level // the lowest level that finds it
	sql   []string
}

// one picks a single row by its key: one("level", "item, location", "reserved > 0").
func one(table, key, where string) string {
	return "m = 1 AND (" + key + ") = (SELECT " + key + " FROM " + table + " WHERE m = 1 AND " + where + " ORDER BY " + key + " LIMIT 1)"
}

const (
	aTransfer  = "(SELECT ref_id FROM movement WHERE m = 1 AND reason = 'transfer_in' AND state = 'on_hand' ORDER BY ref_id LIMIT 1)"
	somewhere  = "(SELECT id FROM location WHERE m = 1 ORDER BY id DESC LIMIT 1)"
	aLive      = "(SELECT min(id) FROM orders WHERE m = 1 AND mode = 'live' AND line_count > 1 AND hold_count = 0 AND stage = 'in_work')"
	aBundle    = "(SELECT min(order_id) FROM order_line WHERE m = 1 AND parent > 0)"
	aTaken     = "INSERT INTO work_assignment (m, kind, subject, id, assignee, at, by_actor, note, version) VALUES (1, "
	takenBy    = ", 8, 'user:usr_1', 1, 'user:usr_1', '', 1)"
	aTrouble   = "INSERT INTO trouble (m, id, kind, order_id, location, item, subject, quantity, reason, text, at, actor, settled_at, settled_by, version) VALUES (1, 8, 'report', "
	troubled   = ", 0, 0, '', '', 1, 'user:usr_1', 0, '', 1)"
	anEndpoint = "INSERT INTO endpoint (m, id, kind, name, address, types, state, why, secret, previous, previous_until, created_at, updated_at, ended_at, edit_version) VALUES (1, 8, 'webhook', 'x', 'x', '*', 'active', '', '', '', 0, 1, 1, 0, 1)"
	aProgress  = "INSERT INTO endpoint_progress (m, endpoint, seq, hungry, due_at, nudges, attempts, failing_since, misses, hold_until, taken_at, failed_at, answer, error, taken, failures) VALUES (1, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', 0, 0)"
	aDelivery  = "INSERT INTO delivery (m, id, endpoint, what, seq, kind, subject, type, state, attempts, next_at, answer, error, created_at, updated_at) VALUES (1, 9, 8, 'entry', "
	delivered  = ", 'ord', 1, 'order.placed', 'waiting', 0, 0, 0, '', 1, 1)"
	anAttempt  = "INSERT INTO delivery_attempt (m, endpoint, slot, n, delivery, what, seq, kind, subject, type, outcome, answer, error, took, at) VALUES (1, 8, 1, 1, 9, 'entry', 1, 'ord', 1, 'order.placed', 'taken', 200, '', 1, 1)"
	anEdited   = "(SELECT min(subject) FROM entry WHERE m = 1 AND type = 'stock.receipt_reversed')"
)

// mutations are at least three breaches of every law but D1, whose evidence
// lies outside the database.
var mutations = []planted{
	{"K1", "a unit more on hand", verify.Quick, []string{"UPDATE level SET on_hand = on_hand + 1 WHERE " + one("level", "item, location", "on_hand > 0")}},
	{"K1", "a unit more damaged", verify.Quick, []string{"UPDATE level SET damaged = damaged + 1 WHERE " + one("level", "item, location", "on_hand > 0")}},
	{"K1", "units out of quality control", verify.Quick, []string{"UPDATE level SET quality_control = 0 WHERE " + one("level", "item, location", "quality_control > 0")}},
	{"K1", "a movement lost", verify.Quick, []string{"DELETE FROM movement WHERE " + one("movement", "item, location, id", "reason = 'ship'")}},
	{"K1", "a movement of more", verify.Quick, []string{"UPDATE movement SET quantity = quantity + 2 WHERE " + one("movement", "item, location, id", "reason = 'receive'")}},
	{"K1", "a movement of another state", verify.Quick, []string{"UPDATE movement SET state = 'damaged' WHERE " + one("movement", "item, location, id", "reason = 'receive' AND state = 'on_hand'")}},
	{"K1", "a level lost", verify.Quick, []string{"DELETE FROM level WHERE " + one("level", "item, location", "on_hand > 0 AND reserved = 0")}},
	{"K1", "a level from nowhere", verify.Quick, []string{"INSERT INTO level (m, item, location, on_hand, reserved) SELECT 1, max(i.id), 5, 7, 0 FROM item AS i WHERE i.m = 1"}},
	{"K1", "a level lost whose movements balance", verify.Quick, []string{
		"DELETE FROM level WHERE m = 1 AND item = (SELECT id FROM item WHERE m = 1 AND sku = 'COFFEE') AND location = (SELECT id FROM location WHERE m = 1 AND code = 'A')",
		"DELETE FROM movement WHERE m = 1 AND item = (SELECT id FROM item WHERE m = 1 AND sku = 'COFFEE') AND location = (SELECT id FROM location WHERE m = 1 AND code = 'A') AND reason = 'return'"}},

	{"K2", "a unit more reserved", verify.Quick, []string{"UPDATE level SET reserved = reserved + 1 WHERE " + one("level", "item, location", "reserved < on_hand")}},
	{"K2", "a reservation forgotten", verify.Quick, []string{"UPDATE level SET reserved = 0 WHERE " + one("level", "item, location", "reserved > 0")}},
	{"K2", "a claim of one unit less", verify.Quick, []string{"UPDATE fulfillment_line SET open_qty = open_qty - 1 WHERE " + one("fulfillment_line", "fulfillment, n", "stocked = 1 AND open_qty > picked + packed")}},
	{"K2", "a claim at another place", verify.Quick, []string{"UPDATE fulfillment SET location = 5 WHERE " + one("fulfillment", "id", "work_status = 'pending'")}},
	{"K2", "a claim that counts no stock", verify.Quick, []string{"UPDATE fulfillment_line SET stocked = 0 WHERE " + one("fulfillment_line", "fulfillment, n", "stocked = 1 AND open_qty > 0")}},

	{"K3", "more reserved than there is", verify.Quick, []string{"UPDATE level SET reserved = on_hand + 1 WHERE " + one("level", "item, location", "on_hand > 0")}},
	{"K3", "less than nothing reserved", verify.Quick, []string{"UPDATE level SET reserved = -1 WHERE " + one("level", "item, location", "reserved = 0")}},
	{"K3", "less than nothing on hand", verify.Quick, []string{"UPDATE level SET on_hand = -3 WHERE " + one("level", "item, location", "reserved = 0")}},
	{"K3", "less than nothing damaged", verify.Quick, []string{"UPDATE level SET damaged = -2 WHERE " + one("level", "item, location", "damaged = 0")}},
	{"K3", "negative safety stock", verify.Quick, []string{"UPDATE level SET safety = -1 WHERE " + one("level", "item, location", "safety > 0")}},

	{"K4", "a unit in two places", verify.Quick, []string{"UPDATE order_line SET allocated = allocated + 1 WHERE " + one("order_line", "order_id, n", "allocated > 0")}},
	{"K4", "a unit in no place", verify.Quick, []string{"UPDATE order_line SET backordered = backordered - 1 WHERE " + one("order_line", "order_id, n", "backordered > 1")}},
	{"K4", "two lines exchange a unit", verify.Quick, []string{
		"UPDATE order_line SET allocated = allocated - 1, unsourced = unsourced + 1 WHERE m = 1 AND n = 1 AND order_id = " + aLive,
		"UPDATE order_line SET allocated = allocated + 1, unsourced = unsourced - 1 WHERE m = 1 AND n = 2 AND order_id = " + aLive}},
	{"K4", "a header that counts differently", verify.Quick, []string{"UPDATE orders SET shipped = shipped + 1, allocated = allocated - 1 WHERE " + one("orders", "id", "allocated > 0")}},
	{"K4", "a header that counts another whole", verify.Quick, []string{"UPDATE orders SET ordered = ordered + 1, canceled = canceled + 1 WHERE " + one("orders", "id", "allocated > 0")}},
	{"K4", "more lines counted than there are", verify.Quick, []string{"UPDATE orders SET line_count = line_count + 1 WHERE " + one("orders", "id", "allocated > 0")}},
	{"K4", "a line lost", verify.Quick, []string{"DELETE FROM order_line WHERE " + one("order_line", "order_id, n", "n = 2")}},
	{"K4", "a line of more than was placed", verify.Quick, []string{"UPDATE order_line SET quantity = quantity + 1 WHERE " + one("order_line", "order_id, n", "parent = 0 AND ordered > 0")}},
	{"K4", "a line that stands in for itself", verify.Quick, []string{"UPDATE order_line SET substitutes = n WHERE m = 1 AND substitutes > 0"}},
	{"K4", "waiting since never", verify.Quick, []string{"UPDATE order_line SET backordered_at = 0 WHERE " + one("order_line", "order_id, n", "backordered > 0")}},
	{"K4", "more came back than left", verify.Quick, []string{"UPDATE order_line SET returned = shipped + delivered + 1 WHERE " + one("order_line", "order_id, n", "returned > 0")}},
	{"K4", "absurd figures", verify.Quick, []string{"UPDATE order_line SET allocated = 9000000000000000000, ordered = 9000000000000000000 WHERE " + one("order_line", "order_id, n", "allocated > 0")}},
	{"K4", "a picked unit more", verify.Quick, []string{"UPDATE fulfillment_line SET picked = picked + 1 WHERE " + one("fulfillment_line", "fulfillment, n", "open_qty > picked + packed")}},
	{"K4", "a shipped unit more", verify.Quick, []string{"UPDATE fulfillment_line SET shipped = shipped + 1, quantity = quantity + 1 WHERE " + one("fulfillment_line", "fulfillment, n", "shipped > 0")}},
	{"K4", "units of another line", verify.Quick, []string{"UPDATE fulfillment_line SET order_line = order_line + 5 WHERE " + one("fulfillment_line", "fulfillment, n", "open_qty > 0")}},
	{"K4", "units of another item", verify.Full, []string{"UPDATE fulfillment_line SET item = (SELECT id FROM item WHERE m = 1 AND sku = 'L001') WHERE " + one("fulfillment_line", "fulfillment, n", "shipped > 0")}},
	{"K4", "a work status ahead of the work", verify.Quick, []string{"UPDATE fulfillment SET work_status = 'packed' WHERE " + one("fulfillment", "id", "work_status = 'pending'")}},
	{"K4", "a work status behind the work", verify.Quick, []string{"UPDATE fulfillment SET work_status = 'shipped' WHERE " + one("fulfillment", "id", "work_status = 'delivered'")}},
	{"K4", "a fulfillment without lines", verify.Quick, []string{"DELETE FROM fulfillment_line WHERE fulfillment = (SELECT min(id) FROM fulfillment WHERE m = 1 AND work_status = 'canceled')"}},
	{"K4", "a parcel of more", verify.Quick, []string{"UPDATE parcel_line SET quantity = quantity + 1 WHERE m = 1 AND parcel = (SELECT min(id) FROM parcel WHERE m = 1 AND status = 'packed')"}},
	{"K4", "a parcel that arrived by itself", verify.Quick, []string{"UPDATE parcel SET status = 'delivered', delivered_at = 5 WHERE " + one("parcel", "id", "status = 'shipped'")}},
	{"K4", "a parcel that arrived never", verify.Quick, []string{"UPDATE parcel SET delivered_at = 0 WHERE " + one("parcel", "id", "status = 'delivered'")}},
	{"K4", "a parcel lost and not told", verify.Quick, []string{"UPDATE parcel SET status = 'lost', delivered_at = 0 WHERE " + one("parcel", "id", "status = 'delivered'")}},
	{"K4", "a parcel of another line", verify.Quick, []string{"UPDATE parcel_line SET line = line + 7 WHERE m = 1 AND parcel = (SELECT min(id) FROM parcel WHERE m = 1 AND status = 'packed')"}},
	{"K4", "a return of more", verify.Quick, []string{"UPDATE return_line SET quantity = quantity + 1 WHERE " + one("return_line", "return_id, n", "restocked > 0")}},
	{"K4", "a return restocked in part", verify.Quick, []string{"UPDATE return_line SET restocked = restocked - 1 WHERE " + one("return_line", "return_id, n", "restocked > 0")}},
	{"K4", "a unit asked for that nobody waits for", verify.Quick, []string{"UPDATE return_line SET requested = requested + 1, asked = asked + 1 WHERE " + one("return_line", "return_id, n", "requested > 0")}},
	{"K4", "a return that is over and waits", verify.Full, []string{"UPDATE order_return SET closed_at = 5, state = 'closed' WHERE " + one("order_return", "id", "state = 'requested'")}},
	{"K4", "a return in another state", verify.Full, []string{"UPDATE order_return SET state = 'approved' WHERE " + one("order_return", "id", "state = 'requested'")}},
	{"K4", "a return lost", verify.Quick, []string{"DELETE FROM order_return WHERE " + one("order_return", "id", "location <> 0")}},
	{"K4", "a status", verify.Quick, []string{"UPDATE orders SET status = 'completed' WHERE " + one("orders", "id", "status = 'open'")}},
	{"K4", "a payment status", verify.Quick, []string{"UPDATE orders SET payment_status = 'paid' WHERE " + one("orders", "id", "payment_status = 'unpaid'")}},
	{"K4", "a fulfillment status", verify.Quick, []string{"UPDATE orders SET fulfillment_status = 'shipped' WHERE " + one("orders", "id", "fulfillment_status = 'unfulfilled'")}},
	{"K4", "a return status", verify.Quick, []string{"UPDATE orders SET return_status = 'none' WHERE " + one("orders", "id", "returned > 0")}},
	{"K4", "a hold status", verify.Quick, []string{"UPDATE orders SET hold_status = 'held' WHERE " + one("orders", "id", "hold_count = 0")}},
	{"K4", "a stage", verify.Quick, []string{"UPDATE orders SET stage = 'in_work' WHERE " + one("orders", "id", "stage = 'backordered'")}},
	{"K4", "a hold lifted by nobody", verify.Quick, []string{"UPDATE order_hold SET lifted_at = 5 WHERE " + one("order_hold", "order_id, id", "reason = 'fraud'")}},
	{"K4", "a hold lost", verify.Quick, []string{"DELETE FROM order_hold WHERE " + one("order_hold", "order_id, id", "lifted_at > 0")}},
	{"K4", "work for an order of the past", verify.Quick, []string{
		"UPDATE fulfillment SET source_id = (SELECT min(id) FROM orders WHERE m = 1 AND mode = 'history') WHERE " + one("fulfillment", "id", "work_status = 'delivered'")}},
	{"K4", "an unreadable order", verify.Full, []string{"UPDATE orders SET currency = 'ZZZ' WHERE " + one("orders", "id", "paid = 0")}},

	{"K5", "a unit gained on the way", verify.Quick, []string{
		"UPDATE level SET on_hand = on_hand + 1 WHERE m = 1 AND (item, location) = (SELECT item, location FROM movement WHERE m = 1 AND ref_id = " + aTransfer + " AND reason = 'transfer_in' ORDER BY item LIMIT 1)",
		"UPDATE movement SET quantity = quantity + 1 WHERE " + one("movement", "item, location, id", "reason = 'transfer_in' AND ref_id = "+aTransfer)}},
	{"K5", "units that never left", verify.Quick, []string{
		"UPDATE level SET on_hand = on_hand + 4 WHERE m = 1 AND (item, location) = (SELECT item, location FROM movement WHERE m = 1 AND ref_id = " + aTransfer + " AND reason = 'transfer_out' AND quantity = -4)",
		"DELETE FROM movement WHERE m = 1 AND quantity = -4 AND reason = 'transfer_out' AND ref_id = " + aTransfer}},
	{"K5", "units that changed state on the way", verify.Quick, []string{
		"UPDATE movement SET state = 'damaged' WHERE m = 1 AND reason = 'transfer_in' AND state = 'quality_control'",
		"UPDATE level SET quality_control = quality_control - 1, damaged = damaged + 1 WHERE " + one("level", "item, location", "location = "+somewhere+" AND quality_control > 0")}},
	{"K5", "a transfer that is only told", verify.Full, []string{"DELETE FROM movement WHERE m = 1 AND ref_id = " + aTransfer}},

	{"K6", "a unit damaged and told restocked", verify.Quick, []string{"UPDATE return_line SET restocked = restocked + 1, damaged = damaged - 1 WHERE " + one("return_line", "return_id, n", "damaged > 0 AND item IN (SELECT id FROM item WHERE m = 1 AND kind = 'goods') AND return_id IN (SELECT id FROM order_return WHERE m = 1 AND location <> 0)")}},
	{"K6", "scrap that still lies there", verify.Quick, []string{"UPDATE return_line SET scrapped = 0 WHERE " + one("return_line", "return_id, n", "scrapped > 0")}},
	{"K6", "goods that never moved", verify.Quick, []string{"UPDATE movement SET ref_kind = 'stk' WHERE " + one("movement", "item, location, id", "ref_kind = 'ret' AND state = 'quality_control'")}},

	{"K7", "a component of more", verify.Quick, []string{"UPDATE order_line SET per_parent = per_parent + 1 WHERE " + one("order_line", "order_id, n", "parent > 0")}},
	{"K7", "a bundle of more", verify.Quick, []string{"UPDATE order_line SET quantity = quantity + 1 WHERE " + one("order_line", "order_id, n", "ordered = 0")}},
	{"K7", "a component of nothing", verify.Quick, []string{"UPDATE order_line SET parent = 99 WHERE " + one("order_line", "order_id, n", "parent > 0")}},
	{"K7", "a bundle of nothing", verify.Quick, []string{"UPDATE order_line SET parent = 0 WHERE m = 1 AND order_id = " + aBundle}},
	{"K7", "a bundle with units of its own", verify.Quick, []string{"UPDATE order_line SET ordered = quantity, unsourced = quantity WHERE " + one("order_line", "order_id, n", "ordered = 0")}},
	{"K7", "a component that costs", verify.Quick, []string{"UPDATE order_line SET total = 5 WHERE " + one("order_line", "order_id, n", "parent > 0")}},

	{"P1", "an erased order that names somebody", verify.Quick, []string{"UPDATE order_party SET name = 'Ada' WHERE m = 1 AND order_id = (SELECT min(order_id) FROM erased_order WHERE m = 1)"}},
	{"P1", "a city of somebody erased", verify.Quick, []string{"UPDATE order_party SET ship_to = '{\"city\":\"Leeds\",\"country\":\"GB\"}' WHERE m = 1 AND order_id = (SELECT min(order_id) FROM erased_order WHERE m = 1)"}},
	{"P1", "words on an erased order", verify.Quick, []string{"UPDATE order_line SET custom = '{}' WHERE m = 1 AND order_id = (SELECT min(order_id) FROM erased_order WHERE m = 1)"}},
	{"P1", "an erased customer with a name", verify.Quick, []string{"UPDATE customer SET name = 'Ada' WHERE m = 1 AND id = (SELECT min(customer) FROM erasure WHERE m = 1 AND customer > 0)"}},
	{"T1", "an erasure of nobody", verify.Quick, []string{"UPDATE erasure SET customer = 9 WHERE m = 1 AND customer > 0"}},
	{"T1", "an order erased by nothing", verify.Quick, []string{"UPDATE erased_order SET erasure = 9 WHERE m = 1"}},

	{"M4", "a line that gave back more", verify.Quick, []string{"UPDATE order_line SET refunded = refunded + 1 WHERE " + one("order_line", "order_id, n", "refunded > 0")}},
	{"M4", "a fee given back in part", verify.Quick, []string{"UPDATE order_fee SET refunded = refunded - 1 WHERE " + one("order_fee", "order_id, n", "refunded > 0")}},
	{"M4", "a return that gave more than was refunded", verify.Full, []string{"UPDATE order_return SET given = given + 90000, deducted = deducted - 90000 WHERE " + one("order_return", "id", "given > 0")}},
	{"M4", "an exchange that was paid twice", verify.Full, []string{"UPDATE order_return SET settled = credit + 1, deducted = deducted - credit - 1 + settled WHERE " + one("order_return", "id", "replacement <> 0")}},
	{"M4", "more store credit than was given", verify.Full, []string{"UPDATE order_return SET turned = given + 1 WHERE " + one("order_return", "id", "turned > 0")}},
	{"M4", "a bonus that nobody promised", verify.Full, []string{"UPDATE order_return SET bonus = bonus + 1 WHERE " + one("order_return", "id", "turned > 0")}},
	{"M4", "store credit of a return that no payment gave", verify.Full, []string{"UPDATE order_return SET turned = given WHERE " + one("order_return", "id", "turned > 0 AND turned < given")}},
	{"T1", "an exchange of no order", verify.Quick, []string{"UPDATE order_return SET replacement = 9 WHERE " + one("order_return", "id", "replacement <> 0")}},
	{"M4", "a return worth another sum", verify.Quick, []string{"UPDATE order_return SET worth = worth + 1, deducted = deducted + 1 WHERE " + one("order_return", "id", "given > 0")}},

	{"M1", "a total", verify.Quick, []string{"UPDATE orders SET total = total + 1 WHERE " + one("orders", "id", "total > 0")}},
	{"M1", "a subtotal", verify.Quick, []string{"UPDATE orders SET total = total + 100, subtotal = subtotal + 100 WHERE " + one("orders", "id", "total > 0")}},
	{"M1", "a tax", verify.Quick, []string{"UPDATE orders SET tax = tax + 1, total = total + 1 WHERE " + one("orders", "id", "tax > 0")}},
	{"M1", "a line that costs more", verify.Quick, []string{"UPDATE order_line SET total = total + 1 WHERE " + one("order_line", "order_id, n", "total > 0")}},
	{"M1", "two lines that exchange a penny", verify.Full, []string{
		"UPDATE order_line SET total = total - 1 WHERE m = 1 AND n = 1 AND order_id = " + aLive, "UPDATE order_line SET total = total + 1 WHERE m = 1 AND n = 2 AND order_id = " + aLive}},
	{"M1", "a line rounded the other way", verify.Quick, []string{
		"UPDATE order_line SET total = total + 1, moved = moved - 10000000 WHERE " + one("order_line", "order_id, n", "moved <> 0")}},
	{"M1", "what rounding moved forgotten", verify.Quick, []string{
		"UPDATE orders SET moved = 0 WHERE m = 1 AND id = (SELECT min(order_id) FROM order_line WHERE m = 1 AND moved <> 0)", "UPDATE order_line SET moved = 0 WHERE " + one("order_line", "order_id, n", "moved <> 0")}},
	{"M1", "another price", verify.Quick, []string{"UPDATE order_line SET price = price + 10000 WHERE " + one("order_line", "order_id, n", "total > 0")}},
	{"M1", "a fee", verify.Quick, []string{"UPDATE order_fee SET amount = amount + 1 WHERE " + one("order_fee", "order_id, n", "amount > 0")}},
	{"M1", "a discount beyond the line", verify.Quick, []string{
		"UPDATE order_line SET discount = total + 5 WHERE m = 1 AND n = 1 AND order_id = " + aLive,
		"UPDATE orders SET discount = (SELECT sum(discount) FROM order_line AS l WHERE l.m = 1 AND l.order_id = orders.id) WHERE m = 1 AND id = " + aLive,
		"UPDATE orders SET total = subtotal - discount + tax + fees WHERE m = 1 AND id = " + aLive}},
	{"M1", "more taken off than was canceled", verify.Quick, []string{"UPDATE orders SET canceled_total = canceled_total + 1 WHERE " + one("orders", "id", "canceled > 0 AND canceled < ordered")}},
	{"M1", "taken off though nothing was canceled", verify.Quick, []string{"UPDATE orders SET canceled_total = 1 WHERE " + one("orders", "id", "canceled = 0 AND total > 0")}},

	{"M2", "more refunded than paid", verify.Quick, []string{"UPDATE orders SET refunded = paid + 1 WHERE " + one("orders", "id", "paid > 0")}},
	{"M2", "a negative refund", verify.Quick, []string{"UPDATE orders SET refunded = -1 WHERE " + one("orders", "id", "refunded = 0")}},
	{"M2", "a negative payment", verify.Quick, []string{"UPDATE orders SET paid = -5 WHERE " + one("orders", "id", "refunded = 0")}},

	{"M3", "half a booking lost", verify.Quick, []string{"DELETE FROM money_entry WHERE " + one("money_entry", "order_id, id", "account = 'receivable'")}},
	{"M3", "a booking of more", verify.Quick, []string{"UPDATE money_entry SET amount = amount + 1 WHERE " + one("money_entry", "order_id, id", "account = 'channel_clearing'")}},
	{"M3", "bookings that balance and were never paid", verify.Quick, []string{"UPDATE money_entry SET amount = 2 * amount WHERE m = 1 AND order_id = (SELECT min(order_id) FROM money_entry WHERE m = 1)"}},
	{"M3", "a booking in another currency", verify.Quick, []string{"UPDATE money_entry SET currency = 'USD' WHERE " + one("money_entry", "order_id, id", "amount > 0")}},
	{"M3", "a booking on no account", verify.Quick, []string{"UPDATE money_entry SET account = 'pocket' WHERE " + one("money_entry", "order_id, id", "account = 'receivable'")}},
	{"M3", "paid and not booked", verify.Quick, []string{"UPDATE orders SET paid = paid + 1 WHERE " + one("orders", "id", "paid > 0")}},

	{"M2", "a payment that gave back too much", verify.Quick, []string{"UPDATE payment SET refunded = captured + 1 WHERE " + one("payment", "id", "tender = 'card' AND captured > 0")}},
	{"M2", "a payment that took too much", verify.Quick, []string{"UPDATE payment SET authorized = captured - 1 WHERE " + one("payment", "id", "captured > 0")}},
	{"M3", "captured and not booked", verify.Quick, []string{"UPDATE payment SET captured = captured + 1, authorized = authorized + 1 WHERE " + one("payment", "id", "tender = 'card' AND captured > 0")}},
	{"M3", "a tender's booking on another's account", verify.Quick, []string{"UPDATE money_entry SET account = 'bank_clearing' WHERE " + one("money_entry", "order_id, id", "account = 'cash_drawer'")}},
	{"M3", "a payment of another tender", verify.Quick, []string{"UPDATE payment SET tender = 'cash' WHERE " + one("payment", "id", "tender = 'bank'")}},
	{"M3", "a payment in another currency", verify.Quick, []string{"UPDATE payment SET currency = 'USD' WHERE " + one("payment", "id", "captured > 0")}},
	{"M3", "a dispute that nobody booked", verify.Quick, []string{"UPDATE payment SET disputed = 0 WHERE " + one("payment", "id", "disputed > 0")}},
	{"M6", "a list of more than its parts", verify.Quick, []string{"UPDATE remittance SET collected = collected + 1 WHERE " + one("remittance", "id", "id > 0")}},
	{"M6", "a part lost", verify.Quick, []string{"DELETE FROM remittance_part WHERE " + one("remittance_part", "remittance, payment", "amount > 0")}},
	{"M6", "more remitted than lists say", verify.Quick, []string{"UPDATE payment SET remitted = remitted - 1 WHERE " + one("payment", "id", "remitted > 1")}},
	{"M6", "terms of nobody", verify.Quick, []string{"UPDATE payment SET customer = 0 WHERE " + one("payment", "id", "tender = 'terms'")}},
	{"M6", "terms without a day", verify.Quick, []string{"UPDATE payment SET due_at = 0 WHERE " + one("payment", "id", "tender = 'terms'")}},
	{"M6", "cash with a day", verify.Quick, []string{"UPDATE payment SET due_at = 5 WHERE " + one("payment", "id", "tender = 'cash'")}},
	{"M6", "a promise released twice", verify.Quick, []string{"UPDATE payment SET voided = voided + authorized WHERE " + one("payment", "id", "tender = 'terms'")}},
	{"S1", "a first answer of another time", verify.Quick, []string{"UPDATE support_case SET answered_at = answered_at + 1 WHERE " + one("support_case", "id", "subject = 'answered'")}},
	{"S1", "an answer that is gone", verify.Quick, []string{"DELETE FROM case_message WHERE " + one("case_message", "id", "way = 'out'")}},
	{"S1", "a wait that is longer", verify.Quick, []string{"UPDATE support_case SET paused_at = paused_at - 60000000 WHERE " + one("support_case", "id", "paused_at > 0")}},
	{"S1", "time that did not stand", verify.Quick, []string{"UPDATE support_case SET resolve_due = resolve_due - 1 WHERE " + one("support_case", "id", "subject = 'ended'")}},
	{"S1", "a target missed that was not", verify.Quick, []string{"UPDATE support_case SET escalated = 3, next_due = 0 WHERE " + one("support_case", "id", "subject = 'late'")}},
	{"S1", "a priority that nobody raised", verify.Quick, []string{"UPDATE support_case SET priority = 'urgent' WHERE " + one("support_case", "id", "subject = 'late'")}},

	{"M5", "a card of more", verify.Quick, []string{"UPDATE credit SET balance = balance + 1 WHERE " + one("credit", "id", "kind = 'gift_card'")}},
	{"M5", "a movement lost", verify.Quick, []string{"DELETE FROM credit_movement WHERE " + one("credit_movement", "credit, id", "kind = 'pay'")}},
	{"M5", "a card below nothing", verify.Quick, []string{"UPDATE credit SET balance = -5 WHERE " + one("credit", "id", "kind = 'store_credit'")}},
	{"M5", "a grant for no reason", verify.Quick, []string{"UPDATE credit_movement SET reason = '' WHERE " + one("credit_movement", "credit, id", "kind = 'grant'")}},
	{"M5", "a use that paid nothing", verify.Quick, []string{"UPDATE credit_movement SET payment = 0 WHERE " + one("credit_movement", "credit, id", "kind = 'pay'")}},
	{"M5", "a use of more than was paid", verify.Quick, []string{
		"UPDATE credit_movement SET amount = amount - 1, balance = balance - 1 WHERE " + one("credit_movement", "credit, id", "kind = 'refund'"),
		"UPDATE credit SET balance = balance - 1 WHERE m = 1 AND id = (SELECT min(credit) FROM credit_movement WHERE m = 1 AND kind = 'refund')"}},
	{"M5", "a card sold twice", verify.Quick, []string{"UPDATE credit_movement SET line = 7 WHERE " + one("credit_movement", "credit, id", "kind = 'sell'")}},
	{"M3", "credit that nobody turned", verify.Quick, []string{"UPDATE payment SET credited = credited + 1 WHERE " + one("payment", "id", "credited > 0")}},
	{"T1", "a movement of no card", verify.Quick, []string{"UPDATE credit_movement SET credit = 9 WHERE " + one("credit_movement", "credit, id", "kind = 'issue'")}},
	{"T1", "store credit of nobody", verify.Quick, []string{"UPDATE credit SET customer = 9 WHERE " + one("credit", "id", "kind = 'store_credit'")}},
	{"T1", "a use for no order", verify.Quick, []string{"UPDATE credit_movement SET order_id = 9 WHERE " + one("credit_movement", "credit, id", "kind = 'pay'")}},
	{"T1", "a use by no payment", verify.Quick, []string{"UPDATE credit_movement SET payment = 9 WHERE " + one("credit_movement", "credit, id", "kind = 'pay'")}},
	{"T1", "a line of no statement", verify.Quick, []string{"UPDATE bank_line SET statement = 9 WHERE m = 1"}},
	{"T1", "a part of no line", verify.Quick, []string{"UPDATE bank_part SET line = 9 WHERE m = 1"}},
	{"T1", "a part of no payment", verify.Quick, []string{"UPDATE bank_part SET payment = 9 WHERE m = 1"}},
	{"T1", "a part of no order", verify.Quick, []string{"UPDATE bank_part SET order_id = 9 WHERE m = 1"}},
	{"A2", "an event that was not taken in", verify.Quick, []string{`UPDATE payment_event SET amounts = '{"authorized":99999999}' WHERE m = 1 AND payment <> 0`}},
	{"A2", "one payment of a provider twice", verify.Quick, []string{"UPDATE payment SET reference = 'same' WHERE m = 1 AND provider <> ''"}},
	{"X1", "an intent lost", verify.Quick, []string{"DELETE FROM payment_intent WHERE " + one("payment_intent", "id", "kind = 'refund'")}},
	{"X1", "an intent that nobody asked for", verify.Quick, []string{"UPDATE payment_intent SET id = id + 1 WHERE " + one("payment_intent", "id", "kind = 'capture'")}},
	{"X1", "sent before it was kept", verify.Quick, []string{"UPDATE payment_intent SET sent_at = created_at - 1 WHERE " + one("payment_intent", "id", "sent_at <> 0")}},
	{"X1", "money of no intent and no event", verify.Quick, []string{"UPDATE payment SET provider = 'fake' WHERE " + one("payment", "id", "tender = 'cash'")}},
	{"X2", "a success that became none", verify.Quick, []string{"UPDATE payment_intent SET state = 'failed' WHERE " + one("payment_intent", "id", "state = 'succeeded'")}},
	{"X2", "more given back than the payment knows", verify.Quick, []string{"UPDATE payment_intent SET amount = amount + 5000 WHERE " + one("payment_intent", "id", "kind = 'refund' AND state = 'succeeded'")}},
	{"X2", "a success that nobody told of", verify.Quick, []string{"UPDATE payment_intent SET state = 'succeeded', settled_at = created_at WHERE m = 1 AND settled_at = 0"}},
	{"X3", "an intent that nobody carries out", verify.Quick, []string{"DELETE FROM job WHERE m = 1 AND kind = 'payment'"}},
	{"X3", "an intent unknown for days", verify.Quick, []string{"UPDATE payment_intent SET created_at = created_at - 900000000000, sent_at = sent_at - 900000000000 WHERE m = 1 AND settled_at = 0"}},
	{"X3", "an intent unknown and settled", verify.Quick, []string{"UPDATE payment_intent SET state = 'unknown' WHERE " + one("payment_intent", "id", "state = 'succeeded'")}},
	{"E1", "a payment of another version", verify.Quick, []string{"UPDATE payment SET version = version + 1 WHERE " + one("payment", "id", "version > 0")}},
	{"T1", "a payment of no order", verify.Quick, []string{"UPDATE payment SET order_id = 9 WHERE " + one("payment", "id", "captured > 0")}},
	{"T1", "an intent of no payment", verify.Quick, []string{"UPDATE payment_intent SET payment = 9 WHERE " + one("payment_intent", "id", "kind = 'capture'")}},
	{"T1", "an intent of no order", verify.Quick, []string{"UPDATE payment_intent SET order_id = 9 WHERE " + one("payment_intent", "id", "kind = 'capture'")}},
	{"T1", "an event of no payment", verify.Quick, []string{"UPDATE payment_event SET payment = 9 WHERE m = 1 AND payment <> 0"}},

	{"E1", "a version ahead", verify.Quick, []string{"UPDATE orders SET version = version + 1 WHERE " + one("orders", "id", "version > 1")}},
	{"E1", "an entry lost", verify.Quick, []string{"DELETE FROM entry WHERE " + one("entry", "seq", "kind = 'ord' AND subject_seq = 2")}},
	{"E1", "an entry out of line", verify.Quick, []string{"UPDATE entry SET subject_seq = subject_seq + 10 WHERE " + one("entry", "seq", "kind = 'ord' AND subject_seq = 2")}},
	{"E1", "a stock act without its beginning", verify.Quick, []string{"DELETE FROM entry WHERE m = 1 AND subject_seq = 1 AND subject = " + anEdited}},
	{"E1", "a stock act out of line", verify.Quick, []string{"UPDATE entry SET subject_seq = 4 WHERE m = 1 AND subject_seq = 2 AND subject = " + anEdited}},
	{"E1", "another delta", verify.Deep, []string{`UPDATE entry SET data = replace(data, '"paid":', '"paid":1') WHERE ` + one("entry", "seq", "type = 'order.paid'")}},
	{"E1", "a delta of another line", verify.Deep, []string{`UPDATE entry SET data = replace(data, '"units":[1,', '"units":[2,') WHERE ` + one("entry", "seq", "type = 'fulfillment.picked'")}},
	{"E1", "an unreadable delta", verify.Deep, []string{"UPDATE entry SET data = 'x' WHERE " + one("entry", "seq", "kind = 'ord'")}},
	{"E1", "another placement", verify.Deep, []string{`UPDATE entry SET data = replace(data, '"channel":"web"', '"channel":"shop"') WHERE ` + one("entry", "seq", "type = 'order.placed'")}},
	{"H1", "a hold open past its end", verify.Quick, []string{"UPDATE order_hold SET placed_at = placed_at - 9000000000, until_at = placed_at - 8000000000 WHERE " + one("order_hold", "order_id, id", "until_at > 0")}},
	{"H1", "a hold that ended before it began", verify.Quick, []string{"UPDATE order_hold SET until_at = placed_at - 5 WHERE " + one("order_hold", "order_id, id", "until_at > 0")}},
	{"H1", "a hold that the clock ended too early", verify.Quick, []string{"UPDATE order_hold SET lifted_at = placed_at + 5, lifted_by = 'job:holds' WHERE " + one("order_hold", "order_id, id", "until_at > 0")}},
	{"H1", "a hold without an end that the clock ended", verify.Quick, []string{"UPDATE order_hold SET lifted_by = 'job:holds' WHERE " + one("order_hold", "order_id, id", "lifted_at > 0 AND until_at = 0")}},
	{"E1", "another end of a hold", verify.Deep, []string{"UPDATE order_hold SET until_at = until_at + 5 WHERE " + one("order_hold", "order_id, id", "until_at > 0")}},
	{"E1", "another reason to hold", verify.Deep, []string{"UPDATE order_hold SET reason = 'other' WHERE " + one("order_hold", "order_id, id", "lifted_at = 0")}},
	{"E1", "released at another time", verify.Deep, []string{"UPDATE fulfillment SET released_at = released_at + 1 WHERE " + one("fulfillment", "id", "work_status = 'delivered'")}},
	{"E1", "waiting since another time", verify.Deep, []string{"UPDATE order_line SET backordered_at = backordered_at - 1 WHERE " + one("order_line", "order_id, n", "backordered > 0")}},
	{"E1", "a fulfillment of another version", verify.Deep, []string{"UPDATE fulfillment SET version = version + 1 WHERE " + one("fulfillment", "id", "work_status = 'pending'")}},
	{"E1", "changed at another time", verify.Deep, []string{"UPDATE orders SET updated_at = updated_at + 1 WHERE " + one("orders", "id", "version > 1")}},
	{"E1", "changes that never were", verify.Deep, []string{"UPDATE orders SET as_placed = '' WHERE m = 1 AND as_placed <> ''"}},
	{"E1", "other terms before a change", verify.Deep, []string{`UPDATE orders SET as_placed = replace(as_placed, '"Quantity":2', '"Quantity":1') WHERE m = 1`}},
	{"E1", "a change of another quantity", verify.Deep, []string{`UPDATE entry SET data = replace(data, '"terms":[[1,4,', '"terms":[[1,5,') WHERE m = 1 AND type = 'order.changed'`}},
	{"E1", "a change of another fee", verify.Deep, []string{`UPDATE entry SET data = replace(data, '"amount":395', '"amount":396') WHERE m = 1 AND type = 'order.changed'`}},
	{"E1", "a substitute of another line", verify.Deep, []string{"UPDATE order_line SET substitutes = 1 WHERE m = 1 AND substitutes = 2"}},
	{"E1", "a history that the sample folds", verify.Full, []string{"UPDATE orders SET updated_at = updated_at + 1 WHERE m = 1 AND number % 50 = 0"}},

	{"E3", "an entry lost", verify.Quick, []string{"DELETE FROM entry WHERE m = 1 AND seq = 40"}},
	{"E3", "many entries lost", verify.Quick, []string{"DELETE FROM entry WHERE m = 1 AND seq > 60 AND seq < 70"}},
	{"E3", "an entry in the future", verify.Quick, []string{"UPDATE entry SET seq = seq + 1000 WHERE m = 1 AND seq = (SELECT max(seq) FROM entry WHERE m = 1)"}},
	{"E3", "an entry before the first", verify.Quick, []string{"UPDATE entry SET seq = -1 WHERE m = 1 AND seq = 3"}},
	{"E3", "a sequence ahead", verify.Quick, []string{"UPDATE merchant_seq SET entry_seq = entry_seq + 5 WHERE m = 1"}},
	{"E3", "a movement of no entry", verify.Quick, []string{"UPDATE movement SET entry = 0 WHERE " + one("movement", "item, location, id", "reason = 'receive'")}},
	{"E3", "a movement of an entry to come", verify.Quick, []string{"UPDATE movement SET entry = 99999 WHERE " + one("movement", "item, location, id", "reason = 'ship'")}},
	{"E3", "a movement of another act's entry", verify.Full, []string{"UPDATE movement SET entry = 1 WHERE " + one("movement", "item, location, id", "reason = 'receive'")}},

	{"I1", "a document lost", verify.Quick, []string{"DELETE FROM invoice WHERE " + one("invoice", "id", "kind = 'invoice' AND number = 2")}},
	{"I1", "the last document lost", verify.Quick, []string{"DELETE FROM invoice WHERE m = 1 AND kind = 'credit_note' AND number = (SELECT max(number) FROM invoice WHERE m = 1 AND kind = 'credit_note')"}},
	{"I1", "a sequence ahead", verify.Quick, []string{"UPDATE invoice_number SET last = last + 1 WHERE m = 1 AND kind = 'invoice'"}},
	{"I1", "a sequence lost", verify.Quick, []string{"DELETE FROM invoice_number WHERE m = 1 AND kind = 'credit_note'"}},
	{"I1", "a number moved", verify.Quick, []string{"UPDATE invoice SET number = number + 50 WHERE " + one("invoice", "id", "kind = 'invoice' AND number = 3")}},
	{"I2", "a document rewritten", verify.Full, []string{"UPDATE invoice SET body = replace(body, 'Test Shop', 'Best Shop') WHERE " + one("invoice", "id", "kind = 'invoice'")}},
	{"I2", "another hash", verify.Full, []string{"UPDATE invoice SET hash = 'x' WHERE " + one("invoice", "id", "kind = 'credit_note'")}},
	{"I2", "a row that says less", verify.Full, []string{"UPDATE invoice SET net = net - 1, gross = gross - 1 WHERE " + one("invoice", "id", "kind = 'invoice' AND gross > 0")}},
	{"I2", "a document of another day", verify.Full, []string{"UPDATE invoice SET issued_on = 20200101 WHERE " + one("invoice", "id", "kind = 'invoice'")}},
	{"I2", "a credit note without its invoice", verify.Full, []string{"DELETE FROM invoice WHERE " + one("invoice", "id", "kind = 'invoice'")}},
	{"I2", "a credit note lost", verify.Full, []string{"DELETE FROM invoice WHERE " + one("invoice", "id", "kind = 'credit_note' AND number = 4")}},

	{"A1", "no request hash", verify.Quick, []string{"UPDATE orders SET request_hash = NULL WHERE " + one("orders", "id", "external_id IS NOT NULL")}},
	{"A1", "half a request hash", verify.Quick, []string{"UPDATE orders SET request_hash = substr(request_hash, 1, 16) WHERE " + one("orders", "id", "external_id IS NOT NULL")}},
	{"A1", "a receipt of an order that is not there", verify.Quick, []string{`UPDATE idempotency SET receipt = '[{"kind":"ord","id":12345}]' WHERE m = 1 AND key = 'key-1'`}},
	{"A1", "a receipt of a stock act that is not there", verify.Quick, []string{`UPDATE idempotency SET receipt = '[{"kind":"stk","id":12345}]' WHERE m = 1 AND key = 'same'`}},
	{"A1", "an unreadable receipt", verify.Quick, []string{"UPDATE idempotency SET receipt = 'x' WHERE m = 1 AND key = 'key-2'"}},
	{"A1", "a receipt without a hash", verify.Quick, []string{"UPDATE idempotency SET hash = substr(hash, 1, 0) WHERE m = 1 AND key = 'key-3'"}},

	{"A2", "an external id twice", verify.Quick, []string{"UPDATE orders SET external_id = (SELECT max(external_id) FROM orders WHERE m = 1) WHERE " + one("orders", "id", "external_id IS NOT NULL")}},
	{"A2", "a SKU twice", verify.Quick, []string{"UPDATE item SET sku = 'MUG' WHERE m = 1 AND sku = 'TEA'"}},
	{"A2", "a location's code twice", verify.Quick, []string{"UPDATE location SET code = 'A' WHERE m = 1 AND code = 'B'"}},
	{"A2", "a tracking number twice", verify.Quick, []string{"UPDATE parcel SET carrier = 'dhl', tracking = 'JD2' WHERE m = 1 AND status = 'shipped'"}},
	{"A2", "a customer twice", verify.Quick, []string{
		"INSERT INTO customer (m, id, external_id, name, email, phone, company, address, custom, created_at, updated_at, edit_version) " +
			"SELECT m, id + 1, external_id, name, email, phone, company, address, custom, created_at, updated_at, edit_version FROM customer WHERE m = 1"}},

	{"A2", "a document's number twice", verify.Quick, []string{"UPDATE invoice SET code = (SELECT max(code) FROM invoice WHERE m = 1 AND kind = 'invoice') WHERE " + one("invoice", "id", "kind = 'invoice' AND number = 1")}},

	{"T1", "a document of no order", verify.Quick, []string{"UPDATE invoice SET order_id = 9 WHERE " + one("invoice", "id", "kind = 'invoice'")}},
	{"T1", "a credit note of nothing", verify.Quick, []string{"UPDATE invoice SET of_id = 9 WHERE " + one("invoice", "id", "kind = 'credit_note'")}},
	{"T1", "a document of no entry", verify.Full, []string{"UPDATE invoice SET entry = 99999 WHERE " + one("invoice", "id", "kind = 'invoice'")}},
	{"T1", "an order lost", verify.Quick, []string{"DELETE FROM orders WHERE " + one("orders", "id", "allocated > 0")}},
	{"T1", "a line at the neighbor's", verify.Quick, []string{"UPDATE order_line SET m = 2 WHERE " + one("order_line", "order_id, n", "allocated > 0")}},
	{"T1", "a level at nobody's", verify.Quick, []string{"UPDATE level SET m = 77 WHERE " + one("level", "item, location", "on_hand > 0")}},
	{"T1", "people lost", verify.Quick, []string{"DELETE FROM order_party WHERE " + one("order_party", "order_id", "email <> ''")}},
	{"T1", "an item lost", verify.Quick, []string{"DELETE FROM item WHERE m = 1 AND sku = 'MUG'"}},
	{"T1", "an item that only lines name", verify.Full, []string{"DELETE FROM item WHERE m = 1 AND sku = 'ENGRAVE'"}},
	{"T1", "a location lost", verify.Quick, []string{"DELETE FROM location WHERE m = 1 AND code = 'B'"}},
	{"T1", "a fulfillment lost", verify.Quick, []string{"DELETE FROM fulfillment WHERE " + one("fulfillment", "id", "work_status = 'delivered'")}},
	{"T1", "a parcel of no fulfillment", verify.Quick, []string{"UPDATE parcel SET fulfillment = 9 WHERE " + one("parcel", "id", "status = 'unpacked'")}},
	{"T1", "a parcel lost", verify.Quick, []string{"DELETE FROM parcel WHERE " + one("parcel", "id", "status = 'delivered' AND carrier = 'dhl'")}},
	{"T1", "a customer lost", verify.Quick, []string{"DELETE FROM customer WHERE m = 1"}},
	{"T1", "a booking of no order", verify.Quick, []string{"UPDATE money_entry SET order_id = 9 WHERE " + one("money_entry", "order_id, id", "amount > 0")}},
	{"T1", "a booking of no entry", verify.Full, []string{"UPDATE money_entry SET entry = 99999 WHERE " + one("money_entry", "order_id, id", "amount > 0")}},
	{"T1", "a return at no order", verify.Quick, []string{"UPDATE order_return SET order_id = 9 WHERE " + one("order_return", "id", "location <> 0")}},
	{"T1", "a barcode of no item", verify.Quick, []string{"UPDATE item_barcode SET item = 9 WHERE m = 1"}},
	{"T1", "a component of no bundle", verify.Quick, []string{"UPDATE item_component SET bundle = 9 WHERE m = 1"}},
	{"T1", "a hold of no order", verify.Quick, []string{"UPDATE order_hold SET order_id = 9 WHERE " + one("order_hold", "order_id, id", "lifted_at = 0")}},
	{"T1", "an entry of a key that is not there", verify.Full, []string{"DELETE FROM api_key WHERE m = 1"}},
	{"T1", "a merchant without its lock", verify.Quick, []string{"DELETE FROM merchant_seq WHERE m = 2"}},
	{"T1", "a merchant lost", verify.Quick, []string{"DELETE FROM merchant WHERE m = 2"}},

	{"N1", "a number twice", verify.Quick, []string{"UPDATE orders SET number = 1005 WHERE m = 1 AND number = 1009"}},
	{"N1", "a number left out", verify.Quick, []string{"DELETE FROM orders WHERE m = 1 AND number = 1004"}},
	{"N1", "a number ahead", verify.Quick, []string{"UPDATE orders SET number = 8000 WHERE m = 1 AND number = 1010"}},
	{"N1", "a number before the first", verify.Quick, []string{"UPDATE orders SET number = 7 WHERE m = 1 AND number = 1012"}},
	{"N1", "numbers given to nobody", verify.Quick, []string{"UPDATE merchant_seq SET order_no = order_no + 3 WHERE m = 1"}},

	{"R1", "a counter of more", verify.Quick, []string{"UPDATE counter SET n = n + 1 WHERE m = 1 AND key = 'orders/backordered'"}},
	{"R1", "a counter lost", verify.Quick, []string{"DELETE FROM counter WHERE m = 1 AND key = 'orders/on_hold'"}},
	{"R1", "a counter of nothing", verify.Quick, []string{"INSERT INTO counter (m, key, n) VALUES (1, 'orders/lost', 3)"}},
	{"R1", "a location's work uncounted", verify.Quick, []string{"UPDATE counter SET n = 0 WHERE m = 1 AND key LIKE 'fulfillments/to_release/%'"}},
	{"R1", "a low level that nobody is told of", verify.Quick, []string{"UPDATE level SET low_at = 1000000 WHERE " + one("level", "item, location", "on_hand > 0 AND low_at = 0")}},
	{"R1", "a level that is marked as low where nobody minds", verify.Quick, []string{"UPDATE level SET low = 1 WHERE " + one("level", "item, location", "on_hand > 0 AND low_at = 0")}},
	{"R1", "a level that is marked as low with plenty of it", verify.Quick, []string{"UPDATE level SET low = 1, low_at = 1 WHERE " + one("level", "item, location", "on_hand - reserved - safety > 1 AND low_at = 0")}},
	{"R1", "a line of another priority", verify.Quick, []string{"UPDATE order_line SET priority = 77 WHERE " + one("order_line", "order_id, n", "backordered > 0")}},
	{"R1", "a search word lost", verify.Full, []string{"DELETE FROM search_token WHERE " + one("search_token", "token, order_id", "token = 'ada'")}},
	{"R1", "a search word lost, by the count", verify.Quick, []string{"DELETE FROM search_token WHERE " + one("search_token", "token, order_id", "token = 'byron'")}},
	{"R1", "a search word too many", verify.Quick, []string{"INSERT INTO search_token (m, period, token, order_id) SELECT 1, 0, 'nobody', min(id) FROM orders WHERE m = 1"}},
	{"R1", "a search word in another period", verify.Full, []string{"UPDATE search_token SET period = 7 WHERE " + one("search_token", "token, order_id", "token = 'ada'")}},
	{"R1", "a search word of another order", verify.Full, []string{"UPDATE search_token SET token = 'stray' WHERE " + one("search_token", "token, order_id", "token = 'ada'")}},
	{"R1", "an order without search words", verify.Quick, []string{"DELETE FROM search_order WHERE " + one("search_order", "order_id", "n > 0")}},
	{"R1", "people changed and not searched", verify.Full, []string{"UPDATE order_party SET name = 'Grace' WHERE " + one("order_party", "order_id", "name <> ''")}},
	{"T1", "work in hands on no order", verify.Quick, []string{aTaken + "'ord', 9" + takenBy}},
	{"T1", "work in hands on no fulfillment", verify.Quick, []string{aTaken + "'ful', 9" + takenBy}},
	{"T1", "work in hands on no trouble", verify.Quick, []string{aTaken + "'trb', 9" + takenBy}},
	{"T1", "a trouble of no order", verify.Quick, []string{aTrouble + "9, 0, 0" + troubled}},
	{"T1", "a trouble at no location", verify.Quick, []string{aTrouble + "0, 9, 0" + troubled}},
	{"T1", "a trouble with no item", verify.Quick, []string{aTrouble + "0, 0, 9" + troubled}},
	{"T1", "a tracking link of no order", verify.Quick, []string{"INSERT INTO tracking_link (m, order_id, token, token_hash, created_at, confirmed_at) VALUES (1, 9, 'x', 'x', 1, 0)"}},
	{"T1", "search words of no order", verify.Quick, []string{"UPDATE search_order SET order_id = 9 WHERE " + one("search_order", "order_id", "n > 0")}},
	{"T1", "an endpoint that is nowhere in the journal", verify.Quick, []string{anEndpoint}},
	{"T1", "a place in the journal of no endpoint", verify.Quick, []string{aProgress}},
	{"T1", "a delivery to no endpoint", verify.Quick, []string{aDelivery + "1" + delivered}},
	{"T1", "a delivery of no entry", verify.Quick, []string{anEndpoint, aProgress, aDelivery + "99999" + delivered}},
	{"T1", "an attempt at no endpoint", verify.Quick, []string{anAttempt}},
	{"R2", "an order too many", verify.Quick, []string{"UPDATE figure_day SET orders = orders + 1 WHERE m = 1"}},
	{"R2", "a change that came to less", verify.Full, []string{`UPDATE entry SET data = replace(data, '"fees":395', '"fees":394') WHERE m = 1 AND type = 'order.changed'`}},
	{"R2", "a day lost", verify.Quick, []string{"DELETE FROM figure_day WHERE m = 1 AND day = (SELECT min(day) FROM figure_day WHERE m = 1)"}},
	{"R2", "revenue of nothing", verify.Quick, []string{"UPDATE figure_day SET total = total + 500, gross = gross + 500 WHERE m = 1 AND orders > 0"}},
	{"R2", "orders of another location", verify.Full, []string{"UPDATE figure_day SET location = location + 1 WHERE m = 1 AND location > 0"}},
	{"R2", "an order that was never sent", verify.Full, []string{"UPDATE figure_day SET shipped_orders = shipped_orders + 1 WHERE m = 1"}},
	{"R2", "times forgotten", verify.Full, []string{"DELETE FROM figure_time WHERE m = 1"}},
	{"R2", "nobody waits", verify.Full, []string{"DELETE FROM figure_backlog WHERE m = 1"}},
	{"R2", "a stage of one more", verify.Full, []string{"UPDATE figure_backlog SET n = n + 1 WHERE m = 1 AND stage = 'to_release'"}},
	{"R2", "an order behind no figure", verify.Full, []string{"DELETE FROM figure_event WHERE " + one("figure_event", "event, day, order_id, location", "event = 6")}},
	{"R2", "a memory that is wrong", verify.Full, []string{"UPDATE figure_order SET state = (SELECT f.state FROM figure_order AS f WHERE f.m = 1 AND f.n = figure_order.n ORDER BY f.order_id DESC LIMIT 1) WHERE m = 1"}},
	{"T1", "a memory of no order", verify.Quick, []string{"UPDATE figure_order SET order_id = 9 WHERE " + one("figure_order", "order_id", "n > 0")}},
	{"R1", "a fulfillment of another priority", verify.Quick, []string{"UPDATE fulfillment SET priority = 77 WHERE " + one("fulfillment", "id", "work_status = 'pending'")}},
}
