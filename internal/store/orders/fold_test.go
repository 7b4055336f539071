package orders_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"orderly/internal/catalog"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// rows is an order as the rows have it, and its journal.
type rows struct {
	order   *order.Order
	fuls    []*fulfillment.Fulfillment
	history []journal.Entry
}

func read(t *testing.T, s *desktest.Shop, id order.ID) rows {
	t.Helper()
	var out rows
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		if out.order, err = orders.Get(r, id); err != nil {
			return err
		}
		if out.fuls, err = fulfillments.OfSources(r, []int64{int64(id)}); err != nil {
			return err
		}
		out.history, err = entries.OfSubject(r, int64(id), 0, 0, 10_000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// untold is what the journal does not tell of a fulfillment.
var untold = cmpopts.IgnoreFields(fulfillment.Fulfillment{}, "Decision")

// folds fails unless folding the journal gives what the rows have.
func folds(t *testing.T, got rows) {
	t.Helper()
	o, fuls, err := orders.FoldOrder(got.order, got.history)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(got.order, o); d != "" {
		t.Errorf("after %s the order differs:\n%s", got.history[len(got.history)-1].Type, d)
	}
	if d := cmp.Diff(got.fuls, fuls, untold); d != "" {
		t.Errorf("after %s its fulfillments differ:\n%s", got.history[len(got.history)-1].Type, d)
	}
}

// Whatever is done to an order, folding its journal gives its rows; and
// folding a part of it gives the rows as they were then.
func TestFoldIsTheRows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 4, "B", 3)
		s.Goods("CUP", catalog.Backorder, "C", 2)
		r := s.Request("MUG", 6, "CUP", 5)
		r.Holds = []order.Hold{{Reason: "review", Note: "new card"}}
		r.Payments = []order.Payment{{Amount: 500}}
		p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		id := p.Order.ID
		var then []rows
		step := func() {
			t.Helper()
			got := read(t, s, id)
			folds(t, got)
			then = append(then, got)
		}
		step()
		part := func(line int, q int64) []fulfillment.Part { return []fulfillment.Part{{Line: line, Quantity: q}} }
		first := p.Fulfillments[0].ID
		if p.Fulfillments[0].Location != s.Locations["A"] {
			t.Fatalf("the first fulfillment is not at A")
		}
		for _, act := range []func(){
			func() { desktest.Must(s, intake.Lift, intake.LiftCommand{Order: id}) },
			func() {
				desktest.Must(s, intake.Edit, intake.EditCommand{Order: id, Note: "rang", AddTags: []string{"vip"}})
			},
			func() { desktest.Must(s, intake.Pay, intake.PayCommand{Order: id, Amount: 700}) },
			func() { s.Receive("CUP", "B", 2) },
			func() {
				desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: id, Parts: []order.Part{{Line: 2, Quantity: 1}}})
			},
			func() { s.Work(first, "release", "recall", "release") },
			func() { desktest.Must(s, floor.Pick, floor.WorkCommand{Fulfillment: first, Parts: part(1, 2)}) },
			func() { desktest.Must(s, floor.ShortPick, floor.WorkCommand{Fulfillment: first, Parts: part(1, 1)}) },
			func() {
				desktest.Must(s, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "MUG", Location: s.Locations["B"], Quantity: 1}}})
			},
			func() { s.Work(first, "pick", "pack", "ship", "unship", "ship") },
			func() { s.Work(first, "deliver", "undeliver", "lose", "find", "deliver") },
			func() {
				desktest.Must(s, care.ReceiveReturn, care.ReturnCommand{Order: id, Location: s.Locations["C"], Parts: []order.Part{{Line: 1, Quantity: 2}}, Restock: true, Refund: 100})
			},
			func() {
				desktest.Must(s, intake.Hold, intake.HoldCommand{Order: id, Hold: order.Hold{Reason: "address"}})
			},
			func() { desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: id, Remaining: true}) },
		} {
			act()
			step()
		}
		now := then[len(then)-1]
		for _, past := range then {
			o, fuls, err := orders.FoldOrder(now.order, now.history[:past.order.Version])
			if err != nil {
				t.Fatal(err)
			}
			want := *past.order // tags are no part of the journal
			want.Tags = now.order.Tags
			if d := cmp.Diff(&want, o); d != "" {
				t.Errorf("at entry %d the order differs:\n%s", past.order.Version, d)
			}
			if d := cmp.Diff(past.fuls, fuls, untold); d != "" {
				t.Errorf("at entry %d its fulfillments differ:\n%s", past.order.Version, d)
			}
		}
	})
}

// An act that is too large for one entry is told in pieces and folds as one.
func TestFoldOfAnActInPieces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 600, "B", 600)
		of := make([]any, 0, 800)
		for range 400 {
			of = append(of, "MUG", 2)
		}
		p := s.Place(of...)
		if p.Order.Version < 3 {
			t.Fatalf("told in %d entries only", p.Order.Version)
		}
		folds(t, read(t, s, p.Order.ID))
		for _, f := range p.Fulfillments {
			s.Work(f.ID, "release", "pick", "unpick", "pick", "pack", "ship", "deliver")
		}
		folds(t, read(t, s, p.Order.ID))
		parts := make([]order.Part, 400)
		for i := range parts {
			parts[i] = order.Part{Line: i + 1, Quantity: 1}
		}
		desktest.Must(s, care.ReceiveReturn, care.ReturnCommand{Order: p.Order.ID, Location: s.Locations["A"], Parts: parts})
		folds(t, read(t, s, p.Order.ID))
	})
}

func TestFoldRefusesGapsAndNonsense(t *testing.T) {
	s := desktest.Open(t, storetest.SQLite(t))
	s.Goods("MUG", catalog.Backorder, "A", 5)
	p := s.Place("MUG", 2)
	s.Ship(p)
	got := read(t, s, p.Order.ID)
	gap := append(append([]journal.Entry{}, got.history[:1]...), got.history[2:]...)
	if _, _, err := orders.FoldOrder(got.order, gap); err == nil {
		t.Error("a gap was not seen")
	}
	wrong := append([]journal.Entry{}, got.history...)
	wrong[2].Data = json.RawMessage(`{"moves":[{"from":"allocated","to":"picked","ful":1,"units":[1,9]}]}`)
	if _, _, err := orders.FoldOrder(got.order, wrong); err == nil {
		t.Error("a move that cannot be was not seen")
	}
}
