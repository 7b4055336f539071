// Package selling is how much of what lies on shelves each channel may sell:
// from which places, and what it leaves there for the others.
//
// What belongs here: a channel's terms and what is sellable under them. What
// does not: levels themselves (stock), which place sends what (sourcing), and
// what an item is sold for.
package selling

import (
	"fmt"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/stock"
)

// Limits of what is said of channels.
const (
	MaxBuffers = 20_000 // of a merchant: every process remembers them all
	MaxPlaces  = 500    // of a channel
	MaxLines   = 1000   // of one act
	MaxChannel = 60
)

// Buffer is how many units of an item a channel leaves at a location. Item 0
// means every item, location 0 every location; the most precise one counts, one
// of an item before one of a location.
type Buffer struct {
	Channel string
	stock.Cell
	Units int64
}

// Line is one line of an act: a buffer to be set, or taken away.
type Line struct {
	SKU      string // "" for every item
	Location stock.LocationID
	Units    *int64 // nil takes it away
}

// CheckLines lists what can be seen to be wrong without looking anything up.
func CheckLines(channel string, lines []Line, l *fault.List) {
	checkChannel(channel, l)
	if len(lines) == 0 || len(lines) > MaxLines {
		l.Add("/lines", "out_of_range", "1 to %d lines in one act", MaxLines)
		return
	}
	type key struct {
		sku string
		at  stock.LocationID
	}
	seen := map[key]bool{}
	for i, x := range lines {
		if x.Units != nil && (*x.Units < 0 || *x.Units > stock.MaxQuantity) {
			l.Add(fmt.Sprintf("/lines/%d/units", i), "out_of_range", "between 0 and %d units, or none to take the buffer away", stock.MaxQuantity)
		}
		if k := (key{x.SKU, x.Location}); seen[k] {
			l.Add(fmt.Sprintf("/lines/%d", i), "repeated", "this item and location are named twice")
		} else {
			seen[k] = true
		}
	}
}

// CheckPlaces lists what is wrong with the places that a channel shall sell from.
func CheckPlaces(channel string, at []stock.LocationID, l *fault.List) {
	checkChannel(channel, l)
	if len(at) > MaxPlaces {
		l.Add("/locations", "too_many", "at most %d locations a channel; name none for all", MaxPlaces)
	}
}

func checkChannel(code string, l *fault.List) {
	if n := utf8.RuneCountInString(code); n == 0 || n > MaxChannel || !utf8.ValidString(code) {
		l.Add("/channel", "invalid_text", "name the channel by its code: 1 to %d characters", MaxChannel)
	}
}

// Terms are what holds for one channel. A nil one leaves nothing to others and
// sells from everywhere.
type Terms struct {
	places  map[stock.LocationID]bool // none: everywhere
	buffers map[stock.Cell]int64
}

// Place is a location that a channel sells from.
type Place struct {
	Channel  string
	Location stock.LocationID
}

// ByChannel are the terms of each channel of which something was said; nil when
// nothing was said of any.
func ByChannel(buffers []Buffer, places []Place) map[string]*Terms {
	var out map[string]*Terms
	of := func(code string) *Terms {
		if out == nil {
			out = map[string]*Terms{}
		}
		if out[code] == nil {
			out[code] = &Terms{buffers: map[stock.Cell]int64{}}
		}
		return out[code]
	}
	for _, b := range buffers {
		of(b.Channel).buffers[b.Cell] = b.Units
	}
	for _, p := range places {
		t := of(p.Channel)
		if t.places == nil {
			t.places = map[stock.LocationID]bool{}
		}
		t.places[p.Location] = true
	}
	return out
}

// From reports whether the channel sells from a location.
func (t *Terms) From(at stock.LocationID) bool { return t == nil || t.places == nil || t.places[at] }

// Buffer is how many units of an item the channel leaves at a location.
func (t *Terms) Buffer(c stock.Cell) int64 {
	if t == nil {
		return 0
	}
	for _, k := range [...]stock.Cell{c, {Item: c.Item}, {Location: c.Location}, {}} {
		if n, said := t.buffers[k]; said {
			return n
		}
	}
	return 0
}

// Kept is how many units at a level the channel never sells: the safety stock,
// or the buffer where that is more.
func (t *Terms) Kept(l *stock.Level) int64 {
	if t == nil {
		return l.Safety
	}
	return max(l.Safety, t.Buffer(l.Cell))
}

// Sellable is what the channel may still claim of a level; never negative.
func (t *Terms) Sellable(l *stock.Level) int64 {
	if t == nil {
		return l.Sellable()
	}
	if !t.From(l.Location) {
		return 0
	}
	return max(0, l.OnHand-l.Reserved-t.Kept(l))
}
