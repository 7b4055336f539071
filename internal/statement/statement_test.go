package statement_test

import (
	"testing"

	"orderly/internal/statement"
)

// Kills: certainty from a name alone, or for two orders; an amount of another
// currency; money that left or was taken back.
func TestMatch(t *testing.T) {
	list := []statement.Candidate{
		{Order: 1, Number: 1000, Names: []string{"WEB-77", "INV-2026-00001"}, Customer: []string{"Ada Byron"}, Currency: "GBP", Due: 2590},
		{Order: 2, Number: 1001, Customer: []string{"Grace Hopper"}, Currency: "GBP", Due: 500},
		{Order: 3, Number: 1002, Currency: "EUR", Due: 500},
		{Order: 4, Number: 1003, Currency: "GBP", Canceled: true},
	}
	for _, tc := range []struct {
		line               statement.Line
		order              int64
		reason, confidence string
	}{
		{statement.Line{Text: "Order #1000", Amount: 2590}, 1, statement.ByReference, statement.Certain},
		{statement.Line{Text: "thank you, ORDER1000.", Amount: 2590}, 1, statement.ByReference, statement.Certain},
		{statement.Line{Text: "web 77", Amount: 2590}, 1, statement.ByReference, statement.Certain},
		{statement.Line{EndToEnd: "INV-2026-00001", Amount: 2590}, 1, statement.ByReference, statement.Certain},
		{statement.Line{Text: "1000", Amount: 2600}, 1, statement.Over, statement.Likely},
		{statement.Line{Text: "1000", Amount: 2000}, 1, statement.Under, statement.Likely},
		{statement.Line{Text: "1000 and 1001", Amount: 2590}, 1, statement.Several, statement.Likely},
		{statement.Line{Text: "1003", Amount: 77}, 4, statement.Settled, statement.Possible},
		{statement.Line{Name: "GRACE  HOPPER", Amount: 500}, 2, statement.ByPayer, statement.Likely},
		{statement.Line{Name: "Somebody", Amount: 500}, 2, statement.ByAmount, statement.Possible},
		{statement.Line{Text: "Order 1000", Amount: -2590}, 0, "", ""},
		{statement.Line{Text: "Order 1000", Amount: 2590, Reversal: true}, 0, "", ""},
		{statement.Line{Text: "10001", Amount: 3}, 0, "", ""},
	} {
		tc.line.Currency = "GBP"
		got := statement.Match(&tc.line, list)
		if tc.order == 0 {
			if len(got) > 0 {
				t.Errorf("%+v: %+v", tc.line, got)
			}
			continue
		}
		if len(got) == 0 || got[0].Order != tc.order || got[0].Reason != tc.reason || got[0].Confidence != tc.confidence || got[0].Difference != tc.line.Amount-got[0].Due {
			t.Errorf("%+v: %+v, want %+v", tc.line, got, tc)
		}
	}
}
