package httpapi

import (
	"time"

	"github.com/danielgtaylor/huma/v2"

	"orderly/internal/fault"
	"orderly/internal/money"
)

// instantLayout is RFC 3339 in UTC with microseconds.
const instantLayout = "2006-01-02T15:04:05.000000Z"

// instant writes microseconds since 1970; "" when there is none.
func instant(at int64) string {
	if at == 0 {
		return ""
	}
	return time.UnixMicro(at).UTC().Format(instantLayout)
}

// The years that an instant may lie in.
const (
	firstYear = 1970
	lastYear  = 2200
)

// parseInstant reads an RFC 3339 instant of any zone; "" is none.
func parseInstant(at, text string, faults *fault.List) int64 {
	if text == "" {
		return 0
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || t.UTC().Year() < firstYear || t.UTC().Year() >= lastYear {
		faults.Add(at, "invalid_instant", "%.40q is not an instant; write RFC 3339, for example 2026-11-23T09:30:00Z", text)
		return 0
	}
	return max(1, t.UnixMicro())
}

// amount reads decimal text of the major unit; "" is zero. Without a known
// currency, whose own fault is told elsewhere, there is nothing to read.
func amount(c money.Currency, at, text string, faults *fault.List) int64 {
	if text == "" || c.IsZero() {
		return 0
	}
	v, err := c.ParseAmount(text)
	faults.AddError(at, err)
	return v
}

// price reads a unit price; "" is zero.
func price(at, text string, faults *fault.List) money.Price {
	if text == "" {
		return 0
	}
	v, err := money.ParsePrice(text)
	faults.AddError(at, err)
	return v
}

// degrees reads and writes a position: decimal text of at most six decimals.
func degrees(at, text string, faults *fault.List) int64 {
	if text == "" {
		return 0
	}
	v, err := money.ParsePrice(text)
	if err != nil {
		faults.Add(at, "invalid_position", "%.40q is not a position; write degrees as decimal text with at most six decimals", text)
	}
	return int64(v)
}

func degreesText(v int64) string {
	if v == 0 {
		return ""
	}
	return money.Price(v).String()
}

// Custom is the merchant's own fields of a thing: one flat JSON object.
type Custom []byte

// MarshalJSON writes the fields as they are.
func (c Custom) MarshalJSON() ([]byte, error) { return c, nil }

// Schema documents them.
func (Custom) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeObject, Description: "Fields of your own: texts, numbers, true, false or null under snake_case names.",
		AdditionalProperties: &huma.Schema{}, Examples: []any{map[string]any{"gift": true, "campaign": "winter"}},
	}
}
