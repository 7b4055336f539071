package search

import (
	"slices"
	"strings"

	"orderly/internal/party"
)

// CustomerTokens are the words by which a customer is found, sorted, each once:
// of name and company, the e-mail address whole and in parts, the phone number
// by its digits, and the channel's id. A customer has about six.
func CustomerTokens(c *party.Customer) []string {
	var out []string
	for _, text := range [...]string{c.Contact.Name, c.Contact.Company, c.Contact.Email, c.ExternalID} {
		for _, field := range strings.Fields(fold(text)) {
			out = append(out, itemWords(field)...)
		}
	}
	for _, phone := range [...]string{c.Contact.Phone, c.Address.Phone} {
		if t := phoneToken(phone); t != "" {
			out = append(out, t)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// People are the words of a question about customers, each once. What looks
// like a phone number is one word, however it is grouped.
func People(text string) ([]string, error) {
	if t := phoneToken(text); t != "" && phoneLike(text) {
		return []string{t}, nil
	}
	return Beginnings(text)
}
