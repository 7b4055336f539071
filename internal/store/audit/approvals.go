package audit

import (
	"slices"

	"orderly/internal/approval"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/approvals"
)

// AskPages walk asks for approvals by their orders, and ApprovalOrders all orders.
var (
	AskPages       = []Walk{{"approval_ask", "order_id", "order_id, n", 1}}
	ApprovalOrders = []Walk{{"orders", "id", "id", 1}}
)

// Making is an entry of an order that somebody made, changed or approved.
type Making struct {
	Seq      int64
	Type     string
	Actor    string
	Approval order.Decided // of an approval
}

// Approving is an ask, and what journal and holds say of it.
type Approving struct {
	*approval.Ask
	Held   bool // its hold is there
	Lifted bool
	Told   []Making // of its order, in order
}

// ApprovingIn reads a page of them.
func ApprovingIn(r *store.Reader, in Range) ([]Approving, error) {
	list, err := approvals.In(r, in.After, in.UpTo)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	lifted, told := map[int64]int64{}, map[int64][]Making{}
	err = r.Each("SELECT id, lifted_at FROM order_hold WHERE m = $1 AND order_id > $2 AND order_id <= $3 AND reason = 'approval'", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var id, at int64
		err := scan(&id, &at)
		lifted[id] = at
		return err
	})
	if err != nil {
		return nil, err
	}
	var of []int64
	for _, a := range list {
		of = append(of, a.Order)
	}
	err = store.In(r, "SELECT subject, seq, type, actor, substr(data, 1, 1000) FROM entry WHERE m = $1 AND subject IN ($IN) AND type IN ('order.placed', 'order.changed', 'order.approved') ORDER BY subject, subject_seq", []any{r.M}, slices.Compact(of), func(scan func(...any) error) error {
		var id int64
		var data string
		var t Making
		if err := scan(&id, &t.Seq, &t.Type, &t.Actor, &data); err != nil {
			return err
		}
		if t.Type != journal.OrderApproved {
			data = "{}"
		}
		if d, err := order.DecodeDelta([]byte(data)); err == nil && d.Approval != nil {
			t.Approval = *d.Approval
		}
		told[id] = append(told[id], t)
		return nil
	})
	out := make([]Approving, len(list))
	for i, a := range list {
		at, there := lifted[a.Hold]
		out[i] = Approving{Ask: a, Held: there, Lifted: at != 0, Told: told[a.Order]}
	}
	return out, err
}

// FirstApprovalHold is the first hold that an ask names: those before it were
// placed when the word meant nothing. Zero when there is none.
func FirstApprovalHold(r *store.Reader) (id int64, err error) {
	err = r.Row("SELECT coalesce(min(hold), 0) FROM approval_ask WHERE m = $1 AND hold > 0", r.M).Scan(&id)
	return id, err
}

// Unasked is a hold for an approval that no ask speaks of, or that ended without
// one that was given.
type Unasked struct {
	Order, Hold int64
	Lifted      bool
}

// UnaskedIn reads those of a page of orders.
func UnaskedIn(r *store.Reader, in Range, first int64) (n int64, out []Unasked, err error) {
	err = r.Each("SELECT h.order_id, h.id, h.lifted_at, (SELECT count(*) FROM approval_ask AS a WHERE a.m = $1 AND a.order_id = h.order_id AND a.hold = h.id AND (h.lifted_at = 0 OR a.state = 'approved'))"+
		" FROM order_hold AS h WHERE h.m = $1 AND h.order_id > $2 AND h.order_id <= $3 AND h.reason = 'approval' AND h.id >= $4 ORDER BY h.order_id, h.id", []any{r.M, in.After, in.UpTo, first}, func(scan func(...any) error) error {
		var x Unasked
		var at, asks int64
		err := scan(&x.Order, &x.Hold, &at, &asks)
		x.Lifted = at != 0
		if n++; asks == 0 {
			out = append(out, x)
		}
		return err
	})
	return n, out, err
}

// Dear is an order that comes to more than some sum and was never asked for an
// approval.
type Dear struct {
	Order, Seq int64
	Placed     []byte // data of its first entry
}

// DearIn reads those of a page of orders.
func DearIn(r *store.Reader, in Range, above int64) (out []Dear, err error) {
	err = r.Each("SELECT o.id, e.seq, e.data FROM orders AS o JOIN entry AS e ON e.m = $1 AND e.subject = o.id AND e.subject_seq = 1"+
		" WHERE o.m = $1 AND o.id > $2 AND o.id <= $3 AND o.mode = 'live' AND o.ordered > 0 AND o.total > $4 AND NOT EXISTS (SELECT 1 FROM approval_ask AS a WHERE a.m = $1 AND a.order_id = o.id) ORDER BY o.id",
		[]any{r.M, in.After, in.UpTo, above}, func(scan func(...any) error) error {
			var x Dear
			var data string
			err := scan(&x.Order, &x.Seq, &data)
			x.Placed = []byte(data)
			out = append(out, x)
			return err
		})
	return out, err
}
