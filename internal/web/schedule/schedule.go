// Package schedule is the room of what goes on later: which orders wait for
// their time, what waiting spares, and what it puts at risk.
//
// What belongs here: reading. What does not: saying when one order goes on, and
// having it take from others (orders), and how late a flow is (settings).
package schedule

import (
	"fmt"
	"strconv"

	"orderly/internal/access"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/schedule"
	"orderly/internal/store/yields"
	"orderly/internal/web/shell"
)

// shown is how many rows of a list one page has.
const shown = 50

// Routes of the room.
func Routes() []shell.Route {
	return []shell.Route{
		{Method: "GET", Path: "/schedule", Needs: access.OrdersRead, Do: index},
		{Method: "GET", Path: "/schedule/yields", Needs: access.OrdersRead, Do: yielded},
	}
}

// overview is what the first page shows.
type overview struct {
	Coming []schedule.Row
	Next   string // address of the rows behind
	intake.Outlook
}

func index(v *shell.Visit) error {
	after, err := cursor(v, "at", "order")
	if err != nil {
		return err
	}
	now := v.Now().UnixMicro()
	from := schedule.At{At: after[0], Order: order.ID(after[1])}
	if from.At == 0 {
		from.At = now
	}
	var x overview
	err = v.Read(func(r *store.Reader) (err error) {
		if x.Coming, err = schedule.Between(r, from, 1<<62, shown+1); err != nil {
			return err
		}
		x.Outlook, err = intake.LookAhead(r, now)
		return err
	})
	if err != nil {
		return err
	}
	if len(x.Coming) > shown {
		x.Coming = x.Coming[:shown]
		last := x.Coming[shown-1]
		x.Next = fmt.Sprintf("/schedule?at=%d&order=%d", last.At, last.Order)
	}
	return v.Page(v.T("schedule.title"), indexPage(v, &x))
}

// spared is unit-days with one decimal.
func (x *overview) spared(v *shell.Visit) string { return v.Quantity(x.Minutes*10/(24*60), 1) }

// stands says in a word how an order stands.
func stands(v *shell.Visit, x *schedule.Row) string {
	switch {
	case x.Homeless > 0:
		return v.T("schedule.short", "n", x.Homeless)
	case x.Blocked && x.Why != schedule.Held:
		return v.T("schedule.on_hold")
	}
	return v.T("schedule.ready")
}

func yielded(v *shell.Visit) error {
	before, err := cursor(v, "before")
	if err != nil {
		return err
	}
	var list []yields.Told
	if err := v.Read(func(r *store.Reader) (err error) {
		list, err = yields.Page(r, before[0], shown+1)
		return err
	}); err != nil {
		return err
	}
	next := ""
	if len(list) > shown {
		list = list[:shown]
		next = "/schedule/yields?before=" + strconv.FormatInt(list[shown-1].ID, 10)
	}
	return v.Page(v.T("schedule.yields"), yieldsPage(v, list, next))
}

// cursor reads where a list goes on; what is left out is 0.
func cursor(v *shell.Visit, names ...string) ([]int64, error) {
	out := make([]int64, len(names))
	for i, name := range names {
		text := v.Query(name)
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return nil, fault.New(fault.Invalid, "invalid_parameter", "%s is a number; begin again at the start of the list", name)
		}
		out[i] = n
	}
	return out, nil
}
