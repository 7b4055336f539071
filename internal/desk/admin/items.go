// Package admin is the room where a business is set up: items, locations,
// customers, keys and the merchant itself.
//
// One file a noun. Every change of items and locations raises the merchant's
// config epoch, by which all processes know that what they remember is stale.
package admin

import (
	"encoding/json"
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store/items"
)

// ItemCommand makes an item, or changes the one with the same SKU.
type ItemCommand struct {
	Item    catalog.Item // ID, times and versions are ignored
	Only    string       // "create": refuse an SKU that exists; "update": refuse one that does not; "": either
	Version *int64       // edit version that the caller saw; nil changes whatever it is
}

// SaveItem keeps items. SKU, kind and scale of an item never change, because
// orders and stock have been counted in them. The result's Value is the item.
var SaveItem = step.Act[ItemCommand]{
	Name: "items.save", Permission: access.CatalogWrite,
	Check: func(c *ItemCommand) error {
		i := &c.Item
		if i.Kind == "" {
			i.Kind = catalog.Goods
		}
		if i.Unit == "" {
			i.Unit = "pcs"
		}
		if i.WhenShort == "" {
			i.WhenShort = catalog.Backorder
		}
		var l fault.List
		i.Check("", &l)
		return l.Err()
	},
	Load:   loadItems,
	Decide: decideItem,
}.Operation()

func loadItems(b *step.Batch, asked []desk.Asked[ItemCommand]) error {
	var skus, codes []string
	for i := range asked {
		x := &asked[i].Command.Item
		skus = append(skus, x.SKU)
		for _, c := range x.Components {
			skus = append(skus, c.SKU)
		}
		for _, c := range x.Barcodes {
			codes = append(codes, c.Code)
		}
	}
	if err := b.LoadItems(skus); err != nil {
		return err
	}
	packs, err := items.ByBarcode(b.R, codes)
	if err != nil {
		return err
	}
	return b.KnowPacks(packs)
}

func decideItem(b *step.Batch, a desk.Asked[ItemCommand]) (desk.Result, error) {
	c := a.Command
	made := c.Item
	old := b.SavedItem(made.SKU)
	switch {
	case old != nil && c.Only == "create":
		return desk.Result{}, fault.New(fault.Conflict, "sku_taken", "the SKU %q belongs to item %s", made.SKU, old.ID)
	case old == nil && c.Only == "update":
		return desk.Result{}, fault.New(fault.NotFound, "no_such_item", "no item has the SKU %q", made.SKU)
	case old != nil && c.Version != nil && *c.Version != old.EditVersion:
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "item %q was edited meanwhile: you saw edit_version %d, it is %d now; read it again", old.SKU, *c.Version, old.EditVersion)
	}
	var faults fault.List
	made.ID, made.CreatedAt, made.EditVersion = catalog.ID(0), b.At, 0
	if old != nil {
		made.ID, made.CreatedAt, made.EditVersion = old.ID, old.CreatedAt, old.EditVersion+1
		if old.Kind != made.Kind {
			faults.Add("/kind", "fixed", "%q is %s; what an item is cannot change: make a new item", made.SKU, old.Kind)
		}
		if old.Scale != made.Scale || old.Unit != made.Unit {
			faults.Add("/scale", "fixed", "%q is counted in %s with %d decimals; that cannot change: make a new item", made.SKU, old.Unit, old.Scale)
		}
	}
	made.UpdatedAt = b.At
	made.Components = slices.Clone(made.Components)
	resolveParts(b, &made, &faults)
	if err := faults.As(fault.Invalid, "invalid", "the item has faults"); err != nil {
		return desk.Result{}, err
	}
	if old != nil && same(old, &made) {
		return desk.Result{Kind: journal.Item, ID: int64(old.ID), Seq: old.EditVersion + 1, Status: "unchanged", Value: old}, nil
	}
	status := "done"
	if old == nil {
		made.ID, status = catalog.ID(b.NewID()), "created"
	}
	data, err := json.Marshal(map[string]any{"sku": made.SKU, "kind": made.Kind, "price": made.Price, "archived": made.Archived, "when_short": made.WhenShort})
	if err != nil {
		return desk.Result{}, err
	}
	b.SaveItem(&made)
	b.Tell(a.Scope, journal.Item, int64(made.ID), made.EditVersion+1, journal.ItemSaved, data)
	return desk.Result{Kind: journal.Item, ID: int64(made.ID), Seq: made.EditVersion + 1, Status: status, Value: &made}, nil
}

// resolveParts finds the components of a bundle and the owners of barcodes.
func resolveParts(b *step.Batch, i *catalog.Item, l *fault.List) {
	for n := range i.Components {
		c := &i.Components[n]
		part := b.SavedItem(c.SKU)
		switch {
		case part == nil:
			l.Add(fmt.Sprintf("/components/%d/sku", n), "unknown_sku", "no item has the SKU %q; make the component first", c.SKU)
		case part.Kind == catalog.Bundle:
			l.Add(fmt.Sprintf("/components/%d/sku", n), "nested_bundle", "%q is itself a bundle; name its components instead", c.SKU)
		default:
			c.Item = part.ID
		}
	}
	for n, code := range i.Barcodes {
		if owner, _ := b.PackOwner(code.Code); owner != 0 && owner != i.ID {
			l.Add(fmt.Sprintf("/barcodes/%d", n), "barcode_taken", "the barcode %q belongs to another item", code.Code)
		}
	}
}

func same(a, b *catalog.Item) bool {
	x, y := *a, *b
	x.UpdatedAt, y.UpdatedAt, x.EditVersion, y.EditVersion = 0, 0, 0, 0
	one, err1 := json.Marshal(sorted(x))
	two, err2 := json.Marshal(sorted(y))
	return err1 == nil && err2 == nil && string(one) == string(two)
}

func sorted(i catalog.Item) catalog.Item {
	i.Barcodes = slices.Clone(i.Barcodes)
	slices.SortFunc(i.Barcodes, func(a, b catalog.Barcode) int {
		if a.Code < b.Code {
			return -1
		}
		return 1
	})
	if len(i.Barcodes) == 0 {
		i.Barcodes = nil
	}
	if len(i.Components) == 0 {
		i.Components = nil
	}
	return i
}
