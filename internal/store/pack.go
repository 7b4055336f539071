package store

import (
	"encoding/json"
	"strings"

	"orderly/internal/party"
)

// address is how a row keeps a postal address.
type address struct {
	Name       string `json:"name,omitempty"`
	Company    string `json:"company,omitempty"`
	Line1      string `json:"line1,omitempty"`
	Line2      string `json:"line2,omitempty"`
	City       string `json:"city,omitempty"`
	Region     string `json:"region,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	Country    string `json:"country,omitempty"`
	Phone      string `json:"phone,omitempty"`
	Latitude   int64  `json:"latitude,omitempty"`
	Longitude  int64  `json:"longitude,omitempty"`
}

// PackAddress gives the stored form; "" for an empty address.
func PackAddress(a party.Address) string {
	if a.IsZero() {
		return ""
	}
	b, err := json.Marshal(address(a))
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return string(b)
}

// UnpackAddress reads the stored form.
func UnpackAddress(s string) (party.Address, error) {
	var a address
	if s == "" {
		return party.Address{}, nil
	}
	err := json.Unmarshal([]byte(s), &a)
	return party.Address(a), err
}

// PackWords keeps a list of words, none of which holds a line break.
func PackWords(words []string) string { return strings.Join(words, "\n") }

// UnpackWords reads what PackWords kept.
func UnpackWords(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// Null is nil for an empty text, so that a unique key ignores it.
func Null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Bool is 1 or 0, as rows keep it.
func Bool(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
