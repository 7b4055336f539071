package partner_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/stock"
	"orderly/internal/store/storetest"
	"orderly/internal/tariff"
)

func (s *shop) invoice(number string, from, to int64, lines ...tariff.InvoiceLine) partner.InvoiceCommand {
	return partner.InvoiceCommand{Invoice: tariff.Invoice{Location: int64(s.Locations["P"]), Number: number, From: from, To: to, Currency: "EUR", Lines: lines}}
}

func outcomes(r desk.Result) (out []string) {
	for _, x := range r.Value.(*partner.Billed).Invoice.Lines {
		out = append(out, x.Outcome)
	}
	return out
}

// Kills: a correction that is charged as a receipt because somebody gave it a
// receipt's word for a reason; opening stock that is; what moved later and changes
// what lay there at the end of a day.
func TestCorrectionsAreNoReceipts(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.noon()
		s.Goods("CUP", catalog.Backorder, "P", 10)
		day := s.today(0)
		s.card("P", day)
		for _, word := range []string{stock.Receive, stock.Purchase, stock.TransferIn, stock.ReceiveReversed} {
			desktest.Must(s.Shop, floor.Adjust, floor.AdjustCommand{Lines: []stock.Line{{SKU: "CUP", Location: s.Locations["P"], Quantity: 100, Reason: word}}})
		}
		desktest.Must(s.Shop, floor.Adjust, floor.AdjustCommand{Opening: true, Lines: []stock.Line{{SKU: "CUP", Location: s.Locations["P"], Quantity: -7, Reason: stock.Receive}}})
		for range 3 {
			if got := amounts(s.costs(day, day, nil)); got[tariff.PerReceived] != 100 { // the ten of the beginning
				t.Errorf("received: %d", got[tariff.PerReceived])
			}
			if got := amounts(s.costs(day, day, nil))[tariff.PerStored]; s.today(0) != day && got != 451 { // 410 × 0.011
				t.Errorf("stored: %d", got)
			}
			s.clock.Pass(24 * time.Hour)
			desktest.Must(s.Shop, floor.Receive, floor.ReceiveCommand{Lines: []stock.Line{{SKU: "CUP", Location: s.Locations["P"], Quantity: 1000}}})
		}
	})
}

// Kills: a receipt that is reversed on a later day and stays charged; a day's charge
// for it that the reversal changes.
func TestReceiptReversedLater(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.noon()
		s.Goods("CUP", catalog.Backorder)
		day := s.today(0)
		s.card("P", day)
		wrong := s.Receive("CUP", "P", 30)
		s.clock.Pass(24 * time.Hour)
		desktest.Must(s.Shop, floor.ReverseReceipt, floor.ReverseCommand{Receipt: wrong.ID})
		for _, c := range []struct{ from, to, want int64 }{{day, day, 300}, {day, figures.After(day, 1), 0}, {figures.After(day, 1), figures.After(day, 1), -300}} {
			if got := amounts(s.costs(c.from, c.to, nil))[tariff.PerReceived]; got != c.want {
				t.Errorf("from %d to %d received comes to %d, want %d", c.from, c.to, got, c.want)
			}
		}
	})
}

// Kills: a line that asks again and is paid in place of the first, of which nobody
// knows what it was for; one that asks again and keeps others from asking.
func TestAcceptedInPlaceOfFirst(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.noon()
		s.Goods("CUP", catalog.Backorder, "P", 10)
		day := s.today(0)
		s.card("P", day)
		s.sent("CUP", 1, "T1")
		order := tariff.InvoiceLine{Kind: tariff.PerOrder, Quantity: 1, Amount: 250}
		take := func(number, want string) tariff.InvoiceID {
			t.Helper()
			r := desktest.Must(s.Shop, partner.TakeInvoice, s.invoice(number, day, day, order))
			if got := outcomes(r); !slices.Equal(got, []string{want}) {
				t.Fatalf("%s: %q, want %s", number, got, want)
			}
			return tariff.InvoiceID(r.ID)
		}
		decide := func(id tariff.InvoiceID, accept bool) error {
			_, err := desktest.Try(s.Shop, partner.DecideInvoice, partner.DecideInvoiceCommand{Invoice: id, Accept: accept, Note: "so it is"})
			return err
		}
		first, again := take("Q-1", tariff.Equal), take("Q-2", tariff.Twice)
		if err := decide(first, false); err != nil {
			t.Fatal(err)
		}
		third := take("Q-3", tariff.Equal)
		if err := decide(again, true); err != nil {
			t.Fatal(err)
		}
		for _, id := range []tariff.InvoiceID{first, third, take("Q-4", tariff.Twice)} {
			if err := decide(id, true); fault.CodeOf(err) != "not_possible" {
				t.Errorf("%s is paid beside the one that asked again: %v", id, err)
			}
		}
	})
}

// Kills: an invoice whose days are read under the lock, which a month of a busy place
// would keep for seconds; one that is held against what another has asked for
// meanwhile, or against a card that is another by then.
func TestInvoiceIsReadAhead(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.noon()
		s.Goods("CUP", catalog.Backorder, "P", 10)
		day, ctx := s.today(0), context.Background()
		s.card("P", day)
		s.sent("CUP", 1, "T1")
		order := tariff.InvoiceLine{Kind: tariff.PerOrder, Quantity: 1, Amount: 250}
		meanwhile := func(c partner.InvoiceCommand, f func()) (desk.Result, error) {
			op := *partner.TakeInvoice
			op.Ahead = func(ctx context.Context, d *desk.Desk, by access.Scope, c *partner.InvoiceCommand) error {
				err := partner.TakeInvoice.Ahead(ctx, d, by, c)
				f()
				return err
			}
			return desk.One(ctx, s.Desk, &op, s.Scope, c, desk.Options{})
		}
		r, err := meanwhile(s.invoice("P-1", day, day, order), func() {
			storetest.Exec(t, s.DB, "UPDATE parcel SET shipped_at = -shipped_at WHERE m = $1", s.Scope.Merchant)
		})
		storetest.Exec(t, s.DB, "UPDATE parcel SET shipped_at = -shipped_at WHERE m = $1", s.Scope.Merchant)
		if err != nil || !slices.Equal(outcomes(r), []string{tariff.Equal}) {
			t.Fatalf("%v, %v", r.Value, err)
		}
		desktest.Must(s.Shop, partner.DecideInvoice, partner.DecideInvoiceCommand{Invoice: tariff.InvoiceID(r.ID), Note: "no"})

		two, err := desk.Do(ctx, s.Desk, partner.TakeInvoice, s.Scope, []partner.InvoiceCommand{s.invoice("P-2", day, day, order), s.invoice("P-3", day, day, order)}, desk.Options{})
		if err != nil || two[0].Err != nil || two[1].Err != nil || !slices.Equal(outcomes(two[0]), []string{tariff.Equal}) || !slices.Equal(outcomes(two[1]), []string{tariff.Twice}) {
			t.Fatalf("at the same moment: %+v, %v", two, err)
		}
		desktest.Must(s.Shop, partner.DecideInvoice, partner.DecideInvoiceCommand{Invoice: tariff.InvoiceID(two[0].ID), Accept: true})
		if _, err := meanwhile(s.invoice("P-4", day, day, order), func() { s.card("P", s.today(1)) }); fault.CodeOf(err) != "changed_meanwhile" {
			t.Errorf("with another card: %v", err)
		}
		if _, err := desktest.Try(s.Shop, partner.TakeInvoice, s.invoice("P-2", day, day, order)); fault.CodeOf(err) != "number_taken" {
			t.Error(err)
		}
		wrong := s.invoice("P-5", day, day, order)
		wrong.Invoice.Location = int64(s.Locations["A"])
		if _, err := desktest.Try(s.Shop, partner.TakeInvoice, wrong); fault.CodeOf(err) != "no_partner" {
			t.Error(err)
		}
	})
}
