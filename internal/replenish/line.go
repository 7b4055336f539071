package replenish

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
)

// LineID names a line that was proposed for ever.
type LineID int64

func (id LineID) String() string { return ident.Text("rpl", int64(id)) }

// ParseLineID reads the text form, "rpl_…".
func ParseLineID(s string) (LineID, error) {
	id, err := ident.Parse("rpl", s)
	return LineID(id), err
}

// States of a line.
const (
	Open      = "open"
	Accepted  = "accepted"
	Dismissed = "dismissed"
	Replaced  = "replaced" // a later run proposes another quantity, or nothing
)

// States lists them.
var States = []string{Open, Accepted, Dismissed, Replaced}

// MaxDecided bounds how many lines are decided on at once.
const MaxDecided = 200

// Line is what is proposed for an item at a place, and what became of it.
type Line struct {
	ID       LineID
	Policy   ID
	Item     int64
	Location int64
	Source   string
	Supplier int64 // 0 where a place gives
	From     int64 // 0 where a supplier sells
	Quantity int64
	Cost     money.Price // of one unit
	Currency string
	Why      Proposal

	State     string
	Taken     int64 // units that were accepted
	Ref       int64 // the purchase order or the transfer
	MadeAt    int64
	DecidedAt int64
	Version   int64
}

// CheckDecided lists what is wrong with lines that are decided on together.
func CheckDecided(ids []LineID) error {
	var l fault.List
	seen := map[LineID]bool{}
	for i, id := range ids {
		if seen[id] {
			l.Add(fmt.Sprintf("/lines/%d", i), "repeated", "line %s is named twice", id)
		}
		seen[id] = true
	}
	if len(ids) == 0 || len(ids) > MaxDecided {
		l.Add("/lines", "out_of_range", "between 1 and %d lines are decided on at once", MaxDecided)
	}
	return l.Err()
}

// Same reports whether another run proposes the same.
func (l *Line) Same(x *Line) bool {
	return l.Item == x.Item && l.Location == x.Location && l.Source == x.Source && l.Supplier == x.Supplier && l.From == x.From && l.Quantity == x.Quantity
}

// Cell is an item at a place.
type Cell struct{ Item, Location int64 }

// Choose finds the policy of an item at a place: its own before that of the item
// at every place, before that of every item there, before that of all; nil when
// there is none, or it is off.
func Choose(of map[Cell]*Policy, at Cell) *Policy {
	for _, c := range []Cell{at, {at.Item, 0}, {0, at.Location}, {}} {
		if p := of[c]; p != nil {
			if !p.Active {
				return nil
			}
			return p
		}
	}
	return nil
}

// GroupKey is what goes together: one purchase order, or one transfer.
type GroupKey struct{ Supplier, From, Location int64 }

// Group is what is proposed from one source for one place.
type Group struct {
	GroupKey
	Lines   []*Line
	Value   int64 // minor units
	Minimum int64 // of an order, minor units; 0: none
}

// Below reports whether the supplier would not take it for so little.
func (g *Group) Below() bool { return g.Value < g.Minimum }

// Groups puts lines together, by their sources and places. value gives what a
// line comes to, minimum the least order of a supplier.
func Groups(lines []*Line, value func(*Line) int64, minimum func(supplier int64) int64) []*Group {
	by := map[GroupKey]*Group{}
	var out []*Group
	for _, l := range lines {
		k := GroupKey{l.Supplier, l.From, l.Location}
		g := by[k]
		if g == nil {
			g = &Group{GroupKey: k}
			if k.Supplier != 0 {
				g.Minimum = minimum(k.Supplier)
			}
			by[k] = g
			out = append(out, g)
		}
		g.Lines = append(g.Lines, l)
		g.Value += value(l)
	}
	slices.SortFunc(out, func(a, b *Group) int {
		return cmp.Or(cmp.Compare(a.Supplier, b.Supplier), cmp.Compare(a.From, b.From), cmp.Compare(a.Location, b.Location))
	})
	return out
}

// Limit takes away what a place cannot give: whole packs of what is free there.
func (p *Proposal) Limit(free int64) {
	if p.Quantity <= max(free, 0) {
		return
	}
	pack := max(p.Terms.Pack, 1)
	p.Quantity = max(free, 0) / pack * pack
	if p.Quantity < p.Terms.Minimum {
		p.Quantity = 0
	}
	p.After = p.Position.Units() + p.Quantity
}

// weekMicros is a week; it begins on Monday, UTC.
const (
	dayMicros  = int64(24 * 60 * 60 * 1_000_000)
	weekMicros = 7 * dayMicros
)

// WeekOf numbers the week of an instant.
func WeekOf(at int64) int64 { return (at + 3*dayMicros) / weekMicros }

// Demanded are the units wanted in a week.
type Demanded struct{ Week, Units int64 }

// Past is the demand of whole weeks up to one that has not ended, from the first
// with any, or from when the item is known if that is earlier.
func Past(told []Demanded, known, now int64) []int64 {
	first := WeekOf(known)
	for _, d := range told {
		first = min(first, d.Week)
	}
	last := WeekOf(now)
	first = max(first, last-MaxWeeks)
	if first >= last {
		return nil
	}
	out := make([]int64, last-first)
	for _, d := range told {
		if d.Week >= first && d.Week < last {
			out[d.Week-first] += d.Units
		}
	}
	return out
}

// Deliveries that say how long a supplier takes: fewer say nothing, and of many
// the latest count.
const (
	enoughLeads = 5
	latestLeads = 30
)

// Lead is how many days deliveries took, oldest first, and their deviation; false
// when there were too few.
func Lead(days []int64) (mean, deviation int64, ok bool) {
	if len(days) < enoughLeads {
		return 0, 0, false
	}
	days = days[max(0, len(days)-latestLeads):]
	var sum, square float64
	for _, d := range days {
		sum += float64(d)
	}
	m := sum / float64(len(days))
	for _, d := range days {
		square += (float64(d) - m) * (float64(d) - m)
	}
	return int64(math.Round(m)), int64(math.Round(math.Sqrt(square / float64(len(days)-1)))), true
}
