package imports

import (
	"strings"
)

// ItemRow is one item of a catalog file. Texts passed their checks and are
// empty where the file has none.
type ItemRow struct {
	SKU         string
	Name        string
	Kind        string // goods, bundle, service, digital
	Unit        string
	Scale       string // whole number
	WhenShort   string // backorder, refuse
	Price       string // decimal
	Cost        string
	Picture     string
	WeightGrams string // whole number
	Barcodes    []Counted
	Components  []Counted // of a bundle, by SKU
	Custom      map[string]string
}

// Counted is a code and how many units it stands for, written "code" for one
// or "code*12", several with "|" or ";" between them.
type Counted struct {
	Code     string
	Quantity string // whole number
}

const (
	itemSKU = iota
	itemName
	itemKind
	itemUnit
	itemScale
	itemWhenShort
	itemPrice
	itemCost
	itemPicture
	itemWeight
	itemBarcodes
	itemComponents
)

var items = &table{name: "items", columns: []column{
	itemSKU:        {name: "sku", aliases: "item item_no item_number article article_no article_number product_code stock_code stockcode code part_number variant_sku", needed: true, max: maxSKU},
	itemName:       {name: "name", aliases: "title description product product_name item_name", needed: true, max: maxTitle},
	itemKind:       {name: "kind", aliases: "type item_type", max: maxUnit, check: oneOf("goods", "bundle", "service", "digital")},
	itemUnit:       {name: "unit", aliases: "uom unit_of_measure", max: maxUnit},
	itemScale:      {name: "scale", aliases: "decimals", max: maxNumber, check: between(0, 3)},
	itemWhenShort:  {name: "when_short", aliases: "backorders inventory_policy", max: maxUnit, check: oneOf("backorder", "refuse")},
	itemPrice:      {name: "price", aliases: "unit_price sales_price retail_price variant_price", max: maxNumber, check: price},
	itemCost:       {name: "cost", aliases: "unit_cost cost_price purchase_price cost_per_item", max: maxNumber, check: price},
	itemPicture:    {name: "picture", aliases: "image image_url image_src photo picture_url", max: maxPicture},
	itemWeight:     {name: "weight_grams", aliases: "grams weight_g variant_grams", max: maxNumber, check: between(0, 1_000_000_000)},
	itemBarcodes:   {name: "barcodes", aliases: "barcode ean gtin upc variant_barcode", max: maxCounted * 2 * maxSKU},
	itemComponents: {name: "components", aliases: "bundle_of bill_of_materials", max: maxCounted * 2 * maxSKU},
}}

// ReadItems reads a file of items.
func ReadItems(from Source, m Mapping) (*Rows[ItemRow], error) {
	return newRows(from, items, m, func(c *cells) ItemRow {
		return ItemRow{
			SKU: c.texts[itemSKU], Name: c.texts[itemName], Kind: c.texts[itemKind], Unit: c.texts[itemUnit],
			Scale: c.texts[itemScale], WhenShort: c.texts[itemWhenShort], Price: c.texts[itemPrice],
			Cost: c.texts[itemCost], Picture: c.texts[itemPicture], WeightGrams: c.texts[itemWeight],
			Barcodes: c.counted(itemBarcodes), Components: c.counted(itemComponents), Custom: c.custom,
		}
	})
}

// counted cuts a cell into codes with quantities.
func (c *cells) counted(column int) []Counted {
	at := "/" + items.columns[column].name
	var out []Counted
	seen := map[string]bool{}
	for _, part := range strings.FieldsFunc(c.texts[column], func(r rune) bool { return r == '|' || r == ';' }) {
		one := Counted{Code: strings.TrimSpace(part), Quantity: "1"}
		if i := strings.LastIndexByte(part, '*'); i >= 0 {
			if n, wrong := pack(strings.TrimSpace(part[i+1:])); wrong == "" {
				one = Counted{strings.TrimSpace(part[:i]), n}
			} else {
				c.faults.Add(at, "invalid_quantity", "%s: %s", quote(part), wrong)
			}
		}
		switch wrong := faultOf(one.Code, maxSKU); {
		case one.Code == "":
			continue
		case wrong != "":
			c.faults.Add(at, "invalid_text", "%s %s", quote(one.Code), wrong)
		case seen[one.Code]:
			c.faults.Add(at, "repeated", "%s is given twice", quote(one.Code))
		case len(out) == maxCounted:
			c.faults.Add(at, "too_many", "has more than %d codes", maxCounted)
			return out
		}
		seen[one.Code] = true
		out = append(out, one)
	}
	return out
}

var pack = between(1, 1_000_000)
