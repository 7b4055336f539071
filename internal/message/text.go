package message

import (
	"strings"
	"unicode/utf8"
)

// MaxText bounds a text message: what three parts of one hold in any language.
const MaxText = 200

// Gateway is where a shop's text messages are handed in: an address that takes
// signed calls and passes them on to whoever sends texts.
type Gateway struct {
	Address     string // "" when there is none
	Secret      string // sealed
	UpdatedAt   int64
	EditVersion int64
}

// Phone is a number as the world dials it, such as +447700900123; "" when the
// text is none, or does not say its country.
func Phone(text string) string {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9' || r == '+':
			return r
		case strings.ContainsRune(" -/().\u00a0", r):
			return -1
		}
		return 'x'
	}, strings.TrimSpace(text))
	if rest, ok := strings.CutPrefix(digits, "00"); ok {
		digits = "+" + rest
	}
	n := len(digits) - 1
	if !strings.HasPrefix(digits, "+") || n < 7 || n > 15 || strings.ContainsAny(digits[1:], "x+") || digits[1] == '0' {
		return ""
	}
	return digits
}

// Short is what a text message says: the subject of the mail, and where to read
// on.
func (m *Mail) Short(link string) string {
	room := MaxText - 1 - utf8.RuneCountInString(link)
	subject := []rune(m.Subject)
	if len(subject) > room {
		subject = append(subject[:max(0, room-1)], '…')
	}
	return strings.TrimSpace(string(subject) + " " + link)
}
