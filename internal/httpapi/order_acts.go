package httpapi

import (
	"errors"
	"net/http"
	"slices"

	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/orders"
	"orderly/internal/store/returned"
)

type cancelParams struct {
	OrderID
	DryRun
}

func (a *api) cancelOrder(c *call, p *cancelParams, in *CancelOrder) (CanceledOrder, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return CanceledOrder{}, err
	}
	cmd := intake.CancelCommand{Order: id, Parts: c.parts(in.Lines), Remaining: in.Remaining}
	if p.Dry {
		r, err := preview(c, intake.Cancel, cmd)
		if err != nil {
			return CanceledOrder{}, err
		}
		return c.cancelPlan(r.Value.(*intake.Canceled))
	}
	r, err := one(c, intake.Cancel, cmd)
	if err != nil {
		return CanceledOrder{}, err
	}
	return c.canceled(id, r)
}

// canceled tells what a cancellation did: the order right after it, and the
// moves as the journal has them.
func (c *call) canceled(id order.ID, r desk.Result) (CanceledOrder, error) {
	var before, after *orderView
	var told []journal.Entry
	err := c.read(func(rd *store.Reader) (err error) {
		if after, err = viewAt(rd, id, r.Seq); err != nil {
			return err
		}
		if told, err = actEntries(rd, id, r.Seq); err != nil {
			return err
		}
		before, err = viewAt(rd, id, told[0].SubjectSeq-1)
		return err
	})
	if err != nil {
		return CanceledOrder{}, err
	}
	out := CanceledOrder{Order: c.renderOrder(after), Canceled: []EntryMove{}, Freed: before.order.Totals.Payable() - after.order.Totals.Payable()}
	for _, e := range told {
		d, err := order.DecodeDelta(e.Data)
		if err != nil {
			return out, err
		}
		for _, m := range d.Moves {
			out.Canceled = append(out.Canceled, renderMove(m))
		}
	}
	c.tag(after.order.EditVersion)
	return out, nil
}

// actEntries are the entries, mostly one, of the act that ends
// with the order's entry seq.
func actEntries(r *store.Reader, id order.ID, seq int64) ([]journal.Entry, error) {
	const most = 100 // pieces of one act
	list, err := entries.OfSubject(r, int64(id), max(0, seq-most), seq, most)
	if err != nil {
		return nil, err
	}
	last := list[len(list)-1]
	first := len(list) - 1
	for first > 0 && list[first-1].Type == last.Type && list[first-1].At == last.At && list[first-1].Cause == last.Cause && list[first-1].Seq == list[first].Seq-1 {
		first--
	}
	return list[first:], nil
}

// cancelPlan tells what a cancellation would do.
func (c *call) cancelPlan(v *intake.Canceled) (CanceledOrder, error) {
	var now *orderView
	err := c.read(func(r *store.Reader) (err error) {
		now, err = viewOf(r, v.Order.ID)
		return err
	})
	if err != nil {
		return CanceledOrder{}, err
	}
	planned := *v.Order
	planned.Party = now.order.Party
	d := order.Delta{Moves: v.Moves}
	for _, f := range now.fulfillments {
		if err := f.Apply(&d, planned.UpdatedAt, func(int) (int64, bool) { return 0, false }); err != nil {
			return CanceledOrder{}, fault.Wrap(err, fault.Unavailable, "changed_meanwhile", "the order changed while this was planned; ask again")
		}
	}
	out := CanceledOrder{Order: c.renderOrder(&orderView{&planned, now.fulfillments}), Canceled: []EntryMove{}, Freed: v.Freed}
	out.DryRun = true
	for _, m := range v.Moves {
		out.Canceled = append(out.Canceled, renderMove(m))
	}
	return out, nil
}

func (a *api) holdOrder(c *call, p *OrderID, in *NewHold) (Order, error) {
	return actOn(c, p.ID, intake.Hold, func(id order.ID) (intake.HoldCommand, error) {
		return intake.HoldCommand{Order: id, Hold: in.hold("", &c.faults)}, nil
	})
}

func (a *api) liftHold(c *call, p *OrderID, in *LiftHold) (Order, error) {
	return actOn(c, p.ID, intake.Lift, func(id order.ID) (intake.LiftCommand, error) {
		cmd := intake.LiftCommand{Order: id}
		if in.Hold != "" {
			var err error
			cmd.Hold, err = ident.Parse("hld", in.Hold)
			c.faults.AddError("/hold", err)
		}
		return cmd, nil
	})
}

func (a *api) noteOrder(c *call, p *OrderID, in *NewNote) (Order, error) {
	c.status = http.StatusCreated
	return editOrder(c, p.ID, func(e *intake.EditCommand) {
		if e.Note = in.Text; in.Text == "" {
			c.faults.Add("/text", "missing", "must not be empty")
		}
	})
}

func (a *api) tagOrder(c *call, p *OrderID, in *TagChange) (Order, error) {
	return editOrder(c, p.ID, func(e *intake.EditCommand) { e.AddTags, e.DropTags = in.Add, in.Remove })
}

func (a *api) prioritizeOrder(c *call, p *OrderID, in *NewPriority) (Order, error) {
	return editOrder(c, p.ID, func(e *intake.EditCommand) { e.Priority = &in.Priority })
}

// editOrder changes what people keep beside the order. If-Match is welcome.
func editOrder(c *call, id string, set func(*intake.EditCommand)) (Order, error) {
	return actOn(c, id, intake.Edit, func(id order.ID) (cmd intake.EditCommand, err error) {
		cmd.Order = id
		set(&cmd)
		cmd.Version, err = c.ifMatch(false)
		return cmd, err
	})
}

// currencyOf reads an order's currency, which never changes.
func (c *call) currencyOf(id order.ID) (money.Currency, error) {
	var found map[order.ID]*order.Order
	err := c.read(func(r *store.Reader) (err error) {
		found, err = orders.Load(r, []order.ID{id}, orders.Parts{})
		return err
	})
	switch {
	case err != nil:
		return money.Currency{}, err
	case found[id] == nil:
		return money.Currency{}, noSuchOrder(id.String())
	}
	return found[id].Currency, nil
}

// actOn carries out an act on one order and answers with the order as the act
// left it.
func actOn[C any](c *call, text string, op *desk.Operation[C], command func(order.ID) (C, error)) (Order, error) {
	id, err := orderByID(text)
	if err != nil {
		return Order{}, err
	}
	cmd, err := command(id)
	if err != nil {
		return Order{}, err
	}
	r, err := one(c, op, cmd)
	if err != nil {
		return Order{}, err
	}
	v, err := c.orderAfter(id, r.Seq)
	if err != nil {
		return Order{}, err
	}
	c.tag(v.order.EditVersion)
	return c.renderOrder(v), nil
}

func (a *api) returnOrder(c *call, p *OrderID, in *NewReturn) (ReturnedOrder, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return ReturnedOrder{}, err
	}
	at, err := c.location("/location", in.Location, &c.faults)
	if err != nil {
		return ReturnedOrder{}, err
	}
	currency, err := c.currencyOf(id)
	if err != nil {
		return ReturnedOrder{}, err
	}
	r, err := one(c, care.ReceiveReturn, care.ReturnCommand{
		Order: id, Location: at, Parts: c.parts(in.Lines), Restock: in.Restock, Refund: amount(currency, "/refund", in.Refund, &c.faults), Reason: in.Reason,
	})
	if err != nil {
		return ReturnedOrder{}, err
	}
	return c.returned(id, r)
}

// returned is the order right after a return, and the return.
func (c *call) returned(id order.ID, r desk.Result) (ReturnedOrder, error) {
	var v *orderView
	var list []*returns.Return
	err := c.read(func(rd *store.Reader) (err error) {
		if v, err = viewAt(rd, id, r.Seq); err != nil {
			return err
		}
		list, err = returned.OfOrder(rd, id)
		return err
	})
	if err != nil {
		return ReturnedOrder{}, err
	}
	i := slices.IndexFunc(list, func(x *returns.Return) bool { return int64(x.ID) == r.ID })
	if i < 0 {
		return ReturnedOrder{}, errors.New("the return that was just made is not there")
	}
	c.tag(v.order.EditVersion)
	return ReturnedOrder{Order: c.renderOrder(v), Return: c.renderReturn(list[i])}, nil
}
