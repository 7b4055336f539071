package care_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/storetest"
	"orderly/internal/store/tracking"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func as[C any](s *desktest.Shop, op *desk.Operation[C], by access.Scope, cmd C) (desk.Result, error) {
	return desk.One(context.Background(), s.Desk, op, by, cmd, desk.Options{})
}

func read(s *desktest.Shop, f func(r *store.Reader) error) {
	s.T.Helper()
	if err := s.DB.Read(context.Background(), s.Scope, f); err != nil {
		s.T.Fatal(err)
	}
}

func link(p *intake.Placed) access.Scope { return access.Link(admin.Main, int64(p.Order.ID), "test") }

func TestLink(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		p := s.Place("MUG", 1)
		seen, err := desk.Preview(context.Background(), s.Desk, care.MakeLink, s.Scope, []care.LinkCommand{{Order: p.Order.ID}})
		if err != nil || seen[0].Value != nil {
			t.Errorf("a preview made a link: %v %+v", err, seen)
		}
		first := desktest.Must(s, care.MakeLink, care.LinkCommand{Order: p.Order.ID})
		again := desktest.Must(s, care.MakeLink, care.LinkCommand{Order: p.Order.ID})
		if first.Value != again.Value || first.Status != "created" || again.Status != "unchanged" {
			t.Errorf("%+v then %+v", first, again)
		}
		m, token := care.ParseLink(first.Value.(string))
		l, err := tracking.Find(context.Background(), db, m, token)
		if err != nil || l.Order != p.Order.ID {
			t.Fatal(err, l)
		}
		told := entriesOf(s)
		desktest.Must(s, care.RenewLink, care.LinkCommand{Order: p.Order.ID})
		if now := desktest.Must(s, care.MakeLink, care.LinkCommand{Order: p.Order.ID}); now.Value == first.Value || now.Status != "unchanged" {
			t.Errorf("the renewed link is the old one: %+v", now)
		}
		if _, err := tracking.Find(context.Background(), db, m, token); err != tracking.ErrUnknown {
			t.Errorf("the old link still opens it: %v", err)
		}
		_, err = desktest.Try(s, care.MakeLink, care.LinkCommand{Order: 5})
		if fault.CodeOf(err) != "no_such_order" {
			t.Error(err)
		}
		reader := s.Scope
		reader.Permissions = []access.Permission{access.OrdersRead}
		if _, err := as(s, care.RenewLink, reader, care.LinkCommand{Order: p.Order.ID}); fault.CodeOf(err) != "missing_scope" {
			t.Errorf("who may only read ends a link: %v", err)
		}
		made := desktest.Must(s, care.MakeLink, care.LinkCommand{Order: p.Order.ID}).Value.(string)
		ended := desktest.Must(s, care.EndLink, care.LinkCommand{Order: p.Order.ID})
		again = desktest.Must(s, care.EndLink, care.LinkCommand{Order: p.Order.ID})
		if ended.Status != "done" || again.Status != "unchanged" {
			t.Errorf("ended %+v, then %+v", ended, again)
		}
		m, token = care.ParseLink(made)
		if _, err := tracking.Find(context.Background(), db, m, token); err != tracking.ErrUnknown {
			t.Errorf("the ended link still opens it: %v", err)
		}
		if got := strings.Join(entriesOf(s)[len(told):], " "); got != "order.edited order.edited" {
			t.Errorf("the journal tells %q of one renewal and one end", got)
		}
		_, err = desktest.Try(s, care.EndLink, care.LinkCommand{Order: s.Place("MUG", 1).Order.ID})
		if fault.CodeOf(err) != "no_link" {
			t.Error(err)
		}
	})
}

// entriesOf are the types of the journal's entries.
func entriesOf(s *desktest.Shop) (types []string) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		list, err := entries.After(r, 0, 500)
		for _, e := range list {
			types = append(types, e.Type)
		}
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return types
}

func TestParseLink(t *testing.T) {
	const token = "3kd5w78sb5drg6rsbmehjq4ws1"
	if m, got := care.ParseLink(care.LinkText(77, token)); m != 77 || got != token {
		t.Errorf("%d %q", m, got)
	}
	for _, text := range []string{"", "_", token, "0_" + token, "-1_" + token, "1_" + token[1:], "1_" + token + "x", "zz zz_" + token, strings.Repeat("9", 500)} {
		if m, got := care.ParseLink(text); m != 1 || got != "" {
			t.Errorf("%q is %d %q", text, m, got)
		}
	}
}

// A customer says that it came: parcels that the carrier has not reported are
// delivered, and the journal says by whom.
func TestConfirm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5, "B", 5)
		p, other := s.Place("MUG", 7), s.Place("MUG", 1)
		desktest.Must(s, care.MakeLink, care.LinkCommand{Order: p.Order.ID})
		confirm := func(by access.Scope, id order.ID) (desk.Result, error) {
			return as(s, care.Confirm, by, care.ConfirmCommand{Order: id})
		}
		if _, err := confirm(link(p), p.Order.ID); fault.CodeOf(err) != "nothing_under_way" {
			t.Errorf("before anything was sent: %v", err)
		}
		s.Ship(p)
		if _, err := confirm(link(other), p.Order.ID); fault.CodeOf(err) != "no_such_order" {
			t.Errorf("with another order's link: %v", err)
		}
		if _, err := confirm(s.Scope, p.Order.ID); fault.CodeOf(err) != "missing_scope" {
			t.Errorf("with a key: %v", err)
		}
		if _, err := confirm(link(p), p.Order.ID); err != nil {
			t.Fatal(err)
		}
		s.Remembers()
		if r, err := confirm(link(p), p.Order.ID); err != nil || r.Status != "unchanged" {
			t.Errorf("said again: %+v %v", r, err)
		}
		read(s, func(r *store.Reader) error {
			list, err := fulfillments.ParcelsOfOrders(r, []order.ID{p.Order.ID})
			if len(list) != 2 || list[0].Status != "delivered" || list[1].Status != "delivered" {
				t.Errorf("%v", list)
			}
			if err != nil {
				return err
			}
			l, err := tracking.Of(r, p.Order.ID)
			if l.ConfirmedAt == 0 {
				t.Error("the link does not know that it was confirmed")
			}
			if err != nil {
				return err
			}
			told, err := entries.OfSubject(r, int64(p.Order.ID), 0, 0, 100)
			last := told[len(told)-1]
			if last.Type != "parcel.delivered" || last.Actor.String() != "customer:link" {
				t.Errorf("%+v", last)
			}
			return err
		})
	})
}

func TestReport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 50)
		p := s.Place("MUG", 1)
		report := func(reason, text string) (desk.Result, error) {
			return as(s, care.Report, link(p), care.ReportCommand{Order: p.Order.ID, Reason: reason, Text: text})
		}
		if _, err := report("stolen", "x"); fault.CodeOf(err) != "invalid" {
			t.Error(err)
		}
		const words = "  My name is Ada, the <b>handle</b> is off.  "
		first, err := report("damaged", words)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := report("damaged", words); err != nil || again.Status != "unchanged" || again.ID != first.ID {
			t.Errorf("the same again: %+v %v", again, err)
		}
		if _, err := report("return", ""); err != nil {
			t.Error(err)
		}
		read(s, func(r *store.Reader) error {
			list, err := troubles.OfOrder(r, int64(p.Order.ID))
			if len(list) != 2 || list[0].Kind != trouble.Report || list[0].Text != strings.TrimSpace(words) || list[1].Kind != trouble.Return {
				t.Errorf("%+v", list)
			}
			if err != nil {
				return err
			}
			told, err := entries.After(r, 0, 100)
			n := 0
			for _, e := range told {
				if e.Kind == journal.Trouble {
					n++
				}
				if strings.Contains(string(e.Data), "Ada") {
					t.Errorf("the journal tells the customer's words: %s", e.Data)
				}
			}
			if n != 2 {
				t.Errorf("%d entries tell of reports", n)
			}
			return err
		})
		for i := range trouble.MaxOpen - 2 {
			if _, err := report("other", strings.Repeat("!", i+1)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := report("other", "one more"); fault.CodeOf(err) != "too_many_reports" {
			t.Errorf("%v", err)
		}
		s.Ship(p)
		desktest.Must(s, care.ReceiveReturn, care.ReturnCommand{Order: p.Order.ID, Location: s.Locations["A"], Parts: []order.Part{{Line: 1, Quantity: 1}}})
		read(s, func(r *store.Reader) error {
			left, err := troubles.Open(r, trouble.Return, 0, 10)
			if len(left) != 0 {
				t.Errorf("it came back, and still waits: %+v", left)
			}
			return err
		})
	})
}
