package today

import (
	"net/url"

	"orderly/internal/desk/duty"
	"orderly/internal/queue"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/assignments"
	"orderly/internal/store/queues"
	"orderly/internal/store/users"
	"orderly/internal/web/shell"
)

// pageSize is how many rows a page of a queue shows.
const pageSize = 50

// listing is what the page of a queue shows.
type listing struct {
	Queue *queue.Queue
	queues.Board
	Sum      queue.Fact
	At       []queue.Fact
	Location stock.LocationID
	Page     queues.Page
	Whose    map[int64]assignments.Assignment
	Names    people
	Refused  []refusal
	Works    bool // the visitor may
}

// refusal is one thing that could not be done.
type refusal struct{ What, Why string }

func list(v *shell.Visit) error {
	q, err := queueOf(v)
	if err != nil {
		return err
	}
	l, err := look(v, q, v.Query("after"))
	if err != nil {
		return err
	}
	return v.Page(title(v, q), listPage(v, l))
}

func title(v *shell.Visit, q *queue.Queue) string { return v.T("today.q." + q.ID + ".title") }

func look(v *shell.Visit, q *queue.Queue, after string) (listing, error) {
	l := listing{Queue: q, Works: v.May(q.Works) && q.Claimable}
	if id, err := stock.ParseLocationID(v.Query("at")); err == nil {
		l.Location = id
	}
	err := v.Read(func(r *store.Reader) (err error) {
		if l.Board, err = queues.Read(r, v.Now().UnixMicro()); err != nil {
			return err
		}
		if l.Page, err = queues.Rows(r, &l.Board, queues.Ask{Queue: q, Location: l.Location, After: after, Limit: pageSize}); err != nil {
			return err
		}
		ids := make([]int64, len(l.Page.Rows))
		for i := range l.Page.Rows {
			ids[i] = l.Page.Rows[i].ID
		}
		if l.Whose, err = assignments.Of(r, q.Kind, ids, l.Now); err != nil {
			return err
		}
		l.Names, err = peopleOf(r)
		return err
	})
	for _, x := range itemsOf(q, l.Facts) {
		l.At = append(l.At, x.At...)
		l.Sum = queue.Sum([]queue.Fact{l.Sum, x.Fact})
	}
	return l, err
}

// address is the list's own, with the location it is narrowed to.
func (l listing) address(after string) string {
	q := url.Values{}
	if l.Location != 0 {
		q.Set("at", l.Location.String())
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return "/today/" + l.Queue.ID
	}
	return "/today/" + l.Queue.ID + "?" + q.Encode()
}

func (l listing) next() string {
	if l.Page.Next == "" {
		return ""
	}
	return l.address(l.Page.Next)
}

// mayWork are the users to whom things of the queue can be given.
func (l listing) mayWork() []users.User {
	var out []users.User
	for _, u := range l.Names.list {
		if duty.Able(u, l.Queue) {
			out = append(out, u)
		}
	}
	return out
}
