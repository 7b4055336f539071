// Package worked counts what a house has done for a merchant in a month, as a 3PL
// bills it: from the same facts by which partners charge for their work (tariff).
//
// What belongs here: months, and counts of facts. What does not: what is taken
// for them, where facts come from, and the clock.
package worked

import (
	"strconv"
	"strings"
	"time"

	"orderly/internal/figures"
	"orderly/internal/tariff"
)

// Count is how much was done at a place in a month. Days are the merchant's.
type Count struct {
	Orders        int64 // of which a fulfillment left for the first time
	Fulfillments  int64 // of which the first parcel left
	Lines         int64 // of fulfillments of which the first unit left
	Units         int64 // that left in parcels
	Parcels       int64 // that left
	Receipts      int64 // by which goods were taken in that stayed
	UnitsReceived int64 // taken in, less what was taken back as a mistake
	Returns       int64 // that were received
	UnitsReturned int64 // that came in them
	UnitDays      int64 // units that lay there at the end of a day, day by day
}

// Measure is one column of a count.
type Measure struct {
	ID string
	Of func(*Count) int64
}

// Measures are all columns, in the order in which they are shown.
var Measures = []Measure{
	{"orders", func(c *Count) int64 { return c.Orders }},
	{"fulfillments", func(c *Count) int64 { return c.Fulfillments }},
	{"lines", func(c *Count) int64 { return c.Lines }},
	{"units", func(c *Count) int64 { return c.Units }},
	{"parcels", func(c *Count) int64 { return c.Parcels }},
	{"receipts", func(c *Count) int64 { return c.Receipts }},
	{"units_received", func(c *Count) int64 { return c.UnitsReceived }},
	{"returns", func(c *Count) int64 { return c.Returns }},
	{"units_returned", func(c *Count) int64 { return c.UnitsReturned }},
	{"unit_days", func(c *Count) int64 { return c.UnitDays }},
}

// Columns are the names of a table of counts; Row is one of its rows. A text that
// a spreadsheet could take for a formula begins with an apostrophe.
func Columns() []string {
	out := []string{"merchant", "merchant_name", "month", "location"}
	for _, m := range Measures {
		out = append(out, m.ID)
	}
	return out
}

// Row is a place's counts, or with no location those of a merchant in all.
func Row(merchant int64, name string, m Month, location string, c *Count) []string {
	out := []string{strconv.FormatInt(merchant, 10), plain(name), m.String(), plain(location)}
	for _, x := range Measures {
		out = append(out, strconv.FormatInt(x.Of(c), 10))
	}
	return out
}

func plain(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// Tally adds facts up as they come: days of a place one after the other, or the
// places of a merchant.
type Tally struct {
	Count
	orders map[int64]bool
	came   map[came]int64 // units of each
}

// came names a receipt or return, whatever days it takes.
type came struct {
	kind, subject string
	id            int64
}

// Add counts facts. An order counts once, wherever it was sent from, and so does
// a receipt that went on over midnight; one that was taken back
// in the same month does not count.
func (t *Tally) Add(facts []tariff.Fact) {
	if t.orders == nil {
		t.orders, t.came = map[int64]bool{}, map[came]int64{}
	}
	for _, f := range facts {
		switch f.Kind {
		case tariff.PerOrder:
			t.Fulfillments += f.Quantity
			if !t.orders[f.Order] {
				t.orders[f.Order] = true
				t.Orders++
			}
		case tariff.PerLine:
			t.Lines += f.Quantity
		case tariff.PerUnit:
			t.Units += f.Quantity
		case tariff.PerParcel:
			t.Parcels += f.Quantity
		case tariff.PerStored:
			t.UnitDays += f.Quantity
		case tariff.PerReceived:
			t.UnitsReceived += f.Quantity
			t.take(f, &t.Receipts)
		case tariff.PerReturned:
			t.UnitsReturned += f.Quantity
			t.take(f, &t.Returns)
		}
	}
}

// take counts a receipt or return while anything of it has stayed.
func (t *Tally) take(f tariff.Fact, n *int64) {
	x := came{f.Kind, f.Subject, f.ID}
	before := t.came[x]
	t.came[x] += f.Quantity
	switch after := t.came[x]; {
	case before <= 0 && after > 0:
		*n++
	case before > 0 && after <= 0:
		*n--
	}
}

// Month is a month, by its first day as 20261101.
type Month int64

const layout = "2006-01"

// ParseMonth reads "2026-11".
func ParseMonth(text string) (m Month, ok bool) {
	at, err := time.Parse(layout, text)
	return Month(figures.DayOf(at)), err == nil && at.Year() >= 2000
}

// MonthOf is the month of a day.
func MonthOf(day int64) Month { return Month(day - day%100 + 1) }

func (m Month) String() string { return figures.Date(int64(m)).Format(layout) }

// Last is its last day.
func (m Month) Last() int64 { return figures.After(int64(m.Later(1)), -1) }

// Later is so many months on, or back.
func (m Month) Later(n int) Month {
	return Month(figures.DayOf(figures.Date(int64(m)).AddDate(0, n, 0)))
}

// Span is some of its days.
type Span struct{ From, To int64 }

// Days are its days up to one; it reports false when there are none.
func (m Month) Days(upTo int64) (Span, bool) {
	s := Span{int64(m), min(m.Last(), upTo)}
	return s, s.From <= s.To
}
