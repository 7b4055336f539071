// Package trouble is what went wrong with an order or a shelf and wants a
// person: a customer's report, a lost parcel, a shelf that held less than the
// books say, a claim that had to give way.
//
// What belongs here: the kinds, what a report may hold, and when a trouble is
// over by itself. What does not: the act that brought it about (each has its
// own journal entry), who takes care of it (assignments), and money.
//
// The text of a report is the customer's own words: personal data, kept in its
// row alone and never in the journal.
package trouble

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

// MaxText is how many characters a report takes.
const MaxText = 2000

// MaxOpen is how many open reports an order may have: a stranger with a link
// cannot fill the books.
const MaxOpen = 20

// ID names a trouble for ever.
type ID int64

func (id ID) String() string { return ident.Text("trb", int64(id)) }

// ParseID reads the text form, "trb_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("trb", s)
	return ID(id), err
}

// The kinds of trouble.
const (
	Report    = "report"     // a customer says that something is wrong
	Return    = "return"     // a customer wants to send something back
	Lost      = "lost"       // a parcel was lost on its way
	Displaced = "displaced"  // an order gave up stock that was promised to it
	ShortPick = "short_pick" // a shelf held less than the books say: it wants a count
	BelowCost = "below_cost" // an order brings less than its goods cost
	Payment   = "payment"    // money came or went otherwise than the books meant
	Task      = "task"       // a rule wants somebody to do something
	Rule      = "rule"       // a rule was stopped, or its condition cannot be worked out

	Uncollected = "uncollected" // nobody came for what lies on a shelf
	Silent      = "silent"      // a partner does not answer, or does not send what it accepted
)

// Kinds lists every kind.
var Kinds = []string{Report, Return, Lost, Displaced, ShortPick, BelowCost, Payment, Task, Rule, Uncollected, Silent}

// The reasons that a customer may give. "return" makes the trouble a Return.
var Reasons = []string{"not_arrived", "damaged", "wrong_item", "missing_item", "return", "other"}

// Trouble is one such matter. Fields that do not belong to its kind are zero.
type Trouble struct {
	ID        ID
	Kind      string
	Order     int64
	Location  int64
	Subject   int64  // the parcel that was lost, the fulfillment that was picked short, the payment, the rule; 0 when it has none
	Item      int64  // of a displaced claim or a shelf
	Quantity  int64  // units concerned; below cost, minor units that are lost
	Reason    string // of a report: one of Reasons; of a payment or a rule: what is the matter
	Text      string // of a report: the customer's own words; of a payment: the provider's name of it; of a task: what is to be done; of a rule: its name
	At        int64
	Actor     string
	SettledAt int64 // zero while it is open
	SettledBy string
	Version   int64
}

// KindOf is the kind of a report with this reason.
func KindOf(reason string) string {
	if reason == "return" {
		return Return
	}
	return Report
}

// CheckReport lists every fault of what a customer sends.
func CheckReport(reason, text string, l *fault.List) {
	if !slices.Contains(Reasons, reason) {
		l.Add("/reason", "unknown_reason", "say what is wrong: one of %s", strings.Join(Reasons, ", "))
	}
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' }):
		l.Add("/text", "invalid_text", "the text holds control characters or is not UTF-8")
	case utf8.RuneCountInString(text) > MaxText:
		l.Add("/text", "too_long", "at most %d characters", MaxText)
	case reason == "other" && strings.TrimSpace(text) == "":
		l.Add("/text", "missing", "say in a few words what is wrong")
	}
}
