package text

import (
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"orderly/internal/money"
)

// Number is a whole number with the locale's separators.
func (v *Voice) Number(n int64) string { return v.number.Sprintf("%d", n) }

// Percent is a share, 0.123 as "12.3%".
func (v *Voice) Percent(share float64) string {
	return v.number.Sprintf("%.1f%%", 100*share)
}

// Quantity is steps of a unit with a scale: 1500 at scale 3 is "1.5".
func (v *Voice) Quantity(steps int64, scale int) string {
	return v.trimZeros(v.decimal(steps, scale), scale)
}

// Money is an amount of minor units with its currency, as the locale writes it.
func (v *Voice) Money(minor int64, code string) string {
	c, err := money.ParseCurrency(code)
	if err != nil {
		return v.Number(minor) + " " + code
	}
	sign := ""
	if minor < 0 {
		sign, minor = "−", -minor
	}
	amount := v.decimal(minor, c.Exponent())
	symbol := v.symbol(code)
	if v.symbolBehind() {
		return sign + amount + "\u00a0" + symbol
	}
	if len(symbol) == 3 && symbol == code {
		symbol += "\u00a0"
	}
	return sign + symbol + amount
}

// Price is a unit price in millionths of the major unit.
func (v *Voice) Price(p money.Price, code string) string {
	digits := 2
	if c, err := money.ParseCurrency(code); err == nil {
		digits = c.Exponent()
	}
	const places = 6
	n := int64(p)
	sign := ""
	if n < 0 {
		sign, n = "−", -n
	}
	text := v.decimal(n, places)
	for cut := places; cut > digits && strings.HasSuffix(text, "0"); cut-- {
		text = text[:len(text)-1]
	}
	text = strings.TrimSuffix(text, v.point())
	if v.symbolBehind() {
		return sign + text + "\u00a0" + v.symbol(code)
	}
	return sign + v.symbol(code) + text
}

func (v *Voice) symbol(code string) string {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return code
	}
	return v.number.Sprint(currency.NarrowSymbol(unit))
}

// symbolBehind reports whether the locale writes the currency after the amount.
func (v *Voice) symbolBehind() bool {
	base, _ := v.tag.Base()
	switch base.String() {
	case "en", "ja", "zh", "ko", "th", "hi", "he", "ms", "id":
		return false
	case "nl", "pt", "es":
		region, _ := v.tag.Region()
		return base.String() == "es" && region.String() == "ES" || base.String() == "pt" && region.String() == "PT"
	}
	return v.tag != language.Und
}

// decimal writes n·10^-places with the locale's separators, all places shown.
func (v *Voice) decimal(n int64, places int) string {
	sign := ""
	if n < 0 {
		sign, n = "−", -n
	}
	whole, rest := n, int64(0)
	scale := int64(1)
	for range places {
		scale *= 10
	}
	whole, rest = n/scale, n%scale
	if places == 0 {
		return sign + v.Number(whole)
	}
	digits := strconv.FormatInt(rest, 10)
	return sign + v.Number(whole) + v.point() + strings.Repeat("0", places-len(digits)) + digits
}

func (v *Voice) point() string {
	sample := v.number.Sprintf("%.1f", 1.5)
	if strings.Contains(sample, ",") {
		return ","
	}
	return "."
}

func (v *Voice) trimZeros(text string, places int) string {
	if places == 0 {
		return text
	}
	return strings.TrimSuffix(strings.TrimRight(text, "0"), v.point())
}

// Instant is a moment of the journal (µs UTC) in the reader's zone.
func (v *Voice) Instant(micros int64) time.Time { return time.UnixMicro(micros).In(v.zone) }

// When is a moment as lists show it: the time today, the day this year, the
// date before.
func (v *Voice) When(micros int64) string {
	if micros == 0 {
		return ""
	}
	t := v.Instant(micros)
	switch {
	case sameDay(t, v.now):
		return t.Format(v.T("time.today"))
	case t.Year() == v.now.Year():
		return t.Format(v.T("time.year"))
	}
	return t.Format(v.T("time.date"))
}

// Exact is a moment in full, with its zone.
func (v *Voice) Exact(micros int64) string {
	return v.Instant(micros).Format(v.T("time.exact"))
}

// Day is the date of a moment.
func (v *Voice) Day(micros int64) string { return v.Instant(micros).Format(v.T("time.date")) }

// Age is how long ago a moment was, in its largest unit: "3 h".
func (v *Voice) Age(micros int64) string { return v.Span(v.now.UnixMicro() - micros) }

// Span is a length of time in its largest unit.
func (v *Voice) Span(micros int64) string {
	d := time.Duration(max(micros, 0)) * time.Microsecond
	switch {
	case d < time.Minute:
		return v.T("time.now")
	case d < time.Hour:
		return v.T("time.minutes", "count", int64(d/time.Minute))
	case d < 48*time.Hour:
		return v.T("time.hours", "count", int64(d/time.Hour))
	}
	return v.T("time.days", "count", int64(d/(24*time.Hour)))
}

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}

// Machine is a moment as programs read it, for <time datetime>.
func (v *Voice) Machine(micros int64) string {
	return time.UnixMicro(micros).UTC().Format(time.RFC3339)
}
