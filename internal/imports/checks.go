package imports

import (
	"net/mail"
	"strconv"
	"strings"
	"time"

	"orderly/internal/fault"
	"orderly/internal/money"
)

// Lengths in characters. They are what the nouns allow, so that a row that
// passes here is seldom refused there.
const (
	maxSKU     = 80
	maxTitle   = 300
	maxName    = 200
	maxCode    = 40
	maxBin     = 60
	maxUnit    = 20
	maxPicture = 1000
	maxNumber  = 40
	maxCounted = 50 // barcodes or components of one item
)

// timeLayouts are how a row may write a moment. Without a zone it is the wall
// clock of the merchant.
var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04",
	"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05Z07:00", time.DateOnly,
}

// ParseTime reads the moment of a row that has passed its checks.
func ParseTime(text string, zone *time.Location) (time.Time, error) {
	for _, layout := range timeLayouts {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fault.New(fault.Invalid, "invalid_time",
		"%.40q is not a time; write it like 2026-03-31T08:30:00Z or 2026-03-31 08:30:00", text)
}

func moment(text string) (string, string) {
	if t, err := ParseTime(text, time.UTC); err != nil || t.Year() < 1970 || t.Year() > 9999 {
		return text, quote(text) + " is not a time since 1970; write it like 2026-03-31T08:30:00Z or 2026-03-31 08:30:00"
	}
	return text, ""
}

func price(text string) (string, string) {
	switch p, err := money.ParsePrice(text); {
	case err != nil:
		return text, quote(text) + " is not a price; write it like 1234.50, without a currency sign or thousands separators"
	case p < 0:
		return text, quote(text) + " is negative; a price is zero or more"
	}
	return text, ""
}

func currency(text string) (string, string) {
	upper := strings.ToUpper(text)
	if _, err := money.ParseCurrency(upper); err != nil {
		return text, quote(text) + " is not a currency; write the ISO 4217 code, such as EUR"
	}
	return upper, ""
}

func country(text string) (string, string) {
	upper := strings.ToUpper(text)
	if len(upper) != 2 || strings.Trim(upper, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return text, quote(text) + " is not a country code; write two letters by ISO 3166, such as GB"
	}
	return upper, ""
}

func email(text string) (string, string) {
	if a, err := mail.ParseAddress(text); err != nil || a.Address != text {
		return text, quote(text) + " is not an e-mail address; write it as name@example.com or leave it out"
	}
	return text, ""
}

// quantity is a decimal of either sign; some exports write "12.0" for 12.
func quantity(text string) (string, string) {
	digits := strings.TrimPrefix(text, "-")
	whole, part, _ := strings.Cut(digits, ".")
	part = strings.TrimRight(part, "0")
	if _, err := money.ParsePrice(text); err != nil || len(part) > money.MaxScale || tooMany(whole) {
		return text, quote(text) + " is not a quantity; write a number such as 12 or 0.5, with at most " +
			strconv.Itoa(money.MaxScale) + " decimals and no unit"
	}
	if part != "" {
		whole += "." + part
	}
	if len(digits) < len(text) {
		whole = "-" + whole
	}
	return whole, ""
}

func tooMany(whole string) bool {
	n, err := strconv.ParseInt(whole, 10, 64)
	return err != nil || n > money.MaxQuantity
}

func positive(text string) (string, string) {
	clean, wrong := quantity(text)
	if wrong == "" && (clean[0] == '-' || strings.Trim(clean, "0.") == "") {
		wrong = quote(text) + " is not above zero"
	}
	return clean, wrong
}

// between takes whole numbers within two bounds.
func between(least, most int64) check {
	return func(text string) (string, string) {
		clean, wrong := quantity(text)
		if n, err := strconv.ParseInt(clean, 10, 64); wrong != "" || err != nil || n < least || n > most {
			return text, quote(text) + " is not a whole number between " +
				strconv.FormatInt(least, 10) + " and " + strconv.FormatInt(most, 10)
		}
		return clean, ""
	}
}

// oneOf takes a few words in any case.
func oneOf(words ...string) check {
	return func(text string) (string, string) {
		for _, w := range words {
			if strings.EqualFold(w, text) {
				return w, ""
			}
		}
		return text, quote(text) + " is none of " + strings.Join(words, ", ")
	}
}

const (
	yes = "true"
	no  = "false"
)

func truth(text string) (string, string) {
	switch strings.ToLower(text) {
	case yes, "yes", "y", "1", "paid":
		return yes, ""
	case no, "no", "n", "0", "unpaid", "pending":
		return no, ""
	}
	return text, quote(text) + " is neither yes nor no"
}

func quote(text string) string { return strconv.Quote(clip(text, 60)) }
