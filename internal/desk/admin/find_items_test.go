package admin_test

import (
	"fmt"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/storetest"
)

// Kills: an item that its words do not find; one found by words that it lost;
// an archived one among those that can be ordered.
func TestFindItems(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		save := func(sku, name string, archived bool, codes ...string) {
			t.Helper()
			i := catalog.Item{SKU: sku, Name: name, Archived: archived}
			for _, c := range codes {
				i.Barcodes = append(i.Barcodes, catalog.Barcode{Code: c, Quantity: 1})
			}
			desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: i})
		}
		save("MUG-BLUE", "Blue mug, large", false, "5012345678900")
		save("MUG-RED", "Red mug", false)
		save("mug", "Übertopf", false)
		save("CAFÉ", "Café au lait bowl", false)
		save("T-10", "T-shirt L", false)
		save("OLD-MUG", "Old mug", true)
		for n := range 1200 { // more than one word of a question looks at
			save(fmt.Sprintf("MUGS-%04d", n), "Mugs in a box", false)
		}
		for _, tc := range []struct{ text, want string }{
			{"mug blu", "MUG-BLUE"},
			{"blue-mug", ""},
			{"mug-b", "MUG-BLUE"},
			{"mug-blue", "MUG-BLUE"},
			{"5012345678900", "MUG-BLUE"},
			{"50123", "MUG-BLUE"},
			{"red mug", "MUG-RED"},
			{"cafe", "CAFÉ"},
			{"ubert", "mug"},
			{"t-shirt l", "T-10"},
			{"old mug", ""},
			{"mugs box 1199", "MUGS-1199"},
			{"-- !", ""},
			{"  ", ""},
		} {
			if got := found(t, s, tc.text, false, 5); got != tc.want {
				t.Errorf("%q finds %q, want %q", tc.text, got, tc.want)
			}
		}
		if got := found(t, s, "mug", false, 3); !strings.HasPrefix(got, "mug MUG-") {
			t.Errorf("the SKU itself does not come first: %q", got)
		}
		if got := found(t, s, "mug", true, 5); got != "OLD-MUG" {
			t.Errorf("among the archived: %q", got)
		}
		save("MUG-RED", "Crimson cup", false)
		if got := found(t, s, "crims", false, 5) + "|" + found(t, s, "red mug", false, 5) + "|" + found(t, s, "red", false, 5); got != "MUG-RED|MUG-RED|MUG-RED" {
			t.Errorf("after its name changed: %q", got) // red and mug are in its SKU still
		}
		save("MUG-BLUE", "Blue mug", true)
		if got := found(t, s, "large", false, 5) + found(t, s, "50123", true, 5); got != "" {
			t.Errorf("words that it lost still find it: %q", got)
		}
	})
}

func found(t *testing.T, s *desktest.Shop, text string, archived bool, limit int) string {
	t.Helper()
	var skus []string
	err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
		skus = skus[:0]
		list, err := items.Find(r, text, archived, limit)
		for _, i := range list {
			skus = append(skus, i.SKU)
		}
		return err
	})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return strings.Join(skus, " ")
}
