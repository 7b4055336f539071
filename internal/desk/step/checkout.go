package step

import (
	"encoding/json"
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/checkout"
	"orderly/internal/journal"
	"orderly/internal/stock"
	"orderly/internal/store/checkouts"
)

// checkoutBook is the claims of checkouts that a batch has loaded or made.
type checkoutBook struct {
	claims map[checkout.ID]*checkout.Claim
	dirty  map[checkout.ID]bool
	own    map[stock.Cell]int64 // what the order that is planned now may take of its own claim
}

// LoadCheckouts reads claims, once, and the levels of what they hold.
func (b *Batch) LoadCheckouts(ids []checkout.ID) error {
	if b.checkouts.claims == nil {
		b.checkouts.claims, b.checkouts.dirty = map[checkout.ID]*checkout.Claim{}, map[checkout.ID]bool{}
	}
	missing := slices.DeleteFunc(slices.Clone(ids), func(id checkout.ID) bool { return id == 0 || b.checkouts.claims[id] != nil })
	if len(missing) == 0 {
		return nil
	}
	found, err := checkouts.Load(b.R, missing)
	if err != nil {
		return err
	}
	var items []int64
	for id, c := range found {
		b.checkouts.claims[id] = c
		for i := range c.Lines {
			items = append(items, c.Lines[i].Cell.Item)
		}
	}
	return b.LoadLevels(items)
}

// Checkout is a loaded claim; nil when there is none.
func (b *Batch) Checkout(id checkout.ID) *checkout.Claim { return b.checkouts.claims[id] }

// Unclaimed reports whether it is known that no checkout holds anything. It asks
// the books once, where this process alone writes and so will remember it; else
// it is not known, and finding out would cost every batch a statement.
func (b *Batch) Unclaimed() (bool, error) {
	if b.memory == nil {
		return false, nil
	}
	if b.memory.claimed == claimsUnknown && b.memory.kept {
		open, err := checkouts.AnyOpen(b.R)
		if err != nil {
			return false, err
		}
		if b.memory.claimed = claimsNone; open {
			b.memory.claimed = claimsSome
		}
	}
	return b.memory.claimed == claimsNone, nil
}

// FreeElapsed ends the claims on items whose time is over, whoever should have
// looked after them: what they hold is nobody's.
func (b *Batch) FreeElapsed(by access.Scope, items []int64) error {
	holding, err := checkouts.Holding(b.R, items)
	if err != nil || len(holding) == 0 {
		return err
	}
	if err := b.LoadCheckouts(holding); err != nil {
		return err
	}
	by.Actor = access.Actor{Kind: "system", ID: "checkouts"}
	slices.Sort(holding)
	for _, id := range holding {
		if c := b.Checkout(id); c.Over(b.At) {
			if err := b.EndCheckout(by, c, checkout.Expired, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// HoldCheckout keeps a new claim and reserves what it holds.
func (b *Batch) HoldCheckout(by access.Scope, c *checkout.Claim) error {
	if err := b.LoadCheckouts(nil); err != nil {
		return err
	}
	b.checkouts.claims[c.ID] = c
	if b.memory != nil {
		b.memory.claimed = claimsSome
	}
	for i := range c.Lines {
		l := b.Level(c.Lines[i].Cell)
		l.Reserved += c.Lines[i].Held
		if err := b.touchLevel(l); err != nil {
			return err
		}
	}
	return b.TellCheckout(by, c, journal.ClaimMade)
}

// EndCheckout gives back what a claim holds.
func (b *Batch) EndCheckout(by access.Scope, c *checkout.Claim, state string, of int64) error {
	for i := range c.Lines {
		if err := b.shrinkCheckout(&c.Lines[i], c.Lines[i].Held); err != nil {
			return err
		}
	}
	c.State, c.EndedAt, c.Order = state, b.At, of
	if b.memory != nil {
		b.memory.claimed = claimsUnknown
	}
	return b.TellCheckout(by, c, journal.ClaimEnded)
}

func (b *Batch) shrinkCheckout(l *checkout.Line, q int64) error {
	if q == 0 {
		return nil
	}
	level := b.Level(l.Cell)
	level.Reserved -= q
	l.Held -= q
	b.freed[l.Cell.Item] = true
	return b.touchLevel(level)
}

// TellCheckout writes the next entry of a claim's history, and has it saved.
func (b *Batch) TellCheckout(by access.Scope, c *checkout.Claim, typ string) error {
	b.checkouts.dirty[c.ID] = true
	c.Version++
	data, err := json.Marshal(map[string]any{"state": c.State, "lines": len(c.Lines), "order": c.Order})
	b.tell(journal.Checkout, int64(c.ID), c.Version, typ, by, data)
	return err
}

// Lend lets the order that is planned next take what its own claim holds; nil
// ends that.
func (b *Batch) Lend(c *checkout.Claim) {
	b.checkouts.own = nil
	if c == nil || c.State != checkout.Open {
		return
	}
	b.checkouts.own = map[stock.Cell]int64{}
	for i := range c.Lines {
		b.checkouts.own[c.Lines[i].Cell] += c.Lines[i].Held
	}
}

// loadHolding reads the claims of checkouts that hold units of cells.
func (b *Batch) loadHolding(cells []stock.Cell) error {
	var items []int64
	for _, c := range cells {
		items = append(items, c.Item)
	}
	ids, err := checkouts.Holding(b.R, items)
	if err != nil {
		return err
	}
	return b.LoadCheckouts(ids)
}

// displacedCheckouts are the claims of checkouts that give way before orders
// do, the newest first.
func (b *Batch) displacedCheckouts(cell stock.Cell, need int64) (out []stock.Displaced, left int64) {
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(b.checkouts.claims))) {
		for _, l := range b.checkouts.claims[id].Lines {
			if q := min(need, l.Held); l.Cell == cell && q > 0 {
				out = append(out, stock.Displaced{Claim: stock.Claim{Order: int64(id), Line: l.N}, Quantity: q})
				need -= q
			}
		}
	}
	return out, need
}

// giveUpCheckouts ends claims that give way: a checkout of which something is
// gone holds nothing at all, since it is all or nothing. It gives the claims
// of orders back, which are left.
func (b *Batch) giveUpCheckouts(by access.Scope, lost []stock.Displaced) ([]stock.Displaced, error) {
	var orders []stock.Displaced
	for _, x := range lost {
		if x.Fulfillment != 0 {
			orders = append(orders, x)
			continue
		}
		if c := b.Checkout(checkout.ID(x.Order)); c.State == checkout.Open {
			if err := b.EndCheckout(by, c, checkout.Displaced, 0); err != nil {
				return nil, err
			}
		}
	}
	return orders, nil
}

func (b *Batch) writeCheckouts() error {
	var list []*checkout.Claim
	for _, id := range slices.Sorted(maps.Keys(b.checkouts.dirty)) {
		list = append(list, b.checkouts.claims[id])
	}
	return checkouts.Save(b.tx, list)
}
