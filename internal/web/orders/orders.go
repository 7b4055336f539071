// Package orders is the room of orders: the list, the page of one, and one act
// on many.
//
// What belongs here: what people see of orders and do with them outside the
// warehouse. What does not: entering new ones (counter) and the floor's work.
package orders

import (
	"net/url"
	"slices"
	"time"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/listing"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/orders"
	"orderly/internal/store/users"
	"orderly/internal/store/views"
	"orderly/internal/web/shell"
)

// pageSize is how many orders a page shows.
const pageSize = 50

// list is what the page of the list shows.
type list struct {
	orders.Found
	Ask      listing.Question
	First    bool // no cursor: the newest are on it
	Fault    string
	Mine     []views.View
	Team     []views.View
	Channels []string
	Places   []*stock.Location
	Dense    bool
}

func showList(v *shell.Visit) error {
	in := v.R.URL.Query()
	if slim, had := withoutEmpty(in); had {
		return v.Go(address("/orders", slim))
	}
	l := &list{First: in.Get("cursor") == "", Dense: dense(v)}
	var err error
	if l.Ask, err = listing.Parse(listing.Only(in)); err == nil {
		err = v.Read(func(r *store.Reader) error { return l.load(r, v, in.Get("cursor")) })
	}
	if told, ok := shell.FaultsOf(err); ok {
		for _, message := range told {
			l.Fault = message
		}
		err = v.Read(func(r *store.Reader) error { return l.frame(r, v) })
	}
	if err != nil {
		return err
	}
	return v.Page(v.T("orders.title"), listPage(v, l))
}

func (l *list) load(r *store.Reader, v *shell.Visit, cursor string) error {
	if err := l.frame(r, v); err != nil {
		return err
	}
	f, err := orders.FilterOf(r, l.Ask, time.UnixMicro(v.Desk().DB.Now()).In(v.Merchant.Location()), pageSize)
	if err != nil {
		return err
	}
	if !f.Resume(cursor) {
		return fault.New(fault.NotFound, "no_such_page", "there is no such page")
	}
	l.Found, err = orders.List(r, f)
	return err
}

// frame reads what stands around the rows.
func (l *list) frame(r *store.Reader, v *shell.Visit) (err error) {
	if l.Team, err = views.Of(r, 0, views.Orders); err != nil {
		return err
	}
	if id, bad := users.ParseID(v.Scope.Actor.ID); bad == nil {
		if l.Mine, err = views.Of(r, int64(id), views.Orders); err != nil {
			return err
		}
	}
	if l.Channels, err = orders.Channels(r); err != nil {
		return err
	}
	l.Places, err = locations.All(r)
	l.Places = slices.DeleteFunc(l.Places, func(p *stock.Location) bool { return !v.Scope.Sees(int64(p.ID)) })
	return err
}

// withoutEmpty drops parameters that a form sent empty.
func withoutEmpty(in url.Values) (out url.Values, had bool) {
	out = url.Values{}
	for name, values := range in {
		for _, value := range values {
			if had = had || value == ""; value != "" {
				out.Add(name, value)
			}
		}
	}
	return out, had
}

func address(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// next is the address of the page after this one, "" at the end.
func (l *list) next() string {
	cursor := l.Cursor()
	if cursor == "" {
		return ""
	}
	q := l.Ask.Values()
	q.Set("cursor", cursor)
	return address("/orders", q)
}

// without is the address of the list with one filter less.
func (l *list) without(name string) string {
	q := l.Ask.Values()
	q.Del(name)
	return address("/orders", q)
}

// narrowed reports whether anything but a search is asked for.
func (l *list) narrowed() bool {
	q := l.Ask.Values()
	q.Del("q")
	return len(q) > 0
}

// maxRows is how many rows are shown anew at once.
const maxRows = 60

// showRows gives rows anew that changed while they were shown.
func showRows(v *shell.Visit) error {
	var ids []order.ID
	for _, text := range v.R.URL.Query()["id"] {
		if id, err := order.ParseID(text); err == nil && len(ids) < maxRows {
			ids = append(ids, id)
		}
	}
	var found []orders.Row
	err := v.Read(func(r *store.Reader) (err error) {
		found, err = orders.Rows(r, ids)
		return err
	})
	if err != nil {
		return err
	}
	return v.Part(rowsAnew(v, found))
}

// densityCookie remembers on this screen how close rows stand.
const densityCookie = "orderly_dense"

func dense(v *shell.Visit) bool {
	c, err := v.R.Cookie(densityCookie)
	return err == nil && c.Value == "1"
}

func placeOf(all []*stock.Location, text string) string {
	for _, p := range all {
		if p.Code == text || p.ID.String() == text {
			return p.Name
		}
	}
	return text
}

func customerText(id int64) string { return ident.Text("cus", id) }
