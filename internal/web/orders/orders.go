// Package orders is the room of orders: the list, and the page of one.
//
// What belongs here: what people see of orders and do with them outside the
// warehouse. What does not: entering new ones (counter) and the floor's work.
package orders

import (
	"net/url"
	"strconv"

	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/search"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/web/shell"
)

// pageSize is how many orders a page shows.
const pageSize = 50

// listing is what the page of the list shows.
type listing struct {
	orders.Found
	Q, Stage string
	Fault    string // of what was searched for
}

func list(v *shell.Visit) error {
	l := listing{Q: v.Query("q"), Stage: v.Query("stage")}
	f := orders.Filter{Limit: pageSize}
	if l.Stage != "" {
		f.Stages = []string{l.Stage}
	}
	if l.Q != "" {
		words, err := search.Parse(l.Q)
		if err != nil {
			l.Fault = err.Error()
			return v.Page(v.T("orders.title"), listPage(v, l))
		}
		f.Words = words
	}
	if before := v.Query("before"); before != "" {
		id, err := order.ParseID(before)
		if err != nil {
			return fault.New(fault.NotFound, "no_such_page", "there is no such page")
		}
		f.Before = id
	}
	err := v.Read(func(r *store.Reader) (err error) {
		l.Found, err = orders.List(r, f)
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("orders.title"), listPage(v, l))
}

// next is the address of the page after this one, "" at the end.
func (l listing) next() string {
	if l.Next == 0 {
		return ""
	}
	q := url.Values{"before": {l.Next.String()}}
	if l.Q != "" {
		q.Set("q", l.Q)
	}
	if l.Stage != "" {
		q.Set("stage", l.Stage)
	}
	return "/orders?" + q.Encode()
}

func number(n int64) string { return "#" + strconv.FormatInt(n, 10) }
