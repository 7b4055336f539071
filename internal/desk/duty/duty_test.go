package duty_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/duty"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/queue"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/assignments"
	"orderly/internal/store/entries"
	"orderly/internal/store/jobs"
	"orderly/internal/store/storetest"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func as(s *desktest.Shop, user string) access.Scope {
	scope := s.Scope
	scope.Actor = access.Actor{Kind: "user", ID: user}
	return scope
}

func do[C any](s *desktest.Shop, op *desk.Operation[C], by access.Scope, cmd C) error {
	_, err := desk.One(context.Background(), s.Desk, op, by, cmd, desk.Options{})
	return err
}

func read(s *desktest.Shop, f func(r *store.Reader) error) {
	s.T.Helper()
	if err := s.DB.Read(context.Background(), s.Scope, f); err != nil {
		s.T.Fatal(err)
	}
}

func who(s *desktest.Shop, kind string, id int64) (a assignments.Assignment) {
	s.T.Helper()
	read(s, func(r *store.Reader) error {
		got, err := assignments.Of(r, kind, []int64{id}, s.DB.Now())
		a = got[id]
		return err
	})
	return a
}

func refused(t *testing.T, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("%v, want %s", err, code)
	}
}

// A day of one order's claim: taken, wanted by another, handed over, given back.
func TestWork(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		o := s.Place("MUG", 2)
		id := int64(o.Order.ID)
		ana, ben := as(s, "usr_ana"), as(s, "usr_ben")
		acts := duty.Of(queue.Named(queue.OnHold))
		if err := do(s, acts.Claim, ana, duty.WorkCommand{Subject: id}); err != nil {
			t.Fatal(err)
		}
		err := do(s, acts.Claim, ben, duty.WorkCommand{Subject: id})
		refused(t, err, "taken")
		if !strings.Contains(err.Error(), "usr_ana") {
			t.Errorf("it is not said who has it: %v", err)
		}
		refused(t, do(s, acts.HandOver, ben, duty.WorkCommand{Subject: id, To: "user:usr_cy"}), "taken")
		refused(t, do(s, acts.GiveBack, ben, duty.WorkCommand{Subject: id}), "taken")
		if err := do(s, acts.HandOver, ana, duty.WorkCommand{Subject: id, To: "user:usr_ben", Note: "the customer calls at noon"}); err != nil {
			t.Fatal(err)
		}
		if a := who(s, queue.Order, id); a.User != "user:usr_ben" || a.By != "user:usr_ana" || a.Note != "the customer calls at noon" || a.Version != 2 {
			t.Errorf("%+v", a)
		}
		refused(t, do(s, acts.Assign, ana, duty.WorkCommand{Subject: id, To: "user:usr_cy", Version: 1}), "taken")
		if err := do(s, acts.Assign, ana, duty.WorkCommand{Subject: id, To: "user:usr_cy", Version: 2}); err != nil {
			t.Errorf("who saw whose it is may assign it anew: %v", err)
		}
		if err := do(s, acts.GiveBack, as(s, "usr_cy"), duty.WorkCommand{Subject: id}); err != nil {
			t.Fatal(err)
		}
		if a := who(s, queue.Order, id); a.User != "" {
			t.Errorf("given back, %s still has it", a.User)
		}
		refused(t, do(s, acts.GiveBack, ben, duty.WorkCommand{Subject: id}), "not_yours")
		read(s, func(r *store.Reader) error {
			list, err := entries.After(r, 0, 500)
			told := 0
			for _, e := range list {
				if e.Kind == journal.Work {
					told++
					if int(e.SubjectSeq) != told || strings.Contains(string(e.Data), "noon") {
						t.Errorf("entry %+v", e)
					}
				}
			}
			if told != 4 {
				t.Errorf("%d entries tell of it", told)
			}
			return err
		})
	})
}

// Of two who take one thing at the same moment, one is told who has it.
func TestTwoClaimOneThing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		id := int64(s.Place("MUG", 1).Fulfillments[0].ID)
		acts := duty.Of(queue.Named(queue.ToPick))
		got := make(chan error, 8)
		for i := range 8 {
			go func() { got <- do(s, acts.Claim, as(s, "usr_"+string(rune('a'+i))), duty.WorkCommand{Subject: id}) }()
		}
		won := 0
		for range 8 {
			switch err := <-got; fault.CodeOf(err) {
			case "taken":
			default:
				if err != nil {
					t.Error(err)
				}
				won++
			}
		}
		if won != 1 {
			t.Errorf("%d have it", won)
		}
	})
}

func TestWorkOfABatch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		id := int64(s.Place("MUG", 1).Order.ID)
		acts := duty.Of(queue.Named(queue.OnHold))
		cmds := []duty.WorkCommand{{Subject: id, To: "user:usr_x"}, {Subject: id, To: "user:usr_y"}, {Subject: 77, To: "user:usr_x"}, {Subject: id, To: "x"}}
		got, err := desk.Do(context.Background(), s.Desk, acts.Assign, as(s, "usr_ana"), cmds, desk.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got[0].Err != nil {
			t.Error(got[0].Err)
		}
		refused(t, got[1].Err, "taken")
		refused(t, got[2].Err, "nothing_waits")
		refused(t, got[3].Err, "invalid")
		seen, err := desk.Preview(context.Background(), s.Desk, acts.GiveBack, as(s, "usr_x"), []duty.WorkCommand{{Subject: id}})
		if err != nil || seen[0].Err != nil || who(s, queue.Order, id).User != "user:usr_x" {
			t.Errorf("a preview: %v %v, then %s has it", err, seen[0].Err, who(s, queue.Order, id).User)
		}
	})
}

// What was taken a shift ago is free, and what is done is nobody's.
func TestClaimsEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		p := s.Place("MUG", 1)
		id := int64(p.Order.ID)
		acts := duty.Of(queue.Named(queue.OnHold))
		desktest.Must(s, acts.Claim, duty.WorkCommand{Subject: id})
		storetest.Exec(t, db, "UPDATE work_assignment SET at = at - $1 WHERE m = 1", queue.Shift)
		if a := who(s, queue.Order, id); a.User != "" {
			t.Errorf("after a shift %s has it", a.User)
		}
		if err := do(s, acts.Claim, as(s, "usr_ben"), duty.WorkCommand{Subject: id}); err != nil {
			t.Error(err)
		}
		s.Ship(p)
		refused(t, do(s, acts.Claim, as(s, "usr_ben"), duty.WorkCommand{Subject: id}), "nothing_waits")
	})
}

func TestWorkElsewhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		id := int64(s.Place("MUG", 1).Fulfillments[0].ID)
		by := as(s, "usr_ana")
		by.Locations = []int64{int64(s.Locations["B"])}
		refused(t, do(s, duty.Of(queue.Named(queue.ToPick)).Claim, by, duty.WorkCommand{Subject: id}), "nothing_waits")
		by = as(s, "usr_ana")
		by.Permissions = []access.Permission{access.FulfillmentRead}
		refused(t, do(s, duty.Of(queue.Named(queue.ToPick)).Claim, by, duty.WorkCommand{Subject: id}), "missing_scope")
	})
}

// Short picks want a count, and a count settles them; lost parcels are settled
// by being found; displaced claims are told.
func TestTroublesComeAndGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		a := s.Locations["A"]
		p := s.Place("MUG", 2)
		s.Work(p.Fulfillments[0].ID, "release")
		desktest.Must(s, floor.ShortPick, floor.WorkCommand{Fulfillment: p.Fulfillments[0].ID, Parts: []fulfillment.Part{{Line: 1, Quantity: 1}}})
		short := open(s, trouble.ShortPick)
		if len(short) != 1 || short[0].Location != int64(a) || short[0].Quantity != 1 || short[0].Order != int64(p.Order.ID) {
			t.Fatalf("%+v", short)
		}
		count := func(n int64) {
			desktest.Must(s, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "MUG", Location: a, Quantity: n}}})
		}
		count(4) // as the books say: it was looked at all the same
		if left := open(s, trouble.ShortPick); len(left) != 0 {
			t.Errorf("counted, %+v", left)
		}
		count(1)
		if gone := open(s, trouble.Displaced); len(gone) != 1 || gone[0].Order != int64(p.Order.ID) || gone[0].Quantity != 1 {
			t.Errorf("displaced: %+v", gone)
		}
		s.Ship(s.Place("MUG", 1)) // backordered, since one is promised
		s.Receive("MUG", "A", 9)
		sent := s.Place("MUG", 1)
		s.Ship(sent)
		f := sent.Fulfillments[0].ID
		desktest.Must(s, floor.Parcel, floor.ParcelCommand{Fulfillment: f, Act: "lose"})
		if lost := open(s, trouble.Lost); len(lost) != 1 || lost[0].Order != int64(sent.Order.ID) {
			t.Errorf("lost: %+v", lost)
		}
		desktest.Must(s, floor.Parcel, floor.ParcelCommand{Fulfillment: f, Act: "find"})
		if lost := open(s, trouble.Lost); len(lost) != 0 {
			t.Errorf("found: %+v", lost)
		}
		d := open(s, trouble.Displaced)[0]
		refused(t, do(s, duty.SettleStock, as(s, "usr_ana"), duty.SettleCommand{Trouble: d.ID}), "no_such_trouble")
		for _, reopen := range []bool{false, true, false} {
			desktest.Must(s, duty.Settle, duty.SettleCommand{Trouble: d.ID, Reopen: reopen})
		}
		if left := open(s, trouble.Displaced); len(left) != 0 {
			t.Errorf("settled: %+v", left)
		}
	})
}

func open(s *desktest.Shop, kind string) (list []trouble.Trouble) {
	s.T.Helper()
	read(s, func(r *store.Reader) (err error) {
		list, err = troubles.Open(r, kind, 0, 100)
		return err
	})
	return list
}

func TestRetry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		storetest.Exec(t, db, "INSERT INTO job (m, id, kind, dedupe, due_at, data, lease_owner, lease_until, attempts, last_error, created_at, dead_at) VALUES (1, 5, 'mail', 'a', 0, '', '', 0, 12, 'no route', 0, 9)")
		got, err := desk.Do(context.Background(), s.Desk, duty.Retry, as(s, "usr_ana"), []duty.RetryCommand{{Job: 5}, {Job: 5}, {Job: 6}}, desk.Options{})
		if err != nil || got[0].Err != nil {
			t.Fatal(err, got)
		}
		refused(t, got[1].Err, "not_dead")
		refused(t, got[2].Err, "not_dead")
		read(s, func(r *store.Reader) error {
			j, ok, err := jobs.Find(r, "mail", "a")
			if !ok || j.DeadAt != 0 || j.Attempts != 0 || j.Due == 0 || j.LastError != "no route" {
				t.Errorf("%+v", j)
			}
			return err
		})
	})
}

// What waits in line is served in line, by whoever asks for it.
func TestSourceAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 1)
		first, second := s.Place("MUG", 3), s.Place("MUG", 2) // two and two wait
		set := func(q int64) {
			desktest.Must(s, floor.Safety, floor.SafetyCommand{SKU: "MUG", Location: s.Locations["A"], Quantity: q})
		}
		_, err := desktest.Try(s, intake.Source, intake.SourceCommand{Order: second.Order.ID})
		if err != nil {
			t.Fatal(err)
		}
		set(100)
		s.Receive("MUG", "A", 3) // kept back by the safety stock
		storetest.Exec(t, db, "UPDATE level SET safety = 0 WHERE m = 1")
		s.Restart()
		seen, err := desk.Preview(context.Background(), s.Desk, intake.Source, s.Scope, []intake.SourceCommand{{Order: second.Order.ID}})
		if err != nil || seen[0].Value.(*intake.Sourced).Allocated != 1 {
			t.Fatalf("the second may have one of three: %v %+v", err, seen[0].Value)
		}
		got, err := desk.Do(context.Background(), s.Desk, intake.Source, s.Scope, []intake.SourceCommand{{Order: second.Order.ID}, {Order: first.Order.ID}, {Order: 4}}, desk.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s.Remembers()
		if a, b := got[0].Value.(*intake.Sourced), got[1].Value.(*intake.Sourced); a.Allocated != 1 || b.Allocated != 2 {
			t.Errorf("%+v %+v", a, b)
		}
		refused(t, got[2].Err, "no_such_order")
		_, err = desktest.Try(s, intake.Source, intake.SourceCommand{Order: first.Order.ID})
		refused(t, err, "nothing_to_source")
	})
}

// Units that never had a place get one, or wait in line.
func TestSourceUnsourced(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 1)
		p := s.Place("MUG", 3)
		storetest.Exec(t, db, "UPDATE order_line SET unsourced = 2, backordered = 0, backordered_at = 0 WHERE m = 1")
		storetest.Exec(t, db, "UPDATE orders SET unsourced = 2, backordered = 0, stage = 'unsourced' WHERE m = 1")
		storetest.Exec(t, db, "UPDATE level SET on_hand = 2 WHERE m = 1")
		s.Restart()
		r := desktest.Must(s, intake.Source, intake.SourceCommand{Order: p.Order.ID})
		if v := r.Value.(*intake.Sourced); v.Allocated != 1 || v.Backordered != 1 || v.Order.Statuses.Stage != order.StageBackordered {
			t.Errorf("%+v %s", v, v.Order.Statuses.Stage)
		}
	})
}

func TestLiftEnded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		r := s.Request("MUG", 1)
		r.Holds = []order.Hold{{Reason: "payment_review"}, {Reason: "address"}}
		id := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order.ID
		_, err := desktest.Try(s, intake.LiftEnded, intake.LiftEndedCommand{Order: id})
		refused(t, err, "reason_stands")
		desktest.Must(s, intake.Pay, intake.PayCommand{Order: id, Amount: 1295})
		o := desktest.Must(s, intake.LiftEnded, intake.LiftEndedCommand{Order: id}).Value.(*order.Order)
		if o.Holds[0].LiftedAt == 0 || o.Holds[1].LiftedAt != 0 {
			t.Errorf("%+v", o.Holds)
		}
		_, err = desktest.Try(s, intake.LiftEnded, intake.LiftEndedCommand{Order: id})
		refused(t, err, "reason_stands")
	})
}

// An order that brings less than its goods cost is told, where costs are known.
func TestBelowCost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := func(sku string, cost money.Price) {
			desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: sku, Name: sku, Kind: catalog.Goods, WhenShort: catalog.Backorder, Cost: cost}})
		}
		item("DEAR", 15_000_000) // sold at 12.95
		item("FAIR", 5_000_000)
		item("UNKNOWN", 0)
		s.Place("FAIR", 1)
		s.Place("DEAR", 1, "UNKNOWN", 1)
		s.Place("DEAR", 1, "FAIR", 1)
		if list := open(s, trouble.BelowCost); len(list) != 0 {
			t.Errorf("%+v", list)
		}
		p := s.Place("DEAR", 2)
		if list := open(s, trouble.BelowCost); len(list) != 1 || list[0].Order != int64(p.Order.ID) || list[0].Quantity != 410 {
			t.Errorf("%+v", list)
		}
	})
}
