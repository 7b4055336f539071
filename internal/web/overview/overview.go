// Package overview is the room of figures: how the shop does in a period
// beside the one before, and the orders behind each number.
//
// What belongs here: which period is looked at, how a figure and its change are
// said and drawn. What does not: what a figure counts (figures) and where sums
// come from (store/figures).
package overview

import (
	"net/url"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	kept "orderly/internal/store/figures"
	"orderly/internal/store/locations"
	"orderly/internal/store/orders"
	"orderly/internal/web/shell"
)

// Routes of the room.
func Routes() []shell.Route {
	return []shell.Route{
		{Method: "GET", Path: "/overview", Needs: access.OrdersRead, Do: overview},
		{Method: "GET", Path: "/overview/orders", Needs: access.OrdersRead, Do: behind},
		{Method: "GET", Path: "/overview/figures.csv", Needs: access.OrdersRead, Do: export},
	}
}

// pageSize is how many orders a page of those behind a figure shows.
const pageSize = 50

// view is what a page of the overview is asked for and shows.
type view struct {
	*kept.Report
	Ask      kept.Ask
	Period   string
	Location string // its code
	Channel  string
	Channels []string
	Places   []*stock.Location
	Today    int64
}

func overview(v *shell.Visit) error {
	x, err := look(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("overview.title"), page(v, x))
}

// look reads what the address asks for.
func look(v *shell.Visit) (*view, error) {
	x := asked(v)
	err := v.Read(func(r *store.Reader) (err error) {
		if err := x.place(v, r); err != nil {
			return err
		}
		if x.Report, err = kept.ReportOf(r, x.Ask); err != nil {
			return err
		}
		x.Channels, err = kept.Channels(r, kept.Span{From: figures.After(x.Ask.From, -figures.MaxDays), To: x.Ask.To})
		return err
	})
	return x, err
}

// asked reads the address. What it does not say, or says wrongly, is as usual.
func asked(v *shell.Visit) *view {
	now := v.Now().UnixMicro()
	x := &view{Today: figures.Days(v.Merchant.Location())(now), Channel: v.Query("channel"), Location: v.Query("location")}
	x.Ask.Now, x.Ask.Currency = now, v.Query("currency")
	if len(x.Ask.Currency) != 3 {
		x.Ask.Currency = v.Merchant.Currency
	}
	x.Ask.Channel = x.Channel
	x.Period, x.Ask.From, x.Ask.To = periodOf(v.Query("period"), v.Query("from"), v.Query("to"), x.Today)
	return x
}

// place finds the location that the address names by its code. A visitor who
// sees only some locations sees the figures of those.
func (x *view) place(v *shell.Visit, r *store.Reader) error {
	all, err := locations.All(r)
	if err != nil {
		return err
	}
	x.Ask.Locations = v.Scope.Locations
	known := x.Location == ""
	for _, l := range all {
		if !v.Scope.Sees(int64(l.ID)) {
			continue
		}
		x.Places = append(x.Places, l)
		if l.Code == x.Location {
			known, x.Ask.Locations = true, []int64{int64(l.ID)}
		}
	}
	if !known {
		return fault.New(fault.NotFound, "no_such_location", "there is no location %.60q", x.Location)
	}
	return nil
}

// Periods are those that one click gives.
var periods = []string{"today", "yesterday", "7d", "28d", "90d", "month", "year"}

// usual is the period of an address that names none.
const usual = "28d"

// periodOf is the period that an address asks for.
func periodOf(period, from, to string, today int64) (name string, first, last int64) {
	a, ok := figures.ParseDay(from)
	b, also := figures.ParseDay(to)
	if ok && also && (period == "" || period == "custom") {
		if a > b {
			a, b = b, a
		}
		if figures.Length(a, b) > figures.MaxDays {
			a = figures.After(b, 1-figures.MaxDays)
		}
		return "custom", a, b
	}
	switch period {
	case "today":
		return period, today, today
	case "yesterday":
		return period, figures.After(today, -1), figures.After(today, -1)
	case "7d", "90d":
		n, _ := strconv.Atoi(strings.TrimSuffix(period, "d")) // it is one of the two
		return period, figures.After(today, 1-n), today
	case "month":
		return period, today/100*100 + 1, today
	case "year":
		return period, today/10000*10000 + 101, today
	}
	return usual, figures.After(today, -27), today
}

// with is the address of a page with what this one is asked for, and changes:
// name and value in turn, "" leaves out.
func (x *view) with(path string, changes ...string) string {
	q := url.Values{}
	set := func(name, value string) {
		q.Del(name)
		if value != "" {
			q.Set(name, value)
		}
	}
	if x.Period == "custom" {
		set("from", figures.DayText(x.Ask.From))
		set("to", figures.DayText(x.Ask.To))
	} else if x.Period != usual {
		set("period", x.Period)
	}
	set("channel", x.Channel)
	set("location", x.Location)
	for i := 0; i+1 < len(changes); i += 2 {
		set(changes[i], changes[i+1])
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// of is the address of the orders behind a figure.
func (x *view) of(figure string, changes ...string) string {
	return x.with("/overview/orders", append([]string{"figure", figure}, changes...)...)
}

// listing is a page of the orders behind a figure.
type listing struct {
	*view
	Figure string
	Age    int // of what waits, its place among figures.Ages; below 0 for any
	Rows   []orders.Row
	More   string // the address of the next page, "" at the end
}

func behind(v *shell.Visit) error {
	x := asked(v)
	l := listing{view: x, Figure: v.Query("figure")}
	l.Age = -1
	if n, err := strconv.Atoi(v.Query("age")); err == nil && n >= 0 && n <= len(figures.Ages) {
		l.Age = n
	}
	find, known := l.finder()
	if !known {
		return fault.New(fault.NotFound, "no_such_figure", "there is no figure %.40q", l.Figure)
	}
	var before kept.Before
	day, id, _ := strings.Cut(v.Query("before"), ".")
	if n, err := strconv.ParseInt(day, 10, 64); err == nil {
		before.Day = n
	}
	if n, err := strconv.ParseInt(id, 10, 64); err == nil {
		before.Order = order.ID(n)
	}
	err := v.Read(func(r *store.Reader) error {
		if err := x.place(v, r); err != nil {
			return err
		}
		found, err := find(r, x.Ask.Span, before)
		if err != nil {
			return err
		}
		if found.More {
			l.More = x.of(l.Figure, "age", v.Query("age"), "before", strconv.FormatInt(found.Next.Day, 10)+"."+strconv.FormatInt(int64(found.Next.Order), 10))
		}
		l.Rows, err = orders.ByIDs(r, found.Orders)
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(l.title(v), behindPage(v, l))
}

// finder gives what finds the orders behind a figure, a stage of their way or
// one of the backlog.
func (l *listing) finder() (func(*store.Reader, kept.Span, kept.Before) (kept.Behind, error), bool) {
	if f, known := figures.Named(l.Figure); known {
		return func(r *store.Reader, s kept.Span, b kept.Before) (kept.Behind, error) {
			return kept.OrdersBehind(r, f, s, b, pageSize)
		}, true
	}
	if l.waiting() {
		return func(r *store.Reader, s kept.Span, b kept.Before) (kept.Behind, error) {
			return kept.WaitingOrders(r, l.Figure, l.Age, s, l.view.Ask.Now, b, pageSize)
		}, true
	}
	if stage, known := figures.StageNamed(l.Figure); known {
		return func(r *store.Reader, s kept.Span, b kept.Before) (kept.Behind, error) {
			return kept.EventOrders(r, stage.Event, 0, s, b, pageSize)
		}, true
	}
	return nil, false
}

// waiting reports whether it is of the backlog, which has no period.
func (l *listing) waiting() bool { return kept.Waits(l.Figure) }

func (l *listing) title(v *shell.Visit) string {
	if l.waiting() {
		return v.T("overview.waits_" + l.Figure)
	}
	if _, known := figures.StageNamed(l.Figure); known {
		return v.T("overview.stage_" + l.Figure)
	}
	return figure(v, l.Figure)
}

// says is what the orders of the list have in common.
func (l *listing) says(v *shell.Visit) string {
	if l.waiting() {
		if l.Age >= 0 {
			return v.T("overview.waiting_age", "age", v.T("overview.age_"+strconv.Itoa(l.Age)))
		}
		return v.T("overview.waiting")
	}
	if _, known := figures.StageNamed(l.Figure); known {
		return v.T("overview.stage_define_" + l.Figure)
	}
	said := definition(v, l.Figure)
	if f, _ := figures.Named(l.Figure); f.Behind.Flags == figures.FlagNotFirst {
		said += " " + v.T("overview.those_not")
	} else if f.Unit == figures.InPercent {
		said += " " + v.T("overview.those_that")
	}
	return said
}

func (x *view) locationID() int64 {
	for _, l := range x.Places {
		if l.Code == x.Location {
			return int64(l.ID)
		}
	}
	return 0
}
