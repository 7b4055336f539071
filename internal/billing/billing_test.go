package billing_test

import (
	"context"
	"log/slog"
	"os"
	"testing"

	"orderly/internal/billing"
	"orderly/internal/catalog"
	"orderly/internal/desk/bill"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/invoice"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/invoices"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

type shop struct {
	*desktest.Shop
	follower *billing.Follower
}

func open(t *testing.T, db *store.DB) *shop {
	s := &shop{Shop: desktest.Open(t, db)}
	s.follower = &billing.Follower{Desk: s.Desk, Log: slog.New(slog.DiscardHandler)}
	s.Goods("MUG", catalog.Backorder, "A", 100)
	return s
}

func (s *shop) sells(series string) {
	s.T.Helper()
	desktest.Must(s.Shop, bill.SaveSettings, bill.SettingsCommand{Settings: invoices.Settings{LegalName: "Test", Address: "Leeds", Series: series, CreditSeries: "C", Pattern: "{series}{number}"}})
}

func (s *shop) when(channel, moment string) {
	s.T.Helper()
	desktest.Must(s.Shop, bill.SavePolicies, bill.PolicyCommand{When: map[string]string{channel: moment}})
}

func (s *shop) place(channel string) *intake.Placed {
	s.T.Helper()
	r := s.Request("MUG", 2)
	r.Channel = channel
	return desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
}

// docs is what was issued for an order once the follower has read the journal.
func (s *shop) docs(p *intake.Placed) (out []*invoice.Document) {
	s.T.Helper()
	if err := s.follower.CatchUp(context.Background()); err != nil {
		s.T.Fatal(err)
	}
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		all, err := invoices.OfOrders(r, []order.ID{p.Order.ID})
		out = all[p.Order.ID]
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return out
}

// Each channel is billed when its policy says so, from when that was said on,
// and later changes of what was billed follow by themselves.
//
// Kills: an order of before the policy that is billed; one billed before it was
// shipped; a channel billed by another's policy; a cancellation without its
// credit note; the same journal read twice that bills twice.
func TestPolicies(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		if _, err := desktest.Try(s.Shop, bill.SavePolicies, bill.PolicyCommand{When: map[string]string{"web": "placement"}}); fault.CodeOf(err) != "seller_incomplete" {
			t.Errorf("without a seller: %v", err)
		}
		if _, err := desktest.Try(s.Shop, bill.SavePolicies, bill.PolicyCommand{When: map[string]string{"web": "never"}}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("at no moment: %v", err)
		}
		s.sells("I")
		old := s.place("web")
		s.when("web", "placement")
		s.when("shop", "shipping")
		hand, all, part := s.place("phone"), s.place("web"), s.place("shop")
		if n := len(s.docs(old)) + len(s.docs(hand)) + len(s.docs(part)); n != 0 {
			t.Errorf("%d documents were issued that should not be", n)
		}
		if docs := s.docs(all); len(docs) != 1 || docs[0].Basis != invoice.All || docs[0].Totals.Gross != all.Order.Totals.Total {
			t.Errorf("at placement: %+v", docs)
		}
		s.Work(part.Fulfillments[0].ID, "release")
		s.Work(old.Fulfillments[0].ID, "release", "pick", "pack", "ship")
		if n := len(s.docs(part)) + len(s.docs(old)); n != 0 {
			t.Errorf("%d documents for work that is not done, and of before", n)
		}
		s.Work(part.Fulfillments[0].ID, "pick", "pack", "ship")
		if docs := s.docs(part); len(docs) != 1 || docs[0].Basis != invoice.Shipped {
			t.Errorf("at shipping: %+v", docs)
		}
		desktest.Must(s.Shop, intake.Cancel, intake.CancelCommand{Order: all.Order.ID, Parts: []order.Part{{Line: 1, Quantity: 1}}})
		if docs := s.docs(all); len(docs) != 2 || docs[1].Kind != invoice.Credit {
			t.Errorf("after a cancellation: %+v", docs)
		}
		if err := db.Transact(context.Background(), func(tx *store.Tx) error {
			tx.Beside(s.Scope.Merchant)
			_, err := tx.Exec("UPDATE cursor SET seq = 0 WHERE m = $1 AND consumer = $2", tx.M, billing.Consumer)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if docs := s.docs(all); len(docs) != 2 {
			t.Errorf("after the journal was read again: %d documents", len(docs))
		}
	})
}

// What cannot be issued is waited for: nothing of the journal is passed over.
//
// Kills: a cursor that goes on past what was refused.
func TestWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.sells("I1")
		s.when("web", "placement")
		if docs := s.docs(s.place("web")); len(docs) != 1 || docs[0].Code != "I11" {
			t.Fatalf("the first: %+v", docs)
		}
		s.sells("I") // whose eleventh would be I11
		for range 10 {
			s.docs(s.place("web"))
		}
		p := s.place("web")
		if err := s.follower.CatchUp(context.Background()); fault.CodeOf(err) != "number_taken" {
			t.Errorf("a number that is taken: %v", err)
		}
		s.sells("J")
		if docs := s.docs(p); len(docs) != 1 || docs[0].Code != "J1" {
			t.Errorf("when it can go on: %+v", docs)
		}
	})
}
