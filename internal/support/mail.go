package support

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Mail is a mail that came in, read: its text is plain text.
type Mail struct {
	MessageID string
	Refs      []string // In-Reply-To and References, the oldest first, without brackets
	FromName  string
	From      string   // in small letters
	To        []string // every address that it names or was delivered to
	Subject   string
	Text      string
	At        int64
	Auto      string // why it is taken for an answering machine's
	Files     []File
	Left      int // files that were left out, because of limits
}

// Limits of mail.
const (
	MaxMail      = 10 << 20 // bytes of a whole mail; a larger one is not read
	MaxRefs      = 50
	MaxFiles     = 10
	MaxFile      = 3 << 20 // bytes
	MaxFileBytes = 6 << 20 // of all files of a mail
	MaxFileName  = 120     // characters
	MaxAddresses = 50
)

var (
	tokenForm  = regexp.MustCompile(`(?i)\[C-(\d{1,18})-([0-9a-z]{10})\]`)
	plusForm   = regexp.MustCompile(`(?i)^[^@]*\+([0-9a-z]{10})@`)
	numberForm = regexp.MustCompile(`(?i)(?:#|\border(?:\s+(?:number|no\.?|nr\.?))?\s*:?\s*#?)(\d{1,18})\b`)
)

// TokenLength is how many characters a thread's token has: it is no secret of
// much, and yet nobody guesses into another's thread.
const TokenLength = 10

// Mark is what a subject carries so that an answer finds its thread.
func (c *Case) Mark() string { return "[" + c.Called() + "-" + c.Token + "]" }

// Tokens are the tokens that a mail carries, in its addresses and its subject.
func (m *Mail) Tokens() []string {
	var out []string
	for _, to := range m.To {
		if f := plusForm.FindStringSubmatch(to); f != nil {
			out = append(out, strings.ToLower(f[1]))
		}
	}
	for _, f := range tokenForm.FindAllStringSubmatch(m.Subject, 4) {
		out = append(out, strings.ToLower(f[2]))
	}
	return out
}

// maxNumbers bounds how many order numbers of a mail are looked for.
const maxNumbers = 5

// Numbers are the order numbers that a mail names, each once.
func (m *Mail) Numbers() []int64 {
	var out []int64
	text := tokenForm.ReplaceAllString(m.Subject, "") + "\n" + m.Text
	for _, f := range numberForm.FindAllStringSubmatch(text, 40) {
		n, err := strconv.ParseInt(f[1], 10, 64)
		if err == nil && n > 0 && !slices.Contains(out, n) && len(out) < maxNumbers {
			out = append(out, n)
		}
	}
	return out
}

// Known is what the books know about a mail that came in.
type Known struct {
	Replied ID      // the case of a message that the mail refers to
	Token   ID      // the case whose token it carries
	Orders  []Order // that it names by number, or that are of its sender
	Open    []ID    // cases of its sender that are not resolved
}

// Order is an order that a mail may be about.
type Order struct {
	ID       int64
	Customer int64
	Email    string // of its customer, in small letters
	Named    bool   // by number
}

// Thread is where a mail goes: to a case, or to a new one of an order, with
// what else it might belong to.
type Thread struct {
	Case       ID
	Order      int64
	Customer   int64
	Candidates []Candidate
	Why        string // reply, token, order, address, or "" when unsure
}

// maxCandidates bounds what is proposed.
const maxCandidates = 8

// Match decides where a mail goes. What it answers, and a token that nobody
// guesses, are proof. An order that it names is believed of the order's own
// customer alone; whoever else names one begins a case to which the order is
// only proposed, since the number of another's order is no secret.
func Match(m *Mail, k Known) Thread {
	switch {
	case k.Replied != 0:
		return Thread{Case: k.Replied, Why: "reply"}
	case k.Token != 0:
		return Thread{Case: k.Token, Why: "token"}
	}
	var t Thread
	own := 0
	for _, o := range k.Orders {
		why := "address"
		if o.Named {
			why = "number"
		}
		t.Candidates = append(t.Candidates, Candidate{Order: o.ID, Why: why})
		if !o.Named || o.Email == "" || o.Email != m.From {
			continue
		}
		if own++; own == 1 {
			t.Order, t.Customer, t.Why = o.ID, o.Customer, "order"
		}
	}
	if own > 1 { // it names several orders: a person decides
		t.Order, t.Customer, t.Why = 0, 0, ""
	}
	if t.Order == 0 && len(k.Open) == 1 && m.From != "" {
		return Thread{Case: k.Open[0], Why: "address"}
	}
	for _, id := range k.Open {
		t.Candidates = append(t.Candidates, Candidate{Case: int64(id), Why: "address"})
	}
	if t.Order != 0 {
		t.Candidates = slices.DeleteFunc(t.Candidates, func(c Candidate) bool { return c.Order == t.Order })
	}
	t.Candidates = t.Candidates[:min(len(t.Candidates), maxCandidates)]
	return t
}

// MarkOwn marks a mail that came from an address of the shop's own.
func (m *Mail) MarkOwn(addresses ...string) {
	if m.From != "" && slices.ContainsFunc(addresses, func(a string) bool { return strings.EqualFold(a, m.From) }) {
		m.Auto = "loop"
	}
}

// Guess is what kind of case the words of a mail make likely. It is a
// beginning that people correct.
func Guess(subject, text string) (kind, about string) {
	words := strings.ToLower(subject + "\n" + text[:min(len(text), 4000)])
	for _, g := range []struct{ kind, about, words string }{
		{Claim, "damaged", "damaged|broken|smashed|cracked"},
		{Claim, "missing", "missing|not in the box|incomplete"},
		{Claim, "wrong", "wrong item|wrong size|wrong color|wrong colour|wrong product"},
		{Claim, "late", "not arrived|never arrived|hasn't arrived|not received|still waiting"},
		{Complaint, "other", "complaint|unacceptable|disappointed"},
		{Inquiry, "return", "return|send back|exchange"},
		{Inquiry, "payment", "refund|payment|invoice|charged"},
		{Inquiry, "delivery", "delivery|where is|tracking|shipped|shipping"},
	} {
		for w := range strings.SplitSeq(g.words, "|") {
			if strings.Contains(words, w) {
				return g.kind, g.about
			}
		}
	}
	return Inquiry, "other"
}

// Clip cuts a text to so many characters, and makes it one that can be kept.
func Clip(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0xFEFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(strings.ReplaceAll(text, "\r\n", "\n"), "\uFFFD"))
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// OneLine makes a text one line of so many characters. What turns the direction of
// letters is left out: it makes a name look like another one.
func OneLine(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, Clip(text, 4*most))
	return Clip(strings.Join(strings.Fields(text), " "), most)
}

// Machine reports whether an address is one of those behind which no person
// reads: an answer to it comes back, or is answered by another machine.
func Machine(address string) bool {
	name, _, ok := strings.Cut(strings.ToLower(address), "@")
	if !ok {
		return true
	}
	for _, m := range []string{"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "bounces"} {
		if name == m || strings.HasPrefix(name, m+"+") || strings.HasPrefix(name, m+"-") {
			return true
		}
	}
	return false
}

// Answered is the subject of an answer: it carries the thread's mark once.
func Answered(c *Case) string {
	subject := strings.TrimSpace(tokenForm.ReplaceAllString(c.Subject, ""))
	for {
		rest, ok := strings.CutPrefix(subject, "Re:")
		if !ok {
			break
		}
		subject = strings.TrimSpace(rest)
	}
	return "Re: " + subject + " " + c.Mark()
}

// RefsOf are the Message-IDs of a thread that an answer refers to: the first,
// since that is what threads are grouped by, and the newest.
func RefsOf(thread []Message) []string {
	var out []string
	for _, x := range thread {
		if x.RFC != "" && x.Way != Note && !slices.Contains(out, x.RFC) {
			out = append(out, x.RFC)
		}
	}
	if most := MaxRefs / 2; len(out) > most {
		out = append(out[:1:1], out[len(out)-most+1:]...)
	}
	return out
}
