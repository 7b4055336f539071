package bill_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/bill"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/invoice"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/invoices"
	"orderly/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func shop(t *testing.T, db *store.DB) *desktest.Shop {
	s := desktest.Open(t, db)
	s.Goods("MUG", catalog.Backorder, "A", 1000)
	s.Goods("TEA", catalog.Backorder, "A", 1000)
	return s
}

// sells says what stands on the documents of a shop.
func sells(s *desktest.Shop) {
	s.T.Helper()
	desktest.Must(s, bill.SaveSettings, bill.SettingsCommand{Settings: invoices.Settings{LegalName: "Test Shop Ltd", Address: " 1 High Street \n\nLeeds", TaxID: "GB1",
		Series: "INV-", CreditSeries: "CN-", Pattern: invoice.DefaultPattern, Terms: "At once.", Footer: "Company 1"}})
}

func place(s *desktest.Shop, of ...any) *order.Order {
	s.T.Helper()
	r := s.Request(of...)
	r.Parties = party.Parties{Customer: party.Contact{Name: "Ada Byron", Email: "ada@example.com"}, ShipTo: party.Address{Line1: "2 Low Road", City: "York", Country: "GB"}}
	r.Lines[0].Discount, r.Lines[0].Tax = 101, 333
	r.Fees = []order.Fee{{Kind: "shipping", Label: "Post", Amount: 495, Tax: 99}}
	return desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order
}

func issue(s *desktest.Shop, c bill.IssueCommand) []*invoice.Document {
	s.T.Helper()
	return desktest.Must(s, bill.Issue, c).Value.(*bill.Issued).Documents
}

func refused(s *desktest.Shop, c bill.IssueCommand, code string) {
	s.T.Helper()
	if _, err := desktest.Try(s, bill.Issue, c); fault.CodeOf(err) != code {
		s.T.Errorf("%+v is refused with %v, want %s", c, err, code)
	}
}

func read(s *desktest.Shop, f func(r *store.Reader) error) {
	s.T.Helper()
	if err := s.DB.Read(context.Background(), s.Scope, f); err != nil {
		s.T.Fatal(err)
	}
}

func kept(s *desktest.Shop, id order.ID) (docs []*invoice.Document) {
	s.T.Helper()
	read(s, func(r *store.Reader) error {
		all, err := invoices.OfOrders(r, []order.ID{id})
		docs = all[id]
		return err
	})
	return docs
}

// An order is billed, changed, and corrected; what was issued stays.
//
// Kills: a document without a seller; the same billed twice; a preview that
// issues; a number spent on a refusal; people in the journal.
func TestIssue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := shop(t, db)
		o := place(s, "MUG", 3, "TEA", 2)
		refused(s, bill.IssueCommand{Order: o.ID}, "seller_incomplete")
		sells(s)
		refused(s, bill.IssueCommand{Order: 5}, "no_such_order")
		refused(s, bill.IssueCommand{Order: o.ID, Basis: invoice.Shipped}, "nothing_to_bill")
		refused(s, bill.IssueCommand{Order: o.ID, Credit: 100, Reason: "late"}, "more_than_given_back")

		seen, err := desk.Preview(context.Background(), s.Desk, bill.Issue, s.Scope, []bill.IssueCommand{{Order: o.ID}})
		if err != nil || seen[0].Err != nil {
			t.Fatal(err, seen[0].Err)
		}
		planned := seen[0].Value.(*bill.Issued).Documents
		if len(kept(s, o.ID)) != 0 || planned[0].Code != "" {
			t.Errorf("a preview issued %+v", planned[0])
		}
		first := issue(s, bill.IssueCommand{Order: o.ID})
		if diff := cmp.Diff(planned[0].Lines, first[0].Lines); diff != "" {
			t.Errorf("planned and issued differ (-planned +issued)\n%s", diff)
		}
		year := time.UnixMicro(first[0].IssuedAt).UTC().Year() // London and UTC part only for an hour in summer, never at new year
		if want := fmt.Sprintf("INV-%d-00001", year); first[0].Code != want || first[0].Totals.Gross != o.Totals.Total || first[0].Seller.Address[0] != "1 High Street" {
			t.Errorf("issued %+v, want %s of %d", first[0], want, o.Totals.Total)
		}
		refused(s, bill.IssueCommand{Order: o.ID}, "nothing_to_bill")
		refused(s, bill.IssueCommand{Order: o.ID, Basis: invoice.Shipped}, "nothing_to_bill") // all was billed, and stays so
		if diff := cmp.Diff(first, kept(s, o.ID)); diff != "" {
			t.Errorf("kept (-issued +kept)\n%s", diff)
		}

		desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: o.ID, Parts: []order.Part{{Line: 1, Quantity: 1}}})
		second := issue(s, bill.IssueCommand{Order: o.ID})
		if len(second) != 1 || second[0].Kind != invoice.Credit || second[0].Number != 1 || second[0].Lines[0].Quantity != 1 || second[0].Of[0].Code != first[0].Code {
			t.Errorf("the cancellation is told by %+v", second[0])
		}
		if diff := cmp.Diff(append(first, second...), kept(s, o.ID)); diff != "" {
			t.Errorf("kept (-issued +kept)\n%s", diff)
		}
		read(s, func(r *store.Reader) error {
			now, err := entries.OfSubject(r, int64(second[0].ID), 0, 0, 9)
			if err != nil || len(now) != 1 || now[0].Type != "invoice.issued" {
				t.Errorf("%v: the journal tells %+v", err, now)
			}
			all, err := entries.After(r, 0, 500)
			for _, e := range all {
				if e.Kind == "inv" && strings.ContainsAny(string(e.Data), "@") || strings.Contains(string(e.Data), "Byron") {
					t.Errorf("people in the journal: %s", e.Data)
				}
			}
			return err
		})
	})
}

// What came back and was paid back is credited, and so is what was given back
// for another reason, when somebody says why.
//
// Kills: goods credited before their money went back; the same money credited
// twice; tax left out of a credit.
func TestCredit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := shop(t, db)
		sells(s)
		r := s.Request("MUG", 2)
		r.Lines[0].Tax = 400
		p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		o := p.Order
		s.Ship(p)
		desktest.Must(s, intake.Pay, intake.PayCommand{Order: o.ID, Amount: o.Totals.Total, Reference: "P"})
		first := issue(s, bill.IssueCommand{Order: o.ID, Basis: invoice.Shipped})
		half := first[0].Totals.Gross / 2
		back := care.ReturnCommand{Order: o.ID, Location: s.Locations["A"], Parts: []order.Part{{Line: 1, Quantity: 1}}, Refund: half}
		desktest.Must(s, care.ReceiveReturn, back)
		got := issue(s, bill.IssueCommand{Order: o.ID})
		if l := got[0].Lines[0]; len(got) != 1 || l.Kind != invoice.Return || l.Quantity != 1 || l.Gross != half || l.Tax != 200 {
			t.Errorf("a returned mug is credited with %+v", got[0])
		}
		refused(s, bill.IssueCommand{Order: o.ID, Credit: 1, Reason: "late"}, "more_than_given_back")
		desktest.Must(s, intake.Pay, intake.PayCommand{Order: o.ID, Amount: 300, Reference: "R", Refund: true})
		refused(s, bill.IssueCommand{Order: o.ID}, "nothing_to_bill")
		refused(s, bill.IssueCommand{Order: o.ID, Credit: 301, Reason: "late"}, "more_than_given_back")
		other := issue(s, bill.IssueCommand{Order: o.ID, Credit: 300, Reason: " It came late. "})
		if l := other[0].Lines[0]; l.Text != "It came late." || l.Gross != 300 || l.Tax == 0 || l.Net+l.Tax != 300 {
			t.Errorf("goodwill is credited with %+v", l)
		}
		desktest.Must(s, care.ReceiveReturn, care.ReturnCommand{Order: o.ID, Location: s.Locations["A"], Parts: []order.Part{{Line: 1, Quantity: 1}}, Refund: half - 300})
		issue(s, bill.IssueCommand{Order: o.ID})
		if got := invoice.Billed(kept(s, o.ID)); got != 0 {
			t.Errorf("all came back and %d is billed", got)
		}
	})
}

// 300 people issue at once, for orders that have something to bill and for
// some that do not, one by one and in batches: no number is left out, and none
// is given twice.
//
// Kills: a number read before the lock; one spent on a refusal or a preview.
func TestNumbersAreGaplessUnderLoad(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := shop(t, db)
		sells(s)
		const n = 300
		var cmds []intake.PlaceCommand
		for range n {
			cmds = append(cmds, intake.PlaceCommand{Request: s.Request("MUG", 1)})
		}
		placed, err := desk.Do(context.Background(), s.Desk, intake.Place, s.Scope, cmds, desk.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				id := order.ID(placed[i].ID)
				batch := []bill.IssueCommand{{Order: id}}
				if i%3 == 0 { // refused, and issued twice in one batch
					batch = []bill.IssueCommand{{Order: 7}, {Order: id, Basis: invoice.Shipped}, {Order: id}, {Order: id}}
				}
				if _, err := desk.Do(context.Background(), s.Desk, bill.Issue, s.Scope, batch, desk.Options{}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		var numbers []int64
		read(s, func(r *store.Reader) error {
			for _, p := range placed {
				docs, err := invoices.OfOrders(r, []order.ID{order.ID(p.ID)})
				if err != nil {
					return err
				}
				for _, d := range docs[order.ID(p.ID)] {
					numbers = append(numbers, d.Number)
				}
			}
			return nil
		})
		slices.Sort(numbers)
		if len(numbers) != n || numbers[0] != 1 || numbers[n-1] != n || len(slices.Compact(numbers)) != n {
			t.Errorf("%d numbers from %d to %d", len(numbers), numbers[0], numbers[len(numbers)-1])
		}
	})
}

// Settings that documents could not be issued with are refused, all faults at
// once.
func TestSettings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := shop(t, db)
		_, err := desktest.Try(s, bill.SaveSettings, bill.SettingsCommand{Settings: invoices.Settings{Address: strings.Repeat("x\n", 20), Terms: "a\x00", Series: "S", CreditSeries: "S", Pattern: "{number}"}})
		var f *fault.Error
		if !asFault(err, &f) || len(f.Fields) < 4 {
			t.Errorf("refused with %v", err)
		}
		sells(s)
		old := int64(0)
		if _, err := desktest.Try(s, bill.SaveSettings, bill.SettingsCommand{Version: &old, Settings: invoices.Settings{LegalName: "X", Address: "Y", Series: "A", CreditSeries: "B", Pattern: "{series}{number}"}}); fault.CodeOf(err) != "edited_meanwhile" {
			t.Errorf("an edit of what was not seen: %v", err)
		}
		desktest.Must(s, bill.SaveSettings, bill.SettingsCommand{Settings: invoices.Settings{LegalName: "X", Address: "Y", Series: "A", CreditSeries: "B", Pattern: "{series}{number:3}"}})
		if got := issue(s, bill.IssueCommand{Order: place(s, "MUG", 1).ID})[0]; got.Code != "A001" || got.Year != 0 {
			t.Errorf("numbered %+v", got)
		}
		desktest.Must(s, bill.SaveSettings, bill.SettingsCommand{Settings: invoices.Settings{LegalName: "X", Address: "Y", Series: "A0", CreditSeries: "B", Pattern: "{series}{number:2}"}})
		refused(s, bill.IssueCommand{Order: place(s, "MUG", 1).ID}, "number_taken")
	})
}

// Documents of another order are not shown to who holds an order's link.
func TestLinkOpensItsOwnAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := shop(t, db)
		sells(s)
		mine, other := place(s, "MUG", 1), place(s, "MUG", 1)
		a, b := issue(s, bill.IssueCommand{Order: mine.ID})[0], issue(s, bill.IssueCommand{Order: other.ID})[0]
		err := db.Read(context.Background(), access.Link(s.Scope.Merchant, int64(mine.ID), "test"), func(r *store.Reader) error {
			if _, err := invoices.Get(r, a.ID); err != nil {
				t.Errorf("its own: %v", err)
			}
			if _, err := invoices.Get(r, b.ID); err != invoices.ErrUnknown {
				t.Errorf("another's: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func asFault(err error, f **fault.Error) bool { return errors.As(err, f) }
