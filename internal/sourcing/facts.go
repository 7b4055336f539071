package sourcing

import (
	"slices"

	"orderly/internal/stock"
)

// Ask is what a profile is asked about an order. Channel, Country and the rest
// are compared with the conditions of strategies.
type Ask struct {
	Demands  []Demand
	Places   []Facts // that may send; no place twice
	Channel  string
	Country  string
	Method   string
	Tags     []string
	Total    int64 // minor units
	Lines    int   // as ordered
	Priority int64
	Minor    int64 // minor units in 1.00 of the merchant's currency: 100, or 1 for yen
	New      bool  // it is being placed, and may wait for a batch
}

// Facts is what is known of a place for one order before anything is weighed.
type Facts struct {
	Place    stock.LocationID
	Code     string
	Kind     string
	Priority int64
	Meters   int64 // to the customer, as Distance gives it
	Located  bool  // Meters are meters: both ends have coordinates
	Barred   Bar   // why it is not asked at all; empty: it is
	Rates    []Band
	NoRate   bool   // the method of delivery has no rate from here to there
	Days     int64  // until it is at the door
	Late     int64  // days after what was promised
	Load     int64  // thousandths of the day's capacity that are used
	Room     int64  // fulfillments that it still takes today; negative: no limit
	Handling int64  // minor units that handling one unit costs
	Costs    []Cost // what a unit of each item costs to have from there, where that is known
}

// Bar is why a place is out of the question for a strategy.
type Bar string

// Why places are out of the question.
const (
	BarAsked    Bar = "not_again"     // it was asked before and could not, or the act left it out
	BarKind     Bar = "kind"          // the strategy asks other kinds of places
	BarNamed    Bar = "not_named"     // the strategy asks others, or excepts it
	BarFar      Bar = "too_far"       // farther than the strategy goes
	BarRate     Bar = "no_rate"       // the method of delivery does not go from here to there
	BarFull     Bar = "full"          // its capacity of the day is used up
	BarNothing  Bar = "nothing_there" // it has nothing of what is asked for
	BarInactive Bar = "inactive"
	BarClosed   Bar = "closed"  // its calendar knows no day on which it sends
	BarChannel  Bar = "channel" // the order's channel does not sell from it
)

// meets reports whether an order meets all conditions.
func (w *When) meets(a *Ask) bool {
	any := func(list []string, has func(string) bool) bool {
		return len(list) == 0 || slices.ContainsFunc(list, has)
	}
	return any(w.Channels, func(s string) bool { return s == a.Channel }) &&
		any(w.Countries, func(s string) bool { return s == a.Country }) &&
		any(w.Methods, func(s string) bool { return s == a.Method }) &&
		any(w.Tags, func(s string) bool { return slices.Contains(a.Tags, s) }) &&
		a.Total >= w.MinTotal && (w.MaxTotal == 0 || a.Total <= w.MaxTotal) &&
		a.Lines >= w.MinLines && (w.Priority == nil || a.Priority >= *w.Priority)
}

// bar tells why a strategy does not ask a place; empty when it does.
func (s *Strategy) bar(f *Facts) Bar {
	from := &s.From
	switch {
	case f.Barred != "":
		return f.Barred
	case len(from.Kinds) > 0 && !slices.Contains(from.Kinds, f.Kind):
		return BarKind
	case len(from.Only) > 0 && !slices.Contains(from.Only, f.Code), slices.Contains(from.Except, f.Code):
		return BarNamed
	case from.MaxKM > 0 && f.Located && f.Meters > from.MaxKM*1000:
		return BarFar
	case f.NoRate:
		return BarRate
	case from.WithinCapacity && f.Room == 0:
		return BarFull
	}
	return ""
}

// Part is the points that one criterion costs.
type Part struct {
	Name   string `json:"name"`
	Points int64  `json:"points"`
}

// fixed are the points for using a place at all, by criterion.
func (w *Weights) fixed(f *Facts) []Part {
	var out []Part
	add := func(name string, points int64) {
		if points != 0 {
			out = append(out, Part{name, points})
		}
	}
	if f.Located { // else Meters are a rank
		add("distance", w.Distance*(f.Meters/1000))
	}
	add("days", w.Days*f.Days)
	add("late", w.Late*f.Late)
	add("load", w.Load*f.Load/1000)
	add("priority", w.Priority*max(0, f.Priority-1))
	return out
}

// candidate is a place as the search sees it.
func (w *Weights) candidate(f *Facts, minor int64) Candidate {
	c := Candidate{Place: f.Place, Unit: w.Margin * f.Handling / minor, Room: -1}
	for _, p := range w.fixed(f) {
		c.Fixed += p.Points
	}
	for _, b := range f.Rates {
		c.Bands = append(c.Bands, Band{UpTo: b.UpTo, Points: w.Cost * b.Points / minor})
	}
	return c
}
