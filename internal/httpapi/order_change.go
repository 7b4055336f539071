package httpapi

import (
	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
)

const changeText = "Lines join, grow, shrink, are substituted or cost something else; fees and addresses become others: whole or not at all. " +
	"Units that join are claimed as at placement; what is taken back goes to those who wait. Units that were picked, packed or sent cannot be removed. " +
	"The answer tells what is due or to be refunded; only with refund is a surplus booked. If-Match with the order's edit_version refuses when somebody edited it meanwhile."

type changeParams struct {
	OrderID
	DryRun
}

func (a *api) changeOrder(c *call, p *changeParams, in *ChangeOrder) (ChangedOrder, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return ChangedOrder{}, err
	}
	currency, err := c.currencyOf(id)
	if err != nil {
		return ChangedOrder{}, err
	}
	cmd := intake.ChangeCommand{Order: id, Change: in.change(currency, &c.faults), Refund: in.Refund}
	if cmd.Version, err = c.ifMatch(false); err != nil {
		return ChangedOrder{}, err
	}
	if p.Dry {
		r, err := preview(c, intake.Change, cmd)
		if err != nil {
			return ChangedOrder{}, err
		}
		return c.changePlan(r.Value.(*intake.Changed))
	}
	r, err := one(c, intake.Change, cmd)
	if err != nil {
		return ChangedOrder{}, err
	}
	return c.changed(id, r)
}

// changed tells what a change did, be it now or of a request that is repeated:
// from the journal, so that both are the same.
func (c *call) changed(id order.ID, r desk.Result) (ChangedOrder, error) {
	var before, after *orderView
	var d order.Delta
	err := c.read(func(rd *store.Reader) (err error) {
		if after, err = viewAt(rd, id, r.Seq); err != nil {
			return err
		}
		before = after
		if r.Status == "unchanged" {
			return nil
		}
		told, err := actEntries(rd, id, r.Seq)
		if err != nil {
			return err
		}
		if d, err = joined(told); err != nil {
			return err
		}
		before, err = viewAt(rd, id, told[0].SubjectSeq-1)
		return err
	})
	if err != nil {
		return ChangedOrder{}, err
	}
	c.tag(after.order.EditVersion)
	return c.renderChanged(after, order.EffectOf(before.order.Totals, after.order, &d)), nil
}

// joined is the delta that pieces of one act tell.
func joined(told []journal.Entry) (order.Delta, error) {
	whole, err := order.DecodeDelta(told[0].Data)
	for _, e := range told[1:] {
		next, bad := order.DecodeDelta(e.Data)
		if bad != nil {
			return whole, bad
		}
		whole.Join(&next)
	}
	return whole, err
}

// changePlan tells what a change would do.
func (c *call) changePlan(v *intake.Changed) (ChangedOrder, error) {
	out := c.renderChanged(&orderView{v.Order, v.Fulfillments}, v.Effect)
	out.DryRun = true
	r, _ := v.Order.Asks(&v.Delta)
	facts := facts{request: &r}
	if err := c.read(func(rd *store.Reader) error { return facts.load(rd, c.api.desk.DB.Now()) }); err != nil {
		return out, err
	}
	for _, w := range v.Order.Oddities(&v.Delta, &facts, facts.past, c.api.desk.DB.Now()) {
		out.Change.Warnings = append(out.Change.Warnings, OrderWarning{Code: w.Code, Severity: w.Severity, Line: w.Line, Field: w.Field, Message: w.Message})
	}
	return out, nil
}

func (c *call) renderChanged(v *orderView, e order.Effect) ChangedOrder {
	out := ChangedOrder{Order: c.renderOrder(v), Change: OrderChange{
		TotalBefore: e.Before.Total, PayableBefore: e.Before.Payable(), Total: e.After.Total, Payable: e.After.Payable(),
		Due: e.Due, ToRefund: e.ToRefund, Refunded: e.Refunded, Lines: []ChangedLine{},
	}}
	for _, l := range e.Lines {
		x := ChangedLine{Line: l.Line, SKU: v.order.Line(l.Line).SKU, Joined: l.Joined, Canceled: l.Canceled, Backordered: l.Backordered}
		for _, at := range l.Claimed {
			x.Claimed = append(x.Claimed, LineClaimed{c.placeCode(at.Location), at.Quantity})
		}
		out.Change.Lines = append(out.Change.Lines, x)
	}
	return out
}

// placeCode is the code of a location, when the caller sees it.
func (c *call) placeCode(id int64) string {
	if !c.scope.Sees(id) {
		return ""
	}
	return c.code(stock.LocationID(id))
}
