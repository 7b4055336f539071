package desk_test

import (
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/invoice"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/store/taxes"
	"orderly/internal/tax"

	"github.com/google/go-cmp/cmp"
)

// An order is taxed by the table that holds when it is placed, is read back as
// it was placed, keeps its rates when the table changes, and is billed with the
// tax that its prices contain.
//
// Kills: a process that remembers the table of before; rates that are lost in
// the rows; a bill of prices without the tax in them.
func TestTaxesFromTheTable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 30)
		save := func(rate tax.Rate) {
			desktest.Must(s, admin.SaveTaxes, admin.TaxCommand{Table: tax.Table{
				Rules:    []tax.Rule{{Country: "GB", Rate: rate, Name: "VAT"}, {Country: "GB", Class: "books", Rate: 50_000}},
				Channels: map[string]tax.Mode{"web": tax.Contained},
			}})
		}
		r := s.Request("MUG", 3)
		r.Parties.ShipTo.Country, r.ExternalID = "GB", "" // placed twice
		r.Fees = []order.Fee{{Kind: "shipping", Amount: 600}}
		before := place(s, r).Order
		if before.TaxWithin() != 0 {
			t.Errorf("without a table %d are taxes", before.TaxWithin())
		}
		save(200_000)
		done := place(s, r).Order
		kept := read(t, s, done.ID)
		if diff := cmp.Diff(done.Lines, kept.Lines) + cmp.Diff(done.Fees, kept.Fees); diff != "" {
			t.Errorf("(-placed +kept)\n%s", diff)
		}
		if kept.Totals.Total != 3885+600 || kept.Lines[0].TaxWithin() != 648 || kept.Fees[0].TaxWithin() != 100 { // 38.85 and 6.00 with 20 %
			t.Errorf("of %d, %d and %d are taxes", kept.Totals.Total, kept.Lines[0].TaxWithin(), kept.Fees[0].TaxWithin())
		}
		save(100_000)
		foreseen(t, s, intake.ChangeCommand{Order: done.ID, Change: order.Change{Add: []order.NewLine{{SKU: "MUG", Quantity: 1, Price: new(money.Price(12_950_000))}}}})
		desktest.Must(s, admin.SaveItem, bookish(s))
		foreseen(t, s, intake.ChangeCommand{Order: done.ID, Change: order.Change{Add: []order.NewLine{{SKU: "MUG", Quantity: 1, Price: new(money.Price(12_950_000))}}}})
		kept = read(t, s, done.ID)
		for i, want := range []tax.Rate{200_000, 100_000, 50_000} {
			if got := kept.Lines[i].Taxed; got != (tax.Basis{Rate: want, Contained: true}) {
				t.Errorf("line %d is taxed %+v; want %s", i+1, got, want)
			}
		}
		owed := invoice.Owed(kept, invoice.All, nil)
		net, taxed := int64(0), int64(0)
		for _, l := range owed {
			net, taxed = net+l.Net, taxed+l.Tax
		}
		if net+taxed != kept.Totals.Total || taxed != kept.TaxWithin() {
			t.Errorf("%d with taxes of %d is billed as %d and %d", kept.Totals.Total, kept.TaxWithin(), net, taxed)
		}
		if rates := invoice.Rates(owed); len(rates) != 3 {
			t.Errorf("the bill tells the rates %v", rates)
		}
		sound(t, s)
	})
}

// bookish is the mug as an item of the class books.
func bookish(s *desktest.Shop) admin.ItemCommand {
	return admin.ItemCommand{Item: catalog.Item{SKU: "MUG", Name: "MUG", Kind: catalog.Goods, Unit: "pcs", WhenShort: catalog.Backorder, Price: 12_950_000, TaxClass: "books"}}
}

// Two people who change the table at once do not overwrite each other.
func TestTaxesChangedMeanwhile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		saw := int64(0)
		c := admin.TaxCommand{Table: tax.Table{Rules: []tax.Rule{{Rate: 1}}}, Version: &saw}
		desktest.Must(s, admin.SaveTaxes, c)
		if _, err := desktest.Try(s, admin.SaveTaxes, c); fault.CodeOf(err) != "edited_meanwhile" {
			t.Errorf("saved over another table: %v", err)
		}
	})
}

// An order in another currency keeps what that was worth on its day.
//
// Kills: the newest rate for an order of the past; a rate from later; one that
// overwrites what the channel said.
func TestExchangeRateOfTheDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 30)
		desktest.Must(s, admin.SaveExchanges, admin.ExchangeCommand{Rates: []taxes.Exchange{{Currency: "EUR", Day: 20260101, Rate: 850_000_000}, {Currency: "EUR", Day: 20260301, Rate: 860_000_000}, {Currency: "EUR", Day: 20260301, Rate: 870_000_000}}})
		for _, c := range []struct {
			currency string
			at       int64
			said     money.Exchange
			want     money.Exchange
		}{
			{"EUR", 20251231, 0, 0},
			{"EUR", 20260101, 0, 850_000_000},
			{"EUR", 20260228, 0, 850_000_000},
			{"EUR", 20260301, 0, 870_000_000},
			{"EUR", 20260301, 5, 5},
			{"JPY", 20260301, 0, 0},
			{"GBP", 20260301, 0, 0},
		} {
			r := s.Request("MUG", 1)
			r.Currency, r.PlacedAt, r.Exchange = c.currency, noon(c.at), c.said
			if got := read(t, s, place(s, r).Order.ID).Exchange; got != c.want {
				t.Errorf("%s on %d: %s; want %s", c.currency, c.at, got, c.want)
			}
			r.ExternalID = ""
			past := desktest.Must(s, intake.Record, intake.RecordCommand{Request: r})
			if got := read(t, s, order.ID(past.ID)).Exchange; got != c.want {
				t.Errorf("%s on %d, recorded: %s; want %s", c.currency, c.at, got, c.want)
			}
		}
		if _, err := desktest.Try(s, admin.SaveExchanges, admin.ExchangeCommand{Rates: []taxes.Exchange{{Currency: "GBP", Day: 20260101, Rate: 1}}}); fault.CodeOf(err) != "own_currency" {
			t.Errorf("the shop's own currency has a rate: %v", err)
		}
		if _, err := desktest.Try(s, admin.SaveExchanges, admin.ExchangeCommand{Rates: []taxes.Exchange{{Currency: "XXQ", Day: 20260230, Rate: 0}}}); fault.CodeOf(err) != "invalid" {
			t.Errorf("%v", err)
		}
		sound(t, s)
	})
}

// noon is an instant of a day, yyyymmdd.
func noon(day int64) int64 {
	return time.Date(int(day/10000), time.Month(day/100%100), int(day%100), 12, 0, 0, 0, time.UTC).UnixMicro()
}
