package queues

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/queue"
	"orderly/internal/store"
)

// fill adds to rows what their orders, holds and items say.
func fill(r *store.Reader, rows []Row) error {
	of := map[int64][]*Row{}
	var orders, held, waits []int64
	items := map[int64][]*Row{}
	for i := range rows {
		w := &rows[i]
		if w.Order != 0 && of[w.Order] == nil {
			orders = append(orders, w.Order)
		}
		of[w.Order] = append(of[w.Order], w)
		if w.Item != 0 {
			items[w.Item] = append(items[w.Item], w)
		}
		if w.Kind == queue.Order {
			held, waits = append(held, w.ID), append(waits, w.ID)
		}
	}
	for _, step := range []func() error{
		func() error { return fillOrders(r, orders, of) },
		func() error { return fillHolds(r, held, of) },
		func() error { return fillUnits(r, rows) },
		func() error { return fillWaiting(r, waits, of, items) },
		func() error { return fillItems(r, items) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// fillOrders adds number, sum and customer. Names are for who may see orders.
func fillOrders(r *store.Reader, ids []int64, of map[int64][]*Row) error {
	err := store.In(r, "SELECT id, number, payment_status, currency, total, ordered FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id, number, total, ordered int64
		var payment, currency string
		err := scan(&id, &number, &payment, &currency, &total, &ordered)
		for _, w := range of[id] {
			w.Number, w.Payment, w.Currency, w.Total = number, payment, currency, total
			if w.Kind == queue.Order {
				w.Units = ordered
			}
		}
		return err
	})
	if err != nil || !r.Scope.May(access.OrdersRead) {
		return err
	}
	return store.In(r, "SELECT order_id, name FROM order_party WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id int64
		var name string
		err := scan(&id, &name)
		for _, w := range of[id] {
			w.Name = name
		}
		return err
	})
}

// fillHolds adds why orders are held, and since when.
func fillHolds(r *store.Reader, ids []int64, of map[int64][]*Row) error {
	return store.In(r, "SELECT order_id, reason FROM order_hold WHERE m = $1 AND order_id IN ($IN) AND lifted_at = 0 ORDER BY order_id, id", []any{r.M}, ids, func(scan func(...any) error) error {
		var id int64
		var reason string
		err := scan(&id, &reason)
		for _, w := range of[id] {
			if !slices.Contains(w.Reasons, reason) {
				w.Reasons = append(w.Reasons, reason)
			}
		}
		return err
	})
}

// fillUnits adds how many units fulfillments hold.
func fillUnits(r *store.Reader, rows []Row) error {
	at := map[int64]*Row{}
	var ids []int64
	for i := range rows {
		if w := &rows[i]; w.Kind == queue.Fulfillment {
			ids, at[w.ID] = append(ids, w.ID), w
		}
	}
	return store.In(r, "SELECT fulfillment, open_qty FROM fulfillment_line WHERE m = $1 AND fulfillment IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id, q int64
		err := scan(&id, &q)
		at[id].Units += q
		return err
	})
}

// fillWaiting adds the first item that an order waits for.
func fillWaiting(r *store.Reader, ids []int64, of map[int64][]*Row, items map[int64][]*Row) error {
	return store.In(r, "SELECT order_id, item, backordered + unsourced FROM order_line WHERE m = $1 AND order_id IN ($IN) AND backordered + unsourced > 0 ORDER BY order_id, n", []any{r.M}, ids,
		func(scan func(...any) error) error {
			var id, item, q int64
			err := scan(&id, &item, &q)
			for _, w := range of[id] {
				if w.Item == 0 && w.Kind == queue.Order {
					w.Item, w.Units = item, q
					items[item] = append(items[item], w)
				}
			}
			return err
		})
}

func fillItems(r *store.Reader, items map[int64][]*Row) error {
	var ids []int64
	for id := range items {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return store.In(r, "SELECT id, sku, name FROM item WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id int64
		var sku, name string
		err := scan(&id, &sku, &name)
		for _, w := range items[id] {
			w.SKU, w.Title = sku, name
		}
		return err
	})
}
