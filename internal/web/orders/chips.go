package orders

import (
	"net/url"
	"time"

	"orderly/internal/listing"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store/views"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
	"orderly/internal/web/words"
)

// preset is a view that every shop has.
type preset struct{ Key, Query string }

var presets = []preset{
	{"orders.all", ""}, {"orders.open", "status=open"}, {"orders.on_hold", "stage=on_hold"}, {"orders.backordered", "stage=backordered"},
	{"orders.late", "due=late"}, {"orders.today", "due=today"}, {"orders.unpaid", "payment_status=unpaid&status=open"},
}

// tabs are the presets, the team's views and the visitor's own. The one that
// asks for the same as the page is current.
func (l *list) tabs(v *shell.Visit) []ui.Tab {
	now := l.Ask.Values()
	now.Del("q")
	current := now.Encode()
	var out []ui.Tab
	add := func(label, query string) {
		href := "/orders"
		if query != "" {
			href += "?" + query
		}
		out = append(out, ui.Tab{Label: label, Href: href, Current: same(query, current)})
	}
	for _, p := range presets {
		add(v.T(p.Key), p.Query)
	}
	for _, list := range [][]views.View{l.Team, l.Mine} {
		for _, each := range list {
			add(each.Name, each.Query)
		}
	}
	return out
}

// same reports whether two query strings ask for the same.
func same(a, b string) bool {
	x, err := url.ParseQuery(a)
	return err == nil && x.Encode() == b
}

// saved is the view that the page shows, nil when it shows none that was saved.
func (l *list) saved() *views.View {
	current := l.Ask.Text()
	for _, list := range [][]views.View{l.Mine, l.Team} {
		for i := range list {
			if same(list[i].Query, current) {
				return &list[i]
			}
		}
	}
	return nil
}

// preset reports whether the page shows one of the views that every shop has.
func (l *list) preset() bool {
	current := l.Ask.Text()
	for _, p := range presets {
		if same(p.Query, current) {
			return true
		}
	}
	return false
}

// chip is a filter that is on.
type chip struct{ Label, Href string }

func (l *list) chips(v *shell.Visit) []chip {
	var out []chip
	add := func(name, value, say string) {
		if value != "" {
			out = append(out, chip{v.T("orders.filter_"+name) + ": " + say, l.without(name)})
		}
	}
	q := l.Ask
	state := func(s string) string {
		if s == "" {
			return ""
		}
		return words.Say(v.Context(), s)
	}
	stages := ""
	for i, s := range q.Stages {
		if i > 0 {
			stages += ", "
		}
		stages += state(s)
	}
	add("stage", stages, stages)
	add("status", q.Status, state(q.Status))
	add("payment_status", q.Payment, state(q.Payment))
	add("fulfillment_status", q.Fulfillment, state(q.Fulfillment))
	add("return_status", q.Return, state(q.Return))
	add("hold_status", q.Hold, state(q.Hold))
	add("channel", q.Channel, v.Channel(q.Channel))
	add("location", q.Location, placeOf(l.Places, q.Location))
	if q.Due != "" {
		add("due", q.Due, v.T("orders.due_"+q.Due))
	}
	add("placed_from", listing.DayText(q.PlacedFrom), v.Day(noon(v, q.PlacedFrom)))
	add("placed_to", listing.DayText(q.PlacedTo), v.Day(noon(v, q.PlacedTo)))
	add("tag", q.Tag, q.Tag)
	add("sku", q.SKU, q.SKU)
	if q.Customer != 0 {
		add("customer", "1", v.T("orders.one_customer"))
	}
	add("external_id", q.ExternalID, q.ExternalID)
	add("sort", q.Sort, v.T("orders.sort_due"))
	return out
}

// noon is the middle of a day, to be written as a date.
func noon(v *shell.Visit, day int64) int64 {
	if day == 0 {
		return 0
	}
	return time.Date(int(day/10000), time.Month(day/100%100), int(day%100), 12, 0, 0, 0, v.Zone()).UnixMicro()
}

// choices of a filter are the words that it knows, after none.
func choices(v *shell.Visit, name string) []ui.Option {
	out := []ui.Option{{Value: "", Label: v.T("orders.any")}}
	for _, w := range listing.Words(name) {
		label := words.Say(v.Context(), w)
		if name == "due" {
			label = v.T("orders.due_" + w)
		}
		out = append(out, ui.Option{Value: w, Label: label})
	}
	return out
}

func channelChoices(v *shell.Visit, all []string) []ui.Option {
	out := []ui.Option{{Value: "", Label: v.T("orders.any")}}
	for _, c := range all {
		out = append(out, ui.Option{Value: c, Label: v.Channel(c)})
	}
	return out
}

func placeChoices(v *shell.Visit, all []*stock.Location) []ui.Option {
	out := []ui.Option{{Value: "", Label: v.T("orders.any")}}
	for _, p := range all {
		out = append(out, ui.Option{Value: p.Code, Label: p.Name})
	}
	return out
}

// late reports whether open work of an order is past its promise.
func late(v *shell.Visit, o *order.Order) bool {
	return o.DueAt != 0 && o.Sums.Open() > 0 && o.DueAt < v.Now().UnixMicro()
}

func firstStage(q listing.Question) string {
	if len(q.Stages) == 1 {
		return q.Stages[0]
	}
	return ""
}
