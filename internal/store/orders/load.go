// Package orders keeps orders with their lines, parties, fees, holds and
// notes, and the row views that lists of orders show.
//
// No rule of an order belongs here, only what its rows look like.
package orders

import (
	"database/sql"
	"errors"

	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/tax"
)

const header = "id, number, channel, external_id, request_hash, customer, mode, currency, priority, tags, custom, placed_at, placed_on, due_at, created_at, updated_at, " +
	"status, payment_status, fulfillment_status, return_status, hold_status, stage, " +
	"subtotal, discount, tax, fees, total, moved, canceled_total, paid, refunded, " +
	"ordered, canceled, unsourced, backordered, allocated, picked, packed, shipped, delivered, lost, return_requested, returned, restocked, " +
	"line_count, fee_count, hold_count, version, edit_version, as_placed, exchange_rate, method"

// counts are how many rows of each part an order has, so that a load reads
// only the parts that are there.
type counts struct{ lines, fees, holds int }

func scanHeader(scan func(...any) error) (*order.Order, counts, error) {
	o := &order.Order{}
	var external sql.NullString
	var tags, custom, currency, was string
	var n counts
	s, t, q := &o.Statuses, &o.Totals, &o.Sums
	err := scan(&o.ID, &o.Number, &o.Channel, &external, &o.RequestHash, &o.Customer, &o.Mode, &currency, &o.Priority, &tags, &custom,
		&o.PlacedAt, &o.PlacedOn, &o.DueAt, &o.CreatedAt, &o.UpdatedAt,
		&s.Status, &s.Payment, &s.Fulfillment, &s.Return, &s.Hold, &s.Stage,
		&t.Subtotal, &t.Discount, &t.Tax, &t.Fees, &t.Total, &t.Moved, &t.Canceled, &o.Paid, &o.Refunded,
		&q[order.Ordered], &q[order.Canceled], &q[order.Unsourced], &q[order.Backordered], &q[order.Allocated], &q[order.Picked], &q[order.Packed],
		&q[order.Shipped], &q[order.Delivered], &q[order.Lost], &q[order.ReturnRequested], &q[order.Returned], &q[order.Restocked],
		&n.lines, &n.fees, &n.holds, &o.Version, &o.EditVersion, &was, &o.Exchange, &o.Method)
	if err != nil {
		return nil, n, err
	}
	o.ExternalID, o.Tags = external.String, store.UnpackWords(tags)
	if custom != "" {
		o.Custom = []byte(custom)
	}
	o.Currency, err = money.ParseCurrency(currency)
	if was != "" && err == nil {
		o.Was, err = order.DecodeWas(was)
	}
	return o, n, err
}

// Parts says what a load brings beside header, lines and holds.
type Parts struct {
	Party bool
	Fees  bool
}

// Load reads orders by id; unknown ones are left out.
func Load(r *store.Reader, ids []order.ID, p Parts) (map[order.ID]*order.Order, error) {
	out := make(map[order.ID]*order.Order, len(ids))
	var held, feed []order.ID
	err := store.In(r, "SELECT "+header+" FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		o, n, err := scanHeader(scan)
		if err != nil {
			return err
		}
		o.Lines = make([]order.Line, 0, n.lines)
		out[o.ID] = o
		if n.holds > 0 {
			held = append(held, o.ID)
		}
		if n.fees > 0 {
			feed = append(feed, o.ID)
		}
		return nil
	})
	if err == nil {
		err = loadLines(r, ids, out)
	}
	if err == nil {
		err = loadHolds(r, held, out)
	}
	if err == nil && p.Fees {
		err = loadFees(r, feed, out)
	}
	if err == nil && p.Party {
		err = LoadParties(r, ids, out)
	}
	return out, err
}

// Get reads one order with everything; sql.ErrNoRows when there is none.
func Get(r *store.Reader, id order.ID) (*order.Order, error) {
	found, err := Load(r, []order.ID{id}, Parts{Party: true, Fees: true})
	if err == nil && found[id] == nil {
		err = sql.ErrNoRows
	}
	return found[id], err
}

func loadLines(r *store.Reader, ids []order.ID, into map[order.ID]*order.Order) error {
	const text = "SELECT l.order_id, l.n, l.item, i.sku, l.title, i.unit, l.scale, l.stocked, l.parent, l.per_parent, l.quantity, l.price, l.total, l.moved, l.discount, l.tax, l.tax_rate, l.custom, l.substitutes, l.backordered_at, l.refunded_units, l.refunded, l.preorder, l.preordered, " +
		"l.ordered, l.canceled, l.unsourced, l.backordered, l.allocated, l.picked, l.packed, l.shipped, l.delivered, l.lost, l.return_requested, l.returned, l.restocked " +
		"FROM order_line AS l JOIN item AS i ON i.m = l.m AND i.id = l.item WHERE l.m = $1 AND l.order_id IN ($IN) ORDER BY l.order_id, l.n"
	return store.In(r, text, []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var l order.Line
		var stocked, price, rate int64
		var custom string
		q := &l.Q
		err := scan(&id, &l.N, &l.Item, &l.SKU, &l.Title, &l.Unit, &l.Scale, &stocked, &l.Parent, &l.PerParent, &l.Quantity, &price, &l.Total, &l.Moved,
			&l.Discount, &l.Tax, &rate, &custom, &l.Substitutes, &l.BackorderedAt, &l.RefundedUnits, &l.Refunded, &l.Preorder, &l.Preordered,
			&q[order.Ordered], &q[order.Canceled], &q[order.Unsourced], &q[order.Backordered], &q[order.Allocated], &q[order.Picked], &q[order.Packed],
			&q[order.Shipped], &q[order.Delivered], &q[order.Lost], &q[order.ReturnRequested], &q[order.Returned], &q[order.Restocked])
		if err != nil {
			return err
		}
		l.Stocked, l.Price, l.Taxed = stocked != 0, money.Price(price), tax.BasisOf(rate)
		if custom != "" {
			l.Custom = []byte(custom)
		}
		if o := into[id]; o != nil {
			o.Lines = append(o.Lines, l)
		}
		return nil
	})
}

func loadHolds(r *store.Reader, ids []order.ID, into map[order.ID]*order.Order) error {
	return store.In(r, "SELECT order_id, id, reason, note, blocks, placed_at, placed_by, lifted_at, lifted_by, until_at FROM order_hold WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id",
		[]any{r.M}, ids, func(scan func(...any) error) error {
			var id order.ID
			var h order.Hold
			var blocks string
			err := scan(&id, &h.ID, &h.Reason, &h.Note, &blocks, &h.PlacedAt, &h.PlacedBy, &h.LiftedAt, &h.LiftedBy, &h.Until)
			h.Blocks = store.UnpackWords(blocks)
			into[id].Holds = append(into[id].Holds, h)
			return err
		})
}

func loadFees(r *store.Reader, ids []order.ID, into map[order.ID]*order.Order) error {
	return store.In(r, "SELECT order_id, n, kind, code, label, amount, tax, tax_rate, refunded FROM order_fee WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, n",
		[]any{r.M}, ids, func(scan func(...any) error) error {
			var id order.ID
			var f order.Fee
			var rate int64
			err := scan(&id, &f.N, &f.Kind, &f.Code, &f.Label, &f.Amount, &f.Tax, &rate, &f.Refunded)
			f.Taxed = tax.BasisOf(rate)
			into[id].Fees = append(into[id].Fees, f)
			return err
		})
}

// OpenBlocks tells which acts the open holds of orders stop.
func OpenBlocks(r *store.Reader, ids []order.ID) (map[order.ID][]string, error) {
	out := map[order.ID][]string{}
	err := store.In(r, "SELECT order_id, blocks FROM order_hold WHERE m = $1 AND lifted_at = 0 AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var blocks string
		err := scan(&id, &blocks)
		out[id] = append(out[id], store.UnpackWords(blocks)...)
		return err
	})
	return out, err
}

// LoadParties reads the people of loaded orders.
func LoadParties(r *store.Reader, ids []order.ID, into map[order.ID]*order.Order) error {
	return store.In(r, "SELECT order_id, name, email, phone, company, ship_to, bill_to FROM order_party WHERE m = $1 AND order_id IN ($IN)",
		[]any{r.M}, ids, func(scan func(...any) error) error {
			var id order.ID
			var ship, bill string
			var o order.Order
			c := &o.Party.Customer
			err := scan(&id, &c.Name, &c.Email, &c.Phone, &c.Company, &ship, &bill)
			if err != nil {
				return err
			}
			var e1, e2 error
			o.Party.ShipTo, e1 = store.UnpackAddress(ship)
			o.Party.BillTo, e2 = store.UnpackAddress(bill)
			if into[id] != nil {
				into[id].Party = o.Party
			}
			return errors.Join(e1, e2)
		})
}

// Known is an order found by the id that its channel gave it.
type Known struct {
	ID   order.ID
	Hash []byte
}

// ByExternal finds orders of one channel by external id.
func ByExternal(r *store.Reader, channel string, external []string) (map[string]Known, error) {
	out := map[string]Known{}
	err := store.In(r, "SELECT external_id, id, request_hash FROM orders WHERE m = $1 AND channel = $2 AND external_id IN ($IN)", []any{r.M, channel}, external,
		func(scan func(...any) error) error {
			var ext string
			var k Known
			err := scan(&ext, &k.ID, &k.Hash)
			out[ext] = k
			return err
		})
	return out, err
}

// Waiting is a line with units that wait for stock.
type Waiting struct {
	Order order.ID
	Line  int
	Item  int64
}

// WaitingFor reads who waits for an item, in the order in which they are
// served: priority first, then age.
func WaitingFor(r *store.Reader, item int64, limit int) ([]Waiting, error) {
	var out []Waiting
	err := r.Each("SELECT order_id, n, item FROM order_line WHERE m = $1 AND item = $2 AND backordered > 0 ORDER BY priority DESC, backordered_at, order_id, n LIMIT $3",
		[]any{r.M, item, int64(limit)}, func(scan func(...any) error) error {
			var w Waiting
			err := scan(&w.Order, &w.Line, &w.Item)
			out = append(out, w)
			return err
		})
	return out, err
}

// There tells which of the orders are there.
func There(r *store.Reader, ids []order.ID) (map[order.ID]bool, error) {
	out := map[order.ID]bool{}
	err := store.In(r, "SELECT id FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		err := scan(&id)
		out[id] = true
		return err
	})
	return out, err
}

// WaitingUnits is one who waits, and for how many units.
type WaitingUnits struct {
	Waiting
	Quantity int64
}

// UnitsWaiting is WaitingFor with how many units each waits for.
func UnitsWaiting(r *store.Reader, item int64, limit int) ([]WaitingUnits, error) {
	var out []WaitingUnits
	err := r.Each("SELECT order_id, n, item, backordered FROM order_line WHERE m = $1 AND item = $2 AND backordered > 0 ORDER BY priority DESC, backordered_at, order_id, n LIMIT $3",
		[]any{r.M, item, int64(limit)}, func(scan func(...any) error) error {
			var w WaitingUnits
			err := scan(&w.Order, &w.Line, &w.Item, &w.Quantity)
			out = append(out, w)
			return err
		})
	return out, err
}

// ChannelsOf tells from where orders came.
func ChannelsOf(r *store.Reader, ids []order.ID) (map[order.ID]string, error) {
	out := map[order.ID]string{}
	err := store.In(r, "SELECT id, channel FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var channel string
		err := scan(&id, &channel)
		out[id] = channel
		return err
	})
	return out, err
}

// ItemsWaitedFor tells which of the items have waiting lines at all.
func ItemsWaitedFor(r *store.Reader, items []int64) ([]int64, error) {
	var out []int64
	err := store.In(r, "SELECT DISTINCT item FROM order_line WHERE m = $1 AND backordered > 0 AND item IN ($IN)", []any{r.M}, items, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

// WaitedFor tells which items have waiting lines, at most limit of them. It
// skips along the index from one item to the next.
func WaitedFor(r *store.Reader, limit int) ([]int64, error) {
	var out []int64
	for after := int64(0); len(out) < limit; {
		err := r.Row("SELECT item FROM order_line WHERE m = $1 AND backordered > 0 AND item > $2 ORDER BY item LIMIT 1", r.M, after).Scan(&after)
		if errors.Is(err, sql.ErrNoRows) {
			break
		}
		if err != nil {
			return nil, err
		}
		out = append(out, after)
	}
	return out, nil
}

// Note is a remark for colleagues.
type Note struct {
	ID    int64
	Order order.ID
	Text  string
	At    int64
	Actor string
}

// Notes reads an order's remarks, oldest first.
func Notes(r *store.Reader, id order.ID) ([]Note, error) {
	var out []Note
	err := r.Each("SELECT id, text, at, actor FROM order_note WHERE m = $1 AND order_id = $2 ORDER BY id", []any{r.M, id}, func(scan func(...any) error) error {
		n := Note{Order: id}
		err := scan(&n.ID, &n.Text, &n.At, &n.Actor)
		out = append(out, n)
		return err
	})
	return out, err
}

// Newest is the order that was made last; zero when there is none.
func Newest(r *store.Reader) (id order.ID, err error) {
	err = r.Row("SELECT id FROM orders WHERE m = $1 ORDER BY id DESC LIMIT 1", r.M).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return id, err
}
