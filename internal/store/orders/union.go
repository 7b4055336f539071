package orders

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"

	"orderly/internal/order"
	"orderly/internal/store"
)

// window is how many candidates one request looks at. What it does not find
// among them, the next page does. Tests lower it.
var window = 2000

// stream is the ids of orders along one index, newest first.
type stream interface {
	page(r *store.Reader, below order.ID, limit int) ([]order.ID, error)
	size(r *store.Reader, below order.ID, limit int) (int, error) // about how many there are, up to a limit
}

// column is a stream of a table's index: its key is equal to args and the id is
// lower than the parameter after them.
type column struct {
	id, table, key string
	args           []any
}

func (s column) where() string {
	return " FROM " + s.table + " WHERE m = $1 AND " + s.key + " AND " + s.id + " < " + store.Params(len(s.args)+2, 1)
}

func (s column) bind(r *store.Reader, below order.ID, limit int) []any {
	args := append([]any{r.M}, s.args...)
	return append(args, int64(below), int64(limit))
}

// page reads the next ids.
func (s column) page(r *store.Reader, below order.ID, limit int) ([]order.ID, error) {
	var out []order.ID
	err := r.Each("SELECT "+s.id+s.where()+" ORDER BY "+s.id+" DESC LIMIT "+store.Params(len(s.args)+3, 1), s.bind(r, below, limit), into(&out))
	return out, err
}

// size counts the ids.
func (s column) size(r *store.Reader, below order.ID, limit int) (n int, err error) {
	err = r.Row("SELECT count(*) FROM (SELECT "+s.id+s.where()+" LIMIT "+store.Params(len(s.args)+3, 1)+") AS t", s.bind(r, below, limit)...).Scan(&n)
	return n, err
}

func into(list *[]order.ID) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var id order.ID
		err := scan(&id)
		*list = append(*list, id)
		return err
	}
}

// union is orders that stand in any of several streams, or are known already.
type union struct {
	streams []stream
	known   []order.ID
	partial bool // more streams would belong to it
}

// page reads the next ids of all streams together, newest first, each once.
// Down to floor, and including it, none is left out; 0 means that there are no more.
func (u *union) page(r *store.Reader, below order.ID, limit int) (ids []order.ID, floor order.ID, err error) {
	for _, id := range u.known {
		if id < below {
			ids = append(ids, id)
		}
	}
	if n := len(u.streams); n > 1 { // together they give about twice as many
		limit = max(min(limit, 16), min(limit, 2*limit/n))
	}
	for _, s := range u.streams {
		some, err := s.page(r, below, limit)
		if err != nil {
			return nil, 0, err
		}
		if len(some) == limit {
			floor = max(floor, some[limit-1])
		}
		ids = append(ids, some...)
	}
	slices.SortFunc(ids, func(a, b order.ID) int { return cmp.Compare(b, a) })
	ids = slices.Compact(ids)
	if i := slices.IndexFunc(ids, func(id order.ID) bool { return id < floor }); i >= 0 {
		ids = ids[:i]
	}
	return ids, floor, nil
}

// size is how many ids there are, or some more than limit.
func (u *union) size(r *store.Reader, below order.ID, limit int) (int, error) {
	total := len(u.known)
	for _, s := range u.streams {
		if total > limit {
			break
		}
		n, err := s.size(r, below, limit+1-total)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// rarest is the union that a walk goes along: what does not stand in it cannot
// stand in all. One of which streams are missing is taken only when it is alone.
func rarest(r *store.Reader, all []*union, below order.ID) (*union, error) {
	var best *union
	least := 0
	for _, u := range all {
		if len(all) == 1 {
			return u, nil
		}
		if u.partial {
			continue
		}
		n, err := u.size(r, below, window)
		if err != nil {
			return nil, err
		}
		if best == nil || n < least {
			best, least = u, n
		}
	}
	if best == nil {
		best = all[0]
	}
	return best, nil
}

// Channels lists the channels that orders came by, found by skipping along the
// index that begins with them.
func Channels(r *store.Reader) ([]string, error) {
	var out []string
	for last := ""; ; {
		err := r.Row("SELECT channel FROM orders WHERE m = $1 AND channel > $2 ORDER BY channel LIMIT 1", r.M, last).Scan(&last)
		if errors.Is(err, sql.ErrNoRows) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, last)
	}
}
