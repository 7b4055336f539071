// Package rule is automation: on an entry of an order, if a condition holds,
// then acts. A rule says so, a version of it never changes, and a run is what
// became of one rule at one entry.
//
// What belongs here: rules, the language of conditions and the facts that they
// speak of, the acts that there are, chains of rules and what stops them. What
// does not: doing any of it (desk/automate), and following the journal
// (automating). A condition knows no clock, reaches nothing outside of its
// facts, and is bounded in size and memory.
package rule

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
)

// Limits of rules.
const (
	MaxRules     = 200
	MaxName      = 80  // characters
	MaxOn        = 20  // types of entries
	MaxDo        = 10  // acts
	MaxVersions  = 500 // of one rule
	MaxChain     = 5   // rules that bring one another about
	MaxOften     = 20  // times that a rule acts on one order in OftenWithin
	OftenWithin  = int64(3600 * 1_000_000)
	MaxCondition = 2000 // bytes
)

// ID names a rule for ever, all its versions.
type ID int64

func (id ID) String() string { return ident.Text("rul", int64(id)) }

// ParseID reads the text form, "rul_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("rul", s)
	return ID(id), err
}

// State is what a rule is used for.
type State string

// A rule that is off rests; a shadow says what it would have done; one that is
// on does it.
const (
	Off    State = "off"
	Shadow State = "shadow"
	On     State = "on"
)

// States are all of them, in the order in which a rule comes to life.
var States = []State{Off, Shadow, On}

// Body is what a version of a rule says. It never changes once it is kept.
type Body struct {
	Name string   `json:"name" minLength:"1" maxLength:"80"`
	On   []string `json:"on" minItems:"1" maxItems:"20" doc:"Types of entries of orders, any of which sets it off." example:"[\"order.placed\"]"`
	If   string   `json:"if" maxLength:"2000" doc:"The condition; empty: always." example:"total > 500 && customer.new"`
	Do   []Action `json:"do" minItems:"1" maxItems:"10" doc:"What is done, in this order; one that is refused keeps no other from being done."`
}

// Rule is a rule as it is now.
type Rule struct {
	Body
	ID          ID
	Version     int64
	State       State
	Since       int64 // the journal's last entry when it was switched on: what came before is not looked at
	May         []access.Permission
	SavedAt     int64
	SavedBy     string
	CreatedAt   int64
	EditVersion int64
}

// Entries are the types of entries that can set a rule off, in the order in
// which they are offered: all that are told of orders, but what erases people
// and what only takes history over.
var Entries = func() (out []string) {
	out = []string{journal.OrderPlaced}
	for _, noun := range []string{"order", "parcel", "fulfillment"} {
		for _, typ := range journal.Types {
			of, _, _ := strings.Cut(typ, ".")
			if of == noun && !slices.Contains(out, typ) && typ != journal.OrderErased && typ != journal.OrderRecorded && typ != journal.ParcelScanned {
				out = append(out, typ)
			}
		}
	}
	return out
}()

// Check lists what is wrong with what a rule says, and compiles its condition
// for somebody who may do these things.
func (b *Body) Check(may []access.Permission, l *fault.List) *Condition {
	if b.Name = strings.TrimSpace(b.Name); b.Name == "" || utf8.RuneCountInString(b.Name) > MaxName || !utf8.ValidString(b.Name) || strings.ContainsFunc(b.Name, unicode.IsControl) {
		l.Add("/name", "invalid_text", "write 1 to %d characters", MaxName)
	}
	b.checkOn(l)
	c, err := Compile(b.If, may)
	if err != nil {
		l.Add("/if", "invalid_condition", "%s", err)
	}
	if len(b.Do) == 0 || len(b.Do) > MaxDo {
		l.Add("/do", "out_of_range", "say 1 to %d things that shall be done", MaxDo)
		return c
	}
	for i := range b.Do {
		b.Do[i].check(fmt.Sprintf("/do/%d", i), may, l)
	}
	return c
}

func (b *Body) checkOn(l *fault.List) {
	slices.Sort(b.On)
	b.On = slices.Compact(b.On)
	if len(b.On) == 0 || len(b.On) > MaxOn {
		l.Add("/on", "out_of_range", "choose 1 to %d types of entries", MaxOn)
		return
	}
	for i, typ := range b.On {
		if !slices.Contains(Entries, typ) {
			l.Add(fmt.Sprintf("/on/%d", i), "unknown_type", "%.40q is no type of entry of an order that a rule can follow", typ)
		}
	}
}

// Needs are the permissions that the rule's acts take, each once.
func (b *Body) Needs() (out []access.Permission) {
	for i := range b.Do {
		if p := b.Do[i].Needs(); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// Follows reports whether an entry of a type sets the rule off.
func (b *Body) Follows(typ string) bool { return slices.Contains(b.On, typ) }
