package step

import (
	"encoding/json"
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/stock"
	"orderly/internal/store/returned"
)

// openReturn is a return as it was read, or made, and as commands left it.
type openReturn struct {
	r      *returns.Return
	isNew  bool
	before int64 // version when loaded
}

// LoadReturns reads returns with their whole orders.
func (b *Batch) LoadReturns(ids []returns.ID) error {
	var missing []returns.ID
	for _, id := range ids {
		if b.returns[id] == nil {
			missing = append(missing, id)
		}
	}
	found, err := returned.Load(b.R, missing)
	if err != nil {
		return err
	}
	var of []order.ID
	var items []int64
	for _, x := range found {
		of = append(of, x.Order)
		for i := range x.Lines {
			if x.Lines[i].Stocked {
				items = append(items, x.Lines[i].Item)
			}
		}
		b.returns[x.ID] = &openReturn{r: x, before: x.Version}
	}
	slices.Sort(of)
	if err := b.LoadOrders(slices.Compact(of)); err != nil {
		return err
	}
	slices.Sort(items)
	return b.LoadLevels(slices.Compact(items))
}

// LoadReturnsOf reads every return of orders.
func (b *Batch) LoadReturnsOf(ids []order.ID) error {
	list, err := returned.OfOrders(b.R, ids)
	for _, x := range list {
		if b.returns[x.ID] == nil {
			b.returns[x.ID] = &openReturn{r: x, before: x.Version}
		}
	}
	return err
}

// Return is a loaded return; nil when there is none.
func (b *Batch) Return(id returns.ID) *returns.Return {
	if x := b.returns[id]; x != nil {
		return x.r
	}
	return nil
}

// ReturnsOf are the loaded returns of an order, oldest first.
func (b *Batch) ReturnsOf(id order.ID) []*returns.Return {
	var out []*returns.Return
	for _, at := range slices.Sorted(maps.Keys(b.returns)) {
		if x := b.returns[at].r; x.Order == id {
			out = append(out, x)
		}
	}
	return out
}

// AddReturn adds a new return. Its number is taken when the batch is written.
func (b *Batch) AddReturn(r *returns.Return) {
	r.State = r.Derive()
	b.returns[r.ID] = &openReturn{r: r, isNew: true}
}

// SaveReturn keeps a return as an act has left it and tells of it. data is what
// the entry says beside the order and the state: no personal data.
func (b *Batch) SaveReturn(by access.Scope, typ string, r *returns.Return, data map[string]any) error {
	r.State = r.Derive()
	r.Version++
	if x := b.returns[r.ID]; x != nil {
		x.r = r
	} else {
		b.returns[r.ID] = &openReturn{r: r, isNew: true}
	}
	if data == nil {
		data = map[string]any{}
	}
	data["order"], data["state"] = r.Order.String(), r.State
	if r.Location != 0 {
		data["location"] = ident.Text(journal.Location, int64(r.Location))
	}
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	b.Tell(by, journal.Return, int64(r.ID), r.Version, typ, text)
	return nil
}

// Shift moves units that came back from one state to another at the return's
// location. The entry told last tells of it.
func (b *Batch) Shift(r *returns.Return, shifts []returns.Shift) error {
	for _, s := range shifts {
		reason := "return"
		if s.Quantity < 0 {
			reason = "return_moved"
		}
		m := stock.Movement{State: s.State, Quantity: s.Quantity, Reason: reason, RefKind: journal.Return, RefID: int64(r.ID), Entry: b.LastEntry()}
		if err := b.Move(stock.Cell{Item: s.Item, Location: r.Location}, m); err != nil {
			return err
		}
	}
	return nil
}

// writeReturns keeps new and changed returns. New ones get their numbers here,
// in the order in which they were made.
func (b *Batch) writeReturns() error {
	var made []*returns.Return
	var changed []returned.Changed
	for _, id := range slices.Sorted(maps.Keys(b.returns)) {
		x := b.returns[id]
		switch {
		case x.isNew:
			made = append(made, x.r)
		case x.r.Version != x.before:
			changed = append(changed, returned.Changed{Return: x.r, Before: x.before})
		}
	}
	if len(made) > 0 {
		last, err := returned.LastNumber(b.R)
		if err != nil {
			return err
		}
		for i, r := range made {
			r.Number = last + 1 + int64(i)
		}
	}
	if err := returned.Insert(b.tx, made); err != nil {
		return err
	}
	if err := returned.Update(b.tx, changed); err != nil {
		return err
	}
	return returned.AddFiles(b.tx, b.files)
}

// AddReturnFile keeps a file with its return.
func (b *Batch) AddReturnFile(f returns.File) { b.files = append(b.files, f) }

// ItemByID is an item that was loaded; nil when there is none.
func (b *Batch) ItemByID(id int64) *catalog.Item { return b.Catalog.ByID(catalog.ID(id)) }

// LoadPolicies reads which returns are taken.
func (b *Batch) LoadPolicies() (err error) {
	b.policies, err = returned.Policies(b.R)
	return err
}

// Policies are those that were read, by channel.
func (b *Batch) Policies() map[string]*returns.Policy { return b.policies }
