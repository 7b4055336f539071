package search

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

// Limits of a question.
const (
	MaxWords    = 8
	MaxQuestion = 200 // characters
	prefixFrom  = 3   // characters from which the last word stands for all that begin so
)

// Word is one word of a question. An order that has any of what it stands for
// has the word.
type Word struct {
	Tokens []string // the word itself, and the phone number that it may be
	SKUs   []string // spellings of the SKU that it may be
	Number int64    // the order number that it may be; 0 for none
	Order  int64    // the order's id that it is; 0 for none
	Prefix bool     // what begins like Tokens[0] or one of the SKUs will do too
}

// Parse reads a question. Every word of it must be found; the last one also as
// the beginning of a word.
func Parse(text string) ([]Word, error) {
	if utf8.RuneCountInString(text) > MaxQuestion {
		return nil, fault.New(fault.Invalid, "too_long", "at most %d characters", MaxQuestion)
	}
	fields := joinParts(strings.Fields(text))
	var out []Word
	last := false
	for _, field := range fields {
		w, ok := parseWord(field)
		if last = ok; ok {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "nothing_to_find", "write at least one word of two letters, or a number")
	}
	if len(out) > MaxWords {
		return nil, fault.New(fault.Invalid, "too_many_words", "at most %d words", MaxWords)
	}
	end := &out[len(out)-1]
	end.Prefix = last && utf8.RuneCountInString(end.Tokens[0]) >= prefixFrom
	return out, nil
}

func parseWord(field string) (Word, bool) {
	var w Word
	token := word(fold(field))
	if token == "" {
		return w, false
	}
	w.Tokens = []string{token}
	for _, sku := range [...]string{field, strings.ToUpper(field), strings.ToLower(field)} {
		if len(w.SKUs) == 0 || sku != w.SKUs[0] && sku != w.SKUs[len(w.SKUs)-1] {
			w.SKUs = append(w.SKUs, sku)
		}
	}
	if onlyDigits(token) == token {
		w.Number, _ = strconv.ParseInt(token, 10, 64)
	}
	if phone := phoneToken(field); phone != "" && phoneLike(field) {
		w.Tokens = append(w.Tokens, phone)
	}
	w.Order, _ = ident.Parse("ord", token)
	return w, true
}

func phoneLike(s string) bool { return strings.Trim(s, "+-/.() 0123456789") == "" }

// joinParts puts together what people write with spaces: a phone number alone,
// and the two halves of a postal code.
func joinParts(fields []string) []string {
	if whole := strings.Join(fields, ""); len(fields) > 1 && phoneLike(whole) && strings.ContainsAny(whole[:1], "+0(") {
		return []string{whole}
	}
	var out []string
	for i := 0; i < len(fields); i++ {
		if i+1 < len(fields) && half(fields[i]) && half(fields[i+1]) {
			out = append(out, fields[i]+fields[i+1])
			i++
			continue
		}
		out = append(out, fields[i])
	}
	return out
}

// half reports whether a field may be half a postal code: short, of letters
// and digits, with a digit.
func half(field string) bool {
	if len(field) > 4 || !strings.ContainsAny(field, "0123456789") {
		return false
	}
	return strings.IndexFunc(field, func(r rune) bool { return r >= utf8.RuneSelf || !letterOrDigit(r) }) < 0
}

// Has reports whether tokens, which are sorted, have one of those of the word.
// items are the tokens of the items whose SKU the word is.
func (w *Word) Has(tokens []string, items map[string]bool) bool {
	for _, t := range tokens {
		if items[t] || w.Prefix && strings.HasPrefix(t, w.Tokens[0]) {
			return true
		}
		for _, own := range w.Tokens {
			if t == own {
				return true
			}
		}
	}
	return false
}
