package care_test

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/orders"
	"orderly/internal/store/returned"
	"orderly/internal/store/storetest"
)

// delivered is a paid order that has arrived.
func delivered(s *desktest.Shop, fees []order.Fee, of ...any) *intake.Placed {
	s.T.Helper()
	r := s.Request(of...)
	r.Fees = fees
	total := int64(0)
	for i := range r.Lines {
		total += r.Lines[i].Quantity * 1295
	}
	for _, f := range fees {
		total += f.Amount + f.Tax
	}
	r.Payments = []order.Payment{{Amount: total, Reference: "P"}}
	p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	s.Ship(p)
	for _, f := range p.Fulfillments {
		s.Work(f.ID, "deliver")
	}
	return p
}

func loaded(s *desktest.Shop, id order.ID) (o *order.Order) {
	s.T.Helper()
	read(s, func(r *store.Reader) error {
		found, err := orders.Load(r, []order.ID{id}, orders.Parts{Fees: true})
		o = found[id]
		return err
	})
	return o
}

func level(s *desktest.Shop, sku, at string) (out stock.Level) {
	s.T.Helper()
	read(s, func(r *store.Reader) error {
		list, err := items.BySKU(r, []string{sku})
		if err == nil {
			out, err = levels.Get(r, stock.Cell{Item: int64(list[0].ID), Location: s.Locations[at]})
		}
		return err
	})
	return out
}

func asked(s *desktest.Shop, c care.AskCommand) *returns.Return {
	s.T.Helper()
	return desktest.Must(s, care.RequestReturn, c).Value.(*returns.Return)
}

// sound has verify look at everything, journals folded.
func sound(t *testing.T, db *store.DB) {
	t.Helper()
	report, err := verify.Run(context.Background(), db, verify.Options{Level: verify.Deep})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range report.Violations {
		if v.ID != "R1" && v.ID != "R2" { // words and figures are made by others
			t.Errorf("%+v", v)
		}
	}
}

// A return from the customer's link to its end: asked, approved, received with
// fewer, more and something else, inspected, refunded exactly, and closed by
// itself.
func TestScenarioS20ReturnFromRequestToRefund(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		s.Goods("TEA", catalog.Backorder, "A", 5)
		s.Goods("PEN", catalog.Backorder, "A", 5)
		p := delivered(s, []order.Fee{{Kind: "shipping", Amount: 495}, {Kind: "adjustment", Amount: -300}}, "MUG", 3, "TEA", 2)
		got, err := as(s, care.AskReturn, link(p), care.AskCommand{Order: p.Order.ID, Comment: "too blue", Lines: []care.AskLine{{Line: 1, Quantity: 3, Reason: "unwanted"}}})
		if err != nil {
			t.Fatal(err)
		}
		id := returns.ID(got.ID)
		x := got.Value.(*returns.Return)
		if x.Number != 1001 || x.State != returns.Requested || loaded(s, p.Order.ID).Sums[order.ReturnRequested] != 3 {
			t.Fatalf("%+v", x)
		}
		if _, err := as(s, care.AskReturn, link(p), care.AskCommand{Order: p.Order.ID, Lines: []care.AskLine{{Line: 1, Quantity: 1, Reason: "unwanted"}}}); fault.CodeOf(err) != "not_returnable" {
			t.Errorf("asked for twice: %v", err)
		}
		desktest.Must(s, care.ApproveReturn, care.AgreeCommand{Return: id, Location: s.Locations["B"], Note: "Send it to York."})
		if _, err := as(s, care.TellSent, link(p), care.AgreeCommand{Return: id, Carrier: "dhl", Tracking: "JD9"}); err != nil {
			t.Fatal(err)
		}
		arrive := care.ArriveCommand{Return: id, Location: s.Locations["B"], Lines: []care.ArriveLine{{SKU: "MUG", Quantity: 2}, {SKU: "TEA", Quantity: 1}, {SKU: "PEN", Quantity: 1}}}
		seen, err := desk.Preview(context.Background(), s.Desk, care.ReceiveRequested, s.Scope, []care.ArriveCommand{arrive})
		done := desktest.Must(s, care.ReceiveRequested, arrive)
		x = done.Value.(*returns.Return)
		if err != nil || !reflect.DeepEqual(seen[0].Value.(*returns.Return).Lines, x.Lines) {
			t.Errorf("the preview said %+v, it became %+v", seen, x.Lines)
		}
		if x.State != returns.Received || len(x.Lines) != 3 || x.Lines[0].Requested != 1 || x.Lines[2].Line != 0 || level(s, "MUG", "B").QualityControl != 2 {
			t.Fatalf("%+v %+v", x, level(s, "MUG", "B"))
		}
		waits := s.Place("MUG", 3) // one of them waits: the shelf has two
		desktest.Must(s, care.InspectReturn, care.InspectCommand{Return: id, Lines: []returns.Move{{N: 1, Quantity: 1, To: returns.Restock}, {N: 1, Quantity: 1, To: returns.Damaged}, {N: 2, To: returns.Scrap}, {N: 3, To: returns.Quarantine}}})
		if l := level(s, "MUG", "B"); l.OnHand != 1 || l.Reserved != 1 || l.Damaged != 1 || l.QualityControl != 0 || loaded(s, waits.Order.ID).Sums[order.Backordered] != 0 {
			t.Errorf("the restocked mug did not go to who waited: %+v", l)
		}
		if _, err := desktest.Try(s, care.InspectReturn, care.InspectCommand{Return: id, Lines: []returns.Move{{N: 1, From: returns.Restock, To: returns.Damaged}}}); fault.CodeOf(err) != "not_free" {
			t.Errorf("a promised mug was taken from the shelf: %v", err)
		}
		desktest.Must(s, care.InspectReturn, care.InspectCommand{Return: id, Lines: []returns.Move{{N: 3, From: returns.Quarantine, To: returns.Restock}}})
		repaid := desktest.Must(s, care.RepayReturn, care.RepayCommand{Return: id, Fees: []int{1}, Deduct: 95, Reason: "no box"}).Value.(*returns.Return)
		const worth = 3*1295 - 180 // three of five units of one price, with their share of the voucher
		if m := repaid.Money; m.Worth != worth || m.Fees != 495 || m.Deducted != 95 || m.Given != worth+400 {
			t.Errorf("%+v", m)
		}
		if o := loaded(s, p.Order.ID); o.Refunded != worth+400 || o.Statuses.Return != "partially_returned" {
			t.Errorf("%d refunded, %s", o.Refunded, o.Statuses.Return)
		}
		if _, err := desktest.Try(s, care.RepayReturn, care.RepayCommand{Return: id}); fault.CodeOf(err) != "not_now" {
			t.Errorf("refunded twice: %v", err)
		}
		x = desktest.Must(s, care.CloseReturn, care.AgreeCommand{Return: id}).Value.(*returns.Return)
		if o := loaded(s, p.Order.ID); x.State != returns.Closed || o.Sums[order.ReturnRequested] != 0 {
			t.Errorf("%s, %d still to come", x.State, o.Sums[order.ReturnRequested])
		}
		types := entriesOf(s)
		for _, want := range []string{"return.requested", "return.approved", "return.sent", "return.received", "return.inspected", "return.refunded", "return.closed"} {
			if !slices.Contains(types, want) {
				t.Errorf("the journal does not tell %s", want)
			}
		}
		s.Remembers()
		sound(t, db)
	})
}

// A receipt that was a mistake is taken back, and a return that nobody will see
// is called off: the customer may ask again.
func TestReturnsGoBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 9)
		p := delivered(s, nil, "MUG", 4)
		x := asked(s, care.AskCommand{Order: p.Order.ID, Approve: true, Lines: []care.AskLine{{Line: 1, Quantity: 2, Reason: "other"}}})
		desktest.Must(s, care.ReceiveRequested, care.ArriveCommand{Return: x.ID, Location: s.Locations["A"], Lines: []care.ArriveLine{{N: 1, Quantity: 3}}})
		if o := loaded(s, p.Order.ID); o.Sums[order.ReturnRequested] != 0 || o.Sums[order.Returned] != 3 {
			t.Errorf("%v", o.Sums)
		}
		if _, err := desktest.Try(s, care.ReceiveRequested, care.ArriveCommand{Return: x.ID, Location: s.Locations["B"], Lines: []care.ArriveLine{{N: 1, Quantity: 1}}}); fault.CodeOf(err) != "received_elsewhere" {
			t.Error(err)
		}
		if _, err := desktest.Try(s, care.ReceiveRequested, care.ArriveCommand{Return: x.ID, Location: s.Locations["A"], Lines: []care.ArriveLine{{N: 1, Quantity: 2}}}); fault.CodeOf(err) != "not_returnable" {
			t.Errorf("five of four came back: %v", err)
		}
		desktest.Must(s, care.UnreceiveReturn, care.ArriveCommand{Return: x.ID, Lines: []care.ArriveLine{{N: 1, Quantity: 1}}})
		if o := loaded(s, p.Order.ID); o.Sums[order.ReturnRequested] != 0 || o.Sums[order.Returned] != 2 {
			t.Errorf("the one that nobody had asked for goes first: %v", o.Sums)
		}
		desktest.Must(s, care.UnreceiveReturn, care.ArriveCommand{Return: x.ID, Lines: []care.ArriveLine{{N: 1, Quantity: 2}}})
		if l := level(s, "MUG", "A"); l.QualityControl != 0 {
			t.Errorf("%+v", l)
		}
		gone := desktest.Must(s, care.CancelReturn, care.AgreeCommand{Return: x.ID}).Value.(*returns.Return)
		if o := loaded(s, p.Order.ID); gone.State != returns.Canceled || o.Sums[order.ReturnRequested] != 0 || o.Statuses.Return != "none" {
			t.Errorf("%s %v", gone.State, o.Sums)
		}
		again := asked(s, care.AskCommand{Order: p.Order.ID, Approve: true, Lines: []care.AskLine{{Line: 1, Reason: "other"}}})
		if again.Number != 1002 || again.Lines[0].Asked != 4 {
			t.Errorf("%+v", again)
		}
		desktest.Must(s, care.ReceiveRequested, care.ArriveCommand{Return: again.ID, Location: s.Locations["A"], Lines: []care.ArriveLine{{Line: 1, Quantity: 4}}})
		early := desktest.Must(s, care.RepayReturn, care.RepayCommand{Return: again.ID}).Value.(*returns.Return) // before the inspection
		if early.State != returns.Received || early.Money.Given != 4*1295 {
			t.Errorf("%+v", early)
		}
		if _, err := desktest.Try(s, care.UnreceiveReturn, care.ArriveCommand{Return: again.ID, Lines: []care.ArriveLine{{N: 1, Quantity: 1}}}); fault.CodeOf(err) != "not_there" {
			t.Errorf("what was refunded went out again: %v", err)
		}
		end := desktest.Must(s, care.InspectReturn, care.InspectCommand{Return: again.ID, Lines: []returns.Move{{N: 1, To: returns.Restock}}}).Value.(*returns.Return)
		if end.State != returns.Closed || loaded(s, p.Order.ID).Statuses.Payment != "refunded" {
			t.Errorf("%+v", end)
		}
		sound(t, db)
	})
}

// Whoever has the link of one order sees and ends no return of another, and no
// more goes back than was paid.
func TestReturnsAreKeptApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 9)
		p, other := delivered(s, nil, "MUG", 2), s.Place("MUG", 1)
		x := asked(s, care.AskCommand{Order: p.Order.ID, Lines: []care.AskLine{{Line: 1, Reason: "other"}}})
		for name, by := range map[string]access.Scope{"another link": link(other), "a key": s.Scope} {
			if _, err := as(s, care.CallOffReturn, by, care.AgreeCommand{Return: x.ID}); err == nil {
				t.Errorf("%s ends it", name)
			}
			if _, err := as(s, care.AskReturn, by, care.AskCommand{Order: p.Order.ID, Lines: []care.AskLine{{Line: 1, Reason: "other"}}}); err == nil {
				t.Errorf("%s asks for it", name)
			}
		}
		if _, err := as(s, care.ApproveReturn, link(p), care.AgreeCommand{Return: x.ID}); fault.CodeOf(err) != "missing_scope" {
			t.Errorf("a customer approves: %v", err)
		}
		local := s.Scope
		local.Locations = []int64{int64(s.Locations["B"])}
		if _, err := as(s, care.ReceiveRequested, local, care.ArriveCommand{Return: x.ID, Location: s.Locations["A"], Lines: []care.ArriveLine{{N: 1, Quantity: 1}}}); fault.CodeOf(err) != "unknown_location" {
			t.Errorf("received where one does not work: %v", err)
		}
		desktest.Must(s, care.ReceiveRequested, care.ArriveCommand{Return: x.ID, Location: s.Locations["A"], Lines: []care.ArriveLine{{N: 1, Quantity: 2}}})
		much := int64(2*1295 + 1)
		if _, err := desktest.Try(s, care.RepayReturn, care.RepayCommand{Return: x.ID, Amount: &much, Reason: "sorry"}); fault.CodeOf(err) != "more_than_paid" {
			t.Errorf("more than was paid: %v", err)
		}
		sound(t, db) // the refusal has changed nothing
	})
}

// What a policy does not take is refused with its reason; staff may take it still.
func TestReturnPolicy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 9)
		desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "SALE", Name: "Last one", Custom: []byte(`{"final_sale":true}`)}})
		s.Receive("SALE", "A", 3)
		desktest.Must(s, admin.SaveReturnPolicy, admin.ReturnPolicyCommand{Policy: returns.Policy{Channel: "web", Days: 14, Reasons: []string{"other"}, Payer: returns.PaysMerchant, Auto: true, Instructions: "Use the same box."}})
		p, fresh := delivered(s, nil, "MUG", 1, "SALE", 1), s.Place("MUG", 1)
		ask := func(by *intake.Placed, line int, reason string) (desk.Result, error) {
			return as(s, care.AskReturn, link(by), care.AskCommand{Order: by.Order.ID, Lines: []care.AskLine{{Line: line, Reason: reason}}})
		}
		if _, err := ask(p, 2, "other"); fault.CodeOf(err) != "not_returnable" {
			t.Errorf("sold for good: %v", err)
		}
		if _, err := ask(fresh, 1, "other"); fault.CodeOf(err) != "not_returnable" {
			t.Errorf("not sent yet: %v", err)
		}
		if _, err := ask(p, 1, "unwanted"); err == nil {
			t.Error("a reason that the policy does not have")
		}
		r, err := ask(p, 1, "other")
		if err != nil {
			t.Fatal(err)
		}
		if x := r.Value.(*returns.Return); x.State != returns.Approved || x.Note != "Use the same box." {
			t.Errorf("%+v", x)
		}
		forced := asked(s, care.AskCommand{Order: p.Order.ID, Force: true, Lines: []care.AskLine{{Line: 2, Reason: "other"}}})
		if forced.State != returns.Requested {
			t.Errorf("%+v", forced)
		}
		read(s, func(r *store.Reader) error {
			all, err := returned.Policies(r)
			if got := returned.For(all, "till"); got.Days != returns.Default.Days {
				t.Errorf("%+v", got)
			}
			return err
		})
	})
}
