package order

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/preorder"
)

// Severity of a warning: what is good to know, what wants a look, and what
// will be refused.
const (
	Note = "note"
	Look = "look"
	Stop = "stop"
)

// When a warning is due.
const (
	sameWithin     = 3600 * 1_000_000 // µs: the same order again within an hour
	unusualOwn     = 3                // times the most that this customer ever took
	unusualAnybody = 10               // times what is usual of the item
	leastUsual     = 5                // lines that make something usual
)

// Warning is something about a request that somebody should see before it
// becomes an order. Line counts from 1; 0 is the order as a whole.
type Warning struct {
	Code     string
	Severity string
	Line     int
	Field    string // of the address, for those about one
	Order    ID     // that it is about; 0 for none
	Message  string
}

// Past is what the books know about what a request asks: facts that were read,
// all bounded.
type Past struct {
	Bought    []Bought          // the customer's newest orders, newest first
	Usual     map[int64][]int64 // by item: quantities of newest lines, anybody's
	Available map[int64]int64   // by item: units that can be had now
	Offers    map[int64]Offered // by item: those that are sold before they are there
	Currency  string            // of items' prices and costs
}

// Offered is how much of an item may be pre-ordered, and for which day.
type Offered struct {
	Left int64
	Day  string
}

// OnOffer are offers as a request is held against them.
func OnOffer(offers map[int64]*preorder.Offer, zone *time.Location) map[int64]Offered {
	out := map[int64]Offered{}
	for id, o := range offers {
		out[id] = Offered{o.Left(), time.UnixMicro(o.AvailableAt).In(zone).Format(time.DateOnly)}
	}
	return out
}

// Bought is an order of the customer.
type Bought struct {
	ID       ID
	Number   int64
	At       int64
	Stage    string
	Joinable bool // open, and nothing of it was picked
	Canceled bool
	Lines    []BoughtLine // without components
}

// BoughtLine is a line of it.
type BoughtLine struct{ Item, Quantity int64 }

// Warnings tells what is odd about a request. It changes nothing and refuses
// nothing: whoever places the order may know better.
func Warnings(r *Request, items Find, p Past, now int64) []Warning {
	var out []Warning
	asked := map[int64]int64{}
	for i := range r.Lines {
		l := &r.Lines[i]
		if item := items.BySKU(l.SKU); item != nil {
			asked[int64(item.ID)] += l.Quantity
			out = append(out, lineWarnings(i+1, l, item, r.Currency, p)...)
		} else if l.SKU != "" {
			out = append(out, Warning{Code: "unknown_sku", Severity: Stop, Line: i + 1, Message: fmt.Sprintf("No item has the SKU %q.", l.SKU)})
		}
	}
	out = append(out, shortWarnings(r, items, p)...)
	out = append(out, orderWarnings(asked, p, now)...)
	return append(out, addressWarnings(r.Parties.ShipTo)...)
}

func lineWarnings(n int, l *RequestLine, item *catalog.Item, currency string, p Past) []Warning {
	var out []Warning
	add := func(code, severity, text string, args ...any) {
		out = append(out, Warning{Code: code, Severity: severity, Line: n, Message: fmt.Sprintf(text, args...)})
	}
	if item.Archived {
		add("archived_item", Stop, "%s is archived and cannot be ordered.", item.SKU)
	}
	if text := unusual(l.Quantity, item, p); text != "" {
		add("unusual_quantity", Look, "%s", text)
	}
	if currency != p.Currency {
		return out
	}
	switch {
	case item.Cost > 0 && belowCost(l, item, currency):
		add("below_cost", Look, "%s costs %s to buy; at this price the line loses money.", item.SKU, item.Cost)
	case item.Price > 0 && l.Price != item.Price:
		add("price_differs", Note, "%s usually costs %s.", item.SKU, item.Price)
	}
	return out
}

// belowCost compares what the line brings, after its discount, with what its
// units cost.
func belowCost(l *RequestLine, item *catalog.Item, currency string) bool {
	c, err := money.ParseCurrency(currency)
	if err != nil || l.Quantity < 1 {
		return false
	}
	brings, _, err1 := money.LineTotal(l.Quantity, item.Scale, l.Price, c, money.Rounding(0))
	costs, _, err2 := money.LineTotal(l.Quantity, item.Scale, item.Cost, c, money.Rounding(0))
	return err1 == nil && err2 == nil && brings-l.Discount < costs
}

// unusual says why a quantity is one, or "".
func unusual(q int64, item *catalog.Item, p Past) string {
	var own []int64
	for _, b := range p.Bought {
		for _, l := range b.Lines {
			if l.Item == int64(item.ID) && !b.Canceled {
				own = append(own, l.Quantity)
			}
		}
	}
	if len(own) > 0 {
		if most := slices.Max(own); q > unusualOwn*most {
			return fmt.Sprintf("%s of %s; this customer never took more than %s.", steps(q, item.Scale), item.SKU, steps(most, item.Scale))
		}
		return ""
	}
	all := slices.Clone(p.Usual[int64(item.ID)])
	if len(all) < leastUsual {
		return ""
	}
	slices.Sort(all)
	if middle := all[len(all)/2]; q > unusualAnybody*middle && q > all[len(all)-1] {
		return fmt.Sprintf("%s of %s; orders usually take %s.", steps(q, item.Scale), item.SKU, steps(middle, item.Scale))
	}
	return ""
}

// shortWarnings tell what cannot be had now, and what becomes of it. Lines of
// one item, and components of bundles, take from the same stock.
func shortWarnings(r *Request, items Find, p Past) []Warning {
	var out []Warning
	left := map[int64]int64{}
	for id, n := range p.Available {
		left[id] = n
	}
	offers := maps.Clone(p.Offers)
	for i := range r.Lines {
		item := items.BySKU(r.Lines[i].SKU)
		if item == nil || r.Lines[i].Quantity < 1 || r.Lines[i].Quantity > MaxQuantity {
			continue
		}
		for _, part := range leaves(item, items) {
			need := r.Lines[i].Quantity * part.per
			had := min(max(left[int64(part.item.ID)], 0), need)
			left[int64(part.item.ID)] -= need
			if !part.item.Stocked() || had == need {
				continue
			}
			w := Warning{Code: "backordered", Severity: Look, Line: i + 1,
				Message: fmt.Sprintf("%s of %s of %s can be had now; the rest is backordered.", steps(had, part.item.Scale), steps(need, part.item.Scale), part.item.SKU)}
			if x, ok := offers[int64(part.item.ID)]; ok && (item == part.item || item.WhenShort != catalog.Refuse) {
				out = append(out, x.warn(i+1, had, need, part.item))
				offers[int64(part.item.ID)] = Offered{x.Left - (need - had), x.Day}
				continue
			}
			if item.WhenShort == catalog.Refuse || part.item.WhenShort == catalog.Refuse {
				w.Code, w.Severity = "out_of_stock", Stop
				w.Message = fmt.Sprintf("%s of %s of %s can be had now, and it is not backordered: the order will be refused.", steps(had, part.item.Scale), steps(need, part.item.Scale), part.item.SKU)
			}
			out = append(out, w)
		}
	}
	return out
}

// warn tells that units of a line are pre-ordered, or that not enough is left.
func (x Offered) warn(line int, had, need int64, item *catalog.Item) Warning {
	if need-had > x.Left {
		return Warning{Code: "preorder_full", Severity: Stop, Line: line,
			Message: fmt.Sprintf("%s of %s of %s can be had now, and %s are left for pre-order: the order will be refused.", steps(had, item.Scale), steps(need, item.Scale), item.SKU, steps(max(0, x.Left), item.Scale))}
	}
	return Warning{Code: "preordered", Severity: Note, Line: line,
		Message: fmt.Sprintf("%s of %s of %s can be had now; the rest is pre-ordered for %s.", steps(had, item.Scale), steps(need, item.Scale), item.SKU, x.Day)}
}

type leaf struct {
	item *catalog.Item
	per  int64
}

func leaves(item *catalog.Item, items Find) []leaf {
	if item.Kind != catalog.Bundle {
		return []leaf{{item, 1}}
	}
	var out []leaf
	for _, c := range item.Components {
		if part := items.ByID(c.Item); part != nil {
			out = append(out, leaf{part, c.Quantity})
		}
	}
	return out
}

func orderWarnings(asked map[int64]int64, p Past, now int64) []Warning {
	var out []Warning
	same := ID(0)
	for _, b := range p.Bought {
		if !b.Canceled && len(asked) > 0 && now-b.At <= sameWithin && equalLines(asked, b.Lines) {
			same = b.ID
			out = append(out, Warning{Code: "same_order", Severity: Look, Order: b.ID,
				Message: fmt.Sprintf("The same customer ordered exactly this %d minutes ago: order %d.", max(0, now-b.At)/60_000_000, b.Number)})
			break
		}
	}
	for _, b := range p.Bought {
		if b.Joinable && b.ID != same {
			return append(out, Warning{Code: "open_order", Severity: Note, Order: b.ID,
				Message: fmt.Sprintf("Order %d of this customer is still open, and nothing of it was picked: they could go together.", b.Number)})
		}
	}
	return out
}

func equalLines(asked map[int64]int64, lines []BoughtLine) bool {
	had := map[int64]int64{}
	for _, l := range lines {
		had[l.Item] += l.Quantity
	}
	if len(had) != len(asked) {
		return false
	}
	for item, q := range asked {
		if had[item] != q {
			return false
		}
	}
	return true
}

var fieldWords = map[string]string{"line1": "street", "city": "city", "region": "region", "postal_code": "postal code", "country": "country"}

func addressWarnings(a party.Address) []Warning {
	var out []Warning
	for _, o := range a.Oddities() {
		w := Warning{Code: "incomplete_address", Severity: Look, Field: o.Field, Message: fmt.Sprintf("The address has no %s.", fieldWords[o.Field])}
		if !o.Missing {
			w.Code, w.Message = "odd_address", fmt.Sprintf("%q does not look like a postal code of %s; they look like %s.", clipped(a.PostalCode), a.Country, o.Example)
		}
		out = append(out, w)
	}
	return out
}

func clipped(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}

// steps writes a quantity with its decimals.
func steps(q int64, scale int) string {
	text := strconv.FormatInt(q, 10)
	if scale == 0 {
		return text
	}
	for len(text) <= scale {
		text = "0" + text
	}
	whole, part := text[:len(text)-scale], strings.TrimRight(text[len(text)-scale:], "0")
	if part == "" {
		return whole
	}
	return whole + "." + part
}
