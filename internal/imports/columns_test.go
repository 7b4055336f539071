package imports_test

import (
	"testing"

	"orderly/internal/imports"
)

// No name may stand for two columns of one kind of file.
func TestColumnNamesAreUnique(t *testing.T) {
	for _, what := range []string{"items", "stock", "customers", "orders", "payments", "purchases"} {
		seen := map[string]string{}
		for _, c := range imports.Columns(what) {
			for _, name := range append(c.Also, c.Name) {
				if seen[name] != "" {
					t.Errorf("%s: %q is both %s and %s", what, name, seen[name], c.Name)
				}
				seen[name] = c.Name
			}
		}
		if len(seen) == 0 {
			t.Errorf("%s have no columns", what)
		}
	}
	if imports.Columns("parcels") != nil {
		t.Error("parcels have columns")
	}
}
