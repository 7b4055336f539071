package invoice

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/fault"
)

// Limits of numbers as they are written.
const (
	MaxPattern = 60
	MaxSeries  = 20
	MaxCode    = 80
	maxDigits  = 12
)

// DefaultPattern writes INV-2026-00001.
const DefaultPattern = "{series}{year}-{number:5}"

// The series of a merchant that has chosen none.
const (
	DefaultSeries       = "INV-"
	DefaultCreditSeries = "CN-"
)

// Pattern says how numbers are written: {series}, {year}, {number} and
// {number:5}, which fills up with zeros; all else stands as it is.
type Pattern string

// Yearly reports whether numbers begin anew with the year, as they do where it
// is part of them.
func (p Pattern) Yearly() bool { return strings.Contains(string(p), "{year}") }

// Write writes a number.
func (p Pattern) Write(series string, year int, number int64) string {
	out, _ := p.fill(series, year, number)
	return out
}

// fill writes a number and tells how often the pattern asks for it.
func (p Pattern) fill(series string, year int, number int64) (string, int) {
	var b strings.Builder
	rest, numbers := string(p), 0
	for {
		before, after, open := strings.Cut(rest, "{")
		b.WriteString(before)
		if !open {
			return b.String(), numbers
		}
		name, next, closed := strings.Cut(after, "}")
		if !closed {
			return b.String(), -1
		}
		rest = next
		switch width, sized := strings.CutPrefix(name, "number:"); {
		case name == "series":
			b.WriteString(series)
		case name == "year":
			b.WriteString(strconv.Itoa(year))
		case name == "number":
			b.WriteString(strconv.FormatInt(number, 10))
			numbers++
		case sized:
			n, err := strconv.Atoi(width)
			if err != nil || n < 1 || n > maxDigits {
				return b.String(), -1
			}
			fmt.Fprintf(&b, "%0*d", n, number)
			numbers++
		default:
			return b.String(), -1
		}
	}
}

// CheckNumbering lists what is wrong with a pattern and the two series.
func CheckNumbering(pattern Pattern, series, credits string, l *fault.List) {
	text, numbers := pattern.fill(series, 2026, 1)
	switch {
	case numbers != 1:
		l.Add("/pattern", "invalid_pattern", "a pattern has {number} or {number:5} once, and may have {series} and {year}, such as %s", DefaultPattern)
	case len(pattern) > MaxPattern || !plain(text):
		l.Add("/pattern", "invalid_pattern", "a pattern has at most %d letters, digits, spaces and signs", MaxPattern)
	case text == pattern.Write(credits, 2026, 1):
		l.Add("/credit_series", "same_series", "invoices and credit notes need different series, and {series} in the pattern, so that no two numbers are alike")
	}
	for at, s := range map[string]string{"/series": series, "/credit_series": credits} {
		if s == "" || len(s) > MaxSeries || !plain(s) || strings.ContainsAny(s, "{}") {
			l.Add(at, "invalid_series", "a series has 1 to %d letters, digits and signs", MaxSeries)
		}
	}
}

func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
