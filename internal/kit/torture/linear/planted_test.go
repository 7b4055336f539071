package linear

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/pgtest"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// recorded is what few items went through. One client alone leaves one order
// of the acts, so that no fault has an innocent explanation.
func recorded(t *testing.T) []history {
	t.Helper()
	var out []history
	c := newCampaign(context.Background(), Options{Operations: 2000, Round: 2000, Seed: 3, Clients: 1, Items: 12, batch: 1, Dir: t.TempDir()})
	c.witness = func(list []history) { out = slices.Clone(list) }
	if _, err := c.run(); err != nil {
		t.Fatal(err)
	}
	return out
}

// planted is a fault in a history: plant changes the answer of one operation
// and reports whether it could.
type planted struct {
	name  string
	item  func(*itemOp) bool
	order func(*orderOp) bool
}

// The last read of an item lies after everything else, so what it saw has one
// explanation alone.
var faults = []planted{
	{name: "oversell: a refused order is taken", item: func(o *itemOp) bool {
		if o.Kind != placeRefused || o.Short == 0 {
			return false
		}
		o.Kind, o.Units, o.Short = placed, row{o.Quantity}, 0
		return true
	}},
	{name: "refused although it was there", item: func(o *itemOp) bool {
		if o.Kind != placed || o.Short != 0 {
			return false
		}
		o.Kind, o.Quantity, o.Short = placeRefused, o.Units.sum(), o.Units.sum()
		return true
	}},
	{name: "refused with one too many missing", item: func(o *itemOp) bool {
		o.Short++
		return o.Kind == placeRefused
	}},
	{name: "a claim is told that was never kept", item: func(o *itemOp) bool {
		o.Units[1]++
		return o.Kind == placed
	}},
	{name: "units are freed twice", item: func(o *itemOp) bool {
		o.Units[0] *= 2
		return o.Kind == canceled && o.Units[0] > 0
	}},
	{name: "a lost update of what is on hand", item: func(o *itemOp) bool {
		o.Quantity++
		return o.Kind == changed
	}},
	{name: "a count that was not booked", item: func(o *itemOp) bool {
		o.Same = !o.Same
		return o.Kind == counted
	}},
	{name: "a count below what is picked", item: func(o *itemOp) bool {
		o.Kind--
		return o.Kind == counted
	}},
	{name: "more is shipped than was picked", item: func(o *itemOp) bool {
		o.Units[0] += 50
		return o.Kind == shipped
	}},
	{name: "moved although claimed", item: func(o *itemOp) bool {
		o.Kind--
		return o.Kind == transferred
	}},
	{name: "canceled although shipped", order: func(o *orderOp) bool {
		if !o.Refused || o.Act != cancelAll {
			return false
		}
		o.Refused, o.Quantity = false, 1
		return true
	}},
	{name: "shipped and yet canceled", order: func(o *orderOp) bool {
		o.Quantity++
		return o.Act == ship && !o.Refused
	}},
	{name: "packed work is refused", order: func(o *orderOp) bool {
		if o.Refused || o.Act != pack {
			return false
		}
		o.Refused = true
		return true
	}},
}

// Every planted fault is found, wherever it is planted.
func TestPlantedFaultsAreFound(t *testing.T) {
	list := recorded(t)
	if found := check(list); len(found) != 0 {
		t.Fatalf("the history as it was: %s", found[0])
	}
	for _, f := range faults {
		tried := 0
		for _, h := range list {
			for i := range h.notes {
				if tried < 4 && f.into(h, i) != nil {
					tried++
					bad := *f.into(h, i)
					if v := bad.verdict(100 * time.Millisecond); v != porcupine.Illegal {
						t.Errorf("%s: not found in %s", f.name, (finding{v, bad}).history.name)
					}
				}
			}
		}
		if tried == 0 {
			t.Errorf("%s: nowhere to plant it", f.name)
		}
	}
}

// into gives the history with the fault at one operation, nil when it cannot be.
func (f planted) into(h history, i int) *history {
	h.notes = slices.Clone(h.notes)
	switch o := h.notes[i].Input.(type) {
	case *itemOp:
		bad := *o
		if f.item == nil || !f.item(&bad) {
			return nil
		}
		h.notes[i].Input = &bad
	case *orderOp:
		bad := *o
		if f.order == nil || !f.order(&bad) {
			return nil
		}
		h.notes[i].Input = &bad
	}
	return &h
}

// A read that shows what was, after something newer has been acknowledged; and
// one that lacks a claim that was taken.
func TestStaleReadIsFound(t *testing.T) {
	stale, lost := 0, 0
	for _, h := range recorded(t) {
		last := len(h.notes) - 1
		end, ok := h.notes[last].Input.(*itemOp)
		if !ok || end.Kind != read {
			continue
		}
		for _, n := range h.notes[:last] {
			if old, ok := n.Input.(*itemOp); ok && old.Kind == read && (old.Units != end.Units || old.Reserved.sum() != end.Reserved.sum()) {
				h.notes = slices.Clone(h.notes)
				h.notes[last].Input = old
				if h.verdict(time.Second) != porcupine.Illegal {
					t.Errorf("a stale read is not found in %s", h.name)
				}
				stale++
				break
			}
		}
		if end.Reserved[0] > 0 {
			bad := *end
			bad.Reserved[0]--
			h.notes = slices.Clone(h.notes)
			h.notes[last].Input = &bad
			if h.verdict(time.Second) != porcupine.Illegal {
				t.Errorf("a lost update of reserved is not found in %s", h.name)
			}
			lost++
		}
	}
	if stale == 0 || lost == 0 {
		t.Errorf("%d stale reads and %d lost updates were planted", stale, lost)
	}
}

// stubborn adjusts as shops without a lock do: it looks at the level, adds,
// and writes the sum later.
type stubborn struct{ c *campaign }

func (x stubborn) adjust(n *node, cmds []floor.AdjustCommand) ([]desk.Result, error) {
	out := make([]desk.Result, len(cmds))
	for i, cmd := range cmds {
		l := cmd.Lines[0]
		if l.Quantity < 0 {
			got, err := desk.Do(x.c.ctx, n.desk, floor.Adjust, scope, []floor.AdjustCommand{cmd}, desk.Options{})
			if err != nil {
				return nil, err
			}
			out[i] = got[0]
			continue
		}
		id := x.c.shop.items[x.c.shop.bySKU[l.SKU]].id
		var hand int64
		err := n.db.Read(x.c.ctx, scope, func(r *store.Reader) error {
			return r.Row("SELECT on_hand FROM level WHERE m = $1 AND item = $2 AND location = $3", scope.Merchant, id, int64(l.Location)).Scan(&hand)
		})
		if err == nil {
			err = n.db.Transact(x.c.ctx, func(tx *store.Tx) error { // without For: without the lock
				_, err := tx.Exec("UPDATE level SET on_hand = $1 WHERE m = $2 AND item = $3 AND location = $4", hand+l.Quantity, scope.Merchant, id, int64(l.Location))
				return err
			})
		}
		if err != nil { // the table's CHECK
			out[i].Err = fault.New(fault.Conflict, "not_enough", "%v", err)
			continue
		}
		out[i].Value = &floor.StockDone{Levels: []stock.Level{{OnHand: hand + l.Quantity}}}
	}
	return out, nil
}

// A desk that decides on stale levels is found out by what it tells its
// clients alone.
func TestBrokenDeskIsFound(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			c := newCampaign(context.Background(), Options{Engine: engine, Operations: 20_000, Round: 1000, Seed: 5, Clients: 8, Items: 30, batch: 8, Dir: t.TempDir()})
			c.adjust = stubborn{c}.adjust
			r, err := c.run()
			if errors.Is(err, pgtest.ErrNotInstalled) && os.Getenv("ORDERLY_REQUIRE_POSTGRES") == "" {
				t.Skip(err)
			}
			if !errors.Is(err, ErrNotLinear) || r.Illegal == 0 {
				t.Fatalf("%d illegal, %v", r.Illegal, err)
			}
			t.Logf("found after %d operations, in %d histories", r.Operations, r.Illegal)
		})
	}
}
