// Package delivery is how goods get to customers: methods with what they cost
// and how long they take, the days on which locations work, and the dates that
// follow from both.
//
// What belongs here: which zone of a method an address is in, what a weight
// costs there, when what is released now leaves a place and arrives. What does
// not: which place sends (sourcing), parcels (fulfillment), and the clock:
// instants and zones are given.
package delivery

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/stock"
)

// Limits of methods.
const (
	MaxMethods   = 200
	MaxZones     = 100
	MaxBands     = 50
	MaxPostcodes = 500 // of one zone
	MaxDays      = 365
	MaxGrams     = 100_000_000
	MaxName      = 100
	MaxShelves   = 500
	MaxShelf     = 40
	maxCode      = 40
	maxPostcode  = 12
)

// ID names a method for ever.
type ID int64

func (id ID) String() string { return ident.Text("dme", int64(id)) }

// ParseID reads the text form, "dme_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("dme", s)
	return ID(id), err
}

// Usual is the code of the method of orders that name none. It needs no
// Method: without one nothing is known of its cost and days.
const Usual = "parcel"

// The kinds of methods.
const (
	Parcel  = "parcel"  // a carrier brings it
	Express = "express" // a carrier brings it sooner
	Collect = "collect" // the customer comes for it
	Van     = "van"     // our own people bring it
	Digital = "digital" // nothing moves: no stock, no date
)

// Kinds lists the kinds of methods.
var Kinds = []string{Parcel, Express, Collect, Van, Digital}

// Method is one way in which orders are delivered.
type Method struct {
	ID          ID
	Code        string // unique, never changed: what orders name
	Name        string
	Kind        string
	Active      bool               // of an inactive one no new order is taken
	From        []stock.LocationID // which places send by it; none: every one
	Zones       []Zone             // where to; a method of kind collect or digital has none
	Days        int64              // days of the week on which it delivers, a bit each; Monday is 1
	ShelfDays   int                // how long what is ready to be collected waits; kind collect alone
	Shelves     []string           // where it lies at the place; none: on any shelf that somebody names
	UpdatedAt   int64
	EditVersion int64
}

// Zone is where a method goes to, and what that takes.
type Zone struct {
	Countries []string           // none: all
	Postcodes []string           // how they begin; none: all
	From      []stock.LocationID // which places reach it; none: all of the method
	Bands     []Band             // ascending; none: it costs nothing, whatever it weighs
	MinDays   int                // days of delivery from dispatch to door
	MaxDays   int
}

// Band is what is charged up to a weight; what is heavier than the last is not
// sent.
type Band struct {
	UpTo int64 // grams
	Cost int64 // minor units of the merchant's currency
}

// Quote is what a method offers for one way.
type Quote struct {
	Cost             int64
	MinDays, MaxDays int
	Bands            []Band // of the zone, for who asks what more weight would cost
}

// Moves reports whether goods go from somewhere to somewhere by it.
func (m *Method) Moves() bool { return m.Kind != Digital }

// SentFrom reports whether a place sends by the method.
func (m *Method) SentFrom(at stock.LocationID) bool {
	return len(m.From) == 0 || slices.Contains(m.From, at)
}

// Quote is what sending a weight from a place to an address costs and takes;
// ok is false when the method does not do that. The most precise zone counts:
// the longest beginning of the postal code, then one that names the country,
// then the earliest.
func (m *Method) Quote(from stock.LocationID, to party.Address, grams int64) (q Quote, ok bool) {
	switch {
	case m.Kind == Digital:
		return Quote{}, true
	case !m.SentFrom(from):
		return Quote{}, false
	case m.Kind == Collect:
		return Quote{}, true
	}
	z := m.zone(from, to)
	if z == nil {
		return Quote{}, false
	}
	q = Quote{MinDays: z.MinDays, MaxDays: z.MaxDays, Bands: z.Bands}
	if len(z.Bands) == 0 {
		return q, true
	}
	i, _ := slices.BinarySearchFunc(z.Bands, grams, func(b Band, g int64) int { return int(min(1, max(-1, b.UpTo-g))) })
	if i == len(z.Bands) {
		return Quote{}, false
	}
	q.Cost = z.Bands[i].Cost
	return q, true
}

func (m *Method) zone(from stock.LocationID, to party.Address) *Zone {
	var best *Zone
	rank := -1
	for i := range m.Zones {
		z := &m.Zones[i]
		if len(z.From) > 0 && !slices.Contains(z.From, from) {
			continue
		}
		if n, in := z.fits(to); in && n > rank {
			best, rank = z, n
		}
	}
	return best
}

// fits tells how precisely the zone names an address.
func (z *Zone) fits(to party.Address) (rank int, in bool) {
	if len(z.Countries) > 0 {
		if !slices.Contains(z.Countries, to.Country) {
			return 0, false
		}
		rank = 1
	}
	if len(z.Postcodes) == 0 {
		return rank, true
	}
	code := Postcode(to.PostalCode)
	for _, p := range z.Postcodes {
		if strings.HasPrefix(code, p) {
			rank, in = max(rank, 1+len(p)), true
		}
	}
	return rank, in
}

// Postcode is a postal code as zones compare it: capitals and digits alone.
func Postcode(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, s)
}

// Tidy brings what was written of a method into the form that is kept.
func (m *Method) Tidy() {
	if m.Days == 0 {
		m.Days = WorkWeek
	}
	for i := range m.Zones {
		z := &m.Zones[i]
		for j := range z.Countries {
			z.Countries[j] = strings.ToUpper(strings.TrimSpace(z.Countries[j]))
		}
		for j := range z.Postcodes {
			z.Postcodes[j] = Postcode(z.Postcodes[j])
		}
	}
}

// Check lists every fault of the method.
func (m *Method) Check(at string, l *fault.List) {
	if !goodText(m.Code, maxCode) || strings.ContainsAny(m.Code, " /,") {
		l.Add(at+"/code", "invalid_code", "a code has 1 to %d characters, no space, comma or slash", maxCode)
	}
	if !goodText(m.Name, MaxName) {
		l.Add(at+"/name", "invalid_name", "a name has 1 to %d characters, none of them control characters", MaxName)
	}
	if !slices.Contains(Kinds, m.Kind) {
		l.Add(at+"/kind", "unknown_kind", "kind is parcel, express, collect, van or digital")
	}
	if m.Days < 1 || m.Days > stock.EveryDay {
		l.Add(at+"/days", "no_day", "choose at least one day of the week")
	}
	m.checkKind(at, l)
	if len(m.From) > stock.MaxLocations || twice(m.From) {
		l.Add(at+"/from", "invalid_from", "name each location once, at most %d", stock.MaxLocations)
	}
	if len(m.Zones) > MaxZones {
		l.Add(at+"/zones", "too_many", "at most %d zones a method", MaxZones)
		return
	}
	for i := range m.Zones {
		m.Zones[i].check(fmt.Sprintf("%s/zones/%d", at, i), l)
	}
}

func (m *Method) checkKind(at string, l *fault.List) {
	zoneless := m.Kind == Collect || m.Kind == Digital
	switch {
	case zoneless && len(m.Zones) > 0:
		l.Add(at+"/zones", "no_zones", "nothing is sent by a method of kind %s, so it has no zones", m.Kind)
	case !zoneless && len(m.Zones) == 0:
		l.Add(at+"/zones", "missing", "say at least one zone: where it goes to, what it costs and how long it takes")
	}
	if m.Kind == Collect && len(m.From) != 1 {
		l.Add(at+"/from", "one_place", "customers collect at one place: name it, and make a method for each place")
	}
	if m.Kind == Collect && (m.ShelfDays < 1 || m.ShelfDays > MaxDays) {
		l.Add(at+"/shelf_days", "out_of_range", "say for how many days, 1 to %d, it waits to be collected", MaxDays)
	}
	m.checkShelves(at, l)
	if m.Kind != Collect && m.ShelfDays != 0 {
		l.Add(at+"/shelf_days", "not_collected", "only what customers collect waits on a shelf")
	}
}

func (m *Method) checkShelves(at string, l *fault.List) {
	switch {
	case len(m.Shelves) > 0 && m.Kind != Collect:
		l.Add(at+"/shelves", "not_collected", "only what customers collect waits on a shelf")
	case len(m.Shelves) > MaxShelves:
		l.Add(at+"/shelves", "too_many", "at most %d shelves", MaxShelves)
	}
	for i, s := range m.Shelves {
		if !goodText(s, MaxShelf) || slices.Contains(m.Shelves[:i], s) {
			l.Add(fmt.Sprintf("%s/shelves/%d", at, i), "invalid_shelf", "name each shelf once, in 1 to %d characters", MaxShelf)
		}
	}
}

func (z *Zone) check(at string, l *fault.List) {
	for i, c := range z.Countries {
		if !party.KnownCountry(c) {
			l.Add(fmt.Sprintf("%s/countries/%d", at, i), "unknown_country", "use the two-letter ISO 3166 code, for example GB")
		}
	}
	if len(z.Postcodes) > 0 && len(z.Countries) != 1 {
		l.Add(at+"/countries", "one_country", "postal codes are those of one country: name it")
	}
	if len(z.Postcodes) > MaxPostcodes {
		l.Add(at+"/postcodes", "too_many", "at most %d beginnings of postal codes a zone", MaxPostcodes)
	}
	for i, p := range z.Postcodes {
		if p == "" || len(p) > maxPostcode {
			l.Add(fmt.Sprintf("%s/postcodes/%d", at, i), "invalid_postcode", "how postal codes begin: 1 to %d letters and digits", maxPostcode)
		}
	}
	if z.MinDays < 0 || z.MinDays > MaxDays {
		l.Add(at+"/min_days", "out_of_range", "between 0 and %d days", MaxDays)
	}
	if z.MaxDays < z.MinDays || z.MaxDays > MaxDays {
		l.Add(at+"/max_days", "out_of_range", "at least the shortest time, and at most %d days", MaxDays)
	}
	if len(z.Bands) > MaxBands {
		l.Add(at+"/bands", "too_many", "at most %d weights a zone", MaxBands)
	}
	last := int64(0)
	for i, b := range z.Bands {
		here := fmt.Sprintf("%s/bands/%d", at, i)
		if b.UpTo <= last || b.UpTo > MaxGrams {
			l.Add(here+"/up_to_grams", "not_ascending", "weights ascend, and are at most %d grams", MaxGrams)
		}
		if b.Cost < 0 || b.Cost > money.MaxTotal {
			l.Add(here+"/cost", "out_of_range", "a cost is not negative")
		}
		last = b.UpTo
	}
}

func twice(list []stock.LocationID) bool {
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) != len(list)
}

func goodText(s string, most int) bool {
	return s != "" && utf8.RuneCountInString(s) <= most && strings.TrimSpace(s) == s && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
