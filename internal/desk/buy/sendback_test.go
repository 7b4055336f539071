package buy_test

import (
	"context"
	"sync"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/levels"
	"orderly/internal/store/purchases"
	"orderly/internal/store/storetest"
	"orderly/internal/supplier"
)

// received is a purchase order of ten mugs at 4.00 and ten pots, of which two mugs
// came damaged.
func received(s *desktest.Shop) purchase.ID {
	s.T.Helper()
	s.Goods("MUG", catalog.Backorder)
	s.Goods("POT", catalog.Backorder)
	by := supplier.ID(desktest.Must(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: "ACME", Name: "Acme", Currency: "GBP", Price: 5, Active: true}}).ID)
	cost := money.Price(4_000_000)
	id := purchase.ID(desktest.Must(s, buy.CreatePurchase, buy.DraftCommand{Supplier: by, Location: s.Locations["A"], Lines: []buy.DraftLine{{SKU: "MUG", Quantity: 10, Cost: &cost}, {SKU: "POT", Quantity: 10, Cost: &cost}}}).ID)
	desktest.Must(s, buy.SendPurchase, buy.SendCommand{Purchase: id})
	desktest.Must(s, buy.ReceivePurchase, buy.ReceiveCommand{Purchase: id, Lines: []buy.ComeLine{{N: 1, Good: 8, Damaged: 2}, {N: 2, Good: 10}}})
	return id
}

func goBack(s *desktest.Shop, of purchase.ID, lines ...purchase.ReturnLine) (purchase.ReturnID, error) {
	r, err := desktest.Try(s, buy.CreateReturn, buy.NewReturnCommand{Purchase: of, Lines: lines})
	return purchase.ReturnID(r.ID), err
}

func now(s *desktest.Shop, id purchase.ID, item string) (p *purchase.Purchase, l *stock.Level) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		if p, err = purchases.Get(r, id); err != nil {
			return err
		}
		for i := range p.Lines {
			if p.Lines[i].SKU == item {
				x, err := levels.Get(r, stock.Cell{Item: p.Lines[i].Item, Location: s.Locations["A"]})
				l = &x
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return p, l
}

// Kills: units that go back twice, that never came, or that orders wait for; goods
// that leave before the supplier agrees; a credit that nobody compared; a number of a
// credit note taken twice; an invoice that asks for what went back.
func TestSendBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		of := received(s)
		for name, bad := range map[string][]purchase.ReturnLine{
			"none":                {},
			"no such line":        {{Line: 9, Quantity: 1, Reason: "damaged"}},
			"more than came":      {{Line: 1, Quantity: 11, Reason: "damaged"}},
			"more, in two lines":  {{Line: 1, Quantity: 6, Reason: "over"}, {Line: 1, Quantity: 5, Reason: "unsold"}},
			"a reason of its own": {{Line: 1, Quantity: 1, Reason: "ugly"}},
			"to be inspected":     {{Line: 1, Quantity: 1, Reason: "wrong", State: "quality_control"}},
		} {
			if _, err := goBack(s, of, bad...); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		id, err := goBack(s, of, purchase.ReturnLine{Line: 1, Quantity: 2, Reason: "damaged"}, purchase.ReturnLine{Line: 1, Quantity: 3, Reason: "over"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := goBack(s, of, purchase.ReturnLine{Line: 1, Quantity: 6, Reason: "unsold"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("what another return speaks of: %v", err)
		}
		act := func(id purchase.ReturnID, a purchase.ReturnAct) error {
			t.Helper()
			op := buy.ActOnReturn
			if a.Act == "ship" {
				op = buy.ShipReturn
			}
			_, err := desktest.Try(s, op, buy.ReturnActCommand{Return: id, ReturnAct: a})
			return err
		}
		if err := act(id, purchase.ReturnAct{Act: "ship"}); fault.CodeOf(err) != "not_possible" {
			t.Errorf("shipped before it was approved: %v", err)
		}
		for _, a := range []purchase.ReturnAct{{Act: "ask"}, {Act: "approve", RMA: "RMA-7"}} {
			if err := act(id, a); err != nil {
				t.Fatal(err)
			}
		}
		if _, l := now(s, of, "MUG"); l.OnHand != 8 || l.Damaged != 2 {
			t.Errorf("goods moved before they left: %+v", l)
		}
		s.Place("MUG", 6) // two of eight are free
		if err := act(id, purchase.ReturnAct{Act: "ship"}); fault.CodeOf(err) != "not_enough" {
			t.Errorf("what orders wait for leaves: %v", err)
		}
		s.Receive("MUG", "A", 1)
		if err := act(id, purchase.ReturnAct{Act: "ship", Carrier: "dpd", Tracking: "B-1"}); err != nil {
			t.Fatal(err)
		}
		p, l := now(s, of, "MUG")
		if l.OnHand != 6 || l.Damaged != 0 || p.Lines[0].Back != 5 || p.Lines[0].Faulty != 2 {
			t.Errorf("%+v, line %+v", l, p.Lines[0])
		}
		if err := act(id, purchase.ReturnAct{Act: "ship"}); fault.CodeOf(err) != "not_possible" {
			t.Errorf("shipped twice: %v", err)
		}
		for name, a := range map[string]purchase.ReturnAct{"too little": {Act: "credit", CreditNote: "CN-1", Credit: 1500}, "no number": {Act: "credit", Credit: 2000}, "nothing": {Act: "credit", CreditNote: "CN-1"}} {
			if err := act(id, a); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		invoice := func(number string, q int64) purchase.Matching {
			t.Helper()
			r := desktest.Must(s, buy.TakeInvoice, buy.InvoiceCommand{Purchase: of, Invoice: purchase.Invoice{Number: number, Total: q * 400, Lines: []purchase.InvoiceLine{{Line: 1, Quantity: q, Cost: 4_000_000}}}})
			return r.Value.(*buy.Asked).Invoice.State
		}
		if got := invoice("R-1", 6); got != purchase.Differs {
			t.Errorf("of what went back it is %s", got)
		}
		if err := act(id, purchase.ReturnAct{Act: "credit", CreditNote: "CN-1", Credit: 1950}); err != nil { // 20.00 within five percent
			t.Fatal(err)
		}
		if got := invoice("R-2", 4); got != purchase.Matched { // 10 came, 5 went back and are credited, 6 were invoiced
			t.Errorf("of what came, less what went, with what is credited: %s", got)
		}
		other, err := goBack(s, of, purchase.ReturnLine{Line: 2, Quantity: 4, Reason: "wrong"})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range []purchase.ReturnAct{{Act: "approve"}, {Act: "ship"}} {
			if err := act(other, a); err != nil {
				t.Fatal(err)
			}
		}
		if err := act(other, purchase.ReturnAct{Act: "credit", CreditNote: "CN-1", Credit: 1600}); fault.CodeOf(err) != "number_taken" {
			t.Errorf("a credit note twice: %v", err)
		}
		if err := act(other, purchase.ReturnAct{Act: "replace"}); err != nil {
			t.Fatal(err)
		}
		if p, l := now(s, of, "POT"); l.OnHand != 10 || p.Lines[1].Back != 0 || p.Lines[1].Faulty != 0 {
			t.Errorf("replaced: %+v, line %+v", l, p.Lines[1])
		}
	})
}

// Kills: a scorecard that forgets what went back; a floor that writes returns; a
// preview that moves goods; an act on a version that nobody saw.
func TestSendBackFacts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		of := received(s)
		id, err := goBack(s, of, purchase.ReturnLine{Line: 1, Quantity: 2, Reason: "damaged"}, purchase.ReturnLine{Line: 1, Quantity: 1, Reason: "unsold"})
		if err != nil {
			t.Fatal(err)
		}
		stale := int64(0)
		if _, err := desktest.Try(s, buy.ActOnReturn, buy.ReturnActCommand{Return: id, ReturnAct: purchase.ReturnAct{Act: "approve"}, Version: &stale}); fault.CodeOf(err) != "edited_meanwhile" {
			t.Errorf("a version that nobody saw: %v", err)
		}
		floor := access.Scope{Merchant: s.Scope.Merchant, Actor: access.Actor{Kind: "key", ID: "floor"}, Permissions: access.Warehouse.Permissions()}
		if _, err := desk.One(context.Background(), s.Desk, buy.ActOnReturn, floor, buy.ReturnActCommand{Return: id, ReturnAct: purchase.ReturnAct{Act: "approve"}}, desk.Options{}); fault.KindOf(err) != fault.Denied {
			t.Errorf("the floor approves: %v", err)
		}
		desktest.Must(s, buy.ActOnReturn, buy.ReturnActCommand{Return: id, ReturnAct: purchase.ReturnAct{Act: "approve"}})
		if _, err := desk.Preview(context.Background(), s.Desk, buy.ShipReturn, s.Scope, []buy.ReturnActCommand{{Return: id}}); err != nil {
			t.Fatal(err)
		}
		if p, _ := now(s, of, "MUG"); p.Lines[0].Back != 0 {
			t.Error("a preview moved goods")
		}
		if _, err := desk.One(context.Background(), s.Desk, buy.ShipReturn, floor, buy.ReturnActCommand{Return: id}, desk.Options{}); err != nil {
			t.Fatal(err)
		}
		p, _ := now(s, of, "MUG")
		err = s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			f, err := purchases.FactsOf(r, purchases.Period{Supplier: supplier.ID(p.Supplier)}, db.Now())
			if x := purchase.ScoreOf(f); f.Returned != 2 || x.Return != 100 {
				t.Errorf("%d units went back for faults, %d per mille", f.Returned, x.Return)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := desktest.Try(s, buy.ActOnReturn, buy.ReturnActCommand{Return: id, ReturnAct: purchase.ReturnAct{Act: "refuse"}}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("refused without a word: %v", err)
		}
		desktest.Must(s, buy.ActOnReturn, buy.ReturnActCommand{Return: id, ReturnAct: purchase.ReturnAct{Act: "refuse", Why: "too old", Again: true}})
		if p, l := now(s, of, "MUG"); l.OnHand != 8 || l.Damaged != 2 || p.Lines[0].Back != 0 {
			t.Errorf("sent back to us: %+v, line %+v", l, p.Lines[0])
		}
	})
}

// Many people send the same units back at once: no more go than came.
//
// Kills: a check that is made before the lock.
func TestSendBackAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		of := received(s)
		var wg sync.WaitGroup
		var mu sync.Mutex
		went, kept := int64(0), 0
		for range 12 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				ctx := context.Background()
				r, err := desk.One(ctx, s.Desk, buy.CreateReturn, s.Scope, buy.NewReturnCommand{Purchase: of, Lines: []purchase.ReturnLine{{Line: 2, Quantity: 3, Reason: "unsold"}}}, desk.Options{})
				id := purchase.ReturnID(r.ID)
				if err == nil {
					_, err = desk.One(ctx, s.Desk, buy.ActOnReturn, s.Scope, buy.ReturnActCommand{Return: id, ReturnAct: purchase.ReturnAct{Act: "approve"}}, desk.Options{})
				}
				for range 2 { // each twice
					if err == nil {
						_, err = desk.One(ctx, s.Desk, buy.ShipReturn, s.Scope, buy.ReturnActCommand{Return: id}, desk.Options{})
						mu.Lock()
						if err == nil {
							went += 3
						}
						mu.Unlock()
					}
				}
				if k := fault.KindOf(err); k != fault.Invalid && k != fault.Conflict {
					t.Errorf("%v", err)
				}
				mu.Lock()
				kept++
				mu.Unlock()
			}()
		}
		wg.Wait()
		p, l := now(s, of, "POT")
		if went != 9 || p.Lines[1].Back != 9 || l.OnHand != 1 || kept != 12 {
			t.Errorf("%d units went, the line says %d, %d are there", went, p.Lines[1].Back, l.OnHand)
		}
	})
}
