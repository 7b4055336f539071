package httpapi

import (
	"maps"
	"slices"
	"strings"

	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/counters"
)

// Counters is how much work waits in each queue.
type Counters struct {
	Data []Counter `json:"data"`
}

// Counter is how many things stand in one queue.
type Counter struct {
	Queue        string `json:"queue" example:"fulfillments/to_pick"`
	Location     string `json:"location,omitempty" doc:"Of queues that each location has one of."`
	LocationCode string `json:"location_code,omitempty"`
	Count        int64  `json:"count"`
}

func (a *api) listCounters(c *call, _, _ *none) (Counters, error) {
	var all map[string]int64
	err := c.read(func(r *store.Reader) (err error) {
		all, err = counters.All(r)
		return err
	})
	out := Counters{Data: []Counter{}}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		one := Counter{Queue: key, Count: all[key]}
		if queue, place, ok := cutLast(key); ok {
			if id, bad := stock.ParseLocationID(place); bad == nil {
				if !c.scope.Sees(int64(id)) {
					continue
				}
				one = Counter{Queue: queue, Location: place, LocationCode: c.code(id), Count: all[key]}
			}
		}
		out.Data = append(out.Data, one)
	}
	return out, err
}

// cutLast cuts the last part off a path.
func cutLast(path string) (before, last string, ok bool) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return path, "", false
	}
	return path[:i], path[i+1:], true
}
