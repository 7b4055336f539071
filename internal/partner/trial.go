package partner

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
	"orderly/internal/stock"
)

// TrialID names a trial order for ever.
type TrialID int64

func (id TrialID) String() string { return ident.Text("trl", int64(id)) }

// ParseTrialID reads the text form, "trl_…".
func ParseTrialID(s string) (TrialID, error) {
	id, err := ident.Parse("trl", s)
	return TrialID(id), err
}

// The steps of a trial order are statuses of a request.
const (
	TrialSubmitted = "submitted"
	TrialAccepted  = "accepted"
	TrialRejected  = "rejected"
	TrialShipped   = "shipped"
	TrialWithdrawn = "withdrawn"
)

// Limits of trial orders.
const (
	MaxTrialLines = 20
	MaxOpenTrials = 5 // of one partner at once
	maxTracking   = 100
	maxCarrier    = 40
)

// Trial is a request that asks for nothing: the partner answers it and says that
// it has sent it, by the way by which it works, and no unit and no money moves. It
// is of no order, so that it is in no figure.
type Trial struct {
	ID          TrialID
	Number      int64
	Location    stock.LocationID
	Step        string
	Lines       []TrialLine
	Reference   string // the partner's own number
	Reason      string // of a no
	Carrier     string
	Tracking    string
	AnsweredBy  string // who answered last
	Theirs      bool   // every answer so far is the partner's own, not one of us who spoke for it
	SubmittedAt int64
	AnsweredAt  int64
	ShippedAt   int64
	EndedAt     int64
	Version     int64
}

// TrialLine is an item as a request names it.
type TrialLine struct {
	SKU      string `json:"sku"`
	Title    string `json:"title"`
	Quantity int64  `json:"quantity"`
}

// NewTrial is a trial order that is submitted.
func NewTrial(at stock.LocationID, lines []TrialLine, now int64) (Trial, error) {
	var l fault.List
	if len(lines) == 0 || len(lines) > MaxTrialLines {
		l.Add("/lines", "missing", "name between 1 and %d items", MaxTrialLines)
	}
	for i, x := range lines {
		if x.Quantity < 1 || x.Quantity > money.MaxQuantity {
			l.Add(fmt.Sprintf("/lines/%d/quantity", i), "out_of_range", "between 1 and %d units", int64(money.MaxQuantity))
		}
	}
	return Trial{Location: at, Step: TrialSubmitted, Lines: lines, Theirs: true, SubmittedAt: now}, l.Err()
}

// Open reports whether the partner owes an answer or the sending.
func (t *Trial) Open() bool { return t.Step == TrialSubmitted || t.Step == TrialAccepted }

// Passed reports whether the partner itself led it to its end.
func (t *Trial) Passed() bool { return t.Step == TrialShipped && t.Theirs }

// Actions are what may be done with it now.
func (t *Trial) Actions() []string {
	switch t.Step {
	case TrialSubmitted:
		return []string{"accept", "reject", "send", "withdraw"}
	case TrialAccepted:
		return []string{"reject", "send", "withdraw"}
	}
	return []string{}
}

// TrialAnswer is what is said of a trial order.
type TrialAnswer struct {
	Act       string // accept, reject, send, withdraw
	Reference string
	Reason    string
	Carrier   string
	Tracking  string
	Theirs    bool // the partner says it itself
}

// Answer is the trial order after an answer. Said twice, the second changes
// nothing, as with any request.
func (t *Trial) Answer(a TrialAnswer, now int64) (x Trial, changed bool, err error) {
	x = *t
	done := map[string]string{"accept": TrialAccepted, "reject": TrialRejected, "send": TrialShipped, "withdraw": TrialWithdrawn}[a.Act]
	if done != "" && done == t.Step && (a.Act != "send" || a.Tracking == t.Tracking) {
		return x, false, nil
	}
	if !slices.Contains(t.Actions(), a.Act) {
		return x, false, fault.New(fault.Conflict, "not_possible", "trial order %d is %s; possible now: %s", t.Number, t.Step, strings.Join(t.Actions(), ", "))
	}
	var l fault.List
	CheckAnswer(a.Reason, a.Reference, "", a.Act == "reject", &l)
	if a.Act == "send" && strings.TrimSpace(a.Tracking) == "" {
		l.Add("/parcels/0/tracking", "missing", "say a tracking number: that it comes through is what the trial is for")
	}
	if utf8.RuneCountInString(a.Tracking) > maxTracking || utf8.RuneCountInString(a.Carrier) > maxCarrier || !utf8.ValidString(a.Tracking+a.Carrier) {
		l.Add("/parcels/0/tracking", "too_long", "a carrier has at most %d characters, a tracking number %d", maxCarrier, maxTracking)
	}
	x.Step = done
	if a.Act != "withdraw" {
		x.Theirs = t.Theirs && a.Theirs
	}
	if a.Reference != "" {
		x.Reference = a.Reference
	}
	if x.AnsweredAt == 0 && a.Act != "withdraw" {
		x.AnsweredAt = now
	}
	switch a.Act {
	case "reject":
		x.Reason, x.EndedAt = a.Reason, now
	case "send":
		x.Carrier, x.Tracking, x.ShippedAt, x.EndedAt = a.Carrier, strings.TrimSpace(a.Tracking), now, now
	case "withdraw":
		x.EndedAt = now
	}
	return x, true, l.Err()
}

// Waits reports whether nothing is asked of the partner before a trial order has
// passed.
func (t *Terms) Waits() bool { return t != nil && t.TrialFirst && t.PassedAt == 0 }

// Check is one thing that a partner needs before work with it goes well.
type Check struct {
	Key  string // address, currency, lead_time, terms, offers, agreed, way, stock, trial
	Done bool
	How  string // by what, where there are several ways: portal, api, edi
}

// Known is what the books know of a partner.
type Known struct {
	Supplier  bool   // it is one; else a 3PL
	Email     string // of its terms or its supplier
	Contact   bool   // an address, or a telephone number
	Currency  string
	LeadDays  int64
	TermsDays int64
	Offers    int
	Location  bool // its stock has a place of its own
	Agreed    bool // terms of its own
	Users     int  // who work for it and have accepted the invitation
	Keys      int  // that are bound to its place and answered a trial order
	Files     int  // that were exchanged with it
	StockAt   int64
	Fresh     bool // what it said of its stock is young enough
	PassedAt  int64
}

// Checks are what a partner needs, in the order in which it is done.
func Checks(k Known) []Check {
	out := []Check{{Key: "address", Done: k.Email != ""}, {Key: "contact", Done: k.Contact}}
	if k.Supplier {
		out = append(out, Check{Key: "currency", Done: k.Currency != ""}, Check{Key: "lead_time", Done: k.LeadDays > 0}, Check{Key: "terms", Done: k.TermsDays > 0}, Check{Key: "offers", Done: k.Offers > 0}, Check{Key: "location", Done: k.Location})
	}
	if !k.Location {
		return out
	}
	way := Check{Key: "way", Done: k.Users+k.Keys+k.Files > 0}
	switch {
	case k.Files > 0:
		way.How = "edi"
	case k.Keys > 0:
		way.How = "api"
	case k.Users > 0:
		way.How = "portal"
	}
	return append(out, Check{Key: "agreed", Done: k.Agreed}, way, Check{Key: "stock", Done: k.StockAt > 0 && k.Fresh}, Check{Key: "trial", Done: k.PassedAt > 0})
}
