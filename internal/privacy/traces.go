package privacy

import (
	"strings"
	"unicode"

	"orderly/internal/party"
)

// MaxTraces bounds the texts by which a person is looked for elsewhere.
const MaxTraces = 2000

// Traces are texts that stand for a person wherever they are found: addresses
// of mail, phone numbers, full names, streets with a number. A first name
// alone is nobody's.
type Traces struct {
	texts map[string]bool
}

// Add takes the texts of somebody's contact and addresses.
func (t *Traces) Add(c party.Contact, at ...party.Address) {
	t.email(c.Email)
	t.phone(c.Phone)
	t.full(c.Name)
	for _, a := range at {
		t.full(a.Name)
		t.phone(a.Phone)
		if strings.ContainsFunc(a.Line1, unicode.IsDigit) && len(a.Line1) >= 8 {
			t.add(a.Line1)
		}
	}
}

func (t *Traces) email(s string) {
	if strings.Contains(s, "@") && len(s) >= 6 {
		t.add(s)
	}
}

func (t *Traces) phone(s string) {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	if n >= 7 {
		t.add(s)
	}
}

func (t *Traces) full(s string) {
	if len(strings.Fields(s)) >= 2 && len(s) >= 6 {
		t.add(s)
	}
}

func (t *Traces) add(s string) {
	if t.texts == nil {
		t.texts = map[string]bool{}
	}
	if len(t.texts) < MaxTraces {
		t.texts[strings.ToLower(strings.TrimSpace(s))] = true
	}
}

// Len is how many texts there are.
func (t *Traces) Len() int { return len(t.texts) }

// Longest is the length of the longest text in bytes.
func (t *Traces) Longest() (n int) {
	for s := range t.texts {
		n = max(n, len(s))
	}
	return n
}

// In reports whether a text holds any of them, whatever the case of letters.
func (t *Traces) In(text string) bool {
	if text == "" || len(t.texts) == 0 {
		return false
	}
	text = strings.ToLower(text)
	for s := range t.texts {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}
