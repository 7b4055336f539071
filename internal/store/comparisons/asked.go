package comparisons

import (
	"fmt"

	"orderly/internal/comparison"
	"orderly/internal/delivery"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/methods"
	"orderly/internal/tariff"
)

// asked narrows to what was released to a place between two instants; what is
// joined to it is bounded by it.
const asked = "f.m = $1 AND f.location = $2 AND f.released_at > 0 AND f.released_at >= $3 AND f.released_at < $4"

// reading collects what is known of the work of a side.
type reading struct {
	*store.Reader
	args []any
	list []comparison.Work
	at   map[int64]int  // fulfillments
	less map[int64]bool // orders of which less left, or is open, than was asked for
	line map[line]int   // the scale of what it holds of an order's line
}

type line struct {
	fulfillment int64
	n           int
}

// Asked reads what a place, which the caller knows to be one that may be seen, was
// asked to send between two instants, and what became of it. What customers come
// for is left out: they say when it leaves.
func Asked(r *store.Reader, location, from, until int64) ([]comparison.Work, error) {
	x := &reading{Reader: r, args: []any{r.M, location, from, until}, at: map[int64]int{}, less: map[int64]bool{}, line: map[line]int{}}
	for _, read := range []func() error{x.heads, x.lines, x.requests, x.parcels, x.promises, x.given, x.returned} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return x.list, nil
}

func (x *reading) heads() error {
	all, err := methods.All(x.Reader)
	if err != nil {
		return err
	}
	fetched := map[string]bool{}
	for _, m := range all {
		fetched[m.Code] = m.Kind == delivery.Collect || m.Kind == delivery.Digital
	}
	n := 0
	err = x.Each("SELECT f.id, f.source_id, f.work_status, f.request_status, f.released_at, f.method, f.purpose FROM fulfillment AS f WHERE "+asked+" ORDER BY f.released_at, f.id LIMIT $5",
		append(x.args[:4:4], int64(MaxAsked+1)), func(scan func(...any) error) error {
			var w comparison.Work
			var method, purpose string
			err := scan(&w.ID, &w.Order, &w.Status, &w.Request, &w.AskedAt, &method, &purpose)
			if n++; err != nil || fetched[method] || purpose != "order" {
				return err
			}
			x.at[w.ID] = len(x.list)
			x.list = append(x.list, w)
			return nil
		})
	if err == nil && n > MaxAsked {
		err = fault.New(fault.Invalid, "period_too_long", "the place was asked for more than %d fulfillments in this time; ask for a shorter one", MaxAsked)
	}
	return err
}

// work finds what a row is of; nil for what is left out.
func (x *reading) work(id int64) *comparison.Work {
	if i, known := x.at[id]; known {
		return &x.list[i]
	}
	return nil
}

func (x *reading) lines() error {
	return x.Each("SELECT l.fulfillment, l.order_line, l.quantity, l.open_qty, l.shipped, i.scale FROM fulfillment AS f JOIN fulfillment_line AS l ON l.m = f.m AND l.fulfillment = f.id "+
		"JOIN item AS i ON i.m = l.m AND i.id = l.item WHERE "+asked, x.args, func(scan func(...any) error) error {
		var of line
		var quantity, open, left int64
		var scale int
		err := scan(&of.fulfillment, &of.n, &quantity, &open, &left, &scale)
		if w := x.work(of.fulfillment); w != nil {
			w.Units, w.Open, w.Left = w.Units+tariff.Units(quantity, scale), w.Open+tariff.Units(open, scale), w.Left+tariff.Units(left, scale)
			x.line[of] = scale
			x.less[w.Order] = x.less[w.Order] || open+left < quantity
		}
		return err
	})
}

func (x *reading) requests() error {
	return x.Each("SELECT q.fulfillment, q.submitted_at, q.answered_at, q.reason FROM fulfillment AS f JOIN request AS q ON q.m = f.m AND q.fulfillment = f.id WHERE "+asked, x.args, func(scan func(...any) error) error {
		var id, submitted, answered int64
		var reason string
		err := scan(&id, &submitted, &answered, &reason)
		if w := x.work(id); w != nil && submitted > 0 {
			w.AskedAt, w.AnsweredAt, w.Reason = submitted, answered, reason
		}
		return err
	})
}

func (x *reading) parcels() error {
	return x.Each("SELECT p.fulfillment, p.status, p.shipped_at, p.delivered_at FROM fulfillment AS f JOIN parcel AS p ON p.m = f.m AND p.order_id = f.source_id AND p.fulfillment = f.id WHERE "+asked, x.args, func(scan func(...any) error) error {
		var id int64
		var p comparison.Parcel
		err := scan(&id, &p.Status, &p.ShippedAt, &p.DeliveredAt)
		if w := x.work(id); w != nil {
			w.Parcels = append(w.Parcels, p)
		}
		return err
	})
}

func (x *reading) promises() error {
	of := map[int64][]comparison.Promise{}
	err := x.Each("SELECT f.id, p.ship_by, p.deliver_by, p.made_at FROM fulfillment AS f JOIN promise AS p ON p.m = f.m AND p.order_id = f.source_id WHERE "+asked+" ORDER BY f.id, p.n", x.args, func(scan func(...any) error) error {
		var id int64
		var p comparison.Promise
		err := scan(&id, &p.ShipBy, &p.DeliverBy, &p.MadeAt)
		of[id] = append(of[id], p)
		return err
	})
	for i := range x.list {
		x.list[i].Promised(of[x.list[i].ID])
	}
	return err
}

// given reads, of what did not leave and is not open, what the place gave up. The
// journal alone says who gave it up, so it is read of those orders.
func (x *reading) given() error {
	var orders []int64
	for id, less := range x.less {
		if less {
			orders = append(orders, id)
		}
	}
	return store.In(x.Reader, "SELECT type, data FROM entry WHERE m = $1 AND type IN ($2, $3, $4, $5) AND subject IN ($IN)",
		[]any{x.M, journal.FulRejected, journal.FulAccepted, journal.FulFailed, journal.FulShortPicked}, orders, func(scan func(...any) error) error {
			var typ string
			var data []byte
			if err := scan(&typ, &data); err != nil {
				return err
			}
			d, err := order.DecodeDelta(data)
			if err != nil {
				return fmt.Errorf("compare what a place gave up: %w", err)
			}
			for _, m := range d.Moves {
				w := x.work(m.Fulfillment)
				if w == nil || m.From != order.Allocated {
					continue
				}
				w.GivenUp += tariff.Units(m.Quantity, x.line[line{m.Fulfillment, m.Line}])
				w.Failed = w.Failed || typ == journal.FulFailed
			}
			return nil
		})
}

// back is units of an order's line that came back.
type back struct {
	at     int64
	line   int
	reason string
}

func (x *reading) returned() error {
	of, orders := map[int64][]back{}, []int64{}
	err := x.Each("SELECT DISTINCT b.order_id, b.received_at, l.line, l.reason, b.reason FROM fulfillment AS f JOIN order_return AS b ON b.m = f.m AND b.order_id = f.source_id "+
		"JOIN return_line AS l ON l.m = b.m AND l.return_id = b.id WHERE b.received_at > 0 AND l.quantity > 0 AND l.line > 0 AND "+asked, x.args, func(scan func(...any) error) error {
		var id int64
		var b back
		var why string
		err := scan(&id, &b.at, &b.line, &b.reason, &why)
		if b.reason == "" {
			b.reason = why
		}
		if of[id] == nil {
			orders = append(orders, id)
		}
		of[id] = append(of[id], b)
		return err
	})
	if err != nil {
		return err
	}
	senders, err := x.senders(orders)
	for id, list := range of {
		for _, b := range list {
			if from := senders[line{id, b.line}]; len(from) == 1 && x.work(from[0]) != nil {
				x.work(from[0]).Back(b.at, b.reason)
			}
		}
	}
	return err
}

// senders are the fulfillments that sent units of an order's line.
func (x *reading) senders(orders []int64) (map[line][]int64, error) {
	out := map[line][]int64{}
	err := store.In(x.Reader, "SELECT f.source_id, l.order_line, f.id FROM fulfillment AS f JOIN fulfillment_line AS l ON l.m = f.m AND l.fulfillment = f.id WHERE f.m = $1 AND l.shipped > 0 AND f.source_id IN ($IN)",
		[]any{x.M}, orders, func(scan func(...any) error) error {
			var id, ful int64
			var n int
			err := scan(&id, &n, &ful)
			out[line{id, n}] = append(out[line{id, n}], ful)
			return err
		})
	return out, err
}
