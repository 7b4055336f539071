package imports

// StockRow is what lies of an item at a location, or by how much that changes;
// the act that it is imported with says which.
type StockRow struct {
	SKU      string
	Location string // its code
	Quantity string // decimal of either sign
	Bin      string
	Lot      string
	Reason   string
	Custom   map[string]string
}

const (
	stockSKU = iota
	stockLocation
	stockQuantity
	stockBin
	stockLot
	stockReason
)

var levels = &table{name: "stock rows", columns: []column{
	stockSKU:      {name: "sku", aliases: "item item_no item_number article article_no product_code stock_code stockcode code part_number variant_sku", needed: true, max: maxSKU},
	stockLocation: {name: "location", aliases: "warehouse location_code warehouse_code site store plant", needed: true, max: maxCode},
	stockQuantity: {name: "quantity", aliases: "qty on_hand stock stock_level available count counted", needed: true, max: maxNumber, check: quantity},
	stockBin:      {name: "bin", aliases: "shelf bin_location storage_bin", max: maxBin},
	stockLot:      {name: "lot", aliases: "batch lot_number batch_number", max: maxBin},
	stockReason:   {name: "reason", aliases: "note comment remark", max: maxName},
}}

// ReadStock reads a file of stock levels or changes.
func ReadStock(from Source, m Mapping) (*Rows[StockRow], error) {
	return newRows(from, levels, m, func(c *cells) StockRow {
		return StockRow{
			SKU: c.texts[stockSKU], Location: c.texts[stockLocation], Quantity: c.texts[stockQuantity],
			Bin: c.texts[stockBin], Lot: c.texts[stockLot], Reason: c.texts[stockReason], Custom: c.custom,
		}
	})
}
