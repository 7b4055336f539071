package imports

import (
	"strings"
	"time"
)

// How a file writes days by three numbers, where that is not to be seen.
const (
	dayFirst   = "dmy"
	monthFirst = "mdy"
)

// dayLayouts are how a row may write a day that says itself what is what.
var dayLayouts = []string{
	time.DateOnly, "2006/1/2", "2006-1-2", "2006.1.2", "2.1.2006", "2.1.06",
	"2-Jan-06", "2-Jan-2006", "2 Jan 2006", "2 January 2006", "Jan 2, 2006", "January 2, 2006", "2/Jan/2006",
}

// Day reads a day, or the day of a moment as it is written there, as yyyy-mm-dd.
// order says whether the day or the month stands first where a day is three numbers
// with strokes between, "" when nobody said. wrong says why it is none.
func Day(text, order string) (day, wrong string) {
	for _, plain := range []string{text, dateOf(text)} {
		for _, layout := range dayLayouts {
			if t, err := time.Parse(layout, plain); err == nil {
				return known(t, text)
			}
		}
		first, errDay := numbers("2/1", plain)
		second, errMonth := numbers("1/2", plain)
		switch {
		case errDay != nil && errMonth != nil:
		case errMonth != nil, order == dayFirst && errDay == nil, errDay == nil && first.Equal(second):
			return dated(first, order == monthFirst && errMonth != nil, text)
		case errDay != nil, order == monthFirst:
			return dated(second, order == dayFirst, text)
		default:
			return "", quote(text) + " may be " + first.Format("2 January 2006") + " or " + second.Format("2 January 2006") +
				"; say in the column dates which of both: " + dayFirst + " or " + monthFirst
		}
	}
	if t, err := ParseTime(text, time.UTC); err == nil {
		return known(t, text)
	}
	return "", quote(text) + " is not a day; write it like 2026-03-31 or 31-Mar-2026"
}

// dated is a day, unless the file says that its days are written the other way.
func dated(t time.Time, against bool, text string) (string, string) {
	if against {
		return "", quote(text) + " is not a day in the order that the column dates says"
	}
	return known(t, text)
}

func known(t time.Time, text string) (string, string) {
	if t.Year() < 1970 || t.Year() > 9999 {
		return "", quote(text) + " is not a day since 1970"
	}
	return t.Format(time.DateOnly), ""
}

// numbers reads three numbers with strokes or dashes between, the year last.
func numbers(order, text string) (time.Time, error) {
	text = strings.ReplaceAll(text, "-", "/")
	if t, err := time.Parse(order+"/2006", text); err == nil {
		return t, nil
	}
	return time.Parse(order+"/06", text)
}

// dateOf is a text without a time of day behind it.
func dateOf(text string) string {
	colon := strings.IndexByte(text, ':')
	if i := strings.LastIndexByte(text[:max(0, colon)], ' '); i > 0 {
		return text[:i]
	}
	return text
}
