package message

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/fault"
)

// Template is how one kind of message is worded, for orders of a channel and
// in a language; an empty Channel is every channel.
//
// The text has words in braces that are filled in for each order. A line with a
// word for which there is nothing to say is left out. A line of the form
// [label]({link}) is a button in HTML and "label: address" in text; so is one
// with {choose}, where the customer answers what they are asked.
type Template struct {
	Kind        Kind
	Channel     string
	Language    string // two letters
	Subject     string
	Body        string
	UpdatedAt   int64
	EditVersion int64
}

// Words are what may stand in braces.
var Words = []string{"shop", "order", "name", "items", "total", "due", "link", "carrier", "tracking", "amount", "choose", "instead", "code", "until", "place"}

// Facts are what is said of an order, by word. A word without a value has
// nothing to say.
type Facts map[string]string

// Check lists every fault of a template.
func (t *Template) Check(l *fault.List) {
	if !slices.Contains(Kinds, t.Kind) {
		l.Add("/kind", "unknown_kind", "%q is no kind of message", t.Kind)
	}
	if !languageLike(t.Language) {
		l.Add("/language", "invalid_language", "a language is two small letters, such as en or de")
	}
	checkText(l, "/subject", t.Subject, MaxSubject)
	checkText(l, "/body", t.Body, MaxBody)
	if strings.ContainsFunc(t.Subject, unicode.IsControl) {
		l.Add("/subject", "invalid_text", "a subject is one line")
	}
}

func languageLike(s string) bool {
	return len(s) == 2 && s[0] >= 'a' && s[0] <= 'z' && s[1] >= 'a' && s[1] <= 'z'
}

// CheckBody lists the faults of a text with words that is no template.
func CheckBody(at, text string, l *fault.List) { checkText(l, at, text, MaxBody) }

func checkText(l *fault.List, at, text string, most int) {
	switch {
	case strings.TrimSpace(text) == "":
		l.Add(at, "missing", "write something; it may be as short as you like")
	case utf8.RuneCountInString(text) > most || !utf8.ValidString(text):
		l.Add(at, "too_long", "at most %d characters", most)
	}
	for word := range words(text) {
		if !slices.Contains(Words, word) {
			l.Add(at, "unknown_word", "there is no {%s}; use some of {%s}", clip(word), strings.Join(Words, "}, {"))
		}
	}
}

func clip(s string) string {
	if utf8.RuneCountInString(s) <= 40 {
		return s
	}
	return string([]rune(s)[:40]) + "…"
}

// words goes over what stands in braces.
func words(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for {
			_, rest, ok := strings.Cut(text, "{")
			if !ok {
				return
			}
			word, after, ok := strings.Cut(rest, "}")
			if !ok || !yield(word) {
				return
			}
			text = after
		}
	}
}

// fill puts facts into one line; ok is false when a word of it has nothing to
// say. What is filled in is not looked through for words again.
func fill(line string, f Facts) (out string, ok bool) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(line, "{")
		word, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			b.WriteString(line)
			return b.String(), true
		}
		value := f[word]
		if value == "" {
			return "", false
		}
		b.WriteString(before)
		b.WriteString(value)
		line = after
	}
}

// Pick chooses among templates of one kind the one that fits best: the order's
// channel before any, its language before the shop's own, and what is built in
// when nothing fits.
func Pick(list []Template, kind Kind, channel, language, fallback string) Template {
	best, rank := BuiltIn(kind), 0
	for _, t := range list {
		r := 0
		switch {
		case t.Kind != kind || t.Channel != "" && t.Channel != channel:
			continue
		case t.Language == language:
			r = 3
		case t.Language == fallback:
			r = 1
		default:
			continue
		}
		if t.Channel != "" {
			r++
		}
		if r > rank {
			best, rank = t, r
		}
	}
	return best
}
