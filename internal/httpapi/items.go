package httpapi

import (
	"strings"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/items"
)

type itemID struct {
	ID string `path:"id" doc:"The item's id, or its SKU as sku:MUG-BLUE." example:"itm_0pmnqh2000400"`
}

type itemQuery struct {
	Paging
	Q string `query:"q" maxLength:"80" doc:"Only SKUs that begin so."`
}

func (a *api) createItem(c *call, _ *none, in *NewItem) (Item, error) {
	cmd := admin.ItemCommand{Item: in.item("", &c.faults), Only: "create"}
	r, err := one(c, admin.SaveItem, cmd)
	if err != nil {
		return Item{}, err
	}
	item, err := c.savedItem(r.Value, catalog.ID(r.ID))
	if err != nil {
		return Item{}, err
	}
	c.created("/v1/items/" + item.ID.String())
	c.tag(item.EditVersion)
	return c.renderItem(item), nil
}

// savedItem is the item that an operation gave, or reads it: the answer to a
// repeated request has none.
func (c *call) savedItem(value any, id catalog.ID) (*catalog.Item, error) {
	if item, ok := value.(*catalog.Item); ok {
		return item, nil
	}
	return c.item(id.String())
}

// item reads an item by its id or by sku: and its SKU.
func (c *call) item(text string) (*catalog.Item, error) {
	missing := fault.New(fault.NotFound, "no_such_item", "there is no item %.80q", text)
	var found []*catalog.Item
	err := c.read(func(r *store.Reader) (err error) {
		if sku, ok := strings.CutPrefix(text, "sku:"); ok {
			found, err = items.BySKU(r, []string{sku})
			return err
		}
		id, bad := catalog.ParseID(text)
		if bad != nil {
			return nil
		}
		found, err = items.ByID(r, []catalog.ID{id})
		return err
	})
	if err == nil && len(found) == 0 {
		err = missing
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func (a *api) getItem(c *call, p *itemID, _ *none) (Item, error) {
	item, err := c.item(p.ID)
	if err != nil {
		return Item{}, err
	}
	c.tag(item.EditVersion)
	return c.renderItem(item), nil
}

func (a *api) listItems(c *call, p *itemQuery, _ *none) (Page[Item], error) {
	after, err := p.text()
	if err != nil {
		return Page[Item]{}, err
	}
	var list []*catalog.Item
	err = c.read(func(r *store.Reader) (err error) {
		list, err = items.Page(r, p.Q, after, p.Limit+1)
		return err
	})
	return page(p.Limit, list, c.renderItem, func(i *catalog.Item) string { return i.SKU }), err
}

func (a *api) editItem(c *call, p *itemID, in *ItemFields) (Item, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return Item{}, err
	}
	item, err := c.item(p.ID)
	if err != nil {
		return Item{}, err
	}
	changed := *item
	in.apply(&changed, "", &c.faults)
	r, err := one(c, admin.SaveItem, admin.ItemCommand{Item: changed, Only: "update", Version: version})
	if err != nil {
		return Item{}, err
	}
	saved, err := c.savedItem(r.Value, item.ID)
	if err != nil {
		return Item{}, err
	}
	c.tag(saved.EditVersion)
	return c.renderItem(saved), nil
}

// saveItems makes and changes many items; each row has an outcome of its own.
func (a *api) saveItems(c *call, _ *none, in *ItemBatch) (Outcomes[Item], error) {
	b := newBatch[admin.ItemCommand, Item](c, admin.SaveItem, in.Items)
	each(b, in.Items, func(row *NewItem, faults *fault.List) (admin.ItemCommand, error) {
		return admin.ItemCommand{Item: row.item("", faults)}, nil
	})
	return b.run(func(_ int, r desk.Result) (Item, error) {
		item, err := c.savedItem(r.Value, catalog.ID(r.ID))
		if err != nil {
			return Item{}, err
		}
		return c.renderItem(item), nil
	})
}
