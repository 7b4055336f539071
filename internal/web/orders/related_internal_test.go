package orders

import "testing"

// Kills: every order of a channel that numbers "TILL-1", "TILL-2" told as parts
// of one order.
func TestStem(t *testing.T) {
	for external, want := range map[string]string{
		"W-2201-1": "W-2201-", "W-2201-12": "W-2201-", "112-3344/B": "112-3344/", "1001.2": "1001.",
		"TILL-100482": "", "TILL-1": "", "2026-000017": "", "W-2201-": "", "W-2201-123": "", "1-1": "", "plain": "", "": "",
	} {
		if got := stem(external); got != want {
			t.Errorf("%q begins with %q, want %q", external, got, want)
		}
	}
}
