package orders

import (
	"time"

	"orderly/internal/access"
	"orderly/internal/delivery"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/preorder"
	"orderly/internal/store"
	"orderly/internal/store/preorders"
	"orderly/internal/store/promises"
	"orderly/internal/store/yields"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// promised reads what was promised of the order, and what it gave up or got.
func (x *view) promised(r *store.Reader) error {
	made, err := promises.Of(r, []order.ID{x.ID})
	if err != nil {
		return err
	}
	if x.Promises = made[x.ID]; len(x.Promises) > 0 {
		if x.Done, err = promises.DoneOf(r, x.ID); err != nil {
			return err
		}
	}
	if x.Yields, err = yields.OfOrder(r, x.ID); err != nil {
		return err
	}
	return x.preordered(r)
}

// preordered reads the offers by which lines were pre-ordered.
func (x *view) preordered(r *store.Reader) error {
	var ids []preorder.ID
	for i := range x.Lines {
		if l := &x.Lines[i]; l.Preordered > 0 {
			ids = append(ids, preorder.ID(l.Preorder))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	list, err := preorders.Load(r, ids)
	x.Offers = map[int64]*preorder.Offer{}
	for _, o := range list {
		x.Offers[int64(o.ID)] = o
	}
	return err
}

// offerDay is the day that an offer promises, where the shop is.
func offerDay(v *shell.Visit, o *preorder.Offer) string {
	return time.UnixMicro(o.AvailableAt).In(v.Merchant.Location()).Format(v.T("time.date"))
}

// outcome says what became of a promise.
func (x *view) outcome(v *shell.Visit, p *delivery.Promise) string {
	state, _ := p.Outcome(x.Done, v.Now().UnixMicro())
	return state
}

func outcomeTone(state string) ui.Tone {
	switch state {
	case delivery.Kept:
		return ui.Good
	case delivery.Late, delivery.Overdue:
		return ui.Bad
	}
	return ui.Neutral
}

// mayTake reports whether the order lacks what others may give up.
func (x *view) mayTake(v *shell.Visit) bool {
	return v.May(access.OrdersWrite) && x.Sums[order.Backordered] > 0
}

// scheduled is when work on the order may begin, as a form writes it.
func (x *view) scheduled(v *shell.Visit) string {
	for _, h := range x.Holds {
		if h.LiftedAt == 0 && h.Reason == order.Scheduled {
			return time.UnixMicro(h.Until).In(v.Zone()).Format(untilLayout)
		}
	}
	return ""
}

// schedule says when work may begin, and when that is too late for what was
// promised.
func schedule(v *shell.Visit) error {
	id, err := orderID(v)
	if err != nil {
		return err
	}
	var faults fault.List
	c := intake.ScheduleCommand{Order: id}
	if text := v.Form("not_before"); text != "" {
		t, err := time.ParseInLocation(untilLayout, text, v.Zone())
		if err != nil {
			faults.Add("/not_before", "invalid_instant", "%s", v.T("order.not_a_time"))
		}
		c.At = t.UnixMicro()
	}
	said := v.T("order.said_scheduled")
	if err = faults.Err(); err == nil {
		r, failed := shell.Do(v, intake.Schedule, c)
		if x, ok := r.Value.(*intake.Scheduled); ok && x.Late {
			said = v.T("order.said_scheduled_late", "when", v.When(x.Until))
		}
		err = failed
	}
	return done(v, "schedule", said, err)
}

func takeForm(_ *shell.Visit, id order.ID, _ *fault.List) intake.RebalanceCommand {
	return intake.RebalanceCommand{Order: id}
}

// takePreview tells what the order would get, and of whom.
func takePreview(v *shell.Visit) error {
	id, err := orderID(v)
	if err != nil {
		return err
	}
	r, err := shell.Preview(v, intake.Rebalance, intake.RebalanceCommand{Order: id})
	if told, ok := shell.FaultsOf(err); ok && fault.KindOf(err) != fault.NotFound {
		return v.Part(cancelFault(told))
	}
	if err != nil {
		return err
	}
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Part(takeEffect(v, x, r.Value.(*intake.Rebalanced)))
}

// lineOf is a line of another order, in words.
func lineOf(v *shell.Visit, l *intake.Loss) string {
	line := l.Order.Line(l.Line)
	return v.Quantity(l.Quantity, line.Scale) + " × " + line.SKU
}
