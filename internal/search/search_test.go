package search_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"orderly/internal/party"
	"orderly/internal/search"
)

// ada is a document with everything.
var ada = search.Document{
	ExternalID: "#1001",
	Customer:   party.Contact{Name: "Ada O’Byron-Smith", Email: "Ada.Byron@Example.com", Phone: "+44 1632 960001", Company: "Müller & Söhne GmbH"},
	ShipTo:     party.Address{Name: "Ada O'Byron-Smith", PostalCode: "LS1 1AA", Phone: "01632 960001"},
	Items:      []int64{35, 36, 35},
	Tracking:   []string{"JD 0123-4"},
}

func TestTokens(t *testing.T) {
	want := []string{"#10", "#z", "+632960001", "0123-4", "1001", "ada", "ada.byron@example.com", "gmbh", "jd", "ls11aa", "muller", "obyron", "obyron-smith", "smith", "sohne"}
	if got := search.Tokens(ada); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := search.Tokens(search.Document{Customer: party.Contact{Name: "J. R. & -"}}); len(got) != 0 {
		t.Errorf("initials and signs are words: %q", got)
	}
}

// Kills: a question folded in another way than documents, and words that are
// cut elsewhere.
func TestQuestions(t *testing.T) {
	tokens := search.Tokens(ada)
	for text, found := range map[string]bool{
		"ada": true, "ADA smith": true, "byron": false, "O'Byron": true, "obyron-smith": true, "Ada.Byron@example.COM": true, "ada.by": true,
		"mül": true, "Muller sohne": true, "söhne mull": true, "mull söhne": false, "ｓｍｉｔｈ": true, "LS1 1AA": true, "ls11aa": true, "ls1": true,
		"01632 960001": true, "+44 (1632) 960001": true, "1632960001": true, "960001": false, "#1001": true, "1001": true, "0123-4": true,
		"smith jones": false, "sm": false, "smi": true, "J smith": true, "10": false, "z": false, "#10": false, "+632": false,
	} {
		words, err := search.Parse(text)
		if err != nil {
			if found {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		all := true
		for i := range words {
			all = all && words[i].Has(tokens, nil)
		}
		if all != found {
			t.Errorf("%q: found %t in %q (%+v)", text, all, tokens, words)
		}
	}
}

func TestQuestionsThatAskForNothing(t *testing.T) {
	for text, code := range map[string]string{
		"": "nothing", " ' - ": "nothing", "x": "nothing", strings.Repeat("ab ", 9): "words", strings.Repeat("a", 201): "long",
	} {
		if words, err := search.Parse(text); err == nil {
			t.Errorf("%q asks for %+v, want a fault about %s", text, words, code)
		}
	}
}

func TestWordsOfAQuestion(t *testing.T) {
	words, err := search.Parse("Mug-1 1007")
	if err != nil || len(words) != 2 {
		t.Fatal(words, err)
	}
	if got := words[0].SKUs; !slices.Equal(got, []string{"Mug-1", "MUG-1", "mug-1"}) {
		t.Errorf("spellings: %q", got)
	}
	if words[0].Prefix || !words[1].Prefix || words[1].Number != 1007 || words[0].Number != 0 {
		t.Errorf("%+v", words)
	}
}

// Every document is found by each of its fields, whatever they hold.
func TestFieldsFindTheirDocument(t *testing.T) {
	text := rapid.StringMatching(`[A-Za-zÀ-ž0-9'’.&@ _-]{0,24}`)
	rapid.Check(t, func(t *rapid.T) {
		d := search.Document{
			ExternalID: text.Draw(t, "external id"), Tracking: []string{text.Draw(t, "tracking")},
			Customer: party.Contact{Name: text.Draw(t, "name"), Company: text.Draw(t, "company"), Email: text.Draw(t, "e-mail")},
		}
		tokens := search.Tokens(d)
		if !slices.IsSorted(tokens) || len(slices.Compact(slices.Clone(tokens))) != len(tokens) {
			t.Fatalf("not sorted, or twice: %q", tokens)
		}
		for _, field := range []string{d.ExternalID, d.Tracking[0], d.Customer.Name, d.Customer.Company, d.Customer.Email} {
			for _, asked := range strings.Fields(strings.ToUpper(field)) {
				words, err := search.Parse(asked)
				if err == nil && !words[0].Has(tokens, nil) {
					t.Fatalf("%q is not found in %q: %+v", asked, tokens, words)
				}
			}
		}
	})
}

func TestDiff(t *testing.T) {
	drop, add := search.Diff([]string{"a", "b", "d"}, []string{"b", "c", "d", "e"})
	if !slices.Equal(drop, []string{"a"}) || !slices.Equal(add, []string{"c", "e"}) {
		t.Error(drop, add)
	}
}

// Any text gives words that are bounded and stay themselves.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"ada smith", "+44 1632 960001", "LS1 1AA", "ord_0pmnqh2000400", "İSTANBUL", "\xff\x00", "ǆ ß e\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words, err := search.Parse(s)
		if err != nil {
			return
		}
		for _, w := range words {
			own := w.Tokens[0]
			if own == "" || !utf8.ValidString(own) || utf8.RuneCountInString(own) > search.MaxToken || strings.ContainsAny(own, "\n ") || strings.ContainsAny(own[:1], "#+") {
				t.Errorf("%q asks for %q", s, own)
			}
			again, err := search.Parse(own)
			if err != nil || again[0].Tokens[0] != own {
				t.Errorf("%q is asked for as %q and that as %+v, %v", s, own, again, err)
			}
		}
	})
}
