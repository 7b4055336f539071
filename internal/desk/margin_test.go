package desk_test

import (
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/supplier"
)

// A supplier who drop-ships is asked where its offer leaves more than the own
// warehouse does, by the offer as it is now.
//
// Kills: costs that are remembered from an earlier commit; the offer of a supplier
// who does not send, or in another currency, taken for what units cost; a
// preview that decides otherwise.
func TestMarginChoosesTheSupplier(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		l := desktest.Must(s, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "SUP", Name: "Supplier", Kind: "supplier", Priority: 9, Active: true, Address: party.Address{Country: "GB"}}})
		s.Locations["SUP"] = stock.LocationID(l.ID)
		desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "X", Name: "X", Kind: catalog.Goods, WhenShort: catalog.Backorder, Cost: 8_000_000}})
		s.Receive("X", "A", 50)
		s.Receive("X", "SUP", 50)
		seller := func(code, currency string, at stock.LocationID, sends bool) supplier.ID {
			r := desktest.Must(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: code, Name: code, Currency: currency, Location: int64(at), DropShips: sends, Active: true}})
			return r.Value.(*supplier.Supplier).ID
		}
		offer := func(of supplier.ID, cost money.Price) {
			desktest.Must(s, buy.SetOffers, buy.OffersCommand{Supplier: of, SKUs: []string{"X"}, Offers: []supplier.Offer{{Cost: cost, Minimum: 1, Pack: 1, Active: true, DropShip: true}}})
		}
		profile(s, sourcing.Active, sourcing.Strategy{Name: "s", Weights: sourcing.Weights{Margin: 10, Priority: 1}, After: sourcing.Backordered})
		sends := func(what, code string, goods int64) {
			t.Helper()
			p := s.Place("X", 2)
			if got := from(s, p); got[code] != 2 {
				t.Errorf("%s: sent from %v", what, got)
			}
			r, _ := sourcing.DecodeReason(p.Fulfillments[0].Decision)
			if r.Candidates[0].Goods != goods {
				t.Errorf("%s: costs %d there", what, r.Candidates[0].Goods)
			}
		}
		sends("no supplier", "A", 0)
		id := seller("SUP", "GBP", s.Locations["SUP"], true)
		other := seller("OTHER", "GBP", 0, false)
		offer(other, 1_000_000)
		sends("no offer", "A", 16_000_000)
		offer(id, 6_500_000)
		sends("the supplier is cheaper", "SUP", 13_000_000)
		offer(id, 7_800_000)
		sends("not by enough for its priority", "A", 16_000_000)
		offer(id, 6_500_000)
		sends("cheaper again", "SUP", 13_000_000)
		foreign := desktest.Must(s, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "FAR", Name: "Far", Kind: "supplier", Priority: 9, Active: true, Address: party.Address{Country: "GB"}}})
		s.Locations["FAR"] = stock.LocationID(foreign.ID)
		s.Receive("X", "FAR", 50)
		offer(seller("FAR", "USD", s.Locations["FAR"], true), 1_000_000)
		sends("1.00 dollar is not 1.00 pound", "SUP", 13_000_000)
		sound(t, s)
	})
}
