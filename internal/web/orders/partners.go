package orders

import (
	"orderly/internal/access"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/tariffs"
	"orderly/internal/web/shell"
)

// partnerCosts reads what partners took for the order, for who may see what is
// bought. Of what has neither left nor come back nothing was taken.
func (x *view) partnerCosts(r *store.Reader, v *shell.Visit) (err error) {
	if len(x.Parcels)+len(x.Returns) == 0 || !v.May(access.PurchasesRead) {
		return nil
	}
	x.Partners, err = tariffs.OfOrder(r, int64(x.ID), v.Merchant.Location())
	return err
}

// placeOf is what the place of such costs is called.
func (x *view) placeOf(c *tariffs.AtPlace) string { return x.place(stock.LocationID(c.Location)) }
