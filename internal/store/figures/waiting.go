package figures

import (
	"orderly/internal/figures"
	"orderly/internal/order"
	"orderly/internal/store"
)

// stagesOf are the stages of orders at which a stage of the backlog is found.
var stagesOf = map[string]string{
	"on_hold": order.StageOnHold, "unsourced": order.StageUnsourced, "backordered": order.StageBackordered,
	"to_release": order.StageInWork, "to_pick": order.StageInWork, "to_pack": order.StageInWork, "to_ship": order.StageInWork,
}

// Waits reports whether there is such a stage of the backlog.
func Waits(stage string) bool { return stagesOf[stage] != "" }

// WaitingOrders reads a page of the orders that wait at a stage, newest first,
// of one age (its place among figures.Ages) or, below 0, of any.
func WaitingOrders(r *store.Reader, stage string, age int, s Span, now int64, before Before, most int) (Behind, error) {
	high := int64(before.Order) - 1
	if before.Order == 0 {
		high = 1<<63 - 1
	}
	p := picked{span: &s, most: most}
	seen := 0
	err := r.Each("SELECT o.id, o.placed_at, o.channel, "+firstLocation+", f.state FROM orders AS o LEFT JOIN figure_order AS f ON f.m = $1 AND f.order_id = o.id "+
		"WHERE o.m = $2 AND o.stage = $3 AND o.id <= $4 ORDER BY o.id DESC LIMIT $5", []any{r.M, r.M, stagesOf[stage], high, int64(behindWindow), r.M},
		func(scan func(...any) error) error {
			var at Before
			var placed, location int64
			var channel string
			var state []byte
			if err := scan(&at.Order, &placed, &channel, &location, &state); err != nil {
				return err
			}
			seen++
			has := int64(0)
			if waitsAt(int64(at.Order), state, stage) != stage || age >= 0 && figures.AgeOf(figures.Hour(now)-figures.Hour(placed)) != age {
				has = -1
			}
			p.takePlaced(at, channel, location, has)
			return p.enough()
		})
	return p.page(seen), ended(err)
}

// waitsAt is the stage of an order in work. One of which nothing is remembered
// was only placed.
func waitsAt(id int64, state []byte, stage string) string {
	switch {
	case stagesOf[stage] != order.StageInWork:
		return stage
	case state == nil:
		return "to_release"
	}
	o, err := figures.Unpack(id, state)
	if err != nil {
		return ""
	}
	return o.Stage()
}
