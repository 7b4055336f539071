package webtest

import "testing"

// Kills: a browser that has died and is handed out for ever.
func TestSharedAnew(t *testing.T) {
	path := find(t)
	var o one
	first := o.get(t, path)
	if o.get(t, path) != first {
		t.Error("it is not shared")
	}
	o.end(t.Logf)
	if o.get(t, path) == first {
		t.Error("a dead browser is shared")
	}
	o.end(t.Logf)
}
