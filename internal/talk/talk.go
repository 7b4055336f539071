// Package talk is what we and a supplier or partner say to each other about one
// purchase order, or about one request: messages with their author and files,
// and notes that the other side never sees.
//
// What belongs here: a conversation and its messages, who is to answer, which of
// them each side sees, and to which conversation a mail belongs. What does not:
// how mail comes in (connect/inbox) and leaves (post), what a customer says
// (support), and answers that change something, which are acts of their own.
//
// What is written may be personal data: it stands in rows of the conversation
// alone, never in the journal.
package talk

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/support"
)

// ID names a conversation for ever.
type ID int64

func (id ID) String() string { return ident.Text("tlk", int64(id)) }

// ParseID reads the text form, "tlk_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("tlk", s)
	return ID(id), err
}

// MessageID names one message of a conversation.
type MessageID int64

func (id MessageID) String() string { return ident.Text("tkm", int64(id)) }

// What a conversation is about.
const (
	Purchase = "pur" // a purchase order
	Request  = "ful" // what a partner is asked to send; a purchase order that follows it has no other
)

// The two sides.
const (
	Us   = "us"
	Them = "them"
)

// The ways of a message.
const (
	Out  = "out"  // we wrote it
	In   = "in"   // they wrote or said it
	Note = "note" // for colleagues alone
)

// Ways are all of them.
var Ways = []string{Out, In, Note}

// The sources of a message.
const (
	Portal = "portal" // it was written on a page, or by a program that uses the API
	Mail   = "mail"
	Staff  = "staff" // one of us wrote it down: on the phone, in person
	Event  = "event" // what happened is told by mail; its words are made as it leaves
)

// Return is the event of which the supplier is told that it is asked to take goods
// back, before the number of the return.
const Return = "return"

// Limits.
const (
	MaxText     = 4_000 // characters of one message
	MaxMessages = 500   // of one conversation
	MaxInARow   = 20    // messages of theirs without an answer of ours
	MaxFiles    = 5     // with one message
	MaxFile     = support.MaxFile
	MaxBytes    = support.MaxFileBytes // of all files of a message
	MaxAllFiles = 60                   // of one conversation
)

// Talk is a conversation. It begins with its first message.
type Talk struct {
	ID        ID
	About     string // Purchase or Request
	Subject   int64
	Supplier  int64  // 0 for a partner who is none
	Location  int64  // of the partner; 0 for a supplier without one
	Order     int64  // of a request
	Token     string // by which mail finds it; nobody guesses it
	Awaits    string // Us, Them, or "" when nobody is to answer
	Since     int64  // since when
	At        int64
	UpdatedAt int64
	Version   int64
}

// Message is one of a conversation.
type Message struct {
	ID        MessageID
	Talk      ID
	Way       string
	Source    string
	Event     string // what happened, of the source Event; each once
	Actor     string // who wrote it, or wrote it down; "" for mail
	FromName  string
	From      string // address of mail
	To        string // where it goes by mail; "" when it stands on the page alone
	Text      string
	RFC       string   // the Message-ID of mail, without brackets
	Refs      []string // what it refers to, the oldest first
	Auto      string   // why it is taken for an answering machine's
	State     string   // of what goes by mail: waiting, sending, sent, failed, skipped; else kept
	Attempts  int64
	Why       string
	At        int64
	UpdatedAt int64
}

// Said notes that a side has written: the other one is to answer, and has been
// since the first message that it did not.
func (t *Talk) Said(way string, now int64) {
	awaits := map[string]string{Out: Them, In: Us}[way]
	if awaits == "" || awaits == t.Awaits {
		return
	}
	t.Awaits, t.Since = awaits, now
}

// Settle notes that a side has nothing to answer; changed says whether it was
// to.
func (t *Talk) Settle(side string) (changed bool) {
	if t.Awaits != side {
		return false
	}
	t.Awaits, t.Since = "", 0
	return true
}

// Seen are the messages that the other side sees: no notes, and nothing that a
// machine wrote.
func Seen(list []Message) []Message {
	return slices.DeleteFunc(slices.Clone(list), func(m Message) bool { return m.Way == Note || m.Auto != "" })
}

// InARow is how many messages they have written since our last.
func InARow(list []Message) int {
	n := 0
	for _, m := range list {
		switch {
		case m.Way == Out && m.Source != Event:
			n = 0
		case m.Way == In && m.Source == Portal:
			n++
		}
	}
	return n
}

// CheckFiles lists the faults of files that come with a message, and gives each
// a name that can be kept. What they hold is never looked at: they are only
// saved.
func CheckFiles(list []support.File, l *fault.List) {
	if len(list) > MaxFiles {
		l.Add("/files", "too_many", "at most %d files with one message", MaxFiles)
		return
	}
	sum := int64(0)
	for i := range list {
		f := &list[i]
		f.Size = int64(len(f.Data))
		sum += f.Size
		f.Name = cmp.Or(support.OneLine(strings.NewReplacer("/", "-", `\`, "-").Replace(f.Name), support.MaxFileName), "file")
		f.Kind = support.OneLine(f.Kind, support.MaxFileName)
		if f.Size == 0 || f.Size > MaxFile {
			l.Add("/files", "too_large", "a file has between 1 byte and %d MB", MaxFile>>20)
		}
	}
	if sum > MaxBytes {
		l.Add("/files", "too_large", "the files of a message have at most %d MB together", MaxBytes>>20)
	}
}

var (
	markForm = regexp.MustCompile(`(?i)\[T-([0-9a-z]{10})\]`)
	// ourForm are the Message-IDs of mail by which we place a purchase order.
	ourForm = regexp.MustCompile(`^(pur_[0-9a-z]{1,13})\.[0-9]{1,19}@`)
)

// Mark is what a subject carries so that an answer finds its conversation.
func (t *Talk) Mark() string { return "[T-" + t.Token + "]" }

// Tokens are the tokens that a mail carries, in its addresses and its subject.
func Tokens(m *support.Mail) []string {
	out := m.Tokens()
	for _, f := range markForm.FindAllStringSubmatch(m.Subject, 4) {
		out = append(out, strings.ToLower(f[1]))
	}
	return out
}

// Answered are the purchase orders of which a mail answers the mail by which we
// placed them. Their ids are no secrets: only their own supplier is believed.
func Answered(m *support.Mail) []int64 {
	var out []int64
	for _, ref := range m.Refs {
		f := ourForm.FindStringSubmatch(ref)
		if f == nil {
			continue
		}
		if id, err := ident.Parse(Purchase, f[1]); err == nil && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// Refs are the Message-IDs that a letter of the conversation refers to.
func Refs(list []Message) []string {
	var out []string
	for _, m := range list {
		if m.RFC != "" && m.Way != Note && !slices.Contains(out, m.RFC) {
			out = append(out, m.RFC)
		}
	}
	if most := support.MaxRefs / 2; len(out) > most {
		out = append(out[:1:1], out[len(out)-most+1:]...)
	}
	return out
}
