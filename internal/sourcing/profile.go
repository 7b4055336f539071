package sourcing

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

// ProfileID names one version of a profile for ever.
type ProfileID int64

func (id ProfileID) String() string { return ident.Text("srp", int64(id)) }

// ParseProfileID reads the text form, "srp_…".
func ParseProfileID(s string) (ProfileID, error) {
	id, err := ident.Parse("srp", s)
	return ProfileID(id), err
}

// State is what a version of the profile is used for.
type State string

// The states. At most one version of a merchant is active and at most one
// shadows it; what it holds never changes once it is kept.
const (
	Draft   State = "draft"   // decides nothing
	Shadow  State = "shadow"  // decides beside what holds; nobody acts on it
	Active  State = "active"  // decides
	Retired State = "retired" // has decided, or was put away
)

// States are all of them, in the order of a version's life.
var States = []State{Draft, Shadow, Active, Retired}

// next are the states that a version may come to.
var next = map[State][]State{
	Draft:   {Shadow, Active, Retired},
	Shadow:  {Draft, Active, Retired},
	Active:  {Retired},
	Retired: {Shadow, Active},
}

// To refuses a step between states that no version takes.
func (s State) To(to State) error {
	if !slices.Contains(States, to) {
		return fault.New(fault.Invalid, "unknown_state", "a profile is draft, shadow, active or retired, not %q", string(to))
	}
	if s == to {
		return fault.New(fault.Conflict, "already", "the profile is %s already", string(s))
	}
	if !slices.Contains(next[s], to) {
		return fault.New(fault.Conflict, "not_from_here", "a profile that is %s does not become %s", string(s), string(to))
	}
	return nil
}

// Limits of a profile.
const (
	MaxStrategies = 20
	MaxListed     = 100       // codes in one condition
	MaxWeight     = 1_000_000 // points
	MaxSplits     = 20
	MaxName       = 80
)

// Profile says how orders find their places: the first strategy whose
// conditions an order meets is asked, and hands on what it was told to.
type Profile struct {
	Strategies []Strategy `json:"strategies"`
	Every      int        `json:"batch_minutes,omitempty"` // between batches; 0: only when somebody asks for one
}

// WeighsMargin reports whether it asks what units cost.
func (p *Profile) WeighsMargin() bool {
	return slices.ContainsFunc(p.Strategies, func(s Strategy) bool { return s.Weights.Margin != 0 })
}

// MaxEvery bounds the minutes between batches: a day.
const MaxEvery = 24 * 60

// Batches reports whether orders wait for batches.
func (p *Profile) Batches() bool {
	return slices.ContainsFunc(p.Strategies, func(s Strategy) bool { return s.Batch })
}

// Version is a profile as it is kept.
type Version struct {
	Profile
	ID        ProfileID
	N         int64 // of the merchant's versions, from 1
	Name      string
	State     State
	CreatedAt int64
	CreatedBy string
	ChangedAt int64 // when its state last changed
	Edits     int64 // how often it did; what If-Match compares
}

// Strategy is one way to find places.
type Strategy struct {
	Name       string  `json:"name"`
	When       When    `json:"when,omitzero"`
	From       From    `json:"from,omitzero"`
	Weights    Weights `json:"weights,omitzero"`
	MaxSplits  *int    `json:"max_splits,omitempty"` // places after the first; nil: as many as it takes
	WholeLines bool    `json:"whole_lines,omitempty"`
	WholeSets  bool    `json:"whole_sets,omitempty"` // a bundle comes from one place
	After      After   `json:"after"`

	// Batch has new orders wait, so that many are given places at once. When
	// they are, or when an order is sourced by itself, the strategy is asked as
	// any other.
	Batch bool `json:"batch,omitempty"`
}

// When are the conditions of a strategy; all that are set must be met.
type When struct {
	Channels  []string `json:"channels,omitempty"`
	Countries []string `json:"countries,omitempty"` // to which the order goes
	Methods   []string `json:"methods,omitempty"`   // of delivery
	Tags      []string `json:"tags,omitempty"`      // of which the order has one
	MinTotal  int64    `json:"min_total,omitempty"` // minor units of the order's currency
	MaxTotal  int64    `json:"max_total,omitempty"` // 0: no limit
	MinLines  int      `json:"min_lines,omitempty"`
	Priority  *int64   `json:"min_priority,omitempty"`
}

// From says which places a strategy asks; what is empty leaves none out.
type From struct {
	Kinds  []string `json:"kinds,omitempty"`
	Only   []string `json:"only,omitempty"`   // codes of locations
	Except []string `json:"except,omitempty"` // likewise
	MaxKM  int64    `json:"max_km,omitempty"` // from the place to the customer; 0: no limit

	WithinCapacity bool `json:"within_capacity,omitempty"` // none whose capacity of the day is used up by what it has to do
}

// Weights are the points that each criterion costs. The choice with the fewest
// points wins.
type Weights struct {
	Missing  int64 `json:"availability,omitempty"`  // for each unit that nobody sends; 0: more than all else together
	Cost     int64 `json:"shipping_cost,omitempty"` // for each 1.00 of shipping by the rates of the delivery method
	Distance int64 `json:"distance,omitempty"`      // for each kilometer from the place to the customer
	Days     int64 `json:"days,omitempty"`          // for each day until it is at the door
	Late     int64 `json:"late,omitempty"`          // for each day after what was promised
	Load     int64 `json:"load,omitempty"`          // at a place whose capacity of the day is used up; less in proportion
	Priority int64 `json:"priority,omitempty"`      // for each step of the location's priority after the first
	Margin   int64 `json:"margin,omitempty"`        // for each 1.00 of margin that is lost: what handling costs, and what units cost there beyond where they cost least
	Split    int64 `json:"split,omitempty"`         // for each place after the first
}

// After says what becomes of units that a strategy finds no place for.
type After string

// What can become of them.
const (
	Backordered After = "backorder" // they wait for stock
	Held        After = "hold"      // they wait for a person, the order with them
	Canceled    After = "cancel"    // they are canceled
	Split       After = "split"     // the next strategy finds places for the rest
	Next        After = "next"      // the next strategy begins anew with everything
)

// Gathered is what becomes of a new order that waits for the next batch. It is
// no choice of what is short.
const Gathered After = "batch"

// Afters are all of them.
var Afters = []After{Backordered, Held, Canceled, Split, Next}

// everything is Missing where a strategy names no points: no sum of other
// criteria that can come together is as much.
const everything = 1_000_000_000_000

// Check lists every fault of the profile.
func (p *Profile) Check(l *fault.List) {
	if n := len(p.Strategies); n < 1 || n > MaxStrategies {
		l.Add("/strategies", "number", "a profile has 1 to %d strategies, not %d", MaxStrategies, n)
		return
	}
	if p.Every < 0 || p.Every > MaxEvery {
		l.Add("/batch_minutes", "out_of_range", "batches are 0 (by hand) to %d minutes apart", MaxEvery)
	}
	names := map[string]bool{}
	for i := range p.Strategies {
		s := &p.Strategies[i]
		at := fmt.Sprintf("/strategies/%d", i)
		s.check(at, l)
		if names[s.Name] {
			l.Add(at+"/name", "repeated", "two strategies are called %q", s.Name)
		}
		names[s.Name] = true
		if last := i == len(p.Strategies)-1; last && (s.After == Split || s.After == Next) {
			l.Add(at+"/after", "no_next", "the last strategy has none after it: say backorder, hold or cancel")
		}
	}
}

func (s *Strategy) check(at string, l *fault.List) {
	if n := utf8.RuneCountInString(s.Name); n < 1 || n > MaxName {
		l.Add(at+"/name", "invalid_name", "a strategy's name has 1 to %d characters", MaxName)
	}
	if !slices.Contains(Afters, s.After) {
		l.Add(at+"/after", "unknown_after", "what is short is told to: backorder, hold, cancel, split or next")
	}
	if m := s.MaxSplits; m != nil && (*m < 0 || *m > MaxSplits) {
		l.Add(at+"/max_splits", "out_of_range", "between 0 (one place) and %d; leave it out for no limit", MaxSplits)
	}
	for _, w := range s.Weights.each() {
		if w.points < 0 || w.points > MaxWeight {
			l.Add(at+"/weights/"+w.name, "out_of_range", "a criterion costs 0 to %d points", MaxWeight)
		}
	}
	s.When.check(at+"/when", l)
	s.From.check(at+"/from", l)
}

type weight struct {
	name   string
	points int64
}

func (w *Weights) each() []weight {
	return []weight{
		{"availability", w.Missing}, {"shipping_cost", w.Cost}, {"distance", w.Distance}, {"days", w.Days}, {"late", w.Late},
		{"load", w.Load}, {"priority", w.Priority}, {"margin", w.Margin}, {"split", w.Split},
	}
}

func (w *When) check(at string, l *fault.List) {
	checkCodes(at+"/channels", w.Channels, l)
	checkCodes(at+"/methods", w.Methods, l)
	checkCodes(at+"/tags", w.Tags, l)
	checkCodes(at+"/countries", w.Countries, l)
	for i, c := range w.Countries {
		if len(c) != 2 || c[0] < 'A' || c[0] > 'Z' || c[1] < 'A' || c[1] > 'Z' {
			l.Add(fmt.Sprintf("%s/countries/%d", at, i), "invalid_country", "a country is two capital letters, such as DE")
		}
	}
	if w.MinTotal < 0 || w.MaxTotal < 0 || w.MaxTotal > 0 && w.MaxTotal < w.MinTotal {
		l.Add(at+"/max_total", "out_of_range", "totals are not negative, and the most is not less than the least")
	}
	if w.MinLines < 0 {
		l.Add(at+"/min_lines", "negative", "a number of lines is not negative")
	}
}

func (f *From) check(at string, l *fault.List) {
	checkCodes(at+"/kinds", f.Kinds, l)
	checkCodes(at+"/only", f.Only, l)
	checkCodes(at+"/except", f.Except, l)
	for i, c := range f.Only {
		if slices.Contains(f.Except, c) {
			l.Add(fmt.Sprintf("%s/only/%d", at, i), "contradiction", "%s is named among those that are asked and among those that are not", c)
		}
	}
	if f.MaxKM < 0 {
		l.Add(at+"/max_km", "negative", "a distance is not negative; leave it out for no limit")
	}
}

func checkCodes(at string, list []string, l *fault.List) {
	if len(list) > MaxListed {
		l.Add(at, "too_many", "at most %d are named", MaxListed)
	}
	for i, c := range list {
		if n := utf8.RuneCountInString(c); n < 1 || n > MaxName {
			l.Add(fmt.Sprintf("%s/%d", at, i), "invalid_code", "a name has 1 to %d characters", MaxName)
		}
	}
}

// Locations are the codes of locations that the profile names, each once.
func (p *Profile) Locations() []string {
	var out []string
	for i := range p.Strategies {
		out = append(out, p.Strategies[i].From.Only...)
		out = append(out, p.Strategies[i].From.Except...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
