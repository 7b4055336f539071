package step

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/checkouts"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/levels"
	"orderly/internal/store/orders"
)

// CheckMemory compares what a desk remembers of a merchant with the rows, and
// tells the first difference. Nothing is compared while the journal has gone
// on elsewhere, or while a turn has the memory. It is for tests and campaigns.
func CheckMemory(ctx context.Context, d *desk.Desk, scope access.Scope) error {
	all := memoriesOf(d)
	all.mu.Lock()
	m := all.by[scope.Merchant]
	delete(all.by, scope.Merchant)
	all.mu.Unlock()
	if m == nil {
		return nil
	}
	defer func() {
		all.mu.Lock()
		defer all.mu.Unlock()
		if all.by[scope.Merchant] == nil {
			all.by[scope.Merchant] = m
		}
	}()
	return d.DB.Read(ctx, scope, func(r *store.Reader) error {
		if seq, err := r.EntrySeq(); err != nil || seq != m.seq {
			return err
		}
		if err := m.checkLevels(r); err != nil {
			return err
		}
		open, err := checkouts.AnyOpen(r)
		if err == nil && open && m.claimed == claimsNone {
			err = errors.New("claims of checkouts are open, and none is remembered")
		}
		if err != nil {
			return err
		}
		return m.checkOrders(r)
	})
}

func (m *memory) checkLevels(r *store.Reader) error {
	var items []int64
	for id := range m.known {
		items = append(items, id)
	}
	rows := map[stock.Cell]stock.Level{}
	if err := levels.OfItems(r, items, func(l *stock.Level) { rows[l.Cell] = *l }); err != nil {
		return err
	}
	for c, l := range m.levels {
		have, ok := rows[c]
		if !ok {
			have = stock.Level{Cell: c}
		}
		if *l != have {
			return fmt.Errorf("remembered level %+v, the row is %+v", *l, have)
		}
		delete(rows, c)
	}
	for c := range rows {
		return fmt.Errorf("level %v is there and not remembered with its item", c)
	}
	return nil
}

func (m *memory) checkOrders(r *store.Reader) error {
	var ids []order.ID
	var sources []int64
	for id := range m.orders {
		ids, sources = append(ids, id), append(sources, int64(id))
	}
	found, err := orders.Load(r, ids, orders.Parts{Fees: true})
	if err != nil {
		return err
	}
	fuls, err := fulfillments.OfSources(r, sources)
	if err != nil {
		return err
	}
	parcels, err := fulfillments.ParcelsOfOrders(r, ids)
	if err != nil {
		return err
	}
	rows := map[order.ID][]any{}
	for id, o := range found {
		rows[id] = []any{o}
	}
	for _, f := range fuls {
		rows[order.ID(f.Source)] = append(rows[order.ID(f.Source)], f)
	}
	for _, p := range parcels {
		if x := m.orders[p.Order]; x != nil && x.parcels.all {
			rows[p.Order] = append(rows[p.Order], p)
		}
	}
	for id, x := range m.orders {
		o := x.order.Clone()
		o.Party = party.Parties{}
		mine := []any{o}
		for _, f := range x.fulfillments {
			mine = append(mine, f)
		}
		for _, p := range x.parcels.list {
			mine = append(mine, p)
		}
		if a, b := told(mine), told(rows[id]); a != b {
			return fmt.Errorf("remembered order %s: %s\nthe rows are: %s", id, a, b)
		}
	}
	return nil
}

// told writes things so that nil and empty lists look the same.
func told(list []any) string {
	b, err := json.Marshal(list)
	if err != nil {
		return err.Error()
	}
	var v any
	_ = json.Unmarshal(b, &v) // what was just written can be read
	b, _ = json.Marshal(withoutEmpty(v))
	return string(b)
}

func withoutEmpty(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k, each := range x {
			if each = withoutEmpty(each); each == nil {
				delete(x, k)
			} else {
				x[k] = each
			}
		}
	case []any:
		for i := range x {
			x[i] = withoutEmpty(x[i])
		}
		if len(x) == 0 {
			return nil
		}
	}
	return v
}
