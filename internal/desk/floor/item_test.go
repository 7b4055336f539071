package floor_test

import (
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/storetest"
)

// Kills: a case that counts as one; a scan of something else that is taken;
// one more than is asked for; a line of the same item that is left out; a
// repeated scan that counts twice.
func TestScanAnItem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "MUG", Name: "Mug", Kind: catalog.Goods, WhenShort: catalog.Backorder,
			Barcodes: []catalog.Barcode{{Code: "500", Quantity: 1}, {Code: "512", Quantity: 12}}}})
		s.Receive("MUG", "A", 40)
		s.Goods("TEA", catalog.Backorder, "A", 9)
		f := s.Place("MUG", 13, "MUG", 2).Fulfillments[0].ID
		scan := func(code string, q int64, back bool) error {
			_, err := desktest.Try(s, floor.Item, floor.ItemCommand{Fulfillment: f, Code: code, Quantity: q, Back: back})
			return err
		}
		want := func(err error, code string) {
			t.Helper()
			if err == nil && code == "" {
				return
			}
			if err == nil || fault.CodeOf(err) != code {
				t.Errorf("%v, want %s", err, code)
			}
		}
		want(scan("500", 1, false), "wrong_state")
		s.Work(f, "release")
		want(scan("TEA", 1, false), "wrong_item")
		want(scan("nothing", 1, false), "unknown_code")
		want(scan("", 1, false), "invalid")
		want(scan("MUG", 16, false), "too_many")
		want(scan("MUG", 1, true), "too_many")
		for _, code := range []string{"512", "500", "MUG"} {
			want(scan(code, 0, false), "")
		}
		want(scan("512", 1, false), "too_many")
		once := func() bool {
			t.Helper()
			replayed := false
			_, err := desk.One(t.Context(), s.Desk, floor.Item, s.Scope, floor.ItemCommand{Fulfillment: f, Code: "500"}, desk.Options{Key: "scan-1", Route: "scan", Hash: []byte{1}, Replayed: &replayed})
			want(err, "")
			return replayed
		}
		if once() || !once() {
			t.Error("a scan that came twice was not known the second time")
		}
		want(scan("500", 1, false), "too_many")
		want(scan("512", 1, true), "")
		if got := picked(t, s, f); got[0]+got[1] != 3 {
			t.Errorf("picked %v, want 3 together", got)
		}
	})
}

func picked(t *testing.T, s *desktest.Shop, id fulfillment.ID) (out []int64) {
	t.Helper()
	err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
		list, err := fulfillments.Load(r, []fulfillment.ID{id})
		for _, l := range list[0].Lines {
			out = append(out, l.Picked)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
