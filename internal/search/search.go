// Package search says by which words an order is found, and what a question
// asks for.
//
// What belongs here: how text becomes tokens, for orders and for questions
// alike. What does not: where tokens are kept and how they are looked up.
//
// A token is a word, folded: lower case, without marks on its letters. It
// begins with a letter or a digit, so tokens that begin otherwise are those of
// items and phone numbers, which no word can be taken for.
package search

import (
	"slices"
	"strconv"
	"strings"

	"orderly/internal/party"
)

// MaxToken is how many characters of a word count.
const MaxToken = 80

// Document is what of an order can be searched.
type Document struct {
	ExternalID string
	Customer   party.Contact
	ShipTo     party.Address
	BillTo     party.Address
	Items      []int64  // of all lines, bundles and components alike
	Tracking   []string // of its parcels
}

// Tokens are the words of a document, sorted, each once. An order of three
// lines has about ten: numbers are not among them, they have an index.
func Tokens(d Document) []string {
	var out []string
	for _, name := range [...]string{d.Customer.Name, d.Customer.Company, d.ShipTo.Name, d.ShipTo.Company, d.BillTo.Name, d.BillTo.Company} {
		out = append(out, nameTokens(name)...)
	}
	for _, code := range append([]string{d.ExternalID, d.Customer.Email}, d.Tracking...) {
		out = append(out, codeTokens(code)...)
	}
	for _, phone := range [...]string{d.Customer.Phone, d.ShipTo.Phone} {
		if t := phoneToken(phone); t != "" {
			out = append(out, t)
		}
	}
	for _, place := range [...]string{d.ShipTo.PostalCode, d.BillTo.PostalCode} {
		if t := word(strings.Join(strings.Fields(fold(place)), "")); t != "" {
			out = append(out, t)
		}
	}
	for _, id := range d.Items {
		out = append(out, ItemToken(id))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ItemToken stands for an item. SKUs are not kept: what a customer is called
// must not be taken for one.
func ItemToken(id int64) string { return "#" + strconv.FormatInt(id, 36) }

// nameTokens are the words of a name; what a hyphen joins counts whole and in
// its parts.
func nameTokens(name string) []string {
	var out []string
	for _, field := range strings.Fields(fold(name)) {
		w := word(field)
		if w == "" {
			continue
		}
		out = append(out, w)
		parts := strings.FieldsFunc(w, func(r rune) bool { return !letterOrDigit(r) })
		for _, p := range parts {
			if p = word(p); len(parts) > 1 && p != "" {
				out = append(out, p)
			}
		}
	}
	return out
}

// codeTokens are the words of what is written in one piece, as a rule: ids,
// addresses and tracking numbers keep what stands inside them.
func codeTokens(code string) []string {
	var out []string
	for _, field := range strings.Fields(fold(code)) {
		if w := word(field); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// Digits of a phone number that count, and how few make one. The last nine are
// the same with and without the country's code.
const (
	phoneDigits = 9
	phoneLeast  = 7
)

func phoneToken(phone string) string {
	digits := onlyDigits(phone)
	if len(digits) < phoneLeast {
		return ""
	}
	return "+" + digits[max(0, len(digits)-phoneDigits):]
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, fold(s))
}

// Diff tells which tokens an order loses and which it gains. Both lists are
// sorted.
func Diff(before, after []string) (drop, add []string) {
	for _, t := range before {
		if _, stays := slices.BinarySearch(after, t); !stays {
			drop = append(drop, t)
		}
	}
	for _, t := range after {
		if _, was := slices.BinarySearch(before, t); !was {
			add = append(add, t)
		}
	}
	return drop, add
}
