// Package formula keeps texts from being run as formulas by spreadsheets.
//
// What belongs here: the one way in which a text is kept from being run as a
// formula. What does not: writing files, and reading them (imports).
package formula

import (
	"strings"
	"unicode/utf8"
)

const (
	separators = ",;\t|\r\n" // where one spreadsheet or another begins a cell
	padding    = " \"'\u00a0\ufeff"
	triggers   = "=+-@＝＋－＠"
	apostrophe = '\''
)

// Harmless is a text as a cell of a file that a spreadsheet may open. It puts
// an apostrophe before each piece of text that a spreadsheet could run as a
// formula. Every separator counts, because a spreadsheet may cut the file by
// another one than it was written with. Plain numbers keep their sign. A cell
// that begins with a tab or a line's end is marked too: some drop those and
// look again.
func Harmless(s string) string {
	if s != "" && (s[0] == '\t' || s[0] == '\r' || s[0] == '\n') {
		return string(apostrophe) + pieces(s)
	}
	return pieces(s)
}

func pieces(s string) string {
	if !strings.ContainsAny(s, triggers) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		n := strings.IndexAny(s, separators)
		if n < 0 {
			n = len(s)
		}
		piece := s[:n]
		text := strings.TrimLeft(piece, padding)
		if runs(text) {
			b.WriteString(piece[:len(piece)-len(text)])
			b.WriteByte(apostrophe)
			piece = text
		}
		b.WriteString(piece)
		b.WriteString(s[n:min(n+1, len(s))])
		s = s[min(n+1, len(s)):]
	}
	return b.String()
}

func runs(text string) bool {
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 || !strings.ContainsRune(triggers, r) {
		return false
	}
	signed := r == '+' || r == '-'
	return !signed || !number(strings.TrimRight(text[size:], padding))
}

func number(text string) bool {
	return strings.Trim(text, "0123456789.") == "" && strings.Count(text, ".") <= 1 && strings.Trim(text, ".") != ""
}
