package httpapi

import (
	"database/sql"
	"errors"

	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
)

// orderView is an order with its fulfillments, oldest first.
type orderView struct {
	order        *order.Order
	fulfillments []*fulfillment.Fulfillment
}

func noSuchOrder(text string) error {
	return fault.New(fault.NotFound, "no_such_order", "there is no order %.40q; an id looks like ord_0pmnqh2000400", text)
}

// orderByID reads the id of a path.
func orderByID(text string) (order.ID, error) {
	id, err := order.ParseID(text)
	if err != nil {
		return 0, noSuchOrder(text)
	}
	return id, nil
}

// viewOf reads an order as it is.
func viewOf(r *store.Reader, id order.ID) (*orderView, error) {
	o, err := orders.Get(r, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, noSuchOrder(id.String())
	}
	if err != nil {
		return nil, err
	}
	fuls, err := fulfillments.OfSources(r, []int64{int64(id)})
	return &orderView{o, fuls}, err
}

// viewAt reads an order as it was when n entries told of it; 0 is now.
func viewAt(r *store.Reader, id order.ID, n int64) (*orderView, error) {
	now, err := viewOf(r, id)
	if err != nil || n == 0 || n >= now.order.Version {
		return now, err
	}
	history, err := historyOf(r, id, n)
	if err != nil {
		return nil, err
	}
	return foldView(now, history)
}

// historyPage is how many entries are read at a time.
const historyPage = 500

// historyOf reads an order's first n entries.
func historyOf(r *store.Reader, id order.ID, n int64) ([]journal.Entry, error) {
	var out []journal.Entry
	for {
		some, err := entries.OfSubject(r, int64(id), int64(len(out)), n, historyPage)
		out = append(out, some...)
		if err != nil || len(some) < historyPage {
			return out, err
		}
	}
}

func foldView(now *orderView, history []journal.Entry) (*orderView, error) {
	o, fuls, err := orders.FoldOrder(now.order, history)
	if err != nil {
		return nil, err
	}
	for _, f := range fuls {
		for _, known := range now.fulfillments {
			if known.ID == f.ID {
				f.Decision = known.Decision
			}
		}
	}
	return &orderView{o, fuls}, nil
}

// placed is the order that a placement gave, or as it was right after it.
func (c *call) placed(r desk.Result) (*orderView, error) {
	if p, ok := r.Value.(*intake.Placed); ok {
		return &orderView{p.Order, p.Fulfillments}, nil
	}
	return c.orderAfter(order.ID(r.ID), r.Seq)
}

// orderAfter reads an order as an act left it: the act's result has the
// sequence. Whether it is answered for the first time or again, it is the same.
func (c *call) orderAfter(id order.ID, seq int64) (*orderView, error) {
	var v *orderView
	err := c.read(func(r *store.Reader) (err error) {
		v, err = viewAt(r, id, seq)
		return err
	})
	return v, err
}
