// Package support is what customers want from people: cases with their thread,
// what each is about and what caused it, how far it is, and when it must be
// answered.
//
// What belongs here: a case and its acts, its clocks, which case a mail belongs
// to, and what staff may give by themselves. What does not: how mail comes in
// (connect/inbox) and leaves (post), and where all of it is kept (store/cases).
//
// What is written in a case is personal data: it stands in rows of the case
// alone, never in the journal.
package support

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

// ID names a case for ever.
type ID int64

func (id ID) String() string { return ident.Text("cas", int64(id)) }

// ParseID reads the text form, "cas_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("cas", s)
	return ID(id), err
}

// MessageID names one message of a case.
type MessageID int64

func (id MessageID) String() string { return ident.Text("csm", int64(id)) }

// ParseMessageID reads the text form, "csm_…".
func ParseMessageID(s string) (MessageID, error) {
	id, err := ident.Parse("csm", s)
	return MessageID(id), err
}

// The kinds of case.
const (
	Inquiry   = "inquiry"
	Complaint = "complaint"
	Claim     = "claim"
)

// Kinds are all of them.
var Kinds = []string{Inquiry, Complaint, Claim}

// Subjects are what a case is about. A claim has one of the first four.
var Subjects = []string{"damaged", "missing", "wrong", "late", "delivery", "payment", "return", "product", "other"}

// ClaimSubjects are what a claim can be about.
var ClaimSubjects = Subjects[:4]

// The states: open wants an answer from us, waiting one from the customer.
const (
	Open     = "open"
	Waiting  = "waiting"
	Resolved = "resolved"
	Reopened = "reopened"
)

// States are all of them, in the order of the work.
var States = []string{Open, Reopened, Waiting, Resolved}

// Priorities, the most pressing first.
var Priorities = []string{"urgent", "high", "normal", "low"}

// Sources are where a case came from.
var Sources = []string{"mail", "portal", "phone", "staff", "api"}

// Limits.
const (
	MaxSubject  = 200    // characters
	MaxText     = 20_000 // characters of one message
	MaxTags     = 20
	MaxTag      = 40
	MaxMessages = 500 // of one case: what comes later begins another
	MaxLines    = 100
	MaxReport   = 5 // open cases that one link may begin
)

// Part is units of an order's line that a case is about.
type Part struct {
	Line     int   `json:"line"`
	Quantity int64 `json:"quantity"`
}

// Candidate is an order or a case that a mail might belong to, and why.
type Candidate struct {
	Order int64  `json:"order,omitempty"`
	Case  int64  `json:"case,omitempty"`
	Why   string `json:"why"` // number, address
}

// Case is one matter of one customer.
type Case struct {
	ID       ID
	Number   int64
	Kind     string
	About    string // one of Subjects
	Cause    string // one of Causes; "" while nobody has said
	State    string
	Priority string
	Source   string
	Subject  string
	Order    int64 // 0 for none
	Customer int64 // 0 for none
	Name     string
	Email    string
	Phone    string
	Assignee int64 // a user, 0 for nobody
	Tags     []string
	Lines    []Part
	Token    string // by which mail finds its thread

	Against  string // "carrier" for a claim against one
	Carrier  string
	Claimed  int64 // minor units that were claimed, and were granted
	Granted  int64
	Currency string

	Candidates []Candidate

	FirstDue   int64 // when the first answer must be out, 0 for no clock
	ResolveDue int64
	AnsweredAt int64 // the first answer
	PausedAt   int64 // since when the clocks stand, 0 while they run
	ResolvedAt int64
	Escalated  int64 // bits of Missed that were told
	NextDue    int64 // the clock that runs out next, 0 for none

	At        int64
	UpdatedAt int64
	HeardAt   int64 // when the customer last wrote
	Version   int64
}

// Name is what people call a case.
func (c *Case) Called() string { return Name(c.Number) }

// Name is what people call a case of a number, "C-1042".
func Name(number int64) string { return "C-" + strconv.FormatInt(number, 10) }

// ParseName reads "C-1042", in either case.
func ParseName(text string) (number int64, ok bool) {
	rest, ok := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(text)), "C-")
	n, err := strconv.ParseInt(rest, 10, 64)
	return n, ok && err == nil && n > 0
}

// IsOpen reports whether somebody of the shop has something to do.
func (c *Case) IsOpen() bool { return c.State == Open || c.State == Reopened }

// Actions are the acts that are possible now.
func (c *Case) Actions() []string {
	if c.State == Resolved {
		return []string{"note", "edit", "reopen"}
	}
	out := []string{"note", "edit", "heard", "reply", "resolve"}
	if c.State != Waiting {
		out = append(out, "wait")
	}
	return out
}

// May refuses an act that is not possible now.
func (c *Case) May(act string) error {
	if slices.Contains(c.Actions(), act) {
		return nil
	}
	return fault.New(fault.Conflict, "not_possible", "case %s is %s; %s is not possible now", c.Called(), c.State, act)
}

// The ways of a message.
const (
	In   = "in"   // from the customer
	Out  = "out"  // to the customer
	Note = "note" // among colleagues
)

// The states of a message. In and Note are kept at once; Out goes the way of
// message.State.
const Kept = "kept"

// Message is one message of a case.
type Message struct {
	ID        MessageID
	Case      ID
	Way       string
	Source    string // mail, portal, phone, staff, api
	Actor     string // who of the shop; "" when the customer
	FromName  string
	From      string
	To        string
	Subject   string
	Text      string
	RFC       string   // the Message-ID of mail, without brackets
	Refs      []string // what mail refers to, the oldest first
	Auto      string   // why it is taken for an answering machine's: "", auto, bounce, loop
	State     string
	Attempts  int64
	Why       string
	At        int64
	UpdatedAt int64
}

// File is something that came with a message.
type File struct {
	ID      int64
	Message MessageID
	Name    string
	Kind    string // media type as the sender said
	Size    int64
	Data    []byte // nil in lists
}

// CheckText lists the faults of something that somebody wrote.
func CheckText(at, text string, most int, needed bool, l *fault.List) {
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' }):
		l.Add(at, "invalid_text", "the text holds control characters or is not UTF-8")
	case utf8.RuneCountInString(text) > most:
		l.Add(at, "too_long", "at most %d characters", most)
	case needed && strings.TrimSpace(text) == "":
		l.Add(at, "missing", "write something")
	}
}

// Check lists every fault of what somebody says a case is.
func (c *Case) Check(l *fault.List) {
	oneOf(l, "/kind", c.Kind, Kinds, false)
	oneOf(l, "/about", c.About, Subjects, false)
	oneOf(l, "/cause", c.Cause, Causes, true)
	oneOf(l, "/priority", c.Priority, Priorities, false)
	if c.Kind == Claim && slices.Contains(Subjects, c.About) && !slices.Contains(ClaimSubjects, c.About) {
		l.Add("/about", "no_claim", "a claim is about goods that are %s", strings.Join(ClaimSubjects, ", "))
	}
	CheckText("/subject", c.Subject, MaxSubject, true, l)
	if strings.ContainsAny(c.Subject, "\r\n") {
		l.Add("/subject", "invalid_text", "a subject is one line")
	}
	c.checkClaim(l)
	c.checkTags(l)
	for _, x := range c.Lines {
		if x.Line < 1 || x.Quantity < 1 {
			l.Add("/lines", "out_of_range", "name lines of the order and how many units of each")
			break
		}
	}
	if len(c.Lines) > MaxLines {
		l.Add("/lines", "too_many", "at most %d lines", MaxLines)
	}
	if len(c.Lines) > 0 && c.Order == 0 {
		l.Add("/order", "missing", "lines are of an order; name it")
	}
}

func (c *Case) checkClaim(l *fault.List) {
	if c.Against != "" && c.Against != "carrier" {
		l.Add("/against", "unknown_party", "a claim is against the shop (left out) or the carrier")
	}
	if (c.Against != "" || c.Claimed != 0 || c.Granted != 0) && c.Kind != Claim {
		l.Add("/kind", "no_claim", "only a claim has somebody it is against and amounts")
	}
	if c.Claimed < 0 || c.Granted < 0 || c.Granted > c.Claimed {
		l.Add("/granted", "out_of_range", "what is granted is from 0 to what was claimed")
	}
	CheckText("/carrier", c.Carrier, MaxTag, false, l)
}

func (c *Case) checkTags(l *fault.List) {
	if len(c.Tags) > MaxTags {
		l.Add("/tags", "too_many", "at most %d tags", MaxTags)
	}
	for _, t := range c.Tags {
		if t == "" || utf8.RuneCountInString(t) > MaxTag || strings.ContainsFunc(t, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == ',' }) {
			l.Add("/tags", "invalid_tag", "a tag is one word of at most %d characters", MaxTag)
			return
		}
	}
}

func oneOf(l *fault.List, at, text string, of []string, empty bool) {
	if text == "" && empty || slices.Contains(of, text) {
		return
	}
	l.Add(at, "unknown", "%.40q is none of %s", text, strings.Join(of, ", "))
}
