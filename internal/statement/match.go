package statement

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Candidate is an order that a line may pay.
type Candidate struct {
	Order    int64
	Number   int64
	Names    []string // its external id and the numbers of its invoices
	Customer []string // names of who ordered and pays
	Currency string
	Due      int64 // minor units
	Canceled bool
}

// How sure a proposal is.
const (
	Certain  = "certain"
	Likely   = "likely"
	Possible = "possible"
)

// Why a line is thought to pay an order.
const (
	ByReference = "reference"     // the text names it, the amount is what is due
	Over        = "overpaid"      // names it, more than is due
	Under       = "underpaid"     // names it, less than is due
	Settled     = "nothing_due"   // names it, and it is paid or canceled
	Several     = "several_named" // names more than one
	ByPayer     = "payer_and_amount"
	ByAmount    = "amount"
)

// Proposal is an order that a line may pay, and why.
type Proposal struct {
	Order      int64  `json:"order"`
	Number     int64  `json:"number"`
	Reason     string `json:"reason"`
	Confidence string `json:"confidence"`
	Amount     int64  `json:"amount"` // of the line that would go to it
	Due        int64  `json:"due"`
	Difference int64  `json:"difference"` // paid above what is due; below zero when too little
}

// maxProposals bounds what a person is shown.
const maxProposals = 10

// Words are the texts in a line that may name an order: each word with a digit,
// and neighbors joined, for banks break and space what people write.
func (x *Line) Words() []string {
	var out []string
	for _, text := range []string{x.Text, x.EndToEnd} {
		words := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:()[]\"'", r) })
		for i, w := range words {
			out = append(out, w)
			if i > 0 && len(words[i-1])+len(w) <= 40 {
				out = append(out, words[i-1]+w)
			}
		}
	}
	var kept []string
	for _, w := range out {
		if w = Plain(w); len(w) <= 60 && strings.ContainsAny(w, "0123456789") && !slices.Contains(kept, w) && len(kept) < 60 {
			kept = append(kept, w)
		}
	}
	return kept
}

// Plain is a name as it is compared: letters and digits, in upper case.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, s)
}

// Number is the order's number that a word may be; zero when it is none.
func Number(word string) (n int64) {
	word = strings.TrimLeft(word, "ORDEAUFTGNBSLUMI") // ORDER1042, AUFTRAG1042
	if word == "" || len(word) > 12 {
		return 0
	}
	for _, r := range word {
		if r < '0' || r > '9' {
			return 0
		}
		n = n*10 + int64(r-'0')
	}
	return n
}

// Match says which of the candidates a line may pay, the surest first. Only
// one proposal can be certain: the text names one order alone, which is not
// canceled, and the amount is exactly what is due.
func Match(x *Line, list []Candidate) []Proposal {
	if x.Amount <= 0 || x.Reversal {
		return nil
	}
	words := x.Words()
	payer := Plain(x.Name)
	var named, guessed []Proposal
	for _, c := range list {
		if c.Currency != x.Currency {
			continue
		}
		p := Proposal{Order: c.Order, Number: c.Number, Amount: x.Amount, Due: c.Due, Difference: x.Amount - c.Due}
		switch {
		case c.namedBy(words):
			p.Reason, p.Confidence = reasonOf(&c, x.Amount)
			named = append(named, p)
		case c.Canceled || c.Due <= 0 || c.Due != x.Amount:
		case c.of(payer):
			p.Reason, p.Confidence = ByPayer, Likely
			guessed = append(guessed, p)
		default:
			p.Reason, p.Confidence = ByAmount, Possible
			guessed = append(guessed, p)
		}
	}
	if len(named) > 1 {
		for i := range named {
			named[i].Reason, named[i].Confidence = Several, Likely
		}
	}
	out := append(named, guessed...)
	rank := []string{Certain, Likely, Possible}
	slices.SortStableFunc(out, func(a, b Proposal) int {
		return cmp.Or(cmp.Compare(slices.Index(rank, a.Confidence), slices.Index(rank, b.Confidence)), cmp.Compare(a.Order, b.Order))
	})
	return out[:min(len(out), maxProposals)]
}

func reasonOf(c *Candidate, amount int64) (reason, confidence string) {
	switch {
	case c.Canceled || c.Due <= 0:
		return Settled, Possible
	case amount > c.Due:
		return Over, Likely
	case amount < c.Due:
		return Under, Likely
	}
	return ByReference, Certain
}

func (c *Candidate) namedBy(words []string) bool {
	for _, w := range words {
		if n := Number(w); n != 0 && n == c.Number {
			return true
		}
		for _, name := range c.Names {
			if name = Plain(name); len(name) >= 3 && name == w {
				return true
			}
		}
	}
	return false
}

func (c *Candidate) of(payer string) bool {
	return len(payer) >= 4 && slices.ContainsFunc(c.Customer, func(name string) bool { return Plain(name) == payer })
}
