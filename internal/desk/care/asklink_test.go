package care_test

import (
	"context"
	"sync"
	"testing"

	"orderly/internal/asking"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/asks"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
	"orderly/internal/store/tracking"
)

// Kills: a link that answers twice, for another order, or after its end; an
// address that is wrong; a hold that stays, or another that goes.
func TestAnswerOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		s.Goods("CUP", catalog.Backorder, "A", 9)
		p, other := s.Place("MUG", 1), s.Place("MUG", 1)
		id := p.Order.ID
		desktest.Must(s, intake.Hold, intake.HoldCommand{Order: id, Hold: order.Hold{Reason: "address"}})
		held := hold(t, s, id)
		q := desktest.Must(s, care.AskCustomer, care.QuestionCommand{Ask: asking.Ask{Order: id, Kind: asking.Address, Hold: held}}).Value.(*care.Questioned)
		m, token := care.ParseLink(q.Link)
		x, ok, err := asks.Find(context.Background(), db, m, tracking.Hash(token))
		if err != nil || !ok || x.ID != q.Ask.ID {
			t.Fatal(err, ok)
		}
		good := &party.Address{Name: "Ada", Line1: "2 Low Street", City: "Leeds", PostalCode: "LS2 2BB", Country: "GB"}
		c := intake.AnswerCommand{Order: id, Ask: x.ID, Answer: asking.Given, Address: good}
		bad := c
		bad.Address = &party.Address{Line1: "2 Low Street", City: "Leeds", PostalCode: "12", Country: "GB"}
		if _, err := as(s, intake.Answer, link(p), bad); fault.CodeOf(err) != "invalid" {
			t.Errorf("an odd address: %v", err)
		}
		if _, err := as(s, intake.Answer, link(other), c); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another order's link: %v", err)
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		won, used := 0, 0
		for range 4 {
			wg.Go(func() {
				_, err := as(s, intake.Answer, link(p), c)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won++
				case fault.CodeOf(err) == "link_used":
					used++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 1 || used != 3 {
			t.Errorf("%d answered, %d came too late", won, used)
		}
		s.Remembers()
		read(s, func(r *store.Reader) error {
			found, err := orders.Get(r, id)
			if found.Party.ShipTo.Line1 != "2 Low Street" || found.Statuses.Hold != "none" {
				t.Errorf("%+v held %s", found.Party.ShipTo, found.Statuses.Hold)
			}
			return err
		})
		revoked := desktest.Must(s, care.AskCustomer, care.QuestionCommand{Ask: asking.Ask{Order: id, Kind: asking.Confirm}}).Value.(*care.Questioned)
		desktest.Must(s, care.RevokeAsk, care.RevokeCommand{Ask: revoked.Ask.ID})
		if _, err := as(s, intake.Answer, link(p), intake.AnswerCommand{Order: id, Ask: revoked.Ask.ID, Answer: asking.Yes}); fault.CodeOf(err) != "link_revoked" {
			t.Errorf("revoked: %v", err)
		}
	})
}

// What is canceled is given back, and what stands in joins; previews say the same.
func TestAnswersMoveMoney(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		s.Goods("CUP", catalog.Backorder, "A", 9)
		for _, tc := range []struct {
			kind, answer string
			refund       bool
		}{
			{asking.Delay, asking.Wait, false}, {asking.Delay, asking.Ship, false}, {asking.Delay, asking.Cancel, true}, {asking.Confirm, asking.No, true},
			{asking.Substitute, asking.Accept, false}, {asking.Substitute, asking.Decline, true},
		} {
			p := s.Place("MUG", 1)
			id := p.Order.ID
			desktest.Must(s, intake.Pay, intake.PayCommand{Order: id, Amount: p.Order.Totals.Payable(), Reference: "x"})
			a := asking.Ask{Order: id, Kind: tc.kind}
			if tc.kind == asking.Substitute {
				a.Line, a.SKU = 1, "CUP"
			}
			q := desktest.Must(s, care.AskCustomer, care.QuestionCommand{Ask: a}).Value.(*care.Questioned)
			c := intake.AnswerCommand{Order: id, Ask: q.Ask.ID, Answer: tc.answer}
			seen, err := desk.Preview(context.Background(), s.Desk, intake.Answer, link(p), []intake.AnswerCommand{c})
			if err != nil || seen[0].Err != nil {
				t.Fatalf("%s: %v %v", tc.answer, err, seen[0].Err)
			}
			r, err := as(s, intake.Answer, link(p), c)
			if err != nil {
				t.Fatalf("%s: %v", tc.answer, err)
			}
			did, would := r.Value.(*intake.Answered), seen[0].Value.(*intake.Answered)
			if did.Refund != would.Refund || (did.Refund > 0) != tc.refund {
				t.Errorf("%s gave %d back, the preview said %d", tc.answer, did.Refund, would.Refund)
			}
			s.Remembers()
		}
	})
}

func hold(t *testing.T, s *desktest.Shop, id order.ID) (h int64) {
	t.Helper()
	read(s, func(r *store.Reader) error {
		o, err := orders.Get(r, id)
		if err == nil && len(o.Holds) > 0 {
			h = o.Holds[0].ID
		}
		return err
	})
	return h
}
