package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/fault"
)

// ItemTokens are the words by which an item is found, sorted, each once: of
// its SKU and its name whole and in parts, and its barcodes. An item has about
// eight.
func ItemTokens(sku, name string, barcodes []string) []string {
	var out []string
	for _, text := range append([]string{sku, name}, barcodes...) {
		for _, field := range strings.Fields(fold(text)) {
			out = append(out, itemWords(field)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// itemWords are a field and, where it has several, its parts. Unlike a name of
// a person a single letter is a word: sizes are.
func itemWords(field string) []string {
	whole := bounded(field)
	if whole == "" {
		return nil
	}
	out := []string{whole}
	parts := strings.FieldsFunc(whole, func(r rune) bool { return !letterOrDigit(r) && !unicode.Is(unicode.M, r) })
	if len(parts) > 1 {
		out = append(out, parts...)
	}
	return out
}

// bounded trims what is no letter or digit, and cuts what is too long.
func bounded(field string) string {
	w, n := trim(field), 0
	for i := range w {
		if n == MaxToken {
			return trim(w[:i])
		}
		n++
	}
	return w
}

// Beginnings are the words of a question about items, each once: an item is
// found when it has for each of them a word that begins so.
func Beginnings(text string) ([]string, error) {
	if utf8.RuneCountInString(text) > MaxQuestion {
		return nil, fault.New(fault.Invalid, "too_long", "at most %d characters", MaxQuestion)
	}
	var out []string
	for _, field := range strings.Fields(fold(text)) {
		if w := bounded(field); w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	if len(out) > MaxWords {
		return nil, fault.New(fault.Invalid, "too_many_words", "at most %d words", MaxWords)
	}
	return out, nil
}
