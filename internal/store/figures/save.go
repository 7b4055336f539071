package figures

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"orderly/internal/figures"
	"orderly/internal/store"
)

var (
	addDay     = addingDay()
	saveTimes  = store.Upsert("figure_time", 4, "m", "day", "channel", "location", "times")
	addBacklog = store.NewInsert("figure_backlog", " ON CONFLICT (m, stage, hour, channel, location) DO UPDATE SET n = figure_backlog.n + excluded.n", "m", "stage", "hour", "channel", "location", "n")
	saveOrder  = store.Upsert("figure_order", 2, "m", "order_id", "n", "flags", "state")
	addEvent   = store.NewInsert("figure_event", " ON CONFLICT (m, event, day, order_id, location) DO NOTHING", "m", "event", "day", "order_id", "location")
	addRefused = store.NewInsert("figure_refused", " ON CONFLICT (m, day, channel, code) DO UPDATE SET n = figure_refused.n + excluded.n", "m", "day", "channel", "code", "n")
)

// addingDay adds sums to a day's row, and widens its range of orders.
func addingDay() *store.Insert {
	cols := []string{"m", "day", "channel", "location", "currency", "first_order", "last_order"}
	sets := []string{
		"first_order = CASE WHEN figure_day.first_order = 0 OR excluded.first_order > 0 AND excluded.first_order < figure_day.first_order THEN excluded.first_order ELSE figure_day.first_order END",
		"last_order = CASE WHEN excluded.last_order > figure_day.last_order THEN excluded.last_order ELSE figure_day.last_order END",
	}
	for _, c := range figures.Columns {
		cols = append(cols, c)
		sets = append(sets, c+" = figure_day."+c+" + excluded."+c)
	}
	return store.NewInsert("figure_day", " ON CONFLICT (m, day, channel, location, currency) DO UPDATE SET "+strings.Join(sets, ", "), cols...)
}

// Add adds a tally to what is kept. The caller holds the cursor.
func Add(tx *store.Tx, t *figures.Tally) error {
	if err := addSums(tx, t); err != nil {
		return err
	}
	if err := addTimes(tx, t); err != nil {
		return err
	}
	if err := addWaiting(tx, t.Backlog); err != nil {
		return err
	}
	return addEvents(tx, t.Events)
}

func addSums(tx *store.Tx, t *figures.Tally) error {
	var cells []figures.Cell
	for c, s := range t.Sums {
		if !s.Zero() {
			cells = append(cells, c)
		}
	}
	slices.SortFunc(cells, func(a, b figures.Cell) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Location, b.Location), cmp.Compare(a.Currency, b.Currency))
	})
	return addDay.Run(tx, len(cells), func(a []any, n int) []any {
		c := cells[n]
		in := t.Ranges[c]
		a = append(a, tx.M, c.Day, c.Channel, c.Location, c.Currency, in[0], in[1])
		for _, v := range t.Sums[c] {
			a = append(a, v)
		}
		return a
	})
}

// addTimes merges histograms into those that are kept, which no other
// transaction changes meanwhile.
func addTimes(tx *store.Tx, t *figures.Tally) error {
	var places []figures.Place
	for p, x := range t.Times {
		if !x.Zero() {
			places = append(places, p)
		}
	}
	slices.SortFunc(places, func(a, b figures.Place) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Location, b.Location))
	})
	packed := make([][]byte, len(places))
	for i, p := range places {
		sum := *t.Times[p]
		err := tx.Each("SELECT times FROM figure_time WHERE m = $1 AND day = $2 AND channel = $3 AND location = $4", []any{tx.M, p.Day, p.Channel, p.Location}, func(scan func(...any) error) error {
			var b []byte
			if err := scan(&b); err != nil {
				return err
			}
			return sum.MergePacked(b)
		})
		if err != nil {
			return err
		}
		packed[i] = sum.Pack()
	}
	return saveTimes.Run(tx, len(places), func(a []any, n int) []any {
		p := places[n]
		return append(a, tx.M, p.Day, p.Channel, p.Location, packed[n])
	})
}

func addWaiting(tx *store.Tx, by map[figures.Slot]int64) error {
	var slots []figures.Slot
	for s, n := range by {
		if n != 0 {
			slots = append(slots, s)
		}
	}
	slices.SortFunc(slots, func(a, b figures.Slot) int {
		return cmp.Or(cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Hour, b.Hour), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Location, b.Location))
	})
	err := addBacklog.Run(tx, len(slots), func(a []any, n int) []any {
		s := slots[n]
		return append(a, tx.M, s.Stage, s.Hour, s.Channel, s.Location, by[s])
	})
	for _, s := range slots { // empty ones would be added up for ever
		if err == nil && by[s] < 0 {
			_, err = tx.Exec("DELETE FROM figure_backlog WHERE m = $1 AND stage = $2 AND hour = $3 AND channel = $4 AND location = $5 AND n = 0", tx.M, s.Stage, s.Hour, s.Channel, s.Location)
		}
	}
	return err
}

func addEvents(tx *store.Tx, by map[figures.Event]int64) error {
	keys := slices.SortedFunc(maps.Keys(by), func(a, b figures.Event) int {
		return cmp.Or(cmp.Compare(a.Event, b.Event), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Location, b.Location))
	})
	var add []figures.Event
	for _, e := range keys {
		if by[e] > 0 {
			add = append(add, e)
			continue
		}
		if _, err := tx.Exec("DELETE FROM figure_event WHERE m = $1 AND event = $2 AND day = $3 AND order_id = $4 AND location = $5", tx.M, int64(e.Event), e.Day, e.Order, e.Location); err != nil {
			return err
		}
	}
	return addEvent.Run(tx, len(add), func(a []any, n int) []any {
		e := add[n]
		return append(a, tx.M, int64(e.Event), e.Day, e.Order, e.Location)
	})
}

// Remember keeps what is remembered of orders.
func Remember(tx *store.Tx, list []*figures.Order) error {
	return saveOrder.Run(tx, len(list), func(a []any, n int) []any {
		o := list[n]
		return append(a, tx.M, o.ID, o.N, o.Flags(), o.Pack())
	})
}

// Refused is orders of a channel that were refused for a reason on a day.
type Refused struct {
	Day     int64
	Channel string
	Code    string // of the fault
}

// AddRefused counts more of them.
func AddRefused(tx *store.Tx, by map[Refused]int64) error {
	keys := slices.SortedFunc(maps.Keys(by), func(a, b Refused) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Code, b.Code))
	})
	return addRefused.Run(tx, len(keys), func(a []any, n int) []any {
		x := keys[n]
		return append(a, tx.M, x.Day, x.Channel, x.Code, by[x])
	})
}

// RefusedChannels are those of which something was refused on a day, at most so
// many.
func RefusedChannels(r *store.Reader, day int64, most int) (map[string]bool, error) {
	out := map[string]bool{}
	err := r.Each("SELECT DISTINCT channel FROM figure_refused WHERE m = $1 AND day = $2 ORDER BY channel LIMIT $3", []any{r.M, day, int64(most)}, func(scan func(...any) error) error {
		var c string
		err := scan(&c)
		out[c] = true
		return err
	})
	return out, err
}
