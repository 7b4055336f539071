package imports

import "strings"

// PurchaseRow is one line of a purchase order of the past. Rows with the same
// number are one order, wherever they stand; what belongs to the whole order may be
// left out on all rows but the first, and reading fills it in.
type PurchaseRow struct {
	ExternalID   string
	Supplier     string // code or name
	SupplierCode string
	Currency     string
	Location     string
	Purpose      string
	Transport    string
	Reference    string
	SentOn       string // day, yyyy-mm-dd

	SKU         string
	SupplierSKU string // the supplier's own number
	Quantity    string // decimal above zero
	Received    string // decimal; "" when the file does not say
	Damaged     string
	Cost        string // decimal, of one unit
	Total       string // decimal, of the line; used where there is no cost
	PromisedOn  string // day
	CameOn      string // day
}

const (
	purchaseExternalID = iota
	purchaseSupplier
	purchaseSupplierCode
	purchaseCurrency
	purchaseLocation
	purchasePurpose
	purchaseTransport
	purchaseReference
	purchaseSentOn
	purchaseSKU // from here on each row speaks for itself
	purchaseSupplierSKU
	purchaseQuantity
	purchaseReceived
	purchaseDamaged
	purchaseCost
	purchaseTotal
	purchasePromisedOn
	purchaseCameOn
	purchaseDates
	purchaseColumns // how many there are
)

var purchases = &table{name: "purchases", columns: []column{
	purchaseExternalID: {name: "external_id", needed: true, carried: true, max: maxCode * 2,
		aliases: "order order_id order_no order_number order_reference po po_no po_number po_name purchase_order purchase_order_id purchase_order_no purchase_order_number document_number number"},
	purchaseSupplier:     {name: "supplier", aliases: "supplier_name vendor vendor_name partner manufacturer_name", max: maxName},
	purchaseSupplierCode: {name: "supplier_code", aliases: "supplier_id supplier_no supplier_number vendor_code vendor_id vendor_no vendor_number", max: maxCode},
	purchaseCurrency:     {name: "currency", aliases: "currency_code", max: maxNumber, check: currency},
	purchaseLocation: {name: "location", max: maxName,
		aliases: "warehouse location_code location_name warehouse_code warehouse_name deliver_to destination receive_to ship_to site store plant"},
	purchasePurpose:   {name: "purpose", aliases: "order_type fulfil_via", max: maxNumber, check: purpose},
	purchaseTransport: {name: "transport", aliases: "ship_via shipment_mode shipping_method ship_method carrier delivery_method", max: maxCode},
	purchaseReference: {name: "reference", aliases: "supplier_reference vendor_reference supplier_order_number reference_number reference_no", max: maxCode * 2},
	purchaseSentOn: {name: "sent_on", max: maxNumber,
		aliases: "date order_date ordered_on ordered_at purchase_order_date purchase_date po_date sent_date sent_at issued_on issue_date confirmation_date created_at"},
	purchaseSKU: {name: "sku", max: maxSKU, check: bracketed,
		aliases: "item item_no item_number item_sku product product_code article article_no stock_code stockcode code part_number variant_sku order_lines_product"},
	purchaseSupplierSKU: {name: "supplier_sku", aliases: "supplier_item supplier_part_number supplier_item_number vendor_sku vendor_item vendor_part_number vendor_product_code", max: maxSKU},
	purchaseQuantity:    {name: "quantity", aliases: "qty ordered quantity_ordered qty_ordered ordered_quantity units order_lines_quantity", needed: true, max: maxNumber, check: positive},
	purchaseReceived:    {name: "received", aliases: "quantity_received qty_received received_quantity received_qty quantity_fulfilled_received order_lines_received_qty", max: maxNumber, check: notBelow},
	purchaseDamaged:     {name: "damaged", aliases: "quantity_damaged qty_damaged damaged_quantity damaged_qty", max: maxNumber, check: notBelow},
	purchaseCost:        {name: "cost", aliases: "unit_cost unit_price price item_price item_rate rate cost_price purchase_price order_lines_unit_price", max: maxNumber, check: price},
	purchaseTotal:       {name: "line_total", aliases: "total_cost line_amount item_total amount line_item_value order_lines_subtotal", max: maxNumber, check: price},
	purchasePromisedOn: {name: "promised_on", max: maxNumber,
		aliases: "promised promised_date expected expected_on expected_date expected_arrival expected_arrival_date expected_delivery_date expected_receipt_date scheduled_date scheduled_delivery_date delivery_date due_date order_lines_expected_arrival"},
	purchaseCameOn: {name: "came_on", aliases: "received_on received_at received_date date_received receive_date receipt_date arrival_date delivered_date effective_date completed_at", max: maxNumber},
	purchaseDates:  {name: "dates", aliases: "date_format", max: maxNumber, check: oneOf(dayFirst, monthFirst)},
}}

// purchaseHead are what belongs to a whole order, by column.
func (r *PurchaseRow) purchaseHead() [purchaseSKU]*string {
	return [purchaseSKU]*string{
		&r.ExternalID, &r.Supplier, &r.SupplierCode, &r.Currency, &r.Location, &r.Purpose, &r.Transport, &r.Reference, &r.SentOn,
	}
}

// ReadPurchases reads a file of purchase orders of the past.
func ReadPurchases(from Source, m Mapping) (*Rows[PurchaseRow], error) {
	return newRows(from, purchases, m, purchaseRow)
}

func purchaseRow(c *cells) PurchaseRow {
	t := c.texts
	day := func(i int) string {
		text := t[i]
		if text == "" || faultOf(text, maxNumber) != "" {
			return ""
		}
		got, wrong := Day(text, t[purchaseDates])
		if wrong != "" {
			name := purchases.columns[i].name
			c.faults.Add("/"+name, "invalid_"+name, "%s", wrong)
		}
		return got
	}
	row := PurchaseRow{
		ExternalID: t[purchaseExternalID], Supplier: t[purchaseSupplier], SupplierCode: t[purchaseSupplierCode], Currency: t[purchaseCurrency], Location: t[purchaseLocation],
		Purpose: t[purchasePurpose], Transport: t[purchaseTransport], Reference: t[purchaseReference], SentOn: day(purchaseSentOn),
		SKU: t[purchaseSKU], SupplierSKU: t[purchaseSupplierSKU], Quantity: t[purchaseQuantity], Received: t[purchaseReceived], Damaged: t[purchaseDamaged],
		Cost: t[purchaseCost], Total: t[purchaseTotal], PromisedOn: day(purchasePromisedOn), CameOn: day(purchaseCameOn),
	}
	if row.SKU == "" && row.SupplierSKU == "" {
		c.faults.Add("/sku", "missing", "name the item: by its SKU, or by the supplier's number")
	}
	return row
}

// purpose is what an order was for.
func purpose(text string) (string, string) {
	switch plainName(text) {
	case "stock", "inventory", "standard":
		return "stock", ""
	case "drop_ship", "dropship", "drop_shipment", "direct_drop":
		return "drop_ship", ""
	case "back_to_back":
		return "back_to_back", ""
	}
	return text, quote(text) + " is none of stock, drop_ship, back_to_back"
}

// notBelow takes what positive does, and zero.
func notBelow(text string) (string, string) {
	clean, wrong := quantity(text)
	if wrong == "" && clean[0] == '-' && strings.Trim(clean, "-0.") != "" {
		wrong = quote(text) + " is below zero"
	}
	return strings.TrimPrefix(clean, "-"), wrong
}

// bracketed takes a SKU out of brackets before a name, which is how Odoo writes an
// item.
func bracketed(text string) (string, string) {
	if rest, ok := strings.CutPrefix(text, "["); ok {
		if sku, _, ok := strings.Cut(rest, "] "); ok && strings.TrimSpace(sku) != "" {
			return strings.TrimSpace(sku), ""
		}
	}
	return text, ""
}
