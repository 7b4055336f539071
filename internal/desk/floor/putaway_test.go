package floor_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/kit/verify"
	"orderly/internal/putaway"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/levels"
	"orderly/internal/store/putaways"
	"orderly/internal/store/storetest"
)

// bins has location A keep bins.
func bins(s *desktest.Shop) {
	s.T.Helper()
	desktest.Must(s, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "A", Name: "A", Kind: "warehouse", Priority: 1, Active: true, PutAway: true}})
}

func waiting(s *desktest.Shop, scope access.Scope) (out []putaways.Waiting) {
	s.T.Helper()
	if err := s.DB.Read(context.Background(), scope, func(r *store.Reader) (err error) {
		out, err = putaways.Page(r, s.Locations["A"], 0, 0, 50)
		return err
	}); err != nil {
		s.T.Fatal(err)
	}
	return out
}

// lies says where units of an item lie at A, oldest first.
func lies(s *desktest.Shop, item catalog.ID) string {
	s.T.Helper()
	c := stock.Cell{Item: int64(item), Location: s.Locations["A"]}
	var out []string
	if err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		got, err := levels.Shelves(r, []stock.Cell{c})
		for _, x := range got[c] {
			out = append(out, fmt.Sprintf("%s:%d", x.Bin, x.Quantity))
		}
		return err
	}); err != nil {
		s.T.Fatal(err)
	}
	return strings.Join(out, " ")
}

func sound(t *testing.T, s *desktest.Shop) {
	t.Helper()
	r, err := verify.Run(context.Background(), s.DB, verify.Options{Level: verify.Deep})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range r.Violations {
		t.Errorf("%+v", v)
	}
}

// From the door into two bins, while an order takes what it waited for.
//
// Kills: units made or lost by putting them away; a place without bins that asks
// for it; more put away than came, or by two people at once; a bin of which the
// picker is not told; a preview that writes.
func TestPutAway(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("TEA", catalog.Backorder, "A", 4)
		if got := waiting(s, s.Scope); len(got) != 0 {
			t.Fatalf("no bins, and %d wait", len(got))
		}
		bins(s)
		s.Place("TEA", 6)
		s.Receive("TEA", "A", 10)
		desktest.Must(s, floor.Receive, floor.ReceiveCommand{Lines: []stock.Line{{SKU: "TEA", Location: s.Locations["A"], Quantity: 3, Bin: "C-9"}, {SKU: "TEA", Location: s.Locations["A"], Quantity: 2, State: stock.Damaged}}})
		list := waiting(s, s.Scope)
		if len(list) != 1 || list[0].Waits() != 10 || list[0].SKU != "TEA" || list[0].Reserved != 6 {
			t.Fatalf("%+v", list)
		}
		id := list[0].ID
		try := func(l ...putaway.Line) error {
			_, err := desktest.Try(s, floor.PutAway, floor.PutAwayCommand{Lines: l})
			return err
		}
		for name, l := range map[string][]putaway.Line{"too many": {{ID: id, Bin: "A-1", Quantity: 11}}, "in two lines": {{ID: id, Bin: "A-1", Quantity: 6}, {ID: id, Bin: "A-2", Quantity: 5}}, "unknown": {{ID: id + 1, Bin: "A-1"}}} {
			if err := try(l...); fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := try(putaway.Line{ID: id, Bin: "A-1", Quantity: 11}); !strings.Contains(err.Error(), "/lines/0/quantity") {
			t.Errorf("the field that is too large is not named: %v", err)
		}
		if r, err := desk.Preview(context.Background(), s.Desk, floor.PutAway, s.Scope, []floor.PutAwayCommand{{Lines: []putaway.Line{{ID: id, Bin: "A-1"}}}}); err != nil || r[0].Value.(*floor.PutAwayDone).Tasks[0].Waits() != 0 {
			t.Errorf("preview: %v", err)
		}
		done := desktest.Must(s, floor.PutAway, floor.PutAwayCommand{Lines: []putaway.Line{{ID: id, Bin: "A-1", Quantity: 3}, {ID: id, Bin: "B-1", Quantity: 5}}}).Value.(*floor.PutAwayDone)
		if len(done.Tasks) != 1 || done.Tasks[0].Waits() != 2 || done.Tasks[0].EndedAt != 0 {
			t.Errorf("%+v", done.Tasks)
		}
		if got := lies(s, item); got != ":6 C-9:3 A-1:3 B-1:5" {
			t.Errorf("lies %s", got)
		}
		elsewhere := s.Scope
		elsewhere.Locations = []int64{int64(s.Locations["B"])}
		if got := waiting(s, elsewhere); len(got) != 0 {
			t.Errorf("another place sees %d", len(got))
		}
		if _, err := desk.One(context.Background(), s.Desk, floor.PutAway, elsewhere, floor.PutAwayCommand{Lines: []putaway.Line{{ID: id, Bin: "X"}}}, desk.Options{}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("put away by another place: %v", err)
		}
		desktest.Must(s, floor.NotPutAway, floor.NotPutAwayCommand{IDs: []putaway.ID{id}, Note: "at the packing table"})
		if err := try(putaway.Line{ID: id, Bin: "A-1"}); fault.KindOf(err) != fault.Conflict || len(waiting(s, s.Scope)) != 0 {
			t.Errorf("what is left is put away: %v", err)
		}
		sound(t, s)
	})
}

// Kills: a receipt that came by mistake and is still to be put away; what has left
// since put into a bin.
func TestPutAwayOfWhatIsGone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("TEA", catalog.Backorder)
		bins(s)
		r := desktest.Must(s, floor.Receive, floor.ReceiveCommand{Lines: []stock.Line{{SKU: "TEA", Location: s.Locations["A"], Quantity: 5}}})
		id := waiting(s, s.Scope)[0].ID
		desktest.Must(s, floor.PutAway, floor.PutAwayCommand{Lines: []putaway.Line{{ID: id, Bin: "A-1", Quantity: 2}}})
		desktest.Must(s, floor.ReverseReceipt, floor.ReverseCommand{Receipt: r.ID})
		if got := waiting(s, s.Scope); len(got) != 0 {
			t.Errorf("taken back, and waits: %+v", got)
		}
		s.Receive("TEA", "A", 5)
		s.Ship(s.Place("TEA", 4))
		id = waiting(s, s.Scope)[0].ID
		if _, err := desktest.Try(s, floor.PutAway, floor.PutAwayCommand{Lines: []putaway.Line{{ID: id, Bin: "A-1", Quantity: 2}}}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("one is there, two are put away: %v", err)
		}
		sound(t, s)
	})
}
