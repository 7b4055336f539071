package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain is bases turned round: from a letter with marks to plain letters.
var plain = func() map[rune]string {
	out := map[rune]string{}
	for to, letters := range bases {
		for _, r := range letters {
			out[r] = to
		}
	}
	return out
}()

// fold writes text in lower case, without marks on letters, without
// apostrophes and invisible characters, and in characters of usual width.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if r >= 0xFF01 && r <= 0xFF5E { // full width
			r -= 0xFF01 - '!'
		}
		r = unicode.ToLower(r)
		switch {
		case r < utf8.RuneSelf && r != '\'':
			b.WriteRune(r)
		case r == '\'' || r == '’' || r == 'ʼ' || r == utf8.RuneError || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		default:
			if to, ok := plain[r]; ok {
				b.WriteString(to)
			} else {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// word trims what is no letter or digit from both ends of a folded field, and
// bounds it. A single Latin letter is no word: initials find everybody.
func word(field string) string {
	w := trim(field)
	n := 0
	for i := range w {
		if n == MaxToken {
			w = trim(w[:i])
			break
		}
		n++
	}
	if len(w) == 1 && w[0] >= 'a' && w[0] <= 'z' {
		return ""
	}
	return w
}

func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !letterOrDigit(r) })
}
