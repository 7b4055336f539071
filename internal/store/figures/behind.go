package figures

import (
	"errors"
	"fmt"

	"orderly/internal/figures"
	"orderly/internal/order"
	"orderly/internal/store"
)

// Before is where the next page of orders begins: below an order, and for what
// is found by an event on or below a day. Zero is the beginning.
type Before struct {
	Day   int64
	Order order.ID
}

// Behind is a page of the orders that a figure counts, newest first.
type Behind struct {
	Orders []order.ID
	Next   Before
	More   bool
}

// behindWindow is how many candidates a page looks at; after them it says
// where to read on, however few were found.
const behindWindow = 2000

// OrdersBehind reads a page of the orders that a figure counts in a span.
func OrdersBehind(r *store.Reader, f figures.Figure, s Span, before Before, most int) (Behind, error) {
	if f.Behind.Event != 0 {
		return EventOrders(r, f.Behind.Event, f.Behind.Flags, s, before, most)
	}
	return placedOrders(r, f.Behind, s, before, most)
}

// EventOrders reads those to which something happened, by day and then order.
// One may stand in it on several days.
func EventOrders(r *store.Reader, event int, flags int64, s Span, before Before, most int) (Behind, error) {
	if before.Day == 0 {
		before = Before{Day: s.To + 1}
	}
	args := []any{r.M, int64(event), before.Day, int64(before.Order), s.From, int64(behindWindow)}
	text := "SELECT e.day, e.order_id, o.channel, e.location, coalesce(f.flags, 0) FROM " +
		"(SELECT day, order_id, location FROM figure_event WHERE m = $1 AND event = $2 AND (day, order_id) < ($3, $4) AND day >= $5 ORDER BY day DESC, order_id DESC, location DESC LIMIT $6) AS e " +
		"JOIN orders AS o ON o.m = $7 AND o.id = e.order_id LEFT JOIN figure_order AS f ON f.m = $8 AND f.order_id = e.order_id ORDER BY e.day DESC, e.order_id DESC, e.location DESC"
	p := picked{span: &s, flags: flags, most: most}
	seen := 0
	err := r.Each(text, append(args, r.M, r.M), func(scan func(...any) error) error {
		var at Before
		var channel string
		var location, has int64
		if err := scan(&at.Day, &at.Order, &channel, &location, &has); err != nil {
			return err
		}
		seen++
		p.take(at, channel, location, has)
		return p.enough()
	})
	return p.page(seen), ended(err)
}

// picked gathers a page of candidates.
type picked struct {
	span  *Span
	flags int64
	most  int

	out  Behind
	full bool
	last Before // the last candidate that was looked at
}

func (p *picked) take(at Before, channel string, location, has int64) {
	if p.full {
		return
	}
	fits := (p.span.Channel == "" || p.span.Channel == channel) && p.span.sees(location) && has&p.flags == p.flags
	again := len(p.out.Orders) > 0 && p.out.Orders[len(p.out.Orders)-1] == at.Order
	if fits && !again {
		if len(p.out.Orders) == p.most {
			p.full = true
			return
		}
		p.out.Orders = append(p.out.Orders, at.Order)
	}
	p.last = at
}

// errEnough ends the reading of candidates: the page is full.
var errEnough = errors.New("the page is full")

func (p *picked) enough() error {
	if p.full {
		return errEnough
	}
	return nil
}

func ended(err error) error {
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

func (p *picked) page(seen int) Behind {
	if p.full || seen >= behindWindow {
		p.out.More, p.out.Next = true, p.last
	}
	return p.out
}

func (s *Span) sees(location int64) bool {
	if len(s.Locations) == 0 {
		return true
	}
	for _, l := range s.Locations {
		if l == location {
			return true
		}
	}
	return false
}

// fields are the conditions on an order's row by which it is counted.
var fields = map[string]string{
	"":               "",
	"canceled":       " AND o.canceled > 0",
	"canceled_whole": " AND o.canceled > 0 AND o.canceled = o.ordered",
	"discount":       " AND o.discount <> 0",
	"tax":            " AND o.tax <> 0",
	"fees":           " AND o.fees <> 0",
}

// placedOrders reads those that were placed in the span: they lie between the
// lowest and the highest id of its days.
func placedOrders(r *store.Reader, b figures.Behind, s Span, before Before, most int) (Behind, error) {
	low, high, err := rangeOf(r, &s)
	if err != nil || high == 0 {
		return Behind{}, err
	}
	if before.Order != 0 {
		high = min(high, int64(before.Order)-1)
	}
	cond, known := fields[b.Field]
	if !known {
		return Behind{}, fmt.Errorf("figures: no field %q", b.Field)
	}
	text := "SELECT o.id, o.placed_on, o.channel, coalesce(f.flags, 0), " + firstLocation + ", CASE WHEN 1 = 1" + cond + " THEN 1 ELSE 0 END FROM orders AS o " +
		"LEFT JOIN figure_order AS f ON f.m = $1 AND f.order_id = o.id WHERE o.m = $2 AND o.id >= $3 AND o.id <= $4 ORDER BY o.id DESC LIMIT $5"
	p := picked{span: &s, flags: b.Flags, most: most}
	seen := 0
	err = r.Each(text, []any{r.M, r.M, low, high, int64(behindWindow), r.M}, func(scan func(...any) error) error {
		var at Before
		var day, has, location, counts int64
		var channel string
		if err := scan(&at.Order, &day, &channel, &has, &location, &counts); err != nil {
			return err
		}
		seen++
		if day < s.From || day > s.To || counts == 0 {
			has = -1
		}
		p.takePlaced(at, channel, location, has)
		return p.enough()
	})
	return p.page(seen), ended(err)
}

// takePlaced is take for a candidate that may be of another day (has below 0).
func (p *picked) takePlaced(at Before, channel string, location, has int64) {
	if has < 0 {
		if !p.full {
			p.last = at
		}
		return
	}
	p.take(at, channel, location, has)
}

// firstLocation is where the first fulfillment of an order is, 0 of none.
const firstLocation = "coalesce((SELECT w.location FROM fulfillment AS w WHERE w.m = $6 AND w.source_id = o.id AND w.purpose = 'order' ORDER BY w.id LIMIT 1), 0)"

func rangeOf(r *store.Reader, s *Span) (low, high int64, err error) {
	text, args := s.where("SELECT coalesce(min(CASE WHEN first_order > 0 THEN first_order END), 0), coalesce(max(last_order), 0) FROM figure_day", r.M)
	err = r.Row(text, args...).Scan(&low, &high)
	return low, high, err
}
