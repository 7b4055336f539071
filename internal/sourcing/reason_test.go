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
