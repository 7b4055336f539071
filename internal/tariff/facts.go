package tariff

import (
	"cmp"
	"slices"

	"orderly/internal/figures"
)

// Fact is something that happened at a place and that a card may charge for. Kind,
// Subject, ID and Day together name it for ever.
type Fact struct {
	Kind        string // of the rate
	Day         int64
	Subject     string // ful, par, ret, pur or stk; day for what lay there, month for a month
	ID          int64
	Fulfillment int64
	Order       int64
	Number      int64 // of the order
	Carrier     string
	Tracking    string
	Grams       int64
	Quantity    int64
	Before      int64 // of the same fulfillment, that left earlier
}

// Sent is a fulfillment of which parcels left.
type Sent struct {
	Fulfillment int64
	Order       int64
	Number      int64
	Parcels     []Parcel
}

// Parcel is one of them.
type Parcel struct {
	ID       int64
	At       int64 // when it left
	Carrier  string
	Tracking string
	Grams    int64 // that were weighed; 0 when nobody did
	Lines    []ParcelLine
}

// ParcelLine is units of an order's line in a parcel.
type ParcelLine struct {
	Line     int
	Quantity int64 // steps of the item
	Scale    int
	Grams    int64 // of a unit
}

// Units are whole units of a quantity in steps; of what is begun a whole one, as
// it is handled.
func Units(steps int64, scale int) int64 {
	one := int64(1)
	for range scale {
		one *= 10
	}
	n := steps / one
	if steps%one > 0 {
		n++
	}
	return n
}

// weight is what a parcel weighs: as weighed, else as its items do.
func (p *Parcel) weight() int64 {
	if p.Grams > 0 {
		return p.Grams
	}
	n := int64(0)
	for _, l := range p.Lines {
		n += Units(l.Quantity, l.Scale) * l.Grams
	}
	return n
}

// Facts are what the partner did for the fulfillment: the order on the day of its
// first parcel, the rest parcel by parcel in the order in which they left.
func (s *Sent) Facts(day func(int64) int64) []Fact {
	parcels := slices.Clone(s.Parcels)
	slices.SortFunc(parcels, func(a, b Parcel) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	var out []Fact
	lines, seen, units := int64(0), map[int]bool{}, int64(0)
	for i := range parcels {
		p := &parcels[i]
		f := Fact{Day: day(p.At), Subject: "par", ID: p.ID, Fulfillment: s.Fulfillment, Order: s.Order, Number: s.Number, Carrier: p.Carrier, Tracking: p.Tracking, Grams: p.weight(), Quantity: 1}
		if i == 0 {
			o := f
			o.Kind, o.Subject, o.ID, o.Carrier, o.Tracking, o.Grams = PerOrder, "ful", s.Fulfillment, "", "", 0
			out = append(out, o)
		}
		for _, kind := range weighed {
			f.Kind = kind
			out = append(out, f)
		}
		fresh, n := int64(0), int64(0)
		for _, l := range p.Lines {
			if !seen[l.Line] {
				seen[l.Line] = true
				fresh++
			}
			n += Units(l.Quantity, l.Scale)
		}
		f.Kind, f.Quantity, f.Before = PerUnit, n, units
		out = append(out, f)
		if fresh > 0 {
			f.Kind, f.Quantity, f.Before = PerLine, fresh, lines
			out = append(out, f)
		}
		lines, units = lines+fresh, units+n
	}
	return out
}

// Came is units that were taken in, or came back; below zero where that was taken
// back as a mistake.
type Came struct {
	Subject string // ret, pur or stk
	ID      int64
	Order   int64
	Number  int64 // of the order
	At      int64
	Steps   int64
	Scale   int
}

// FactsOfCame are facts of a kind, one for each subject and day.
func FactsOfCame(kind string, list []Came, day func(int64) int64) []Fact {
	type key struct {
		subject string
		id, day int64
	}
	at := map[key]int{}
	var out []Fact
	for _, c := range list {
		k, n := key{c.Subject, c.ID, day(c.At)}, Units(c.Steps, c.Scale)
		if c.Steps < 0 {
			n = -Units(-c.Steps, c.Scale)
		}
		if i, known := at[k]; known {
			out[i].Quantity += n
			continue
		}
		at[k] = len(out)
		out = append(out, Fact{Kind: kind, Day: k.day, Subject: c.Subject, ID: c.ID, Order: c.Order, Number: c.Number, Quantity: n})
	}
	return slices.DeleteFunc(out, func(f Fact) bool { return f.Quantity == 0 })
}

// Held is how much of an item lies at a place now, whatever its state.
type Held struct {
	Item  int64
	Steps int64
	Scale int
}

// Moved is how much of an item more, or less, there was after an instant.
type Moved struct {
	Item  int64
	At    int64
	Steps int64
}

// FactsOfStored counts the units that lay there at the end of each day, back from
// what lies there now: every movement since the first day must be among moves.
func FactsOfStored(held []Held, moves []Moved, from, to int64, day func(int64) int64) []Fact {
	since := map[int64]map[int64]int64{} // item, day
	for _, m := range moves {
		if since[m.Item] == nil {
			since[m.Item] = map[int64]int64{}
		}
		since[m.Item][day(m.At)] += m.Steps
	}
	units := map[int64]int64{}
	for _, h := range held {
		q := h.Steps
		for d, n := range since[h.Item] {
			if d > to {
				q -= n
			}
		}
		for d := to; d >= from; d = figures.After(d, -1) {
			units[d] += Units(max(0, q), h.Scale)
			q -= since[h.Item][d]
		}
	}
	var out []Fact
	for d := from; d <= to; d = figures.After(d, 1) {
		if units[d] > 0 {
			out = append(out, Fact{Kind: PerStored, Day: d, Subject: "day", ID: d, Quantity: units[d]})
		}
	}
	return out
}
