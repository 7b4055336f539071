package orders

import (
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/order"
	"orderly/internal/store"
)

// window is how many candidates one request looks at. What it does not find
// among them, the next page does. Tests lower it.
var window = 2000

// stream is the ids of orders along one index, newest first.
type stream interface {
	page(r *store.Reader, below order.ID, limit int) (stretch, error)
	size(r *store.Reader, below order.ID, limit int) (int, error) // about how many there are, up to a limit
}

// column is a stream of a table's index: its key is any of the values, of which
// there are few. One statement reads all of them.
type column struct {
	id, table, key string // the key with its operator
	values         []any
}

// branches are what the statement reads of each value, newest first: $2 is the
// id to stay below, $3 the limit.
func (s column) branches(r *store.Reader, below order.ID, limit int) (out []string, args []any) {
	args = append([]any{r.M, int64(below), int64(limit)}, s.values...)
	for i := range s.values {
		out = append(out, "SELECT "+strconv.Itoa(i)+" AS n, b.id FROM (SELECT "+s.id+" AS id FROM "+s.table+" WHERE m = $1 AND "+s.key+" "+store.Params(4+i, 1)+
			" AND "+s.id+" < $2 ORDER BY "+s.id+" DESC LIMIT $3) AS b")
	}
	return out, args
}

// page reads the next ids.
func (s column) page(r *store.Reader, below order.ID, limit int) (stretch, error) {
	all := make([]stretch, len(s.values))
	branches, args := s.branches(r, below, limit)
	err := r.Each(strings.Join(branches, " UNION ALL "), args, func(scan func(...any) error) error {
		var n int
		var id order.ID
		err := scan(&n, &id)
		all[n].ids = append(all[n].ids, id)
		return err
	})
	for i := range all {
		one := &all[i]
		if len(one.ids) == limit {
			one.floor = slices.Min(one.ids)
		}
	}
	out := merge(all)
	out.looked = len(out.ids)
	return out, err
}

// size counts the ids.
func (s column) size(r *store.Reader, below order.ID, limit int) (n int, err error) {
	branches, args := s.branches(r, below, limit)
	err = r.Row("SELECT count(*) FROM ("+strings.Join(branches, " UNION ALL ")+") AS t", args...).Scan(&n)
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

// page reads the next ids of all streams together.
func (u *union) page(r *store.Reader, below order.ID, limit int) (stretch, error) {
	all := []stretch{{}}
	for _, id := range u.known {
		if id < below {
			all[0].ids = append(all[0].ids, id)
		}
	}
	all[0].looked = len(all[0].ids)
	if n := len(u.streams); n > 1 { // together they give about twice as many
		limit = max(min(limit, 16), min(limit, 2*limit/n))
	}
	for _, s := range u.streams {
		some, err := s.page(r, below, limit)
		if err != nil {
			return stretch{}, err
		}
		all = append(all, some)
	}
	return merge(all), nil
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
