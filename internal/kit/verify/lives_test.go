package verify_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/kit/verify"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/project"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

// TestRandomLives does acts of every kind at random, several in one batch and
// often on the same order, and looks whether the books are right all the while.
// ORDERLY_VERIFY_SEEDS asks for more lives than three.
func TestRandomLives(t *testing.T) {
	seeds := 3
	if text := os.Getenv("ORDERLY_VERIFY_SEEDS"); text != "" {
		var err error
		if seeds, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	did := map[string]int{}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { live(t, storetest.SQLite(t), uint64(seed), 500, did) })
	}
	for name := range acts {
		if did[name] == 0 {
			t.Errorf("no %s was ever taken", name)
		}
	}
	t.Run("postgres", func(t *testing.T) { live(t, storetest.Postgres(t), 99, 250, did) })
}

// world is a shop and what the random hand knows of it.
type world struct {
	*desktest.Shop
	rng      *rand.Rand
	skus     []string
	places   []stock.LocationID
	orders   []*order.Order
	fuls     []*fulfillment.Fulfillment
	parcels  []*fulfillment.Parcel
	receipts []int64
	did      map[string]int // how many commands of each act were taken
}

func live(t *testing.T, db *store.DB, seed uint64, acts int, did map[string]int) {
	s := desktest.Open(t, db)
	w := &world{Shop: s, rng: rand.New(rand.NewPCG(seed, 0)), did: did}
	for i := range 6 {
		sku := fmt.Sprintf("G%d", i)
		s.Goods(sku, []catalog.WhenShort{catalog.Backorder, catalog.Backorder, catalog.Refuse}[i%3], "A", 12, "B", 9)
		w.skus = append(w.skus, sku)
	}
	desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "KIT", Name: "Kit", Kind: catalog.Bundle,
		Components: []catalog.Component{{SKU: "G0", Quantity: 2}, {SKU: "G1", Quantity: 1}}}})
	desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "HELP", Name: "Help", Kind: catalog.Service}})
	w.skus = append(w.skus, "KIT", "HELP")
	for _, code := range []string{"A", "B", "C"} {
		w.places = append(w.places, s.Locations[code])
	}
	for n := range acts {
		if n%4 == 0 {
			w.look()
		}
		name, err := w.act()
		if err != nil {
			t.Fatalf("act %d, %s: %v", n, name, err)
		}
		if n%35 == 34 { // behind by some acts, and then again not
			if err := (&project.Figures{DB: db}).CatchUp(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		if n%60 == 59 || n == acts-1 {
			for _, v := range run(t, db, verify.Options{Level: verify.Quick}).Violations {
				t.Fatalf("after act %d, %s, quick: %+v", n, name, v)
			}
			for _, v := range run(t, db, verify.Options{Level: verify.Deep}).Violations {
				t.Fatalf("after act %d, %s: %+v", n, name, v)
			}
			suspects(t, s)
		}
	}
}

// look reads what there is to act on.
func (w *world) look() {
	err := w.DB.Read(context.Background(), w.Scope, func(r *store.Reader) error {
		w.orders, w.fuls, w.parcels = nil, nil, nil
		rows, err := orders.List(r, orders.Filter{Limit: 60})
		if err != nil {
			return err
		}
		var ids []order.ID
		for _, row := range rows.Rows {
			ids = append(ids, row.Order.ID)
		}
		found, err := orders.Load(r, ids, orders.Parts{})
		if err != nil {
			return err
		}
		for _, id := range ids {
			w.orders = append(w.orders, found[id])
		}
		if w.fuls, _, err = fulfillments.List(r, fulfillments.Filter{Before: 1 << 62, Limit: 60}); err != nil {
			return err
		}
		w.parcels, err = fulfillments.ParcelsOfOrders(r, ids)
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
}

// acts are all acts by name; each draws its commands and gives how many were
// taken.
var acts = map[string]func(*world) (int, error){
	"place":     func(w *world) (int, error) { return batch(w, intake.Place, w.aPlacement) },
	"record":    func(w *world) (int, error) { return batch(w, intake.Record, w.aRecord) },
	"cancel":    func(w *world) (int, error) { return batch(w, intake.Cancel, w.aCancel) },
	"change":    func(w *world) (int, error) { return batch(w, intake.Change, w.aChange) },
	"hold":      func(w *world) (int, error) { return batch(w, intake.Hold, w.aHold) },
	"lift":      func(w *world) (int, error) { return batch(w, intake.Lift, w.aLift) },
	"edit":      func(w *world) (int, error) { return batch(w, intake.Edit, w.anEdit) },
	"pay":       func(w *world) (int, error) { return batch(w, intake.Pay, w.aPayment) },
	"return":    func(w *world) (int, error) { return batch(w, care.ReceiveReturn, w.aReturn) },
	"release":   func(w *world) (int, error) { return batch(w, floor.Release, w.work("release")) },
	"recall":    func(w *world) (int, error) { return batch(w, floor.Recall, w.work("recall")) },
	"pick":      func(w *world) (int, error) { return batch(w, floor.Pick, w.work("pick")) },
	"unpick":    func(w *world) (int, error) { return batch(w, floor.Unpick, w.work("unpick")) },
	"shortpick": func(w *world) (int, error) { return batch(w, floor.ShortPick, w.work("short_pick")) },
	"pack":      func(w *world) (int, error) { return batch(w, floor.Pack, w.aPack) },
	"parcel":    func(w *world) (int, error) { return batch(w, floor.Parcel, w.aParcel) },
	"scan":      func(w *world) (int, error) { return batch(w, floor.Scan, w.aScan) },
	"receive":   func(w *world) (int, error) { return batch(w, floor.Receive, w.aReceipt) },
	"reverse":   func(w *world) (int, error) { return batch(w, floor.ReverseReceipt, w.aReversal) },
	"adjust":    func(w *world) (int, error) { return batch(w, floor.Adjust, w.anAdjustment) },
	"count":     func(w *world) (int, error) { return batch(w, floor.Count, w.aCount) },
	"transfer":  func(w *world) (int, error) { return batch(w, floor.Transfer, w.aTransfer) },
	"safety":    func(w *world) (int, error) { return batch(w, floor.Safety, w.aSafety) },
}

// often are the acts that carry orders forward, so that all others find work.
var often = []string{"place", "place", "change", "change", "release", "release", "pick", "pick", "pick", "pack", "pack", "pack", "parcel", "parcel", "parcel", "parcel", "return", "receive", "lift", "lift"}

func (w *world) names() []string {
	var out []string
	for name := range acts {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func (w *world) act() (string, error) {
	names := append(w.names(), often...)
	name := names[w.rng.IntN(len(names))]
	n, err := acts[name](w)
	w.did[name] += n
	return name, err
}

// batch does a few commands in one call. Refusals are expected; anything else
// is not.
func batch[C any](w *world, op *desk.Operation[C], draw func() C) (int, error) {
	var cmds []C
	for range 1 + w.rng.IntN(5) {
		cmds = append(cmds, draw())
	}
	got, err := desk.Do(context.Background(), w.Desk, op, w.Scope, cmds, desk.Options{})
	if err != nil {
		return 0, err
	}
	taken := 0
	for _, r := range got {
		var refusal *fault.Error
		switch {
		case r.Err == nil:
			taken++
			if op.Name == floor.Receive.Name {
				w.receipts = append(w.receipts, r.ID)
			}
		case !errors.As(r.Err, &refusal) || refusal.Kind == fault.Internal:
			return taken, r.Err
		}
	}
	return taken, nil
}

func draw[T any](w *world, list []T) (out T) {
	if len(list) > 0 {
		out = list[w.rng.IntN(min(len(list), 20))]
	}
	return out
}

func (w *world) some(most int) int64 { return int64(1 + w.rng.IntN(most)) }

func (w *world) anOrder() *order.Order {
	if o := draw(w, w.orders); o != nil {
		return o
	}
	return &order.Order{Lines: make([]order.Line, 1)}
}

func (w *world) aPlacement() intake.PlaceCommand {
	var of []any
	for range w.some(4) {
		of = append(of, draw(w, w.skus), int(w.some(6)))
	}
	r := w.Request(of...)
	r.Priority = int64(w.rng.IntN(3))
	for i := range r.Lines {
		r.Lines[i].Price = money.Price(w.rng.IntN(50_000_000))
		if w.rng.IntN(4) == 0 {
			r.Lines[i].Tax = w.some(300)
		}
	}
	if w.rng.IntN(3) == 0 {
		r.Fees = []order.Fee{{Kind: "shipping", Amount: w.some(900), Tax: w.some(90)}}
	}
	if w.rng.IntN(2) == 0 {
		r.Payments = []order.Payment{{Amount: w.some(9000)}}
	}
	if w.rng.IntN(6) == 0 {
		r.Holds = []order.Hold{{Reason: "check", Blocks: []string{"ship"}}}
	}
	return intake.PlaceCommand{Request: r}
}

func (w *world) aRecord() intake.RecordCommand {
	c := intake.RecordCommand{Request: w.aPlacement().Request}
	c.Request.PlacedAt, c.Request.Holds = w.some(1_000_000_000), nil
	if w.rng.IntN(2) == 0 {
		c.Canceled = []order.Part{{Line: 1, Quantity: 1}}
		c.Returned = []intake.RecordedReturn{{At: c.Request.PlacedAt + 5, Parts: []order.Part{{Line: int(w.some(2)), Quantity: 1}}}}
	}
	return c
}

func (w *world) parts(o *order.Order) []order.Part {
	var out []order.Part
	for i := range o.Lines {
		if w.rng.IntN(2) == 0 {
			out = append(out, order.Part{Line: i + 1, Quantity: int64(w.rng.IntN(3))})
		}
	}
	return out
}

func (w *world) aCancel() intake.CancelCommand {
	o := w.anOrder()
	return intake.CancelCommand{Order: o.ID, Parts: w.parts(o), Remaining: w.rng.IntN(2) == 0}
}

func (w *world) aChange() intake.ChangeCommand {
	o := w.anOrder()
	c := intake.ChangeCommand{Order: o.ID, Refund: w.rng.IntN(3) == 0}
	line := func() order.NewLine {
		price := money.Price(w.rng.IntN(50_000_000))
		return order.NewLine{SKU: draw(w, w.skus), Quantity: w.some(4), Price: &price}
	}
	for i := range o.Lines {
		x := order.LineChange{Line: i + 1}
		switch w.rng.IntN(6) {
		case 0:
			q := int64(w.rng.IntN(6))
			x.Quantity = &q
		case 1:
			p := money.Price(w.rng.IntN(50_000_000))
			x.Price = &p
		case 2:
			s := line()
			x.Substitute = &s
		default:
			continue
		}
		c.Change.Lines = append(c.Change.Lines, x)
	}
	if w.rng.IntN(2) == 0 {
		c.Change.Add = append(c.Change.Add, line())
	}
	amount := w.some(900)
	switch w.rng.IntN(4) {
	case 0:
		c.Change.Fees = []order.FeeChange{{Kind: "shipping", Label: "express", Amount: &amount}}
	case 1:
		c.Change.Fees = []order.FeeChange{{N: 1, Amount: &amount}}
	case 2:
		c.Change.ShipTo = &party.Address{Line1: fmt.Sprint(amount, " High Street"), City: "York"}
	}
	return c
}

func (w *world) aHold() intake.HoldCommand {
	return intake.HoldCommand{Order: w.anOrder().ID, Hold: order.Hold{Reason: "r", Blocks: []string{order.HoldBlocks[w.rng.IntN(4)]}}}
}

func (w *world) aLift() intake.LiftCommand {
	c := intake.LiftCommand{Order: w.anOrder().ID}
	if o := w.anOrder(); len(o.Holds) > 0 {
		c = intake.LiftCommand{Order: o.ID, Hold: o.Holds[0].ID}
	}
	return c
}

func (w *world) anEdit() intake.EditCommand {
	p := int64(w.rng.IntN(4))
	return intake.EditCommand{Order: w.anOrder().ID, Priority: &p, AddTags: []string{fmt.Sprint("t", p)}, Note: "n"}
}

func (w *world) aPayment() intake.PayCommand {
	return intake.PayCommand{Order: w.anOrder().ID, Amount: w.some(4000), Refund: w.rng.IntN(3) == 0}
}

func (w *world) aReturn() care.ReturnCommand {
	o := w.anOrder()
	for _, each := range w.orders {
		if each.Sums.Left() > each.Sums[order.Returned] && w.rng.IntN(3) == 0 {
			o = each
		}
	}
	return care.ReturnCommand{Order: o.ID, Location: draw(w, w.places), Parts: w.parts(o), Restock: w.rng.IntN(2) == 0, Refund: int64(w.rng.IntN(3)) * 100}
}

// work draws commands for an act, mostly on fulfillments that can take it.
func (w *world) work(act string) func() floor.WorkCommand {
	return func() floor.WorkCommand {
		able := slices.DeleteFunc(slices.Clone(w.fuls), func(f *fulfillment.Fulfillment) bool { return !slices.Contains(f.Actions(), act) })
		if len(able) == 0 || w.rng.IntN(5) == 0 {
			able = w.fuls
		}
		f := draw(w, able)
		if f == nil {
			return floor.WorkCommand{}
		}
		c := floor.WorkCommand{Fulfillment: f.ID}
		if act == "short_pick" || w.rng.IntN(2) == 0 {
			for _, l := range f.Lines {
				if w.rng.IntN(2) == 0 {
					c.Parts = append(c.Parts, fulfillment.Part{Line: l.Order, Quantity: int64(w.rng.IntN(3))})
				}
			}
		}
		return c
	}
}

func (w *world) aPack() floor.PackCommand {
	c := w.work("pack")()
	return floor.PackCommand{Fulfillment: c.Fulfillment, Parts: c.Parts, Carrier: "c", Tracking: fmt.Sprint(w.rng.IntN(40))}
}

func (w *world) aParcel() floor.ParcelCommand {
	steps := []string{"ship", "ship", "ship", "deliver", "deliver", "unship", "undeliver", "lose", "find", "unpack"}
	c := floor.ParcelCommand{Act: steps[w.rng.IntN(len(steps))]}
	if p := draw(w, w.parcels); p != nil && w.rng.IntN(2) == 0 {
		c.Parcel = p.ID
		if can := p.Actions(); len(can) > 0 && w.rng.IntN(3) > 0 {
			c.Act = draw(w, can)
		}
	} else {
		c.Fulfillment = w.work(c.Act)().Fulfillment
	}
	if c.Act == "ship" && w.rng.IntN(4) == 0 {
		c.Carrier, c.Tracking = "c", fmt.Sprint(w.rng.IntN(40))
	}
	return c
}

func (w *world) aScan() floor.ScanCommand {
	c := floor.ScanCommand{Scans: []fulfillment.Scan{{At: w.some(1000), Code: draw(w, fulfillment.ScanCodes)}}}
	if p := draw(w, w.parcels); p != nil {
		c.Parcel = p.ID
	}
	return c
}

func (w *world) lines(least, most int) []stock.Line {
	var out []stock.Line
	for range w.some(3) {
		l := stock.Line{SKU: draw(w, w.skus), Location: draw(w, w.places), Quantity: int64(least + w.rng.IntN(most-least+1)), Reason: "r"}
		if w.rng.IntN(6) == 0 {
			l.State = draw(w, stock.States)
		}
		out = append(out, l)
	}
	return out
}

func (w *world) aReceipt() floor.ReceiveCommand { return floor.ReceiveCommand{Lines: w.lines(1, 9)} }

func (w *world) aReversal() floor.ReverseCommand {
	return floor.ReverseCommand{Receipt: draw(w, w.receipts)}
}

func (w *world) anAdjustment() floor.AdjustCommand {
	return floor.AdjustCommand{Lines: w.lines(-6, 6), Opening: w.rng.IntN(5) == 0}
}

func (w *world) aCount() floor.CountCommand { return floor.CountCommand{Lines: w.lines(0, 20)} }

func (w *world) aTransfer() floor.TransferCommand {
	return floor.TransferCommand{Lines: w.lines(1, 4), To: draw(w, w.places)}
}

func (w *world) aSafety() floor.SafetyCommand {
	return floor.SafetyCommand{SKU: draw(w, w.skus), Location: draw(w, w.places), Quantity: int64(w.rng.IntN(4))}
}
