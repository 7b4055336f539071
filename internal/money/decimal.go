package money

import "strconv"

// maxText bounds the text of one number: sign, digits, point and some zeros.
const maxText = 40

var pow10 = [...]int64{1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000}

// flaw says why a decimal text is refused; the caller has the words for it.
type flaw uint8

const (
	sound flaw = iota
	malformed
	tooPrecise
	overLimit
)

// parseDecimal reads -?digits[.digits] as an integer of 10^-decimals and
// refuses more than limit of either sign. Zeros beyond the decimals are read
// over; anything else there is tooPrecise. It also gives the digits it saw
// after the point, for callers that are stricter.
func parseDecimal(s string, decimals int, limit int64) (value int64, places int, f flaw) {
	digits := s
	if len(s) > 0 && s[0] == '-' {
		digits = s[1:]
	}
	if len(s) > maxText || !wellFormed(digits) {
		return 0, 0, malformed
	}
	point, kept, precise, large := false, 0, false, false
	for i := 0; i < len(digits); i++ {
		switch d := int64(digits[i]) - '0'; {
		case digits[i] == '.':
			point = true
		case point && kept == decimals:
			places++
			precise = precise || d != 0
		default:
			if point {
				places++
				kept++
			}
			if value = value*10 + d; value > limit {
				value, large = limit, true
			}
		}
	}
	switch missing := pow10[decimals-kept]; {
	case precise:
		return 0, places, tooPrecise
	case large || value > limit/missing:
		return 0, places, overLimit
	default:
		value *= missing
	}
	if len(digits) < len(s) {
		value = -value
	}
	return value, places, sound
}

// wellFormed is true for digits with at most one point between two of them.
func wellFormed(s string) bool {
	point := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] >= '0' && s[i] <= '9':
		case s[i] == '.' && !point && i > 0 && i < len(s)-1:
			point = true
		default:
			return false
		}
	}
	return len(s) > 0
}

// formatDecimal writes an integer of 10^-decimals, dropping zeros at the end
// but never below least decimals. It is right for every int64.
func formatDecimal(v int64, decimals, least int) string {
	var digits, text [24]byte
	d := strconv.AppendUint(digits[:0], magnitude(v), 10)
	t := text[:0]
	if v < 0 {
		t = append(t, '-')
	}
	whole := len(d) - decimals
	if whole <= 0 {
		t = append(t, '0')
	} else {
		t = append(t, d[:whole]...)
	}
	if decimals == 0 {
		return string(t)
	}
	t = append(t, '.')
	for ; whole < 0; whole++ {
		t = append(t, '0')
	}
	t = append(t, d[whole:]...)
	for drop := decimals - least; drop > 0 && t[len(t)-1] == '0'; drop-- {
		t = t[:len(t)-1]
	}
	return string(t)
}

// magnitude is |v|, also for the smallest int64, which has no negative.
func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}
