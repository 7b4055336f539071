package support_test

import (
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/support"
)

// What is written is read as what it was.
func TestSpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 366*24*60).Draw(t, "minutes")
		if got, ok := support.ParseSpan(support.SpanText(n)); !ok || got != n {
			t.Fatalf("%d is written %q and read %d", n, support.SpanText(n), got)
		}
	})
	for text, want := range map[string]int64{"4": 240, "90m": 90, " 3 D ": 3 * 24 * 60, "0": 0} {
		if got, ok := support.ParseSpan(text); !ok || got != want {
			t.Errorf("%q is %d", text, got)
		}
	}
	for _, text := range []string{"-1", "1.5h", "h", "soon", "99999999999999d"} {
		if got, ok := support.ParseSpan(text); ok {
			t.Errorf("%q is %d", text, got)
		}
	}
}
