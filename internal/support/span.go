package support

import (
	"strconv"
	"strings"
)

// spans are the units in which people write targets, the largest first.
var spans = []struct {
	mark    string
	minutes int64
}{{"d", 24 * 60}, {"h", 60}, {"m", 1}}

// SpanText writes minutes as people say them: 90 m, 4 h, 3 d; "" for no clock.
func SpanText(minutes int64) string {
	for _, s := range spans {
		if minutes > 0 && minutes%s.minutes == 0 {
			return strconv.FormatInt(minutes/s.minutes, 10) + " " + s.mark
		}
	}
	return ""
}

// ParseSpan reads what SpanText writes; "" and "0" are no clock. A number alone
// is hours.
func ParseSpan(text string) (minutes int64, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return 0, true
	}
	unit := int64(60)
	for _, s := range spans {
		if rest, found := strings.CutSuffix(text, s.mark); found {
			text, unit = strings.TrimSpace(rest), s.minutes
			break
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > maxTarget {
		return 0, false
	}
	return n * unit, true
}
