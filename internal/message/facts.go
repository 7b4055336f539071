package message

import (
	"encoding/json"
	"strconv"
	"strings"

	"orderly/internal/fulfillment"
	"orderly/internal/order"
)

// About is everything from which facts are made.
type About struct {
	Shop   string
	Order  *order.Order
	Parcel *fulfillment.Parcel // which a message about a parcel tells of; nil when none
	Amount int64
	Link   string
	Choose string             // where the customer answers; "" for nowhere
	Other  string             // what stands in for something
	Waits  *Waits             // what waits for the customer; nil when nothing does
	Day    func(int64) string // how the shop writes a day
}

// Waits is what a message about a pickup tells.
type Waits struct {
	Code  string
	Place string
	Until int64
}

// FactsOf says what there is to say.
func FactsOf(a About) Facts {
	o := a.Order
	f := Facts{
		"shop": a.Shop, "order": "#" + strconv.FormatInt(o.Number, 10), "name": o.Party.Customer.Name, "link": a.Link, "choose": a.Choose, "instead": a.Other,
		"total": amount(o, o.Totals.Payable()),
	}
	if f["name"] == "" {
		f["name"] = o.Party.ShipTo.Name
	}
	if f["name"] == "" {
		f["name"] = a.Shop + "'s customer"
	}
	if o.DueAt != 0 {
		f["due"] = a.Day(o.DueAt)
	}
	if w := a.Waits; w != nil {
		f["code"], f["place"], f["until"] = w.Code, w.Place, a.Day(w.Until)
	}
	if a.Amount > 0 {
		f["amount"] = amount(o, a.Amount)
	}
	if p := a.Parcel; p != nil {
		f["carrier"], f["tracking"] = p.Carrier, p.Tracking
		f["items"] = inParcel(o, p)
	} else {
		f["items"] = remaining(o)
	}
	return f
}

func amount(o *order.Order, minor int64) string {
	return o.Currency.FormatAmount(minor) + " " + o.Currency.Code()
}

// remaining names what of the order is not canceled.
func remaining(o *order.Order) string {
	var out []string
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Parent != 0 {
			continue
		}
		q := o.Quantities(l)
		if n := q[order.Ordered] - q[order.Canceled]; n > 0 {
			out = append(out, units(l, n))
		}
	}
	return list(out)
}

func inParcel(o *order.Order, p *fulfillment.Parcel) string {
	var out []string
	for _, x := range p.Lines {
		if l := o.Line(x.Line); l != nil && x.Quantity > 0 {
			out = append(out, units(l, x.Quantity))
		}
	}
	return list(out)
}

func list(items []string) string {
	if more := len(items) - MaxItems; more > 0 {
		items = append(items[:MaxItems:MaxItems], "… + "+strconv.Itoa(more))
	}
	return strings.Join(items, "\n")
}

// units is "2 × Blue mug", or "1.250 kg × Flour" of what is not counted.
func units(l *order.Line, n int64) string {
	text := strconv.FormatInt(n, 10)
	if l.Scale > 0 {
		text = decimal(n, l.Scale) + " " + l.Unit
	}
	title := l.Title
	if title == "" {
		title = l.SKU
	}
	return text + " × " + title
}

func decimal(n int64, scale int) string {
	text := strconv.FormatInt(n, 10)
	if len(text) <= scale {
		text = strings.Repeat("0", scale-len(text)+1) + text
	}
	return text[:len(text)-scale] + "." + text[len(text)-scale:]
}

// LanguageOf is the language that a channel gave with an order, in the custom
// field "language" or "locale"; "" when it gave none.
func LanguageOf(custom json.RawMessage) string {
	var c struct{ Language, Locale any }
	if json.Unmarshal(custom, &c) != nil {
		return ""
	}
	for _, x := range []any{c.Language, c.Locale} {
		if s, ok := x.(string); ok && len(s) >= 2 && languageLike(strings.ToLower(s[:2])) && (len(s) == 2 || s[2] == '-' || s[2] == '_') {
			return strings.ToLower(s[:2])
		}
	}
	return ""
}
