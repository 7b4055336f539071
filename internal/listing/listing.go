// Package listing is what somebody asks of the list of orders: the query string
// of a page, of a saved view and of an act on many, read once and checked once.
//
// What belongs here: the names and values of a question, and writing it in one
// form. What does not: which index answers it (store/orders), and how a page
// shows it.
package listing

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/search"
)

// MaxQuery bounds a question's query string.
const MaxQuery = 2000

// The values of Due and of Sort.
const (
	Late  = "late"  // promised for a moment that has passed
	Today = "today" // promised for the merchant's today, late ones included
	ByDue = "due"
)

// Question is what a list is asked for. Zero fields do not narrow it.
type Question struct {
	Q           string
	Words       []search.Word // of Q
	SKU         string
	Status      string
	Payment     string
	Fulfillment string
	Return      string
	Hold        string
	Stages      []string
	Channel     string
	ExternalID  string
	Number      int64
	Customer    int64
	Tag         string
	Location    string // id or code of a place with open work for the order
	Due         string
	Sort        string
	PlacedFrom  int64 // the merchant's local days, yyyymmdd, both included
	PlacedTo    int64
	CreatedFrom time.Time
	CreatedTo   time.Time
}

// names are the parameters in the order in which they are written.
var names = []string{"q", "sku", "status", "payment_status", "fulfillment_status", "return_status", "hold_status", "stage", "channel", "external_id", "number",
	"customer", "tag", "location", "due", "placed_from", "placed_to", "created_from", "created_to", "sort"}

// words are the values of parameters that have a closed list of them.
var words = map[string][]string{
	"status":             {"open", "completed", "canceled"},
	"payment_status":     {"none", "unpaid", "partially_paid", "paid", "overpaid", "partially_refunded", "refunded"},
	"fulfillment_status": {"none", "unfulfilled", "backordered", "partially_backordered", "in_progress", "partially_shipped", "shipped", "partially_delivered", "delivered", "lost"},
	"return_status":      {"none", "requested", "partially_returned", "returned"},
	"hold_status":        {"none", "held"},
	"stage":              order.Stages,
	"due":                {Late, Today},
	"sort":               {ByDue},
}

// Words are the values that a parameter may have; nil when it is free.
func Words(name string) []string { return words[name] }

// reading is a query string being read.
type reading struct {
	in     url.Values
	faults fault.List
}

// Parse reads a question and lists every fault of it, each under "?name".
// Empty parameters count as left out, unknown ones are faults.
func Parse(in url.Values) (Question, error) {
	r := reading{in: in}
	for name := range in {
		if !slices.Contains(names, name) {
			r.faults.Add("?"+name, "unknown_parameter", "%.40q is no filter of orders", name)
		}
	}
	q := Question{
		Q: r.text("q", search.MaxQuestion), SKU: r.text("sku", 80), Status: r.word("status"), Payment: r.word("payment_status"), Fulfillment: r.word("fulfillment_status"),
		Return: r.word("return_status"), Hold: r.word("hold_status"), Channel: r.text("channel", 60), ExternalID: r.text("external_id", 200), Number: r.number("number"),
		Tag: r.text("tag", order.MaxTagLength), Location: r.text("location", 60), Due: r.word("due"), Sort: r.word("sort"), PlacedFrom: r.day("placed_from"), PlacedTo: r.day("placed_to"),
		CreatedFrom: r.instant("created_from"), CreatedTo: r.instant("created_to"),
	}
	q.Stages = r.stages()
	if q.Q != "" {
		var err error
		q.Words, err = search.Parse(q.Q)
		r.faults.AddError("?q", err)
	}
	if text := r.text("customer", 60); text != "" {
		id, err := party.ParseID(text)
		r.faults.AddError("?customer", err)
		q.Customer = int64(id)
	}
	return q, r.faults.As(fault.Invalid, "invalid_parameter", "a parameter of the list has a fault")
}

// ParseText reads a question from a query string.
func ParseText(text string) (Question, error) {
	in, err := url.ParseQuery(text)
	if err != nil || len(text) > MaxQuery {
		return Question{}, fault.New(fault.Invalid, "invalid_filter", "a filter is the query string of a list of orders, of at most %d characters", MaxQuery)
	}
	return Parse(in)
}

func (r *reading) text(name string, most int) string {
	s := strings.TrimSpace(r.in.Get(name))
	if len([]rune(s)) > most || strings.ContainsRune(s, 0) {
		r.faults.Add("?"+name, "too_long", "at most %d characters", most)
	}
	return s
}

func (r *reading) word(name string) string {
	s := r.in.Get(name)
	if s != "" && !slices.Contains(words[name], s) {
		r.faults.Add("?"+name, "unknown_word", "%.40q is not one of %s", s, strings.Join(words[name], ", "))
	}
	return s
}

// stages are given with commas, or one by one.
func (r *reading) stages() []string {
	var out []string
	for _, text := range r.in["stage"] {
		for _, s := range strings.Split(text, ",") {
			switch {
			case s == "" || slices.Contains(out, s):
			case !slices.Contains(order.Stages, s):
				r.faults.Add("?stage", "unknown_word", "%.40q is not one of %s", s, strings.Join(order.Stages, ", "))
			default:
				out = append(out, s)
			}
		}
	}
	return out
}

func (r *reading) number(name string) int64 {
	s := r.in.Get(name)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 {
		r.faults.Add("?"+name, "invalid_number", "a whole number from 1 on")
	}
	return n
}

func (r *reading) day(name string) int64 {
	s := r.in.Get(name)
	if s == "" {
		return 0
	}
	n, ok := Day(s)
	if !ok {
		r.faults.Add("?"+name, "invalid_date", "a day such as 2026-01-31")
	}
	return n
}

func (r *reading) instant(name string) time.Time {
	s := r.in.Get(name)
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		r.faults.Add("?"+name, "invalid_time", "a moment such as 2026-01-31T12:00:00Z")
	}
	return t
}

// Day reads a day such as 2026-01-31 as yyyymmdd.
func Day(text string) (int64, bool) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, false
	}
	return int64(t.Year()*10000 + int(t.Month())*100 + t.Day()), true
}

// DayText writes yyyymmdd as a date, "" for none.
func DayText(day int64) string {
	if day == 0 {
		return ""
	}
	return time.Date(int(day/10000), time.Month(day/100%100), int(day%100), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// Values is the question as parameters, only those that narrow it.
func (q Question) Values() url.Values {
	out := url.Values{}
	set := func(name, value string) {
		if value != "" {
			out.Set(name, value)
		}
	}
	set("q", q.Q)
	set("sku", q.SKU)
	set("status", q.Status)
	set("payment_status", q.Payment)
	set("fulfillment_status", q.Fulfillment)
	set("return_status", q.Return)
	set("hold_status", q.Hold)
	set("stage", strings.Join(q.Stages, ","))
	set("channel", q.Channel)
	set("external_id", q.ExternalID)
	set("tag", q.Tag)
	set("location", q.Location)
	set("due", q.Due)
	set("sort", q.Sort)
	set("placed_from", DayText(q.PlacedFrom))
	set("placed_to", DayText(q.PlacedTo))
	if q.Number != 0 {
		set("number", strconv.FormatInt(q.Number, 10))
	}
	if q.Customer != 0 {
		set("customer", ident.Text("cus", q.Customer))
	}
	for name, t := range map[string]time.Time{"created_from": q.CreatedFrom, "created_to": q.CreatedTo} {
		if !t.IsZero() {
			set(name, t.UTC().Format(time.RFC3339Nano))
		}
	}
	return out
}

// Text is the question as a query string, the same for equal questions.
func (q Question) Text() string { return q.Values().Encode() }

// Only gives the parameters of a page's address that belong to a question.
func Only(in url.Values) url.Values {
	out := url.Values{}
	for _, name := range names {
		if values, ok := in[name]; ok {
			out[name] = values
		}
	}
	return out
}
