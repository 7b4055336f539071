package edi

import (
	"strconv"
	"strings"
)

// Number is a decimal of at most six places as whole millionths, the precision
// of a unit price. Quantities, weights and amounts of documents are Numbers.
type Number int64

const (
	places    = 6
	one       = 1_000_000
	maxDigits = 12 // before the point
)

// Whole is a number without places.
func Whole(n int64) Number { return Number(n) * one }

// ParseNumber reads "-12.5"; a comma is a point. More places than six, or more
// digits than twelve before the point, are no number of ours.
func ParseNumber(s string) (Number, bool) {
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	at := strings.IndexAny(s, ".,")
	whole, part := s, ""
	if at >= 0 {
		whole, part = s[:at], strings.TrimRight(s[at+1:], "0")
	}
	whole = strings.TrimLeft(whole, "0")
	if s == "" || s == "." || s == "," || len(whole) > maxDigits || len(part) > places || !digits(whole) || !digits(part) {
		return 0, false
	}
	n, _ := strconv.ParseInt("0"+whole, 10, 64)
	p, _ := strconv.ParseInt(part+strings.Repeat("0", places-len(part)), 10, 64)
	v := Number(n*one + p)
	if negative {
		v = -v
	}
	return v, true
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// String writes the number without needless zeros: 12.5, 3, -0.25.
func (n Number) String() string { return n.With('.') }

// With writes the number with the given decimal mark.
func (n Number) With(mark byte) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	whole, part := int64(n)/one, int64(n)%one
	out := sign + strconv.FormatInt(whole, 10)
	if part == 0 {
		return out
	}
	text := strconv.FormatInt(part+one, 10)[1:]
	return out + string(rune(mark)) + strings.TrimRight(text, "0")
}

// Count is the number as a whole count; false when it has places.
func (n Number) Count() (int64, bool) { return int64(n) / one, int64(n)%one == 0 }

// Hundredths is the number in hundredths, rounded half away from zero, and
// back; X12 writes totals so.
func (n Number) Hundredths() int64 {
	half := Number(one / 200)
	if n < 0 {
		half = -half
	}
	return int64((n + half) / (one / 100))
}

// OfHundredths is a number of so many hundredths.
func OfHundredths(v int64) Number { return Number(v) * (one / 100) }

// ValidDate holds CCYYMMDD and YYMMDD against the calendar.
func ValidDate(s string) bool {
	if len(s) == 6 {
		s = "20" + s
	}
	if len(s) != 8 || !digits(s) {
		return false
	}
	y, _ := strconv.Atoi(s[:4])
	m, _ := strconv.Atoi(s[4:6])
	d, _ := strconv.Atoi(s[6:])
	return y >= 1900 && m >= 1 && m <= 12 && d >= 1 && d <= daysIn(y, m)
}

func daysIn(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// ValidTime holds HHMM, HHMMSS and decimal seconds against the clock.
func ValidTime(s string) bool {
	if len(s) < 4 || len(s) > 8 || !digits(s) {
		return false
	}
	return s[:2] < "24" && s[2:4] < "60" && (len(s) == 4 || len(s) >= 6 && s[4:6] < "60")
}

// Date is a day of a document, CCYYMMDD; empty when none is given.
type Date string

// DateOf reads CCYYMMDD and YYMMDD; what is no date is none. Years of two
// digits are of this century.
func DateOf(s string) Date {
	if !ValidDate(s) {
		return ""
	}
	if len(s) == 6 {
		s = "20" + s
	}
	return Date(s)
}
