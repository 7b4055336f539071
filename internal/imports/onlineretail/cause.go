package onlineretail

import "strings"

// Cause is why stock changed, as far as the note tells.
type Cause string

const (
	Unexplained Cause = "unexplained" // no note, or "?"
	ThrownAway  Cause = "thrown_away"
	Damaged     Cause = "damaged"
	Lost        Cause = "lost"
	GivenAway   Cause = "given_away"  // samples, showroom, mailouts
	SoldAsSet   Cause = "sold_as_set" // a set was sold, its pieces left, or the other way round
	Mixed       Cause = "mixed_up"    // wrong code, barcode or label
	CameBack    Cause = "came_back"
	Found       Cause = "found"
	Elsewhere   Cause = "elsewhere" // moved for another sales channel
	Recounted   Cause = "recounted" // counts, checks, corrections
	Otherwise   Cause = "other"     // a note without a word known here
)

// causes are words in notes, in lower case. The first row with a hit decides,
// so that "damages/showroom" is damage.
var causes = []struct {
	cause Cause
	words []string
}{
	{ThrownAway, []string{"throw", "discard", "destroy"}},
	{Damaged, []string{"damag", "broke", "breakage", "crush", "smash", "crack", "wet", "rust", "mould", "faulty", "unsaleable", "smudge", "water"}},
	{Lost, []string{"lost", "missing", "mia", "not rcvd", "stolen"}},
	{GivenAway, []string{"sample", "showroom", "display", "given away", "mailout", "gift"}},
	{SoldAsSet, []string{"as set", "in set", "sold set", "dotcom set", "sold in", "sold as"}},
	{Mixed, []string{"wrong", "barcode", "label", "code", "mix"}},
	{CameBack, []string{"return", "credit"}},
	{Found, []string{"found", "put aside"}},
	{Elsewhere, []string{"amazon", "dotcom", "ebay", "online", "website", "cargo"}},
	{Recounted, []string{"count", "check", "adjust", "reverse", "correct", "error", "mystery", "difference"}},
}

func causeOf(note string) Cause {
	note = strings.ToLower(note)
	for _, row := range causes {
		for _, word := range row.words {
			if strings.Contains(note, word) {
				return row.cause
			}
		}
	}
	if strings.Trim(note, "?! .") == "" {
		return Unexplained
	}
	return Otherwise
}
