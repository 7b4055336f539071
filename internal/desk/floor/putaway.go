package floor

import (
	"encoding/json"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/putaway"
	"orderly/internal/stock"
)

// PutAwayCommand says into which bins units were put that waited at the door of a
// place.
type PutAwayCommand struct {
	Lines []putaway.Line
}

// PutAwayDone is the Value of putting away: what became of the tasks, in the order
// in which they were first named.
type PutAwayDone struct {
	Tasks []*putaway.Task
}

// PutAway moves units into bins of the place where they lie. How many are on hand,
// and who has claimed them, stays as it is.
var PutAway = step.Act[PutAwayCommand]{
	Name: "stock.put_away", Permission: access.StockWrite,
	Check:  func(c *PutAwayCommand) error { return putaway.Check(c.Lines) },
	Weight: func(c *PutAwayCommand) int { return 2 * len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[PutAwayCommand]) error {
		var ids []putaway.ID
		for i := range asked {
			for _, x := range asked[i].Command.Lines {
				ids = append(ids, x.ID)
			}
		}
		return loadDoor(b, ids)
	},
	Decide: decidePutAway,
}.Operation()

// loadDoor reads tasks, and the levels and items of what they are of.
func loadDoor(b *step.Batch, ids []putaway.ID) error {
	if err := b.LoadPutAways(ids); err != nil {
		return err
	}
	var items []int64
	for _, id := range ids {
		if t := b.PutAway(id); t != nil {
			items = append(items, t.Cell.Item)
		}
	}
	items = unique(items)
	if err := b.LoadItemsByID(items); err != nil {
		return err
	}
	return b.LoadLevels(items)
}

func decidePutAway(b *step.Batch, a desk.Asked[PutAwayCommand]) (desk.Result, error) {
	tasks := tasksBook{b: b, by: a.Scope}
	var l fault.List
	var changes []change
	for i, x := range a.Command.Lines {
		at := fmt.Sprintf("/lines/%d", i)
		t := tasks.of(x.ID)
		if t == nil {
			l.Add(at+"/id", "no_such_put_away", "nothing waits under %s", x.ID)
			continue
		}
		next, q, err := t.Stow(x.Quantity, b.At)
		if fault.CodeOf(err) == "too_many" {
			at += "/quantity"
		}
		if err != nil {
			l.AddError(at, err)
			continue
		}
		if have := b.Level(t.Cell).OnHand; q > have {
			l.Add(at+"/quantity", "not_there", "%s: only %d are on hand; the others have left", t.ID, have)
			continue
		}
		tasks.set(&next)
		c := change{cell: t.Cell, sku: b.ItemByID(t.Cell.Item).SKU, state: stock.OnHand, lot: t.Lot, reason: stock.PutAway, note: t.ID.String()}
		in, out := c, c
		in.q, in.bin, out.q = q, x.Bin, -q
		changes = append(changes, in, out)
	}
	if err := l.As(fault.Conflict, "not_possible", "this cannot be put away"); err != nil {
		return desk.Result{}, err
	}
	r, err := book(b, a.Scope, journal.StockPutAway, b.NewID(), 1, "", changes, nil)
	r.Value = tasks.save()
	return r, err
}

// NotPutAwayCommand names what waits and will not be put away: it left from the
// door, or lies where it shall.
type NotPutAwayCommand struct {
	IDs  []putaway.ID
	Note string
}

// NotPutAway ends what waits. No unit moves.
var NotPutAway = step.Act[NotPutAwayCommand]{
	Name: "stock.not_put_away", Permission: access.StockWrite,
	Check: func(c *NotPutAwayCommand) error {
		var l fault.List
		if len(c.IDs) == 0 || len(c.IDs) > putaway.MaxLines {
			l.Add("/ids", "out_of_range", "name between 1 and %d at once", putaway.MaxLines)
		}
		stock.CheckNote("/note", c.Note, &l)
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[NotPutAwayCommand]) error {
		var ids []putaway.ID
		for i := range asked {
			ids = append(ids, asked[i].Command.IDs...)
		}
		return loadDoor(b, ids)
	},
	Decide: func(b *step.Batch, a desk.Asked[NotPutAwayCommand]) (desk.Result, error) {
		tasks := tasksBook{b: b, by: a.Scope}
		var l fault.List
		for i, id := range a.Command.IDs {
			at := fmt.Sprintf("/ids/%d", i)
			t := tasks.of(id)
			if t == nil {
				l.Add(at, "no_such_put_away", "nothing waits under %s", id)
				continue
			}
			next, err := t.Leave(b.At)
			if err != nil {
				l.AddError(at, err)
				continue
			}
			tasks.set(&next)
		}
		if err := l.As(fault.Conflict, "not_possible", "this cannot be left"); err != nil {
			return desk.Result{}, err
		}
		data, err := json.Marshal(map[string]any{"note": a.Command.Note, "put_aways": a.Command.IDs})
		if err != nil {
			return desk.Result{}, err
		}
		act := b.NewID()
		b.TellStock(a.Scope, journal.StockNotPutAway, act, 1, data)
		return desk.Result{Kind: "stk", ID: act, Seq: 1, Status: "done", Value: tasks.save()}, nil
	},
}.Operation()

// tasksBook is what an act would make of tasks, until nothing speaks against it.
type tasksBook struct {
	b    *step.Batch
	by   access.Scope
	list []putaway.Task
}

// of is a task as the act has left it; nil where the actor sees none.
func (x *tasksBook) of(id putaway.ID) *putaway.Task {
	for i := range x.list {
		if x.list[i].ID == id {
			return &x.list[i]
		}
	}
	t := x.b.PutAway(id)
	if t == nil || !x.by.Sees(int64(t.Cell.Location)) {
		return nil
	}
	return t
}

func (x *tasksBook) set(t *putaway.Task) {
	for i := range x.list {
		if x.list[i].ID == t.ID {
			x.list[i] = *t
			return
		}
	}
	x.list = append(x.list, *t)
}

// save keeps them, and gives them as they are now.
func (x *tasksBook) save() *PutAwayDone {
	done := &PutAwayDone{}
	for i := range x.list {
		x.b.SavePutAway(&x.list[i])
		done.Tasks = append(done.Tasks, &x.list[i])
	}
	return done
}
