package audit

import (
	"orderly/internal/figures"
	"orderly/internal/store"
)

// FigurePages walks orders and what is told of them.
var FigurePages = []Walk{{"orders", "id", "id", 1}, {"entry", "subject", "subject, subject_seq", 10}}

// PlacedAfter are the orders of which the first entry is beyond a sequence.
func PlacedAfter(r *store.Reader, seq int64, limit int) (map[int64]bool, error) {
	list, err := ids(r, "SELECT subject FROM entry WHERE m = $1 AND seq > $2 AND subject_seq = 1 AND kind = 'ord' ORDER BY seq LIMIT $3", r.M, seq, int64(limit))
	out := make(map[int64]bool, len(list))
	for _, id := range list {
		out[id] = true
	}
	return out, err
}

// ChangedAfter are the orders of which an entry beyond a sequence tells that
// they were changed.
func ChangedAfter(r *store.Reader, seq int64, limit int) (map[int64]bool, error) {
	out := map[int64]bool{}
	list, err := ids(r, "SELECT subject FROM entry WHERE m = $1 AND seq > $2 AND kind = 'ord' AND type = 'order.changed' ORDER BY seq LIMIT $3", r.M, seq, int64(limit))
	for _, id := range list {
		out[id] = true
	}
	return out, err
}

// PlacedSums adds up the orders of a page by day, channel and currency, those
// left out that are named: what of figures can be had of their rows alone. late
// are the sums that hold an order that was changed since.
func PlacedSums(r *store.Reader, in Range, without, changed map[int64]bool, into map[figures.Cell]*figures.Sums, late map[figures.Cell]bool) (n int64, err error) {
	var id, units, gross, discount, tax, fees, total int64
	var c figures.Cell
	err = r.Each("SELECT id, placed_on, channel, currency, ordered, subtotal, discount, tax, fees, total FROM orders WHERE m = $1 AND id > $2 AND id <= $3 ORDER BY id",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			if err := scan(&id, &c.Day, &c.Channel, &c.Currency, &units, &gross, &discount, &tax, &fees, &total); err != nil || without[id] {
				return err
			}
			if changed[id] {
				late[c] = true
			}
			s := into[c]
			if s == nil {
				s = &figures.Sums{}
				into[c] = s
			}
			n++
			s.Add(&figures.Sums{figures.Orders: 1, figures.Units: units, figures.Gross: gross, figures.Discount: discount, figures.Tax: tax, figures.Fees: fees, figures.Total: total}, 1)
			return nil
		})
	return n, err
}

// FiguresKept is everything that is kept of figures but the events.
type FiguresKept struct {
	Sums    map[figures.Cell]figures.Sums
	Times   map[figures.Place][]byte
	Backlog map[figures.Slot]int64
}

// KeptFigures reads it.
func KeptFigures(r *store.Reader) (*FiguresKept, error) {
	k := &FiguresKept{Sums: map[figures.Cell]figures.Sums{}, Times: map[figures.Place][]byte{}, Backlog: map[figures.Slot]int64{}}
	var c figures.Cell
	var s figures.Sums
	into := []any{&c.Day, &c.Channel, &c.Location, &c.Currency}
	columns := ""
	for i := range s {
		columns += ", " + figures.Columns[i]
		into = append(into, &s[i])
	}
	err := r.Each("SELECT day, channel, location, currency"+columns+" FROM figure_day WHERE m = $1", []any{r.M}, func(scan func(...any) error) error {
		err := scan(into...)
		k.Sums[c] = s
		return err
	})
	if err != nil {
		return nil, err
	}
	err = r.Each("SELECT day, channel, location, times FROM figure_time WHERE m = $1", []any{r.M}, func(scan func(...any) error) error {
		var p figures.Place
		var b []byte
		err := scan(&p.Day, &p.Channel, &p.Location, &b)
		k.Times[p] = b
		return err
	})
	if err != nil {
		return nil, err
	}
	return k, r.Each("SELECT stage, hour, channel, location, n FROM figure_backlog WHERE m = $1", []any{r.M}, func(scan func(...any) error) error {
		var x figures.Slot
		var n int64
		err := scan(&x.Stage, &x.Hour, &x.Channel, &x.Location, &n)
		k.Backlog[x] = n
		return err
	})
}

// EventCount is how many orders an event happened to on a day.
type EventCount struct {
	Event int
	Day   int64
}

// CountEvents counts the orders of one event by day.
func CountEvents(r *store.Reader, event int, into map[EventCount]int64) error {
	return r.Each("SELECT day, count(*) FROM figure_event WHERE m = $1 AND event = $2 GROUP BY day", []any{r.M, int64(event)}, func(scan func(...any) error) error {
		x := EventCount{Event: event}
		var n int64
		err := scan(&x.Day, &n)
		into[x] = n
		return err
	})
}
