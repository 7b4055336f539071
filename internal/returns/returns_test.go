package returns_test

import (
	"testing"

	"orderly/internal/ident"
	"orderly/internal/returns"
)

// Kills: an id that is shown under another noun's prefix.
func TestIDs(t *testing.T) {
	text := returns.ID(123456789).String()
	if id, err := ident.Parse("ret", text); id != 123456789 || err != nil {
		t.Errorf("%s was read as %d, %v", text, id, err)
	}
}
