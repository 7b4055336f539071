package sourcing

import (
	"fmt"
	"strings"

	"orderly/internal/replay"
	"orderly/internal/stock"
)

// figure is one row of a report.
type figure struct {
	key         string
	done, would int64
}

func figures(r *replay.Report) []figure {
	d, w := &r.Done, &r.Would
	return []figure{
		{"fulfillments", int64(d.Fulfilled), int64(w.Fulfilled)},
		{"split", int64(d.Split), int64(w.Split)},
		{"kilometers", d.Meters / 1000, w.Meters / 1000},
		{"late", int64(d.Late), int64(w.Late)},
		{"days", d.Days, w.Days},
		{"units", d.Units, w.Units},
		{"backordered", d.Backordered, w.Backordered},
		{"canceled", d.Canceled, w.Canceled},
	}
}

// loaded is what one place sends.
type loaded struct {
	place       stock.LocationID
	done, would int64
}

func load(r *replay.Report) []loaded {
	at := map[stock.LocationID]int{}
	var out []loaded
	row := func(place stock.LocationID) *loaded {
		i, known := at[place]
		if !known {
			i = len(out)
			at[place], out = i, append(out, loaded{place: place})
		}
		return &out[i]
	}
	for _, l := range r.Done.Load {
		row(l.Place).done = l.Units
	}
	for _, l := range r.Would.Load {
		row(l.Place).would = l.Units
	}
	return out
}

// parts says which places send how many.
func parts(x *single, list []replay.Part) string {
	said := make([]string, len(list))
	for i, p := range list {
		said[i] = fmt.Sprintf("%s %d", x.name(p.Place), p.Units)
	}
	if len(said) == 0 {
		return "–"
	}
	return strings.Join(said, ", ")
}
