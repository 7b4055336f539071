package queues

import (
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"

	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/queue"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// wordsOf are the counters' words for each queue of the floor.
var wordsOf = map[string][]string{
	queue.ToRelease: {"to_release"}, queue.ToPick: {"to_pick"}, queue.ToPack: {"to_pack"}, queue.ToShip: {"to_ship"},
	queue.Leaves: {"to_pick", "to_pack", "to_ship"},
}

// statusesOf are the work statuses that a counter's word counts.
var statusesOf = map[string][]string{
	"to_release": {fulfillment.Pending}, "to_pick": {fulfillment.Released, fulfillment.Picking}, "to_pack": {fulfillment.Picked}, "to_ship": {fulfillment.Packed},
}

// atPlace takes the key of a floor's counter apart.
func atPlace(key string) (word string, place stock.LocationID, ok bool) {
	rest, ok := strings.CutPrefix(key, "fulfillments/")
	if !ok {
		return "", 0, false
	}
	word, text, ok := strings.Cut(rest, "/")
	if !ok {
		return "", 0, false
	}
	place, err := stock.ParseLocationID(text)
	return word, place, err == nil
}

// seen is what one status at one location holds, along one index.
type seen struct {
	oldest      int64
	firstDue    int64
	late, today int64
}

// work adds the facts of the floors: counts from the counters, clocks from the
// index of open work.
func (b *Board) work(r *store.Reader, open map[stock.LocationID]map[string]int64) error {
	places := slices.Sorted(maps.Keys(open))
	for _, place := range places[:min(maxPlaces, len(places))] {
		by := map[string]seen{}
		for word := range open[place] {
			for _, status := range statusesOf[word] {
				x, err := b.look(r, place, status)
				if err != nil {
					return err
				}
				by[word] = by[word].and(x)
			}
		}
		b.add(place, open[place], by)
	}
	return nil
}

func (x seen) and(y seen) seen {
	return seen{earlier(x.oldest, y.oldest), earlier(x.firstDue, y.firstDue), x.late + y.late, x.today + y.today}
}

func earlier(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

func (b *Board) add(place stock.LocationID, open map[string]int64, by map[string]seen) {
	var all seen
	for _, x := range by {
		all = all.and(x)
	}
	for _, id := range [...]string{queue.Leaves, queue.ToRelease, queue.ToPick, queue.ToPack, queue.ToShip} {
		if b.elsewhere(place, id) {
			continue
		}
		f := queue.Fact{Queue: id, Location: int64(place)}
		for _, word := range wordsOf[id] {
			f.Count += open[word]
			f.Oldest = earlier(f.Oldest, by[word].oldest)
			f.Clock = earlier(f.Clock, by[word].firstDue)
		}
		if id == queue.Leaves {
			if f.Clock = b.Places[place].LeavesAt; f.Clock == 0 {
				continue
			}
		}
		b.Facts = append(b.Facts, f)
	}
	late := queue.Fact{Queue: queue.Late, Location: int64(place), Count: all.late, More: all.late >= most}
	today := queue.Fact{Queue: queue.Today, Location: int64(place), Count: all.today, More: all.today >= most}
	if all.late > 0 {
		late.Oldest, late.Clock = all.firstDue, all.firstDue
	}
	if all.today > 0 {
		today.Clock = b.EndOfDay
		if all.late == 0 {
			today.Clock = all.firstDue
		}
	}
	b.Facts = append(b.Facts, late, today)
}

// elsewhere tells that a queue's work at a place is done by a partner's people
// and waits for nobody who looks: the request was sent, and what the merchant
// has of it is when it is late.
func (b *Board) elsewhere(place stock.LocationID, id string) bool {
	return b.Places[place].Theirs && !b.bound && slices.Contains([]string{queue.Leaves, queue.ToPick, queue.ToPack, queue.ToShip}, id)
}

// look reads what one status at one location holds. What is counted is counted
// up to a limit; the oldest is that of the same window.
func (b *Board) look(r *store.Reader, place stock.LocationID, status string) (seen, error) {
	var x seen
	var id int64
	err := r.Row("SELECT coalesce(min(id), 0) FROM (SELECT id FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = $3 LIMIT $4) AS f", r.M, int64(place), status, int64(most)).Scan(&id)
	if err != nil || id == 0 {
		return x, err
	}
	x.oldest = ident.Time(id).UnixMicro()
	err = r.Row("SELECT due_at FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = $3 AND due_at > 0 ORDER BY due_at LIMIT 1", r.M, int64(place), status).Scan(&x.firstDue)
	if errors.Is(err, sql.ErrNoRows) {
		return x, nil
	}
	if err != nil || x.firstDue >= b.EndOfDay {
		return x, err
	}
	if x.late, err = b.due(r, place, status, 1, b.Now); err != nil {
		return x, err
	}
	x.today, err = b.due(r, place, status, b.Now, b.EndOfDay)
	return x, err
}

func (b *Board) due(r *store.Reader, place stock.LocationID, status string, from, to int64) (n int64, err error) {
	if from >= to {
		return 0, nil
	}
	err = r.Row("SELECT count(*) FROM (SELECT id FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = $3 AND due_at >= $4 AND due_at < $5 LIMIT $6) AS f",
		r.M, int64(place), status, from, to, int64(most)).Scan(&n)
	return n, err
}
