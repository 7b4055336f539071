package httpapi

import (
	"cmp"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk/intake"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/schedule"
	"orderly/internal/store/yields"
)

// scheduleRoutes are which orders go on later, and who had to give up for whom.
func (a *api) scheduleRoutes() {
	write := intake.Schedule.Permission
	add(a, route{method: "GET", path: "/v1/schedule", id: "listSchedule", summary: "List the orders that go on later, soonest first", needs: access.OrdersRead, text: scheduleText}, a.listSchedule)
	add(a, route{method: "GET", path: "/v1/schedule/outlook", id: "scheduleOutlook", summary: "Read what doing it late has spared, and what it puts at risk", needs: access.OrdersRead, whole: true, text: outlookText}, a.scheduleOutlook)
	add(a, route{method: "POST", path: "/v1/orders/{id}/schedule", id: "scheduleOrder", summary: "Say when work on an order may begin", needs: write, text: scheduleOrderText}, a.scheduleOrder)
	add(a, route{method: "POST", path: "/v1/orders/{id}/rebalance", id: "rebalanceOrder", summary: "Have an order take what it lacks from lower priorities", needs: intake.Rebalance.Permission, text: rebalanceText}, a.rebalance)
	add(a, route{method: "GET", path: "/v1/orders/{id}/yields", id: "orderYields", summary: "Read what an order gave up to others, and what it got", needs: access.OrdersRead, whole: true}, a.orderYields)
	add(a, route{method: "GET", path: "/v1/yields", id: "listYields", summary: "List who gave up what to whom, newest first", needs: access.OrdersRead}, a.listYields)
}

const (
	scheduleText      = "`held`: it is scheduled for a day of its own. `source`: its units get their place then. `late`: its work is released then, at the last moment that keeps what was promised."
	outlookText       = "`at_risk` are orders of which the last moment is over and whose work still waits, or whose units have no place. `uncovered` are orders whose stock is not reserved yet and for which what is free now does not reach, when each is served at its time and nothing comes in: at most 2,000 are looked at. Figures are of orders of the last 30 days."
	scheduleOrderText = "Its release waits until then, by a hold `scheduled` that the clock lifts; without `not_before` it may begin now. What was promised stays promised: `late` says that it could not be kept."
	rebalanceText     = "Of orders with a lower priority that hold what this one waits for and whose work has not begun, the lowest priority gives up first, then who was promised nothing or the latest day. They wait in line then. What others wait for who come before this order is left to them."
)

// ScheduleQuery is a part of the schedule.
type ScheduleQuery struct {
	From  string `query:"from" format:"date-time" doc:"Now when left out."`
	Until string `query:"until" format:"date-time" doc:"All when left out."`
	Paging
}

// ScheduledOrder is an order that goes on later.
type ScheduledOrder struct {
	Order  string `json:"order" example:"ord_0pmnqh2000400"`
	Number int64  `json:"number"`
	At     string `json:"at" format:"date-time"`
	Why    string `json:"why" enum:"held,source,late"`
	DueAt  string `json:"due_at,omitempty" format:"date-time"`
	Open   int64  `json:"open" doc:"Steps that have not left."`
	Short  int64  `json:"short" doc:"Of them without a place."`
	Held   bool   `json:"held" doc:"A hold is open."`
}

func renderScheduled(x schedule.Row) ScheduledOrder {
	return ScheduledOrder{Order: x.Order.String(), Number: x.Number, At: instant(x.At), Why: x.Why, DueAt: instant(x.DueAt), Open: x.Open, Short: x.Homeless, Held: x.Blocked}
}

func (a *api) listSchedule(c *call, p *ScheduleQuery, _ *none) (Page[ScheduledOrder], error) {
	from, until := parseInstant(parameterMark+"from", p.From, &c.faults), parseInstant(parameterMark+"until", p.Until, &c.faults)
	if err := c.faults.Err(); err != nil {
		return Page[ScheduledOrder]{}, err
	}
	key, err := p.numbers(2, 0)
	if err != nil {
		return Page[ScheduledOrder]{}, err
	}
	after := schedule.At{At: cmp.Or(key[0], from, a.desk.DB.Now()), Order: order.ID(key[1])}
	var list []schedule.Row
	err = c.read(func(r *store.Reader) (err error) {
		list, err = schedule.Between(r, after, cmp.Or(until, 1<<62), p.Limit+1)
		return err
	})
	return page(p.Limit, list, renderScheduled, func(x schedule.Row) string { return fmt.Sprintf("%d.%d", x.At, x.Order) }), err
}

// ScheduleOutlook is what doing it late has spared and puts at risk.
type ScheduleOutlook struct {
	AtRisk          []ScheduledOrder `json:"at_risk"`
	Uncovered       []ScheduledOrder `json:"uncovered"`
	More            bool             `json:"more,omitempty" doc:"There are more than are listed."`
	SparedUnitDays  string           `json:"spared_unit_days" doc:"Whole units times days that stock stayed free for others." example:"182.5"`
	SparedOrders    int64            `json:"spared_orders"`
	Yielded         int64            `json:"yielded" doc:"How often an order gave something up to one of a higher priority."`
	YieldedPromised int64            `json:"yielded_promised" doc:"Of them by orders that had been promised a day."`
	Days            int              `json:"days"`
}

func (a *api) scheduleOutlook(c *call, _ *none, _ *none) (ScheduleOutlook, error) {
	out := ScheduleOutlook{AtRisk: []ScheduledOrder{}, Uncovered: []ScheduledOrder{}, Days: intake.OutlookDays}
	err := c.read(func(r *store.Reader) error {
		x, err := intake.LookAhead(r, a.desk.DB.Now())
		for _, row := range x.Risky {
			out.AtRisk = append(out.AtRisk, renderScheduled(row))
		}
		for _, row := range x.Uncovered {
			out.Uncovered = append(out.Uncovered, renderScheduled(row))
		}
		out.More, out.SparedOrders, out.Yielded, out.YieldedPromised = x.More, x.Orders, x.Yielded.Times, x.Yielded.Promised
		out.SparedUnitDays = fmt.Sprintf("%d.%d", x.Minutes/1440, x.Minutes%1440*10/1440)
		return err
	})
	return out, err
}

type orderTry struct {
	OrderID
	DryRun
}

// NewSchedule says when work on an order may begin.
type NewSchedule struct {
	NotBefore string `json:"not_before,omitempty" format:"date-time" doc:"Within a year; now when left out." example:"2026-12-20T06:00:00Z"`
}

// OrderSchedule is when work on an order may begin.
type OrderSchedule struct {
	Order     string `json:"order" example:"ord_0pmnqh2000400"`
	NotBefore string `json:"not_before,omitempty" format:"date-time"`
	Until     string `json:"until,omitempty" format:"date-time" doc:"The last moment that keeps what was promised; absent when nothing was, or no work waits."`
	Late      bool   `json:"late" doc:"It begins after that."`
	DryRun    bool   `json:"dry_run,omitempty"`
}

func (a *api) scheduleOrder(c *call, p *orderTry, in *NewSchedule) (OrderSchedule, error) {
	out := OrderSchedule{DryRun: p.Dry}
	id, err := orderByID(p.ID)
	if err != nil {
		return out, err
	}
	cmd := intake.ScheduleCommand{Order: id, At: parseInstant("/not_before", in.NotBefore, &c.faults)}
	do := one[intake.ScheduleCommand]
	if p.Dry {
		do = preview[intake.ScheduleCommand]
	}
	r, err := do(c, intake.Schedule, cmd)
	if err != nil {
		return out, err
	}
	out.Order, out.NotBefore = id.String(), instant(cmd.At)
	if x, ok := r.Value.(*intake.Scheduled); ok {
		out.Until, out.Late = instant(x.Until), x.Late
	}
	return out, nil
}

// Yield is units that one order gave up to another.
type Yield struct {
	ID       string `json:"id,omitempty" example:"yld_0pmnqh2000400"`
	At       string `json:"at,omitempty" format:"date-time"`
	SKU      string `json:"sku"`
	Location string `json:"location"`
	Quantity int64  `json:"quantity"`
	From     string `json:"from" doc:"The order that gave it up."`
	Number   int64  `json:"from_number"`
	Priority int64  `json:"from_priority"`
	Promised string `json:"promised,omitempty" format:"date-time" doc:"The day that it had been promised."`
	To       string `json:"to,omitempty" doc:"The order that got it."`
	ToNumber int64  `json:"to_number,omitempty"`
	ToRank   int64  `json:"to_priority"`
}

func renderYield(y yields.Told) Yield {
	return Yield{
		ID: ident.Text("yld", y.ID), At: instant(y.At), SKU: y.SKU, Location: y.Cell.Location.String(), Quantity: y.Quantity, From: y.From.String(), Number: y.FromNumber,
		Priority: y.FromPriority, Promised: instant(y.Promised), To: y.To.String(), ToNumber: y.ToNumber, ToRank: y.ToPriority,
	}
}

// RebalancedOrder is what an order got, or would get.
type RebalancedOrder struct {
	Order  string  `json:"order"`
	Units  int64   `json:"units" doc:"Steps that have a place now, over all lines."`
	Lost   []Yield `json:"lost" doc:"Who gave them up."`
	DryRun bool    `json:"dry_run,omitempty"`
}

func (a *api) rebalance(c *call, p *orderTry, _ *none) (RebalancedOrder, error) {
	out := RebalancedOrder{Lost: []Yield{}, DryRun: p.Dry}
	id, err := orderByID(p.ID)
	if err != nil {
		return out, err
	}
	out.Order = id.String()
	cmd := intake.RebalanceCommand{Order: id}
	if p.Dry {
		r, err := preview(c, intake.Rebalance, cmd)
		if err != nil {
			return out, err
		}
		x := r.Value.(*intake.Rebalanced)
		out.Units = x.Units
		for _, l := range x.Lost {
			out.Lost = append(out.Lost, Yield{
				SKU: l.Order.Line(l.Line).SKU, Location: l.Location.String(), Quantity: l.Quantity, From: l.Order.ID.String(), Number: l.Order.Number,
				Priority: l.Order.Priority, Promised: instant(l.Promised), ToRank: x.Order.Priority,
			})
		}
		return out, nil
	}
	if _, err := one(c, intake.Rebalance, cmd); err != nil {
		return out, err
	}
	list, err := c.yieldsOf(id)
	for i, y := range list { // the newest act's; asked again by its key, too
		if y.To == id && (i == 0 || y.ToEntry == list[0].ToEntry) {
			out.Units += y.Quantity
			out.Lost = append(out.Lost, renderYield(y))
		}
	}
	return out, err
}

func (c *call) yieldsOf(id order.ID) (list []yields.Told, err error) {
	err = c.read(func(r *store.Reader) error {
		if _, err := viewOf(r, id); err != nil { // only of an order that the caller sees
			return err
		}
		list, err = yields.OfOrder(r, id)
		return err
	})
	return list, err
}

func (a *api) orderYields(c *call, p *OrderID, _ *none) (Page[Yield], error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Page[Yield]{}, err
	}
	list, err := c.yieldsOf(id)
	return pageUntil(list, renderYield, ""), err
}

func (a *api) listYields(c *call, p *Paging, _ *none) (Page[Yield], error) {
	key, err := p.numbers(1, 0)
	if err != nil {
		return Page[Yield]{}, err
	}
	var list []yields.Told
	err = c.read(func(r *store.Reader) (err error) {
		list, err = yields.Page(r, key[0], p.Limit+1)
		return err
	})
	return page(p.Limit, list, renderYield, func(y yields.Told) string { return number(y.ID) }), err
}
