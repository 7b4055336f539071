package buy

import (
	"encoding/json"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// OffersCommand sets offers of one supplier, by SKU: what it offers already of
// these items is replaced, what it offers of others stays.
type OffersCommand struct {
	Supplier supplier.ID
	SKUs     []string // of the offers, in their order
	Offers   []supplier.Offer
}

// OffersSet is the Value of the result: how many offers are new, are other than
// they were, and stay.
type OffersSet struct{ Made, Changed, Same int }

// maxTold bounds how many items an entry names.
const maxTold = 100

// SetOffers keeps what a supplier offers. One offer of an item is preferred:
// where one of these is, that of another supplier is no more.
var SetOffers = step.Act[OffersCommand]{
	Name: "suppliers.offers", Permission: access.PurchasesWrite,
	Check: func(c *OffersCommand) error {
		var l fault.List
		supplier.CheckOffers(c.Offers, c.SKUs, &l)
		return l.Err()
	},
	Weight: func(c *OffersCommand) int { return len(c.Offers) },
	Load: func(b *step.Batch, asked []desk.Asked[OffersCommand]) error {
		var skus []string
		for i := range asked {
			skus = append(skus, asked[i].Command.SKUs...)
		}
		return b.LoadItems(skus)
	},
	Decide: decideOffers,
}.Operation()

func decideOffers(b *step.Batch, a desk.Asked[OffersCommand]) (desk.Result, error) {
	s, err := supplierOf(b, a.Command.Supplier)
	if err != nil {
		return desk.Result{}, err
	}
	items, err := offered(b, a.Command.SKUs)
	if err != nil {
		return desk.Result{}, err
	}
	known, err := suppliers.OffersOf(b.R, s.ID, items)
	if err != nil {
		return desk.Result{}, err
	}
	done := &OffersSet{}
	var list []supplier.Offer
	var told []int64
	for i, o := range a.Command.Offers {
		o.Supplier, o.Item, o.UpdatedAt = s.ID, items[i], b.At
		old, is := known[o.Item]
		old.UpdatedAt = b.At
		switch {
		case !is:
			done.Made++
		case old == o:
			done.Same++
			continue
		default:
			done.Changed++
		}
		list = append(list, o)
		if len(told) < maxTold {
			told = append(told, o.Item)
		}
	}
	result := desk.Result{Kind: journal.Supplier, ID: int64(s.ID), Seq: s.Version, Status: "unchanged", Value: done}
	if len(list) == 0 {
		return result, nil
	}
	s.UpdatedAt, s.Version = b.At, s.Version+1
	data, err := json.Marshal(map[string]any{"made": done.Made, "changed": done.Changed, "items": told})
	if err != nil {
		return desk.Result{}, err
	}
	b.Tell(a.Scope, journal.Supplier, int64(s.ID), s.Version, journal.SupplierOffers, data)
	result.Seq, result.Status = s.Version, "done"
	return result, b.Keep(func(tx *store.Tx) error {
		if err := suppliers.Save(tx, s); err != nil {
			return err
		}
		return suppliers.SaveOffers(tx, list)
	})
}

// offered are the items of SKUs, every one of which must be goods.
func offered(b *step.Batch, skus []string) ([]int64, error) {
	var l fault.List
	out := make([]int64, len(skus))
	for i, sku := range skus {
		switch item := b.Item(sku); {
		case item == nil:
			l.Add(fmt.Sprintf("/offers/%d/sku", i), "unknown_sku", "no item has the SKU %.80q", sku)
		case item.Kind != catalog.Goods:
			l.Add(fmt.Sprintf("/offers/%d/sku", i), "not_stocked", "%q is a %s; goods alone are bought", item.SKU, item.Kind)
		default:
			out[i] = int64(item.ID)
		}
	}
	return out, l.Err()
}
