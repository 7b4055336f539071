package sourcing

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"orderly/internal/stock"
)

// Rules by which places are chosen, as reasons keep them.
const (
	Rule      = "fewest_splits/1" // the built-in one
	ByProfile = "profile/1"
	ByBatch   = "profile/1 batch" // among many orders at once
)

// MaxCandidates is how many places a reason keeps what was thought of them.
const MaxCandidates = 20

// Reason is a decision in the form that is kept with the work, whole: what was
// asked, who could have sent it, what that would have cost, and who was chosen.
type Reason struct {
	Rule   string `json:"rule"`
	Tried  int    `json:"tried"`  // places that had anything that was asked for
	Places int    `json:"places"` // that the order is sent from
	Exact  bool   `json:"exact"`  // nothing better exists

	Profile    string       `json:"profile,omitempty"`
	Version    int64        `json:"version,omitempty"` // of the profile; zero for the built-in rule
	Strategy   string       `json:"strategy,omitempty"`
	Passed     []Passed     `json:"passed,omitempty"` // strategies asked before
	Units      int64        `json:"units,omitempty"`  // that were asked for
	Short      int64        `json:"short,omitempty"`  // that nobody sends
	Parted     bool         `json:"parted,omitempty"` // some are parts of what people count, such as grams: no sentence adds them up
	After      After        `json:"after,omitempty"`  // what became of those
	Points     int64        `json:"points,omitempty"`
	Bound      int64        `json:"bound,omitempty"` // no choice has fewer points
	Candidates []Considered `json:"candidates,omitempty"`
}

// Passed is a strategy that was asked and handed the order on.
type Passed struct {
	Strategy string `json:"strategy"`
	Units    int64  `json:"units"`          // that it found places for
	Kept     bool   `json:"kept,omitempty"` // those stayed where it put them
}

// Considered is what was thought of a place.
type Considered struct {
	Place  stock.LocationID `json:"at"`
	Code   string           `json:"code,omitempty"`
	Has    int64            `json:"has,omitempty"`    // of the units asked for, alone
	Takes  int64            `json:"takes,omitempty"`  // of them that it sends
	Points int64            `json:"points,omitempty"` // if it sent all it has
	Parts  []Part           `json:"parts,omitempty"`  // what the points are made of
	Goods  int64            `json:"goods,omitempty"`  // millionths of 1.00 that the units it has cost there; zero: not all are known, or nobody asked
	Bar    Bar              `json:"bar,omitempty"`    // why it was left out
}

// Reason is what is kept of a decision of the built-in rule.
func (d *Decision) Reason() Reason {
	r := Reason{Rule: Rule, Tried: d.Tried, Places: len(d.Places), Exact: d.Exact, Short: units(d.Short)}
	for _, t := range d.Takes {
		r.Units += t.Quantity
	}
	r.Units += r.Short
	if r.Short > 0 {
		r.After = Backordered
	}
	r.Candidates = ranked(d.Considered, d.Takes)
	return r
}

// Encode gives the text that is kept. It reads again as what it was.
func (r Reason) Encode() []byte {
	b, err := json.Marshal(r)
	if err != nil {
		panic(err) // words and numbers always marshal
	}
	return b
}

// DecodeReason reads a kept text; ok is false when there is none, or none that
// can be read. What a later version adds is passed over.
func DecodeReason(text []byte) (r Reason, ok bool) {
	if len(text) == 0 || json.Unmarshal(text, &r) != nil {
		return Reason{}, false
	}
	return r, true
}

// Sentence tells a person who has no table of weights before them why the order
// goes from where it goes. name gives a location's name.
func (r *Reason) Sentence(name func(stock.LocationID) string) string {
	var b strings.Builder
	b.WriteString(r.who(name))
	if why := r.why(name); why != "" {
		b.WriteString(" ")
		b.WriteString(why)
	}
	for _, p := range r.Passed {
		switch {
		case r.Parted && p.Kept:
			fmt.Fprintf(&b, " Strategy “%s” found places for some of it.", p.Strategy)
		case r.Parted:
			fmt.Fprintf(&b, " Strategy “%s” could not send all of it and passed it on.", p.Strategy)
		case p.Kept:
			fmt.Fprintf(&b, " Strategy “%s” found places for %d of them.", p.Strategy, p.Units)
		default:
			fmt.Fprintf(&b, " Strategy “%s” could send only %d and passed it on.", p.Strategy, p.Units)
		}
	}
	if out := r.leftOut(name); out != "" {
		b.WriteString(" Left out: " + out + ".")
	}
	return b.String()
}

// who says who sends what.
func (r *Reason) who(name func(stock.LocationID) string) string {
	if r.Parted {
		return r.whoOfParts(name)
	}
	var senders []string
	for _, c := range r.Candidates {
		if c.Takes > 0 {
			senders = append(senders, fmt.Sprintf("%s sends %d", name(c.Place), c.Takes))
		}
	}
	rest := ""
	if r.Short > 0 {
		rest = fmt.Sprintf("; %d %s", r.Short, becomes[r.After])
	}
	switch {
	case r.Units == 0:
		return "Nothing in it needs stock."
	case r.After == Gathered:
		return fmt.Sprintf("Its %d units wait for the next batch%s.", r.Units, r.under())
	case len(senders) == 0:
		return fmt.Sprintf("No place can send any of the %d units%s.", r.Units, strings.TrimPrefix(rest, fmt.Sprintf("; %d", r.Short)))
	case len(senders) == 1 && r.Short == 0 && r.Units == 1:
		return fmt.Sprintf("%s sends it.", name(r.Candidates[0].Place))
	case len(senders) == 1 && r.Short == 0:
		return fmt.Sprintf("%s sends all %d units.", name(r.Candidates[0].Place), r.Units)
	}
	return fmt.Sprintf("Of %d units %s%s.", r.Units, strings.Join(senders, ", "), rest)
}

// whoOfParts is who where units cannot be added up.
func (r *Reason) whoOfParts(name func(stock.LocationID) string) string {
	var senders []string
	for _, c := range r.Candidates {
		if c.Takes > 0 {
			senders = append(senders, name(c.Place))
		}
	}
	rest := ""
	if r.Short > 0 {
		rest = "; parts of it " + becomes[r.After]
	}
	switch {
	case r.After == Gathered:
		return fmt.Sprintf("It waits for the next batch%s.", r.under())
	case len(senders) == 0:
		return fmt.Sprintf("No place can send any of it%s%s.", r.under(), rest)
	case len(senders) == 1 && r.Short == 0:
		return fmt.Sprintf("%s sends all of it.", senders[0])
	case len(senders) == 1:
		return fmt.Sprintf("%s sends what there is%s.", senders[0], rest)
	}
	last := len(senders) - 1
	return fmt.Sprintf("%s and %s send it together%s.", strings.Join(senders[:last], ", "), senders[last], rest)
}

var becomes = map[After]string{Backordered: "wait for stock", Held: "wait for a person", Canceled: "are canceled", Gathered: "wait for the next batch"}

// why says what spoke for the choice.
func (r *Reason) why(name func(stock.LocationID) string) string {
	var chosen, rival *Considered
	could := 0
	for i := range r.Candidates {
		c := &r.Candidates[i]
		switch {
		case c.Takes > 0 && chosen == nil:
			chosen, could = c, could+1
		case c.Takes > 0:
			could++
		case c.Bar == "":
			could++
			if rival == nil {
				rival = c
			}
		}
	}
	switch {
	case chosen == nil:
		return ""
	case could == 1 && slices.ContainsFunc(r.Candidates, func(c Considered) bool { return c.Bar != "" && c.Has > 0 }):
		return "No other place that is asked has any of it" + r.under() + "."
	case could == 1:
		return "No other place has any of it."
	case r.Places > 1 && r.Short == 0:
		return "No place has all of it" + r.under() + "."
	case rival == nil:
		return ""
	case rival.Has < chosen.Has && r.Parted:
		return fmt.Sprintf("The next best, %s, has only some of it%s.", name(rival.Place), r.under())
	case rival.Has < chosen.Has:
		return fmt.Sprintf("The next best, %s, has only %d of them%s.", name(rival.Place), rival.Has, r.under())
	case r.Rule == ByBatch:
		return fmt.Sprintf("Chosen among many orders at once%s.", r.under())
	case r.Rule == Rule:
		return fmt.Sprintf("It comes before %s by priority, then by distance.", name(rival.Place))
	}
	return fmt.Sprintf("That costs %d points (%s), the fewest of %d places%s; the next best, %s, would cost %d (%s).",
		chosen.Points, parts(chosen.Parts), could, r.under(), name(rival.Place), rival.Points, parts(rival.Parts))
}

func (r *Reason) under() string {
	if r.Strategy == "" {
		return ""
	}
	return fmt.Sprintf(" under “%s”", r.Strategy)
}

func parts(list []Part) string {
	if len(list) == 0 {
		return "nothing counts against it"
	}
	said := make([]string, len(list))
	for i, p := range list {
		said[i] = fmt.Sprintf("%s %d", criteria[p.Name], p.Points)
	}
	return strings.Join(said, ", ")
}

var criteria = map[string]string{
	"shipping_cost": "shipping", "distance": "distance", "days": "days to the door", "late": "lateness",
	"load": "load", "priority": "priority", "margin": "margin", "split": "splits", "availability": "missing units",
}

// leftOut says which places were out of the question, and why.
func (r *Reason) leftOut(name func(stock.LocationID) string) string {
	const most = 3
	var said []string
	n := 0
	for _, c := range r.Candidates {
		if c.Bar == "" || c.Bar == BarNothing || c.Bar == BarNamed || c.Bar == BarKind {
			continue // obvious, or what the profile says of itself
		}
		if n++; n <= most {
			said = append(said, name(c.Place)+" ("+c.Bar.Text()+")")
		}
	}
	if n > most {
		said = append(said, fmt.Sprintf("%d more", n-most))
	}
	return strings.Join(said, ", ")
}

// Text says in words why a place was left out.
func (b Bar) Text() string { return bars[b] }

var bars = map[Bar]string{
	BarAsked: "was asked before", BarKind: "another kind of place", BarNamed: "not among the places of the strategy", BarFar: "too far away",
	BarRate: "does not deliver there", BarFull: "its capacity of the day is used up", BarNothing: "has none of it", BarInactive: "gets no new work", BarClosed: "sends on no day", BarChannel: "is not sold from by the channel",
}
