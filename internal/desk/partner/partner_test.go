package partner_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/partner"
	"orderly/internal/difference"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	terms "orderly/internal/partner"
	"orderly/internal/party"
	"orderly/internal/releasing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/differences"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/orders"
	"orderly/internal/store/partners"
	"orderly/internal/store/shelves"
	"orderly/internal/store/storetest"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// shop has a supplier at S, whom it asks first for mugs, a 3PL at P, and mugs of
// its own at A.
type shop struct {
	*desktest.Shop
	clock *storetest.Ahead
}

func each(t *testing.T, f func(*testing.T, *shop)) {
	storetest.EachClock(t, func(t *testing.T, db *store.DB, clock *storetest.Ahead) {
		s := &shop{desktest.Open(t, db), clock}
		for code, kind := range map[string]string{"S": "supplier", "P": "3pl"} {
			r := desktest.Must(s.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: code, Name: "Partner " + code, Kind: kind, Active: true, Address: party.Address{Country: "GB"}}})
			s.Locations[code] = stock.LocationID(r.ID)
		}
		s.Goods("MUG", catalog.Backorder)
		s.report("S", "MUG", 10)
		f(t, s)
		s.sound()
	})
}

func (s *shop) sound() {
	s.T.Helper()
	found, err := verify.Run(context.Background(), s.DB, verify.Options{Level: verify.Deep})
	if err != nil {
		s.T.Fatal(err)
	}
	for _, v := range found.Violations {
		s.T.Errorf("verify: %+v", v)
	}
}

func (s *shop) report(at, sku string, q int64) desk.Result {
	s.T.Helper()
	return desktest.Must(s.Shop, floor.Report, floor.ReportCommand{Location: s.Locations[at], Lines: []stock.Line{{SKU: sku, Quantity: q}}})
}

// ask places an order for mugs that the supplier is asked for.
func (s *shop) ask(q int) (*intake.Placed, fulfillment.ID) {
	s.T.Helper()
	p := s.Place("MUG", q)
	if len(p.Fulfillments) != 1 || p.Fulfillments[0].Location != s.Locations["S"] {
		s.T.Fatalf("%d fulfillments", len(p.Fulfillments))
	}
	id := p.Fulfillments[0].ID
	desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: id})
	return p, id
}

func (s *shop) load(id order.ID) (o *order.Order, fuls []*fulfillment.Fulfillment, asked []*terms.Request) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		found, err := orders.Load(r, []order.ID{id}, orders.Parts{})
		o = found[id]
		if err == nil {
			fuls, err = fulfillments.OfSources(r, []int64{int64(id)})
		}
		if err == nil {
			asked, err = partners.OfOrders(r, []order.ID{id})
		}
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return o, fuls, asked
}

func (s *shop) want(id fulfillment.ID, status string) *terms.Request {
	s.T.Helper()
	var got []*terms.Request
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		got, err = partners.Load(r, []fulfillment.ID{id})
		return err
	})
	if err != nil || len(got) != 1 || got[0].Status != status {
		s.T.Fatalf("the request is %+v, %v; want %s", got, err, status)
	}
	return got[0]
}

// Kills: a partner that is not asked when work is released; an answer that counts
// twice; units that are lost between two places.
func TestAnswers(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Receive("MUG", "A", 5)
		p, id := s.ask(4)
		q := s.want(id, fulfillment.Submitted)
		if q.DueAt != q.SubmittedAt+24*time.Hour.Microseconds() || q.NextAt != q.DueAt {
			t.Errorf("the answer is due at %d, asked at %d", q.DueAt, q.SubmittedAt)
		}
		for _, status := range []string{"done", "unchanged"} { // a partner that answers twice
			r := desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: id, Reference: "SO-17"})
			if r.Status != status {
				t.Errorf("accepted: %s, want %s", r.Status, status)
			}
		}
		if q := s.want(id, fulfillment.Accepted); q.Reference != "SO-17" || q.AnsweredAt == 0 {
			t.Errorf("%+v", q)
		}
		if _, err := desktest.Try(s.Shop, partner.Reject, partner.RejectCommand{Fulfillment: id, Reason: "price"}); fault.CodeOf(err) != "wrong_request_status" {
			t.Errorf("rejected after a yes: %v", err)
		}
		two := partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{Parts: []fulfillment.Part{{Line: 1, Quantity: 3}}, Carrier: "dpd", Tracking: "T1"}}}
		for _, status := range []string{"done", "unchanged"} {
			if r := desktest.Must(s.Shop, partner.Send, two); r.Status != status {
				t.Errorf("sent: %s, want %s", r.Status, status)
			}
		}
		if r := desktest.Must(s.Shop, partner.Fail, partner.FailCommand{Fulfillment: id, Reason: "out_of_stock"}); r.Status != "done" {
			t.Errorf("failed: %s", r.Status)
		}
		s.want(id, fulfillment.Closed)
		o, fuls, _ := s.load(p.Order.ID)
		if o.Sums[order.Shipped] != 3 || o.Sums[order.Allocated] != 1 || len(fuls) != 2 || fuls[1].Location != s.Locations["A"] {
			t.Errorf("%v, %d fulfillments", o.Sums, len(fuls))
		}
		desktest.Must(s.Shop, floor.Parcel, floor.ParcelCommand{Fulfillment: id, Act: "unship"})
		s.want(id, fulfillment.Accepted)
		desktest.Must(s.Shop, floor.Parcel, floor.ParcelCommand{Fulfillment: id, Act: "ship"})
		s.want(id, fulfillment.Closed)
	})
}

// Kills: a part that is not accepted and stays where nobody sends it; a no without
// a reason; a place that is asked again for what it refused.
func TestRejections(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Receive("MUG", "A", 5)
		p, id := s.ask(4)
		if _, err := desktest.Try(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: id, Parts: []fulfillment.Part{{Line: 1, Quantity: 3}}}); !strings.Contains(err.Error(), "reason") && fault.CodeOf(err) != "invalid" {
			t.Errorf("a part without a reason: %v", err)
		}
		desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: id, Parts: []fulfillment.Part{{Line: 1, Quantity: 3}}, Reason: "out_of_stock"})
		_, fuls, _ := s.load(p.Order.ID)
		if len(fuls) != 2 || fuls[0].Lines[0].Open != 3 || fuls[1].Location != s.Locations["A"] || fuls[1].Lines[0].Open != 1 {
			t.Errorf("%d fulfillments", len(fuls))
		}
		p, id = s.ask(2)
		if _, err := desktest.Try(s.Shop, partner.Reject, partner.RejectCommand{Fulfillment: id}); err == nil {
			t.Error("a no without a reason was taken")
		}
		for range 2 {
			desktest.Must(s.Shop, partner.Reject, partner.RejectCommand{Fulfillment: id, Reason: "discontinued"})
		}
		o, fuls, asked := s.load(p.Order.ID)
		if len(fuls) != 2 || fuls[0].WorkStatus != fulfillment.Canceled || fuls[1].Location != s.Locations["A"] || o.Sums[order.Allocated] != 2 || asked[0].Reason != "discontinued" {
			t.Errorf("%v %d", o.Sums, len(fuls))
		}
		if _, err := desktest.Try(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: id}); fault.CodeOf(err) != "wrong_request_status" {
			t.Errorf("accepted after a no: %v", err)
		}
	})
}

// Kills: an order that is canceled while a partner packs it; a partner's answer to
// a cancellation that is not carried out.
func TestCancellation(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Receive("MUG", "A", 2)
		p, id := s.ask(2)
		desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: id})
		for name, err := range map[string]error{
			"cancel":  second(desktest.Try(s.Shop, intake.Cancel, intake.CancelCommand{Order: p.Order.ID})),
			"reroute": second(desktest.Try(s.Shop, floor.Reroute, floor.RerouteCommand{Fulfillment: id, Reason: "stock"})),
			"pick":    second(desktest.Try(s.Shop, floor.Pick, floor.WorkCommand{Fulfillment: id})),
			"short":   second(desktest.Try(s.Shop, floor.ShortPick, floor.WorkCommand{Fulfillment: id, Parts: []fulfillment.Part{{Line: 1, Quantity: 1}}})),
			"recall":  second(desktest.Try(s.Shop, floor.Recall, floor.WorkCommand{Fulfillment: id})),
		} {
			if fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s: %v", name, err)
			}
		}
		stop := partner.StopCommand{Fulfillment: id, Then: terms.ToCancel}
		desktest.Must(s.Shop, partner.Stop, stop)
		desktest.Must(s.Shop, partner.Answer, partner.AnswerCommand{Fulfillment: id, Note: "it is on the van"})
		s.want(id, fulfillment.Accepted)
		desktest.Must(s.Shop, partner.Stop, stop)
		for _, status := range []string{"done", "unchanged"} {
			if r := desktest.Must(s.Shop, partner.Answer, partner.AnswerCommand{Fulfillment: id, Stops: true}); r.Status != status {
				t.Errorf("stops: %s, want %s", r.Status, status)
			}
		}
		if o, _, _ := s.load(p.Order.ID); o.Sums[order.Canceled] != 2 {
			t.Errorf("%v", o.Sums)
		}
		s.want(id, fulfillment.Closed)

		p, id = s.ask(2) // elsewhere, and withdrawn before an answer
		desktest.Must(s.Shop, partner.Stop, partner.StopCommand{Fulfillment: id, Then: terms.ToMove})
		if o, fuls, _ := s.load(p.Order.ID); o.Sums[order.Allocated] != 2 || len(fuls) != 2 || fuls[1].Location != s.Locations["A"] {
			t.Errorf("%v %d", o.Sums, len(fuls))
		}
		p, id = s.ask(1)
		desktest.Must(s.Shop, floor.Recall, floor.WorkCommand{Fulfillment: id})
		s.want(id, fulfillment.Unsubmitted)
		desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: id})
		if q := s.want(id, fulfillment.Submitted); q.Round != 2 {
			t.Errorf("asked %d times", q.Round)
		}
		desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: id})
		desktest.Must(s.Shop, partner.Stop, partner.StopCommand{Fulfillment: id, Then: terms.ToCancel})
		desktest.Must(s.Shop, partner.Send, partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{}}}) // it was on the van
		if o, _, _ := s.load(p.Order.ID); o.Sums[order.Shipped] != 1 {
			t.Errorf("%v", o.Sums)
		}
		s.want(id, fulfillment.Closed)
	})
}

func second(_ desk.Result, err error) error { return err }

// Kills: a silent partner that keeps an order for ever; one that is reminded twice
// at once; what a person was told and is over.
func TestSilence(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		ctx := context.Background()
		s.Receive("MUG", "A", 5)
		tick := func(hours time.Duration) {
			t.Helper()
			s.clock.Pass(hours * time.Hour)
			for range 2 {
				if err := releasing.TickRequests(ctx, s.Desk, admin.Main); err != nil {
					t.Fatal(err)
				}
			}
		}
		p, id := s.ask(2)
		tick(23)
		if q := s.want(id, fulfillment.Submitted); q.Chases != 0 {
			t.Errorf("reminded %d times before the answer was due", q.Chases)
		}
		tick(2)
		tick(11)
		if q := s.want(id, fulfillment.Submitted); q.Chases != 1 {
			t.Errorf("reminded %d times", q.Chases)
		}
		tick(2)
		if q := s.want(id, fulfillment.Submitted); q.Chases != 2 {
			t.Errorf("reminded %d times", q.Chases)
		}
		tick(13)
		if q := s.want(id, fulfillment.Rejected); q.Reason != partner.Silent {
			t.Errorf("%+v", q)
		}
		if o, fuls, _ := s.load(p.Order.ID); o.Sums[order.Allocated] != 2 || fuls[1].Location != s.Locations["A"] {
			t.Errorf("%v", o.Sums)
		}

		// A partner that accepted and does not send is put before a person.
		s.report("S", "MUG", 10)
		_, id = s.ask(1)
		desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: id})
		for range 3 {
			tick(49)
		}
		open := func() (n int) {
			err := s.DB.Read(ctx, s.Scope, func(r *store.Reader) error {
				list, err := troubles.Open(r, trouble.Silent, 0, 10)
				n = len(list)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if q := s.want(id, fulfillment.Accepted); q.Chases != 2 || open() != 1 {
			t.Errorf("%+v, %d told", q, open())
		}
		desktest.Must(s.Shop, partner.Send, partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{Carrier: "dpd", Tracking: "T2"}}})
		if open() != 0 {
			t.Error("the goods have left, and somebody is still asked to look")
		}
	})
}

// Kills: stock that a partner is said to have and has not; a report that takes away
// what it was asked for; an old report that is sold by.
func TestStockReports(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		level := func() stock.Level {
			r := s.report("S", "MUG", 10)
			return r.Value.(*floor.StockDone).Levels[0]
		}
		_, id := s.ask(4)
		s.Place("MUG", 3) // nobody was asked for these
		r := s.report("S", "MUG", 2)
		if done := r.Value.(*floor.StockDone); len(done.Displaced) != 1 || done.Displaced[0].Quantity != 3 || done.Levels[0].OnHand != 4 {
			t.Errorf("%+v", done)
		}
		usual := terms.Usual(s.Locations["S"])
		usual.StockLess, usual.StockHours = true, 12
		desktest.Must(s.Shop, partner.SetTerms, partner.TermsCommand{Terms: usual})
		desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: id})
		if l := level(); l.OnHand != 14 || l.Reserved != 4 {
			t.Errorf("%+v", l)
		}
		s.clock.Pass(13 * time.Hour)
		p := s.Place("MUG", 1)
		if len(p.Fulfillments) != 0 || p.Order.Sums[order.Backordered] != 1 {
			t.Errorf("sold by a report of 13 hours ago: %v", p.Order.Sums)
		}
		if n := s.available("MUG"); n != 0 {
			t.Errorf("%d are said to be there by that report", n)
		}
		s.report("S", "MUG", 10)
		if n := s.available("MUG"); n == 0 {
			t.Error("none are said to be there by a report of now")
		}
		if o, _, _ := s.load(p.Order.ID); o.Sums[order.Allocated] != 1 {
			t.Errorf("%v", o.Sums)
		}
	})
}

// differences are those that are open at a place, by SKU.
func (s *shop) differences(at string) map[string]*difference.Difference {
	s.T.Helper()
	out := map[string]*difference.Difference{}
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		list, err := differences.Page(r, s.Locations[at], difference.Open, 0, 100)
		for _, d := range list {
			found, err := items.ByID(r, []catalog.ID{catalog.ID(d.Cell.Item)})
			if err != nil {
				return err
			}
			out[found[0].SKU] = d
		}
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return out
}

func (s *shop) levelOf(sku, at string) (l stock.Level) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		found, err := items.BySKU(r, []string{sku})
		if err == nil {
			l, err = levels.Get(r, stock.Cell{Item: int64(found[0].ID), Location: s.Locations[at]})
		}
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return l
}

func (s *shop) compares(at string) {
	t := terms.Usual(s.Locations[at])
	t.StockWord = terms.Comparing
	desktest.Must(s.Shop, partner.SetTerms, partner.TermsCommand{Terms: t})
}

// Kills: a comparison that moves stock; what is under way proposed as lost; a second
// difference of an item beside the first; a difference booked twice, by more than it
// is, or off what a partner was asked for.
func TestStockCompared(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("CUP", catalog.Backorder)
		s.report("S", "CUP", 5)
		_, id := s.ask(4)
		desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: id})
		s.compares("S")

		r := s.report("S", "MUG", 6) // four have left, and nobody told us yet
		if done := r.Value.(*floor.StockDone); r.Status != "compared" || done.Differ != 1 || len(done.Levels) != 0 {
			t.Errorf("%+v, %+v", r, done)
		}
		first := s.differences("S")["MUG"]
		if first == nil || first.Off() != -4 || first.Proposed != 0 {
			t.Fatalf("%+v", first)
		}
		apply := func(d *difference.Difference, q *int64) error {
			return second(desktest.Try(s.Shop, floor.ApplyDifferences, floor.DifferencesCommand{Lines: []difference.Decision{{ID: d.ID, Quantity: q}}, Note: "counted"}))
		}
		if err := apply(first, nil); fault.CodeOf(err) != "not_possible" {
			t.Errorf("what is only under way was booked: %v", err)
		}
		if done := s.report("S", "MUG", 6).Value.(*floor.StockDone); done.Differ != 0 || s.differences("S")["MUG"].ID != first.ID {
			t.Errorf("the same word again is another difference: %+v", done)
		}
		s.report("S", "MUG", 3)
		gone := s.differences("S")["MUG"]
		if gone.ID == first.ID || gone.Proposed != -3 {
			t.Fatalf("%+v", gone)
		}
		if err := apply(first, nil); fault.CodeOf(err) != "not_open" {
			t.Errorf("what was replaced was booked: %v", err)
		}
		for _, q := range []int64{-8, 1, 0} {
			if err := apply(gone, &q); fault.CodeOf(err) != "not_possible" {
				t.Errorf("%d of %d were booked: %v", q, gone.Off(), err)
			}
		}
		all := gone.Off() // seven of ten, of which four are promised by the partner
		if err := apply(gone, &all); fault.CodeOf(err) != "not_enough" {
			t.Errorf("off what it was asked for: %v", err)
		}
		if err := apply(gone, nil); err != nil {
			t.Fatal(err)
		}
		if err := apply(gone, nil); fault.CodeOf(err) != "not_open" {
			t.Errorf("booked twice: %v", err)
		}
		if l := s.levelOf("MUG", "S"); l.OnHand != 7 || l.Reserved != 4 {
			t.Errorf("%+v", l)
		}

		// All that it has: of cups it says nothing.
		desktest.Must(s.Shop, floor.Report, floor.ReportCommand{Location: s.Locations["S"], Complete: true, Lines: []stock.Line{{SKU: "MUG", Quantity: 7}}})
		open := s.differences("S")
		if len(open) != 1 || open["CUP"] == nil || open["CUP"].Proposed != -5 {
			t.Fatalf("%+v", open)
		}
		desktest.Must(s.Shop, floor.DismissDifferences, floor.DifferencesCommand{Lines: []difference.Decision{{ID: open["CUP"].ID}}, Note: "they are in the yard"})
		if l := s.levelOf("CUP", "S"); l.OnHand != 5 || len(s.differences("S")) != 0 {
			t.Errorf("%+v", l)
		}
	})
}

// Of what a partner said against other books than they are now, what was corrected
// since is not booked again; what left or came since moved both.
//
// Kills: a count that is booked a second time; goods that left since, taken for a
// correction; a proposal of more than is left; one that goes further than the partner
// said; corrections of before, or of another place.
func TestComparedThenCorrected(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 5)
		count := func(at string, n int64) {
			desktest.Must(s.Shop, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "MUG", Location: s.Locations[at], Quantity: n}}})
		}
		apply := func(q *int64) error {
			d := s.differences("S")["MUG"]
			return second(desktest.Try(s.Shop, floor.ApplyDifferences, floor.DifferencesCommand{Lines: []difference.Decision{{ID: d.ID, Quantity: q}}}))
		}
		s.report("S", "MUG", 40)
		s.compares("S")
		count("S", 41)
		count("S", 40)
		s.report("S", "MUG", 33)
		count("S", 33)
		count("A", 1)
		all := int64(-7)
		if err := apply(&all); fault.CodeOf(err) != "not_possible" || !strings.Contains(err.Error(), "the books were corrected by -7 since") {
			t.Errorf("what was counted was booked as well: %v", err)
		}
		if l := s.levelOf("MUG", "S"); l.OnHand != 33 {
			t.Errorf("%+v", l)
		}
		s.report("S", "MUG", 30) // a new word is held against the books as they are
		_, id := s.ask(2)
		desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: id})
		desktest.Must(s.Shop, partner.Send, partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{Carrier: "dpd", Tracking: "D1"}}})
		count("S", 30) // of 31: one of the three is corrected
		all = -3
		if err := apply(&all); fault.CodeOf(err) != "not_possible" || !strings.Contains(err.Error(), "-2 is left") {
			t.Errorf("more than is left was booked: %v", err)
		}
		if err := apply(nil); err != nil {
			t.Fatal(err)
		}
		if l := s.levelOf("MUG", "S"); l.OnHand != 28 {
			t.Errorf("33, of which three were gone and two left: %+v", l)
		}
	})
}

// Kills: a difference that still waits when the books follow, and is booked on top.
func TestComparedThenFollowed(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.compares("S")
		s.report("S", "MUG", 4)
		was := s.differences("S")["MUG"]
		desktest.Must(s.Shop, partner.SetTerms, partner.TermsCommand{Terms: terms.Usual(s.Locations["S"])})
		s.report("S", "MUG", 4)
		if open := s.differences("S"); len(open) != 0 {
			t.Errorf("%+v waits still", open["MUG"])
		}
		if _, err := desktest.Try(s.Shop, floor.ApplyDifferences, floor.DifferencesCommand{Lines: []difference.Decision{{ID: was.ID}}}); fault.CodeOf(err) != "not_open" {
			t.Errorf("it was booked: %v", err)
		}
		if l := s.levelOf("MUG", "S"); l.OnHand != 4 {
			t.Errorf("%+v", l)
		}
	})
}

// Kills: a complete report that leaves what it does not name; a part of the stock
// that renews the age of the rest.
func TestCompleteReports(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("CUP", catalog.Backorder)
		s.report("S", "CUP", 5)
		usual := terms.Usual(s.Locations["S"])
		usual.StockHours = 12
		desktest.Must(s.Shop, partner.SetTerms, partner.TermsCommand{Terms: usual})
		desktest.Must(s.Shop, floor.Report, floor.ReportCommand{Location: s.Locations["S"], Complete: true, Lines: []stock.Line{{SKU: "MUG", Quantity: 7}}})
		if a, b := s.levelOf("MUG", "S"), s.levelOf("CUP", "S"); a.OnHand != 7 || b.OnHand != 0 {
			t.Errorf("%+v, %+v", a, b)
		}
		s.clock.Pass(7 * time.Hour)
		s.report("S", "MUG", 6)
		s.clock.Pass(7 * time.Hour)
		if n := s.available("MUG"); n != 0 {
			t.Errorf("%d are there by a complete report of 14 hours ago", n)
		}
		desktest.Must(s.Shop, floor.Report, floor.ReportCommand{Location: s.Locations["S"], Complete: true})
		if a := s.levelOf("MUG", "S"); a.OnHand != 0 {
			t.Errorf("it has nothing at all: %+v", a)
		}
	})
}

// available is what the channel web is told that there is.
func (s *shop) available(sku string) (n int64) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		found, err := items.BySKU(r, []string{sku})
		if err != nil {
			return err
		}
		list, err := shelves.Availability(r, "web", found, s.DB.Now())
		if err == nil {
			n = list[0].Units
		}
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return n
}

// Kills: somebody of one partner who sees or answers what another is asked.
func TestPartnersAlone(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		_, id := s.ask(1)
		theirs := access.Scope{Merchant: admin.Main, Actor: access.Actor{Kind: access.User, ID: "usr_x"}, Permissions: access.Partner.Permissions(), Locations: []int64{int64(s.Locations["P"])}}
		do := func(by access.Scope) error {
			return second(desk.One(context.Background(), s.Desk, partner.Accept, by, partner.AcceptCommand{Fulfillment: id}, desk.Options{}))
		}
		if err := do(theirs); fault.CodeOf(err) != "no_such_request" {
			t.Errorf("another partner: %v", err)
		}
		_, err := desk.One(context.Background(), s.Desk, floor.Report, theirs, floor.ReportCommand{Location: s.Locations["S"], Lines: []stock.Line{{SKU: "MUG", Quantity: 99}}}, desk.Options{})
		if fault.CodeOf(err) != "no_such_partner" {
			t.Errorf("another's stock: %v", err)
		}
		theirs.Locations = []int64{int64(s.Locations["S"])}
		if _, err := desk.One(context.Background(), s.Desk, floor.Release, theirs, floor.WorkCommand{Fulfillment: id}, desk.Options{}); fault.CodeOf(err) != "missing_scope" {
			t.Errorf("the floor's act: %v", err)
		}
		if err := do(theirs); err != nil {
			t.Error(err)
		}
	})
}
