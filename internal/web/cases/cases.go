// Package cases is the room of what customers want from people: the list by
// what is next, and one case with its thread beside its order.
//
// What belongs here: pages of cases and their acts. What does not: how mail
// comes in and leaves, what the customer sees of a case (track), and the
// settings of support (settings).
package cases

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk/help"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/customers"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
	"orderly/internal/store/users"
	"orderly/internal/support"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
	"orderly/internal/web/words"
)

// pageSize is how many rows a page shows.
const pageSize = 50

// Routes of the room.
func Routes() []shell.Route {
	read, write := access.CustomersRead, access.CustomersWrite
	return []shell.Route{
		{Method: "GET", Path: "/cases", Needs: read, Do: list},
		{Method: "GET", Path: "/cases/new", Needs: write, Do: newPage},
		{Method: "POST", Path: "/cases/new", Needs: write, Do: open},
		{Method: "GET", Path: "/cases/{id}", Needs: read, Do: show},
		{Method: "GET", Path: "/cases/{id}/files/{file}", Needs: read, Do: file},
		{Method: "POST", Path: "/cases/{id}/edit", Needs: write, Do: act("edit", help.Edit, edited)},
		{Method: "POST", Path: "/cases/{id}/note", Needs: write, Do: act("note", help.Note, said)},
		{Method: "POST", Path: "/cases/{id}/hear", Needs: write, Do: act("hear", help.Hear, said)},
		{Method: "POST", Path: "/cases/{id}/reply", Needs: write, Do: act("reply", help.Reply, replied)},
		{Method: "POST", Path: "/cases/{id}/reply/preview", Needs: write, Do: replyPreview},
		{Method: "GET", Path: "/cases/{id}/macro", Needs: write, Do: macroPart},
		{Method: "POST", Path: "/cases/{id}/goodwill", Needs: access.OrdersWrite, Do: act("goodwill", help.Goodwill, goodwilled)},
		{Method: "POST", Path: "/cases/{id}/goodwill/preview", Needs: access.OrdersWrite, Do: goodwillPreview},
		{Method: "POST", Path: "/cases/{id}/wait", Needs: write, Do: act("wait", help.Wait, moved)},
		{Method: "POST", Path: "/cases/{id}/resolve", Needs: write, Do: act("resolve", help.Resolve, moved)},
		{Method: "POST", Path: "/cases/{id}/reopen", Needs: write, Do: act("reopen", help.Reopen, moved)},
	}
}

// tabs are the states in the order of the work; mine are the visitor's own.
var tabs = []string{support.Open, support.Reopened, support.Waiting, support.Resolved, "mine", ""}

// listing is a page of the list.
type listing struct {
	Tab   string
	Rows  []*support.Case
	Names map[users.ID]string
	Next  string
}

func list(v *shell.Visit) error {
	l := listing{Tab: v.Query("state")}
	if v.R.URL.RawQuery == "" {
		l.Tab = support.Open
	}
	f := cases.Filter{State: l.Tab, Limit: pageSize + 1}
	if l.Tab == "mine" {
		f.State, f.Assignee = "", max(me(v), 1)
	}
	if text := v.Query("below"); text != "" {
		id, err := support.ParseID(text)
		if err != nil {
			return noSuchCase()
		}
		f.Below = id
	}
	err := v.Read(func(r *store.Reader) (err error) {
		if l.Rows, err = cases.List(r, f); err != nil {
			return err
		}
		var of []users.ID
		for _, c := range l.Rows {
			of = append(of, users.ID(c.Assignee))
		}
		l.Names, err = users.Names(r, of)
		return err
	})
	if err != nil {
		return err
	}
	if len(l.Rows) > pageSize {
		l.Rows = l.Rows[:pageSize]
		l.Next = "/cases?state=" + l.Tab + "&below=" + l.Rows[pageSize-1].ID.String()
	}
	return v.Page(v.T("cases.title"), listPage(v, l))
}

// me is the visitor's own user; 0 when it is none.
func me(v *shell.Visit) int64 {
	if v.Signed == nil {
		return 0
	}
	return int64(v.Signed.User.ID)
}

func noSuchCase() error {
	return fault.New(fault.NotFound, "no_such_case", "there is no such case")
}

func (l listing) tabs(v *shell.Visit) []ui.Tab {
	out := make([]ui.Tab, len(tabs))
	for i, s := range tabs {
		key := s
		if s == "" {
			key = "all"
		}
		out[i] = ui.Tab{Label: v.T("cases.tab_" + key), Href: "/cases?state=" + s, Current: s == l.Tab}
	}
	return out
}

// view is one case with all that its page shows.
type view struct {
	*support.Case
	Thread  []support.Message
	Files   map[support.MessageID][]support.File
	Of      *order.Order // nil when it is of none, or the visitor may not see orders
	Parcels []*fulfillment.Parcel
	Causes  []string // that the order's history proposes
	People  []users.User
	Near    map[int64]*order.Order // candidates
	Cases   map[int64]*support.Case
	Others  []*support.Case // of the same customer
	Macros  []support.Macro
	Given   []support.Goodwill
}

// find reads the case of the address: by its id, or by its number.
func find(r *store.Reader, text string) (*support.Case, error) {
	number, named := support.ParseName(text)
	id, bad := support.ParseID(text)
	var c *support.Case
	var err error
	switch {
	case named:
		c, err = cases.ByNumber(r, number)
	case bad == nil:
		c, err = cases.Get(r, id)
	}
	if err == nil && c == nil {
		err = noSuchCase()
	}
	return c, err
}

func load(v *shell.Visit) (*view, error) {
	x := &view{}
	err := v.Read(func(r *store.Reader) (err error) {
		*x = view{}
		if x.Case, err = find(r, v.Path("id")); err != nil {
			return err
		}
		for _, part := range []func(*shell.Visit, *store.Reader) error{x.thread, x.order, x.near, x.people} {
			if err := part(v, r); err != nil {
				return err
			}
		}
		return nil
	})
	return x, err
}

func (x *view) thread(_ *shell.Visit, r *store.Reader) (err error) {
	if x.Thread, err = cases.Thread(r, x.ID); err != nil {
		return err
	}
	ids := make([]support.MessageID, len(x.Thread))
	for i := range x.Thread {
		ids[i] = x.Thread[i].ID
	}
	files, err := cases.Files(r, ids)
	x.Files = map[support.MessageID][]support.File{}
	for _, f := range files {
		x.Files[f.Message] = append(x.Files[f.Message], f)
	}
	return err
}

func (x *view) order(v *shell.Visit, r *store.Reader) (err error) {
	if x.Order == 0 || !v.May(access.OrdersRead) {
		return nil
	}
	if x.Of, err = orders.Get(r, order.ID(x.Order)); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return err
	}
	if x.Parcels, err = fulfillments.ParcelsOfOrders(r, []order.ID{order.ID(x.Order)}); err != nil {
		return err
	}
	x.Causes, err = help.Causes(r, x.Case, v.Now().UnixMicro())
	return err
}

// near reads what a mail may belong to, and the customer's other cases.
func (x *view) near(v *shell.Visit, r *store.Reader) (err error) {
	var of []order.ID
	x.Cases = map[int64]*support.Case{}
	for _, c := range x.Candidates {
		if c.Order != 0 && v.May(access.OrdersRead) {
			of = append(of, order.ID(c.Order))
		}
		if c.Case != 0 {
			if x.Cases[c.Case], err = cases.Get(r, support.ID(c.Case)); err != nil {
				return err
			}
		}
	}
	found, err := orders.Load(r, of, orders.Parts{Party: true})
	x.Near = map[int64]*order.Order{}
	for id, o := range found {
		x.Near[int64(id)] = o
	}
	if err != nil {
		return err
	}
	f := cases.Filter{Customer: x.Customer, Limit: 6}
	if f.Customer == 0 {
		f.Email = x.Email
	}
	if f.Customer == 0 && f.Email == "" {
		return nil
	}
	x.Others, err = cases.List(r, f)
	x.Others = slices.DeleteFunc(x.Others, func(c *support.Case) bool { return c.ID == x.ID })
	return err
}

func (x *view) people(_ *shell.Visit, r *store.Reader) (err error) {
	if x.People, err = users.List(r); err != nil {
		return err
	}
	if x.Macros, err = cases.Macros(r); err != nil {
		return err
	}
	x.Given, err = cases.GoodwillOf(r, x.ID)
	return err
}

// who is what an actor is called.
func (x *view) who(v *shell.Visit, m *support.Message) string {
	if m.Way == support.In {
		for _, name := range []string{m.FromName, m.From, x.Name} {
			if name != "" {
				return name
			}
		}
		return v.T("cases.customer")
	}
	if _, id, ok := strings.Cut(m.Actor, ":"); ok {
		for i := range x.People {
			if x.People[i].ID.String() == id {
				return x.People[i].Name
			}
		}
	}
	return v.T("cases.us")
}

func (x *view) assignees(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Value: "", Label: v.T("cases.nobody")}}
	for i := range x.People {
		if u := &x.People[i]; u.Status == account.Active || int64(u.ID) == x.Assignee {
			out = append(out, ui.Option{Value: u.ID.String(), Label: u.Name})
		}
	}
	return out
}

func (x *view) assignee() string {
	if x.Assignee == 0 {
		return ""
	}
	return users.ID(x.Assignee).String()
}

// goes says where an answer goes.
func (x *view) goes(v *shell.Visit) string {
	if x.Email == "" {
		return v.T("cases.would_stand")
	}
	return v.T("cases.would", "to", x.Email)
}

func (x *view) may(v *shell.Visit, act string) bool {
	return v.May(access.CustomersWrite) && slices.Contains(x.Actions(), act)
}

func show(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Page(x.title(v), casePage(v, x, form{}))
}

func (x *view) title(v *shell.Visit) string { return v.T("cases.one", "number", x.Called()) }

// options are choices of a list with their words.
func options(list []string, say func(string) string) []ui.Option {
	var out []ui.Option
	for _, s := range list {
		out = append(out, ui.Option{Value: s, Label: say(s)})
	}
	return out
}

func kinds(v *shell.Visit) []ui.Option {
	return options(support.Kinds, func(s string) string { return v.T("case_kind." + s) })
}

func subjects(v *shell.Visit) []ui.Option {
	return options(support.Subjects, func(s string) string { return v.T("case_about." + s) })
}

func priorities(v *shell.Visit) []ui.Option {
	return options(support.Priorities, func(s string) string { return v.T("priority." + s) })
}

func thens(v *shell.Visit) []ui.Option {
	return options([]string{"wait", "open", "resolve"}, func(s string) string { return v.T("cases.then_" + s) })
}

// against is whom a claim is against.
func against(v *shell.Visit) []ui.Option {
	return []ui.Option{{Value: "", Label: v.T("cases.against_us")}, {Value: "carrier", Label: v.T("cases.against_carrier")}}
}

// causes lists the likely causes first.
func (x *view) causes(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Value: "", Label: v.T("cases.cause_open")}}
	for _, s := range x.Causes {
		out = append(out, ui.Option{Value: s, Label: v.T("cases.cause_likely", "cause", v.T("cause."+s))})
	}
	for _, s := range support.Causes {
		if !slices.Contains(x.Causes, s) {
			out = append(out, ui.Option{Value: s, Label: v.T("cause." + s)})
		}
	}
	return out
}

// cause is what is chosen, or what is likeliest.
func (x *view) cause() string {
	if x.Cause == "" && len(x.Causes) > 0 {
		return x.Causes[0]
	}
	return x.Cause
}

// late reports whether a due has passed.
func late(v *shell.Visit, at int64) bool { return at != 0 && at < v.Now().UnixMicro() }

// tone of a priority.
func tone(priority string) ui.Tone {
	switch priority {
	case "urgent":
		return ui.Bad
	case "high":
		return ui.Warn
	case "low":
		return ui.Quiet
	}
	return ui.Neutral
}

// orderOf finds the order that a form names by its number or id; 0 for "".
func orderOf(v *shell.Visit, text string) (int64, error) {
	text = strings.TrimPrefix(strings.TrimSpace(text), "#")
	if text == "" {
		return 0, nil
	}
	if id, err := order.ParseID(text); err == nil {
		return int64(id), nil
	}
	var found orders.Found
	err := v.Read(func(r *store.Reader) (err error) {
		found, err = orders.List(r, orders.Filter{Number: number(text), Limit: 1})
		return err
	})
	if err == nil && (number(text) == 0 || len(found.Rows) == 0) {
		var l fault.List
		l.Add("/order", "no_such_order", "%s", v.T("cases.no_such_order", "number", text))
		err = l.Err()
	}
	if err != nil {
		return 0, err
	}
	return int64(found.Rows[0].Order.ID), nil
}

func orderName(o *order.Order) string { return words.Number(o.Number) }

// customerOf reads a customer; nil when there is none.
func customerOf(r *store.Reader, text string) (*party.Customer, error) {
	id, err := party.ParseID(text)
	if err != nil {
		return nil, nil //nolint:nilerr // the form is empty then
	}
	found, err := customers.ByID(r, []party.ID{id})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}
