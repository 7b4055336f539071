package sourcing_test

import (
	"reflect"
	"testing"

	"orderly/internal/sourcing"
	"orderly/internal/stock"

	"pgregory.net/rapid"
)

// Kills: a reason that reads as another one; a change of the kept form that
// makes what is in the books unreadable.
func TestReasonIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := sourcing.Reason{Rule: rapid.String().Draw(t, "rule"), Tried: rapid.Int().Draw(t, "tried"), Places: rapid.Int().Draw(t, "places"), Exact: rapid.Bool().Draw(t, "exact")}
		if got, ok := sourcing.DecodeReason(r.Encode()); !ok || !reflect.DeepEqual(got, r) {
			t.Fatalf("%+v reads as %+v, %t", r, got, ok)
		}
	})
	d := sourcing.Decision{Places: []stock.LocationID{4, 9}, Tried: 3, Exact: true}
	const kept = `{"rule":"fewest_splits/1","tried":3,"places":2,"exact":true}`
	if got := string(d.Reason().Encode()); got != kept {
		t.Errorf("kept as %s, the books have %s", got, kept)
	}
}

// Kills: a text of another version, or none, that is told as a reason.
func TestReasonOfOldText(t *testing.T) {
	for text, want := range map[string]sourcing.Reason{
		`{"rule":"fewest_splits/1","tried":2,"places":1,"exact":true}`:           {Rule: "fewest_splits/1", Tried: 2, Places: 1, Exact: true},
		`{"exact":false,"places":5,"tried":12,"rule":"nearest/2","cost":"4.20"}`: {Rule: "nearest/2", Tried: 12, Places: 5},
		`{}`: {},
	} {
		if got, ok := sourcing.DecodeReason([]byte(text)); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s reads as %+v, %t", text, got, ok)
		}
	}
	for _, text := range []string{"", "null and void", `{"tried":"many"}`, `[1]`} {
		if got, ok := sourcing.DecodeReason([]byte(text)); ok || !reflect.DeepEqual(got, sourcing.Reason{}) {
			t.Errorf("%q reads as %+v", text, got)
		}
	}
}

// Kills: a bag of beans counted in grams beside mugs; a sentence with a number where
// units cannot be added up.
func TestSentenceOfParts(t *testing.T) {
	name := func(id stock.LocationID) string { return map[stock.LocationID]string{1: "Leeds", 2: "Leicester"}[id] }
	takes := func(n ...int64) (out []sourcing.Considered) {
		for i, q := range n {
			out = append(out, sourcing.Considered{Place: stock.LocationID(i + 1), Has: 10 - int64(i), Takes: q})
		}
		return out
	}
	for want, r := range map[string]sourcing.Reason{
		"Leeds sends all of it. No other place has any of it.":                                                                   {Units: 250, Candidates: takes(250)},
		"Leeds sends all of it. The next best, Leicester, has only some of it under “Near”.":                                     {Units: 250, Strategy: "Near", Candidates: takes(250, 0)},
		"Leeds and Leicester send it together. No place has all of it.":                                                          {Units: 250, Places: 2, Candidates: takes(249, 1)},
		"Leeds sends what there is; parts of it wait for stock. No other place has any of it.":                                   {Units: 250, Short: 5, After: sourcing.Backordered, Candidates: takes(245)},
		"No place can send any of it; parts of it wait for a person. Strategy “Near” could not send all of it and passed it on.": {Units: 250, Short: 250, After: sourcing.Held, Passed: []sourcing.Passed{{Strategy: "Near"}}},
		"It waits for the next batch under “Later”.":                                                                             {Units: 250, Short: 250, After: sourcing.Gathered, Strategy: "Later"},
	} {
		r.Parted = true
		if got := r.Sentence(name); got != want {
			t.Errorf("%s\nnot: %s", got, want)
		}
	}
}
