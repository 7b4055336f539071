// Package tariff is what a partner, a 3PL or a supplier that drop-ships, takes for
// its work: rate cards in dated versions, what happened at its place that they
// charge for, and what that comes to, each charge with its reason.
//
// What belongs here: cards and their rates, facts that are charged for, charges.
// What does not: what a partner is asked and answers (partner), what goods cost
// (purchase, supplier), where rows come from, and the clock.
package tariff

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/ident"
	"orderly/internal/money"
)

// Limits of one card.
const (
	MaxRates    = 60
	MaxVersions = 500 // of a place
	MaxText     = 80
	MaxNote     = 2000
	MaxIncluded = 1000
	MaxGrams    = 100_000_000
)

// CardID names a version of a rate card for ever.
type CardID int64

func (id CardID) String() string { return ident.Text("rtc", int64(id)) }

// ParseCardID reads the text form, "rtc_…".
func ParseCardID(s string) (CardID, error) {
	id, err := ident.Parse("rtc", s)
	return CardID(id), err
}

// What is charged for.
const (
	PerOrder    = "order"     // each fulfillment of which something left
	PerLine     = "line"      // each line of it that was picked
	PerUnit     = "unit"      // each unit that left
	PerParcel   = "parcel"    // each parcel that left
	PerMaterial = "material"  // the carton of a parcel, by its weight
	PerFreight  = "freight"   // the carriage of a parcel, by carrier and weight
	PerStored   = "storage"   // each unit at the end of each day
	PerReceived = "receiving" // each unit that was taken in
	PerReturned = "return"    // each unit that came back
	PerMonth    = "month"     // a month, whatever happened
	Minimum     = "minimum"   // what a month comes to at least
)

// Kinds lists every kind of rate, in the order in which cards show them.
var Kinds = []string{PerOrder, PerLine, PerUnit, PerParcel, PerMaterial, PerFreight, PerStored, PerReceived, PerReturned, PerMonth, Minimum}

// weighed are the kinds that may differ by a parcel's weight and carrier.
var weighed = []string{PerParcel, PerMaterial, PerFreight}

// ours are the kinds that only a place with goods of ours can charge.
var ours = []string{PerStored, PerReceived}

// Rate is one line of a card.
type Rate struct {
	N        int
	Kind     string
	Label    string // what the partner calls it
	Price    money.Price
	Included int64  // of each fulfillment, so many units or lines cost nothing
	UpTo     int64  // grams of a parcel; 0 for any weight
	Carrier  string // of a parcel; "" for any
}

// Card is one version of what a partner takes. What it says never changes; it
// holds from its day until the next version does.
type Card struct {
	ID          CardID
	Location    int64
	N           int64 // of its place, from 1
	From        int64 // its first day, as yyyymmdd in the shop's zone
	Currency    string
	Note        string
	Rates       []Rate
	CreatedAt   int64
	CreatedBy   string
	WithdrawnAt int64 // it never came into force
	Version     int64
}

// Check lists every fault of a card for a kind of location.
func (c *Card) Check(place string, l *fault.List) {
	if !realDay(c.From) {
		l.Add("/from", "invalid_date", "write the first day as 2027-01-15")
	}
	if _, err := money.ParseCurrency(c.Currency); err != nil {
		l.AddError("/currency", err)
	}
	checkText("/note", c.Note, MaxNote, l)
	if len(c.Rates) == 0 || len(c.Rates) > MaxRates {
		l.Add("/rates", "missing", "a rate card has between 1 and %d rates", MaxRates)
	}
	seen := map[Rate]bool{}
	for i := range c.Rates {
		r := &c.Rates[i]
		at := fmt.Sprintf("/rates/%d", i)
		r.check(at, place, l)
		if same := (Rate{Kind: r.Kind, UpTo: r.UpTo, Carrier: r.Carrier}); seen[same] {
			l.Add(at, "repeated", "there are two rates of %q for the same", r.Kind)
		} else {
			seen[same] = true
		}
	}
}

func (r *Rate) check(at, place string, l *fault.List) {
	byWeight := slices.Contains(weighed, r.Kind)
	switch {
	case !slices.Contains(Kinds, r.Kind):
		l.Add(at+"/kind", "unknown_kind", "a rate is for one of %s", strings.Join(Kinds, ", "))
	case place == "supplier" && slices.Contains(ours, r.Kind):
		l.Add(at+"/kind", "not_our_goods", "a supplier sends its own goods: nothing of ours is stored or received there")
	}
	if r.Price < 0 || r.Price > money.MaxPrice {
		l.Add(at+"/price", "out_of_range", "a rate is not negative and at most %s", money.MaxPrice)
	}
	checkText(at+"/label", r.Label, MaxText, l)
	checkText(at+"/carrier", r.Carrier, MaxText, l)
	if r.Included < 0 || r.Included > MaxIncluded || r.Included > 0 && r.Kind != PerUnit && r.Kind != PerLine {
		l.Add(at+"/included", "out_of_range", "units or lines of a fulfillment may be included, 0 to %d of them", MaxIncluded)
	}
	if r.UpTo < 0 || r.UpTo > MaxGrams || r.UpTo > 0 && !byWeight {
		l.Add(at+"/up_to_grams", "out_of_range", "parcels, their material and freight may go by weight, up to %d grams", MaxGrams)
	}
	if r.Carrier != "" && r.Kind != PerFreight {
		l.Add(at+"/carrier", "unexpected", "freight alone goes by carrier")
	}
}

func realDay(day int64) bool {
	return day >= 19700101 && day <= 99991231 && figures.DayOf(figures.Date(day)) == day
}

func checkText(at, s string, most int, l *fault.List) {
	if utf8.RuneCountInString(s) > most || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f }) {
		l.Add(at, "invalid_text", "at most %d characters, none of them control characters", most)
	}
}

// rate is the one that something is charged by; nil when the card has none. By
// weight it is the lightest that the parcel fits, of its carrier before any.
func (c *Card) rate(f *Fact) *Rate {
	var best *Rate
	for i := range c.Rates {
		r := &c.Rates[i]
		switch {
		case r.Kind != f.Kind, r.Carrier != "" && !strings.EqualFold(r.Carrier, f.Carrier), r.UpTo > 0 && f.Grams > r.UpTo:
		case best == nil, best.Carrier == "" && r.Carrier != "":
			best = r
		case best.Carrier != "" && r.Carrier == "":
		case r.UpTo > 0 && (best.UpTo == 0 || r.UpTo < best.UpTo):
			best = r
		}
	}
	return best
}

// has reports whether the card charges for a kind at all.
func (c *Card) has(kind string) bool {
	return slices.ContainsFunc(c.Rates, func(r Rate) bool { return r.Kind == kind })
}

// only is the rate of a kind of which a card has one.
func (c *Card) only(kind string) *Rate {
	return c.rate(&Fact{Kind: kind})
}
